"""What feeds do to those who read them, each fault by its number in our list: a fault, what is expected, what is seen.

Everything is read as in a build, in the real jail with a real limit. `pytest -s` prints the table.
"""

from __future__ import annotations

import codecs
import gzip
import json
import os
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mutated_feeds import URL, VALID, mutant

from heraldry import jail
from heraldry.feeds.news import Document, received, written
from heraldry.feeds.parse import parse, parsed
from heraldry.jail import Limits, run

LIMITS = Limits(seconds=20, cpu=4)
SHORT = Limits(seconds=10, cpu=1)
"""For documents that never end: the clock of the computing is the same on a busy machine."""

TOO_LONG = "the document was refused: reading it took longer than 1 second"

TITLED = "<title>One</title><link>https://news.example/1</link>"
ONE = f"<item>{TITLED}</item>"


def rss(items: str, head: str = "") -> str:
    return f"{head}<rss version='2.0'><channel><title>News</title>{items}</channel></rss>"


def item(inside: str) -> str:
    return rss(f"<item>{TITLED}{inside}</item>")


def titled(title: str, head: str = "") -> str:
    return rss(f"<item><title>{title}</title><link>https://news.example/1</link></item>", head)


def feed(*items: str, version: str = "https://jsonfeed.org/version/1.1") -> str:
    return f'{{"version": "{version}", "items": [{", ".join(items)}]}}'


def found(body: bytes | str, content_type: str = "", limits: Limits = LIMITS) -> Document:
    return parsed(body.encode() if isinstance(body, str) else body, URL, content_type, limits)


def seen(document: Document) -> str:
    """The document in the notation of the table: its titles, then what is wrong with it."""
    titles = " | ".join(news.title for news in document.news[:9])
    more = f" and {len(document.news) - 9} more" if len(document.news) > 9 else ""
    return "; ".join(filter(None, (titles + more, *document.complaints, "" if document.whole else "not whole")))


Fault = tuple[str, str, Callable[[], bytes | str], str]

LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
JSON_ONE = '{"id": "1", "url": "https://news.example/1", "title": "One"}'
NOT_A_FEED = "the document is not a feed; not whole"
NOT_JSON = "the document is not valid JSON; not whole"
BREAKS_OFF = "the document breaks off before its end; not whole"

