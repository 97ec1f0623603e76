"""Links inside a text, as twitter-text finds them and X and Mastodon count them.

The grammar is twitter-text's (its conformance tables are the tests); what it calls a top-level domain is
IANA's list. Everything is linear in the length of ordinary text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from heraldry.tlds import top_level_domains

Pattern = re.Pattern[str]

_SPACES = r"\u0085\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_DIRECTIONS = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_NO_HOST = rf"\x7f\ufffe\ufeff\uffff{_SPACES}{_DIRECTIONS}"
_ACCENTS = (
    r"\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272"
    r"\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
)
_CYRILLIC = r"\u0400-\u052f\u1c80-\u1c8f\u1d2b\u1d78\u2de0-\u2dff\ua640-\ua69f"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u301c\u3030\u30a0\uff0d"
_LETTER = rf"[^\x00-/:-@\[-`{{-~{_NO_HOST}]"
_LABEL = rf"{_LETTER}(?:[^\x00-,./:-@\[-\^`{{-~{_NO_HOST}]*{_LETTER})?"
_NAME = rf"{_LETTER}(?:[^\x00-,./:-@\[-`{{-~{_NO_HOST}]*{_LETTER})?"


class _Tail(NamedTuple):
    """What may follow a host; `path_loose` and `query_loose` are characters that cannot end it."""

    path: Pattern
    path_loose: str
    query: Pattern
    query_loose: str


def _path(inside: str) -> Pattern:
    """A path of such characters, with parentheses balanced to the second level."""
    parens = rf"\((?:[{inside}]+|[{inside}]*\([{inside}]+\)[{inside}]*)\)"
    return re.compile(rf"/(?:[{inside}]+|{parens})*", re.IGNORECASE)


class _Grammar(NamedTuple):
    """The patterns of twitter-text's link finder, made at first use: they cost 10 ms."""

    start: Pattern
    labels: Pattern
    plain: Pattern
    plain_labels: Pattern
    shortener: Pattern
    x: _Tail
    mastodon: _Tail


@cache
def _grammar() -> _Grammar:
    beyond = r"\u00a0-\ud7ff\ue000-\uffef\U00010000-\U0010fffd"
    query = r"a-z0-9!?*'();:&=+$/%#\[\]\-_.,~|@"
    loose = "!?*'();:+$%[].,~|@"
    plain = rf"[a-z0-9_\-{_ACCENTS}]"
    return _Grammar(
        start=re.compile(rf"(^|[^a-z0-9@\uff20$#\uff03\ufffe\ufeff\uffff])(https?://)?(?={_LETTER})", re.IGNORECASE),
        labels=re.compile(rf"(?:{_LABEL}\.)*{_NAME}\."),
        plain=re.compile(rf"{plain}(?:{plain}|\.)*", re.IGNORECASE),
        plain_labels=re.compile(rf"(?:{plain}+\.)+", re.IGNORECASE),
        shortener=re.compile(rf"https?://t\.co/([a-z0-9]+)(?:\?[{query}]*[a-z0-9\-_&=#/])?", re.IGNORECASE),
        x=_Tail(
            path=_path(rf"a-z0-9!*';:=+,.$/%#\[\]\-_~&|@{_CYRILLIC}{_DASHES}{_ACCENTS}"),
            path_loose="!*';:,.$%[]~&|@" + _DASHES,
            query=re.compile(rf"\?[{query}]*", re.IGNORECASE),
            query_loose=loose,
        ),
        mastodon=_Tail(
            path=_path(r"^\s<>()?"),
            path_loose="!*\"'「」;:=,.$%[]~&|@",
            query=re.compile(rf"\?[{query}\^{beyond}]*", re.IGNORECASE),
            query_loose=loose + "^",
        ),
    )


def _tail_end(text: str, at: int, tail: _Tail) -> tuple[int, bool]:
    """Where the link ends whose host ends at `at`, and whether it has a path."""
    end = port.end() if (port := _PORT.match(text, at)) else at
    path = tail.path.match(text, end)
    end += len(path[0].rstrip(tail.path_loose)) if path else 0
    query = tail.query.match(text, end)
    end += len(query[0].rstrip(tail.query_loose)) if query else 0
    return end, path is not None


_PORT = re.compile(r":[0-9]+")
_DOTTED_WORD = re.compile(r"(?<!\S)[^\s.]*\.\S+")
_PUNYCODE = re.compile(r"xn--[0-9a-z]+", re.IGNORECASE)
_GOES_ON = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@+-")
_LONGEST_NAME = 24
_LONGEST_LINK, _LONGEST_SLUG, _SCHEME = 4096, 40, len("https://")


