"""Files in and out: the old site or the new one at any moment, nobody else's folder, one run at a time."""

from __future__ import annotations

import os
import random
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from heraldry.disk import (
    MARK,
    Busy,
    File,
    NotOurs,
    Unconfirmed,
    files_below,
    inside,
    locked,
    staged,
    staging,
    write_changed,
    write_site,
    write_whole,
)

FILES = 40


def site(edition: str) -> list[File]:
    return [File(f"team{n}/index.html", f"{edition} {n}".encode()) for n in range(FILES)]


def built(target: Path, edition: str) -> None:
    with staged(target) as stage:
        write_site(stage, site(edition))


def state(target: Path) -> str:
    """The edition that stands there whole; "" for none, `mixed` or `partial` for what must never be."""
    if not target.exists():
        return ""
    told = [path.read_text().split()[0] for path in target.rglob("*.html")]
    return told[0] if len(told) == FILES and len(set(told)) == 1 else f"{'mixed' if len(set(told)) > 1 else 'partial'}"


def beside(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir() if path != target)


@pytest.fixture(params=["exchange", "set aside"])
def swap(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of taking the old site's place: Linux's one step, and two steps elsewhere."""
    if request.param == "set aside":
        monkeypatch.setattr(staging, "exchanged", lambda one, other: False)
    return str(request.param)


# Staged ---------------------------------------------------------------------------------------------


def test_a_site_takes_its_place_whole_and_leaves_nothing_beside(swap: str, tmp_path: Path) -> None:
    target = tmp_path / "site"
    for edition in ("old", "new"):
        built(target, edition)
        assert state(target) == edition
        assert beside(target) == []


def test_a_file_that_the_new_site_does_not_have_is_gone(swap: str, tmp_path: Path) -> None:
    target = tmp_path / "site"
    with staged(target) as stage:
        write_site(stage, [File("held.html", b"secret")])
    built(target, "new")
    assert not (target / "held.html").exists()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, MemoryError])
@pytest.mark.parametrize("after", [0, 1, FILES])
def test_whatever_goes_wrong_the_old_site_stays_whole(
    swap: str, tmp_path: Path, error: type[BaseException], after: int
) -> None:
    target = tmp_path / "site"
    built(target, "old")

    def files() -> Iterator[File]:
        yield from site("new")[:after]
        raise error

    with pytest.raises(error), staged(target) as stage:
        write_site(stage, files())
    assert state(target) == "old"
    assert beside(target) == []


@pytest.mark.parametrize("step", ["_open_to_all", "sync_all", "_placed"])
def test_a_full_disk_at_the_end_leaves_the_old_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    target = tmp_path / "site"
    built(target, "old")

    def full(*paths: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(staging, step, full)
        with pytest.raises(OSError, match="No space"):
            built(target, "new")
    assert state(target) == "old"
    assert beside(target) == []


def test_a_site_can_be_read_by_others_whatever_the_umask(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    (private / "page.html").write_text("x")
    (private / "page.html").chmod(0o600)
    before = os.umask(0o077)
    try:
        with staged(tmp_path / "site") as stage:
            write_site(
                stage,
                [File("a/b/index.html", b"x"), File("handbook", private), File("copy.html", private / "page.html")],
            )
    finally:
        os.umask(before)
    for path in (tmp_path / "site", *(tmp_path / "site").rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o755 if path.is_dir() else 0o644), path


def foreign(tmp_path: Path, kind: str) -> Path:
    target = tmp_path / "home"
    if kind == "a folder with files":
        target.mkdir()
        (target / "thesis.odt").write_text("years of work")
    elif kind == "a file":
        target.write_text("years of work")
    elif kind == "a link to a folder":
        (tmp_path / "elsewhere").mkdir()
        target.symlink_to(tmp_path / "elsewhere")
    elif kind == "a dangling link":
        target.symlink_to(tmp_path / "nowhere")
    elif kind == "a link to one of our sites":
        built(tmp_path / "ours", "old")
        target.symlink_to(tmp_path / "ours")
    else:
        target.mkdir()
        (target / MARK).mkdir()
        (target / "thesis.odt").write_text("years of work")
    return target


@pytest.mark.parametrize(
    "kind",
    [
        "a folder with files",
        "a file",
        "a link to a folder",
        "a dangling link",
        "a link to one of our sites",
        "a folder called like our mark",
    ],
)
def test_what_no_build_has_made_is_never_replaced(tmp_path: Path, kind: str) -> None:
    target = foreign(tmp_path, kind)
    before = sorted((str(path), path.lstat().st_mtime_ns) for path in tmp_path.rglob("*"))
    with pytest.raises(NotOurs), staged(target):
        pytest.fail("the block must not be entered")
    assert sorted((str(path), path.lstat().st_mtime_ns) for path in tmp_path.rglob("*")) == before


def test_the_home_folder_is_never_replaced() -> None:
    with pytest.raises(NotOurs), staged(Path.home()):
        pytest.fail("the block must not be entered")


def test_an_empty_folder_and_a_missing_parent_are_fine(swap: str, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    built(tmp_path / "site", "new")
    built(tmp_path / "deep/er/site", "new")
    assert state(tmp_path / "site") == state(tmp_path / "deep/er/site") == "new"


def test_a_run_killed_between_two_renames_is_mended_by_the_next(tmp_path: Path) -> None:
    target = tmp_path / "site"
    built(target, "old")
    target.rename(tmp_path / ".site.old")
    with staged(target):
        assert state(target) == "old"
    assert not (tmp_path / ".site.old").exists()


def test_stages_and_old_sites_that_killed_runs_left_are_cleared_away(tmp_path: Path) -> None:
    target = tmp_path / "site"
    for name in (".site.new-abc123", ".site.old", "site"):
        built(tmp_path / name, "old")
    (tmp_path / ".site.new-empty").mkdir()
    built(target, "new")
    assert state(target) == "new"
    assert beside(target) == []


@pytest.mark.parametrize("name", [".site.old", ".site.new-years", ".site.backup", "site.old", ".site.lock"])
def test_a_folder_that_only_looks_like_a_left_over_is_kept(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "thesis.odt").write_text("years of work")
    built(tmp_path / "site", "new")
    assert (tmp_path / name / "thesis.odt").read_text() == "years of work"


def test_what_stands_aside_is_left_alone_while_somebody_elses_folder_stands_in_its_place(tmp_path: Path) -> None:
    built(tmp_path / ".site.old", "old")
    (tmp_path / "site").mkdir()
    (tmp_path / "site/thesis.odt").write_text("years of work")
    with pytest.raises(NotOurs):
        built(tmp_path / "site", "new")
    assert state(tmp_path / ".site.old") == "old"


def test_an_old_site_that_was_set_aside_is_put_back_at_once_when_the_new_one_cannot_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, moved = tmp_path / "site", os.replace
    built(target, "old")

    def denied(one: Path, other: Path) -> None:
        if ".new-" in one.name:
            raise PermissionError(13, "Permission denied", str(one))
        moved(one, other)

    with monkeypatch.context() as patch:
        patch.setattr(staging, "exchanged", lambda one, other: False)
        patch.setattr(os, "replace", denied)
        with pytest.raises(PermissionError):
            built(target, "new")
    assert state(target) == "old"
    assert beside(target) == []


def test_an_exchange_that_the_disk_does_not_confirm_leaves_both_sites_until_the_next_build(
    swap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "site"
    built(target, "old")

    def failing(folder: Path) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(staging, "sync", failing)
        with pytest.raises(Unconfirmed, match="Input/output error"):
            built(target, "new")
    assert state(target) == "new"
    assert [state(target.parent / name) for name in beside(target)] == ["old"]
    built(target, "newer")
    assert beside(target) == []


def test_a_folder_that_cannot_be_copied_whole_is_one_error_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "handbook/deep").mkdir(parents=True)
    for name in ("a.html", "deep/b.html", "deep/c.html"):
        (tmp_path / "handbook" / name).write_text(name)
    (tmp_path / "handbook/deep/b.html").unlink()
    (tmp_path / "handbook/deep/b.html").symlink_to(tmp_path / "gone")
    with pytest.raises(FileNotFoundError), staged(tmp_path / "site") as stage:
        write_site(stage, [File("handbook", tmp_path / "handbook")])
    (tmp_path / "handbook/deep/b.html").unlink()
    with staged(tmp_path / "site") as stage:
        assert write_site(stage, [File("handbook", tmp_path / "handbook")]) == 2
    assert (tmp_path / "site/handbook/deep/c.html").read_text() == "deep/c.html"


def test_a_target_with_brackets_in_its_name_clears_only_its_own(tmp_path: Path) -> None:
    built(tmp_path / ".s1.new-other", "old")
    built(tmp_path / "s[12]", "new")
    assert state(tmp_path / ".s1.new-other") == "old"


# Killed in the middle ---------------------------------------------------------------------------------

BUILDER = """
import sys
from pathlib import Path
from heraldry.disk import File, staged, staging, write_site
target, edition, way, number = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
if way == "set aside":
    staging.exchanged = lambda one, other: False
print("ready", flush=True)
while True:
    with staged(target) as stage:
        write_site(stage, [File(f"team{n}/index.html", f"{edition} {n}".encode()) for n in range(number)])
"""


def killed(target: Path, edition: str, way: str, after: float) -> None:
    """A process that builds over and over, killed without warning after some seconds."""
    with subprocess.Popen(
        [sys.executable, "-c", BUILDER, target, edition, way, str(FILES)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        time.sleep(after)
        process.send_signal(signal.SIGKILL)


def assert_kills_leave_a_whole_site(target: Path, kills: int, way: str) -> None:
    built(target, "old")
    luck = random.Random(20260303)
    for kill in range(kills):
        killed(target, f"new{kill}", way, luck.uniform(0.001, 0.06))
        found = state(target)
        assert found == "" if way == "set aside" and not target.exists() else found not in ("", "mixed", "partial")
        with staged(target):
            assert state(target) not in ("", "mixed", "partial")
        built(target, "old")
        assert state(target) == "old"
        assert beside(target) == []


def test_a_build_that_is_killed_leaves_the_old_site_or_the_new_one(tmp_path: Path) -> None:
    assert_kills_leave_a_whole_site(tmp_path / "site", 14, "exchange")


def test_a_build_that_is_killed_where_folders_cannot_be_exchanged_loses_nothing(tmp_path: Path) -> None:
    assert_kills_leave_a_whole_site(tmp_path / "site", 6, "set aside")


@pytest.mark.soak
@pytest.mark.parametrize("way", ["exchange", "set aside"])
def test_no_moment_is_bad_for_a_kill(tmp_path: Path, way: str) -> None:
    assert_kills_leave_a_whole_site(tmp_path / "site", 300, way)


# Locked ---------------------------------------------------------------------------------------------

HOLDER = """
import sys, time
from pathlib import Path
from heraldry.disk import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def held(target: Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", HOLDER, target], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == b"held\n"
            yield process
        finally:
            process.kill()


def test_a_second_run_is_told_at_once_and_a_killed_one_holds_nothing(tmp_path: Path) -> None:
    target = tmp_path / "site"
    with held(target) as process:
        began = time.monotonic()
        with pytest.raises(Busy), locked(target):
            pytest.fail("the block must not be entered")
        assert time.monotonic() - began < 0.5
        process.send_signal(signal.SIGKILL)
        process.wait()
        with locked(target):
            pass


def test_two_targets_do_not_lock_each_other(tmp_path: Path) -> None:
    with held(tmp_path / "one"), locked(tmp_path / "two"):
        pass


def test_a_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="oops"), locked(tmp_path / "site"):
        raise ValueError("oops")
    with locked(tmp_path / "site"):
        pass


# Single files ---------------------------------------------------------------------------------------


def test_a_file_is_written_whole_with_its_folder(tmp_path: Path) -> None:
    write_whole(tmp_path / "a/b.jsonl", b"one")
    write_whole(tmp_path / "a/b.jsonl", b"two")
    assert (tmp_path / "a/b.jsonl").read_bytes() == b"two"
    assert os.listdir(tmp_path / "a") == ["b.jsonl"]
    assert stat.S_IMODE((tmp_path / "a/b.jsonl").stat().st_mode) == 0o644


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_a_failed_write_keeps_the_old_file_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: type[BaseException]
) -> None:
    path = tmp_path / "b.jsonl"
    write_whole(path, b"old")

    def fails(*arguments: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(os, step, fails)
        with pytest.raises(error):
            write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["b.jsonl"]


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    write_changed(tmp_path, {"same": b"1", "other": b"1"})
    before = {name: (tmp_path / name).stat().st_ino for name in ("same", "other")}
    write_changed(tmp_path, {"same": b"1", "other": b"2", "new/er": b"3"})
    assert (tmp_path / "same").stat().st_ino == before["same"]
    assert (tmp_path / "other").read_bytes() == b"2"
    assert (tmp_path / "new/er").read_bytes() == b"3"


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "", ".", "C:\\x", "C:x", "a\\..\\..\\x"])
def test_no_file_of_a_site_leads_out_of_it(tmp_path: Path, path: str) -> None:
    (tmp_path / "stage").mkdir()
    with pytest.raises(ValueError, match="^" + re.escape(path) + "$"):
        write_site(tmp_path / "stage", [File(path, b"x")])
    assert os.listdir(tmp_path) == ["stage"]
    assert os.listdir(tmp_path / "stage") == []


