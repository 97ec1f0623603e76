"""Under the HTTP library: connects to checked addresses only, and lets no wait outlast the one deadline."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

import httpcore2

from heraldry.fetch.exchange import Unfetched
from heraldry.fetch.internet import Resolver, public
from heraldry.fetch.trust import trusted

LONGEST_HEAD = 262_144
"""Bytes before a body, with all the interim answers. The library ends a single head at 100 KB."""
LONGEST_CONNECT = 10.0
PAUSE = 0.25

T = TypeVar("T")


class Allowance:
    """What one fetch may still take: seconds in all, bytes before a body, one second try."""

    def __init__(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        self._before_body: int | None = 0
        self._tries = 2

    def left(self) -> float:
        """Seconds until the deadline. Raises Unfetched when there are none."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise Unfetched("it took too long")
        return left

    def pause(self, waiting: Callable[[], None]) -> None:
        """Waits for something of ours, which the fetch is not to blame for: the deadline moves by as much."""
        began = time.monotonic()
        waiting()
        self._deadline += time.monotonic() - began

    def asking(self) -> None:
        """A request goes out: what comes now is the head of its answer."""
        self._before_body = 0

    def reading(self) -> None:
        """The head is complete: the body has a limit of its own."""
        self._before_body = None

    def heard(self, count: int) -> None:
        """So many bytes came in. Raises Unfetched when a head does not end."""
        if self._before_body is not None:
            self._before_body += count
            if self._before_body > LONGEST_HEAD:
                raise Unfetched("the answer is no valid HTTP (its head does not end)")

    def again(self) -> bool:
        """Whether there may be a second try: nothing was heard yet, and there is time. Waits for a moment."""
        self._tries -= 1
        if self._tries < 1 or self._before_body != 0 or self.left() <= PAUSE:
            return False
        time.sleep(PAUSE)
        return True


class Guard(httpcore2.NetworkBackend):
    """The way to the network for one fetch; `checked` is False where a proxy or a source's owner does the checking."""

    def __init__(self, resolver: Resolver, allowance: Allowance, checked: bool) -> None:
        self._resolver, self._allowance, self._checked = resolver, allowance, checked
        self._backend = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        found = self._resolved(host, port)
        if self._checked and not all(public(address) for address in found):
            raise Unfetched(f"'{host}' leads to a private address; allow_private: true would permit it")
        *others, last = found[:4]
        for address in others:
            try:
                return self._connected(address, port)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return self._connected(last, port)

    def _connected(self, address: str, port: int) -> httpcore2.NetworkStream:
        wait = min(self._allowance.left(), LONGEST_CONNECT)
        return _Timed(self._backend.connect_tcp(address, port, wait), self._allowance)

    def _resolved(self, host: str, port: int) -> list[str]:
        """The host's addresses, asked for in a thread of its own: a resolver knows no deadline."""
        answer: SimpleQueue[list[str]] = SimpleQueue()

        def ask() -> None:
            try:
                answer.put(self._resolver(host, port))
            except (OSError, ValueError):
                answer.put([])

        Thread(target=ask, daemon=True).start()
        try:
            found = answer.get(timeout=self._allowance.left())
        except Empty:
            raise Unfetched("it took too long") from None
        if not found:
            raise Unfetched(f"the host name '{host}' cannot be resolved")
        return found


class _Timed(httpcore2.NetworkStream):
    """A stream under every receive of which the one deadline stands."""

    def __init__(self, stream: httpcore2.NetworkStream, allowance: Allowance) -> None:
        self._stream, self._allowance = stream, allowance

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        got = self._stream.read(max_bytes, self._allowance.left())
        self._allowance.heard(len(got))
        return got

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._allowance.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """`ssl_context` is the pool's, which trusts nobody: the shared one takes its place."""
        if self.get_extra_info("ssl_object") is not None:
            return _Nested(self, server_hostname)
        return _Timed(self._stream.start_tls(trusted(), server_hostname, self._allowance.left()), self._allowance)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Nested(httpcore2.NetworkStream):
    """TLS within TLS, as behind an https proxy; the library's own would start its clock anew at every receive."""

    def __init__(self, stream: _Timed, host: str | None) -> None:
        self._stream, self._incoming, self._outgoing = stream, ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = trusted().wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        try:
            self._pumped(self._tls.do_handshake)
        except BaseException:
            self.close()
            raise

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return self._pumped(lambda: self._tls.read(max_bytes))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if buffer:
            self._pumped(lambda: self._tls.write(buffer))

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._tls if info == "ssl_object" else self._stream.get_extra_info(info)

    def _pumped(self, step: Callable[[], T]) -> T:
        """What `step` gives once it has received and sent all that it wants to."""
        while True:
            try:
                done = step()
            except ssl.SSLWantReadError:
                self._stream.write(self._outgoing.read())
                self._take(self._stream.read(16_384))
                continue
            self._stream.write(self._outgoing.read())
            return done

    def _take(self, received: bytes) -> None:
        if received:
            self._incoming.write(received)
        else:
            self._incoming.write_eof()
