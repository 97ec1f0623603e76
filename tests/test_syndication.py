"""A team's feeds as feed readers see them: well-formed, absolute, stable, in every script."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heraldry.model import Audience, Brand, Instant, Post, PostType, Programme, Share, Team, Utm, Version
from heraldry.pages.frames import Setting
from heraldry.pages.media import Media
from heraldry.pages.places import Places
from heraldry.pages.syndication import KINDS, Channel, feeds
from heraldry.pages.theme import Static, Theme

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
TEXTS = {
    "Turkish": "İşyerinde ığdır şöleni: çalışanların günü",
    "Korean": "서울 영업팀의 새로운 소식",
    "emoji": "We did it 👩‍💻🎉 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "Hebrew": "חדשות מהמשרד (2026)",
    "Arabic": "أخبار الفريق",
    "markup as words": "Use <b> & </item> in \"feeds\" ]]> 'now'",
    "entities as words": "&amp; is not &lt;",
}  # fmt: skip
PROGRAMME = Programme(
    "Acme Voices", "News", "https://voices.acme.example/", "Acme & Söhne", None, ZoneInfo("Europe/Berlin"), ("en", "ko"), Brand(),
    ("linkedin", "x"), Utm(), {"en": "I work at Acme.", "ko": "저는 Acme 직원입니다."},
)  # fmt: skip
TEAM = Team(
    "sales", "Satış <Türkiye>", "For & by us", ZoneInfo("Asia/Seoul"), ("en", "ko"), ("linkedin", "x"), PROGRAMME.disclosure, Brand(), Utm(), Audience()
)  # fmt: skip


def share(title: str = "News", slug: str = "news", lang: str = "en", **more: Any) -> Share:
    version = Version(lang, title, **({"url": "https://acme.example/news", "summary": "A summary"} | more))
    post = Post(slug, PostType.COMPANY, {lang: version}, frozenset({"a tag", "b&c"}), publish=Instant(NOW))
    return Share(post, version, TEAM, NOW)


@cache
def theme() -> Theme:
    return Theme(ROOT)


def made(*shares: Share, base: str = "https://voices.acme.example/", team: Team = TEAM) -> Mapping[str, bytes]:
    nothing = Static("x", b"")
    setting = Setting(PROGRAMME, Places(base), Media(ROOT), NOW, nothing, nothing, nothing, frozenset())
    return feeds(Channel(team, shares, setting))


XML = ("rss.xml", "atom.xml")


def titles(files: Mapping[str, bytes]) -> list[list[str]]:
    """The titles of each of the three files: XML by its text, JSON by its field."""
    rss, atom = (ElementTree.fromstring(files[name]) for name in XML)
    space = {"a": "http://www.w3.org/2005/Atom"}
    return [
        [node.text or "" for node in rss.findall("channel/item/title")],
        [node.text or "" for node in atom.findall("a:entry/a:title", space)],
        [item["title"] for item in json.loads(files["feed.json"])["items"]],
    ]


@pytest.mark.parametrize("name", XML)
@pytest.mark.parametrize("shares", [(), (share(),), (share(), share("Other", "other", url=None, body="**Our** story"))])
def test_a_feed_reader_finds_nothing_to_complain_of(name: str, shares: tuple[Share, ...]) -> None:
    read = feedparser.parse(made(*shares)[name])
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == {"rss.xml": "rss20", "atom.xml": "atom10"}[name]
    assert len(read.entries) == len(shares)
    assert read.feed.title == "Satış <Türkiye> · Acme Voices" or "Türkiye" in read.feed.title
    assert all(entry.title and entry.link and entry.id and entry.published_parsed for entry in read.entries)


@pytest.mark.parametrize("title", TEXTS.values(), ids=TEXTS)
def test_a_title_arrives_in_every_script_as_it_was_written(title: str) -> None:
    assert titles(made(share(title))) == [[title]] * 3


@pytest.mark.parametrize("words", TEXTS.values(), ids=TEXTS)
def test_a_text_arrives_as_the_html_of_its_words(words: str) -> None:
    files = made(share(summary=words))
    html = json.loads(files["feed.json"])["items"][0]["content_html"]
    rss = ElementTree.fromstring(files["rss.xml"]).findtext("channel/item/description") or ""
    atom = ElementTree.fromstring(files["atom.xml"]).findtext(".//{http://www.w3.org/2005/Atom}content") or ""
    assert html == rss == atom
    for mark, safe in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&#34;"), ("'", "&#39;")):
        words = words.replace(mark, safe)
    assert words in html
    assert "I work at Acme." in html


BAD = "a\x00b\x07c\x0bd\x1be\ufffef\uffffg\ud800h"


@pytest.mark.parametrize("where", ["title", "summary", "body"])
def test_a_control_character_of_an_editor_cannot_break_a_feed(where: str) -> None:
    more: dict[str, Any] = {"body": BAD.replace("\ud800", ""), "summary": ""} if where == "body" else {where: BAD}
    files = made(share(**more))
    for name in XML:
        ElementTree.fromstring(files[name])
    json.loads(files["feed.json"])
    assert b"\x07" not in b"".join(files.values())
    if where == "title":
        assert titles(files) == [["abcdefgh"]] * 3


def test_a_control_character_in_a_name_or_a_tag_cannot_break_a_feed() -> None:
    one = share()
    one = replace(one, post=replace(one.post, tags=frozenset({BAD})))
    files = made(one, team=replace(TEAM, name=BAD, tagline=BAD))
    for name in XML:
        assert not feedparser.parse(files[name]).bozo
    json.loads(files["feed.json"])


@given(st.text(alphabet=st.characters(), min_size=1, max_size=60))
def test_no_title_at_all_makes_a_feed_that_cannot_be_read(title: str) -> None:
    first, second, third = titles(made(share(title, summary=title)))
    legal = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", title)
    assert third == [legal]
    assert first == second == [legal.replace("\r\n", "\n").replace("\r", "\n")]


def ids(files: Mapping[str, bytes]) -> list[str]:
    space = "{http://www.w3.org/2005/Atom}"
    rss = ElementTree.fromstring(files["rss.xml"]).findtext("channel/item/guid") or ""
    atom = ElementTree.fromstring(files["atom.xml"]).findtext(f"{space}entry/{space}id") or ""
    return [rss, atom, json.loads(files["feed.json"])["items"][0]["id"]]


def test_an_id_stays_when_title_text_and_address_change() -> None:
    first = ids(made(share("News")))
    assert len(set(first)) == 1
    assert ids(made(share("News, corrected", url="https://acme.example/other", summary="New"))) == first
    assert ids(made(share("News", slug="other"))) != first


def test_two_languages_of_a_post_are_two_entries() -> None:
    english, korean = share("News"), share("소식", lang="ko")
    both = replace(korean, post=replace(korean.post, versions={"en": english.version, "ko": korean.version}))
    assert ids(made(both)) != ids(made(english))


@pytest.mark.parametrize(
    "base", ["https://voices.acme.example/", "https://acme.github.io/voices/", "http://localhost:8000/"]
)
def test_every_address_is_absolute_and_below_the_sites_own(base: str) -> None:
    files = made(share(url=None, body="x"), share("Other", "other"), base=base)
    atom, rss, feed = (
        ElementTree.fromstring(files["atom.xml"]),
        ElementTree.fromstring(files["rss.xml"]),
        json.loads(files["feed.json"]),
    )
    found = [node.get("href", "") for node in atom.iter("{http://www.w3.org/2005/Atom}link")]
    found += [node.text or "" for node in rss.iter("link")] + [
        node.get("href", "") for node in rss.iter("{http://www.w3.org/2005/Atom}link")
    ]
    found += [feed["home_page_url"], feed["feed_url"], *(item["url"] for item in feed["items"])]
    assert all(urlsplit(address).scheme in ("http", "https") and urlsplit(address).hostname for address in found)
    assert found.count(f"{base}posts/news/") == 3
    assert {f"{base}sales/rss.xml", f"{base}sales/atom.xml", f"{base}sales/feed.json", f"{base}sales/"} <= set(found)


def test_the_json_feed_has_the_shape_of_version_1_1() -> None:
    feed = json.loads(made(share(), share("Other", "other"))["feed.json"])
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert {name: type(value) for name, value in feed.items()} == {
        "version": str, "title": str, "home_page_url": str, "feed_url": str, "description": str, "language": str, "items": list,
    }  # fmt: skip
    for item in feed["items"]:
        assert {name: type(value) for name, value in item.items()} == {
            "id": str, "url": str, "title": str, "content_html": str, "date_published": str, "language": str, "tags": list,
        }  # fmt: skip
        assert datetime.fromisoformat(item["date_published"]).tzinfo is not None
        assert item["tags"] == ["a tag", "b&c"]


def test_atom_has_what_rfc_4287_asks_for() -> None:
    space = "{http://www.w3.org/2005/Atom}"
    atom = ElementTree.fromstring(made(share(), share("Other", "other"))["atom.xml"])
    assert {f"{space}{name}" for name in ("id", "title", "updated", "author")} <= {node.tag for node in atom}
    assert {node.get("rel") for node in atom.findall(f"{space}link")} == {"self", "alternate"}
    for entry in atom.findall(f"{space}entry"):
        assert {f"{space}{name}" for name in ("id", "title", "updated", "content")} <= {node.tag for node in entry}
    assert len({entry.findtext(f"{space}id") for entry in atom.findall(f"{space}entry")}) == 2


def test_a_quiet_team_has_feeds_that_do_not_change_by_themselves() -> None:
    assert made() == made()
    assert set(made()) == set(KINDS)
