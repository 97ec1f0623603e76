"""The benchmark's own ground: a corpus that is the same everywhere, and a checker that sees what is wrong."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from bench.check import cards, decoded, differences
from bench.corpus import LATER, NOW, corpus, write
from bench.oracle import expected, tagged
from heraldry import pipeline
from heraldry.problems import Read

ROOT = Path(__file__).parents[1]


def built(root: Path, out: Path, now: datetime) -> pipeline.Outcome:
    """The site without a handbook, whose engine is slow and none of the checker's business here."""
    order = pipeline.Order(root=root, out=out, now=now, offline=True, dated=True, handbook=Read(frozenset()))
    return pipeline.build(order, {})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("corpus")
    write(corpus("XS"), made)
    return made


def test_the_corpus_of_a_size_is_the_same_at_every_call() -> None:
    assert corpus("XS") == corpus("XS")
    assert corpus("XS") != corpus("S")


def test_no_two_items_of_the_corpus_are_as_old_as_each_other() -> None:
    made = corpus("S")
    moments = [post.publish for post in made.posts] + [e.published for feed in made.feeds for e in feed.entries]
    assert len(set(moments)) == len(moments)


def test_exactly_one_post_falls_due_between_the_two_clocks_and_none_ends() -> None:
    for size in ("XS", "S"):
        posts = corpus(size).posts
        assert len([post for post in posts if NOW < post.publish <= LATER]) == 1
        assert not [post for post in posts if post.expires and NOW < post.expires <= LATER]


def test_heraldry_finds_nothing_wrong_with_the_corpus(folder: Path) -> None:
    assert pipeline.inspected(folder / "heraldry", NOW) == ()


@pytest.fixture(scope="module")
def site(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("built") / "site"
    outcome = built(folder / "heraldry", out, NOW)
    assert outcome.written
    assert outcome.problems == ()
    for chapter in corpus("XS").pages:
        page = out / "handbook" / chapter.slug / "index.html"
        page.parent.mkdir(parents=True)
        page.touch()
    return out


def test_every_card_and_link_is_as_the_oracle_says(folder: Path, site: Path) -> None:
    wanted = expected(folder / "heraldry", NOW)
    assert list(differences(wanted, site)) == []
    assert {len(page) for page in wanted.teams.values()} == {60}


def test_the_checker_sees_that_a_post_has_fallen_due_since(folder: Path, site: Path) -> None:
    found = list(differences(expected(folder / "heraldry", LATER), site))
    assert "posts: 1 pages missing, 0 too many" in found
    assert any("in another order" in line for line in found)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("utm_campaign%3Dteam-000", "utm_campaign%3Dteam-001", "links differ"),
        ("https://bsky.app/", "https://bsky.example/", "links differ"),
        ('<article class="card', '<article class="cart', "0 cards for 60"),
    ],
)
def test_the_checker_sees_a_page_that_differs(folder: Path, site: Path, old: str, new: str, said: str) -> None:
    page = site / "team-000/index.html"
    whole = page.read_text("utf-8")
    assert old in whole
    page.write_text(whole.replace(old, new), "utf-8")
    try:
        found = list(differences(expected(folder / "heraldry", NOW), site))
    finally:
        page.write_text(whole, "utf-8")
    assert len(found) == 1
    assert said in found[0]


def test_a_share_link_is_read_as_the_network_reads_it() -> None:
    assert decoded("mailto:?subject=A%20%26%20B&body=1+1%0D%0A2") == (
        "mailto:",
        {"subject": "A & B", "body": "1+1\r\n2"},
    )
    assert decoded("https://share.joinmastodon.org/#text=a%23b") == ("https://share.joinmastodon.org/", {"text": "a#b"})
    page = (
        '<article class="card x" id="one"><a href="https://acme.example/">t</a><a href="mailto:?body=b">m</a></article>'
    )
    assert cards(page) == {"one": [("mailto:", {"body": "b"})]}


def test_tags_stand_between_query_and_fragment() -> None:
    tail = "utm_source=x&utm_medium=social&utm_campaign=c&utm_content=p"
    assert tagged("https://a.example/?q=a%20b#f", "x", "c", "p") == f"https://a.example/?q=a%20b&{tail}#f"
    assert tagged("https://a.example/", "x", "c", "p") == f"https://a.example/?{tail}"


def test_the_feeds_are_measured_stage_by_stage() -> None:
    command = [sys.executable, "-m", "bench.feeds", "--documents", "2", "--entries", "3", "--times", "1"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.startswith("2 RSS documents of 3 entries")
    assert len(re.findall(r"^\| [^|]+ \| \d+\.\d\d \| [\d,]+ \|$", said, re.MULTILINE)) == 8
