"""A stage for the faults of feeds: a small site with one faulty source between two healthy ones, and what is seen."""

from __future__ import annotations

import re
import resource
import socket
import ssl
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import httpcore2
from servers import Script, Server, Shelf, answer, listening, read_head, says, scripted
from site_text import TEAMS, write_site

from heraldry import pipeline
from heraldry.feeds import archive, gather, reading
from heraldry.feeds.gather import Gathered, Occasion
from heraldry.feeds.reading import Surroundings
from heraldry.fetch import addresses
from heraldry.model import Entry
from heraldry.problems import Problem, Read

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
OUTSIDE = "93.184.216.34"
"""A public address; on the stage it leads to the source's own server."""

TOKEN, KEY = "s3cr3t-t0ken-of-the-header", "s3cr3t-k3y-of-the-address"
CANARY = "what stands in this file is none of a feed's business"

MARGIN = 4.0
ROOM = 48_000_000
"""Bytes by which a run may grow that takes documents of 2 MB: several copies of one, and what libraries load."""

SOURCES = """\
limits: {{{limits}}}
defaults: {{max_bytes: 2MB}}
sources:
  own: {{url: feeds/own.xml, type: company}}
  {faulty}
  served: {{url: "http://127.0.0.1:{port}/feed", type: company, timeout: 10s, allow_private: true}}
{more}
"""
HEALTHY = ("own", "served")


# Documents ------------------------------------------------------------------------------------------


def day(days: float) -> datetime:
    return NOW + timedelta(days=days)


def item(name: str, days: float | None = -5, more: str = "", link: str | None = None, guid: str | None = None) -> str:
    """An entry of an RSS feed: `name` is its title, and its link and guid unless they are given; "" leaves one out."""
    link, guid = f"https://news.example/{name}" if link is None else link, name if guid is None else guid
    parts = (
        f"<title>{name}</title>",
        f"<link>{link}</link>" if link else "",
        f"<guid isPermaLink='false'>{guid}</guid>" if guid else "",
        f"<pubDate>{day(days):%a, %d %b %Y %H:%M:%S} GMT</pubDate>" if days is not None else "",
    )
    return f"<item>{''.join(parts)}{more}</item>"


def rss(*items: str, head: str = "<title>News</title>", start: str = "") -> bytes:
    return f"{start}<rss version='2.0'><channel>{head}{''.join(items)}</channel></rss>".encode()


KNOWN = ("one", "two", "three")
ITEMS = "".join(map(item, KNOWN))
NEW = item("new", -0.5)
LATER = item("later", 1.5)


def feed(body: bytes, *fields: str) -> Script:
    """A server that says `body` is a feed."""
    return says(answer(body, "Content-Type: application/rss+xml", *fields))


HONEST = feed(rss(ITEMS), 'ETag: "honest"', "Last-Modified: Mon, 02 Mar 2026 09:00:00 GMT")


