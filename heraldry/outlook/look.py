"""The posts as of a moment, and how one of them stands with each team. Reads nothing: values in, values out."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from heraldry.checks import Site
from heraldry.model import Post, Programme, Team, Version
from heraldry.pages.places import landing
from heraldry.plan import published, seen_by, spoken
from heraldry.plan.agenda import Agenda, Event, Span, agenda, drafts, events, shown
from heraldry.plan.reasons import Reason, matches, reasons
from heraldry.plan.slots import Filling, filling
from heraldry.posts import FOLDER
from heraldry.problems import did_you_mean


@dataclass(frozen=True, slots=True)
class Outlook:
    """A site as of `now`: `own` posts that are sound and `broken` ones, and `imported` ones where they were read.

    The dates of an example site are moved: `shift` says by how many days.
    """

    site: Site
    now: datetime
    own: tuple[Post, ...]
    broken: tuple[Post, ...] = ()
    imported: tuple[Post, ...] = ()
    shift: int = 0

    @property
    def programme(self) -> Programme:
        return self.site.programme

    @property
    def teams(self) -> tuple[Team, ...]:
        return self.site.teams

    def agenda(self, start: datetime, days: int, teams: tuple[Team, ...] = ()) -> Agenda:
        """The agenda of so many days, of these teams only if any are named.

        When a post is first public anywhere is said of all teams in any case: that is what an embargo is about.
        """
        posts = (*self.own, *self.imported)
        zone = self.programme.timezone
        whole = agenda(posts, self.teams, self.now, start, days, zone)
        if not teams:
            return whole
        narrow = agenda(posts, teams, self.now, start, days, zone)
        return _narrowed(narrow, whole, teams)

    def filling(self, teams: tuple[Team, ...] = ()) -> Filling:
        """Times for the drafts that any team sees, or any of these teams. Broken posts keep the times they have."""
        waiting = [post for post in drafts(self.own, self.now) if not teams or seen_by(teams, post)]
        planned = (*self.own, *self.broken, *self.imported)
        return filling(waiting, planned, self.teams, self.programme, self.now)


def _narrowed(narrow: Agenda, whole: Agenda, teams: tuple[Team, ...]) -> Agenda:
    """The teams' agenda; of what stands in nobody's, only what they would see."""
    return Agenda(
        now=narrow.now,
        start=narrow.start,
        until=narrow.until,
        zone=narrow.zone,
        events=narrow.events,
        drafts=tuple(post for post in narrow.drafts if seen_by(teams, post)),
        kept=tuple(kept for kept in narrow.kept if kept.teams),
        later=narrow.later,
        firsts=whole.firsts,
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How a post stands with a team at `now`: `reasons` keep it off the page, none when it is there.

    `matches` say why it is for the team. `span` is how long the team sees it, `version` in which language.
    """

    team: Team
    reasons: tuple[Reason, ...]
    matches: tuple[str, ...]
    span: Span | None
    version: Version | None


def standings(post: Post, look: Outlook) -> tuple[Standing, ...]:
    """With every team, in the order of teams.yaml."""
    return tuple(
        Standing(team, reasons(post, team, look.now), matches(post, team), shown(post, team), spoken(post, team))
        for team in look.teams
    )


def title(post: Post) -> str:
    """The post's title in its first language."""
    return next(iter(post.versions.values())).title


def next_event(post: Post, look: Outlook) -> Event | None:
    """What happens to the post next, on any page; None when nothing will by itself."""
    coming = (event for event in events([post], look.teams) if event.moment > look.now and event.posts)
    return next(coming, None)


def landings(post: Post) -> Iterator[str]:
    """The folders of the post's own pages, one in each language that has no other address."""
    if post.source is None:
        yield from (landing(post, version) for version in post.versions.values() if version.url is None)


def is_out(post: Post, look: Outlook) -> bool:
    """Whether the post has been public to anybody: then its own pages stay, whatever else happens."""
    return published(post, look.teams, look.now)


class Unknown(Exception):
    """No post is called so; the words say which one may be meant."""


def names(look: Outlook) -> dict[str, Post]:
    """Everything that a post may be called by: its slug, its former ones, the paths of its files."""
    every = (*look.own, *look.broken, *look.imported)
    known = {alias: post for post in every for alias in post.aliases}
    known |= {version.path: post for post in every for version in post.versions.values() if version.path}
    return known | {post.slug: post for post in every}


def found(look: Outlook, name: str, here: PurePath | None = None) -> Post:
    """The post that somebody calls `name`: a slug, an alias, or a file, also as seen from `here` below the root.

    Raises Unknown.
    """
    known = names(look)
    plain = name.replace("\\", "/").removeprefix("./")
    beside = posixpath.normpath(posixpath.join(here.as_posix(), plain)) if here else plain
    stem = posixpath.basename(plain).removesuffix(".md")
    alone = () if "/" in plain else (f"{FOLDER}/{plain}", stem, stem.partition(".")[0])
    for typed in (plain, beside, *alone):
        if typed in known:
            return known[typed]
    slugs = sorted(name for name in known if "/" not in name)
    hint = did_you_mean(stem, slugs)
    raise Unknown(hint if hint.startswith("did") else "'heraldry plan' lists what comes, content/posts/ has the rest")
