"""The files that `heraldry init` writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

STARTER = Path(__file__).parents[1] / "heraldry" / "starter"
FILES = sorted(path for path in STARTER.rglob("*") if path.is_file())
POSTS = sorted((STARTER / "content" / "posts").glob("*.md"))


def header(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(path.read_text("utf-8").split("---\n")[1], Loader=yaml.BaseLoader)
    return loaded


def teams() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((STARTER / "teams.yaml").read_text("utf-8"), Loader=yaml.BaseLoader)
    return loaded


def wordings(path: Path) -> list[str]:
    return [text for variants in header(path)["captions"].values() for text in variants]


def test_no_name_begins_with_a_dot_which_a_wheel_or_an_ignore_rule_might_drop() -> None:
    assert [path for path in FILES if any(part.startswith(".") for part in path.relative_to(STARTER).parts)] == []


def test_the_pinned_requirement_has_one_place() -> None:
    holding = [path.relative_to(STARTER).as_posix() for path in FILES if b"@HERALDRY@" in path.read_bytes()]
    assert holding == ["requirements.txt"]
    assert (STARTER / "requirements.txt").read_text("utf-8").splitlines().count("@HERALDRY@") == 1


@pytest.mark.parametrize("path", POSTS, ids=lambda path: path.name)
def test_captions_leave_disclosure_and_link_to_the_tool(path: Path) -> None:
    lines = teams()["programme"]["disclosure"].values()
    assert wordings(path)
    assert [text for text in wordings(path) if "http" in text or any(line in text for line in lines)] == []


@pytest.mark.parametrize("folder", ["posts", "policy"])
def test_every_text_for_employees_exists_in_every_language_of_the_programme(folder: str) -> None:
    first, *others = teams()["programme"]["languages"]
    for path in (STARTER / "content" / folder).glob("*.md"):
        stem = path.name.split(".")[0]
        assert (path.parent / f"{stem}.md").exists(), first
        assert [lang for lang in others if not (path.parent / f"{stem}.{lang}.md").exists()] == []