# The stage ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """What a run came to for the faulty source: `entries` by title, `bytes_grown` of this process, `to` whom it
    connected, and `problems` as an editor is told."""

    state: str
    words: str
    entries: Mapping[str, Entry]
    seconds: float
    bytes_grown: int
    to: tuple[str, ...]
    problems: tuple[Problem, ...]
    gathered: Gathered

    @property
    def told(self) -> str:
        """The warnings about the source with their hints."""
        return "; ".join(f"{problem.message} ({problem.hint})" for problem in self.problems)


@dataclass
class Stage:
    """One row's own site and servers. `script` is what the source's server does, `heads` what it was asked."""

    root: Path
    served: Shelf
    served_port: int
    port: int
    canary: Server
    other: Server
    script: Script = HONEST
    other_script: Script = HONEST
    tls: ssl.SSLContext | None = None
    heads: list[bytes] = field(default_factory=list)
    host: str = "127.0.0.1"
    guarded: bool = False
    scheme: str = "http"
    faulty: bool = True
    settings: str = "timeout: 2s"
    more: str = ""
    limits: str = "run: 30s, memory: 256MB"
    resolver: Callable[[], list[str]] | None = None
    names: Mapping[str, list[str]] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=lambda: {"NEWS_TOKEN": TOKEN})
    moments: list[float] = field(default_factory=list)
    healthy: list[Mapping[str, bytes]] = field(default_factory=list)
    runs: list[Seen] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    def write(self) -> None:
        """The site as it stands before a run: with every run each healthy feed has one entry more."""
        private = "" if self.guarded else ", allow_private: true"
        address = f'url: "{self.url}/feed?key={KEY}", auth: {{env: NEWS_TOKEN}}'
        faulty = f"faulty: {{{address}, type: industry, {self.settings}{private}}}" if self.faulty else ""
        text = SOURCES.format(faulty=faulty, port=self.served_port, more=self.more, limits=self.limits)
        names = [f"run {run}" for run in range(len(self.moments) + 1)]
        body = rss(*(item(name, link=f"https://own.example/{at}") for at, name in enumerate(names)))
        self.served.documents["/feed"] = body
        teams = TEAMS.replace("[linkedin, x]", "[linkedin, x, whatsapp, email]")
        write_site(self.root, f"=== sources.yaml ===\n{text}=== teams.yaml ===\n{teams}", {"feeds/own.xml": body})

    def run(self, days: float, script: Script | None = None) -> Seen:
        """Everything read `days` after NOW, the source's server doing `script` if one is given."""
        self.script = script or self.script
        self.write()
        site = pipeline.read_site(self.root)
        assert site.value is not None, site.problems
        where, limits, to = site.value.places, site.value.subscriptions.limits, list[str]()
        zone = site.value.programme.timezone
        there = Surroundings(self.root, self.environment, limits, self.resolved)
        occasion = Occasion(day(days), zone, keep=True, places=where)
        with routed(to), spent() as cost:
            found = gather.gather(site.value.sources, there, occasion)
        self.moments.append(days)
        self.healthy.append(self.archives(HEALTHY))
        self.runs.append(self.seen(found, to, cost))
        return self.runs[-1]

    def build(self, days: float, script: Script | None = None) -> pipeline.Outcome:
        """The whole site built, its handbook apart, into `site`."""
        self.script = script or self.script
        self.write()
        order = pipeline.Order(self.root, self.root / "site", day(days), handbook=Read(frozenset(), ()))
        with routed([]):
            outcome = pipeline.build(order, self.environment)
        self.moments.append(days)
        self.healthy.append(self.archives(HEALTHY))
        return outcome

    def resolved(self, host: str, port: int) -> list[str]:
        """The addresses of a name: those of the source's as the row says, all others are the system's to know."""
        if host in self.names or host != self.host:
            return self.names.get(host) or addresses(host, port)
        if self.resolver:
            return self.resolver()
        return [OUTSIDE if self.guarded else "127.0.0.1"]

    def archives(self, keys: Sequence[str]) -> dict[str, bytes]:
        return {key: (self.root / archive.path(key)).read_bytes() for key in keys}

    def seen(self, found: Gathered, to: list[str], cost: Cost) -> Seen:
        health, kept = found.healths.get("faulty"), found.archives.get("faulty")
        return Seen(
            state=str(health.state) if health else "none",
            words="; ".join(health.reasons) if health else "",
            entries={entry.title: entry for entry in kept.entries.values()} if kept else {},
            seconds=cost.seconds,
            bytes_grown=cost.grown,
            to=tuple(to),
            problems=tuple(problem for problem in found.problems if "'faulty'" in problem.message),
            gathered=found,
        )

    def leaked(self) -> list[str]:
        """Secrets and strangers' files in what is kept and told, and calls at the door where nobody may call."""
        kept = [path for folder in ("archive", "site") for path in (self.root / folder).rglob("*") if path.is_file()]
        said = "\n".join(f"{p.message} {p.hint}" for seen in self.runs for p in seen.gathered.problems).encode()
        texts = {**{path.name: path.read_bytes() for path in kept}, "what was told": said}
        secrets = (TOKEN, KEY, CANARY)
        found = [
            f"'{secret}' in {name}" for name, text in texts.items() for secret in secrets if secret.encode() in text
        ]
        return [*found, *(f"the canary was asked: {head[:80]!r}" for head in self.canary.seen)]


@dataclass
class Cost:
    seconds: float = 0.0
    grown: int = 0


@contextmanager
def spent() -> Iterator[Cost]:
    """How long a block took, and by how much this process grew in it at most."""
    cost, before, began = Cost(), _resident_from_now(), time.monotonic()
    try:
        yield cost
    finally:
        cost.seconds, cost.grown = time.monotonic() - began, max(0, _most_resident() - before)


