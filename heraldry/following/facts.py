"""What there is to say of each source: as JSON, as the cells of a table, and as the preview shows it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from heraldry.feeds.state import State
from heraldry.following.look import Look, Seen, look
from heraldry.preview.sources import Followed

HEADS = ("source", "state", "since", "last read well", "next try", "entries")


def document(look: Look) -> str:
    """All sources as JSON, version 1, times ISO 8601 in the programme's zone, null where there is none.

    Each has `source` and `name`; `state` (ok, degraded, failed, gone, blocked, busy, held, waiting) and `since`;
    `trouble`: whether an editor should look; `checked` and `success`; `next_try` (null: at the next build, or never of
    a feed that is gone); `failures` in a row; `entries` in the archive; `reasons` and `words` in plain English; `held`
    and `held_on`; `moved` and `moved_since`, where permanent redirects lead; `proxy`. A source that was never tried is
    `waiting`.
    """
    listed = [_facts(seen, look.zone) for seen in look.seen]
    return json.dumps({"version": 1, "sources": listed}, ensure_ascii=False, indent=2)


def _facts(seen: Seen, zone: ZoneInfo) -> dict[str, Any]:
    health = seen.health
    first = {"source": seen.source.key, "name": seen.source.name, "state": seen.state.value, "trouble": seen.trouble}
    moments = {name: _iso(getattr(health, name, None), zone) for name in ("since", "checked", "success", "next_try")}
    return {
        **first,
        **moments,
        "failures": health.failures if health else 0,
        "entries": health.entries if health else 0,
        "reasons": list(health.reasons) if health else [],
        "words": list(seen.words),
        "held": health.held if health else 0,
        "held_on": health.held_on.isoformat() if health and health.held_on else None,
        "moved": health.moved if health else "",
        "moved_since": _iso(health.moved_since, zone) if health else None,
        "proxy": seen.source.proxy is not None,
    }


def _iso(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None


def row(seen: Seen, look: Look) -> tuple[str, ...]:
    """The cells below HEADS."""
    health = seen.health
    since = _short(health.since, look.zone) if health else "–"
    read = _short(health.success, look.zone) if health and health.success else "never"
    return (seen.source.key, seen.state.value, since, read, _next_try(seen, look), str(health.entries if health else 0))


def _short(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _next_try(seen: Seen, look: Look) -> str:
    """When the source is asked next, in two words or as a time."""
    if seen.state is State.GONE:
        return "not again"
    at = seen.health.next_try if seen.health else None
    return _short(at, look.zone) if at and at > look.now else "next build"


def followed(root: Path, now: datetime) -> tuple[Followed, ...]:
    """The same facts for the local preview, those in trouble first; empty when they cannot be had."""
    try:
        read = look(root, now)
    except OSError:
        return ()
    seen = sorted(read.value.seen, key=lambda seen: not seen.trouble) if read.value else []
    return tuple(_followed(one, read.value) for one in seen if read.value)


def _followed(seen: Seen, look: Look) -> Followed:
    facts = tuple(zip(HEADS, row(seen, look), strict=True))[2:]
    return Followed(seen.source.key, seen.source.name, seen.state.value, seen.trouble, facts, seen.words)
