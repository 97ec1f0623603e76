"""What appears and what ends, when and for whom. A function of posts, teams and `now`; no clock is read here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import chain
from zoneinfo import ZoneInfo

from heraldry.model import ALWAYS, Post, Team, WallTime
from heraldry.moments import instant
from heraldry.plan.audience import spoken, wanted
from heraldry.plan.schedule import Held, appears, due_at, ends_at, leaves, opened, opening, paused, withdrawn


class What(StrEnum):
    """What happens at a moment: to a post on its teams' pages, or to a team."""

    APPEARS = "appears"
    ENDS = "ends"
    WITHDRAWN = "withdrawn"
    OPENS = "team opens"
    PAUSED = "team paused"


@dataclass(frozen=True, slots=True)
class Span:
    """How long a team sees a post: not before `begins`, not from `ends` (None: no end is known), and what ends it."""

    begins: datetime
    ends: datetime | None = None
    by: What = What.ENDS


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens at one moment (UTC), to one post or to teams.

    `teams` are those for whom it happens at that moment, in the order of teams.yaml. Of an opening or a pause `posts`
    are those that come or go with it; of everything else it is one.
    """

    moment: datetime
    what: What
    teams: tuple[Team, ...]
    posts: tuple[Post, ...] = ()

    @property
    def post(self) -> Post | None:
        """The post that it happens to; None when it happens to teams."""
        return None if self.what in (What.OPENS, What.PAUSED) else self.posts[0]

    @property
    def zones(self) -> dict[ZoneInfo, tuple[Team, ...]]:
        """The teams by their time zone."""
        found: dict[ZoneInfo, list[Team]] = {}
        for team in self.teams:
            found.setdefault(team.timezone, []).append(team)
        return {zone: tuple(teams) for zone, teams in found.items()}


@dataclass(frozen=True, slots=True)
class First:
    """The earliest instant (UTC) at which a post is public anywhere, and the teams that see it then."""

    moment: datetime
    teams: tuple[Team, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A post that does not come to the pages of `teams`, or to no page at all if there are none; `since` if known."""

    post: Post
    held: Held
    teams: tuple[Team, ...] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Agenda:
    """What happens from `start` to `until`, and what waits without a date.

    `later` counts the posts that appear or end only after it. `firsts` has every post, by its slug, that is or will be
    public somewhere.
    """

    now: datetime
    start: datetime
    until: datetime
    zone: ZoneInfo
    events: tuple[Event, ...]
    drafts: tuple[Post, ...] = ()
    kept: tuple[Kept, ...] = ()
    later: int = 0
    firsts: Mapping[str, First] = field(default_factory=dict)

    def days(self) -> Iterator[tuple[date, tuple[Event, ...]]]:
        """The events by their day in `zone`, days on which nothing happens left out."""
        found: dict[date, list[Event]] = {}
        for event in self.events:
            found.setdefault(event.moment.astimezone(self.zone).date(), []).append(event)
        yield from ((day, tuple(events)) for day, events in found.items())


def agenda(
    posts: Sequence[Post], teams: Sequence[Team], now: datetime, start: datetime, days: int, zone: ZoneInfo
) -> Agenda:
    """The agenda of so many days of the calendar in `zone`, beginning at `start`.

    Of imported posts only the end is told: they appear when a feed brings them.
    """
    until = last_minute(start, days, zone)
    happenings = list(_of_teams(teams))
    firsts: dict[str, First] = {}
    kept: list[Kept] = []
    seen_by_crews = crewing(teams)
    for post in posts:  # one after the other: what was worked out for a post is still at hand
        seen = seen_by_crews(post)
        happenings += _of_post(post, seen)
        if first := _first(post, seen, teams, now):
            firsts[post.slug] = first
        if post.source is None:
            kept += _keeping(post, seen, teams, now)
    every = _joined(happenings, teams)
    return Agenda(
        now=now,
        start=start,
        until=until,
        zone=zone,
        events=tuple(event for event in every if start <= event.moment < until),
        drafts=tuple(drafts((post for post in posts if post.source is None), now)),
        kept=tuple(kept),
        later=len({event.posts[0].slug for event in every if event.moment >= until and event.post}),
        firsts=firsts,
    )


