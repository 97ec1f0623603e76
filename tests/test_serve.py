"""`heraldry serve`: answers, changes, and the whole of it with a real browser."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from chromium import launched
from site_text import TEAMS, write_site

from heraldry.preview.answers import Edition, allowed, answer
from heraldry.preview.watch import Watch

PATIENCE = 30.0
"""Seconds until a condition must hold on a busy machine; it is met in about two."""

SITE = f"""\
=== teams.yaml ===
{TEAMS}
=== content/posts/lab.md ===
---
title: The lab is open
type: company
publish: 2026-01-05
---
Come and see.
"""


HANDBOOK = """\
=== content/handbook/index.md ===
---
title: Handbook
---
# How we share
"""


def eventually(met: Callable[[], object]) -> Any:
    """What `met` returns as soon as it is true; fails when that takes too long."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = met()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it never came to pass")


# Answers --------------------------------------------------------------------------------------------


@pytest.fixture
def edition(tmp_path: Path) -> Edition:
    bodies = {
        "index.html": b"<html><body>home</BODY></html>",
        "404.html": b"<html><body>lost</body></html>",
        "sales/index.html": b"no body element",
        "sales/rss.xml": b"<rss/>",
        "sales/feed.json": b"{}",
        "assets/a.js": b"let a;",
        "assets/a.css": b"a{}",
        "assets/a.svg": b"<svg/>",
        "assets/a.webp": b"RIFF",
        "assets/a.woff2": b"wOF2",
        "empty/x/deep.txt": b"deep",
        ".heraldry-site": b"mark",
        "a b/ş.html": b"<body></body>",
    }
    for path, body in bodies.items():
        (tmp_path / "site" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / path).write_bytes(body)
    (tmp_path / "secret.txt").write_text("outside")
    return Edition(tmp_path / "site", "v1", follow=False)


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/?utm_source=x", "text/html; charset=utf-8"),
        ("/sales/", "text/html; charset=utf-8"),
        ("/sales/index.html", "text/html; charset=utf-8"),
        ("/sales/rss.xml", "application/xml; charset=utf-8"),
        ("/sales/feed.json", "application/json; charset=utf-8"),
        ("/assets/a.js", "text/javascript; charset=utf-8"),
        ("/assets/a.css?v=1", "text/css; charset=utf-8"),
        ("/assets/a.svg", "image/svg+xml"),
        ("/assets/a.webp", "image/webp"),
        ("/assets/a.woff2", "font/woff2"),
        ("/a%20b/%C5%9F.html", "text/html; charset=utf-8"),
    ],
)
def test_a_file_is_sent_as_what_it_is(target: str, kind: str, edition: Edition) -> None:
    made = answer(edition, target)
    assert (made.status, made.type) == (200, kind)


@pytest.mark.parametrize(
    "target",
    [
        "/nothing",
        "/sales/nothing/",
        "/index.html/",
        "/empty/",
        "/empty",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/sales/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "/C:/secret.txt",
        "/.heraldry-site",
        "/%00",
        "//nothing",
        "/%ff",
        "",
    ],
)
def test_what_is_not_part_of_the_site_is_the_404_page(target: str, edition: Edition) -> None:
    made = answer(edition, target)
    if target:
        assert (made.status, made.body) == (404, b"<html><body>lost</body></html>")
    assert b"outside" not in made.body


@pytest.mark.parametrize(
    ("target", "location"),
    [("/sales", "/sales/"), ("/sales?x=1", "/sales/?x=1"), ("//sales", "/sales/"), ("/a%20b/..", None)],
)
def test_a_folder_without_its_slash_leads_to_itself_on_this_host(
    target: str, location: str | None, edition: Edition
) -> None:
    made = answer(edition, target)
    assert made.headers.get("Location") == location
    assert made.status == (301 if location else 404)


def test_every_page_gets_the_script_from_its_own_origin_before_its_end(edition: Edition) -> None:
    followed = replace(edition, follow=True)
    script = b'<script src="/_heraldry/reload.js" data-version="v1"></script>'
    assert answer(followed, "/").body == b"<html><body>home" + script + b"</BODY></html>"
    assert answer(followed, "/sales/").body == b"no body element" + script
    assert answer(followed, "/nothing").body == b"<html><body>lost" + script + b"</body></html>"
    assert answer(followed, "/sales/rss.xml").body == b"<rss/>"


