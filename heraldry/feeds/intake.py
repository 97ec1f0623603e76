"""What becomes of a document's news: which of it is new, which is known, and when somebody is asked first.

Identity. An item is the known entry of the same id; else the one of the same canonical address and title; else the one
at that address; else the one of the same title and date. When a site has moved, it is also the one of the same title
and path on another host, or of the same title there and less than a day apart. All but the first only when no item of
the document has that entry's own id; not by a front page's address, and not by what several items of the document
share. What is of the past by id, address, title and date, or title and path never returns.

An address is used again, for a webinar every month say: an item with another id that the feed gave, another title and
a date later than the known entry's is new in spite of its address; of one that is past, when it is dated after the
source was last read well.

Update. An entry keeps its id and its first sight. Its date stays as first told, unless that lay in the future and
the document now tells one that does not: a date that moves on every fetch must not reorder the page. Everything else
is as the document says; of a degraded one, what it no longer says stays. The addresses it had stay known, the latest
FORMER of them.

First read. Of a source of which nothing is known, an entry counts as first seen at its own date, never later than
now: the page starts with a history whose old part is past at once, and an archive that was lost grows back much as it
was. The same goes for a batch that an editor let in.

A feed inside the repository is content that somebody has written: when it is whole and not empty, the archive is what
it says now, with its dates, and nothing is past. A broken one adds to what is known, and takes nothing away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from heraldry.addresses import canonical
from heraldry.feeds.archive import LEEWAY, Archive, address_key, ended, even, headline_key, inside, place_key, pruned
from heraldry.feeds.lines import storable
from heraldry.feeds.parse import Document, News
from heraldry.model import Entry, Source

FEWEST_HELD = 10
SHARE_HELD = 90
"""A batch is held from so many suspicious items on, when they are this many percent of the document or more."""

FORMER = 5
"""How many former addresses of an entry stay known."""

NEAR = timedelta(days=1)
"""Dates of the same title on two hosts that are closer than this are one date."""


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
    if inside(source) and document.whole and document.news:
        return _as_written(known, document.news, source, now)
    matched = _matched(known, document.news)
    new = _new(known, document.news, matched, last_success)
    suspicious = _suspicious(new, known, last_success)
    asked = _asked(suspicious, document.news, source, held_on)
    held = suspicious if asked and not _let_in(source, held_on) else frozenset()
    changed = _changed(known.entries, matched, document.whole, now)
    accepted = _accepted((item for item in new if item.id not in held), known, suspicious if asked else (), source, now)
    archive = replace(known, entries={**known.entries, **changed, **accepted})
    over = () if inside(source) else {key for key, entry in accepted.items() if entry.first_seen + source.keep <= now}
    archive = pruned(ended(archive, over), source, now, last_success)
    return Intake(archive, len(accepted), len(changed), len(held))


def _as_written(known: Archive, news: Sequence[News], source: Source, now: datetime) -> Intake:
    """The archive as the feed inside the repository says; what has no date stays as it was first seen."""
    made = {item.id: _written(known.entries.get(item.id), item, source, now) for item in news}
    entries = {key: entry for key, entry in made.items() if storable(entry)}
    changed = [key for key, entry in entries.items() if entry != known.entries.get(key, entry)]
    archive = replace(known, entries=entries, past={}, unread=())
    return Intake(archive, len(entries.keys() - known.entries.keys()), len(changed))


def _written(before: Entry | None, item: News, source: Source, now: datetime) -> Entry:
    entry = _entry(item, source, item.published or (before.first_seen if before else now))
    return replace(entry, former=_former(before, item.url)) if before else entry


# Identity -------------------------------------------------------------------------------------------

Identity = Callable[[News | Entry], str | None]
"""What a piece of news is known by besides its id; None when that says nothing, and equals nothing."""


def _address(piece: News | Entry) -> str | None:
    return address_key(piece.url)


def _address_and_title(piece: News | Entry) -> str | None:
    address = address_key(piece.url)
    return f"{address} {even(piece.title)}" if address else None


def _headline(piece: News | Entry) -> str | None:
    return headline_key(piece.title, piece.published)


def _place(piece: News | Entry) -> str | None:
    return place_key(piece.title, piece.url)


def _dated_title(piece: News | Entry) -> str | None:
    return even(piece.title) if piece.published and address_key(piece.url) else None


Agreement = Callable[[Entry, News], bool]
"""What must hold besides, for an entry and an item of one identity to be the same news."""


def _always(entry: Entry, item: News) -> bool:
    return True


def _not_used_again(entry: Entry, item: News) -> bool:
    """Whether the item is not other, later news at the entry's address."""
    later = item.published is not None and item.published > (entry.published or entry.first_seen)
    return not (item.named and later and even(item.title) != even(entry.title))


