"""Stories: when entries tell the same one, which telling of it counts, and how many of them are shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
    """An entry as one source tells it; `order` is the source's place in sources.yaml, `page` its canonical address.

    `names` is what editors may call it by: its slug, and the addresses it has and had. `keys` is what any telling
    of the same story has some of, `type` the best type among all tellings that are known.
    """

    entry: Entry
    source: Source
    order: int
    page: str
    names: Keys
    keys: Keys
    type: PostType


def told(entries: Mapping[str, Iterable[Entry]], sources: Iterable[Source]) -> list[list[Story]]:
    """Every known entry as a story, source by source; `entries` are the archived ones by their source's key."""
    tellings = [
        [_telling(entry, source, order) for entry in entries.get(source.key, ())]
        for order, source in enumerate(sources)
    ]
    types = _types([story for stories in tellings for story in stories])
    several = crowded(tellings)
    return [[_settled(story, several, types) for story in stories] for stories in tellings]


def _telling(entry: Entry, source: Source, order: int) -> Story:
    """The story as if it were the only one: each of its pages is a key, save front pages, which many entries have.

    An id alone is no key: many feeds count their entries 1, 2, 3.
    """
    page = canonical(entry.url)
    pages = frozenset((page, *map(canonical, entry.former)))
    keys = frozenset((f"{entry.id} {_title(entry)}", *(each for each in pages if not front(each))))
    return Story(entry, source, order, page, pages | {slug(entry, source)}, keys, source.type)


def _settled(story: Story, several: Keys, types: Mapping[str, PostType]) -> Story:
    """The story among all others: a page of `several` stories is a key with a title only."""
    best = next(types[key] for key in story.keys)
    if best is story.type and story.keys.isdisjoint(several):
        return story
    title = _title(story.entry)
    keys = frozenset(f"{key} {title}" if key in several else key for key in story.keys)
    return replace(story, keys=keys, type=best)


def _title(entry: Entry) -> str:
    return " ".join(entry.title.casefold().split())


def crowded(tellings: Iterable[Iterable[Story]], *, now_only: bool = False) -> Keys:
    """The pages that entries of one source with different titles share, so that they say nothing about which is meant.

    Such are a changelog and a page "latest". Former addresses count, too, unless `now_only`.
    """
    found: set[str] = set()
    for stories in tellings:
        titles: defaultdict[str, set[str]] = defaultdict(set)
        for story in stories:
            title = _title(story.entry)
            for page in (story.page,) if now_only else story.names:
                titles[page].add(title)
        found.update(page for page, said in titles.items() if len(said) > 1)
    return frozenset(found)


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
    seen: set[str] = set()
    for story in sorted(stories, key=_seniority):
        if seen.isdisjoint(story.keys):
            yield story
        seen |= story.keys


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


def _types(tellings: Sequence[Story]) -> dict[str, PostType]:
    """By key the best type among all tellings that it leads to, from key to telling and from there to further keys.

    Crowded pages lead on as well: what links to the employer's changelog is disclosed in doubt.
    """
    having: defaultdict[str, list[Story]] = defaultdict(list)
    for story in tellings:
        for key in story.keys:
            having[key].append(story)
    found: dict[str, PostType] = {}
    for kind in _TYPES:
        ahead = [key for story in tellings if story.source.type is kind for key in story.keys]
        while ahead:
            key = ahead.pop()
            if key not in found:
                found[key] = kind
                ahead.extend(further for story in having[key] for further in story.keys)
    return found


def _rank(story: Story) -> tuple[int, datetime, int, str]:
    """Of two tellings of a story the lower one is the better."""
    return _TYPES.index(story.source.type), story.entry.first_seen, story.order, story.entry.id


def unrepeated(stories: Sequence[Story], made: Callable[[Story], Post], seen_by: SeenBy) -> dict[str, Post]:
    """The posts by slug, each of its story's type and for the teams that see no better telling; in the order given.

    Who sees a post is a matter of its source's own type: another type changes what is disclosed, not who reads it.
    """
    tellings = Counter(key for story in stories for key in story.keys)
    reached: dict[str, Keys] = {}
    kept: dict[str, Post] = {}
    for story in sorted(stories, key=_rank):
        post = made(story)
        if story.type is post.type and all(tellings[key] == 1 for key in story.keys):
            kept[post.slug] = post
            continue
        seen, better = seen_by(post), [reached[key] for key in story.keys if key in reached]
        if better or story.type is not post.type:
            post = replace(post, type=story.type, teams=seen.difference(*better))
        if post.teams or not better:
            kept[post.slug] = post
        reached |= {key: reached.get(key, frozenset()) | seen for key in story.keys}
    order = (slug(story.entry, story.source) for story in stories)
    return {name: kept[name] for name in order if name in kept}
