"""What is asked of the system itself: what is written is to be on disk, and two folders are to change places."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

HERE, EXCHANGE = -100, 2
"""AT_FDCWD and RENAME_EXCHANGE, of Linux's headers."""

UNKNOWN = frozenset({errno.ENOSYS, errno.EINVAL, errno.EPERM, errno.EOPNOTSUPP})
"""What kernels, filesystems and sandboxes answer to a call that they do not know."""


def sync(folder: Path) -> None:
    """The names in `folder` on disk. Windows keeps them without being asked."""
    if os.name == "posix":
        with _opened(folder) as descriptor:
            os.fsync(descriptor)


def sync_all(folder: Path) -> None:
    """Everything on disk that was written below `folder`.

    Linux is asked for the filesystem at once: a tenth of the time of asking for each of 25,000 files, no waiting for
    other disks, and what could not be written is an OSError. Elsewhere every disk is asked, and none tells; Windows
    is not asked at all.
    """
    if not _filesystem_synced(folder) and hasattr(os, "sync"):
        os.sync()
    sync(folder)


def exchanged(one: Path, other: Path) -> bool:
    """Whether the two folders have changed places, in one step; False where the system or the disk cannot."""
    call = _libc("renameat2")
    return call is not None and _done(call(HERE, os.fsencode(one), HERE, os.fsencode(other), EXCHANGE), other)


def _filesystem_synced(folder: Path) -> bool:
    call = _libc("syncfs")
    if call is None:
        return False
    with _opened(folder) as descriptor:
        return _done(call(descriptor), folder)


def _done(answer: int, path: Path) -> bool:
    """Whether a call was carried out; False when it is not known here. Raises OSError when it failed."""
    reason = ctypes.get_errno()
    if answer != 0 and reason not in UNKNOWN:
        raise OSError(reason, os.strerror(reason), str(path))
    return answer == 0


@cache
def _libc(name: str) -> Callable[..., int] | None:
    """A call of Linux's C library that Python does not bring; None where there is none."""
    if not sys.platform.startswith("linux"):
        return None
    found: Callable[..., int] | None = getattr(ctypes.CDLL(None, use_errno=True), name, None)
    return found


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
