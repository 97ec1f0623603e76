"""A document becomes typed news: the only room that knows feedparser."""

from __future__ import annotations

import hashlib
from calendar import timegm
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import feedparser

from heraldry import links
from heraldry.feeds import clean, jsonfeed
from heraldry.moments import LAST_YEAR

MOST_ENTRIES = 1000
SUMMARY = 400
TITLE = 300
TITLE_OF_TEXT = 120
"""Characters of an entry's text that stand in for a title it does not have."""

_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class News:
    """One entry as its feed tells it; cleaned, `url` absolute, `published` None when missing or absurd."""

    id: str
    url: str
    title: str
    summary: str
    author: str
    categories: tuple[str, ...]
    image: str | None
    published: datetime | None


@dataclass(frozen=True, slots=True)
class Document:
    """What a document holds, and in plain words why entries (or all of it) could not be used."""

    news: tuple[News, ...]
    complaints: tuple[str, ...] = ()


def parse(body: bytes, url: str, content_type: str = "") -> Document:
    """The entries of an RSS, RDF, Atom or JSON feed that was found at `url`. Never raises."""
    if not body.strip():
        return Document((), ("the document is empty",))
    read = _json if jsonfeed.looks_like(body) else _xml
    try:
        raw, complaint = read(body, url, content_type)
    except Exception as error:  # feedparser raises seven kinds on malformed input: a report, not a traceback
        return Document((), (f"the document cannot be read ({type(error).__name__})",))
    if complaint:
        return Document((), (complaint,))
    return _document(raw, url)


def _document(raw: list[dict[str, Any]], url: str) -> Document:
    read = [_news(fields, url) for fields in raw[:MOST_ENTRIES]]
    news = [made for made in read if isinstance(made, News)]
    unusable = Counter(made for made in read if isinstance(made, str))
    complaints = [_left_out(many, len(read), reason) for reason, many in unusable.items()]
    if len(raw) > MOST_ENTRIES:
        complaints.append(f"it holds {len(raw)} entries; only the first {MOST_ENTRIES} were read")
    return Document(tuple(_unique(news)), tuple(complaints))


def _left_out(many: int, total: int, reason: str) -> str:
    if total == 1:
        return f"its only entry has {reason}"
    if many == total:
        return f"all of its {total} entries have {reason}"
    return f"{many} of {total} entries {'has' if many == 1 else 'have'} {reason}"


def _unique(news: list[News]) -> Iterator[News]:
    seen: set[str] = set()
    for item in news:
        if item.id not in seen:
            seen.add(item.id)
            yield item


def _news(fields: dict[str, Any], base: str) -> News | str:
    """The entry, or what it lacks. Without a title, as on microblogs, its text stands in for one."""
    title, summary = fields["title"], fields["summary"]
    if not title:
        title = clean.shortened(summary, TITLE_OF_TEXT)
        summary = "" if title == summary else summary
    seen_from = clean.address(base, fields["base"]) or base
    addresses = (clean.address(seen_from, link) for link in fields["links"])
    url = next((address for address in addresses if address), None)
    if url is None or not title:
        return _lacking(bool(title), bool(fields["links"]), url is not None)
    image = clean.address(seen_from, fields["image"]) if fields["image"] else None
    return News(
        id=_id(fields["id"] or url),
        url=url,
        title=clean.shortened(title, TITLE),
        summary=clean.shortened(summary, SUMMARY),
        author=clean.shortened(fields["author"], 100),
        categories=fields["categories"],
        image=image,
        published=sensible(fields["published"]),
    )


def _lacking(titled: bool, linked: bool, usable: bool) -> str:
    """The reason in words, as what stands behind "the entry has"."""
    link = "" if usable else ("no link that is a web address" if linked else "no link")
    words = () if titled else ("no title", "no text")
    *first, last = (part for part in (*words, link) if part)
    return f"{', '.join(first)} and {last}" if first else last


def _id(text: str) -> str:
    """A short, stable name for what the feed calls the entry."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


Raw = tuple[list[dict[str, Any]], str]


def _json(body: bytes, url: str, content_type: str) -> Raw:
    return jsonfeed.read(body, url)


def _xml(body: bytes, url: str, content_type: str) -> Raw:
    headers = {"content-type": content_type} if content_type else {}
    raw: Any = feedparser.parse(body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    if not raw.get("version") and not raw.entries:
        return [], "the document is not a feed" + _page_hint(body)
    if not raw.entries:
        return [], "the feed is empty"
    return [_fields(entry, raw.feed, url) for entry in raw.entries], ""


def _page_hint(body: bytes) -> str:
    head = body[:2000].lower()
    return ", but a web page" if b"<html" in head or b"<head" in head or b"<body" in head else ""


def _fields(entry: Any, feed: Any, url: str) -> dict[str, Any]:
    return {
        "id": entry.get("id") or "",
        "links": tuple(_links(entry)),
        "base": _base(entry, feed, url),
        "title": _cleaned(entry.get("title_detail"), clean.text),
        "summary": _cleaned(entry.get("summary_detail") or next(iter(entry.get("content", [])), None), clean.prose),
        "author": clean.text(entry.get("author") or ""),
        "categories": tuple(clean.text(tag.get("term") or "") for tag in entry.get("tags", [])[:20]),
        "image": _image(entry),
        "published": _instant(entry.get("published_parsed") or _updated(entry)),
    }


def _links(entry: Any) -> Iterator[str]:
    """The page of the entry, best first: what FeedBurner wraps, its link or permalink, an enclosure."""
    wrapped, link = entry.get("feedburner_origlink"), entry.get("link")
    link = "" if link == entry.get("id") and not links.is_http(link or "") else link
    enclosed = (other.get("href") for other in entry.get("links", []) if other.get("rel") == "enclosure")
    yield from (str(href) for href in (wrapped, link, *enclosed) if href)


def _base(entry: Any, feed: Any, url: str) -> str:
    """What relative addresses start from: an xml:base, else where the feed says it lives (RFC 4287, rel=self)."""
    declared = str(entry.get("title_detail", {}).get("base") or "")
    places = {str(link.get("rel")): str(link.get("href") or "") for link in feed.get("links", [])}
    home = clean.home(url, places.get("self") or places.get("alternate") or "")
    return clean.address(home, declared) or home


def _cleaned(detail: Any, cleaner: Callable[[str], str]) -> str:
    """The text of a construct. Titles typed text/plain hold markup all the same in real feeds."""
    return cleaner(str(detail.get("value") or "")) if detail else ""


def _image(entry: Any) -> str:
    pictures: list[Callable[[], Any]] = [
        lambda: entry.media_thumbnail[0]["url"],
        lambda: next(m["url"] for m in entry.media_content if str(m.get("type", "image")).startswith("image")),
        lambda: next(m["href"] for m in entry.enclosures if str(m.get("type", "")).startswith("image")),
        lambda: entry.image["href"],
    ]
    for picture in pictures:
        try:
            return str(picture())
        except (AttributeError, KeyError, IndexError, StopIteration, TypeError):
            continue
    return ""


def _updated(entry: Any) -> Any:
    """When the entry was updated; feedparser warns when it is asked for what is not there."""
    return entry.updated_parsed if "updated_parsed" in entry else None


def _instant(parsed: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def sensible(moment: datetime | None) -> datetime | None:
    """The moment, or None when it lies before feeds existed or in a year that is a mistake."""
    return moment if moment is not None and moment >= _EARLIEST and moment.year <= LAST_YEAR else None
