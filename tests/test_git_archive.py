"""The archive's branch, with real git and bare repositories on disk: a union, whoever pushes when."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from heraldry import disk, git
from heraldry.feeds import archive, branch, heartbeat, state
from heraldry.feeds.state import Health, State
from heraldry.model import Entry

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ENTRY = Entry(
    id="0" * 16,
    source="blog",
    url="https://acme.example/news/0",
    title="We opened a lab",
    summary="It has windows.",
    author="",
    categories=(),
    image=None,
    published=None,
    first_seen=NOW,
)
IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@acme.example",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@acme.example",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "LC_ALL": "C",
}
push = partial(branch.push, remote="origin", now=NOW, pause=lambda seconds: None)
pull = partial(branch.pull, remote="origin")


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which nobody has told git a name, and a person's settings would be in the way."""
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        "[commit]\n\tgpgsign = true\n[push]\n\tgpgsign = true\n[core]\n\tautocrlf = true\n\tfsmonitor = false\n"
        f"[safe]\n\tdirectory = *\n[core]\n\thooksPath = {home}/hooks\n[fetch]\n\tprune = true\n"
    )
    (home / "hooks").mkdir()
    for name in ("pre-push", "post-index-change", "pre-commit"):
        (home / "hooks" / name).write_text("#!/bin/sh\nexit 1\n")
        (home / "hooks" / name).chmod(0o755)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))


