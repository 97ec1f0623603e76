"""The files below archive/images: which are there and sound; written whole, and kept until no entry names them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from heraldry.disk import files_below, locked, write_whole
from heraldry.pictures.sized import Sized
from heraldry.pictures.stored import FOLDER, family, key, path, told
from heraldry.pictures.webp import HEAD, measured

Paths = Mapping[str, tuple[str, ...]]
"""A picture's files from the site's root, widest first, by its key or its address."""


def stored(root: Path) -> Paths:
    """The sound files of each picture by its key, widest first; one that is not what its name says is passed over."""
    found: dict[str, list[tuple[int, str]]] = {}
    for name in files_below(root, FOLDER, frozenset({".webp"})):
        said = told(name)
        if said and _size(root / name)[0] == said[1]:
            found.setdefault(said[0], []).append((said[1], name))
    return {name: tuple(path for _, path in sorted(sizes, reverse=True)) for name, sizes in found.items()}


def _size(file: Path) -> tuple[int, int]:
    try:
        with file.open("rb") as opened:
            return measured(opened.read(HEAD), os.fstat(opened.fileno()).st_size) or (0, 0)
    except OSError:
        return (0, 0)


def lying(root: Path) -> Mapping[str, Sequence[str]]:
    """Every file of each picture, damaged or not, by its key."""
    found: dict[str, list[str]] = {}
    for name in _names(root):
        if said := told(name):
            found.setdefault(said[0], []).append(name)
    return found


def _names(root: Path) -> Iterator[str]:
    """Everything that lies in the folder, also what `files_below` passes over."""
    with suppress(OSError):
        if not (root / FOLDER).is_symlink() and not (root / FOLDER).parent.is_symlink():
            yield from sorted(f"{FOLDER}/{name}" for name in os.listdir(root / FOLDER))


def complete(have: Paths, lying: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The keys of the pictures of which no size is missing or, among the files that lie there, damaged."""
    return frozenset(name for name, paths in have.items() if {*family(paths[0]), *lying.get(name, ())} <= set(paths))


PATIENCE = 30.0
"""Seconds to wait for another run that writes below archive/: it takes much less."""


def keep(root: Path, name: str, sizes: Sequence[Sized], before: Sequence[str]) -> None:
    """The picture with this key, written, the widest first: of one whose narrower sizes are missing that can be told.

    `before` are its files that lay there; those that are not among the new ones go. The folder is locked meanwhile,
    for another run may be pruning it. Raises OSError or disk.Busy.
    """
    made = {path(name, size.width): size.body for size in sizes}
    with locked((root / FOLDER).parent, PATIENCE):
        for where, body in made.items():
            write_whole(root / where, body)
        for stale in set(before) - made.keys() if made else ():
            (root / stale).unlink(missing_ok=True)


def prune(root: Path, named: Iterable[str]) -> int:
    """Deletes the pictures that none of these addresses names, and what a killed run left; how many files.

    To be called with the addresses of every entry in every archive, while the archive is locked.
    """
    keys, gone = {key(address) for address in named}, 0
    for name in _names(root):
        said = told(name) or told(_LEFT.sub(r"/\1", name))
        if said and (said[0] not in keys or told(name) is None):
            with suppress(OSError):
                (root / name).unlink()
                gone += 1
    return gone


_LEFT = re.compile(r"/\.([^/]+\.webp)\.[^/]*$")
