"""An instant as people of a zone say it. English, and the same on every machine."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def city(zone: ZoneInfo) -> str:
    """What people call a zone: the place that stands for it, `Lord Howe` for Australia/Lord_Howe."""
    return zone.key.rpartition("/")[2].replace("_", " ")


def offset(moment: datetime, zone: ZoneInfo) -> str:
    """The zone's distance from UTC at that moment, `+10:30`."""
    return moment.astimezone(zone).isoformat()[-6:]


def day_words(day: date) -> str:
    """`Tue 1 Dec 2026`."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """`09:00`; seconds only where there are any."""
    local = moment.astimezone(zone)
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def place(moment: datetime, zone: ZoneInfo) -> str:
    """The city and its distance from UTC at that moment: `Istanbul +03:00`; UTC is called only so."""
    return "UTC" if zone.key in ("UTC", "Etc/UTC") else f"{city(zone)} {offset(moment, zone)}"


def local_words(moment: datetime, zone: ZoneInfo) -> str:
    """`Tue 1 Dec 2026 09:00 Istanbul +03:00`."""
    return f"{day_words(moment.astimezone(zone).date())} {clock(moment, zone)} {place(moment, zone)}"
