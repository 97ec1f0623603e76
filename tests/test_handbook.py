"""The handbook: what is staged, what the engine's failures become, and the built pages in a real browser."""

from __future__ import annotations

import functools
import http.server
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import pytest
import yaml
from chromium import launched
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from heraldry import handbook
from heraldry.handbook import Content, Handbook, Page, Revision, Setting
from heraldry.handbook.config import UI_LANGUAGES
from heraldry.handbook.finish import finished, searchable
from heraldry.handbook.markdown import staged
from heraldry.model import Brand, Helper, Programme, Utm
from heraldry.posts import read_posts
from heraldry.problems import Level, Position, Read
from heraldry.sources import read_sources
from heraldry.teams import read_teams

ROOT = Path(__file__).parents[1]
THEME = ROOT / "theme" / "handbook"
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)

PROGRAMME = Programme(
    name="Acme Voices",
    tagline="Good news travels by people",
    url="https://acme.github.io/voices/",
    organisation="Acme",
    helper=Helper("Communications", "mailto:voices@acme.example"),
    timezone=ZoneInfo("Europe/Istanbul"),
    languages=("en", "tr", "ko"),
    brand=Brand(None, "#0b5cab", "#ff7a00"),
    networks=("linkedin",),
    utm=Utm(),
    disclosure={"en": "I work at Acme."},
)
SETTING = Setting(PROGRAMME, "https://acme.github.io/voices/", NOW)

POLICY = """---
version: 1.2
effective: 2026-10-05
owner: Communications
approver: Head of Legal
approved: 2026-09-28
review_by: 2027-10-04
changes: [Clearer about AI.]
---
# Policy

See [sharing](../handbook/share.md#how).
"""
SITE = {
    "content/handbook/index.md": "---\norder: 1\n---\n# Welcome\n\nRead [how](share.md) and the [policy](../policy/social.md).\n",
    "content/handbook/share.md": "---\norder: 2\n---\n# Share\n\n![Bench](../media/bench.png)\n\n## How\n",
    "content/handbook/share.tr.md": "---\norder: 2\n---\n# Paylaş\n\n[Başa](index.tr.md)\n\n## Nasıl {#how}\n",
    "content/policy/social.md": POLICY,
}


def written(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def read(root: Path, *languages: str) -> Read[Content]:
    return handbook.read(root, [THEME], languages or PROGRAMME.languages)


def site(root: Path, **changes: str) -> Content:
    return read(written(root, {**SITE, **{f"content/{name}": text for name, text in changes.items()}})).value


def text_of(book: Handbook, lang: str, path: str) -> str:
    content = next(edition for edition in book.editions if edition.lang == lang).files[path]
    assert isinstance(content, bytes)
    return content.decode()


def config_of(book: Handbook, lang: str) -> dict[str, Any]:
    made: dict[str, Any] = yaml.safe_load(text_of(book, lang, "mkdocs.yml"))
    return made


# Reading


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("handbook/a.md", "---\nordr: 1\n---\n# A\n", "2:1: unknown key 'ordr'"),
        ("handbook/a.md", "---\norder: first\n---\n# A\n", "2:8: not a whole number: 'first'"),
        ("handbook/a.md", "---\nfor: editor\n---\n# A\n", "2:6: unknown reader 'editor'"),
        ("handbook/a.md", "---\norder: 1\n---\nNo heading\n", "4:1: the page has no title"),
        ("handbook/a.md", "# A\n", "1:1: the file does not begin with a header"),
        ("handbook/a.de.md", "---\norder: 1\n---\n# A\n", "1:1: the programme does not speak 'de'"),
        ("handbook/policy.md", "---\norder: 1\n---\n# A\n", "1:1: a page cannot be called 'policy'"),
        ("handbook/tr.md", "---\norder: 1\n---\n# A\n", "1:1: a page cannot be called 'tr'"),
        ("policy/a.md", POLICY.replace("1.2", "v2"), "2:10: not a version: 'v2'"),
        ("policy/a.md", POLICY.replace("owner: Communications\n", ""), "1:1: 'owner' is missing"),
    ],
)
def test_a_page_that_cannot_be_used_is_named_with_its_place(tmp_path: Path, name: str, text: str, problem: str) -> None:
    found = read(written(tmp_path, {f"content/{name}": text}))
    assert not found.value.pages
    said = [f"{p.at.line}:{p.at.column}: {p.message}" for p in found.problems if p.at.path == f"content/{name}"]
    line, message = problem.split(": ", 1)
    assert [s.split(": ", 1)[1] for s in said] == [message]
    if "missing" not in message:
        assert said[0].startswith(line)


