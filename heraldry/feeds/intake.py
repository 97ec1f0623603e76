"""What becomes of a document's news: which of it is new, which is known, and when somebody is asked first.

Identity. An item is the known entry of the same id; else the one at the same canonical address; else the one of the
same title and date. The last two only when no item of the document has that entry's own id; not for a front page, and
not for what several items of the document share: a feed whose entries all link to one page is told apart by ids alone.
What is of the past by any of the three never returns.

Update. An entry keeps its id and its first sight. Its date stays as first told, unless that lay in the future and
the document now tells one that does not: a date that moves on every fetch must not reorder the page. Everything else
is as the document says; of a degraded one, what it no longer says stays.

First read. Of a source of which nothing is known, an entry counts as first seen at its own date, never later than
now: the page starts with a history whose old part is past at once, and an archive that was lost grows back much as it
was. The same goes for a batch that an editor let in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from heraldry.feeds.archive import Archive, address_key, headline_key, pruned
from heraldry.feeds.lines import storable
from heraldry.feeds.parse import Document, News
from heraldry.model import Entry, Source

FEWEST_HELD = 10
SHARE_HELD = 90
"""A batch is held from so many suspicious items on, when they are this many percent of the document or more."""

LEEWAY = timedelta(days=1)
"""How far ahead of our clock a date may be and still be believed: zones are often told wrongly."""


@dataclass(frozen=True, slots=True)
class Intake:
    """The archive with the news in it, and how many of them were new, changed a known entry, or wait for a yes.

    Of old news on a first read, which is past at once, `accepted` counts too.
    """

    archive: Archive
    accepted: int = 0
    updated: int = 0
    held: int = 0


def taken_in(
    known: Archive,
    document: Document,
    source: Source,
    now: datetime,
    last_success: datetime | None,
    held_on: date | None,
) -> Intake:
    """The archive with the document's news, pruned. What the document does not mention stays as it is.

    `last_success` is when the source was last read well, `held_on` the day on which a batch of it was first held, None
    when none is. A caller stores that day while `held` is above 0, and forgets it when it is 0.
    """
    matched = _matched(known, document.news)
    new = _new(known, document.news, matched)
    suspicious = _suspicious(new, known, last_success)
    asked = _asked(suspicious, document.news, source, held_on)
    held = suspicious if asked and not _let_in(source, held_on) else frozenset()
    changed = _changed(known.entries, matched, document.whole, now)
    accepted = _accepted((item for item in new if item.id not in held), known, suspicious if asked else (), source, now)
    archive = replace(known, entries={**known.entries, **changed, **accepted})
    return Intake(pruned(archive, source, now), len(accepted), len(changed), len(held))


# Identity -------------------------------------------------------------------------------------------

Identity = Callable[[News | Entry], str | None]
"""What a piece of news is known by besides its id; None when that says nothing, and equals nothing."""


def _address(piece: News | Entry) -> str | None:
    return address_key(piece.url)


def _headline(piece: News | Entry) -> str | None:
    return headline_key(piece.title, piece.published)


WEAK: tuple[Identity, ...] = (_address, _headline)
"""What tells that two pieces are the same news when their ids differ, the surest first."""


def _matched(known: Archive, news: Sequence[News]) -> dict[str, News]:
    """By id of a known entry, the item of the document that is it: each entry at most one item."""
    found = {item.id: item for item in news if item.id in known.entries}
    barred = known.ended() | known.entries.keys()
    left = {item.id: item for item in news if item.id not in barred}
    for identity in WEAK if left else ():
        mine = _telling(news, identity)
        free = {identity(entry): key for key, entry in _by_age(known.entries) if key not in found}
        claims = {free[mine[key]]: item for key, item in left.items() if key in mine and mine[key] in free}
        found |= claims
        claimed = {item.id for item in claims.values()}
        left = {key: item for key, item in left.items() if key not in claimed}
    return found


def _by_age(entries: Mapping[str, Entry]) -> list[tuple[str, Entry]]:
    """Latest last: of several known entries that share an identity it is the one that counts."""
    return sorted(entries.items(), key=lambda known: (known[1].first_seen, known[0]))


def _telling(news: Sequence[News], identity: Identity) -> dict[str, str]:
    """By item's id its identity, where no other item of the document has the same."""
    each = {item.id: identity(item) for item in news}
    count = Counter(each.values())
    return {key: value for key, value in each.items() if value is not None and count[value] == 1}


