"""What a visit changes in what is known of a source: decisions over values, `now` handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from heraldry.feeds.hushed import hushed, hushed_all, secret_parts, shown
from heraldry.feeds.state import Health, State
from heraldry.feeds.visits import at_its_address, settings, unvisited
from heraldry.model import Source

HOUR = timedelta(hours=1)
LONGEST_REST = timedelta(hours=24)
PATIENT = 3
"""Failures in a row after which a source is asked less often: the first may be our own bad minute."""

LONGEST_VALIDATOR = 1024
"""Characters; a longer one is not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A document came, and what is good in it was taken in.

    `usable` counts the entries in it that can be used; `whole` says that it was read to its end. `complaints` are
    what was wrong with it. `held` entries wait for an editor since `held_on`. `moved` is the address that permanent
    redirects lead to, or "".
    """

    usable: int
    whole: bool = True
    complaints: tuple[str, ...] = ()
    digest: str = ""
    etag: str = ""
    modified: str = ""
    moved: str = ""
    held: int = 0
    held_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """Nothing has changed: a 304, or the very bytes of last time. Validators that came along replace the known."""

    etag: str = ""
    modified: str = ""
    moved: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """No document came: `fault` is failed, gone, blocked or busy, `words` say why, `retry_after` is in seconds."""

    fault: str
    words: str
    retry_after: float | None = None
    moved: str = ""


@dataclass(frozen=True, slots=True)
class Rested:
    """It was not asked."""


Event = Answered | Same | Missed | Rested


def after(
    health: Health | None,
    event: Event,
    source: Source,
    now: datetime,
    tz: tzinfo,
    *,
    entries: int,
    secrets: Sequence[str] = (),
) -> Health:
    """What is known after the event. `entries` is what the source's archive holds now, `tz` the programme's zone.

    `secrets` (a token, say) are cut out of all words, and so are the userinfo and the query's values of addresses.
    """
    before = at_its_address(health, source) or unvisited(source, now)
    before = replace(before, entries=entries, proxy=source.proxy is not None)
    if isinstance(event, Rested):
        return before
    hidden = (*secrets, *secret_parts(source.url))
    if isinstance(event, Answered):
        made = _answered(before, event, now, tz, hidden)
    elif isinstance(event, Same):
        made = _same(before, event, now, hidden)
    else:
        made = _missed(before, event, now, hidden)
    made = _moved(replace(made, checked=now, asked=settings(source)), event, now, hidden)
    made = made if "://" in source.url else replace(made, next_try=None)
    return made if made.state is before.state else replace(made, since=now)


def _answered(before: Health, event: Answered, now: datetime, tz: tzinfo, hidden: Sequence[str]) -> Health:
    said = hushed_all(_complaints(event), hidden)
    made = replace(before, failures=0, next_try=None, reasons=said, held=event.held, held_on=None)
    made = made if event.usable == 0 else replace(made, success=now)
    if event.held:
        day = event.held_on or before.held_on or now.astimezone(tz).date()
        return replace(_forgetting(made), state=State.HELD, held_on=day)
    if event.usable and event.whole:
        made = _validated(replace(made, digest=event.digest, complaints=said, validated=now), event, hidden)
    return replace(made, state=State.DEGRADED if said else State.OK)


def _complaints(event: Answered) -> tuple[str, ...]:
    """What was wrong, in words also where nobody has found any."""
    if event.complaints:
        return event.complaints
    if event.usable == 0:
        return ("the feed is empty",)
    return () if event.whole else ("it breaks off before its end",)


def _validated(health: Health, event: Answered | Same, hidden: Sequence[str]) -> Health:
    """The validators of an answer, word for word; one that is overlong, odd or holds a secret is not kept."""
    return replace(health, etag=_kept(event.etag, hidden), modified=_kept(event.modified, hidden))


def _kept(word: str, hidden: Sequence[str]) -> str:
    sound = len(word) <= LONGEST_VALIDATOR and word.isascii() and hushed(word, hidden) == word
    return word if sound else ""


def _forgetting(health: Health) -> Health:
    """Without what would spare the next visit its document."""
    return replace(health, etag="", modified="", digest="", complaints=(), validated=None)


def _same(before: Health, event: Same, now: datetime, hidden: Sequence[str]) -> Health:
    """The document that was taken in last is what the feed says: so are its complaints."""
    state = State.DEGRADED if before.complaints else State.OK
    made = replace(before, state=state, reasons=before.complaints, success=now)
    made = replace(made, failures=0, next_try=None, held=0, held_on=None)
    if not (event.etag or event.modified):
        return made
    fresh = Same(etag=event.etag or before.etag, modified=event.modified or before.modified)
    return _validated(made, fresh, hidden)


def _missed(before: Health, event: Missed, now: datetime, hidden: Sequence[str]) -> Health:
    state, failures = State(event.fault), before.failures + 1
    pause = _pause(state, failures, event.retry_after)
    made = replace(before, state=state, failures=failures, reasons=hushed_all((event.words,), hidden))
    return replace(made, next_try=None if pause is None else now + pause)


def _pause(state: State, failures: int, retry_after: float | None) -> timedelta | None:
    """How long to leave it alone; None: until the next run."""
    if state is State.GONE:
        return None
    if state is State.BLOCKED:
        return LONGEST_REST
    if retry_after is not None and retry_after >= 0:
        return timedelta(seconds=min(retry_after, LONGEST_REST.total_seconds()))
    doubled = failures - 1 if state is State.BUSY else failures - 1 - PATIENT
    return min(HOUR * 2 ** min(doubled, 10), LONGEST_REST) if doubled >= 0 else None


def _moved(health: Health, event: Answered | Same | Missed, now: datetime, hidden: Sequence[str]) -> Health:
    """Where permanent redirects lead. A failure on the way there is no sign that they no longer do."""
    if not event.moved and isinstance(event, Missed):
        return health
    to = hushed(shown(event.moved), hidden) if event.moved else ""
    since = health.moved_since if to == health.moved else now
    return replace(health, moved=to, moved_since=since if to else None)
