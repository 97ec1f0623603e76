"""Asking the feeds: archives with today's news."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from heraldry import inputs
from heraldry.feeds import archive
from heraldry.feeds.archive import Archive
from heraldry.feeds.gather import Gathered, Occasion, gather
from heraldry.feeds.heartbeat import beat
from heraldry.feeds.lines import entry_line
from heraldry.feeds.reading import Surroundings
from heraldry.model import Programme, Source
from heraldry.pipeline.config import Config
from heraldry.pipeline.order import Order, Say
from heraldry.plan import demo_shift


def gathered(order: Order, config: Config, environment: Mapping[str, str], say: Say) -> Gathered:
    """The archives with today's news; of an example site as of the story's own time."""
    asked = replace(
        occasion(config, order.now),
        behind=behind(order, config.programme),
        offline=order.offline,
        keep=not order.dated and not order.strict,
    )
    there = Surroundings(order.root, environment, config.subscriptions.limits)
    many = len(config.sources)
    found = gather(config.sources, there, asked, lambda done: say(f"reading feeds: {done} of {many}"))
    if asked.keep and order.heartbeat:
        beat(order.root, order.now)
    return found


def behind(order: Order, programme: Programme) -> timedelta:
    """How far an example site's story lies behind the clock: that stands at its `demo_day`."""
    return timedelta(days=demo_shift(programme, order.now))


def occasion(config: Config, now: datetime) -> Occasion:
    """A look at the feeds inside the repository, of which nothing is kept."""
    return Occasion(now, config.programme.timezone, offline=True, places=config.places)


def told(feeds: Gathered, config: Config, checked: datetime) -> dict[str, str]:
    """What the feeds have told, as inputs of a build at `checked`.

    `archive` is a digest of the entries whose `keep` lasted then: it changes with news, never by time alone, for the
    archive knows an entry for a while longer. `stored` is one of the archives' bytes: while these are the same,
    nobody need read them.
    """
    then = checked - timedelta(days=demo_shift(config.programme, checked))
    bodies = {key: archive.written(value) for key, value in feeds.archives.items()}
    entries = {s.key: _lasting(feeds.archives[s.key], s, then) for s in config.sources if s.key in feeds.archives}
    return {"archive": inputs.archive_digest(entries), "stored": inputs.archive_digest(bodies)}


def _lasting(known: Archive, source: Source, then: datetime) -> bytes:
    """The lines of the entries that were still shown."""
    lasting = (entry for entry in known.entries.values() if entry.first_seen + source.keep > then)
    return "\n".join(sorted(map(entry_line, lasting))).encode("utf-8", "surrogateescape")
