"""Stories: when entries tell the same one, which telling of it counts, and how many of them are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from heraldry.addresses import canonical, front
from heraldry.model import Entry, Post, PostType, Programme, Source

Keys = frozenset[str]
SeenBy = Callable[[Post], Keys]
"""The keys of the teams that would see a post, its hour and theirs apart."""


@dataclass(frozen=True, slots=True)
class Story:
    """An entry as one source tells it; `order` is the source's place in sources.yaml.

    `names` is what editors may call it by, `keys` what any telling of the same story has some of.
    """

    entry: Entry
    source: Source
    order: int
    names: Keys
    keys: Keys


def story_of(entry: Entry, source: Source, order: int) -> Story:
    """An id alone is no key: many feeds count their entries 1, 2, 3. Nor is a front page: many entries have it."""
    page = canonical(entry.url)
    titled = f"{entry.id} {' '.join(entry.title.casefold().split())}"
    keys = frozenset({titled} if front(page) else {titled, page})
    return Story(entry, source, order, frozenset({page, slug(entry, source)}), keys)


def slug(entry: Entry, source: Source) -> str:
    """What the entry's post is called, and what editors may call it in sources.yaml."""
    return f"{source.key}-{entry.id[:10]}"


def dated(entry: Entry) -> datetime:
    """When the feed says it was published, but never later than we first saw it."""
    return min(entry.published or entry.first_seen, entry.first_seen)


def age(story: Story) -> tuple[datetime, str]:
    return dated(story.entry), story.entry.id


def _seniority(story: Story) -> tuple[datetime, datetime, str]:
    return story.entry.first_seen, *age(story)


# One source -----------------------------------------------------------------------------------------


def once(stories: Iterable[Story]) -> Iterator[Story]:
    """Each story as it was first seen."""
    told: set[str] = set()
    for story in sorted(stories, key=_seniority):
        if told.isdisjoint(story.keys):
            yield story
        told |= story.keys


def capped(stories: Iterable[Story], source: Source, programme: Programme) -> list[Story]:
    """At most `max_per_day` of one day, and of these the newest `max_entries`.

    Of a day those seen first: what was shown in the morning stays in the evening.
    """

    def day(story: Story) -> date:
        return dated(story.entry).astimezone(programme.timezone).date()

    days = groupby(sorted(stories, key=age, reverse=True), key=day)
    kept = [story for _, same in days for story in _first_seen(same)[: source.max_per_day]]
    return sorted(kept, key=age, reverse=True)[: source.max_entries]


def _first_seen(stories: Iterable[Story]) -> list[Story]:
    """Those seen first, of several seen at the same time the newest."""
    return sorted(stories, key=lambda story: story.entry.first_seen)


# Several sources ------------------------------------------------------------------------------------

_TYPES = (PostType.COMPANY, PostType.EMPLOYEE, PostType.INDUSTRY)
"""Whose telling of a story counts first."""


def _rank(story: Story) -> tuple[int, datetime, int, str]:
    """Of two tellings of a story the lower one is the better."""
    return _TYPES.index(story.source.type), story.entry.first_seen, story.order, story.entry.id


def unrepeated(stories: Sequence[Story], made: Callable[[Story], Post], seen_by: SeenBy) -> dict[str, Post]:
    """The posts by slug, each narrowed to the teams that see no better telling of its story; in the order given."""
    tellings = Counter(key for story in stories for key in story.keys)
    told: dict[str, tuple[PostType, Keys]] = {}
    kept: dict[str, Post] = {}
    for story in sorted(stories, key=_rank):
        post = made(story)
        if all(tellings[key] == 1 for key in story.keys):
            kept[post.slug] = post
            continue
        seen, better = seen_by(post), [told[key] for key in story.keys if key in told]
        if better:
            post = _narrowed(post, seen, better)
        if post.teams or not better:
            kept[post.slug] = post
        for key in story.keys:
            kind, teams = told.get(key, (post.type, frozenset()))
            told[key] = kind, teams | seen
    order = (slug(story.entry, story.source) for story in stories)
    return {name: kept[name] for name in order if name in kept}


def _narrowed(post: Post, seen: Keys, better: Sequence[tuple[PostType, Keys]]) -> Post:
    """The post for those teams alone that see it and no better one, of the best one's type."""
    first = min((kind for kind, _ in better), key=_TYPES.index)
    return replace(post, type=first, teams=seen.difference(*(teams for _, teams in better)))