def test_backups_and_hidden_files_are_no_pages(tmp_path: Path) -> None:
    files = {f"content/handbook/{name}": "# A\n" for name in (".draft.md", "a.md~", "#a.md#")}
    assert not read(written(tmp_path, files)).value.pages


# Deciding


def test_staging_the_same_content_twice_gives_the_same_files(tmp_path: Path) -> None:
    content = site(tmp_path)
    one, other = (handbook.stage(content, replace(SETTING, now=now)).value for now in (NOW, NOW.replace(month=6)))
    assert one == other


def test_every_page_has_its_place_in_every_edition(tmp_path: Path) -> None:
    book = handbook.stage(site(tmp_path), SETTING).value
    assert [(edition.lang, edition.folder) for edition in book.editions] == [("en", ""), ("tr", "tr")]
    for edition in book.editions:
        docs = [name for name in edition.files if name.endswith(".md")]
        assert docs == ["docs/index.md", "docs/share.md", "docs/policy/index.md"]


@pytest.mark.parametrize(
    ("lang", "page", "link"),
    [
        ("en", "index.md", "[how](share.md)"),
        ("en", "index.md", "[policy](policy/index.md)"),
        ("en", "policy/index.md", "[sharing](../share.md#how)"),
        ("en", "share.md", "![Bench](../media/bench.png)"),
        ("tr", "share.md", "[Başa](index.md)"),
        ("tr", "policy/index.md", "[sharing](../share.md#how)"),
    ],
)
def test_links_hold_where_the_page_will_stand(tmp_path: Path, lang: str, page: str, link: str) -> None:
    book = handbook.stage(site(tmp_path), SETTING).value
    assert link in text_of(book, lang, f"docs/{page}")


def test_only_pictures_that_a_page_names_are_staged(tmp_path: Path) -> None:
    written(tmp_path, {"content/media/bench.png": "png", "content/media/held.png": "secret"})
    book = handbook.stage(site(tmp_path), SETTING).value
    media = [name for name in book.editions[0].files if "media" in name]
    assert media == ["docs/media/bench.png"]
    assert "(media/bench.png)" in text_of(book, "en", "docs/share.md")


def test_a_page_that_is_not_translated_says_so_in_the_readers_language(tmp_path: Path) -> None:
    book = handbook.stage(site(tmp_path), SETTING).value
    head = yaml.safe_load(text_of(book, "tr", "docs/index.md").split("---")[1])
    assert head["language"] == "en"
    assert head["note"] == "Bu sayfanın Türkçesi henüz hazır değil; şu dilde gösteriliyor: İngilizce."
    assert "note" not in yaml.safe_load(text_of(book, "tr", "docs/share.md").split("---")[1])


@pytest.mark.parametrize(
    ("typed", "staged_line"),
    [
        ("## Nasıl ÇALIŞIR?", "## Nasıl ÇALIŞIR? {#nasıl-çalişir}"),
        ("## 왜 공유하나요?", "## 왜 공유하나요? {#왜-공유하나요}"),
        ("## Here {#there}", "## Here {#there}"),
        ("```\n## code [a](b.md)\n```", "```\n## code [a](b.md)\n```"),
        ("`[a](b.md)` [c](d.md)", "`[a](b.md)` [c](moved/d.md)"),
        ("[a]: b.md", "[a]: moved/b.md"),
        ("[a](https://acme.example/b.md)", "[a](https://acme.example/b.md)"),
        ("# A\n# A", "# A {#a}\n# A {#a-2}"),
    ],
)
def test_staged_markdown_has_stable_anchors_and_moved_links(typed: str, staged_line: str) -> None:
    assert staged(typed, "a.md", 1, lambda link: f"moved/{link}").markdown == staged_line + "\n"


