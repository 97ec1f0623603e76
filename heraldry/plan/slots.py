"""Times for undated drafts: the next free weekly slots, within the caps per day, in the order that the mix asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from heraldry.model import Post, PostType, Programme, Slot, Team, WallTime
from heraldry.moments import instant
from heraldry.plan.agenda import crewing
from heraldry.plan.audience import spoken, wanted
from heraldry.plan.schedule import due_at, ends_at, opened, paused, withdrawn

WINDOW = timedelta(weeks=4)
"""The mix is that of what appeared so long ago at most, or will within as long."""

HORIZON = 366
"""Days: a draft that finds no slot within them is left to its editor."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A time for a draft: `publish` as an editor would write it, `moments` the instants (UTC) at which its teams see
    it, those that are paused or not open by then left out, and in words why it comes in this place."""

    post: Post
    publish: WallTime
    moments: tuple[tuple[Team, datetime], ...]
    why: str


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A draft for which there is no time, and why."""

    post: Post
    why: str


@dataclass(frozen=True, slots=True)
class Filling:
    """Proposals in the order in which they were chosen, and the drafts that are left over."""

    proposals: tuple[Proposal, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()


@dataclass(slots=True)
class _Book:
    """What is planned so far: by team, the instants taken by own posts, the posts of each local day, and the types
    within the window. It fills up while a filling is made, and never leaves it."""

    taken: dict[str, set[datetime]] = field(default_factory=dict)
    days: Counter[tuple[str, date]] = field(default_factory=Counter)
    types: dict[str, Counter[PostType]] = field(default_factory=dict)

    def enter(self, post: Post, team: Team, due: datetime, now: datetime) -> None:
        """The post is due for the team then."""
        if post.source is None:
            self.taken.setdefault(team.key, set()).add(due)
        self.days[team.key, due.astimezone(team.timezone).date()] += 1
        if abs(due - now) <= WINDOW:
            self.types.setdefault(team.key, Counter())[post.type] += 1

    def free(self, team: Team, due: datetime) -> bool:
        """Whether nothing of the editors' is due for the team at that instant, and its day has room."""
        if due in self.taken.get(team.key, ()):
            return False
        cap = team.max_per_day
        return cap is None or self.days[team.key, due.astimezone(team.timezone).date()] < cap


def filling(
    drafts: Sequence[Post], planned: Iterable[Post], teams: Sequence[Team], programme: Programme, now: datetime
) -> Filling:
    """The next free slots for the drafts, one after the other.

    `planned` is all that has a time, published or not, imported posts included. A slot is free for a draft when for
    none of the teams that see it another own post is due at that instant and none of them has as many posts on that
    local day as its `max_per_day` allows; nothing is ever proposed that would already be past for one of them. Slots
    are those that all its teams have, or where they have none in common the programme's; each is the local time of
    every team. A local time that one of the zones leaves out on that day moves on to the next minute that all have.
    While none of its teams shows anything, paused or not open yet, no slot is free.

    The draft that comes next is the one whose type is furthest below the `mix` of the teams that see it, counting what
    they were shown in the last four weeks and will be in the next four; of equal ones the first in order of name.
    """
    book = _booked(planned, teams, now)
    waiting = sorted(drafts, key=lambda post: post.slug)
    proposals: list[Proposal] = []
    unplaced: list[Unplaced] = []
    seeing = {post.slug: _seeing(post, teams) for post in waiting}
    while waiting:
        post, why = _next(waiting, seeing, book)
        waiting.remove(post)
        made = _placed(post, seeing[post.slug], programme, book, now, why)
        if isinstance(made, Unplaced):
            unplaced.append(made)
            continue
        proposals.append(made)
        for team, due in made.moments:
            book.enter(post, team, due, now)
    return Filling(tuple(proposals), tuple(unplaced))


def _booked(planned: Iterable[Post], teams: Sequence[Team], now: datetime) -> _Book:
    book, seen = _Book(), crewing(teams)
    for post in planned:
        for crew in seen(post):
            due = due_at(post, crew[0])
            if due is not None and now - due <= WINDOW and not withdrawn(post, max(now, due)):
                for team in crew:
                    book.enter(post, team, due, now)
    return book


def _seeing(post: Post, teams: Sequence[Team]) -> tuple[Team, ...]:
    return tuple(team for team in teams if wanted(post, team) and spoken(post, team))


@dataclass(frozen=True, slots=True)
class FreeSlot:
    """A weekly slot on a day, at which these teams have nothing yet."""

    publish: WallTime
    teams: tuple[Team, ...]


def free_slots(
    planned: Iterable[Post], teams: Sequence[Team], now: datetime, first: date, days: int
) -> tuple[FreeSlot, ...]:
    """The teams' own slots of so many days that are still to come and free, as `filling` counts it; earliest first."""
    book = _booked(planned, teams, now)
    found: dict[WallTime, list[Team]] = {}
    for day in (first + timedelta(days=number) for number in range(days)):
        for team in teams:
            for slot in team.slots:
                moment = slot_moment(slot, day, (team,)) if slot.weekday == day.weekday() else None
                due = instant(moment, team.timezone) if moment else None
                if moment and due and due > now and _shows(team, due) and book.free(team, due):
                    found.setdefault(moment, []).append(team)
    ordered = sorted(found.items(), key=lambda pair: (pair[0].day, pair[0].at))
    return tuple(FreeSlot(moment, tuple(free)) for moment, free in ordered)


# Which draft comes next ------------------------------------------------------------------------------


def _next(waiting: Sequence[Post], seeing: Mapping[str, Sequence[Team]], book: _Book) -> tuple[Post, str]:
    """The draft that the mix asks for most, and why it is that one."""
    known: dict[tuple[PostType, tuple[str, ...]], float] = {}

    def lack(post: Post) -> float:
        teams = seeing[post.slug]
        key = post.type, tuple(team.key for team in teams)
        if key not in known:
            known[key] = _mean([_lack(post.type, team, book) for team in teams if team.mix])
        return known[key]

    post = max(waiting, key=lack)
    return post, _why(post, [team for team in seeing[post.slug] if team.mix], book)


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.0


def _lack(kind: PostType, team: Team, book: _Book) -> float:
    """How far the type is below its share of the team's mix, from -1 to 1."""
    return _wanted_share(kind, team) - _share(kind, team, book)


def _wanted_share(kind: PostType, team: Team) -> float:
    return team.mix.get(kind, 0) / (sum(team.mix.values()) or 1)


def _share(kind: PostType, team: Team, book: _Book) -> float:
    seen = book.types.get(team.key, Counter())
    return seen[kind] / (seen.total() or 1)


def _why(post: Post, teams: Sequence[Team], book: _Book) -> str:
    """The team on which the type is furthest from its share, in numbers."""
    if not teams:
        return "first in order of name: no mix is set"
    team = max(teams, key=lambda team: _lack(post.type, team, book))
    has, wants = round(100 * _share(post.type, team, book)), round(100 * _wanted_share(post.type, team))
    kind = f"{post.type.value} posts"
    return f"{kind} are {has} % of what '{team.key}' shows in these eight weeks; its mix asks for {wants} %"


# Where it goes ---------------------------------------------------------------------------------------


def _placed(
    post: Post, teams: Sequence[Team], programme: Programme, book: _Book, now: datetime, why: str
) -> Proposal | Unplaced:
    if not teams:
        return Unplaced(post, "no team sees it")
    if all(paused(team, now) for team in teams):
        return Unplaced(post, f"paused: {_names(teams)}")
    slots = candidates(teams, programme)
    if not slots:
        return Unplaced(post, f"{_names(teams)} have no slot in common, and the programme has none")
    for moment in _moments(slots, teams, now):
        due = [(team, at) for team in teams if (at := instant(moment, team.timezone)) is not None]
        if len(due) < len(teams) or any(at <= now for _, at in due):
            continue
        if any(_over(post, team, at) for team, at in due):
            return Unplaced(post, "its promotion ends before the next free slot")
        showing = tuple((team, at) for team, at in due if _shows(team, at))
        if showing and all(book.free(team, at) for team, at in showing):
            return Proposal(post, moment, showing, why)
    return Unplaced(post, "no slot of the next twelve months is free")


def _shows(team: Team, at: datetime) -> bool:
    """Whether the team's page shows posts then."""
    return opened(team, at) and not paused(team, at)


def _over(post: Post, team: Team, due: datetime) -> bool:
    ends = ends_at(post, team)
    return (ends is not None and ends <= due) or withdrawn(post, due)


def _names(teams: Sequence[Team]) -> str:
    return " and ".join(f"'{team.key}'" for team in teams)


def candidates(teams: Sequence[Team], programme: Programme) -> tuple[Slot, ...]:
    """The weekly slots that all the teams have, else the programme's; in the order of the week."""
    shared = set(teams[0].slots).intersection(*(team.slots for team in teams[1:])) if teams else set()
    return tuple(sorted(shared or set(programme.slots), key=lambda slot: (slot.weekday, slot.at)))


def _moments(slots: Sequence[Slot], teams: Sequence[Team], now: datetime) -> Iterator[WallTime]:
    """The slots of the coming days, earliest first, each at a local time that all the zones have on that day."""
    first = min(now.astimezone(team.timezone).date() for team in teams)
    for number in range(HORIZON):
        day = first + timedelta(days=number)
        for slot in slots:
            if slot.weekday == day.weekday():
                yield slot_moment(slot, day, teams)


def slot_moment(slot: Slot, day: date, teams: Sequence[Team]) -> WallTime:
    """The slot on that day; where clocks are put forward over it, the next minute that all the teams' zones have."""
    at = datetime.combine(day, slot.at)
    zones = {team.timezone for team in teams}
    while any(instant(WallTime(at.date(), at.time()), zone) is None for zone in zones):
        at += timedelta(minutes=1)
    return WallTime(at.date(), at.time())
