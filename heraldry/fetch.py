"""The only room that opens outbound connections.

Every address is resolved once, checked, and connected to as checked, also after redirects, so that no
feed can lead a build to a private host. One deadline covers a whole fetch.
"""

from __future__ import annotations

import base64
import ipaddress
import socket
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpcore2

AGENT = "Heraldry/0.1 (feed reader; employee advocacy)"
REDIRECTS = 5

Resolver = Callable[[str, int], list[str]]

_FAULTS = (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol, zlib.error)


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
    secret = environment.get(env)
    if not secret:
        raise Unfetched(f"the environment variable {env} is not set")
    if scheme == "basic":
        return "Basic " + base64.b64encode(secret.encode()).decode()
    return f"Bearer {secret}"


def addresses(host: str, port: int) -> list[str]:
    """The IP addresses of `host`, by the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(info[4][0]) for info in found]


def fetch(request: Request, resolver: Resolver = addresses) -> Fetched:
    """The document at an address, after at most five redirects. Raises Unfetched with the reason."""
    guard = _Guard(resolver, time.monotonic() + request.seconds, request.allow_private)
    url = request.url
    try:
        with httpcore2.ConnectionPool(network_backend=guard) as pool:
            for _ in range(REDIRECTS + 1):
                answer = _get(pool, url, request)
                if isinstance(answer, Fetched):
                    return answer
                url = answer
    except httpcore2.TimeoutException:
        raise Unfetched("it took too long") from None
    except (*_FAULTS, OSError, ValueError) as error:
        raise Unfetched(str(error)[:200] or type(error).__name__) from None
    raise Unfetched(f"more than {REDIRECTS} redirects")


def _get(pool: httpcore2.ConnectionPool, url: str, request: Request) -> Fetched | str:
    """The document, or the address it was moved to."""
    headers: dict[bytes | str, bytes | str] = {
        "Host": urlsplit(url).netloc.rpartition("@")[2],
        "User-Agent": AGENT,
        "Accept-Encoding": "gzip",
    }
    if request.authorization and _origin(url) == _origin(request.url):
        headers["Authorization"] = request.authorization
    with pool.stream("GET", url, headers=headers) as response:
        answered = {name.lower(): value.decode("latin-1") for name, value in response.headers}
        if response.status in (301, 302, 303, 307, 308):
            return _next(url, answered.get(b"location", ""))
        if response.status != 200:
            raise Unfetched(f"the server answered {response.status}")
        packed = answered.get(b"content-encoding", "identity").lower()
        body = _body(response.iter_stream(), packed, request.max_bytes)
        return Fetched(url, body, answered.get(b"content-type", ""))


def _next(url: str, location: str) -> str:
    target = urljoin(url, location)
    scheme = urlsplit(target).scheme
    if not location or scheme not in ("http", "https"):
        raise Unfetched(f"it redirects to '{location[:80]}', which is no web address")
    if urlsplit(url).scheme == "https" and scheme == "http":
        raise Unfetched("it redirects from https to http")
    return target


def _body(chunks: Iterable[bytes], packed: str, most: int) -> bytes:
    """The whole body, unpacked; neither the packed nor the unpacked form may be larger than `most`."""
    if packed not in ("identity", "gzip", "x-gzip"):
        raise Unfetched(f"it is packed as '{packed[:20]}', which was not asked for")
    unpacker = None if packed == "identity" else zlib.decompressobj(wbits=31)
    whole, taken = bytearray(), 0
    for chunk in chunks:
        taken += len(chunk)
        whole += unpacker.decompress(chunk, most + 1 - len(whole)) if unpacker else chunk
        if max(taken, len(whole)) > most:
            raise Unfetched(f"it is larger than {most:,} bytes")
    if unpacker and not unpacker.eof:
        raise Unfetched("it broke off in the middle")
    return bytes(whole)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _left(deadline: float) -> float:
    """Seconds until the deadline. Raises Unfetched when there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise Unfetched("it took too long")
    return left


def public(address: str) -> bool:
    """Whether an IP address is one of the open internet."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return public(str(inner))
        if ip.is_site_local or ip in ipaddress.ip_network("64:ff9b::/96"):
            return False
    return ip.is_global and not ip.is_multicast and ip not in ipaddress.ip_network("192.0.0.0/24")


class _Guard(httpcore2.NetworkBackend):
    """Connects to checked addresses only, and lets no single wait outlast the deadline."""

    def __init__(self, resolver: Resolver, deadline: float, allow_private: bool) -> None:
        self._resolver, self._deadline, self._allow_private = resolver, deadline, allow_private
        self._backend = httpcore2.SyncBackend()

    def connect_tcp(  # type: ignore[no-untyped-def]
        self, host, port, timeout=None, local_address=None, socket_options=None
    ):
        found = self._resolver(host, port)
        if not found:
            raise Unfetched(f"'{host}' has no address")
        if not self._allow_private and not all(public(address) for address in found):
            raise Unfetched(f"'{host}' is a private address; allow_private: true would permit it")
        wait = min(_left(self._deadline), 10.0)
        stream = self._backend.connect_tcp(found[0], port, wait, local_address, socket_options)
        return _Timed(stream, self._deadline)


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

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):  # type: ignore[no-untyped-def]
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline)), self._deadline)

    def get_extra_info(self, info: str):  # type: ignore[no-untyped-def]
        return self._stream.get_extra_info(info)
