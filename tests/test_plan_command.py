"""heraldry plan, as people, scripts and calendars read it; and the calendar of the local preview."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import click
import icalendar
import pytest
from chromium import launched
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from site_text import write_site
from test_agenda import BERLIN, LAB, team
from test_serve import serving
from test_slots import PROGRAMME

from heraldry.cli import columns, main, options
from heraldry.model import Version
from heraldry.outlook import Outlook, Unknown, found
from heraldry.outlook.cards import calendar as cards
from heraldry.outlook.ics import calendar as ics
from heraldry.pipeline import Order, build
from heraldry.pipeline.outlook import outlook
from heraldry.plan.agenda import agenda
from heraldry.preview.answers import Edition, answer
from heraldry.preview.calendar import plan_page
from heraldry.preview.server import PreviewServer

NOW = datetime(2026, 12, 1, 5, tzinfo=UTC)
AT = "2026-12-01T05:00Z"

SITE = """\
=== teams.yaml ===
programme:
  name: Acme Voices
  organisation: Acme
  url: https://voices.acme.example/
  timezone: Europe/Istanbul
  languages: [en, tr, ko, ar]
  networks: [linkedin]
  disclosure: {en: I work at Acme., tr: Acme çalışanıyım., ko: 저는 Acme 직원입니다., ar: أعمل في أكمي.}
  slots: [tue 09:00, thu 09:00]
  mix: {company: 50, employee: 50}
teams:
  everyone: {name: Everyone, sees: {types: [company]}}
  seoul: {name: 서울 영업, timezone: Asia/Seoul, sees: {types: [company], tags: [people]}}
  berlin: {name: Berlin & Köln, timezone: Europe/Berlin, sees: {tags: [people]}}
  new-york: {name: New York, timezone: America/New_York, opens: 2026-12-10, sees: {types: [company]}}
  chatham: {name: Chatham, timezone: Pacific/Chatham, stage: pilot, sees: {posts: [lab]}}
  lord-howe: {name: Lord Howe, timezone: Australia/Lord_Howe, sees: {posts: [lab]}}
=== content/posts/lab.md ===
---
title: We opened our lab 👩‍💻
type: company
tags: [people]
publish: 2026-12-02 09:00
expires: 2026-12-20
aliases: [old-lab]
captions: "The lab is open."
---
A story.
=== content/posts/lab.tr.md ===
---
title: Işıklı laboratuvarımız açıldı
---
=== content/posts/embargo.md ===
---
title: "Quarterly figures: ready"
type: company
publish: 2026-12-03T09:00+03:00
---
=== content/posts/shown.md ===
---
title: 한강 달리기 <b>모임</b>
type: company
url: https://acme.example/run
publish: 2026-11-20 09:00
---
=== content/posts/arabic.md ===
---
title: افتتحنا مختبرنا الجديد
type: employee
tags: [people]
lang: ar
publish: 2026-12-04 09:00
---
=== content/posts/draft.md ===
---
title: Not yet
type: employee
tags: [people]
---
=== content/posts/gone.md ===
---
title: Old prices
type: company
publish: 2026-11-20 09:00
withdraw: true
---
=== content/posts/bad.md ===
---
title: Bad
type: company
publish: tomorrow
---
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_site(tmp_path / "voices", SITE)


def look(root: Path) -> Outlook:
    found = outlook(root, NOW).value
    assert found is not None
    return found


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["plan", "-C", str(root), "--at", AT, *arguments])


def document(root: Path, *arguments: str) -> dict[str, Any]:
    result = run(root, "--json", *arguments)
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    assert found["version"] == 1
    return found


# For people -----------------------------------------------------------------------------------------


