"""Real feeds, recorded by others, served over HTTP and built into pages: what a person would then read."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser
from servers import Shelf, scripted
from site_text import write_site

from heraldry.feeds import pictures
from heraldry.feeds.news import MOST_ENTRIES
from heraldry.pipeline import Order, Outcome, build

RECORDED = Path(__file__).parents[2] / "shared/data/feeds/recorded"
NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="needs ../shared/data")

BY_TAG = ("craigslist.rss", "encoding.rss", "guardian.rss", "heise.atom", "heraldsun.rss", "reddit.rss", "reddit-atom.rss",
          "rss-1.rss", "uolNoticias.rss", "unrecognized.rss")  # fmt: skip
BY_SOURCE = ("feedburner.atom", "giantbomb-podcast.rss", "gulp-atom.atom", "instant-article.rss", "many-links.rss",
             "narro.rss", "missing-fields.atom", "incomplete-fields.atom")  # fmt: skip
SILENT = {
    "unrecognized.rss": "the document is not a feed, but a web page",
    "missing-fields.atom": "its only entry has no title, no text and no link",
    "incomplete-fields.atom": "its only entry has no title, no text and no link",
}
LONG = {"giantbomb-podcast.rss": "it holds 730 entries; only the first 500 were read"}


def key(name: str) -> str:
    return name.replace(".", "-").lower()


def site(url: str) -> str:
    sources = [
        f"  {key(name)}: {{url: '{url}/{name}', type: industry, tags: [{'world' if name in BY_TAG else 'other'}]}}"
        for name in BY_TAG + BY_SOURCE
    ]
    return "\n".join(
        [
            "=== teams.yaml ===",
            "programme:",
            "  name: Acme Voices",
            "  organisation: Acme",
            "  url: https://voices.acme.example/",
            "  timezone: Europe/Berlin",
            "  languages: [en]",
            "  networks: [linkedin, x, email]",
            "  disclosure: {en: I work at Acme.}",
            "  page_size: 1000",
            "teams:",
            "  readers: {name: Readers, sees: {tags: [world]}}",
            f"  makers: {{name: Makers, sees: {{sources: [{', '.join(map(key, BY_SOURCE))}]}}}}",
            "  nobody: {name: Nobody, sees: {tags: [nothing]}}",
            "=== sources.yaml ===",
            "defaults: {keep: 20000d, max_per_day: 1000, max_bytes: 5MB, allow_private: true}",
            "sources:",
            *sources,
            "",
        ]
    )


@dataclass(frozen=True)
class Built:
    """The site, what its build said, and how many seconds it took."""

    root: Path
    outcome: Outcome
    seconds: float

    def cards(self, team: str) -> list[tuple[str, str, str, str]]:
        """The slug, title, address and text of each card on a team's page."""
        page = LexborHTMLParser((self.root / "site" / team / "index.html").read_text("utf-8"))
        links = [(card, card.css_first("h3 a")) for card in page.css("article.card")]
        return [(card.id, a.text(), a.attributes["href"], _prose(card)) for card, a in links]  # type: ignore[misc,union-attr]

    def of(self, name: str) -> list[tuple[str, str, str, str]]:
        """The cards of one document, on the pages of the team that is to see it."""
        team = "readers" if name in BY_TAG else "makers"
        return [card for card in self.cards(team) if re.fullmatch(f"{key(name)}-[0-9a-f]{{10}}", card[0])]


def _prose(card: object) -> str:
    found = card.css_first(".prose")  # type: ignore[attr-defined]
    return str(found.text()) if found else ""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    root = tmp_path_factory.mktemp("recorded")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "pictured", partial(without_asking, pictures.pictured))
        yield from served(root)


def without_asking(pictured: Callable[..., pictures.Pictured], *values: Any, **more: Any) -> pictures.Pictured:
    """The pictures of these feeds lie with others, whom no test is to ask."""
    return pictured(*values, **more | {"offline": True})


def served(root: Path) -> Iterator[Built]:
    shelf = Shelf({f"/{name}": (RECORDED / name).read_bytes() for name in BY_TAG + BY_SOURCE})
    with scripted(shelf) as server:
        write_site(root, site(server.url))
        began = time.monotonic()
        outcome = build(Order(root, root / "site", NOW), {})
        yield Built(root, outcome, time.monotonic() - began)


def listed(name: str) -> int:
    """How many entries are to be read of the document, by its tags alone."""
    return min(MOST_ENTRIES, len(re.findall(rb"<(?:item|entry)[\s>]", (RECORDED / name).read_bytes())))


def test_all_eighteen_documents_are_served() -> None:
    assert {path.name for path in RECORDED.iterdir()} - {"LICENSE"} == {*BY_TAG, *BY_SOURCE}
    assert len(BY_TAG + BY_SOURCE) == 18


@pytest.mark.parametrize("name", [name for name in BY_TAG + BY_SOURCE if name not in SILENT])
def test_every_entry_of_a_document_is_on_the_page_of_the_team_that_sees_it(built: Built, name: str) -> None:
    assert len(built.of(name)) == listed(name) > 0


