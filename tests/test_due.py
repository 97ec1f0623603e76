"""What is due: the published site's own words beside the files, the archive and the clock."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import servers
from click.testing import CliRunner, Result
from site_text import write_site

from heraldry import pipeline
from heraldry.cli import main, verdicts
from heraldry.due import Reason, Verdict, heartbeat, verdict
from heraldry.manifest import Manifest, read
from heraldry.pipeline import Order

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ADDRESS = "https://voices.acme.example/"
INPUTS = {"code": "aa" * 16, "theme": "bb" * 16, "settings": "cc" * 16, "content": "dd" * 16, "archive": "ee" * 16}
FRESH = Manifest(NOON, NOON + 3 * DAY, NOON + 5 * HOUR, ADDRESS, INPUTS, "ff" * 16)


# The decision ----------------------------------------------------------------------------------------


def judged(published: Manifest | None, now: datetime = NOON + HOUR, address: str = ADDRESS, **made_of: str) -> Verdict:
    return verdict(published, {**INPUTS, **made_of}, address, now)


def test_nothing_is_due_while_nothing_has_changed() -> None:
    found = judged(FRESH)
    assert found == Verdict((), next=NOON + 5 * HOUR, checked=NOON, change=NOON + 5 * HOUR)
    assert not found.due


@pytest.mark.parametrize(
    ("found", "reasons"),
    [
        (judged(None), [Reason.UNPUBLISHED]),
        (judged(FRESH, address="https://elsewhere.example/"), [Reason.ADDRESS]),
        (judged(FRESH, code="00" * 16), [Reason.CODE]),
        (judged(FRESH, theme="00" * 16), [Reason.THEME]),
        (judged(FRESH, settings="00" * 16), [Reason.SETTINGS]),
        (judged(FRESH, content="00" * 16), [Reason.CONTENT]),
        (judged(FRESH, archive="00" * 16), [Reason.FEEDS]),
        (judged(replace(FRESH, inputs={})), [Reason.CODE, Reason.THEME, Reason.SETTINGS, Reason.CONTENT, Reason.FEEDS]),
        (judged(FRESH, NOON + 5 * HOUR - timedelta(seconds=1)), []),
        (judged(FRESH, NOON + 5 * HOUR), [Reason.POSTS]),
        (judged(replace(FRESH, next=None), NOON + DAY - timedelta(seconds=1)), []),
        (judged(replace(FRESH, next=None), NOON + DAY), [Reason.HEARTBEAT]),
        (judged(FRESH, NOON - 9 * timedelta(minutes=1)), []),
        (judged(FRESH, NOON - HOUR), [Reason.CLOCK]),
    ],
)
def test_each_reason_is_named(found: Verdict, reasons: list[Reason]) -> None:
    assert list(found.reasons) == reasons


@pytest.mark.parametrize(("now", "late"), [(NOON + 3 * DAY - timedelta(seconds=1), False), (NOON + 3 * DAY, True)])
def test_it_is_late_when_the_programme_finds_the_last_check_too_long_ago(now: datetime, late: bool) -> None:
    assert judged(FRESH, now).late is late


@pytest.mark.parametrize(
    ("patience", "beat"), [(3 * DAY, DAY), (30 * DAY, DAY), (DAY, 8 * HOUR), (HOUR, 20 * timedelta(minutes=1))]
)
def test_a_heartbeat_comes_three_times_before_the_site_is_late_and_at_least_daily(
    patience: timedelta, beat: timedelta
) -> None:
    assert heartbeat(patience) == beat


# A site and its folder -------------------------------------------------------------------------------

SITE = """\
=== content/posts/now.md ===
---
title: Already there
type: company
publish: 2026-11-20 09:00
expires: 2026-12-20 09:00
---
=== content/posts/later.md ===
---
title: Still to come
type: company
publish: 2026-12-02 09:00
---
=== content/feeds/blog.xml ===
<rss version="2.0"><channel><title>Blog</title>
<item><guid>1</guid><title>First</title><link>https://acme.example/1</link></item>
</channel></rss>
=== sources.yaml ===
sources:
  blog: {url: content/feeds/blog.xml, type: company}
"""
DUE_IN_BERLIN = datetime(2026, 12, 2, 8, tzinfo=UTC)


def order(root: Path, now: datetime = NOON) -> Order:
    return Order(root=root, out=root / "site", now=now, offline=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A site that was built, and so published, at noon."""
    root = write_site(tmp_path / "voices", SITE)
    assert pipeline.build(order(root), {}).written
    return root