TABLE = """\
Tue 1 Dec 2026
  Wed 09:00  Chatham +13:45    appears first  Chatham        lab      We opened our lab 👩‍💻

Wed 2 Dec 2026
  09:00      Lord Howe +11:00  appears        Lord Howe      lab      We opened our lab 👩‍💻
  09:00      Seoul +09:00      appears        서울 영업      lab      We opened our lab 👩‍💻
  09:00      Istanbul +03:00   appears        Everyone       lab      We opened our lab 👩‍💻
  09:00      Berlin +01:00     appears        Berlin & Köln  lab      We opened our lab 👩‍💻

Thu 3 Dec 2026
  09:00      Istanbul +03:00   appears first  Everyone       embargo  Quarterly figures: ready
  15:00      Seoul +09:00                     서울 영업

Fri 4 Dec 2026
  09:00      Seoul +09:00      appears first  서울 영업      arabic   افتتحنا مختبرنا الجديد
  09:00      Berlin +01:00     appears        Berlin & Köln  arabic   افتتحنا مختبرنا الجديد

Thu 10 Dec 2026
  00:00      New York -05:00   team opens     New York                with embargo, lab and shown

Sun 20 Dec 2026
  Mon 00:00  Chatham +13:45    ends           Chatham        lab      We opened our lab 👩‍💻
"""


def test_the_table_says_what_when_and_where_day_by_day(root: Path) -> None:
    result = run(root)
    assert result.exit_code == 0
    assert result.stdout.startswith(TABLE)
    assert "drafts, without a date\n  draft: Not yet (seoul and berlin)" in result.stdout
    assert "held\n  gone: withdrawn (everyone, seoul and new-york)" in result.stdout
    assert "left out until they are mended: heraldry check says how\n  bad: Bad" in result.stdout


def test_columns_stand_below_each_other_whatever_the_script(root: Path) -> None:
    """The slug's column begins at the same place in every line that has one."""
    lines = run(root).stdout.splitlines()
    rows = [(line, slug) for line in lines for slug in (" lab  ", " embargo  ", " arabic  ") if slug in line]
    starts = {columns.width(line[: line.index(slug)]) for line, slug in rows}
    assert len(rows) > 10
    assert len(starts) == 1


@pytest.mark.parametrize("size", [40, 60, 90, 120, 200])
def test_it_fits_the_terminal(size: int, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heraldry.cli.planned.terminal", lambda: size)
    for arguments in ([], ["lab"], ["--fill"]):
        text = click.unstyle(run(root, *arguments).stdout)
        assert max(map(columns.width, text.splitlines())) <= size
        assert "…" not in text or size > 40


def test_a_pipe_gets_whole_lines_and_no_colour(root: Path) -> None:
    command = [sys.executable, "-m", "heraldry", "plan", "-C", str(root), "--at", AT]
    text = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode()
    assert "\x1b" not in text
    assert re.search("Chatham .* lab +We opened our lab 👩‍💻\n", text)


def test_an_embargo_is_one_row_with_a_line_for_each_zone(root: Path) -> None:
    text = run(root, "--from", "2026-12-03", "--days", "1").stdout
    assert re.search(
        r"  09:00  Istanbul \+03:00  appears first  Everyone +embargo  Quarterly figures: ready\n"
        r"  15:00  Seoul \+09:00 +서울 영업\n",
        text,
    )


def test_one_team_is_enough_and_first_is_still_said_of_all(root: Path) -> None:
    text = run(root, "--team", "everyone").stdout
    assert "서울" not in text
    assert re.search(r"Istanbul \+03:00  appears  +Everyone  lab", text)


def test_when_nothing_comes_it_says_so(root: Path) -> None:
    text = run(root, "--from", "2027-06-01", "--days", "7").stdout
    assert text.startswith("nothing appears or ends from Tue 1 Jun 2027 00:00 Istanbul +03:00 until Tue 8 Jun 2027\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--team", "evryone"], "there is no team 'evryone': did you mean 'everyone'?"),
        (["--from", "soon"], "--from: 'soon' is not a time"),
        (["--json", "--ics"], "--json and --ics: choose one"),
        (["--write"], "--write goes with --fill"),
        (["lab", "--fill"], "--fill takes no post"),
        (["lab", "--ics"], "--ics is of the whole plan"),
        (["--days", "0"], "0 is not in the range"),
        (["lba"], "did you mean 'lab'?"),
        (["content/posts/labb.md"], "did you mean 'lab'?"),
        (["zzzzzz"], "'heraldry plan' lists what comes"),
        (["seoul"], "that is a team: heraldry plan --team seoul"),
    ],
)
def test_what_cannot_be_meant_is_said_with_a_hint(arguments: list[str], said: str, root: Path) -> None:
    result = run(root, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_a_broken_teams_yaml_is_said_and_nothing_is_planned(root: Path) -> None:
    (root / "teams.yaml").write_text("programme: 1\n")
    result = run(root)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "teams.yaml:1" in result.stderr


# One post -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "lab",
        "old-lab",
        "lab.md",
        "lab.tr.md",
        "content/posts/lab.md",
        "./content/posts/lab.tr.md",
        "content\\posts\\lab.md",
    ],
)
def test_a_post_is_found_by_every_name_it_has(name: str, root: Path) -> None:
    assert found(look(root), name).slug == "lab"


