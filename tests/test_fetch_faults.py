"""What servers do to those who ask: unchanged, gone, busy, moved, empty, torn down, tampered with, and slow."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpcore2
import pytest
import trustme
from servers import (
    Script,
    Server,
    answer,
    drips,
    in_turn,
    listening,
    moved,
    proxies,
    resets,
    says,
    scripted,
    secured,
    target,
)

from heraldry.fetch import Fault, Fetched, Request, Unchanged, Unfetched, Validators, fetch, fetch_if_changed
from heraldry.fetch.exchange import echoable
from heraldry.fetch.head import Head, retry_after
from heraldry.fetch.trust import trusted

FEED = b"<rss version='2.0'><channel><item><title>News</title></item></channel></rss>"
KNOWN = Validators('W/"a b"', "Tue, 03 Mar 2026 08:00:00 GMT")
SECRET = "Bearer s3cr3t-t0ken"
PAST = datetime(2020, 1, 1, tzinfo=UTC)


def asked(url: str, known: Validators = KNOWN, secret: str | None = None, seconds: float = 5.0) -> Fetched | Unchanged:
    return fetch_if_changed(
        Request(url, seconds=seconds, allow_private=True, authorization=secret, validators=known), local
    )


def local(host: str, port: int) -> list[str]:
    """Every name is one of this machine's."""
    return ["127.0.0.1"]


def refused(url: str, secret: str | None = None, seconds: float = 5.0) -> Unfetched:
    with pytest.raises(Unfetched) as caught:
        asked(url, secret=secret, seconds=seconds)
    return caught.value


def refused_by(script: Script, secret: str | None = None, seconds: float = 5.0) -> Unfetched:
    with scripted(script) as server:
        return refused(server.url, secret, seconds)


def by_path(**scripts: Script) -> Script:
    """A script for each path."""

    def script(connection: socket.socket, head: bytes) -> None:
        scripts[target(head).strip("/")](connection, head)

    return script


def field(head: bytes, name: str) -> bytes | None:
    """What a request says in one of its header fields."""
    for line in head.split(b"\r\n"):
        if line.lower().startswith(name.lower().encode() + b": "):
            return line.partition(b": ")[2]
    return None


# Unchanged ------------------------------------------------------------------------------------------


def test_a_document_comes_with_its_validators() -> None:
    with scripted(says(answer(FEED, f"ETag: {KNOWN.etag}", f"Last-Modified: {KNOWN.modified}"))) as server:
        found = asked(server.url, Validators())
        assert isinstance(found, Fetched)
        assert found.validators == KNOWN
        assert field(server.seen[0], "If-None-Match") is None
        assert field(server.seen[0], "If-Modified-Since") is None


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ([], KNOWN),
        (['ETag: "new"'], Validators('"new"', KNOWN.modified)),
        (["Last-Modified: Wed, 04 Mar 2026 08:00:00 GMT"], Validators(KNOWN.etag, "Wed, 04 Mar 2026 08:00:00 GMT")),
        ([f"ETag: {'x' * 1025}"], KNOWN),
    ],
)
def test_a_document_that_has_not_changed_is_said_to_be_so(fields: list[str], kept: Validators) -> None:
    whole = "\r\n".join(["HTTP/1.1 304 Not Modified", *fields, "Connection: close", "", ""]).encode()
    with scripted(says(whole)) as server:
        assert asked(server.url) == Unchanged(kept)
        assert field(server.seen[0], "If-None-Match") == KNOWN.etag.encode()
        assert field(server.seen[0], "If-Modified-Since") == KNOWN.modified.encode()


def test_a_304_is_a_fault_when_nobody_asked_for_it() -> None:
    with scripted(says(b"HTTP/1.1 304 Not Modified\r\n\r\n")) as server:
        with pytest.raises(Unfetched, match="the server answered 304"):
            asked(server.url, Validators())
        with pytest.raises(Unfetched, match="the server answered 304"):
            fetch(Request(server.url, allow_private=True, validators=KNOWN))
        assert not any(field(head, "If-None-Match") for head in server.seen)


TAGS = {
    "plain": ('"abc"', True),
    "weak": ('W/"abc"', True),
    "without quotes": ("abc", True),
    "one letter": ("a", True),
    "with a space": ('"a b"', True),
    "latin-1": ('"größe"', True),
    "1 KB": ("x" * 1024, True),
    "more than 1 KB": ("x" * 1025, False),
    "64 KB": ("x" * 65_536, False),
    "a line break": ('"a\r\nX-Injected: 1"', False),
    "a tab": ('"a\tb"', False),
    "an escape": ('"\x1b[31m"', False),
    "a NUL": ('"a\0b"', False),
    "a delete": ("a\x7f", False),
    "a space before": (' "a"', False),
    "a space behind": ('"a" ', False),
    "beyond latin-1": ('"뉴스"', False),
    "half a pair": ("\ud800", False),
    "empty": ("", False),
}


