"""From sources to archives: read each feed, take its news in, and say in plain words what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from heraldry.disk import inside, read_all
from heraldry.feeds import archive
from heraldry.feeds.archive import Archive
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
    seen: Callable[[str], None] = lambda key: None,
) -> Gathered:
    """Every source's archive with today's news in it. Feeds on the network are read at the same time.

    A feed that fails keeps its last good entries. `offline` reads only feeds inside the repository.
    """

    def one(source: Source) -> tuple[Archive, tuple[Problem, ...]]:
        made = _gathered(source, root, now, environment, offline)
        seen(source.key)
        return made

    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(one, sources))
    archives = {source.key: result[0] for source, result in zip(sources, results, strict=True)}
    return Gathered(archives, tuple(problem for result in results for problem in result[1]))


def _gathered(
    source: Source, root: Path, now: datetime, environment: Mapping[str, str], offline: bool
) -> tuple[Archive, tuple[Problem, ...]]:
    path = archive.path(source.key)
    known = archive.read(source.key, read_all(root, [path]).get(path, b""))
    problems = [_warning(source, f"{len(known.unread)} lines of {path} cannot be read")] if known.unread else []
    if offline and "://" in source.url:
        return known, tuple(problems)
    try:
        answer = _answer(source, root, environment)
    except Unfetched as error:
        return known, (*problems, _warning(source, str(error)))
    news, complaints = _parsed(answer)
    problems += [_warning(source, complaint) for complaint in complaints]
    return archive.pruned(archive.merged(known, news, source, now), source, now), tuple(problems)


def _parsed(answer: _Answer):  # type: ignore[no-untyped-def]
    from heraldry.feeds.parse import parse  # feedparser takes 50 ms to import: only when a feed is read

    document = parse(answer.body, answer.url, answer.content_type)
    return document.news, document.complaints


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


def _warning(source: Source, reason: str) -> Problem:
    hint = "its earlier entries stay on the pages"
    return Problem(Position("sources.yaml"), f"source '{source.key}': {reason}", hint, Level.WARNING)
