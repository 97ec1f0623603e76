"""What the papers say is so: the reference is fresh, links lead somewhere, commands exist."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from click.testing import CliRunner

from heraldry.cli import main
from heraldry.networks import NETWORKS

ROOT = Path(__file__).parents[1]
PAPERS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_the_reference_is_what_the_code_says() -> None:
    made = runpy.run_path(str(ROOT / "docs/make_reference.py"))["reference"]()
    assert (ROOT / "docs/reference.md").read_text("utf-8") == made, "run `make reference`"


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_to_a_file(paper: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", paper.read_text("utf-8")):
        assert (paper.parent / target).exists(), target


def test_the_commands_that_the_readme_names_exist() -> None:
    known = main.list_commands(None)  # type: ignore[arg-type]
    named = set(re.findall(r"heraldry ([a-z]+)", (ROOT / "README.md").read_text("utf-8")))
    assert named
    assert named <= {*known, "serve"}
    assert CliRunner().invoke(main, ["--help"]).exit_code == 0


def test_the_make_targets_that_papers_name_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    for paper in PAPERS:
        assert set(re.findall(r"`make ([a-z]+)`", paper.read_text("utf-8"))) <= targets, paper


def test_the_readme_counts_the_networks_right() -> None:
    assert len(NETWORKS) == 20
    assert "Twenty networks" in (ROOT / "README.md").read_text("utf-8")


def test_every_room_of_the_layer_contract_stands_in_the_architecture() -> None:
    contract = (ROOT / ".importlinter").read_text("utf-8").split("layers =")[1].split("[importlinter:")[0]
    drawn = (ROOT / "docs/architecture.md").read_text("utf-8")
    for room in re.findall(r"\((\w+)\)", contract):
        if (ROOT / f"heraldry/{room}.py").exists() or (ROOT / f"heraldry/{room}").is_dir():
            assert re.search(rf"`{room}/?`", drawn), room