@pytest.mark.parametrize(("tag", "kept"), TAGS.values(), ids=TAGS)
def test_only_a_validator_that_can_be_echoed_is_kept_and_sent(tag: str, kept: bool) -> None:
    assert echoable(Validators(tag, tag)) == (Validators(tag, tag) if kept else Validators())
    with scripted(says(answer(FEED))) as server:
        asked(server.url, Validators(tag))
        assert field(server.seen[0], "If-None-Match") == (tag.encode("latin-1") if kept else None)
        assert b"X-Injected" not in server.seen[0]


@pytest.mark.parametrize("tag", [tag for tag, kept in TAGS.values() if kept])
def test_a_validator_goes_back_byte_for_byte(tag: str) -> None:
    with scripted(says(answer(FEED, f"ETag: {tag}"))) as server:
        found = asked(server.url, Validators())
        assert isinstance(found, Fetched)
        asked(server.url, found.validators)
        assert field(server.seen[1], "If-None-Match") == tag.encode("latin-1")


def test_validators_and_credentials_stay_with_the_origin_that_was_asked() -> None:
    with scripted(says(answer(FEED, 'ETag: "other"'))) as other, scripted(moved(lambda path: other.url)) as first:
        found = asked(first.url, secret=SECRET)
        assert field(first.seen[0], "If-None-Match") == KNOWN.etag.encode()
        assert field(first.seen[0], "Authorization") == SECRET.encode()
        assert [field(other.seen[0], name) for name in ("If-None-Match", "If-Modified-Since", "Authorization")] == [
            None
        ] * 3
        assert isinstance(found, Fetched)
        assert found.validators == Validators()


def test_a_304_of_a_stranger_is_a_fault() -> None:
    with (
        scripted(says(b"HTTP/1.1 304 Not Modified\r\n\r\n")) as other,
        scripted(moved(lambda path: other.url)) as first,
    ):
        assert str(refused(first.url)) == "the server answered 304"


def test_a_request_asks_for_feeds_first_unless_it_says_otherwise() -> None:
    with scripted(says(answer(FEED))) as server:
        asked(server.url)
        fetch(Request(server.url, allow_private=True, accept="image/*"))
        assert (field(server.seen[0], "Accept") or b"").startswith(b"application/atom+xml, application/rss+xml")
        assert field(server.seen[1], "Accept") == b"image/*"


def test_a_request_does_not_show_its_credential() -> None:
    assert "s3cr3t" not in repr(Request("https://x.example/", authorization=SECRET))


# Moved ----------------------------------------------------------------------------------------------

CHAINS = {
    "not at all": ([], None),
    "for good": ([301], 1),
    "for good, the other way": ([308], 1),
    "for good, twice": ([301, 308], 2),
    "for now": ([302], None),
    "for now, the other ways": ([303, 307], None),
    "for good, then for now": ([301, 302], 1),
    "for good, for now, for good": ([301, 307, 301], 1),
    "for now, then for good": ([302, 301], None),
    "five times for good": ([301, 308, 301, 308, 301], 5),
}


def chained(statuses: list[int], end: Script) -> Script:
    """Redirects from /0 to /1 and so on, then `end`."""

    def script(connection: socket.socket, head: bytes) -> None:
        at = int(target(head)[1:])
        (moved(lambda path: f"/{at + 1}", f"{statuses[at]} Moved") if at < len(statuses) else end)(connection, head)

    return script


@pytest.mark.parametrize(("statuses", "at"), CHAINS.values(), ids=CHAINS)
def test_the_unbroken_run_of_permanent_redirects_tells_the_new_address(statuses: list[int], at: int | None) -> None:
    with scripted(chained(statuses, says(answer(FEED)))) as server:
        found = asked(f"{server.url}/0")
        assert isinstance(found, Fetched)
        assert found.moved == (None if at is None else f"{server.url}/{at}")
        assert found.url == f"{server.url}/{len(statuses)}"


@pytest.mark.parametrize("status", ["410 Gone", "404 Not Found", "503 Busy"])
def test_a_fault_tells_the_new_address_too(status: str) -> None:
    with scripted(chained([301, 302], says(answer(b"", status=status)))) as server:
        assert refused(f"{server.url}/0").moved == f"{server.url}/1"


