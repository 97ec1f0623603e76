"""Small valid documents of every kind, and what chance makes of them: the same for the same number."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable

from heraldry.feeds.news import received, written
from heraldry.feeds.parse import parse

URL = "https://news.example/feed.xml"

_ENTRY = """<item><title>Wind &amp; sun</title><link>https://news.example/1?a=1&amp;b=2</link><guid isPermaLink="false">n1</guid>
<pubDate>Tue, 03 Mar 2026 09:30:00 +0100</pubDate><category>Energy</category><author>a@news.example (Ada)</author>
<description>&lt;p&gt;A &lt;b&gt;new&lt;/b&gt; plant&lt;/p&gt;</description><enclosure url="/1.jpg" type="image/jpeg" length="7"/></item>"""

VALID: tuple[bytes, ...] = (
    f"""<?xml version="1.0" encoding="utf-8"?><!-- news --><rss version="2.0"><channel><title>News</title>
<link>https://news.example/</link><description>All of it</description><ttl>60</ttl>{_ENTRY}{_ENTRY.replace("n1", "n2")}
<item><title><![CDATA[Fish & <i>chips</i>]]></title><guid>https://news.example/3</guid></item></channel></rss>""".encode(),
    """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://news.example/"><title>Nachrichten</title></channel>
<item rdf:about="https://news.example/1"><title>Eins</title><link>https://news.example/1</link><dc:date>2026-03-03T09:30+01:00</dc:date>
<dc:creator>Ada</dc:creator><dc:subject>Wind</dc:subject></item></rdf:RDF>""".encode("utf-16"),
    b'<rss version="0.91"><channel><title>Old</title><item><title>One</title><link>https://news.example/1</link></item></channel></rss>',
    """<?xml version='1.0' encoding='iso-8859-1'?><rss version='2.0'><channel><item><title>S\xe3o Paulo caf\xe9</title>
<link>https://news.example/1</link><description>\xe9t\xe9</description></item></channel></rss>""".encode("latin-1"),
    """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ko" xml:base="https://news.example/ko/"><title>소식</title><id>urn:x</id>
<link rel="self" href="feed"/><updated>2026-03-03T09:30:00Z</updated><entry><title type="html">&lt;b&gt;서울&lt;/b&gt;</title><id>urn:1</id>
<link href="1"/><link rel="enclosure" type="audio/mpeg" href="1.mp3"/><author><name>김</name><email>k@news.example</email></author>
<category term="바람"/><published>2026-03-01T00:00:00+09:00</published><updated>2026-03-03T09:30:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <em>text</em> <img src="a.png"/></div></content></entry>
<entry><title>Two</title><id>urn:2</id><link href="2"/><summary>Short</summary></entry></feed>""".encode(),
    b"""<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><itunes:image href="/channel.jpg"/><item><title>Episode 1</title>
<itunes:image href="https://news.example/1.jpg"/><itunes:duration>1:02:03</itunes:duration><link>/1</link>
<media:group><media:content url="/a.jpg" medium="image" width="640" height="480"/><media:thumbnail url="/t.jpg" width="75" height="50"/></media:group>
<content:encoded><![CDATA[<p>Show <a href="javascript:1">notes</a></p><img src="/x.png" width="1">]]></content:encoded></item></channel></rss>""",
    b"""<!DOCTYPE rss [<!ENTITY name "Acme"><!ENTITY nbsp "&#160;">]><rss version="2.0"><channel><title>&name;</title>
<item><title>&name;&nbsp;wins</title><link>https://news.example/1</link></item></channel></rss>""",
    json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "News", "home_page_url": "https://news.example/",
                "feed_url": "https://news.example/feed.json", "items": [
                    {"id": "1", "url": "https://news.example/1", "title": "One", "content_html": "<p>A <b>text</b></p>",
                     "date_published": "2026-03-03T09:30:00+01:00", "authors": [{"name": "Ada"}], "tags": ["wind", "sun"],
                     "image": "https://news.example/1.jpg"},
                    {"id": 2, "external_url": "https://news.example/2", "content_text": "Short 소식", "banner_image": "/2.png"}]}).encode(),
    b"""<!doctype html><html><head><title>Page</title><base href="/b/"><link rel="alternate" type="application/rss+xml" href="feed">
</head><body><p>Hello</p></body></html>""",
)  # fmt: skip

