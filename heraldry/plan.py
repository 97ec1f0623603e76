"""What each team sees at an instant: audience, language, hour. Pure; `now` is handed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from heraldry.model import Audience, Post, Programme, Share, Team, Version, WallTime
from heraldry.moments import instant, moved


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


@dataclass(frozen=True, slots=True)
class Plan:
    """The shares of each open team, newest first, and the next moment at which that changes for it."""

    shares: Mapping[str, tuple[Share, ...]]
    next_due: Mapping[str, datetime | None]


def plan(posts: Sequence[Post], teams: Sequence[Team], now: datetime) -> Plan:
    """What every team that is open at `now` sees."""
    open_teams = [team for team in teams if opened(team, now)]
    return Plan(
        {team.key: shares(posts, team, now) for team in open_teams},
        {team.key: next_due(posts, team, now) for team in open_teams},
    )


def shares(posts: Iterable[Post], team: Team, now: datetime) -> tuple[Share, ...]:
    """The posts on the team's page at `now`: pinned ones, then newest first."""
    visible = [share for post in posts if (share := _share(post, team, now)) is not None]
    return tuple(sorted(visible, key=_order))


def _share(post: Post, team: Team, now: datetime) -> Share | None:
    if held(post, team, now) is not None:
        return None
    due, version = due_at(post, team), spoken(post, team)
    return Share(post, version, team, due) if due and version else None


def _order(share: Share) -> tuple[bool, float, str]:
    dated = share.post.dated or share.due
    return (not share.post.pin, -dated.timestamp(), share.post.slug)


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


def wanted(post: Post, team: Team) -> bool:
    """Whether the post is for the team: it names the team, or the team's audience rule matches."""
    if post.teams is not None:
        return team.key in post.teams
    return _matches(post, team.sees)


def seen_by(teams: Iterable[Team], post: Post) -> frozenset[str]:
    """The keys of the teams that see the post once its hour and theirs have come."""
    return frozenset(team.key for team in teams if wanted(post, team) and spoken(post, team))


def _matches(post: Post, rule: Audience) -> bool:
    return (
        post.type in rule.types
        or not post.tags.isdisjoint(rule.tags)
        or post.source in rule.sources
        or post.slug in rule.posts
    )


def spoken(post: Post, team: Team) -> Version | None:
    """The post in the team's best language; None when `sees.languages` allows none of its languages."""
    narrow = team.sees.languages
    allowed = [lang for lang in post.versions if not narrow or lang in narrow]
    preferred = (*team.languages, *allowed)
    return next((post.versions[lang] for lang in preferred if lang in allowed), None)


def next_due(posts: Iterable[Post], team: Team, now: datetime) -> datetime | None:
    """When the next post appears on the team's page; None when nothing is planned."""
    early = (due_at(post, team) for post in posts if held(post, team, now) is Held.EARLY)
    return min((due for due in early if due is not None), default=None)


def rebased(posts: Sequence[Post], programme: Programme, now: datetime) -> tuple[Post, ...]:
    """The posts with their dates moved from the programme's `demo_day` to the day of the build.

    Whole days are added, so that an hour stays an hour. Without a `demo_day` nothing moves.
    """
    days = demo_shift(programme, now)
    return tuple(_later(post, days) for post in posts) if days else tuple(posts)


def demo_shift(programme: Programme, now: datetime) -> int:
    """Days from the `demo_day` to the day of the build in the programme's zone; 0 without one."""
    today = now.astimezone(programme.timezone).date()
    return (today - programme.demo_day).days if programme.demo_day else 0


def _later(post: Post, days: int) -> Post:
    return replace(
        post,
        publish=post.publish and moved(post.publish, days),
        expires=post.expires and moved(post.expires, days),
        dated=post.dated and post.dated + timedelta(days=days),
    )
