"""When something was published, from what feeds write: RFC 822 and 3339, and what comes near them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from heraldry.moments import LAST_YEAR

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = r"(?:[a-z]{3,9}\.?,?\s+)?"
_ZONE = r"(?P<zone>(?:[a-z]{1,5})?\s*[+-][0-9]{2}:?(?:[0-9]{2})?|(?:gmt|utc)[+-][0-9]|[a-z]{1,5})?(?:\s*\([^()]*\))?"
_CLOCK = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
    rf"\s*(?P<half>[ap]m)?\s*{_ZONE}"
)
_BARE_CLOCK = rf"(?P<hour>[0-9]{{2}})(?P<minute>[0-9]{{2}})(?P<second>[0-9]{{2}})?\s*{_ZONE}"
_TIME = rf"(?:,?\s+(?:at\s+)?{_CLOCK})?"

_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"{_DAY}(?P<day>[0-9]{{1,2}})[\s-]+(?P<month>[a-z]{{3}})[a-z]*\.?,?[\s-]+(?P<year>[0-9]{{4}}|[0-9]{{2}}){_TIME}",
        rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{1,2}})-(?P<day>[0-9]{{1,2}})(?:(?:\s*T\s*|\s+){_CLOCK})?",
        rf"(?P<year>[0-9]{{4}})(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})(?:T{_BARE_CLOCK})?",
        rf"{_DAY}(?P<month>[a-z]{{3}})[a-z]*\.?\s+(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>[0-9]{{4}}){_TIME}",
        rf"{_DAY}(?P<month>[a-z]{{3}})\s+(?P<day>[0-9]{{1,2}})\s+{_CLOCK}\s+(?P<year>[0-9]{{4}})",
    )
)

_HOURS = {
    **{"z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1},
    **{"cet": 1, "cest": 2, "met": 1, "mest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "trt": 3, "msk": 3},
    **{"wat": 1, "cat": 2, "sast": 2, "eat": 3, "pkt": 5, "ist": 5.5, "npt": 5.75, "ict": 7, "wib": 7},
    **{"sgt": 8, "hkt": 8, "pht": 8, "awst": 8, "jst": 9, "kst": 9, "acst": 9.5, "acdt": 10.5},
    **{"aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "brt": -3, "art": -3, "nst": -3.5, "ndt": -2.5},
    **{"ast": -4, "adt": -3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7},
    **{"akst": -9, "akdt": -8, "hst": -10},
}
"""Hours ahead of UTC. The American ones are RFC 822's; IST is India's, which is not the only one but the usual one."""

_OFFSET = re.compile(r"(?:[a-z]{1,5})?\s*([+-])([0-9]{1,2}):?([0-9]{2})?", re.IGNORECASE)


def instant(written: str) -> datetime | None:
    """The moment in UTC that a feed's date names; None for a day or an hour that does not exist, or no date at all.

    Without a zone it is UTC's. A day alone, or with a zone that nobody can know, is its noon in UTC: that is the
    same day nearly everywhere.
    """
    for shape in _SHAPES:
        if found := shape.fullmatch(written.strip()[:100]):
            return _made(found)
    return None


def recognised(written: str) -> bool:
    """Whether it has a shape that `instant` reads, or is a number, which no other reader may take for a date."""
    bare = written.strip()[:100]
    return bare.replace(".", "").isdecimal() or any(shape.fullmatch(bare) for shape in _SHAPES)


def sensible(moment: datetime | None) -> datetime | None:
    """The moment, or None when it lies before feeds existed or in a year that is a mistake."""
    return moment if moment is not None and moment >= EARLIEST and moment.year <= LAST_YEAR else None


def _made(found: re.Match[str]) -> datetime | None:
    said = found.groupdict()
    try:
        day = datetime(_year(said["year"]), _month(said["month"]), int(said["day"]), tzinfo=UTC)
        if said.get("hour") is None:
            return day + timedelta(hours=12)
        clock = timedelta(hours=_hour(said), minutes=_below(60, said["minute"]), seconds=_below(61, said["second"]))
        ahead = _ahead(said["zone"] or "z")
        return day + (clock - ahead if ahead is not None else timedelta(hours=12))
    except (ValueError, OverflowError):
        return None


def _year(written: str) -> int:
    """Two digits as RFC 2822 reads them."""
    number = int(written)
    return number if len(written) == 4 else number + (2000 if number < 50 else 1900)


def _month(written: str) -> int:
    return int(written) if written.isdecimal() else _MONTHS.index(written.lower()) + 1


def _hour(said: dict[str, str | None]) -> int:
    hour, half = _below(24, said["hour"]), (said.get("half") or "").lower()
    if half and not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + 12 * (half == "pm") if half else hour


def _below(limit: int, written: str | None) -> int:
    number = int(written or 0)
    if number >= limit:
        raise ValueError(number)
    return number


def _ahead(zone: str) -> timedelta | None:
    """How far the zone is ahead of UTC; None when that cannot be known."""
    if offset := _OFFSET.fullmatch(zone):
        ahead = timedelta(hours=int(offset[2]), minutes=_below(60, offset[3]))
        return (ahead if offset[1] == "+" else -ahead) if ahead <= timedelta(hours=14) else None
    hours = _HOURS.get(zone.lower())
    return None if hours is None else timedelta(hours=hours)