def run(folder: Path, *arguments: str, **more: str) -> str:
    """Git as a person runs it."""
    made = subprocess.run(
        ["git", *arguments], cwd=folder, env={**os.environ, **IDENTITY, **more}, capture_output=True, check=True
    )
    return made.stdout.decode()


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A bare repository whose main has two commits of content."""
    bare, work = tmp_path / "remote.git", tmp_path / "work"
    run(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    run(tmp_path, "init", "--quiet", "--initial-branch=main", str(work))
    (work / ".gitignore").write_text("/archive/\n/.archive.lock\n")
    (work / "teams.yaml").write_text("teams: {}\n")
    for number in range(2):
        (work / "post.md").write_text(f"{number}\n")
        run(work, "add", "--all")
        run(work, "commit", "--quiet", "-m", f"content {number}")
    run(work, "push", "--quiet", str(bare), "main")
    return bare


@pytest.fixture
def clone(remote: Path, tmp_path: Path) -> Callable[..., Path]:
    def make(name: str, *options: str) -> Path:
        run(tmp_path, "clone", "--quiet", *options, remote.as_uri(), name)
        return tmp_path / name

    return make


def lines(*numbers: int, source: str = "blog") -> bytes:
    made = [replace(ENTRY, id=f"{n:016x}", source=source, url=f"https://acme.example/news/{n}") for n in numbers]
    return archive.written(archive.Archive(source, {entry.id: entry for entry in made}))


def put(root: Path, **files: bytes) -> None:
    for name, body in files.items():
        disk.write_whole(root / "archive" / {"state": "state.json"}.get(name, f"{name}.jsonl"), body)


def picture(root: Path, name: str, body: bytes = b"RIFF") -> None:
    disk.write_whole(root / "archive" / "images" / name, body)


def ids(body: bytes, source: str = "blog") -> set[int]:
    return {int(key, 16) for key in archive.read(source, body).entries}


def local(root: Path, source: str = "blog") -> set[int]:
    return ids((root / "archive" / f"{source}.jsonl").read_bytes(), source)


def on_branch(remote: Path, path: str) -> bytes:
    return subprocess.run(
        ["git", "cat-file", "blob", f"heraldry-archive:{path}"], cwd=remote, capture_output=True, check=True
    ).stdout


def names(remote: Path) -> list[str]:
    return run(remote, "ls-tree", "-r", "--name-only", "heraldry-archive").split()


def commits(remote: Path) -> int:
    return int(run(remote, "rev-list", "--count", "heraldry-archive"))


def checkout(root: Path) -> tuple[str, ...]:
    """All of the checkout that must stay as it is: HEAD, branches, index, working tree."""
    index = (root / ".git" / "index").read_bytes().hex()
    head = (root / ".git" / "HEAD").read_text()
    return head, index, run(root, "for-each-ref", "refs/heads", "refs/tags"), run(root, "status", "--porcelain")


def heraldry(root: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "heraldry", *arguments, "-C", str(root)]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **more}, check=False)


# Pushing --------------------------------------------------------------------------------------------


def test_the_first_push_begins_a_branch_that_shares_nothing_with_the_content(
    remote: Path, clone: Callable[..., Path]
) -> None:
    one = clone("one")
    put(one, blog=lines(1), state=b"{}")
    picture(one, "blog/0a1b.webp")
    before = checkout(one)
    pushed = push(one)
    assert pushed.begun
    assert pushed.changed == ("blog.jsonl", "images/blog/0a1b.webp", "state.json")
    assert names(remote) == ["blog.jsonl", "images/blog/0a1b.webp", "state.json"]
    assert commits(remote) == 1
    assert run(remote, "rev-list", "--count", "main").strip() == "2"
    assert subprocess.run(["git", "merge-base", "main", "heraldry-archive"], cwd=remote, check=False).returncode == 1
    assert checkout(one) == before
    assert before[3] == ""


def test_the_commit_bears_the_time_of_the_run_and_our_name(remote: Path, clone: Callable[..., Path]) -> None:
    one = clone("one")
    put(one, blog=lines(1))
    push(one)
    said = run(remote, "show", "-s", "--format=%an <%ae> %at %cn %ct", "heraldry-archive").strip()
    assert said == f"Heraldry <heraldry@noreply.localhost> {NOW.timestamp():.0f} Heraldry {NOW.timestamp():.0f}"


def test_a_name_that_the_repository_itself_sets_is_used(remote: Path, clone: Callable[..., Path]) -> None:
    one = clone("one")
    run(one, "config", "user.name", "Acme Robot")
    run(one, "config", "user.email", "robot@acme.example")
    put(one, blog=lines(1))
    push(one)
    assert (
        run(remote, "show", "-s", "--format=%an <%ae>", "heraldry-archive").strip() == "Acme Robot <robot@acme.example>"
    )


def test_nothing_new_is_no_commit(remote: Path, clone: Callable[..., Path]) -> None:
    one = clone("one")
    put(one, blog=lines(1), state=b"{}")
    push(one)
    assert push(one) == branch.Pushed()
    assert push(one, always=True) == branch.Pushed()
    assert commits(remote) == 1


@pytest.mark.parametrize(
    ("later", "always", "expected"),
    [
        (timedelta(hours=23), False, 1),
        (timedelta(hours=24), False, 2),
        (timedelta(hours=1), True, 2),
    ],
)
def test_the_state_alone_is_worth_one_commit_a_day(
    later: timedelta, always: bool, expected: int, remote: Path, clone: Callable[..., Path]
) -> None:
    one = clone("one")
    put(one, blog=lines(1), state=b'{"n": 1}')
    push(one)
    put(one, state=b'{"n": 2}')
    pushed = push(one, now=NOW + later, always=always)
    assert pushed.quiet is (expected == 1)
    assert commits(remote) == expected


def test_the_first_look_begins_a_branch_though_there_is_no_feed(remote: Path, clone: Callable[..., Path]) -> None:
    one = clone("one")
    heartbeat.beat(one, NOW)
    assert push(one).changed == ("heartbeat.json",)
    said = json.loads(on_branch(remote, "heartbeat.json"))
    assert datetime.fromisoformat(said["checked"]) == NOW


@pytest.mark.parametrize(("later", "expected"), [(timedelta(hours=23), 1), (timedelta(hours=25), 2)])
def test_that_a_run_has_looked_is_worth_one_commit_a_day(
    remote: Path, clone: Callable[..., Path], later: timedelta, expected: int
) -> None:
    one = clone("one")
    put(one, blog=lines(1))
    push(one)
    heartbeat.beat(one, NOW + later)
    assert push(one, now=NOW + later).quiet is (expected == 1)
    assert commits(remote) == expected
    assert local(one) == {1}


def test_an_entry_takes_the_state_along(remote: Path, clone: Callable[..., Path]) -> None:
    one = clone("one")
    put(one, blog=lines(1), state=b'{"n": 1}')
    push(one)
    put(one, blog=lines(1, 2), state=b'{"n": 2}')
    assert push(one).changed == ("blog.jsonl", "state.json")
    assert on_branch(remote, "state.json") == b'{"n": 2}'


@pytest.mark.parametrize(
    ("then", "changed"),
    [
        ({}, ()),
        ({"checked": NOW + timedelta(hours=1), "success": NOW, "failures": 2, "etag": '"2"', "digest": "ab"}, ()),
        ({"state": State.FAILED, "since": NOW + timedelta(hours=1), "reasons": ("it is down",)}, ("state.json",)),
        ({"moved": "https://acme.example/new", "moved_since": NOW}, ("state.json",)),
        ({"held": 40, "held_on": NOW.date()}, ("state.json",)),
    ],
    ids=["nothing", "a visit", "trouble begins", "it moved", "a batch is held"],
)
def test_how_a_feed_fares_is_worth_a_commit_and_a_visit_is_not(
    then: dict[str, Any], changed: tuple[str, ...], clone: Callable[..., Path]
) -> None:
    one, health = clone("one"), Health(state=State.OK, since=NOW, checked=NOW)
    put(one, blog=lines(1), state=state.written({"blog": health}))
    push(one)
    put(one, state=state.written({"blog": replace(health, **then)}))
    assert push(one, now=NOW + timedelta(hours=2)).changed == changed


def test_a_dry_run_says_whether_there_is_a_reason_to_push_and_pushes_nothing(
    remote: Path, clone: Callable[..., Path]
) -> None:
    one = clone("one")
    put(one, blog=lines(1))
    assert heraldry(one, "archive", "push", "--dry-run").stdout == "yes\n"
    assert run(remote, "for-each-ref", "--format=%(refname)").split() == ["refs/heads/main"]
    assert heraldry(one, "archive", "push").returncode == 0
    assert heraldry(one, "archive", "push", "--dry-run").stdout == "no\n"
    assert names(remote) == ["blog.jsonl"]


def test_what_others_pushed_stays(remote: Path, clone: Callable[..., Path]) -> None:
    one, two = clone("one"), clone("two")
    put(one, blog=lines(1, 2), trade=lines(7, source="trade"))
    put(two, blog=lines(2, 3))
    picture(one, "a.webp", b"first")
    picture(two, "a.webp", b"second")
    push(one)
    push(two)
    assert ids(on_branch(remote, "blog.jsonl")) == {1, 2, 3}
    assert ids(on_branch(remote, "trade.jsonl"), "trade") == {7}
    assert on_branch(remote, "images/a.webp") == b"first"
    assert commits(remote) == 2


def test_a_push_that_comes_second_takes_the_first_in(remote: Path, clone: Callable[..., Path]) -> None:
    """The other one pushes between our look at the branch and our push, three times in a row."""
    one, two = clone("one"), clone("two")
    put(one, blog=lines(0))
    push(one)
    put(one, blog=lines(0, 100))
    seen: list[str | None] = []
    real = git.push

    def late(*arguments: object, **named: object) -> None:
        if len(seen) < 3:
            seen.append("another")
            put(two, blog=lines(len(seen)))
            patch.undo()
            push(two)
            patch.setattr(git, "push", late)
        real(*arguments, **named)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(git, "push", late)
        push(one)
    assert ids(on_branch(remote, "blog.jsonl")) == {0, 1, 2, 3, 100}
    assert commits(remote) == 5


def test_a_remote_that_takes_nothing_is_believed_in_the_end(remote: Path, clone: Callable[..., Path]) -> None:
    hook = remote / "hooks" / "pre-receive"
    run(remote, "config", "core.hooksPath", str(remote / "hooks"))
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    one = clone("one")
    put(one, blog=lines(1))
    pauses: list[float] = []
    with pytest.raises(git.Rejected, match="pre-receive hook declined"):
        push(one, pause=pauses.append)
    assert len(pauses) == git.STILL


def together(clones: Iterable[Path]) -> list[subprocess.CompletedProcess[str]]:
    """A push from each clone at the same time, in processes of their own."""
    command = [sys.executable, "-m", "heraldry", "archive", "push", "-C"]
    runs = [
        subprocess.Popen([*command, str(one)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for one in clones
    ]
    said = [one.communicate(timeout=240) for one in runs]
    return [
        subprocess.CompletedProcess(one.args, one.returncode, *texts) for one, texts in zip(runs, said, strict=True)
    ]


@pytest.mark.parametrize(
    ("rounds", "past"),
    [(1, 0), (1, branch.MOST_COMMITS - 3), pytest.param(20, branch.MOST_COMMITS - 60, marks=pytest.mark.soak)],
    ids=["young branch", "branch about to begin anew", "many rounds"],
)
def test_pushes_at_the_same_time_end_with_the_union(
    rounds: int, past: int, remote: Path, clone: Callable[..., Path]
) -> None:
    grow(remote, past)
    clones = [clone(f"clone{number}") for number in range(6)]
    expected: set[int] = set()
    for turn in range(rounds):
        for number, one in enumerate(clones):
            fresh = 1000 * turn + number
            expected.add(fresh)
            put(one, blog=lines(fresh), **{f"own-{number}": lines(fresh, source=f"own-{number}")})
            picture(one, f"{fresh}.webp", str(fresh).encode())
        done = together(clones)
        assert [(one.returncode, one.stderr) for one in done if one.returncode] == []
        assert ids(on_branch(remote, "blog.jsonl")) == expected
    for number in range(6):
        assert ids(on_branch(remote, f"own-{number}.jsonl"), f"own-{number}") == {
            n for n in expected if n % 1000 == number
        }
    assert names(remote) == sorted(
        ["blog.jsonl", *(f"own-{n}.jsonl" for n in range(6)), *(f"images/{n}.webp" for n in expected)]
    )
    assert commits(remote) == (past + 6 * rounds) % branch.MOST_COMMITS


def grow(remote: Path, commits: int) -> None:
    """A branch with so many commits and nothing on it."""
    tip: list[str] = []
    empty = git.tree_of(remote, {})
    for _ in range(commits):
        tip = [git.commit(remote, empty, tip, "earlier", NOW)]
    if tip:
        run(remote, "update-ref", "refs/heads/heraldry-archive", *tip)


# Beginning anew -------------------------------------------------------------------------------------


def test_a_long_branch_begins_anew_with_the_same_files(
    remote: Path, clone: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(branch, "MOST_COMMITS", 3)
    one = clone("one")
    lengths = []
    for number in range(8):
        put(one, blog=lines(*range(number + 1)))
        push(one)
        lengths.append(commits(remote))
    assert lengths == [1, 2, 3, 1, 2, 3, 1, 2]
    assert ids(on_branch(remote, "blog.jsonl")) == set(range(8))


def test_beginning_anew_leaves_pictures_behind_that_nobody_has(
    remote: Path, clone: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(branch, "MOST_COMMITS", 1)
    one = clone("one")
    put(one, blog=lines(1))
    picture(one, "old.webp")
    push(one)
    (one / "archive" / "images" / "old.webp").unlink()
    picture(one, "new.webp")
    push(one)
    assert names(remote) == ["blog.jsonl", "images/new.webp"]


def test_beginning_anew_keeps_the_pictures_of_entries_that_are_not_known_here(
    remote: Path, clone: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(branch, "MOST_COMMITS", 1)
    one, two = clone("one"), clone("two")
    put(one, blog=lines(1))
    picture(one, "one.webp")
    push(one)
    put(two, blog=lines(2))
    assert push(two).begun
    assert names(remote) == ["blog.jsonl", "images/one.webp"]
    assert ids(on_branch(remote, "blog.jsonl")) == {1, 2}


def test_who_pushes_while_the_branch_begins_anew_loses_nothing(
    remote: Path, clone: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One clone holds a tip that is no longer in the branch's past; another tries to squash a tip that has moved."""
    monkeypatch.setattr(branch, "MOST_COMMITS", 2)
    one, two = clone("one"), clone("two")
    for number in (1, 2):
        put(one, blog=lines(number))
        push(one)
    put(one, blog=lines(3))
    put(two, blog=lines(4))
    real = git.push

    def late(*arguments: object, **named: object) -> None:
        patch.undo()
        monkeypatch.setattr(branch, "MOST_COMMITS", 2)
        assert push(two).begun
        real(*arguments, **named)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(git, "push", late)
        assert not push(one).begun
    assert ids(on_branch(remote, "blog.jsonl")) == {1, 2, 3, 4}
    assert commits(remote) == 2


