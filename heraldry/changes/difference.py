"""All that differs between two states of a site: what a reviewer wants to know before merging."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from heraldry.changes import posts, schedule
from heraldry.changes.pages import Pages
from heraldry.changes.policies import HANDBOOK, Policy, named, policies
from heraldry.changes.posts import Change, Fate
from heraldry.changes.schedule import Event, Row
from heraldry.changes.settings import Settings, first, settings
from heraldry.changes.side import Side
from heraldry.changes.wordings import Wording, wordings
from heraldry.checks import Site
from heraldry.model import Post, Team
from heraldry.problems import Problem

MOST_TOLD = 300
"""Posts whose hours and captions are worked out; of more, every one is named."""

NEXT = 10
"""Moments ahead that are told."""


@dataclass(frozen=True, slots=True)
class Told:
    """A post with everything that is to be said of it.

    `broken` keeps it off the site; `earliest` is the first instant at which it is public anywhere, in whose zones.
    `was` is how it stood before, so that what stays as it was can be told from what begins.
    """

    change: Change
    broken: bool = False
    rows: tuple[Row, ...] = ()
    was: tuple[Row, ...] = ()
    unseen: tuple[str, ...] = ()
    earliest: tuple[datetime, tuple[ZoneInfo, ...]] | None = None
    wordings: tuple[Wording, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs. `base` and `head` are what to call the two states; `now` is when it would be merged.

    `possible` is False when nothing can be published after it, `demo` True for an example site whose dates move along,
    `whole` False when no posts were read but those that change. `untold` are further posts that change.
    """

    base: str
    head: str
    now: datetime
    possible: bool
    demo: bool
    whole: bool
    told: tuple[Told, ...]
    untold: tuple[Change, ...] = ()
    settings: Settings = Settings()  # noqa: RUF009  (immutable)
    new_problems: tuple[Problem, ...] = ()
    mended: tuple[Problem, ...] = ()
    policies: tuple[Policy, ...] = ()
    handbook: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    theme: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pages: Pages | None = None
    events: tuple[Event, ...] = ()
    more_events: int = 0

    @property
    def changes(self) -> tuple[Change, ...]:
        return (*(told.change for told in self.told), *self.untold)


def difference(
    before: Side, after: Side, names: tuple[str, str], now: datetime, pages: Pages | None, base_url: str
) -> Difference:
    """What differs between the two sides, called by `names`, if it is merged at `now`."""
    site, then, later = after.site, _Stand.of(before), _Stand.of(after)
    ranked = _ranked(posts.changes(_own(before.site), _own(site)), later, now) if site else []
    new, mended = _problems(before.problems if before.there else (), after.problems)
    events = schedule.coming(after.posts, after.site.teams, now) if after.site else ()
    return Difference(
        base=names[0],
        head=names[1],
        now=now,
        possible=after.site is not None,
        demo=after.site is not None and after.site.programme.demo_day is not None,
        whole=after.whole,
        told=tuple(_told(change, then, later, site, now, base_url) for change in ranked[:MOST_TOLD]) if site else (),
        untold=tuple(ranked[MOST_TOLD:]),
        settings=_settings(before, after),
        new_problems=new,
        mended=mended,
        policies=policies(before.texts, after.texts),
        handbook=named(before.names, after.names, HANDBOOK),
        theme=named(before.names, after.names, "theme/"),
        pages=pages,
        events=events[:NEXT],
        more_events=max(0, len(events) - NEXT),
    )


def _own(site: Site | None) -> Sequence[Post]:
    return (*site.posts, *site.broken) if site else ()


def _settings(before: Side, after: Side) -> Settings:
    if after.site is None:
        return Settings()
    if before.site is None:
        return first(after.site)
    found = settings(before.site, after.site, before.posts, after.posts)
    return found if after.whole else replace(found, reach=())


def _problems(before: Sequence[Problem], after: Sequence[Problem]) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Those that come and those that go; one that only moved within its file is neither."""
    old, new = dict.fromkeys(before), dict.fromkeys(after)
    return tuple(_beyond(new, old)), tuple(_beyond(old, new))


def _beyond(these: Mapping[Problem, None], those: Mapping[Problem, None]) -> list[Problem]:
    left = Counter(_kind(problem) for problem in those)
    found = []
    for problem in sorted(these, key=lambda problem: (problem.at, problem.message)):
        if left[_kind(problem)]:
            left[_kind(problem)] -= 1
        else:
            found.append(problem)
    return found


def _kind(problem: Problem) -> tuple[str, str, str]:
    return problem.at.path, problem.message, problem.level.value


# One post -------------------------------------------------------------------------------------------

_ORDER = {Fate.NEW: 1, Fate.WITHDRAWN: 2, Fate.RENAMED: 3, Fate.CHANGED: 4, Fate.REMOVED: 5}
_LAST = datetime.max.replace(tzinfo=UTC)
MOST_RANKED = 5_000
"""Changes that are put in the order of their hours; of more, what happens to them decides alone."""


@dataclass(frozen=True, slots=True)
class _Stand:
    """One side's teams, and its own posts as they are published, by slug: sound ones, with the dates of the day."""

    teams: tuple[Team, ...]
    posts: Mapping[str, Post]

    @staticmethod
    def of(side: Side) -> _Stand:
        return _Stand(side.site.teams if side.site else (), {p.slug: p for p in side.posts if p.source is None})

    def sound(self, post: Post | None) -> Post | None:
        """The post as it is published; None when an error keeps it off the site."""
        return self.posts.get(post.slug) if post else None

    def rows(self, post: Post | None, now: datetime) -> tuple[Row, ...]:
        sound = self.sound(post)
        return schedule.rows(sound, self.teams, now) if sound else ()


def _ranked(found: Sequence[Change], after: _Stand, now: datetime) -> list[Change]:
    """What is public at once comes first, then what is new by its hour."""
    if len(found) > MOST_RANKED:
        return sorted(found, key=lambda change: (_ORDER[change.fate], change.post.slug))
    return sorted(found, key=lambda change: _rank(change, after, now))


def _rank(change: Change, after: _Stand, now: datetime) -> tuple[int, datetime, str]:
    post = after.sound(change.after)
    first = schedule.earliest(post, after.teams) if post else None
    at = first[0] if first else _LAST
    return 0 if change.fate is Fate.NEW and at <= now else _ORDER[change.fate], at, change.post.slug


def _told(change: Change, before: _Stand, after: _Stand, site: Site, now: datetime, base_url: str) -> Told:
    was = before.rows(change.before, now)
    if change.after is None:
        return Told(change, was=was)
    post, rows = after.sound(change.after), after.rows(change.after, now)
    seeing = {team.key for row in rows for team in row.teams}
    return Told(
        change,
        broken=post is None,
        rows=rows,
        was=was,
        unseen=tuple(team.name for team in after.teams if team.key not in seeing) if post else (),
        earliest=schedule.earliest(post, after.teams) if post else None,
        wordings=wordings(post or change.after, after.teams, site.programme, base_url or site.programme.url),
    )
