"""Documents become news: whatever they hold, text comes out, addresses of the web, and never an exception."""

from __future__ import annotations

import hashlib
import json
import random
import re
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment
from selectolax.lexbor import LexborHTMLParser

from heraldry.feeds import clean
from heraldry.feeds.parse import Document, News, parse

SHARED = Path(__file__).parents[2] / "shared/data"
URL = "https://news.example/feed.xml"
NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)


def rss(items: str, head: str = "") -> bytes:
    return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>News</title>{head}{items}</channel></rss>".encode()


def atom(entries: str, head: str = "", attributes: str = "") -> bytes:
    return f"<feed xmlns='http://www.w3.org/2005/Atom' {attributes}><title>News</title>{head}{entries}</feed>".encode()


def json_feed(*items: Any, **more: Any) -> bytes:
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": list(items)} | more
    ).encode()


ITEM = {"id": "1", "url": "https://news.example/1", "title": "One"}


def only(body: bytes, url: str = URL) -> News:
    document = parse(body, url)
    assert document.complaints == ()
    (news,) = document.news
    return news


def complaints(body: bytes) -> tuple[str, ...]:
    return parse(body, URL).complaints


# Formats --------------------------------------------------------------------------------------------

RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<item rdf:about="https://news.example/1"><title>One</title><link>https://news.example/1</link></item></rdf:RDF>"""
FORMATS = {
    "RSS 0.91": b'<rss version="0.91"><channel><item><title>One</title><link>https://news.example/1</link></item></channel></rss>',
    "RSS 1.0": RDF,
    "RSS 2.0": rss("<item><title>One</title><link>https://news.example/1</link></item>"),
    "RSS 2.0 with only a permalink": rss("<item><title>One</title><guid>https://news.example/1</guid></item>"),
    "RSS 2.0 with only an enclosure": rss("<item><title>One</title><enclosure url='https://news.example/1' type='audio/mpeg'/></item>"),
    "Atom": atom("<entry><title>One</title><link href='https://news.example/1'/></entry>"),
    "Atom with many links": atom(
        "<entry><title>One</title><link rel='self' href='https://api.example/1'/><link rel='replies' href='https://x.example'/>"
        "<link rel='alternate' href='https://news.example/1'/></entry>"
    ),
    "JSON Feed 1": json_feed(ITEM, version="https://jsonfeed.org/version/1"),
    "JSON Feed 1.1": json_feed(ITEM),
    "JSON Feed with a byte order mark": b"\xef\xbb\xbf" + json_feed(ITEM),
    "JSON Feed whose id is the address": json_feed({"id": "https://news.example/1", "title": "One"}),
    "JSON Feed with an external address only": json_feed({"id": "1", "external_url": "https://news.example/1", "title": "One"}),
    "RSS with a byte order mark": b"\xef\xbb\xbf" + rss("<item><title>One</title><link>https://news.example/1</link></item>"),
    "RSS in UTF-16": rss("<item><title>One</title><link>https://news.example/1</link></item>").decode().replace("utf-8", "utf-16").encode("utf-16"),
    "RSS with blanks before it": b"\n\n " + rss("<item><title>One</title><link>https://news.example/1</link></item>"),
    "RSS with undeclared things": b"<rss version='2.0'><channel><item><title>One</title><x:y>&nbsp;&</x:y><link>https://news.example/1</link></item></channel></rss>",
}  # fmt: skip


@pytest.mark.parametrize("body", FORMATS.values(), ids=FORMATS)
def test_every_format_gives_the_title_and_the_address(body: bytes) -> None:
    news = only(body)
    assert (news.title, news.url) == ("One", "https://news.example/1")


@pytest.mark.parametrize(
    ("written", "declared"), [("iso-8859-1", "iso-8859-1"), ("iso-8859-1", "utf-8"), ("windows-1254", "windows-1254"), ("euc-kr", "euc-kr")]
)  # fmt: skip
def test_letters_survive_their_encoding_also_a_wrongly_declared_one(written: str, declared: str) -> None:
    title = {"windows-1254": "Çalışanların günü", "euc-kr": "서울 소식"}.get(written, "Notícias de São Paulo")
    body = f"<?xml version='1.0' encoding='{declared}'?><rss version='2.0'><channel><item><title>{title}</title><link>https://news.example/1</link></item></channel></rss>"
    assert only(body.encode(written)).title == title


