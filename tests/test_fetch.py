"""The way out: what is fetched, what is refused, and that no server can hold a build up or fill its memory."""

from __future__ import annotations

import gzip
import ipaddress
import random
import socket
import ssl
import subprocess
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers import Script, answer, drips, moved, says, scripted, target

from heraldry.fetch import Fetched, Request, Unfetched, ascii_form, authorization, fetch, public

FEED = b"<rss version='2.0'><channel><item><title>News</title></item></channel></rss>"


def got(url: str, most: int = 100_000, seconds: float = 5.0, secret: str | None = None) -> Fetched:
    return fetch(Request(url, most, seconds, allow_private=True, authorization=secret))


def refusal(url: str, most: int = 100_000, seconds: float = 5.0, secret: str | None = None) -> str:
    with pytest.raises(Unfetched) as caught:
        got(url, most, seconds, secret)
    return str(caught.value)


def refusal_of(script: Script, most: int = 100_000, seconds: float = 5.0) -> str:
    with scripted(script) as server:
        return refusal(server.url, most, seconds)


# What is fetched ------------------------------------------------------------------------------------


def test_a_document_comes_with_its_type_and_the_address_it_was_found_at() -> None:
    with scripted(says(answer(FEED, "Content-Type: application/rss+xml"))) as server:
        assert got(f"{server.url}/feed") == Fetched(f"{server.url}/feed", FEED, "application/rss+xml")
        assert b"GET /feed HTTP/1.1" in server.seen[0]
        assert f"Host: 127.0.0.1:{server.port}\r\n".encode() in server.seen[0]
        assert b"User-Agent: Heraldry/" in server.seen[0]


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param(gzip.compress(FEED), id="one member"),
        pytest.param(gzip.compress(FEED[:20]) + gzip.compress(FEED[20:]), id="two members"),
        pytest.param(gzip.compress(FEED) + b"\0" * 512, id="padded with zeros"),
        pytest.param(gzip.compress(b"") + gzip.compress(FEED), id="an empty member first"),
    ],
)
def test_a_gzipped_document_is_unpacked(packed: bytes) -> None:
    with scripted(says(answer(packed, "Content-Encoding: gzip"))) as server:
        assert got(server.url).body == FEED


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 131_072, 200_000])
def test_gzip_loses_nothing_at_the_edges_of_its_pieces(size: int) -> None:
    with scripted(says(answer(gzip.compress(b"a" * size), "Content-Encoding: gzip"))) as server:
        assert got(server.url, most=size).body == b"a" * size


def test_chunked_answers_are_joined() -> None:
    chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
    with scripted(says(chunks)) as server:
        assert got(server.url).body == b"hello world"


def test_a_body_without_length_ends_with_the_connection() -> None:
    with scripted(says(b"HTTP/1.0 200 OK\r\n\r\n" + FEED)) as server:
        assert got(server.url).body == FEED


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_redirects_are_followed_and_the_last_address_is_told(status: str) -> None:
    def script(connection: socket.socket, head: bytes) -> None:
        (says(answer(FEED)) if target(head) == "/new" else moved(lambda path: "/new", status))(connection, head)

    with scripted(script) as server:
        assert got(f"{server.url}/old").url == f"{server.url}/new"


def test_five_redirects_are_followed_and_six_are_not() -> None:
    def script(connection: socket.socket, head: bytes) -> None:
        left = int(target(head)[1:])
        (moved(lambda path: f"/{left - 1}") if left else says(answer(FEED)))(connection, head)

    with scripted(script) as server:
        assert got(f"{server.url}/5").body == FEED
        assert refusal(f"{server.url}/6") == "it redirects more than 5 times"


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://müller.example/straße?q=ü#top", "https://xn--mller-kva.example/stra%C3%9Fe?q=%C3%BC"),
        ("http://user:word@host.example:8080/a b", "http://host.example:8080/a%20b"),
        ("http://[2606:4700::1111]/x", "http://[2606:4700::1111]/x"),
        ("https://host.example", "https://host.example/"),
        ("https://host.example/a%20b?c=%2F&d", "https://host.example/a%20b?c=%2F&d"),
    ],
)
def test_an_address_in_any_script_goes_over_the_wire_as_ascii(written: str, sent: str) -> None:
    assert ascii_form(written) == sent


