"""One source, read: asked for, fetched, parsed where a hang or a crash can be cut off. What becomes of its news is
decided elsewhere."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Semaphore
from urllib.parse import urlsplit

from heraldry.disk import inside
from heraldry.feeds.health import Missed, Same
from heraldry.feeds.parse import Document, parsed
from heraldry.feeds.visits import Rest, Visit
from heraldry.fetch import (
    Fault,
    Fetched,
    Request,
    Resolver,
    Unchanged,
    Unfetched,
    Validators,
    addresses,
    authorization,
    fetch,
    fetch_if_changed,
)
from heraldry.jail import Full
from heraldry.jail import Limits as JailLimits
from heraldry.model import Limits, Source

LONGEST_PARSE = 15.0
"""Seconds of wall clock that a document may take to read; of computing it may take less. On a busy machine the slowest
honest one of 5 MB needs half of them."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that came, what it holds, and what will spare the next request; `digest` is its SHA-256."""

    document: Document
    digest: str
    validators: Validators = field(default_factory=Validators)
    moved: str = ""


Reading = Paper | Same | Missed | Rest


SEATS = 8
"""Large documents in memory at the same time."""

NO_TIME = Rest("the time for reading feeds was up before its turn came")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where sources are read: the site's root, the environment with its credentials, and what it may cost."""

    root: Path
    environment: Mapping[str, str]
    limits: Limits
    resolver: Resolver = addresses
    seats: Semaphore = field(default_factory=lambda: Semaphore(SEATS))


def read(source: Source, visit: Visit, there: Surroundings, seconds: float) -> Reading:
    """What the source says today, found out in so many seconds at most. Never raises: what goes wrong is a Missed,
    and what there was no time for a Rest."""
    with ExitStack() as after:
        turn = _Turn(source, visit, there, time.monotonic() + seconds, after)
        try:
            return turn.fetched() if "://" in source.url else turn.found()
        except Full:
            return NO_TIME
        except Unfetched as error:
            return Missed(fault=error.fault, words=str(error), retry_after=error.retry_after, moved=error.moved or "")
        except OSError as error:
            return Missed(fault=Fault.FAILED, words=f"it cannot be read ({(error.strerror or 'a fault').lower()})")


@dataclass(frozen=True, slots=True)
class _Turn:
    """One source's turn in a run that `ends` at that moment of the monotonic clock; `after` gives back its seat."""

    source: Source
    visit: Visit
    there: Surroundings
    ends: float
    after: ExitStack

    def left(self) -> float:
        """Seconds until the run ends. Raises Full when there are none."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise Full
        return left

    def found(self) -> Reading:
        """A file inside the repository."""
        source = self.source
        if not inside(self.there.root, source.url):
            raise Unfetched(f"there is no file '{source.url}'")
        with open(self.there.root / source.url, "rb") as file:
            body = file.read(source.max_bytes + 1)
        if len(body) > source.max_bytes:
            raise Unfetched(f"it is larger than {source.max_bytes:,} bytes")
        return self._paper(Fetched(source.url, body, ""))

    def fetched(self) -> Reading:
        request = self._request()
        answer = fetch_if_changed(request, self.there.resolver)
        if isinstance(answer, Unchanged):
            return Same(etag=answer.validators.etag, modified=answer.validators.modified, moved=answer.moved or "")
        paper = self._paper(answer)
        if isinstance(paper, Paper) and paper.document.feed_link and not paper.document.news:
            return self._linked(request, answer.url, paper)
        return paper

    def _request(self) -> Request:
        source, auth = self.source, self.source.auth
        return Request(
            source.url,
            source.max_bytes,
            min(self.left(), source.timeout.total_seconds()),
            allow_private=source.allow_private,
            authorization=authorization(auth.env, auth.scheme, self.there.environment) if auth else None,
            proxy=source.proxy,
            validators=Validators(self.visit.etag, self.visit.modified),
            seat=self._seated,
        )

    def _seated(self) -> None:
        """A seat for a large document, kept until it has been read; memory is what they have in common."""
        if not self.there.seats.acquire(timeout=self.left()):
            raise Full
        self.after.callback(self.there.seats.release)

    def _paper(self, answer: Fetched) -> Paper | Same:
        digest = hashlib.sha256(answer.body).hexdigest()
        if digest == self.visit.digest:
            validators = answer.validators
            return Same(etag=validators.etag, modified=validators.modified, moved=answer.moved or "")
        return Paper(self._document(answer), digest, answer.validators, answer.moved or "")

    def _document(self, answer: Fetched) -> Document:
        left = self.left()
        limits = JailLimits(seconds=min(LONGEST_PARSE, left), memory=self.there.limits.memory, patience=left)
        return parsed(answer.body, answer.url, answer.content_type, limits)

    def _linked(self, first: Request, page: str, paper: Paper) -> Paper:
        """The feed that a web page names, followed once; a credential goes along to the page's own origin only.

        Not that of a page at another host than was asked: it may be a portal's that stands in the way, and its news
        would be a stranger's.
        """
        link = paper.document.feed_link or ""
        if _site(page) != _site(self.source.url):
            return paper
        if _origin(page)[0] == "https" and _origin(link)[0] == "http":
            return _saying(paper, "it is a web page, and its feed is at an http address, which is not followed")
        own = first.authorization if _origin(link) == _origin(first.url) else None
        seconds = min(self.left(), self.source.timeout.total_seconds())
        request = replace(first, url=link, seconds=seconds, authorization=own, validators=Validators(), seat=None)
        document = self._document(fetch(request, self.there.resolver))
        said = f"it is a web page, and its feed is at {link}: put that address into sources.yaml"
        return _saying(Paper(document, digest=""), said)


def _saying(paper: Paper, said: str) -> Paper:
    document = paper.document
    return replace(paper, document=replace(document, complaints=(said, *document.complaints)))


def credentials(source: Source, environment: Mapping[str, str]) -> tuple[str, ...]:
    """What must never be repeated: the source's credential, as it is set and as it goes over the wire."""
    try:
        sent = authorization(source.auth.env, source.auth.scheme, environment) if source.auth else ""
    except Unfetched:
        return ()
    scheme, _, wire = sent.partition(" ")
    return (environment[source.auth.env].strip(), wire) if source.auth and scheme else ()


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _site(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")
