"""Late is visible: each page says when it was last checked, and the script says when that is too long ago."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from chromium import launched
from selectolax.lexbor import LexborHTMLParser
from site_text import write_site

from heraldry import pipeline
from heraldry.preview.answers import Edition, answer

NOW = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
DUE = datetime(2026, 12, 1, 11, 0, tzinfo=UTC)
BASE = "http://voices.test/v/"
STAMP = re.compile(rb'<time class="checked"[^>]*>[^<]*</time>')

SITE = """\
=== teams.yaml ===
programme:
  name: Acme Voices
  organisation: Acme
  url: http://voices.test/v/
  timezone: Europe/Berlin
  languages: [en, tr, ko]
  networks: [linkedin, x]
  disclosure: {en: I work at Acme., tr: Acme çalışanıyım., ko: 저는 Acme 직원입니다.}
  helper: {name: Communications, contact: "mailto:voices@acme.example"}
  stale_after: 3d
  pilot_salt: a long text that nobody guesses
teams:
  everyone: {name: Everyone, sees: {types: [company]}}
  satis: {name: Satış, languages: [tr], timezone: Europe/Istanbul, sees: {tags: [none]}}
  seoul: {name: 서울, languages: [ko], timezone: Asia/Seoul, sees: {types: [company]}}
  rest: {name: Rest, pause: true, sees: {types: [company]}}
  trial: {name: Trial, stage: pilot, sees: {types: [industry]}}
  later: {name: Later, opens: 2027-02-01, sees: {types: [employee]}}