# Reading --------------------------------------------------------------------------------------------


def test_only_plain_files_are_found_below_a_folder(tmp_path: Path) -> None:
    root = tmp_path / "root"
    for name in ("posts/b.md", "posts/a.md", "posts/deep/c.md", "posts/d.MD"):
        write_whole(root / name, b"x")
    for name in (".hidden.md", "posts/.git/x.md", "posts/#a.md#", "posts/a.md~", "posts/a.md.swp", "posts/.a.md.swp",
                 "posts/e.md.bak", "posts/f.md.orig", "posts/.env"):  # fmt: skip
        write_whole(root / name, b"x")
    write_whole(tmp_path / "outside/secret.md", b"x")
    (root / "posts/link.md").symlink_to(tmp_path / "outside/secret.md")
    (root / "posts/linked").symlink_to(tmp_path / "outside")
    (root / "posts/circle").symlink_to(root)
    os.mkfifo(root / "posts/pipe.md")
    found = ["posts/a.md", "posts/b.md", "posts/d.MD", "posts/deep/c.md"]
    assert list(files_below(root, "posts")) == found
    assert list(files_below(root, "posts", frozenset({".md"}))) == found
    assert list(files_below(root, "posts", frozenset({".png"}))) == []


def test_a_folder_behind_a_link_is_not_looked_into(tmp_path: Path) -> None:
    write_whole(tmp_path / "outside/posts/secret.md", b"x")
    (tmp_path / "root").mkdir()
    (tmp_path / "root/content").symlink_to(tmp_path / "outside")
    assert list(files_below(tmp_path / "root", "content")) == []
    assert list(files_below(tmp_path / "root", "content/posts")) == []
    assert list(files_below(tmp_path / "root", "missing")) == []


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("feeds/a.xml", True),
        ("./feeds/a.xml", True),
        ("feeds", False),
        ("feeds/b.xml", False),
        ("../outside.xml", False),
        ("feeds/../../outside.xml", False),
        ("feeds/link.xml", False),
        ("linked/outside.xml", False),
        ("pipe", False),
        ("/etc/passwd", False),
        ("", False),
        ("C:/x", False),
        ("feeds\\a.xml", False),
        ("a\0b", False),
    ],
)
def test_a_path_leads_to_a_plain_file_inside_or_nowhere(tmp_path: Path, path: str, found: bool) -> None:
    root = tmp_path / "root"
    write_whole(root / "feeds/a.xml", b"x")
    write_whole(tmp_path / "outside.xml", b"x")
    (root / "feeds/link.xml").symlink_to(tmp_path / "outside.xml")
    (root / "linked").symlink_to(tmp_path)
    os.mkfifo(root / "pipe")
    assert inside(root, path) is found
