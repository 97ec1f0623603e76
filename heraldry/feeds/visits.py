"""Whether to ask a source now: decided from what is known of it, `now` handed in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from heraldry.feeds.state import Health, State
from heraldry.model import Source

VALIDATED_FOR = timedelta(days=8)
"""How long a server's "nothing has changed" is believed before one whole document is asked for (NetNewsWire's rule)."""

CLOCK_WENT_BACK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Visit:
    """Ask now, with these validators; a body whose SHA-256 is `digest` need not be parsed. "" is none."""

    etag: str = ""
    modified: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Rest:
    """Do not ask now, and why."""

    reason: str


def visit(source: Source, health: Health | None, now: datetime, *, known: bool) -> Visit | Rest:
    """Whether to ask the source now. `known` says that its archive holds something.

    Without an archive "nothing has changed" would lose entries, so neither validators nor digest are used; nor are
    they once they are older than eight days. A source whose settings were changed is asked at once, and so is every
    source when the clock was put back. A feed that is gone rests until its address changes.
    """
    before = at_its_address(health, source)
    if before is None:
        return Visit()
    if before.state is State.GONE:
        return Rest("it said that it is gone for good")
    if _resting(before, source, now):
        return Rest("it is asked again later")
    trusted = known and before.validated is not None and timedelta() <= now - before.validated <= VALIDATED_FOR
    return Visit(before.etag, before.modified, before.digest) if trusted else Visit()


def _resting(health: Health, source: Source, now: datetime) -> bool:
    """Whether the next try is still to come, by a clock that can be believed."""
    if health.next_try is None or health.asked != settings(source):
        return False
    back = health.checked is not None and now < health.checked - CLOCK_WENT_BACK
    return now < health.next_try and not back


def at_its_address(health: Health | None, source: Source) -> Health | None:
    """What is known of the source at the address that it has now."""
    return health if health is not None and health.url == _sha256(source.url) else None


def unvisited(source: Source, now: datetime) -> Health:
    """What is known of a source before anybody has asked it."""
    return Health(since=now, url=_sha256(source.url), asked=settings(source))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def settings(source: Source) -> str:
    """A digest of what bears on a visit: when an editor changes that, the source is not left waiting."""
    how = (source.allow_private, source.proxy, source.auth, source.max_bytes, source.timeout, source.accept_batch)
    return _sha256(repr(how))[:16]