# Text -----------------------------------------------------------------------------------------------

TEXTS = [
    ("plain words", "Just words", "Just words"),
    ("an entity", "Fish &amp; chips", "Fish & chips"),
    ("an entity that was written as such", "The &amp;amp; entity", "The &amp; entity"),
    ("a tag that was written as such", "Use of &amp;lt;b&amp;gt;", "Use of &lt;b&gt;"),
    ("numeric entities", "it&#8217;s &#x1F600;", "it’s 😀"),
    ("markup", "A <b>bold</b> <i>claim</i>", "A bold claim"),
    ("line breaks", "one<br>two<p>three</p>four", "one two three four"),
    ("a list", "<ul><li>one<li>two</ul>", "one two"),
    ("a script", "before<script>alert(1)</script>after", "beforeafter"),
    ("a style", "x<style>p{color:red}</style>y", "xy"),
    ("a comparison", "if 3 < 5 and 5 > 3", "if 3 < 5 and 5 > 3"),
    ("a heart", "I <3 news", "I <3 news"),
    ("blanks", "  a \t b\u00a0\u2003c \n", "a b c"),
    ("controls", "a\x00b\x07c\x1bd\x9fe", "abcde"),
    ("bidi overrides", "a\u202eb\u2066c\u2069", "abc"),
    ("zero width", "a\u200bb\u2060c\ufeffd", "abcd"),
    ("joined emoji", "👩‍💻 👨‍👩‍👧", "👩‍💻 👨‍👩‍👧"),
    ("a flag of tags", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
    ("Persian joiners", "می‌خواهم", "می‌خواهم"),
    ("Turkish", "İstanbul’da ışık", "İstanbul’da ışık"),
    ("lone surrogates", "a\ud83db", "ab"),
    ("non-characters", "a\uffffb", "ab"),
]


@pytest.mark.parametrize(("markup", "read"), [row[1:] for row in TEXTS], ids=[row[0] for row in TEXTS])
def test_html_becomes_what_a_person_would_read(markup: str, read: str) -> None:
    assert clean.text(markup) == read


def test_html_that_was_escaped_twice_is_read_in_a_text_but_kept_in_a_title() -> None:
    twice = escape("<div><p>Hello</p> <a href='x'>there</a></div>")
    assert clean.prose(twice) == "Hello there"
    assert clean.text(twice) == "<div><p>Hello</p> <a href='x'>there</a></div>"


def test_a_huge_field_is_read_in_its_beginning_only() -> None:
    assert len(clean.text("word " * 1_000_000)) <= clean.LONGEST_FIELD
    assert clean.text("<ul><li>" * 500_000) == ""


@pytest.mark.parametrize(
    ("words", "most", "short"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one, two", 7, "one…"),
        ("Donaudampfschiff", 6, "Donau…"),
    ],
)
def test_a_text_is_cut_between_words(words: str, most: int, short: str) -> None:
    assert clean.shortened(words, most) == short
    assert len(short) <= most


# Addresses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("href", "whole"),
    [
        ("https://a.example/x?y#z", "https://a.example/x?y#z"),
        ("/x", "https://news.example/x"),
        ("x", "https://news.example/x"),
        ("//cdn.example/x", "https://cdn.example/x"),
        (" https://a.example/a b ", "https://a.example/a%20b"),
        ("https://a.example/\u200bx", "https://a.example/x"),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("\x01javascript:alert(1)", None),
        (" \u202ejavascript:alert(1)", None),
        ("data:text/html,x", None),
        ("vbscript:x", None),
        ("file:///etc/passwd", None),
        ("mailto:a@b.example", None),
        ("https://user:word@a.example/", None),
        ("https://user@a.example/", None),
        ("https://", None),
        ("http://[::1", None),
        ("", None),
        ("https://a.example/" + "x" * 3000, None),
    ],
)
def test_an_address_is_absolute_of_the_web_and_without_user(href: str, whole: str | None) -> None:
    assert clean.address(URL, href) == whole


