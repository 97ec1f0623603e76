"""Whole builds over feeds: what an editor, a rename or a slip of the hand does to imported entries."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from servers import Shelf, scripted

from heraldry import pipeline
from heraldry.cli import main

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TEAMS = """
programme:
  name: Acme Voices
  organisation: Acme
  url: https://voices.acme.example/
  timezone: Europe/Istanbul
  languages: [en]
  networks: [linkedin]
  disclosure: {en: I work at Acme.}
teams:
  everyone: {name: Everyone, sees: {types: [company, industry]}}
"""
ITEM = "<item><title>{0}</title><link>https://news.example/{1}</link><guid>{1}</guid></item>"


def rss(**titles: str) -> bytes:
    items = "".join(ITEM.format(title, key) for key, title in titles.items())
    return f"<rss version='2.0'><channel><title>n</title>{items}</channel></rss>".encode()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "teams.yaml").write_text(TEAMS)
    return tmp_path


def sources(site: Path, url: str, key: str = "news") -> None:
    line = f"sources: {{{key}: {{url: '{url}/feed', type: industry, allow_private: true}}}}\n"
    (site / "sources.yaml").write_text(line)


def build(site: Path) -> pipeline.Outcome:
    return pipeline.build(pipeline.Order(root=site, out=site / "site", now=NOW), {})


def page(site: Path) -> str:
    return (site / "site/everyone/index.html").read_text("utf-8")


def test_a_post_with_a_mistake_still_holds_its_story(site: Path) -> None:
    """It was perhaps written to correct the story, or to withdraw it: the raw entry must not come back."""
    post = site / "content/posts/lab.md"
    post.parent.mkdir(parents=True)
    post.write_text("---\ntitle: Ours\nurl: https://news.example/a\ntype: industry\nbogus: x\n---\nWords\n")
    with scripted(Shelf({"/feed": rss(a="Their telling", b="Another story")})) as server:
        sources(site, server.url)
        outcome = build(site)
    assert "unknown key 'bogus'" in {problem.message for problem in outcome.problems}
    assert "Another story" in page(site)
    assert "Their telling" not in page(site)


def test_an_archive_that_a_renamed_source_has_left_behind_is_named_and_can_follow(site: Path) -> None:
    shelf = Shelf({"/feed": rss(a="An old story")})
    with scripted(shelf) as server:
        sources(site, server.url)
        build(site)
        shelf.documents["/feed"] = rss(b="A new story")
        sources(site, server.url, "blog")
        (warning,) = build(site).problems
        assert (warning.at.path, warning.message) == (
            "archive/news.jsonl",
            "no source is called 'news' any more: its 1 entries are on no page",
        )
        assert "An old story" not in page(site)
        (site / "archive/blog.jsonl").unlink()
        (site / "archive/.before/blog.jsonl").unlink()
        (site / "archive/news.jsonl").rename(site / "archive/blog.jsonl")
        assert build(site).problems == ()
    assert "An old story" in page(site)
    assert "A new story" in page(site)


def test_an_archive_from_a_backup_is_not_told_that_nothing_has_changed(site: Path) -> None:
    """The state is newer than the archive: what the feed still has must be read again, though it is the same."""
    shelf = Shelf({"/feed": rss(a="An old story")})
    with scripted(shelf) as server:
        sources(site, server.url)
        build(site)
        backup = (site / "archive/news.jsonl").read_bytes()
        shelf.documents["/feed"] = rss(a="An old story", b="A new story")
        build(site)
        (site / "archive/news.jsonl").write_bytes(backup)
        (site / "archive/.before/news.jsonl").write_bytes(backup)
        build(site)
    assert "A new story" in page(site)


@pytest.mark.parametrize("name", ["archive", "archive/images"])
def test_a_link_in_the_place_of_the_archive_is_an_error(name: str, site: Path) -> None:
    (site / "elsewhere").mkdir()
    (site / name).parent.mkdir(exist_ok=True)
    (site / name).symlink_to(site / "elsewhere")
    (problem,) = build(site).problems
    assert (problem.at.path, problem.message) == (name, "a link is not followed: nothing in it is read")
    assert not (site / "site").exists()


def test_a_folder_in_the_place_of_the_sources_is_an_error(site: Path) -> None:
    (site / "sources.yaml").mkdir()
    (problem,) = build(site).problems
    assert problem.message == "a folder stands in the place of this file"


def test_what_the_disk_refuses_is_said_with_the_name_of_the_file(site: Path) -> None:
    with scripted(Shelf({"/feed": rss(a="A story")})) as server:
        sources(site, server.url)
        (site / "archive/news.jsonl").mkdir(parents=True)
        done = CliRunner().invoke(main, ["build", "-C", str(site)])
    assert done.exit_code == 1
    assert done.stderr.splitlines()[-1] == (
        f"the site could not be built: {site}/archive/news.jsonl: is a directory; the old one stays"
    )


def test_what_a_review_has_refused_stays_away_when_the_review_ends(site: Path) -> None:
    refused = site / "content/posts/inbox/refused.txt"
    refused.parent.mkdir(parents=True)
    refused.write_text("https://news.example/a\n")
    (refused.parent / "reviewed.txt").write_text(
        "other-0123456789 https://news.example/b Deleted in the pull request\n"
    )
    with scripted(Shelf({"/feed": rss(a="Refused", b="Deleted in the pull request", c="Fine")})) as server:
        sources(site, server.url)
        build(site)
    assert "Fine" in page(site)
    assert "Refused" not in page(site)
    assert "Deleted in the pull request" not in page(site)


@pytest.mark.parametrize("auth", ["s3cr3t-token", "{env: s3cr3t-token}", "[s3cr3t-token]"])
def test_a_token_in_the_place_of_its_variable_is_not_repeated(auth: str, site: Path) -> None:
    line = f"sources: {{news: {{url: 'https://news.example/feed', type: industry, auth: {auth}}}}}\n"
    (site / "sources.yaml").write_text(line)
    done = CliRunner().invoke(main, ["check", "-C", str(site)])
    assert "not the name of an environment variable" in done.output
    assert "s3cr3t" not in done.output
