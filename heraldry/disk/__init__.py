"""Files in and out: reads that stay inside the root, writes that happen whole or not at all."""

from __future__ import annotations

from heraldry.disk.locking import Busy, locked
from heraldry.disk.reading import BACKUPS, files_below, inside, read_all
from heraldry.disk.staging import MARK, NotOurs, Unconfirmed, recovered, replaceable, staged
from heraldry.disk.writing import File, sweep, write_changed, write_site, write_whole

__all__ = [
    "BACKUPS",
    "MARK",
    "Busy",
    "File",
    "NotOurs",
    "Unconfirmed",
    "files_below",
    "inside",
    "locked",
    "read_all",
    "recovered",
    "replaceable",
    "staged",
    "sweep",
    "write_changed",
    "write_site",
    "write_whole",
]