class _Found(NamedTuple):
    """A link in a text: `before` is the character in front, `host` where its host stands."""

    before: str
    schemed: bool
    host: slice
    end: int
    has_path: bool
    names: tuple[tuple[int, int], ...]


def _found(text: str, tail: _Tail) -> Iterator[_Found]:
    """What twitter-text's grammar takes for links, with a scheme or without, before any further check.

    Only words with a dot before a top-level domain are looked at; one beyond 4096 characters is no link.
    """
    for word in _DOTTED_WORD.finditer(text):
        start, end = word.span()
        names = tuple(_names(text, start, end))
        if names and end - start <= _LONGEST_LINK:
            yield from _found_in(text, max(start - 1, 0), end, names, tail)


def _found_in(text: str, at: int, end: int, names: tuple[tuple[int, int], ...], tail: _Tail) -> Iterator[_Found]:
    start_pattern = _grammar().start
    while at <= names[-1][0] and (start := start_pattern.search(text, at, end)):
        host_end = _host_end(text, start.end(), names)
        if host_end is None:
            at = start.start() + 1
            continue
        at, has_path = _tail_end(text, host_end, tail)
        yield _Found(start[1], bool(start[2]), slice(start.end(), host_end), at, has_path, names)


def _host_end(text: str, start: int, names: tuple[tuple[int, int], ...]) -> int | None:
    """The end of the longest host that starts here; None when there is none."""
    labels = _grammar().labels
    for dot, end in reversed(names):
        if dot > start and labels.fullmatch(text, start, dot + 1):
            return end
    return None


def _names(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The top-level domains in a part of the text: where the dot stands, and where the name ends."""
    known = top_level_domains()
    dot = text.find(".", start, end)
    while dot >= 0:
        for stop in range(min(end, dot + 1 + _LONGEST_NAME), dot + 2, -1):
            if text[dot + 1 : stop].lower() in known and text[stop : stop + 1] not in _GOES_ON:
                yield dot, stop
                break
        else:
            if punycode := _PUNYCODE.match(text, dot + 1, end):
                yield dot, punycode.end()
        dot = text.find(".", dot + 1, end)


def _scheme_start(text: str, found: _Found) -> int:
    host: int = found.host.start
    return host - (8 if text[host - 4] in "sS" else 7)


def _with_scheme(text: str, found: _Found) -> Iterator[tuple[int, int]]:
    """The link; one of t.co's own ends with its slug and query, and is none when the slug is too long."""
    start, end = _scheme_start(text, found), found.end
    short = _grammar().shortener.match(text, start, end)
    if short and len(short[1]) > _LONGEST_SLUG:
        return
    end = short.end() if short else end
    if _is_host(text[found.host], end - start):
        yield start, end


def _without_scheme(text: str, found: _Found) -> Iterator[tuple[int, int]]:
    """The hosts of Latin letters in what was found; the last one takes the path."""
    length = found.end - found.host.start + _SCHEME
    spans = [span for span in _plain_hosts(text, found) if _is_host(text[slice(*span)], length)]
    if spans and found.has_path:
        spans[-1] = (spans[-1][0], found.end)
    yield from spans


def _plain_hosts(text: str, found: _Found) -> Iterator[tuple[int, int]]:
    """Runs of labels in Latin letters up to a top-level domain, inside a host that may have others."""
    grammar, at = _grammar(), found.host.start
    while run := grammar.plain.search(text, at, found.host.stop):
        at = run.end()
        for dot, end in reversed(found.names):
            if run.start() < dot < run.end() and grammar.plain_labels.fullmatch(text, run.start(), dot + 1):
                yield run.start(), end
                at = end
                break


def _is_host(host: str, link_length: int) -> bool:
    """Whether DNS could know the host: labels of at most 63 bytes, in a link of at most 4096."""
    try:
        encoded = host.encode("idna")
    except UnicodeError:
        return False
    return link_length + max(0, len(encoded) - len(host)) <= _LONGEST_LINK


def x_links(text: str) -> Iterator[tuple[int, int]]:
    """Where the links stand that X shortens, with a scheme or without."""
    for found in _found(text, _grammar().x):
        if found.schemed:
            yield from _with_scheme(text, found)
        elif found.before not in ("-", "_", ".", "/"):
            yield from _without_scheme(text, found)


def mastodon_links(text: str) -> Iterator[tuple[int, int]]:
    """Where the links stand that Mastodon counts as 23: only those with a scheme."""
    if "://" in text:
        for found in _found(text, _grammar().mastodon):
            start = _scheme_start(text, found)
            if found.schemed and _is_host(text[found.host], found.end - start):
                yield start, found.end