def test_nobody_answering_at_the_new_address_tells_it_too() -> None:
    with scripted(moved(lambda path: "http://127.0.0.1:1/", "301 Moved")) as server:
        error = refused(server.url)
    assert (str(error), error.moved) == ("the connection failed (connection refused)", "http://127.0.0.1:1/")


def test_an_unchanged_document_tells_the_new_address_too() -> None:
    with scripted(chained([308], says(b"HTTP/1.1 304 Not Modified\r\n\r\n"))) as server:
        assert asked(f"{server.url}/0") == Unchanged(KNOWN, f"{server.url}/1")


def test_a_circle_of_permanent_redirects_leads_nowhere() -> None:
    error = refused_by(moved(lambda path: "/b" if path == "/a" else "/a", "301 Moved"))
    assert (str(error), error.moved) == ("it redirects more than 5 times", None)


@pytest.mark.parametrize("status", ["200 OK", "404 Not Found"])
def test_what_has_moved_away_and_back_has_not_moved(status: str) -> None:
    def away(path: str) -> str:
        return "/b" if path == "/a" else "/a"

    with scripted(
        in_turn(moved(away, "301 Moved"), moved(away, "308 Back"), says(answer(FEED, status=status)))
    ) as server:
        if status == "200 OK":
            found = asked(f"{server.url}/a")
            assert isinstance(found, Fetched)
            assert found.moved is None
        else:
            assert refused(f"{server.url}/a").moved is None


# What a status means --------------------------------------------------------------------------------

STATUSES: dict[str, tuple[str, str, Fault, float | None]] = {
    "204 No Content": ("", "the server answered 204: there is nothing in it", Fault.FAILED, None),
    "206 Partial Content": ("", "the server answered 206", Fault.FAILED, None),
    "300 Multiple Choices": ("", "the server answered 300", Fault.FAILED, None),
    "400 Bad Request": ("", "the server answered 400", Fault.FAILED, None),
    "401 Unauthorized": ("", "the server answered 401: it wants a credential", Fault.FAILED, None),
    "403 Forbidden": ("", "the server answered 403: it does not let us in", Fault.FAILED, None),
    "404 Not Found": ("", "the server answered 404", Fault.FAILED, None),
    "410 Gone": ("", "the server answered 410: it is gone for good", Fault.GONE, None),
    "418 Teapot": ("", "the server answered 418", Fault.FAILED, None),
    "429 Too Many": ("Retry-After: 120", "the server answered 429: it was asked too often", Fault.BUSY, 120.0),
    "429 Slow Down": ("", "the server answered 429: it was asked too often", Fault.BUSY, None),
    "451 Legal": ("", "the server answered 451: it is withheld for legal reasons", Fault.BLOCKED, None),
    "500 Oops": ("Retry-After: 9", "the server answered 500", Fault.FAILED, 9.0),
    "503 Busy": ("Retry-After: 7200", "the server answered 503: it is too busy or down for the moment", Fault.BUSY, 7200.0),
    "503 Down": ("", "the server answered 503: it is too busy or down for the moment", Fault.BUSY, None),
    "403 Cloudflare": ("CF-Mitigated: challenge", "it lets only people with a browser in (403)", Fault.BLOCKED, None),
    "503 Cloudflare": ("cf-mitigated: Challenge", "it lets only people with a browser in (503)", Fault.BLOCKED, None),
    "429 Vercel": ("x-vercel-mitigated: challenge", "it lets only people with a browser in (429)", Fault.BLOCKED, None),
    "405 Amazon": ("x-amzn-waf-action: captcha", "it lets only people with a browser in (405)", Fault.BLOCKED, None),
    "202 Amazon": ("x-amzn-waf-action: challenge", "it lets only people with a browser in (202)", Fault.BLOCKED, None),
    "403 DDoS-Guard": ("Server: ddos-guard", "it lets only people with a browser in (403)", Fault.BLOCKED, None),
    "404 Cloudflare": ("Server: cloudflare", "the server answered 404", Fault.FAILED, None),
}  # fmt: skip


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_is_told_in_words_and_as_a_kind_of_fault(status: str) -> None:
    extra, words, fault, rest = STATUSES[status]
    error = refused_by(says(answer(FEED, *([extra] if extra else []), status=status)))
    assert (str(error), error.fault, error.retry_after) == (words, fault, rest)


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_a_credential_that_is_not_taken_is_not_repeated(status: str) -> None:
    error = refused_by(says(answer(b"s3cr3t-t0ken", status=status)), SECRET)
    assert str(error) == f"the server refused the credential ({status[:3]})"


