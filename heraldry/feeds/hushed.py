"""What must not be said: secrets in what servers and feeds had a hand in, and in addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import SplitResult, unquote, urlsplit

_REASONS, _LONGEST_REASON = 5, 300
_SECRET = 8
"""Characters from which a part of an address counts as a secret: shorter ones are words such as `rss`."""

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_BEHIND = "'\"`”’)]>.,;:"
"""What may stand behind an address in a sentence without being part of it."""


def shown(url: str) -> str:
    """The address as it may be printed: without userinfo and fragment, the values of its query cut."""
    parts = _split(url)
    if parts is None:
        return "…"
    query = "&".join(f"{name}=…" if there else "…" for name, there, _ in _pairs(parts.query))
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" + (f"?{query}" if query else "")


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _pairs(query: str) -> Iterator[tuple[str, str, str]]:
    return (pair.partition("=") for pair in query.split("&") if pair)


def secret_parts(url: str) -> tuple[str, ...]:
    """What in a source's own address may be a secret: userinfo, the values of its query, its fragment."""
    parts = _split(url)
    if parts is None or "://" not in url:
        return ()
    userinfo = parts.netloc.rpartition("@")[0]
    values = [value if there else name for name, there, value in _pairs(parts.query)]
    found = (userinfo, *userinfo.split(":", 1), *values, parts.fragment)
    return tuple(part for part in found if len(part) >= _SECRET)


def hushed_all(words: Sequence[str], hidden: Sequence[str]) -> tuple[str, ...]:
    """What was said, each as one short printable line, at most five of them."""
    return tuple(hushed(word, hidden)[:_LONGEST_REASON] for word in words[:_REASONS])


def hushed(text: str, hidden: Sequence[str]) -> str:
    """The text as one printable line, without the secrets and with every address in it as `shown`."""
    for secret in sorted({*hidden, *map(unquote, hidden)}, key=len, reverse=True):
        text = text.replace(secret, "…") if secret else text
    text = _ADDRESS.sub(_shown_within, text)
    return "".join(c if c.isprintable() else " " for c in text)


def _shown_within(found: re.Match[str]) -> str:
    url = found[0].rstrip(_BEHIND)
    return shown(url) + found[0][len(url) :]