@pytest.mark.parametrize(
    ("lang", "facts"),
    [
        ("en", ["Version", "1.2", "October 5, 2026", "Approved by", "Head of Legal, September 28, 2026"]),
        ("tr", ["Sürüm", "5 Ekim 2026", "Bir sonraki gözden geçirme", "4 Ekim 2027"]),
        ("ko", ["버전", "시행일", "2026년 10월 5일", "승인"]),
    ],
)
def test_the_policy_says_which_version_is_in_force(tmp_path: Path, lang: str, facts: list[str]) -> None:
    content = site(tmp_path, **{"policy/social.tr.md": POLICY, "policy/social.ko.md": POLICY})
    page = text_of(handbook.stage(content, SETTING).value, lang, "docs/policy/index.md")
    assert [fact for fact in facts if fact not in page] == []


def test_earlier_versions_follow_the_present_one(tmp_path: Path) -> None:
    past = (Revision("1.1", date(2026, 3, 2), ("First version for <everyone>.",)),)
    book = handbook.stage(site(tmp_path), SETTING, {"content/policy/social.md": past}).value
    changed = text_of(book, "en", "docs/policy/index.md").split("## What changed")[1]
    assert changed.index("Clearer about AI.") < changed.index("**Version 1.1** · March 2, 2026")


def test_the_dates_of_an_example_site_move_with_the_day(tmp_path: Path) -> None:
    demo = replace(SETTING, programme=replace(PROGRAMME, demo_day=date(2026, 11, 30)))
    staged_page = text_of(handbook.stage(site(tmp_path), demo).value, "en", "docs/policy/index.md")
    assert "October 6, 2026" in staged_page


@pytest.mark.parametrize(
    ("now", "translation", "said"),
    [
        (NOW, POLICY, []),
        (datetime(2027, 10, 4, 20, 59, tzinfo=UTC), POLICY, []),
        (datetime(2027, 10, 4, 21, 0, tzinfo=UTC), POLICY, ["the review was due by 2027-10-04"] * 2),
        (
            NOW,
            POLICY.replace("1.2", "1.1"),
            ["version 1.1 lags behind version 1.2 in another language"],
        ),
        (
            NOW,
            POLICY.replace("1.2", "1.10"),
            ["version 1.2 lags behind version 1.10 in another language"],
        ),
    ],
)
def test_a_policy_that_grows_old_is_a_warning(tmp_path: Path, now: datetime, translation: str, said: list[str]) -> None:
    content = site(tmp_path, **{"policy/social.tr.md": translation})
    problems = handbook.stage(content, replace(SETTING, now=now)).problems
    assert [p.message for p in problems] == said
    assert all(p.level is Level.WARNING for p in problems)


@pytest.mark.parametrize(("indexed", "robots"), [(False, "noindex"), (True, "")])
def test_search_engines_stay_out_unless_the_programme_says_otherwise(
    tmp_path: Path, indexed: bool, robots: str
) -> None:
    book = handbook.stage(site(tmp_path), replace(SETTING, programme=replace(PROGRAMME, indexed=indexed))).value
    assert config_of(book, "en")["extra"]["robots"] == robots


@pytest.mark.parametrize(
    ("base_url", "site_url"),
    [
        ("https://acme.github.io/voices/", "https://acme.github.io/voices/handbook/tr/"),
        ("https://acme.github.io/voices", "https://acme.github.io/voices/handbook/tr/"),
        ("https://voices.acme.example/", "https://voices.acme.example/handbook/tr/"),
    ],
)
def test_any_address_is_a_good_one(tmp_path: Path, base_url: str, site_url: str) -> None:
    book = handbook.stage(site(tmp_path), replace(SETTING, base_url=base_url)).value
    assert config_of(book, "tr")["site_url"] == site_url


