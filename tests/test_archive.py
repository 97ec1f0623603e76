"""What was accepted stays: through failing feeds, moving windows, damaged files and rebuilt pasts."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from servers import Script, Server, Shelf, answer, drips, moved, says, scripted
from site_text import write_site

from heraldry.feeds import archive
from heraldry.feeds.archive import Archive, merged, pruned, read, written
from heraldry.feeds.parse import News
from heraldry.model import Patterns, PostType, Source
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
    "no answer": (hangs_up, "the answer is no valid HTTP (Server disconnected without sending a response)"),
    "garbage": (bytes(range(256)) * 20, "the document is not a feed"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 300, "the document is not a feed"),
    "nothing": (b"", "the document is empty"),
    "blanks": (b" \n\t ", "the document is empty"),
    "a web page": (b"<!doctype html><html><body>Please log in</body></html>", "the document is not a feed, but a web page"),
    "a redirect to a log-in page": (moved(lambda path: "/login"), "the server answered 404"),
    "an empty feed": (feed(), "the feed is empty"),
    "half a gzip": (says(answer(gzip.compress(feed(3))[:-20], "Content-Encoding: gzip")), "it broke off in the middle"),
    "half a body": (says(answer(feed(3), length=9999)), "the answer is no valid HTTP"),
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
    assert problem.hint == "its earlier entries stay on the pages"
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
    lines = [json.loads(line) for line in site.kept.read_text("utf-8").splitlines()]
    assert [line.keys() for line in lines] == [{"id", "first_seen"}] * 2
    assert b"Story" not in site.kept.read_bytes()
    site.serve(feed(3, 2, 1))
    site.build(NOW + 12 * DAY)
    assert "Story 3" in site.page
    assert "Story 1" not in site.page


def test_past_keep_entries_leave_also_while_their_feed_fails(site: Site) -> None:
    site.build()
    site.serve(says(answer(b"", status="500 Oops")))
    site.build(NOW + 11 * DAY)
    assert b"Story" not in site.kept.read_bytes()


def test_an_update_changes_what_an_entry_says_and_not_when_it_came(site: Site) -> None:
    site.build()
    first = json.loads(site.kept.read_text("utf-8").splitlines()[0])
    site.serve(feed(2, 1, edition=" (corrected)"))
    site.build(NOW + DAY)
    second = json.loads(site.kept.read_text("utf-8").splitlines()[0])
    assert "(corrected)" in second["title"]
    assert (second["id"], second["first_seen"]) == (first["id"], first["first_seen"])
    assert "(corrected)" in site.page


def test_a_new_entry_is_one_new_line(site: Site) -> None:
    site.build()
    before = site.kept.read_text("utf-8").splitlines()
    site.serve(feed(3, 2, 1))
    site.build(NOW + DAY)
    after = site.kept.read_text("utf-8").splitlines()
    assert len(after) == len(before) + 1
    assert set(before) < set(after)
    assert after == sorted(after)


def test_nothing_is_written_when_nothing_has_changed(site: Site) -> None:
    site.build()
    stamp = site.kept.stat().st_mtime_ns, site.kept.stat().st_ino
    site.build(NOW + DAY)
    assert (site.kept.stat().st_mtime_ns, site.kept.stat().st_ino) == stamp
    assert [path.name for path in site.kept.parent.iterdir()] == ["blog.jsonl"]


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
    assert (problem.at.path, problem.message) == ("archive/blog.jsonl", '1 line cannot be read: {"id": "half a li')
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
ITEM = News(
    "0123456789abcdef", "https://news.example/1", "Ankara’da yeni laboratuvar", "서울 😀", "A", ("x",), None, NOW - DAY
)


def test_what_was_written_is_read_again() -> None:
    made = merged(Archive("blog"), [ITEM, replace(ITEM, id="f" * 16, image="https://a.example/i.png")], SOURCE, NOW)
    later = pruned(merged(made, [replace(ITEM, id="e" * 16)], SOURCE, NOW + 11 * DAY), SOURCE, NOW + 11 * DAY)
    assert len(later.entries) == 1
    assert len(later.past) == 2
    assert read("blog", written(later)) == later
    assert "Ankara’da yeni laboratuvar".encode() in written(later)


LINE = json.loads(written(merged(Archive("blog"), [ITEM], SOURCE, NOW)))
DAMAGED = [
    "not JSON", "[]", "null", "5", '"text"', "{}", "[" * 100_000, "<<<<<<< ours", "=======", '{"id": "0123456789abcdef"}',
    json.dumps(LINE | {"id": 5}), json.dumps(LINE | {"id": "../../etc"}), json.dumps(LINE | {"id": "xyz"}),
    json.dumps(LINE | {"first_seen": "2026-03-03T09:00"}), json.dumps(LINE | {"first_seen": 5}),
    json.dumps(LINE | {"first_seen": "9999-12-31T23:59:59-12:00"}), json.dumps(LINE | {"published": "0001-01-01T00:00:00+14:00"}),
    json.dumps(LINE | {"published": "yesterday"}), json.dumps(LINE | {"published": 1}), json.dumps(LINE | {"title": None}),
    json.dumps(LINE | {"title": " "}), json.dumps(LINE | {"title": "\ud800"}), json.dumps(LINE | {"summary": []}),
    json.dumps(LINE | {"url": "javascript:alert(1)"}), json.dumps(LINE | {"url": None}), json.dumps(LINE | {"author": {}}),
    json.dumps(LINE | {"categories": 5}), json.dumps(LINE | {"categories": [5]}), json.dumps(LINE | {"image": "x"}),
    json.dumps({key: value for key, value in LINE.items() if key != "summary"}),
]  # fmt: skip


@pytest.mark.parametrize("line", DAMAGED, ids=lambda line: line[:60])
def test_a_line_that_nothing_here_wrote_is_kept_byte_for_byte(line: str) -> None:
    good = json.dumps(LINE | {"id": "a" * 16}, ensure_ascii=False)
    found = read("blog", f"{line}\n{good}\n".encode())
    assert found.unread == (line,)
    assert list(found.entries) == ["a" * 16]
    assert line.encode() in written(found).split(b"\n")


def test_bytes_that_are_no_text_are_kept_too() -> None:
    body = b"\xff\xfe{\n"
    assert written(read("blog", body)) == body


def test_blank_lines_and_windows_line_ends_are_no_damage() -> None:
    body = b"\r\n\n" + written(merged(Archive("blog"), [ITEM], SOURCE, NOW)).replace(b"\n", b"\r\n") + b"  \n"
    found = read("blog", body)
    assert found.unread == ()
    assert len(found.entries) == 1


def test_a_line_separator_inside_a_text_does_not_break_its_line() -> None:
    made = merged(Archive("blog"), [replace(ITEM, summary="one\u2028two\x85three")], SOURCE, NOW)
    assert read("blog", written(made)) == made


def test_two_branches_merged_line_by_line_keep_the_earlier_sight_and_what_is_past() -> None:
    one = merged(Archive("blog"), [ITEM], SOURCE, NOW)
    two = merged(Archive("blog"), [ITEM], SOURCE, NOW + DAY)
    assert read("blog", written(two) + written(one)).entries[ITEM.id].first_seen == NOW
    gone = pruned(one, SOURCE, NOW + 11 * DAY)
    both = read("blog", written(one) + written(gone))
    assert both.entries == {}
    assert both.past == {ITEM.id: NOW}


def test_keep_counts_from_the_first_sight_to_the_very_instant() -> None:
    made = merged(Archive("blog"), [ITEM], SOURCE, NOW)
    assert pruned(made, SOURCE, NOW + 10 * DAY - timedelta(seconds=1)).entries
    assert not pruned(made, SOURCE, NOW + 10 * DAY).entries


def test_an_archive_has_its_place_by_source() -> None:
    assert archive.path("blog") == "archive/blog.jsonl"