def test_no_entry_is_on_the_page_of_a_team_that_does_not_see_it(built: Built) -> None:
    readers, makers = ({slug.rpartition("-")[0] for slug, *_ in built.cards(team)} for team in ("readers", "makers"))
    assert readers == {key(name) for name in BY_TAG if name not in SILENT}
    assert makers == {key(name) for name in BY_SOURCE if name not in SILENT}
    assert built.cards("nobody") == []


def test_four_documents_are_reported_with_their_reason_and_nothing_else_is(built: Built) -> None:
    assert {problem.message for problem in built.outcome.problems} == {
        f"source '{key(name)}': {reason}" for name, reason in (SILENT | LONG).items()
    }
    assert {problem.hint for problem in built.outcome.problems} == {
        "it has no earlier entries to show",
        "its other entries are used",
    }
    assert built.outcome.written is not None


def every(built: Built) -> list[tuple[str, str, str, str]]:
    return [*built.cards("readers"), *built.cards("makers")]


def test_titles_hold_no_markup_no_entities_and_no_mojibake(built: Built) -> None:
    wrong = re.compile(r"</?[a-zA-Z!]|&(?:#?\w+);|Ã.|Â[\x80-\xbf ]|â€|\ufffd|[\x00-\x1f\x7f-\x9f]|\s\s|^\s|\s$")
    assert [title for _, title, _, _ in every(built) if wrong.search(title) or not title] == []


def test_summaries_hold_no_markup_no_entities_and_no_mojibake(built: Built) -> None:
    wrong = re.compile(r"</?[a-zA-Z!]|&(?:#?\w+);|Ã.|Â[\x80-\xbf ]|â€|\ufffd|[\x00-\x1f\x7f-\x9f]")
    assert [text for *_, text in every(built) if wrong.search(text)] == []


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("uolNoticias.rss", "Apucarana garante continuidade do Pré Aprendiz; ano vai fechar com 13 mil pessoas qualificadas"),
        ("uolNoticias.rss", "Ibope: Bolsonaro perde de Haddad, Ciro e Alckmin em simulações de 2º turno"),
        ("encoding.rss", "Mãe de utente é a nova presidente da Raríssimas"),
        ("encoding.rss", "Tempestade Eleanor atinge França, Alemanha, Suíça e Reino Unido"),
        ("heise.atom", "Scrum Day 2016: Bewerbungen für Vorträge und Workshops"),
        ("guardian.rss", "FBI has 'grave concerns' about Trump plan to release controversial memo"),
        ("craigslist.rss", "New 1Bed 1Bath ($2095) Arbors (mountain view) $2095 1bd 560ft2"),
        ("rss-1.rss", "Food for fungi"),
        ("heraldsun.rss", "The First Item"),
        ("narro.rss", "FAQ for Narro"),
    ],
)  # fmt: skip
def test_a_title_reads_as_its_author_wrote_it(built: Built, name: str, title: str) -> None:
    assert title in [read for _, read, _, _ in built.of(name)]


def test_every_link_is_absolute_and_of_the_web(built: Built) -> None:
    split = [urlsplit(href) for _, _, href, _ in every(built)]
    assert {parts.scheme for parts in split} <= {"http", "https"}
    assert all(parts.hostname for parts in split)


def test_no_link_leads_back_to_where_the_feed_was_fetched(built: Built) -> None:
    assert [href for _, _, href, _ in every(built) if "127.0.0.1" in href] == []


def test_relative_links_are_resolved_against_the_feeds_own_site(built: Built) -> None:
    links = [href for _, _, href, _ in built.of("gulp-atom.atom")]
    assert "https://github.com/gulpjs/gulp/releases/tag/v3.9.0" in links
    assert len(links) == 10


@pytest.mark.parametrize("name", ["encoding.rss", "feedburner.atom", "many-links.rss"])
def test_a_feedburner_entry_leads_to_the_article_and_not_to_the_counter(built: Built, name: str) -> None:
    hosts = {urlsplit(href).hostname for _, _, href, _ in built.of(name)}
    assert not {host for host in hosts if host and host.startswith(("feeds.", "feedproxy."))}


def test_html_that_a_feed_escaped_twice_is_read_as_html(built: Built) -> None:
    texts = [text for *_, text in built.of("reddit-atom.rss")]
    assert any(text.startswith("Hey Reddit! Benjamin Von Wong here, glad to finally be back") for text in texts)


def test_no_picture_or_script_of_a_feed_reaches_a_page(built: Built) -> None:
    for team in ("readers", "makers"):
        page = LexborHTMLParser((built.root / "site" / team / "index.html").read_text("utf-8"))
        assert [
            node.attributes for node in page.css("article img, article script, article iframe, article style")
        ] == []


def test_all_of_it_takes_less_than_ten_seconds(built: Built) -> None:
    assert built.seconds < 10


def test_a_second_build_from_the_archive_alone_gives_the_same_pages(built: Built, tmp_path: Path) -> None:
    """The server is gone for this one: `--offline` fetches nothing and loses nothing."""
    outcome = build(Order(built.root, tmp_path / "again", NOW, offline=True), {})
    assert outcome.problems == ()
    for team in ("readers", "makers"):
        first, second = (folder / team / "index.html" for folder in (built.root / "site", tmp_path / "again"))
        assert first.read_bytes() == second.read_bytes()