def test_a_file_is_found_from_the_folder_one_is_in(root: Path) -> None:
    assert found(look(root), "lab.md", Path("content/posts")).slug == "lab"
    with pytest.raises(Unknown):
        found(look(root), "../lab.md", Path("content/posts"))


def test_of_one_post_every_page_says_why(root: Path) -> None:
    text = run(root, "lab").stdout
    assert "first public anywhere: Wed 2 Dec 2026 09:00 Chatham +13:45, 2026-12-01T19:15Z (Chatham)\n" in text
    assert "next: appears Wed 2 Dec 2026 09:00 Chatham +13:45 (Chatham)\n" in text
    assert (
        "new-york  New York: not public\n"
        "  the team has not opened yet: it opens Thu 10 Dec 2026 00:00 New York -05:00\n"
        "  early until Wed 2 Dec 2026 09:00 New York -05:00\n"
        "  for this team: it sees type company\n"
        "  it will be there from Thu 10 Dec 2026 00:00 New York -05:00, until Mon 21 Dec 2026 00:00 New York -05:00\n"
    ) in text
    assert "its own page posts/lab/: not there yet\n" in text
    assert "its own page posts/lab/tr/: not there yet\n" in text


def test_a_withdrawal_that_is_planned_before_the_hour_is_why_it_will_never_be_there(root: Path) -> None:
    lab = root / "content/posts/lab.md"
    lab.write_text(
        lab.read_text("utf-8").replace("type: company", "type: company\nwithdraw: 2026-12-01T10:00Z"), "utf-8"
    )
    text = run(root, "lab").stdout
    assert "first public anywhere: never, as its file stands" in text
    assert "it will not be there even then: withdrawn" in text


def test_a_plan_reaches_over_a_day_that_a_zone_left_out(root: Path) -> None:
    teams = root / "teams.yaml"
    teams.write_text(
        teams.read_text("utf-8").replace("timezone: Europe/Istanbul", "timezone: Pacific/Apia", 1), "utf-8"
    )
    assert run(root, "--at", "2011-12-28 10:00", "--days", "2").exit_code == 0


def test_what_is_out_says_since_when_and_a_broken_one_that_it_is_left_out(root: Path) -> None:
    text = run(root, "shown").stdout
    assert "everyone  Everyone: public, in en, since Fri 20 Nov 2026 09:00 Istanbul +03:00\n" in text
    assert "first public anywhere: Fri 20 Nov 2026 09:00 Seoul +09:00" in text
    assert "it has no page of its own" in text
    broken = run(root, "bad").stdout
    assert "broken: it is left out of the site; heraldry check says why" in broken
    assert "first public anywhere: never" in broken
    assert "public," not in broken
    assert "its own page posts/gone/: a tombstone\n" in run(root, "gone").stdout