def _new(known: Archive, news: Sequence[News], matched: Mapping[str, News]) -> list[News]:
    """The items that are no known entry and none of the past."""
    taken = {item.id for item in matched.values()} | known.ended()
    left = [item for item in news if item.id not in taken]
    if not left:
        return []
    gone = {key for past in known.past.values() for key in past.keys}
    told = [_telling(news, identity) for identity in WEAK]
    return [item for item in left if all(keys.get(item.id) not in gone for keys in told)]


# Asking first ---------------------------------------------------------------------------------------


def _suspicious(new: Iterable[News], known: Archive, last_success: datetime | None) -> frozenset[str]:
    """The ids of new items that should have been there before: undated, or dated neither after the newest that the
    archive knows nor after the source was last read well."""
    if known.knows_nothing():
        return frozenset()
    newest = max(one.first_seen for ones in (known.entries, known.past) for one in ones.values())
    latest = min(newest, last_success) if last_success else newest
    return frozenset(item.id for item in new if item.published is None or item.published <= latest)


def _asked(suspicious: Collection[str], news: Sequence[News], source: Source, held_on: date | None) -> bool:
    """Whether a batch of suspicious items is one that somebody has to be asked about.

    Once it was held it stays so however the rest of the feed moves on, until it is let in or gone from the feed.
    """
    if _inside(source) or not suspicious:
        return False
    nearly_all = len(suspicious) >= FEWEST_HELD and 100 * len(suspicious) >= SHARE_HELD * len(news)
    return nearly_all or held_on is not None


def _let_in(source: Source, held_on: date | None) -> bool:
    """Whether an editor has written, on the day it was held or later, that the batch may come in."""
    return held_on is not None and source.accept_batch is not None and source.accept_batch >= held_on


def _inside(source: Source) -> bool:
    """A feed inside the repository is content that somebody has written, not a moving window."""
    return "://" not in source.url


# Entries --------------------------------------------------------------------------------------------


def _accepted(
    items: Iterable[News], known: Archive, let_in: Collection[str], source: Source, now: datetime
) -> dict[str, Entry]:
    """The new entries by id. One that could not be read again from the archive is none."""
    first = known.knows_nothing()
    made = (_entry(item, source, _first_seen(item, source, now, first or item.id in let_in)) for item in items)
    return {entry.id: entry for entry in made if storable(entry)}


def _first_seen(item: News, source: Source, now: datetime, dated: bool) -> datetime:
    """Now, or its own date: always inside the repository, where that may be in the future, and for a `dated` one."""
    if item.published is None:
        return now
    if _inside(source):
        return item.published
    return min(item.published, now) if dated else now


def _entry(item: News, source: Source, first_seen: datetime) -> Entry:
    return Entry(
        id=item.id,
        source=source.key,
        url=item.url,
        title=item.title,
        summary=item.summary,
        author=item.author,
        categories=item.categories,
        image=item.image,
        published=item.published,
        first_seen=first_seen,
    )


def _changed(entries: Mapping[str, Entry], matched: Mapping[str, News], whole: bool, now: datetime) -> dict[str, Entry]:
    """The known entries that say something else now."""
    updates = {key: _updated(entries[key], item, whole, now) for key, item in matched.items()}
    return {key: entry for key, entry in updates.items() if entry != entries[key] and storable(entry)}


def _updated(entry: Entry, item: News, whole: bool, now: datetime) -> Entry:
    """The entry as the item tells it."""
    return replace(
        entry,
        url=item.url,
        title=item.title,
        summary=item.summary or ("" if whole else entry.summary),
        author=item.author or ("" if whole else entry.author),
        categories=item.categories or (() if whole else entry.categories),
        image=item.image or (None if whole else entry.image),
        published=_date(entry, item, now),
    )


def _date(entry: Entry, item: News, now: datetime) -> datetime | None:
    """The date first told, unless there was none, or one in the future and now one that is not."""
    if entry.published is None:
        return item.published
    told = item.published is not None and item.published <= now + LEEWAY
    return item.published if told and entry.published > entry.first_seen + LEEWAY else entry.published
