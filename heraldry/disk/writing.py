"""Files written: single ones whole and to stay, those of a site into its stage."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from heraldry.disk.reading import foreign, there
from heraldry.disk.system import sync


@dataclass(frozen=True, slots=True)
class File:
    """One file of the site: where it goes, and its bytes or the file or folder to copy."""

    path: str
    content: bytes | Path


def write_whole(path: Path, body: bytes) -> None:
    """The file with these bytes: the old one or the new one at any moment, and on disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    sync(path.parent)


def write_changed(root: Path, files: Mapping[str, bytes]) -> None:
    """Each file whose bytes differ from what is there."""
    for name, body in files.items():
        path = root / name
        if not there(path) or path.read_bytes() != body:
            write_whole(path, body)


def sweep(folder: Path, suffixes: Collection[str]) -> None:
    """What killed runs of `write_whole` left of files with these suffixes, gone. Call it while nobody else writes."""
    if folder.is_symlink() or not folder.is_dir():
        return
    for path in folder.iterdir():
        left = _LEFT.fullmatch(path.name)
        if left and PurePosixPath(left["name"]).suffix in suffixes:
            with suppress(OSError):
                path.unlink()


_LEFT = re.compile(r"\.(?P<name>.+)\.[a-z0-9_]{8}")
"""The name that `write_whole` gives a file until it is whole."""


def write_site(stage: Path, files: Iterable[File]) -> int:
    """The files written into the stage; how many. Raises ValueError for a path that leads out of it, and OSError at
    the first file that cannot be written or copied."""
    count = 0
    for file in files:
        parts = PurePosixPath(file.path).parts
        if file.path.startswith("/") or ".." in parts or not parts or foreign(file.path):
            raise ValueError(file.path)
        path = stage.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        count += _put(path, file.content)
    return count


def _put(path: Path, content: bytes | Path) -> int:
    """The file or folder written; how many files that are."""
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content.is_dir():
        return _copied(content, path)
    else:
        shutil.copyfile(content, path)
    return 1


def _copied(folder: Path, path: Path) -> int:
    """The folder's files copied, those behind links to folders apart; how many. `shutil.copytree` would go on after
    an error, and name every file that a full disk had no room for."""
    count = 0
    for top, _, files in os.walk(folder, onerror=raised):
        there = path / Path(top).relative_to(folder)
        there.mkdir(parents=True, exist_ok=True)
        for name in files:
            shutil.copyfile(os.path.join(top, name), there / name)
        count += len(files)
    return count


def raised(error: OSError) -> None:
    """For `os.walk`, which else takes a folder that cannot be read for an empty one."""
    raise error