def test_the_script_is_told_the_version_and_what_is_wrong(edition: Edition) -> None:
    told = answer(replace(edition, problems=("teams.yaml:1:1: <b>",)), "/_heraldry/version")
    assert json.loads(told.body) == {"version": "v1", "problems": ["teams.yaml:1:1: <b>"]}
    assert answer(edition, "/_heraldry/reload.js").type == "text/javascript; charset=utf-8"


def test_before_the_first_good_build_every_page_says_what_is_in_its_way() -> None:
    waiting = answer(Edition(None, "v0", ("teams.yaml:1:1: <b>",)), "/sales/")
    assert waiting.status == 503
    assert b"teams.yaml:1:1: &lt;b&gt;" in waiting.body
    assert b"/_heraldry/reload.js" in waiting.body


@pytest.mark.parametrize(
    ("host", "welcome"),
    [
        ("127.0.0.1:8000", True),
        ("localhost", True),
        ("[::1]:8000", True),
        ("LOCALHOST:1", True),
        ("evil.example:8000", False),
        ("127.0.0.1.evil.example", False),
        ("evil.example@127.0.0.1.evil.example", False),
        ("", False),
        ("[", False),
    ],
)
def test_a_request_under_a_foreign_name_is_not_for_us(host: str, welcome: bool) -> None:
    assert allowed(host, frozenset({"127.0.0.1", "localhost", "::1"})) is welcome


# Changes --------------------------------------------------------------------------------------------


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Path, Watch]]:
    root = write_site(tmp_path / "voices", SITE)
    watch = Watch(root)
    yield root, watch
    watch.stop()


def seen(watch: Watch, *paths: str) -> bool:
    """Whether a change of one of `paths` is noticed within some time, among others."""
    return bool(eventually(lambda: not watch.changes(0.5).isdisjoint(paths)))


@pytest.mark.parametrize("path", ["teams.yaml", "sources.yaml", "content/posts/new.md"])
def test_a_changed_or_new_file_is_noticed(path: str, watched: tuple[Path, Watch]) -> None:
    root, watch = watched
    (root / path).write_text("changed")
    assert seen(watch, path)


def test_of_a_whole_new_folder_at_least_the_folder_is_noticed(watched: tuple[Path, Watch]) -> None:
    root, watch = watched
    (root / "content/media/deep").mkdir(parents=True)
    (root / "content/media/deep/x.svg").write_text("<svg/>")
    assert seen(watch, "content/media", "content/media/deep", "content/media/deep/x.svg")


@pytest.mark.parametrize("path", ["teams.yaml", "content/posts/lab.md"])
def test_a_file_that_an_editor_replaces_is_noticed_every_time(path: str, watched: tuple[Path, Watch]) -> None:
    root, watch = watched
    for text in ("one", "two"):
        (root / path).with_name(".draft").write_text(text)
        os.replace((root / path).with_name(".draft"), root / path)
        assert seen(watch, path)


def test_a_folder_that_comes_later_is_followed_too_and_so_is_one_that_came_back(watched: tuple[Path, Watch]) -> None:
    root, watch = watched
    for _ in range(2):
        (root / "theme" / "static").mkdir(parents=True)
        assert seen(watch, "theme")
        (root / "theme" / "static" / "share.css").write_text("a{}")
        assert seen(watch, "theme/static/share.css")
        shutil.rmtree(root / "theme")
        assert seen(watch, "theme")


def test_what_builds_and_editors_put_down_is_no_change(watched: tuple[Path, Watch]) -> None:
    root, watch = watched
    noise = {"site/index.html", ".venv/x.py", "archive/x.jsonl", "content/posts/.lab.md.swp", "content/posts/lab.md~"}
    for path in noise:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("noise")
    (root / "content/posts/last.md").write_text("news")
    found: set[str] = set()
    while "content/posts/last.md" not in found:
        found |= eventually(lambda: watch.changes(0.5))
    assert found.isdisjoint(noise | {"site", ".venv", "archive"})