def reasons(root: Path, now: datetime = NOON + HOUR) -> list[Reason]:
    found = pipeline.look(order(root, now), {}, lambda text: None, place=str(root / "site"))
    assert found.verdict is not None
    return list(found.verdict.reasons)


def test_a_site_that_was_just_built_is_right(root: Path) -> None:
    assert reasons(root) == []


def test_it_stays_right_until_a_post_is_due(root: Path) -> None:
    said = read((root / "site" / "heraldry.json").read_bytes())
    assert said.next == DUE_IN_BERLIN
    assert reasons(root, DUE_IN_BERLIN - timedelta(seconds=1)) == []
    assert reasons(root, DUE_IN_BERLIN) == [Reason.POSTS]


def appended(path: str, text: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        with open(root / path, "a", encoding="utf-8") as file:
            file.write(text)

    return change


def told(root: Path) -> None:
    """The feed has another entry."""
    feed = root / "content/feeds/blog.xml"
    item = "<item><guid>2</guid><title>Second</title><link>https://acme.example/2</link></item></channel>"
    feed.write_text(feed.read_text("utf-8").replace("</channel>", item), "utf-8")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (appended("content/posts/now.md", "More.\n"), [Reason.CONTENT]),
        (appended("teams.yaml", "# a word\n"), [Reason.SETTINGS]),
        (told, [Reason.CONTENT, Reason.FEEDS]),
        (lambda root: shutil.rmtree(root / "site"), [Reason.UNPUBLISHED]),
        (lambda root: (root / "site/heraldry.json").write_text("<html>"), [Reason.UNPUBLISHED]),
    ],
    ids=["post", "settings", "feed", "nothing published", "something else published"],
)
def test_every_change_is_noticed(root: Path, change: Callable[[Path], None], expected: list[Reason]) -> None:
    change(root)
    assert reasons(root) == expected


def test_a_theme_of_ones_own_is_noticed(root: Path) -> None:
    write_site(root, "=== theme/static/share.css ===\np {}\n", {"teams.yaml": (root / "teams.yaml").read_bytes()})
    assert reasons(root) == [Reason.THEME]


def test_two_builds_that_find_the_same_have_the_same_digest_though_the_clock_went_on(root: Path) -> None:
    before = read((root / "site" / "heraldry.json").read_bytes())
    pipeline.build(order(root, NOON + HOUR), {})
    after = read((root / "site" / "heraldry.json").read_bytes())
    assert after == replace(before, checked=NOON + HOUR, stale=before.stale + HOUR)


def test_when_a_post_comes_the_digest_changes(root: Path) -> None:
    before = read((root / "site" / "heraldry.json").read_bytes())
    pipeline.build(order(root, DUE_IN_BERLIN), {})
    assert read((root / "site" / "heraldry.json").read_bytes()).site != before.site


def test_the_manifest_tells_nothing_of_what_is_held(root: Path) -> None:
    said = (root / "site" / "heraldry.json").read_text("utf-8").lower()
    assert [word for word in ("later", "come", "blog", "lab", "title") if word in said] == []


def test_a_look_with_a_broken_teams_yaml_says_so(root: Path) -> None:
    (root / "teams.yaml").write_text("teams: [", "utf-8")
    found = pipeline.look(order(root), {}, lambda text: None)
    assert found.verdict is None
    assert found.problems


# Commands --------------------------------------------------------------------------------------------