@pytest.mark.parametrize(
    ("body", "found_at", "url"),
    [
        pytest.param(atom("<entry><title>x</title><link href='a'/></entry>"), URL, "https://news.example/a", id="where it was found"),
        pytest.param(
            atom("<entry><title>x</title><link href='a'/></entry>", attributes="xml:base='https://base.example/b/'"),
            URL, "https://base.example/b/a", id="xml:base",
        ),
        pytest.param(
            atom("<entry><title>x</title><link href='a'/></entry>", "<link rel='self' href='https://own.example/b/feed'/>"),
            "http://mirror.example/feed", "https://own.example/b/a", id="a mirror of its own site",
        ),
        pytest.param(
            atom("<entry><title>x</title><link href='a'/></entry>", "<link rel='self' href='http://news.example/old/feed'/>"),
            URL, "https://news.example/a", id="an old name on the same site",
        ),
        pytest.param(
            rss("<item><title>x</title><link>a</link></item>", "<link>https://own.example/</link>"), "", "https://own.example/a",
            id="a file in the repository",
        ),
        pytest.param(
            json_feed({"id": "1", "title": "x", "url": "/a"}, feed_url="https://own.example/feed.json"), "", "https://own.example/a",
            id="a JSON file in the repository",
        ),
        pytest.param(
            rss("<item><title>x</title><guid>https://news.example/1</guid><link>javascript:1</link>"
                "<enclosure url='https://news.example/1.mp3'/></item>"),
            URL, "https://news.example/1.mp3", id="an enclosure behind a link that is none",
        ),
    ],
)  # fmt: skip
def test_relative_addresses_start_from_the_feeds_home(body: bytes, found_at: str, url: str) -> None:
    assert only(body, found_at).url == url


# What entries lack ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        rss(
            "<item><description>&lt;p>Short &lt;b>news&lt;/b>.&lt;/p></description><link>https://news.example/1</link></item>"
        ),
        atom("<entry><summary>Short news.</summary><link href='https://news.example/1'/></entry>"),
        atom("<entry><content type='html'>Short news.</content><link href='https://news.example/1'/></entry>"),
        json_feed({"id": "1", "url": "https://news.example/1", "content_text": "Short news."}),
        json_feed({"id": "1", "url": "https://news.example/1", "content_html": "<p>Short <i>news.</i></p>"}),
        json_feed({"id": "1", "url": "https://news.example/1", "title": None, "summary": "Short news."}),
    ],
)
def test_an_entry_without_title_takes_its_text_for_one(body: bytes) -> None:
    news = only(body)
    assert (news.title, news.summary) == ("Short news.", "")


def test_a_long_text_gives_a_short_title_and_stays_whole() -> None:
    text = "These are many words about one thing. " * 8
    news = only(rss(f"<item><description>{text}</description><link>https://news.example/1</link></item>"))
    assert news.title.endswith("…")
    assert len(news.title) <= 120
    assert news.summary.startswith(news.title[:-1])


GOOD = "<item><title>Good</title><link>https://news.example/good</link></item>"
NO_TITLE = "<item><link>https://news.example/{}</link></item>"
NO_LINK = "<item><title>None {}</title></item>"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (rss(NO_TITLE), "its only entry has no title and no text"),
        (rss(NO_LINK), "its only entry has no link"),
        (rss("<item></item>"), "its only entry has no title, no text and no link"),
        (
            rss("<item><title>x</title><link>javascript:alert(1)</link></item>"),
            "its only entry has no link that is a web address",
        ),
        (rss(NO_LINK.format(1) + NO_LINK.format(2)), "all of its 2 entries have no link"),
        (rss(GOOD + NO_LINK), "1 of 2 entries has no link"),
        (rss(GOOD + NO_LINK.format(1) + NO_LINK.format(2)), "2 of 3 entries have no link"),
        (json_feed({"id": "1"}), "its only entry has no title, no text and no link"),
        (json_feed(), "the feed is empty"),
        (rss(""), "the feed is empty"),
        (b"", "the document is empty"),
        (b"<html><body><p>Hello</p></body></html>", "the document is not a feed, but a web page"),
        (b"<opml version='2.0'><body/></opml>", "the document is not a feed, but a list of feeds (OPML)"),
        (b"plain words", "the document is not a feed"),
        (b"[1, 2]", "the document is not a feed"),
        (b'{"items": []}', "the document is not a JSON Feed"),
        (b'{"version": 1, "items": []}', "the document is not a JSON Feed"),
        (b"{" * 100_000, "the document is not valid JSON"),
        (
            b'{"version": "https://jsonfeed.org/version/1.1", "items": [' + b"[" * 200_000,
            "the document is not valid JSON",
        ),
        (b'{"a": "\xff"', "the document is not valid JSON"),
    ],
)
def test_what_cannot_be_used_is_said_in_plain_words(body: bytes, said: str) -> None:
    assert complaints(body) == (said,)