def _resident_from_now() -> int:
    """Bytes in memory now; the most is counted anew, where the system can."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return _most_resident()
    return _status("VmRSS")


def _most_resident() -> int:
    try:
        return _status("VmHWM")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


@contextmanager
def routed(to: list[str]) -> Iterator[None]:
    """All that is connected to is noted; the one public address stands on this machine."""
    connect = httpcore2.SyncBackend.connect_tcp

    def connect_tcp(self: httpcore2.SyncBackend, host: str, *more: Any) -> httpcore2.NetworkStream:
        to.append(host)
        return connect(self, "127.0.0.1" if host == OUTSIDE else host, *more)

    with mock.patch.object(httpcore2.SyncBackend, "connect_tcp", connect_tcp):
        yield


@contextmanager
def staged(**settings: Any) -> Iterator[Stage]:
    """A stage with its servers at work."""

    def front(connection: socket.socket) -> None:
        if stage.tls:
            connection = stage.tls.wrap_socket(connection, server_side=True)
        head = read_head(connection)
        stage.heads.append(head)
        stage.script(connection, head)

    def other_front(connection: socket.socket, head: bytes) -> None:
        stage.other_script(connection, head)

    with ExitStack() as on:
        root = Path(on.enter_context(tempfile.TemporaryDirectory()))
        served = Shelf()
        shelf, other = on.enter_context(scripted(served)), on.enter_context(scripted(other_front))
        canary = on.enter_context(scripted(says(answer(rss(item("canary"))))))
        server = on.enter_context(listening(front))
        (root / "canary.txt").write_text(CANARY)
        stage = Stage(root, served, shelf.port, server.port, canary, other, **settings)
        yield stage


@cache
def undisturbed(moments: tuple[float, ...]) -> tuple[Mapping[str, bytes], ...]:
    """The healthy archives after each of these runs when no faulty source is there."""
    with staged(faulty=False) as stage:
        for days in moments:
            stage.run(days)
        return tuple(stage.healthy)


# Rows -----------------------------------------------------------------------------------------------

Play = Callable[[Stage], Seen]


@dataclass(frozen=True)
class Row:
    """A fault of the table: what is played, and what is right.

    `words` are in what is told of it, `news` are the titles that come in in spite of it, `after` is the state once
    the source is honest again. `settings` are fields of the stage.
    """

    id: str
    fault: str
    play: Play
    state: str = "failed"
    words: str = ""
    news: tuple[str, ...] = ()
    after: str = "ok"
    settings: Mapping[str, Any] = field(default_factory=dict)
    longest: float = 2.0
    """Seconds: the time limit of its source, or of all that it plays."""
    room: int = ROOM


def meets(script: Script) -> Play:
    """The server is honest once, then does this."""

    def play(stage: Stage) -> Seen:
        stage.run(-1, HONEST)
        return stage.run(0, script)

    return play


def document(body: bytes, *fields: str) -> Play:
    """The server is honest once, then says this is its feed."""
    return meets(feed(body, *fields))


@dataclass(frozen=True)
class Verdict:
    """A row of the table that has been played: `wrong` lists what is not as it should be."""

    row: Row
    seen: str
    wrong: tuple[str, ...]

    def __str__(self) -> str:
        row = self.row
        expected = f"{row.state}{f' ({row.words})' if row.words else ''}{''.join(f' +{name}' for name in row.news)}"
        mark = "" if not self.wrong else "  WRONG: " + "; ".join(self.wrong)
        return f"{row.id:4} {row.fault:46.46} expected {expected:62} seen {self.seen}{mark}"


def played(row: Row) -> Verdict:
    """The row played from before the fault until after it."""
    with staged(**row.settings) as stage:
        try:
            seen = row.play(stage)
        except AssertionError as error:
            return Verdict(row, "the play broke off", (str(error).partition("\n")[0],))
        wrong = list(_wrong(row, seen, stage))
        last = stage.moments[-1]
        again = stage.run(last + 2, feed(rss(ITEMS, item("later", last + 1.5))))
        if again.state != row.after:
            wrong.append(f"afterwards it is {again.state} ({again.words}), not {row.after}")
        if row.after == "ok" and "later" not in again.entries:
            wrong.append("afterwards its news does not come in")
        wrong += _spoilt(stage)
        came = "".join(f" +{name}" for name in sorted(seen.entries.keys() - set(KNOWN)))
        return Verdict(row, f"{seen.state}{f' ({seen.words})' if seen.words else ''}{came}", tuple(wrong))


def _wrong(row: Row, seen: Seen, stage: Stage) -> Iterator[str]:
    told = f"{seen.words}; {seen.told}"
    if seen.state != row.state:
        yield f"it is {seen.state}"
    if row.words not in told:
        yield f"'{row.words}' is not told, but '{told}'"
    if seen.entries.keys() - set(KNOWN) != set(row.news):
        yield f"new are {sorted(seen.entries.keys() - set(KNOWN))}"
    yield from (f"'{name}' is lost" for name in KNOWN if name not in seen.entries)
    yield from (f"not plain: '{words}'" for words in _not_plain(seen))
    if seen.seconds > row.longest + reading.LONGEST_PARSE + MARGIN:
        yield f"it took {seen.seconds:.1f} s"
    if seen.bytes_grown > row.room:
        yield f"it took {seen.bytes_grown / 1e6:.0f} MB"
    if (row.state != "ok" or row.words != "") != bool(seen.problems):
        yield f"the editor hears '{seen.told}'"


def _not_plain(seen: Seen) -> Iterator[str]:
    """What is told, where it is not in the words of an editor."""
    for words in (*seen.gathered.healths["faulty"].reasons, *(problem.message for problem in seen.problems)):
        if words[:1].isupper() or words.endswith(".") or not words.isprintable() or _ODD.search(words):
            yield words


_ODD = re.compile(r"Traceback|\w(?:Error|Exception)\b|<class|\bb['\"]|\\x|object at 0x|\bNone\b|errno|[{}]")
"""What only programmers read."""


def _spoilt(stage: Stage) -> Iterator[str]:
    """What the fault did to the others, and what leaked."""
    for run, (disturbed, calm) in enumerate(zip(stage.healthy, undisturbed(tuple(stage.moments)), strict=True)):
        yield from (f"'{key}' was touched in run {run}" for key in HEALTHY if disturbed[key] != calm[key])
    for seen in stage.runs:
        healths = seen.gathered.healths
        yield from (f"'{key}' is {healths[key].state}" for key in HEALTHY if healths[key].state != "ok")
    yield from stage.leaked()