# The command ----------------------------------------------------------------------------------------


@dataclass
class Served:
    """`heraldry serve` at work on the site at `root`; its talk goes to `talk`."""

    root: Path
    url: str
    process: subprocess.Popen[bytes]
    talk: Path

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and text; for what a browser would mend, the path goes over the wire as it stands."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response.status, text

    def version(self) -> str:
        return str(json.loads(self.get("/_heraldry/version")[1])["version"])

    def said(self) -> str:
        return self.talk.read_text("utf-8")


@contextmanager
def serving(root: Path, *arguments: str) -> Iterator[Served]:
    """The command as a person starts it, on a port of its own, with a temporary folder that can be looked at."""
    talk, heard, temporary = root.parent / "talk", root.parent / "heard", root.parent / "temporary"
    temporary.mkdir()
    command = [sys.executable, "-m", "heraldry", "serve", "-C", str(root), "--port", "0", *arguments]
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    hearing = None if sys.platform == "win32" else _interruptible
    with talk.open("wb") as err, heard.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=err, env={**os.environ, **places}, preexec_fn=hearing)
    try:
        url = eventually(lambda: heard.read_text().strip() or (process.poll() is not None and talk.read_text("utf-8")))
        assert process.poll() is None, url
        yield Served(root, url, process, talk)
    finally:
        process.kill()
        process.wait()