def test_a_redirect_written_in_utf_8_is_understood() -> None:
    def script(connection: socket.socket, head: bytes) -> None:
        if target(head) == "/alt":
            connection.sendall("HTTP/1.1 302 Found\r\nLocation: /größe\r\nContent-Length: 0\r\n\r\n".encode())
        else:
            connection.sendall(answer(target(head).encode()))

    with scripted(script) as server:
        assert got(f"{server.url}/alt").body == b"/gr%C3%B6%C3%9Fe"


def test_a_second_address_is_tried_when_the_first_does_not_answer() -> None:
    with scripted(says(answer(FEED))) as server:
        request = Request(f"http://feeds.example:{server.port}/", seconds=5, allow_private=True)
        assert fetch(request, lambda host, port: ["127.0.0.66", "127.0.0.1"]).body == FEED


# Private addresses ----------------------------------------------------------------------------------

PRIVATE = [
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.9",
    "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
    "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::7f00:1", "2002:7f00:1::1", "2002:808:808::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "100::1", "5f00::1",
    "3fff::1",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "2a00:1450::1",
          "::ffff:8.8.8.8", "64:ff9b::808:808"]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_recognised_in_every_form(address: str) -> None:
    assert not public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_the_open_internet_stays_open(address: str) -> None:
    assert public(address)


@contextmanager
def watched() -> Iterator[tuple[int, Callable[[], bool]]]:
    """A listening socket, its port, and whether anybody has connected to it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)

        def touched() -> bool:
            try:
                listener.accept()[0].close()
            except TimeoutError:
                return False
            return True

        yield listener.getsockname()[1], touched


def test_the_watched_socket_does_notice_a_connection() -> None:
    with watched() as (port, touched):
        socket.create_connection(("127.0.0.1", port)).close()
        assert touched()


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "127.1", "0", "[::1]",
     "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "127。0。0。1", "user@127.0.0.1", "1.1.1.1@127.0.0.1"],
)  # fmt: skip
def test_no_spelling_of_this_machine_is_ever_connected_to(host: str) -> None:
    with watched() as (port, touched):
        with pytest.raises(Unfetched):
            fetch(Request(f"http://{host}:{port}/", seconds=5))
        assert not touched()


@pytest.mark.parametrize(
    "found", [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["127.0.0.1", "93.184.216.34"], ["::1"]]
)
def test_a_name_with_any_private_answer_is_refused_before_a_connection(found: list[str]) -> None:
    with watched() as (port, touched):
        with pytest.raises(Unfetched, match=r"'news\.example' leads to a private address"):
            fetch(Request(f"http://news.example:{port}/"), lambda host, port: found)
        assert not touched()


def test_a_redirect_does_not_lead_to_a_private_address() -> None:
    """Seen from outside, a redirect is one more name to resolve: the resolver plays the open internet's part."""
    asked: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if host == "first.example" else ["169.254.169.254"]

    with watched() as (port, touched), scripted(moved(lambda path: f"http://inside.example:{port}/")) as server:
        request = Request(f"http://first.example:{server.port}/", seconds=5)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("heraldry.fetch.guard.public", lambda address: address == "127.0.0.1")
            with pytest.raises(Unfetched, match=r"'inside\.example' leads to a private address"):
                fetch(request, resolver)
        assert not touched()
    assert asked == ["first.example", "inside.example"]


def test_a_name_is_resolved_once_so_that_it_cannot_change_between_look_and_connection() -> None:
    answers = [["127.0.0.1"], ["127.0.0.2"]]
    with scripted(says(answer(FEED))) as server:
        request = Request(f"http://news.example:{server.port}/", seconds=5, allow_private=True)
        assert fetch(request, lambda host, port: answers.pop(0)).body == FEED
    assert answers == [["127.0.0.2"]]


def test_a_resolver_that_never_answers_ends_at_the_deadline() -> None:
    never, began = threading.Event(), time.monotonic()

    def resolver(host: str, port: int) -> list[str]:
        never.wait(10)
        return []

    with pytest.raises(Unfetched, match="it took too long"):
        fetch(Request("http://slow.example/", seconds=0.3), resolver)
    never.set()
    assert time.monotonic() - began < 2


def test_a_name_that_does_not_exist_is_said_to_be_so() -> None:
    assert refusal("http://no-such-host.invalid/") == "the host name 'no-such-host.invalid' cannot be resolved"