=== content/posts/lab.md ===
---
title: We opened our lab
type: company
publish: 2026-11-28T09:00+00:00
aliases: [old-lab]
---
Come and see.
=== content/posts/gone.md ===
---
title: Never mind
type: company
publish: 2026-11-20T09:00+00:00
withdraw: true
---
Gone.
=== content/posts/next.md ===
---
title: Sealed until noon
type: company
publish: 2026-12-01T11:00+00:00
---
Soon.
=== content/posts/trial.md ===
---
title: Only for the trial
type: industry
url: https://news.example/trial
publish: 2026-12-01T08:30+00:00
---
=== content/posts/people.md ===
---
title: For those who open later
type: employee
url: https://news.example/people
publish: 2026-12-01T08:15+00:00
---
"""


def built(root: Path, out: Path, now: datetime) -> dict[str, bytes]:
    outcome = pipeline.build(pipeline.Order(root=root, out=out, now=now, offline=True, dated=True), {})
    assert outcome.written, outcome.problems
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("late")
    return built(write_site(folder / "root", SITE), folder / "out", NOW)


def text(page: bytes, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in LexborHTMLParser(page).css(selector)]


def test_every_page_says_when_it_was_checked_and_until_when_that_holds(site: dict[str, bytes]) -> None:
    pages = [path for path in site if path.endswith(".html") and not path.startswith("handbook/")]
    assert {"index.html", "404.html", "everyone/index.html", "posts/lab/index.html"} <= set(pages)
    assert {"posts/gone/index.html", "posts/old-lab/index.html"} <= set(pages)
    for path in pages:
        (stamp,) = STAMP.findall(site[path])
        assert b'datetime="2026-12-01T08:00:00+00:00" data-stale="2026-12-04T08:00:00+00:00"' in stamp, path
    assert text(site["seoul/index.html"], ".facts span") == ["마지막 확인: 2026년 12월 1일 17:00, 서울"]
    assert text(site["satis/index.html"], ".facts span") == ["Son kontrol: 1 Ara 2026 11:00, İstanbul"]


def test_every_page_says_when_the_next_post_is_due_and_of_hidden_teams_nothing(site: dict[str, bytes]) -> None:
    berlin = "Next post: Tue, Dec 1, 2026, 12:00, Berlin"
    assert text(site["everyone/index.html"], ".next") == [berlin]
    assert text(site["seoul/index.html"], ".next") == ["다음 글: 2026년 12월 1일 (화) 20:00, 서울"]
    assert text(site["index.html"], ".next") == [berlin, "Next post: Tue, Dec 1, 2026, 20:00, Seoul"]
    for path in ("posts/lab/index.html", "posts/gone/index.html", "posts/old-lab/index.html", "404.html"):
        assert text(site[path], ".facts span")[1:] == [berlin], path
    assert text(site["rest/index.html"], ".next") == text(site["satis/index.html"], ".next") == []
    assert not any(b"Sealed" in body for body in site.values())


def test_between_two_moments_of_change_only_the_time_of_the_check_differs(tmp_path: Path) -> None:
    root = write_site(tmp_path / "root", SITE)
    moments = [NOW - timedelta(hours=20), NOW, NOW + timedelta(minutes=14, seconds=59)]
    first, *others = [built(root, tmp_path / "out", now) for now in moments]
    for other in others:
        assert _unstamped(other) == _unstamped(first)
        assert other != first
    assert _unstamped(built(root, tmp_path / "out", DUE)) != _unstamped(first)


def _unstamped(files: dict[str, bytes]) -> dict[str, bytes]:
    return {path: STAMP.sub(b"", body) for path, body in files.items() if path != "heraldry.json"}


def test_the_local_preview_never_finds_a_page_late(tmp_path: Path, site: dict[str, bytes]) -> None:
    (tmp_path / "index.html").write_bytes(site["index.html"])
    assert b"data-stale" in site["index.html"]
    assert b"data-stale" not in answer(Edition(tmp_path, "1"), "/").body


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with launched() as made:
        yield made


class Visit:
    """A page of the site as a visitor sees it at a time of their own; `said` is what the site says of itself."""

    def __init__(self, browser: Any, site: dict[str, bytes], at: datetime, server: datetime | None = None) -> None:
        self.site, self.clock = site, server or at
        self.said: bytes | None = manifest(NOW)
        self.status, self.reach, self.asked = 200, True, list[str]()
        self.context = browser.new_context(
            viewport={"width": 390, "height": 844}, reduced_motion="reduce", bypass_csp=True
        )
        self.context.route("**/*", self._answer)
        self.page = self.context.new_page()
        self.page.clock.install(time=at)

    def _answer(self, route: Any) -> Any:
        path = route.request.url.removeprefix(BASE)
        self.asked.append(path)
        headers = {"Date": format_datetime(self.clock, usegmt=True)}
        if path == "heraldry.json":
            if not self.reach:
                return route.abort()
            return route.fulfill(status=self.status, body=self.said, headers=headers)
        name = f"{path}index.html" if path.endswith("/") or not path else path
        kinds = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
        kind = kinds.get(name.rpartition(".")[2], "text/html")
        return route.fulfill(body=self.site[name], content_type=kind, headers=headers)

    def note(self, path: str = "everyone/") -> str:
        """What the page says of its age once everything has settled."""
        self.page.goto(BASE + path)
        return self.settled()

    def settled(self) -> str:
        self.page.clock.run_for(100)
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_timeout(300)
        return " ".join(self.page.locator(".late").inner_text().split())


def manifest(checked: datetime) -> bytes:
    stale = checked + timedelta(days=3)
    return json.dumps({"version": 1, "checked": checked.isoformat(), "stale": stale.isoformat()}).encode()


NEWER = "There is a newer version of this page. Reload"
WARNING = "Not checked since Dec 1, 2026, 09:00. Posts may be outdated or withdrawn. Please tell: Communications"
LATER = NOW + timedelta(days=5)


@pytest.mark.browser
@pytest.mark.parametrize("path", ["", "everyone/", "posts/lab/", "404.html"])
def test_a_fresh_page_is_silent_and_asks_for_nothing_but_its_files(
    browser: Any, site: dict[str, bytes], path: str
) -> None:
    visit = Visit(browser, site, NOW + timedelta(hours=2))
    assert visit.note(path) == ""
    assert all(asked == path or asked.startswith("assets/") for asked in visit.asked), visit.asked
    visit.context.close()


def says(visit: Visit, **given: Any) -> Visit:
    for name, value in given.items():
        setattr(visit, name, value)
    return visit


@pytest.mark.browser
@pytest.mark.parametrize(
    ("given", "note"),
    [
        ({"said": manifest(LATER - timedelta(hours=1))}, NEWER),
        ({"said": manifest(NOW)}, WARNING),
        ({"said": manifest(NOW + timedelta(days=1))}, WARNING),
        ({"status": 404}, WARNING),
        ({"said": b"<!doctype html><p>Sign in"}, WARNING),
        ({"said": b"null"}, WARNING),
        ({"said": b'{"checked": 1}'}, WARNING),
        ({"reach": False}, WARNING),
        ({"said": manifest(LATER + timedelta(days=900))}, ""),
    ],
)
def test_an_old_page_says_what_is_true(browser: Any, site: dict[str, bytes], given: dict[str, Any], note: str) -> None:
    visit = says(Visit(browser, site, LATER), **given)
    assert visit.note() == note
    assert visit.page.locator(".late").get_attribute("role") == "status"
    assert visit.asked.count("heraldry.json") == 1
    visit.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("years", [-9, 9])
def test_a_clock_that_is_years_off_causes_no_nonsense(browser: Any, site: dict[str, bytes], years: int) -> None:
    visit = Visit(browser, site, NOW + timedelta(days=365 * years), server=NOW + timedelta(hours=1))
    assert visit.note() == ""
    assert visit.asked.count("heraldry.json") == (years > 0)
    visit.context.close()


@pytest.mark.browser
def test_a_tab_that_was_left_open_offers_what_has_come_since(browser: Any, site: dict[str, bytes]) -> None:
    visit = Visit(browser, site, DUE - timedelta(minutes=30))
    assert visit.note() == ""
    visit.clock = DUE + timedelta(minutes=2)
    visit.page.clock.run_for("32:00")
    assert (visit.settled(), visit.asked.count("heraldry.json")) == ("", 1)
    visit.said = manifest(DUE + timedelta(minutes=6))
    visit.clock = DUE + timedelta(minutes=8)
    visit.page.clock.run_for("06:00")
    assert visit.settled() == NEWER
    with visit.page.expect_navigation():
        visit.page.locator("[data-reload]").click()
    visit.context.close()


@pytest.mark.browser
def test_whoever_was_offline_is_told_better_when_back(browser: Any, site: dict[str, bytes]) -> None:
    visit = says(Visit(browser, site, LATER), reach=False)
    assert visit.note() == WARNING
    visit.reach, visit.said = True, manifest(LATER)
    visit.page.evaluate("dispatchEvent(new Event('online'))")
    assert visit.settled() == NEWER
    visit.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("note", [NEWER, WARNING])
def test_notes_are_accessible_and_fit(browser: Any, site: dict[str, bytes], note: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    visit = says(Visit(browser, site, LATER), said=manifest(LATER if note == NEWER else NOW))
    assert visit.note() == note
    for width, scheme in ((320, "light"), (390, "dark"), (1280, "light")):
        visit.page.set_viewport_size({"width": width, "height": 700})
        visit.page.emulate_media(color_scheme=scheme)
        assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert visit.page.locator(".late").bounding_box()["height"] < 140
        found = Axe().run(visit.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        assert found.violations_count == 0, (width, found.generate_report())
    visit.context.close()


@pytest.mark.browser
def test_without_script_the_line_stands_there(browser: Any, site: dict[str, bytes]) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.route("**/*", lambda route: route.fulfill(body=site["everyone/index.html"], content_type="text/html"))
    page = context.new_page()
    page.goto(f"{BASE}everyone/")
    assert page.locator(".facts span").first.inner_text() == "Last checked: Dec 1, 2026, 09:00, Berlin"
    assert page.locator("button:visible").count() == 0
    context.close()