def _interruptible() -> None:
    """A shell starts what runs in the background hearing to Ctrl-C, and so would be what that starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(write_site(tmp_path / "voices", SITE)) as made:
        yield made


POST = "content/posts/lab.md"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_an_edited_post_is_on_the_page_and_the_handbook_stays_as_it_was_made(tmp_path: Path) -> None:
    with serving(write_site(tmp_path / "voices", SITE + HANDBOOK)) as served:
        assert f'<link rel="canonical" href="{served.url}posts/lab/">' in served.get("/posts/lab/")[1]
        (made,) = (tmp_path / "temporary").glob("*/site/handbook/index.html")
        made.write_text(made.read_text("utf-8") + "<!-- the first one -->", "utf-8")
        edit(served.root / POST, "The lab is open", "The lab is wide open")
        eventually(lambda: "The lab is wide open" in served.get("/everyone/")[1])
        assert "changed: content/posts/lab.md" in served.said()
        assert "<!-- the first one -->" in made.read_text("utf-8")
        edit(served.root / "content/handbook/index.md", "How we share", "How all of us share")
        eventually(lambda: "How all of us share" in served.get("/handbook/")[1])
        assert "The lab is wide open" in served.get("/everyone/")[1]


def test_broken_teams_keep_the_pages_and_are_said_in_the_terminal_and_to_the_page(served: Served) -> None:
    before = served.version()
    edit(served.root / "teams.yaml", "timezone: Europe/Berlin", "timezone: Europe/Berlim")
    told = eventually(lambda: json.loads(served.get("/_heraldry/version")[1])["problems"])
    assert told[0].startswith("teams.yaml:5:")
    assert "Europe/Berlim" in told[0]
    assert served.version() == before
    assert "The lab is open" in served.get("/everyone/")[1]
    assert eventually(lambda: "the pages stay as they were: 1 error" in served.said())
    edit(served.root / "teams.yaml", "timezone: Europe/Berlim", "timezone: Asia/Seoul")
    assert eventually(lambda: served.version() != before)
    assert json.loads(served.get("/_heraldry/version")[1])["problems"] == []


def test_a_broken_post_is_left_out_and_said(served: Served) -> None:
    edit(served.root / POST, "type: company", "type: companie")
    eventually(lambda: "The lab is open" not in served.get("/everyone/")[1])
    assert eventually(lambda: "content/posts/lab.md:3:" in served.said())


def test_a_broken_template_does_not_end_it(served: Served) -> None:
    before = served.version()
    template = served.root / "theme/share/index.html"
    template.parent.mkdir(parents=True)
    template.write_text("{% if %}")
    eventually(lambda: json.loads(served.get("/_heraldry/version")[1])["problems"])
    assert "The lab is open" in served.get("/everyone/")[1]
    template.write_text("<body>mine</body>")
    eventually(lambda: served.version() != before and "mine" in served.get("/")[1])


def test_a_site_that_is_broken_from_the_start_waits_to_be_mended(tmp_path: Path) -> None:
    root = write_site(tmp_path / "voices", SITE.replace("Europe/Berlin", "Europe/Berlim"))
    with serving(root) as served:
        status, page = served.get("/everyone/")
        assert status == 503
        assert "Europe/Berlim" in page
        edit(root / "teams.yaml", "Europe/Berlim", "Europe/Berlin")
        eventually(lambda: served.get("/everyone/")[0] == 200)


def test_nothing_of_it_is_cached_and_head_has_no_body(served: Served) -> None:
    parts = urlsplit(served.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    connection.request("HEAD", "/everyone/")
    response = connection.getresponse()
    assert (response.status, response.read()) == (200, b"")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert int(response.headers["Content-Length"]) > 1000
    connection.close()


def test_a_missing_page_and_a_foreign_name_and_a_way_out_are_refused(served: Served) -> None:
    status, page = served.get("/nothing/here/")
    assert status == 404
    assert "There is nothing at this address" in page
    assert served.get("/", Host="evil.example")[0] == 421
    status, page = served.get("/../../teams.yaml")
    assert status == 404
    assert "disclosure" not in page


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no signals")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_and_leaves_nothing_behind(ending: signal.Signals, tmp_path: Path) -> None:
    root = write_site(tmp_path / "voices", SITE)
    with serving(root) as served:
        served.process.send_signal(ending)
        assert served.process.wait(PATIENCE) == 0
        assert "Traceback" not in served.said()
    assert list((tmp_path / "temporary").iterdir()) == []
    assert sorted(path.name for path in root.iterdir()) == ["content", "teams.yaml"]


def test_a_port_that_is_taken_is_said_and_ends_it(tmp_path: Path) -> None:
    root = write_site(tmp_path / "voices", SITE)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        command = [sys.executable, "-m", "heraldry", "serve", "-C", str(root), "--port", port]
        result = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (result.returncode, result.stdout) == (1, "")
    assert f"cannot listen on 127.0.0.1, port {port}" in result.stderr
    assert "--port 0" in result.stderr


def test_without_reload_pages_are_as_they_were_built_and_another_time_can_be_seen(tmp_path: Path) -> None:
    root = write_site(tmp_path / "voices", SITE.replace("2026-01-05", "2031-01-05"))
    with serving(root, "--no-reload", "--at", "2031-01-06") as served:
        page = served.get("/everyone/")[1]
        assert "The lab is open" in page
        assert "_heraldry" not in page


@pytest.mark.browser
def test_a_browser_follows_every_change_by_itself(tmp_path: Path) -> None:
    refused: list[str] = []
    root = write_site(tmp_path / "voices", SITE + HANDBOOK)
    with serving(root) as served, launched() as browser:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.on("console", lambda m: refused.extend([m.text] * (m.type == "error")))
        page.on("pageerror", lambda error: refused.append(str(error)))
        page.goto(f"{served.url}everyone/")
        page.get_by_role("heading", name="The lab is open").wait_for()
        edit(root / POST, "The lab is open", "The lab is wide open")
        page.get_by_role("heading", name="The lab is wide open").wait_for(timeout=10_000)
        edit(root / "teams.yaml", "timezone: Europe/Berlin", "timezone: Europe/Berlim")
        page.get_by_text("unknown time zone 'Europe/Berlim'").wait_for()
        assert page.get_by_role("heading", name="The lab is wide open").is_visible()
        edit(root / "teams.yaml", "timezone: Europe/Berlim", "timezone: Europe/Berlin")
        page.get_by_text("unknown time zone 'Europe/Berlim'").wait_for(state="hidden")
        edit(root / POST, "The lab is wide open", "The lab is shut")
        page.get_by_role("heading", name="The lab is shut").wait_for()
        page.goto(f"{served.url}handbook/")
        edit(root / "content/handbook/index.md", "How we share", "How all of us share")
        page.get_by_role("heading", name="How all of us share").wait_for()
        browser.close()
    assert refused == []
