"""Every accepted entry, kept after its feed forgot it: one JSON Lines file a source, sorted by id.

GRACE after its `keep` only an entry's id stays and keys by which it is known again, so that it never returns as new.
What is shown ends with `keep`; what is known ends later, and never because a clock jumped: a `keep` or a day that was
wrong for one build costs nothing that was still shown. A second copy of the file lies beside it; what is damaged in one
is taken from the other. Lines that cannot be read anywhere are reported and carried along unchanged: nothing is lost by
reading. What git writes round the sides of a merge conflict is left out, for both sides are read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from urllib.parse import urlsplit

from heraldry.addresses import canonical, front
from heraldry.feeds import lines
from heraldry.feeds.lines import Past
from heraldry.model import Entry, Source

FOLDER = "archive"
COPIES = f"{FOLDER}/.before"

GRACE = timedelta(days=30)
"""How much longer than `keep` an entry's text stays, and how far after the last good reading the clock is believed."""

LEEWAY = timedelta(days=1)
"""How far ahead of our clock a date may be and still be believed: zones are often told wrongly."""

HINT = "archives are not edited by hand: to take an entry off the pages, name it under 'hide' in sources.yaml"


class TooNew(Exception):
    """A newer Heraldry wrote the archive: its file has to stay exactly as it is, and its entries cannot be used."""


@dataclass(frozen=True, slots=True)
class Archive:
    """What was accepted from one source. `past` is what stays, by id, of entries whose `keep` ended.

    `damaged` says in plain words what was wrong with the file and what came of it, "" when it was whole.
    `damaged_line` is the number of its first line that was damaged, from 1, 0 where none is; `hint` names what that
    line was about, where it can be read, and what to do instead of editing.
    """

    source: str
    entries: Mapping[str, Entry] = field(default_factory=dict)
    past: Mapping[str, Past] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    damaged: str = ""
    damaged_line: int = 0
    hint: str = ""

    def knows_nothing(self) -> bool:
        """Whether no entry of the source was ever accepted, as far as can be read."""
        return not self.entries and not self.past

    def ended(self) -> frozenset[str]:
        """The ids that never return: those in `past`, and those of unread lines that were about the past."""
        lost = (lines.ids_said(line) for line in self.unread if '"title"' not in line)
        return frozenset(chain(self.past, *lost))


def inside(source: Source) -> bool:
    """Whether the feed lies inside the repository: content that somebody has written, not a moving window."""
    return "://" not in source.url


def path(source: str) -> str:
    """Where a source's archive lies, from the site's root."""
    return f"{FOLDER}/{source}.jsonl"


def copy_path(source: str) -> str:
    """Where the second copy of a source's archive lies: beside it, in a folder that nothing else looks into."""
    return f"{COPIES}/{source}.jsonl"


def address_key(url: str) -> str | None:
    """What all addresses of the same page share; None for a site's front page, which may be that of any story."""
    page = canonical(url)
    return None if front(page) else _digest(page)


def headline_key(title: str, published: datetime | None) -> str | None:
    """What a title and its date come to, case and blanks apart; None without a date."""
    return _digest(f"{even(title)}\n{published.astimezone(UTC)}") if published else None


def place_key(title: str, url: str) -> str | None:
    """What a title and the address come to, case and blanks and the host apart; None for a site's front page."""
    page = canonical(url)
    parts = urlsplit(page)
    return None if front(page) else _digest(f"{even(title)}\n{parts._replace(scheme='', netloc='').geturl()}\nplace")


def even(title: str) -> str:
    """The title without what tells no two titles apart: case and blanks."""
    return " ".join(title.casefold().split())


