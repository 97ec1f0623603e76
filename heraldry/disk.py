"""Files in and out: reads that stay inside the root, writes that happen whole or not at all."""

from __future__ import annotations

import ctypes
import errno
import glob
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from filelock import FileLock, Timeout

MARK = ".heraldry-site"
"""Stands in every built site, so that no other folder is ever replaced by one."""

BACKUPS = ("~", ".bak", ".orig", ".swp", ".tmp")
"""How names of copies end that editors and merges leave behind."""


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
    return {path: (root / path).read_bytes() for path in paths if _there(root / path)}


_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})


def _there(path: Path) -> bool:
    """Whether a plain file is there. Raises OSError for any other answer: newer `Path.is_file`s take each for a no,
    and what only seems to be missing would be made anew."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        if error.errno in _ABSENT:
            return False
        raise


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
        if not _there(path) or path.read_bytes() != body:
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


@contextmanager
def locked(target: Path, patience: float = 0) -> Iterator[None]:
    """Only one run at a time writes into `target`. Raises Busy when another does and has not ended after `patience`
    seconds."""
    target.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(target.parent / f".{target.name}.lock")
    try:
        lock.acquire(timeout=patience)
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
    if not replaceable(target):
        raise NotOurs(str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.new-"))
    try:
        (stage / MARK).write_text("This folder is replaced by each build.\n", encoding="utf-8")
        yield stage
        _opened(stage)
        _sync_tree(stage)
        _swap(stage, target)
    finally:
        _removed(stage)


def write_site(stage: Path, files: Iterable[File]) -> int:
    """The files written into the stage; how many. Raises ValueError for a path that leads out of it."""
    count = 0
    for file in files:
        parts = PurePosixPath(file.path).parts
        if file.path.startswith("/") or ".." in parts or not parts or _foreign(file.path):
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
        shutil.copytree(content, path, dirs_exist_ok=True)
        return sum(len(files) for _, _, files in os.walk(path))
    else:
        shutil.copyfile(content, path)
    return 1


def replaceable(target: Path) -> bool:
    """Whether a site may take the place of `target`: it is not there, empty, or a site itself."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        return False
    return not target.exists() or _ours(target) or not any(target.iterdir())


def _aside(target: Path) -> Path:
    return target.parent / f".{target.name}.old"


def _recovered(target: Path) -> None:
    """What an interrupted run left: the old site back in its place, half-written stages gone."""
    aside = _aside(target)
    if _ours(aside) and not os.path.lexists(target):
        os.replace(aside, target)
    for left in target.parent.glob(f".{glob.escape(target.name)}.*"):
        if left == aside or left.name.startswith(f".{target.name}.new-"):
            _removed(left)


def _ours(folder: Path) -> bool:
    """Whether a build has made the folder."""
    return not folder.is_symlink() and (folder / MARK).is_file()


def _removed(folder: Path) -> None:
    """The folder gone if a build has made it or nothing is in it; anybody else's stays.

    The mark goes last: what cannot be removed now can still be told to be ours by the next build.
    """
    with suppress(OSError):
        if _ours(folder):
            for path in folder.iterdir():
                if path.name != MARK:
                    _gone(path)
            if [path.name for path in folder.iterdir()] == [MARK]:
                (folder / MARK).unlink()
        if folder.is_dir() and not folder.is_symlink():
            folder.rmdir()


def _gone(path: Path) -> None:
    with suppress(OSError):
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() and not path.is_symlink() else path.unlink()


def _opened(stage: Path) -> None:
    """Every file readable and every folder searchable by all: a site is public, whatever the umask says."""
    stage.chmod(0o755)
    for folder, folders, files in os.walk(stage):
        for name in folders:
            os.chmod(os.path.join(folder, name), 0o755)
        for name in files:
            os.chmod(os.path.join(folder, name), 0o644)


def _swap(stage: Path, target: Path) -> None:
    """`stage` in the place of `target`: exchanged in one step where the system can, set aside elsewhere."""
    if not target.exists():
        os.replace(stage, target)
    elif not _exchanged(stage, target):
        os.replace(target, _aside(target))
        os.replace(stage, target)
        _removed(_aside(target))
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
    pure = PurePosixPath(path)
    if not pure.parts or pure.is_absolute() or ".." in pure.parts or _foreign(path):
        return False
    return not _linked(root, pure) and (root / pure).is_file()


def _foreign(path: str) -> bool:
    """Whether the path means something else on Windows: a drive, or parts that Windows alone would see."""
    return "\\" in path or bool(PureWindowsPath(path).drive)
