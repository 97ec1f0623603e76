"""Which feed a web page names as its own: `<link rel=alternate>` in its head."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from heraldry.feeds import clean

LONGEST = 1_000_000
"""Characters that are read: a page's head stands at its beginning."""

_PAGE = re.compile(r"(?>(?>\s|<!--(?:(?!-->).)*+-->|<\?[^>]*+>)*+)<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_ALSO_FEEDS = ("application/json",)
"""What JSON Feed 1.0 asked for, but others name other things by it: for want of a better one."""


def is_page(text: str) -> bool:
    """Whether the document begins as a web page does."""
    return _PAGE.match(text[:LONGEST]) is not None


def feed_link(text: str, url: str) -> str | None:
    """The first usable address of a feed that the page at `url` names in its head; None when it names none."""
    head = LexborHTMLParser(text[:LONGEST]).head
    if head is None:
        return None
    base = head.css_first("base[href]")
    seen_from = clean.address(url, _said(base, "href")) or url if base else url
    found = [*_named(head, _FEEDS), *_named(head, _ALSO_FEEDS)]
    return next(filter(None, (clean.address(seen_from, href) for href in found)), None)


def _named(head: LexborNode, types: tuple[str, ...]) -> Iterator[str]:
    for link in head.css("link[rel][type][href]"):
        rels, kind = _said(link, "rel").lower().split(), _said(link, "type").partition(";")[0]
        if "alternate" in rels and "stylesheet" not in rels and kind.strip().lower() in types:
            yield _said(link, "href")


def _said(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""