def _digest(text: str) -> str:
    """16 hexadecimal digits, from which nothing can be read."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


# Reading --------------------------------------------------------------------------------------------


def read(source: str, body: bytes, before: bytes | None = None) -> Archive:
    """The archive in `body`, b"" for a file that is not there. Raises TooNew for a file of a newer version.

    Only when it is damaged (missing, cut short, a line that cannot be read) is `before` asked, the copy beside it:
    what only the copy knows is taken over from it, also that an entry is past, and a damaged line that was recovered
    is dropped. Every other line that cannot be read stays in `unread`. Of several lines for one id the rule of `union`
    decides.
    """
    found = _found(source, body)
    copy = _found(source, before) if before and not found.whole else None
    past = {**(copy.past if copy else {}), **found.past}
    current = {**(copy.entries if copy else {}), **found.entries}
    entries = {key: entry for key, entry in current.items() if key not in past}
    broken = (*found.broken, *(copy.broken if copy else ()))
    unread = _still_unread(broken, entries.keys() | past.keys(), copy.written if copy else ())
    damaged = _damage(found, unread, copy)
    if not damaged:
        return Archive(source, entries, past, unread)
    return Archive(source, entries, past, unread, damaged, found.spoilt, _hint(found))


@dataclass(frozen=True, slots=True)
class _Found:
    """What one file holds: `written` are its good lines, `broken` those that cannot be read, `mended` counts good ones
    that were damaged; `header` is None when the first line is not there or damaged. `spoilt` is the number of the first
    damaged line, from 1, or 0, and `about` its title. `merged` is a file with both sides of a merge conflict in it."""

    entries: Mapping[str, Entry]
    past: Mapping[str, Past]
    written: tuple[str, ...]
    broken: tuple[str, ...]
    mended: int
    header: lines.Header | None
    spoilt: int = 0
    about: str = ""
    merged: bool = False

    @property
    def ids(self) -> frozenset[str]:
        return frozenset((*self.entries, *self.past))

    @property
    def count(self) -> int:
        """How many good lines there are, the first not counted."""
        return len(self.written) - (self.header is not None)

    @property
    def whole(self) -> bool:
        """Whether the file is as it was written. One of version 0 says no number of lines, and has no sums."""
        if self.broken or self.mended or self.merged or not self.written:
            return False
        return self.header.lines == self.count if self.header else not any(map(lines.sum_said, self.written))


def _found(source: str, body: bytes) -> _Found:
    """What is in the file. Raises TooNew."""
    every = body.decode("utf-8", "surrogateescape").split("\n")
    text = [line for line in every if line.strip() and not lines.is_mark(line)]
    headers = {line: header for line in text if (header := lines.read_header(line))}
    version = max((header.version for header in headers.values()), default=lines.VERSION)
    if version > lines.VERSION:
        raise TooNew(f"version {version}; this Heraldry reads archives up to version {lines.VERSION}")
    taken = {line: _taken(line, source, version) for line in text if line not in headers}
    good = {line: one for line, one in taken.items() if one is not None}
    ones = [one for one, _ in good.values()]
    entries, past = _settled(
        (one for one in ones if isinstance(one, Entry)), (one for one in ones if not isinstance(one, Entry))
    )
    spoilt = next((line for line in text if line in taken and (line not in good or good[line][1])), None)
    return _Found(
        entries,
        past,
        written=(*list(headers)[:1], *good),
        broken=tuple(line for line, one in taken.items() if one is None),
        mended=sum(mended for _, mended in good.values()),
        header=next(iter(headers.values()), None),
        spoilt=0 if spoilt is None else every.index(spoilt) + 1,
        about=lines.title_said(spoilt or ""),
        merged=any(map(lines.is_mark, every)),
    )


def _taken(line: str, source: str, version: int) -> tuple[Entry | tuple[str, Past], bool] | None:
    """What a line holds, and whether its id had to be mended; None when it cannot be read."""
    try:
        return lines.taken(line, source, version), False
    except lines.UNREADABLE:
        better = lines.mended(line)
    try:
        return (lines.taken(better, source, version), True) if better else None
    except lines.UNREADABLE:
        return None


def _still_unread(broken: Iterable[str], known: Collection[str], copies: Iterable[str] = ()) -> tuple[str, ...]:
    """The lines that nothing makes up for: no first line, no id that is known, and not one of the copy's lines."""
    left = [line for line in dict.fromkeys(broken) if not lines.was_header(line)]
    sums = frozenset(filter(None, map(lines.sum_said, copies))) if left else frozenset()
    return tuple(line for line in left if not _recovered(line, known, sums, copies))