def test_an_imported_post_is_found_by_its_slug(root: Path) -> None:
    (root / "feed.xml").write_text(
        "<rss version='2.0'><channel><title>W</title><item><title>News</title><guid>1</guid>"
        "<link>https://acme.example/news</link></item></channel></rss>"
    )
    (root / "sources.yaml").write_text("sources:\n  wire: {url: feed.xml, type: company}\n")
    listed = document(root, "--all", "--days", "90")["events"]
    (event,) = [e for e in listed if e["posts"][0]["source"] == "wire"]
    assert event["what"] == "ends"
    assert run(root, event["posts"][0]["post"]).stdout.startswith("News\n")
    assert document(root, "--days", "90")["events"] == [e for e in listed if e["posts"][0]["source"] is None]


# For scripts ----------------------------------------------------------------------------------------


def test_as_json_each_event_has_its_instant_and_every_local_time(root: Path) -> None:
    made = document(root)
    assert {key: made[key] for key in ("now", "from", "until", "timezone", "later")} == {
        "now": "2026-12-01T05:00:00Z",
        "from": "2026-12-01T05:00:00Z",
        "until": "2026-12-28T21:00:00Z",
        "timezone": "Europe/Istanbul",
        "later": 0,
    }
    embargo = next(event for event in made["events"] if event["posts"][0]["post"] == "embargo")
    assert (embargo["at"], embargo["what"], embargo["first"]) == ("2026-12-03T06:00:00Z", "appears", True)
    assert [(team["team"], team["local"]) for team in embargo["teams"]] == [
        ("everyone", "2026-12-03T09:00:00+03:00"),
        ("seoul", "2026-12-03T15:00:00+09:00"),
    ]
    firsts = {post["post"]: post["first"] and post["first"]["at"] for post in made["posts"]}
    assert firsts == {
        "arabic": "2026-12-04T00:00:00Z",
        "draft": None,
        "embargo": "2026-12-03T06:00:00Z",
        "gone": "2026-11-20T00:00:00Z",
        "lab": "2026-12-01T19:15:00Z",
        "shown": "2026-11-20T00:00:00Z",
    }
    assert [post["post"] for post in made["drafts"]] == ["draft"]
    assert [(post["post"], post["reason"]) for post in made["held"]] == [("gone", "withdrawn")]
    assert [post["post"] for post in made["broken"]] == ["bad"]


def test_as_json_a_post_has_every_reason_and_a_pilot_no_address(root: Path) -> None:
    made = document(root, "lab")
    teams = {team["team"]: team for team in made["teams"]}
    assert [reason["reason"] for reason in teams["new-york"]["reasons"]] == ["closed", "early"]
    assert teams["everyone"]["begins"] == "2026-12-02T06:00:00Z"
    assert teams["everyone"]["ends"] == "2026-12-20T21:00:00Z"
    assert teams["everyone"]["feeds"] == ["everyone/rss.xml", "everyone/atom.xml", "everyone/feed.json"]
    assert (teams["chatham"]["page"], teams["chatham"]["feeds"]) == (None, [])
    assert made["landing"] == [{"path": "posts/lab/", "public": False}, {"path": "posts/lab/tr/", "public": False}]
    assert made["next"] == {**made["first"], "what": "appears"}
    assert document(root, "bad")["broken"]


def test_the_same_files_and_moment_say_the_same(root: Path) -> None:
    assert run(root, "--json").stdout == run(root, "--json").stdout
    assert run(root, "--ics").stdout_bytes == run(root, "--ics").stdout_bytes


def test_planning_writes_nothing(root: Path) -> None:
    (root / "feed.xml").write_text("<rss version='2.0'><channel><title>W</title></channel></rss>")
    (root / "sources.yaml").write_text("sources:\n  wire: {url: feed.xml, type: company}\n")
    before = {path: path.stat().st_mtime_ns for path in root.parent.rglob("*")}
    for arguments in ([], ["--all"], ["--fill"], ["lab"], ["--json"], ["--ics"]):
        assert run(root, *arguments).exit_code == 0
    assert {path: path.stat().st_mtime_ns for path in root.parent.rglob("*")} == before