# Pulling --------------------------------------------------------------------------------------------


def test_an_empty_clone_gets_everything(clone: Callable[..., Path]) -> None:
    one, two = clone("one"), clone("two")
    put(one, blog=lines(1, 2), state=b'{"n": 1}')
    picture(one, "blog/0a1b.webp", b"\x00picture")
    push(one)
    before = checkout(two)
    pulled = pull(two)
    assert pulled.written == ("images/blog/0a1b.webp", "blog.jsonl", "state.json")
    for path in pulled.written:
        assert (two / "archive" / path).read_bytes() == (one / "archive" / path).read_bytes()
    assert checkout(two) == before
    assert pull(two) == branch.Pulled(found=True)


def test_a_branch_that_is_not_there_is_fine(clone: Callable[..., Path]) -> None:
    one = clone("one")
    assert pull(one) == branch.Pulled(found=False)
    assert not (one / "archive").exists()


def test_a_pull_unites_what_is_there_with_what_comes(clone: Callable[..., Path]) -> None:
    one, two = clone("one"), clone("two")
    put(one, blog=lines(1, 2), state=b'{"n": 1}')
    put(two, blog=lines(2, 3), state=b'{"n": 2}')
    push(one)
    assert pull(two).written == ("blog.jsonl",)
    assert local(two) == {1, 2, 3}
    assert (two / "archive" / "state.json").read_bytes() == b'{"n": 2}'


