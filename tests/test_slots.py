"""Times for drafts: free slots, caps per day, the mix, and the one key that goes into the file."""

from __future__ import annotations

import codecs
import os
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from site_text import write_site

from heraldry.headers import Unfit, with_key
from heraldry.model import ALWAYS, Audience, Brand, Post, PostType, Programme, Slot, Team, Utm, Version, WallTime
from heraldry.moments import instant, when
from heraldry.pipeline.dating import BELOW, CHANGED, NotDated, dated
from heraldry.pipeline.outlook import outlook
from heraldry.plan import due_at
from heraldry.plan.slots import Filling, candidates, filling, free_slots, slot_moment
from heraldry.teams import read_teams

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)  # a Tuesday
TUE, THU = Slot(1, time(9)), Slot(3, time(9))
BERLIN, SEOUL, CHATHAM = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Seoul"), ZoneInfo("Pacific/Chatham")
LORD_HOWE, NEW_YORK = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/New_York")
PROGRAMME = Programme(
    name="Acme Voices",
    tagline="",
    url="https://voices.acme.example/",
    organisation="Acme",
    helper=None,
    timezone=BERLIN,
    languages=("en",),
    brand=Brand(),
    networks=("linkedin",),
    utm=Utm(),
    disclosure={"en": "I work at Acme."},
    slots=(TUE, THU),
)
TEAM = Team(
    key="a",
    name="A",
    tagline="",
    timezone=BERLIN,
    languages=("en",),
    networks=("linkedin",),
    disclosure={"en": "I work at Acme."},
    brand=Brand(),
    utm=Utm(),
    sees=Audience(types=frozenset(PostType)),
    slots=(TUE, THU),
)


def post(slug: str, kind: str = "company", publish: str | None = None, **changes: object) -> Post:
    made = Post(slug, PostType(kind), {"en": Version("en", slug)}, publish=when(publish) if publish else None)
    return replace(made, **changes)  # type: ignore[arg-type]


def times(made: Filling) -> dict[str, str]:
    return {p.post.slug: f"{p.publish.day:%m-%d} {p.publish.at:%H:%M}" for p in made.proposals}


# Where drafts go ------------------------------------------------------------------------------------


def test_drafts_take_the_next_free_slots_one_after_the_other() -> None:
    taken = [post("x", publish="2026-12-03 09:00"), post("y", publish="2026-12-08 10:00")]
    made = filling([post("b"), post("a")], taken, [TEAM], PROGRAMME, NOW)
    assert times(made) == {"a": "12-08 09:00", "b": "12-10 09:00"}


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("2026-12-01T07:59:59Z", "12-01 09:00"),
        ("2026-12-01T08:00:00Z", "12-03 09:00"),
    ],
)
def test_a_slot_whose_minute_has_come_is_over(now: str, first: str) -> None:
    assert times(filling([post("a")], [], [TEAM], PROGRAMME, datetime.fromisoformat(now))) == {"a": first}


def test_nothing_is_proposed_that_would_be_past_for_one_of_the_teams() -> None:
    """At 01:00 UTC it is past nine in Seoul and before nine in Berlin."""
    teams = [TEAM, replace(TEAM, key="b", timezone=SEOUL)]
    made = filling([post("a")], [], teams, PROGRAMME, datetime(2026, 12, 1, 1, tzinfo=UTC))
    assert times(made) == {"a": "12-03 09:00"}


def test_a_slot_is_taken_when_one_team_that_sees_the_draft_has_something_at_that_instant() -> None:
    """The embargo falls on Seoul's own nine o'clock, and on no slot of Berlin's."""
    teams = [TEAM, replace(TEAM, key="b", timezone=SEOUL)]
    embargo = post("x", publish="2026-12-03T00:00+00:00", teams=frozenset({"b"}))
    assert times(filling([post("a")], [embargo], teams, PROGRAMME, NOW)) == {"a": "12-08 09:00"}
    only_berlin = post("a", teams=frozenset({"a"}))
    assert times(filling([only_berlin], [embargo], teams, PROGRAMME, NOW)) == {"a": "12-03 09:00"}


def test_withdrawn_posts_and_imported_ones_take_no_slot() -> None:
    there = [
        post("x", publish="2026-12-03 09:00", withdraw=ALWAYS),
        post("y", publish="2026-12-03 09:00", source="wire"),
    ]
    assert times(filling([post("a")], there, [TEAM], PROGRAMME, NOW)) == {"a": "12-03 09:00"}