def said(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.mark.parametrize("command", [("build",), ("due", "--published", "site"), ("build", "--if-due")])
def test_a_run_of_now_leaves_a_heartbeat_in_the_archive(root: Path, command: tuple[str, ...]) -> None:
    assert not (root / "archive" / "heartbeat.json").exists()
    assert said(*command, "-C", str(root), "--offline").exit_code == 0
    assert set(json.loads((root / "archive" / "heartbeat.json").read_text("utf-8"))) == {"version", "checked"}


def at(moment: datetime) -> str:
    return moment.isoformat()


def test_due_says_so_in_words(root: Path) -> None:
    found = said("due", "-C", str(root), "--published", str(root / "site"), "--at", at(NOON + HOUR))
    assert found.exit_code == 0
    assert found.stdout.splitlines() == [
        "nothing is due",
        "last published check: Tue 2026-12-01 13:00 Europe/Berlin",
        "next change by itself: Wed 2026-12-02 09:00 Europe/Berlin",
        "due again at the latest: Wed 2026-12-02 09:00 Europe/Berlin",
    ]
    assert not (root / "archive" / "heartbeat.json").exists(), "another time than now leaves none"


def test_due_says_so_for_scripts(root: Path) -> None:
    found = said("due", "-C", str(root), "--published", str(root / "site"), "--at", at(DUE_IN_BERLIN), "--json")
    assert json.loads(found.stdout) == {
        "version": 1,
        "due": True,
        "late": False,
        "reasons": [{"reason": "posts", "words": "a post, a team or a date has come to its hour"}],
        "next": "2026-12-02T08:00:00Z",
        "change": "2026-12-02T08:00:00Z",
        "checked": "2026-12-01T12:00:00Z",
        "now": "2026-12-02T08:00:00Z",
    }


def test_due_ends_with_0_either_way_and_with_1_when_nothing_can_be_said(root: Path) -> None:
    assert said("due", "-C", str(root), "--published", "nowhere", "--offline").exit_code == 0
    (root / "teams.yaml").unlink()
    broken = said("due", "-C", str(root), "--published", str(root / "site"))
    assert broken.exit_code == 1
    assert "there is no teams.yaml" in broken.stderr


def test_every_reason_has_its_words() -> None:
    every = Verdict(tuple(Reason), checked=NOON, late=True)
    assert len(list(verdicts.lines(every))) == len(Reason) + 1
    assert [one["reason"] for one in verdicts.document(every, NOON)["reasons"]] == [one.value for one in Reason]


def if_due(root: Path, now: datetime, out: Path, *more: str) -> Result:
    options = ["--if-due", "--out", str(out), "--published", str(root / "site"), "--at", at(now), "--offline"]
    return said("build", "-C", str(root), *options, *more)


def test_a_build_if_due_makes_nothing_while_nothing_is_due(root: Path, tmp_path: Path) -> None:
    found = if_due(root, NOON + HOUR, tmp_path / "out")
    assert (found.exit_code, found.stdout) == (0, "no\n")
    assert "nothing is due" in found.stderr
    assert not (tmp_path / "out").exists()


def test_a_build_if_due_makes_the_site_when_a_post_is(root: Path, tmp_path: Path) -> None:
    found = if_due(root, DUE_IN_BERLIN, tmp_path / "out")
    assert (found.exit_code, found.stdout) == (0, "yes\n")
    assert "has come to its hour" in found.stderr
    assert "Still to come" in (tmp_path / "out" / "everyone" / "index.html").read_text("utf-8")


def test_a_build_if_due_of_a_broken_site_fails_and_says_neither(root: Path, tmp_path: Path) -> None:
    (root / "teams.yaml").write_text("teams: [", "utf-8")
    found = if_due(root, NOON + HOUR, tmp_path / "out")
    assert (found.exit_code, found.stdout) == (1, "")


def test_published_alone_is_a_misunderstanding(root: Path) -> None:
    found = said("build", "-C", str(root), "--published", "site")
    assert found.exit_code == 2
    assert "--if-due" in found.stderr


# Over the network ------------------------------------------------------------------------------------


def test_the_published_site_is_asked_past_every_cache(root: Path) -> None:
    body = (root / "site" / "heraldry.json").read_bytes()
    with servers.scripted(servers.says(servers.answer(body))) as server:
        found = said("due", "-C", str(root), "--published", f"{server.url}/voices", "--at", at(NOON + HOUR))
    assert found.stdout.startswith("nothing is due\n")
    assert [head.split(b" ")[1] for head in server.seen] == [b"/voices/heraldry.json?now=1796130000"]


def test_without_a_place_the_sites_own_address_is_asked(root: Path) -> None:
    with servers.scripted(servers.says(servers.answer(b"", status="404 Not Found"))) as server:
        found = said("due", "-C", str(root), "--base-url", f"{server.url}/v/", "--at", at(NOON + HOUR))
    assert server.seen[0].startswith(b"GET /v/heraldry.json?now=")
    assert found.stdout.startswith("due: nothing is published there yet")


TROUBLES: Mapping[str, servers.Script] = {
    "an error": servers.says(servers.answer(b"no", status="500 Internal Server Error")),
    "a page for everything": servers.says(servers.answer(b"<!doctype html><title>Hello</title>")),
    "nothing": servers.resets,
    "a document without end": servers.says(servers.answer(b"[" * 30_000)),
}


@pytest.mark.parametrize("script", TROUBLES.values(), ids=TROUBLES)
def test_a_published_site_that_tells_nothing_is_made_anew(root: Path, script: servers.Script) -> None:
    with servers.scripted(script) as server:
        found = said("due", "-C", str(root), "--base-url", f"{server.url}/", "--at", at(NOON + HOUR))
    assert found.exit_code == 0
    assert found.stdout.startswith("due: nothing is published there yet, or it does not say")
    assert "heraldry.json: " in found.stderr


def rss(*items: tuple[int, str]) -> bytes:
    told = "".join(
        f"<item><guid>{number}</guid><title>{title}</title><link>https://acme.example/{number}</link></item>"
        for number, title in items
    )
    return f'<rss version="2.0"><channel><title>Blog</title>{told}</channel></rss>'.encode()


FOLLOWING = """\
=== sources.yaml ===
sources:
  blog:
    url: {url}/feed.xml
    type: company
    keep: 10d
    allow_private: true
    exclude: {{title: [boring]}}
"""


@pytest.fixture
def blog(tmp_path: Path) -> Iterator[tuple[Path, servers.Shelf]]:
    """A site that follows a blog, built at noon, and the blog."""
    shelf = servers.Shelf({"/feed.xml": rss((1, "First"), (2, "boring"))})
    with servers.scripted(shelf) as server:
        root = write_site(tmp_path / "voices", FOLLOWING.format(url=server.url))
        assert pipeline.build(following(root), {}).written
        yield root, shelf


def following(root: Path, now: datetime = NOON) -> Order:
    return Order(root=root, out=root / "site", now=now)


def news(root: Path, now: datetime) -> list[Reason]:
    found = pipeline.look(following(root, now), {}, lambda text: None, place=str(root / "site"))
    assert found.verdict is not None
    return list(found.verdict.reasons)


def test_a_feed_that_says_the_same_is_no_reason(blog: tuple[Path, servers.Shelf]) -> None:
    assert news(blog[0], NOON + HOUR) == []


def test_a_feed_with_news_is_a_reason_until_they_are_published(blog: tuple[Path, servers.Shelf]) -> None:
    root, shelf = blog
    shelf.documents["/feed.xml"] = rss((1, "First"), (2, "boring"), (3, "Third"))
    assert news(root, NOON + HOUR) == [Reason.FEEDS]
    assert news(root, NOON + 2 * HOUR) == [Reason.FEEDS]
    assert pipeline.build(following(root, NOON + 2 * HOUR), {}).written
    assert news(root, NOON + 3 * HOUR) == []


def test_a_feed_that_is_down_or_has_forgotten_is_no_reason(blog: tuple[Path, servers.Shelf]) -> None:
    root, shelf = blog
    shelf.documents["/feed.xml"] = rss((2, "boring"))
    assert news(root, NOON + HOUR) == []
    del shelf.documents["/feed.xml"]
    assert news(root, NOON + 2 * HOUR) == []


def test_an_entry_is_a_reason_when_its_keep_ends_and_never_for_what_time_does_to_the_archive(
    blog: tuple[Path, servers.Shelf],
) -> None:
    root, _ = blog
    published = read((root / "site" / "heraldry.json").read_bytes())
    assert published.next == NOON + 10 * DAY
    for days in (1, 9, 10, 11, 39):
        found = news(root, NOON + timedelta(days=days))
        assert [reason for reason in found if reason is not Reason.HEARTBEAT] == [Reason.POSTS] * (days >= 10)


def test_a_build_if_due_asks_each_feed_once(blog: tuple[Path, servers.Shelf]) -> None:
    root, shelf = blog
    shelf.documents["/feed.xml"] = rss((1, "First"), (3, "Third"))
    asked: list[bytes] = []
    body = shelf.documents["/feed.xml"]
    assert isinstance(body, bytes)

    def counted(connection: socket.socket, head: bytes) -> None:
        asked.append(head)
        connection.sendall(servers.answer(body))

    shelf.documents["/feed.xml"] = counted
    order = replace(following(root, NOON + HOUR), out=root / "other")
    outcome = pipeline.build_if_due(order, {}, place=str(root / "site"))
    assert outcome.written
    assert len(asked) == 1
    assert "Third" in (root / "other" / "everyone" / "index.html").read_text("utf-8")


def barked(place: str, now: datetime, *more: str) -> Result:
    return said("watchdog", place, "--at", at(now), *more)


def test_the_watchdog_is_quiet_while_the_site_was_checked_in_time(root: Path) -> None:
    found = barked(str(root / "site"), NOON + 3 * DAY - timedelta(seconds=1))
    assert found.exit_code == 0
    assert found.stdout == "checked at Tue 2026-12-01 12:00 UTC, within the 3 days that the programme allows\n"


def test_the_watchdog_barks_when_it_was_not(root: Path) -> None:
    found = barked(str(root / "site"), NOON + 3 * DAY)
    assert (found.exit_code, found.stdout) == (1, "")
    assert found.stderr == "not checked since Tue 2026-12-01 12:00 UTC, and the programme allows 3 days\n"


def test_the_watchdog_needs_no_repository_but_an_address(root: Path) -> None:
    body = (root / "site" / "heraldry.json").read_bytes()
    with servers.scripted(servers.says(servers.answer(body))) as server:
        found = barked(f"{server.url}/voices/", NOON + 3 * DAY, "--json")
    assert found.exit_code == 1
    assert json.loads(found.stdout) == {
        "version": 1,
        "fine": False,
        "words": "not checked since Tue 2026-12-01 12:00 UTC, and the programme allows 3 days",
        "checked": "2026-12-01T12:00:00Z",
        "stale": "2026-12-04T12:00:00Z",
        "next": "2026-12-02T08:00:00Z",
        "now": "2026-12-04T12:00:00Z",
    }


@pytest.mark.parametrize(("more", "code"), [((), 1), (("--unpublished-ok",), 0)])
def test_a_site_that_is_not_there_yet_may_be_forgiven(more: tuple[str, ...], code: int) -> None:
    with servers.scripted(servers.says(servers.answer(b"", status="404 Not Found"))) as server:
        assert barked(f"{server.url}/", NOON, *more).exit_code == code


@pytest.mark.parametrize("script", TROUBLES.values(), ids=TROUBLES)
def test_a_site_in_trouble_is_never_forgiven(script: servers.Script) -> None:
    with servers.scripted(script) as server:
        assert barked(f"{server.url}/", NOON, "--unpublished-ok").exit_code == 1


@pytest.mark.parametrize("place", ["http://[", "https://acme.example:x/", "http://", "HTTP://[::1"])
def test_an_address_that_is_none_is_told_in_words(root: Path, place: str) -> None:
    found = barked(place, NOON)
    assert found.exit_code == 1
    assert f"{place.removesuffix('/')}/heraldry.json: " in found.stderr
    assert said("due", "-C", str(root), "--published", place, "--at", at(NOON)).exit_code == 0


def test_the_watchdog_finds_the_address_in_teams_yaml(root: Path) -> None:
    found = said("watchdog", "-C", str(root), "--at", at(NOON))
    assert found.exit_code == 1
    assert "https://voices.acme.example/heraldry.json" in found.stderr


def test_the_watchdog_without_an_address_asks_for_one(tmp_path: Path) -> None:
    found = said("watchdog", "-C", str(tmp_path))
    assert found.exit_code == 2
    assert "name the site's address" in found.stderr


QUICKLY = """\
import sys
from heraldry.cli import main
main(["due", "--json", "-C", sys.argv[1], "--published", sys.argv[1] + "/site", "--at", sys.argv[2]], standalone_mode=False)
print(*(name for name in ("heraldry.forms", "heraldry.feeds.gather", "jinja2", "httpcore2") if name in sys.modules))
"""


@pytest.mark.parametrize(("change", "loaded"), [("", []), ("# a word\n", ["heraldry.forms", "heraldry.feeds.gather"])])
def test_where_nothing_has_changed_neither_settings_nor_feeds_are_read(
    root: Path, change: str, loaded: list[str]
) -> None:
    appended("teams.yaml", change)(root)
    command = [sys.executable, "-c", QUICKLY, str(root), at(NOON + HOUR)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.splitlines()
    assert json.loads("".join(told[:-1]))["due"] is bool(change)
    assert told[-1].split() == loaded
