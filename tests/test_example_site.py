"""The example site, built for real and opened in a real browser, as a visitor would."""

from __future__ import annotations

import functools
import http.server
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

import pytest
from chromium import launched
from PIL import Image
from selectolax.lexbor import LexborHTMLParser
from site_text import write_site

from heraldry import pipeline
from heraldry.problems import errors

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 12, 1, 7, 30, tzinfo=UTC)
"""The demo day, 10:30 in Istanbul, 16:30 in Seoul, 08:30 in Berlin."""

PAGES = [
    "",
    "everyone/",
    "satis-turkiye/",
    "seoul-sales/",
    "engineering-berlin/",
    "leadership/",
    "posts/ankara-lab/",
    "posts/ankara-lab/ko/",
    "posts/ten-year-battery/",
    "404.html",
]


@dataclass(frozen=True, slots=True)
class Served:
    """A built site and the address at which it stands, under a path prefix."""

    folder: Path
    base: str

    @property
    def origin(self) -> str:
        return "{0.scheme}://{0.netloc}".format(urlsplit(self.base))


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None: ...


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}/voices/"
    order = pipeline.Order(root=ROOT, out=folder / "voices", now=NOW, base_url=base, dated=True)
    outcome = pipeline.build(order, {})
    assert outcome.written
    assert not outcome.problems
    yield Served(folder / "voices", base)
    server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with launched() as made:
        yield made


def html_files(site: Served) -> list[Path]:
    return sorted(site.folder.rglob("*.html"))


def test_every_link_inside_the_site_leads_somewhere(site: Served) -> None:
    missing = []
    for page in html_files(site):
        here = urljoin(site.base, page.relative_to(site.folder).as_posix())
        for node in LexborHTMLParser(page.read_bytes()).css("[href], [src]"):
            target = urljoin(here, node.attributes.get("href") or node.attributes.get("src") or "").split("#")[0]
            if target.startswith(site.origin) and not _exists(site, target):
                missing.append((here, target))
    assert missing == []


def _exists(site: Served, url: str) -> bool:
    if not url.startswith(site.base):
        return False
    path = site.folder / unquote(urlsplit(url[len(site.base) :]).path)
    return path.is_file() or (path / "index.html").is_file()


def test_the_site_names_no_address_of_another_origin_that_a_browser_would_fetch(site: Served) -> None:
    fetched = "script[src], link[rel=stylesheet], link[rel=icon], link[rel=preload], img[src], iframe, source[src]"
    for page in html_files(site):
        for node in LexborHTMLParser(page.read_bytes()).css(fetched):
            address = node.attributes.get("src") or node.attributes.get("href") or ""
            assert "//" not in address or address.startswith("data:"), (page, address)


def test_team_pages_are_lively_whatever_the_day(tmp_path: Path) -> None:
    """At any hour of any day there is something new, something ahead, and something that has left."""
    for day in ("2026-02-28T00:10+00:00", "2028-02-29T12:00+00:00", "2031-12-31T23:50+00:00"):
        order = pipeline.Order(ROOT, tmp_path / "site", datetime.fromisoformat(day), offline=True, dated=True)
        assert not errors(pipeline.build(order, {}).problems)
        for team, least in {"everyone": 20, "satis-turkiye": 10, "seoul-sales": 8, "engineering-berlin": 10}.items():
            page = LexborHTMLParser((tmp_path / "site" / team / "index.html").read_bytes())
            assert len(page.css("article.card")) >= least, (day, team)
            assert page.css_first(".next time"), (day, team)


def test_the_first_cards_are_a_company_an_industry_and_a_people_post(site: Served) -> None:
    page = LexborHTMLParser((site.folder / "everyone/index.html").read_bytes())
    first = page.css("article.card")[:3]
    kinds = [
        next(kind for kind in ("company", "industry", "employee") if kind in (c.attributes["class"] or ""))
        for c in first
    ]
    assert kinds == ["company", "industry", "employee"]
    assert len(first[1].css(".take")) == 2
    assert first[2].css_first("img.picture")


