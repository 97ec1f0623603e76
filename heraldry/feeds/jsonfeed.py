"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1), read tolerantly: a bad item costs itself only."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from heraldry.feeds import clean


def looks_like(body: bytes) -> bool:
    """Whether the document is JSON rather than XML."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def read(body: bytes) -> tuple[list[dict[str, Any]], str]:
    """The raw fields of each item, or why there are none. Raises ValueError or RecursionError for no JSON."""
    document = json.loads(body.decode("utf-8-sig"))
    version = str(document.get("version", ""))
    items = document.get("items")
    if "jsonfeed.org/version/" not in version or not isinstance(items, list):
        return [], "the document is not a JSON Feed"
    if not items:
        return [], "the feed is empty"
    return [_fields(item) for item in items], ""


def _fields(item: Any) -> dict[str, Any]:
    item = item if isinstance(item, dict) else {}
    markup = _text(item, "content_html")
    authors = item.get("authors") or [item.get("author")]
    return {
        "id": _text(item, "id") or str(item.get("id") or ""),
        "link": _text(item, "url") or _text(item, "external_url"),
        "base": "",
        "title": clean.plain(_text(item, "title")),
        "summary": clean.plain(_text(item, "summary") or _text(item, "content_text")) or clean.text(markup),
        "author": clean.plain(_text(authors[0], "name")) if isinstance(authors, list) and authors else "",
        "categories": tuple(clean.plain(tag) for tag in _list(item, "tags")[:20] if isinstance(tag, str)),
        "image": _text(item, "image") or _text(item, "banner_image"),
        "published": _moment(_text(item, "date_published") or _text(item, "date_modified")),
    }


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