@pytest.mark.parametrize(
    ("cap", "first"),
    [(None, "12-03 09:00"), (3, "12-03 09:00"), (2, "12-08 09:00")],
)
def test_a_day_that_is_full_is_passed_over_and_imported_posts_fill_it_too(cap: int | None, first: str) -> None:
    there = [post("x", publish="2026-12-03 07:00"), post("y", publish="2026-12-03 23:59", source="wire")]
    capped = replace(TEAM, max_per_day=cap)
    assert times(filling([post("a")], there, [capped], PROGRAMME, NOW)) == {"a": first}


def test_a_cap_counts_the_days_of_the_team() -> None:
    """23:30 UTC on Wednesday is Thursday in Berlin, and Wednesday in New York."""
    there = [post("x", publish="2026-12-02T23:30+00:00")]
    berlin = replace(TEAM, max_per_day=1)
    assert times(filling([post("a")], there, [berlin], PROGRAMME, NOW)) == {"a": "12-08 09:00"}
    new_york = replace(berlin, timezone=NEW_YORK)
    assert times(filling([post("a")], there, [new_york], PROGRAMME, NOW + timedelta(hours=3))) == {"a": "12-03 09:00"}


def test_the_teams_own_slots_count_where_all_share_them_else_the_programme_s() -> None:
    fri, wed = Slot(4, time(16)), Slot(2, time(8))
    a, b, c = (
        replace(TEAM, slots=(fri, wed)),
        replace(TEAM, key="b", slots=(fri,)),
        replace(TEAM, key="c", slots=(wed,)),
    )
    assert candidates([a, b], PROGRAMME) == (fri,)
    assert candidates([a], PROGRAMME) == (wed, fri)
    assert candidates([a, b, c], PROGRAMME) == (TUE, THU)
    made = filling([post("a")], [], [b, c], replace(PROGRAMME, slots=()), NOW)
    assert made.unplaced[0].why == "'b' and 'c' have no slot in common, and the programme has none"


def test_a_draft_that_ends_before_its_slot_or_that_nobody_sees_is_left_to_its_editor() -> None:
    ends = post("a", expires=when("2026-12-02", end_of_day=True))
    gone = post("b", withdraw=datetime(2026, 12, 2, tzinfo=UTC))
    lost = post("c", teams=frozenset({"nobody"}))
    made = filling([ends, gone, lost], [], [TEAM], PROGRAMME, NOW)
    assert made.proposals == ()
    assert [u.why for u in made.unplaced] == [
        "its promotion ends before the next free slot",
        "its promotion ends before the next free slot",
        "no team sees it",
    ]


def test_a_slot_at_which_its_teams_show_nothing_is_none() -> None:
    paused = replace(TEAM, pause=ALWAYS)
    ends = replace(TEAM, pause=datetime(2026, 12, 4, tzinfo=UTC))
    later = replace(TEAM, key="b", opens=date(2026, 12, 9))
    assert filling([post("a")], [], [paused], PROGRAMME, NOW).unplaced[0].why == "paused: 'a'"
    made = filling([post("a"), post("b")], [], [ends], PROGRAMME, NOW)
    assert times(made) == {"a": "12-03 09:00"}
    assert made.unplaced[0].why == "no slot of the next twelve months is free"
    assert times(filling([post("a")], [], [later], PROGRAMME, NOW)) == {"a": "12-10 09:00"}
    (proposal,) = filling([post("a")], [], [TEAM, later], PROGRAMME, NOW).proposals
    assert [team.key for team, _ in proposal.moments] == ["a"]
    assert free_slots([], [paused], NOW, date(2026, 12, 1), 30) == ()


def test_a_year_without_a_free_slot_is_said() -> None:
    there = [post(f"x{n}", publish=f"{date(2026, 12, 3) + timedelta(weeks=n)} 09:00") for n in range(60)]
    made = filling([post("a")], there, [replace(TEAM, slots=(THU,))], replace(PROGRAMME, slots=()), NOW)
    assert made.unplaced[0].why == "no slot of the next twelve months is free"


