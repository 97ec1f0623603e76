"""A whole year, 2028, for teams in six zones: probed at each instant at which something is due or ends, a second before
and a second after. Every post appears once, at its minute on the wall, on its pages only, and leaves at its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from built_sites import Rendered, canaries
from canaries import word
from generated_sites import Crew, Story, Text, World, written
from plain_rules import edges, expected, groups, items, leaks, promoted, wants
from selectolax.lexbor import LexborHTMLParser

YEAR = 2028
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
ZONES = {
    name: word(f"the team in {name}", "key")
    for name in (
        *("Europe/Istanbul", "Asia/Seoul", "Europe/Berlin", "America/New_York"),
        *("Pacific/Chatham", "Australia/Lord_Howe"),
    )
}
"""The zones, and the key of the team in each."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A change of the clocks: its instant, by how much they are put forward (or back, below 0), and a wall-clock time
    in the midst of what is left out or comes twice."""

    at: datetime
    by: timedelta
    midst: datetime


@cache
def turns(zone: str) -> tuple[Turn, ...]:
    """The changes of the clocks in the year, as the zone's own data tell them."""

    def offset(moment: datetime) -> timedelta:
        return moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()

    start, half = datetime(YEAR, 1, 1, tzinfo=UTC), timedelta(minutes=30)
    steps = (start + n * half for n in range(366 * 48))
    found = [(at, offset(at - half), offset(at)) for at in steps if offset(at - half) != offset(at)]
    return tuple(
        Turn(at, after - before, (at + min(before, after)).replace(tzinfo=None) + abs(after - before) / 2)
        for at, before, after in found
    )


def post(
    name: str, publish: str, expires: str | None = None, teams: Sequence[str] | None = None, url: bool = False
) -> Story:
    """A post of that name, for every team or for those in some zones, with a page of its own or about one elsewhere."""
    keys = None if teams is None else tuple(ZONES[zone] for zone in teams)
    return Story(word(name, "slug"), "company", (), keys, publish, expires, (Text("en", url),))


def _calendar() -> Iterator[Story]:
    """What editors write in a year: days, wall-clock times and instants, for everybody and for single teams."""
    zones = tuple(ZONES)
    for month in range(1, 13):
        day = date(YEAR, month, 10)
        yield post(f"month {month}", f"{day} 09:00", f"{day + 20 * DAY}", url=True)
        yield post(f"offset {month}", f"{day}T09:00+03:00", f"{day + 3 * DAY}T09:00-05:00", url=month % 4 > 0)
        yield post(
            f"day {month}", f"{day + 5 * DAY}", f"{day + 6 * DAY} 18:30", zones[month % 3 :: 3], url=month % 4 > 0
        )
    for number in range(26):
        tuesday = date(YEAR, 1, 4) + number * 14 * DAY
        slot = tuesday + (2 * DAY if number % 2 else 0 * DAY)
        yield post(f"slot {number}", f"{slot} 09:00", f"{slot + 6 * DAY}", [zones[number % len(zones)]], url=True)


def _odd_days() -> Iterator[Story]:
    """The leap day and the turns of the year."""
    yield post("leap day", f"{YEAR}-02-29", f"{YEAR}-02-29")
    yield post("leap hour", f"{YEAR}-02-29 09:00", f"{YEAR}-03-01")
    yield post("before the leap day", f"{YEAR}-02-28 23:59:59", f"{YEAR}-02-29 00:00")
    yield post("to the leap day", f"{YEAR}-02-20", f"{YEAR}-02-29 23:59:59")
    yield post("new year", f"{YEAR}-01-01", f"{YEAR}-01-01")
    yield post("last year", f"{YEAR - 1}-12-31 23:59:59", f"{YEAR}-01-01 00:00")
    yield post("old year", f"{YEAR}-12-31", f"{YEAR}-12-31")
    yield post("over new year", f"{YEAR}-12-31 23:59:59", f"{YEAR + 1}-01-01")
    yield post("for ever", f"{YEAR}-06-01 12:00")


