"""The sources as sources.yaml lists them, each with what is known of it. Reads files and writes none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from heraldry import disk
from heraldry.feeds.concerns import late, present, troubled
from heraldry.feeds.state import Health, State
from heraldry.feeds.store import stored
from heraldry.feeds.telling import told
from heraldry.model import Source
from heraldry.problems import Position, Problem, Read, errors
from heraldry.sources import PATH, read_sources
from heraldry.teams import read_teams


@dataclass(frozen=True, slots=True)
class Seen:
    """A source and what is known of it: `health` None before its first visit, `words` as `told` puts it."""

    source: Source
    health: Health | None
    words: tuple[str, ...]
    trouble: bool

    @property
    def state(self) -> State:
        return self.health.state if self.health else State.WAITING


@dataclass(frozen=True, slots=True)
class Look:
    """All sources as sources.yaml lists them; times are the programme's."""

    seen: tuple[Seen, ...]
    zone: ZoneInfo
    now: datetime


def look(root: Path, now: datetime) -> Read[Look | None]:
    """How the sources fare; None when teams.yaml or sources.yaml cannot be used. Raises OSError."""
    files = disk.read_all(root, ["teams.yaml", PATH])
    if "teams.yaml" not in files:
        return Read(None, (Problem(Position("teams.yaml"), f"there is no teams.yaml in {root}"),))
    organisation = read_teams(files["teams.yaml"])
    if organisation.value is None or errors(organisation.problems):
        return Read(None, errors(organisation.problems))
    programme = organisation.value.programme
    listed = read_sources(files.get(PATH, b"sources: {}"), programme)
    if listed.value is None or errors(listed.problems):
        return Read(None, listed.problems)
    store = stored(root, listed.value.sources)
    counts = {key: len(archive.entries) for key, archive in store.archives.items()}
    seen = _seen(listed.value.sources, store.healths, counts, now, programme.timezone, programme.stale_after)
    return Read(Look(tuple(seen), programme.timezone, now), (*listed.problems, *store.problems))


def _seen(
    listed: Sequence[Source],
    healths: Mapping[str, Health],
    counts: Mapping[str, int],
    now: datetime,
    zone: ZoneInfo,
    stale: timedelta,
) -> Iterator[Seen]:
    for source in listed:
        known = present(source, healths.get(source.key), counts.get(source.key, 0))
        words = told(source, known, now, zone, stale)
        yield Seen(source, known, words, troubled(known) or late(known, now, stale))
