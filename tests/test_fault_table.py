"""Every fault that feeds bring, played by real servers: what is expected, what is seen, and that nobody else suffers.

The ids are those of the list of faults that the project started from: N network, T encryption, R redirects, S private
addresses, C caching, H statuses, Z packing, X XML, E encodings, J JSON, D dates, G identity, L links, V hostile text,
I pictures, W whole runs. An id may have several rows. `-s` prints the table.

Of a faulty source something has always come in before; beside it stand a healthy source over HTTP and one inside the
repository. Most rows run `gather` on a site's own files; those of pictures and of hostile text build the whole site.
"""

from __future__ import annotations

import gzip
import html
import io
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
import trustme
from faults import (
    HONEST,
    ITEMS,
    KNOWN,
    NEW,
    OUTSIDE,
    ROOM,
    TOKEN,
    Play,
    Row,
    Seen,
    Stage,
    Verdict,
    document,
    feed,
    item,
    meets,
    played,
    rss,
    spent,
    staged,
)
from PIL import Image
from selectolax.lexbor import LexborHTMLParser
from servers import Script, answer, drips, moved, resets, says, target

from heraldry.feeds import archive, lines, reading, state
from heraldry.feeds.parse import parsed

OK = b"HTTP/1.1 200 OK\r\n"
FRESH = rss(ITEMS, NEW)
"""What the feed would say if it could."""

# N: the network -------------------------------------------------------------------------------------


def unresolved(stage: Stage) -> Seen:
    stage.run(-1)
    stage.resolver = lambda: _raise(socket.gaierror(-2, "Name or service not known"))
    seen = stage.run(0)
    stage.resolver = None
    return seen


def _raise(error: Exception) -> list[str]:
    raise error


def name_server_hangs(stage: Stage) -> Seen:
    stage.run(-1)
    over = threading.Event()
    stage.resolver = lambda: ["127.0.0.1"] if over.wait(20) else []
    seen = stage.run(0)
    over.set()
    stage.resolver = None
    return seen


def unanswered(stage: Stage) -> Seen:
    """Nobody listens at the address that the name now has."""
    stage.run(-1)
    stage.resolver = lambda: ["127.0.0.2"]
    seen = stage.run(0)
    stage.resolver = None
    assert len(stage.heads) == 1
    return seen


def torn_down(stage: Stage) -> Seen:
    seen = meets(resets)(stage)
    assert len(stage.heads) == 3, "there is one second try"
    return seen


def never_accepted(stage: Stage) -> Seen:
    stage.run(-1)
    with socket.socket() as full:
        full.bind(("127.0.0.3", stage.port))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        time.sleep(0.1)
        stage.resolver = lambda: ["127.0.0.3"]
        seen = stage.run(0)
        for one in waiting:
            one.close()
    stage.resolver = None
    return seen


def pours(start: bytes, drop: bytes, count: int = 1_000_000) -> Script:
    """Without end, as fast as it is taken."""

    def script(connection: socket.socket, head: bytes) -> None:
        connection.sendall(start)
        for _ in range(count):
            connection.sendall(drop)

    return script


def raw(whole: bytes) -> Play:
    return meets(says(whole))


def keeps_the_old_validators(play: Play) -> Play:
    """What the fault called itself is not sent back: the next request names the document that was read last."""

    def whole(stage: Stage) -> Seen:
        seen = play(stage)
        stage.run(0.5, HONEST)
        assert b'"evil"' not in stage.heads[-1], "the fault's ETag was stored"
        assert b'If-None-Match: "honest"' in stage.heads[-1], "the honest ETag was forgotten"
        return seen

    return whole


EVIL = 'ETag: "evil"'
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
NAMED = {"host": "news.example"}
INVALID = "the answer is no valid HTTP"
BROKEN = "it broke off in the middle"
SILENT = "it closed the connection without an answer in HTTP"
TOO_LARGE = "it is larger than 2,000,000 bytes"
TOO_LONG = "it took too long"

NETWORK = [
    Row("N1", "the name cannot be resolved", unresolved, words="the host name 'news.example' cannot be resolved", settings=NAMED),
    Row("N1", "the name server says nothing", name_server_hangs, words=TOO_LONG, settings=NAMED),
    Row("N2", "connection refused", unanswered, words="the connection failed (connection refused)", settings=NAMED),
    Row("N2", "connection reset, tried twice", torn_down, words="the connection failed (connection reset by peer)"),
    Row("N3", "the connection hangs", never_accepted, words=TOO_LONG, settings=NAMED),
    Row("N4", "the head drips", meets(drips(OK, b"X: y\r\n", 0.2)), words=TOO_LONG),
    Row("N4", "the status line drips", meets(drips(b"", b"H", 0.2)), words=TOO_LONG),
    Row("N5", "the body drips", meets(drips(OK + b"Content-Length: 9000\r\n\r\n", b"<", 0.2)), words=TOO_LONG),
    Row("N5", "the body drips in chunks", meets(drips(CHUNKED, b"1\r\n<\r\n", 0.2)), words=TOO_LONG),
    Row("N6", "a body without end", meets(pours(OK + b"\r\n", b"x" * 65_536)), words=TOO_LARGE),
    Row("N6", "chunks without end", meets(pours(CHUNKED, b"10000\r\n" + b"x" * 65_536 + b"\r\n")), words=TOO_LARGE),
    Row("N7", "a head without end", meets(pours(OK, b"X: " + b"y" * 1000 + b"\r\n")), words=INVALID),
    Row("N7", "one field of 50 MB", meets(pours(OK + b"X: ", b"y" * 65_536, 800)), words=INVALID),
    Row("N8", "100,000 interim answers", raw(b"HTTP/1.1 100 Continue\r\n\r\n" * 100_000 + answer(FRESH)), words=INVALID),
    Row("N9", "a body shorter than it says", raw(answer(FRESH, length=len(FRESH) + 10)), words=BROKEN),
    Row("N10", "chunks that break off", raw(CHUNKED + b"%x\r\n" % len(FRESH) + FRESH + b"\r\n"), words=BROKEN),
    Row("N11", "a chunk size that is no number", raw(CHUNKED + b"zz\r\n" + FRESH), words=INVALID),
    Row("N11", "a chunk size of 18 digits", raw(CHUNKED + b"f" * 18 + b"\r\n" + FRESH), words=BROKEN),
    Row("N12", "two lengths", raw(OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + FRESH), words=INVALID),
    Row("N12", "a negative length", raw(OK + b"Content-Length: -5\r\n\r\n" + FRESH), words=INVALID),
    Row("N13", "a length and chunks", raw(OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), words=INVALID),
    Row("N14", "HTTP/0.9", raw(FRESH), words=SILENT),
    Row("N14", "garbage", raw(bytes(range(128, 256)) * 50), words=SILENT),
    Row("N14", "a mail server", raw(b"220 mail.example ESMTP\r\n"), words=SILENT),
    Row("N15", "no bytes at all", raw(b""), words=SILENT),
    Row("N15", "204", keeps_the_old_validators(raw(answer(b"", EVIL, status="204 No Content"))), words="204: there is nothing in it"),
    Row("N15", "an empty body", keeps_the_old_validators(raw(answer(b"", EVIL))), words="the server sent an empty document"),
]  # fmt: skip

# T: encryption --------------------------------------------------------------------------------------

AUTHORITY = trustme.CA()
PAST = datetime(2020, 1, 1, tzinfo=UTC)