def test_a_stranger_that_wants_a_credential_has_not_refused_ours() -> None:
    with scripted(says(answer(b"", status="401 No"))) as other, scripted(moved(lambda path: other.url)) as first:
        assert str(refused(first.url, SECRET)) == "the server answered 401: it wants a credential"


DATE = "Tue, 03 Mar 2026 08:00:00 GMT"
RESTS: dict[str, tuple[str, str, float | None]] = {
    "seconds": ("120", "", 120.0),
    "none": ("0", "", 0.0),
    "a day": ("86400", "", 86_400.0),
    "a week is cut to a day": ("604800", "", 86_400.0),
    "nine digits": ("9" * 9, "", 86_400.0),
    "absurd": ("9" * 400, "", None),
    "negative": ("-5", "", None),
    "signed": ("+5", "", None),
    "a fraction": ("1.5", "", None),
    "an exponent": ("1e3", "", None),
    "Arabic digits": ("\u0661\u0662", "", None),
    "words": ("soon", "", None),
    "empty": ("", DATE, None),
    "a date": ("Tue, 03 Mar 2026 08:01:30 GMT", DATE, 90.0),
    "a date in the form of RFC 850": ("Tuesday, 03-Mar-26 08:01:30 GMT", DATE, 90.0),
    "a date as C writes it": ("Tue Mar  3 08:01:30 2026", DATE, 90.0),
    "a date with an offset": ("Tue, 03 Mar 2026 10:01:30 +0200", DATE, 90.0),
    "a date of now": (DATE, DATE, 0.0),
    "a date far away": ("Fri, 31 Dec 9999 23:59:59 GMT", DATE, 86_400.0),
    "a date gone by": ("Tue, 03 Mar 2026 07:59:59 GMT", DATE, None),
    "a date that is none": ("Tue, 33 Mar 2026 08:00:00 GMT", DATE, None),
    "a date in the year 99999": ("Tue, 03 Mar 99999 08:00:00 GMT", DATE, None),
    "a date without a clock": ("Tue, 03 Mar 2026 08:01:30 GMT", "", None),
    "a date with a broken clock": ("Tue, 03 Mar 2026 08:01:30 GMT", "yesterday", None),
}


@pytest.mark.parametrize(("said", "date", "rest"), RESTS.values(), ids=RESTS)
def test_the_wish_to_be_left_alone_is_read_by_the_servers_own_clock(said: str, date: str, rest: float | None) -> None:
    fields = ((b"Retry-After", said.encode()), (b"Date", date.encode()))
    assert retry_after(Head(503, fields)) == rest


# Empty and packed -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "whole",
    [
        answer(b"", 'ETag: "x"'),
        answer(gzip.compress(b""), "Content-Encoding: gzip"),
        answer(gzip.compress(b"")),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n",
    ],
    ids=["no bytes", "packed", "a .gz file", "chunked", "closed at once"],
)
def test_an_empty_document_is_a_fault(whole: bytes) -> None:
    assert str(refused_by(says(whole))) == "the server sent an empty document"


@pytest.mark.parametrize(
    "fields", [[], ["Content-Encoding: gzip"], ["Content-Encoding: "]], ids=["as is", "packed", "blank"]
)
def test_a_document_that_is_a_gz_file_is_unpacked_once(fields: list[str]) -> None:
    body = gzip.compress(FEED)
    packed = gzip.compress(body) if fields == ["Content-Encoding: gzip"] else body
    with scripted(says(answer(packed, *fields))) as server:
        assert fetch(Request(server.url, allow_private=True)).body == FEED


def test_a_gz_file_within_a_gz_file_is_unpacked_once_only() -> None:
    with scripted(says(answer(gzip.compress(gzip.compress(FEED))))) as server:
        assert fetch(Request(server.url, allow_private=True)).body == gzip.compress(FEED)


