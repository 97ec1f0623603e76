"""requirements.lock follows pyproject.toml: `make lock` was run after the last change there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
WANTED = [Requirement(line) for line in (*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"])]
BLOCKS = re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text("utf-8").strip())
LOCKED = {canonicalize_name(block.split("==")[0]): re.split(r"[ \\]", block.split("==")[1])[0] for block in BLOCKS}


@pytest.mark.parametrize("wanted", WANTED, ids=str)
def test_what_the_project_asks_for_is_locked_at_a_version_it_accepts(wanted: Requirement) -> None:
    assert wanted.specifier.contains(LOCKED[canonicalize_name(wanted.name)])


def test_nothing_is_locked_that_the_project_no_longer_asks_for() -> None:
    asked = {canonicalize_name(block.split("==")[0]) for block in BLOCKS if re.search(r"heraldry[ :]", block)}
    assert asked == {canonicalize_name(wanted.name) for wanted in WANTED}


def test_every_line_of_the_lock_has_hashes() -> None:
    assert [block.split("==")[0] for block in BLOCKS if "--hash=sha256:" not in block] == []
