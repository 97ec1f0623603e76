"""What a run adds to the posts and lists that stand already, and what then waits: decisions over values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from heraldry.feeds.imports import slug
from heraldry.inbox.desk import Desk
from heraldry.inbox.fitted import fitted
from heraldry.inbox.lists import REVIEWED, name_of, noted
from heraldry.inbox.offers import offers
from heraldry.inbox.request import Waiting
from heraldry.model import Entry
from heraldry.posts import read_posts


@dataclass(frozen=True, slots=True)
class Offered:
    """How many entries were offered for the first time, and everything that waits for an editor now."""

    fresh: int
    waiting: tuple[Waiting, ...]


def additions(desk: Desk, names: frozenset[str], texts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files to write beside `texts`, by path from the site's root: new posts, and reviewed.txt with all titles."""
    made = offers(desk.entries, desk.site.subscriptions, desk.names | names, desk.now)
    files = {offer.path: fitted(offer, desk.site) for offer in made}
    standing = {slug: slug for path in sorted(texts) if (slug := name_of(path))}
    old = texts.get(REVIEWED, b"")
    titles = {**standing, **_titles(desk, standing), **{offer.slug: offer.entry.title for offer in made}}
    new = noted(old, titles)
    return files if new == old else {**files, REVIEWED: new}


def _titles(desk: Desk, slugs: Mapping[str, str]) -> dict[str, str]:
    return {slug: entry.title for slug, entry in _by_slug(desk).items() if slug in slugs}


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
