"""Moments exist where they are meant, and follow each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from heraldry.checks.finding import Finding, Site, path
from heraldry.model import ALWAYS, Instant, Post, Team
from heraldry.moments import instant
from heraldry.plan import appears, due_at, ends_at, published, rebased, wanted
from heraldry.problems import Level


def times(site: Site) -> Iterator[Finding]:
    """Local times exist for every team that sees the post, and promotion ends after it began."""
    for post in site.posts:
        teams = [team for team in site.teams if wanted(post, team)]
        yield from _gaps(post, teams)
        for team in teams:
            due, ends = due_at(post, team), ends_at(post, team)
            if due is not None and ends is not None and ends <= due:
                hint = "write a later time in 'expires', or an earlier one in 'publish'"
                said = f"the post expires before it appears (team '{team.key}')"
                yield Finding(path(post), ("expires",), said, hint)
                break


def too_early(site: Site, now: datetime) -> Iterator[Finding]:
    """A post that was withdrawn before its hour: when that comes, its address would tell that there was something.
    And one that is to be withdrawn before anybody sees it."""
    for post in rebased(site.posts, site.programme, now):
        yield from _planned_away(post, site.teams, now)
        own_page = post.aliases or any(version.url is None for version in post.versions.values())
        if post.withdraw == ALWAYS and own_page and not published(post, site.teams, now):
            first = min((first for team in site.teams if (first := appears(post, team))), default=None)
            if first is not None:
                since = f"{first.astimezone(site.programme.timezone):%Y-%m-%d %H:%M} ({site.programme.timezone.key})"
                hint = f"delete the file or take 'publish' out: else its address says from {since} on that it was"
                yield Finding(path(post), ("withdraw",), "withdrawn before its hour", hint, Level.WARNING)


def _planned_away(post: Post, teams: Sequence[Team], now: datetime) -> Iterator[Finding]:
    """That a withdrawal which is planned leaves the post no moment in which anybody sees it."""
    firsts = [first for team in teams if (first := appears(post, team))]
    if post.withdraw is not None and firsts and now < post.withdraw <= min(firsts):
        hint = "write a later moment in 'withdraw', or an earlier one in 'publish'"
        yield Finding(path(post), ("withdraw",), "withdrawn before it is public anywhere", hint, Level.WARNING)


def _gaps(post: Post, teams: Sequence[Team]) -> Iterator[Finding]:
    for key, moment in (("publish", post.publish), ("expires", post.expires)):
        missing = [t for t in teams if moment is not None and instant(moment, t.timezone) is None]
        if missing and moment is not None and not isinstance(moment, Instant):
            where = ", ".join(sorted({team.timezone.key for team in missing}))
            said = f"{moment.day} {moment.at:%H:%M}"
            hint = "clocks are put forward there at that hour: choose another time, or write an offset"
            yield Finding(path(post), (key,), f"'{said}' does not exist in {where}", hint)