@pytest.mark.parametrize(
    ("mine", "theirs", "kept"),
    [
        (None, b"{}", b"{}"),
        (b"{}", b'{"n": 2}', b"{}"),
        (b"{ cut sho", b'{"n": 2}', b'{"n": 2}'),
        (b"[]", b"{}", b"{}"),
        (b"\xff", None, b"\xff"),
        (None, None, None),
    ],
)
def test_of_two_states_ones_own_is_kept_unless_it_cannot_be_read(
    mine: bytes | None, theirs: bytes | None, kept: bytes | None
) -> None:
    assert branch.state_of(mine, theirs) == kept


def test_dot_folders_and_strangers_stay_at_home(remote: Path, clone: Callable[..., Path]) -> None:
    one = clone("one")
    put(one, blog=lines(1))
    for path in (".before/blog.jsonl", "notes.txt", "images/.cache/a.webp", "images/a.webp~", "Odd Name.jsonl"):
        disk.write_whole(one / "archive" / path, b"x")
    push(one)
    assert names(remote) == ["blog.jsonl"]


# Clones of every kind -------------------------------------------------------------------------------


def test_it_works_as_actions_checkout_leaves_the_repository(remote: Path, tmp_path: Path) -> None:
    """One commit deep, of a single branch, HEAD at a commit, and nobody has a name."""
    root = tmp_path / "job"
    root.mkdir()
    run(root, "init", "--quiet")
    run(root, "remote", "add", "origin", remote.as_uri())
    run(root, "fetch", "--quiet", "--no-tags", "--depth=1", "origin", "+refs/heads/main:refs/remotes/origin/main")
    run(root, "checkout", "--quiet", "--detach", "refs/remotes/origin/main")
    before = checkout(root)
    for number in range(3):
        put(root, blog=lines(number))
        push(root)
    shutil.rmtree(root / "archive")
    pull(root)
    assert local(root) == {0, 1, 2}
    assert commits(remote) == 3
    assert checkout(root) == before
    assert (root / ".git" / "shallow").read_text().count("\n") == 1


