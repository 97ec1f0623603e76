"""Dates and times as people write them, and the instants they name in a zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from heraldry.model import Instant, Slot, WallTime, When

_WHEN = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[ T](?P<at>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?P<offset>Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?)?"
)
FIRST_YEAR, LAST_YEAR = 1970, 2999
"""Years outside are mistakes; within them no zone and no shift leads out of what a datetime can hold."""

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def when(text: str, *, end_of_day: bool = False) -> When:
    """The moment that `2026-12-01`, `2026-12-01 09:00` or `2026-12-01T09:00+03:00` names.

    A date alone is its first minute, or with `end_of_day` the first minute of the day after.
    Raises ValueError for anything else.
    """
    match = _WHEN.fullmatch(text)
    if match is None:
        raise ValueError(text)
    on = day(match["day"])
    if match["at"] is None:
        return WallTime(on + timedelta(days=1 if end_of_day else 0), time())
    at = time.fromisoformat(match["at"])
    if match["offset"] is None:
        return WallTime(on, at)
    return Instant(datetime.fromisoformat(f"{on}T{at}{match['offset']}").astimezone(UTC))


def day(text: str) -> date:
    """The day that `2026-12-01` names. Raises ValueError for anything else."""
    found = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(text)
    return found


@lru_cache(maxsize=65536)
def instant(moment: When, zone: ZoneInfo, *, later: bool = True) -> datetime | None:
    """`moment` in `zone` as an instant in UTC; None when that local time does not exist there.

    A local time that exists twice means its later instant, or the earlier one if `later` is False. 00:00 is
    the day's first minute, also where clocks are put forward at midnight: a day written alone always exists.
    """
    if isinstance(moment, Instant):
        return moment.moment
    if moment.at == time():
        minutes = (time(*divmod(minute, 60)) for minute in range(24 * 60))
        return next((utc for at in minutes if (utc := _local(moment.day, at, zone, later))), None)
    return _local(moment.day, moment.at, zone, later)


def _local(day: date, at: time, zone: ZoneInfo, later: bool) -> datetime | None:
    local = datetime.combine(day, at, zone).replace(fold=1 if later else 0)
    utc = local.astimezone(UTC)
    back = utc.astimezone(zone).replace(tzinfo=None)
    return utc if back == local.replace(tzinfo=None, fold=back.fold) else None


def moved(moment: When, days: int) -> When:
    """The same moment `days` later; a wall-clock time keeps its hour."""
    if isinstance(moment, Instant):
        return Instant(moment.moment + timedelta(days=days))
    return WallTime(moment.day + timedelta(days=days), moment.at)


def span(text: str) -> timedelta:
    """The length that `90m`, `12h`, `3d` or `2w` names. Raises ValueError for anything else."""
    match = re.fullmatch(r"([0-9]{1,5})([mhdw])", text)
    if match is None:
        raise ValueError(text)
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def slot(text: str) -> Slot:
    """The weekly moment that `tue 09:00` names. Raises ValueError for anything else."""
    weekday, _, at = text.partition(" ")
    if not re.fullmatch(r"[0-9]{2}:[0-9]{2}", at):
        raise ValueError(text)
    return Slot(_WEEKDAYS.index(weekday.lower()), time.fromisoformat(at))


def aware(text: str, zone: ZoneInfo) -> datetime:
    """The instant a person names on the command line; without an offset it is local to `zone`.

    Raises ValueError for a text that is no time, or a local time that does not exist.
    """
    found = instant(when(text), zone)
    if found is None:
        raise ValueError(text)
    return found
