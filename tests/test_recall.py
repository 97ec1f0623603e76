"""Taking something back: withdrawals and pauses, at once and planned, and what is left of a post in the whole site."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from built_sites import built
from click.testing import CliRunner
from PIL import Image
from site_text import write_site
from test_plan import NOW, POST, PROGRAMME, TEAM, instant

from heraldry.cli import main
from heraldry.model import ALWAYS, Post, Team
from heraldry.moments import when
from heraldry.pipeline import inspected, read_site
from heraldry.plan import Held, held, next_due, published, rebased
from heraldry.posts import read_posts
from heraldry.problems import Level
from heraldry.teams import read_teams

SECOND = timedelta(seconds=1)

SITE = """\
=== teams.yaml ===
programme:
  name: Acme Voices
  organisation: Acme
  url: https://voices.acme.example/
  timezone: Europe/Berlin
  languages: [en, ko]
  networks: [linkedin, x, email, copy]
  disclosure: {en: I work at Acme., ko: 저는 Acme 직원입니다.}
  pause: false
teams:
  seoul: {name: Seoul, timezone: Asia/Seoul, languages: [ko, en], sees: {types: [company]}, pause: false}
  berlin: {name: Berlin, sees: {types: [company]}, pause: false}
=== content/posts/qzxslug.md ===
---
title: Qzxtitle
type: company
tags: [qzxtag]
publish: 2026-12-01 09:00
withdraw: false
image: ../media/qzximage.png
image_alt: Qzxalt
campaign: qzxcampaign
aliases: [qzxalias]
captions: Qzxcaption
---
Qzxbody
=== content/posts/qzxslug.ko.md ===
---
title: Qzxkotitle
captions: Qzxkocaption
---
Qzxkobody
=== content/posts/other.md ===
---
title: Another
type: company
publish: 2026-11-01 09:00
---
Still here
"""
WORDS = ["title", "tag", "image", "alt", "campaign", "caption", "body", "kotitle", "kocaption", "kobody"]
HOUR_IN_SEOUL, HOUR_IN_BERLIN = instant("2026-12-01T00:00Z"), instant("2026-12-01T08:00Z")
LATER = instant("2026-12-05T09:00Z")
OWN_PAGES = {"posts/qzxslug/index.html", "posts/qzxslug/ko/index.html", "posts/qzxalias/index.html"}


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (4, 3), "navy").save(made, "PNG")
    return made.getvalue()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_site(tmp_path / "root", SITE, {"content/media/qzximage.png": picture()})


def say(root: Path, path: str, before: str, after: str) -> None:
    """One line of a file, changed as an editor would."""
    file = root / path
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1
    file.write_text(text.replace(before, after), encoding="utf-8")


def withdraw(root: Path, since: str) -> None:
    say(root, "content/posts/qzxslug.md", "withdraw: false", f"withdraw: {since}")


def site(root: Path, now: datetime) -> dict[str, str]:
    """Every file of the site as of `now`, in lower case, and without the time at which it was checked."""
    made, _ = built(root, root.parent / f"site-{now:%Y%m%dT%H%M%S}", now)
    texts = {path: body.decode("utf-8", "replace").lower() for path, body in made.items()}
    return {path: re.sub(r'<time class="checked".*?</time>', "", text, flags=re.S) for path, text in texts.items()}


def places(found: Mapping[str, str], word: str) -> set[str]:
    return {path for path, text in found.items() if word in path or word in text}


def left(found: Mapping[str, str]) -> set[str]:
    """Where anything of the post stands, its name and its former one apart."""
    return set().union(*(places(found, f"qzx{word}") for word in WORDS))


# Withdrawn ------------------------------------------------------------------------------------------


def test_a_planned_withdrawal_comes_to_the_second_and_before_it_the_post_is_as_usual(root: Path) -> None:
    unplanned = site(root, LATER - SECOND)
    withdraw(root, "2026-12-05T10:00+01:00")
    before, at = site(root, LATER - SECOND), site(root, LATER)
    assert {p: t for p, t in before.items() if p != "heraldry.json"} == {
        p: t for p, t in unplanned.items() if p != "heraldry.json"
    }
    assert left(before) >= {
        "berlin/index.html",
        "berlin/rss.xml",
        "seoul/feed.json",
        *OWN_PAGES - {"posts/qzxalias/index.html"},
    }
    assert left(at) == set()
    assert site(root, LATER + SECOND).keys() == at.keys() == {p for p in before if not p.startswith("assets/media/")}


@pytest.mark.parametrize("since", ["true", "2026-12-05T10:00+01:00"])
def test_of_a_withdrawn_post_nothing_is_left_but_its_address(root: Path, since: str) -> None:
    withdraw(root, since)
    found = site(root, LATER)
    assert left(found) == set()
    assert places(found, "qzx") == OWN_PAGES
    assert {path for path in found if path.startswith("posts/") and "other" not in path} == OWN_PAGES


def test_a_tombstone_says_in_its_language_what_happened_and_leads_to_the_programme(root: Path) -> None:
    withdraw(root, "true")
    found = site(root, LATER)
    english, korean = found["posts/qzxslug/index.html"], found["posts/qzxslug/ko/index.html"]
    assert "this story has been withdrawn" in english
    assert '<html lang="en"' in english
    assert '<html lang="ko"' in korean
    assert "withdrawn" not in re.sub(r"<(style|template).*?</\1>", "", korean, flags=re.S)
    assert '<a href="../../">' in english
    assert '<a href="../../../">' in korean
    for page in (english, korean):
        assert '<meta name="robots" content="noindex">' in page
        assert not re.search(r"og:image|og:url|canonical|<img", page)


def test_a_tombstone_in_a_language_without_messages_is_english_and_says_so(root: Path) -> None:
    say(root, "teams.yaml", "languages: [en, ko]", "languages: [en, ko, is]")
    say(root, "teams.yaml", "{en: I work at Acme., ", "{en: I work at Acme., is: Ég vinn hjá Acme., ")
    withdraw(root, "2026-12-05T10:00+01:00")
    (root / "content/posts/qzxslug.is.md").write_text("---\ntitle: Qzxtitle\n---\nQzxbody", encoding="utf-8")
    page = "posts/qzxslug/is/index.html"
    assert '<html lang="is"' in site(root, LATER - SECOND)[page]
    assert '<html lang="en"' in site(root, LATER)[page]


def test_a_former_address_leads_to_the_tombstone(root: Path) -> None:
    withdraw(root, "true")
    assert 'url=../qzxslug/"' in site(root, LATER)["posts/qzxalias/index.html"]


def test_a_former_address_of_a_post_about_another_page_leads_to_the_programme(root: Path) -> None:
    say(root, "content/posts/qzxslug.md", "type: company", "type: company\nurl: https://acme.example/qzxaddress")
    withdraw(root, "2026-12-05T10:00+01:00")
    assert "qzxaddress" in site(root, LATER - SECOND)["posts/qzxalias/index.html"]
    found = site(root, LATER)
    assert places(found, "qzx") == {"posts/qzxalias/index.html"}
    assert 'url=../../"' in found["posts/qzxalias/index.html"]


@pytest.mark.parametrize(
    ("since", "now", "exists"),
    [
        pytest.param("2026-11-30T10:00+01:00", LATER, False, id="known, before anybody saw it: no tombstone ever"),
        pytest.param("2026-12-01T09:00+09:00", LATER, False, id="at the very instant of its first hour"),
        pytest.param("2026-12-01T09:00+09:00", HOUR_IN_SEOUL, False, id="not even for that instant"),
        pytest.param("2026-12-01T09:00:01+09:00", LATER, True, id="a second later, when Seoul had seen it"),
        pytest.param("2026-12-01T04:00+01:00", HOUR_IN_BERLIN, True, id="between the two hours: Seoul had seen it"),
        pytest.param("true", HOUR_IN_SEOUL - SECOND, False, id="at once, while its hour is still to come"),
        pytest.param("true", HOUR_IN_SEOUL, True, id="at once: from its hour on nobody knows that nobody saw it"),
    ],
)
def test_there_is_a_tombstone_only_of_what_was_public(root: Path, since: str, now: datetime, exists: bool) -> None:
    withdraw(root, since)
    found = site(root, now)
    assert left(found) == set()
    assert OWN_PAGES & found.keys() == (OWN_PAGES if exists else set())


def test_expiry_ends_promotion_only_and_the_own_page_may_still_be_withdrawn(root: Path) -> None:
    say(root, "content/posts/qzxslug.md", "withdraw: false", "withdraw: 2026-12-05T10:00+01:00\nexpires: 2026-12-03")
    expired = site(root, LATER - SECOND)
    assert places(expired, "qzxtitle") == {"posts/qzxslug/index.html"}
    assert [path.split(".")[0] for path in expired if "media" in path] == ["assets/media/qzximage"]
    assert left(site(root, LATER)) == set()


def test_a_story_that_ended_before_its_team_opened_was_never_public(root: Path) -> None:
    for team in ("seoul", "berlin"):
        say(root, "teams.yaml", f"  {team}: {{", f"  {team}: {{opens: 2026-12-04, ")
    say(root, "content/posts/qzxslug.md", "withdraw: false", "expires: 2026-12-02")
    assert places(site(root, LATER), "qzx") == set()


def test_a_withdrawal_of_an_example_site_moves_along_with_its_dates() -> None:
    programme = replace(PROGRAMME, demo_day=date(2026, 11, 28))
    moved = [rebased([replace(POST, withdraw=since)], programme, NOW)[0].withdraw for since in (NOW, ALWAYS, None)]
    assert moved == [NOW + timedelta(days=3), ALWAYS, None]


# Paused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("whole", [False, True], ids=["a team", "the programme"])
def test_a_pause_takes_every_post_off_the_pages_and_what_was_public_keeps_its_address(root: Path, whole: bool) -> None:
    if whole:
        say(root, "teams.yaml", "  pause: false\nteams", "  pause: 2026-12-05T10:00+01:00\nteams")
    else:
        say(root, "teams.yaml", "berlin: {name: Berlin, sees: {types: [company]}, pause: false}",
            "berlin: {name: Berlin, sees: {types: [company]}, pause: 2026-12-05T10:00+01:00}")  # fmt: skip
    before, at = site(root, LATER - SECOND), site(root, LATER)
    assert "sharing is paused" not in before["berlin/index.html"]
    assert "sharing is paused" in at["berlin/index.html"]
    assert {path for path in places(at, "qzxtitle") if path.startswith("berlin")} == set()
    assert {path for path in places(at, "another") if path.startswith("berlin")} == set()
    assert ({path.split("/")[0] for path in places(at, "qzxkotitle")} == {"posts"}) is whole
    assert "posts/qzxslug/index.html" in places(at, "qzxbody")
    assert at["index.html"].count("sharing is paused") == (2 if whole else 1)
    assert "sharing is paused" not in before["index.html"]


def test_a_post_whose_hour_comes_during_a_pause_is_nowhere_until_it_ends(root: Path) -> None:
    say(root, "teams.yaml", "  pause: false\nteams", "  pause: 2026-11-30T12:00+01:00\nteams")
    during = site(root, LATER)
    assert places(during, "qzx") == set()
    assert "posts/other/index.html" in during
    say(root, "teams.yaml", "  pause: 2026-11-30T12:00+01:00\nteams", "  pause: false\nteams")
    after = site(root, LATER + SECOND)
    assert {"berlin/index.html", "berlin/rss.xml", "posts/qzxslug/index.html"} <= places(after, "qzxtitle")


def test_a_pause_that_begins_between_two_hours_keeps_what_one_team_has_seen(root: Path) -> None:
    say(root, "teams.yaml", "  pause: false\nteams", "  pause: 2026-12-01T04:00+01:00\nteams")
    found = site(root, LATER)
    assert places(found, "qzxtitle") == {"posts/qzxslug/index.html"}


def test_of_a_pause_that_does_not_say_since_when_own_pages_go_by_the_hour(root: Path) -> None:
    say(root, "teams.yaml", "  pause: false\nteams", "  pause: true\nteams")
    assert places(site(root, HOUR_IN_SEOUL - SECOND), "qzx") == set()
    found = site(root, HOUR_IN_SEOUL)
    assert places(found, "qzxtitle") == {"posts/qzxslug/index.html"}
    assert not [path for path in places(found, "qzx") if path.startswith(("berlin", "seoul", "index"))]


def test_a_paused_team_announces_nothing_and_a_planned_pause_what_comes_before_it(root: Path) -> None:
    announced = '<time datetime="2026-12-01t08:00:00+00:00">'
    assert announced in site(root, HOUR_IN_BERLIN - SECOND)["berlin/index.html"]
    say(root, "teams.yaml", "  pause: false\nteams", "  pause: 2026-12-01T09:00+01:00\nteams")
    assert announced not in site(root, HOUR_IN_BERLIN - 2 * SECOND)["berlin/index.html"]
    assert not places(site(root, HOUR_IN_SEOUL - SECOND), announced)


HOUR = instant("2026-12-02T09:00+01:00")
TOMORROW = replace(POST, publish=when("2026-12-02 09:00"))


@pytest.mark.parametrize(
    ("post", "team", "due"),
    [
        pytest.param(TOMORROW, TEAM, HOUR, id="a post that only waits"),
        pytest.param(replace(TOMORROW, withdraw=HOUR), TEAM, None, id="one that will be withdrawn by then"),
        pytest.param(replace(TOMORROW, withdraw=HOUR + SECOND), TEAM, HOUR, id="one that will be withdrawn after"),
        pytest.param(TOMORROW, replace(TEAM, pause=HOUR), None, id="one that falls into a planned pause"),
        pytest.param(TOMORROW, replace(TEAM, pause=HOUR + SECOND), HOUR, id="one that comes before the pause"),
        pytest.param(TOMORROW, replace(TEAM, pause=NOW), None, id="any, while the team is paused"),
        pytest.param(
            replace(TOMORROW, expires=when("2026-12-02 08:00")), TEAM, None, id="one that ends before it begins"
        ),
    ],
)
def test_announced_is(post: Post, team: Team, due: datetime | None) -> None:
    assert next_due([post], team, NOW) == due


@pytest.mark.parametrize("step", [-SECOND, 0 * SECOND, SECOND])
def test_withdrawals_and_pauses_begin_to_the_second(step: timedelta) -> None:
    reached = step >= 0 * SECOND
    assert held(replace(POST, withdraw=NOW), TEAM, NOW + step) is (Held.WITHDRAWN if reached else None)
    assert held(POST, replace(TEAM, pause=NOW), NOW + step) is (Held.PAUSED if reached else None)


def test_an_own_page_that_one_team_has_seen_stays_whoever_is_paused() -> None:
    paused = replace(TEAM, pause=instant("2026-12-01T07:59Z"))
    assert not published(POST, [paused], NOW)
    assert published(POST, [paused, replace(TEAM, key="it")], NOW)


# As it is written -----------------------------------------------------------------------------------

HEADER = "---\ntitle: Lab\ntype: company\nwithdraw: {}\n---\n"
ONE_FOR_ALL = "is one moment for all; write the offset, as in 2026-12-01T10:00+03:00, or true"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("true", ALWAYS),
        ("false", None),
        ("2026-12-01T10:00+03:00", instant("2026-12-01T07:00Z")),
        ("2026-12-01 10:00+03:00", instant("2026-12-01T07:00Z")),
        ("2026-12-01T07:00:30Z", instant("2026-12-01T07:00:30Z")),
    ],
)
def test_withdraw_and_pause_take(written: str, meant: datetime | None) -> None:
    (post,), problems = _post(HEADER.format(written))
    assert (post.withdraw, problems) == (meant, ())
    read = read_teams(
        SITE.split("=== content")[0].split("\n", 1)[1].replace("  pause: false\n", f"  pause: {written}\n").encode()
    )
    assert read.value
    assert {team.pause for team in read.value.teams} == {read.value.programme.pause} == {meant}


def _post(text: str) -> tuple[tuple[Post, ...], tuple[object, ...]]:
    read = read_posts({"content/posts/lab.md": text.encode()}, PROGRAMME)
    return read.value, read.problems


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        ("2026-12-01 10:00", "a moment without an offset: '2026-12-01 10:00'", f"a withdrawal {ONE_FOR_ALL}"),
        ("2026-12-01", "a moment without an offset: '2026-12-01'", f"a withdrawal {ONE_FOR_ALL}"),
        ("yes", "expected true or false, found 'yes'", "write true"),
        ("True", "expected true or false, found 'True'", "write true"),
        ("now", "expected true, false or a moment, found 'now'", "write true, false or a moment such as 2026-12-01T10:00+03:00"),
        ("2026-02-30T10:00Z", "expected true, false or a moment, found '2026-02-30T10:00Z'", "the calendar has no such day"),
        ("[true]", "expected a text", "write it in one line, in quotes if it contains ': '"),
    ],
)  # fmt: skip
def test_anything_else_is_an_error_that_says_why(written: str, message: str, hint: str) -> None:
    read = read_posts({"content/posts/lab.md": HEADER.format(written).encode()}, PROGRAMME)
    assert [(problem.message, problem.hint, problem.at.line) for problem in read.problems] == [(message, hint, 4)]


def test_a_pause_without_an_offset_is_an_error_too() -> None:
    text = SITE.split("=== content")[0].split("\n", 1)[1].replace("  pause: false\n", "  pause: 2026-12-01 10:00\n")
    (problem,) = read_teams(text.encode()).problems
    assert problem.hint == f"a pause {ONE_FOR_ALL}"


def test_of_two_pauses_the_earlier_one_counts() -> None:
    text = SITE.split("=== content")[0].split("\n", 1)[1].replace("  pause: false\n", "  pause: 2026-12-01T10:00Z\n")
    text = text.replace("{name: Berlin, sees: {types: [company]}, pause: false}",
                        '{name: Berlin, sees: {types: [company]}, pause: "2026-12-01T09:00Z"}')  # fmt: skip
    read = read_teams(text.encode())
    assert read.value
    assert [team.pause for team in read.value.teams] == [instant("2026-12-01T10:00Z"), instant("2026-12-01T09:00Z")]


def test_a_key_that_is_nearly_right_is_an_error_that_names_the_right_one() -> None:
    read = read_posts(
        {"content/posts/lab.md": HEADER.replace("withdraw", "withdrawn").format("true").encode()}, PROGRAMME
    )
    assert [problem.hint for problem in read.problems] == ["did you mean 'withdraw'?"]


def test_a_translation_cannot_be_withdrawn_alone(root: Path) -> None:
    say(root, "content/posts/qzxslug.ko.md", "title:", "withdraw: true\ntitle:")
    (problem,) = read_site(root).problems
    assert "belongs in the post itself" in problem.hint
    assert places(site(root, LATER), "qzx") == set()


# What check says ------------------------------------------------------------------------------------


def test_check_warns_of_a_post_that_was_withdrawn_before_its_hour(root: Path) -> None:
    withdraw(root, "true")
    (problem,) = inspected(root, HOUR_IN_SEOUL - SECOND)
    assert (problem.at.path, problem.at.line, problem.level) == ("content/posts/qzxslug.md", 6, Level.WARNING)
    assert problem.message == "withdrawn before its hour"
    since = "2026-12-01 01:00 (Europe/Berlin)"
    assert problem.hint == f"delete the file or take 'publish' out: else its address says from {since} on that it was"
    assert inspected(root, HOUR_IN_SEOUL) == ()


def test_check_warns_of_a_post_that_is_to_be_withdrawn_before_anybody_sees_it(root: Path) -> None:
    withdraw(root, "2026-12-01T00:00Z")
    (problem,) = inspected(root, HOUR_IN_SEOUL - timedelta(days=1))
    assert (problem.message, problem.level) == ("withdrawn before it is public anywhere", Level.WARNING)
    say(root, "content/posts/qzxslug.md", "T00:00Z", "T00:00:01Z")
    assert inspected(root, HOUR_IN_SEOUL - timedelta(days=1)) == ()


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param([("withdraw: false", "withdraw: 2026-11-20T10:00Z")], id="one that says since when"),
        pytest.param([("publish: 2026-12-01 09:00\nwithdraw: false", "withdraw: true")], id="a draft"),
        pytest.param(
            [("aliases: [qzxalias]", "url: https://acme.example/"), ("withdraw: false", "withdraw: true")],
            id="one without an address of its own",
        ),
    ],
)
def test_check_does_not_warn_of(root: Path, edits: list[tuple[str, str]]) -> None:
    for before, after in edits:
        say(root, "content/posts/qzxslug.md", before, after)
    assert inspected(root, HOUR_IN_SEOUL - SECOND) == ()


# An emergency ---------------------------------------------------------------------------------------


def heraldry_build(root: Path, out: Path) -> tuple[int, str]:
    result = CliRunner().invoke(
        main, ["build", "-C", str(root), "--out", str(out), "--at", "2026-12-05T09:00Z", "--offline"]
    )
    return result.exit_code, result.output


def below(out: Path) -> Iterator[str]:
    return (path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())


def test_another_broken_post_does_not_keep_a_withdrawal_from_being_published(root: Path, tmp_path: Path) -> None:
    assert heraldry_build(root, tmp_path / "site")[0] == 0
    withdraw(root, "true")
    say(root, "content/posts/other.md", "title: Another", "title: [not, a, title")
    code, said = heraldry_build(root, tmp_path / "site")
    assert (code, "content/posts/other.md:" in said) == (0, True)
    assert (tmp_path / "site/posts/qzxslug/index.html").read_text().count("This story has been withdrawn") == 1
    assert not [path for path in below(tmp_path / "site") if "qzximage" in path or "other" in path]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("withdraw: false", "withdraw: yes", id="the line itself is wrong"),
        pytest.param("withdraw: false", "withdrawn: true", id="its key is wrong"),
        pytest.param("withdraw: false\n", "withdraw: true\nwithdraw: true\n", id="it stands twice"),
        pytest.param("title: Qzxtitle", "withdraw true\ntitle: Qzxtitle", id="the header can no longer be read"),
        pytest.param("---\ntitle", "title", id="there is no header any more"),
    ],
)
def test_a_post_whose_own_file_is_broken_does_not_stay_published(
    root: Path, tmp_path: Path, before: str, after: str
) -> None:
    assert heraldry_build(root, tmp_path / "site")[0] == 0
    say(root, "content/posts/qzxslug.md", before, after)
    code, said = heraldry_build(root, tmp_path / "site")
    assert (code, "content/posts/qzxslug.md:" in said) == (0, True)
    assert left(site(root, LATER)) == set()
    assert not [path for path in below(tmp_path / "site") if "qzx" in path]


@pytest.mark.parametrize("file", ["teams.yaml", "sources.yaml"])
def test_a_broken_settings_file_keeps_everything_as_it_was_and_says_so(root: Path, tmp_path: Path, file: str) -> None:
    assert heraldry_build(root, tmp_path / "site")[0] == 0
    withdraw(root, "true")
    with (root / file).open("a") as settings:
        settings.write("nonsense: [\n")
    code, said = heraldry_build(root, tmp_path / "site")
    assert (code, f"{file}:" in said) == (1, True)
    assert [path for path in below(tmp_path / "site") if "qzximage" in path]
