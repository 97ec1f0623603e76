"""Files in and out: reads that stay inside the root, writes that happen whole or not at all."""

from __future__ import annotations

import ctypes
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from filelock import FileLock, Timeout

MARK = ".heraldry-site"
"""Stands in every built site, so that no other folder is ever replaced by one."""


class Busy(Exception):
    """Another run holds the lock."""


class NotOurs(Exception):
    """The output folder holds something that no build has made."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of the site: where it goes, and its bytes or the file or folder to copy."""

    path: str
    content: bytes | Path


def files_below(root: Path, folder: str, suffixes: frozenset[str] | None = None) -> Iterator[str]:
    """Paths from `root` of the plain files below `folder`, sorted; no dotfile, no link, no editor's backup."""
    top = root / folder
    if not top.is_dir() or top.is_symlink():
        return
    for entry in sorted(os.scandir(top), key=lambda entry: entry.name):
        name = f"{folder}/{entry.name}"
        if entry.name.startswith((".", "#")) or entry.name.endswith("~") or entry.is_symlink():
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from files_below(root, name, suffixes)
        elif suffixes is None or PurePosixPath(entry.name).suffix.lower() in suffixes:
            yield name


def read_all(root: Path, paths: Iterable[str]) -> dict[str, bytes]:
    """The bytes of each path that exists."""
    return {path: (root / path).read_bytes() for path in paths if (root / path).is_file()}


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
    _sync(path.parent)


def write_changed(root: Path, files: Mapping[str, bytes]) -> None:
    """Each file whose bytes differ from what is there."""
    for name, body in files.items():
        path = root / name
        if not path.is_file() or path.read_bytes() != body:
            write_whole(path, body)


@contextmanager
def locked(target: Path) -> Iterator[None]:
    """Only one run at a time builds into `target`. Raises Busy at once when another does."""
    target.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(target.parent / f".{target.name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise Busy(str(target)) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """A new folder beside `target` that takes its place, in one step, when the block ends well.

    Raises NotOurs before anything happens when `target` holds files that no build has made. Whatever goes
    wrong inside, `target` stays as it was.
    """
    _recovered(target)
    if not _replaceable(target):
        raise NotOurs(str(target))
    stage = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.new-"))
    try:
        stage.chmod(0o755)
        yield stage
        (stage / MARK).write_text("This folder is replaced by each build.\n", encoding="utf-8")
        _sync_tree(stage)
        _swap(stage, target)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def write_site(stage: Path, files: Iterable[File]) -> int:
    """The files written into the stage; how many. Raises ValueError for a path that leads out of it."""
    count = 0
    for file in files:
        parts = PurePosixPath(file.path).parts
        if file.path.startswith("/") or ".." in parts:
            raise ValueError(file.path)
        path = stage.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        _put(path, file.content)
        count += 1
    return count


def _put(path: Path, content: bytes | Path) -> None:
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content.is_dir():
        shutil.copytree(content, path, dirs_exist_ok=True)
    else:
        shutil.copyfile(content, path)


def _replaceable(target: Path) -> bool:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        return False
    return not target.exists() or (target / MARK).is_file() or not any(target.iterdir())


def _aside(target: Path) -> Path:
    return target.parent / f".{target.name}.old"


def _recovered(target: Path) -> None:
    """What an interrupted run left: the old site back in its place, half-written stages gone."""
    aside = _aside(target)
    if aside.is_dir() and not target.exists():
        os.replace(aside, target)
    shutil.rmtree(aside, ignore_errors=True)
    for left in target.parent.glob(f".{target.name}.new-*"):
        shutil.rmtree(left, ignore_errors=True)


def _swap(stage: Path, target: Path) -> None:
    """`stage` in the place of `target`: exchanged in one step where the system can, set aside elsewhere."""
    if not target.exists():
        os.replace(stage, target)
    elif not _exchanged(stage, target):
        os.replace(target, _aside(target))
        os.replace(stage, target)
        shutil.rmtree(_aside(target), ignore_errors=True)
    _sync(target.parent)


def _exchanged(one: Path, other: Path) -> bool:
    """Whether Linux's renameat2(RENAME_EXCHANGE) has exchanged the two folders."""
    if not sys.platform.startswith("linux"):
        return False
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    here, exchange = -100, 2
    return bool(renameat2(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)


def _sync_tree(folder: Path) -> None:
    """Everything below `folder` on disk before it takes its place."""
    if hasattr(os, "sync"):
        os.sync()
    _sync(folder)


def _sync(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def inside(root: Path, path: str) -> bool:
    """Whether `path` is a plain file below `root`, reached through no link."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts:
        return False
    step = root
    for part in parts:
        step = step / part
        if step.is_symlink():
            return False
    return step.exists() and stat.S_ISREG(step.stat().st_mode)
