"""The files of a site at a commit, or as they lie in the checkout. Nothing in the checkout is touched."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from heraldry import disk, git
from heraldry.git import Item

FILES = ("teams.yaml", "sources.yaml")
FOLDERS = ("content", "theme", "archive")
"""What a build reads, feeds elsewhere inside the repository apart."""

NOWHERE = ".not-followed"
"""Where links lead once they are laid out: that something is a link is known, what it leads to never is."""


class NoSuchCommit(Exception):
    """A text that names no commit of the repository; the message says so in one sentence."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The files that a build reads: by path from the site's root git's name of the bytes, and where these are.

    `items` is None for the checkout itself, whose files are read where they lie; `links` are paths of symbolic links.
    """

    root: Path
    names: Mapping[str, str]
    items: Mapping[str, Item] | None = None
    links: tuple[str, ...] = ()

    def texts(self, paths: Iterable[str]) -> dict[str, bytes]:
        """The bytes of those of the paths that are there."""
        there = [path for path in paths if path in self.names]
        if self.items is None:
            return disk.read_all(self.root, there)
        return dict(zip(there, git.contents(self.root, [self.items[path] for path in there]), strict=True))

    def laid(self, paths: Iterable[str], folder: Path) -> None:
        """Those of the paths that are there, and all links, laid out below `folder`."""
        there = [path for path in paths if path in self.names]
        if self.items is None:
            for path in there:
                _copied(self.root / path, _placed(folder, path))
        else:
            for path, body in zip(there, git.contents(self.root, [self.items[path] for path in there]), strict=True):
                _written(folder, path, body)
        for path in self.links:
            _linked(folder, path)


def commit(root: Path, revision: str) -> str:
    """The commit that a revision names. Raises NoSuchCommit, and GitFailed where there is no repository."""
    git.git(root, "rev-parse", "--git-dir")
    sound = revision and not revision.startswith("-") and revision.isprintable()
    found = git.resolved(root, revision) if sound else None
    if found is None:
        shallow = git.git(root, "rev-parse", "--is-shallow-repository").strip() == b"true"
        hint = ": this clone is shallow, fetch more of its history" if shallow else ""
        said = "".join(letter if letter.isprintable() else " " for letter in revision)
        raise NoSuchCommit(f"'{said}' names no commit that is here{hint}")
    return found


def committed(root: Path, sha: str) -> Tree:
    """The site's files at a commit. Raises GitFailed."""
    found = dict(_listed(root, sha, git.prefix(root).rstrip("/")))
    links = tuple(path for path, item in found.items() if item.kind == "link" and _read_by_builds(path, ()))
    plain = {path: item for path, item in found.items() if item.kind == "blob"}
    feeds = _sources(git.contents(root, [plain["sources.yaml"]]) if "sources.yaml" in plain else ())
    items = {path: item for path, item in plain.items() if _read_by_builds(path, feeds)}
    return Tree(root, {path: item.sha for path, item in items.items()}, items, links)


def _listed(root: Path, sha: str, prefix: str) -> Iterator[tuple[str, Item]]:
    """Path and entry of everything below a folder of a commit; of one that the commit does not have, nothing."""
    if prefix and not git.git(root, "ls-tree", "-z", "--full-tree", sha, "--", prefix):
        return
    out = git.git(root, "ls-tree", "-r", "-z", "-l", "--full-tree", f"{sha}:{prefix}")
    for line in out.split(b"\0"):
        if line:
            facts, _, name = line.partition(b"\t")
            mode, kind, sha, size = facts.decode().split()
            path = name.decode("utf-8", "surrogateescape")
            if _sound(path):
                yield path, Item(mode, "link" if mode == "120000" else kind, sha, int(size) if size.isdigit() else 0)


def _sound(path: str) -> bool:
    """Whether a path leads nowhere but below the folder that it is laid out in, on any system."""
    parts, foreign = PurePosixPath(path).parts, "\\:" if os.name == "nt" else "\\"
    return bool(parts) and not path.startswith("/") and ".." not in parts and not any(c in path for c in foreign)


def working(root: Path) -> Tree:
    """The site's files as they lie in the checkout, committed or not; the archive apart, which is no one's change."""
    feeds = _sources(disk.read_all(root, ["sources.yaml"]).values())
    listed = [path for folder in FOLDERS if folder != "archive" for path in disk.files_below(root, folder)]
    plain = [path for path in (*FILES, *feeds) if disk.inside(root, path)]
    links = tuple(path for path in (*FOLDERS, "content/posts", "archive/images") if (root / path).is_symlink())
    names = {path: _name(root / path) for path in dict.fromkeys((*plain, *listed)) if _sound(path)}
    return Tree(root, names, None, links)


def _name(path: Path) -> str:
    """Git's name of a file's bytes as they are."""
    body = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(body) + body, usedforsecurity=False).hexdigest()


def _sources(bodies: Iterable[bytes]) -> tuple[str, ...]:
    """Everything in sources.yaml that could be the path of a feed inside the repository."""
    text = b"\n".join(bodies).decode("utf-8", "replace")
    words = {word.strip("\"',{}[]") for word in text.split()}
    return tuple(sorted(word for word in words if "://" not in word and _sound(word)))


def _read_by_builds(path: str, feeds: Iterable[str]) -> bool:
    return path in FILES or path.partition("/")[0] in FOLDERS or path in feeds


# Laid out -------------------------------------------------------------------------------------------


def _placed(folder: Path, path: str) -> Path:
    target = folder.joinpath(*PurePosixPath(path).parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def _written(folder: Path, path: str, body: bytes) -> None:
    """The file laid out; a name that this system cannot have is passed over: no build could read it here."""
    with suppress(OSError, ValueError):
        _placed(folder, path).write_bytes(body)


def _copied(source: Path, target: Path) -> None:
    """The same file once more: a second name for its bytes where the system can, which nobody writes to."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _linked(folder: Path, path: str) -> None:
    with suppress(OSError, ValueError, NotImplementedError):
        target = _placed(folder, path)
        if not target.exists():
            target.symlink_to(NOWHERE)
