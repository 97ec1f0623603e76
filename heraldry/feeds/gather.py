"""From sources to archives: read each feed, take its news in, and say in plain words what went wrong."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from urllib.parse import urlsplit

from heraldry import disk
from heraldry.feeds import album, archive, health, intake, store, telling
from heraldry.feeds.archive import Archive
from heraldry.feeds.health import Answered, Event, Rested, Same
from heraldry.feeds.reading import NO_TIME, Paper, Reading, Surroundings, credentials, read
from heraldry.feeds.state import Health
from heraldry.feeds.store import Store, stored
from heraldry.feeds.turns import Errand, run_all
from heraldry.feeds.visits import Rest, Visit, visit
from heraldry.model import Entry, Source
from heraldry.problems import Level, Position, Problem


@dataclass(frozen=True, slots=True)
class Gathered:
    """The archives and healths by source, and what was wrong: always warnings, for a feed never breaks a build.

    `seconds_left`: what remains of the time that the whole run may take.
    """

    archives: Mapping[str, Archive]
    healths: Mapping[str, Health]
    problems: tuple[Problem, ...]
    seconds_left: float = 0.0


@dataclass(frozen=True, slots=True)
class Occasion:
    """When and how sources are read: `now` in `zone`, the programme's. `offline` reads only feeds inside the
    repository, `keep` writes what was taken in. `places` says where each source stands in sources.yaml.

    An example site's story is as old as its `demo_day`: then `behind` is how far its time lies behind the clock's.
    """

    now: datetime
    zone: tzinfo
    behind: timedelta = timedelta()
    offline: bool = False
    keep: bool = False
    places: Mapping[str, Position] | None = None

    @property
    def then(self) -> datetime:
        """The moment by the story's own time."""
        return self.now - self.behind


def gather(
    sources: Sequence[Source],
    there: Surroundings,
    occasion: Occasion,
    told: Callable[[int], None] = lambda done: None,
) -> Gathered:
    """Every source's archive with today's news in it. All sources are read at the same time; `told` hears how many
    have been.

    A feed that fails keeps its earlier entries. The folder is read again once the feeds have been, under its lock:
    what another run has taken in meanwhile is not lost. Raises disk.Busy when the lock cannot be had.
    """
    if not sources:
        return Gathered({}, {}, ())
    ends = time.monotonic() + there.limits.run.total_seconds()
    readings = _readings(sources, stored(there.root, sources), there, occasion, told)
    with _lock(there, occasion):
        before = stored(there.root, sources)
        taken = {source.key: _taken(source, readings[source.key], before, occasion) for source in sources}
        archives = {key: one.archive for key, one in taken.items() if one.archive is not None}
        healths = {source.key: _after(source, taken[source.key], before, there, occasion) for source in sources}
        if occasion.keep:
            store.write(there.root, replace(before, archives=archives), healths)
            if len(archives) == len(sources) and not any(one.damaged for one in archives.values()):
                album.prune(there.root, _named(archives))
    asked = [source for source in sources if not (occasion.offline and "://" in source.url)]
    warned = telling.problems(asked, healths, occasion.now, occasion.places or {})
    late = _late(sources, readings, occasion)
    left = store.orphaned(there.root, sources, occasion.then) if occasion.keep else ()
    return Gathered(archives, healths, (*before.problems, *warned, *late, *left), max(0.0, ends - time.monotonic()))


def _late(sources: Sequence[Source], readings: Mapping[str, Reading], occasion: Occasion) -> Iterator[Problem]:
    for source in sources:
        if readings[source.key] is NO_TIME:
            at = (occasion.places or {}).get(source.key, Position("sources.yaml"))
            hint = "it is the first of the next run; 'limits: {run: …}' allows more time"
            yield Problem(at, f"source '{source.key}': {NO_TIME.reason}", hint, Level.WARNING)


def _named(archives: Mapping[str, Archive]) -> Iterator[str]:
    """The addresses of all pictures that some entry names."""
    return (entry.image for one in archives.values() for entry in one.entries.values() if entry.image)


def _lock(there: Surroundings, occasion: Occasion) -> AbstractContextManager[None]:
    return disk.locked(there.root / archive.FOLDER, store.PATIENCE) if occasion.keep else nullcontext()


