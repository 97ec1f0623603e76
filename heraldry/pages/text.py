"""Markdown of posts as HTML that cannot harm, and as plain words."""

from __future__ import annotations

import re

import nh3
import pyromark
from markupsafe import Markup

_TAGS = {
    "p", "br", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr",
    "h1", "h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td", "sup",
}  # fmt: skip
DEEPEST = 50
"""Quotations and lists inside each other."""

_ELEMENT = re.compile(r"<(/?)(?:blockquote|ul|ol|li|div|font|table|em|strong|del|sup|b|i|span)\b", re.I)
_OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH


def prose(markdown: str) -> Markup:
    """The HTML of a Markdown text: an allow-list of tags, links to http(s) and mail only, no pictures.

    A text nested deeper than any person writes stays as it was typed: the sanitiser's time grows with the
    square of the depth.
    """
    rendered = pyromark.html(markdown, options=_OPTIONS)
    if _depth(rendered) > DEEPEST:
        return paragraph(markdown)
    clean = nh3.clean(
        rendered,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        attribute_filter=_whole,
        link_rel="noopener noreferrer",
    )
    return Markup(_lowered(clean))


def _depth(html: str) -> int:
    """How many elements stand inside each other where most do; never less than there are."""
    level = deepest = 0
    for match in _ELEMENT.finditer(html):
        level += -1 if match[1] else 1
        deepest = max(deepest, level)
    return deepest


def _whole(tag: str, attribute: str, value: str) -> str | None:
    """A link that leads to the same place from every page and feed; a relative one leads nowhere from most."""
    whole = value.lower().startswith(("http://", "https://", "mailto:"))
    return value if whole or attribute != "href" else None


def paragraph(plain: str) -> Markup:
    """A plain text as one paragraph."""
    return Markup("<p>{}</p>").format(plain)


def quoted(disclosure: str, wording: str) -> Markup:
    """A caption as a quotation."""
    lines = Markup("<br>").join(line for line in (disclosure, wording) if line)
    return Markup("<blockquote><p>{}</p></blockquote>").format(lines)


def words(markdown: str) -> str:
    """The text alone, in one line."""
    return " ".join(Markup(prose(markdown)).striptags().split())


def _lowered(clean: str) -> str:
    """First-level headings become second-level ones: the page's title is its only h1."""
    return clean.replace("<h1>", "<h2>").replace("</h1>", "</h2>")
