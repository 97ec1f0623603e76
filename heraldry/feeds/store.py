"""The archive's folder: what was accepted from each source, and what is known of its health.

Written under a lock, each file whole and on disk before the next: each archive and its twin, the state last. That may
be behind the archives, never ahead of them: a feed counts as read only when its entries are safe.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from heraldry import disk
from heraldry.feeds import archive, state
from heraldry.feeds.archive import Archive, TooNew
from heraldry.feeds.state import Health
from heraldry.model import Source
from heraldry.pictures.stored import FOLDER as PICTURES
from heraldry.problems import Level, Position, Problem

FOLDERS = (archive.FOLDER, archive.COPIES, PICTURES)
SUFFIXES = frozenset({".jsonl", ".json"})
"""Where killed runs leave what, for the next to sweep; half-written pictures go with `album.prune`."""

PATIENCE = 30.0
"""Seconds to wait for another run that writes into the folder: it takes much less."""


@dataclass(frozen=True, slots=True)
class Store:
    """Archives and healths by source. `locked` are sources whose archive must not be written: a newer Heraldry's."""

    archives: Mapping[str, Archive] = field(default_factory=dict)
    healths: Mapping[str, Health] = field(default_factory=dict)
    locked: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()


def stored(root: Path, sources: Sequence[Source]) -> Store:
    """What the folder holds of these sources. Damage is reported, and mended from the copies where they have more."""
    healths, complaint = state.read(_body(root, state.PATH))
    read = {source.key: _read(root, source.key) for source in sources}
    archives = {key: found for key, found in read.items() if isinstance(found, Archive)}
    problems = [Problem(Position(state.PATH), complaint, "", Level.WARNING)] if complaint else []
    for key, found in read.items():
        problems.extend(_damage(found, archive.path(key)))
    return Store(archives, healths, frozenset(read.keys() - archives.keys()), tuple(problems))


FORGOTTEN = timedelta(days=60)
"""How long after its last entry an archive without a source is worth a word."""


def orphaned(root: Path, sources: Sequence[Source], now: datetime) -> Iterator[Problem]:
    """A warning for each archive that no source has any more: perhaps a source was renamed and its past left behind."""
    known = {archive.path(source.key) for source in sources}
    for path in disk.files_below(root, archive.FOLDER, frozenset({".jsonl"})):
        found = _read(root, PurePosixPath(path).stem) if path not in known else None
        if isinstance(found, Archive) and any(e.first_seen + FORGOTTEN > now for e in found.entries.values()):
            said = f"no source is called '{found.source}' any more: its {len(found.entries)} entries are on no page"
            hint = "give the source its name back, or rename this file to the source's new name"
            yield Problem(Position(path), said, hint, Level.WARNING)


def _body(root: Path, path: str) -> bytes | None:
    return disk.read_all(root, [path]).get(path)


def _read(root: Path, key: str) -> Archive | TooNew:
    try:
        return archive.read(key, _body(root, archive.path(key)) or b"", _body(root, archive.copy_path(key)))
    except TooNew as newer:
        return newer


def _damage(found: Archive | TooNew, path: str) -> Iterator[Problem]:
    if isinstance(found, TooNew):
        hint = "its entries stay as they are and are not shown; update Heraldry"
        yield Problem(Position(path), "it was written by a newer Heraldry", hint, Level.WARNING)
    elif found.damaged:
        yield Problem(Position(path, found.damaged_line or 1), found.damaged, found.hint, Level.WARNING)


def write(root: Path, store: Store, healths: Mapping[str, Health]) -> None:
    """The archives of `store` and the healths of all sources. Call it under `disk.locked(root / archive.FOLDER)`."""
    for folder in FOLDERS:
        disk.sweep(root / folder, SUFFIXES)
    for key, value in store.archives.items():
        if key not in store.locked:
            body = archive.written(value)
            disk.write_changed(root, {archive.path(key): body, archive.copy_path(key): body})
    disk.write_changed(root, {state.PATH: state.written(healths)})
