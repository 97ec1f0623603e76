"""Pictures of news: fetched with care, made anew in a jail, kept below archive/images/ until no entry names them.

A picture is decoration. One that cannot be had is left out, and is not asked for again for a while.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from heraldry.feeds.album import Paths, complete, keep, lying, stored
from heraldry.feeds.asking import Answer, Asked, answers
from heraldry.feeds.rests import Rest, read_rests, remember, rested, resting
from heraldry.fetch import Resolver, addresses
from heraldry.model import Entry, Limits, Source
from heraldry.pictures.sized import Sized


@dataclass(frozen=True, slots=True)
class Pictured:
    """`paths` by image address, for every picture there is; `notes` by source: one sentence on those there are not."""

    paths: Paths
    notes: Mapping[str, str]


def pictured(
    entries: Iterable[tuple[Entry, Source]],
    root: Path,
    now: datetime,
    limits: Limits,
    seconds_left: float,
    *,
    offline: bool = False,
    resolver: Resolver = addresses,
) -> Pictured:
    """The pictures of these entries, those not yet stored fetched in the order of the entries while the time lasts.

    `offline` fetches and writes nothing. Never raises for what a server, a picture or the disk does.
    """
    asked = _asked(entries)
    rests = read_rests(root)
    have, there = stored(root), lying(root)

    def kept(one: Asked, sizes: Sequence[Sized]) -> None:
        keep(root, one.key, sizes, there.get(one.key, ()))

    missing = () if offline else wanted(asked, complete(have, there), rests, now)
    came = answers(missing, limits, seconds_left, kept, resolver)
    if came:
        remember(root, rests, rests_after(rests, asked, came, now))
        have = stored(root)
    paths = {one.address: have[one.key] for one in asked if one.key in have}
    return Pictured(paths, notes(came))


# Decide


def wanted(asked: Iterable[Asked], have: frozenset[str], rests: Mapping[str, Rest], now: datetime) -> tuple[Asked, ...]:
    """Which to fetch now: what is neither stored nor resting."""
    return tuple(one for one in asked if one.key not in have and not resting(rests.get(one.key), now))


def rests_after(
    rests: Mapping[str, Rest], asked: Iterable[Asked], came: Iterable[Answer], now: datetime
) -> dict[str, Rest]:
    """The rests of the pictures that are still asked for: those that failed now, and those that go on."""
    keys = {one.key for one in asked}
    after = {name: rest for name, rest in rests.items() if name in keys}
    for answer in came:
        if answer.kept:
            after.pop(answer.asked.key, None)
        elif answer.reason and not answer.ours:
            after[answer.asked.key] = rested(rests.get(answer.asked.key), now)
    return after


def notes(answers: Sequence[Answer]) -> Mapping[str, str]:
    """One sentence for each source some of whose pictures are missing."""
    by_source: dict[str, list[Answer]] = {}
    for answer in answers:
        if not answer.kept:
            by_source.setdefault(answer.asked.source.key, []).append(answer)
    return {source: _note(missing) for source, missing in sorted(by_source.items())}


def _note(missing: Sequence[Answer]) -> str:
    reasons = Counter(answer.reason for answer in missing if answer.reason)
    late = len(missing) - reasons.total()
    said = [_unused(reasons)] if reasons else []
    if late:
        said.append("1 picture waits for the next run" if late == 1 else f"{late} pictures wait for the next run")
    return "; ".join(said)


def _unused(reasons: Counter[str]) -> str:
    if reasons.total() == 1:
        return f"1 picture could not be used ({next(iter(reasons))})"
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    most, others = ordered[:3], sum(count for _, count in ordered[3:])
    listed = [f"{reason}: {count}" for reason, count in most] + ([f"other reasons: {others}"] if others else [])
    return f"{reasons.total()} pictures could not be used ({'; '.join(listed)})"


def _asked(entries: Iterable[tuple[Entry, Source]]) -> tuple[Asked, ...]:
    """Each picture once, in the entries' order; of sources that share it, one that may see private hosts asks."""
    found: dict[str, Asked] = {}
    for entry, source in entries:
        if entry.image and (entry.image not in found or source.allow_private):
            found[entry.image] = Asked(entry.image, source)
    return tuple(found.values())
