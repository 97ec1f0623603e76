"""Which entries of sources under review are offered to editors.

An offer is a post that is already written, in a pull request. What was offered once, refused, hidden, or written
about by an editor is never offered again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from heraldry.addresses import canonical, front, standard, untracked
from heraldry.feeds.patterns import Sieve
from heraldry.feeds.stories import Story, slug
from heraldry.feeds.stories import told as told_by
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
    sources = subscriptions.sources
    stories = {slug(story.entry, story.source): story for told in told_by(entries, sources) for story in told}
    under = [source for source in sources if source.review]
    every = [offer for source in under for entry in entries.get(source.key, ()) if (offer := _offer(entry, source))]
    hidden = frozenset(page for name in subscriptions.curation.hide if not front(page := canonical(name)))
    off = {*names, *(key for one in stories.values() if hidden & one.names for key in one.keys)}
    off |= {key for offer in every if offer.slug in off for key in _keys(offer, stories)}
    sieves = {source.key: Sieve(source) for source in sources}
    once = _once(every, off, stories)
    return tuple(offer for offer in once if now < offer.ends and sieves[offer.source.key].lets(offer.entry))


def _once(every: Sequence[Offer], off: set[str], stories: Mapping[str, Story]) -> Iterator[Offer]:
    """Each story once, of sources in the order in which they are followed, and of a source as it was first seen."""
    order = {offer.source.key: number for number, offer in reversed(list(enumerate(every)))}
    told = set(off)
    for offer in sorted(every, key=lambda one: (order[one.source.key], one.entry.first_seen, one.slug)):
        keys = _keys(offer, stories)
        if told.isdisjoint(keys):
            yield offer
            told |= keys


def _keys(offer: Offer, stories: Mapping[str, Story]) -> set[str]:
    """The slug, and what any telling of the same story has some of: no page that several stories share."""
    return {offer.slug, *stories[offer.slug].keys}


def address(entry: Entry) -> str | None:
    """The entry's address as a post has it, without blanks and trackers; None when a post cannot have it."""
    return standard("", untracked(entry.url))


def _offer(entry: Entry, source: Source) -> Offer | None:
    """The entry as an offer; None when it has no address that a post can have."""
    url = address(entry)
    if url is None:
        return None
    return Offer(replace(entry, title=headline(entry.title) or url), source, slug(entry, source), url)
