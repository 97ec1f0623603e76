"""What is known of each source between two runs: how it fares, and what makes the next request cheap.

Losing it costs one whole fetch of each feed, never an entry. It lies beside the archives, which may be public, so it
holds no address as it was written: `url` is a digest, and `moved` comes without what may be a secret.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, get_type_hints

from heraldry.moments import FIRST_YEAR, LAST_YEAR

PATH = "archive/state.json"
VERSION = 1

DAMAGED = "what was known of the feeds' health was damaged and is learnt anew"
NEWER = "what was known of the feeds' health was written by a newer Heraldry and is learnt anew"


class State(StrEnum):
    """How a source fares, by its last visit."""

    OK = "ok"
    DEGRADED = "degraded"
    """An answer came of which something, or everything, could not be used."""
    FAILED = "failed"
    GONE = "gone"
    """It said 410: it is not asked again until its address changes."""
    BLOCKED = "blocked"
    """It refuses machines such as ours: the law (451), or a guard against robots."""
    BUSY = "busy"
    """It asked to be left alone for a while."""
    HELD = "held"
    """Nearly everything in it looked new at once: an editor is asked first."""
    WAITING = "waiting"
    """Never tried yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One source's state since `since`; every moment is aware.

    `checked` is the last visit, `success` the last one that brought news or "nothing has changed". `next_try` None
    means the next run. `reasons` are plain words without a secret, `failures` counts visits in a row to which no
    document came, `entries` what the archive holds; `ids` is a digest of what it held after the last good visit.
    `held` entries wait since `held_on`, also while a visit fails.

    `etag` and `modified` are the server's own words for the last document that was taken in whole, `digest` is its
    SHA-256 and `complaints` what was wrong with it; `validated` is when it was read. `moved` is where permanent
    redirects lead, in every answer since `moved_since`; its userinfo and the values of its query are cut.

    `url` and `asked` are digests of the address and of how it is asked: of another address nothing is known.
    """

    state: State = State.WAITING
    since: datetime
    checked: datetime | None = None
    success: datetime | None = None
    next_try: datetime | None = None
    reasons: tuple[str, ...] = ()
    failures: int = 0
    etag: str = ""
    modified: str = ""
    digest: str = ""
    complaints: tuple[str, ...] = ()
    validated: datetime | None = None
    moved: str = ""
    moved_since: datetime | None = None
    held_on: date | None = None
    held: int = 0
    proxy: bool = False
    url: str = ""
    asked: str = ""
    entries: int = 0
    ids: str = ""


def read(body: bytes | None) -> tuple[Mapping[str, Health], str]:
    """What `written` has written, by source, and a complaint or "". None means that there is no file, which is fine.

    Whatever the bytes are, nothing is raised: a damaged file is as good as none, a damaged source in a file that is
    otherwise sound costs only itself.
    """
    if body is None:
        return {}, ""
    try:
        document = _checked(json.loads(body), dict)
        if _checked(document["version"], int) > VERSION:
            return {}, NEWER
        sources = _checked(document["sources"], dict)
        if document["version"] != VERSION or document["sha256"] != _digest(sources):
            return {}, DAMAGED
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}, DAMAGED
    healths = {key: _health(said) for key, said in sources.items()}
    return {key: health for key, health in healths.items() if health}, DAMAGED if None in healths.values() else ""


def lasting(body: bytes | None) -> object:
    """What a file says of how the sources fare, without what changes at every visit; equal for equal news."""
    healths, complaint = read(body)
    return {key: _lasting(health) for key, health in healths.items()}, complaint


def _lasting(health: Health) -> Health:
    return replace(
        health,
        checked=None,
        success=None,
        next_try=None,
        validated=None,
        failures=0,
        etag="",
        modified="",
        digest="",
        ids="",
        asked="",
    )


def written(healths: Mapping[str, Health]) -> bytes:
    """The file: JSON, sorted, a line for each fact that differs from the usual. The same facts are the same bytes."""
    sources = {key: _said(health) for key, health in healths.items()}
    document = {"version": VERSION, "sha256": _digest(sources), "sources": dict(sorted(sources.items()))}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _digest(sources: Mapping[str, Any]) -> str:
    """SHA-256 of what the sources say, not of how it is laid out."""
    text = json.dumps(sources, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _said(health: Health) -> dict[str, Any]:
    """The fields that are not at their defaults, as JSON."""
    values = ((f, getattr(health, f.name)) for f in fields(health))
    return {f.name: _plain(value) for f, value in values if value != f.default}


def _plain(value: object) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _health(said: object) -> Health | None:
    """The source's health; None when anything in it is not what it must be. Keys that are not known are passed over."""
    try:
        given = _checked(said, dict)
        return Health(**{f.name: _READ[f.name](given[f.name]) for f in fields(Health) if f.name in given or _must(f)})
    except (ValueError, KeyError, TypeError):
        return None


def _must(field: Field[Any]) -> bool:
    return field.default is MISSING


def _checked(value: Any, kind: type) -> Any:
    """`value`, if it is of that very kind: True is no number. Raises TypeError otherwise."""
    if type(value) is not kind:
        raise TypeError(value)
    return value


def _text(value: object) -> str:
    text: str = _checked(value, str)
    text.encode()
    return text


def _texts(value: object) -> tuple[str, ...]:
    return tuple(_text(text) for text in _checked(value, list))


def _count(value: object) -> int:
    number: int = _checked(value, int)
    if number < 0:
        raise ValueError(number)
    return number


def _flag(value: object) -> bool:
    return bool(_checked(value, bool))


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(value)
    return moment


def _day(value: object) -> date:
    day = date.fromisoformat(_text(value))
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(value)
    return day


_KINDS: Mapping[Any, Any] = {
    State: lambda value: State(_text(value)),
    datetime: _moment,
    datetime | None: _moment,
    date | None: _day,
    tuple[str, ...]: _texts,
    str: _text,
    int: _count,
    bool: _flag,
}
_READ = {name: _KINDS[kind] for name, kind in get_type_hints(Health).items()}