def _clock_changes() -> Iterator[Story]:
    """What begins and ends in an hour that comes twice, and on both sides of one that is left out."""
    for zone in ZONES:
        for turn in turns(zone):
            wall, name = turn.midst, f"{zone} {turn.midst}"
            before, after = wall - abs(turn.by), wall + abs(turn.by)
            if turn.by < timedelta():
                yield post(f"begins {name}", f"{wall}", f"{after}", [zone])
                yield post(f"ends {name}", f"{before}", f"{wall}", [zone])
                yield post(f"begins everywhere {name}", f"{wall}", f"{wall + DAY}")
            else:
                yield post(f"round {name}", f"{before}", f"{after}", [zone])
            yield post(f"that day {name}", f"{wall:%Y-%m-%d}", f"{wall:%Y-%m-%d}")


def _never() -> Iterator[tuple[Story, str]]:
    """Posts with a time that some team's clocks leave out, and the zone where that is."""
    for zone in ZONES:
        for turn in (turn for turn in turns(zone) if turn.by > timedelta()):
            name = f"{zone} {turn.midst}"
            yield post(f"never {name}", f"{turn.midst}", None, [zone]), zone
            yield post(f"never anywhere {name}", f"{turn.midst}"), zone
            yield post(f"never ends {name}", f"{turn.midst - DAY}", f"{turn.midst}", [zone]), zone


NEVER = dict(_never())

WORLD = World(
    languages=("en",),
    zone="Europe/Istanbul",
    pause=None,
    crews=tuple(Crew(key=key, zone=zone, types=("company",), networks=("linkedin",)) for zone, key in ZONES.items()),
    stories=(*_calendar(), *_odd_days(), *_clock_changes(), *NEVER),
    wires=(),
)

EDGES = tuple(edges(WORLD))
SAMPLE = tuple(
    moment
    for number, moment in enumerate(EDGES)
    if number % 16 == 0 or any(abs(moment - turn.at) < timedelta(hours=2) for zone in ZONES for turn in turns(zone)[:1])
)
"""In the normal run: every so many instants, and those round each zone's first change of the clocks."""


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    return Rendered(written(WORLD, tmp_path_factory.mktemp("year")))


def test_the_year_has_gaps_folds_and_a_leap_day() -> None:
    changes = {zone: sorted(turn.by / timedelta(minutes=1) for turn in turns(zone)) for zone in ZONES}
    assert changes == {
        "Europe/Istanbul": [],
        "Asia/Seoul": [],
        "Europe/Berlin": [-60, 60],
        "America/New_York": [-60, 60],
        "Pacific/Chatham": [-60, 60],
        "Australia/Lord_Howe": [-30, 30],
    }
    assert datetime(YEAR, 7, 1, tzinfo=UTC).astimezone(ZoneInfo("Pacific/Chatham")).utcoffset() == timedelta(
        hours=12, minutes=45
    )
    assert date(YEAR, 2, 29) - date(YEAR, 2, 28) == DAY
    for zone in ZONES:
        for turn in turns(zone):
            shown = [u for u in _hours(turn.at) if _wall(u, zone) == turn.midst]
            assert len(shown) == (2 if turn.by < timedelta() else 0)


def _hours(moment: datetime) -> Iterator[datetime]:
    yield from (moment + n * timedelta(minutes=15) for n in range(-16, 17))