def identity(ca: trustme.CA = AUTHORITY, name: str = "127.0.0.1", expired: bool = False) -> ssl.SSLContext:
    """What a server shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(name, not_after=PAST if expired else None).configure_cert(context)
    return context


def shows(context: Callable[[], ssl.SSLContext]) -> Play:
    def play(stage: Stage) -> Seen:
        stage.tls = identity()
        stage.run(-1)
        assert b"If-None-Match" not in stage.heads[-1]
        stage.tls = context()
        seen = stage.run(0, feed(FRESH))
        assert len(stage.heads) == 1, "a request was sent to a server that could not prove who it is"
        stage.tls = identity()
        return seen

    return play


def old_tls() -> ssl.SSLContext:
    context = identity()
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.deprecated_call():
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    return context


def weak_ciphers() -> ssl.SSLContext:
    context = identity()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ADH:AECDH:@SECLEVEL=0")
    return context


def downgraded(stage: Stage) -> Seen:
    stage.tls = identity()
    stage.run(-1)
    return stage.run(0, moved(lambda path: f"http://127.0.0.1:{stage.canary.port}/", "301 Moved"))


def page_naming(link: str) -> bytes:
    """A web page that names a feed as its own."""
    head = f"<link rel=alternate type=application/rss+xml href='{link}'>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>words</body></html>".encode()


def discovered_in_the_clear(stage: Stage) -> Seen:
    """A page that came over https names a feed that would come over http."""
    stage.tls = identity()
    stage.run(-1)
    stage.other_script = feed(FRESH)
    seen = stage.run(0, says(answer(page_naming(f"{stage.other.url}/feed"), "Content-Type: text/html")))
    assert stage.other.seen == [], "a feed was fetched in the clear"
    return seen


SECURE = {"scheme": "https"}
CERTIFICATE = "its certificate is not valid"
ENCRYPTION = [
    Row("T1", "an expired certificate", shows(lambda: identity(expired=True)), words=f"{CERTIFICATE} (it has expired)", settings=SECURE),
    Row("T1", "signed by a stranger", shows(lambda: identity(trustme.CA())), words=f"{CERTIFICATE} (nobody we know has signed it)", settings=SECURE),
    Row("T1", "of another host", shows(lambda: identity(name="other.example")), words=f"{CERTIFICATE} (it belongs to another host)", settings=SECURE),
    Row("T2", "from https to http", downgraded, words="it redirects from https to http", settings=SECURE),
    Row("T2", "from an https page to its feed at http", discovered_in_the_clear, "degraded", settings=SECURE),
    Row("T3", "TLS 1.0", shows(old_tls), words="no secure connection", settings=SECURE),
    Row("T3", "ciphers without identity", shows(weak_ciphers), words="no secure connection", settings=SECURE),
]  # fmt: skip

# R: redirects ---------------------------------------------------------------------------------------


def leads(where: str, status: str = "302 Found") -> Play:
    return meets(moved(lambda path: where, status))


def grown(path: str) -> str:
    return f"{path[:2000]}/{'x' * 600}"


def by_path(**scripts: Script) -> Script:
    """A script for each path, without its query."""

    def script(connection: socket.socket, head: bytes) -> None:
        scripts[target(head).partition("?")[0].strip("/")](connection, head)

    return script


def inwards(host: str) -> Play:
    """A public server leads to where the canary listens."""

    def play(stage: Stage) -> Seen:
        stage.run(-1)
        return only_outside(stage.run(0, moved(lambda path: f"http://{host}:{stage.canary.port}/")))

    return play


def only_outside(seen: Seen) -> Seen:
    assert set(seen.to) <= {OUTSIDE, "127.0.0.1"}, f"it connected to {seen.to}"
    assert seen.to.count("127.0.0.1") <= 1, "only the healthy source stands on this machine"
    return seen


def moved_for_good(stage: Stage) -> Seen:
    """Followed at once, told after a week, never written into sources.yaml."""
    stage.run(-8)
    script = by_path(feed=moved(lambda path: "/new?key=moved-k3y", "301 Moved"), new=feed(FRESH))
    first = stage.run(-7.5, script)
    assert not first.problems, "one redirect is no news"
    written = (stage.root / "sources.yaml").read_text()
    seen = stage.run(0, script)
    assert "moved-k3y" not in seen.told
    assert (stage.root / "sources.yaml").read_text() == written
    return seen


def moved_for_now(status: str) -> Play:
    def play(stage: Stage) -> Seen:
        script = by_path(feed=moved(lambda path: "/new", status), new=feed(FRESH))
        stage.run(-10)
        stage.run(-9, script)
        seen = stage.run(0, script)
        assert seen.gathered.healths["faulty"].moved == ""
        return seen

    return play


LOGIN = b"<!DOCTYPE html><html><head><title>Log in</title></head><body><form><input name=password></form></body></html>"


def captive(stage: Stage) -> Seen:
    stage.run(-1)
    stage.other_script = says(answer(LOGIN, "Content-Type: text/html"))
    return stage.run(0, moved(lambda path: f"{stage.other.url}/login"))


def portal(stage: Stage) -> Seen:
    """A captive portal that has a feed of its own."""
    stage.run(-1)
    news = feed(rss(item("stranger", -0.5)))
    page = says(answer(page_naming("/portal.xml"), "Content-Type: text/html"))
    stage.other_script = by_path(**{"login": page, "portal.xml": news})
    return stage.run(0, moved(lambda path: f"{stage.other.url}/login"))


GUARDED = {"host": "news.example", "guarded": True}
NO_WEB = "it redirects to an address that is no web address"
PRIVATE = "leads to a private address; allow_private: true would permit it"
REDIRECTS = [
    Row("R1", "a circle", leads("/feed"), words="it redirects more than 5 times"),
    Row("R1", "ever further", meets(moved(lambda path: f"{path}1")), words="it redirects more than 5 times"),
    Row("R2", "a growing address", meets(moved(grown)), words="it redirects to an address of more than 2048 characters"),
    *[
        Row("R3", f"to {where.partition(':')[0]}:", leads(where), words=NO_WEB)
        for where in ("file:///etc/passwd", "gopher://127.0.0.1/x", "javascript:alert(1)", "data:text/xml,<rss/>", "ftp://x.example/")
    ],
    *[
        Row("R4", f"to {host}", inwards(host), words=PRIVATE, settings=GUARDED)
        for host in ("127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "[::1]", "localhost")
    ],
    Row("R5", "without saying where to", raw(answer(b"", status="302 Found")), words="it redirects without saying where to"),
    Row("R6", "for good: told after a week", moved_for_good, "ok", "its address has moved to http://127.0.0.1:", ("new",)),
    *[Row("R7", f"for now ({status})", moved_for_now(f"{status} Moved"), "ok", news=("new",)) for status in (302, 303, 307)],
    Row("R8", "to a page for logging in", captive, "degraded", "the document is not a feed, but a web page"),
    Row("R8", "to a portal that has a feed of its own", portal, "degraded"),
]  # fmt: skip

# S: private addresses -------------------------------------------------------------------------------

FORMS = (
    "127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "127.1", "127.0.1", "0", "0.0.0.0",
    "127。0。0。1", "①②⑦.⓪.⓪.①", "user@127.0.0.1", "1.1.1.1@127.0.0.1", "[::1]", "[::]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[::127.0.0.1]", "localhost", "LOCALHOST",
)  # fmt: skip

REFUSED = re.compile(r"leads to a private address|its address cannot be used|cannot be resolved")


def literally(stage: Stage) -> Seen:
    """Every form as a redirect of a feed of its own, and no connection."""

    def script(connection: socket.socket, head: bytes) -> None:
        path = target(head).strip("/")
        form = FORMS[int(path)] if path.isdecimal() else "2130706433"
        location = f"Location: http://{form}:{stage.canary.port}/"
        connection.sendall(f"HTTP/1.1 302 Found\r\n{location}\r\nContent-Length: 0\r\n\r\n".encode())

    stage.run(-1)
    stage.more = "".join(f'  form-{n}: {{url: "{stage.url}/{n}", type: industry}}\n' for n in range(len(FORMS)))
    seen = only_outside(stage.run(0, script))
    stage.more = ""
    told = {form: seen.gathered.healths[f"form-{n}"] for n, form in enumerate(FORMS)}
    let_through = {form: known for form, known in told.items() if not REFUSED.search("; ".join(known.reasons))}
    assert not let_through, let_through
    return seen


def resolves_to(*answers: list[str]) -> Play:
    """The name has these addresses, one list after the other."""

    def play(stage: Stage) -> Seen:
        stage.run(-1)
        left = list(answers)
        stage.resolver = lambda: left.pop(0) if len(left) > 1 else left[0]
        seen = stage.run(0, feed(FRESH))
        stage.resolver = None
        return only_outside(seen)

    return play


def wrapped(stage: Stage) -> Seen:
    """Every such address as the answer for a name of its own, and no connection."""
    stage.run(-1)
    stage.names = {f"w{n}.example": [address] for n, address in enumerate(WRAPPED)} | {stage.host: [WRAPPED[0]]}
    stage.more = "".join(
        f'  wrapped-{n}: {{url: "http://w{n}.example:{stage.port}/", type: industry}}\n' for n in range(len(WRAPPED))
    )
    seen = only_outside(stage.run(0))
    assert OUTSIDE not in seen.to
    told = {address: seen.gathered.healths[f"wrapped-{n}"] for n, address in enumerate(WRAPPED)}
    let_through = {address: known for address, known in told.items() if PRIVATE not in "; ".join(known.reasons)}
    assert not let_through, let_through
    stage.names, stage.more = {}, ""
    return seen


WRAPPED = (
    "64:ff9b::7f00:1", "2002:7f00:1::1", "2001:0:4136:e378::1", "::ffff:10.0.0.1", "fec0::1", "192.0.0.8", "198.18.0.1",
    "240.0.0.1", "100.64.0.1", "0.1.2.3", "fe80::1%eth0", "168.63.129.16", "fd00:ec2::254", "ff02::1", "224.0.0.1",
)  # fmt: skip


def rebound(stage: Stage) -> Seen:
    """The name's address changes between two hops; the answer that is checked is the one that is connected to."""
    stage.run(-1)
    asked: list[str] = []

    def resolver() -> list[str]:
        asked.append(stage.host)
        return [OUTSIDE] if len(asked) < 2 else ["127.0.0.5"]

    stage.resolver = resolver
    seen = only_outside(stage.run(0, moved(lambda path: "/again")))
    stage.resolver = None
    assert len(asked) == len([to for to in seen.to if to == OUTSIDE]) + 1, "a name is looked up once a connection"
    return seen


def proxied_by_environment(stage: Stage) -> Seen:
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    given = dict.fromkeys((*names, *map(str.lower, names)), stage.canary.url)
    with mock.patch.dict(os.environ, given):
        return meets(feed(FRESH))(stage)


def led_abroad(stage: Stage) -> Seen:
    """A credential stays with the origin that it is meant for."""
    stage.run(-1)
    assert TOKEN.encode() in stage.heads[-1], "the source's own server gets it"
    stage.other_script = feed(FRESH)
    seen = stage.run(0, moved(lambda path: f"{stage.other.url}/feed"))
    assert len(stage.other.seen) == 1
    for word in (b"s3cr3t", b"authorization", b"cookie", b"if-none-match"):
        assert word not in stage.other.seen[0].lower(), f"another origin was sent {word!r}"
    return seen


