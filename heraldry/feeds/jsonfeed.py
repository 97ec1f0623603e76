"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1), read tolerantly: a bad item costs itself only."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from heraldry import links
from heraldry.feeds import clean


def looks_like(body: bytes) -> bool:
    """Whether the document is JSON rather than XML."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def read(body: bytes, url: str) -> tuple[list[dict[str, Any]], str]:
    """The raw fields of each item, or why there are none. Numbers are read as they are written."""
    try:
        document = json.loads(body.decode("utf-8-sig"), parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return [], "the document is not valid JSON"
    items = document.get("items")
    if "jsonfeed.org/version/" not in _text(document, "version") or not isinstance(items, list):
        return [], "the document is not a JSON Feed"
    if not items:
        return [], "the feed is empty"
    base = clean.home(url, _text(document, "feed_url") or _text(document, "home_page_url"))
    return [_fields(item, base) for item in items], ""


def _fields(item: Any, base: str) -> dict[str, Any]:
    item = item if isinstance(item, dict) else {}
    authors = [*_list(item, "authors"), item.get("author")]
    return {
        "id": _text(item, "id"),
        "links": tuple(filter(None, (_text(item, key) for key in ("url", "external_url")))) or _own_page(item),
        "base": base,
        "title": clean.plain(_text(item, "title")),
        "summary": _summary(item),
        "author": clean.plain(_text(authors[0], "name")),
        "categories": tuple(clean.plain(tag) for tag in _list(item, "tags")[:20] if isinstance(tag, str)),
        "image": _text(item, "image") or _text(item, "banner_image"),
        "published": _moment(_text(item, "date_published") or _text(item, "date_modified")),
    }


def _own_page(item: dict[str, Any]) -> tuple[str, ...]:
    """The id where it is an address: "ideally the full URL of the resource", says the specification."""
    own = _text(item, "id")
    return (own,) if links.is_http(own) else ()


def _summary(item: dict[str, Any]) -> str:
    words = clean.plain(_text(item, "summary")) or clean.plain(_text(item, "content_text"))
    return words or clean.prose(_text(item, "content_html"))


def _text(item: Any, key: str) -> str:
    value = item.get(key) if isinstance(item, dict) else None
    return value if isinstance(value, str) else ""


def _list(item: dict[str, Any], key: str) -> list[Any]:
    value = item.get(key)
    return value if isinstance(value, list) else []


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