# Reading ---------------------------------------------------------------------------------------------


def _readings(
    sources: Sequence[Source],
    before: Store,
    there: Surroundings,
    occasion: Occasion,
    told: Callable[[int], None],
) -> dict[str, Reading]:
    """What each source says today. Those that are due are asked at the same time, the one longest not asked first."""
    visits = {source.key: _visit(source, before, occasion) for source in sources}
    readings: dict[str, Reading] = {key: found for key, found in visits.items() if isinstance(found, Rest)}
    due = [source for source in sources if source.key not in readings]
    due.sort(key=lambda source: _last_asked(before.healths.get(source.key)))
    errands = [_errand(source, visits[source.key], there) for source in due]
    done = run_all(errands, there.limits.run.total_seconds(), told=told)
    for source, result in zip(due, done.results, strict=True):
        readings[source.key] = result or NO_TIME
    return readings


def _last_asked(known: Health | None) -> datetime:
    return (known.checked if known else None) or datetime.min.replace(tzinfo=UTC)


def _visit(source: Source, before: Store, occasion: Occasion) -> Visit | Rest:
    if source.key in before.locked:
        return Rest("its archive was written by a newer Heraldry")
    known = before.archives[source.key]
    if occasion.offline and "://" in source.url:
        return Rest("offline")
    then = before.healths.get(source.key)
    return visit(source, then, occasion.now, known=then is not None and then.ids == _ids(known) != NOTHING)


NOTHING = "-"


def _ids(known: Archive) -> str:
    """A digest of all ids of an archive that is sound, NOTHING for any other and for one that knows nothing.

    An archive that has gone back in time, from a backup say, must not be told that nothing has changed.
    """
    if known.damaged or known.knows_nothing():
        return NOTHING
    return hashlib.sha256(" ".join(sorted({*known.entries, *known.past})).encode()).hexdigest()[:16]


def _errand(source: Source, visit: Visit | Rest, there: Surroundings) -> Errand[Reading]:
    host = urlsplit(source.url).netloc.rpartition("@")[2].lower()
    asked = visit if isinstance(visit, Visit) else Visit()
    return Errand(host or source.key, lambda seconds: read(source, asked, there, seconds))


# Taking in -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Taken:
    """The archive afterwards, None when it cannot be used, and what there is to know of the visit."""

    archive: Archive | None
    event: Event


def _taken(source: Source, reading: Reading, before: Store, occasion: Occasion) -> _Taken:
    known = before.archives.get(source.key)
    if known is None:
        return _Taken(None, Rested())
    then = before.healths.get(source.key)
    success, held_on = (then.success, then.held_on) if then else (None, None)
    if success:
        success -= occasion.behind
    if not isinstance(reading, Paper):
        event = Rested() if isinstance(reading, Rest) else reading
        return _Taken(archive.pruned(known, source, occasion.then, success), event)
    came = intake.taken_in(known, reading.document, source, occasion.then, success, held_on)
    return _Taken(came.archive, _answered(reading, came.held))


def _answered(paper: Paper, held: int) -> Answered:
    document = paper.document
    return Answered(
        usable=len(document.news),
        whole=document.whole,
        complaints=document.complaints,
        digest=paper.digest,
        etag=paper.validators.etag,
        modified=paper.validators.modified,
        moved=paper.moved,
        held=held,
    )


def _shown(entry: Entry, source: Source, occasion: Occasion) -> bool:
    """Whether an entry's `keep` still lasts; its text is kept for a while longer."""
    return entry.first_seen + source.keep > occasion.then


def _after(source: Source, taken: _Taken, before: Store, there: Surroundings, occasion: Occasion) -> Health:
    entries = sum(_shown(entry, source, occasion) for entry in taken.archive.entries.values()) if taken.archive else 0
    made = health.after(
        before.healths.get(source.key),
        taken.event,
        source,
        occasion.now,
        occasion.zone,
        entries=entries,
        secrets=credentials(source, there.environment),
    )
    if taken.archive is None or not isinstance(taken.event, Answered | Same):
        return made
    return replace(made, ids=_ids(taken.archive))
