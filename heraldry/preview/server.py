"""A web server for one machine: answers from memory and disk, in threads, never cached."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

from heraldry.preview.answers import Answer, Edition, allowed, answer

Showing = Callable[[], Edition]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class _Request(BaseHTTPRequestHandler):
    """One request; `server` knows what is shown now."""

    server: PreviewServer
    server_version, sys_version = "Heraldry", ""
    timeout = 30

    def do_GET(self) -> None:
        self._send(self._answered(), body=True)

    def do_HEAD(self) -> None:
        self._send(self._answered(), body=False)

    def _answered(self) -> Answer:
        if self.server.names and not allowed(self.headers.get("Host", ""), self.server.names):
            return Answer(421, "text/plain; charset=utf-8", b"this server is for this machine only\n")
        try:
            return answer(self.server.showing(), self.path)
        except OSError:
            return Answer(503, "text/plain; charset=utf-8", b"the site is being replaced: try again\n")

    def _send(self, made: Answer, *, body: bool) -> None:
        self.send_response(HTTPStatus(made.status))
        headers = {"Content-Type": made.type, "Content-Length": str(len(made.body)), **made.headers}
        headers |= {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(made.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the terminal is for what editors did wrong."""


class PreviewServer(ThreadingHTTPServer):
    """Serves what `showing` returns at the time of each request. Raises OSError when the port is taken."""

    daemon_threads = True
    allow_reuse_address = sys.platform != "win32"

    def __init__(self, host: str, port: int, showing: Showing) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.showing = showing
        self.names = LOOPBACK | {host} if host in LOOPBACK else frozenset()
        self.host = host
        super().__init__((host, port), _Request)

    @property
    def url(self) -> str:
        """The address to open; of a server for all interfaces the one on this machine."""
        name = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self.host, self.host)
        return f"http://{f'[{name}]' if ':' in name else name}:{self.server_address[1]}/"

    def server_bind(self) -> None:
        """As the parent, without its look-up of this machine's name, which can take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.host, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle is no error."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)