_SCRAP = 26
"""A piece of a line so short has neither an id nor a sum."""


def _recovered(line: str, known: Collection[str], sums: Collection[str], copies: Iterable[str]) -> bool:
    ids = lines.ids_said(line)
    if ids:
        return all(key in known for key in ids)
    piece = line if len(line) < _SCRAP else None
    return lines.sum_said(line) in sums or any(
        copy.startswith(piece) or copy.endswith(piece) for copy in copies if piece
    )


# What was wrong, in words ---------------------------------------------------------------------------


def _damage(found: _Found, unread: tuple[str, ...], copy: _Found | None) -> str:
    """Why the file was not whole and what came of it; "" for one that was, and for none where no copy was either."""
    there = bool(found.written or found.broken)
    if found.whole or not (there or copy):
        return ""
    broken = found.mended + sum(not lines.was_header(line) for line in found.broken)
    bad = found.header.lines - found.count + found.mended if found.header else broken
    if found.merged and not found.broken and bad <= 0:
        return ""
    damaged = max(len(unread), min(broken, bad)) if bad > 0 else broken
    what = _what(damaged, max(0, bad - broken)) or "its first line was damaged"
    regained = len(copy.ids - found.ids) if copy else 0
    lost = max(0, bad - found.mended - regained) if found.header else 0
    outcome = _outcome(bad, regained, lost, len(unread), found.header is not None)
    return (what if there else "the file was missing or empty") + outcome


def _hint(found: _Found) -> str:
    """What the first damaged line was about, and what to do instead of editing; "" for a file that is not there."""
    if not (found.written or found.broken):
        return ""
    title = found.about if len(found.about) <= _LONGEST_TITLE else f"{found.about[:_LONGEST_TITLE]}…"
    return f"line {found.spoilt} is about '{title}'; {HINT}" if title else HINT


_LONGEST_TITLE = 80


def _what(damaged: int, missing: int) -> str:
    parts = [f"{_counted(damaged)} damaged" if damaged else "", f"{_counted(missing)} missing" if missing else ""]
    return " and ".join(filter(None, parts))


def _counted(count: int) -> str:
    return "1 line was" if count == 1 else f"{count} lines were"


def _outcome(bad: int, regained: int, lost: int, kept: int, counted: bool) -> str:
    """What came of the damage, as the second half of a sentence. Only of a file that is `counted`, whose first line
    says how many there were, can it be that all were recovered."""
    if kept:
        return f"; {kept} could not be recovered and {'is kept as it is' if kept == 1 else 'are kept as they are'}"
    if lost:
        return f"; {lost} could not be recovered"
    if not counted:
        return f"; {_counted(regained)} recovered from the copy" if regained else ""
    if bad <= 0 and not regained:
        return ""
    return "; all were recovered from the copy" if regained else "; all were recovered"


# Writing --------------------------------------------------------------------------------------------


def written(archive: Archive) -> bytes:
    """The archive as JSON Lines: a first line that counts the others, then one line an id, sorted.

    A new entry is one new line in a diff, and another number in the first. Unread lines come last.
    """
    known = [lines.entry_line(entry) for entry in archive.entries.values()]
    known += [lines.past_line(key, past) for key, past in archive.past.items()]
    whole = sorted(known) + sorted(archive.unread)
    text = "".join(f"{line}\n" for line in (lines.header(archive.source, len(whole)), *whole))
    return text.encode("utf-8", "surrogateescape")


# Several archives of one source ---------------------------------------------------------------------