FAULTS: list[Fault] = [
    ("X1", "billion laughs", lambda: titled("One &l9;", f"<!DOCTYPE rss [<!ENTITY l0 'ha'>{LAUGHS}]>"), "One &l9;"),
    ("X1", "billion laughs on lines", lambda: titled("One &l9;", f"<!DOCTYPE rss [\n<!ENTITY l0 'ha'>{LAUGHS}]>".replace("><", ">\n<")), "One &l9;"),
    ("X2", "an entity of 100 KB, a thousand times", lambda: titled("One" + "&a;" * 1000, f"<!DOCTYPE rss [\n<!ENTITY a '{'a' * 100_000}'>\n]>"), "*"),
    ("X3", "a file as an entity", lambda: titled("One&x;", "<!DOCTYPE rss [\n<!ENTITY x SYSTEM 'file:///etc/passwd'>\n]>"), "One&x;"),
    ("X3", "a file as a public entity", lambda: titled("One&x;", "<!DOCTYPE rss [<!ENTITY x PUBLIC 'y' '/etc/passwd'>]>"), "One&x;"),
    ("X3", "a document that is the path of a file", lambda: "/etc/passwd", NOT_A_FEED),
    ("X6", "50 000 namespaces", lambda: item(f"<x {' '.join(f'xmlns:a{n}={chr(34)}u{n}{chr(34)}' for n in range(50_000))}/>"), "One"),
    ("X7", "700 000 empty entries", lambda: rss("<item/>" * 700_000),
     "all of its 500 entries have no title, no text and no link; it holds 700000 entries; only the first 500 were read"),
    ("X7", "5 MB of entries", lambda: rss("".join(f"<item><title>{n}</title><link>https://news.example/{n}</link></item>" for n in range(70_000))),
     "0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 and 491 more; it holds 70000 entries; only the first 500 were read"),
    ("X7", "501 entries of Atom", lambda: f"<a:feed xmlns:a='http://www.w3.org/2005/Atom'>{''.join(f'<a:entry><a:title>{n}</a:title><a:link href={chr(34)}/{n}{chr(34)}/></a:entry>' for n in range(501))}</a:feed>",
     "0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 and 491 more; it holds 501 entries; only the first 500 were read"),
    ("X7", "600 <item> in a text", lambda: item(f"<description><![CDATA[{'<item>' * 600}]]></description>"), "One"),
    ("X7", "600 <item> in a comment", lambda: rss(f"<!-- {'<item>' * 600} -->{ONE}"), "One"),
    ("X8", "5 MB of text", lambda: item(f"<description>{'words ' * 800_000}</description>"), "One"),
    ("X8", "5 MB of CDATA", lambda: item(f"<description><![CDATA[{'<p>words ' * 550_000}]]></description>"), "One"),
    ("X8", "a comment of 5 MB", lambda: item(f"<!--{'words ' * 800_000}-->"), "One"),
    ("X8", "an instruction of 5 MB", lambda: item(f"<?x {'words ' * 800_000}?>"), "One"),
    ("X8", "a title of 5 MB", lambda: titled("words " * 800_000), "*"),
    ("X8", "an attribute of 5 MB", lambda: item(f"<x y='{'words ' * 800_000}'/>"), "One"),
    ("X8", "5 MB of line breaks before it", lambda: "\n" * 5_000_000 + item(""), "One"),
    ("X10", "broken off in an entry", lambda: rss(ONE + ONE.replace("One", "Two").replace("/1", "/2")).partition("Two")[0] + "Tw", f"One; {BREAKS_OFF}"),
    ("X10", "broken off in a tag", lambda: rss(ONE + ONE.replace("/1", "/2"))[:-60], f"One; {BREAKS_OFF}"),
    ("X10", "broken off in CDATA", lambda: rss(ONE) [:-16] + "<item><title>Two</title><description><![CDATA[</item>", f"One; {BREAKS_OFF}"),
    ("X10", "broken off between entries", lambda: rss(ONE)[:-16], f"One; {BREAKS_OFF}"),
    ("X10", "broken off in its only entry", lambda: titled("One")[:-40], BREAKS_OFF),
    ("X10", "broken off in Atom", lambda: "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>One</title><link href='/1'/></entry><entry><title>Tw", f"One; {BREAKS_OFF}"),
    ("X10", "tags that do not match", lambda: item("<b><i></b></i>"), "One"),
    ("X10", "something behind the end", lambda: item("") + "<p>counter</p>", "One"),
    ("X11", "NUL and controls", lambda: titled("O\0n\x01\x0be\x7f\x1b"), "One"),
    ("X12", "an undeclared prefix", lambda: item("<x:y>z</x:y>"), "One"),
    ("X12", "a bare &", lambda: titled("Fish & chips"), "Fish & chips"),
    ("X12", "entities of HTML", lambda: titled("Caf&eacute;&nbsp;&mdash;"), "Café —"),
    ("X13", "nothing", lambda: b"", "the document is empty; not whole"),
    ("X13", "blanks", lambda: b" \r\n\t" * 100, "the document is empty; not whole"),
    ("X13", "NULs", lambda: bytes(1000), "the document is empty; not whole"),
    ("X13", "a picture", lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + os.urandom(5000), "*"),
    ("X13", "noise", lambda: b"\x80" + os.urandom(2_000_000).replace(b"<", b""), NOT_A_FEED),
    ("X13", "words", lambda: "Service unavailable", NOT_A_FEED),
    ("X13", "a list of feeds", lambda: "<opml version='2.0'><body/></opml>", "the document is not a feed, but a list of feeds (OPML); not whole"),
    ("X13", "a web page", lambda: "<!-- x --><!DOCTYPE html><title>x</title>", "the document is not a feed, but a web page; not whole"),
    ("X13", "a web page of many comments", lambda: "<!---->" * 200_000 + "<html>", NOT_A_FEED),
    ("X13", "an empty feed", lambda: rss(""), "the feed is empty"),
    ("Z5", "a feed that is a gzip file", lambda: gzip.compress(item("").encode()), "One"),
    ("Z5", "a gzip file that breaks off", lambda: gzip.compress(item("").encode())[:-9], "the document is a gzip file that breaks off; not whole"),
    ("Z5", "a gzip file that is none", lambda: b"\x1f\x8b" + bytes(100), "the document is a damaged gzip file; not whole"),
    ("Z5", "a gzip bomb", lambda: bomb(), "the document is a gzip file of more than 20 MB; not whole"),
    ("Z5", "a gzip file in a gzip file", lambda: gzip.compress(gzip.compress(item("").encode())), NOT_A_FEED),
    ("E1", "UTF-8 by its label, Latin-1 by its bytes", lambda: titled("café", "<?xml version='1.0' encoding='utf-8'?>").encode("latin-1"), "café"),
    ("E1", "some of each", lambda: titled("caf\xe9 ").encode("latin-1").replace(b" </title>", " été</title>".encode()), "café été"),
    ("E1", "Latin-1 by its label, UTF-8 by its bytes", lambda: titled("café", "<?xml version='1.0' encoding='iso-8859-1'?>"), "café"),
    ("E1", "no label, Latin-1", lambda: titled("“café”").encode("cp1252"), "“café”"),
    ("E1", "Latin-1 that means windows-1252", lambda: titled("“café”", "<?xml version='1.0' encoding='iso-8859-1'?>").encode("cp1252"), "“café”"),
    ("E2", "UTF-16 with its mark", lambda: titled("소식").encode("utf-16"), "소식"),
    ("E2", "UTF-16, big end first, with its mark", lambda: codecs.BOM_UTF16_BE + titled("소식").encode("utf-16-be"), "소식"),
    ("E2", "UTF-16 without mark", lambda: titled("소식", "<?xml version='1.0' encoding='utf-16'?>").encode("utf-16-le"), "소식"),
    ("E2", "UTF-16, big end first, without mark", lambda: titled("소식", "<?xml version='1.0'?>").encode("utf-16-be"), "소식"),
    ("E2", "UTF-16 by its label only", lambda: titled("소식", "<?xml version='1.0' encoding='utf-16'?>"), "소식"),
    ("E2", "half a letter of UTF-16", lambda: titled("One").encode("utf-16") + b"\x3c", "One"),
    ("E2", "UTF-8 with its mark", lambda: codecs.BOM_UTF8 + titled("소식", "<?xml version='1.0' encoding='iso-8859-1'?>").encode(), "소식"),
    ("E2", "EBCDIC", lambda: titled("One", "<?xml version='1.0' encoding='cp037'?>").encode("cp037"), NOT_A_FEED),
    *(("E3", f"encoding={label}", lambda label=label: titled("One +ADw-script+AD4-", f"<?xml version='1.0' encoding='{label}'?>"), "One +ADw-script+AD4-")
      for label in ("utf-7", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "zlib", "hex", "rot13", "undefined", "cp037", "mbcs", "x" * 300, "../x", "utf-8-sig")),
    ("E4", "two encodings", lambda: titled("Übung", "<?xml version='1.0' encoding='koi8-r'?>"), "Übung"),
    ("E5", "references to no letter", lambda: titled("One&#xD800;&#99999999999;&#x110000;&#0;"), "One����"),
    ("E5", "references to windows-1252", lambda: titled("&#147;One&#148; &#x96;"), "“One” –"),
    ("E5", "half a letter in JSON", lambda: feed('{"id": "\\ud800", "url": "https://news.example/1", "title": "O\\ud800ne"}'), "One"),
    ("E5", "half a letter in UTF-8", lambda: titled("One").encode().replace(b"One", b"One \xed\xa0\x80"), "*"),
    ("E6", "turned and invisible letters", lambda: titled("\u202eOne\u2066\u200b\ufeff"), "One"),
    ("J1", "100 000 lists in lists", lambda: feed("[" * 100_000), NOT_JSON),
    ("J1", "100 000 objects in objects", lambda: '{"a":' * 100_000, NOT_JSON),
    ("J2", "numbers beyond all", lambda: feed(JSON_ONE, f'{{"id": {"9" * 5000}, "url": "/2", "title": "Two", "x": [1e400, NaN, -Infinity]}}'), "One | Two"),
    ("J3", "things of other kinds", lambda: feed("null", "5", '"x"', "[]", '{"id": null, "url": {}, "title": []}', JSON_ONE),
     "One; 5 of 6 entries have no title, no text and no link"),
    ("J3", "items that are none", lambda: feed().replace("[]", '"x"'), "the document is not a JSON Feed; not whole"),
    ("J3", "another JSON", lambda: '{"version": 5, "items": [1]}', "the document is not a JSON Feed; not whole"),
    ("J3", "half a JSON", lambda: feed(JSON_ONE)[:-9], NOT_JSON),
    ("J4", "keys twice", lambda: feed(JSON_ONE.replace('"One"', '"None", "title": "One"')), "One; some of its keys are written twice; the last of each is used"),
    ("J4", "a byte order mark", lambda: codecs.BOM_UTF8 + feed(JSON_ONE).encode(), "One"),
    ("J4", "UTF-16", lambda: feed(JSON_ONE).encode("utf-16"), "One"),
    ("G1", "no id", lambda: rss(ONE + ONE.replace("/1", "/1?utm_source=x")), "One; 2 entries share the link 'https://news.example/1'; the newest is used"),
    ("G2", "ids twice", lambda: rss("".join(f"<item><title>{n}</title><link>/{n}</link><guid>g</guid><pubDate>0{n} Mar 2026</pubDate></item>" for n in (1, 3, 2))),
     "1 | 3 | 2"),
    ("G2", "ids and links twice", lambda: rss("".join(f"<item><title>{n}</title><link>/x</link><guid>https://u:p@g/?t=s</guid><pubDate>0{n} Mar 2026</pubDate></item>" for n in (1, 3, 2))),
     "3; 3 entries share the id 'https://g/'; the newest is used"),
    ("L1", "links of other schemes", lambda: rss("<item><title>x</title><link>javascript:alert(1)</link><guid>data:text/html,x</guid><enclosure url='file:///x'/></item>"),
     "its only entry has no link that is a web address"),
]  # fmt: skip


def bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(b" " * 1_000_000) for _ in range(100)) + packer.flush()


@pytest.mark.parametrize(
    ("number", "fault", "body", "expected"), FAULTS, ids=[f"{row[0]}: {row[1][:40]}" for row in FAULTS]
)
def test_each_fault_is_seen_as_expected(
    number: str, fault: str, body: Callable[[], bytes | str], expected: str
) -> None:
    document = found(body())
    print(f"{number:4} {fault:45} {expected[:60]:60} {seen(document)[:60]}")
    assert received(written(document)) == document
    assert document.news or document.complaints
    if expected != "*":
        assert seen(document) == expected


HANGS: dict[str, Callable[[], str]] = {
    "X4: a million elements in each other": lambda: item("<a>" * 700_000 + "</a>" * 700_000),
    "X5: 40 000 attributes": lambda: item(f"<x {' '.join(f'a{n}={chr(34)}1{chr(34)}' for n in range(40_000))}/>"),
    "X9: an author of 100 KB": lambda: item(f"<author>{'a' * 100_000}</author>"),
    "X9: an author of 80 KB with dots": lambda: item(f"<author>{'a.' * 40_000}</author>"),
    "X9: 20 000 categories": lambda: item("".join(f"<category>c{n}</category>" for n in range(30_000))),
    "X9: a doctype of line breaks": lambda: f"<!DOCTYPE rss {chr(10) * 100_000}{item('')}",
}