def last_minute(start: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The end of so many days of the calendar, the one of `start` included."""
    day = start.astimezone(zone).date() + timedelta(days=days)
    # A zone that crosses the date line leaves out a whole day, as Apia did on 30 December 2011.
    firsts = (instant(WallTime(day + timedelta(days=later), time()), zone) for later in (0, 1))
    return next(first for first in firsts if first is not None)


_ENDING = {Held.EXPIRED: What.ENDS, Held.PAUSED: What.PAUSED, Held.WITHDRAWN: What.WITHDRAWN}


def shown(post: Post, team: Team) -> Span | None:
    """How long the team sees the post: at any `now` within, and at no other, nothing holds it (`held`).

    None when it never does.
    """
    begins = appears(post, team)
    if begins is None:
        return None
    end = leaves(post, team)
    if end is None:
        return Span(begins)
    ends, why = end
    return None if ends <= begins else Span(begins, ends, _ENDING[why])


Crew = tuple[Team, ...]
"""Teams of one zone that open and pause at the same moments: whatever they see happens to all of them at once."""


def crews(post: Post, teams: Sequence[Team]) -> tuple[Crew, ...]:
    """The teams that ever see the post, in crews. Of a large site this is what makes the plan quick: every moment is
    worked out once for a crew."""
    found: dict[object, list[Team]] = {}
    for team in teams:
        if wanted(post, team) and spoken(post, team) is not None:
            found.setdefault((team.timezone.key, team.opens, team.pause, team.stopped), []).append(team)
    return tuple(map(tuple, found.values()))


def crewing(teams: Sequence[Team]) -> Callable[[Post], tuple[Crew, ...]]:
    """`crews` for many posts: of those that look alike to every audience rule the answer is the same."""
    named = frozenset(slug for team in teams for slug in team.sees.posts)
    known: dict[object, tuple[Crew, ...]] = {}

    def of(post: Post) -> tuple[Crew, ...]:
        alike = (
            post.type,
            post.tags,
            post.teams,
            post.source,
            tuple(post.versions),
            post.slug if post.slug in named else "",
        )
        if alike not in known:
            known[alike] = crews(post, teams)
        return known[alike]

    return of


def events(posts: Iterable[Post], teams: Sequence[Team]) -> tuple[Event, ...]:
    """Everything that happens at any time, in order; teams for which it happens at the same instant are joined."""
    seen = crewing(teams)
    of_posts = (happening for post in posts for happening in _of_post(post, seen(post)))
    return _joined(chain(_of_teams(teams), of_posts), teams)


_Happening = tuple[datetime, What, Crew, Post | None]


def _joined(happenings: Iterable[_Happening], teams: Sequence[Team]) -> tuple[Event, ...]:
    found: dict[tuple[datetime, What, str], tuple[dict[str, Team], dict[str, Post]]] = {}
    for moment, what, crew, post in happenings:
        alone = "" if what in (What.OPENS, What.PAUSED) or post is None else post.slug
        joined, concerned = found.setdefault((moment, what, alone), ({}, {}))
        joined.update((team.key, team) for team in crew)
        if post:
            concerned[post.slug] = post
    order = {team.key: index for index, team in enumerate(teams)}
    made = (
        Event(moment, what, tuple(sorted(joined.values(), key=lambda team: order[team.key])), tuple(concerned.values()))
        for (moment, what, _), (joined, concerned) in found.items()
    )
    return tuple(sorted(made, key=_order))


_TURN = (What.PAUSED, What.WITHDRAWN, What.ENDS, What.OPENS, What.APPEARS)
"""What comes first of things at one moment: room is made, then filled."""


def _order(event: Event) -> tuple[datetime, int, str]:
    return event.moment, _TURN.index(event.what), event.posts[0].slug if event.posts else ""


def _of_teams(teams: Sequence[Team]) -> Iterator[_Happening]:
    for team in teams:
        first = opening(team)
        if first is not None and not (team.pause and team.pause <= first):
            yield first, What.OPENS, (team,), None
        if team.pause and team.pause != ALWAYS:
            yield team.pause, What.PAUSED, (team,), None


def _of_post(post: Post, seen: Iterable[Crew]) -> Iterator[_Happening]:
    for crew in seen:
        span = shown(post, crew[0])
        if span and post.source is None:
            yield span.begins, What.APPEARS if due_at(post, crew[0]) == span.begins else What.OPENS, crew, post
        if span and span.ends is not None:
            yield span.ends, span.by, crew, post


def first_public(post: Post, teams: Sequence[Team], now: datetime) -> First | None:
    """The earliest instant at which the post is public anywhere; None when it never was and, as files stand, never
    will be. It has come exactly when `published` says so."""
    return _first(post, crews(post, teams), teams, now)


def _first(post: Post, seen: Sequence[Crew], teams: Sequence[Team], now: datetime) -> First | None:
    begins = [(moment, crew) for crew in seen if (moment := _begins(post, crew[0], now))]
    if not begins:
        return None
    first = min(moment for moment, _ in begins)
    keys = {team.key for moment, crew in begins if moment == first for team in crew}
    return First(first, tuple(team for team in teams if team.key in keys))


def _begins(post: Post, team: Team, now: datetime) -> datetime | None:
    """As `appears`, unless the post is withdrawn or the team paused by then. Of those that are so without a date
    nobody knows since when: what was due before `now` may have been public."""
    first = appears(post, team)
    known = [since for since in (post.withdraw, team.pause, team.stopped) if since is not None]
    if first is None or any(ALWAYS < since <= first for since in known):
        return None
    return None if first > now and ALWAYS in known else first


def coming(posts: Iterable[Post], teams: Sequence[Team], now: datetime) -> tuple[tuple[First, Post], ...]:
    """The posts that are public nowhere yet and will be, each with its first instant; the next one first."""
    closed = any(not opened(team, now) for team in teams)
    young = (post for post in posts if closed or _is_young(post, now))
    firsts = ((first, post) for post in young if (first := first_public(post, teams, now)))
    later = [(first, post) for first, post in firsts if first.moment > now]
    return tuple(sorted(later, key=lambda pair: (pair[0].moment, pair[1].slug)))


def _is_young(post: Post, now: datetime) -> bool:
    """Whether the publish time may still lie ahead somewhere: no zone is more than a day from UTC. Spares the rest."""
    if isinstance(post.publish, WallTime):
        return post.publish.day >= now.date() - timedelta(days=2)
    return post.publish is not None and post.publish.moment > now


def drafts(posts: Iterable[Post], now: datetime) -> Iterator[Post]:
    """The posts that wait for a date."""
    return (post for post in posts if post.publish is None and not withdrawn(post, now))


def keeping(post: Post, teams: Sequence[Team], now: datetime) -> Iterator[Kept]:
    """What keeps a dated post off pages for more than a while: neither its hour, nor an opening, nor its end."""
    return _keeping(post, crews(post, teams), teams, now)


def _keeping(post: Post, seen: Sequence[Crew], teams: Sequence[Team], now: datetime) -> Iterator[Kept]:
    if post.publish is None and not withdrawn(post, now):
        return
    if withdrawn(post, now):
        keys = {team.key for crew in seen for team in crew}
        yield Kept(post, Held.WITHDRAWN, tuple(team for team in teams if team.key in keys), post.withdraw)
    elif not seen:
        wanting = tuple(team for team in teams if wanted(post, team))
        yield Kept(post, Held.LANGUAGE if wanting else Held.AUDIENCE, wanting)
    else:
        yield from _per_crew(post, seen, now)


def _per_crew(post: Post, seen: Sequence[Crew], now: datetime) -> Iterator[Kept]:
    found: dict[tuple[Held, datetime | None], list[Team]] = {}
    for crew in seen:
        why = _keeps(post, crew[0], now)
        if why:
            found.setdefault(why, []).extend(crew)
    yield from (Kept(post, held, tuple(teams), since) for (held, since), teams in found.items())


def _keeps(post: Post, team: Team, now: datetime) -> tuple[Held, datetime | None] | None:
    if due_at(post, team) is None:
        return Held.NO_SUCH_TIME, None
    ends = ends_at(post, team)
    if ends is not None and ends <= now:
        return None
    if post.withdraw is not None and shown(post, team) is None:
        return Held.WITHDRAWN, post.withdraw
    if team.pause is not None and (paused(team, now) or shown(post, team) is None):
        return Held.PAUSED, team.pause
    return None if appears(post, team) else (Held.CLOSED, opening(team))
