"""When a post goes live for which teams, and why it does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from heraldry.changes.posts import first as original
from heraldry.model import Instant, Post, Team, When
from heraldry.plan import Held, appears, held, leaves, opened, wanted, withdrawn, withheld


@dataclass(frozen=True, slots=True)
class Named:
    """A team by its key, which stays, and by what people call it."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """Teams for which the same holds: on their pages from `live` to `ends` (None: for good), or not, for a reason.

    `reason` is None for a post that is on the page now or will be at `live`; `already` says that it is there as soon
    as the page is made anew. `zone` is in whose clocks the moments are told.
    """

    teams: tuple[Named, ...]
    zone: ZoneInfo
    live: datetime | None
    ends: datetime | None
    reason: Held | None
    already: bool = False


def rows(post: Post, teams: Sequence[Team], now: datetime) -> tuple[Row, ...]:
    """What holds for each team that the post is for, teams alike together, in the order of teams.yaml."""
    alike: dict[tuple[ZoneInfo, datetime | None, datetime | None, Held | None, bool], list[Named]] = {}
    for team in teams:
        if wanted(post, team):
            alike.setdefault(_outlook(post, team, now), []).append(Named(team.key, team.name))
    return tuple(Row(tuple(teams_alike), *key) for key, teams_alike in alike.items())


def _outlook(
    post: Post, team: Team, now: datetime
) -> tuple[ZoneInfo, datetime | None, datetime | None, Held | None, bool]:
    reason, first, ends = held(post, team, now), appears(post, team), _ends(post, team)
    if reason is None:
        return team.timezone, first, ends, None, True
    if reason in (Held.EARLY, Held.CLOSED) and first is not None:
        return team.timezone, first, ends, withheld(post, team, first), False
    return team.timezone, None, None, Held.EXPIRED if reason is Held.CLOSED else reason, False


def _ends(post: Post, team: Team) -> datetime | None:
    end = leaves(post, team)
    return end[0] if end else None


def earliest(post: Post, teams: Iterable[Team]) -> tuple[datetime, tuple[ZoneInfo, ...]] | None:
    """The first instant at which the post is public anywhere, and in whose zones; None when it never is."""
    firsts = [(first, team.timezone) for team in teams if (first := _first(post, team)) is not None]
    soonest = min((first for first, _ in firsts), default=None)
    if soonest is None:
        return None
    zones = dict.fromkeys(zone for first, zone in firsts if first == soonest)
    return soonest, tuple(zones)


def _first(post: Post, team: Team) -> datetime | None:
    first = appears(post, team)
    return None if first is None or withheld(post, team, first) else first


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens by itself: a post appears on or leaves the pages of teams, or a team's pages open."""

    at: datetime
    what: str
    title: str
    teams: tuple[str, ...]
    zone: ZoneInfo


def coming(posts: Iterable[Post], teams: Sequence[Team], now: datetime) -> tuple[Event, ...]:
    """What happens after `now`, soonest first; for teams in the same zone told once."""
    found: dict[tuple[datetime, str, str, ZoneInfo], list[str]] = {}
    turning = any(not opened(team, now) or (team.pause is not None and now < team.pause) for team in teams)
    for post in posts:
        if not turning and _settled(post, now):
            continue
        title = original(post).title
        for team in teams:
            for at, what in _moments(post, team):
                if at > now:
                    found.setdefault((at, what, title, team.timezone), []).append(team.name)
    events = (Event(at, what, title, tuple(names), zone) for (at, what, title, zone), names in found.items())
    return tuple(sorted(events, key=lambda event: (event.at, event.what, event.title, event.zone.key)))


_DAY = timedelta(days=1)
"""No zone is further from UTC."""


def _settled(post: Post, now: datetime) -> bool:
    """Whether everything that a post does by itself has certainly been, in every zone; teams apart."""
    recalled = post.withdraw is None or withdrawn(post, now)
    return recalled and all(_past(moment, now) for moment in (post.publish, post.expires))


def _past(moment: When | None, now: datetime) -> bool:
    if moment is None or isinstance(moment, Instant):
        return moment is None or moment.moment <= now
    return datetime.combine(moment.day, moment.at, UTC) + _DAY <= now


def _moments(post: Post, team: Team) -> Iterator[tuple[datetime, str]]:
    first, ends = _first(post, team), _ends(post, team)
    if first is not None:
        yield first, "appears"
        if ends is not None and ends > first:
            yield ends, "leaves"
