"""One run at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout


class Busy(Exception):
    """Another run holds the lock."""


@contextmanager
def locked(target: Path, patience: float = 0) -> Iterator[None]:
    """Only one run at a time writes into `target`. Raises Busy when another does and has not ended after `patience`
    seconds.

    The system lets go of the lock when its holder ends, however that comes about; the file of the lock stays, since
    a lock on a file that is gone would hold nobody off.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(target.parent / f".{target.name}.lock")
    try:
        lock.acquire(timeout=patience)
    except Timeout:
        raise Busy(str(target)) from None
    try:
        yield
    finally:
        with suppress(OSError):  # what was done under the lock is done; its end frees it at the latest
            lock.release()