def test_a_shallow_clone_gets_a_branch_that_others_made(clone: Callable[..., Path], remote: Path) -> None:
    one = clone("one")
    for number in range(3):
        put(one, blog=lines(number))
        push(one)
    two = clone("two", "--depth=1", "--single-branch")
    pull(two)
    put(two, blog=lines(0, 1, 2, 3))
    push(two)
    assert ids(on_branch(remote, "blog.jsonl")) == {0, 1, 2, 3}
    assert commits(remote) == 4


def test_a_repository_without_a_commit_has_an_archive_too(remote: Path, tmp_path: Path) -> None:
    root = tmp_path / "young"
    run(tmp_path, "init", "--quiet", str(root))
    run(root, "remote", "add", "origin", str(remote))
    put(root, blog=lines(1))
    assert push(root).begun


def test_other_remotes_and_addresses_serve_as_well(remote: Path, clone: Callable[..., Path]) -> None:
    one = clone("one", "--origin=upstream")
    put(one, blog=lines(1))
    push(one, remote="upstream")
    assert pull(one, remote=str(remote)) == branch.Pulled(found=True)


# A branch that holds something else -----------------------------------------------------------------


def plant(remote: Path, files: dict[tuple[bytes, ...], git.Item]) -> None:
    """A branch with exactly these items, whatever they are called."""
    tree = git.tree_of(remote, files)
    run(remote, "update-ref", "refs/heads/heraldry-archive", git.commit(remote, tree, [], "planted", NOW))