def test_company_and_people_captions_begin_with_the_disclosure(site: Served) -> None:
    lines = {
        "everyone": "I work at Acme.",
        "seoul-sales": None,
        "satis-turkiye": "Acme'de satış ekibindeyim.",
    }
    for team, line in lines.items():
        page = LexborHTMLParser((site.folder / team / "index.html").read_bytes())
        for card in page.css("article.card.company, article.card.employee"):
            for take in card.css(".take"):
                said = take.css_first(".disclosure")
                assert said, (team, card.attributes["id"])
                assert line is None or said.text() == line
                for link in take.css("a[href*='whatsapp.com']"):
                    text = parse_qs(urlsplit(link.attributes["href"] or "").query)["text"][0]
                    assert text.startswith(said.text())


def test_share_links_carry_the_tags_of_their_network(site: Served) -> None:
    page = LexborHTMLParser((site.folder / "engineering-berlin/index.html").read_bytes())
    shared = [link.attributes["href"] or "" for link in page.css("a[href*='linkedin.com/sharing']")]
    assert shared
    for href in shared:
        url = parse_qs(urlsplit(href).query)["url"][0]
        tags = parse_qs(urlsplit(url).query)
        if "utm_source" in tags:
            assert tags["utm_source"] == ["linkedin"]
            assert tags["utm_medium"] == ["social"]


