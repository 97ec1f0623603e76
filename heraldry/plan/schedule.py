"""When a post is public for a team, and why it is not. The clock is not read here: `now` is handed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from enum import StrEnum

from heraldry.model import Post, Team, WallTime
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
    return _withheld(post, team, now) or _untimely(post, team, now)


def _withheld(post: Post, team: Team, now: datetime) -> Held | None:
    if post.withdraw:
        return Held.WITHDRAWN
    if team.pause:
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


def published(post: Post, teams: Iterable[Team], now: datetime) -> bool:
    """Whether the post has been public to anybody: then its own page exists, expired or withdrawn or not."""
    return any(
        opened(team, now) and wanted(post, team) and spoken(post, team) and (due := due_at(post, team)) and due <= now
        for team in teams
    )


def opened(team: Team, now: datetime) -> bool:
    """Whether the team's pages exist at `now`: from the first minute of `opens`, in the team's zone."""
    if team.opens is None:
        return True
    first = instant(WallTime(team.opens, time()), team.timezone)
    return first is not None and first <= now
