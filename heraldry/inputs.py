"""What a site is made of, as one digest each for code, theme, settings and content; quick on a large repository.

A digest is made from the paths and git's own names of the files' bytes. Git knows those of whatever has not changed
since it last looked, so that 20,000 posts need not be read; without git they are.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path

from heraldry import disk, git

FOLDERS: Mapping[str, tuple[str, ...]] = {
    "content": ("content",),
    "theme": ("theme",),
    "settings": ("teams.yaml", "sources.yaml"),
}
"""By the digest's name, the files and folders that it is made from; paths from the site's root."""

_PLAIN = frozenset({"100644", "100755"})
_SUBMODULE = "160000"


def digests(root: Path) -> dict[str, str]:
    """The digests of what is in the repository, and of the code. Taken before anything is read, they may be behind
    what a build was made of, never ahead of it."""
    names = _names(root, [place for places in FOLDERS.values() for place in places])
    return {"code": code(), **{group: _digest(_below(names, places)) for group, places in FOLDERS.items()}}


def archive_digest(archives: Mapping[str, bytes]) -> str:
    """The digest of what the archives say, by source; one that says nothing counts as none."""
    return _digest(sorted((key, hashlib.sha256(body).hexdigest()) for key, body in archives.items() if body))


def code() -> str:
    """The digest of this Heraldry: its own files, the versions of its libraries, and Python's."""
    folder = Path(__file__).resolve().parent
    checkout = folder.parent / "theme"
    theme = [] if (folder / "_theme").is_dir() else _files(checkout)
    python = ".".join(platform.python_version_tuple()[:2])
    return _digest([*_files(folder), *theme, *_libraries(), ("python", python)])


def _files(folder: Path) -> list[tuple[str, str]]:
    """Path and name of each file of the package, or of the theme beside it; nothing that Python makes of them."""
    there = (path for path in folder.rglob("*") if "__pycache__" not in path.parts and path.is_file())
    return sorted((path.relative_to(folder).as_posix(), _read(path)) for path in there)


def _libraries() -> Iterator[tuple[str, str]]:
    """Name and version of each library that Heraldry asks for; none when it was not installed as a package."""
    try:
        asked = metadata.requires("heraldry") or []
    except metadata.PackageNotFoundError:
        return
    for line in sorted(asked):
        name = re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0]
        try:
            yield name, metadata.version(name)
        except metadata.PackageNotFoundError:
            yield name, ""


def _below(names: Mapping[str, str], places: Iterable[str]) -> list[tuple[str, str]]:
    wanted = set(places)
    folders = tuple(f"{place}/" for place in wanted)
    return sorted((path, name) for path, name in names.items() if path in wanted or path.startswith(folders))


def _digest(named: Iterable[tuple[str, str]]) -> str:
    return hashlib.sha256("".join(f"{path}\0{name}\n" for path, name in named).encode()).hexdigest()


# The names of files' bytes ---------------------------------------------------------------------------


def _names(root: Path, places: Iterable[str]) -> dict[str, str]:
    """By path, git's name of the bytes of each file at these places that a build may read."""
    there = sorted(set(places))
    try:
        return _by_git(root, there)
    except git.GitFailed:
        return {path: _read(root / path) for path in _walked(root, there)}


def _by_git(root: Path, places: list[str]) -> dict[str, str]:
    """What git knows, and anew what it does not know or what changed. Raises GitFailed where there is no repository."""
    asked = ["--literal-pathspecs", "ls-files", "-z"]
    known, unsure = _listed(git.git(root, *asked, "-v", "--stage", "--", *places))
    touched = git.git(root, *asked, "--modified", "--others", "--", *places).split(b"\0")
    unsure |= {os.fsdecode(one).rstrip("/") for one in touched if one}
    for path in unsure:
        known.pop(path, None)
    return known | {path: _read(root / path) for path in _walked(root, filter(_readable, unsure))}


def _listed(out: bytes) -> tuple[dict[str, str], set[str]]:
    """Path and name of each plain file that git has in its index, and the paths of which it would not tell a change:
    submodules, and files that it was told not to look at (sparse checkouts, --assume-unchanged). No build reads links.
    """
    known: dict[str, str] = {}
    unsure: set[str] = set()
    for line in os.fsdecode(out).split("\0"):
        facts, _, path = line.partition("\t")
        tag, _, rest = facts.partition(" ")
        mode, _, rest = rest.partition(" ")
        if mode in _PLAIN and _readable(path):
            known[path] = rest.partition(" ")[0]
        if mode == _SUBMODULE or tag == "S" or tag.islower():
            unsure.add(path)
    return known, unsure


def _readable(path: str) -> bool:
    """Whether a build reads files so called: no dotfile, no editor's backup (disk.files_below)."""
    return _UNREAD.search(path) is None


_UNREAD = re.compile(rf"(?:^|/)[.#]|(?:{'|'.join(map(re.escape, disk.BACKUPS))})(?:/|$)")


def _walked(root: Path, places: Iterable[str]) -> Iterator[str]:
    for place in places:
        if disk.inside(root, place):
            yield place
        else:
            yield from disk.files_below(root, place)


def _read(path: Path) -> str:
    """Git's name (SHA-1) of the file's bytes; what cannot be read is called by its reason: it is no input."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return "no plain file"
        body = path.read_bytes()
    except OSError as error:
        return f"unread: {error.errno}"
    return hashlib.sha1(b"blob %d\0" % len(body) + body, usedforsecurity=False).hexdigest()