@pytest.mark.parametrize("body", HANGS.values(), ids=HANGS)
def test_what_never_ends_is_cut_off_and_reported_in_plain_words(body: Callable[[], str]) -> None:
    began = time.monotonic()
    document = found(body(), limits=SHORT)
    assert time.monotonic() - began < SHORT.seconds + 2
    assert (document.complaints, document.news, document.whole) == ((TOO_LONG,), (), False)
    assert seen(found(item(""))) == "One"


def test_a_thousand_comments_in_a_text_end_soon() -> None:
    """The fifth of the known hangs is one of a sanitiser that is not used here."""
    assert seen(found(item(f"<description>{'&lt;!-- ' * 80_000}</description>"), limits=SHORT)) == "One"


def test_memory_that_is_refused_is_reported_as_such() -> None:
    document = found(item(f"<description>{'x' * 4_000_000}</description>"), limits=Limits(memory=20_000_000))
    assert document.complaints == ("the document was refused: reading it needed more than 20 MB of memory",)


def test_a_document_that_is_the_path_of_a_feed_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(titled("Stolen"))
    for document in (found(str(path)), parse(str(path).encode(), URL)):
        assert seen(document) == NOT_A_FEED


def test_an_entity_that_is_a_file_shows_nothing_of_it() -> None:
    secret = Path("/etc/passwd").read_text().split(":")[0] if Path("/etc/passwd").is_file() else "root"
    for fault, _, body, _ in FAULTS:
        if fault == "X3":
            assert secret not in seen(found(body()))