def test_a_handbook_without_pages_is_none_at_all(tmp_path: Path) -> None:
    book = handbook.stage(read(tmp_path).value, SETTING).value
    assert book.editions == ()
    assert handbook.build(book, tmp_path / "out") == ()
    assert not (tmp_path / "out").exists()


def test_we_know_which_languages_the_theme_speaks() -> None:
    theme = find_spec("material")
    assert theme is not None
    assert theme.origin is not None
    words = Path(theme.origin).parent / "templates" / "partials" / "languages"
    assert {file.stem for file in words.glob("*.html")} == UI_LANGUAGES


# The last touch


def test_only_the_themes_own_scripts_may_run() -> None:
    page = (
        '<meta charset="utf-8">\n<meta name="generator" content="mkdocs">'
        "<article><script>alert(1)</script></article><script>theme()</script>"
    )
    touched = finished(page)
    assert "generator" not in touched
    assert touched.count("'sha256-") == 1
    assert "'sha256-D1TJfgWdzYsWZF6vmDqCHHNLwDAXwI9+2N8AW0Gt9gI='" not in touched


def test_turkish_capitals_are_found_by_small_letters() -> None:
    index = '{"docs":[{"title":"İçerik","text":"Işık ve ısı"},{"title":"a","text":"b"}]}'
    assert "<p>içerik ışık</p>" in searchable(index, "tr")
    assert searchable(index, "tr").count("<p>") == 1
    assert searchable(index, "en") == index


# Running the engine


def one_language(root: Path, **changes: str) -> Handbook:
    written(root, {**SITE, **{f"content/{name}": text for name, text in changes.items()}})
    english = replace(SETTING, programme=replace(PROGRAMME, languages=("en",)))
    return handbook.stage(read(root, "en").value, english).value


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


BROKEN = {
    "handbook/index.md": "---\norder: 1\n---\n# Welcome\n\nSee [this](shar.md), [that](share.md#where) and\n"
    "[those](/share/) and the [policy](../policy/social.md#whom).\n"
}


def test_a_broken_link_is_told_where_its_author_typed_it(tmp_path: Path) -> None:
    book = one_language(tmp_path, **BROKEN)
    problems = handbook.build(book, tmp_path / "out")
    assert {(p.at, p.message) for p in problems if p.at.path == "content/handbook/index.md"} == {
        (Position("content/handbook/index.md", 6, 12), "link 'shar.md' leads to no page"),
        (Position("content/handbook/index.md", 6, 29), "link 'share.md#where' names a heading that is not there"),
        (Position("content/handbook/index.md", 7, 9), "link '/share/' begins with '/'"),
        (
            Position("content/handbook/index.md", 7, 35),
            "link '../policy/social.md#whom' names a heading that is not there",
        ),
    }
    assert "did you mean 'share.md'?" in {p.hint for p in problems}
    assert (tmp_path / "out" / "share" / "index.html").is_file()


def test_a_broken_link_is_told_once_however_many_editions_show_its_page(tmp_path: Path) -> None:
    text = "---\norder: 1\n---\n# Welcome\n\nSee [this](../../everyone/) and [that](shar.md).\n"
    written(tmp_path, {**SITE, "content/handbook/index.md": text})
    problems = handbook.build(handbook.stage(read(tmp_path, "en", "tr").value, SETTING).value, tmp_path / "out")
    assert [(p.message, p.hint) for p in problems if p.at.path == "content/handbook/index.md"] == [
        (
            "link '../../everyone/' leads to no page",
            "name a file below content/, or write the whole address, https://…",
        ),
        ("link 'shar.md' leads to no page", "did you mean 'share.md'?"),
    ]