PLACES = [
    Row("S1", f"{len(FORMS)} ways to write 127.0.0.1", literally, words=PRIVATE, settings=GUARDED),
    Row("S2", "a name of a private address", resolves_to(["10.0.0.1"]), words=PRIVATE, settings=GUARDED),
    Row("S2", "a name of both kinds", resolves_to([OUTSIDE, "127.0.0.1"]), words=PRIVATE, settings=GUARDED),
    Row("S3", "a name whose address changes", rebound, words=PRIVATE, settings=GUARDED),
    Row("S4", "wrapped and reserved addresses", wrapped, words=PRIVATE, settings=GUARDED),
    Row("S5", "proxies in the environment", proxied_by_environment, "ok", news=("new",)),
    Row("S6", "to another origin", led_abroad, "ok", news=("new",)),
    *[
        Row("S7", f"to port {port}", leads(f"http://news.example:{port}/"), words=f"port {port} is none of the web's", settings=GUARDED)
        for port in (22, 25, 6667)
    ],
]  # fmt: skip

# C: caching -----------------------------------------------------------------------------------------


def conditional(body: bytes, *fields: str) -> Script:
    """A server that keeps its word: 304 to whoever names the ETag or the date of `fields`."""
    names = [line.partition(": ")[2].encode() for line in fields]

    def script(connection: socket.socket, head: bytes) -> None:
        asked = b"If-None-Match" in head or b"If-Modified-Since" in head
        unchanged = b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"
        connection.sendall(unchanged if asked and any(name in head for name in names) else answer(body, *fields))

    return script


def broken_and_named(stage: Stage) -> Seen:
    """The name of a document that broke off is not believed; that of one read well and saved is."""
    seen = keeps_the_old_validators(document(FRESH[:-40], EVIL))(stage)
    return seen


def unchanged(stage: Stage) -> Seen:
    stage.run(-1)
    with not_parsed():
        seen = stage.run(0, conditional(rss(ITEMS), 'ETag: "honest"', "Last-Modified: Mon, 02 Mar 2026 09:00:00 GMT"))
    assert b'If-None-Match: "honest"' in stage.heads[-1]
    assert b"If-Modified-Since: Mon, 02 Mar 2026 09:00:00 GMT" in stage.heads[-1]
    return seen


def noting(read: list[str]) -> Callable[..., object]:
    """Reads documents, and notes where they came from."""

    def noted(body: bytes, url: str, *more: Any) -> object:
        read.append(url)
        return parsed(body, url, *more)

    return noted


@contextmanager
def not_parsed() -> Iterator[None]:
    """No document of the source's server is read; those of the healthy ones have changed and are."""
    seen: list[str] = []
    with mock.patch.object(reading, "parsed", noting(seen)):
        yield
    assert len(seen) == 2, f"{seen} were read"


def forgotten(stage: Stage) -> Seen:
    """The archive is gone, what is known of the server is not: everything is asked for anew."""
    stage.run(-1)
    for path in stage.root.glob("archive/**/faulty.jsonl"):
        path.unlink()
    return stage.run(0, conditional(FRESH, 'ETag: "honest"'))