def blob(remote: Path, body: bytes, mode: str = "100644") -> git.Item:
    return git.Item(mode, "link" if mode == "120000" else "blob", git.stored(remote, [body])[0])


def test_files_that_are_not_ours_are_carried_along(remote: Path, clone: Callable[..., Path]) -> None:
    readme, tool = blob(remote, b"hello\r\n"), blob(remote, b"#!/bin/sh\n", "100755")
    files = {(b"README.md",): readme, (b"docs", b"tool.sh"): tool, (b"images", b"NOTES FROM ADA.txt"): readme}
    plant(remote, {**files, (b"blog.jsonl",): blob(remote, lines(1))})
    one = clone("one")
    put(one, blog=lines(2))
    assert push(one).ignored == ()
    assert on_branch(remote, "README.md") == b"hello\r\n"
    assert run(remote, "ls-tree", "heraldry-archive", "docs/tool.sh").startswith("100755")
    assert on_branch(remote, "images/NOTES FROM ADA.txt") == b"hello\r\n"
    assert ids(on_branch(remote, "blog.jsonl")) == {1, 2}
    pull(one)
    assert sorted(path.name for path in (one / "archive").iterdir()) == ["blog.jsonl"]


def test_links_submodules_and_paths_that_lead_elsewhere_are_passed_over(
    remote: Path, clone: Callable[..., Path], tmp_path: Path
) -> None:
    link, text = blob(remote, b"../../escaped", "120000"), blob(remote, lines(9))
    files = {
        (b"blog.jsonl",): link,
        (b"images", b"inside.webp"): link,
        (b"images", b"..", b"..", b"escaped.webp"): text,
        (b"..",): text,
        (b".git",): text,
        (b"module",): git.Item("160000", "commit", "1" * 40),
    }
    plant(remote, files)
    one = clone("one")
    pulled = pull(one)
    assert pulled.written == ()
    assert sorted(pulled.ignored) == [
        "'..' is no name that a file can have",
        "'.git' is no name that a file can have",
        "'blog.jsonl' is a symbolic link",
        "'images/..' is no name that a file can have",
        "'images/inside.webp' is a symbolic link",
        "'module' is a submodule",
    ]
    put(one, blog=lines(1))
    picture(one, "a.webp")
    push(one)
    assert run(remote, "ls-tree", "-r", "-z", "--name-only", "heraldry-archive").split("\0")[:-1] == [
        "blog.jsonl",
        "images/a.webp",
        "images/inside.webp",
        "module",
    ]
    assert ids(on_branch(remote, "blog.jsonl")) == {1}
    assert not (tmp_path / "escaped").exists()


def test_a_link_in_the_place_of_the_pictures_gives_way(remote: Path, clone: Callable[..., Path]) -> None:
    plant(remote, {(b"images",): blob(remote, b"/etc", "120000")})
    one = clone("one")
    assert pull(one).ignored == ("'images' is a symbolic link",)
    picture(one, "a.webp")
    push(one)
    assert names(remote) == ["images/a.webp"]


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe\x00", b"", b"\n\n", b"{" * 100_000, b"not json\n" * 1000, b'{"id": 1}\n', bytes(range(256)) * 100],
    ids=["no utf-8", "empty", "blank", "deep", "prose", "wrong", "every byte"],
)
def test_hostile_bytes_on_the_branch_cost_nothing_that_is_here(
    body: bytes, remote: Path, clone: Callable[..., Path]
) -> None:
    plant(remote, {(b"blog.jsonl",): blob(remote, body), (b"state.json",): blob(remote, body)})
    one = clone("one")
    put(one, blog=lines(1))
    pull(one)
    assert local(one) == {1}
    push(one)
    assert ids(on_branch(remote, "blog.jsonl")) == {1}


