"""Hostile text becomes text: no markup, no control characters, addresses that are http(s)."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

import nh3

from heraldry import links

LONGEST_FIELD = 64_000
"""Characters of one HTML field that are read: the sanitiser's cost grows with the square of nesting."""

_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_BREAKS = re.compile(r"<(?:br|p|div|li|h[1-6]|tr|blockquote)\b[^>]*>|</(?:p|div|li|h[1-6]|tr)>", re.I)
_SILENT = {"script", "style", "template", "noscript", "iframe", "svg", "math", "title", "textarea", "object"}


def text(markup: str) -> str:
    """What a person would read in a piece of HTML: one line, no markup, no invisible controls."""
    spaced = _BREAKS.sub(lambda match: f" {match[0]}", markup[:LONGEST_FIELD])
    bare = nh3.clean(spaced, tags=set(), clean_content_tags=_SILENT, attributes={})
    return " ".join(_CONTROL.sub("", html.unescape(bare)).split())


def plain(words: str) -> str:
    """One line of a text that is no HTML: tags in it are words, but still no controls."""
    return " ".join(_CONTROL.sub("", words).split())


def shortened(words: str, most: int) -> str:
    """At most `most` characters, ending at a word with an ellipsis when something was cut."""
    if len(words) <= most:
        return words
    return words[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + "…"


def address(base: str, href: str) -> str | None:
    """`href` seen from `base` as an absolute http(s) address without user name; None when it is none."""
    whole = links.resolved(base, _CONTROL.sub("", href))
    return whole if whole and urlsplit(whole).username is None else None
