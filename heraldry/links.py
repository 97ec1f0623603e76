"""Links: how addresses are tagged for analytics, and the networks' compose addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import quote

from heraldry.addresses import is_http, parameters, signature
from heraldry.lengths import cut
from heraldry.model import Utm
from heraldry.networks import LinkPlace, Network

# Tags -----------------------------------------------------------------------------------------------

PLACEHOLDERS = ("campaign", "post", "team", "network", "lang")
"""What a template of a tag may name."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}|([{}].*)", re.DOTALL)


@lru_cache(maxsize=256)
def placeholders(template: str) -> tuple[str, ...]:
    """The names in braces, known or not, in order; a brace without its partner comes with what follows it."""
    return tuple(closed if closed or not rest else rest for closed, rest in _PLACEHOLDER.findall(template))


def filled(template: str, values: Mapping[str, str]) -> str:
    """The template with its placeholders replaced; ValueError names one that is unknown or has no value."""
    names = placeholders(template)
    for name in names:
        if name not in PLACEHOLDERS:
            raise ValueError(f"unknown placeholder '{{{name}}}'")
        if name not in values:
            raise ValueError(f"no value for placeholder '{{{name}}}'")
    if len(names) == 1 and len(template) == len(names[0]) + 2:
        return values[names[0]]
    return template if not names else _PLACEHOLDER.sub(lambda match: values[match[1]], template)


def tags(utm: Utm, network: Network, values: Mapping[str, str]) -> Mapping[str, str]:
    """The utm_ parameters of a link, as slugs; a tag without a template or that would be empty is left out.

    `values` are the placeholders' by name; {network} is known already. The source is the network, the
    medium the network's own where it has one. ValueError as `filled`.
    """
    templates = {
        "utm_source": network.key,
        "utm_medium": network.medium or utm.medium,
        "utm_campaign": utm.campaign,
        "utm_content": utm.content,
        "utm_term": utm.term,
    }
    known = {**values, "network": network.key}
    slugs = {name: slug(filled(template, known)) for name, template in templates.items() if template}
    return {name: value for name, value in slugs.items() if value}


_FOLDS = str.maketrans({"ı": "i", "ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th"})
_MARKED = re.compile(r"([a-z])[\u0300-\u036f]+")
_NOT_A_SLUG = re.compile(r"[^a-z0-9._]+")


@lru_cache(maxsize=4096)
def slug(text: str) -> str:
    """`text` in lower case, of `[a-z0-9._-]` and letters of other scripts, anything else one hyphen.

    Latin letters lose their marks (İ, ı -> i; ş -> s); Hangul, Kanji, Cyrillic and others stay as they are,
    since reports show them decoded: romanised they would be nobody's word, and dropped nothing would be left.
    """
    text = text.lower()
    if text.isascii():
        return _NOT_A_SLUG.sub("-", text).strip("-.")
    folded = _MARKED.sub(r"\1", unicodedata.normalize("NFKD", text).translate(_FOLDS))
    letters = unicodedata.normalize("NFC", folded)
    return re.sub(r"-+", "-", "".join(map(_slug_letter, letters))).strip("-.")


def name(text: str) -> str:
    """`text` as the name of a post, a team or a tag, in `[a-z0-9-]`: other letters are left out; may be ""."""
    return re.sub(r"[^a-z0-9]+", "-", slug(text)).strip("-")


def _slug_letter(letter: str) -> str:
    if letter.isascii():
        return _NOT_A_SLUG.sub("-", letter)
    return letter if unicodedata.category(letter)[0] in "LMN" else "-"


_PAID = re.compile(r".*cp.*|ppc|retargeting|paid.*")
_SHOP = re.compile(r".*(?:(?:[^a-df-z]|^)shop|shopping).*")
_DISPLAY = ("display", "banner", "expandable", "interstitial", "cpm")
_SOCIAL = ("social", "social-network", "social-media", "sm")


def warnings_for(tags: Mapping[str, str]) -> tuple[str, ...]:
    """What Google Analytics' default channels would make of the tags, where that is not social or e-mail.

    Rules: support.google.com/analytics/answer/9756891; there the first match wins, and paid comes first.
    """
    return tuple(_channel_traps(tags.get("utm_medium", ""), tags.get("utm_campaign", "")))


def _channel_traps(medium: str, campaign: str) -> Iterator[str]:
    if "cross-network" in campaign:
        yield f"utm_campaign '{campaign}' is counted as Cross-network by Google Analytics"
    if _SHOP.fullmatch(campaign):
        yield f"utm_campaign '{campaign}' is counted as Shopping by Google Analytics"
    if medium in _DISPLAY:
        yield f"utm_medium '{medium}' is counted as Display by Google Analytics"
    elif _PAID.fullmatch(medium):
        yield f"utm_medium '{medium}' is counted as paid by Google Analytics"
    elif medium not in _SOCIAL and "email" not in medium:
        yield f"utm_medium '{medium}' is not counted as social for every network by Google Analytics"