@pytest.mark.parametrize("failure", ["a broken link when strict", "a broken template", "too little time"])
def test_a_handbook_that_fails_leaves_the_old_one_untouched(tmp_path: Path, failure: str) -> None:
    out = written(tmp_path / "site", {"handbook/index.html": "the last good one"}) / "handbook"
    book = one_language(tmp_path, **BROKEN) if "link" in failure else one_language(tmp_path)
    if "template" in failure:
        files = {**book.editions[0].files, "theme/main.html": b"{% extends %}"}
        book = Handbook((replace(book.editions[0], files=files),))
    problems = handbook.build(book, out, strict="strict" in failure, seconds=0.05 if "time" in failure else 60)
    assert any(p.level is Level.ERROR for p in problems)
    assert tree(tmp_path / "site") == {"handbook/index.html": b"the last good one"}


# The handbook that this repository ships


@pytest.fixture(scope="module")
def ours() -> Content:
    found = read(ROOT)
    assert found.problems == ()
    return found.value


def by_language(content: Content, key: str) -> dict[str, Page]:
    return {page.lang: page for page in content.pages if page.key == key}


@pytest.mark.parametrize("name", ["index", "share", "profile", "say", "faq", "../policy/social-media"])
def test_what_employees_read_stands_in_three_languages_with_the_same_sections(ours: Content, name: str) -> None:
    key = name.removeprefix("../") if ".." in name else f"handbook/{name}"
    pages = by_language(ours, key)
    assert set(pages) == {"en", "tr", "ko"}
    sections = {lang: re.findall(r"^#+ .*\{#([a-z-]+)\}", page.body, re.MULTILINE) for lang, page in pages.items()}
    assert sections["en"] == sections["tr"] == sections["ko"]
    links = {lang: sorted(re.findall(r"\]\(([^)]+)\)", page.body)) for lang, page in pages.items()}
    assert links["en"] == links["tr"] == links["ko"]


def test_the_policy_is_the_same_in_every_language(ours: Content) -> None:
    policies = [page.policy for page in by_language(ours, "policy/social-media").values()]
    assert len({(p.version, p.effective, p.approved, p.review_by, len(p.changes)) for p in policies if p}) == 1


def test_the_words_of_the_handbook_are_whole_in_three_languages(ours: Content) -> None:
    assert set(ours.labels) == {"en", "tr", "ko"}
    assert ours.labels["en"].keys() == ours.labels["tr"].keys() == ours.labels["ko"].keys()


