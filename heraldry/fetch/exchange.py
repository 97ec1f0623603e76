"""What a fetch is asked for, and what comes of it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

LARGE = 500_000
"""Bytes from which a document is large: hundreds of smaller ones fit into memory at the same time."""

FEEDS_FIRST = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.3"
)

_ECHOABLE = re.compile(r"[\x21-\x7e\x80-\xff]([\x20-\x7e\x80-\xff]{0,1022}[\x21-\x7e\x80-\xff])?")
"""At most 1 KB that can stand in a header field again, byte for byte."""


@dataclass(frozen=True, slots=True)
class Validators:
    """By what a server tells whether a document has changed: its ETag and Last-Modified as it wrote them."""

    etag: str = ""
    modified: str = ""


def echoable(validators: Validators) -> Validators:
    """The validators without those that are too long or hold a control character."""
    etag, modified = (value if _ECHOABLE.fullmatch(value) else "" for value in (validators.etag, validators.modified))
    return Validators(etag, modified)


@dataclass(frozen=True, slots=True)
class Request:
    """What to fetch: an http(s) address, its limits, and what goes to its own origin only."""

    url: str
    max_bytes: int = 5_000_000
    """Of the document, packed and unpacked."""
    seconds: float = 20.0
    """For everything: name, connection, redirects and document."""
    allow_private: bool = False
    authorization: str | None = field(default=None, repr=False)
    proxy: str | None = None
    """Through this proxy; which addresses may be reached is then the proxy's to check."""
    validators: Validators = Validators()
    accept: str = FEEDS_FIRST
    seat: Callable[[], None] | None = field(default=None, repr=False, compare=False)
    """Called once when the document turns out to be a large one (LARGE); may wait, and that time is not counted."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document and the address it came from in the end."""

    url: str
    body: bytes
    content_type: str
    validators: Validators = Validators()
    """To send next time; empty when another origin than the one asked has answered."""
    moved: str | None = None
    """Where permanent redirects lead: the unbroken run of them from the start."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The document is what it was when the validators were given."""

    validators: Validators
    moved: str | None = None


class Fault(StrEnum):
    """What a fetch without a document means for the next one."""

    FAILED = "failed"
    GONE = "gone"
    """For good (410): not to be asked again."""
    BLOCKED = "blocked"
    """Withheld by law (451), or from whoever is no person with a browser."""
    BUSY = "busy"
    """Asked too often, or overloaded (429, 503)."""


class Unfetched(Exception):
    """Why there is no document, in words that hold no secret."""

    def __init__(
        self,
        words: str,
        fault: Fault = Fault.FAILED,
        retry_after: float | None = None,
        moved: str | None = None,
        status: int = 0,
    ) -> None:
        super().__init__(words)
        self.fault = fault
        self.retry_after = retry_after
        """Seconds that the server wants to be left alone, at most a day."""
        self.moved = moved
        """As in Fetched; an address may hold a token, so it is no part of the words."""
        self.status = status
        """What the server answered, 0 where none did or where that was not the trouble."""


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
