"""Hostile text becomes text: no markup, no control characters, addresses that are http(s)."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

import nh3

from heraldry import addresses

LONGEST_FIELD = 16_000
"""Characters of one HTML field that are read: the sanitiser's cost grows with the square of nesting."""

LONGEST_ADDRESS = 2048

_CONTROL = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0001-\U000e001f]"
)
"""Controls, bidi overrides, zero-width characters, lone surrogates; joiners stay, which words and emoji need."""
_BREAKS = re.compile(r"<(?:br|p|div|li|h[1-6]|tr|blockquote)\b[^<>]*>|</(?:p|div|li|h[1-6]|tr)>", re.I)
_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.-]*:", re.I)
_SILENT = {"script", "style", "template", "noscript", "iframe", "svg", "math", "title", "textarea", "object"}


def text(markup: str) -> str:
    """What a person would read in a piece of HTML: one line, no markup, no invisible controls."""
    legible = _CONTROL.sub("", markup[:LONGEST_FIELD])
    if "<" not in legible and "&" not in legible:
        return plain(legible)
    spaced = _BREAKS.sub(lambda match: f" {match[0]}", legible)
    bare = nh3.clean(spaced, tags=set(), clean_content_tags=_SILENT, attributes={})
    return plain(html.unescape(bare))


_DOUBLY = re.compile(r"</(?:p|div|a|span|li|ul|ol|table|td|strong|em|b|i|blockquote)>", re.I)


def prose(markup: str) -> str:
    """`text` of a longer piece, also where a feed has escaped its HTML twice, so that tags would be read out."""
    once = text(markup)
    return text(once) if _DOUBLY.search(once) else once


def plain(words: str) -> str:
    """One line of a text that is no HTML: tags in it are words, but still no controls."""
    return " ".join(_CONTROL.sub("", words[: 4 * LONGEST_FIELD]).split())


def shortened(words: str, most: int) -> str:
    """At most `most` characters, ending at a word with an ellipsis when something was cut."""
    if len(words) <= most:
        return words
    return words[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + "…"


def home(found: str, own: str) -> str:
    """Where a document is at home, found at one address and calling itself another.

    One that was fetched from a mirror means its own site; on its own site, where it was found is certain.
    """
    return own if addresses.is_http(own) and urlsplit(own).hostname != urlsplit(found).hostname else found


def address(base: str, href: str) -> str | None:
    """`href` seen from `base` as an absolute http(s) address without user name; None when it is none."""
    if len(href) > LONGEST_ADDRESS:
        return None
    legible = _CONTROL.sub("", href)
    return addresses.standard("" if _SCHEME.match(legible) else base, legible)