PACKED = {
    "a bomb in a .gz file": (answer(gzip.compress(b"\0" * 50_000_000)), "it is larger than 5,000,000 bytes"),
    "a bomb in a packed .gz file": (
        answer(gzip.compress(gzip.compress(b"\0" * 50_000_000)), "Content-Encoding: gzip"),
        "it is larger than 5,000,000 bytes",
    ),
    "a .gz file that breaks off": (answer(gzip.compress(FEED)[:-9]), "it broke off in the middle"),
    "a .gz file that is damaged": (answer(b"\x1f\x8bwords" * 9), "the packed answer is damaged"),
    "gzip in two fields": (
        answer(gzip.compress(gzip.compress(FEED)), "Content-Encoding: gzip", "Content-Encoding: gzip"),
        "it is packed as 'gzip, gzip', which was not asked for",
    ),
    "zstd": (answer(FEED, "Content-Encoding: zstd"), "it is packed as 'zstd', which was not asked for"),
    "a terminal's orders": (answer(FEED, "Content-Encoding: \x1b[31mred"), "it is packed in a way that was not asked for"),
    "100 layers": (answer(FEED, "Content-Encoding: " + ",".join(["gzip"] * 100)), "it is packed as 'gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip,', which was not asked for"),
    "a length above the limit": (
        answer(b"", length=5_000_001),
        "it is larger than 5,000,000 bytes",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("whole", "words"), PACKED.values(), ids=PACKED)
def test_what_is_packed_wrongly_is_refused(whole: bytes, words: str) -> None:
    assert str(refused_by(says(whole))) == words


@pytest.mark.parametrize("fields", [[], ["Content-Encoding: gzip"]], ids=["a .gz file", "packed"])
def test_a_hundred_thousand_empty_members_take_no_time(fields: list[str]) -> None:
    began = time.monotonic()
    with scripted(says(answer(gzip.compress(b"") * 100_000, *fields))) as server:
        refused(server.url)
    assert time.monotonic() - began < 6


# The wire -------------------------------------------------------------------------------------------

OK = b"HTTP/1.1 200 OK\r\n"
TAMPERED = {
    "a length and chunks": (OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "a length and chunks at once"),
    "chunks and a length, elsewhere": (
        b"HTTP/1.1 302 Found\r\nLocation: /x\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n",
        "a length and chunks at once",
    ),
    "100,000 interim answers": (b"HTTP/1.1 100 Continue\r\n\r\n" * 100_000 + answer(FEED), "its head does not end"),
    "early hints without end": (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 20_000, "its head does not end"),
    "a list of lengths": (OK + b"Content-Length: 5, 6\r\n\r\nhello", "conflicting Content-Length"),
    "a length and its double": (OK + b"Content-Length: 05\r\nContent-Length: 5\r\n\r\nhello", "conflicting Content-Length"),
    "a chunk longer than it says": (OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n", "no valid HTTP"),
    "a negative chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\nhello\r\n0\r\n\r\n", "no valid HTTP"),
    "chunks within chunks": (OK + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", "no valid HTTP"),
    "HTTP/2 without being asked": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "no valid HTTP"),
    "an SSH server": (b"SSH-2.0-OpenSSH_9.6\r\n", "without an answer in HTTP"),
    "a mail server": (b"220 mail.example ESMTP\r\n", "without an answer in HTTP"),
}  # fmt: skip


@pytest.mark.parametrize(("whole", "words"), TAMPERED.values(), ids=TAMPERED)
def test_an_answer_that_two_readers_would_read_differently_is_refused(whole: bytes, words: str) -> None:
    error = refused_by(says(whole))
    assert words in str(error)
    assert error.fault is Fault.FAILED


def test_an_interim_answer_or_two_are_passed_over() -> None:
    with scripted(says(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + answer(FEED))) as server:
        assert fetch(Request(server.url, allow_private=True)).body == FEED


def echo(connection: socket.socket, head: bytes) -> None:
    """What a TCP echo service does, or a debugging page that knows no HTTP."""
    connection.sendall(head)


@pytest.mark.parametrize(
    "script",
    [
        echo,
        lambda connection, head: connection.sendall(OK + head),
        lambda connection, head: connection.sendall(OK + b"Content-Length: " + head),
        lambda connection, head: connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n" + head),
        lambda connection, head: connection.sendall(OK + b"Content-Encoding: s3cr3t-t0ken-s3cr3t\r\n\r\n"),
    ],
    ids=["as an answer", "as fields", "as a length", "as a chunk", "as a packing"],
)
def test_a_server_that_repeats_the_request_gets_no_secret_into_the_words(script: Script) -> None:
    with scripted(script) as server:
        assert "s3cr3t" not in str(refused(f"{server.url}/?s3cr3t=s3cr3t-t0ken", "s3cr3t-t0ken"))


# A second try ---------------------------------------------------------------------------------------


def test_a_connection_torn_down_once_is_tried_again() -> None:
    with scripted(in_turn(resets, says(answer(FEED)))) as server:
        assert fetch(Request(server.url, allow_private=True)).body == FEED
        assert len(server.seen) == 2


def breaks_off(connection: socket.socket, head: bytes) -> None:
    connection.sendall(b"HTTP/1.1 2")
    time.sleep(0.05)
    resets(connection, head)


TRIES: dict[str, tuple[Script, float, int]] = {
    "torn down": (resets, 5.0, 2),
    "torn down, and no time left": (resets, 0.2, 1),
    "torn down within the answer": (breaks_off, 5.0, 1),
    "hung up": (says(b""), 5.0, 1),
    "an error": (says(answer(b"", status="500 Oops")), 5.0, 1),
    "busy": (says(answer(b"", status="503 Busy")), 5.0, 1),
    "no HTTP": (says(b"garbage\r\n\r\n"), 5.0, 1),
    "too slow": (lambda c, head: time.sleep(1), 0.4, 1),
}  # fmt: skip


@pytest.mark.parametrize(("script", "seconds", "connections"), TRIES.values(), ids=TRIES)
def test_only_a_torn_down_connection_is_tried_a_second_time(script: Script, seconds: float, connections: int) -> None:
    with scripted(script) as server:
        refused(server.url, seconds=seconds)
        assert len(server.seen) == connections


def test_a_refused_connection_is_tried_again_after_a_pause_and_no_third_time() -> None:
    tries: list[float] = []

    def resolver(host: str, port: int) -> list[str]:
        tries.append(time.monotonic())
        return ["127.0.0.1"]

    with pytest.raises(Unfetched, match=r"the connection failed \(connection refused\)"):
        fetch(Request("http://news.example:1/", allow_private=True), resolver)
    assert len(tries) == 2
    assert tries[1] - tries[0] > 0.2


def test_there_is_one_second_try_for_all_redirects_together() -> None:
    script = by_path(a=in_turn(resets, moved(lambda path: "/b")), b=in_turn(resets, says(answer(FEED))))
    with scripted(script) as server:
        refused(f"{server.url}/a")
        assert len(server.seen) == 3


# Ports ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "port", [0, 1, 21, 22, 23, 25, 53, 79, 81, 110, 143, 389, 445, 465, 587, 993, 1023, 2049, 6667]
)
def test_what_is_no_web_server_is_not_even_looked_up(port: int) -> None:
    names: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        names.append(host)
        return []

    with pytest.raises(Unfetched, match=rf"port {port} is none of the web's; allow_private: true would permit it"):
        fetch(Request(f"http://news.example:{port}/"), resolver)
    assert names == []
    with pytest.raises(Unfetched, match=r"the host name 'news\.example' cannot be resolved"):
        fetch(Request(f"http://news.example:{port}/", allow_private=True), resolver)
    assert names == ["news.example"]