def test_a_file_too_large_to_be_ours_is_neither_read_nor_replaced(
    remote: Path, clone: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(branch.LARGEST, "", 1000)
    huge = blob(remote, b"x" * 1001)
    plant(remote, {(b"trade.jsonl",): huge})
    one = clone("one")
    put(one, blog=lines(1))
    assert pull(one) == branch.Pulled(True, (), ("'trade.jsonl' is too large to be ours",))
    push(one)
    assert names(remote) == ["blog.jsonl", "trade.jsonl"]


def test_folders_without_end_are_not_followed(remote: Path, clone: Callable[..., Path]) -> None:
    """A few small trees that unfold into ten thousand million files."""
    item = blob(remote, b"x")
    for _ in range(10):
        item = git.Item("040000", "tree", git.tree_of(remote, {(b"d%d" % n,): item for n in range(10)}))
    plant(remote, {(b"images",): item})
    one = clone("one")
    began = time.monotonic()
    assert pull(one) == branch.Pulled(found=True)
    assert time.monotonic() - began < 20


# What it says ---------------------------------------------------------------------------------------


def test_each_command_says_in_one_line_what_it_did(remote: Path, clone: Callable[..., Path]) -> None:
    one, two = clone("one"), clone("two")
    put(one, blog=lines(1))
    picture(one, "a.webp")
    said = [
        heraldry(two, "archive", "pull"),
        heraldry(one, "archive", "push"),
        heraldry(one, "archive", "push"),
        heraldry(two, "archive", "pull"),
        heraldry(two, "archive", "pull"),
    ]
    assert [(one.returncode, one.stdout, one.stderr) for one in said] == [
        (0, "", "heraldry-archive is not on 'origin' yet: nothing to pull\n"),
        (0, "", "1 source and 1 picture brought to heraldry-archive on 'origin'; the branch begins with it\n"),
        (0, "", "nothing new for heraldry-archive on 'origin'\n"),
        (0, "", "1 source and 1 picture brought from heraldry-archive on 'origin'\n"),
        (0, "", "heraldry-archive on 'origin' has nothing new\n"),
    ]


@pytest.mark.parametrize("command", ["pull", "push"])
def test_a_link_in_the_place_of_the_archive_is_not_followed(
    command: str, clone: Callable[..., Path], tmp_path: Path
) -> None:
    one = clone("one")
    put(one, blog=lines(1))
    push(one)
    (one / "archive").rename(tmp_path / "elsewhere")
    (one / "archive").symlink_to(tmp_path / "elsewhere")
    done = heraldry(one, "archive", command)
    assert done.returncode == 1
    assert "'archive' is a link, which is not followed" in done.stderr


@pytest.mark.parametrize("command", ["pull", "push"])
def test_another_run_at_work_is_exit_75(command: str, clone: Callable[..., Path]) -> None:
    one = clone("one")
    put(one, blog=lines(1))
    push(one)
    with disk.locked(one / "archive"):
        done = heraldry(one, "archive", command)
    assert done.returncode == 75
    assert done.stderr == "another run is at work in archive/; nothing was changed\n"


@pytest.mark.parametrize(
    ("remote_name", "code", "said"),
    [
        ("nowhere", 1, "the remote is not a git repository, or is not known here"),
        ("--upload-pack=touch escaped", 2, "is no name of a remote"),
        ("", 2, "is no name of a remote"),
        ("ext::sh -c touch%20escaped", 1, "transport 'ext' not allowed"),
    ],
)
def test_a_remote_that_cannot_be_used(remote_name: str, code: int, said: str, clone: Callable[..., Path]) -> None:
    one = clone("one")
    done = heraldry(one, "archive", "pull", f"--remote={remote_name}")
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (one / "escaped").exists()


def test_a_folder_outside_every_repository_is_said_to_be_one(tmp_path: Path) -> None:
    done = heraldry(tmp_path, "archive", "push", GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
    assert (done.returncode, done.stderr) == (1, f"not pushed: there is no git repository in '{tmp_path.resolve()}'\n")


class _Closed(BaseHTTPRequestHandler):
    """A remote that lets nobody in without a password."""

    def do_GET(self) -> None:
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="acme"')
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def test_nobody_is_asked_for_a_password(clone: Callable[..., Path], tmp_path: Path) -> None:
    one, asked = clone("one"), tmp_path / "asked"
    (tmp_path / "ask").write_text(f"#!/bin/sh\ntouch {asked}\necho secret\n")
    (tmp_path / "ask").chmod(0o755)
    run(one, "config", "core.askPass", str(tmp_path / "ask"))
    with ThreadingHTTPServer(("127.0.0.1", 0), _Closed) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/acme.git"
        done = heraldry(one, "archive", "push", "--remote", address, SSH_ASKPASS=str(tmp_path / "ask"), DISPLAY=":0")
        server.shutdown()
    assert done.returncode == 1
    assert done.stderr == "not pushed: the remote asks for a name and a password, and none is known\n"
    assert not asked.exists()


def test_no_credential_is_ever_said(clone: Callable[..., Path]) -> None:
    one = clone("one")
    secret = "ghp_0123456789"
    address = f"http://robot:{secret}@127.0.0.1:9/acme.git?token={secret}"
    run(one, "remote", "set-url", "origin", address)
    for remote_name in ("origin", address):
        done = heraldry(one, "archive", "pull", "--remote", remote_name)
        assert done.returncode == 1
        assert "127.0.0.1" in done.stderr
        assert secret not in done.stdout + done.stderr
        assert "robot" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("https://a:b@h.example/x.git", "https://…@h.example/x.git"),
        ("at 'https://a:p@ss/w@h.example/x' now", "at 'https://…@h.example/x' now"),
        ("ssh://git@h.example/x", "ssh://…@h.example/x"),
        ("https://h.example/x?sig=1&a=2 failed", "https://h.example/x?… failed"),
        ("Authorization: basic abc", "Authorization: …"),
        ("one\x1b[31mtwo\nthree", "one [31mtwo three"),
        ("git@h.example:x.git", "git@h.example:x.git"),
    ],
)
def test_addresses_are_shown_without_what_may_be_secret(said: str, shown: str) -> None:
    assert git.redacted(said) == shown


