"""A document becomes typed news: the only room that knows feedparser.

What strangers wrote is read by `parsed`, in a jail: a hostile document costs its own feed only.

Ids. An entry's id is made of what its feed calls it, else of its link. What tells no two entries apart is not enough:
a name that entries with different links share comes with the link, for all of them, and a link that is a front page, or
that different entries without a name share, with the title and the date. Of entries that still have one id the newest
is used.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zlib
from calendar import timegm
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import feedparser
from selectolax.lexbor import LexborHTMLParser

from heraldry import addresses, jail
from heraldry.feeds import clean, discovery, jsonfeed
from heraldry.feeds.dates import instant, recognised, sensible
from heraldry.feeds.jsonfeed import Unreadable
from heraldry.feeds.letters import letters
from heraldry.feeds.news import (
    CATEGORIES,
    MOST_ENTRIES,
    NAME,
    SUMMARY,
    TITLE,
    Document,
    News,
    received,
    refused,
    written,
)
from heraldry.feeds.outline import beginning, outline

__all__ = ["Document", "News", "job", "parse", "parsed"]

JOB = "heraldry.feeds.parse:job"

MOST_UNPACKED = 20_000_000
"""Bytes of a document that was packed."""

SHOWN = 80
"""Characters of an id or a link in a message."""

TITLE_OF_TEXT = 120
"""Characters of an entry's text that stand in for a title it does not have."""

SMALLEST_PICTURE = 50
"""Pixels, where a picture in a text gives them: below that it is a counter, a face or a mark."""