@pytest.mark.parametrize(
    "declaration",
    [
        "<!DOCTYPE rss SYSTEM '{}'>",
        "<!DOCTYPE rss [\n<!ENTITY x SYSTEM '{}'>\n]>",
        "<!DOCTYPE rss [\n<!ENTITY % x SYSTEM '{}'>\n%x;\n]>",
        "<!DOCTYPE rss PUBLIC '-//x//y' '{}' [\n<!ENTITY x 'y'>\n]>",
        "<?xml-stylesheet type='text/xsl' href='{}'?>",
    ],
)
def test_nobody_is_asked_for_what_a_document_names(declaration: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.dtd"
        body = titled("One&x;", declaration.format(address)).replace(
            "<rss", f"<rss xmlns:xi='http://www.w3.org/2001/XInclude' xsi:schemaLocation='x {address}'"
        )
        for document in (found(body), found(address), parse(body.encode(), URL), parse(address.encode(), URL)):
            assert document.complaints or document.news
        with pytest.raises(BlockingIOError):
            server.accept()


# Encodings and dates, in tables of their own ------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "declared", "written_as", "words"),
    [
        ("text/xml; charset=windows-1251", "", "cp1251", "Новости"),
        ("text/xml; charset=windows-1251", "koi8-r", "cp1251", "Новости"),
        ("text/xml; charset=utf-8", "iso-8859-1", "utf-8", "Übung"),
        ("text/xml; charset=iso-8859-1", "utf-8", "utf-8", "Übung"),
        ("text/xml", "utf-8", "utf-8", "Übung"),
        ("text/html", "", "utf-8", "Übung"),
        ('application/rss+xml; charset="EUC-KR"', "", "euc-kr", "소식"),
        ("", "ks_c_5601-1987", "cp949", "소식"),
        ("", "Shift_JIS", "cp932", "ニュース"),
        ("", "euc-jp", "euc_jp", "ニュース"),
        ("", "iso-2022-jp", "iso2022_jp", "ニュース"),
        ("", "gb2312", "gb18030", "新闻"),
        ("", "big5", "big5", "新聞"),
        ("", "iso-8859-9", "cp1254", "Çalışanların günü"),
        ("", "windows-1256", "cp1256", "أخبار"),
        ("text/xml; charset=utf-7", "windows-1251", "cp1251", "Новости"),
        ("text/xml; charset=punycode", "", "utf-8", "Übung"),
        ("text/xml; charset=\0\xff", "", "utf-8", "Übung"),
    ],
)
def test_mark_before_header_before_declaration(header: str, declared: str, written_as: str, words: str) -> None:
    head = f"<?xml version='1.0' encoding='{declared}'?>" if declared else ""
    document = found(titled(words, head).encode(written_as), header)
    assert (document.news[0].title, document.complaints) == (words, ())


