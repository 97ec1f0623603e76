"""One line of an archive: an entry, or what stays of one, as JSON with a sum that tells a changed byte.

Version 0 had neither a first line that names the version nor sums; a line without a sum is one of those. Every
version keeps the first line as `header` writes it and sums as `checksum` makes them, so that an older Heraldry can
tell what it must not touch.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from heraldry.addresses import is_http
from heraldry.model import Entry
from heraldry.moments import FIRST_YEAR, LAST_YEAR

VERSION = 1

Fields = dict[str, Any]

UNREADABLE = (ValueError, KeyError, TypeError, RecursionError)
"""What reading a line raises when nothing here has written it."""


@dataclass(frozen=True, slots=True)
class Past:
    """What stays of an entry whose `keep` ended: when it was first seen, and `keys` by which it is known again."""

    first_seen: datetime
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Header:
    """An archive's first line: how many lines of which version follow."""

    version: int
    lines: int


def _with_keys(fields: Fields) -> Fields:
    """Version 0 kept nothing of the past but its ids."""
    return fields if "url" in fields else {**fields, "keys": []}


MIGRATIONS: Mapping[int, Callable[[Fields], Fields]] = {0: _with_keys}
"""By version: what makes a line's fields those of the version after it."""

# Sums -----------------------------------------------------------------------------------------------


def checksum(fields: Fields) -> str:
    """CRC-32 of the fields, sorted and written without blanks, as 8 hexadecimal digits."""
    return _sum(_canonical(fields))


_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _sum(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"


def _line(fields: Fields) -> str:
    return _legible({**fields, "crc": checksum(fields)})


_legible = json.JSONEncoder(ensure_ascii=False).encode


def _opened(line: str) -> tuple[Fields, bool]:
    """The fields of a line without their sum, and whether there was one. Raises ValueError for a wrong one."""
    fields = json.loads(line)
    if not isinstance(fields, dict):
        raise TypeError(line)
    if "crc" not in fields:
        return fields, False
    if fields.pop("crc") != checksum(fields):
        raise ValueError(line)
    return fields, True


# The first line -------------------------------------------------------------------------------------

_HEAD = '{"heraldry": "archive"'
_PART_OF_HEADER = re.compile(r'"(?:heraldry": |version": [0-9]|lines": [0-9])')


def header(source: str, lines: int) -> str:
    """The first line of a source's archive of so many further lines."""
    return _line({"heraldry": "archive", "version": VERSION, "source": source, "lines": lines})


def read_header(line: str) -> Header | None:
    """The first line as a value; None for any other line, and for one that is damaged."""
    if not line.startswith(_HEAD):
        return None
    try:
        fields, checked = _opened(line)
    except UNREADABLE:
        return None
    version, count = fields.get("version"), fields.get("lines")
    return Header(version, count) if checked and type(version) is int and type(count) is int else None


def was_header(line: str) -> bool:
    """Whether a damaged line is a first line, or a piece of one: it says nothing that cannot be counted again."""
    return not ids_said(line) and (_HEAD.startswith(line) or bool(_PART_OF_HEADER.search(line)))


_MARK = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?: .*)?\s*")


def is_mark(line: str) -> bool:
    """Whether git wrote the line between the two sides of a merge conflict: it says nothing."""
    return bool(_MARK.fullmatch(line))


# What a damaged line still says ---------------------------------------------------------------------

_ID = re.compile("[0-9a-f]{16}")
_ID_SAID = re.compile(r'"id": "([0-9a-f]{16})"')
_TITLE_SAID = re.compile(r'"title": ("(?:[^"\\]|\\.)*")')
_SUM_SAID = re.compile(r'"crc": "([0-9a-f]{8})"\}\s*$')


def ids_said(line: str) -> tuple[str, ...]:
    """The ids that a line names, damaged or not; inside a text a quotation mark is escaped.

    A damaged line that `mended` leaves as it is has its damage elsewhere.
    """
    return tuple(_ID_SAID.findall(line))


def title_said(line: str) -> str:
    """The title that a line tells, damaged or not, as it can be printed; "" where none can be read."""
    found = _TITLE_SAID.search(line)
    try:
        title = json.loads(found[1]) if found else ""
    except ValueError:
        return ""
    return "".join(letter for letter in title if letter.isprintable())


def sum_said(line: str) -> str | None:
    """The sum at the end of a line, damaged or not."""
    found = _SUM_SAID.search(line)
    return found[1] if found else None