_COUNTER = re.compile(
    r"(?:https?:)?//(?:[\w.-]*feedburner\.com/~|pixel\.|stats\.|b\.scorecardresearch\.)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Raw:
    """The fields of the entries that were read, `total` of how many, and what was odd about the document."""

    entries: list[dict[str, Any]]
    total: int
    complaints: tuple[str, ...] = ()
    whole: bool = True


def parsed(body: bytes, url: str, content_type: str, limits: jail.Limits) -> Document:
    """`parse` in the jail. Never raises: what had to be cut off is a document without entries that says so."""
    try:
        return received(jail.run(JOB, json.dumps([url, content_type]).encode() + b"\n" + body, limits))
    except jail.Cut as cut:
        return refused(f"the document was refused: {cut}")
    except (ValueError, TypeError, RecursionError):
        return refused("the document was refused: what was read from it is not as it should be")


def job(argument: bytes) -> bytes:
    """What runs in the jail. Raises MemoryError only."""
    head, _, body = argument.partition(b"\n")
    return written(parse(body, *json.loads(head)))


def warm_up() -> None:
    """Parse what makes feedparser import and compile what it does only when it is needed."""
    entry = "<title>A</title><link>https://a.example/</link><description>&lt;b>B&lt;/b>&lt;img src='/c'></description>"
    for feed in (f"<rss version='2.0'><channel><item>{entry}</item></channel></rss>", f"<feed><entry>{entry}&"):
        parse(feed.encode(), "https://a.example/feed")


def parse(body: bytes, url: str, content_type: str = "") -> Document:
    """The entries of an RSS, RDF, Atom or JSON feed that was found at `url`. Raises nothing but MemoryError."""
    try:
        return _document(body, url, content_type)
    except Unreadable as error:
        return refused(str(error))
    except MemoryError:
        raise
    except Exception as error:  # feedparser raises seven kinds on malformed input: a report, not a traceback
        return refused(f"the document cannot be read ({type(error).__name__})")


def _document(body: bytes, url: str, content_type: str) -> Document:
    text = letters(_unpacked(body), content_type)
    if not text.strip():
        raise Unreadable("the document is empty")
    if jsonfeed.looks_like(text):
        return _told(_Raw(*jsonfeed.read(text, url, MOST_ENTRIES)), url)
    if discovery.is_page(text):
        page = refused("the document is not a feed, but a web page")
        return replace(page, feed_link=discovery.feed_link(text, url))
    return _told(_xml(text, url), url)


def _unpacked(body: bytes) -> bytes:
    """The body, or what is in it where it is a gzip file."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    packed = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        whole = packed.decompress(body, MOST_UNPACKED)
    except zlib.error:
        raise Unreadable("the document is a damaged gzip file") from None
    if packed.unconsumed_tail:
        raise Unreadable(f"the document is a gzip file of more than {MOST_UNPACKED // 1_000_000} MB")
    if not packed.eof:
        raise Unreadable("the document is a gzip file that breaks off")
    return whole


def _told(raw: _Raw, url: str) -> Document:
    if not raw.total:
        return Document((), raw.complaints or ("the feed is empty",), whole=raw.whole)
    read = [_news(fields, url) for fields in raw.entries]
    told = [(made, fields["id"]) for made, fields in zip(read, raw.entries, strict=True) if isinstance(made, News)]
    unusable = Counter(made for made in read if isinstance(made, str))
    news = _told_apart(told)
    newest = _newest(news)
    complaints = [
        *raw.complaints,
        *(_left_out(many, len(read), reason) for reason, many in unusable.items()),
        *_listed_again(news, [name for _, name in told]),
    ]
    if raw.total > len(raw.entries) >= MOST_ENTRIES:
        complaints.append(f"it holds {raw.total} entries; only the first {MOST_ENTRIES} were read")
    return Document(newest, tuple(complaints), whole=raw.whole)


def _left_out(many: int, total: int, reason: str) -> str:
    if total == 1:
        return f"its only entry has {reason}"
    if many == total:
        return f"all of its {total} entries have {reason}"
    return f"{many} of {total} entries {'has' if many == 1 else 'have'} {reason}"


def _listed_again(news: Sequence[News], names: Sequence[str]) -> Iterator[str]:
    """What is left out because something else has its id, in words that quote the first of those."""
    count = Counter(item.id for item in news)
    shared = [(item, name) for item, name in zip(news, names, strict=True) if count[item.id] > 1]
    if shared:
        item, name = shared[0]
        what = f"id '{_shown(name)}'" if name else f"link '{_shown(item.url)}'"
        ids = len({item.id for item, _ in shared})
        others = f", and {len(shared) - count[item.id]} those of others" if ids > 1 else ""
        yield f"{count[item.id]} entries share the {what}{others}; the newest {'of each ' if ids > 1 else ''}is used"


def _shown(name: str) -> str:
    """What may be printed of a name or an address: no user, no query, at most SHOWN characters."""
    bare = re.split(r"[?#]", clean.plain(re.sub(r"//[^/?#]*@", "//", name)))[0]
    return bare if len(bare) <= SHOWN else f"{bare[:SHOWN]}…"


def _told_apart(told: Sequence[tuple[News, str]]) -> list[News]:
    """The news with ids of more than the name or the link where those tell no two entries apart."""
    pages = [addresses.canonical(item.url) for item, _ in told]
    different: dict[str, set[str]] = {}
    for (item, name), page in zip(told, pages, strict=True):
        different.setdefault(item.id, set()).add(page if name else _story(item, page))
    return [
        replace(item, id=_id(f"{name}\n{page}" if name else _story(item, page)))
        if len(different[item.id]) > 1 or (not name and addresses.front(page))
        else item
        for (item, name), page in zip(told, pages, strict=True)
    ]


def _story(item: News, page: str) -> str:
    """Link, title and date of an entry, each on its own line."""
    return f"{page}\n{item.title}\n{item.published.astimezone(UTC).isoformat() if item.published else ''}"


def _newest(news: list[News]) -> tuple[News, ...]:
    """One entry of each id: the newest by its date, the first where dates do not tell; in the order of the feed."""
    chosen: dict[str, News] = {}
    for item in news:
        known = chosen.get(item.id)
        if known is None or (item.published and (not known.published or item.published > known.published)):
            chosen[item.id] = item
    return tuple(chosen.values())


def _news(fields: dict[str, Any], base: str) -> News | str:
    """The entry, or what it lacks. Without a title, as on microblogs, its text stands in for one."""
    title, summary = fields["title"], fields["summary"]
    if not title:
        title = clean.shortened(summary, TITLE_OF_TEXT)
        summary = "" if title == summary else summary
    seen_from = clean.address(base, fields["base"]) or base
    url = _first_usable(seen_from, fields["links"])
    if url is None or not title:
        return _lacking(bool(title), bool(fields["links"]), url is not None)
    return News(
        id=_id(fields["id"] or addresses.canonical(url)),
        url=url,
        title=clean.shortened(title, TITLE),
        summary=clean.shortened(summary, SUMMARY),
        author=clean.shortened(fields["author"], NAME),
        categories=tuple(clean.shortened(name, NAME) for name in fields["categories"] if name),
        image=_first_usable(seen_from, fields["images"]) or _first_usable(seen_from, _drawn(fields["markup"])),
        published=next(filter(None, map(sensible, fields["dates"])), None),
        named=bool(fields["id"]),
    )


def _first_usable(base: str, hrefs: Iterable[str]) -> str | None:
    return next(filter(None, (clean.address(base, href) for href in hrefs)), None)


def _lacking(titled: bool, linked: bool, usable: bool) -> str:
    """The reason in words, as what stands behind "the entry has"."""
    link = "" if usable else ("no link that is a web address" if linked else "no link")
    words = () if titled else ("no title", "no text")
    *first, last = (part for part in (*words, link) if part)
    return f"{', '.join(first)} and {last}" if first else last


def _id(text: str) -> str:
    """A short, stable name for what the feed calls the entry."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _drawn(markup: str) -> Iterator[str]:
    """The pictures in a piece of HTML that do not say they are tiny, and are no counters."""
    if "<img" in (beginning := markup[: clean.LONGEST_FIELD]).lower():
        for node in LexborHTMLParser(beginning).css("img[src]"):
            sides = (node.attributes.get("width") or "", node.attributes.get("height") or "")
            tiny = any(side.isdecimal() and int(side[:9]) < SMALLEST_PICTURE for side in sides)
            if not tiny and not _COUNTER.match(src := node.attributes["src"] or ""):
                yield src


# feedparser -----------------------------------------------------------------------------------------

_HEADERS = {"content-type": "application/xml; charset=utf-8"}
_DECLARATION = "<?xml"


def _xml(text: str, url: str) -> _Raw:
    """Raises Unreadable, and whatever feedparser raises."""
    seen = outline(text)
    raw = _parsed(_undeclared(beginning(text, seen, MOST_ENTRIES)))
    if not raw.get("version") and not raw.entries:
        raise Unreadable("the document is not a feed" + _instead(text))
    entries = raw.entries[:MOST_ENTRIES]
    whole = not raw.bozo or (seen.ended and seen.closed)
    if raw.bozo and not seen.closed and len(seen.starts) <= MOST_ENTRIES:
        entries = entries[:-1]
    fields = [_fields(entry, raw.feed, url) for entry in entries]
    broken = () if whole else ("the document breaks off before its end",)
    return _Raw(fields, max(len(seen.starts), len(fields)) if fields else 0, broken, whole)


def _parsed(text: str) -> Any:
    """What feedparser makes of it. A stream, for bytes that are the path of a file would be opened."""
    body = io.BytesIO(text.encode("utf-8", "replace"))
    return feedparser.parse(body, response_headers=_HEADERS, sanitize_html=False, resolve_relative_uris=False)


def _undeclared(text: str) -> str:
    """The text without its XML declaration, whose encoding is no longer true."""
    bare = text.lstrip()
    return bare.partition("?>")[2] if bare.startswith(_DECLARATION) else bare


def _instead(text: str) -> str:
    head = text[:2000].lower()
    if "<opml" in head:
        return ", but a list of feeds (OPML)"
    return ", but a web page" if any(tag in head for tag in ("<html", "<head", "<body")) else ""


def _fields(entry: Any, feed: Any, url: str) -> dict[str, Any]:
    content = next(iter(entry.get("content", [])), None)
    return {
        "id": entry.get("id") or "",
        "links": tuple(_links(entry)),
        "base": _base(entry, feed, url),
        "title": _cleaned(entry.get("title_detail"), clean.text),
        "summary": _cleaned(entry.get("summary_detail") or content, clean.prose),
        "author": clean.text(entry.get("author") or ""),
        "categories": tuple(clean.text(tag.get("term") or "") for tag in entry.get("tags", [])[:CATEGORIES]),
        "images": tuple(_images(entry)),
        "markup": str((content or entry.get("summary_detail") or {}).get("value") or ""),
        "dates": (_instant(entry, "published"), _instant(entry, "updated")),
    }


def _links(entry: Any) -> Iterator[str]:
    """The page of the entry, best first: what FeedBurner wraps, its link or permalink, an enclosure."""
    wrapped, link = entry.get("feedburner_origlink"), entry.get("link")
    link = "" if link == entry.get("id") and not addresses.is_http(link or "") else link
    enclosed = (other.get("href") for other in entry.get("links", []) if other.get("rel") == "enclosure")
    yield from (str(href) for href in (wrapped, link, *enclosed) if href)


def _base(entry: Any, feed: Any, url: str) -> str:
    """What relative addresses start from: an xml:base, else where the feed says it lives (RFC 4287, rel=self)."""
    details = (entry.get(name) or {} for name in ("title_detail", "summary_detail"))
    declared = next(filter(None, (str(detail.get("base") or "") for detail in details)), "")
    places = {str(link.get("rel")): str(link.get("href") or "") for link in feed.get("links", [])}
    home = clean.home(url, places.get("self") or places.get("alternate") or "")
    return clean.address(home, declared) or home


def _cleaned(detail: Any, cleaner: Callable[[str], str]) -> str:
    """The text of a construct. Titles typed text/plain hold markup all the same in real feeds."""
    return cleaner(str(detail.get("value") or "")) if detail else ""


def _images(entry: Any) -> Iterator[str]:
    """The entry's pictures, best first: a podcast's, a thumbnail, a medium or an enclosure that is one."""
    kinds = (
        [entry.get("image")],
        entry.get("media_thumbnail"),
        [medium for medium in entry.get("media_content") or () if _is_picture(medium, "image")],
        [link for link in entry.get("links") or () if link.get("rel") == "enclosure" and _is_picture(link, "")],
    )
    for kind in kinds:
        usable = filter(None, kind or ())
        yield from (_href(picture) for picture in sorted(usable, key=_worth, reverse=True))


def _is_picture(medium: Any, untyped: str) -> bool:
    """By its medium, else by its type; `untyped` stands for one that says neither."""
    return str(medium.get("medium") or medium.get("type") or untyped).lower().startswith("image")


def _href(picture: Any) -> str:
    return str(picture.get("url") or picture.get("href") or "")


def _worth(picture: Any) -> tuple[bool, int]:
    """Encrypted first, then the largest."""
    sides = (str(picture.get(side) or "") for side in ("width", "height"))
    width, height = (int(side) if side.isdecimal() and len(side) < 6 else 0 for side in sides)
    return not _href(picture).startswith("http:"), width * height


def _instant(entry: Any, name: str) -> datetime | None:
    """feedparser knows more languages, but also reads years into numbers and lets February have 31 days."""
    written = str(entry[name] or "") if name in entry else ""
    if recognised(written):
        return instant(written)
    parsed = entry.get(f"{name}_parsed") if written else None
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None
