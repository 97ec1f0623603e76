"""When anything that the site shows changes next by itself: the moment up to which a build holds good."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from operator import itemgetter
from zoneinfo import ZoneInfo

from heraldry.model import ALWAYS, Instant, Post, Programme, Stage, Team, WallTime
from heraldry.moments import instant
from heraldry.plan.audience import spoken
from heraldry.plan.schedule import begins, leaves, opened, opening

FARTHEST = timedelta(hours=26)
"""More than any zone's clock is from UTC, with what a left-out hour may add."""


def next_change(posts: Sequence[Post], teams: Sequence[Team], programme: Programme, now: datetime) -> datetime | None:
    """The next instant after `now`, in UTC, at which something on the site changes by itself; None when nothing will.

    That is when posts appear and end, teams open, withdrawals and pauses that are planned begin, a page of a post's
    own appears or becomes a tombstone, the year turns, and for an example site the next midnight. `posts` are the own
    and the imported ones, `rebased` at `now`. Up to that instant a build comes out the same, but for what it says of
    the time it was made; at that instant it nearly always differs.
    """
    soonest = min((at for at in _of_teams(teams, programme, now) if at > now), default=None)
    there = [team for team in teams if opened(team, now)]
    alike, known = _alike(there), _known(there)
    for earliest, post in sorted(_ahead(posts, now), key=itemgetter(0)):
        if soonest is not None and soonest <= earliest:
            break
        seeing = [alike[index] for index in _seeing(post, known)]
        moments = (at for at in _of_post(post, seeing) if at > now)
        soonest = min(chain(moments, () if soonest is None else (soonest,)), default=None)
    return soonest


# Teams ----------------------------------------------------------------------------------------------


def _of_teams(teams: Sequence[Team], programme: Programme, now: datetime) -> Iterator[datetime]:
    """What changes for teams and pages as a whole, whatever the posts are."""
    for team in teams:
        first = opening(team)
        yield from () if first is None else (first,)
        for at in (team.pause, _new_year(team.timezone, now)):
            if at is not None and (first is None or first <= at) and not _rests(team, at):
                yield at
    if programme.demo_day:
        yield _midnight(programme.timezone, now)


def _rests(team: Team, at: datetime) -> bool:
    """Whether the team was paused before that instant: its page then shows no post and no date."""
    return team.pause is not None and team.pause < at


def _new_year(zone: ZoneInfo, now: datetime) -> datetime | None:
    """Dates of this year are printed without it, those of the year before with it."""
    return instant(WallTime(date(now.astimezone(zone).year + 1, 1, 1), time()), zone, later=False)


def _midnight(zone: ZoneInfo, now: datetime) -> datetime:
    """The first minute of the next day there is: zones have left out a whole one."""
    today = now.astimezone(zone).date()
    days = (WallTime(today + timedelta(days=ahead), time()) for ahead in (1, 2))
    return next(first for day in days if (first := instant(day, zone, later=False)) is not None)


def _alike(teams: Sequence[Team]) -> list[Team]:
    """One each of the teams for which a post that they see has the same hours."""
    return list({_hours(team): team for team in teams}.values())


def _hours(team: Team) -> tuple[object, ...]:
    return (team.timezone, team.opens, team.pause, team.stopped, team.stage, team.sees.languages)


def _known(teams: Sequence[Team]) -> Mapping[tuple[str, str | None], set[int]]:
    """By each name on which a post may be chosen the teams that choose it, as their places in `_alike`."""
    places = {hours: index for index, hours in enumerate(dict.fromkeys(map(_hours, teams)))}
    known: dict[tuple[str, str | None], set[int]] = {}
    for team in teams:
        for name in _choosing(team):
            known.setdefault(name, set()).add(places[_hours(team)])
    return known


def _choosing(team: Team) -> Iterator[tuple[str, str | None]]:
    yield ("team", team.key)
    yield from (("type", kind) for kind in team.sees.types)
    yield from (("tag", tag) for tag in team.sees.tags)
    yield from (("source", source) for source in team.sees.sources)
    yield from (("post", slug) for slug in team.sees.posts)


def _seeing(post: Post, known: Mapping[tuple[str, str | None], set[int]]) -> set[int]:
    """The same choice as `wanted`, for all teams at once."""
    if post.teams is not None:
        names: Iterable[tuple[str, str | None]] = (("team", key) for key in post.teams)
    else:
        tags = (("tag", tag) for tag in post.tags)
        names = (("type", post.type), *tags, ("source", post.source), ("post", post.slug))
    return set().union(*(known.get(name, ()) for name in names))


# Posts ----------------------------------------------------------------------------------------------


def _ahead(posts: Iterable[Post], now: datetime) -> Iterator[tuple[datetime, Post]]:
    """The posts of which something may change after `now`, each with a moment before which it does not: what can be
    seen at a glance, without a look at any team."""
    for post in posts:
        gone = post.withdraw is not None and ALWAYS < post.withdraw <= now
        earliest = None if gone or post.publish is None else min(_glances(post, now), default=None)
        if earliest is not None:
            yield earliest, post


def _glances(post: Post, now: datetime) -> Iterator[datetime]:
    """Of each of the post's moments that may lie after `now` a moment that is no later."""
    if post.withdraw is not None and now < post.withdraw:
        yield post.withdraw
    for moment in (post.publish, post.expires):
        if isinstance(moment, Instant) and now < moment.moment:
            yield moment.moment
        elif isinstance(moment, WallTime):
            about = datetime.combine(moment.day, moment.at, UTC)
            if now < about + FARTHEST:
                yield about - FARTHEST


def _of_post(post: Post, teams: Sequence[Team]) -> Iterator[datetime]:
    """When the post comes to and leaves the pages of these teams, who choose it, and its own page changes."""
    spoken_to = [team for team in teams if spoken(post, team)]
    firsts = [(team, first) for team in spoken_to if (first := begins(post, team)) is not None]
    for team, first in firsts:
        last = leaves(post, team)
        if last is None or first < last[0]:
            yield first
            yield from () if last is None else last[:1]
    if _has_page(post):
        yield from _of_page(post, [(team, first) for team, first in firsts if _counts(post, team, first)])


def _has_page(post: Post) -> bool:
    return post.source is None and (
        bool(post.aliases) or any(version.url is None for version in post.versions.values())
    )


def _counts(post: Post, team: Team, first: datetime) -> bool:
    """Whether what the team sees from `first` on makes the post public, in the sense of `published`."""
    return all(since in (None, ALWAYS) or first < since for since in (post.withdraw, team.stopped))


def _of_page(post: Post, firsts: Sequence[tuple[Team, datetime]]) -> Iterator[datetime]:
    """When the post's own page appears, may be found by search engines, and becomes a tombstone."""
    listed = [first for team, first in firsts if team.stage is Stage.LIVE]
    for moments in ([first for _, first in firsts], listed if post.withdraw != ALWAYS else []):
        yield from (min(moments),) if moments else ()
    if firsts and post.withdraw is not None:
        yield post.withdraw
