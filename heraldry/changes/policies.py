"""What changes in the policy, word by word, and which handbook pages do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from heraldry import yamldoc
from heraldry.changes.redline import Piece, flowed, redline

POLICY = "content/policy/"
HANDBOOK = "content/handbook/"
LARGEST = 400_000
"""Bytes of a page of which a redline is made."""


@dataclass(frozen=True, slots=True)
class Stand:
    """What a policy page says of itself, as it was written; "" for what it does not say."""

    version: str
    effective: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy page before and after, None where it is not there; `text` is empty when its text did not change.

    `unread` says that a redline cannot be made: the page is no text, or far too long.
    """

    path: str
    before: Stand | None
    after: Stand | None
    text: tuple[Piece, ...] = ()
    unread: bool = False


def policies(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[Policy, ...]:
    """The policy pages that differ, by path; line ends and byte order marks are no difference."""
    paths = sorted({*before, *after})
    found = (_policy(path, before.get(path), after.get(path)) for path in paths if before.get(path) != after.get(path))
    return tuple(policy for policy in found if policy is not None)


def _policy(path: str, old: bytes | None, new: bytes | None) -> Policy | None:
    texts = [yamldoc.decoded(body or b"", path).value for body in (old, new)]
    if None in texts or max(len(body or b"") for body in (old, new)) > LARGEST:
        return Policy(path, None if old is None else Stand("", ""), None if new is None else Stand("", ""), (), True)
    before, after = (text or "" for text in texts)
    if before == after and old is not None and new is not None:
        return None
    (said, was), (says, will) = _parts(before, path), _parts(after, path)
    text = redline(flowed(was), flowed(will)) if old is not None and new is not None and was != will else ()
    return Policy(path, None if old is None else said, None if new is None else says, text)


def _parts(text: str, path: str) -> tuple[Stand, str]:
    """What the header says, and the text below it; all of a page without a readable header is text."""
    parts = yamldoc.headed(text, path).value
    if parts is None:
        return Stand("", ""), text
    header = parts[0].value if isinstance(parts[0].value, dict) else {}
    return Stand(
        *(said if isinstance(said := header.get(key), str) else "" for key in ("version", "effective"))
    ), parts[1]


def named(before: Mapping[str, str], after: Mapping[str, str], folder: str) -> dict[str, tuple[str, ...]]:
    """The files below a folder that are new, changed and gone, by their bytes' names; kinds without any left out."""
    old, new = ({path: name for path, name in one.items() if path.startswith(folder)} for one in (before, after))
    found = {
        "new": tuple(sorted(new.keys() - old.keys())),
        "changed": tuple(sorted(path for path in new.keys() & old.keys() if new[path] != old[path])),
        "gone": tuple(sorted(old.keys() - new.keys())),
    }
    return {kind: paths for kind, paths in found.items() if paths}