@pytest.mark.parametrize("place", ["http://x.example", "https://x.example", "http://x.example:443", "http://x.example:1024", "http://x.example:8080", "https://x.example:8443", "http://x.example:65535"])  # fmt: skip
def test_the_webs_own_ports_are_open(place: str) -> None:
    with pytest.raises(Unfetched, match=r"the host name 'x\.example' cannot be resolved"):
        fetch(Request(place), lambda host, port: [])


@pytest.mark.parametrize("host", ["", "a b", "a%20b", "x\x01y", "a<b", "a\\b", "[fe80::1%25eth0]", "a" * 300])
def test_a_host_that_cannot_be_is_refused_before_it_is_looked_up(host: str) -> None:
    with pytest.raises(Unfetched, match="its address cannot be used"):
        fetch(Request(f"http://{host}/", allow_private=True), local)


# TLS ------------------------------------------------------------------------------------------------


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """Somebody whom this machine trusts."""
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "roots.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "roots.pem"))
    return ca


def identity(ca: trustme.CA, *names: str, expired: bool = False) -> ssl.SSLContext:
    """What a server shows that `ca` has signed for `names`."""
    made = ca.issue_cert(*(names or ("localhost", "127.0.0.1")), not_after=PAST if expired else None)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.configure_cert(context)
    return context


def test_a_document_is_fetched_over_a_connection_that_a_trusted_root_vouches_for(authority: trustme.CA) -> None:
    with secured(says(answer(FEED)), identity(authority)) as server:
        found = asked(f"https://localhost:{server.port}/feed", secret=SECRET)
        assert isinstance(found, Fetched)
        assert found.body == FEED
        assert field(server.seen[0], "Authorization") == SECRET.encode()


