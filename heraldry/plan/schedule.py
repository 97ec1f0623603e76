"""When a post is public for a team, and why it is not. The clock is not read here: `now` is handed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from enum import StrEnum
from operator import itemgetter

from heraldry.model import ALWAYS, Post, Team, WallTime
from heraldry.moments import instant
from heraldry.plan.audience import spoken, wanted


class Held(StrEnum):
    """Why a post is not on a team's page."""

    DRAFT = "it has no publish time"
    AUDIENCE = "it is not for this team"
    LANGUAGE = "it is in none of the team's languages"
    EARLY = "its hour has not come"
    NO_SUCH_TIME = "its publish time does not exist in the team's time zone"
    EXPIRED = "its promotion has ended"
    WITHDRAWN = "it was withdrawn"
    PAUSED = "the team is paused"
    CLOSED = "the team has not opened yet"


def held(post: Post, team: Team, now: datetime) -> Held | None:
    """Why the post is not on the team's page at `now`; None when it is."""
    if not wanted(post, team):
        return Held.AUDIENCE
    if spoken(post, team) is None:
        return Held.LANGUAGE
    if post.publish is None:
        return Held.DRAFT
    return withheld(post, team, now) or _untimely(post, team, now)


def withheld(post: Post, team: Team, now: datetime) -> Held | None:
    """What keeps the post off the team's page at `now` whatever its hour: a recall, a pause, an opening to come."""
    if withdrawn(post, now):
        return Held.WITHDRAWN
    if paused(team, now):
        return Held.PAUSED
    return None if opened(team, now) else Held.CLOSED


def _untimely(post: Post, team: Team, now: datetime) -> Held | None:
    """`visible` if and only if `publish <= now < expires`: decided here and nowhere else."""
    due = due_at(post, team)
    if due is None:
        return Held.NO_SUCH_TIME
    if now < due:
        return Held.EARLY
    ends = ends_at(post, team)
    return Held.EXPIRED if ends is not None and ends <= now else None


def due_at(post: Post, team: Team) -> datetime | None:
    """When the post appears for the team, in UTC; None for a draft or a local time that does not exist."""
    return None if post.publish is None else instant(post.publish, team.timezone, later=True)


def ends_at(post: Post, team: Team) -> datetime | None:
    """When its promotion ends for the team, in UTC; a local time that does not exist ends it an hour early."""
    if post.expires is None:
        return None
    ends = instant(post.expires, team.timezone, later=False)
    if ends is None and isinstance(post.expires, WallTime):
        earlier = datetime.combine(post.expires.day, post.expires.at) - timedelta(hours=1)
        return instant(WallTime(earlier.date(), earlier.time()), team.timezone, later=False)
    return ends


def leaves(post: Post, team: Team) -> tuple[datetime, Held] | None:
    """When the post goes from the team's page, and why: expired, paused or withdrawn, whichever comes first.

    None when no end is known; the moment is ALWAYS for a recall or a pause without a date.
    """
    limits = ((ends_at(post, team), Held.EXPIRED), (team.pause, Held.PAUSED), (post.withdraw, Held.WITHDRAWN))
    known = ((moment, why) for moment, why in limits if moment is not None)
    return min(known, key=itemgetter(0), default=None)


def withdrawn(post: Post, now: datetime) -> bool:
    """Whether the post is withdrawn at `now`; before that moment it is a post as any other."""
    return post.withdraw is not None and post.withdraw <= now


def paused(team: Team, now: datetime) -> bool:
    """Whether the team, or the whole programme, is paused at `now`."""
    return team.pause is not None and team.pause <= now


def published(post: Post, teams: Iterable[Team], now: datetime) -> bool:
    """Whether the post has been public to anybody: then its own page exists, expired or withdrawn or not.

    What was withdrawn or paused before its hour never was public. Where a file says only `true`, nobody knows since
    when: then its hour alone decides.
    """
    return any(_was_public(post, team, now) for team in teams)


def _was_public(post: Post, team: Team, now: datetime) -> bool:
    if not wanted(post, team) or (due := due_at(post, team)) is None or now < due:
        return False
    first = appears(post, team)
    return first is not None and first <= now and all(first < since for since in _ended(post, team, now))


def _ended(post: Post, team: Team, now: datetime) -> Iterator[datetime]:
    """The known moments up to `now` from which the post was no longer to appear."""
    for since in (post.withdraw, team.stopped):
        if since is not None and ALWAYS < since <= now:
            yield since


def appears(post: Post, team: Team) -> datetime | None:
    """When the team first sees the post, in UTC, were it neither withdrawn nor paused; None when it never does."""
    return begins(post, team) if wanted(post, team) and spoken(post, team) else None


def begins(post: Post, team: Team) -> datetime | None:
    """When the post, which is for the team, comes to its page: at its hour, or with the team's opening when that is
    later. None when it never does: for a draft, and when its promotion has ended by then."""
    due, ends, first = due_at(post, team), ends_at(post, team), opening(team)
    if due is None or (team.opens is not None and first is None):
        return None
    start = max(due, first) if first else due
    return None if ends is not None and ends <= start else start


def opened(team: Team, now: datetime) -> bool:
    """Whether the team's pages exist at `now`: from the first minute of `opens`, in the team's zone."""
    if team.opens is None:
        return True
    first = opening(team)
    return first is not None and first <= now


def opening(team: Team) -> datetime | None:
    """The first minute of the day on which the team opens, in UTC; None for a team that names no day."""
    return None if team.opens is None else instant(WallTime(team.opens, time()), team.timezone)
