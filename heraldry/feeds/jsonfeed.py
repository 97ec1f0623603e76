"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1), read tolerantly: a bad item costs itself only."""

from __future__ import annotations

import json
from typing import Any

from heraldry import addresses
from heraldry.feeds import clean, dates

TWICE = "some of its keys are written twice; the last of each is used"


def looks_like(text: str) -> bool:
    """Whether the document is JSON rather than XML."""
    return text.lstrip(" \t\r\n").startswith("{")


class _Number(str):
    """A number as it is written: a name for something, but never an address."""

    __slots__ = ()


class Unreadable(Exception):
    """Why a document holds no entries, in plain words."""


def read(text: str, url: str, most: int) -> tuple[list[dict[str, Any]], int, tuple[str, ...]]:
    """The raw fields of the first items, how many there are, and what is odd. Raises Unreadable.

    Numbers are read as they are written.
    """
    document, twice = _loaded(text)
    items = document.get("items")
    if "jsonfeed.org/version/" not in _text(document, "version") or not isinstance(items, list):
        raise Unreadable("the document is not a JSON Feed")
    base = clean.home(url, _text(document, "feed_url") or _text(document, "home_page_url"))
    return [_fields(item, base) for item in items[:most]], len(items), (TWICE,) * twice


def _loaded(text: str) -> tuple[dict[str, Any], bool]:
    """The object, and whether a key in it is written twice."""
    twice = False

    def noticed(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal twice
        made = dict(pairs)
        twice = twice or len(made) < len(pairs)
        return made

    try:
        document = json.loads(
            text, parse_int=_Number, parse_float=_Number, parse_constant=_Number, object_pairs_hook=noticed
        )
    except (ValueError, RecursionError):
        raise Unreadable("the document is not valid JSON") from None
    return document, twice


def _fields(item: Any, base: str) -> dict[str, Any]:
    item = item if isinstance(item, dict) else {}
    authors = [*_list(item, "authors"), item.get("author")]
    return {
        "id": _text(item, "id"),
        "links": _addresses(item, "url", "external_url") or _own_page(item),
        "base": base,
        "title": clean.plain(_text(item, "title")),
        "summary": _summary(item),
        "author": clean.plain(_text(authors[0], "name")),
        "categories": tuple(clean.plain(tag) for tag in _list(item, "tags")[:20] if isinstance(tag, str)),
        "images": _addresses(item, "image", "banner_image"),
        "markup": _text(item, "content_html"),
        "dates": (dates.instant(_text(item, "date_published")), dates.instant(_text(item, "date_modified"))),
    }


def _addresses(item: dict[str, Any], *keys: str) -> tuple[str, ...]:
    return tuple(text for key in keys if (text := _text(item, key)) and not isinstance(text, _Number))


def _own_page(item: dict[str, Any]) -> tuple[str, ...]:
    """The id where it is an address: "ideally the full URL of the resource", says the specification."""
    own = _text(item, "id")
    return (own,) if addresses.is_http(own) else ()


def _summary(item: dict[str, Any]) -> str:
    words = clean.plain(_text(item, "summary")) or clean.plain(_text(item, "content_text"))
    return words or clean.prose(_text(item, "content_html"))


def _text(item: Any, key: str) -> str:
    value = item.get(key) if isinstance(item, dict) else None
    return value if isinstance(value, str) else ""


def _list(item: dict[str, Any], key: str) -> list[Any]:
    value = item.get(key)
    return value if isinstance(value, list) else []
