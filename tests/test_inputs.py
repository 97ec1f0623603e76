"""What a site is made of, as digests: the same with and without git, and never behind a change."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from site_text import write_site

from heraldry import inputs

SITE = """\
=== content/posts/lab.md ===
---
title: The lab
---
=== content/posts/çay-서울.md ===
---
title: Çay
---
=== content/handbook/index.md ===
# Hello
=== sources.yaml ===
sources: {}
=== theme/static/own.css ===
p {}
=== README.md ===
Hello
"""


def run(root: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@acme.example", *arguments]
    subprocess.run(command, cwd=root, check=True, capture_output=True)


def committed(root: Path) -> Path:
    run(root, "init", "-q", "-b", "main")
    run(root, "add", "-A")
    run(root, "commit", "-qm", "begin")
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return committed(write_site(tmp_path / "site", SITE))


def differing(one: dict[str, str], other: dict[str, str]) -> set[str]:
    return {name for name in one if one[name] != other[name]}


def test_there_is_one_for_each_kind_of_input(root: Path) -> None:
    assert set(inputs.digests(root)) == {"code", "content", "theme", "settings"}


def test_git_and_a_walk_through_the_folders_agree(root: Path, tmp_path: Path) -> None:
    assert inputs.digests(write_site(tmp_path / "plain", SITE)) == inputs.digests(root)


def test_a_site_in_a_folder_of_a_repository_is_seen_from_there(root: Path, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    write_site(outer / "voices", SITE)
    assert inputs.digests(committed(outer) / "voices") == inputs.digests(root)


def test_a_fresh_clone_has_the_same(root: Path, tmp_path: Path) -> None:
    run(tmp_path, "clone", "-q", str(root), "clone")
    assert inputs.digests(tmp_path / "clone") == inputs.digests(root)


def written(path: str, text: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")

    return change


def staged(path: str, text: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        written(path, text)(root)
        run(root, "add", "-A", "-f")

    return change


def renamed(root: Path) -> None:
    (root / "content/posts/lab.md").rename(root / "content/posts/lap.md")


def swapped(root: Path) -> None:
    """Two files with each other's bytes: the same names and the same contents, in other places."""
    one, other = root / "content/posts/lab.md", root / "content/posts/çay-서울.md"
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def told_not_to_look(flag: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        run(root, "update-index", flag, "content/posts/lab.md")
        written("content/posts/lab.md", "---\ntitle: Other\n---\n")(root)

    return change


def sparse(root: Path) -> None:
    """A checkout that leaves a folder of content/ out."""
    run(root, "sparse-checkout", "set", "--no-cone", "/*", "!content/handbook")


def nested(root: Path) -> None:
    """A repository inside content/, of which this one knows nothing."""
    committed(write_site(root / "content/lent", SITE))


CHANGES: list[tuple[str, Callable[[Path], None], set[str]]] = [
    ("a post changed and not committed", written("content/posts/lab.md", "---\ntitle: Other\n---\n"), {"content"}),
    ("the same length and another word", written("content/posts/lab.md", "---\ntitle: The lap\n---\n"), {"content"}),
    ("a change that git has staged", staged("content/posts/lab.md", "---\ntitle: Other\n---\n"), {"content"}),
    ("a new post that git does not know", written("content/posts/new.md", "---\ntitle: N\n---\n"), {"content"}),
    ("a new post that git ignores", written("content/posts/secret.md", "---\ntitle: S\n---\n"), {"content"}),
    ("a removed post", lambda root: (root / "content/posts/lab.md").unlink(), {"content"}),
    ("a renamed post", renamed, {"content"}),
    ("two posts that change places", swapped, {"content"}),
    ("a team", written("teams.yaml", "teams: {}\n"), {"settings"}),
    ("no sources any more", lambda root: (root / "sources.yaml").unlink(), {"settings"}),
    ("a stylesheet of one's own", written("theme/static/own.css", "p { color: red }\n"), {"theme"}),
    ("a readme", written("README.md", "Other\n"), set()),
    ("an editor's backup", written("content/posts/lab.md~", "old"), set()),
    ("a hidden file", written("content/posts/.lab.md.swp", "old"), set()),
    ("a hidden file in git", staged("content/.cache/x.md", "old"), set()),
    ("a change that git was told to overlook", told_not_to_look("--assume-unchanged"), {"content"}),
    ("a change outside a sparse checkout", told_not_to_look("--skip-worktree"), {"content"}),
    ("a sparse checkout without a folder", sparse, {"content"}),
    ("a repository inside the repository", nested, {"content"}),
    ("an empty folder", lambda root: (root / "content/more").mkdir(), set()),
]


@pytest.mark.parametrize(("change", "named"), [(c, n) for _, c, n in CHANGES], ids=[t for t, _, _ in CHANGES])
def test_a_change_shows_in_its_own_digest_alone(root: Path, change: Callable[[Path], None], named: set[str]) -> None:
    (root / ".gitignore").write_text("secret.md\n", "utf-8")
    before = inputs.digests(root)
    change(root)
    assert differing(before, inputs.digests(root)) == named


def test_a_link_is_no_input(root: Path) -> None:
    before = inputs.digests(root)
    (root / "content/posts/link.md").symlink_to(root / "README.md")
    assert inputs.digests(root) == before
    run(root, "add", "-A")
    assert inputs.digests(root) == before


def test_files_of_a_submodule_count(root: Path, tmp_path: Path) -> None:
    posts = committed(write_site(tmp_path / "posts", SITE))
    run(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(posts), "content/posts/more")
    run(root, "commit", "-qm", "a submodule")
    before = inputs.digests(root)
    written("content/posts/more/content/posts/lab.md", "---\ntitle: Other\n---\n")(root)
    assert differing(before, inputs.digests(root)) == {"content"}
    run(root / "content/posts/more", "commit", "-qam", "other")
    assert differing(before, inputs.digests(root)) == {"content"}


def test_committing_what_is_there_changes_nothing(root: Path) -> None:
    written("content/posts/new.md", "---\ntitle: N\n---\n")(root)
    before = inputs.digests(root)
    run(root, "add", "-A")
    run(root, "commit", "-qm", "more")
    assert inputs.digests(root) == before


def test_without_a_site_nothing_is_raised(tmp_path: Path) -> None:
    assert set(inputs.digests(tmp_path)) == {"code", "content", "theme", "settings"}


def test_the_archives_count_by_source_and_by_byte() -> None:
    one = inputs.archive_digest({"blog": b"a", "news": b"b"})
    assert one == inputs.archive_digest({"news": b"b", "blog": b"a", "new": b""})
    assert one != inputs.archive_digest({"blog": b"b", "news": b"a"})
    assert one != inputs.archive_digest({"blog": b"a"})
