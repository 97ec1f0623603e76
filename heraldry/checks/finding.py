"""What a check finds, what it looks at, and where that stands in the files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from heraldry.model import Post, Programme, Source, Subscriptions, Team, Version
from heraldry.problems import Level, Position, Problem, did_you_mean
from heraldry.yamldoc import Doc, Keys, decoded, headed, parsed


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong under `keys` in the file at `path`; at the key rather than its value if `key`.

    `inherited`: it may have been written elsewhere and found there too; then it counts only where it was written.
    """

    path: str
    keys: Keys
    message: str
    hint: str = ""
    level: Level = Level.ERROR
    key: bool = False
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """Everything that was read, and what is known of the files that it may name.

    `media` are the pictures below content/, `faults` says of those that cannot be shown why, `sources_read`
    is False while sources.yaml cannot be read, `places` says where in it each source stands. `broken` are posts that
    have an error: they are not published, but their story is taken.
    """

    programme: Programme
    teams: tuple[Team, ...]
    subscriptions: Subscriptions
    posts: tuple[Post, ...]
    media: frozenset[str] = frozenset()
    faults: Mapping[str, str] = field(default_factory=dict)
    sources_read: bool = True
    places: Mapping[str, Position] = field(default_factory=dict)
    broken: tuple[Post, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        return self.subscriptions.sources


def original(post: Post) -> Version:
    """The post in the language it was written in first."""
    return next(iter(post.versions.values()))


def path(post: Post) -> str:
    """The file of the post's first language."""
    return original(post).path


def nearest(typed: str, known: Sequence[str]) -> str:
    """The hint with the nearest of many names; "" when none is near."""
    hint = did_you_mean(typed, known)
    return hint if hint.startswith("did") else ""


def located(found: Sequence[Finding], files: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """The findings as problems with line and column."""
    docs = {path: _doc(path, files) for path in {finding.path for finding in found}}
    written = [f for f in found if not f.inherited or _holds(docs[f.path], f.keys)]
    return tuple(Problem(_place(f, docs[f.path]), f.message, f.hint, f.level) for f in written)


def places(path: str, listed: Sequence[tuple[str, str]], files: Mapping[str, bytes]) -> dict[str, Position]:
    """Where each of the listed things stands in the file, by the last of its keys."""
    doc = _doc(path, files) if listed else None
    return {keys[-1]: doc.at(keys, key=True) for keys in listed} if doc else {}


def _doc(path: str, files: Mapping[str, bytes]) -> Doc | None:
    text = decoded(files.get(path, b""), path).value or ""
    if path.endswith(".md"):
        header = headed(text, path).value
        return header[0] if header else None
    return parsed(text, path).value


def _place(found: Finding, doc: Doc | None) -> Position:
    return Position(found.path) if doc is None else doc.at(_indexed(doc.value, found.keys), key=found.key)


def _holds(doc: Doc | None, keys: Keys) -> bool:
    """Whether the file says something under `keys`, the last of which may name an item of a list."""
    tree = doc.value if doc else None
    for key in keys[:-1]:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return keys[-1] in tree if isinstance(tree, dict | list) else tree == keys[-1]


def _indexed(tree: object, keys: Keys) -> Keys:
    """The keys, where the last one names an item of a list by its text, as the item's number."""
    for key in keys[:-1]:
        tree = tree.get(key) if isinstance(tree, dict) else None
    if isinstance(tree, list) and keys[-1] in tree:
        return (*keys[:-1], tree.index(keys[-1]))
    return keys[:-1] if tree == keys[-1] else keys