MORNING = datetime(2026, 3, 3, 8, 30, tzinfo=UTC)
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
DATES: list[tuple[str, str, datetime | None]] = [
    ("D1", "", None),
    ("D2", "Tue, 03 Mar 2099 08:30:00 GMT", datetime(2099, 3, 3, 8, 30, tzinfo=UTC)),
    ("D3", "Thu, 01 Jan 1970 00:00:00 GMT", None),
    ("D3", "0001-01-01T00:00:00Z", None),
    ("D3", "9999-12-31T23:59:59Z", None),
    ("D3", "9999-12-31T23:59:59-14:00", None),
    ("D3", "2026-03-03T24:00:00Z", None),
    ("D3", "Tue, 03 Mar 2026 24:00:00 GMT", None),
    ("D3", "Tue, 31 Feb 2026 08:30:00 GMT", None),
    ("D3", "2026-02-31", None),
    ("D3", "2026-02-31T08:30:00Z", None),
    ("D3", "Tue, 03 Mar 2026 08:60:00 GMT", None),
    ("D3", "Tue, 03 Mar 2026 08:29:60 GMT", MORNING),
    ("D4", "Tue, 03 Mar 2026 09:30:00 CET", MORNING),
    ("D4", "Tue, 03 Mar 2026 10:30:00 CEST", MORNING),
    ("D4", "Tue, 03 Mar 2026 14:00:00 IST", MORNING),
    ("D4", "Tue, 03 Mar 2026 17:30:00 KST", MORNING),
    ("D4", "Tue, 03 Mar 2026 17:30:00 JST", MORNING),
    ("D4", "Tue, 03 Mar 2026 03:30 EST", MORNING),
    ("D4", "Tue, 03 Mar 2026 00:30 PST", MORNING),
    ("D4", "Tue, 03 Mar 2026 08:30:00 GMT+0000 (Greenwich Mean Time)", MORNING),
    ("D4", "Tue, 03 Mar 2026 23:30:00 QQQ", NOON),
    ("D4", "Tue, 03 Mar 2026 09:30:00 +9900", NOON),
    ("D4", "2026-03-03T17:30+09", MORNING),
    ("D4", "20260303T083000Z", MORNING),
    ("D5", "1630886460", None),
    ("D5", "1630886460.5", None),
    ("D5", "16308864", None),
    ("D5", "Mar 3, 2026", NOON),
    ("D5", "3. März 2026", None),
    ("D5", "Seg, 24 Set 2018 18:42:10 -0300", None),
    ("D5", "2026-03-03", NOON),
    ("D5", "03 Mar 26 08:30 UT", MORNING),
    ("D5", "Tue Mar  3 08:30:00 2026", MORNING),
    ("D5", "next week " * 10_000, None),
    ("D5", "2026" * 1000, None),
]


@pytest.mark.parametrize(("number", "wrote", "moment"), DATES, ids=[f"{row[0]}: {row[1][:40]}" for row in DATES])
@pytest.mark.parametrize("kind", ["RSS", "Atom", "JSON"])
def test_a_date_is_what_was_meant_or_missing(kind: str, number: str, wrote: str, moment: datetime | None) -> None:
    documents = {
        "RSS": item(f"<pubDate>{wrote}</pubDate>"),
        "Atom": f"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>One</title><link href='/1'/><published>{wrote}</published></entry></feed>",
        "JSON": feed(json.dumps({"id": "1", "url": "/1", "title": "One", "date_published": wrote})),
    }
    (news,) = parse(documents[kind].encode(), URL).news
    assert news.published == moment


@pytest.mark.parametrize(
    ("published", "updated", "moment"),
    [
        ("2026-03-03T08:30:00Z", "2026-03-05T08:30:00Z", MORNING),
        ("", "2026-03-03T08:30:00Z", MORNING),
        ("1970-01-01T00:00:00Z", "2026-03-03T08:30:00Z", MORNING),
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", None),
    ],
)
def test_d6_the_day_it_was_published_wins_over_the_day_it_was_changed(
    published: str, updated: str, moment: datetime | None
) -> None:
    told = f"<published>{published}</published>" * bool(published) + f"<updated>{updated}</updated>"
    atom = f"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>One</title><link href='/1'/>{told}</entry></feed>"
    dates = {"date_published": published, "date_modified": updated}
    json_feed = feed(json.dumps({"id": "1", "url": "/1", "title": "One"} | dates))
    assert [parse(body.encode(), URL).news[0].published for body in (atom, json_feed)] == [moment, moment]


