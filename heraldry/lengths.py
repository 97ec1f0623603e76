"""How each network counts a text, and how a text is cut to fit.

The rules are the networks' own: twitter-text configuration v3 for X, UAX #29 grapheme clusters for Bluesky
and Mastodon, UTF-16 units for Telegram. Nothing here knows which network uses which.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from heraldry.textlinks import mastodon_links, x_links

Pattern = re.Pattern[str]

ELLIPSIS = "…"
LINK_LENGTH = 23
"""What X and Mastodon count for a link, however long it is."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `maximum` units by `count`; `unit` is their plural; `also` must hold as well."""

    maximum: int
    unit: str
    count: Callable[[str], int]
    also: Limit | None = None


def over(text: str, limit: Limit) -> int:
    """By how many units `text` is too long, 0 when it fits; of two limits, the larger excess."""
    return excess(text, limit)[0]


def excess(text: str, limit: Limit) -> tuple[int, str]:
    """By how much `text` is too long, and of which unit; of two limits, the larger excess."""
    own = (max(0, limit.count(text) - limit.maximum), limit.unit)
    return max(own, excess(text, limit.also), key=lambda found: found[0]) if limit.also else own


def cut(text: str, limit: Limit, before: str = "", after: str = "") -> str:
    """`text`, or its longest beginning with "…", so that `before` + it + `after` fits.

    The cut falls between graphemes, never inside a web address. "" when not even "…" finds room.
    """
    if not over(before + text + after, limit):
        return text
    ends = _ends(text)
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high + 1) // 2
        fits = not over(before + _stump(text, ends[middle]) + after, limit)
        low, high = (middle, high) if fits else (low, middle - 1)
    stump = _stump(text, ends[low])
    return stump if stump != ELLIPSIS and not over(before + stump + after, limit) else ""


def _ends(text: str) -> list[int]:
    """Where a text may be cut: before its first grapheme and after each."""
    return [0, *(match.end() for match in _grapheme().finditer(text))]


_HALF_A_LINK = re.compile(r"(?<!\S)\S*://\S*\Z")


def _stump(text: str, end: int) -> str:
    """The first `end` characters with "…"; an address that would be broken goes as a whole."""
    kept = text[:end]
    if end < len(text) and not text[end].isspace():
        kept = _HALF_A_LINK.sub("", kept)
    return kept.rstrip() + ELLIPSIS


def characters(text: str) -> int:
    """Unicode code points."""
    return len(text)


def utf8_bytes(text: str) -> int:
    """Bytes in UTF-8; a lone surrogate counts as three."""
    return len(text.encode("utf-8", "surrogatepass"))


def percent_encoded(text: str) -> int:
    """Characters of the text inside a mailto: or sms: address, a line break as %0D%0A."""
    return len(quote(text.replace("\n", "\r\n").encode("utf-8", "surrogatepass"), safe=""))


_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def utf16_units(text: str) -> int:
    """UTF-16 code units, as Telegram counts: characters beyond U+FFFF count twice."""
    return len(text) if text.isascii() else len(text) + len(_ASTRAL.findall(text))


def graphemes(text: str) -> int:
    """Extended grapheme clusters (UAX #29): what a reader calls a character."""
    if _one_each().fullmatch(text):
        return len(text) - text.count("\r\n")
    return len(_grapheme().findall(text))


def threads_api(text: str) -> int:
    """Characters, but an emoji as its UTF-8 bytes: developers.facebook.com/documentation/threads/posts."""
    return len(text) + sum(utf8_bytes(found) - len(found) for found in _emoji().findall(text))


# X: twitter-text configuration v3 -------------------------------------------------------------------

_HEAVY = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
_FORBIDDEN = re.compile("[\ufffe\ufeff\uffff]")
_JOINED = re.compile("[\u200d\u20e3\ufe0f\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e007f]")


def x_weighted(text: str) -> int:
    """Length by twitter-text v3: NFC; a link 23, an emoji sequence 2, CJK and the like 2, the rest 1."""
    plain, links = _without_links(unicodedata.normalize("NFC", text), x_links)
    if plain.isascii():
        return len(plain) + links * (LINK_LENGTH - 1)
    if _JOINED.search(plain):
        plain = _emoji().sub("\U0001f600", plain)
    return len(plain) + len(_HEAVY.findall(plain)) + links * (LINK_LENGTH - 1)


