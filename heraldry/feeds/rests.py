"""Pictures that could not be had: how long each is left alone, remembered in archive/images/failed.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from heraldry.disk import write_whole
from heraldry.pictures.stored import FOLDER

RESTS = f"{FOLDER}/failed.json"
VERSION = 1

LONGEST_REST = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Rest:
    """A picture that could not be had `tries` times in a row is left alone `until` then."""

    tries: int
    until: datetime


def resting(rest: Rest | None, now: datetime) -> bool:
    """Whether it is to be left alone now. A rest longer than any we give is no rest."""
    return rest is not None and now < rest.until <= now + LONGEST_REST


def rested(before: Rest | None, now: datetime) -> Rest:
    """The rest after one more failure: a day, two, four ... up to fourteen."""
    tries = min(before.tries if before else 0, 10) + 1
    return Rest(tries, now + min(timedelta(days=2 ** (tries - 1)), LONGEST_REST))


def read_rests(root: Path) -> Mapping[str, Rest]:
    """What is resting, by key; nothing when the file is missing or damaged, which costs only time."""
    try:
        said: Any = json.loads((root / RESTS).read_bytes())
        if said["version"] != VERSION:
            return {}
        return {name: Rest(int(tries), _moment(until)) for name, (tries, until) in said["failed"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def remember(root: Path, before: Mapping[str, Rest], after: Mapping[str, Rest]) -> None:
    """The file, written when something has changed; that it cannot be written costs only time."""
    if after != before:
        with suppress(OSError):
            write_whole(root / RESTS, _written(after))


def _written(rests: Mapping[str, Rest]) -> bytes:
    """A line for each picture, sorted."""
    failed = {name: [rest.tries, rest.until.isoformat()] for name, rest in sorted(rests.items())}
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(said)}" for name, said in failed.items())
    return f'{{"version": {VERSION}, "failed": {{\n{lines}\n}}}}\n'.encode()