def _wall(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def test_a_time_that_clocks_leave_out_is_said_with_its_zone_and_keeps_its_post_out(year: Rendered) -> None:
    said = {(problem.at.path, problem.message) for problem in year.problems}
    for story, zone in NEVER.items():
        about = [message for path, message in said if story.slug in path]
        assert any(message.endswith(f"does not exist in {zone}") for message in about), story
    assert len(said) == len(NEVER)


# Probing --------------------------------------------------------------------------------------------------


def probed(year: Rendered, moments: Sequence[datetime]) -> Iterator[tuple[datetime, Mapping[str, frozenset[str]]]]:
    """The site at each moment, a second before and a second after; all of it is as plain_rules.py says."""
    for moment in sorted({moment + step for moment in moments for step in (-SECOND, 0 * SECOND, SECOND)}):
        site = year.at(moment)
        found = canaries(site)
        assert leaks(found, expected(WORLD, moment)) == [], moment
        assert counted(site["index.html"]) == {
            word(group.key, "name"): sum(promoted(item, group, WORLD, moment) for item in items(WORLD))
            for group in groups(WORLD)
        }, moment
        yield moment, found


def counted(index: bytes) -> dict[str, int]:
    """How many posts the index says each team has, by the canary in the team's name."""
    found = {}
    for tile in LexborHTMLParser(index.decode()).css(".tile"):
        name, count = tile.css_first("h3"), tile.css_first(".count")
        assert name
        assert count
        number = re.search(r"\d+", count.text())
        found[name.text().split()[1].lower()] = int(number[0]) if number else 0
    return found


def test_each_moment_of_the_year_shows_what_it_should(year: Rendered) -> None:
    assert len(SAMPLE) > 40
    assert sum(1 for _ in probed(year, SAMPLE)) > 100


@pytest.mark.soak
def test_every_post_appears_once_at_its_local_minute_and_leaves_at_its_end(year: Rendered) -> None:
    there: dict[tuple[str, str], bool] = {}
    came: dict[tuple[str, str], list[datetime]] = {}
    left: dict[tuple[str, str], list[datetime]] = {}
    probes = 0
    for moment, found in probed(year, EDGES):
        probes += 1
        for zone, key in ZONES.items():
            page = found[f"{key}/index.html"]
            for story in WORLD.stories:
                now, pair = story.slug in page, (story.slug, zone)
                if now != there.get(pair, False):
                    (came if now else left).setdefault(pair, []).append(moment)
                there[pair] = now
    print(f"{len(WORLD.stories)} posts in {len(ZONES)} zones, {len(EDGES)} instants, {probes} probes")
    assert {pair for pair, times in came.items() if len(times) > 1} == set()
    assert {pair for pair, times in left.items() if len(times) > 1} == set()
    for story in WORLD.stories:
        for zone, key in ZONES.items():
            meant = story not in NEVER and (story.teams is None or key in story.teams)
            begins, ends = came.get((story.slug, zone), []), left.get((story.slug, zone), [])
            assert bool(begins) is meant, (story, zone)
            assert bool(ends) is (meant and story.expires is not None), (story, zone)
            if meant:
                assert _reads(begins[0], zone, story.publish or ""), (story, zone)
            if ends:
                assert _reads(ends[0], zone, _end(story.expires or "")), (story, zone)


def _end(text: str) -> str:
    """A date alone is over when the next day begins."""
    return f"{date.fromisoformat(text) + DAY}" if len(text) == len("2028-12-31") else text


def _reads(moment: datetime, zone: str, text: str) -> bool:
    """Whether a clock in the zone reads at that moment what an editor wrote."""
    if text[10:11] == "T":
        return moment == datetime.fromisoformat(text)
    return _wall(moment, zone) == datetime.fromisoformat(text)


def test_of_two_instants_a_post_takes_the_later_to_begin_and_the_earlier_to_end(year: Rendered) -> None:
    """Said once more in numbers: the first hour that comes twice in each zone."""
    for zone, key in ZONES.items():
        for turn in (turn for turn in turns(zone) if turn.by < timedelta()):
            first, second = [u for u in _hours(turn.at) if _wall(u, zone) == turn.midst]
            begins, ends = (word(f"{what} {zone} {turn.midst}", "slug") for what in ("begins", "ends"))
            seen = {
                moment: canaries(year.at(moment))[f"{key}/index.html"]
                for moment in (first - SECOND, first, second - SECOND, second)
            }
            assert [begins in page for page in seen.values()] == [False, False, False, True]
            assert [ends in page for page in seen.values()] == [True, False, False, False]


def test_a_whole_year_is_the_same_for_a_programme_in_any_zone(tmp_path: Path, year: Rendered) -> None:
    """Teams live by their own clocks: where the programme itself stands changes no minute of theirs."""
    elsewhere = Rendered(written(replace(WORLD, zone="Pacific/Chatham"), tmp_path))
    for moment in SAMPLE[::12]:
        assert canaries(elsewhere.at(moment)) == canaries(year.at(moment))


def test_the_rule_for_audiences_is_tried_too() -> None:
    """Each team has posts that others do not see, so that a page too many would be found."""
    for group in groups(WORLD):
        assert [item for item in items(WORLD) if wants(group, item)]
        assert [item for item in items(WORLD) if not wants(group, item)]
