"""Every accepted entry, kept after its feed forgot it: one JSON Lines file a source, sorted.

Past `keep` only an entry's id stays, so that it never returns as new. Lines that cannot be read are
reported and carried along unchanged: nothing is lost by reading.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from heraldry.feeds.parse import News
from heraldry.model import Entry, Source

FOLDER = "archive"


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
    """The archive in `body`; lines that are not ours stay in `unread`."""
    entries: dict[str, Entry] = {}
    past: dict[str, datetime] = {}
    unread: list[str] = []
    for line in body.decode("utf-8", "surrogateescape").splitlines():
        try:
            _take(json.loads(line), source, entries, past)
        except (ValueError, KeyError, TypeError, AttributeError):
            unread.append(line)
    return Archive(source, entries, past, tuple(unread))


def _take(fields: dict[str, Any], source: str, entries: dict[str, Entry], past: dict[str, datetime]) -> None:
    seen = datetime.fromisoformat(fields["first_seen"])
    if "url" not in fields:
        past[fields["id"]] = seen
        return
    published = fields["published"]
    entries[fields["id"]] = Entry(
        id=fields["id"],
        source=source,
        url=fields["url"],
        title=fields["title"],
        summary=fields["summary"],
        author=fields["author"],
        categories=tuple(fields["categories"]),
        image=fields["image"],
        published=datetime.fromisoformat(published) if published else None,
        first_seen=seen,
    )


def written(archive: Archive) -> bytes:
    """The archive as JSON Lines, sorted by id: a new entry is one new line in a diff."""
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
