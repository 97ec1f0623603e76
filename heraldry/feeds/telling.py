"""How a source fares, in words for people: for whoever asks, and as the warnings of a build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo

from heraldry.feeds.concerns import STALE, given_up, has_moved, late, refused, troubled, used
from heraldry.feeds.state import Health, State
from heraldry.feeds.visits import at_its_address
from heraldry.model import Source
from heraldry.problems import Level, Position, Problem


def told(source: Source, health: Health | None, now: datetime, tz: tzinfo, stale: timedelta = STALE) -> tuple[str, ...]:
    """How the source fares, in plain words, most important first; times in `tz`. They hold no secret.

    Feeds and servers may have had a hand in some of the words: they are one printable line each, and no more.
    """
    known = at_its_address(health, source)
    if known is None or known.state is State.WAITING:
        return ("never tried yet",)
    return tuple(_told(source, known, now, tz, stale))


def _told(source: Source, health: Health, now: datetime, tz: tzinfo, stale: timedelta) -> Iterator[str]:
    yield _headline(source, health, now, tz)
    if health.success and health.success != health.checked:
        yield f"last read well on {_moment(health.success, now, tz)}"
    elif health.success is None:
        yield "never read well"
    if health.state not in (State.OK, State.GONE):
        yield f"next try {_next(health, now, tz)}"
    yield _stay(health.entries) if troubled(health) else _count(health.entries)
    yield from _advice(source, health, now)
    if late(health, now, stale):
        yield f"not read since {_moment(health.success or health.since, now, tz)}: are builds still running?"
    if health.proxy:
        yield "fetched through its proxy, which decides what may be reached"


def _headline(source: Source, health: Health, now: datetime, tz: tzinfo) -> str:
    since = f"since {_moment(health.since, now, tz)}"
    why = f" ({'; '.join(health.reasons)})" if health.reasons else ""
    match health.state:
        case State.DEGRADED:
            what = "has faults" if used(health) else "brings nothing that can be used"
            return f"{what} {since}{why}"
        case State.FAILED:
            return f"fails {since}{why}"
        case State.BLOCKED:
            return f"blocked {since}{why}"
        case State.BUSY:
            return f"asks to be left alone {since}{why}"
        case State.GONE:
            return f"the feed says it is gone for good (410) {since}: {_GONE}; it is no longer asked"
        case State.HELD:
            return f"{_held(health)}: to let them in, write `{_line(health)}` below '{source.key}' in sources.yaml"
        case _:
            return f"well {since}"


_GONE = "remove it or give its new address"


def _held(health: Health) -> str:
    day = f" on {_day(health.held_on)}" if health.held_on else ""
    if health.held == 1:
        return f"1 entry that looks new came at once with the rest{day} and is held"
    return f"{health.held} entries that look new came at once{day} and are held"


def _line(health: Health) -> str:
    return f"accept_batch: {health.held_on}"


def _advice(source: Source, health: Health, now: datetime) -> Iterator[str]:
    if refused(health):
        yield _credential(source)
    if given_up(health, now):
        yield f"it has failed for {(now - health.since).days} days: remove it or give its new address"
    if has_moved(health, now):
        yield f"its address has moved to {health.moved}: put it into sources.yaml"


def _credential(source: Source) -> str:
    if source.auth:
        return f"its credential is taken from the environment variable {source.auth.env}: is that still right?"
    return "it may want a credential: see 'auth' of a source"


def _stay(entries: int) -> str:
    if not entries:
        return "it has no earlier entries to show"
    return "its 1 entry stays on the pages" if entries == 1 else f"its {entries:,} entries stay on the pages"


def _count(entries: int) -> str:
    return "1 entry" if entries == 1 else f"{entries:,} entries"


def _next(health: Health, now: datetime, tz: tzinfo) -> str:
    if health.next_try is None or health.next_try <= now:
        return "at the next build"
    return f"from {_moment(health.next_try, now, tz)}"


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _day(day: date) -> str:
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def _moment(moment: datetime, now: datetime, tz: tzinfo) -> str:
    """Such as `Monday 16 November, 09:30`; of another year with its year."""
    local = moment.astimezone(tz)
    year = "" if local.year == now.astimezone(tz).year else f" {local.year}"
    return f"{_day(local.date())}{year}, {local:%H:%M}"


# What a build says -----------------------------------------------------------------------------------


def problems(
    sources: Sequence[Source],
    healths: Mapping[str, Health],
    now: datetime,
    places: Mapping[str, Position],
) -> Iterator[Problem]:
    """A warning for each source in trouble and for each that has moved, where it stands in sources.yaml."""
    for source in sources:
        health = at_its_address(healths.get(source.key), source)
        if health is None:
            continue
        at = places.get(source.key, Position("sources.yaml"))
        if troubled(health):
            yield _warning(at, source, _message(health), _hint(source, health, now))
        if has_moved(health, now):
            yield _warning(at, source, f"its address has moved to {health.moved}", "put it into sources.yaml")


def _warning(at: Position, source: Source, said: str, hint: str) -> Problem:
    return Problem(at, f"source '{source.key}': {said}", hint, Level.WARNING)


def _message(health: Health) -> str:
    if health.state is State.HELD:
        return _held(health)
    return "; ".join(health.reasons) or f"it is {health.state}"


def _hint(source: Source, health: Health, now: datetime) -> str:
    kept = "its earlier entries stay on the pages" if health.entries else "it has no earlier entries to show"
    if health.state is State.HELD:
        return f"to let them in, write '{_line(health)}' below '{source.key}'; until then {kept}"
    if health.state is State.GONE or given_up(health, now):
        return f"{kept}; {_GONE}"
    if refused(health):
        return f"{kept}; {_credential(source)}"
    return "its other entries are used" if health.state is State.DEGRADED and used(health) else kept
