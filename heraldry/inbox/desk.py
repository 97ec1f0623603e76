"""What there is: the site, the entries of its sources under review, and the names that must not come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from heraldry import disk
from heraldry.addresses import canonical, front
from heraldry.checks import Site
from heraldry.drafts import taken
from heraldry.feeds import archive
from heraldry.inbox.lists import REFUSED, REVIEWED, refused, seen
from heraldry.model import Entry
from heraldry.posts import FOLDER, read_posts
from heraldry.problems import Problem


class Unclear(Exception):
    """refused.txt cannot be understood, so that nobody knows what must not come back; `problems` say where."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems in {REFUSED}")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Desk:
    """The site in `root`, the entries of its sources under review by source, and the names that must not come back.

    `newer` are the paths of archives that only a newer Heraldry can read: their sources have no entries here.
    """

    root: Path
    site: Site
    entries: Mapping[str, tuple[Entry, ...]]
    names: frozenset[str]
    now: datetime
    newer: tuple[str, ...] = ()


def read(root: Path, site: Site, now: datetime) -> Desk:
    """Everything that is in the folder, where `site` stands. Raises OSError and Unclear."""
    names = barred(texts(root), site)
    found = {source.key: _entries(root, source.key) for source in site.sources if source.review}
    newer = tuple(archive.path(key) for key, entries in found.items() if entries is None)
    return Desk(root, site, {key: entries or () for key, entries in found.items()}, names, now, newer)


def _entries(root: Path, key: str) -> tuple[Entry, ...] | None:
    """The source's archived entries; None when a newer Heraldry has written them."""
    paths = archive.path(key), archive.copy_path(key)
    bodies = disk.read_all(root, paths)
    try:
        known = archive.read(key, bodies.get(paths[0], b""), bodies.get(paths[1]))
    except archive.TooNew:
        return None
    return tuple(known.entries.values())


def texts(root: Path) -> dict[str, bytes]:
    """The posts and the two lists of the inbox, by path from the site's root."""
    return disk.read_all(root, [*disk.files_below(root, FOLDER, frozenset({".md"})), REFUSED, REVIEWED])


def barred(texts: Mapping[str, bytes], site: Site, prefix: str = "") -> frozenset[str]:
    """The slugs and canonical addresses of what must not come back, by these posts and lists. Raises Unclear.

    `prefix` stands before the list's path in what is said of it.
    """
    files = {path: body for path, body in texts.items() if path.endswith(".md")}
    posts = read_posts(files, site.programme).value
    no = refused(texts.get(REFUSED, b""), f"{prefix}{REFUSED}")
    if no.problems:
        raise Unclear(no.problems)
    pages = {canonical(version.url) for post in posts for version in post.versions.values() if version.url}
    slugs = taken(tuple(files), posts)
    return frozenset({*slugs, *no.value, *seen(texts.get(REVIEWED, b"")), *(p for p in pages if not front(p))})