def x_valid(text: str) -> bool:
    """Whether X takes the text: 1 to 280 by `x_weighted`, without U+FFFE, U+FEFF and U+FFFF."""
    return 1 <= x_weighted(text) <= 280 and not _FORBIDDEN.search(text)


def _without_links(text: str, links: Callable[[str], Iterator[tuple[int, int]]]) -> tuple[str, int]:
    """The text with one U+0000 for each link, and how many there were."""
    if "." not in text:
        return text, 0
    parts, at = [], 0
    for start, end in links(text):
        parts.append(text[at:start])
        at = end
    parts.append(text[at:])
    return "\0".join(parts), len(parts) - 1


# Mastodon -------------------------------------------------------------------------------------------

_REMOTE_MENTION = re.compile(r"(?<![=/\w])(@[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)@\w+(?:[.-]+\w+)*")


def mastodon(text: str) -> int:
    """Graphemes; a link with its scheme counts 23, `@user@host` as `@user` (its StatusLengthValidator)."""
    plain, links = _without_links(text, mastodon_links)
    if "@" in plain:
        plain = _REMOTE_MENTION.sub(r"\1", plain)
    return graphemes(plain) + links * (LINK_LENGTH - 1)


# Bluesky --------------------------------------------------------------------------------------------

_WEB_LINK = re.compile(r"(?<![^\s(])https?://\S+", re.IGNORECASE)
_LINK_PARTS = re.compile(r"https?://([^/?#]+)(/[^?#]*)?(.*)", re.IGNORECASE | re.DOTALL)


def bluesky_shortened(text: str) -> str:
    """The text as the official app posts it: after a link's host 15 characters, or 13 and "..."."""
    return _WEB_LINK.sub(_short_link, text) if "://" in text else text


def bluesky(text: str) -> int:
    """Graphemes of the text as the official app posts it."""
    return graphemes(bluesky_shortened(text))


def bluesky_bytes(text: str) -> int:
    """UTF-8 bytes of the text as the official app posts it."""
    return utf8_bytes(bluesky_shortened(text))


def _short_link(match: re.Match[str]) -> str:
    link = match[0][:-1] if match[0][-1] in ".,;:!?" else match[0]
    link = link[:-1] if link.endswith(")") and "(" not in link else link
    parts = _LINK_PARTS.fullmatch(link)
    return _host_and_start(parts) + match[0][len(link) :] if parts else match[0]


def _host_and_start(parts: re.Match[str]) -> str:
    tail = ("" if parts[2] == "/" else parts[2] or "") + parts[3]
    tail = tail if tail.isascii() else quote(tail, safe="%/?#&=+;:@!$'()*,[]~")
    return parts[1] + (tail[:13] + "..." if len(tail) > 15 else tail)


# Patterns made at first use ------------------------------------------------------------------------


@cache
def _one_each() -> Pattern:
    """Letters and signs of which each is a grapheme beside any other of them, CR LF apart: most captions."""
    return re.compile(
        "[\x00-\u02ff\u0370-\u0482\u048a-\u0590\u05d0-\u05ea\u0620-\u064a\u2010-\u2027\u202f-\u205f"
        "\u20a0-\u20c0\u2100-\u2bff\u3000-\u3029\u3030-\u3098\u309b-\u30ff\u3400-\u9fff\uac00-\ud7a3"
        "\uff01-\uff9d\U0001f300-\U0001f3fa\U0001f400-\U0001faff]*"
    )


@cache
def _grapheme() -> Pattern:
    import regex  # type: ignore[import-untyped]  # 15 ms, and only texts beyond _one_each need it

    return regex.compile(r"\X")  # type: ignore[no-any-return]


@cache
def _emoji() -> Pattern:
    """Emoji of more than one code point (UTS #51); in a joined one each part must be in emoji form."""
    import regex

    part = (
        r"(?:\p{Emoji_Modifier_Base}\p{Emoji_Modifier}|(?![0-9#*])\p{Emoji}\uFE0F"
        r"|(?!\p{Regional_Indicator})\p{Emoji_Presentation})"
    )
    return regex.compile(  # type: ignore[no-any-return]
        r"\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3"
        r"|\p{Emoji_Presentation}[\U000E0020-\U000E007E]+\U000E007F"
        rf"|{part}(?:\u200D{part})*"
    )