CERTIFICATES: dict[str, tuple[Callable[[trustme.CA], ssl.SSLContext], str]] = {
    "of another host": (lambda ca: identity(ca, "elsewhere.example"), "it belongs to another host"),
    "expired": (lambda ca: identity(ca, expired=True), "it has expired"),
    "of a stranger": (lambda ca: identity(trustme.CA()), "nobody we know has signed it"),
}


@pytest.mark.parametrize(("shown", "words"), CERTIFICATES.values(), ids=CERTIFICATES)
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_certificate_that_is_not_valid_ends_the_fetch(
    authority: trustme.CA, shown: Callable[[trustme.CA], ssl.SSLContext], words: str, host: str
) -> None:
    with secured(says(answer(FEED)), shown(authority)) as server:
        assert str(refused(f"https://{host}:{server.port}/", SECRET)) == f"its certificate is not valid ({words})"
        assert server.seen == [b""]


def test_a_redirect_leads_to_no_server_that_cannot_prove_who_it_is(authority: trustme.CA) -> None:
    with (
        secured(says(answer(FEED)), identity(trustme.CA())) as imposter,
        secured(moved(lambda path: f"https://localhost:{imposter.port}/"), identity(authority)) as server,
    ):
        assert "its certificate is not valid" in str(refused(f"https://localhost:{server.port}/"))
        assert imposter.seen == [b""]


def test_old_tls_is_refused(authority: trustme.CA) -> None:
    context = identity(authority)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.deprecated_call():
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with secured(says(answer(FEED)), context) as server:
        assert str(refused(f"https://localhost:{server.port}/")).startswith("no secure connection (")


