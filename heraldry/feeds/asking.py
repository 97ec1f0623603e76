"""Pictures asked for: fetched with care and made anew in a jail, a few at once, fewer of one host."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlsplit

from heraldry import jail
from heraldry.disk import Busy
from heraldry.feeds.turns import Errand, run_all
from heraldry.fetch import Fault, Request, Resolver, Unfetched, addresses, fetch
from heraldry.model import Limits, Source
from heraldry.pictures.opening import Unusable
from heraldry.pictures.sized import JOB, LARGEST, TAKEN_BYTES, WIDTHS, Sized, received
from heraldry.pictures.stored import key

AT_ONCE = 8
PER_HOST = 2
SLOW = 5.0
"""Seconds after which a host that gave nothing is not asked again in the same run."""

ACCEPT = "image/webp, image/jpeg, image/png, image/gif, image/avif;q=0.8, */*;q=0.1"

Keep = Callable[["Asked", Sequence[Sized]], None]
"""Stores what came of a picture at once, so that no run holds all of them. May raise OSError."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A picture that an entry names, to be fetched by the rules of the entry's source."""

    address: str
    source: Source

    @property
    def key(self) -> str:
        return key(self.address)


@dataclass(frozen=True, slots=True)
class Answer:
    """What asking for a picture came to: it was kept, or why not; neither, when it was not its turn yet.

    `slow`: its host is better left alone for the rest of the run. `ours`: the fault is this machine's, so that it may
    be asked for again at once.
    """

    asked: Asked
    reason: str = ""
    kept: bool = False
    slow: bool = False
    ours: bool = False


def answers(
    asked: Sequence[Asked], limits: Limits, seconds: float, keep: Keep, resolver: Resolver = addresses
) -> tuple[Answer, ...]:
    """What became of each, begun in this order as long as `seconds` last.

    A host that keeps us waiting for nothing, or asks for rest, is not asked for another in this run.
    """
    errands = [Errand(_host(one.address), partial(_answer, one, limits, keep, resolver)) for one in asked]
    done = run_all(
        errands,
        seconds,
        at_once=AT_ONCE,
        per_host=PER_HOST,
        silent=math.inf,
        rests=lambda answer: answer.slow,
    )
    return tuple(answer or Answer(one) for one, answer in zip(asked, done.results, strict=True))


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _answer(one: Asked, limits: Limits, keep: Keep, resolver: Resolver, left: float) -> Answer:
    begun = time.monotonic()
    try:
        body = fetch(_request(one, left), resolver).body
    except Unfetched as error:
        took = time.monotonic() - begun
        if took >= left:
            return Answer(one)
        return Answer(one, str(error), slow=error.fault is Fault.BUSY or took >= SLOW)
    try:
        sizes = received(jail.run(JOB, body, replace(_cell(limits), patience=left - (time.monotonic() - begun))))
    except jail.Full:
        return Answer(one)
    except (jail.Cut, Unusable) as error:
        return Answer(one, str(error))
    return _kept(one, sizes, keep)


def _kept(one: Asked, sizes: Sequence[Sized], keep: Keep) -> Answer:
    try:
        keep(one, sizes)
    except OSError as error:
        return Answer(one, f"it could not be stored ({(error.strerror or 'the disk failed').lower()})", ours=True)
    except Busy:
        return Answer(one)
    return Answer(one, kept=bool(sizes))


def _request(one: Asked, left: float) -> Request:
    """Without a credential, whatever the source has: a picture may lie anywhere."""
    source = one.source
    return Request(
        one.address,
        TAKEN_BYTES,
        min(source.timeout.total_seconds(), left),
        allow_private=source.allow_private,
        proxy=source.proxy,
        accept=ACCEPT,
    )


def _cell(limits: Limits) -> jail.Limits:
    """What decoding may cost: the slowest forms at the most pixels take a quarter of it on an old machine."""
    return jail.Limits(seconds=15.0, cpu=10, memory=limits.memory, answer=len(WIDTHS) * LARGEST + 1000)
