"""Which instant a written time names, zone by zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heraldry import moments
from heraldry.model import Instant, Slot, WallTime

LATER, EARLIER = True, False


def at(text: str, zone: str, *, later: bool = True) -> str | None:
    """The instant that `text` names in `zone`, in UTC."""
    found = moments.instant(moments.when(text), ZoneInfo(zone), later=later)
    return found.strftime("%Y-%m-%d %H:%M") if found else None


def refused(read: Callable[[str], object], text: str) -> bool:
    """Whether reading `text` raises the ValueError that is promised."""
    try:
        read(text)
    except ValueError:
        return True
    return False


@pytest.mark.parametrize(
    ("zone", "utc"),
    [
        ("Europe/Istanbul", "2026-12-01 06:00"),
        ("Asia/Seoul", "2026-12-01 00:00"),
        ("Europe/Berlin", "2026-12-01 08:00"),
        ("America/New_York", "2026-12-01 14:00"),
        ("Asia/Kolkata", "2026-12-01 03:30"),
        ("Pacific/Chatham", "2026-11-30 19:15"),
        ("Australia/Lord_Howe", "2026-11-30 22:00"),
    ],
)
def test_nine_oclock_is_each_teams_own_nine_oclock(zone: str, utc: str) -> None:
    assert at("2026-12-01 09:00", zone) == utc


@pytest.mark.parametrize("zone", ["Asia/Seoul", "Europe/Berlin", "America/New_York", "Pacific/Chatham"])
@pytest.mark.parametrize("text", ["2026-12-01T09:00+03:00", "2026-12-01 09:00+03:00", "2026-12-01T06:00Z"])
def test_a_time_with_an_offset_is_one_instant_for_all(text: str, zone: str) -> None:
    assert at(text, zone) == "2026-12-01 06:00"


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("2027-03-28 02:00", "Europe/Berlin"),
        ("2027-03-28 02:30", "Europe/Berlin"),
        ("2027-03-28 02:59", "Europe/Berlin"),
        ("2027-03-14 02:30", "America/New_York"),
        ("2026-10-04 02:15", "Australia/Lord_Howe"),
        ("2026-09-27 02:50", "Pacific/Chatham"),
        ("2011-12-30 12:00", "Pacific/Apia"),
    ],
)
@pytest.mark.parametrize("later", [LATER, EARLIER])
def test_a_local_time_that_clocks_leave_out_is_no_instant(text: str, zone: str, later: bool) -> None:
    assert at(text, zone, later=later) is None


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        ("2027-03-28 01:59", "Europe/Berlin", "2027-03-28 00:59"),
        ("2027-03-28 03:00", "Europe/Berlin", "2027-03-28 01:00"),
        ("2027-03-14 03:00", "America/New_York", "2027-03-14 07:00"),
        ("2026-10-04 02:30", "Australia/Lord_Howe", "2026-10-03 15:30"),
        ("2027-03-28 02:30", "Europe/Istanbul", "2027-03-27 23:30"),
    ],
)
def test_the_minutes_round_a_gap_exist(text: str, zone: str, utc: str) -> None:
    assert at(text, zone) == utc


@pytest.mark.parametrize(
    ("text", "zone", "earlier", "later"),
    [
        ("2026-10-25 02:30", "Europe/Berlin", "2026-10-25 00:30", "2026-10-25 01:30"),
        ("2026-11-01 01:30", "America/New_York", "2026-11-01 05:30", "2026-11-01 06:30"),
        ("2027-04-04 01:45", "Australia/Lord_Howe", "2027-04-03 14:45", "2027-04-03 15:15"),
        ("2027-04-04 03:00", "Pacific/Chatham", "2027-04-03 13:15", "2027-04-03 14:15"),
    ],
)
def test_a_local_time_that_exists_twice_is_its_later_instant_to_publish_and_its_earlier_to_expire(
    text: str, zone: str, earlier: str, later: str
) -> None:
    assert (at(text, zone, later=EARLIER), at(text, zone, later=LATER)) == (earlier, later)


@pytest.mark.parametrize(
    ("day", "zone", "utc"),
    [
        ("2026-12-01", "Europe/Istanbul", "2026-11-30 21:00"),
        ("2027-03-28", "Asia/Beirut", "2027-03-27 22:00"),
        ("2024-03-10", "America/Havana", "2024-03-10 05:00"),
    ],
)
def test_a_day_begins_at_its_first_minute_even_where_midnight_is_left_out(day: str, zone: str, utc: str) -> None:
    assert at(day, zone) == utc


def test_a_day_alone_ends_with_the_first_minute_of_the_next() -> None:
    assert moments.when("2026-12-31", end_of_day=True) == WallTime(date(2027, 1, 1), time())
    assert moments.when("2026-12-31") == WallTime(date(2026, 12, 31), time())
    assert moments.when("2026-12-31 18:00", end_of_day=True) == WallTime(date(2026, 12, 31), time(18))


@pytest.mark.parametrize(
    "text",
    [
        "", "10:30", "tomorrow", "2026-02-30", "2026-13-01", "2026-12-01 24:00", "2026-12-01 9:00", "2026-12-1",
        "2026-12-01  09:00", "2026-12-01T09:00+3", "2026-12-01T09:00+25:00", "2026-12-01T09:00+03:60",
        "2026-12-01T09:00+15:00", "2026-12-01T09:00-15:00", "2026-12-01T09:00z", "20261201",
        "2026-W49-2", "1969-12-31", "3000-01-01", "9999-12-31T23:59-12:00", "\uff12\uff10\uff12\uff16-12-01", " 2026-12-01",
    ],
)  # fmt: skip
def test_what_is_no_time_raises_a_value_error(text: str) -> None:
    assert refused(moments.when, text)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90m", timedelta(minutes=90)),
        ("12h", timedelta(hours=12)),
        ("3d", timedelta(days=3)),
        ("2w", timedelta(weeks=2)),
        ("0d", timedelta()),
    ],
)
def test_a_length_of_time_is_a_number_and_a_unit(text: str, length: timedelta) -> None:
    assert moments.span(text) == length


@pytest.mark.parametrize("text", ["", "d", "3", "3 d", "3D", "-3d", "3.5d", "3d3h", "1000000d", "\u0663d"])
def test_what_is_no_length_of_time_raises_a_value_error(text: str) -> None:
    assert refused(moments.span, text)


def test_a_slot_is_a_weekday_and_a_time() -> None:
    assert moments.slot("tue 09:00") == Slot(1, time(9))
    assert moments.slot("SUN 23:59") == Slot(6, time(23, 59))


@pytest.mark.parametrize(
    "text", ["", "tue", "09:00", "tue 9:00", "tue 24:00", "tuebingen 09:00", "tue  09:00", "di 09:00"]
)
def test_what_is_no_slot_raises_a_value_error(text: str) -> None:
    assert refused(moments.slot, text)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-12-01 09:00", "2026-12-01T06:00+00:00"),
        ("2026-12-01", "2026-11-30T21:00+00:00"),
        ("2026-12-01T09:00+09:00", "2026-12-01T00:00+00:00"),
    ],
)
def test_a_time_on_the_command_line_is_local_to_the_programme_unless_it_has_an_offset(text: str, utc: str) -> None:
    assert moments.aware(text, ZoneInfo("Europe/Istanbul")).isoformat(timespec="minutes") == utc


def test_a_time_on_the_command_line_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="02:30"):
        moments.aware("2027-03-28 02:30", ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("text", "days", "moved"),
    [
        ("2026-03-27 09:00", 2, WallTime(date(2026, 3, 29), time(9))),
        ("2026-12-31 09:00", -365, WallTime(date(2025, 12, 31), time(9))),
        ("2026-03-27T09:00+01:00", 2, Instant(datetime(2026, 3, 29, 8, tzinfo=UTC))),
    ],
)
def test_a_moment_moves_by_whole_days_and_keeps_its_hour(text: str, days: int, moved: WallTime | Instant) -> None:
    assert moments.moved(moments.when(text), days) == moved


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2037, 1, 1)),
    st.sampled_from(["Europe/Istanbul", "Asia/Seoul", "America/New_York", "Pacific/Chatham", "Australia/Lord_Howe"]),
)
def test_an_instant_shows_the_wall_clock_it_was_written_as_or_does_not_exist(local: datetime, name: str) -> None:
    zone, local = ZoneInfo(name), local.replace(second=0, microsecond=0)
    early, late = (moments.instant(WallTime(local.date(), local.time()), zone, later=later) for later in (False, True))
    assert (early is None) == (late is None)
    if early and late and local.time() != time():
        assert early.astimezone(zone).replace(tzinfo=None) == local
        assert late.astimezone(zone).replace(tzinfo=None) == local
        assert early <= late <= early + timedelta(hours=2)