@pytest.mark.parametrize(
    ("zones", "day", "at", "moved"),
    [
        pytest.param([BERLIN], date(2027, 3, 28), time(2), "03:00", id="an hour that is left out"),
        pytest.param([BERLIN], date(2027, 3, 28), time(2, 59), "03:00", id="its last minute"),
        pytest.param([LORD_HOWE], date(2026, 10, 4), time(2), "02:30", id="half an hour"),
        pytest.param([CHATHAM], date(2026, 9, 27), time(2, 45), "03:45", id="Chatham's hour"),
        pytest.param([NEW_YORK, BERLIN], date(2027, 3, 14), time(2, 15), "03:00", id="one zone of two"),
        pytest.param([BERLIN], date(2026, 10, 25), time(2, 30), "02:30", id="an hour that comes twice stays"),
    ],
)
def test_a_slot_in_a_gap_moves_to_the_next_minute_that_all_zones_have(
    zones: list[ZoneInfo], day: date, at: time, moved: str
) -> None:
    teams = [replace(TEAM, key=f"t{n}", timezone=zone) for n, zone in enumerate(zones)]
    found = slot_moment(Slot(day.weekday(), at), day, teams)
    assert (found.day, f"{found.at:%H:%M}") == (day, moved)
    assert all(instant(found, zone) for zone in zones)


def test_a_team_takes_its_cap_from_the_team_it_extends_then_from_the_programme() -> None:
    teams = """
programme:
  name: Acme
  organisation: Acme
  url: https://voices.acme.example/
  timezone: UTC
  languages: [en]
  networks: [linkedin]
  disclosure: {en: I work at Acme.}
  max_per_day: 3
teams:
  a: {name: A}
  b: {name: B, max_per_day: 1}
  c: {name: C, extends: [b]}
"""
    read = read_teams(teams.encode())
    assert read.value is not None
    assert not read.problems
    assert [team.max_per_day for team in read.value.teams] == [3, 1, 1]


# In which order -------------------------------------------------------------------------------------

MIX = {PostType.COMPANY: 50, PostType.INDUSTRY: 0, PostType.EMPLOYEE: 50}


def test_the_type_that_is_furthest_below_the_mix_comes_first_and_the_words_say_so() -> None:
    there = [post(f"x{n}", publish=f"2026-11-{20 + n} 09:00") for n in range(3)]
    drafts = [post("a"), post("b"), post("y", "employee"), post("z", "employee")]
    made = filling(drafts, there, [replace(TEAM, mix=MIX)], PROGRAMME, NOW)
    assert [p.post.slug for p in made.proposals] == ["y", "z", "a", "b"]
    assert made.proposals[0].why == (
        "employee posts are 0 % of what 'a' shows in these eight weeks; its mix asks for 50 %"
    )


def test_what_lies_more_than_four_weeks_back_counts_no_more() -> None:
    there = [post(f"x{n}", publish="2026-10-20 09:00") for n in range(9)]
    made = filling([post("b"), post("a", "employee")], there, [replace(TEAM, mix=MIX)], PROGRAMME, NOW)
    assert made.proposals[0].why.startswith("employee posts are 0 %")
    assert made.proposals[1].why.startswith("company posts are 0 %")


def test_without_a_mix_the_order_is_that_of_names() -> None:
    made = filling([post("b"), post("a", "employee")], [], [TEAM], PROGRAMME, NOW)
    assert next((p.post.slug, p.why) for p in made.proposals) == ("a", "first in order of name: no mix is set")


def test_free_slots_are_those_at_which_a_team_has_nothing() -> None:
    teams = [TEAM, replace(TEAM, key="b", timezone=SEOUL)]
    there = [post("x", publish="2026-12-03 09:00", teams=frozenset({"b"}))]
    found = free_slots(there, teams, NOW, date(2026, 12, 1), 10)
    assert [(f.publish, [t.key for t in f.teams]) for f in found] == [
        (WallTime(date(2026, 12, 3), time(9)), ["a"]),
        (WallTime(date(2026, 12, 8), time(9)), ["a", "b"]),
        (WallTime(date(2026, 12, 10), time(9)), ["a", "b"]),
    ]


# Laws -----------------------------------------------------------------------------------------------

ZONES = [BERLIN, SEOUL, CHATHAM, LORD_HOWE, NEW_YORK, ZoneInfo("Europe/Istanbul")]
SLOTS = st.builds(Slot, st.integers(0, 6), st.sampled_from([time(0), time(2), time(2, 15), time(9), time(23, 45)]))
KEYS = st.sampled_from(["t0", "t1", "t2"])
DUE = st.datetimes(datetime(2026, 9, 20), datetime(2026, 10, 20)).map(lambda d: f"{d:%Y-%m-%d %H}:00")