def test_a_feed_of_too_many_entries_is_read_in_its_beginning_and_says_so() -> None:
    items = "".join(f"<item><title>n</title><link>https://news.example/{n}</link></item>" for n in range(1001))
    document = parse(rss(items), URL)
    assert len(document.news) == 500
    assert document.complaints == ("it holds 1001 entries; only the first 500 were read",)


def test_an_entry_listed_twice_is_taken_once() -> None:
    assert len(parse(rss(GOOD + GOOD), URL).news) == 1


# Pictures -------------------------------------------------------------------------------------------

MEDIA = "xmlns:media='http://search.yahoo.com/mrss/' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'"


def pictured(inside: str, channel: str = "") -> bytes:
    item = f"<item><title>x</title><link>https://news.example/1</link>{inside}</item>"
    return f"<rss version='2.0' {MEDIA}><channel>{channel}{item}</channel></rss>".encode()


THUMBNAILS = (
    "<media:thumbnail url='/s.jpg' width='75' height='50'/><media:thumbnail url='/l.jpg' width='640' height='480'/>"
)
PICTURES: dict[str, tuple[bytes, str | None]] = {
    "none": (pictured(""), None),
    "a podcast's": (pictured("<itunes:image href='https://cdn.example/e.jpg'/>" + THUMBNAILS), "https://cdn.example/e.jpg"),
    "the largest thumbnail": (pictured(THUMBNAILS), "https://news.example/l.jpg"),
    "in a group": (pictured(f"<media:group>{THUMBNAILS}</media:group>"), "https://news.example/l.jpg"),
    "the encrypted one": (
        pictured("<media:thumbnail url='http://a.example/1' width='9' height='9'/><media:thumbnail url='https://a.example/2'/>"),
        "https://a.example/2",
    ),
    "a medium": (pictured("<media:content url='/v.mp4' medium='video'/><media:content url='/m.jpg' medium='image'/>"), "https://news.example/m.jpg"),
    "a medium by its type": (pictured("<media:content url='/v' type='video/mp4'/><media:content url='/m' type='image/webp'/>"), "https://news.example/m"),
    "an enclosure": (pictured("<enclosure url='/a.mp3' type='audio/mpeg'/><enclosure url='/e.jpg' type='image/jpeg'/>"), "https://news.example/e.jpg"),
    "an untyped enclosure": (pictured("<enclosure url='/a'/>"), None),
    "the channel's": (pictured("", "<itunes:image href='/c.jpg'/><image><url>https://news.example/c.png</url></image>"), None),
    "the first in the text": (pictured("<description>&lt;p>a&lt;img src=//cdn.example/i.png>&lt;img src=/j.png></description>"), "https://cdn.example/i.png"),
    "not a tiny one": (pictured("<description>&lt;img src=/p.gif width=1 height=1>&lt;img src=/i.png width=600></description>"), "https://news.example/i.png"),
    "not a counter": (pictured("<description>&lt;img src=http://feeds.feedburner.com/~ff/x></description>"), None),
    "not a drawing in the text": (pictured("<description>&lt;img src='data:image/png;base64,x'>&lt;img src='javascript:1'></description>"), None),
    "the next where the best is none": (pictured("<itunes:image href='javascript:1'/>" + THUMBNAILS), "https://news.example/l.jpg"),
    "from its base": (atom("<entry><title>x</title><link href='a'/><content type='html'>&lt;img src='i.png'></content></entry>", attributes="xml:base='/b/'"), "https://news.example/b/i.png"),
    "JSON's": (json_feed(ITEM | {"image": "/i.png", "banner_image": "/b.png"}), "https://news.example/i.png"),
    "JSON's banner": (json_feed(ITEM | {"image": 5, "banner_image": "/b.png"}), "https://news.example/b.png"),
    "in JSON's text": (json_feed(ITEM | {"content_html": "<p><img src='/t.png'></p>"}), "https://news.example/t.png"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "image"), PICTURES.values(), ids=PICTURES)
def test_an_entry_brings_its_best_picture(body: bytes, image: str | None) -> None:
    assert only(body).image == image


# Web pages that name their feed -----------------------------------------------------------------------

LINK = "<link rel='alternate' type='application/rss+xml' href='{}'>"