def test_git_is_ended_with_everything_it_started_when_its_time_is_over(tmp_path: Path) -> None:
    began = time.monotonic()
    run(tmp_path, "init", "--quiet")
    with pytest.raises(git.GitFailed, match=r"took longer than 0\.5 seconds"):
        git.git(tmp_path, "-c", "alias.wait=!sleep 30", "wait", seconds=0.5)
    assert time.monotonic() - began < 10


def test_variables_that_lead_to_another_repository_are_not_passed_on(
    remote: Path, clone: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = clone("one")
    put(one, blog=lines(1))
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("GIT_TRACE", "1")
    assert push(one).begun


# Interruptions --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rounds", [3, pytest.param(150, marks=pytest.mark.soak)])
def test_a_pull_that_is_killed_leaves_each_file_old_or_new(rounds: int, clone: Callable[..., Path]) -> None:
    one, two = clone("one"), clone("two")
    sources = [f"source-{number:02}" for number in range(20)]
    for source in sources:
        put(one, **{source: lines(*range(200, 230), source=source)})
        put(two, **{source: lines(*range(20), source=source)})
        picture(one, f"{source}.webp", source.encode() * 2000)
    push(one)
    old = {source: (two / "archive" / f"{source}.jsonl").read_bytes() for source in sources}
    new = {
        source: archive.union(source, (old[source], (one / "archive" / f"{source}.jsonl").read_bytes()))
        for source in sources
    }
    moments = random.Random(3)
    for _ in range(rounds):
        shutil.rmtree(two / "archive")
        put(two, **old)
        command = [sys.executable, "-m", "heraldry", "archive", "pull", "-C", str(two)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 20
        wanted = moments.randrange(1, 20)
        while process.poll() is None and len(list((two / "archive").glob("images/*.webp"))) < wanted:
            assert time.monotonic() < until
        time.sleep(moments.uniform(0, 0.2))
        process.kill()
        process.wait()
        for source in sources:
            assert (two / "archive" / f"{source}.jsonl").read_bytes() in (old[source], new[source])
        for path in (two / "archive" / "images").glob("[!.]*"):
            assert path.read_bytes() == path.stem.encode() * 2000
    pull(two)
    assert {source: (two / "archive" / f"{source}.jsonl").read_bytes() for source in sources} == new


def test_the_state_is_opaque_json() -> None:
    assert branch.state_of(json.dumps({"any": ["thing"]}).encode(), b"{}") == b'{"any": ["thing"]}'
