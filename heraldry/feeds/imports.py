"""Entries become posts, with their source's type, tags, teams, language, caps and captions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter

from heraldry.model import Entry, Instant, Patterns, Post, Programme, Source, Version

OPENERS = {
    "en": ("Worth a read: {title}", "{title} – what is your take?", "This one made me think: {title}"),
    "tr": ("Okumaya değer: {title}", "{title} – siz ne düşünüyorsunuz?", "Beni düşündüren bir yazı: {title}"),
    "ko": (
        "읽어 볼 만한 글입니다: {title}",
        "{title} – 어떻게 생각하세요?",
        "생각하게 만드는 글입니다: {title}",
    ),
}
"""Rotated when a source brings no openers of its own; languages not listed get the bare title."""


def imported(entries: Iterable[Entry], source: Source, programme: Programme) -> tuple[Post, ...]:
    """The source's posts: filtered by its patterns, at most `max_per_day` of one day."""
    chosen = [entry for entry in entries if _wanted(entry, source)]
    return tuple(_post(entry, source, programme) for entry in _capped(chosen, source, programme))


def _wanted(entry: Entry, source: Source) -> bool:
    include, exclude = source.include, source.exclude
    return (include == Patterns() or _matches(entry, include)) and not _matches(entry, exclude)


def _matches(entry: Entry, patterns: Patterns) -> bool:
    fields = [
        (patterns.title, (entry.title,)),
        (patterns.category, entry.categories),
        (patterns.author, (entry.author,)),
    ]
    return any(re.search(p, text, re.I) for wanted, texts in fields for p in wanted for text in texts)


def _capped(entries: list[Entry], source: Source, programme: Programme) -> Iterator[Entry]:
    """The first `max_per_day` seen of each day: what was shown in the morning stays in the evening."""

    def day(entry: Entry) -> date:
        return (_dated(entry)).astimezone(programme.timezone).date()

    for _, same in groupby(sorted(entries, key=day), key=day):
        first = sorted(sorted(same, key=_dated, reverse=True), key=attrgetter("first_seen"))
        yield from first[: source.max_per_day]


def _dated(entry: Entry) -> datetime:
    """When the feed says it was published, but never later than we first saw it."""
    return min(entry.published or entry.first_seen, entry.first_seen)


def _post(entry: Entry, source: Source, programme: Programme) -> Post:
    """The entry as a post; of a source under review a draft, until somebody has said yes."""
    version = Version(
        lang=source.lang,
        title=entry.title,
        url=entry.url,
        captions={"default": _captions(entry, source)},
        summary=entry.summary,
    )
    return Post(
        slug=f"{source.key}-{entry.id[:10]}",
        type=source.type,
        versions={source.lang: version},
        tags=source.tags,
        teams=source.teams,
        publish=None if source.review else Instant(entry.first_seen),
        expires=Instant(entry.first_seen + source.keep),
        dated=_dated(entry),
        utm={} if source.utm else None,
        source=source.key,
    )


def _captions(entry: Entry, source: Source) -> tuple[str, ...]:
    """Two wordings, taken from the openers by the entry's id: neighbours on a page differ, builds do not."""
    openers = source.captions.get(source.lang, {}).get("default") or OPENERS.get(source.lang) or ("{title}",)
    start = int(entry.id[:8], 16) % len(openers)
    turned = openers[start:] + openers[:start]
    return tuple(opener.replace("{title}", entry.title) for opener in turned[:2])