@pytest.mark.parametrize(
    ("head", "link"),
    [
        ("", None),
        (LINK.format("/feed"), "https://news.example/feed"),
        (LINK.format("feed").upper(), "https://news.example/FEED"),
        (LINK.format("feed").replace("rss", "atom"), "https://news.example/feed"),
        (LINK.format("feed").replace("rss+xml", "feed+json"), "https://news.example/feed"),
        (LINK.format("feed").replace("rss+xml", "rss+xml; charset=utf-8"), "https://news.example/feed"),
        (LINK.format("json").replace("rss+xml", "json"), "https://news.example/json"),
        (LINK.format("json").replace("rss+xml", "json") + LINK.format("feed"), "https://news.example/feed"),
        (LINK.format("1") + LINK.format("2"), "https://news.example/1"),
        (LINK.format("javascript:1") + LINK.format("https://u:p@a.example/") + LINK.format("2"), "https://news.example/2"),
        ("<base href='https://own.example/b/'>" + LINK.format("feed"), "https://own.example/b/feed"),
        ("<base href='data:x'>" + LINK.format("feed"), "https://news.example/feed"),
        (LINK.format("x").replace("alternate", "alternate stylesheet"), None),
        (LINK.format("x").replace("alternate", "me"), None),
        (LINK.format("x").replace("rss+xml", "json+oembed"), None),
        (LINK.format("x").replace("application/rss+xml", "text/html"), None),
        (f"</head><body>{LINK.format('comment')}", None),
        (f"<!-- {LINK.format('x')} --><noscript><style>{LINK.format('y')}</style></noscript>", None),
    ],
)  # fmt: skip
def test_a_web_page_names_its_feed_in_its_head(head: str, link: str | None) -> None:
    document = parse(f"<!doctype html><html><head><title>x</title>{head}<body>".encode(), "https://news.example/page")
    assert (document.feed_link, document.news, document.whole) == (link, (), False)
    assert document.complaints == ("the document is not a feed, but a web page",)


# Names of entries -------------------------------------------------------------------------------------


def test_an_entry_without_id_is_known_by_its_address_however_that_is_written() -> None:
    def told(link: str) -> bytes:
        return rss(f"<item><title>x</title><link>{link}</link></item>")

    same = ("https://news.example/1", "http://www.news.example/1/?utm_source=rss", "/1#comments")
    assert len({only(told(link)).id for link in same}) == 1
    assert only(told("https://news.example/2")).id != only(told(same[0])).id


def test_of_entries_with_the_same_id_the_newest_is_used_in_the_place_of_the_first() -> None:
    def told(title: str, day: int, guid: str = "g") -> str:
        date = f"<pubDate>{day} Mar 2026 09:00:00 GMT</pubDate>" if day else ""
        return f"<item><title>{title}</title><link>/{guid}</link><guid>{guid}</guid>{date}</item>"

    document = parse(rss(told("a", 2) + told("b", 9, "h") + told("c", 3) + told("d", 1) + told("e", 0)), URL)
    assert [news.title for news in document.news] == ["c", "b"]
    assert document.complaints == ("4 entries share the id 'g'; the newest is used",)


def nameless(title: str, link: str, guid: str = "", day: int = 1) -> str:
    named = f"<guid isPermaLink='false'>{guid}</guid>" if guid else ""
    return (
        f"<item><title>{title}</title><link>{link}</link>{named}<pubDate>{day} Mar 2026 09:00:00 GMT</pubDate></item>"
    )


ALIKE = {
    "one link, no ids": [nameless("a", "/x"), nameless("b", "/x"), nameless("a", "/x", day=2)],
    "the front page, no ids": [nameless("a", "/"), nameless("b", "/"), nameless("a", "/", day=2)],
    "one id, other links": [nameless(title, f"/{title}", "g") for title in "abc"],
}


@pytest.mark.parametrize("items", ALIKE.values(), ids=ALIKE)
def test_entries_that_one_link_or_one_id_does_not_tell_apart_are_all_read(items: list[str]) -> None:
    document = parse(rss("".join(items)), URL)
    assert len(document.news) == 3
    assert document.complaints == ()
    assert {news.id for news in parse(rss("".join(reversed(items))), URL).news} == {news.id for news in document.news}
    assert {news.named for news in document.news} == {"<guid" in items[0]}


def test_the_id_of_an_entry_on_the_front_page_does_not_depend_on_the_others() -> None:
    one, other = nameless("a", "/"), nameless("b", "/")
    assert parse(rss(one), URL).news[0] == parse(rss(one + other), URL).news[0]


