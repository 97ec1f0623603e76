"""A site that takes the old one's place whole, and what an interrupted run left of that put right."""

from __future__ import annotations

import errno
import glob
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from heraldry.disk.system import exchanged, sync, sync_all
from heraldry.disk.writing import raised

MARK = ".heraldry-site"
"""Stands in every built site, so that no other folder is ever replaced by one."""


class NotOurs(Exception):
    """The output folder holds something that no build has made."""


class Unconfirmed(OSError):
    """The new site stands, whole, but the disk does not confirm that a power cut would leave it standing."""


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """A new folder beside `target` that takes its place, in one step, when the block ends well. Call it under
    `locked(target)`.

    Raises NotOurs before anything happens when `target` holds files that no build has made. Whatever goes wrong
    inside, `target` stays as it was; Unconfirmed alone comes after the step. The order is the promise: every file
    written, then all of them on disk, then the step, then the step on disk, and only then is the old site removed.
    Killed anywhere, the old site or the new one stands, and the next run clears away what lies beside it.

    What a visitor can count on meanwhile: each file is whole; a path that both sites have is never missing; a folder
    that is held open is of one site for ever, and empties once that is replaced. Whoever walks from path to path
    can see a page of the old site and a picture of the new one: only a page's next visit is all new.

    Where folders cannot change places in one step (macOS, Windows, some network disks) the old site is set aside
    first. For that moment there is no site, and if the run is killed in it, none until `recovered` puts the old one
    back.
    """
    if not replaceable(target):
        raise NotOurs(str(target))
    recovered(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(dir=target.parent, prefix=_prefix(target)))
    try:
        (stage / MARK).write_text("This folder is replaced by each build.\n", encoding="utf-8")
        yield stage
        _open_to_all(stage)
        sync_all(stage)
        _placed(stage, target)
    except BaseException:
        _removed(stage)
        raise
    _confirmed(target)
    _removed(stage)


def replaceable(target: Path) -> bool:
    """Whether a site may take the place of `target`: it is not there, empty, or a site itself."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        return False
    return not target.exists() or _ours(target) or not any(target.iterdir())


def recovered(target: Path) -> None:
    """What an interrupted run left: the old site back in its place, half-written stages gone. Call it under
    `locked(target)`.

    What stands aside is a whole site at any moment: it is given another name before anything of it is removed. And
    a site that was replaced is removed only when it is on disk that it was.
    """
    aside, doomed = _aside(target), target.parent / f"{_prefix(target)}old"
    if _ours(aside) and not os.path.lexists(target):
        os.replace(aside, target)
    stages = list(target.parent.glob(f"{glob.escape(_prefix(target))}*"))
    if stages or _ours(aside):
        sync(target.parent)
    for left in stages:
        _removed(left)
    if _ours(aside):
        with suppress(OSError):
            os.replace(aside, doomed)
            _removed(doomed)
    _removed(aside)


def _prefix(target: Path) -> str:
    """How the names begin of folders on their way to become `target`, or away from it."""
    return f".{target.name}.new-"


def _aside(target: Path) -> Path:
    return target.parent / f".{target.name}.old"


def _open_to_all(site: Path) -> None:
    """Every file readable and every folder searchable by all: a site is public, whatever the umask says."""
    site.chmod(0o755)
    for folder, folders, files in os.walk(site, onerror=raised):
        for names, mode in ((folders, 0o755), (files, 0o644)):
            for path in (os.path.join(folder, name) for name in names):
                if not os.path.islink(path):
                    os.chmod(path, mode)


def _placed(stage: Path, target: Path) -> None:
    """`stage` in the place of `target`, and the old site in the place of `stage`."""
    try:
        if not target.exists():
            os.replace(stage, target)
        elif not exchanged(stage, target):
            _exchanged_in_turns(stage, target)
    except OSError as error:
        if error.errno not in _FIXED:
            raise
        words = "a mounted disk or a part of an image cannot be replaced; choose a folder below it"
        raise OSError(error.errno, words, str(target)) from None


_FIXED = frozenset({errno.EBUSY, errno.EXDEV})
"""What the system says of a folder that is a mount point, or of a lower layer of a container."""


def _exchanged_in_turns(stage: Path, target: Path) -> None:
    """As `exchanged`, in three steps; between the first and the second nothing stands at `target`."""
    aside = _aside(target)
    try:
        os.replace(target, aside)
        os.replace(stage, target)
    except BaseException:
        with suppress(OSError):  # refused when `target` is still, or again, there
            os.replace(aside, target)
        raise
    with suppress(OSError):  # `recovered` clears it away
        os.replace(aside, stage)


def _confirmed(target: Path) -> None:
    try:
        sync(target.parent)
    except OSError as error:
        raise Unconfirmed(error.errno, error.strerror, str(target)) from None


def _ours(folder: Path) -> bool:
    """Whether a build has made the folder."""
    return not folder.is_symlink() and (folder / MARK).is_file()


def _removed(folder: Path) -> None:
    """The folder gone if a build has made it or nothing is in it; anybody else's stays.

    The mark goes last: what cannot be removed now can still be told to be ours by the next build.
    """
    with suppress(OSError):
        if _ours(folder):
            if not _emptied(folder):
                _open_to_all(folder)
                _emptied(folder)
            if _names(folder) == [MARK]:
                (folder / MARK).unlink()
        if folder.is_dir() and not folder.is_symlink():
            folder.rmdir()


def _emptied(folder: Path) -> bool:
    """Whether nothing but the mark is left; what is write-protected, or is not let go of, stays."""
    for name in _names(folder):
        if name != MARK:
            _gone(folder / name)
    return _names(folder) == [MARK]


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def _gone(path: Path) -> None:
    with suppress(OSError):
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() and not path.is_symlink() else path.unlink()
