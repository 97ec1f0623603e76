"""Which posts are new, changed, gone or renamed, and what of them changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import zip_longest

from heraldry.changes.said import NOTHING, value
from heraldry.model import Post, Version

UNREAD = "?"
"""Stands in for the title of a post that has none (posts.py)."""


class Fate(StrEnum):
    """What happens to a post."""

    NEW = "new"
    CHANGED = "changed"
    RENAMED = "renamed"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Field:
    """A key that changed, as it was and as it will be; `prose` for texts, which are compared word by word."""

    name: str
    before: str
    after: str
    prose: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A post before and after, None where it is not there; not the same slug only when it was renamed."""

    fate: Fate
    before: Post | None
    after: Post | None
    fields: tuple[Field, ...] = ()

    @property
    def post(self) -> Post:
        """The post as it will be, or was."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def title(self) -> str:
        """What to call it; one whose title cannot be read by its former title."""
        titles = (first(post).title for post in (self.after, self.before) if post)
        return next((title for title in titles if title != UNREAD), "")


def first(post: Post) -> Version:
    """The post in the language it was written in first."""
    return next(iter(post.versions.values()))


def changes(before: Sequence[Post], after: Sequence[Post]) -> tuple[Change, ...]:
    """Everything that happens to own posts; a slug that is used twice is compared by its last post."""
    old, new = ({post.slug: post for post in posts} for posts in (before, after))
    gone, come = ([post for slug, post in one.items() if slug not in other] for one, other in ((old, new), (new, old)))
    moved = dict(_moved(gone, come))
    both = ((old[slug], post) for slug, post in new.items() if slug in old and old[slug] != post)
    former = {post.slug for post in moved.values()}
    found = [
        *(Change(Fate.NEW, None, post) for post in come if post.slug not in moved),
        *(Change(_fate(one, other), one, other, fields(one, other)) for one, other in both),
        *(Change(Fate.RENAMED, moved[p.slug], p, fields(moved[p.slug], p)) for p in come if p.slug in moved),
        *(Change(Fate.REMOVED, post, None) for post in gone if post.slug not in former),
    ]
    return tuple(change for change in found if change.fate is not Fate.CHANGED or change.fields)


def _fate(before: Post, after: Post) -> Fate:
    return Fate.WITHDRAWN if after.withdraw and not before.withdraw else Fate.CHANGED


def _moved(gone: Sequence[Post], come: Sequence[Post]) -> Iterator[tuple[str, Post]]:
    """The new slug and the former post of each that only changed its name."""
    waiting = {repr(_nameless(post)): post for post in gone}
    for post in come:
        former = waiting.pop(repr(_nameless(post)), None)
        if former is not None:
            yield post.slug, former


def _nameless(post: Post) -> Post:
    versions = {lang: replace(version, path="") for lang, version in post.versions.items()}
    return replace(post, slug="", aliases=(), versions=versions)


# What changed ---------------------------------------------------------------------------------------

_KEYS = ("type", "tags", "teams", "publish", "expires", "withdraw", "campaign", "cta", "pin", "aliases")


def fields(before: Post, after: Post) -> tuple[Field, ...]:
    """The keys that differ, in the order of a post's header; its texts last."""
    several = max(len(before.versions), len(after.versions)) > 1 or before.versions.keys() != after.versions.keys()
    plain = (Field(key, value(getattr(before, key)), value(getattr(after, key))) for key in _KEYS)
    utm = Field("utm", _tags(before.utm), _tags(after.utm))
    langs = dict.fromkeys((*before.versions, *after.versions))
    texts = (
        replace(field, name=f"{field.name} ({lang})" if several else field.name)
        for lang in langs
        for field in _version(before.versions.get(lang), after.versions.get(lang))
    )
    spoken = Field("languages", value(tuple(before.versions)), value(tuple(after.versions)))
    return tuple(field for field in (spoken, *plain, utm, *texts) if field.before != field.after)


def _tags(utm: Mapping[str, str] | None) -> str:
    return "no tags" if utm is None else value(utm)


def _version(before: Version | None, after: Version | None) -> Iterator[Field]:
    """What changed in one language; of one that comes or goes whole, its title."""
    if before is None or after is None:
        yield Field("title", before.title if before else NOTHING, after.title if after else NOTHING)
        return
    yield Field("title", before.title, after.title, prose=True)
    yield Field("url", before.url or NOTHING, after.url or NOTHING)
    yield Field("image", value(before.image), value(after.image))
    yield Field("image_alt", before.image_alt, after.image_alt, prose=True)
    yield from _captions(before, after)
    yield Field("text", before.body, after.body, prose=True)
    yield Field("file", before.path, after.path)


def _captions(before: Version, after: Version) -> Iterator[Field]:
    for network in dict.fromkeys((*before.captions, *after.captions)):
        pairs = zip_longest(before.captions.get(network, ()), after.captions.get(network, ()), fillvalue="")
        for number, (old, new) in enumerate(pairs, 1):
            name = f"caption {number}" if network == "default" else f"caption {number} for {network}"
            yield Field(name, old, new, prose=True)
