"""What a web page says of itself: Open Graph, Twitter's tags, JSON-LD, and plain HTML.

The texts are as the page has them: whoever uses them cleans them.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser

LONGEST = 2_000_000
"""Characters that are read: what a page says of itself stands at its beginning."""

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_WIDER = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
"""Labels that mean more than they say, by codec name (encoding.spec.whatwg.org, "names and labels")."""

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.I)
_LABEL = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.I)
_TYPES = re.compile(r"(?:text/html|application/xhtml\+xml)(?:$|[;\s])", re.I)
_VAGUE = re.compile(r"(?:$|text/plain|application/octet-stream)(?:$|[;\s])", re.I)
_LIKE_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|title|meta)\b", re.I | re.S
)


@dataclass(frozen=True, slots=True)
class PageMeta:
    """The page's own words, "" where it has none; addresses as written, in order of trust."""

    title: str = ""
    description: str = ""
    site: str = ""
    image: str = ""
    image_alt: str = ""
    lang: str = ""
    canonical: str = ""
    base: str = ""


def is_page(body: bytes, content_type: str) -> bool:
    """Whether a document is a web page: it says so, or it says nothing and looks like one."""
    if _TYPES.match(content_type.strip()):
        return True
    return bool(_VAGUE.match(content_type.strip()) and _LIKE_HTML.match(body[:4096].removeprefix(codecs.BOM_UTF8)))


def page_text(body: bytes, content_type: str) -> str:
    """The page's text, decoded as a browser would: by its byte order mark, its header, its tag, else by what fits."""
    mark = next((name for bom, name in _BOMS.items() if body.startswith(bom)), "")
    said = _LABEL.search(content_type)
    tag = _CHARSET.search(body[:4096])
    found = (mark, _codec(said[1] if said else ""), _codec(_tagged(tag[1].decode("ascii", "replace") if tag else "")))
    for codec, errors in (*((codec, "replace") for codec in found if codec), ("utf-8", "strict")):
        try:
            return body.decode(codec, errors)
        except (UnicodeError, LookupError):
            continue
    return body.decode("cp1252", "replace")


def _tagged(label: str) -> str:
    """A tag that could be read is in no encoding of two bytes a letter, whatever it says."""
    return "utf-8" if label.lower().startswith("utf-16") else label


def _codec(label: str) -> str:
    """Python's name for an encoding of text, "" for any other label."""
    try:
        name = codecs.lookup(label).name if label else ""
        b"".decode(name or "ascii")
    except (LookupError, UnicodeError):
        return ""
    return _WIDER.get(name, name)


def meta(html: str) -> PageMeta:
    """What the page says of itself. Never fails: a page that says nothing has empty words."""
    tree = LexborHTMLParser(html[:LONGEST])
    tags, linked = _tags(tree), _linked(tree)
    article = _article(tree)
    return PageMeta(
        title=_first(tags, "og:title", "twitter:title") or _said(article, "headline") or _content(tree, "title", "h1"),
        description=_first(tags, "og:description", "twitter:description")
        or _said(article, "description")
        or tags.get("description", ""),
        site=tags.get("og:site_name", ""),
        image=_first(tags, "og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
        or _picture(article.get("image"))
        or linked.get("image_src", ""),
        image_alt=_first(tags, "og:image:alt", "twitter:image:alt"),
        lang=_attribute(tree, "html", "lang") or tags.get("og:locale", ""),
        canonical=linked.get("canonical", "") or tags.get("og:url", ""),
        base=_attribute(tree, "base", "href"),
    )


def _tags(tree: LexborHTMLParser) -> dict[str, str]:
    """`<meta>` by property or name in lower case; of several the first with a content."""
    found: dict[str, str] = {}
    for node in tree.css("meta"):
        name = (node.attributes.get("property") or node.attributes.get("name") or "").strip().lower()
        content = (node.attributes.get("content") or "").strip()
        if name and content:
            found.setdefault(name, content)
    return found


def _linked(tree: LexborHTMLParser) -> dict[str, str]:
    """`<link>` by each word of its rel; the first wins."""
    found: dict[str, str] = {}
    for node in tree.css("link[rel][href]"):
        for rel in (node.attributes.get("rel") or "").lower().split():
            found.setdefault(rel, (node.attributes.get("href") or "").strip())
    return found


def _first(tags: dict[str, str], *names: str) -> str:
    return next((tags[name] for name in names if name in tags), "")


def _content(tree: LexborHTMLParser, *selectors: str) -> str:
    """The text of the first element that has one; an `<svg>`'s title is not the page's."""
    for selector in selectors:
        for node in tree.css(f"{selector}:not(svg *)"):
            text = node.text().strip()
            if text:
                return text
    return ""


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str:
    node = tree.css_first(selector)
    return (node.attributes.get(name) or "").strip() if node else ""


def _article(tree: LexborHTMLParser) -> dict[str, Any]:
    """The first thing with a headline in the page's JSON-LD (schema.org: Article), empty without one."""
    for node in tree.css('script[type="application/ld+json"]'):
        try:
            told = json.loads(node.text())
        except (ValueError, RecursionError):
            continue
        for thing in _things(told):
            if _said(thing, "headline"):
                return thing
    return {}


def _things(told: Any) -> Iterator[dict[str, Any]]:
    """The objects at the top: alone, in a list, or in a `@graph`."""
    top = told if isinstance(told, list) else [told]
    for one in top:
        if isinstance(one, dict):
            yield one
            graph = one.get("@graph")
            yield from (inner for inner in _listed(graph) if isinstance(inner, dict))


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else ()


def _said(thing: dict[str, Any], key: str) -> str:
    value = thing.get(key)
    return value.strip() if isinstance(value, str) else ""


def _picture(value: Any) -> str:
    """An address written as a text, as an ImageObject, or as the first of a list of either."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl")
    return value.strip() if isinstance(value, str) else ""
