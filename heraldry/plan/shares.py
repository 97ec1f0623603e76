"""What each team sees at a moment, and when that changes next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from heraldry.model import Post, Share, Team
from heraldry.plan.audience import spoken
from heraldry.plan.schedule import Held, begins, due_at, held, opened, withheld


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


def next_due(posts: Iterable[Post], team: Team, now: datetime) -> datetime | None:
    """When the next post appears on the team's page; None when nothing is planned.

    What will be withdrawn by then, or falls into a pause that is planned, is not announced.
    """
    early = ((post, begins(post, team)) for post in posts if held(post, team, now) is Held.EARLY)
    return min((due for post, due in early if due is not None and withheld(post, team, due) is None), default=None)
