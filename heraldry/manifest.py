"""heraldry.json: what a published site says of itself, so that any machine can tell whether it is still right.

It is public, so it holds digests and moments only: no title, no slug, no path and no secret.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

NAME = "heraldry.json"
VERSION = 1
MOST_BYTES = 20_000

CHECKED = re.compile(rb'<time class="checked"[^>]*>[^<]*</time>')
"""Where a page says when it was made: the one thing on it that says nothing about the content."""

_DIGEST = re.compile(r"[0-9a-f]{16,64}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build was made of and for how long it holds; every moment is in UTC.

    `checked` is when it was made; from `stale` on the programme finds that too long ago. `next` is the first moment
    after `checked` at which something public changes by itself, None when nothing is planned. `inputs` are digests
    of what it was made of, by name; `site` is one of all its files, apart from the words that say when it was checked.
    """

    checked: datetime
    stale: datetime
    next: datetime | None
    address: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    site: str = ""

    @property
    def patience(self) -> timedelta:
        """How long the programme goes without a check."""
        return self.stale - self.checked


def written(manifest: Manifest) -> bytes:
    """The file's bytes; the same facts are the same bytes."""
    document = {
        "version": VERSION,
        "checked": _text(manifest.checked),
        "stale": _text(manifest.stale),
        "next": _text(manifest.next) if manifest.next else None,
        "address": manifest.address,
        "inputs": dict(sorted(manifest.inputs.items())),
        "site": manifest.site,
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def read(body: bytes) -> Manifest:
    """What `written` has written. Raises ValueError saying what is wrong with anything else."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("it is no JSON") from None
    if not isinstance(said, dict) or not isinstance(said.get("version"), int):
        raise ValueError("it is no manifest of a Heraldry site")
    if said["version"] != VERSION:
        raise ValueError(f"it is of version {said['version']}, which this Heraldry does not know")
    try:
        return _manifest(said)
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError):
        raise ValueError("something in it is missing or damaged") from None


def _manifest(said: Mapping[str, Any]) -> Manifest:
    checked, stale = _moment(said["checked"]), _moment(said["stale"])
    if stale < checked:
        raise ValueError(said["stale"])
    return Manifest(
        checked=checked,
        stale=stale,
        next=_moment(said["next"]) if said["next"] is not None else None,
        address=_words(said["address"]),
        inputs={_words(name): _digest(digest) for name, digest in said["inputs"].items()},
        site=_digest(said["site"]),
    )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _moment(text: object) -> datetime:
    moment = datetime.fromisoformat(_words(text))
    if moment.tzinfo is None or not 1970 <= moment.year < 9999:  # nearer the calendar's ends no zone can tell it
        raise ValueError(text)
    return moment.astimezone(UTC)


def _words(value: object) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise TypeError(value)
    return value


def _digest(value: object) -> str:
    text = _words(value)
    if not _DIGEST.fullmatch(text):
        raise ValueError(value)
    return text
