"""Addresses: as they go over the wire, where a redirect leads, and what belongs to whom."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit

from heraldry.fetch.exchange import Unfetched
from heraldry.fetch.internet import web_port

LONGEST_ADDRESS = 2048

Origin = tuple[str, str | None, int]

_HOST = re.compile(r"[A-Za-z0-9._:-]{1,255}")


def ascii_form(url: str) -> str:
    """An address as it goes over the wire: the host as IDNA, other letters percent-encoded, no user name.

    Raises ValueError for a host or port that cannot be.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode()
    if not _HOST.fullmatch(host):
        raise ValueError("no host")
    port = f":{parts.port}" if parts.port is not None else ""
    rest = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    safe = quote(rest, safe="%/?:@!$&'()*+,;=~[]|")
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}{safe}"


def origin(url: str) -> Origin:
    """Scheme, host and port: to whom a credential may go."""
    parts = urlsplit(url)
    default = 443 if parts.scheme == "https" else 80
    return parts.scheme, parts.hostname, default if parts.port is None else parts.port


def redirected(url: str, location: str) -> str:
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


def at_web_port(url: str) -> None:
    """Raises Unfetched for a port at which something else than a web server listens."""
    port = origin(url)[2]
    if not web_port(port):
        raise Unfetched(f"port {port} is none of the web's; allow_private: true would permit it")


def host_field(url: str) -> str:
    """What the Host header says for an address in its ASCII form."""
    return urlsplit(url).netloc