@dataclass(frozen=True, slots=True)
class Tagged:
    """An address with its tags, and in `warning` why some or all of them were not added."""

    url: str
    warning: str | None = None


def tagged(url: str, tags: Mapping[str, str]) -> Tagged:
    """`url` with the tags at the end of its query; not one byte of the author's own changes.

    Tags that the address has already, in any case, are kept as written and not added again. Signed
    addresses and such as are not http(s) stay as they are.
    """
    if not tags:
        return Tagged(url)
    address = _address(url)
    if address.untouchable:
        return Tagged(url, f"not tagged: {address.untouchable}")
    own = {name.lower() for name in address.tags}
    pairs = "&".join([f"{name}={encoded(value)}" for name, value in tags.items() if name not in own])
    warning = "kept as written: " + ", ".join(f"'{name}'" for name in address.tags) if own else None
    return Tagged(_extended(address.head, pairs) + address.fragment, warning)


class _Address(NamedTuple):
    """An address in two parts, the `utm_` names in its query, and why no tag may be added, or ""."""

    head: str
    fragment: str
    tags: tuple[str, ...]
    untouchable: str


@lru_cache(maxsize=1024)
def _address(url: str) -> _Address:
    head, mark, fragment = url.partition("#")
    names = parameters(head)
    own = tuple(dict.fromkeys(name for name in names if name.lower().startswith("utm_")))
    return _Address(head, mark + fragment, own, _untouchable(url, names))


def _untouchable(url: str, names: tuple[str, ...]) -> str:
    if not is_http(url):
        return "not a web address"
    signed = signature(names)
    return f"the address is signed ('{signed}'), and a tag would break it" if signed else ""


def _extended(head: str, pairs: str) -> str:
    """An address without fragment, with more parameters."""
    if not pairs or "?" not in head:
        return f"{head}?{pairs}" if pairs else head
    return head + pairs if head.endswith(("?", "&")) else f"{head}&{pairs}"


# Compose addresses ----------------------------------------------------------------------------------


def with_link(caption: str, url: str) -> str:
    """The caption with the link at its end: on the same line, or on its own when the caption has several."""
    return caption + _between(caption) + url if caption else url


def _between(caption: str) -> str:
    return "\n" if "\n" in caption else " "


_SHORT = "https://t.co/0123456789"
"""A link of the length that X and Mastodon count for any link."""


def counted(network: Network, caption: str, url: str) -> str:
    """The text that the network's limits are for: with the link, except where it goes apart.

    Where links are shortened ours is written short: the network's own finder of links would pass over a host
    whose top-level domain it does not know.
    """
    if network.link is LinkPlace.APART:
        return caption
    return with_link(caption, _SHORT if network.short_links else url)


def intent(network: Network, *, caption: str, title: str, url: str, image: str | None = None) -> str | None:
    """The address that opens the network's composer, each value percent-encoded once; None when it has none.

    `caption` comes without the link. A title is one line and cut to the network's limit; an image that is
    no web address, like any other parameter without a value, is left out.
    """
    if network.intent is None:
        return None
    head, parameters = _parsed(network.intent)
    caption = caption.strip()
    pairs = [
        (prefix + _value(name, network, caption, title, url, image)) if name else prefix for prefix, name in parameters
    ]
    return head + "&".join(pair for pair in pairs if not pair.endswith("="))


@cache
def _parsed(template: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What stands up to ? or #, and each parameter: what is fixed in it, and its placeholder or ""."""
    at = min(place for place in (template.find("?"), template.find("#")) if place >= 0) + 1
    parts = (part.partition("{") for part in template[at:].split("&"))
    return template[:at], tuple((fixed, name.rstrip("}")) for fixed, _, name in parts)


def _value(name: str, network: Network, caption: str, title: str, url: str, image: str | None) -> str:
    if name == "url":
        return encoded(url)
    if name == "image":
        return encoded(image) if image and is_http(image) else ""
    if name == "title":
        line = " ".join(title.split())
        return encoded(cut(line, network.title_limit) if network.title_limit else line)
    text = encoded(caption)
    if name == "text":
        text += encoded(_between(caption) + url if caption else url)
    return text.replace("%0A", network.newline) if network.newline != "%0A" else text


@lru_cache(maxsize=2048)
def encoded(value: str) -> str:
    """`value` as one parameter: all but RFC 3986's unreserved characters as UTF-8 percent signs.

    A space is %20, since + means a plus outside forms; any line break is %0A; a lone surrogate is "?".
    """
    text = value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value
    return quote(text, safe="", errors="replace")
