"""The only room that opens outbound connections.

Every address is resolved once, checked, and connected to as checked, also after redirects, so that no
feed can lead a build to a private host. One deadline covers a whole fetch.
"""

from __future__ import annotations

import base64
import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import httpcore2

AGENT = "Heraldry/0.1 (feed reader; employee advocacy)"
REDIRECTS = 5
LONGEST_ADDRESS = 2048

Resolver = Callable[[str, int], list[str]]

_FAULTS = (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol, zlib.error)
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Request:
    """What to fetch: an http(s) address, its limits, and a credential that goes to its own host only."""

    url: str
    max_bytes: int = 5_000_000
    seconds: float = 20.0
    allow_private: bool = False
    authorization: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document and the address it came from in the end."""

    url: str
    body: bytes
    content_type: str


class Unfetched(Exception):
    """Why there is no document, in words that hold no secret."""


def authorization(env: str, scheme: str, environment: Mapping[str, str]) -> str:
    """The value of the Authorization header. Raises Unfetched when the variable is not set."""
    secret = environment.get(env, "").strip()
    if not secret:
        raise Unfetched(f"the environment variable {env} is not set")
    if scheme == "basic":
        return "Basic " + base64.b64encode(secret.encode()).decode()
    if not (secret.isascii() and secret.isprintable()):
        raise Unfetched(f"the environment variable {env} holds something that is no token")
    return f"Bearer {secret}"


def addresses(host: str, port: int) -> list[str]:
    """The IP addresses of `host`, by the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(info[4][0]) for info in found]


def fetch(request: Request, resolver: Resolver = addresses) -> Fetched:
    """The document at an address, after at most five redirects. Raises Unfetched with the reason."""
    guard = _Guard(resolver, time.monotonic() + request.seconds, request.allow_private)
    try:
        url = ascii_form(request.url)
        with httpcore2.ConnectionPool(network_backend=guard) as pool:
            for _ in range(REDIRECTS + 1):
                answer = _get(pool, url, request)
                if isinstance(answer, Fetched):
                    return answer
                url = answer
    except httpcore2.TimeoutException:
        raise Unfetched("it took too long") from None
    except (*_FAULTS, OSError, ValueError) as error:
        raise Unfetched(_reason(error)) from None
    raise Unfetched(f"it redirects more than {REDIRECTS} times")


def _reason(error: Exception) -> str:
    """What went wrong, without the address, which may hold a token."""
    cause = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({cause.verify_message})"
    if isinstance(cause, ssl.SSLError):
        return f"no secure connection ({(cause.reason or 'it broke off').lower().replace('_', ' ')})"
    if isinstance(cause, OSError):
        return f"the connection failed ({(cause.strerror or type(cause).__name__).lower()})"
    if isinstance(error, httpcore2.ProtocolError):
        return f"the answer is no valid HTTP ({str(error)[:120].rstrip('.')})"
    if isinstance(error, zlib.error):
        return "the packed answer is damaged"
    return "its address cannot be used"


def _get(pool: httpcore2.ConnectionPool, url: str, request: Request) -> Fetched | str:
    """The document, or the address it was moved to."""
    headers: dict[bytes | str, bytes | str] = {
        "Host": urlsplit(url).netloc.rpartition("@")[2],
        "User-Agent": AGENT,
        "Accept-Encoding": "gzip",
    }
    if request.authorization and _origin(url) == _origin(ascii_form(request.url)):
        headers["Authorization"] = request.authorization
    with pool.stream("GET", url, headers=headers) as response:
        answered = {name.lower(): _said(value) for name, value in response.headers}
        if response.status in (301, 302, 303, 307, 308):
            return _next(url, answered.get(b"location", ""))
        if response.status != 200:
            raise Unfetched(f"the server answered {response.status}")
        packed = answered.get(b"content-encoding", "identity").lower()
        body = _body(response.iter_stream(), packed, request.max_bytes)
        return Fetched(url, body, answered.get(b"content-type", ""))