def test_an_example_site_s_dates_are_the_moved_ones(root: Path) -> None:
    text = (root / "teams.yaml").read_text()
    (root / "teams.yaml").write_text(text.replace("  slots:", "  demo_day: 2026-11-30\n  slots:", 1))
    first = next(post for post in document(root)["posts"] if post["post"] == "lab")["first"]
    assert first["at"] == "2026-12-02T19:15:00Z"
    assert "an example site: its dates are moved by 1 day" in run(root).stdout


# For calendars --------------------------------------------------------------------------------------


def events(body: bytes) -> dict[str, Any]:
    return {str(event["uid"]): event for event in icalendar.Calendar.from_ical(body).walk("VEVENT")}


def test_a_calendar_reads_back_with_an_entry_for_each_post_and_instant(root: Path) -> None:
    body = run(root, "--ics").stdout_bytes
    made = events(body)
    assert len(made) == len(document(root)["events"])
    at = [(event.start, str(event["summary"])) for event in made.values()]
    assert (datetime(2026, 12, 3, 6, tzinfo=UTC), "Quarterly figures: ready: appears (Everyone and 서울 영업)") in at
    assert all(event["dtstamp"].dt == NOW and event.start.tzinfo is not None for event in made.values())
    assert b"VTIMEZONE" not in body
    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert all(line.decode() is not None for line in lines), "no letter is parted by a fold"


def test_a_post_that_is_moved_keeps_its_entry(root: Path) -> None:
    before = events(run(root, "--ics").stdout_bytes)
    post = root / "content/posts/embargo.md"
    post.write_text(post.read_text().replace("12-03T09", "12-05T10"))
    after = events(run(root, "--ics").stdout_bytes)
    assert before.keys() == after.keys()
    assert [uid for uid in before if before[uid].start != after[uid].start] == [
        uid for uid in before if "Quarterly" in before[uid]["summary"]
    ]


@given(st.text(min_size=1, max_size=200))
def test_any_title_makes_a_calendar_that_reads_back(title: str) -> None:
    title = re.sub(r"[\ud800-\udfff]", "", title)
    post = replace(LAB, versions={"en": Version("en", title)})
    made = agenda([post], [team("a")], NOW, NOW, 28, BERLIN)
    body = ics(made, PROGRAMME)
    (event,) = events(body).values()
    plain = "".join(c for c in title if c == "\n" or (c >= " " and c != "\x7f"))
    assert str(event["summary"]).startswith(plain) or not plain.isprintable()
    assert max(map(len, body.split(b"\r\n"))) <= 75


# Times for drafts -----------------------------------------------------------------------------------


def test_fill_proposes_and_writes_only_when_told(root: Path) -> None:
    before = (root / "content/posts/draft.md").read_bytes()
    result = run(root, "--fill")
    assert result.exit_code == 0
    assert result.stdout.startswith("Thu 2026-12-03 09:00  draft  Not yet\n")
    assert "first public anywhere: Thu 3 Dec 2026 09:00 Seoul +09:00" in result.stdout
    assert "nothing was written" in result.stderr
    assert (root / "content/posts/draft.md").read_bytes() == before
    made = document(root, "--fill", "--write")
    assert [(one["post"], one["publish"], one["written"]) for one in made["proposals"]] == [
        ("draft", "2026-12-03 09:00", True)
    ]
    assert (root / "content/posts/draft.md").read_bytes() == before.replace(
        b"[people]\n", b"[people]\npublish: 2026-12-03 09:00\n"
    )
    assert run(root, "--fill").stdout == "there are no drafts without a date\n"


def test_fill_begins_where_one_says(root: Path) -> None:
    near, far = (run(root, "--fill", "--at", f"2026-12-{day:02}T05:00Z").stdout for day in (1, 20))
    assert "Tue 22 Dec 2026" in far
    assert "Tue 22 Dec 2026" not in near