def test_ordinary_ids_stay_what_they_were() -> None:
    ids = [news.id for news in parse(rss(nameless("a", "/x") + nameless("b", "/y", "g")), URL).news]
    assert ids == [hashlib.sha256(name).hexdigest()[:16] for name in (b"https://news.example/x", b"g")]


# JSON Feed, tolerantly --------------------------------------------------------------------------------

ODD_ITEMS: list[Any] = [
    None, 5, "a string", [], [[]], {}, {"id": None}, {"title": 5, "url": []}, {"authors": 5}, {"authors": [5]}, {"authors": []},
    {"author": "x"}, {"tags": "x"}, {"tags": [None, 5, {}]}, {"image": 5}, {"content_html": 5}, {"date_published": 5},
    {"summary": None, "content_text": None},
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD_ITEMS, ids=json.dumps)
def test_an_odd_item_costs_itself_only(odd: Any) -> None:
    document = parse(json_feed(odd, ITEM), URL)
    assert [news.title for news in document.news] == ["One"]
    (said,) = document.complaints
    assert said.startswith("1 of 2 entries has no ")


@pytest.mark.parametrize("odd", [item for item in ODD_ITEMS if isinstance(item, dict)], ids=json.dumps)
def test_an_odd_field_costs_itself_only(odd: dict[str, Any]) -> None:
    kept = {key: value for key, value in odd.items() if key not in ITEM}
    assert only(json_feed(ITEM | kept)).title == "One"


@pytest.mark.parametrize("items", ['"a string"', "5", "null", "{}", '{"0": {}}'])
def test_items_that_are_no_list_are_no_feed(items: str) -> None:
    body = f'{{"version": "https://jsonfeed.org/version/1.1", "items": {items}}}'.encode()
    assert complaints(body) == ("the document is not a JSON Feed",)


@pytest.mark.parametrize("number", ["7", "7.0", "1e400", "NaN", "-Infinity", "9" * 6000])
def test_a_number_for_an_id_is_an_id(number: str) -> None:
    def body(title: str) -> bytes:
        item = f'{{"id": {number}, "url": "https://news.example/1?{title}", "title": "{title}"}}'
        return f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{item}]}}'.encode()

    assert only(body("One")).id == only(body("Two")).id


def test_a_lone_surrogate_in_json_is_left_out() -> None:
    body = json_feed(ITEM | {"title": "a\ud800b", "url": "https://news.example/\udfff1", "id": "\ud800"})
    news = only(body)
    assert (news.title, news.url) == ("ab", "https://news.example/1")


# Times ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Tue, 03 Mar 2026 09:30:00 +0100", datetime(2026, 3, 3, 8, 30, tzinfo=UTC)),
        ("2026-03-03T09:30:00Z", datetime(2026, 3, 3, 9, 30, tzinfo=UTC)),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("0001-01-01T00:00:00Z", None),
        ("yesterday", None),
        ("Seg, 24 Set 2018 18:42:10 -0300", None),
        ("", None),
    ],
)
def test_a_moment_is_read_or_missing_and_never_absurd(written: str, moment: datetime | None) -> None:
    assert (
        only(rss(f"<item><title>x</title><link>https://a.example/</link><pubDate>{written}</pubDate></item>")).published
        == moment
    )


# Hostile input --------------------------------------------------------------------------------------

HTML = Environment(autoescape=True).from_string(
    "<article><h3><a href='{{ news.url }}'>{{ news.title }}</a></h3><p title='{{ news.summary }}'>{{ news.summary }}</p>{{ news.author }}"
    "{% for c in news.categories %}<i>{{ c }}</i>{% endfor %}</article>"
)
OURS = {"html", "head", "body", "article", "h3", "a", "p", "i"}


def assert_harmless(document: Document) -> None:
    """Text alone comes out: rendered as our templates do, a browser sees our own elements and nothing else."""
    for news in document.news:
        assert urlsplit(news.url).scheme in ("http", "https")
        assert news.image is None or urlsplit(news.image).scheme in ("http", "https")
        assert 0 < len(news.title) <= 300
        assert len(news.summary) <= 400
        for words in (news.title, news.summary, news.author, *news.categories):
            assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ufeff\ud800-\udfff]", words)
            words.encode()
        page = LexborHTMLParser(HTML.render(news=news))
        nodes = page.css("*")
        assert {node.tag for node in nodes} <= OURS
        assert {name for node in nodes for name in node.attributes} <= {"href", "title"}


