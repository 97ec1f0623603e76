"""Entries a second through fetch, parse, clean and archive, stage by stage, beside feedparser alone.

`python -m bench.feeds --documents 60 --entries 50 --times 3`. Documents are invented, served on this machine and read
through the product's own rooms. The figures are wall seconds, the best of a few rounds: run it on an idle machine.
"""

from __future__ import annotations

import argparse
import os
import platform
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from html import escape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import feedparser

from bench import wording
from heraldry import disk
from heraldry.feeds import archive, intake
from heraldry.feeds.gather import Gathered, Occasion, gather
from heraldry.feeds.parse import Document, parse, parsed
from heraldry.feeds.reading import Surroundings
from heraldry.fetch import Fetched, Request, fetch
from heraldry.jail import Limits as JailLimits
from heraldry.model import Limits, Patterns, PostType, Source

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """A stage: what it is called, the seconds it took for all documents, and how many entries those hold."""

    stage: str
    seconds: float
    entries: int

    @property
    def line(self) -> str:
        return f"| {self.stage} | {self.seconds:.2f} | {self.entries / self.seconds:,.0f} |"


def main() -> None:
    asked = _arguments()
    documents = [_document(Random(number), number, asked.entries) for number in range(asked.documents)]
    size = sum(map(len, documents)) / len(documents) / 1000
    print(f"{asked.documents} RSS documents of {asked.entries} entries, {size:.0f} KB each; best of {asked.times};")
    print(f"Python {platform.python_version()}, feedparser {feedparser.__version__}, {os.cpu_count()} cores\n")
    print("| stage | seconds | entries a second |\n| --- | ---: | ---: |")
    with _served(documents) as url:
        for row in _rows(documents, url, asked.entries * asked.documents, asked.times):
            print(row.line)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--documents", type=int, default=60)
    parser.add_argument("--entries", type=int, default=50)
    parser.add_argument("--times", type=int, default=3)
    return parser.parse_args()


def _rows(documents: Sequence[bytes], url: str, entries: int, times: int) -> Iterator[Row]:
    def row(stage: str, work: Callable[[], object]) -> Row:
        return Row(stage, min(_seconds(work) for _ in range(times)), entries)

    sources = [_source(url, number) for number in range(len(documents))]
    read = [parse(body, url) for body in documents]
    if sum(len(document.news) for document in read) != entries:
        raise SystemExit("not every entry was read: the figures would mean nothing")
    yield row("feedparser alone, with its own cleaning", lambda: [feedparser.parse(body) for body in documents])
    yield row("feedparser alone, without", lambda: [_bare(body) for body in documents])
    yield row("fetch, one after the other", lambda: [_fetched(source) for source in sources])
    yield row("parse and clean, in this process", lambda: [parse(body, url) for body in documents])
    yield row("parse and clean, in the jail", lambda: [_jailed(body, url) for body in documents])
    yield row("take in and write the archive", lambda: _archived(sources, read))
    yield row("all of it, as a build does it", lambda: _whole(sources))
    yield row("all of it, when nothing has changed", _again(sources))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _bare(body: bytes) -> object:
    return feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)


def _fetched(source: Source) -> Fetched:
    return fetch(Request(source.url, allow_private=True))


def _jailed(body: bytes, url: str) -> Document:
    return parsed(body, url, "application/rss+xml", JailLimits())


def _archived(sources: Sequence[Source], read: Sequence[Document]) -> None:
    with TemporaryDirectory() as folder:
        for source, document in zip(sources, read, strict=True):
            came = intake.taken_in(archive.Archive(source.key), document, source, NOW, None, None)
            disk.write_whole(Path(folder) / archive.path(source.key), archive.written(came.archive))


def _whole(sources: Sequence[Source]) -> Gathered:
    with TemporaryDirectory() as folder:
        return _gathered(sources, Path(folder), NOW)


def _again(sources: Sequence[Source]) -> Callable[[], Gathered]:
    """A second visit to feeds that answer "not modified"."""
    folder = TemporaryDirectory()
    _gathered(sources, Path(folder.name), NOW)

    def visit() -> Gathered:
        return _gathered(sources, Path(folder.name), NOW + timedelta(minutes=30))

    return visit


def _gathered(sources: Sequence[Source], root: Path, now: datetime) -> Gathered:
    return gather(sources, Surroundings(root, {}, Limits()), Occasion(now, UTC, keep=True))


def _source(url: str, number: int) -> Source:
    return Source(
        key=f"feed-{number:03d}",
        url=f"{url}/{number}.xml",
        name="Feed",
        type=PostType.INDUSTRY,
        tags=frozenset(),
        teams=None,
        lang="en",
        include=Patterns(),
        exclude=Patterns(),
        captions={},
        allow_private=True,
    )


def _document(dice: Random, number: int, entries: int) -> bytes:
    lang = wording.LANGUAGES[number % len(wording.LANGUAGES)]
    items = "".join(_item(dice, number, place, lang) for place in range(entries))
    head = f"<title>Feed {number}</title><link>https://feed-{number}.example.org/</link><description>News</description>"
    names = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    start = f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" {names}><channel>'
    return f"{start}{head}\n{items}</channel></rss>".encode()


def _item(dice: Random, number: int, place: int, lang: str) -> str:
    link = f"https://feed-{number}.example.org/{place}?utm_source=rss"
    paragraphs = (f"<p>{escape(wording.caption(dice, lang))} <a href='{link}'>…</a></p>" for _ in range(12))
    when = format_datetime(NOW - timedelta(hours=place))
    return (
        f"<item><title>{escape(wording.title(dice, lang))}</title><link>{escape(link)}</link>"
        f'<guid isPermaLink="false">{number}-{place}</guid><pubDate>{when}</pubDate><dc:creator>Ada</dc:creator>'
        f"<category>wind</category><description>{escape(wording.caption(dice, lang))}</description>"
        f"<content:encoded><![CDATA[{''.join(paragraphs)}]]></content:encoded></item>\n"
    )


class _Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the figures are what is to be read."""


@contextmanager
def _served(documents: Sequence[bytes]) -> Iterator[str]:
    """The documents on this machine, by a server that knows "not modified"."""
    with TemporaryDirectory() as folder:
        for number, body in enumerate(documents):
            (Path(folder) / f"{number}.xml").write_bytes(body)
        with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder)) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_address[1]}"
            server.shutdown()


if __name__ == "__main__":
    main()
