"""Markdown of posts as HTML that cannot harm, and as plain words."""

from __future__ import annotations

import nh3
import pyromark
from markupsafe import Markup

_TAGS = {
    "p", "br", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr",
    "h1", "h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td", "sup",
}  # fmt: skip
_OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH


def prose(markdown: str) -> Markup:
    """The HTML of a Markdown text: an allow-list of tags, links to http(s) and mail only, no pictures."""
    rendered = pyromark.html(markdown, options=_OPTIONS)
    clean = nh3.clean(
        rendered,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        attribute_filter=_whole,
        link_rel="noopener noreferrer",
    )
    return Markup(_lowered(clean))


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
