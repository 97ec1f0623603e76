"""Which entries of sources under review are offered to editors.

An offer is a post that is already written, in a pull request. What was offered once, refused, hidden, or written
about by an editor is never offered again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from heraldry.addresses import canonical, front, standard, untracked
from heraldry.feeds.imports import slug
from heraldry.feeds.patterns import Sieve
from heraldry.inbox.lists import FOLDER, headline
from heraldry.model import Entry, Source, Subscriptions


@dataclass(frozen=True, slots=True)
class Offer:
    """An entry that waits for a yes or a no; its title is one clean line, its `url` holds no trackers."""

    entry: Entry
    source: Source
    slug: str
    url: str

    @property
    def path(self) -> str:
        """Where its post is to stand, from the site's root."""
        return f"{FOLDER}/{self.source.key}/{self.slug}.md"

    @property
    def ends(self) -> datetime:
        """When an imported post of the entry would leave the pages."""
        return self.entry.first_seen + self.source.keep


def offers(
    entries: Mapping[str, Iterable[Entry]], subscriptions: Subscriptions, names: Collection[str], now: datetime
) -> tuple[Offer, ...]:
    """The entries of sources under review that editors have not seen yet, source by source, oldest first.

    `entries` are the archived ones by their source's key; `names` holds the slugs and canonical addresses of what
    must not come back. Patterns and `hide` have been applied, what is past its `keep` is left out, and of several
    entries about one page only the first one is there.
    """
    under = [source for source in subscriptions.sources if source.review]
    every = [offer for source in under for entry in entries.get(source.key, ()) if (offer := _offer(entry, source))]
    hidden = {canonical(name) for name in subscriptions.curation.hide}
    off = {*names, *hidden}
    off |= {key for offer in every if offer.slug in off for key in _keys(offer)}
    sieves = {source.key: Sieve(source) for source in subscriptions.sources}
    return tuple(
        offer for offer in _once(every, off) if now < offer.ends and sieves[offer.source.key].lets(offer.entry)
    )


def _once(every: Sequence[Offer], off: set[str]) -> Iterator[Offer]:
    """Each page once, of sources in the order in which they are followed, and of a source as it was first seen."""
    order = {offer.source.key: number for number, offer in reversed(list(enumerate(every)))}
    told = set(off)
    for offer in sorted(every, key=lambda one: (order[one.source.key], one.entry.first_seen, one.slug)):
        if told.isdisjoint(_keys(offer)):
            yield offer
            told |= _keys(offer)


def _keys(offer: Offer) -> set[str]:
    """The slug, and the page, unless that is a front page, which many entries have."""
    page = canonical(offer.entry.url)
    return {offer.slug} if front(page) else {offer.slug, page}


def _offer(entry: Entry, source: Source) -> Offer | None:
    """The entry as an offer; None when it has no address that a post can have."""
    url = standard("", untracked(entry.url))
    if url is None:
        return None
    return Offer(replace(entry, title=headline(entry.title) or url), source, slug(entry, source), url)
