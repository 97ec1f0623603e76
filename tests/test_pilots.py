"""Pilots and opening dates: of a pilot nothing stands anywhere but in its own folder, of a team that is not open yet
nothing at all. Whole sites are built, and every byte of them is searched."""

from __future__ import annotations

import base64
import gzip
import html
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from built_sites import NO_HANDBOOK, below
from site_text import picture, write_site

from heraldry.pipeline import Order, Outcome, build
from heraldry.problems import errors

SECOND = timedelta(seconds=1)
SALT, SECRET = "qzxpepper and a long text", "qzxsecret and a longer text"

SITE = f"""\
=== teams.yaml ===
programme:
  name: Acme Voices
  organisation: Acme
  url: https://voices.acme.example/
  timezone: Europe/Berlin
  languages: [en, ko]
  networks: [linkedin, x, email, copy]
  disclosure: {{en: I work at Acme., ko: 저는 Acme 직원입니다.}}
  indexed: true
  pilot_salt: {SALT}
teams:
  berlin: {{name: Berlin, sees: {{types: [company]}}}}
  qzxtrial:
    name: Qzxname
    tagline: Qzxtagline
    stage: pilot
    timezone: Asia/Seoul
    languages: [ko, en]
    disclosure: {{en: Qzxdisclosure}}
    brand: {{logo: media/qzxarms.jpg, color: "#123457"}}
    helper: {{name: Qzxhelper, contact: "mailto:qzxmail@acme.example"}}
    utm: {{campaign: "qzxcampaign-{{team}}"}}
    sees: {{types: [company], posts: [trial]}}
=== content/posts/shared.md ===
---
title: For all
type: company
publish: 2026-12-01 09:00
---
Everybody reads this
=== content/posts/trial.md ===
---
title: For the trial
type: employee
publish: 2026-11-01 09:00
aliases: [earlier-trial]
---
Only pilots read this
"""
KEY = "qzxtrial"
WORDS = [KEY, "qzxname", "qzxtagline", "qzxdisclosure", "qzxarms", "#123457", "qzxhelper", "qzxmail", "qzxcampaign"]
NOW = datetime.fromisoformat("2026-11-20T12:00:00+00:00")
NINE_IN_SEOUL, NINE_IN_BERLIN = (datetime.fromisoformat(f"2026-12-01T0{hour}:00:00+00:00") for hour in (0, 8))
FOLDER = re.compile(r"qzxtrial-[0-9a-f]{20}")
MEDIA = {"content/media/qzxarms.jpg": picture()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_site(tmp_path / "root", SITE, MEDIA)


def outcome(root: Path, now: datetime = NOW, environment: Mapping[str, str] = {}) -> tuple[Outcome, Path]:
    out = root.parent / f"site-{now:%Y%m%dT%H%M%S}"
    order = Order(root=root, out=out, now=now, offline=True, dated=True, handbook=NO_HANDBOOK)
    return build(order, environment), out


def site(root: Path, now: datetime = NOW, environment: Mapping[str, str] = {}) -> dict[str, bytes]:
    made, out = outcome(root, now, environment)
    assert made.written, made.problems
    assert not errors(made.problems)
    return below(out)


def say(root: Path, before: str, after: str) -> None:
    file = root / "teams.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1
    file.write_text(text.replace(before, after), encoding="utf-8")


def readings(body: bytes) -> Iterator[str]:
    """The bytes as text: as written, unpacked, and with what HTML, JSON and addresses escape undone."""
    plain = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    text = plain.decode("utf-8", "replace")
    json = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
    for one in (text, json, html.unescape(text)):
        yield from (one.lower(), unquote(unquote(one)).lower())


def places(found: Mapping[str, bytes], word: str) -> set[str]:
    encoded = base64.b64encode(word.encode())[:-4].decode().lower()
    spoken = {path for path, body in found.items() if any(word in text or encoded in text for text in readings(body))}
    return spoken | {path for path in found if word in path.lower()}


def folder(found: Mapping[str, bytes]) -> str:
    (name,) = {path.split("/")[0] for path in found if path.startswith(KEY)}
    assert FOLDER.fullmatch(name)
    return name


# Where a pilot stands -------------------------------------------------------------------------------


@pytest.mark.parametrize("now", [NOW, NINE_IN_SEOUL, NINE_IN_BERLIN], ids=["before", "between", "after"])
def test_of_a_pilot_nothing_stands_outside_its_own_folder_but_its_arms(root: Path, now: datetime) -> None:
    found = site(root, now)
    own = f"{folder(found)}/"
    for word in (*WORDS, own[:-1]):
        allowed = ("assets/media/qzxarms.", own) if word == "qzxarms" else (own,)
        assert places(found, word), word
        assert {path for path in places(found, word) if not path.startswith(allowed)} == set(), word


def test_of_a_pilot_nothing_stands_in_the_handbook_and_its_sitemap_either(tmp_path: Path) -> None:
    page = "=== content/handbook/index.md ===\n---\nfor: everyone\n---\n# Welcome\n\nHow it works\n"
    root = write_site(tmp_path / "root", SITE + page, MEDIA)
    made = build(Order(root=root, out=tmp_path / "site", now=NINE_IN_BERLIN, offline=True, dated=True), {})
    assert made.written
    found = below(tmp_path / "site")
    assert {"handbook/index.html", "handbook/sitemap.xml"} <= found.keys()
    assert places(found, "how it works")
    own = (f"{folder(found)}/", "assets/media/qzxarms.")
    assert {path for word in WORDS for path in places(found, word) if not path.startswith(own)} == set()


def test_the_search_itself_finds_what_is_packed_and_escaped() -> None:
    said = {
        "a": gzip.compress(b"x qzxtrial"),
        "b": b"%71zxtrial",
        "c": b"&#113;zxtrial",
        "d": b"\\u0071zxtrial",
        "e": base64.b64encode(b"qzxtrial and more"),
        "QZXTRIAL/f": b"",
    }
    assert places(said, KEY) == said.keys()


def test_the_page_of_a_pilot_is_for_no_search_engine_even_when_the_others_are(root: Path) -> None:
    found = site(root, NINE_IN_BERLIN)
    own = folder(found)
    for path in (path for path in found if path.startswith(own) and path.endswith(".html")):
        assert b'<meta name="robots" content="noindex, nofollow">' in found[path]
    assert b'name="robots"' not in found["berlin/index.html"]


def test_whoever_follows_a_link_from_a_pilots_page_tells_its_address_to_nobody_else(root: Path) -> None:
    found = site(root)
    page = found[f"{folder(found)}/index.html"].decode()
    assert '<meta name="referrer" content="strict-origin-when-cross-origin">' in page


def test_the_secret_and_the_salt_stand_nowhere_themselves(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    made, out = outcome(root, environment={"HERALDRY_PILOT_SECRET": SECRET})
    found, said = below(out), "".join(capfd.readouterr())
    for word in ("qzxpepper", "qzxsecret"):
        assert places(found, word) == set()
        assert word not in said + repr(made.problems)


# Its address ----------------------------------------------------------------------------------------


def test_the_address_stays_the_same_through_builds_and_other_settings(root: Path) -> None:
    first = folder(site(root))
    say(root, "name: Qzxname", "name: Qzxname the Second")
    say(root, "  berlin: {", "  seoul: {name: Seoul, sees: {types: [company]}}\n  berlin: {")
    assert folder(site(root, NINE_IN_BERLIN)) == first


def test_another_secret_moves_the_page_and_leaves_nothing_at_the_old_address(root: Path) -> None:
    first = folder(site(root))
    moved = site(root, environment={"HERALDRY_PILOT_SECRET": SECRET})
    assert folder(moved) != first
    assert places(moved, first) == set()
    assert folder(site(root, environment={"HERALDRY_PILOT_SECRET": SECRET + "!"})) != folder(moved)


def test_the_secret_in_the_environment_goes_before_the_salt_and_an_empty_one_is_none(root: Path) -> None:
    secret = {"HERALDRY_PILOT_SECRET": SECRET}
    with_both, salted = folder(site(root, environment=secret)), folder(site(root))
    assert folder(site(root, environment={"HERALDRY_PILOT_SECRET": ""})) == salted
    say(root, f"  pilot_salt: {SALT}\n", "")
    assert folder(site(root, environment=secret)) == with_both


def test_without_any_secret_nothing_is_built(root: Path) -> None:
    say(root, f"  pilot_salt: {SALT}\n", "")
    made, out = outcome(root)
    assert (made.written, out.exists()) == (None, False)
    (problem,) = made.problems
    assert (problem.at.path, "pilot_salt" in problem.hint) == ("teams.yaml", True)


def test_a_pilot_that_goes_live_gets_its_plain_address_and_the_other_one_ends(root: Path) -> None:
    first = folder(site(root))
    say(root, "stage: pilot", "stage: live")
    live = site(root)
    assert f"{KEY}/index.html" in live
    assert places(live, first) == set()
    assert "index.html" in places(live, "qzxname")


# What pilots see ------------------------------------------------------------------------------------


def test_a_story_that_only_pilots_have_seen_is_for_no_search_engine(root: Path) -> None:
    between, after = site(root, NINE_IN_SEOUL), site(root, NINE_IN_BERLIN)
    hidden = b'<meta name="robots" content="noindex">'
    assert hidden in between["posts/shared/index.html"]
    assert hidden not in after["posts/shared/index.html"]
    assert hidden in after["posts/trial/index.html"]
    assert hidden in after["posts/earlier-trial/index.html"]
    assert not {path for path in places(after, "posts/trial") if not path.startswith(("posts/", folder(after)))}


def test_of_what_comes_next_for_pilots_nothing_is_told_elsewhere(root: Path) -> None:
    """Seoul's nine o'clock is the pilot's alone: the other pages announce Berlin's."""
    found = site(root, NOW)
    seoul, berlin = ("2026-12-01t00:00:00+00:00", "2026-12-01t08:00:00+00:00")
    html = {path for path in found if path.endswith(".html")}
    assert {path for path in places(found, seoul) & html if not path.startswith(folder(found))} == set()
    assert {"index.html", "berlin/index.html"} <= places(found, berlin)


# Before the opening ---------------------------------------------------------------------------------

OPENING = datetime.fromisoformat("2027-01-31T15:00:00+00:00")  # 1 February in Seoul


@pytest.mark.parametrize("stage", ["pilot", "live"])
def test_before_its_opening_a_team_is_nowhere_and_with_it_everywhere_it_belongs(root: Path, stage: str) -> None:
    say(root, "stage: pilot", f"stage: {stage}\n    opens: 2027-02-01")
    before, at = site(root, OPENING - SECOND), site(root, OPENING)
    assert {path for word in WORDS for path in places(before, word)} == set()
    assert {path for path in before if path.startswith(("posts/trial", "posts/earlier"))} == set()
    assert places(before, "only pilots read this") == set()
    own = folder(at) if stage == "pilot" else KEY
    assert {f"{own}/{name}" for name in ("index.html", "rss.xml", "atom.xml", "feed.json")} <= at.keys()
    assert "posts/trial/index.html" in at
    assert ("index.html" in places(at, "qzxname")) is (stage == "live")
    assert [path for path in at if path.startswith("assets/media/qzxarms.")]


def test_a_team_that_opens_later_does_not_hold_up_those_that_are_open(root: Path) -> None:
    say(root, "stage: pilot", "opens: 2027-02-01")
    assert "posts/shared/index.html" in site(root, NINE_IN_BERLIN)
    assert "posts/shared/index.html" not in site(root, NINE_IN_SEOUL)