def _moved(entry: Entry, item: News) -> bool:
    return urlsplit(canonical(entry.url)).netloc != urlsplit(canonical(item.url)).netloc


def _moved_near(entry: Entry, item: News) -> bool:
    if entry.published is None or item.published is None:
        return False
    return _moved(entry, item) and abs(entry.published - item.published) < NEAR


WEAK: tuple[tuple[Identity, Agreement], ...] = (
    (_address_and_title, _always),
    (_address, _not_used_again),
    (_headline, _always),
    (_place, _moved),
    (_dated_title, _moved_near),
)
"""What tells that two pieces are the same news when their ids differ, the surest first."""

GONE: tuple[Identity, ...] = (_headline, _place)
"""What tells, besides its address, that a piece is of the past."""


def _matched(known: Archive, news: Sequence[News]) -> dict[str, News]:
    """By id of a known entry, the item of the document that is it: each entry at most one item."""
    found = {item.id: item for item in news if item.id in known.entries}
    barred = known.ended() | known.entries.keys()
    left = {item.id: item for item in news if item.id not in barred}
    for identity, agree in WEAK if left else ():
        mine = _telling(news, identity)
        free = {identity(entry): key for key, entry in _by_age(known.entries) if key not in found}
        pairs = [(free[mine[key]], item) for key, item in left.items() if key in mine and mine[key] in free]
        claims = {key: item for key, item in pairs if agree(known.entries[key], item)}
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


def _new(
    known: Archive, news: Sequence[News], matched: Mapping[str, News], last_success: datetime | None
) -> list[News]:
    """The items that are no known entry and none of the past."""
    taken = {item.id for item in matched.values()} | known.ended()
    left = [item for item in news if item.id not in taken]
    if not left:
        return []
    gone = {key for past in known.past.values() for key in past.keys}
    at, *told = (_telling(news, identity) for identity in (_address, *GONE))
    strange = [item for item in left if all(keys.get(item.id) not in gone for keys in told)]
    return [item for item in strange if at.get(item.id) not in gone or _used_again(item, last_success)]


def _used_again(item: News, last_success: datetime | None) -> bool:
    """Whether an item at the address of something past is other, later news; that its title is other is known."""
    return item.named and bool(last_success and item.published and item.published > last_success)


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
    if inside(source) or not suspicious:
        return False
    nearly_all = len(suspicious) >= FEWEST_HELD and 100 * len(suspicious) >= SHARE_HELD * len(news)
    return nearly_all or held_on is not None


def _let_in(source: Source, held_on: date | None) -> bool:
    """Whether an editor has written, on the day it was held or later, that the batch may come in."""
    return held_on is not None and source.accept_batch is not None and source.accept_batch >= held_on


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
    if inside(source):
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
        former=_former(entry, item.url),
    )


def _former(entry: Entry, url: str) -> tuple[str, ...]:
    """The addresses that the entry had, the latest last, when it is at `url` now: none twice, and not that one."""
    now, last = canonical(url), canonical(entry.url)
    if now == last:
        return entry.former
    older = [former for former in entry.former if canonical(former) not in (now, last)]
    return (*older, entry.url)[-FORMER:]


def _date(entry: Entry, item: News, now: datetime) -> datetime | None:
    """The date first told, unless there was none, or one in the future and now one that is not."""
    if entry.published is None:
        return item.published
    told = item.published is not None and item.published <= now + LEEWAY
    return item.published if told and entry.published > entry.first_seen + LEEWAY else entry.published