def unasked(stage: Stage) -> Seen:
    stage.run(-1, feed(rss(ITEMS)))
    seen = stage.run(0, says(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"))
    assert b"If-None-Match" not in stage.heads[-1]
    return seen


def same_bytes(stage: Stage) -> Seen:
    stage.run(-1, feed(rss(ITEMS)))
    with not_parsed():
        return stage.run(0, feed(rss(ITEMS)))


def old_validators(stage: Stage) -> Seen:
    """A server that always says that nothing has changed is not believed for ever."""
    script = conditional(rss(ITEMS), 'ETag: "honest"')
    stage.run(-9, script)
    stage.run(-5, script)
    assert b'"honest"' in stage.heads[-1]
    seen = stage.run(0, conditional(FRESH, 'ETag: "honest"'))
    assert b'"honest"' not in stage.heads[-1], "after eight days the whole document is asked for"
    return seen


def wants_a_pause(stage: Stage) -> Seen:
    """Ours: each build asks, conditionally; how often builds run is the organisation's to say."""
    fields = ('ETag: "x"', "Cache-Control: max-age=86400", "Expires: Wed, 04 Mar 2026 09:00:00 GMT")
    stage.run(-0.2, conditional(rss(ITEMS, head="<title>News</title><ttl>1440</ttl>"), *fields))
    seen = stage.run(0)
    assert len(stage.heads) == 2
    assert b'If-None-Match: "x"' in stage.heads[-1]
    return seen


def validator(tag: str, kept: bool) -> Play:
    def play(stage: Stage) -> Seen:
        stage.run(-1, feed(rss(ITEMS), f"ETag: {tag}"))
        seen = stage.run(0, feed(FRESH))
        sent = re.search(rb"If-None-Match: ([^\r]*)", stage.heads[-1])
        assert (sent[1] if sent else None) == (tag.encode("latin-1") if kept else None), f"sent back: {sent}"
        assert tag not in (stage.root / "archive/state.json").read_text() or kept
        return seen

    return play


CACHING = [
    Row("C1", "a broken document with an ETag", broken_and_named, "degraded", "the document breaks off before its end"),
    Row("C2", "304", unchanged, "ok"),
    Row("C3", "the archive is lost, the ETag is not", forgotten, "ok", news=("new",)),
    Row("C3", "304 that nobody asked for", unasked, words="the server answered 304"),
    Row("C4", "the same bytes without validators", same_bytes, "ok"),
    Row("C5", "validators of nine days ago", old_validators, "ok", news=("new",)),
    Row("C6", "Cache-Control, Expires and ttl", wants_a_pause, "ok"),
    Row("C7", "a weak ETag with a blank", validator('W/"a b"', True), "ok", news=("new",)),
    Row("C7", "an ETag without quotes", validator("odd", True), "ok", news=("new",)),
    Row("C7", "an ETag of 64 KB", validator("x" * 65_536, False), "ok", news=("new",)),
]  # fmt: skip

# H: statuses ----------------------------------------------------------------------------------------


def rests(script: Script, hours: float) -> Play:
    """It is left alone for so long, and not longer."""

    def play(stage: Stage) -> Seen:
        stage.run(-3)
        seen = stage.run(-2, script)
        count = len(stage.heads)
        stage.run(-2 + hours / 24 - 0.01)
        assert len(stage.heads) == count, "it was asked again too early"
        stage.run(-2 + hours / 24 + 0.01, script)
        assert len(stage.heads) == count + 1, "it was not asked again in time"
        return seen

    return play


TIRED = says(answer(b"", "Retry-After: 3600", status="429 Too Many"))


def neighbours_are_asked(stage: Stage) -> Seen:
    """Of many feeds at one host one is told to wait: the others are asked all the same, and only that one waits."""
    names = [f"more-{at}" for at in range(8)]
    stage.more = "".join(
        f'  {name}: {{url: "{stage.url}/{name}", type: industry, allow_private: true}}\n' for name in names
    )
    stage.run(-1)
    seen = stage.run(
        0, lambda connection, head: (TIRED if target(head).startswith("/feed") else HONEST)(connection, head)
    )
    assert {str(seen.gathered.healths[name].state) for name in names} == {"ok"}
    stage.more = ""
    return seen


def dead(stage: Stage) -> Seen:
    """Asked ever less often; after 30 days the editor hears what to do."""
    stage.run(-40)
    days, failed = -39.0, says(answer(b"", status="404 Not Found"))
    while days < 0:
        stage.run(days, failed)
        days += 0.5 if days < -38 else 9
    return stage.run(0, failed)


def stays_gone(stage: Stage) -> Seen:
    seen = meets(says(answer(b"", status="410 Gone")))(stage)
    count = len(stage.heads)
    again = stage.run(30, feed(FRESH))
    assert len(stage.heads) == count, "a feed that is gone was asked again"
    assert set(again.entries) == set(KNOWN)
    assert again.problems
    return seen


def status(line: str, *fields: str) -> Script:
    return says(answer(b"words of the server", *fields, status=line))


BUSY = "it was asked too often"
DOWN = "it is too busy or down for the moment"
STATUSES = [
    Row("H1", "429 for two hours", rests(status("429 Slow", "Retry-After: 7200"), 2), "busy", BUSY),
    Row("H1", "429 until a date", rests(status("429 Slow", "Date: Sun, 01 Mar 2026 09:00:00 GMT", "Retry-After: Sun, 01 Mar 2026 12:00:00 GMT"), 3), "busy", BUSY),
    Row("H1", "429 for a year: a day", rests(status("429 Slow", "Retry-After: 31536000"), 24), "busy", BUSY),
    Row("H1", "429 for less than nothing: an hour", rests(status("429 Slow", "Retry-After: -5"), 1), "busy", BUSY),
    Row("H1", "429 for one feed of nine at a host", neighbours_are_asked, "busy", BUSY),
    Row("H2", "503 for two hours", rests(status("503 Busy", "Retry-After: 7200"), 2), "busy", DOWN),
    Row("H2", "503 without a word: an hour", rests(status("503 Busy"), 1), "busy", DOWN),
    Row("H2", "500", meets(status("500 Oops")), words="the server answered 500"),
    Row("H3", "401", meets(status("401 No")), words="NEWS_TOKEN"),
    Row("H3", "403", meets(status("403 No")), words="NEWS_TOKEN"),
    Row("H4", "404", meets(status("404 Not Found")), words="the server answered 404"),
    Row("H4", "404 for 39 days", dead, words="remove it or give its new address"),
    Row("H5", "410", stays_gone, "gone", "remove it or give its new address", after="gone"),
    Row("H6", "451", meets(status("451 Legal")), "blocked", "it is withheld for legal reasons"),
    Row("H6", "a challenge", meets(status("403 No", "CF-Mitigated: challenge")), "blocked", "it lets only people with a browser in"),
    Row("H7", "an error page that says 200", keeps_the_old_validators(document(LOGIN, EVIL)), "degraded", "the document is not a feed, but a web page"),
]  # fmt: skip

# Z: packing -----------------------------------------------------------------------------------------

PACKED = "Content-Encoding: gzip"
ZEROS = gzip.compress(b"\0" * 100_000_000)
PACKING = [
    Row("Z1", "a bomb of 100 MB", raw(answer(ZEROS, PACKED)), words=TOO_LARGE),
    Row("Z1", "a bomb in a .gz file", raw(answer(ZEROS)), words=TOO_LARGE),
    Row("Z2", "packed twice", raw(answer(gzip.compress(gzip.compress(FRESH)), "Content-Encoding: gzip, gzip")), words="it is packed as 'gzip, gzip', which was not asked for"),
    Row("Z2", "packed a hundred times", raw(answer(FRESH, "Content-Encoding: " + ",".join(["gzip"] * 100))), words="which was not asked for"),
    Row("Z3", "breaks off in the middle", raw(answer(gzip.compress(FRESH)[:-12], PACKED)), words="it broke off in the middle"),
    Row("Z4", "damaged", raw(answer(gzip.compress(FRESH)[:-8] + bytes(8), PACKED)), words="the packed answer is damaged"),
    Row("Z4", "deflate, which nobody asked for", raw(answer(zlib.compress(FRESH), "Content-Encoding: deflate")), words="it is packed as 'deflate', which was not asked for"),
    Row("Z4", "br, which nobody asked for", raw(answer(FRESH, "Content-Encoding: br")), words="it is packed as 'br', which was not asked for"),
    Row("Z5", "the feed is a .gz file", document(gzip.compress(FRESH)), "ok", news=("new",)),
]  # fmt: skip

ROWS = [*NETWORK, *ENCRYPTION, *REDIRECTS, *PLACES, *CACHING, *STATUSES, *PACKING]

# X: XML ---------------------------------------------------------------------------------------------

LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
BILLION = f"<!DOCTYPE rss [<!ENTITY l0 'ha'>{LAUGHS}]>"
QUADRATIC = f"<!DOCTYPE rss [<!ENTITY a '{'a' * 100_000}'>]>"


def strange(doctype: Callable[[Stage], str], more: str = "&x;") -> Play:
    """A document type that names what is none of its business: a file, and the canary's address."""

    def play(stage: Stage) -> Seen:
        stage.run(-1)
        body = rss(ITEMS, item("new", -0.5, f"<description>words {more}</description>"), start=doctype(stage))
        seen = stage.run(0, feed(body))
        assert stage.canary.seen == [], "an address in a document type was asked for"
        assert "none of a feed" not in repr(seen.entries), "a file was read"
        return seen

    return play


def flood(piece: str, size: int = 1_900_000) -> str:
    return piece * (size // len(piece))


def described(markup: str) -> bytes:
    return rss(ITEMS, item("new", -0.5, f"<description>{markup}</description>"))


def holds(play: Play, title: str, **fields: object) -> Play:
    """An entry of this title is there, and says this."""

    def whole(stage: Stage) -> Seen:
        seen = play(stage)
        assert title in seen.entries, f"there is no '{title}' among {sorted(seen.entries)}"
        told = {name: getattr(seen.entries[title], name) for name in fields}
        assert told == fields, f"'{title}' says {told}"
        return seen

    return whole


def impatient(play: Play) -> Play:
    """A document may take two seconds to read instead of five, so that the table does not take long."""

    def whole(stage: Stage) -> Seen:
        with mock.patch.object(reading, "LONGEST_PARSE", 2.0):
            return play(stage)

    return whole


SLOW_TO_READ = "the document was refused: reading it took longer than 2 seconds"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
MARKUP = [
    Row("X1", "a billion laughs", document(rss(ITEMS, item("new", -0.5, "<description>&l9;</description>"), start=BILLION)), "ok", news=("new",)),
    Row("X1", "a billion laughs in a title", document(rss(ITEMS, item("new &l9;", -0.5), start=BILLION)), "ok", news=("new &l9;",)),
    Row("X2", "quadratic blow-up", document(rss(ITEMS, item("new", -0.5, f"<description>{'&a;' * 20_000}</description>"), start=QUADRATIC)), "ok", news=("new",)),
    Row("X3", "an entity that is a file", strange(lambda stage: f"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file://{stage.root}/canary.txt'>]>"), "ok", news=("new",)),
    Row("X3", "an entity that is an address", strange(lambda stage: f"<!DOCTYPE rss [<!ENTITY x SYSTEM '{stage.canary.url}/x'>]>"), "ok", news=("new",)),
    Row("X3", "a parameter entity", strange(lambda stage: f"<!DOCTYPE rss [<!ENTITY % x SYSTEM '{stage.canary.url}/x'> %x;]>", ""), "ok", news=("new",)),
    Row("X3", "a document type elsewhere", strange(lambda stage: f"<!DOCTYPE rss SYSTEM '{stage.canary.url}/x.dtd'>", ""), "ok", news=("new",)),
    Row("X3", "a document that is a file's path", document(b"/etc/passwd"), "degraded", "the document is not a feed"),
    Row("X4", "600,000 elements in each other", impatient(document(rss(ITEMS, head=flood("<a>")) )), "degraded", SLOW_TO_READ),
    Row("X5", "40,000 attributes", impatient(document(rss(ITEMS, "<item " + " ".join(f"a{n}='1'" for n in range(40_000)) + "><title>x</title></item>"))), "degraded", SLOW_TO_READ),
    Row("X6", "50,000 namespaces", document(rss(ITEMS, NEW).replace(b"<rss", b"<rss " + b" ".join(b"xmlns:n%d='u:%d'" % (n, n) for n in range(50_000)), 1)), "ok", news=("new",)),
    Row("X7", "270,000 empty entries", document(rss(ITEMS, flood("<item/>"))), "degraded"),
    Row("X7", "more than 500 entries", document(rss(ITEMS, *(item(f"n{n}", -0.5) for n in range(600)))), "degraded", "it holds 603 entries; only the first 500 were read", tuple(f"n{n}" for n in range(497))),
    Row("X8", "more than the limit", document(rss(ITEMS, NEW, flood(" ", 2_000_000))), words=TOO_LARGE),
    Row("X8", "1.9 MB in one field", document(described(f"<![CDATA[{flood('words ')}]]>")), "ok", news=("new",)),
    Row("X8", "1.9 MB of comments", document(rss(ITEMS, NEW, flood("<!-- x -->"))), "ok", news=("new",)),
    Row("X8", "1.9 MB of instructions", document(rss(ITEMS, NEW, flood("<?x y?>"))), "ok", news=("new",)),
    Row("X9", "an author of 100,000 letters", impatient(document(rss(ITEMS, item("new", -0.5, f"<author>{'a' * 100_000}</author>")))), "degraded", SLOW_TO_READ),
    Row("X9", "20,000 categories", impatient(document(rss(ITEMS, item("new", -0.5, "".join(f"<category>{n}</category>" for n in range(20_000)))))), "degraded", SLOW_TO_READ),
    Row("X9", "80,000 open comments", document(described("&lt;!-- " * 80_000)), "ok", news=("new",)),
    Row("X9", "nesting that a sanitiser hates", document(described("&lt;ul>&lt;li>" * 60_000)), "ok", news=("new",)),
    Row("X10", "breaks off in an entry", document(rss(ITEMS, NEW, item("cut", -0.5))[:-60]), "degraded", "the document breaks off before its end", ("new",)),
    Row("X10", "breaks off in the first entry", document(rss(ITEMS)[:100]), "degraded", "the document breaks off before its end"),
    Row("X10", "a tag that is never closed", document(FRESH.replace(b"<title>new</title>", b"<title>new</title><b>")), "ok", news=("new",)),
    Row("X11", "control characters", holds(document(FRESH.replace(b"<title>new", b"<title>\0n\x1be\x08w\x7f")), "new"), "ok", news=("new",)),
    Row("X12", "an undeclared prefix", document(rss(ITEMS, item("new", -0.5, "<dc:creator>A</dc:creator>"))), "ok", news=("new",)),
    Row("X12", "a bare &", document(rss(ITEMS, item("Q & A", -0.5))), "ok", news=("Q & A",)),
    Row("X13", "blanks", document(b" \n\t " * 99), "degraded", "the document is empty"),
    Row("X13", "a picture", document(PNG), "degraded", "the document is not a feed"),
    Row("X13", "plain words", document(b"hello there"), "degraded", "the document is not a feed"),
    Row("X13", "a list of feeds", document(b"<opml version='2.0'><body><outline xmlUrl='https://x.example/'/></body></opml>"), "degraded", "a list of feeds (OPML)"),
]  # fmt: skip

# E: encodings ---------------------------------------------------------------------------------------


def coded(label: str, codec: str, title: str = "café", content_type: str = "application/xml") -> Play:
    """The feed with a title beyond ASCII in one encoding, called another."""
    text = (
        f'<?xml version="1.0" encoding="{label}"?>'
        + rss(ITEMS, item(title, -0.5, link="https://news.example/new", guid="new")).decode()
    )
    return meets(says(answer(text.encode(codec), f"Content-Type: {content_type}")))


ODD_LABELS = (
    "utf-7",
    "unicode_escape",
    "raw_unicode_escape",
    "idna",
    "punycode",
    "zlib",
    "hex",
    "undefined",
    "rot13",
    "cp037",
    "utf-32",
    "mbcs",
    "no-such",
)
ENCODINGS = [
    Row("E1", "called UTF-8, is Latin-1", coded("utf-8", "latin-1"), "ok", news=("café",)),
    Row("E2", "UTF-16", coded("utf-16", "utf-16"), "ok", news=("café",)),
    Row("E2", "UTF-16 without a mark", coded("utf-16", "utf-16-le"), "ok", news=("café",)),
    Row("E2", "UTF-8 with a mark", coded("utf-8", "utf-8-sig"), "ok", news=("café",)),
    Row("E2", "EBCDIC", coded("cp037", "cp037"), "degraded", "the document is not a feed"),
    *[Row("E3", f"called {label}", coded(label, "utf-8"), "ok", news=("café",)) for label in ODD_LABELS],
    Row("E3", "a script in UTF-7", document(b'<?xml version="1.0" encoding="utf-7"?>' + rss(ITEMS, item("+ADw-script+AD4-", -0.5, link="https://news.example/new"))), "ok", news=("+ADw-script+AD4-",)),
    Row("E4", "the header goes over the declaration", coded("koi8-r", "cp1251", "новость", "text/xml; charset=windows-1251"), "ok", news=("новость",)),
    Row("E4", "a mark goes over the header", coded("koi8-r", "utf-8-sig", "новость", "text/xml; charset=windows-1251"), "ok", news=("новость",)),
    Row("E4", "no label, is UTF-8", document(rss(ITEMS, item("뉴스", -0.5)), ), "ok", news=("뉴스",)),
    Row("E5", "half a pair", document(rss(ITEMS, item("new &#xD800;", -0.5))), "ok", news=("new \ufffd",)),
    Row("E5", "a letter beyond all letters", document(rss(ITEMS, item("new &#99999999999;", -0.5))), "ok", news=("new \ufffd",)),
    Row("E6", "bidi overrides and nothings", document(rss(ITEMS, item("n\u202ee\u200bw\u2066", -0.5, link="https://news.example/new", guid="new"))), "ok", news=("new",)),
    Row("E6", "a host in look-alike letters", holds(document(rss(ITEMS, item("new", -0.5, link="https://\u0430pple.example/new"))), "new", url="https://xn--pple-43d.example/new"), "ok", news=("new",)),
]  # fmt: skip

# J: JSON --------------------------------------------------------------------------------------------


def told(name: str) -> dict[str, object]:
    return {"id": name, "url": f"https://news.example/{name}", "title": name, "date_published": "2026-02-26T09:00:00Z"}


def json_feed(*more: object, written: str = "") -> bytes:
    """A JSON Feed of what is known and these; `written` goes before its items as it is."""
    items = json.dumps([*map(told, KNOWN), *more])
    return f'{{"version": "https://jsonfeed.org/version/1.1", "title": "News", {written}"items": {items}}}'.encode()


JSON_NEW = {**told("new"), "date_published": "2026-03-02T21:00:00Z"}
HALF = json_feed({**JSON_NEW, "title": "new ?"}).replace(b"?", b"\\ud800")
JSON = [
    Row("J1", "100,000 lists in each other", document(json_feed(written=f'"x": {"[" * 100_000}{"]" * 100_000}, ')), "degraded", "the document is not valid JSON"),
    Row("J2", "5,000 digits, 1e400 and NaN", document(json_feed(JSON_NEW, written=f'"a": {"9" * 5000}, "b": 1e400, "c": NaN, ')), "ok", news=("new",)),
    Row("J3", "items of the wrong kinds", document(json_feed(None, "words", 7, [], {**told("x"), "title": 5, "url": {}}, JSON_NEW)), "degraded", "of 9 entries", ("new",)),
    Row("J3", "items that are no list", document(b'{"version": "https://jsonfeed.org/version/1.1", "items": {"a": 1}}'), "degraded", "the document is not a JSON Feed"),
    Row("J4", "a key twice", document(json_feed(JSON_NEW, written='"title": "Other", ')), "degraded", "some of its keys are written twice", ("new",)),
    Row("J4", "a byte order mark", document(b"\xef\xbb\xbf" + json_feed(JSON_NEW)), "ok", news=("new",)),
    Row("E5", "half a pair in JSON", document(HALF), "ok", news=("new",)),
]  # fmt: skip

# D: dates -------------------------------------------------------------------------------------------


def dates(written: str, published: datetime | None) -> Play:
    """An entry that is dated so: it is seen today whatever it says, and stays as it was first told."""
    body = rss(ITEMS, item("new", None, f"<pubDate>{written}</pubDate>" if written else ""))

    def play(stage: Stage) -> Seen:
        stage.run(-1)
        seen = stage.run(0, feed(body))
        entry = seen.entries["new"]
        assert entry.published == published, f"published {entry.published}"
        assert entry.first_seen == datetime(2026, 3, 3, 9, tzinfo=UTC), f"first seen {entry.first_seen}"
        again = stage.run(0.5, feed(body + b" "))
        assert again.entries["new"] == entry, "it changes from build to build"
        return seen

    return play


def restless(stage: Stage) -> Seen:
    """A date that moves on every fetch."""
    stage.run(-1)
    for days in (-0.9, -0.5, 0):
        seen = stage.run(days, feed(rss(ITEMS, item("new", days))))
    assert seen.entries["new"].published == datetime(2026, 3, 2, 11, 24, tzinfo=UTC), seen.entries["new"].published
    return seen


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


DATES = [
    Row("D1", "no date", dates("", None), "ok", news=("new",)),
    Row("D2", "a date in the future is no embargo", dates("Fri, 01 Jan 2027 09:00:00 GMT", at(2027, 1, 1, 9)), "ok", news=("new",)),
    *[
        Row("D3", written, dates(written, None), "ok", news=("new",))
        for written in ("Thu, 01 Jan 1970 00:00:00 GMT", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "Sat, 31 Feb 2026 09:00:00 GMT", "Mon, 02 Mar 2026 24:30:00 GMT")
    ],
    Row("D4", "CET", dates("Mon, 02 Mar 2026 09:00:00 CET", at(2026, 3, 2, 8)), "ok", news=("new",)),
    Row("D4", "IST", dates("Mon, 02 Mar 2026 09:00:00 IST", at(2026, 3, 2, 3, 30)), "ok", news=("new",)),
    Row("D5", "seconds since 1970", dates("1630886460", None), "ok", news=("new",)),
    Row("D5", "Sep 6, 2021", dates("Sep 6, 2021", at(2021, 9, 6, 12)), "ok", news=("new",)),
    Row("D5", "a month in Turkish", dates("02 Şubat 2026", None), "ok", news=("new",)),
    Row("D6", "a date that moves on every fetch", restless, "ok", news=("new",)),
]  # fmt: skip

# G: identity ----------------------------------------------------------------------------------------


def twice(first: bytes, second: bytes) -> Play:
    """The feed says one thing, and half a day later the other."""

    def play(stage: Stage) -> Seen:
        stage.run(-1)
        stage.run(-0.5, feed(first))
        return stage.run(0, feed(second))

    return play


def two_sources(stage: Stage) -> Seen:
    """Another feed has entries of the same ids that tell something else."""
    other = rss(*(item(f"other {name}", link=f"https://other.example/{name}", guid=name) for name in KNOWN))
    stage.more = f'  second: {{url: "{stage.other.url}/feed", type: industry, allow_private: true}}\n'
    stage.other_script = feed(other)
    stage.run(-1)
    seen = stage.run(0)
    assert len(seen.gathered.archives["second"].entries) == 3
    return seen


def at_another_address(stage: Stage) -> Seen:
    """The feed's own address and its links change; the archive belongs to the source's name."""
    bare = "".join(item(name, guid="") for name in KNOWN)
    stage.run(-1, feed(rss(bare)))
    stage.host = "localhost"
    links = "".join(
        item(name, guid="", link=f"http://NEWS.example:80/{name}?utm_source=rss&amp;fbclid=x#top") for name in KNOWN
    )
    return stage.run(0, feed(rss(links)))


def renamed(count: int) -> bytes:
    """The whole history under new ids, at new addresses and with new titles."""
    return rss(*(item(f"renamed {n}", -40 + n, link=f"https://moved.example/{n}") for n in range(count)))


def let_in(stage: Stage) -> Seen:
    """What is held comes in when an editor says so."""
    old = rss(*(item(f"old {n}", -40 + n) for n in range(12)), ITEMS)
    stage.run(-1, feed(old))
    held = stage.run(0, feed(renamed(12)))
    assert held.state == "held"
    assert "accept_batch: 2026-03-03" in held.told, held.told
    stage.settings += ", accept_batch: 2026-03-03"
    seen = stage.run(0.1)
    assert {f"old {n}" for n in range(12)} <= seen.entries.keys(), "the old ones stay"
    return seen


BARE = "".join(item(name, guid="") for name in KNOWN)
OLD = tuple(f"old {n}" for n in range(12))
IDENTITY = [
    Row("G1", "no ids", twice(rss(BARE), rss(BARE, item("new", -0.5, guid=""))), "ok", news=("new",)),
    Row("G1", "neither id nor link", document(rss(ITEMS, item("new", -0.5, link="", guid=""))), "degraded", "1 of 4 entries has no link"),
    Row("G2", "an id for two pages", document(rss(ITEMS, item("older", -0.8, guid="x"), item("newer", -0.5, guid="x"))), "ok", "", ("newer", "older")),
    Row("G3", "ids that change on every fetch", twice(rss(*(item(name, guid=f"{name}?1") for name in KNOWN)), rss(*(item(name, guid=f"{name}?2") for name in KNOWN))), "ok"),
    Row("G4", "the same ids in two sources", two_sources, "ok"),
    Row("G5", "address, scheme and trackers change", at_another_address, "ok"),
    Row("G6", "entries that the feed forgets", document(rss(NEW)), "ok", news=("new",)),
    Row("G7", "a feed without entries", keeps_the_old_validators(document(rss(), EVIL)), "degraded", "the feed is empty"),
    Row("G8", "all ids, links and titles change at once", document(renamed(12)), "held", "12 entries that look new came at once"),
    Row("G8", "... and an editor lets them in", let_in, "ok", news=(*OLD, *(f"renamed {n}" for n in range(12)))),
]  # fmt: skip

# L: links -------------------------------------------------------------------------------------------


def linked(link: str, url: str) -> Play:
    """An entry with this link comes in with that address."""
    return holds(document(rss(ITEMS, item("new", -0.5, link=link))), "new", url=url)


NO_LINK = "1 of 4 entries has no link that is a web address"


def unusable(link: str, id: str = "L1") -> Row:
    return Row(id, f"a link to {link[:30]!r}", document(rss(ITEMS, item("new", -0.5, link=link))), "degraded", NO_LINK)


def relative(link: str, path: str) -> Row:
    def play(stage: Stage) -> Seen:
        seen = document(rss(ITEMS, item("new", -0.5, link=link)))(stage)
        assert seen.entries["new"].url == f"{stage.url}{path}", seen.entries["new"].url
        return seen

    return Row("L2", f"a link to {link}", play, "ok", news=("new",))


def no_script(link: str) -> Play:
    """Whatever it is taken for, it is a page of the source's own site, and nothing else once it is decoded again."""

    def play(stage: Stage) -> Seen:
        seen = document(rss(ITEMS, item("new", -0.5, link=link)))(stage)
        url = seen.entries["new"].url
        assert url.startswith(f"{stage.url}/"), url
        assert html.unescape(url).startswith(f"{stage.url}/"), url
        return seen

    return play


LINKS = [
    *map(unusable, ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x", "mailto:a@b.example")),
    Row("L1", "a permalink and an enclosure that are scripts", document(rss(ITEMS, "<item><title>new</title><guid>javascript:alert(1)</guid><enclosure url='javascript:alert(2)' type='text/html' length='1'/></item>")), "degraded", "1 of 4 entries has no link"),
    relative("/a/b", "/a/b"),
    relative("b?c=1", "/b?c=1"),
    Row("L2", "a link without a scheme", linked("//other.example/a", "http://other.example/a"), "ok", news=("new",)),
    Row("L2", "a link of backslashes", linked("\\\\other.example\\a", "http://other.example/a"), "ok", news=("new",)),
    *[unusable(link, "L3") for link in ("java\nscript:alert(1)", "java&#9;script:alert(1)", "&#106;avascript:alert(1)")],
    *[Row("L3", f"a link to {link!r}", no_script(link), "ok", news=("new",)) for link in ("java&amp;Tab;script:alert(1)", "javascript&amp;colon;alert(1)", "&#1;javascript:alert(1)", "&#xfeff;javascript:alert(1)")],
    *[unusable(link, "L4") for link in ("https://user:word@news.example/x", "https://bank.example@evil.example/")],
]  # fmt: skip

ROWS = [*ROWS, *MARKUP, *ENCODINGS, *JSON, *DATES, *IDENTITY, *LINKS]

# V: hostile text ------------------------------------------------------------------------------------

Pages = dict[str, str]


def built(stage: Stage) -> Pages:
    """The whole site, built: its texts by path."""
    outcome = stage.build(stage.moments[-1] + 0.01)
    assert outcome.written, outcome.problems
    site = stage.root / "site"
    kinds = (".html", ".xml", ".json", ".txt", ".js", ".css")
    return {str(path.relative_to(site)): path.read_text() for path in site.rglob("*") if path.suffix in kinds}


def on_pages(body: bytes, check: Callable[[Pages], None]) -> Play:
    """The document is taken in, and then the whole site is built and looked through."""

    def play(stage: Stage) -> Seen:
        seen = document(body)(stage)
        pages = built(stage)
        assert any("/new" in page for page in pages.values()), "the entry is on no page"
        check(pages)
        return seen

    return play


_ACTIVE = (
    "iframe",
    "object",
    "embed",
    "base",
    "svg script",
    "math",
    "template:not(.newer, .stale)",
    "noscript",
    "meta[http-equiv=refresh]",
    "[ping]",
    "[formaction]",
)


def harmless(pages: Pages) -> None:
    """Nothing that a feed has written does anything, looks like anything or goes by a name."""
    for path, page in pages.items():
        if not path.endswith(".html"):
            continue
        tree = LexborHTMLParser(page)
        for selector in _ACTIVE:
            assert tree.css_first(selector) is None, f"{path} has a {selector}"
        for node in tree.css("*"):
            where = f"{path}: <{node.tag}>"
            for name, value in node.attributes.items():
                assert not name.startswith("on"), f"{where} has {name}"
                assert name not in ("id", "name", "class") or "evil" not in (value or ""), f"{where} is named by a feed"
                assert name != "style" or "fixed" not in (value or ""), f"{where} is styled by a feed"
                if name in ("href", "src", "action"):
                    scheme = re.sub(r"[\x00-\x20]", "", value or "").partition(":")[0].lower()
                    assert scheme not in ("javascript", "vbscript", "data"), f"{where} leads to {value}"
            assert node.tag != "script" or "evil" not in node.text(), f"{where} runs what a feed has written"


def literal(words: str) -> Callable[[Pages], None]:
    """The words stand on a page as they were written."""

    def check(pages: Pages) -> None:
        harmless(pages)
        texts = (LexborHTMLParser(page).text() for path, page in pages.items() if path.endswith(".html"))
        assert any(words in text for text in texts), f"'{words}' stands nowhere"

    return check


def one_letter(pages: Pages) -> None:
    """What a title holds starts no field of its own in a mail, and no formula in a table of ours (there is none)."""
    harmless(pages)
    hrefs = [
        node.attributes["href"] or ""
        for path, page in pages.items()
        if path.endswith(".html")
        for node in LexborHTMLParser(page).css("a[href^='mailto:']")
    ]
    ours = [href for href in hrefs if "victim" in href]
    assert ours, "no mail tells of the entry"
    for href in ours:
        fields = parse_qsl(urlsplit(href).query, keep_blank_values=True, strict_parsing=True)
        assert {name for name, _ in fields} <= {"subject", "body"}, href
        assert "\r" not in href
        assert "\n" not in href
        assert urlsplit(href).path == "", f"it has an address: {href}"
    assert not [path for path in pages if path.endswith((".csv", ".ics"))], (
        "tables and calendars want rows of their own"
    )


def hostile(title: str, text: str = "") -> bytes:
    """An entry with this title and this text, as the HTML that it is."""
    content = f"<content:encoded><![CDATA[{text}]]></content:encoded>" if text else ""
    words = (
        f"<item><title><![CDATA[{title}]]></title><link>https://news.example/new</link><guid>new</guid>{content}</item>"
    )
    return rss(ITEMS, words).replace(b"<rss ", b"<rss xmlns:content='http://purl.org/rss/1.0/modules/content/' ", 1)


SCRIPTS = "<script>evil()</script><img src=x onerror=evil()><svg onload=evil()><a href='java&#10;script:evil()'>a</a><a href=javascript&colon;evil()>b</a>"
MUTATED = "<svg></p><style><a id='</style><img src=1 onerror=evil()>'></svg><math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=evil()&gt;'></math><noscript><p title='</noscript><img src=x onerror=evil()>'></noscript><template><script>evil()</script></template>"
DRESSED = "<div style='position:fixed;inset:0;background:red' class='evil card' id='evil'>a</div><style>*{display:none}</style><img name=evil id=evil><form id=evil name=evil></form>"
DRIVEN = "<meta http-equiv=refresh content='0;url=https://evil.example/'><base href=https://evil.example/><form action=https://evil.example/><input></form><a href=https://x.example/ ping=https://evil.example/>a</a>"
LETTER = "new?cc=victim@x.example&bcc=victim@x.example%0d%0aBcc: victim@x.example"


def text_row(
    id: str, fault: str, title: str, text: str, shown: str = "", check: Callable[[Pages], None] = harmless
) -> Row:
    return Row(id, fault, on_pages(hostile(title, text), check), "ok", news=(shown or title,), longest=10)


TEXTS = [
    text_row("V1", "scripts in a title", f"new {SCRIPTS} end", "", "new"),
    text_row("V1", "escaped scripts in a title", f"new {html.escape(SCRIPTS)}", "", f"new {SCRIPTS}"),
    text_row("V2", "scripts in a text", "new", SCRIPTS),
    text_row("V3", "markup that mutates", "new", MUTATED),
    text_row("V3", "markup that mutates, in a title", f"new {MUTATED}", MUTATED, "new '>"),
    text_row("V4", "a text dressed up", "new", DRESSED),
    text_row("V5", "names that shadow the page's own", "new", DRESSED),
    text_row("V6", "a text that drives away", "new", DRIVEN),
    text_row("V7", "a template in a title", "new {{ 7 * 7 }}{% raw %}", "{{ config }}", check=literal("new {{ 7 * 7 }}{% raw %}")),
    text_row("V8", "a title that is a letter's head", LETTER, "", check=one_letter),
    text_row("V8", "a title that is a formula", "=cmd|' /C calc'!A0", "", check=literal("=cmd|' /C calc'!A0")),
]  # fmt: skip


def tagged(link: str, shared: str) -> Row:
    """Where the address stands on the pages, unpacked from whatever it is packed in."""

    def check(pages: Pages) -> None:
        texts = [html.unescape(unquote(html.unescape(page))) for path, page in pages.items() if path.endswith(".html")]
        assert any(shared in text for text in texts), f"{shared} is on no page"
        assert not any("utm_source=feed" in text and "Signature" not in text for text in texts), "the feed's own tag"

    play = on_pages(rss(ITEMS, item("new", -0.5, link=html.escape(link))), check)
    return Row(
        "L5",
        f"tags for {link[20:]}",
        play,
        "ok",
        news=("new",),
        longest=10,
        settings={"settings": "timeout: 2s, utm: true"},
    )


TAGS = [
    tagged("https://news.example/new?a=1#part", "https://news.example/new?a=1&utm_source=linkedin"),
    tagged("https://news.example/new?b=%20c&utm_source=feed", "https://news.example/new?b=%20c&utm_source=linkedin"),
    tagged("https://news.example/new?X-Amz-Signature=f00&utm_source=feed", "https://news.example/new?X-Amz-Signature=f00&utm_source=feed"),
]  # fmt: skip

# I: pictures ----------------------------------------------------------------------------------------


def png(width: int, height: int) -> bytes:
    """The head of a picture that unfolds to so many pixels, and a little of its body."""

    def piece(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    return (
        b"\x89PNG\r\n\x1a\n"
        + piece(b"IHDR", head)
        + piece(b"IDAT", zlib.compress(bytes(1_000_000)))
        + piece(b"IEND", b"")
    )


def drawn(kind: str, size: tuple[int, int] = (640, 360), **more: object) -> bytes:
    body = io.BytesIO()
    Image.new("RGB", size, "#0b5cab").save(body, kind, **more)
    return body.getvalue()


def frames() -> bytes:
    """Thirty frames of 2000 x 2000."""
    pictures = [Image.new("P", (2000, 2000), color) for color in range(30)]
    body = io.BytesIO()
    pictures[0].save(body, "GIF", save_all=True, append_images=pictures[1:])
    return body.getvalue()


GPS = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x0e\0\x02\0\0\0\x10\0\0\0\x1a\0\0\0\0secret-location\0"


def pictured(body: Callable[[], bytes], usable: bool, content_type: str = "image/png") -> Play:
    """An entry with this picture; the whole site is built, and its pages are looked through."""

    def play(stage: Stage) -> Seen:
        enclosure = f"<enclosure url='{stage.url}/picture' type='image/png' length='1'/>"
        stage.run(-1)
        script = by_path(
            feed=feed(rss(ITEMS, item("new", -0.5, enclosure))),
            picture=says(answer(body(), f"Content-Type: {content_type}")),
        )
        seen = stage.run(0, script)
        with spent() as cost:
            outcome = stage.build(0.01)
        said = tuple(problem for problem in outcome.problems if "'faulty'" in problem.message)
        files = [
            path for folder in ("site", "archive/images") for path in (stage.root / folder).rglob("*") if path.is_file()
        ]
        texts = [path.read_bytes() for path in files]
        assert not any(f"{stage.url}/picture".encode() in text for text in texts), "it is linked to where it was"
        assert not any(b"evil" in text or b"secret-location" in text for text in texts), "what it hid is published"
        assert bool([path for path in files if path.suffix == ".webp"]) == usable
        return replace(
            seen, problems=said, bytes_grown=max(seen.bytes_grown, cost.grown), seconds=seen.seconds + cost.seconds
        )

    return play


def counted(stage: Stage) -> Seen:
    """Pictures that only count who reads are neither fetched nor shown."""
    images = f"<![CDATA[<p>words</p><img src='{stage.canary.url}/pixel.gif' width='1' height='1'>]]>"
    seen = document(rss(ITEMS, item("new", -0.5, f"<description>{images}</description>")))(stage)
    assert not any("pixel.gif" in page for page in built(stage).values())
    return seen


def picture_row(
    id: str, fault: str, body: Callable[[], bytes], words: str = "", content_type: str = "image/png"
) -> Row:
    play = pictured(body, not words, content_type)
    return Row(id, fault, play, "ok", f"1 picture could not be used ({words}" if words else "", ("new",), longest=15)


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>evil()</script></svg>"
IMAGES = [
    Row("I1", "a tracking pixel", counted, "ok", news=("new",), longest=10),
    picture_row("I1", "a picture of another site: copied", lambda: drawn("PNG")),
    picture_row("I2", "30,000 x 30,000 pixels", lambda: png(30_000, 30_000), "it has more than"),
    picture_row("I3", "13,000 x 13,000 pixels", lambda: png(13_000, 13_000), "it has more than"),
    picture_row("I4", "thirty frames of 4 megapixels: the first", frames, content_type="image/gif"),
    picture_row("I5", "SVG", lambda: SVG, "it is no", "image/svg+xml"),
    picture_row("I5", "SVG that says it is a PNG", lambda: SVG, "it is no"),
    picture_row("I6", "where it was taken", lambda: drawn("JPEG", exif=GPS), content_type="image/jpeg"),
    picture_row("I6", "a script behind the picture", lambda: drawn("JPEG") + b"<script>evil()</script>", content_type="text/html"),
    picture_row("I6", "words that say they are a picture", lambda: b"<html>evil</html>", "it is no"),
]  # fmt: skip

# W: whole runs --------------------------------------------------------------------------------------


def crowd(stage: Stage, count: int, settings: str = "timeout: 3s") -> None:
    """So many sources more, each at a host of its own."""
    stage.names = {f"h{n}.example": ["127.0.0.1"] for n in range(count)}
    stage.more = "".join(
        f'  h{n}: {{url: "http://h{n}.example:{stage.other.port}/{n}", type: industry, allow_private: true, {settings}}}\n'
        for n in range(count)
    )


def hangs(connection: socket.socket, head: bytes) -> None:
    connection.recv(1)


def one_of_many(stage: Stage) -> Seen:
    crowd(stage, 40)
    stage.other_script = feed(rss(item("a")))
    stage.run(-1)
    seen = stage.run(0, hangs)
    assert [key for key, health in seen.gathered.healths.items() if health.state != "ok"] == ["faulty"]
    stage.names, stage.more = {}, ""
    return seen


def crowd_of(script: Script, count: int, settings: str) -> Play:
    """So many sources besides, each at a host of its own, whose servers all do this."""

    def play(stage: Stage) -> Seen:
        stage.run(-1)
        crowd(stage, count, settings)
        stage.other_script = script
        seen = stage.run(0, HONEST)
        stage.names, stage.more = {}, ""
        return seen

    return play


SLOW_FEED = feed(rss(item("slow", more=f"<author>{'a' * 100_000}</author>")))
LARGE_FEED = feed(rss(item("large", more=f"<!-- {'x' * 1_900_000} -->")))


def with_files(change: Callable[[Path], None], words: str = "") -> Play:
    """Something happens to what is kept, and the editor is told; the feed says what it said before."""

    def play(stage: Stage) -> Seen:
        stage.run(-3)
        stage.run(-2, feed(rss(ITEMS, item("more", -2.5))))
        change(stage.root / "archive")
        seen = stage.run(0, feed(rss(item("more", -2.5))))
        told = "; ".join(problem.message for problem in seen.gathered.problems)
        assert (words in told) if words else not told, f"told is '{told}'"
        return seen

    return play


def rewritten(path: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        (folder / path).write_bytes(change((folder / path).read_bytes()))

    return apply


def newer(stage: Stage) -> Seen:
    """What a newer Heraldry has written stays exactly as it is."""
    stage.run(-1)
    path = stage.root / archive.path("faulty")
    old = path.read_bytes()
    fields = {"heraldry": "archive", "version": 99, "source": "faulty", "lines": 3}
    new = (
        json.dumps({**fields, "crc": lines.checksum(fields)}).encode()
        + b"\n"
        + b"\n".join(old.splitlines()[1:])
        + b"\n"
    )
    path.write_bytes(new)
    seen = stage.run(0, feed(FRESH))
    assert path.read_bytes() == new, "it was changed"
    assert "it was written by a newer Heraldry" in "; ".join(problem.message for problem in seen.gathered.problems)
    path.write_bytes(old)
    return stage.run(0.5, feed(rss(ITEMS)))


def clock_put_back(stage: Stage) -> Seen:
    """A pause until a day that is far away now does not last, and nothing is lost."""
    stage.run(-1)
    stage.run(0, status("429 Slow", "Retry-After: 86400"))
    return stage.run(-3, feed(FRESH))


FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
from heraldry.cli import main
main(["build", "-C", sys.argv[1], "--out", sys.argv[2]])
"""


def disk_full(stage: Stage) -> Seen:
    """No file may be longer than 300 bytes: the build ends, and everything is as it was."""
    stage.run(-1)
    built(stage)
    stage.script = feed(FRESH)
    before = contents(stage.root)
    command = [sys.executable, "-c", FULL, str(stage.root), str(stage.root / "site")]
    run = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "NEWS_TOKEN": TOKEN}, timeout=60, check=False
    )
    assert run.returncode == 1, run.stderr
    assert "the site could not be built" in run.stderr, run.stderr
    assert "Traceback" not in run.stderr, run.stderr
    assert contents(stage.root) == before, "something was changed"
    return stage.run(0)


def contents(root: Path) -> dict[str, bytes]:
    """Every file of a site that is no lock."""
    return {
        str(path): path.read_bytes() for path in root.rglob("*") if path.is_file() and not path.name.endswith(".lock")
    }


def flipped(body: bytes) -> bytes:
    return body[: len(body) // 2] + bytes([body[len(body) // 2] ^ 1]) + body[len(body) // 2 + 1 :]


def unlinked(*paths: str) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        for path in paths:
            (folder / path).unlink()

    return apply


KEPT = ("more",)
RUNS = [
    Row("W1", "one of 43 hangs", one_of_many, words=TOO_LONG),
    Row("W1", "16 documents of 1.9 MB at once", crowd_of(LARGE_FEED, 16, "timeout: 20s"), "ok", longest=20, room=256_000_000),
    Row("W2", "the state is lost", with_files(unlinked("state.json")), "ok", news=KEPT),
    Row("W2", "the state is damaged", with_files(rewritten("state.json", flipped), "what was known of the feeds' health was damaged"), "ok", news=KEPT),
    Row("W2", "the state is of a newer version", with_files(rewritten("state.json", lambda body: body.replace(b'"version": 1', b'"version": 99')), "was written by a newer Heraldry"), "ok", news=KEPT),
    Row("W2", "the archive is lost", with_files(unlinked("faulty.jsonl"), "recovered"), "ok", news=KEPT),
    Row("W2", "the archive is empty", with_files(rewritten("faulty.jsonl", lambda body: b""), "recovered"), "ok", news=KEPT),
    Row("W2", "the archive is cut in half", with_files(rewritten("faulty.jsonl", lambda body: body[: len(body) // 2]), "recovered"), "ok", news=KEPT),
    Row("W2", "one bit of the archive is flipped", with_files(rewritten("faulty.jsonl", flipped), "recovered"), "ok", news=KEPT),
    Row("W2", "the archive is of a newer version", newer, "ok"),
    Row("W3", "the clock is put back", clock_put_back, "ok", news=("new",)),
    Row("W4", "the disk is full", disk_full, "ok", news=("new",)),
]  # fmt: skip

# The table ------------------------------------------------------------------------------------------

ROWS = [*ROWS, *TEXTS, *TAGS, *IMAGES, *RUNS]
IDS = {
    f"{letter}{number}"
    for letter, last in zip("NTRSCHZXEJDGLVIW", (15, 3, 8, 7, 7, 7, 5, 13, 6, 4, 6, 8, 5, 8, 6, 4), strict=True)
    for number in range(1, last + 1)
}


@pytest.fixture(scope="module", autouse=True)
def trusting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """This machine trusts the table's own authority."""
    roots = tmp_path_factory.mktemp("roots") / "roots.pem"
    AUTHORITY.cert_pem.write_to_path(str(roots))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(roots))
        yield


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Iterator[list[Verdict]]:
    """The verdicts, printed at the end where somebody asked to see what tests print, or where a row failed."""
    verdicts: list[Verdict] = []
    yield verdicts
    terminal = request.config.pluginmanager.get_plugin("terminalreporter")
    if terminal and (request.config.getoption("capture") == "no" or any(verdict.wrong for verdict in verdicts)):
        terminal.write_line("")
        for verdict in verdicts:
            terminal.write_line(str(verdict), red=bool(verdict.wrong))


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.id} {row.fault}") for row in ROWS])
def test_a_fault_ends_as_the_table_says(row: Row, table: list[Verdict]) -> None:
    verdict = played(row)
    table.append(verdict)
    assert not verdict.wrong, verdict


def test_the_table_has_a_row_for_every_fault() -> None:
    assert {row.id for row in ROWS} == IDS


def test_no_fault_that_the_facts_name_is_left_out() -> None:
    facts = Path(__file__).parents[2] / "shared" / "facts" / "reliability.md"
    if not facts.is_file():
        pytest.skip("the facts are not here")
    named = re.findall(r"^\| ([NTRSCHZXEJDGLVIW][0-9]+) \|", facts.read_text(), re.MULTILINE)
    assert set(named) == IDS


# That rows can fail ---------------------------------------------------------------------------------

ONE_OF_EACH = {row.state: row for row in reversed(ROWS) if row.state != "ok"}


@pytest.mark.parametrize("row", ONE_OF_EACH.values(), ids=ONE_OF_EACH)
def test_a_row_fails_when_the_feed_is_well(row: Row) -> None:
    verdict = played(replace(row, play=document(FRESH), settings={}))
    assert "it is ok" in verdict.wrong
    assert "new are ['new']" in verdict.wrong


def spying(stage: Stage) -> Seen:
    stage.run(-1)
    return stage.run(0, moved(lambda path: f"{stage.canary.url}/"))


def blabbing(stage: Stage) -> Seen:
    seen = document(FRESH)(stage)
    (stage.root / "archive/notes.json").write_text(f'"{TOKEN}"')
    return seen


def meddling(stage: Stage) -> Seen:
    stage.run(-1)
    path = stage.root / archive.path("served")
    path.write_bytes(b"")
    path.with_name(".before").joinpath(path.name).unlink(missing_ok=True)
    return stage.run(0, feed(FRESH))


def losing(stage: Stage) -> Seen:
    seen = document(FRESH)(stage)
    return replace(seen, entries={title: entry for title, entry in seen.entries.items() if title != "two"})


def hoarding(stage: Stage) -> Seen:
    with spent() as cost:
        hoard = bytearray(ROOM + 20_000_000)
        for at in range(0, len(hoard), 4096):
            hoard[at] = 1
    return replace(document(FRESH)(stage), bytes_grown=cost.grown)


def dawdling(stage: Stage) -> Seen:
    return replace(document(FRESH)(stage), seconds=60.0)


def muttering(stage: Stage) -> Seen:
    seen = document(FRESH)(stage)
    health = replace(seen.gathered.healths["faulty"], reasons=("ValueError: x",))
    return replace(seen, gathered=replace(seen.gathered, healths={"faulty": health}))


@pytest.mark.parametrize(
    ("play", "words"),
    [
        (spying, "the canary was asked"),
        (blabbing, "s3cr3t"),
        (meddling, "'served' was touched"),
        (losing, "'two' is lost"),
        (hoarding, "it took 6"),
        (dawdling, "it took 60.0 s"),
        (muttering, "not plain"),
    ],
)
def test_the_table_notices(play: Play, words: str) -> None:
    assert words in "; ".join(played(Row("", "", play, "ok", news=("new",))).wrong)


@pytest.mark.parametrize("text", [SCRIPTS, MUTATED, DRESSED, DRIVEN])
def test_hostile_text_would_be_noticed_on_a_page(text: str) -> None:
    with pytest.raises(AssertionError):
        harmless({"page.html": f"<p>{text}</p>"})


# Many sources ---------------------------------------------------------------------------------------

MANY, HANGING = 200, 10
MODIFIED = "Mon, 02 Mar 2026 09:00:00 GMT"


@contextmanager
def many(stage: Stage) -> Iterator[dict[str, list[float]]]:
    """The other server as that of many hosts, of which some hang once they are told to: when each was done with."""
    done: dict[str, list[float]] = {"answered": [], "given up": []}
    lock = threading.Lock()

    def script(connection: socket.socket, head: bytes) -> None:
        number = int(target(head).strip("/"))
        if stage.heads and number % (MANY // HANGING) == 0:
            hang = True
            hangs(connection, head)
        else:
            hang = False
            named = f'ETag: "tag of {number}"'
            conditional(rss(item(f"n{number}")), named, f"Last-Modified: {MODIFIED}")(connection, head)
        with lock:
            done["given up" if hang else "answered"].append(time.monotonic())

    stage.other_script = script
    crowd(stage, MANY)
    yield done


def test_ten_that_hang_among_two_hundred_cost_the_time_limit_of_one() -> None:
    with staged(faulty=False) as stage, many(stage) as done:
        stage.run(-1)
        assert len(done["answered"]) == MANY
        done["answered"].clear()
        stage.other.seen.clear()
        stage.heads.append(b"from now on ten hang")
        with not_parsed():
            seen = stage.run(0)
        assert (len(done["answered"]), len(done["given up"])) == (MANY - HANGING, HANGING)
        assert max(done["answered"]) < min(done["given up"]), "somebody waited for one that hangs"
        assert max(done["given up"]) - min(done["given up"]) < 3.0, "they were waited for one after the other"
        assert seen.seconds < 2 * 3 + 4
        healths = seen.gathered.healths
        assert [n for n in range(MANY) if healths[f"h{n}"].state != "ok"] == list(range(0, MANY, MANY // HANGING))
        assert all(len(seen.gathered.archives[f"h{n}"].entries) == 1 for n in range(MANY))
        one_conditional_request_each(stage.other.seen)


def one_conditional_request_each(heads: list[bytes]) -> None:
    """What has not changed costs one request, which names what is known."""
    asked = sorted(heads, key=lambda head: int(target(head).strip("/")))
    assert [int(target(head).strip("/")) for head in asked] == list(range(MANY))
    for n, head in enumerate(asked):
        assert f'If-None-Match: "tag of {n}"\r\n'.encode() in head
        assert f"If-Modified-Since: {MODIFIED}\r\n".encode() in head


def test_documents_that_take_long_to_read_take_no_longer_than_the_run_may() -> None:
    with staged(faulty=False) as stage, mock.patch.object(reading, "LONGEST_PARSE", 2.0):
        crowd(stage, 4 * (os.cpu_count() or 2), "timeout: 2s")
        stage.other_script, stage.limits = SLOW_FEED, "run: 2s, memory: 256MB"
        assert stage.run(0).seconds < 2 + 3


def test_what_has_not_changed_is_not_read_again_where_servers_name_nothing() -> None:
    with staged(faulty=False) as stage:
        stage.other_script = lambda connection, head: feed(rss(item(target(head).strip("/"))))(connection, head)
        crowd(stage, 40)
        stage.run(-1)
        stage.other.seen.clear()
        with not_parsed():
            seen = stage.run(0)
    assert sorted(int(target(head).strip("/")) for head in stage.other.seen) == list(range(40))
    assert not any(b"If-" in head for head in stage.other.seen)
    assert all(seen.gathered.healths[f"h{n}"].state is state.State.OK for n in range(40))