# A child that lies ----------------------------------------------------------------------------------------

TRUE: list[list[object]] = [["0" * 16, "https://a.example/", "One", "", "", [], None, None, True]]
LIES: list[object] = [
    None,
    [],
    [TRUE, [], None],
    [TRUE, [], None, True, 1],
    ["x", [], None, True],
    [TRUE * 501, [], None, True],
    [TRUE, ["x" * 301], None, True],
    [TRUE, [5], None, True],
    [TRUE, [], "javascript:1", True],
    *(
        [[[*TRUE[0][:place], lie, *TRUE[0][place + 1 :]]], [], None, True]
        for place, lie in [
            *((0, "x"), (0, 5), (1, "javascript:alert(1)"), (1, "/x"), (1, None), (1, "https://u:p@a.example/")),
            *((2, ""), (2, "x" * 301), (2, "a\nb"), (2, "a\u202eb"), (2, "\ud800"), (2, 5), (3, None), (4, "x" * 101)),
            *((5, None), (5, ["x"] * 21), (5, [5]), (6, "data:image/png,x"), (6, 5)),
            *((7, "2026-03-03"), (7, "x"), (7, "1970-01-01T00:00:00+00:00"), (7, 5)),
        ]
    ),
]


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: json.dumps(lie)[:60])
def test_a_child_is_not_believed(lie: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jail, "run", lambda *_: json.dumps(lie).encode())
    document = parsed(b"", URL, "", LIMITS)
    assert document.complaints == ("the document was refused: what was read from it is not as it should be",)
    monkeypatch.setattr(jail, "run", lambda *_: json.dumps([TRUE, [], None, True]).encode())
    assert seen(parsed(b"", URL, "", LIMITS)) == "One"


@pytest.mark.parametrize("answer", [b"", b"x", b"\xff", b"[" * 100_000, b"{}"])
def test_an_answer_that_is_none_is_refused(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jail, "run", lambda *_: answer)
    assert found(b"").complaints == ("the document was refused: what was read from it is not as it should be",)


def test_a_document_is_the_same_in_and_out_of_the_jail() -> None:
    for body in VALID:
        assert found(body) == parse(body, URL)
        assert found(body).news or found(body).feed_link


# Mutated feeds ----------------------------------------------------------------------------------------


def wrong(first: int, last: int) -> Iterator[str]:
    """What is wrong with the mutants of these numbers, parsed together; if that is cut off, each is tried alone."""
    together = Limits(seconds=90, cpu=30)
    try:
        answer = json.loads(run("mutated_feeds:batch", json.dumps([first, last]).encode(), together))
        yield from (f"{number}: {said}" for number, said in answer.items())
    except Exception:
        yield from (said for number in range(first, last) for said in wrong_alone(number))


def wrong_alone(number: int) -> Iterator[str]:
    began = time.monotonic()
    document = found(mutant(number), limits=SHORT)
    if received(written(document)) != document or not (document.news or document.complaints):
        yield f"{number}: {document}"
    if time.monotonic() - began > SHORT.seconds + 2:
        yield f"{number}: too long"


def test_three_hundred_mutants_each_in_the_jail() -> None:
    with ThreadPoolExecutor(2) as pool:
        assert [said for all_said in pool.map(lambda n: list(wrong_alone(n)), range(300)) for said in all_said] == []


def test_two_thousand_mutants_together() -> None:
    assert list(wrong(300, 2300)) == []


def test_mutants_are_various() -> None:
    """The mutator would prove nothing if it broke everything, or nothing."""
    documents = [parse(mutant(number), URL) for number in range(400)]
    assert sum(bool(document.news) for document in documents) > 120
    assert sum(not document.whole for document in documents) > 40
    assert len({document.complaints for document in documents}) > 8


@pytest.mark.soak
def test_a_hundred_thousand_mutants() -> None:
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        batches = pool.map(lambda first: list(wrong(first, first + 500)), range(10_000, 110_000, 500))
        assert [said for all_said in batches for said in all_said] == []
