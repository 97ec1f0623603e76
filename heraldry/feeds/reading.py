"""One source, read: asked for, fetched, parsed where a hang or a crash can be cut off. What becomes of its news is
decided elsewhere."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
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


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where sources are read: the site's root, the environment with its credentials, and what it may cost."""

    root: Path
    environment: Mapping[str, str]
    limits: Limits
    resolver: Resolver = addresses


def read(source: Source, visit: Visit, there: Surroundings, seconds: float) -> Reading:
    """What the source says today. Never raises: what goes wrong is a Missed."""
    try:
        return _fetched(source, visit, there, seconds) if "://" in source.url else _found(source, visit, there)
    except Unfetched as error:
        return Missed(fault=error.fault, words=str(error), retry_after=error.retry_after, moved=error.moved or "")
    except OSError as error:
        return Missed(fault=Fault.FAILED, words=f"it cannot be read ({(error.strerror or 'a fault').lower()})")


def _found(source: Source, visit: Visit, there: Surroundings) -> Reading:
    """A file inside the repository."""
    if not inside(there.root, source.url):
        raise Unfetched(f"there is no file '{source.url}'")
    with open(there.root / source.url, "rb") as file:
        body = file.read(source.max_bytes + 1)
    if len(body) > source.max_bytes:
        raise Unfetched(f"it is larger than {source.max_bytes:,} bytes")
    return _paper(Fetched(source.url, body, ""), visit, there)


def _fetched(source: Source, visit: Visit, there: Surroundings, seconds: float) -> Reading:
    ends = time.monotonic() + min(seconds, source.timeout.total_seconds())
    request = _request(source, visit, there, seconds)
    answer = fetch_if_changed(request, there.resolver)
    if isinstance(answer, Unchanged):
        return Same(etag=answer.validators.etag, modified=answer.validators.modified, moved=answer.moved or "")
    paper = _paper(answer, visit, there)
    if isinstance(paper, Paper) and paper.document.feed_link and not paper.document.news:
        return _linked(request, paper.document.feed_link, there, ends - time.monotonic())
    return paper


def credentials(source: Source, environment: Mapping[str, str]) -> tuple[str, ...]:
    """What must never be repeated: the source's credential, as it is set and as it goes over the wire."""
    try:
        sent = authorization(source.auth.env, source.auth.scheme, environment) if source.auth else ""
    except Unfetched:
        return ()
    scheme, _, wire = sent.partition(" ")
    return (environment[source.auth.env].strip(), wire) if source.auth and scheme else ()


def _request(source: Source, visit: Visit, there: Surroundings, seconds: float) -> Request:
    auth = source.auth
    return Request(
        source.url,
        source.max_bytes,
        min(seconds, source.timeout.total_seconds()),
        allow_private=source.allow_private,
        authorization=authorization(auth.env, auth.scheme, there.environment) if auth else None,
        proxy=source.proxy,
        validators=Validators(visit.etag, visit.modified),
    )


def _paper(answer: Fetched, visit: Visit, there: Surroundings) -> Paper | Same:
    digest = hashlib.sha256(answer.body).hexdigest()
    if digest == visit.digest:
        validators = answer.validators
        return Same(etag=validators.etag, modified=validators.modified, moved=answer.moved or "")
    document = parsed(answer.body, answer.url, answer.content_type, _limits(there.limits))
    return Paper(document, digest, answer.validators, answer.moved or "")


def _linked(first: Request, link: str, there: Surroundings, seconds: float) -> Paper:
    """The feed that a web page names, followed once; a credential goes along to the page's own host only."""
    own = first.authorization if _origin(link) == _origin(first.url) else None
    request = replace(first, url=link, seconds=max(seconds, 0.0), authorization=own, validators=Validators())
    answer = fetch(request, there.resolver)
    document = parsed(answer.body, answer.url, answer.content_type, _limits(there.limits))
    said = f"it is a web page, and its feed is at {link}: put that address into sources.yaml"
    return Paper(replace(document, complaints=(said, *document.complaints)), digest="")


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _limits(limits: Limits) -> JailLimits:
    return JailLimits(seconds=LONGEST_PARSE, memory=limits.memory)