def test_fill_minds_the_caps_of_teams_yaml(root: Path) -> None:
    text = (root / "teams.yaml").read_text()
    (root / "teams.yaml").write_text(text.replace("  slots:", "  max_per_day: 1\n  slots:", 1))
    assert run(root, "--fill").stdout.startswith("Tue 2026-12-08 09:00  draft")


def test_a_cap_of_nothing_is_an_error(root: Path) -> None:
    text = (root / "teams.yaml").read_text()
    (root / "teams.yaml").write_text(
        text.replace("sees: {types: [company]}}", "max_per_day: 0, sees: {types: [company]}}", 1)
    )
    assert "0 posts a day leave room for none" in run(root).stderr


def test_fill_for_a_team_leaves_the_drafts_of_others(root: Path) -> None:
    assert document(root, "--fill", "--team", "everyone")["proposals"] == []
    assert len(document(root, "--fill", "--team", "berlin")["proposals"]) == 1


def test_without_slots_there_is_a_hint(root: Path) -> None:
    text = (root / "teams.yaml").read_text()
    (root / "teams.yaml").write_text(text.replace("  slots: [tue 09:00, thu 09:00]\n", ""))
    result = run(root, "--fill")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "hint: write 'slots: [tue 09:00, thu 09:00]' below 'programme:'" in result.stderr


def test_a_draft_that_cannot_be_written_is_said_and_fails(root: Path) -> None:
    path = root / "content/posts/draft.md"
    path.write_text("---\n{title: Not yet, type: employee, tags: [people],}\n---\n")
    before = path.read_bytes()
    result = run(root, "--fill", "--write")
    assert result.exit_code == 1
    assert "draft: its header cannot be read: write 'publish: 2026-12-03 09:00' into it by hand" in result.stderr
    assert path.read_bytes() == before


# heraldry check -------------------------------------------------------------------------------------


def test_check_says_what_is_public_next_and_only_to_people(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "clock", lambda: NOW)
    result = CliRunner().invoke(main, ["check", "-C", str(root)])
    assert "next to be public" not in result.stderr, "what is wrong comes first"
    (root / "content/posts/bad.md").unlink()
    result = CliRunner().invoke(main, ["check", "-C", str(root)])
    assert (
        "next to be public anywhere:\n"
        "  lab: Wed 2 Dec 2026 09:00 Chatham +13:45, 2026-12-01T19:15Z (Chatham)\n"
        "  embargo: Thu 3 Dec 2026 09:00 Istanbul +03:00, 2026-12-03T06:00Z (Everyone and 서울 영업)\n"
        "  arabic: Fri 4 Dec 2026 09:00 Seoul +09:00, 2026-12-04T00:00Z (서울 영업)\n"
    ) in result.stderr
    for form in ("--json", "--github"):
        assert "next to be public" not in CliRunner().invoke(main, ["check", "-C", str(root), form]).output


# The preview ----------------------------------------------------------------------------------------


def edition(root: Path, folder: Path | None = None) -> Edition:
    return Edition(folder, "v1", calendar=partial(cards, look(root), "salt"))


def test_the_page_is_the_preview_s_own_and_holds_no_markup_of_others(root: Path) -> None:
    made = answer(edition(root), "/_heraldry/plan?month=2026-12")
    page = made.body.decode()
    assert made.status == 200
    assert "script-src 'self'" in made.headers["Content-Security-Policy"]
    assert "style=" not in page
    assert "<b>모임" not in page
    for words in ("We opened our lab", "Işıklı" not in page and "December 2026", "Not yet", "Old prices", "Bad"):
        assert words in page  # type: ignore[operator]
    november = answer(edition(root), "/_heraldry/plan?month=2026-11").body.decode()
    assert "한강 달리기 &lt;b&gt;모임&lt;/b&gt;" in november
    assert b"--team: #0b5cab" in answer(edition(root), "/_heraldry/plan.css").body


@pytest.mark.parametrize(
    "query", ["", "month=", "month=2026-13", "month=9999-12", "month=x&team=nobody", "month=١٢٣٤-١٢", "%00"]
)
def test_a_query_that_names_nothing_is_this_month(query: str, root: Path) -> None:
    assert b"<h2>December 2026</h2>" in plan_page(edition(root).calendar(), query, "/_heraldry/")


