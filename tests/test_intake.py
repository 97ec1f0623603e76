"""What becomes of news: what is new, what is known, what never returns, and what is asked about first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heraldry.feeds.archive import GRACE, Archive, address_key, headline_key, place_key, read, written
from heraldry.feeds.intake import FEWEST_HELD, Intake, taken_in
from heraldry.feeds.lines import Past
from heraldry.feeds.parse import Document, News
from heraldry.model import Entry, Patterns, PostType, Source

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

SOURCE = Source(
    key="blog", url="https://news.example/feed", name="Blog", type=PostType.INDUSTRY, tags=frozenset(), teams=None,
    lang="en", include=Patterns(), exclude=Patterns(), captions={}, keep=60 * DAY,
)  # fmt: skip
INSIDE = replace(SOURCE, url="content/feeds/blog.xml")


def story(number: int, **fields: object) -> News:
    """One item; each number has its own id, address and title, and no date unless one is given."""
    plain = News(
        id=f"{number:016x}", url=f"https://news.example/{number}", title=f"Story {number}", summary=f"About {number}",
        author="A", categories=("x",), image=f"https://news.example/{number}.png", published=None,
    )  # fmt: skip
    return replace(plain, **fields)  # type: ignore[arg-type]


def taken(
    known: Archive, news: Iterable[News], now: datetime = NOW, *, source: Source = SOURCE, whole: bool = True,
    last: datetime | None = None, held_on: date | None = None,
) -> Intake:  # fmt: skip
    return taken_in(known, Document(tuple(news), whole=whole), source, now, last, held_on)


def knowing(*news: News, since: datetime = NOW - DAY) -> Archive:
    """An archive with these, first seen then, and something of the past, so that the next is no first read."""
    entries = taken(Archive("blog"), news, since).archive.entries
    seen = {key: replace(entry, first_seen=since) for key, entry in entries.items()}
    return Archive("blog", seen, {"0" * 16: Past(since - DAY)})


def ids(intake: Intake) -> set[str]:
    return set(intake.archive.entries)


def only(archive: Archive) -> Entry:
    (entry,) = archive.entries.values()
    return entry


# New and known --------------------------------------------------------------------------------------


def test_a_new_item_is_accepted_as_first_seen_now() -> None:
    came = taken(knowing(), [story(1, published=NOW - 3 * HOUR)])
    assert (came.accepted, came.updated, came.held) == (1, 0, 0)
    assert only(came.archive).first_seen == NOW
    assert only(came.archive).published == NOW - 3 * HOUR


def test_an_item_of_a_known_id_updates_its_entry_whatever_else_has_changed() -> None:
    known = knowing(story(1, published=NOW - DAY))
    told = story(1, url="https://moved.example/x", title="New", summary="S", author="B", categories=(), image=None,
                 published=NOW)  # fmt: skip
    came = taken(known, [told])
    assert (came.accepted, came.updated) == (0, 1)
    assert only(came.archive) == replace(
        only(known), url=told.url, title="New", summary="S", author="B", categories=(), image=None, former=(ONE.url,)
    )


def test_nothing_said_anew_changes_nothing() -> None:
    known = knowing(story(1), story(2, published=NOW - DAY))
    came = taken(known, [story(2, published=NOW - DAY), story(1)])
    assert came == Intake(known)
    assert written(came.archive) == written(known)


ONE = story(1, published=NOW - DAY)
OTHER_ID = "f" * 16
SAME: dict[str, tuple[News, bool]] = {
    "another id at the same address": (story(1, id=OTHER_ID, title="Other"), True),
    "another id at the address with a tracker": (story(1, id=OTHER_ID, url=f"{ONE.url}?utm_source=feed", title="Other"), True),
    "another id at the address written otherwise": (story(1, id=OTHER_ID, url="http://NEWS.example:80/1#top", title="O"), True),
    "another id and address, the same title and date": (
        replace(ONE, id=OTHER_ID, url="https://other.example/", title=" STORY  1"), True),
    "another id and address, the same title, another date": (
        replace(ONE, id=OTHER_ID, url="https://other.example/x", published=NOW), False),
    "another id and address, the same title, no date": (
        replace(ONE, id=OTHER_ID, url="https://other.example/x", published=None), False),
    "another id, address and title, the same date": (
        replace(ONE, id=OTHER_ID, url="https://other.example/x", title="Other"), False),
    "the same path and title on another host": (story(1, id=OTHER_ID, url="https://new.example/1"), True),
    "the same path on another host": (story(1, id=OTHER_ID, url="https://new.example/1", title="Other"), False),
    "the same title on another host, a little later": (
        replace(ONE, id=OTHER_ID, url="https://new.example/x", published=NOW - HOUR), True),
    "the same title on the same host, a little later": (
        replace(ONE, id=OTHER_ID, url="https://news.example/x", published=NOW - HOUR), False),
    "a name of its own and the same title at the address, later": (
        story(1, id=OTHER_ID, named=True, published=NOW, summary="More"), True),
    "a name of its own and another title at the address, later": (
        story(1, id=OTHER_ID, named=True, published=NOW, title="Other"), False),
    "a name of its own and another title at the address, no later": (
        story(1, id=OTHER_ID, named=True, published=NOW - DAY, title="Other"), True),
}  # fmt: skip


@pytest.mark.parametrize(("item", "same"), SAME.values(), ids=SAME)
def test_what_tells_that_two_items_are_the_same_news(item: News, same: bool) -> None:
    known = knowing(ONE)
    came = taken(known, [item])
    assert (came.accepted, came.updated) == ((0, 1) if same else (1, 0))
    assert came.archive.entries[ONE.id].first_seen == known.entries[ONE.id].first_seen
    assert (OTHER_ID in came.archive.entries) is not same


def test_an_entry_that_is_in_the_document_under_its_own_id_is_no_other_item() -> None:
    """Two items of one address or title, one of them known: the other is new."""
    known = knowing(ONE)
    assert taken(known, [ONE, story(1, id=OTHER_ID)]).accepted == 1
    assert taken(known, [replace(ONE, id=OTHER_ID, url="https://other.example/x"), ONE]).accepted == 1


def test_items_that_share_an_address_are_told_apart_by_their_ids() -> None:
    page = "https://news.example/changes"
    known = knowing(story(1, url=page), story(2, url=page))
    came = taken(known, [story(3, url=f"{page}#3"), story(4, url=f"{page}#4")])
    assert came.accepted == 2
    assert came.updated == 0


@pytest.mark.parametrize("known", [knowing(story(1, url="https://news.example/")), Archive("blog", {}, {
    "1" * 16: Past(NOW - DAY), "2" * 16: Past(NOW - DAY)})])  # fmt: skip
def test_the_front_page_is_no_identity(known: Archive) -> None:
    assert taken(known, [story(9, url="https://news.example/?utm_source=x")]).accepted == 1


def test_a_feed_with_new_ids_on_every_fetch_keeps_its_entries() -> None:
    archive = knowing(*(story(n) for n in range(1, 21)))
    first = archive
    for fetch in range(1, 5):
        came = taken(archive, [story(n, id=f"{fetch}{n:015x}") for n in range(1, 21)], NOW + fetch * DAY)
        assert (came.accepted, came.updated, came.held) == (0, 0, 0)
        archive = came.archive
    assert archive == first


def test_ids_that_changed_before_there_was_a_rule_for_it_do_not_pile_up() -> None:
    older = knowing(story(1, id=OTHER_ID), since=NOW - 2 * DAY).entries
    twice = {**older, **knowing(story(1)).entries}
    came = taken(Archive("blog", twice), [story(1, id="e" * 16, title="Told again")])
    assert ids(came) == {ONE.id, OTHER_ID}
    assert came.archive.entries[ONE.id].title == "Told again"


def test_an_entry_is_updated_by_one_item_only_the_surest() -> None:
    known = knowing(ONE)
    by_title = replace(ONE, id="e" * 16, url="https://other.example/x", summary="by title")
    by_address = story(1, id=OTHER_ID, summary="by address")
    came = taken(known, [by_title, by_address])
    assert came.archive.entries[ONE.id].summary == "by address"
    assert came.archive.entries["e" * 16].summary == "by title"


def test_what_the_document_does_not_mention_stays() -> None:
    known = knowing(story(1), story(2))
    assert taken(known, []).archive == known
    assert ids(taken(known, [story(3)])) == {story(n).id for n in (1, 2, 3)}


# The past -------------------------------------------------------------------------------------------


def past() -> Archive:
    archive = taken(knowing(ONE), [], NOW + 91 * DAY).archive
    assert archive.entries == {}
    assert archive.past[ONE.id].keys == {
        address_key(ONE.url), headline_key(ONE.title, ONE.published), place_key(ONE.title, ONE.url),
    }  # fmt: skip
    return archive


BACK = {
    "the same": ONE,
    "its address": story(1, id=OTHER_ID, title="Other"),
    "its address with a tracker": story(1, id=OTHER_ID, url=f"{ONE.url}/?fbclid=1", title="Other"),
    "its title and date": replace(ONE, id=OTHER_ID, url="https://other.example/x"),
    "its title and path": story(1, id=OTHER_ID, url="https://other.example/1"),
    "its title and address, dated today": story(1, id=OTHER_ID, named=True, published=NOW + 92 * DAY),
    "its address, with an old date": story(1, id=OTHER_ID, named=True, title="Other", published=NOW),
}


@pytest.mark.parametrize("item", BACK.values(), ids=BACK)
def test_what_is_of_the_past_never_returns(item: News) -> None:
    archive = past()
    came = taken(archive, [item], NOW + 92 * DAY, last=NOW + 91 * DAY)
    assert came == Intake(archive)


def test_later_news_at_an_address_of_the_past_are_new() -> None:
    february = story(1, id=OTHER_ID, named=True, title="Webinar February", published=NOW + 92 * DAY)
    assert ids(taken(past(), [february], NOW + 92 * DAY, last=NOW + 91 * DAY)) == {OTHER_ID}


def test_five_undated_entries_that_move_to_another_host_are_not_doubled() -> None:
    known = knowing(*(story(n) for n in range(1, 6)))
    moved = [story(n, id=f"f{n:015x}", url=f"https://new.example/{n}") for n in range(1, 6)]
    came = taken(known, moved)
    assert (came.accepted, came.updated, came.held) == (0, 5, 0)
    assert taken(came.archive, moved) == Intake(came.archive)


def test_of_entries_that_share_an_address_an_item_is_the_one_of_its_title() -> None:
    page = "https://news.example/changes"
    known = knowing(story(1, url=page), story(2, url=page))
    came = taken(known, [story(1, id=OTHER_ID, url=page, summary="Corrected")])
    assert came.archive.entries[story(1).id].summary == "Corrected"
    assert came.archive.entries[story(2).id] == known.entries[story(2).id]


def test_an_address_that_several_items_share_does_not_keep_new_ones_out() -> None:
    news = [story(1, id=OTHER_ID), story(1, id="e" * 16), ONE]
    assert ids(taken(past(), news, NOW + 92 * DAY)) == {OTHER_ID, "e" * 16}


def test_an_entry_that_is_known_by_its_title_as_its_time_ends_does_not_return() -> None:
    front = story(1, url="https://news.example/", published=NOW - DAY)
    renamed = replace(front, id=OTHER_ID)
    ended = taken(knowing(front), [renamed], NOW + 91 * DAY).archive
    assert ended.entries == {}
    assert taken(ended, [renamed], NOW + 92 * DAY) == Intake(ended)


def test_an_id_in_a_damaged_line_about_the_past_does_not_return() -> None:
    damaged = written(past()).replace(b'"first_seen"', b'"first_sewn"', 1).replace(b'"first_seen"', b'"first_sewn"')
    known = read("blog", damaged)
    assert known.past == {}
    assert taken(known, [ONE, story(2)], NOW + 92 * DAY).archive.entries.keys() == {story(2).id}


# Updates --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "then", "kept"), [
    (None, None, None),
    (None, NOW - DAY, NOW - DAY),
    (NOW - 2 * DAY, None, NOW - 2 * DAY),
    (NOW - 2 * DAY, NOW - HOUR, NOW - 2 * DAY),
    (NOW - 2 * DAY, NOW - 3 * DAY, NOW - 2 * DAY),
    (NOW + 99 * DAY, NOW - HOUR, NOW - HOUR),
    (NOW + 99 * DAY, NOW + 98 * DAY, NOW + 99 * DAY),
])  # fmt: skip
def test_the_first_sensible_date_stays(first: datetime | None, then: datetime | None, kept: datetime | None) -> None:
    came = taken(knowing(story(1, published=first)), [story(1, published=then)])
    assert only(came.archive).published == kept


def test_a_date_that_moves_on_every_fetch_moves_nothing() -> None:
    archive = knowing(story(1, published=NOW - DAY))
    for hour in range(5):
        came = taken(archive, [story(1, published=NOW + hour * HOUR)], NOW + hour * HOUR)
        assert came == Intake(archive)


@pytest.mark.parametrize("whole", [True, False])
def test_a_degraded_document_empties_nothing(whole: bool) -> None:
    known = knowing(ONE)
    bare = replace(ONE, title="Corrected", summary="", author="", categories=(), image=None)
    told = only(taken(known, [bare], whole=whole).archive)
    before = only(known)
    assert told.title == "Corrected"
    kept = (before.summary, before.author, before.categories, before.image)
    assert (told.summary, told.author, told.categories, told.image) == (("", "", (), None) if whole else kept)


def test_the_latest_addresses_that_an_entry_had_stay_known() -> None:
    archive = knowing(ONE)
    for number in (1, 2, 3, 4, 5, 6, 7, 3):
        address = f"https://news.example/moved/{number}"
        archive = taken(archive, [replace(ONE, url=address)]).archive
        archive = taken(archive, [replace(ONE, url=f"{address}?utm_source=feed")]).archive
    assert [former.partition("?")[0][-1] for former in only(archive).former] == ["2", "4", "5", "6", "7"]
    assert read("blog", written(archive)) == archive


@pytest.mark.parametrize(("seen", "told", "then"), [
    (NOW + 90 * DAY, None, NOW),
    (NOW + 90 * DAY, NOW - DAY, NOW),
    (NOW + 90 * DAY, NOW + 99 * DAY, NOW),
    (NOW + 90 * DAY, NOW + 89 * DAY, NOW + 89 * DAY),
    (NOW + HOUR, None, NOW + HOUR),
])  # fmt: skip
def test_what_a_clock_that_ran_ahead_has_seen_is_seen_now(
    seen: datetime, told: datetime | None, then: datetime
) -> None:
    known = knowing(story(1, published=told))
    ahead = replace(known, entries={ONE.id: replace(only(known), first_seen=seen)})
    assert only(taken(ahead, []).archive).first_seen == then


def test_a_degraded_document_still_corrects_what_it_says() -> None:
    told = only(taken(knowing(ONE), [replace(ONE, summary="Better", image=None)], whole=False).archive)
    assert (told.summary, told.image) == ("Better", ONE.image)


@pytest.mark.parametrize("broken", [
    {"title": " "}, {"title": "\ud800"}, {"url": "javascript:alert(1)"}, {"image": "x"}, {"id": "../../x"},
    {"categories": ("\ud800",)}, {"published": datetime(9999, 12, 31, 23, tzinfo=UTC)},
], ids=repr)  # fmt: skip
def test_what_could_not_be_read_again_is_never_accepted(broken: dict[str, object]) -> None:
    known = knowing(ONE)
    assert taken(known, [story(2, **broken)]).archive == known
    assert taken(known, [replace(ONE, **{**broken, "id": ONE.id})]).archive.entries.keys() == known.entries.keys()  # type: ignore[arg-type]
    after = taken(known, [replace(ONE, **{**broken, "id": ONE.id})]).archive  # type: ignore[arg-type]
    assert read("blog", written(after)) == after


# Feeds inside the repository ------------------------------------------------------------------------


@pytest.mark.parametrize("known", [Archive("blog"), knowing()])
@pytest.mark.parametrize("when", [NOW - 3 * DAY, NOW + 3 * DAY])
def test_an_entry_of_a_feed_inside_the_repository_is_first_seen_at_its_own_date(known: Archive, when: datetime) -> None:
    came = taken(known, [story(1, published=when)], source=INSIDE)
    assert only(came.archive).first_seen == when


def test_a_feed_inside_the_repository_is_never_held() -> None:
    came = taken(knowing(story(1)), [story(n) for n in range(100, 130)], source=INSIDE, held_on=NOW.date())
    assert (came.accepted, came.held) == (30, 0)


def test_a_feed_inside_the_repository_is_what_it_says_now() -> None:
    undated = story(3)
    known = replace(knowing(ONE, story(2), undated), past={OTHER_ID: Past(NOW)})
    later = NOW + 200 * DAY
    news = [replace(ONE, published=NOW - 5 * DAY), story(4, id=OTHER_ID, published=NOW - 90 * DAY), undated]
    came = taken(known, news, later, source=INSIDE)
    assert {key: entry.first_seen for key, entry in came.archive.entries.items()} == {
        ONE.id: NOW - 5 * DAY, OTHER_ID: NOW - 90 * DAY, undated.id: NOW - DAY,
    }  # fmt: skip
    assert (came.archive.entries[ONE.id].published, came.archive.past) == (NOW - 5 * DAY, {})
    assert (came.accepted, came.updated) == (1, 1)
    assert taken(came.archive, news, later + DAY, source=INSIDE) == Intake(came.archive)


@pytest.mark.parametrize(("news", "whole"), [([], True), ([], False), ([story(2)], False)])
def test_a_broken_feed_inside_the_repository_keeps_what_was_known(news: list[News], whole: bool) -> None:
    known = knowing(ONE)
    came = taken(known, news, NOW + 200 * DAY, source=INSIDE, whole=whole)
    assert came.archive.entries.items() >= known.entries.items()


# First read -----------------------------------------------------------------------------------------


def test_a_first_read_starts_with_the_recent_history() -> None:
    """500 entries, one a day: those within `keep` at their own dates, the others past."""
    news = [story(n, published=NOW - n * DAY) for n in range(1, 501)]
    came = taken(Archive("blog"), news)
    assert (came.accepted, came.held) == (500, 0)
    assert ids(came) == {story(n).id for n in range(1, 60)}
    assert len(came.archive.past) == 441
    assert {entry.first_seen for entry in came.archive.entries.values()} == {NOW - n * DAY for n in range(1, 60)}
    assert taken(came.archive, news, NOW + HOUR).archive == came.archive


def test_on_a_first_read_nothing_is_seen_later_than_now() -> None:
    came = taken(Archive("blog"), [story(1), story(2, published=NOW + 9 * DAY)])
    assert {entry.first_seen for entry in came.archive.entries.values()} == {NOW}


def test_an_archive_that_was_lost_grows_back_as_it_was() -> None:
    """As far as the feed remembers, and to the day on which each was published."""
    news = [story(n, published=NOW - n * DAY) for n in range(1, 10)]
    first = taken(Archive("blog"), news)
    assert taken(Archive("blog"), news, NOW + 5 * DAY).archive == first.archive


# Asking first ---------------------------------------------------------------------------------------

KNOWN = [story(n, published=NOW - n * DAY) for n in range(2, 22)]
LAST = NOW - HOUR


def known() -> Archive:
    return taken(Archive("blog"), KNOWN, LAST).archive


def strange(count: int, published: datetime | None = None) -> list[News]:
    """Items that share nothing with what is known."""
    return [story(1000 + n, published=published) for n in range(count)]


HELD = {
    "everything new and undated": (strange(20), 20),
    "everything new with dates of long ago": (strange(20, NOW - 30 * DAY), 20),
    "everything new with the date of the newest that is known": (strange(20, NOW - 2 * DAY), 20),
    "too few": (strange(FEWEST_HELD - 1), 0),
    "just enough": (strange(FEWEST_HELD), FEWEST_HELD),
    "nine tenths": ([*strange(18), *KNOWN[:2]], 18),
    "less than nine tenths": ([*strange(17), *KNOWN[:2]], 0),
    "published since the last reading": (strange(20, NOW - HOUR / 2), 0),
    "published after the newest that is known": (strange(20, NOW - DAY), 0),
    "old ones, and as many fresh": ([*strange(20), *(story(n, published=NOW) for n in range(500, 520))], 0),
    "nothing new": (KNOWN, 0),
    "the same under other ids": ([replace(item, id=f"f{item.id[1:]}") for item in KNOWN], 0),
    "the same under other ids and addresses": (
        [replace(item, id=f"f{item.id[1:]}", url=f"{item.url}/new") for item in KNOWN], 0),
}  # fmt: skip


@pytest.mark.parametrize(("news", "held"), HELD.values(), ids=HELD)
def test_a_batch_in_which_nearly_everything_looks_new_is_held(news: list[News], held: int) -> None:
    before = known()
    came = taken(before, news, last=LAST)
    assert came.held == held
    assert before.entries.keys() <= came.archive.entries.keys()
    if held:
        assert came.archive.entries == before.entries


def test_fresh_news_among_a_held_batch_come_in() -> None:
    fresh = story(500, published=NOW - HOUR / 2)
    came = taken(known(), [*strange(20), fresh, replace(KNOWN[0], title="Corrected")], last=LAST)
    assert (came.accepted, came.updated, came.held) == (1, 1, 20)
    assert fresh.id in came.archive.entries


def test_what_was_published_while_the_source_could_not_be_read_well_comes_in() -> None:
    assert taken(known(), strange(20, NOW - 3 * DAY), last=NOW - 2 * DAY).held == 20
    assert taken(known(), strange(20, NOW - 3 * DAY), last=NOW - 4 * DAY).accepted == 20


def test_a_first_read_is_never_held() -> None:
    assert taken(Archive("blog"), strange(50)).held == 0


def test_a_lost_state_does_not_let_a_batch_in() -> None:
    assert taken(known(), strange(20, NOW - 30 * DAY), last=None).held == 20
    assert taken(known(), strange(20, NOW - HOUR / 2), last=None).held == 0


def test_what_only_the_past_knows_is_known_too() -> None:
    archive = taken(known(), [], NOW + 90 * DAY).archive
    assert archive.entries == {}
    assert taken(archive, strange(20, NOW), NOW + 91 * DAY, last=NOW + 90 * DAY).accepted == 20
    assert taken(archive, strange(20), NOW + 91 * DAY, last=NOW + 90 * DAY).held == 20


def test_a_held_batch_stays_held_while_fresh_news_push_it_out_of_the_feed() -> None:
    """Else the rest of it would come in unasked as soon as it is less than nine tenths of the document."""
    archive, held_on, batch = known(), None, strange(20, NOW - 30 * DAY)
    for day in range(25):
        now = NOW + day * DAY
        fresh = [story(500 + n, published=NOW + n * DAY) for n in range(day + 1)]
        document = [*reversed(fresh), *batch][:20]
        came = taken(archive, document, now, last=now - DAY, held_on=held_on)
        assert came.held == max(0, 19 - day)
        archive, held_on = came.archive, NOW.date() if came.held else None
    assert not ids(came) & {item.id for item in batch}


@pytest.mark.parametrize(("accepted", "held_on", "held"), [
    (None, date(2026, 3, 3), 20),
    (date(2026, 3, 2), date(2026, 3, 3), 20),
    (date(2026, 3, 3), date(2026, 3, 3), 0),
    (date(2026, 3, 4), date(2026, 3, 3), 0),
    (date(2026, 3, 4), None, 20),
])  # fmt: skip
def test_an_editor_lets_a_batch_in_by_its_day(accepted: date | None, held_on: date | None, held: int) -> None:
    source = replace(SOURCE, accept_batch=accepted)
    came = taken(known(), strange(20), source=source, last=LAST, held_on=held_on)
    assert (came.held, came.accepted) == (held, 20 - held)


def test_a_batch_that_was_let_in_comes_at_its_own_dates() -> None:
    source = replace(SOURCE, accept_batch=NOW.date())
    batch = [story(1000 + n, published=NOW - n * 10 * DAY) for n in range(1, 21)]
    came = taken(known(), batch, source=source, last=LAST, held_on=NOW.date())
    assert (came.accepted, came.held) == (20, 0)
    assert {came.archive.entries[item.id].first_seen for item in batch[:5]} == {NOW - n * 10 * DAY for n in range(1, 6)}
    assert all(item.id in came.archive.past for item in batch[5:])


def test_a_day_once_given_lets_no_later_batch_in() -> None:
    source = replace(SOURCE, accept_batch=date(2026, 3, 3))
    assert taken(known(), strange(20), NOW + 40 * DAY, source=source, last=LAST, held_on=None).held == 20
    assert taken(known(), strange(20), NOW + 40 * DAY, source=source, last=LAST, held_on=date(2026, 4, 12)).held == 20


# What always holds ----------------------------------------------------------------------------------

NUMBERS = st.integers(1, 12)
DATES = st.none() | st.integers(-80, 3).map(lambda days: NOW + days * DAY)
NEWS = st.lists(
    st.builds(
        lambda key, host, page, title, published, image, named: story(
            key, url=f"https://{host}.example/{page or ''}", title=f"Story {title}", published=published, image=image,
            named=named,
        ),
        NUMBERS, st.sampled_from(["news", "new"]), st.integers(0, 12), NUMBERS, DATES,
        st.sampled_from([None, "https://news.example/i.png"]), st.booleans(),
    ),
    max_size=14, unique_by=lambda item: item.id,
)  # fmt: skip
ROUNDS = st.lists(st.tuples(NEWS, st.booleans(), st.integers(0, 40)), min_size=1, max_size=5)


@given(ROUNDS, st.sampled_from([SOURCE, replace(SOURCE, accept_batch=NOW.date())]))
def test_over_any_history_no_entry_is_lost_returns_or_changes_its_first_sight(
    rounds: list[tuple[list[News], bool, int]], source: Source
) -> None:
    archive, now = Archive("blog"), NOW
    last: datetime | None = None
    held_on: date | None = None
    for news, whole, days in rounds:
        now += days * DAY
        came = taken(archive, news, now, source=source, whole=whole, last=last, held_on=held_on)
        before, after = archive, came.archive
        assert {*before.entries, *before.past} <= {*after.entries, *after.past}
        assert after.past.items() >= before.past.items()
        assert after.entries.keys().isdisjoint(after.past)
        assert all(after.entries[key].first_seen == before.entries[key].first_seen for key in before.entries
                   if key in after.entries)  # fmt: skip
        then = min(now, last + GRACE) if last else now
        assert all(entry.first_seen + source.keep + GRACE > then for entry in after.entries.values())
        assert len(after.entries) + len(after.past) == len(before.entries) + len(before.past) + came.accepted
        assert read("blog", written(after)) == after
        again = taken(after, news, now, source=source, whole=whole, last=last, held_on=held_on)
        assert (again.accepted, again.held) == (0, came.held)
        archive, last, held_on = after, now, now.date() if came.held else None
