"""The archive on a branch of its own: what of it is ours, and how two archives become one.

The branch has no history in common with the content, and its top is what lies in archive/. Every push leaves the
union there of what it found and what it brought; the one exception is a picture that nobody has any more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from time import sleep

from heraldry import disk, git
from heraldry.feeds import archive, heartbeat, state
from heraldry.git import Item

BRANCH = "heraldry-archive"
MOST_COMMITS = 200
"""After so many, the next push begins the branch anew: its past is of no use to anybody."""

HEARTBEAT = timedelta(days=1)
"""How often a commit is worth it that says no more than how the feeds fare."""

STATE = "state.json"
FACTS = frozenset({STATE, heartbeat.NAME})
"""What a run knows of itself; losing it costs no entry."""

IMAGES = "images"
FAILED = f"{IMAGES}/failed.json"
LARGEST = {"": 64_000_000, STATE: 16_000_000, heartbeat.NAME: 10_000, IMAGES: 10_000_000}
"""Bytes of an archive, of the state, of a picture; what is larger was not made by Heraldry."""

_DEEPEST, _MOST_FOLDERS = 3, 1000
_ARCHIVE = re.compile(r"(?P<source>[a-z0-9]+(?:-[a-z0-9]+)*)\.jsonl")
_PICTURE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_STRANGE = {"link": "a symbolic link", "commit": "a submodule"}


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies on the branch: `ours` by path, `others` by the parts of their paths, and what was passed over."""

    ours: Mapping[str, Item] = field(default_factory=dict)
    others: Mapping[tuple[bytes, ...], Item] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull came to: whether there was a branch, and which files were written, by path from archive/."""

    found: bool
    written: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push came to: the files that changed on the branch; `begun` when it now has no past.

    `quiet`: something changed, but nothing that is worth a commit yet.
    """

    changed: tuple[str, ...] = ()
    begun: bool = False
    quiet: bool = False
    ignored: tuple[str, ...] = ()


def source_of(path: str) -> str | None:
    """Whose archive a path from archive/ is; None for what is none."""
    match = _ARCHIVE.fullmatch(path)
    return match["source"] if match and len(path) < 200 else None


def kept(path: str) -> bool:
    """Whether a path from archive/ belongs on the branch."""
    first, *rest = path.split("/")
    picture = first == IMAGES and 0 < len(rest) <= _DEEPEST and all(map(_PICTURE.fullmatch, rest))
    return path in FACTS or source_of(path) is not None or picture


def _oversized(path: str, size: int) -> bool:
    return size > LARGEST.get(path.split("/")[0], LARGEST[""])


def sorted_out(items: Mapping[tuple[bytes, ...], Item]) -> Listing:
    """Which of the branch's items are ours; links, submodules and names that lead elsewhere never are."""
    ours: dict[str, Item] = {}
    others: dict[tuple[bytes, ...], Item] = {}
    ignored: list[str] = []
    for parts, item in items.items():
        path = b"/".join(parts).decode("utf-8", "backslashreplace")
        reason = _reason(parts, item, path)
        if reason:
            ignored.append(f"'{path}' is {reason}")
        if not reason and item.kind == "blob" and kept(path):
            ours[path] = item
        elif all(map(_possible, parts)):
            others[parts] = item
    return Listing(ours, others, tuple(ignored))


def _reason(parts: tuple[bytes, ...], item: Item, path: str) -> str:
    """Why something on the branch is passed over; "" when there is nothing to say about it."""
    if not all(map(_possible, parts)):
        return "no name that a file can have"
    if item.kind == "blob" and kept(path) and _oversized(path, item.size):
        return "too large to be ours"
    return _STRANGE.get(item.kind, "")


def _possible(name: bytes) -> bool:
    return name not in (b"", b".", b"..") and b"/" not in name and b"\\" not in name and name.lower() != b".git"


def state_of(mine: bytes | None, theirs: bytes | None) -> bytes | None:
    """Which of two states to keep: one's own, unless only the other can be read. Losing it costs no entry."""
    return mine if mine is not None and (_readable(mine) or theirs is None) else theirs


