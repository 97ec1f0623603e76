"""An example site's dates: written as of one day, moved to the day of the build."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from heraldry.model import ALWAYS, Post, Programme
from heraldry.moments import moved


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
        withdraw=post.withdraw if post.withdraw in (None, ALWAYS) else post.withdraw + timedelta(days=days),
    )
