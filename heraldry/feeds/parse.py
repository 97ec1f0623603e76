"""A document becomes typed news: the only room that knows feedparser."""

from __future__ import annotations

import hashlib
from calendar import timegm
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import feedparser

from heraldry.feeds import clean, jsonfeed

MOST_ENTRIES = 500
SUMMARY = 400
TITLE = 300
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
    news: list[News] = []
    complaints: list[str] = []
    for number, fields in enumerate(raw[:MOST_ENTRIES], 1):
        made = _news(fields, url)
        if isinstance(made, News):
            news.append(made)
        else:
            complaints.append(f"entry {number} {made}")
    if len(raw) > MOST_ENTRIES:
        complaints.append(f"it holds {len(raw)} entries; only the first {MOST_ENTRIES} were read")
    return Document(tuple(_unique(news)), tuple(complaints))


def _unique(news: list[News]) -> Iterator[News]:
    seen: set[str] = set()
    for item in news:
        if item.id not in seen:
            seen.add(item.id)
            yield item


def _news(fields: dict[str, Any], base: str) -> News | str:
    """The entry, or why it cannot be used."""
    if not fields["title"]:
        return "has no title"
    url = clean.address(fields["base"] or base, fields["link"])
    if url is None:
        return f"has no web address ('{fields['title'][:60]}')" if not fields["link"] else "has an unusable address"
    image = clean.address(base, fields["image"]) if fields["image"] else None
    return News(
        id=_id(fields["id"] or url),
        url=url,
        title=clean.shortened(fields["title"], TITLE),
        summary=clean.shortened(fields["summary"], SUMMARY),
        author=clean.shortened(fields["author"], 100),
        categories=fields["categories"],
        image=image,
        published=fields["published"],
    )


def _id(text: str) -> str:
    """A short, stable name for what the feed calls the entry."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


Raw = tuple[list[dict[str, Any]], str]


def _json(body: bytes, url: str, content_type: str) -> Raw:
    return jsonfeed.read(body)


def _xml(body: bytes, url: str, content_type: str) -> Raw:
    headers = {"content-location": url} | ({"content-type": content_type} if content_type else {})
    raw: Any = feedparser.parse(body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    if not raw.get("version") and not raw.entries:
        return [], "the document is not a feed" + _page_hint(body)
    if not raw.entries:
        return [], "the feed is empty"
    return [_fields(entry, raw.feed) for entry in raw.entries], ""


def _page_hint(body: bytes) -> str:
    head = body[:2000].lower()
    return ", but a web page" if b"<html" in head or b"<head" in head or b"<body" in head else ""


def _fields(entry: Any, feed: Any) -> dict[str, Any]:
    return {
        "id": entry.get("id") or "",
        "link": _link(entry),
        "base": entry.get("title_detail", {}).get("base") or "",
        "title": _cleaned(entry.get("title_detail")),
        "summary": _cleaned(entry.get("summary_detail") or next(iter(entry.get("content", [])), None)),
        "author": clean.text(entry.get("author") or ""),
        "categories": tuple(clean.text(tag.get("term") or "") for tag in entry.get("tags", [])[:20]),
        "image": _image(entry),
        "published": sensible(_instant(entry.get("published_parsed") or entry.get("updated_parsed"))),
    }


def _link(entry: Any) -> str:
    """The page of the entry: its alternate link, else a permalink id, else its enclosure."""
    if entry.get("link"):
        return str(entry.link)
    hrefs = (str(link.get("href") or "") for link in entry.get("links", []))
    return next((href for href in hrefs if href), "")


def _cleaned(detail: Any) -> str:
    """The text of a construct. Titles typed text/plain hold markup all the same in real feeds."""
    return clean.text(str(detail.get("value") or "")) if detail else ""


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


def _instant(parsed: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def sensible(moment: datetime | None) -> datetime | None:
    """The moment, or None when it lies before feeds existed."""
    return moment if moment is not None and moment >= _EARLIEST else None