def _said(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _next(url: str, location: str) -> str:
    """The address that a redirect names. It is not quoted in messages, for it may hold a token."""
    target = urljoin(url, location.strip())
    parts = urlsplit(target)
    if not location.strip():
        raise Unfetched("it redirects without saying where to")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unfetched(f"it redirects to an address that is no web address ('{parts.scheme[:20]}:')")
    if urlsplit(url).scheme == "https" and parts.scheme == "http":
        raise Unfetched("it redirects from https to http")
    if len(target) > LONGEST_ADDRESS:
        raise Unfetched(f"it redirects to an address of more than {LONGEST_ADDRESS} characters")
    return ascii_form(target)


def ascii_form(url: str) -> str:
    """An address as it goes over the wire: the host as IDNA, other letters percent-encoded, no user name.

    Raises ValueError for a host or port that cannot be.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode()
    port = f":{parts.port}" if parts.port is not None else ""
    rest = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    safe = quote(rest, safe="%/?:@!$&'()*+,;=~[]|")
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}{safe}"


def _body(chunks: Iterable[bytes], packed: str, most: int) -> bytes:
    """The whole body, unpacked; neither the packed nor the unpacked form may be larger than `most`."""
    if packed not in ("identity", "gzip", "x-gzip"):
        raise Unfetched(f"it is packed as '{packed[:20]}', which was not asked for")
    limited = _limited(chunks, most)
    return b"".join(limited if packed == "identity" else _limited(_unpacked(limited), most))


def _limited(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    taken = 0
    for chunk in chunks:
        taken += len(chunk)
        if taken > most:
            raise Unfetched(f"it is larger than {most:,} bytes")
        yield chunk


def _unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """gzip unpacked in small pieces, so that a bomb never unfolds; several members in a row are one body."""
    unpacker = zlib.decompressobj(wbits=31)
    for chunk in chunks:
        while chunk:
            if unpacker.eof:
                unpacker = zlib.decompressobj(wbits=31)
            yield unpacker.decompress(chunk, _CHUNK)
            chunk = unpacker.unused_data.lstrip(b"\0") if unpacker.eof else unpacker.unconsumed_tail
    yield unpacker.flush()
    if not unpacker.eof:
        raise Unfetched("it broke off in the middle")


def _origin(url: str) -> tuple[str, str | None, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _left(deadline: float) -> float:
    """Seconds until the deadline. Raises Unfetched when there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise Unfetched("it took too long")
    return left


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_UNICAST = ipaddress.IPv6Network("2000::/3")
_CLOSED = tuple(
    map(
        ipaddress.ip_network,
        ("192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "2001::/23", "2002::/16", "3fff::/20"),
    )
)
"""Not of the open internet whatever Python's release says: IANA's special-purpose registries, 6to4, Teredo."""


def public(address: str) -> bool:
    """Whether an IP address is one of the open internet; what NAT64 or v4-mapping wraps is looked at itself."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped or ip in _NAT64:
            return public(str(ip.ipv4_mapped or ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip not in _UNICAST:
            return False
    closed = any(ip in network for network in _CLOSED if network.version == ip.version)
    return ip.is_global and not ip.is_multicast and not closed


class _Guard(httpcore2.NetworkBackend):
    """Connects to checked addresses only, and lets no single wait outlast the deadline."""

    def __init__(self, resolver: Resolver, deadline: float, allow_private: bool) -> None:
        self._resolver, self._deadline, self._allow_private = resolver, deadline, allow_private
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
        if not self._allow_private and not all(public(address) for address in found):
            raise Unfetched(f"'{host}' leads to a private address; allow_private: true would permit it")
        *others, last = found[:4]
        for address in others:
            try:
                return self._connected(address, port)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return self._connected(last, port)

    def _connected(self, address: str, port: int) -> httpcore2.NetworkStream:
        wait = min(_left(self._deadline), 10.0)
        return _Timed(self._backend.connect_tcp(address, port, wait), self._deadline)

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
            found = answer.get(timeout=_left(self._deadline))
        except Empty:
            raise Unfetched("it took too long") from None
        if not found:
            raise Unfetched(f"the host name '{host}' cannot be resolved")
        return found


class _Timed(httpcore2.NetworkStream):
    """A stream under every receive of which the one deadline stands."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
