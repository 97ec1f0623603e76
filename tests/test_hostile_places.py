"""What stands in the way of a build: damaged themes, secrets left out, places that a site may not take."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image
from site_text import TEAMS, write_site

from heraldry.cli import main
from heraldry.disk import NotOurs
from heraldry.pipeline import Order, Outcome, build
from heraldry.problems import errors

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
POST = "=== content/posts/lab.md ===\n---\ntitle: Lab\ntype: company\npublish: 2026-11-01\n---\nIt is open.\n"
PILOT = TEAMS + "  trial: {name: Trial, stage: pilot, sees: {types: [company]}}\n"
PO = "locale/en/LC_MESSAGES/heraldry.po"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_site(tmp_path / "root", POST)


def made(root: Path, environment: dict[str, str] | None = None) -> Outcome:
    return build(Order(root=root, out=root / "site", now=NOW, offline=True), environment or {})


THEMES = {
    "a division by zero": ("share/_card.html", b"{{ 1 / 0 }}", "share/_card.html:1"),
    "a wrong type": ("share/_card.html", b"\n{{ card.title + 1 }}", "share/_card.html:2"),
    "a template within itself": ("share/_take.html", b'{% include "_take.html" %}', "share/_take.html:1"),
    "a template in latin-1": ("share/_card.html", b"caf\xe9", "share/_card.html:1"),
    "no catalogue at all": (PO, b"\xff\xfe\x00", f"{PO}:1"),
    "an unknown encoding": (PO, b'msgid ""\nmsgstr "Content-Type: text/plain; charset=nope\\n"\n\nmsgid "a"\nmsgstr "b"\n', f"{PO}:1"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "body", "place"), THEMES.values(), ids=THEMES)
def test_a_damaged_theme_is_a_problem_at_its_file_and_writes_nothing(
    root: Path, name: str, body: bytes, place: str
) -> None:
    write_site(root, POST, {f"theme/{name}": body})
    outcome = made(root)
    assert outcome.written is None
    assert [f"{p.at.path}:{p.at.line}" for p in outcome.problems] == [f"theme/{place}"]
    assert not (root / "site").exists()


def test_a_handbook_that_fails_leaves_the_last_good_one(root: Path) -> None:
    write_site(root, POST, {"content/handbook/index.md": b"---\ntitle: Home\n---\n# Home\n"})
    assert made(root).written
    before = (root / "site/handbook/index.html").read_bytes()
    write_site(root, POST, {"theme/handbook/main.html": b"{% block"})
    outcome = made(root)
    assert outcome.written
    assert errors(outcome.problems)
    assert (root / "site/handbook/index.html").read_bytes() == before
    assert "handbook/" in (root / "site/index.html").read_text("utf-8")


def test_words_of_the_handbook_that_are_no_yaml_are_a_problem(root: Path) -> None:
    write_site(root, POST, {"content/handbook/index.md": b"---\ntitle: Home\n---\n# Home\n"})
    write_site(root, POST, {"theme/handbook/labels.yaml": b"en: [1"})
    assert [p.at.path for p in errors(made(root).problems)] == ["theme/handbook/labels.yaml"]


def test_a_pilot_without_a_secret_is_not_published(root: Path) -> None:
    (root / "teams.yaml").write_text(PILOT, "utf-8")
    outcome = made(root)
    assert outcome.written is None
    assert "the pilot 'trial'" in outcome.problems[0].message
    assert made(root, {"HERALDRY_PILOT_SECRET": "a long text"}).written


def test_a_picture_with_the_longest_name_is_published(root: Path) -> None:
    name = "i" * 245 + ".png"
    post = POST.replace("publish:", f"image: ../media/{name}\nimage_alt: Lab\npublish:")
    write_site(root, post)
    (root / "content/media").mkdir()
    Image.new("RGB", (4, 4)).save(root / "content/media" / name)
    assert made(root).written
    assert list((root / "site/assets/media").glob("iii*.png"))


def test_a_folder_that_is_no_site_is_refused_before_anything_is_written(root: Path) -> None:
    write_site(root, POST, {"public/mine.txt": b"mine"})
    before = sorted(root.rglob("*"))
    with pytest.raises(NotOurs):
        build(Order(root=root, out=root / "public", now=NOW, offline=True), {})
    assert sorted(root.rglob("*")) == before


@pytest.mark.parametrize("out", ["archive", "content/new", "theme", ".git/site"])
def test_a_site_does_not_go_among_its_own_files(root: Path, out: str) -> None:
    result = CliRunner().invoke(main, ["build", "--offline", "-C", str(root), "--out", str(root / out)])
    assert (result.exit_code, "own files" in result.output, (root / out).exists()) == (2, True, False)


@pytest.mark.parametrize("url", ["https://me:pw@acme.example/", "https://acme.example//", "https://acme.example/a//b"])
def test_a_base_url_with_a_password_or_two_slashes_is_refused(root: Path, url: str) -> None:
    result = CliRunner().invoke(main, ["build", "--offline", "-C", str(root), "--base-url", url])
    assert (result.exit_code, "no web address" in result.output) == (2, True)


def test_a_site_that_is_a_link_to_itself_is_refused(root: Path) -> None:
    (root / "site").symlink_to("site")
    result = CliRunner().invoke(main, ["build", "--offline", "-C", str(root)])
    assert (result.exit_code, "leads nowhere" in result.output) == (2, True)


def test_a_file_that_may_not_be_read_is_said_so(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> bytes:
        raise PermissionError(13, "Permission denied", "content/posts/lab.md")

    monkeypatch.setattr(Path, "read_bytes", refused)
    result = CliRunner().invoke(main, ["check", "-C", str(root)])
    assert (result.exit_code, "the site could not be read" in result.output) == (1, True)


@pytest.mark.parametrize("folder", ["content", "content/posts"])
def test_a_link_in_the_place_of_the_posts_leaves_the_old_site(root: Path, folder: str) -> None:
    assert made(root).written
    before = (root / "site/everyone/index.html").read_bytes()
    (root / folder).rename(root / "elsewhere")
    (root / folder).symlink_to(root / "elsewhere")
    outcome = made(root)
    assert (outcome.written, [problem.at.path for problem in outcome.problems]) == (None, [folder])
    assert (root / "site/everyone/index.html").read_bytes() == before