@st.composite
def crews(draw: st.DrawFn) -> list[Team]:
    return [
        replace(
            TEAM,
            key=f"t{n}",
            timezone=draw(st.sampled_from(ZONES)),
            slots=tuple(draw(st.lists(SLOTS, max_size=3))),
            max_per_day=draw(st.none() | st.integers(1, 2)),
            mix=draw(st.sampled_from([{}, MIX])),
        )
        for n in range(draw(st.integers(1, 3)))
    ]


def some_posts(name: str, publish: st.SearchStrategy[str | None], most: int) -> st.SearchStrategy[list[Post]]:
    one = st.tuples(
        st.sampled_from(list(PostType)),
        publish,
        st.none() | st.sets(KEYS, min_size=1).map(frozenset),
        st.sampled_from([None, None, "wire"]),
    )
    return st.lists(one, max_size=most).map(
        lambda many: [
            post(f"{name}{n}", kind, due, teams=teams, source=source if due else None)
            for n, (kind, due, teams, source) in enumerate(many)
        ]
    )


@given(
    crews(),
    some_posts("d", st.none(), 6),
    some_posts("p", DUE, 12),
    st.lists(SLOTS, max_size=3),
    st.datetimes(datetime(2026, 9, 24), datetime(2026, 10, 6)),
)
def test_no_slot_is_given_twice_no_cap_is_exceeded_and_nothing_is_past(
    teams: list[Team], drafts: list[Post], planned: list[Post], slots: list[Slot], at: datetime
) -> None:
    now = at.replace(tzinfo=UTC)
    made = filling(drafts, planned, teams, replace(PROGRAMME, slots=tuple(slots)), now)
    assert {p.post.slug for p in made.proposals} | {u.post.slug for u in made.unplaced} == {d.slug for d in drafts}
    after = [replace(p.post, publish=p.publish) for p in made.proposals]
    for team in teams:
        seen = [p for p in (*planned, *after) if p.teams is None or team.key in p.teams]
        taken = Counter(due_at(p, team) for p in seen if p.source is None)
        days = Counter(due.astimezone(team.timezone).date() for p in seen if (due := due_at(p, team)))
        for p in after:
            if p.teams is None or team.key in p.teams:
                due = due_at(p, team)
                assert due is not None, "the local time exists"
                assert due > now
                assert taken[due] == 1
                assert team.max_per_day is None or days[due.astimezone(team.timezone).date()] <= team.max_per_day


# One key into a header ------------------------------------------------------------------------------

VALUE = "2026-12-01 09:00"


