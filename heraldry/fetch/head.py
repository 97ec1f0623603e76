"""The head of an answer, and what its status means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from heraldry.fetch.exchange import Fault, Unfetched, Validators, echoable

LONGEST_REST = 86_400.0

_CHALLENGES = {
    b"cf-mitigated": ("challenge",),
    b"x-vercel-mitigated": ("challenge", "deny"),
    b"x-amzn-waf-action": ("challenge", "captcha"),
}
"""By what firms that guard web sites mark a page that asks for a person (Cloudflare, Vercel, Amazon)."""

_WORDS = {
    204: "there is nothing in it",
    401: "it wants a credential",
    403: "it does not let us in",
    407: "the proxy wants a credential",
    410: "it is gone for good",
    429: "it was asked too often",
    451: "it is withheld for legal reasons",
    503: "it is too busy or down for the moment",
}
_FAULTS = {410: Fault.GONE, 429: Fault.BUSY, 451: Fault.BLOCKED, 503: Fault.BUSY}


@dataclass(frozen=True, slots=True)
class Head:
    """The status and the fields of an answer."""

    status: int
    fields: tuple[tuple[bytes, bytes], ...]

    def every(self, name: bytes) -> list[str]:
        """What all fields of a name say; latin-1, so that each byte is one character."""
        return [value.decode("latin-1") for key, value in self.fields if key.lower() == name]

    def first(self, name: bytes) -> str:
        return next(iter(self.every(name)), "")

    def text(self, name: bytes) -> str:
        """As `first`, for what may have been written in UTF-8."""
        said = self.first(name)
        try:
            return said.encode("latin-1").decode()
        except UnicodeDecodeError:
            return said


def head_of(status: int, fields: Iterable[tuple[bytes, bytes]]) -> Head:
    """The head of an answer. Raises Unfetched when two ways to tell the body's end contradict each other."""
    head = Head(status, tuple(fields))
    if head.every(b"content-length") and head.every(b"transfer-encoding"):
        raise Unfetched("the answer is no valid HTTP (it has a length and chunks at once)")
    return head


def validators(head: Head) -> Validators:
    """The validators that an answer gives, as far as they can be sent back."""
    return echoable(Validators(head.first(b"etag"), head.first(b"last-modified")))


def packing(head: Head) -> str:
    """How the body is packed, all layers in one text: "gzip, gzip" for two."""
    return ", ".join(said.strip().lower() for said in head.every(b"content-encoding") if said.strip()) or "identity"


def refused(head: Head, credential_sent: bool) -> Unfetched:
    """What to say of an answer without a document."""
    status = head.status
    if _challenges(head):
        return Unfetched(f"it lets only people with a browser in ({status})", Fault.BLOCKED, retry_after(head))
    if credential_sent and status in (401, 403):
        return Unfetched(f"the server refused the credential ({status})")
    words = f": {_WORDS[status]}" if status in _WORDS else ""
    fault = _FAULTS.get(status, Fault.FAILED)
    return Unfetched(f"the server answered {status}{words}", fault, retry_after(head), status=status)


def _challenges(head: Head) -> bool:
    marked = any(head.first(name).strip().lower() in values for name, values in _CHALLENGES.items())
    return marked or (head.status == 403 and head.first(b"server").strip().lower() == "ddos-guard")


def retry_after(head: Head) -> float | None:
    """Seconds that the server wants to be left alone, at most a day; None for what is no such wish.

    A date is measured by the server's own clock, its Date header: who has none, or a wrong one, is not guessed at.
    """
    said = head.first(b"retry-after").strip()
    if re.fullmatch("[0-9]{1,9}", said):
        return min(float(said), LONGEST_REST)
    until, now = _moment(said), _moment(head.first(b"date"))
    if until is None or now is None or until < now:
        return None
    return min((until - now).total_seconds(), LONGEST_REST)


def _moment(text: str) -> datetime | None:
    """An HTTP date in any of its three forms."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