def union(source: str, bodies: Iterable[bytes]) -> bytes:
    """What several archives of the same source know together, as `written` writes it. No id is ever lost.

    Past wins over an entry; the earliest first sight and the earliest date win. Former addresses add up: in their order
    where all that know any know the same, else sorted. Of two texts of an entry the fuller
    wins: one with an image, then the longer summary, then the longer title, then the one that sorts later; the next
    reading of the feed sets it right if that was the older. In any order and grouping the result is the same, and
    an archive with itself is itself. Raises TooNew when one of them was written by a newer Heraldry.
    """
    archives = [read(source, body) for body in bodies]
    entries, past = _settled(
        chain.from_iterable(one.entries.values() for one in archives),
        chain.from_iterable(one.past.items() for one in archives),
    )
    broken = chain.from_iterable(one.unread for one in archives)
    return written(Archive(source, entries, past, _still_unread(broken, entries.keys() | past.keys())))


def _settled(entries: Iterable[Entry], past: Iterable[tuple[str, Past]]) -> tuple[dict[str, Entry], dict[str, Past]]:
    """One entry or one `Past` an id, by the rule of `union`: a meet of which order and grouping do not matter."""
    gone: dict[str, Past] = {}
    current: dict[str, Entry] = {}
    for key, one in past:
        gone[key] = _both_past(one, gone[key]) if key in gone else one
    for entry in entries:
        if entry.id in gone:
            gone[entry.id] = _both_past(gone[entry.id], Past(entry.first_seen))
        else:
            current[entry.id] = _fuller(entry, current[entry.id]) if entry.id in current else entry
    return current, gone


def _both_past(one: Past, other: Past) -> Past:
    return Past(min(one.first_seen, other.first_seen), one.keys | other.keys)


def _fuller(one: Entry, other: Entry) -> Entry:
    dates = [entry.published for entry in (one, other) if entry.published]
    return replace(
        max(one, other, key=_fullness),
        published=min(dates, default=None),
        first_seen=min(one.first_seen, other.first_seen),
        former=_formers(one.former, other.former),
    )


def _formers(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """Both in an order that no order of merging changes."""
    return one or other if not (one and other) or one == other else tuple(sorted({*one, *other}))


def _fullness(entry: Entry) -> tuple[object, ...]:
    """Orders the texts of an entry; equal only for equal texts."""
    words = (entry.title, entry.url, entry.summary, entry.author, entry.categories, entry.image or "")
    return (entry.image is not None, len(entry.summary), len(entry.title), *words)


# Growing and shrinking ------------------------------------------------------------------------------


def pruned(archive: Archive, source: Source, now: datetime, last_success: datetime | None = None) -> Archive:
    """The archive with entries that are GRACE past their `keep` reduced to their ids and what they are known again by.

    The time that counts is never later than GRACE after the source was last read well, where that is known. What was
    first seen by a clock that ran ahead counts as seen now. Of a feed inside the repository nothing is past.
    """
    if inside(source):
        return archive
    then = min(now, last_success + GRACE) if last_success else now
    entries = {key: _seen_by(now, entry) for key, entry in archive.entries.items()}
    over = {key for key, entry in entries.items() if entry.first_seen + source.keep + GRACE <= then}
    return ended(replace(archive, entries=entries), over)


def ended(archive: Archive, keys: Collection[str]) -> Archive:
    """The archive with these of its entries past."""
    gone = {key: _gone(entry) for key, entry in archive.entries.items() if key in keys}
    kept = {key: entry for key, entry in archive.entries.items() if key not in keys}
    return replace(archive, entries=kept, past={**archive.past, **gone})


def _seen_by(now: datetime, entry: Entry) -> Entry:
    """The entry, first seen no later than now. Its own date, if that is earlier than its first sight, still counts:
    where it is our clock that has gone back, it keeps an entry from being old as soon as the clock is right."""
    if entry.first_seen <= now + LEEWAY:
        return entry
    told = entry.published if entry.published and entry.published <= entry.first_seen else now
    return replace(entry, first_seen=max(now, told))


def _gone(entry: Entry) -> Past:
    keys = (address_key(entry.url), headline_key(entry.title, entry.published), place_key(entry.title, entry.url))
    return Past(entry.first_seen, frozenset(key for key in keys if key))