def dated_text(text: str) -> str:
    return with_key(text.encode(), "publish", VALUE, BELOW).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "---\ntitle: A\ntype: company\n---\nText", "---\ntitle: A\ntype: company\npublish: @\n---\nText", id="plain"
        ),
        pytest.param(
            "---\r\ntitle: A\r\ntype: company\r\n---\r\nText\r\n",
            "---\r\ntitle: A\r\ntype: company\r\npublish: @\r\n---\r\nText\r\n",
            id="line ends of Windows",
        ),
        pytest.param(
            "---\ntype: company  # why\ntitle: 'A'   \n--- \n\n\n",
            "---\ntype: company  # why\npublish: @\ntitle: 'A'   \n--- \n\n\n",
            id="comments, quotes and blanks",
        ),
        pytest.param("---\ntype: company\npublish:\ntitle: A\n---\n", "---\ntype: company\npublish: @\ntitle: A\n---\n", id="an empty key"),
        pytest.param(
            "---\ntype: company\npublish:   # soon\n---\n", "---\ntype: company\npublish: @   # soon\n---\n", id="an empty key with a comment"
        ),
        pytest.param("---\npublish: ~\ntype: company\n---\n", "---\npublish: @\ntype: company\n---\n", id="a tilde"),
        pytest.param("---\npublish: null # x\ntype: company\n---", "---\npublish: @ # x\ntype: company\n---", id="null"),
        pytest.param(
            "---\ntype: company\ntags: [a,\n  b] # two\nteams:\n  - x\n---\n",
            "---\ntype: company\ntags: [a,\n  b] # two\npublish: @\nteams:\n  - x\n---\n",
            id="a list over two lines",
        ),
        pytest.param(
            "---\n  type: company\n  title: A\n---\n", "---\n  type: company\n  publish: @\n  title: A\n---\n", id="all indented"
        ),
        pytest.param("---\n{type: company, title: A}\n---\nx", "---\n{type: company, title: A, publish: @}\n---\nx", id="braces"),
        pytest.param(
            "---\ncaptions:\n  default: |+\n    publish: no\n\ntype: company\n---\n",
            "---\ncaptions:\n  default: |+\n    publish: no\n\ntype: company\npublish: @\n---\n",
            id="the word within a text",
        ),
        pytest.param(
            "-----\ntype: company\n-----\npublish:\n---\n", "-----\ntype: company\npublish: @\n-----\npublish:\n---\n", id="long fences"
        ),
        pytest.param("---\rtype: company\r---\rText", "---\rtype: company\rpublish: @\r---\rText", id="line ends of old"),
        pytest.param(
            "---\ntitle: İzmir 🚢 서울\ntype: company\n---\nşü", "---\ntitle: İzmir 🚢 서울\ntype: company\npublish: @\n---\nşü", id="letters"
        ),
    ],
)  # fmt: skip
def test_the_key_is_put_where_it_belongs_and_nothing_else_moves(before: str, after: str) -> None:
    assert dated_text(before) == after.replace("@", VALUE)
    marked = codecs.BOM_UTF8 + before.encode()
    assert with_key(marked, "publish", VALUE, BELOW) == codecs.BOM_UTF8 + after.replace("@", VALUE).encode()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("title: A\n", "it has no header"),
        ("---\ntitle: A\n", "it has no header"),
        ("---\ntype: company\npublish: 2026-01-01\n---\n", "it has a 'publish' already"),
        ("---\ntype: company\npublish: ''\n---\n", "it has a 'publish' already"),
        ("---\n- type\n---\n", "its header is not made of 'key: value' pairs"),
        ("---\ntype: [\n---\n", "its header is not YAML"),
        ("---\n{type: company, publish}\n---\n", "its header is written in an unusual way"),
        ("---\n{publish, type: company}\n---\n", "its header is written in an unusual way"),
        ("---\nlang: en\n---\n", "its header has none of teams, tags, type, url, title"),
        ("---\n{type: company,}\n---\n", "its header cannot be read"),
    ],
)
def test_a_header_that_cannot_be_added_to_is_refused(text: str, why: str) -> None:
    with pytest.raises(Unfit, match=f"^{why}"):
        dated_text(text)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(Unfit, match="UTF-8"):
        with_key(b"---\ntype: \xff\n---\n", "publish", VALUE, BELOW)


BREAKS = st.sampled_from(["\n", "\r\n"])
HEADER_LINES = st.sampled_from(
    [
        "type: company",
        "type:   'company'  ",
        'title: "A: b # c"',
        "title: Ça va 서울 👩‍💻   # said",
        "tags: [a, b]",
        "tags:",
        "- x",
        "teams: [sales]",
        "# publish: 2020-01-01",
        "publish:",
        "publish: ~   # later",
        "publish:\t",
        "captions: |",
        "  publish: x",
        "  more: y  ",
        "captions: >-",
        "",
        "   ",
        "lang: en",
        "?x",
        "{type: company}",
    ]
)
BODIES = st.sampled_from(["", "Text", "Text\n", "\n\nText  \n---\npublish: 2020-01-01\n", "---\n", "\u2028x\n"])


@given(st.lists(HEADER_LINES, min_size=1, max_size=7), BREAKS, BODIES, st.booleans())
def test_but_for_what_was_put_in_every_byte_stays(lines: list[str], newline: str, body: str, bom: bool) -> None:
    text = newline.join(["---", *lines, "---", body])
    before = (codecs.BOM_UTF8 if bom else b"") + text.encode()
    try:
        after = with_key(before, "publish", VALUE, BELOW)
    except Unfit:
        after = None
    assume(after is not None)
    assert after is not None
    assert with_key_removed(before, after)