def examples(page: str) -> list[str]:
    text = (ROOT / "content" / "handbook" / page).read_text("utf-8")
    return re.findall(r"^```yaml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def test_the_examples_of_the_guides_are_valid() -> None:
    teams, sources = examples("administrators.md")
    organisation = read_teams(teams.encode())
    assert organisation.problems == ()
    assert organisation.value is not None
    programme = organisation.value.programme
    assert read_sources(sources.encode(), programme).problems == ()
    post, turkish = examples("editors.md")
    files = {"content/posts/ankara-lab.md": post.encode(), "content/posts/ankara-lab.tr.md": turkish.encode()}
    posts = read_posts(files, programme)
    assert posts.problems == ()
    assert set(posts.value[0].versions) == {"en", "tr"}


# In a browser


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """No line per request."""


@dataclass(frozen=True)
class Served:
    """A built handbook, and where it is served."""

    folder: Path
    url: str

    def astray(self, page: Path) -> Iterator[str]:
        """The addresses on a page that lead to no file below the site's prefix."""
        here = urljoin(self.url, page.relative_to(self.folder).as_posix())
        tree = HTMLParser(page.read_text("utf-8"))
        named = [node.attributes.get(key) for key in ("href", "src") for node in tree.css(f"[{key}]")]
        for link in (urljoin(here, name or "").split("#")[0] for name in named):
            path = link.removeprefix(self.url.removesuffix("handbook/"))
            file = self.folder.parent / path / ("index.html" if path.endswith("/") or not path else "")
            if not link.startswith("mailto:") and (path == link or not file.is_file()):
                yield link


@pytest.fixture(scope="module")
def voices(tmp_path_factory: pytest.TempPathFactory, ours: Content) -> Iterator[Served]:
    """Our handbook, served below a prefix as on GitHub Pages."""
    top = tmp_path_factory.mktemp("pages")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(top)))
    base = f"http://127.0.0.1:{server.server_port}/voices/"
    logo = ROOT / "theme" / "static" / "icon.svg"
    book = handbook.stage(ours, Setting(PROGRAMME, base, NOW, logo)).value
    assert handbook.build(book, top / "voices" / "handbook") == ()
    (top / "voices" / "index.html").write_text(
        "<!doctype html><link rel=icon href=data:,><title>Teams</title><h1>Teams</h1>", "utf-8"
    )
    (top / "voices" / "heraldry.json").write_text(
        '{"checked": "2026-01-01T00:00:00Z", "stale": "2999-01-01T00:00:00Z"}'
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Served(top / "voices" / "handbook", base + "handbook/")
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(voices: Served) -> Iterator[Any]:
    """A page that fails the test when it speaks to anybody else, when a request fails, or on any complaint."""
    wrong: list[str] = []
    with launched() as browser:
        made = browser.new_page(viewport={"width": 1280, "height": 900})
        ours = (voices.url.removesuffix("handbook/"), "data:", "blob:")
        made.on("request", lambda r: wrong.extend([f"left: {r.url}"] * (not r.url.startswith(ours))))
        made.on("response", lambda r: wrong.extend([f"{r.status}: {r.url}"] * (r.status >= 400)))
        # leaving a page takes back what it still asked for: that is no failure
        made.on("requestfailed", lambda r: wrong.extend([f"failed: {r.url}"] * (r.failure != "net::ERR_ABORTED")))
        made.on("console", lambda m: wrong.extend([m.text] * (m.type in ("error", "warning"))))
        made.on("pageerror", lambda e: wrong.append(str(e)))
        yield made
    assert wrong == []


def test_every_address_in_every_page_leads_to_a_file_of_ours(voices: Served) -> None:
    pages = sorted(voices.folder.rglob("*.html"))
    assert len(pages) == 3 * (9 + 1)
    astray = [f"{page.relative_to(voices.folder)}: {link}" for page in pages for link in voices.astray(page)]
    assert astray == []


def test_no_built_page_names_another_site_or_its_generator(voices: Served) -> None:
    for page in voices.folder.rglob("*.html"):
        html = page.read_text("utf-8")
        assert re.search(r"googleapis|gstatic|<iframe|generator", html) is None
        assert '<meta name="robots" content="noindex">' in html
        assert "default-src 'none'" in html


@pytest.mark.browser
def test_a_reader_changes_the_language_searches_and_goes_back_to_the_teams(page: Any, voices: Served) -> None:
    page.goto(voices.url)
    page.get_by_role("article").get_by_role("link", name="Share in two minutes").click()
    page.get_by_role("button", name="Select language").hover()
    page.get_by_role("link", name="Türkçe").click()
    assert page.url == voices.url + "tr/share/"
    assert page.locator("html").get_attribute("lang") == "tr"
    assert "Acme Voices'e hoş geldiniz" in found(page, "insan")
    page.goto(voices.url + "ko/")
    assert "소셜 미디어 정책" in found(page, "기밀")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="오늘 공유할 소식 보기").click()
    assert page.get_by_role("heading").inner_text() == "Teams"


def found(page: Any, words: str) -> str:
    """The search results as text."""
    page.locator(".md-search__input").click()
    page.keyboard.insert_text(words)
    page.keyboard.press("End")
    page.locator(".md-search-result__link").first.wait_for()
    text: str = page.locator(".md-search-result__list").inner_text()
    return text


@pytest.mark.browser
def test_a_lost_reader_finds_the_way_back(page: Any, voices: Served) -> None:
    page.goto(voices.url + "tr/404.html")
    assert page.get_by_role("heading", level=1).inner_text() == "Aradığınız sayfa burada yok"
    page.get_by_role("link", name="El kitabının ilk sayfasına gidin").click()
    assert page.url == voices.url + "tr/"


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_no_page_shuts_anybody_out(page: Any, voices: Served, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 844})
    for path in ("", "tr/share/", "ko/policy/", "editors/"):
        page.goto(voices.url + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found = axe.run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["target"]) for v in found] == []
