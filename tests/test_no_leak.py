"""Nothing held leaks: a whole site is built and every byte and path of it is searched for what must not be there."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image
from site_text import write_site

from heraldry.pipeline import Order, build
from heraldry.problems import errors

SITE = """\
=== teams.yaml ===
programme:
  name: Acme Voices
  organisation: Acme
  url: https://voices.acme.example/v/
  timezone: Europe/Berlin
  languages: [en, ko]
  networks: [linkedin, x, whatsapp, email, copy]
  disclosure: {en: I work at Acme., ko: 저는 Acme 직원입니다.}
  page_size: 2
  pilot_salt: pepper
teams:
  seoul: {name: Seoul, timezone: Asia/Seoul, languages: [ko, en], sees: {types: [company]}}
  berlin: {name: Berlin, timezone: Europe/Berlin, sees: {types: [company]}}
  trial: {name: Qzxtrial, stage: pilot, sees: {posts: [qzxtrialpost]}}
  unborn: {name: Qzxunborn, tagline: Qzxunborntag, opens: 2027-06-01, sees: {posts: [qzxunbornpost]}}
=== content/posts/qzxslug.md ===
---
title: Qzxtitle & “more”
type: company
tags: [qzxtag]
publish: 2026-12-01 09:00
expires: 2026-12-20
image: ../media/qzximage.png
image_alt: Qzxalt
campaign: qzxcampaign
aliases: [qzxalias]
captions: {default: ["Qzxcaption <one>"], x: Qzxshort}
---
Qzxbody, <b>with</b> *markup*.
=== content/posts/qzxslug.ko.md ===
---
title: Qzxkotitle 제목
image: ../media/qzxkoimage.png
image_alt: Qzxkoalt
captions: Qzxkocaption 글
---
Qzxkobody 본문
=== content/posts/qzxseoul.md ===
---
title: Qzxseoultitle
type: company
tags: [qzxseoultag]
teams: [seoul]
publish: 2026-11-01 09:00
captions: Qzxseoulcaption
---
Qzxseoulbody
=== content/posts/qzxexpired.md ===
---
title: Qzxexpiredtitle
type: company
publish: 2026-11-01
expires: 2026-11-15
---
Qzxexpiredbody
=== content/posts/qzxrecalled.md ===
---
title: Qzxrecalledtitle
type: company
image: ../media/qzxrecalledimage.png
image_alt: Qzxrecalledalt
publish: 2026-11-01
withdraw: true
captions: Qzxrecalledcaption
---
Qzxrecalledbody
=== content/posts/qzxstopped.md ===
---
title: Qzxstoppedtitle
type: company
publish: 2026-12-10
withdraw: true
aliases: [qzxstoppedalias]
---
Qzxstoppedbody
=== content/posts/qzxdraft.md ===
---
title: Qzxdrafttitle
type: company
---
Qzxdraftbody
=== content/posts/qzxtrialpost.md ===
---
title: Qzxtrialtitle
type: industry
publish: 2026-11-01
---
=== content/posts/qzxunbornpost.md ===
---
title: Qzxunborntitle
type: industry
publish: 2026-11-01
---
Qzxunbornbody
"""

HELD = [
    *("qzxslug", "qzxtitle", "qzxtag", "qzximage", "qzxalt", "qzxcampaign", "qzxalias", "qzxcaption", "qzxshort"),
    *("qzxbody", "qzxkotitle", "qzxkoimage", "qzxkoalt", "qzxkocaption", "qzxkobody", "qzxpixels"),
]
NINE_IN_SEOUL = datetime.fromisoformat("2026-12-01T00:00:00+00:00")
NINE_IN_BERLIN = datetime.fromisoformat("2026-12-01T08:00:00+00:00")
AFTER_THE_END = datetime.fromisoformat("2026-12-21T12:00:00+00:00")
SECOND = timedelta(seconds=1)


def picture(mark: str) -> bytes:
    """A PNG with `mark` in its bytes."""
    made = io.BytesIO()
    Image.new("RGB", (4, 3), "navy").save(made, "PNG")
    return made.getvalue() + mark.encode()


PICTURES = {
    "content/media/qzximage.png": picture("qzxpixels"),
    "content/media/qzxkoimage.png": picture("qzxpixels-ko"),
    "content/media/qzxrecalledimage.png": picture("qzxrecalledpixels"),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_site(tmp_path_factory.mktemp("site"), SITE, PICTURES)


def built(root: Path, out: Path, now: datetime) -> dict[str, str]:
    """The site as of `now`: each path, and all that can be read in its bytes, however it is escaped."""
    outcome = build(Order(root=root, out=out, now=now, offline=True, dated=True), {})
    assert outcome.written
    assert not errors(outcome.problems)
    return {path.relative_to(out).as_posix(): readable(path) for path in sorted(out.rglob("*"))}


def readable(path: Path) -> str:
    """The bytes as text, as written and with percent signs, HTML and JSON escapes undone, in lower case."""
    text = path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
    json = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
    forms = [text, unquote(text), html.unescape(text), unquote(html.unescape(text)), json, html.unescape(json)]
    return "\0".join(forms).lower()


def places(site: dict[str, str], word: str) -> set[str]:
    """Where a word stands: the paths whose name or content has it."""
    return {path for path, text in site.items() if word in path.lower() or word in text}


def tops(found: set[str]) -> set[str]:
    """The places in short: the first part of each path, `posts` and `assets` with their second."""
    return {"/".join(path.split("/")[: 2 if path.startswith(("posts/", "assets/")) else 1]) for path in found}


@pytest.fixture(scope="module")
def before(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return built(root, tmp_path_factory.mktemp("before") / "site", NINE_IN_SEOUL - SECOND)


@pytest.fixture(scope="module")
def between(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return built(root, tmp_path_factory.mktemp("between") / "site", NINE_IN_SEOUL)


@pytest.fixture(scope="module")
def after(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return built(root, tmp_path_factory.mktemp("after") / "site", NINE_IN_BERLIN)


@pytest.fixture(scope="module")
def expired(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return built(root, tmp_path_factory.mktemp("expired") / "site", AFTER_THE_END)


@pytest.mark.parametrize("word", HELD)
def test_a_second_before_its_first_hour_a_post_is_nowhere(before: dict[str, str], word: str) -> None:
    assert places(before, word) == set()


@pytest.mark.parametrize("word", HELD)
def test_between_the_two_hours_it_is_in_seoul_and_at_its_own_address_only(between: dict[str, str], word: str) -> None:
    own = {"posts/qzxslug", "posts/qzxalias", "assets/media"}
    assert tops(places(between, word)) <= {"seoul", *own}


def test_between_the_two_hours_seoul_has_it_in_its_language_and_its_feeds(between: dict[str, str]) -> None:
    pages = {"seoul/index.html", "seoul/rss.xml", "seoul/atom.xml", "seoul/feed.json"}
    assert pages <= places(between, "qzxkotitle")
    assert pages <= places(between, "qzxkocaption")
    assert "seoul/index.html" not in places(between, "qzxtitle")
    assert {"posts/qzxslug/index.html", "posts/qzxslug/ko/index.html", "posts/qzxalias/index.html"} <= between.keys()
    assert len([path for path in between if path.startswith("assets/media/qzx")]) == 2


def test_a_second_before_its_second_hour_berlin_still_has_nothing(
    root: Path, tmp_path: Path, between: dict[str, str]
) -> None:
    late = built(root, tmp_path / "site", NINE_IN_BERLIN - SECOND)
    for word in HELD:
        assert not [path for path in places(late, word) if path.startswith("berlin")]
    assert late.keys() == between.keys()


def test_after_both_hours_berlin_has_it_in_its_own_language(after: dict[str, str]) -> None:
    pages = {"berlin/index.html", "berlin/rss.xml", "berlin/atom.xml", "berlin/feed.json"}
    for word in ("qzxtitle", "qzxcaption", "qzxslug"):
        assert pages <= places(after, word)
    assert not [path for path in places(after, "qzxkotitle") if path.startswith("berlin")]


@pytest.mark.parametrize("word", ["qzxseoul", "qzxseoultitle", "qzxseoultag", "qzxseoulcaption", "qzxseoulbody"])
def test_a_post_for_one_team_is_never_in_the_folder_of_another(
    before: dict[str, str], between: dict[str, str], after: dict[str, str], word: str
) -> None:
    for site in (before, between, after):
        assert tops(places(site, word)) <= {"seoul", "posts/qzxseoul"}
        assert "seoul/index.html" in places(site, "qzxseoultitle")


def test_an_expired_post_is_off_every_page_and_feed_and_keeps_its_own(expired: dict[str, str]) -> None:
    assert tops(places(expired, "qzxexpired")) == {"posts/qzxexpired"}
    assert "posts/qzxexpired/index.html" in places(expired, "qzxexpiredbody")
    for word in HELD:
        assert tops(places(expired, word)) <= {"posts/qzxslug", "posts/qzxalias", "assets/media"}
    assert "posts/qzxslug/index.html" in places(expired, "qzxbody")


def test_a_post_withdrawn_before_its_hour_is_nowhere_while_its_hour_has_not_come(
    before: dict[str, str], between: dict[str, str], after: dict[str, str]
) -> None:
    for site in (before, between, after):
        assert places(site, "qzxstopped") == set()


def test_of_a_post_withdrawn_later_only_the_tombstone_is_left(after: dict[str, str]) -> None:
    page = "posts/qzxrecalled/index.html"
    assert places(after, "qzxrecalled") == {"posts/qzxrecalled", page}
    assert not [
        word for word in ("title", "body", "caption", "alt", "image", "pixels") if f"qzxrecalled{word}" in after[page]
    ]


def test_a_draft_is_nowhere_ever(before: dict[str, str], after: dict[str, str], expired: dict[str, str]) -> None:
    for site in (before, after, expired):
        assert places(site, "qzxdraft") == set()


def test_a_pilot_is_named_and_linked_on_its_own_pages_only(after: dict[str, str]) -> None:
    (folder,) = {path.split("/")[0] for path in after if path.startswith("trial")}
    assert re.fullmatch(r"trial-[0-9a-f]{20}", folder)
    assert tops(places(after, folder)) == {folder}
    assert tops(places(after, "qzxtrial")) == {folder, "posts/qzxtrialpost"}
    assert "noindex" in after[f"{folder}/index.html"]
    assert "noindex" in after["posts/qzxtrialpost/index.html"]
    assert not [path for path in after if path.startswith("trial/") or path == "trial"]


def test_a_team_that_has_not_opened_is_nowhere(after: dict[str, str]) -> None:
    assert places(after, "unborn") == set()


def test_a_rebuild_leaves_nothing_of_the_site_before(root: Path, tmp_path: Path, before: dict[str, str]) -> None:
    out = tmp_path / "site"
    assert places(built(root, out, NINE_IN_BERLIN), "qzxtitle")
    assert built(root, out, NINE_IN_SEOUL - SECOND) == before
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".site.") and path.is_dir()]


def test_the_search_itself_finds_what_is_escaped(tmp_path: Path) -> None:
    """A search that finds nothing proves nothing unless it can find."""
    for name, body in {
        "a": "%71zxw",
        "b": "&#113;zxw",
        "c": '"\\u0071zxw"',
        "d": "x?t=%26%23113%3Bzxw",
        "e": "QZXW",
    }.items():
        (tmp_path / name).write_text(body)
    site = {path.name: readable(path) for path in tmp_path.iterdir()}
    assert places(site, "qzxw") == {"a", "b", "c", "e"}
    assert places({"qzxw/index.html": ""}, "qzxw") == {"qzxw/index.html"}


def cards(page: str) -> Iterator[str]:
    """The slugs of the cards on a page, by their order."""
    return iter(dict.fromkeys(re.findall(r"posts/(p\d)/", page)))


def test_a_page_holds_so_many_cards_and_further_pages_the_rest(tmp_path: Path) -> None:
    post = "=== content/posts/p{n}.md ===\n---\ntitle: P{n}\ntype: company\npublish: 2026-11-0{n}\n---\n"
    teams = SITE.split("=== content", 1)[0]
    root = write_site(tmp_path, teams + "".join(map(partial(post.format_map), [{"n": n} for n in range(1, 6)])))
    site = built(root, tmp_path / "site", NINE_IN_SEOUL)
    pages = ["berlin/index.html", "berlin/2/index.html", "berlin/3/index.html"]
    assert [list(cards(site[page])) for page in pages] == [["p5", "p4"], ["p3", "p2"], ["p1"]]
    assert "berlin/4" not in site
