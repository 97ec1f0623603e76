"""What in a source's health concerns an editor: decisions over values, `now` handed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from heraldry.feeds.state import Health, State
from heraldry.feeds.visits import at_its_address
from heraldry.model import Source

MOVED_FOR = timedelta(days=7)
"""How long a permanent redirect must stand before an editor is asked to follow it."""

GIVEN_UP = timedelta(days=30)
STALE = timedelta(days=3)


def troubled(health: Health | None) -> bool:
    """Whether an editor should look at the source."""
    return health is not None and health.state not in (State.OK, State.WAITING)


def present(source: Source, health: Health | None, entries: int) -> Health | None:
    """What is known of the source at its present address, with what its archive holds now; None before a visit."""
    known = at_its_address(health, source)
    return replace(known, entries=entries) if known and known.state is not State.WAITING else None


def late(health: Health | None, now: datetime, stale: timedelta = STALE) -> bool:
    """Whether a source that is well has not been read for longer than `stale`: perhaps no build runs any more."""
    return health is not None and health.state is State.OK and now - (health.success or health.since) > stale


def used(health: Health) -> bool:
    """Whether the last document brought something in spite of its faults."""
    return health.success is not None and health.success == health.checked


def refused(health: Health) -> bool:
    """Whether the server wants to know who asks (RFC 9110, 401 and 403)."""
    refused = any(
        f"answered {code}" in reason or f"({code})" in reason for reason in health.reasons for code in (401, 403)
    )
    return refused and health.state in (State.FAILED, State.BLOCKED)


def given_up(health: Health, now: datetime) -> bool:
    return health.state is State.FAILED and now - health.since > GIVEN_UP


def has_moved(health: Health, now: datetime) -> bool:
    """Whether permanent redirects have led elsewhere long enough to be believed."""
    return health.moved_since is not None and now - health.moved_since >= MOVED_FOR