def payloads() -> list[str]:
    path = SHARED / "xss/expect.json"
    return [row["payload"] for row in json.loads(path.read_text("utf-8"))] if path.is_file() else []


VECTORS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "'\"><script>alert(1)</script>",
    "<a href='java&#10;script:alert(1)'>x</a>", "<!--><img src=x onerror=alert(1)>-->", "<math><mtext></p><img src onerror=alert(1)>",
    "&lt;img src=x onerror=alert(1)&gt;", "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "{{7*7}}{% raw %}",
    "<form action=javascript:alert(1)><button>x", "<iframe srcdoc='<script>alert(1)</script>'>", "<template><script>alert(1)</script>",
]  # fmt: skip


def everywhere(payload: str) -> list[bytes]:
    """Documents of three kinds with the payload in every place, escaped once, in CDATA, and as it is."""
    safe = escape(payload)
    cdata = "<![CDATA[" + payload.replace("]]>", "]]&gt;") + "]]>"
    fields = "<item><title>{0}</title><description>{0}</description><author>{0}</author><category>{0}</category><link>https://a.example/?{0}</link></item><item><title>t</title><link>{0}</link></item>"
    entry = "<entry><title type='html'>{0}</title><summary type='html'>{0}</summary><id>{0}</id><link href='https://a.example/'/></entry>"
    told = {
        "title": payload,
        "summary": payload,
        "content_html": payload,
        "tags": [payload],
        "author": {"name": payload},
    }
    return [
        *(rss(fields.format(form)) for form in (safe, cdata, payload)),
        *(atom(entry.format(form)) for form in (safe, cdata, payload)),
        json_feed(ITEM | told, {"id": "2", "title": "t", "url": payload}, {"id": "3", "url": "https://a.example", "content_html": payload}),
    ]  # fmt: skip


@pytest.mark.parametrize("payload", VECTORS)
def test_an_attack_comes_out_as_text_or_not_at_all(payload: str) -> None:
    for body in everywhere(payload):
        assert_harmless(parse(body, URL))


@pytest.mark.skipif(not payloads(), reason="needs ../shared/data")
def test_none_of_the_recorded_attacks_survives() -> None:
    assert len(payloads()) > 200
    for payload in payloads():
        for body in everywhere(payload):
            assert_harmless(parse(body, URL))


def samples() -> list[bytes]:
    """Small recorded feeds where there are any, and our own."""
    recorded = sorted((SHARED / "feeds/recorded").glob("*.*")) if SHARED.is_dir() else []
    small = [path.read_bytes()[:6000] for path in recorded]
    return [*small, *FORMATS.values(), *everywhere(VECTORS[1])]


SAMPLES = samples()
BITS = [b"<", b">", b"&", b"&#xD800;", b"&#99999999999;", b"&#0;", b"]]>", b"<![CDATA[", b"<!--", b"\x00", b"\xff", b"\xed\xa0\x80",
        b"<title>", b"</item>", b"<entry>", b"encoding='punycode'", b"encoding='utf-7'", b"xml:base='http://[x'", b"<link>http://[",
        b"<textinput>", b"<image>", b"<source>", b"{", b"}", b"[", b'"', b"null", b"1e999", b"\\ud800"]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A feed with a few pieces cut out, doubled, or replaced by trouble."""
    body = bytearray(draw(st.sampled_from(SAMPLES)))
    luck = random.Random(draw(st.integers(0, 2**32)))
    for _ in range(luck.randint(1, 6)):
        at = luck.randrange(len(body) + 1)
        end = min(len(body), at + luck.choice((0, 0, 1, 5, 60)))
        body[at:end] = luck.choice((b"", body[at:end] * 2, luck.choice(BITS), bytes([luck.randrange(256)])))
    return bytes(body)


@given(mutated())
@settings(max_examples=max(300, settings.default.max_examples if settings.default else 0))
def test_no_damage_to_a_feed_raises_or_lets_markup_through(body: bytes) -> None:
    assert_harmless(parse(body, URL))


@given(st.text(alphabet=st.characters(), max_size=200))
def test_cleaning_is_done_when_it_is_done(words: str) -> None:
    assert clean.plain(clean.plain(words)) == clean.plain(words)
    clean.text(words).encode()