def test_a_team_sees_its_own_and_a_site_that_cannot_be_read_says_so(root: Path) -> None:
    page = plan_page(edition(root).calendar(), "month=2026-12&team=berlin", "/_heraldry/").decode()
    assert "We opened our lab" in page
    assert "Quarterly" not in page
    assert b"cannot be read" in answer(Edition(None, "v"), "/_heraldry/plan").body


def test_what_is_public_links_to_its_page_and_what_is_held_to_none(root: Path) -> None:
    later = outlook(root, NOW + timedelta(days=2)).value
    assert later is not None
    made = {(h.slug, h.what): h.href for h in cards(later, "salt").happenings}
    assert made["lab", "appears"] == "/posts/lab/"
    assert made["shown", "appears"] == "/everyone/"
    assert made["arabic", "appears"] == ""


def test_nothing_of_the_plan_is_in_the_public_site(root: Path, tmp_path: Path) -> None:
    (root / "teams.yaml").write_text(
        (root / "teams.yaml").read_text().replace("  slots:", "  pilot_salt: x\n  slots:", 1)
    )
    out = tmp_path / "site"
    assert build(Order(root, out, NOW, offline=True, dated=True), {}).written
    names = [path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()]
    assert not [name for name in names if "_heraldry" in name or "plan" in name.rpartition("/")[2]]
    text = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file() and path.suffix in (".html", ".js"))
    for secret in (b"_heraldry", b"We opened our lab", b"Not yet", b"Quarterly"):
        assert secret not in text


def test_heraldry_serve_shows_the_plan_of_what_is_built(root: Path) -> None:
    (root / "teams.yaml").write_text(
        (root / "teams.yaml").read_text().replace("  slots:", "  pilot_salt: x\n  slots:", 1)
    )
    with serving(root, "--at", AT, "--offline") as served:
        status, page = served.get("/_heraldry/plan")
        assert status == 200
        assert "As of Tue 1 Dec 2026 08:00 Istanbul +03:00." in page
        assert "Not yet" in page
        assert "_heraldry/reload.js" in served.get("/everyone/")[1]
        assert "Not yet" not in served.get("/everyone/")[1]


@contextmanager
def shown(root: Path) -> Iterator[str]:
    server = PreviewServer("127.0.0.1", 0, lambda: edition(root, root))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.url
    finally:
        server.shutdown()
        server.server_close()


def _noted(said: list[str], message: Any) -> None:
    said.append(message.text)


@pytest.mark.browser
def test_it_is_pleasant_on_every_screen_with_the_keyboard_and_without_scripts(root: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    (root / "index.html").write_text("<!doctype html><html lang=en><title>x</title><body><h1>Home</h1></body></html>")
    with shown(root) as url, launched() as browser:
        for size, scheme in ((390, "dark"), (1280, "light"), (1280, "dark"), (390, "light")):
            context = browser.new_context(viewport={"width": size, "height": 844}, color_scheme=scheme)
            page = context.new_page()
            said: list[str] = []
            page.on("console", partial(_noted, said))
            page.goto(f"{url}_heraldry/plan?month=2026-12")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert page.locator("table.month .chip").first.is_visible() == (size == 1280)
            assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
            assert said == []
            context.close()
        plain = browser.new_context(java_script_enabled=False).new_page()
        plain.goto(f"{url}_heraldry/plan?month=2026-12")
        for _ in range(40):
            plain.keyboard.press("Tab")
            if plain.locator("a.chip:focus").count():
                break
        plain.keyboard.press("Enter")
        assert plain.locator(".entry:target").count() == 1
        plain.get_by_role("link", name="January").click()
        assert plain.locator("h2").inner_text() == "January 2027"
        home = browser.new_page()
        home.goto(url)
        home.get_by_role("link", name="Plan").click()
        assert home.locator("h1").inner_text() == "Plan"
