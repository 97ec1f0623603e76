"""When a run last looked whether something is due: a file beside the archives.

On their branch a commit a day says that the schedule is alive, also in weeks without news, and that the repository is
in use.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from heraldry import disk

FOLDER = "archive"
NAME = "heartbeat.json"


def beat(root: Path, now: datetime) -> None:
    """Note that a run has looked. What cannot be noted is no reason to stop."""
    body = json.dumps({"version": 1, "checked": now.isoformat().replace("+00:00", "Z")}) + "\n"
    with suppress(OSError):
        disk.write_whole(root / FOLDER / NAME, body.encode())
