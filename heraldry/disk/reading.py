"""Reads that stay inside the root."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

BACKUPS = ("~", ".bak", ".orig", ".swp", ".tmp")
"""How names of copies end that editors and merges leave behind."""


def files_below(root: Path, folder: str, suffixes: frozenset[str] | None = None) -> Iterator[str]:
    """Paths from `root` of the plain files below `folder`, sorted; no dotfile, no link, no editor's backup."""
    top = root / folder
    if not top.is_dir() or _linked(root, PurePosixPath(folder)):
        return
    for entry in sorted(os.scandir(top), key=lambda entry: entry.name):
        name = f"{folder}/{entry.name}"
        if entry.name.startswith((".", "#")) or entry.name.endswith(BACKUPS) or entry.is_symlink():
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from files_below(root, name, suffixes)
        elif entry.is_file(follow_symlinks=False) and _of_kind(entry.name, suffixes):
            yield name


def _of_kind(name: str, suffixes: frozenset[str] | None) -> bool:
    return suffixes is None or PurePosixPath(name).suffix.lower() in suffixes


def _linked(root: Path, path: PurePosixPath) -> bool:
    """Whether any step from `root` to `path` is a symbolic link."""
    return any((root / step).is_symlink() for step in (path, *path.parents))


def read_all(root: Path, paths: Iterable[str]) -> dict[str, bytes]:
    """The bytes of each path that exists. Raises OSError for one of which the disk cannot tell."""
    return {path: (root / path).read_bytes() for path in paths if there(root / path)}


_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})


def there(path: Path) -> bool:
    """Whether a plain file is there. Raises OSError for any other answer: newer `Path.is_file`s take each for a no,
    and what only seems to be missing would be made anew."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        if error.errno in _ABSENT:
            return False
        raise


def inside(root: Path, path: str) -> bool:
    """Whether `path` is a plain file below `root`, reached through no link."""
    pure = PurePosixPath(path)
    if not pure.parts or pure.is_absolute() or ".." in pure.parts or foreign(path):
        return False
    return not _linked(root, pure) and (root / pure).is_file()


def foreign(path: str) -> bool:
    """Whether the path means something else on Windows: a drive, or parts that Windows alone would see."""
    return "\\" in path or bool(PureWindowsPath(path).drive)