def mended(line: str) -> str | None:
    """The line with another digit in its id when its sum is right for that, else None.

    An id is what tells whether a damaged line was recovered elsewhere, so that a wrong one must not pass for another.
    """
    try:
        fields = json.loads(line)
        key, said = _words(fields["id"]), fields.pop("crc")
        head, tail = _canonical({**fields, "id": _HOLE}).split(f'"id":"{_HOLE}"')
        found = next((each for each in _neighbours(key) if _sum(f'{head}"id":"{each}"{tail}') == said), None)
    except UNREADABLE:
        return None
    return _line({**fields, "id": found}) if found else None


_HOLE = "?"
"""Stands for an id; with the quotation marks round its name, which a text would escape, it is found only there."""


def _neighbours(key: str) -> Iterator[str]:
    """What an id may have been before one of its digits was damaged."""
    whole = (key[:at] + digit + key[at + 1 :] for at in range(len(key)) for digit in "0123456789abcdef")
    return (each for each in whole if _ID.fullmatch(each))


# Entries --------------------------------------------------------------------------------------------

_ENTRY = frozenset({
    "id", "first_seen", "published", "title", "url", "summary", "author", "categories", "image",
})  # fmt: skip
_MOVED = _ENTRY | {"former"}
_PAST = frozenset({"id", "first_seen", "keys"})


def entry_line(entry: Entry) -> str:
    """The entry as a line, without its source. Moments are written in UTC, former addresses only where there are."""
    former = {"former": list(entry.former)} if entry.former else {}
    return _line({
        "id": entry.id,
        "first_seen": _utc(entry.first_seen),
        "published": _utc(entry.published) if entry.published else None,
        "title": entry.title,
        "url": entry.url,
        "summary": entry.summary,
        "author": entry.author,
        "categories": list(entry.categories),
        "image": entry.image,
        **former,
    })  # fmt: skip


def past_line(key: str, past: Past) -> str:
    return _line({"id": key, "first_seen": _utc(past.first_seen), "keys": sorted(past.keys)})


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def taken(line: str, source: str, version: int) -> Entry | tuple[str, Past]:
    """The entry, or the id with what stays of it, in a line of a file of that version.

    Raises one of UNREADABLE for a line that nothing here has written.
    """
    fields, checked = _opened(line)
    for older in range(version if checked else 0, VERSION):
        fields = MIGRATIONS[older](fields)
    if fields.keys() == _PAST:
        keys = frozenset(_checked(_ID.fullmatch, key) for key in fields["keys"])
        return _checked(_ID.fullmatch, fields["id"]), Past(_moment(fields["first_seen"]), keys)
    if fields.keys() not in (_ENTRY, _MOVED) or fields.get("former") == []:
        raise ValueError(line)
    return _entry(fields, source)


def _entry(fields: Fields, source: str) -> Entry:
    return Entry(
        id=_checked(_ID.fullmatch, fields["id"]),
        source=source,
        url=_checked(is_http, fields["url"]),
        title=_checked(str.strip, fields["title"]),
        summary=_words(fields["summary"]),
        author=_words(fields["author"]),
        categories=tuple(_words(category) for category in fields["categories"]),
        image=_checked(is_http, fields["image"]) if fields["image"] else None,
        published=_moment(fields["published"]) if fields["published"] else None,
        first_seen=_moment(fields["first_seen"]),
        former=tuple(_checked(is_http, url) for url in fields.get("former", ())),
    )


def storable(entry: Entry) -> bool:
    """Whether the entry would be read again from its own line: what would not is never accepted."""
    try:
        return taken(entry_line(entry), entry.source, VERSION) == entry
    except (*UNREADABLE, OverflowError):
        return False


def _checked(test: Callable[[str], object], value: object) -> str:
    if not isinstance(value, str) or not test(value):
        raise ValueError(value)
    return _words(value)


def _words(value: object) -> str:
    """Text that can be written: a lone surrogate raises UnicodeEncodeError, a ValueError."""
    if not isinstance(value, str):
        raise TypeError(value)
    value.encode()
    return value


def _moment(text: object) -> datetime:
    """An aware moment in UTC, of a year that no shift leads out of what a datetime can hold."""
    moment = datetime.fromisoformat(_words(text))
    if moment.tzinfo is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(text)
    moment = moment.astimezone(UTC)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(text)
    return moment