def test_the_roots_are_loaded_once_for_all_threads(authority: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[ssl.SSLContext] = []
    original = httpcore2.default_ssl_context

    def counted() -> ssl.SSLContext:
        loads.append(original())
        return loads[-1]

    monkeypatch.setattr("httpcore2.default_ssl_context", counted)
    trusted()
    with secured(says(answer(FEED)), identity(authority)) as server:
        threads = [threading.Thread(target=asked, args=(f"https://localhost:{server.port}/",)) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len([head for head in server.seen if head]) == 12
    assert len(loads) == 1


# Time -----------------------------------------------------------------------------------------------


def took_too_long(url: str, **more: str) -> None:
    began = time.monotonic()
    with pytest.raises(Unfetched, match="it took too long"):
        fetch(Request(url, seconds=0.7, allow_private=True, proxy=more.get("proxy")), local)
    assert time.monotonic() - began < 1.7


def test_a_tls_handshake_that_drips_is_cut_off() -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        drips(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", b"\x03", 0.1)(connection, b"")

    with listening(serve) as server:
        took_too_long(f"https://localhost:{server.port}/")


@pytest.mark.parametrize(
    ("start", "drop"),
    [(b"", b"H"), (OK, b"X: y\r\n"), (OK + b"Content-Length: 9000\r\n\r\n", b"a")],
    ids=["status", "fields", "body"],
)
def test_a_drip_under_tls_is_cut_off(authority: trustme.CA, start: bytes, drop: bytes) -> None:
    drop_by_drop = drips(start, drop, 0.1)
    with secured(drop_by_drop, identity(authority)) as server:
        took_too_long(f"https://localhost:{server.port}/")


def test_a_connection_that_is_never_accepted_is_cut_off() -> None:
    with socket.socket() as full, contextmanager(crowded)(full):
        took_too_long(f"http://127.0.0.1:{full.getsockname()[1]}/")


def crowded(full: socket.socket) -> Iterator[None]:
    """A listener whose queue has no room left, so that the next one's greeting is never answered."""
    full.bind(("127.0.0.1", 0))
    full.listen(0)
    waiting = [socket.socket() for _ in range(4)]
    for one in waiting:
        one.setblocking(False)
        one.connect_ex(full.getsockname())
    time.sleep(0.1)
    yield
    for one in waiting:
        one.close()


# Proxies --------------------------------------------------------------------------------------------


def through(proxy: Server, url: str, secret: str | None = SECRET, scheme: str = "http") -> Fetched:
    request = Request(url, seconds=5, authorization=secret, proxy=f"{scheme}://localhost:{proxy.port}/")
    return fetch(request, lambda host, port: ["127.0.0.1"] if host == "localhost" else [])


def test_a_proxy_is_asked_for_the_whole_address_and_does_the_looking_up() -> None:
    with scripted(says(answer(FEED))) as server, scripted(proxies) as proxy:
        assert through(proxy, f"http://inside.example:{server.port}/feed").body == FEED
        assert proxy.seen[0].startswith(f"GET http://inside.example:{server.port}/feed HTTP/1.1\r\n".encode())
        assert field(server.seen[0], "Host") == f"inside.example:{server.port}".encode()
        assert field(server.seen[0], "Authorization") == SECRET.encode()


def test_a_proxy_only_carries_what_is_encrypted(authority: trustme.CA) -> None:
    with secured(says(answer(FEED)), identity(authority, "inside.example")) as server, scripted(proxies) as proxy:
        assert through(proxy, f"https://inside.example:{server.port}/feed").body == FEED
        assert proxy.seen[0].startswith(f"CONNECT inside.example:{server.port} HTTP/1.1\r\n".encode())
        assert b"s3cr3t" not in proxy.seen[0]
        assert field(server.seen[0], "Authorization") == SECRET.encode()


def test_a_proxy_that_is_spoken_to_in_secret_carries_secrets_too(authority: trustme.CA) -> None:
    with (
        secured(says(answer(FEED * 3000)), identity(authority, "inside.example")) as server,
        secured(proxies, identity(authority)) as proxy,
    ):
        assert through(proxy, f"https://inside.example:{server.port}/feed", scheme="https").body == FEED * 3000
        assert proxy.seen[0].startswith(b"CONNECT inside.example:")
        assert field(server.seen[0], "Authorization") == SECRET.encode()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_cannot_pretend_to_be_the_server(authority: trustme.CA, scheme: str) -> None:
    by_scheme: AbstractContextManager[Server] = (
        scripted(proxies) if scheme == "http" else secured(proxies, identity(authority))
    )
    with secured(says(answer(FEED)), identity(trustme.CA(), "inside.example")) as imposter, by_scheme as proxy:
        with pytest.raises(Unfetched, match=r"its certificate is not valid \(nobody we know has signed it\)"):
            through(proxy, f"https://inside.example:{imposter.port}/", scheme=scheme)
        assert imposter.seen == [b""]


@pytest.mark.parametrize("place", ["http://x.example/", "https://x.example/"])
def test_a_proxy_that_is_down_is_named_as_the_cause(place: str) -> None:
    request = Request(place, proxy="http://localhost:1")
    with pytest.raises(Unfetched, match=r"the connection through the proxy failed \(connection refused\)"):
        fetch(request, local)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("http://x.example/", "the server answered 407: the proxy wants a credential"),
        ("https://x.example/", "the proxy answered 407"),
    ],
)
def test_a_proxy_that_wants_a_credential_says_so(place: str, words: str) -> None:
    with scripted(says(answer(b"", status="407 Proxy Authentication Required for s3cr3t-t0ken"))) as proxy:
        with pytest.raises(Unfetched) as caught:
            through(proxy, place)
        assert str(caught.value) == words


@pytest.mark.parametrize("port", [22, 25])
def test_a_proxy_is_not_asked_for_what_is_no_web_server(port: int) -> None:
    with scripted(proxies) as proxy:
        with pytest.raises(Unfetched, match=f"port {port} is none of the web's"):
            through(proxy, f"https://x.example:{port}/")
        assert proxy.seen == []


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(says(answer(FEED))) as server, scripted(says(answer(b"from the proxy"))) as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
            monkeypatch.setenv(name.lower(), proxy.url)
        monkeypatch.delenv("REQUEST_METHOD", raising=False)
        assert fetch(Request(server.url, allow_private=True)).body == FEED
        assert proxy.seen == []


@pytest.mark.parametrize(
    "script",
    [
        drips(b"", b"H", 0.1),
        drips(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 0.1),
        drips(b"HTTP/1.1 200 OK\r\n\r\n\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", b"\x03", 0.1),
    ],
    ids=["its status", "its fields", "the handshake"],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_drips_is_cut_off(authority: trustme.CA, script: Script, scheme: str) -> None:
    by_scheme: AbstractContextManager[Server] = (
        scripted(script) if scheme == "http" else secured(script, identity(authority))
    )
    with by_scheme as proxy:
        took_too_long("https://x.example/", proxy=f"{scheme}://localhost:{proxy.port}")


def test_a_drip_within_tls_within_tls_is_cut_off(authority: trustme.CA) -> None:
    drop_by_drop = drips(OK + b"Content-Length: 9000\r\n\r\n", b"a", 0.1)
    with secured(drop_by_drop, identity(authority)) as server, secured(proxies, identity(authority)) as proxy:
        took_too_long(f"https://localhost:{server.port}/", proxy=f"https://localhost:{proxy.port}")