def with_key_removed(before: bytes, after: bytes) -> bool:
    """Whether `after` is `before` with the value, perhaps with its key and a line end, in one place; `~` may go."""
    start = next(
        (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    for keep in range(start, -1, -1):
        for gone in (0, 1, 4):
            if before[keep : keep + gone] not in (b"", b"~", b"null"):
                continue
            tail = before[keep + gone :]
            put = after[keep : len(after) - len(tail)]
            if (
                after.endswith(tail)
                and after[:keep] == before[:keep]
                and put.strip(b"\r\n ,").removeprefix(b"publish: ") == VALUE.encode()
            ):
                return True
    return False


# Into the file --------------------------------------------------------------------------------------

SITE = """\
=== teams.yaml ===
programme:
  name: Acme Voices
  organisation: Acme
  url: https://voices.acme.example/
  timezone: Europe/Berlin
  languages: [en, tr]
  networks: [linkedin]
  disclosure: {en: I work at Acme., tr: Acme çalışanıyım.}
  slots: [tue 09:00]
teams:
  all: {name: All, sees: {types: [company]}}
=== content/posts/lab.md ===
---
title: Lab
type: company
---
Text
=== content/posts/lab.tr.md ===
---
title: Laboratuvar
---
Yazı
"""
LAB, LAB_TR = "content/posts/lab.md", "content/posts/lab.tr.md"


def looked(root: Path) -> tuple[object, object]:
    look = outlook(root, NOW).value
    assert look is not None
    (made,) = look.filling().proposals
    return look, made


def test_the_original_says_when_and_its_translation_stays(tmp_path: Path) -> None:
    root = write_site(tmp_path, SITE)
    before = {name: (root / name).read_bytes() for name in (LAB, LAB_TR)}
    look, made = looked(root)
    assert dated(root, look, made) == LAB  # type: ignore[arg-type]
    assert (root / LAB).read_bytes() == before[LAB].replace(b"company\n", b"company\npublish: 2026-12-08 09:00\n")
    assert (root / LAB_TR).read_bytes() == before[LAB_TR]
    after = outlook(root, NOW).value
    assert after is not None
    assert after.own[0].publish == when("2026-12-08 09:00")
    assert after.filling() == Filling()


@pytest.mark.parametrize("name", [LAB, LAB_TR])
def test_a_file_that_has_changed_in_between_is_left_alone(name: str, tmp_path: Path) -> None:
    root = write_site(tmp_path, SITE)
    look, made = looked(root)
    (root / name).write_bytes((root / name).read_bytes() + b"More\n")
    before = (root / LAB).read_bytes()
    with pytest.raises(NotDated, match=CHANGED):
        dated(root, look, made)  # type: ignore[arg-type]
    assert (root / LAB).read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such modes")
@pytest.mark.parametrize("mode", [0o600, 0o755, 0o664])
def test_the_file_keeps_its_mode(mode: int, tmp_path: Path) -> None:
    root = write_site(tmp_path, SITE)
    look, made = looked(root)
    (root / LAB).chmod(mode)
    dated(root, look, made)  # type: ignore[arg-type]
    assert (root / LAB).stat().st_mode & 0o777 == mode


def test_a_file_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    root = write_site(tmp_path, SITE)
    look, made = looked(root)
    os.unlink(root / LAB)
    with pytest.raises(NotDated):
        dated(root, look, made)  # type: ignore[arg-type]
    assert not (root / LAB).exists()


def test_an_example_site_s_file_gets_the_day_of_its_own_story(tmp_path: Path) -> None:
    """It is read on 2026-12-01; the story stands at 2026-06-02, also a Tuesday, 182 days before."""
    root = write_site(tmp_path, SITE.replace("  slots:", "  demo_day: 2026-06-02\n  slots:"))
    look, made = looked(root)
    dated(root, look, made)  # type: ignore[arg-type]
    assert b"publish: 2026-06-09 09:00\n" in (root / LAB).read_bytes()
    after = outlook(root, NOW).value
    assert after is not None
    assert after.own[0].publish == when("2026-12-08 09:00")


def test_a_broken_post_keeps_its_slot_and_is_no_draft(tmp_path: Path) -> None:
    broken = "=== content/posts/bad.md ===\n---\ntitle: Bad\ntype: company\npublish: 2026-12-08 09:00\nurl: x\n---\n"
    root = write_site(tmp_path, SITE + broken)
    look = outlook(root, NOW).value
    assert look is not None
    assert [p.slug for p in look.broken] == ["bad"]
    assert times(look.filling()) == {"lab": "12-15 09:00"}


@pytest.mark.parametrize(
    ("withdraw", "said"),
    [("2027-01-01T00:00Z", {"lab": "12-08 09:00"}), ("2026-12-01T00:00Z", {}), ("true", {})],
)
def test_a_draft_is_one_until_it_is_withdrawn(withdraw: str, said: dict[str, str], tmp_path: Path) -> None:
    root = write_site(tmp_path, SITE.replace("title: Lab\n", f"title: Lab\nwithdraw: {withdraw}\n"))
    look = outlook(root, NOW).value
    assert look is not None
    assert times(look.filling()) == said
    assert [post.slug for post in look.agenda(NOW, 28).drafts] == list(said)
