"""What feeds brought, as posts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from heraldry import disk
from heraldry.checks import Finding, Site, located
from heraldry.feeds import imports, pictures
from heraldry.feeds.gather import Gathered
from heraldry.feeds.imports import Imports
from heraldry.inbox.lists import REFUSED, REVIEWED, barred_from_pages
from heraldry.model import Post
from heraldry.pipeline.config import CONFIG
from heraldry.pipeline.gathering import behind
from heraldry.pipeline.order import Order
from heraldry.plan import seen_by
from heraldry.problems import Level, Position, Problem, Read


def news(order: Order, site: Site, gathered: Gathered) -> Read[tuple[Post, ...]]:
    """The imported posts, with their pictures: those that are shown are fetched, once it is known which those are."""
    entries = {key: value.entries.values() for key, value in gathered.archives.items()}

    own = (*site.posts, *site.broken)
    texts = disk.read_all(order.root, (REFUSED, REVIEWED))
    barred = barred_from_pages(texts.get(REFUSED, b""), texts.get(REVIEWED, b""), own)

    def brought(paths: Mapping[str, tuple[str, ...]]) -> Imports:
        return imports.posts(
            entries,
            site.subscriptions,
            site.programme,
            own=own,
            seen_by=partial(seen_by, site.teams),
            pictures=paths,
            now=order.now - behind(order, site.programme),
            refused=barred,
        )

    shown = {post.slug for post in brought({}).posts}
    every = ((entry, source) for source in site.sources for entry in entries.get(source.key, ()))
    told = [(entry, source) for entry, source in every if entry.image and imports.slug(entry, source) in shown]
    told.sort(key=lambda pair: pair[0].first_seen, reverse=True)
    offline = order.offline or order.dated or order.strict
    limits, now = site.subscriptions.limits, order.now
    found = pictures.pictured(told, order.root, now, limits, gathered.seconds_left, offline=offline)
    made = brought(found.paths)
    return Read(made.posts, (*_doubts(order, made), *_pictureless(site, found.notes)))


def _doubts(order: Order, made: Imports) -> tuple[Problem, ...]:
    """What in sources.yaml does not do what it says, at its place."""
    found = [Finding("sources.yaml", note.keys, note.message, note.hint, Level.WARNING) for note in made.notes]
    return located(found, disk.read_all(order.root, CONFIG))


def _pictureless(site: Site, notes: Mapping[str, str]) -> Iterator[Problem]:
    for key, note in notes.items():
        at = site.places.get(key, Position("sources.yaml"))
        yield Problem(at, f"source '{key}': {note}", "the entries are shown without", Level.WARNING)
