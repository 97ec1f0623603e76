"""What was accepted stays: through failing feeds, moving windows, damaged files and rebuilt pasts."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers import Script, Server, Shelf, answer, drips, moved, says, scripted
from site_text import write_site

from heraldry.disk import files_below
from heraldry.feeds import archive
from heraldry.feeds.archive import (
    GRACE,
    HINT,
    Archive,
    TooNew,
    address_key,
    headline_key,
    place_key,
    pruned,
    read,
    union,
    written,
)
from heraldry.feeds.lines import Past, checksum
from heraldry.model import Entry, Patterns, PostType, Source
from heraldry.pipeline import Order, Outcome, build

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def feed(*numbers: int, edition: str = "") -> bytes:
    """An RSS feed with these entries, newest first."""
    items = "".join(
        f"<item><title>Story {n}{edition}</title><link>https://news.example/{n}</link><guid>story-{n}</guid></item>"
        for n in numbers
    )
    return f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()


# Through a build ------------------------------------------------------------------------------------


@dataclass
class Site:
    """A site whose one source is on a shelf that the test may change between builds."""

    root: Path
    shelf: Shelf
    server: Server

    def build(
        self, now: datetime = NOW, *, dated: bool = False, strict: bool = False, offline: bool = False
    ) -> Outcome:
        return build(Order(self.root, self.root / "site", now, dated=dated, strict=strict, offline=offline), {})

    def serve(self, document: bytes | Script) -> None:
        self.shelf.documents["/feed"] = document

    @property
    def page(self) -> str:
        return (self.root / "site/everyone/index.html").read_text("utf-8")

    @property
    def kept(self) -> Path:
        return self.root / "archive/blog.jsonl"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    shelf = Shelf({"/feed": feed(2, 1)})
    with scripted(shelf) as server:
        settings = "{keep: 10d, max_per_day: 50, max_bytes: 100KB, allow_private: true}"
        source = f"blog: {{url: '{server.url}/feed', type: industry}}"
        write_site(tmp_path, f"=== sources.yaml ===\ndefaults: {settings}\nsources:\n  {source}\n")
        yield Site(tmp_path, shelf, server)


def hangs_up(connection: socket.socket, head: bytes) -> None:
    connection.close()


TROUBLE: dict[str, tuple[bytes | Script, str]] = {
    "an error": (says(answer(b"", status="500 Internal Server Error")), "the server answered 500"),
    "gone": (says(answer(b"", status="410 Gone")), "the server answered 410"),
    "no answer": (hangs_up, "it closed the connection without an answer in HTTP"),
    "garbage": (bytes(range(256)) * 20, "the document is not a feed"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 300, "the document is not a feed"),
    "nothing": (b"", "the server sent an empty document"),
    "blanks": (b" \n\t ", "the document is empty"),
    "a web page": (b"<!doctype html><html><body>Please log in</body></html>", "the document is not a feed, but a web page"),
    "a redirect to a log-in page": (moved(lambda path: "/login"), "the server answered 404"),
    "an empty feed": (feed(), "the feed is empty"),
    "half a gzip": (says(answer(gzip.compress(feed(3))[:-20], "Content-Encoding: gzip")), "it broke off in the middle"),
    "half a body": (says(answer(feed(3), length=9999)), "it broke off in the middle"),
    "too much": (b"<rss>" + b"a" * 200_000, "it is larger than 100,000 bytes"),
    "broken JSON": (b'{"version": "https://jsonfeed.org/version/1.1", "items": [', "the document is not valid JSON"),
    "other JSON": (b'{"error": "not today"}', "the document is not a JSON Feed"),
}  # fmt: skip


@pytest.mark.parametrize(("document", "reason"), TROUBLE.values(), ids=TROUBLE)
def test_a_failing_feed_is_a_warning_and_its_entries_stay(site: Site, document: bytes | Script, reason: str) -> None:
    assert site.build().problems == ()
    before = site.kept.read_bytes()
    site.serve(document)
    outcome = site.build(NOW + DAY)
    (problem,) = outcome.problems
    assert problem.message.startswith(f"source 'blog': {reason}")
    assert problem.hint.startswith("its earlier entries stay on the pages")
    assert "Story 1" in site.page
    assert "Story 2" in site.page
    assert "Story 3" not in site.page
    assert site.kept.read_bytes() == before


def test_a_server_that_is_down_is_a_warning_and_its_entries_stay(site: Site) -> None:
    site.build()
    config = site.root / "sources.yaml"
    with socket.create_server(("127.0.0.1", 0)) as free:
        config.write_text(config.read_text().replace(str(site.server.port), str(free.getsockname()[1])))
    (problem,) = site.build(NOW + DAY).problems
    assert problem.message == "source 'blog': the connection failed (connection refused)"
    assert "Story 1" in site.page


def test_a_slow_feed_does_not_hold_up_the_others(site: Site) -> None:
    """Eight sources at once: the build takes as long as the slowest, not as all of them."""
    site.serve(drips(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n", b"<", 0.05))
    sources = "\n".join(f"  b{n}: {{url: '{site.server.url}/feed', type: industry}}" for n in range(6))
    write_site(site.root, f"=== sources.yaml ===\ndefaults: {{allow_private: true}}\nsources:\n{sources}\n")
    began = time.monotonic()
    assert len(site.build().problems) == 6
    assert time.monotonic() - began < 5


def test_an_entry_that_falls_off_the_feed_stays(site: Site) -> None:
    site.build()
    site.serve(feed(4, 3))
    site.build(NOW + DAY)
    assert [f"Story {n}" in site.page for n in (1, 2, 3, 4)] == [True] * 4


def test_past_keep_an_entry_leaves_and_never_returns_as_new(site: Site) -> None:
    site.build()
    assert site.build(NOW + 11 * DAY).problems == ()
    assert "Story 1" not in site.page
    assert b"Story 1" in site.kept.read_bytes()
    for day in (39, 41):
        site.build(NOW + day * DAY)
    lines = [json.loads(line) for line in site.kept.read_text("utf-8").splitlines()]
    assert [line.keys() for line in lines[1:]] == [{"id", "first_seen", "keys", "crc"}] * 2
    assert b"Story" not in site.kept.read_bytes()
    site.serve(feed(3, 2, 1))
    site.build(NOW + 42 * DAY)
    assert "Story 3" in site.page
    assert "Story 1" not in site.page


def test_past_keep_entries_leave_also_while_their_feed_fails(site: Site) -> None:
    site.build()
    site.serve(says(answer(b"", status="500 Oops")))
    site.build(NOW + 11 * DAY)
    assert "Story" not in site.page


def test_an_update_changes_what_an_entry_says_and_not_when_it_came(site: Site) -> None:
    site.build()
    first = json.loads(site.kept.read_text("utf-8").splitlines()[1])
    site.serve(feed(2, 1, edition=" (corrected)"))
    site.build(NOW + DAY)
    second = json.loads(site.kept.read_text("utf-8").splitlines()[1])
    assert "(corrected)" in second["title"]
    assert (second["id"], second["first_seen"]) == (first["id"], first["first_seen"])
    assert "(corrected)" in site.page


def test_a_new_entry_is_one_new_line(site: Site) -> None:
    site.build()
    _, *before = site.kept.read_text("utf-8").splitlines()
    site.serve(feed(3, 2, 1))
    site.build(NOW + DAY)
    first, *after = site.kept.read_text("utf-8").splitlines()
    assert json.loads(first)["lines"] == 3
    assert len(after) == len(before) + 1
    assert set(before) < set(after)
    assert after == sorted(after)


def test_nothing_is_written_when_nothing_has_changed(site: Site) -> None:
    site.build()
    stamp = site.kept.stat().st_mtime_ns, site.kept.stat().st_ino
    site.build(NOW + DAY)
    assert (site.kept.stat().st_mtime_ns, site.kept.stat().st_ino) == stamp
    assert list(site.kept.parent.glob(".blog*")) == []


@pytest.mark.parametrize("how", ["dated", "strict"])
def test_a_build_that_only_looks_does_not_write_the_archive(site: Site, how: str) -> None:
    site.build(dated=how == "dated", strict=how == "strict")
    assert not site.kept.exists()
    site.build()
    before = site.kept.read_bytes()
    site.serve(feed(9))
    site.build(NOW + 20 * DAY, dated=how == "dated", strict=how == "strict")
    assert site.kept.read_bytes() == before


def test_offline_nothing_is_fetched_and_nothing_is_lost(site: Site) -> None:
    site.build()
    fetched = len(site.server.seen)
    assert site.build(NOW + DAY, offline=True).problems == ()
    assert len(site.server.seen) == fetched
    assert "Story 1" in site.page


def test_a_damaged_line_is_carried_along_unchanged_and_reported(site: Site) -> None:
    site.build()
    damaged = b'{"id": "half a li'
    site.kept.write_bytes(damaged + b"\n" + site.kept.read_bytes())
    site.serve(feed(3, 2, 1))
    (problem,) = site.build(NOW + DAY).problems
    said = "1 line was damaged; 1 could not be recovered and is kept as it is"
    assert (problem.at.path, problem.message) == ("archive/blog.jsonl", said)
    assert damaged in site.kept.read_bytes().split(b"\n")
    assert [f"Story {n}" in site.page for n in (1, 2, 3)] == [True] * 3


def test_a_feed_file_that_is_too_large_or_missing_is_a_warning(tmp_path: Path) -> None:
    text = "=== sources.yaml ===\ndefaults: {max_bytes: 1KB}\nsources:\n  a: {url: feeds/a.xml, type: industry}\n  b: {url: feeds/b.xml, type: industry}\n"
    write_site(tmp_path, text, {"feeds/a.xml": feed(*range(40))})
    said = {problem.message for problem in build(Order(tmp_path, tmp_path / "site", NOW), {}).problems}
    assert said == {"source 'a': it is larger than 1,000 bytes", "source 'b': there is no file 'feeds/b.xml'"}


def test_a_feed_file_behind_a_link_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.xml").write_bytes(feed(1))
    root = write_site(tmp_path / "root", "=== sources.yaml ===\nsources:\n  a: {url: feeds/a.xml, type: industry}\n")
    (root / "feeds").mkdir()
    (root / "feeds/a.xml").symlink_to(tmp_path / "secret.xml")
    (problem,) = build(Order(root, root / "site", NOW), {}).problems
    assert problem.message == "source 'a': there is no file 'feeds/a.xml'"


# As values ------------------------------------------------------------------------------------------

SOURCE = Source(
    key="blog", url="https://news.example/feed", name="Blog", type=PostType.INDUSTRY, tags=frozenset(), teams=None,
    lang="en", include=Patterns(), exclude=Patterns(), captions={}, keep=10 * DAY,
)  # fmt: skip
ENTRY = Entry(
    id="0123456789abcdef", source="blog", url="https://news.example/1", title="Ankara’da \"yeni\" laboratuvar",
    summary="서울 😀 \\n", author="A", categories=("x",), image=None, published=NOW - DAY, first_seen=NOW,
)  # fmt: skip
KEY, HEADLINE = address_key(ENTRY.url) or "", headline_key(ENTRY.title, ENTRY.published) or ""
PLACE = place_key(ENTRY.title, ENTRY.url) or ""
KEYS = frozenset({KEY, HEADLINE, PLACE})
ENDED = NOW + 10 * DAY + GRACE


def holding(*entries: Entry, **past: Past) -> Archive:
    return Archive("blog", {entry.id: entry for entry in entries}, past)


def body(archive: Archive) -> list[str]:
    """The lines after the first."""
    return written(archive).decode().splitlines()[1:]


def of_version_0(archive: Archive) -> bytes:
    """The file as it was before there were versions: no first line, no sums, no keys of the past."""
    bare = [json.loads(line) for line in body(archive)]
    kept = [{key: value for key, value in one.items() if key not in ("crc", "keys")} for one in bare]
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in kept).encode()


def test_what_was_written_is_read_again() -> None:
    made = holding(ENTRY, replace(ENTRY, id="f" * 16, image="https://a.example/i.png", published=None))
    later = pruned(replace(made, entries={**made.entries, "e" * 16: replace(ENTRY, id="e" * 16, first_seen=NOW + DAY)}),
                   SOURCE, ENDED)  # fmt: skip
    assert len(later.entries) == 1
    assert later.past == {ENTRY.id: Past(NOW, KEYS), "f" * 16: Past(NOW, frozenset({KEY, PLACE}))}
    assert read("blog", written(later)) == later
    assert written(read("blog", written(later))) == written(later)


def test_the_file_is_legible_and_counts_its_lines() -> None:
    first, second = written(holding(ENTRY)).decode().splitlines()
    assert json.loads(first).items() >= {"heraldry": "archive", "version": 1, "source": "blog", "lines": 1}.items()
    assert ENTRY.title.replace('"', '\\"') in second


def test_moments_are_written_in_utc_so_that_a_traveller_changes_no_line() -> None:
    seoul = timezone(timedelta(hours=9))
    moved = replace(ENTRY, first_seen=NOW.astimezone(seoul), published=(NOW - DAY).astimezone(seoul))
    assert written(holding(moved)) == written(holding(ENTRY))


def test_the_front_page_of_a_site_is_no_address_to_remember() -> None:
    home = pruned(holding(replace(ENTRY, url="https://news.example/?utm_source=feed")), SOURCE, ENDED)
    assert home.past == {ENTRY.id: Past(NOW, frozenset({HEADLINE}))}


# Versions -------------------------------------------------------------------------------------------

OLD = holding(ENTRY, **{"f" * 16: Past(NOW - DAY)})


def test_an_archive_of_version_0_is_read_and_written_as_the_current_one() -> None:
    found = read("blog", of_version_0(OLD))
    assert found == OLD
    assert written(found) == written(OLD)


def test_the_copy_is_not_asked_about_a_sound_archive_of_version_0() -> None:
    assert read("blog", of_version_0(OLD), written(holding(replace(ENTRY, id="a" * 16)))) == OLD


@pytest.mark.parametrize("place", ["its file", "the copy of a lost file"])
def test_an_archive_of_a_newer_version_is_refused_whole(place: str) -> None:
    fields = {"heraldry": "archive", "version": 2, "source": "blog", "lines": 0, "shape": "other"}
    newer = json.dumps({**fields, "crc": checksum(fields)}).encode() + b"\n"
    with pytest.raises(TooNew, match="version 2"):
        read("blog", *((newer,) if place == "its file" else (b"", newer)))
    with pytest.raises(TooNew):
        union("blog", [written(OLD), newer])


def test_a_damaged_first_line_is_not_taken_for_a_newer_version() -> None:
    damaged = written(OLD).replace(b'"version": 1', b'"version": 3')
    found = read("blog", damaged)
    assert (found.entries, found.past, found.unread) == (OLD.entries, OLD.past, ())
    assert found.damaged == "its first line was damaged"


def test_an_archive_that_was_renamed_with_its_source_stays() -> None:
    found = read("news", written(OLD))
    assert found.damaged == ""
    assert [entry.source for entry in found.entries.values()] == ["news"]


# Damage ---------------------------------------------------------------------------------------------

LINE = json.loads(of_version_0(holding(ENTRY)))
DAMAGED = [
    "not JSON", "[]", "null", "5", '"text"', "{}", "[" * 100_000, '{"id": "0123456789abcdef"}',
    json.dumps(LINE | {"id": 5}), json.dumps(LINE | {"id": "../../etc"}), json.dumps(LINE | {"id": "xyz"}),
    json.dumps(LINE | {"first_seen": "2026-03-03T09:00"}), json.dumps(LINE | {"first_seen": 5}),
    json.dumps(LINE | {"first_seen": "9999-12-31T23:59:59-12:00"}), json.dumps(LINE | {"published": "0001-01-01T00:00:00+14:00"}),
    json.dumps(LINE | {"first_seen": "1970-01-01T00:00:00+14:00"}),
    json.dumps(LINE | {"published": "yesterday"}), json.dumps(LINE | {"published": 1}), json.dumps(LINE | {"title": None}),
    json.dumps(LINE | {"title": " "}), json.dumps(LINE | {"title": "\ud800"}), json.dumps(LINE | {"summary": []}),
    json.dumps(LINE | {"url": "javascript:alert(1)"}), json.dumps(LINE | {"url": None}), json.dumps(LINE | {"author": {}}),
    json.dumps(LINE | {"categories": 5}), json.dumps(LINE | {"categories": [5]}), json.dumps(LINE | {"image": "x"}),
    json.dumps({key: value for key, value in LINE.items() if key != "summary"}), json.dumps(LINE | {"more": 1}),
    json.dumps(LINE | {"crc": "00000000"}), json.dumps(LINE | {"crc": 5}), json.dumps(LINE | {"crc": "00000000", "id": []}),
]  # fmt: skip


@pytest.mark.parametrize("line", DAMAGED, ids=lambda line: line[:60])
def test_a_line_that_nothing_here_wrote_is_kept_byte_for_byte(line: str) -> None:
    good = json.dumps(LINE | {"id": "a" * 16}, ensure_ascii=False)
    found = read("blog", f"{line}\n{good}\n".encode())
    assert found.unread == (line,)
    assert list(found.entries) == ["a" * 16]
    assert line.encode() in written(found).split(b"\n")
    assert read("blog", written(found)).unread == (line,)


def test_bytes_that_are_no_text_are_kept_too() -> None:
    assert written(read("blog", b"\xff\xfe{\n")).endswith(b"\n\xff\xfe{\n")


def test_blank_lines_and_windows_line_ends_are_no_damage() -> None:
    found = read("blog", b"\r\n\n" + written(OLD).replace(b"\n", b"\r\n") + b"  \n")
    assert found == OLD


def test_a_line_separator_inside_a_text_does_not_break_its_line() -> None:
    made = holding(replace(ENTRY, summary="one\u2028two\x85three"))
    assert read("blog", written(made)) == made


SMALL = holding(
    ENTRY,
    replace(ENTRY, id="0123456789abcdee", url="https://news.example/2", image="https://news.example/i.png"),
    **{"f" * 16: Past(NOW, frozenset({KEY})), "0" * 16: Past(NOW - DAY)},
)
WHOLE = written(SMALL)
IDS = SMALL.entries.keys() | SMALL.past.keys()


def flips(at: int) -> set[int]:
    """Other values of a byte: a bit of it, a line end, a digit, a quotation mark, a blank."""
    return {WHOLE[at] ^ (1 << at % 8), *b'\n7" '} - {WHOLE[at]}


@pytest.mark.parametrize("part", range(8))
def test_a_flipped_byte_is_noticed_and_costs_nothing_beside_a_copy(part: int) -> None:
    for at in range(part, len(WHOLE), 8):
        for byte in flips(at):
            damaged = WHOLE[:at] + bytes([byte]) + WHOLE[at + 1 :]
            found = read("blog", damaged, WHOLE)
            assert (found.entries, found.past, found.unread) == (SMALL.entries, SMALL.past, ()), (at, byte)
            assert found.damaged or (at, byte) == (len(WHOLE) - 1, ord(" ")), (at, byte)


@pytest.mark.parametrize("part", range(8))
def test_a_flipped_byte_costs_at_most_its_line_without_a_copy_and_the_line_is_kept(part: int) -> None:
    for at in range(part, len(WHOLE), 8):
        for byte in flips(at):
            found = read("blog", WHOLE[:at] + bytes([byte]) + WHOLE[at + 1 :])
            lost = IDS - found.entries.keys() - found.past.keys()
            assert len(lost) <= (2 if WHOLE[at : at + 1] == b"\n" else 1), (at, byte)
            assert bool(found.unread) >= bool(lost), (at, byte)
            for key, entry in found.entries.items():
                assert entry == SMALL.entries[key], (at, byte)


def test_a_file_cut_short_anywhere_costs_nothing_beside_a_copy() -> None:
    for length in range(len(WHOLE)):
        found = read("blog", WHOLE[:length], WHOLE)
        assert (found.entries, found.past, found.unread) == (SMALL.entries, SMALL.past, ()), length
        assert bool(found.damaged) is (length < len(WHOLE) - 1), length


def test_a_file_cut_short_anywhere_costs_what_was_cut_off_without_a_copy() -> None:
    for length in range(1, len(WHOLE)):
        found = read("blog", WHOLE[:length])
        assert len(found.entries) + len(found.past) >= WHOLE[:length].count(b"\n") - 1
        assert bool(found.damaged) is (length < len(WHOLE) - 1), length


def without(*ids: str) -> list[str]:
    return [line for line in WHOLE.decode().splitlines() if not any(key in line for key in ids)]


SPOILT = {
    "nothing": (WHOLE, ""),
    "no file": (b"", "the file was missing or empty; 4 lines were recovered from the copy"),
    "blanks": (b"  \n", "the file was missing or empty; 4 lines were recovered from the copy"),
    "only zeros": (b"\0" * 4096, "1 line was damaged; 1 could not be recovered and is kept as it is"),
    "a line gone": ("\n".join(without("f" * 16)).encode(), "1 line was missing; all were recovered from the copy"),
    "a title changed": (
        WHOLE.replace(b"yeni", b"eski", 1), "1 line was damaged; all were recovered from the copy"),
    "two titles changed": (
        WHOLE.replace(b"yeni", b"eski"), "2 lines were damaged; all were recovered from the copy"),
    "a digit of an id changed": (
        WHOLE.replace(b'"0123456789abcdef"', b'"0123456789abcdea"'), "1 line was damaged; all were recovered"),
    "an id changed into another": (
        WHOLE.replace(b'"0123456789abcdef"', b'"0123456789abcdee"'), "1 line was damaged; all were recovered"),
    "a note by somebody": (
        WHOLE + b"# do not touch\n", "1 line was damaged; 1 could not be recovered and is kept as it is"),
    "the first line gone": (b"\n".join(WHOLE.split(b"\n")[1:]), "its first line was damaged"),
}  # fmt: skip


@pytest.mark.parametrize(("spoilt", "said"), SPOILT.values(), ids=SPOILT)
def test_damage_is_told_in_plain_words(spoilt: bytes, said: str) -> None:
    found = read("blog", spoilt, WHOLE)
    assert found.damaged == said
    assert (found.entries, found.past) == (SMALL.entries, SMALL.past)


@pytest.mark.parametrize(("spoilt", "said"), [
    (b"", ""),
    ("\n".join(without("f" * 16)).encode(), "1 line was missing; 1 could not be recovered"),
    (WHOLE.replace(b"yeni", b"eski"), "2 lines were damaged; 2 could not be recovered and are kept as they are"),
])  # fmt: skip
def test_damage_without_a_copy_is_told_too(spoilt: bytes, said: str) -> None:
    assert read("blog", spoilt).damaged == said


def test_the_first_damaged_line_is_named_and_what_to_do_instead_of_editing() -> None:
    line = next(at for at, text in enumerate(WHOLE.split(b"\n"), 1) if b"yeni" in text)
    found = read("blog", WHOLE.replace(b"yeni", b"eski", 1), WHOLE)
    assert found.damaged_line == line
    assert found.hint == f"line {line} is about 'Ankara’da \"eski\" laboratuvar'; {HINT}"
    cut = read("blog", WHOLE.replace(b'{"id"', b'{"\xff', 1))
    assert cut.damaged_line == 2
    assert cut.hint.endswith(HINT)
    gone = read("blog", "\n".join(without("f" * 16)).encode())
    assert (gone.damaged_line, gone.hint) == (0, HINT)
    assert read("blog", WHOLE).hint == read("blog", b"", WHOLE).hint == ""


@pytest.mark.parametrize("former", [[], "https://a.example/", [5], ["/x"], ["javascript:alert(1)"], None])
def test_former_addresses_are_read_as_suspiciously_as_any(former: object) -> None:
    fields = {key: value for key, value in json.loads(body(holding(ENTRY))[0]).items() if key != "crc"}
    fields["former"] = former
    assert read("blog", json.dumps(fields | {"crc": checksum(fields)}).encode()).entries == {}


def test_what_both_copies_have_lost_is_told() -> None:
    spoilt = WHOLE.replace(b"yeni", b"eski")
    found = read("blog", spoilt, "\n".join(without(ENTRY.id)).encode())
    assert found.damaged == "2 lines were damaged; 1 could not be recovered and is kept as it is"
    assert len(found.unread) == 1
    assert ENTRY.id in found.unread[0]


def test_an_older_copy_gives_back_what_it_knows_and_nothing_newer_is_lost() -> None:
    older = written(holding(replace(ENTRY, title="As it was"), replace(ENTRY, id="a" * 16)))
    found = read("blog", WHOLE.replace(b"news.example/1", b"news.example/7"), older)
    assert found.entries.keys() == {*SMALL.entries, "a" * 16}
    assert found.past == SMALL.past


def test_what_is_past_in_a_damaged_file_does_not_come_back_from_the_copy() -> None:
    gone = written(pruned(SMALL, SOURCE, ENDED))
    found = read("blog", gone.replace(b'"lines": 4', b'"lines": 5'), WHOLE)
    assert found.damaged
    assert found.entries == {}


def test_what_is_past_in_the_copy_does_not_come_back_from_a_damaged_file() -> None:
    gone = pruned(SMALL, SOURCE, ENDED)
    found = read("blog", WHOLE.replace(b'"lines": 4', b'"lines": 5'), written(gone))
    assert (found.entries, found.past) == ({}, {**gone.past, **SMALL.past})


def test_the_id_of_a_damaged_past_line_still_never_returns() -> None:
    found = read("blog", WHOLE.replace(b'"keys": []', b'"keys": {}'))
    assert "0" * 16 not in found.past
    assert "0" * 16 in found.ended()
    assert found.ended().isdisjoint(found.entries)


def test_a_whole_file_does_not_ask_the_copy() -> None:
    assert read("blog", WHOLE, written(holding(replace(ENTRY, id="a" * 16)))) == SMALL


# Several archives -----------------------------------------------------------------------------------


def test_two_branches_merged_line_by_line_keep_the_earlier_sight_and_what_is_past() -> None:
    one, two = holding(ENTRY), holding(replace(ENTRY, first_seen=NOW + DAY))
    assert read("blog", written(two) + written(one)).entries[ENTRY.id].first_seen == NOW
    gone = pruned(one, SOURCE, ENDED)
    both = read("blog", written(one) + written(gone))
    assert both.entries == {}
    assert both.past == {ENTRY.id: Past(NOW, KEYS)}


@pytest.mark.parametrize("copy", [None, written(holding(ENTRY))])
def test_a_merge_conflict_left_in_the_file_costs_no_entry(copy: bytes | None) -> None:
    one, two = written(holding(ENTRY)).decode(), written(holding(replace(ENTRY, id="a" * 16))).decode()
    found = read("blog", f"<<<<<<< ours\n{one}||||||| base\n=======\r\n{two}>>>>>>> theirs\n".encode(), copy)
    assert found.entries.keys() == {ENTRY.id, "a" * 16}
    assert (found.unread, found.damaged) == ((), "")


def test_a_merge_conflict_does_not_hide_what_is_damaged_as_well() -> None:
    found = read("blog", b"<<<<<<< ours\n" + WHOLE.replace(b"yeni", b"eski", 1) + b"=======\n>>>>>>> theirs\n")
    assert "1 line was damaged" in found.damaged


UNIONS = {
    "the earlier sight": (replace(ENTRY, first_seen=NOW + DAY), ENTRY),
    "the earlier date": (replace(ENTRY, published=NOW), ENTRY),
    "a date at all": (replace(ENTRY, published=None), ENTRY),
    "a former address": (ENTRY, replace(ENTRY, former=("https://news.example/b", "https://news.example/a"))),
    "the longer summary": (replace(ENTRY, summary=""), ENTRY),
    "the one with an image": (
        replace(ENTRY, summary="longer " * 9), replace(ENTRY, image="https://news.example/i.png")),
}  # fmt: skip


@pytest.mark.parametrize(("less", "more"), UNIONS.values(), ids=UNIONS)
def test_of_two_tellings_of_an_entry_one_wins(less: Entry, more: Entry) -> None:
    for pair in ([less, more], [more, less]):
        assert union("blog", [written(holding(one)) for one in pair]) == written(holding(more))


def test_past_wins_in_a_union_and_keeps_the_earliest_sight_of_all() -> None:
    gone = Archive("blog", {}, {ENTRY.id: Past(NOW + DAY, frozenset({KEY}))})
    assert read("blog", union("blog", [written(gone), written(holding(ENTRY))])) == Archive(
        "blog", {}, {ENTRY.id: Past(NOW, frozenset({KEY}))}
    )


def test_a_union_heals_what_is_whole_elsewhere() -> None:
    assert union("blog", [WHOLE.replace(b"yeni", b"eski"), WHOLE]) == WHOLE
    assert union("blog", [WHOLE[:700], b"", WHOLE]) == WHOLE
    assert union("blog", []) == written(Archive("blog"))


IDENTITIES = st.sampled_from([f"{n:x}" * 16 for n in range(5)])
MOMENTS = st.sampled_from([NOW, NOW + DAY, NOW + 2 * DAY])
WORDS = st.text(max_size=4).filter(lambda text: not any("\ud800" <= letter <= "\udfff" for letter in text))
ENTRIES = st.builds(
    Entry, id=IDENTITIES, source=st.just("blog"), url=st.sampled_from(["https://a.example/", "https://a.example/b?c=d"]),
    title=WORDS.map(lambda text: f"T{text}"), summary=WORDS, author=WORDS, categories=st.lists(WORDS, max_size=2).map(tuple),
    image=st.sampled_from([None, "https://a.example/1.png", "https://a.example/2.png"]),
    published=st.none() | MOMENTS, first_seen=MOMENTS,
    former=st.lists(st.sampled_from(["https://a.example/1", "https://a.example/2"]), max_size=2, unique=True).map(tuple),
)  # fmt: skip
PASTS = st.dictionaries(IDENTITIES, st.builds(Past, MOMENTS, st.frozensets(st.sampled_from(["0" * 16, KEY]))))
UNREAD = st.sampled_from(["a note", '{"id": "' + "1" * 16, '{"id": "' + "2" * 16 + '", "first', '"crc": "00000000"}'])


@st.composite
def archives(draw: st.DrawFn) -> Archive:
    past = draw(PASTS)
    entries = {entry.id: entry for entry in draw(st.lists(ENTRIES, max_size=4)) if entry.id not in past}
    return Archive("blog", entries, past, tuple(sorted(draw(st.sets(UNREAD, max_size=2)))))


def known(body: bytes) -> set[str]:
    found = read("blog", body)
    return {*found.entries, *found.past}


@given(archives())
def test_writing_and_reading_is_one_thing_and_its_opposite(archive: Archive) -> None:
    found = read("blog", written(archive))
    assert (found.entries, found.past) == (archive.entries, archive.past)
    assert written(found) == union("blog", [written(archive)])


@given(archives(), archives(), archives())
def test_a_union_is_the_same_in_any_order_and_grouping_and_loses_no_id(a: Archive, b: Archive, c: Archive) -> None:
    one, two, three = written(a), written(b), written(c)
    both = union("blog", [one, two])
    assert both == union("blog", [two, one])
    assert union("blog", [both, three]) == union("blog", [one, union("blog", [two, three])])
    assert union("blog", [both, three]) == union("blog", [three, one, two])
    assert union("blog", [both, both]) == both == union("blog", [both, one])
    assert known(both) == known(one) | known(two)


@given(archives(), st.data())
def test_whatever_happens_to_one_copy_nothing_is_lost(archive: Archive, draw: st.DataObject) -> None:
    """Any number of bytes, anywhere: the ids and texts are those of the copy, or more."""
    whole = written(archive)
    at, length = draw.draw(st.integers(0, len(whole))), draw.draw(st.integers(0, 40))
    spoilt = whole[:at] + draw.draw(st.binary(max_size=40)) + whole[at + length :]
    found = read("blog", spoilt, whole)
    assert {**found.entries, **archive.entries} == found.entries
    assert {**found.past, **archive.past} == found.past
    again = read("blog", written(found))
    assert (again.entries, again.past) == (found.entries, found.past)


# Keep -----------------------------------------------------------------------------------------------


def test_keep_counts_from_the_first_sight_to_the_very_instant() -> None:
    assert pruned(holding(ENTRY), SOURCE, ENDED - timedelta(seconds=1)).entries
    assert not pruned(holding(ENTRY), SOURCE, ENDED).entries


def test_a_clock_months_ahead_costs_nothing_that_is_still_shown() -> None:
    assert pruned(holding(ENTRY), SOURCE, NOW + 300 * DAY, NOW + 9 * DAY).entries == {ENTRY.id: ENTRY}
    assert not pruned(holding(ENTRY), SOURCE, NOW + 300 * DAY, NOW + 10 * DAY).entries


def test_a_keep_that_was_too_short_for_one_build_costs_nothing_of_the_last_weeks() -> None:
    assert pruned(holding(ENTRY), replace(SOURCE, keep=DAY), NOW + 30 * DAY).entries == {ENTRY.id: ENTRY}


def test_of_a_feed_inside_the_repository_nothing_is_past() -> None:
    archive = holding(ENTRY)
    assert pruned(archive, replace(SOURCE, url="feeds/a.xml"), NOW + 300 * DAY) == archive


def test_an_archive_and_its_copy_have_their_places_by_source(tmp_path: Path) -> None:
    assert archive.path("blog") == "archive/blog.jsonl"
    copy = tmp_path / archive.copy_path("blog")
    copy.parent.mkdir(parents=True)
    copy.write_bytes(WHOLE)
    assert list(files_below(tmp_path, archive.FOLDER)) == []
