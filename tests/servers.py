"""Real servers on this machine: honest ones that serve documents, and ones that misbehave byte for byte."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Script = Callable[[socket.socket, bytes], None]
"""What a server does with one connection, once it has read the head of the request."""


@dataclass
class Server:
    """A server at work: `url` without a slash at its end, and the heads of the requests it has seen."""

    port: int
    seen: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def scripted(script: Script) -> Iterator[Server]:
    """A server that does with each connection what `script` says, then closes it."""

    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                head = read_head(self.request)
                server.seen.append(head)
                script(self.request, head)

    class Listener(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        block_on_close = False

    with Listener(("127.0.0.1", 0), Connection) as listener:
        server = Server(listener.server_address[1])
        thread = threading.Thread(target=listener.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()


def read_head(connection: socket.socket) -> bytes:
    """The request line and the header fields."""
    head = b""
    while b"\r\n\r\n" not in head and (more := connection.recv(65536)):
        head += more
    return head


def target(head: bytes) -> str:
    """The path that a request asks for."""
    return head.split(b" ", 2)[1].decode() if head.count(b" ") > 1 else ""


def answer(body: bytes, *fields: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """A whole HTTP answer; `length` lies about the body's."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", "Connection: close"]
    return "\r\n".join([*head, *fields, "", ""]).encode("latin-1") + body


def says(whole: bytes) -> Script:
    """The same bytes to everybody."""

    def script(connection: socket.socket, head: bytes) -> None:
        connection.sendall(whole)

    return script


def moved(where: Callable[[str], str], status: str = "302 Found") -> Script:
    """A redirect to `where` the requested path leads."""

    def script(connection: socket.socket, head: bytes) -> None:
        connection.sendall(answer(b"", f"Location: {where(target(head))}", status=status))

    return script


def drips(start: bytes, drop: bytes, every: float = 0.05) -> Script:
    """`start` at once, then one drop after the other until the client has gone."""

    def script(connection: socket.socket, head: bytes) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(drop)
            time.sleep(every)

    return script


@dataclass
class Shelf:
    """Documents by path, which a test may replace while they are served: bytes of a body, or a whole script."""

    documents: dict[str, bytes | Script] = field(default_factory=dict)
    content_type: str = "application/xml"

    def __call__(self, connection: socket.socket, head: bytes) -> None:
        document = self.documents.get(target(head))
        if document is None:
            connection.sendall(answer(b"gone", status="404 Not Found"))
        elif isinstance(document, bytes):
            connection.sendall(answer(document, f"Content-Type: {self.content_type}"))
        else:
            document(connection, head)


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[Server]:
    """A server that does with each connection what `serve` says, from its first byte on; `seen` counts them."""

    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            server.seen.append(b"")
            with suppress(OSError):
                serve(self.request)

    class Listener(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        block_on_close = False

    with Listener(("127.0.0.1", 0), Connection) as listener:
        server = Server(listener.server_address[1])
        thread = threading.Thread(target=listener.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()


@contextmanager
def secured(script: Script, context: ssl.SSLContext) -> Iterator[Server]:
    """As `scripted`, over TLS; `seen` holds the heads of the requests, and b"" for a handshake that failed."""

    def serve(connection: socket.socket) -> None:
        at = len(server.seen) - 1
        with context.wrap_socket(connection, server_side=True) as wrapped:
            server.seen[at] = read_head(wrapped)
            script(wrapped, server.seen[at])

    with listening(serve) as server:
        yield server


def resets(connection: socket.socket, head: bytes) -> None:
    """Tears the connection down without a word."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


def in_turn(*scripts: Script) -> Script:
    """One script for each connection, the last one for all that follow."""
    left = list(scripts)

    def script(connection: socket.socket, head: bytes) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(connection, head)

    return script


def proxies(connection: socket.socket, head: bytes) -> None:
    """An HTTP proxy for servers of this machine, whatever their names: CONNECT, and http in the absolute form."""
    method, _, rest = head.partition(b" ")
    place, _, rest = rest.partition(b" ") if method == b"CONNECT" else rest.removeprefix(b"http://").partition(b"/")
    with socket.create_connection(("127.0.0.1", int(place.rpartition(b":")[2]))) as there:
        if method == b"CONNECT":
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            there.sendall(b"GET /" + rest)
        threading.Thread(target=_pumped, args=(connection, there), daemon=True).start()
        _pumped(there, connection)


def _pumped(here: socket.socket, there: socket.socket) -> None:
    with suppress(OSError):
        while received := here.recv(65536):
            there.sendall(received)
