"""What a run adds to the posts and lists that stand already, and what then waits: decisions over values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from heraldry.feeds.imports import slug
from heraldry.inbox.desk import Desk
from heraldry.inbox.fitted import fitted
from heraldry.inbox.lists import REVIEWED, Reviewed, name_of, noted
from heraldry.inbox.offers import address, offers
from heraldry.inbox.request import Waiting
from heraldry.model import Entry
from heraldry.posts import read_posts


@dataclass(frozen=True, slots=True)
class Offered:
    """How many entries were offered for the first time, and everything that waits for an editor now."""

    fresh: int
    waiting: tuple[Waiting, ...]


def additions(desk: Desk, names: frozenset[str], texts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files to write beside `texts`, by path from the site's root: new posts, and reviewed.txt with all of them."""
    made = offers(desk.entries, desk.site.subscriptions, desk.names | names, desk.now)
    files = {offer.path: fitted(offer, desk.site) for offer in made}
    standing = {slug: Reviewed(slug) for path in sorted(texts) if (slug := name_of(path))}
    old = texts.get(REVIEWED, b"")
    told = {offer.slug: Reviewed(offer.entry.title, offer.url) for offer in made}
    new = noted(old, {**standing, **_known(desk, standing), **told})
    return files if new == old else {**files, REVIEWED: new}


def _known(desk: Desk, slugs: Collection[str]) -> dict[str, Reviewed]:
    """What the archive says of these."""
    entries = {slug: entry for slug, entry in _by_slug(desk).items() if slug in slugs}
    return {slug: Reviewed(entry.title, address(entry) or "") for slug, entry in entries.items()}


def _by_slug(desk: Desk) -> dict[str, Entry]:
    sources = {source.key: source for source in desk.site.sources}
    return {slug(entry, sources[key]): entry for key, entries in desk.entries.items() for entry in entries}


def fresh(paths: Iterable[str]) -> int:
    """How many of these files are posts."""
    return sum(path.endswith(".md") for path in paths)


def waiting(desk: Desk, posts: Mapping[str, bytes]) -> tuple[Waiting, ...]:
    """The posts as the pull request shows them: as their files say, whoever wrote them last."""
    entries = _by_slug(desk)
    names = {source.key: source.name for source in desk.site.sources}
    found = []
    for post in read_posts(posts, desk.site.programme).value:
        version = next(iter(post.versions.values()))
        key, entry = version.path.split("/")[-2], entries.get(post.slug)
        summary = entry.summary if entry else ""
        found.append(Waiting(version.path, names.get(key, key), version.title, version.url or "", summary))
    return tuple(found)