def _readable(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False


def joined(path: str, mine: bytes | None, theirs: bytes | None) -> bytes | None:
    """A file of which each side may have one. An archive of a newer Heraldry stays as it is: None."""
    if mine is None or theirs is None or path in FACTS:
        return state_of(mine, theirs)
    try:
        return archive.union(source_of(path) or "", (theirs, mine))
    except archive.TooNew:
        return None


# Pull -----------------------------------------------------------------------------------------------


def pull(root: Path, remote: str) -> Pulled:
    """What the branch holds, brought into archive/. Raises GitFailed, disk.Busy or OSError; each file stays whole."""
    tip = git.tip(root, remote, BRANCH)
    if tip is None:
        return Pulled(found=False)
    listing = _listing(root, tip)
    texts = _texts(root, listing)
    with disk.locked(root / archive.FOLDER):
        here = _here(root)
        pictures = {path: item for path, item in listing.ours.items() if path not in texts and path not in here}
        for path, body in zip(pictures, git.contents(root, pictures.values()), strict=True):
            disk.write_whole(root / archive.FOLDER / path, body)
        written = [path for path, body in texts.items() if _taken(root, path, body)]
    return Pulled(True, (*pictures, *written), listing.ignored)


def _taken(root: Path, path: str, theirs: bytes) -> bool:
    """Whether the file changed for what the branch says of it."""
    place = root / archive.FOLDER / path
    mine = disk.read_all(root, [f"{archive.FOLDER}/{path}"]).get(f"{archive.FOLDER}/{path}")
    body = joined(path, mine, theirs)
    if body is None or body == mine:
        return False
    disk.write_whole(place, body)
    return True


def _listing(root: Path, tip: str | None) -> Listing:
    """What lies on the branch, folders of pictures opened."""
    if tip is None:
        return Listing()
    top: dict[tuple[bytes, ...], Item] = {(name,): item for name, item in git.tree(root, tip).items()}
    pictures = top.get((IMAGES.encode(),))
    if pictures is None or pictures.kind != "tree":
        return sorted_out(top)
    del top[(IMAGES.encode(),)]
    return sorted_out(top | dict(_opened(root, pictures.sha)))


def _opened(root: Path, images: str) -> Iterator[tuple[tuple[bytes, ...], Item]]:
    """The items below images/; folders deeper or more numerous than ours stay closed."""
    waiting: list[tuple[tuple[bytes, ...], str]] = [((IMAGES.encode(),), images)]
    opened = 0
    while waiting:
        above, sha = waiting.pop()
        opened += 1
        for name, item in git.tree(root, sha).items():
            parts = (*above, name)
            if item.kind == "tree" and _possible(name) and len(parts) <= _DEEPEST and opened <= _MOST_FOLDERS:
                waiting.append((parts, item.sha))
            else:
                yield parts, item


def _texts(root: Path, listing: Listing) -> dict[str, bytes]:
    """The archives and, last, the facts: they may be behind the archives, never ahead of them."""
    named = [path for path in sorted(listing.ours) if source_of(path)] + sorted(FACTS & listing.ours.keys())
    return dict(zip(named, git.contents(root, [listing.ours[path] for path in named]), strict=True))


def _here(root: Path) -> dict[str, Path]:
    """The files in archive/ that belong on the branch, by path from there. Raises OSError where a link stands."""
    for folder in (archive.FOLDER, f"{archive.FOLDER}/{IMAGES}"):
        if (root / folder).is_symlink():
            raise OSError(f"'{folder}' is a link, which is not followed: put the folder itself in its place")
    paths = (path.removeprefix(f"{archive.FOLDER}/") for path in disk.files_below(root, archive.FOLDER))
    return {path: root / archive.FOLDER / path for path in paths if kept(path)}


# Push -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Own:
    """What is brought to the branch, as it was when the push began."""

    texts: Mapping[str, bytes]
    pictures: Mapping[str, Path]


def push(
    root: Path,
    remote: str,
    now: datetime,
    *,
    always: bool = False,
    dry: bool = False,
    pause: Callable[[float], None] = sleep,
) -> Pushed:
    """The union of archive/ and the branch, on the branch. Neither checkout nor other branches are touched.

    Nobody's commit is overwritten: when others push at the same time, theirs are taken in and it is tried again.
    Nothing is committed when nothing changed, or when that is only when feeds were visited and the last commit is
    younger than a day, unless `always`. `dry`: nothing is pushed. Raises GitFailed, disk.Busy or OSError.
    """
    with disk.locked(root / archive.FOLDER):
        own = _own(root)
    return git.persistently(
        partial(git.tip, root, remote, BRANCH),
        lambda tip: _pushed(root, remote, own, tip, now, always, dry),
        pause,
    )


def _own(root: Path) -> _Own:
    here = _here(root)
    texts = {path: place.read_bytes() for path, place in here.items() if not path.startswith(f"{IMAGES}/")}
    return _Own(texts, {path: place for path, place in here.items() if path not in texts})


def _pushed(root: Path, remote: str, own: _Own, tip: str | None, now: datetime, always: bool, dry: bool) -> Pushed:
    listing = _listing(root, tip)
    new, complete = _united(root, own, listing)
    changed = tuple(path for path in sorted(new) if path not in listing.ours or listing.ours[path].sha != new[path].sha)
    if not changed or not (always or _telling(root, changed, own, listing, tip, now)):
        return Pushed(quiet=bool(changed), ignored=listing.ignored)
    if dry:
        return Pushed(changed, ignored=listing.ignored)
    full = tip is not None and git.length(root, tip) >= MOST_COMMITS
    if full and complete:
        new = {path: item for path, item in new.items() if not _left(path, own)}
    named = {tuple(part.encode() for part in path.split("/")): item for path, item in new.items()}
    tree = git.tree_of(root, {**listing.others, **named})
    parents = [tip] if tip and not full else []
    commit = git.commit(root, tree, parents, _message(new, now), now)
    git.push(root, remote, commit, BRANCH, replacing=tip if full else None)
    return Pushed(changed, begun=not parents, ignored=listing.ignored)


def _united(root: Path, own: _Own, listing: Listing) -> tuple[dict[str, Item], bool]:
    """All that is to lie on the branch, each file in git already; and whether all its entries are known here."""
    theirs = _texts(root, listing)
    bodies = {path: joined(path, mine, theirs.get(path)) for path, mine in own.texts.items()}
    fresh: dict[str, bytes | Path] = {p: b for p, b in bodies.items() if b is not None and b != theirs.get(p)}
    fresh |= {path: place for path, place in own.pictures.items() if path not in listing.ours}
    names = git.stored(root, list(fresh.values()))
    added = {path: Item("100644", "blob", name) for path, name in zip(fresh, names, strict=True)}
    complete = all(bodies.get(path) == own.texts.get(path, b"") for path in {*bodies, *theirs} - FACTS)
    return {**listing.ours, **added}, complete


def _telling(root: Path, changed: tuple[str, ...], own: _Own, listing: Listing, tip: str | None, now: datetime) -> bool:
    """Whether what changed is worth a commit: entries, pictures and how a feed fares always are, visits once a day."""
    if tip is None or not {*FACTS, FAILED}.issuperset(changed):
        return True
    if git.committed(root, tip) + HEARTBEAT.total_seconds() <= now.timestamp():
        return True
    theirs = _texts(root, listing).get(STATE)
    return STATE in changed and state.lasting(own.texts.get(STATE)) != state.lasting(theirs)


def _left(path: str, own: _Own) -> bool:
    """Whether it is a picture that an archive which knows every entry no longer has."""
    return path.startswith(f"{IMAGES}/") and path not in own.pictures


def _message(files: Mapping[str, Item], now: datetime) -> str:
    sources = sum(source_of(path) is not None for path in files)
    pictures = sum(path.startswith(f"{IMAGES}/") for path in files)
    return f"Archive as of {now:%Y-%m-%d %H:%M} UTC: sources {sources}, pictures {pictures}\n"
