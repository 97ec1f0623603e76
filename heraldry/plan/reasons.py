"""Why a post is or is not on a team's page, reason by reason, in words for editors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from heraldry.model import ALWAYS, Instant, Post, Team, When
from heraldry.plan.audience import spoken, wanted
from heraldry.plan.local import local_words
from heraldry.plan.schedule import Held, due_at, ends_at, opened, opening, paused, withdrawn


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that keeps a post off a page at `now`: what it is, and in words; `moment` since or until when."""

    held: Held
    words: str
    moment: datetime | None = None


def reasons(post: Post, team: Team, now: datetime) -> tuple[Reason, ...]:
    """All that keeps the post off the team's page at `now`, what `held` names first; nothing when it is there."""
    return (*_audience(post, team), *_withheld(post, team, now), *_untimely(post, team, now))


def matches(post: Post, team: Team) -> tuple[str, ...]:
    """Why the post is for the team, each entry of the rule that matches; nothing when it is not."""
    if post.teams is not None:
        return ("the post names it in 'teams'",) if team.key in post.teams else ()
    rule = team.sees
    found = [f"type {post.type.value}"] if post.type in rule.types else []
    found += [f"tag {tag}" for tag in sorted(post.tags & rule.tags)]
    found += [f"source {post.source}"] if post.source in rule.sources else []
    found += [f"post {post.slug}"] if post.slug in rule.posts else []
    return tuple(f"it sees {what}" for what in found)


def _audience(post: Post, team: Team) -> Iterator[Reason]:
    if not wanted(post, team):
        yield Reason(Held.AUDIENCE, _unwanted(post, team))
    if spoken(post, team) is None:
        allowed, written = listed(sorted(team.sees.languages)), listed(post.versions)
        yield Reason(Held.LANGUAGE, f"it sees only {allowed} ('sees.languages'), and the post is in {written}")
    if post.publish is None:
        yield Reason(Held.DRAFT, "a draft: it has no 'publish' time")


def _unwanted(post: Post, team: Team) -> str:
    if post.teams is not None:
        named = f"names its teams ({listed(sorted(post.teams))})" if post.teams else "names no team ('teams: []')"
        return f"not for this team: the post {named}"
    has = [f"type {post.type.value}"]
    has += [f"tags {listed(sorted(post.tags))}"] if post.tags else []
    has += [f"source {post.source}"] if post.source else []
    return f"not for this team: of {', '.join(has)} and post {post.slug} its 'sees' has none; it sees {_rule(team)}"


def _rule(team: Team) -> str:
    rule = team.sees
    parts = {"types": sorted(rule.types), "tags": rule.tags, "sources": rule.sources, "posts": rule.posts}
    said = [f"{name} {listed(sorted(values))}" for name, values in parts.items() if values]
    return "; ".join(said) or "nothing"


def listed(words: Iterable[str], most: int = 8) -> str:
    """`a, b and c`; of many the first, and how many more there are."""
    every = list(words)
    if len(every) > most:
        every = [*every[: most - 1], f"{len(every) - most + 1} more"]
    return " and ".join(filter(None, (", ".join(every[:-1]), *every[-1:])))


def _withheld(post: Post, team: Team, now: datetime) -> Iterator[Reason]:
    if withdrawn(post, now):
        yield Reason(Held.WITHDRAWN, f"withdrawn{_since(post.withdraw, team)}", _known(post.withdraw))
    if paused(team, now):
        yield Reason(Held.PAUSED, f"the team is paused{_since(team.pause, team)}", _known(team.pause))
    if not opened(team, now):
        first = opening(team)
        until = f": it opens {local_words(first, team.timezone)}" if first else ""
        yield Reason(Held.CLOSED, f"the team has not opened yet{until}", first)


def _known(since: datetime | None) -> datetime | None:
    return None if since == ALWAYS else since


def _since(since: datetime | None, team: Team) -> str:
    known = _known(since)
    return f" since {local_words(known, team.timezone)}" if known else ""


def _untimely(post: Post, team: Team, now: datetime) -> Iterator[Reason]:
    if post.publish is None:
        return
    due, ends = due_at(post, team), ends_at(post, team)
    if due is None:
        missing = f"'{written(post.publish)}' does not exist in {team.timezone.key}: clocks are put forward there"
        yield Reason(Held.NO_SUCH_TIME, missing)
    elif now < due:
        yield Reason(Held.EARLY, f"early until {local_words(due, team.timezone)}", due)
    if ends is not None and ends <= now:
        yield Reason(Held.EXPIRED, f"its promotion ended {local_words(ends, team.timezone)}", ends)


def written(moment: When) -> str:
    """The moment as an editor writes it: `2026-12-01 09:00`, or an instant with its offset."""
    if isinstance(moment, Instant):
        return moment.moment.isoformat(timespec="minutes" if not moment.moment.second else "seconds")
    seconds = f":{moment.at.second:02}" if moment.at.second else ""
    return f"{moment.day} {moment.at:%H:%M}{seconds}"


def kept_words(held: Held, since: datetime | None, teams: Sequence[Team]) -> str:
    """What keeps a post off the pages of these teams, in a few words."""
    zone = teams[0].timezone if teams else None
    when = f" {local_words(since, zone)}" if since and since != ALWAYS and zone else ""
    said = {
        Held.WITHDRAWN: f"withdrawn{when}",
        Held.PAUSED: f"the team is paused{when}" if len(teams) == 1 else f"the teams are paused{when}",
        Held.NO_SUCH_TIME: "its publish time does not exist in the time zone",
        Held.CLOSED: f"its promotion ends before the team opens{when}" if when else "the team never opens",
        Held.AUDIENCE: "no team sees it",
        Held.LANGUAGE: "it is in none of the languages that the teams see",
    }
    return said.get(held, held.value)