TROUBLE = (
    *(b"<", b">", b"&", b"'", b'"', b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?", b"?>", b"\x00", b"\xff", b"\xfe\xff", b"\x1b"),
    *(b"\xed\xa0\x80", b"&#xD800;", b"&#99999999999;", b"&#0;", b"&nope;", b"&lt;", b"\\ud800", b"\\u0000", b"1e999", b"null", b"[[[["),
    *(b"<title>", b"</title>", b"</item>", b"<entry>", b"<item>", b"<textinput>", b"<image>", b"<source>", b"<author>", b"<link>http://["),
    *(b"encoding='punycode'", b"encoding='utf-7'", b"encoding='undefined'", b"encoding='utf-16'", b"xml:base='http://[x'"),
    *(b" xmlns='x'", b"<!ENTITY a SYSTEM 'file:///etc/passwd'>", b"<!DOCTYPE x [", b"javascript:alert(1)", b"<script>", b"<svg/onload=1>"),
)  # fmt: skip

Blow = Callable[[bytearray, random.Random], None]


def _place(body: bytearray, luck: random.Random, longest: int = 60) -> slice:
    at = luck.randrange(len(body) + 1)
    return slice(at, min(len(body), at + luck.randrange(longest)))


def flip(body: bytearray, luck: random.Random) -> None:
    if body:
        body[luck.randrange(len(body))] ^= 1 << luck.randrange(8)


def cut(body: bytearray, luck: random.Random) -> None:
    del body[_place(body, luck, 200)]


def break_off(body: bytearray, luck: random.Random) -> None:
    del body[luck.randrange(len(body) + 1) :]


def double(body: bytearray, luck: random.Random) -> None:
    part = _place(body, luck, 200)
    body[part] = body[part] * luck.choice((2, 3, 50))


def splice(body: bytearray, luck: random.Random) -> None:
    other = bytearray(luck.choice(VALID))
    body[_place(body, luck)] = other[_place(other, luck, 300)]


def trouble(body: bytearray, luck: random.Random) -> None:
    body[_place(body, luck, 5)] = luck.choice(TROUBLE) * luck.choice((1, 1, 1, 30))


def swap_tags(body: bytearray, luck: random.Random) -> None:
    tags = list(re.finditer(rb"<[^<>]*>", body))
    if len(tags) > 1:
        first, second = sorted(luck.sample(tags, 2), key=lambda tag: tag.start())
        body[second.start() : second.end()] = first[0]
        body[first.start() : first.end()] = second[0]


def blow_up(body: bytearray, luck: random.Random) -> None:
    numbers = list(re.finditer(rb"\d+", body))
    if numbers:
        number = luck.choice(numbers)
        body[number.start() : number.end()] = luck.choice((b"-1", b"0", b"9" * 30, b"9" * 5000, b"1e400", b"99"))


BLOWS: tuple[Blow, ...] = (flip, cut, break_off, double, splice, trouble, swap_tags, blow_up)


def mutant(number: int) -> bytes:
    """The document of that number."""
    luck = random.Random(number)
    body = bytearray(luck.choice(VALID))
    for _ in range(luck.choice((1, 1, 2, 3, 5, 8))):
        luck.choice(BLOWS)(body, luck)
    return bytes(body)


def batch(argument: bytes) -> bytes:
    """For the jail: parse the mutants from the first number to before the second; what was wrong, by number."""
    first, last = json.loads(argument)
    wrong = {}
    for number in range(first, last):
        try:
            document = parse(mutant(number), URL)
            if received(written(document)) != document or (not document.news and not document.complaints):
                wrong[number] = repr(document)
        except Exception as error:  # that is what is looked for
            wrong[number] = repr(error)
    return json.dumps(wrong).encode()
