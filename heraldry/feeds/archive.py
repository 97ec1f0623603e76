"""Every accepted entry, kept after its feed forgot it: one JSON Lines file a source, sorted.

Past `keep` only an entry's id stays, so that it never returns as new. Lines that cannot be read are
reported and carried along unchanged: nothing is lost by reading.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from heraldry.feeds.parse import News
from heraldry.links import is_http
from heraldry.model import Entry, Source
from heraldry.moments import FIRST_YEAR, LAST_YEAR

FOLDER = "archive"
_ID = re.compile("[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Archive:
    """What was accepted from one source. `past` maps ids whose `keep` ended to when they were first seen."""

    source: str
    entries: Mapping[str, Entry] = field(default_factory=dict)
    past: Mapping[str, datetime] = field(default_factory=dict)
    unread: tuple[str, ...] = ()


def path(source: str) -> str:
    """Where a source's archive lies, from the site's root."""
    return f"{FOLDER}/{source}.jsonl"


def read(source: str, body: bytes) -> Archive:
    """The archive in `body`; lines that are not ours stay in `unread`. A line for an id that is past wins."""
    entries: dict[str, Entry] = {}
    past: dict[str, datetime] = {}
    unread: list[str] = []
    for line in filter(str.strip, body.decode("utf-8", "surrogateescape").split("\n")):
        try:
            _take(json.loads(line), source, entries, past)
        except (ValueError, KeyError, TypeError, RecursionError):
            unread.append(line)
    current = {key: entry for key, entry in entries.items() if key not in past}
    return Archive(source, current, past, tuple(unread))


def _take(fields: Mapping[str, Any], source: str, entries: dict[str, Entry], past: dict[str, datetime]) -> None:
    """Raises ValueError, KeyError or TypeError for a line that nothing here has written."""
    key, seen = _checked(_ID.fullmatch, fields["id"]), _moment(fields["first_seen"])
    if "url" not in fields:
        past[key] = min(seen, past.get(key, seen))
        return
    entries[key] = Entry(
        id=key,
        source=source,
        url=_checked(is_http, fields["url"]),
        title=_checked(str.strip, fields["title"]),
        summary=_words(fields["summary"]),
        author=_words(fields["author"]),
        categories=tuple(_words(category) for category in fields["categories"]),
        image=_checked(is_http, fields["image"]) if fields["image"] else None,
        published=_moment(fields["published"]) if fields["published"] else None,
        first_seen=min(seen, entries[key].first_seen) if key in entries else seen,
    )


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
    moment = datetime.fromisoformat(_words(text))
    if moment.tzinfo is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(text)
    return moment


def written(archive: Archive) -> bytes:
    """The archive as JSON Lines, sorted by id: a new entry is one new line in a diff. Unread lines come last."""
    lines = [_line(_fields(entry)) for entry in archive.entries.values()]
    lines += [_line({"id": key, "first_seen": seen.isoformat()}) for key, seen in archive.past.items()]
    whole = sorted(lines) + sorted(archive.unread)
    return "".join(f"{line}\n" for line in whole).encode("utf-8", "surrogateescape")


def _line(fields: dict[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False)


def _fields(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "first_seen": entry.first_seen.isoformat(),
        "published": entry.published.isoformat() if entry.published else None,
        "title": entry.title,
        "url": entry.url,
        "summary": entry.summary,
        "author": entry.author,
        "categories": list(entry.categories),
        "image": entry.image,
    }


def merged(archive: Archive, news: Iterable[News], source: Source, now: datetime) -> Archive:
    """The archive with the news taken in: new ids are accepted, known ones updated, past ones stay past.

    An update changes what an entry says, never when it was first seen. An entry of a feed inside the
    repository counts as first seen at its own date: such a file is content, not a moving window.
    """
    entries = dict(archive.entries)
    for item in news:
        if item.id not in archive.past:
            known = entries.get(item.id)
            entries[item.id] = _entry(item, source, known.first_seen if known else _first_seen(item, source, now))
    return Archive(archive.source, entries, archive.past, archive.unread)


def _first_seen(item: News, source: Source, now: datetime) -> datetime:
    inside = "://" not in source.url
    return item.published if inside and item.published else now


def _entry(item: News, source: Source, first_seen: datetime) -> Entry:
    return Entry(
        id=item.id,
        source=source.key,
        url=item.url,
        title=item.title,
        summary=item.summary,
        author=item.author,
        categories=item.categories,
        image=item.image,
        published=item.published,
        first_seen=first_seen,
    )


def pruned(archive: Archive, source: Source, now: datetime) -> Archive:
    """The archive with entries past `keep` reduced to their ids."""
    over = {key: e.first_seen for key, e in archive.entries.items() if e.first_seen + source.keep <= now}
    kept = {key: entry for key, entry in archive.entries.items() if key not in over}
    return Archive(archive.source, kept, {**archive.past, **over}, archive.unread)