def test_team_pages_are_not_indexed_and_the_pilot_is_not_listed(site: Served) -> None:
    for page in site.folder.glob("*/index.html"):
        if page.parent.name not in ("handbook", "posts"):
            assert '<meta name="robots" content="noindex, nofollow">' in page.read_text("utf-8")
    pilot = next(path.name for path in site.folder.iterdir() if path.name.startswith("customer-care-"))
    for file in site.folder.rglob("*"):
        if file.is_file() and pilot not in file.parts:
            assert pilot.encode() not in file.read_bytes(), file


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_pages_are_accessible_quiet_and_keep_to_their_origin(
    site: Served, browser: Any, width: int, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text) if message.type in ("error", "warning") else None)
    page.on("request", lambda request: noise.append(request.url) if not request.url.startswith(site.origin) else None)
    for path in PAGES:
        page.goto(site.base + path)
        for details in page.query_selector_all("details"):
            details.evaluate("node => node.open = true")
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        assert found.violations_count == 0, (path, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert noise == []
    assert context.cookies() == []
    context.close()


@pytest.mark.browser
def test_the_strict_policy_lets_style_and_script_work(site: Served, browser: Any) -> None:
    page = browser.new_page()
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    page.goto(f"{site.base}everyone/")
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--brand').trim()") == "#0b5cab"
    assert page.locator("button[data-copy]").first.is_visible()
    assert noise == []
    page.close()


@pytest.mark.browser
def test_without_script_every_share_is_a_link_and_no_button_is_dead(site: Served, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{site.base}satis-turkiye/")
    assert page.locator("button:visible").count() == 0
    card = page.locator("article.card").first
    assert card.locator(".take").first.locator("a.main-button").count() == 2
    assert card.locator(".caption").first.is_visible()
    context.close()


@pytest.mark.browser
def test_a_network_that_takes_no_text_gets_the_text_by_the_clipboard(site: Served, browser: Any) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    context.route(re.compile(r"https://.*"), lambda route: route.fulfill(body="composer"))
    page = context.new_page()
    page.goto(f"{site.base}everyone/")
    with context.expect_page() as opened:
        page.locator("article.card a[href*='linkedin.com/sharing']").first.click()
    assert urlsplit(opened.value.url).netloc == "www.linkedin.com"
    assert page.evaluate("navigator.clipboard.readText()").startswith("I work at Acme.\n")
    assert page.locator(".toast").inner_text().startswith("Text copied – paste it into the post")
    context.close()


@pytest.mark.browser
def test_the_status_line_quotes_a_text_that_is_not_the_one_on_the_card(site: Served, browser: Any) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    context.route("**/*", lambda route: route.continue_() if site.origin in route.request.url else route.abort())
    page = context.new_page()
    page.goto(f"{site.base}everyone/")
    for link in page.locator(".card > .take a.main-button[data-paste]").all()[:8]:
        pasted = link.get_attribute("data-paste")
        shown = link.evaluate("link => link.closest('.take').querySelector('.wording').textContent")
        link.evaluate("link => { link.removeAttribute('target'); link.href = '#'; link.click(); }")
        page.locator(".toast:not(:empty)").wait_for()
        quoted = re.search("“(.+)…”", page.inner_text(".toast"))
        assert bool(quoted) != (shown in pasted)
        assert quoted is None or quoted[1] in " ".join(pasted.split())
        page.evaluate("document.querySelector('.toast').textContent = ''")
    context.close()


ARMS = """\
=== teams.yaml ===
programme:
  name: Acme Voices
  organisation: Acme
  url: https://voices.acme.example/
  timezone: Europe/Berlin
  languages: [en]
  networks: [linkedin, x]
  disclosure: {en: I work at Acme.}
teams:
  sign: {name: S, brand: {logo: media/sign.svg}}
  lettering: {name: L, brand: {logo: media/lettering.svg}}
  photo: {name: P, brand: {logo: media/wide.png}}
  unknown: {name: U, brand: {logo: media/unknown.svg}}
  none: {name: None at all}
=== content/media/sign.svg ===
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"/>
=== content/media/lettering.svg ===
<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" viewBox="-1.5,0 600 90.5"/>
=== content/media/unknown.svg ===
<svg xmlns="http://www.w3.org/2000/svg" width="600" height="90"/>
"""


def test_a_word_mark_stands_on_a_plate_and_a_sign_in_a_shield(tmp_path: Path) -> None:
    wide = BytesIO()
    Image.new("RGB", (1200, 200)).save(wide, "PNG")
    root = write_site(tmp_path / "root", ARMS, {"content/media/wide.png": wide.getvalue()})
    outcome = pipeline.build(pipeline.Order(root=root, out=tmp_path / "out", now=NOW, offline=True), {})
    assert outcome.written
    arms = {
        team: re.findall('class="(arms[^"]*)"', (tmp_path / "out" / team / "index.html").read_text("utf-8"))
        for team in ("sign", "lettering", "photo", "unknown", "none")
    }
    assert arms == {
        "sign": ["arms with-logo"],
        "lettering": ["arms with-logo wide"],
        "photo": ["arms with-logo wide"],
        "unknown": ["arms with-logo"],
        "none": ["arms"],
    }


@pytest.mark.browser
def test_long_words_stay_inside_their_tile(tmp_path: Path, browser: Any) -> None:
    name = "Vertriebsinnendienstmitarbeiterinnenfortbildungsbeauftragte"
    root = write_site(tmp_path / "root", ARMS.replace("None at all", name).replace("media/wide.png", "media/sign.svg"))
    pipeline.build(pipeline.Order(root=root, out=tmp_path / "out", now=NOW, offline=True), {})
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto((tmp_path / "out" / "index.html").as_uri())
    widths = page.eval_on_selector_all(".tile", "tiles => tiles.map(tile => tile.scrollWidth - tile.clientWidth)")
    page.close()
    assert widths == [0] * 5


@pytest.mark.browser
def test_an_alias_leads_to_the_present_address(site: Served, browser: Any) -> None:
    page = browser.new_page()
    page.goto(f"{site.base}posts/new-lab-ankara/")
    page.wait_for_url(f"{site.base}posts/ankara-lab/")
    page.close()


BROKEN_TEMPLATES = [
    ("{% extends 'base.html' %}\n{% block main %}{{ page.nmae }}{% endblock %}", 2, "nmae"),
    ("{% extends 'base.html' %}\n\n{% block main %}{% if %}", 3, "Expected an expression"),
]


@pytest.mark.parametrize(("template", "line", "said"), BROKEN_TEMPLATES)
def test_a_broken_template_of_the_sites_own_is_named_and_the_old_site_stays(
    tmp_path: Path, template: str, line: int, said: str
) -> None:
    root = write_site(tmp_path / "root", f"=== theme/share/index.html ===\n{template}")
    (root / "site").mkdir()
    outcome = pipeline.build(pipeline.Order(root, root / "site", NOW), {})
    assert outcome.written is None
    (problem,) = outcome.problems
    assert (problem.at.path, problem.at.line) == ("theme/share/index.html", line)
    assert said in problem.message
    assert list((root / "site").iterdir()) == []


def test_an_interface_that_is_not_translated_is_marked_as_english(tmp_path: Path) -> None:
    site = """\
=== teams.yaml ===
programme:
  name: Müller
  organisation: Müller
  url: https://voices.mueller.example/
  timezone: Europe/Berlin
  languages: [de, ar]
  networks: [linkedin, copy]
  disclosure: {de: Ich arbeite bei Müller., ar: أعمل لدى مولر.}
teams:
  alle: {name: Alle, sees: {types: [company]}}
=== content/posts/labor.md ===
---
title: Das Labor ist eröffnet
type: company
publish: 2026-11-01
---
Kommen Sie vorbei.
=== content/posts/labor.ar.md ===
---
title: افتتحنا المختبر
---
تفضلوا بالزيارة.
"""
    root = write_site(tmp_path / "root", site)
    assert not pipeline.build(pipeline.Order(root, tmp_path / "site", NOW, dated=True), {}).problems
    page = LexborHTMLParser((tmp_path / "site/alle/index.html").read_bytes())
    assert [node.attributes["lang"] for node in page.css("html, article h3")] == ["en", "de"]
    assert "<language>de</language>" in (tmp_path / "site/alle/rss.xml").read_text("utf-8")
    for place, lang, way in (("posts/labor", "de", "ltr"), ("posts/labor/ar", "ar", "rtl")):
        (story,) = LexborHTMLParser((tmp_path / "site" / place / "index.html").read_bytes()).css("html")
        assert (story.attributes["lang"], story.attributes["dir"]) == (lang, way)


def manifest(checked: str, stale: str) -> str:
    return json.dumps({"version": 1, "checked": checked, "stale": stale})


@pytest.mark.browser
@pytest.mark.parametrize(
    ("said", "words", "late"),
    [
        (manifest("2026-12-01T07:00:00Z", "2026-12-04T07:00:00Z"), "Last checked: Dec 1, 2026, 7:00", False),
        (manifest("2026-11-20T07:00:00Z", "2026-11-23T07:00:00Z"), "Not checked since Nov 20, 2026, 7:00", True),
        (manifest("2026-12-09T07:00:00Z", "2026-12-12T07:00:00Z"), "", False),
        ("<!doctype html>", "", False),
        ("{}", "", False),
    ],
    ids=["in time", "late", "a time that lies ahead", "no manifest", "nothing in it"],
)
def test_the_handbook_says_when_the_site_was_checked(
    site: Served, browser: Any, said: str, words: str, late: bool
) -> None:
    context = browser.new_context(timezone_id="UTC")
    date = "Tue, 01 Dec 2026 07:30:00 GMT"
    context.route("**/heraldry.json", lambda route: route.fulfill(body=said, headers={"Date": date}))
    page = context.new_page()
    with page.expect_response("**/heraldry.json") as asked:
        page.goto(f"{site.base}handbook/share/")
    assert asked.value.url == f"{site.base}heraldry.json"
    line = page.locator(".handbook-checked")
    page.wait_for_load_state("networkidle")
    assert line.inner_text().replace("\u202f", " ").startswith(words)
    assert bool(line.inner_text()) is bool(words)
    assert ("late" in (line.get_attribute("class") or "").split()) is late
    context.close()