# Limits ---------------------------------------------------------------------------------------------


def test_a_document_of_exactly_the_limit_is_taken_and_one_byte_more_is_not() -> None:
    with scripted(says(answer(b"a" * 5000))) as server:
        assert len(got(server.url, most=5000).body) == 5000
        assert refusal(server.url, most=4999) == "it is larger than 4,999 bytes"


def test_an_endless_body_is_cut_off_in_bounded_memory() -> None:
    tracemalloc.start()
    reason = refusal_of(drips(b"HTTP/1.1 200 OK\r\n\r\n", b"a" * 60_000, 0), most=1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reason == "it is larger than 1,000,000 bytes"
    assert peak < 12_000_000


def test_a_gzip_bomb_is_stopped_while_it_unfolds() -> None:
    bomb = gzip.compress(b"\0" * 200_000_000)
    assert len(bomb) < 200_000
    tracemalloc.start()
    reason = refusal_of(says(answer(bomb, "Content-Encoding: gzip")), most=1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reason == "it is larger than 1,000,000 bytes"
    assert peak < 12_000_000


ENDLESS = {
    "it never answers": lambda connection, head: time.sleep(8),
    "it drips its status line": drips(b"", b"H"),
    "it drips header fields": drips(b"HTTP/1.1 200 OK\r\n", b"X-Drop: 1\r\n"),
    "it drips one endless header field": drips(b"HTTP/1.1 200 OK\r\nX-Drop: ", b"a"),
    "it drips its body": drips(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n", b"a"),
    "it drips chunks": drips(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    "it says 100 Continue for ever": drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@pytest.mark.parametrize("script", ENDLESS.values(), ids=ENDLESS)
def test_a_slow_server_ends_at_the_deadline(script: Script) -> None:
    began = time.monotonic()
    reason = refusal_of(script, seconds=0.6)
    assert reason in (
        "it took too long",
        "the answer is no valid HTTP (illegal status line)",
    )
    assert time.monotonic() - began < 2


def test_redirects_share_one_deadline() -> None:
    def script(connection: socket.socket, head: bytes) -> None:
        time.sleep(0.3)
        moved(lambda path: f"{path}x")(connection, head)

    began = time.monotonic()
    assert refusal_of(script, seconds=0.7) == "it took too long"
    assert time.monotonic() - began < 1.5


# Refusals -------------------------------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\n"
BROKEN = {
    "nothing at all": (b"", "without an answer in HTTP"),
    "HTTP/0.9": (b"<html>hello</html>\r\n\r\n", "no valid HTTP"),
    "garbage": (bytes(range(256)) * 8, "no valid HTTP"),
    "half a head": (HEAD + b"Content-Le", "without an answer in HTTP"),
    "a body shorter than it says": (answer(FEED, length=len(FEED) + 9), "it broke off"),
    "two lengths": (answer(FEED, "Content-Length: 5"), "no valid HTTP"),
    "a negative length": (answer(FEED, length=-5), "no valid HTTP"),
    "a length in words": (HEAD + b"Content-Length: many\r\n\r\n" + FEED, "no valid HTTP"),
    "a chunk that breaks off": (HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\nabc", "it broke off"),
    "a chunk of no size": (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n", "no valid HTTP"),
    "a chunk of absurd size": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 40 + b"\r\nabc", "no valid HTTP"),
    "a header of 1 MB": (HEAD + b"X-Long: " + b"a" * 1_000_000 + b"\r\n\r\n", "no valid HTTP"),
    "50,000 header fields": (HEAD + b"X: y\r\n" * 50_000 + b"\r\n" + FEED, "no valid HTTP"),
    "a NUL in a header": (HEAD + b"X: a\0b\r\n\r\n" + FEED, "no valid HTTP"),
    "another protocol": (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "no valid HTTP"),
    "an unknown transfer coding": (HEAD + b"Transfer-Encoding: zstd\r\n\r\n" + FEED, "no valid HTTP"),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", "the server answered 204"),
    "an error": (answer(FEED, status="500 Oops"), "the server answered 500"),
    "a refusal": (answer(FEED, status="403 Forbidden"), "the server answered 403"),
    "not modified though nobody asked": (b"HTTP/1.1 304 Not Modified\r\n\r\n", "the server answered 304"),
    "brotli": (answer(FEED, "Content-Encoding: br"), "packed as 'br'"),
    "gzip twice": (answer(gzip.compress(gzip.compress(FEED)), "Content-Encoding: gzip, gzip"), "packed as 'gzip, gzip'"),
    "gzip that is none": (answer(FEED, "Content-Encoding: gzip"), "the packed answer is damaged"),
    "gzip that breaks off": (answer(gzip.compress(FEED)[:-9], "Content-Encoding: gzip"), "it broke off"),
    "gzip with a wrong sum": (answer(gzip.compress(FEED)[:-8] + b"\0" * 8, "Content-Encoding: gzip"), "damaged"),
    "gzip with words behind it": (answer(gzip.compress(FEED) + b"words", "Content-Encoding: gzip"), "damaged"),
    "an empty body that should be gzip": (answer(b"", "Content-Encoding: gzip"), "it broke off"),
    "a redirect to nowhere": (answer(b"", status="302 Found"), "it redirects without saying where to"),
    "a redirect to a file": (answer(b"", "Location: file:///etc/passwd", status="302 Found"), "no web address ('file:')"),
    "a redirect to a script": (answer(b"", "Location: javascript:alert(1)", status="302 Found"), "('javascript:')"),
    "a redirect to FTP": (answer(b"", "Location: ftp://x.example/", status="302 Found"), "no web address ('ftp:')"),
    "a redirect to gopher": (answer(b"", "Location: gopher://127.0.0.1:6379/_x", status="302 Found"), "('gopher:')"),
    "a redirect without host": (answer(b"", "Location: https:///x", status="302 Found"), "no web address"),
    "a redirect to a port that cannot be": (answer(b"", "Location: http://x.example:99999/", status="302 Found"), "address"),
    "a redirect to half an IPv6 address": (answer(b"", "Location: http://[::1/", status="302 Found"), "address"),
    "a redirect of 3,000 characters": (answer(b"", "Location: /" + "a" * 3000, status="302 Found"), "2048 characters"),
}  # fmt: skip


@pytest.mark.parametrize(("whole", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_answer_is_refused_with_its_reason(whole: bytes, reason: str) -> None:
    assert reason in refusal_of(says(whole))


WHOLE = [
    answer(FEED, "Content-Type: application/xml"),
    answer(gzip.compress(FEED), "Content-Encoding: gzip"),
    answer(b"", "Location: /elsewhere", status="302 Found"),
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
]
BITS = [
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b":",
    b" ",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/2 200\r\n",
    b"-1",
    b"chunked",
    b"//[",
]


@given(st.sampled_from(WHOLE), st.integers(0, 2**32))
def test_no_damage_to_an_answer_raises_anything_else(whole: bytes, seed: int) -> None:
    luck, body = random.Random(seed), bytearray(whole)
    for _ in range(luck.randint(1, 4)):
        at = luck.randrange(len(body) + 1)
        body[at : at + luck.choice((0, 1, 9))] = luck.choice((b"", luck.choice(BITS), bytes([luck.randrange(256)])))
    with scripted(says(bytes(body))) as server, suppress(Unfetched):
        assert isinstance(got(server.url, seconds=2), Fetched)


def test_a_redirect_in_a_circle_ends() -> None:
    assert refusal_of(moved(lambda path: "/again")) == "it redirects more than 5 times"


def test_a_server_that_hangs_up_is_a_reason_and_no_traceback() -> None:
    def script(connection: socket.socket, head: bytes) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.close()

    assert refusal_of(script) == "the connection failed (connection reset by peer)"


def test_nobody_listening_is_a_reason() -> None:
    with watched() as (port, _):
        pass
    assert refusal(f"http://127.0.0.1:{port}/") == "the connection failed (connection refused)"


# TLS ------------------------------------------------------------------------------------------------


@contextmanager
def encrypted(folder: Path, whole: bytes) -> Iterator[int]:
    """A TLS server with a certificate that nobody signed; the port."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    made = f"openssl req -x509 -newkey ed25519 -nodes -days 2 -subj /CN=x -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout {key} -out {certificate}"
    subprocess.run(made.split(), check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
                with context.wrap_socket(connection, server_side=True) as wrapped:
                    wrapped.recv(65536)
                    wrapped.sendall(whole)
            except ssl.SSLError:
                continue
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


def test_a_certificate_that_nobody_signed_is_refused(tmp_path: Path) -> None:
    with encrypted(tmp_path, answer(FEED)) as port:
        assert refusal(f"https://127.0.0.1:{port}/") == "its certificate is not valid (self-signed certificate)"


def test_a_server_that_speaks_no_tls_is_a_reason() -> None:
    with scripted(says(answer(FEED))) as server:
        reason = refusal(server.url.replace("http:", "https:"), seconds=2)
    assert reason.startswith(("no secure connection (", "it took too long"))


def test_a_redirect_from_https_to_http_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with encrypted(tmp_path, answer(b"", "Location: http://127.0.0.1:9/", status="301 Moved")) as port:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        assert refusal(f"https://127.0.0.1:{port}/") == "it redirects from https to http"


def test_a_tls_handshake_that_never_ends_is_cut_off() -> None:
    began = time.monotonic()
    with scripted(lambda connection, head: time.sleep(5)) as server:
        assert refusal(server.url.replace("http:", "https:"), seconds=0.5) == "it took too long"
    assert time.monotonic() - began < 2


# Credentials ----------------------------------------------------------------------------------------

SECRET = "Bearer s3cr3t-t0ken"


def test_a_credential_goes_to_its_own_origin_also_after_a_redirect_there() -> None:
    def script(connection: socket.socket, head: bytes) -> None:
        (says(answer(FEED)) if target(head) == "/new" else moved(lambda path: "/new"))(connection, head)

    with scripted(script) as server:
        got(f"{server.url}/old", secret=SECRET)
        assert all(SECRET.encode() in head for head in server.seen)
        assert len(server.seen) == 2


def test_a_credential_goes_to_a_host_that_is_written_in_letters_of_its_own() -> None:
    with scripted(says(answer(FEED))) as server:
        url = f"http://nachrichten-köln.example:{server.port}/"
        fetch(Request(url, allow_private=True, authorization=SECRET), lambda host, port: ["127.0.0.1"])
        assert SECRET.encode() in server.seen[0]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_credential_does_not_follow_to_another_port_or_name(host: str) -> None:
    with (
        scripted(says(answer(FEED))) as other,
        scripted(moved(lambda path: f"http://{host}:{other.port}/")) as first,
    ):
        assert got(first.url, secret=SECRET).body == FEED
        assert SECRET.encode() in first.seen[0]
        assert b"uthorization" not in other.seen[0]
        assert b"s3cr3t" not in other.seen[0]


@pytest.mark.parametrize(
    "script",
    [
        says(b""),
        says(answer(b"", status="401 Unauthorized")),
        moved(lambda path: "ftp://user:s3cr3t-t0ken@x.example/?key=s3cr3t-t0ken"),
        moved(lambda path: "http://user:s3cr3t-t0ken@no-such-host.invalid/?key=s3cr3t-t0ken"),
        moved(lambda path: "http://s3cr3t-t0ken@x.example:99999/"),
    ],
)
def test_no_message_repeats_a_secret(script: Script) -> None:
    with scripted(script) as server:
        assert "s3cr3t" not in refusal(f"{server.url}/?token=s3cr3t-t0ken", secret=SECRET)


@pytest.mark.parametrize("value", ["s3cr3t\nX-Injected: 1", "s3cr3t\0", "s3crét"])
def test_a_token_that_is_none_is_refused_without_being_repeated(value: str) -> None:
    with pytest.raises(Unfetched) as caught:
        authorization("FEED", "bearer", {"FEED": value})
    assert str(caught.value) == "the environment variable FEED holds something that is no token"


@pytest.mark.parametrize(
    ("scheme", "value", "header"),
    [
        ("bearer", "abc", "Bearer abc"),
        ("bearer", "abc\n", "Bearer abc"),
        ("basic", "user:wörd", "Basic dXNlcjp3w7ZyZA=="),
    ],
)
def test_a_credential_is_read_from_the_environment(scheme: str, value: str, header: str) -> None:
    assert authorization("FEED", scheme, {"FEED": value}) == header


def test_a_credential_that_is_not_set_is_named() -> None:
    with pytest.raises(Unfetched, match="the environment variable FEED is not set"):
        authorization("FEED", "bearer", {})


def test_the_tables_of_addresses_hold_addresses() -> None:
    assert all(ipaddress.ip_address(address.partition("%")[0]) for address in PRIVATE + PUBLIC)
