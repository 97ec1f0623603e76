"""From sources to archives: read each feed, take its news in, and say in plain words what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from heraldry.disk import inside, read_all
from heraldry.feeds import archive
from heraldry.feeds.archive import Archive
from heraldry.feeds.parse import Document, parse
from heraldry.fetch import Request, Unfetched, authorization, fetch
from heraldry.model import Source
from heraldry.problems import Level, Position, Problem

AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Gathered:
    """The archives by source, and what was wrong: always warnings, for a feed never breaks a build."""

    archives: Mapping[str, Archive]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    body: bytes
    url: str
    content_type: str = ""


def gather(
    sources: Sequence[Source],
    root: Path,
    now: datetime,
    environment: Mapping[str, str],
    *,
    offline: bool = False,
    places: Mapping[str, Position] | None = None,
) -> Gathered:
    """Every source's archive with today's news in it. Feeds on the network are read at the same time.

    A feed that fails keeps its last good entries. `offline` reads only feeds inside the repository. `places`
    says where each source stands in sources.yaml.
    """

    def one(source: Source) -> tuple[Archive, tuple[Problem, ...]]:
        at = (places or {}).get(source.key, Position("sources.yaml"))
        return _gathered(source, root, now, environment, offline, at)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(one, sources))
    archives = {source.key: result[0] for source, result in zip(sources, results, strict=True)}
    return Gathered(archives, tuple(problem for result in results for problem in result[1]))


def _gathered(
    source: Source, root: Path, now: datetime, environment: Mapping[str, str], offline: bool, at: Position
) -> tuple[Archive, tuple[Problem, ...]]:
    path = archive.path(source.key)
    known = archive.read(source.key, read_all(root, [path]).get(path, b""))
    document = Document(()) if offline and "://" in source.url else _read(source, root, environment)
    problems = (*_damage(known, path), *_warnings(source, document, known, at))
    return archive.pruned(archive.merged(known, document.news, source, now), source, now), problems


def _read(source: Source, root: Path, environment: Mapping[str, str]) -> Document:
    """What the feed says today, or why it says nothing."""
    try:
        answer = _answer(source, root, environment)
    except Unfetched as error:
        return Document((), (str(error),))
    return parse(answer.body, answer.url, answer.content_type)


def _damage(known: Archive, path: str) -> Iterator[Problem]:
    if known.unread:
        said = "1 line cannot be read" if len(known.unread) == 1 else f"{len(known.unread)} lines cannot be read"
        hint = "mend or delete them; until then they are kept as they are"
        first = known.unread[0][:60].encode("utf-8", "replace").decode()
        yield Problem(Position(path), f"{said}: {first}", hint, Level.WARNING)


def _answer(source: Source, root: Path, environment: Mapping[str, str]) -> _Answer:
    if "://" not in source.url:
        return _Answer(_file(source, root), "")
    auth = source.auth
    secret = authorization(auth.env, auth.scheme, environment) if auth else None
    request = Request(source.url, source.max_bytes, allow_private=source.allow_private, authorization=secret)
    fetched = fetch(request)
    return _Answer(fetched.body, fetched.url, fetched.content_type)


def _file(source: Source, root: Path) -> bytes:
    if not inside(root, source.url):
        raise Unfetched(f"there is no file '{source.url}'")
    body = (root / source.url).read_bytes()
    if len(body) > source.max_bytes:
        raise Unfetched(f"it is larger than {source.max_bytes:,} bytes")
    return body


def _warnings(source: Source, document: Document, known: Archive, at: Position) -> Iterator[Problem]:
    """What the document complains of, and what that means for the pages."""
    kept = "its earlier entries stay on the pages" if known.entries else "it has no earlier entries to show"
    hint = "its other entries are used" if document.news else kept
    for complaint in document.complaints:
        yield Problem(at, f"source '{source.key}': {complaint}", hint, Level.WARNING)
