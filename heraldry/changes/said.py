"""Values as people write them: moments, lists, rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from heraldry.model import ALWAYS, Instant, Slot, WallTime
from heraldry.plan.local import WEEKDAYS, day_words

_SPANS = ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute"))
_SECRETS = (re.compile(r"(?<=://)[^/@\s]*@"), re.compile(r"(?<=\?)[^\s]+"))
NOTHING = "–"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Weekday, date and time as a clock in the zone shows them, with the zone and how far it is from UTC."""
    local = at.astimezone(zone)
    return f"{day_words(local.date())}, {local:%H:%M} {zone.key}{_offset(local)}"


def _offset(local: datetime) -> str:
    minutes = int((local.utcoffset() or timedelta()).total_seconds() // 60)
    if local.tzinfo is not None and str(local.tzinfo) == "UTC":
        return ""
    hours, rest = divmod(abs(minutes), 60)
    return f" (UTC{'−' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''})"


def value(given: object) -> str:
    """A value of a post's or a team's key in one line; addresses without what could be a credential in them."""
    if given is None or given == () or given == "" or (isinstance(given, Mapping | frozenset) and not given):
        return NOTHING
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, WallTime):
        return f"{given.day} {given.at:%H:%M} in each team's own time"
    if isinstance(given, Instant):
        return moment(given.moment, ZoneInfo("UTC"))
    if isinstance(given, datetime):
        return "yes" if given == ALWAYS else f"from {moment(given, ZoneInfo('UTC'))}"
    return _plain(given)


def _plain(given: object) -> str:
    if isinstance(given, timedelta):
        return _span(given)
    if isinstance(given, Slot):
        return f"{WEEKDAYS[given.weekday].lower()} {given.at:%H:%M}"
    if isinstance(given, Enum):
        return str(given.value)
    if isinstance(given, ZoneInfo):
        return given.key
    if isinstance(given, date | time | int):
        return str(given)
    return _several(given)


def _several(given: object) -> str:
    if isinstance(given, Mapping):
        return ", ".join(f"{value(key)}: {value(item)}" for key, item in given.items())
    if isinstance(given, frozenset | set):
        return ", ".join(sorted(value(item) for item in given))
    if isinstance(given, tuple | list):
        return ", ".join(value(item) for item in given)
    if is_dataclass(given) and not isinstance(given, type):
        parts = ((each.name, getattr(given, each.name)) for each in fields(given))
        return ", ".join(f"{name} {value(part)}" for name, part in parts if value(part) != NOTHING) or NOTHING
    return bare(str(given))


def bare(text: str) -> str:
    """A text with what could be a credential in an address taken out: a user's name, a password, a query."""
    for pattern in _SECRETS if "://" in text else ():
        text = pattern.sub("…", text)
    return text


def _span(length: timedelta) -> str:
    unit, name = next(((unit, name) for unit, name in _SPANS if length % unit == timedelta()), (None, ""))
    return many(length // unit, name) if unit else f"{length.total_seconds():g} seconds"


def many(count: int, what: str, plural: str = "") -> str:
    """`1 post`, `2 posts`, `1,200 entries`."""
    return f"{count:,} {what if count == 1 else plural or f'{what}s'}"


def listed(names: Iterable[str], most: int = 12) -> str:
    """Names with commas; of many the first ones and how many more there are."""
    every = list(names)
    more = len(every) - most
    return ", ".join(every) if more <= 0 else f"{', '.join(every[:most])} and {more} more"
