"""Offers onto a branch: committed, and pushed when asked to. Neither the checkout nor another branch is touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from heraldry import git
from heraldry.inbox.additions import Offered, additions, fresh, waiting
from heraldry.inbox.desk import Desk, barred
from heraldry.inbox.lists import REFUSED, REVIEWED, name_of, reviewed
from heraldry.posts import FOLDER


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a new commit begins: whose files it has, which commits come before it, the local branch, and the base."""

    files: str
    parents: tuple[str, ...]
    local: str | None
    base: str


def offered(desk: Desk, name: str, remote: str, push: bool) -> Offered:
    """The new posts, committed on the branch `name`, pushed with `push`; and what waits there.

    Raises git.GitFailed, OSError and Unclear.
    """
    _not_here(desk.root, name)
    base = git.resolved(desk.root, "HEAD")
    if base is None:
        raise git.GitFailed("there is no commit yet that the branch could begin with")
    if not push and not git.knows_remote(desk.root, remote):
        return _committed(desk, name, None, base, None)
    return git.persistently(
        partial(git.tip, desk.root, remote, name, bare=True),
        lambda tip: _committed(desk, name, tip, base, remote if push else None),
    )


def _not_here(root: Path, name: str) -> None:
    if git.current(root) == name:
        raise git.GitFailed(f"the branch '{name}' is checked out: switch to another one first, or leave out --branch")


def _committed(desk: Desk, name: str, tip: str | None, base: str, remote: str | None) -> Offered:
    start = _start(desk.root, name, tip, base, pushing=remote is not None)
    texts = _on(desk.root, start.files)
    files = additions(desk, barred(texts, desk.site, f"{name}:"), texts)
    end = _commit(desk, start, files)
    if end != tip and end != base and remote is not None:
        git.push(desk.root, remote, end, name)
    if end != base and _follows(desk.root, start.local, end, pushed=remote is not None):
        git.moved(desk.root, name, end, start.local)
    return Offered(fresh(files), waiting(desk, _unmerged(desk.root, end, base)))


def _follows(root: Path, local: str | None, end: str, *, pushed: bool) -> bool:
    """Whether the branch here has to move: always when nothing was pushed, else only one that is there already."""
    if local is None:
        return not pushed
    return local != end and git.descends(root, end, local)


def _start(root: Path, name: str, tip: str | None, base: str, *, pushing: bool) -> _Start:
    """On the branch while it waits; on the base once it was merged, in whichever way, or while there is none.

    A branch that was merged by squashing is no ancestor of the base: then both come before the commit, so that the
    push is no force and the pull request shows nothing twice.
    """
    local = git.resolved(root, f"refs/heads/{name}")
    end = _newer(root, local, tip, pushing)
    if end is None:
        return _Start(base, (base,), local, base)
    if git.descends(root, base, end):
        return _Start(base, (base,), local, base)
    if _merged(root, name, end, base):
        return _Start(base, (base, end), local, base)
    return _Start(end, (end,), local, base)


def _newer(root: Path, local: str | None, tip: str | None, pushing: bool) -> str | None:
    """Of the branch here and the one of the remote the one that has the other in its past."""
    if local is None or tip is None or local == tip:
        return local or tip
    if git.descends(root, local, tip):
        return local
    return tip if pushing or git.descends(root, tip, local) else local


def _merged(root: Path, name: str, end: str, base: str) -> bool:
    """Whether the base knows of everything that the branch has offered. Raises GitFailed for another's branch."""
    offered = _on(root, end).get(REVIEWED)
    if offered is None:
        raise git.GitFailed(f"the branch '{name}' holds something else: name another one after --branch")
    return reviewed(offered).keys() <= reviewed(_on(root, base).get(REVIEWED, b"")).keys()


def _on(root: Path, commit: str) -> dict[str, bytes]:
    """The posts and lists of a commit, by path from the site's root."""
    top = git.prefix(root)
    listed = {path.removeprefix(top): item for path, item in git.below(root, commit, f"{top}{FOLDER}").items()}
    items = {p: i for p, i in listed.items() if p.endswith(".md") or p in (REFUSED, REVIEWED)}
    return dict(zip(items, git.contents(root, items.values()), strict=True))


def _commit(desk: Desk, start: _Start, files: Mapping[str, bytes]) -> str:
    """The new end of the branch; where it began, when there is nothing to add."""
    if not files:
        return start.files
    top = git.prefix(desk.root)
    names = git.stored(desk.root, list(files.values()))
    tree = git.with_files(desk.root, start.files, {f"{top}{p}": n for p, n in zip(files, names, strict=True)})
    count = fresh(files)
    said = "Offer 1 entry for review" if count == 1 else f"Offer {count} entries for review"
    return git.commit(desk.root, tree, start.parents, f"{said}\n", desk.now)


def _unmerged(root: Path, end: str, base: str) -> dict[str, bytes]:
    """The offered posts that stand on the branch and not on the base."""
    there, here = _on(root, end), _on(root, base)
    return {path: body for path, body in there.items() if name_of(path) and path not in here}
