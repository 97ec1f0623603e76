"""How each source fares: what is remembered, what is decided from it, how it is told, and where it must not appear."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from chromium import launched
from click.testing import CliRunner, Result
from servers import answer, moved, says, scripted, target
from site_text import write_site

from heraldry.cli import main
from heraldry.feeds import health, state
from heraldry.feeds.health import Answered, Event, Missed, Rested, Same
from heraldry.feeds.hushed import shown
from heraldry.feeds.state import DAMAGED, NEWER, Health, State
from heraldry.feeds.telling import problems, told
from heraldry.feeds.visits import Rest, Visit, visit
from heraldry.following.facts import followed
from heraldry.model import Auth, Patterns, PostType, Source
from heraldry.preview.answers import Edition
from heraldry.preview.answers import answer as answered
from heraldry.preview.server import PreviewServer
from heraldry.preview.sources import Followed
from heraldry.problems import Level, Position

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
"""A Sunday, 09:30 in Berlin."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

BLOG = Source(
    key="blog",
    url="https://acme.example/feed.xml",
    name="Blog",
    type=PostType.COMPANY,
    tags=frozenset(),
    teams=None,
    lang="en",
    include=Patterns(),
    exclude=Patterns(),
    captions={},
)

GOOD = Answered(usable=12, digest="d1", etag='"e1"', modified="Sun, 22 Nov 2026 08:00:00 GMT")


def lived(*events: Event, source: Source = BLOG, start: datetime = NOW, every: timedelta = HOUR) -> Health:
    """What is known after these events, one every hour, the last one at `start`."""
    known: Health | None = None
    for step, event in enumerate(events):
        then = start - (len(events) - 1 - step) * every
        known = health.after(known, event, source, then, BERLIN, entries=12)
    assert known is not None
    return known


# What is remembered ----------------------------------------------------------------------------------

FULL = Health(
    state=State.HELD,
    since=NOW,
    checked=NOW,
    success=NOW - DAY,
    next_try=NOW + HOUR,
    reasons=("“ünusual” words", "two"),
    failures=3,
    etag='W/"x"',
    modified="Sun, 22 Nov 2026 08:00:00 GMT",
    digest="ab" * 32,
    complaints=("one of 3 entries has no link",),
    validated=NOW - 2 * DAY,
    moved="https://acme.example/new?key=…",
    moved_since=NOW - 9 * DAY,
    held_on=date(2026, 11, 22),
    held=14,
    proxy=True,
    url="cd" * 32,
    asked="ef" * 8,
    entries=12,
)
TWO = {"news": lived(Missed(fault="failed", words="it took too long")), "blog": FULL}


def sealed(sources: dict[str, Any], version: object = 1) -> bytes:
    """A state file with a checksum that holds, whatever the sources are."""
    text = json.dumps(sources, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return json.dumps({"version": version, "sha256": digest, "sources": sources}).encode()


def said(key: str = "blog") -> dict[str, Any]:
    """What the file says of one source."""
    found: dict[str, Any] = json.loads(state.written(TWO))["sources"][key]
    return found


def test_everything_that_is_remembered_comes_back() -> None:
    assert state.read(state.written(TWO)) == (TWO, "")


def test_the_file_is_sorted_and_a_fact_is_a_line_and_what_is_usual_is_left_out() -> None:
    body = state.written(TWO)
    assert body == state.written(dict(reversed(TWO.items())))
    text = body.decode()
    assert text.index('"blog"') < text.index('"news"')
    assert '\n      "etag": "W/\\"x\\"",\n' in text
    assert text.endswith("}\n")
    assert "held" not in said("news")


def test_no_file_is_nothing_known_and_no_complaint() -> None:
    assert state.read(None) == ({}, "")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n",
        b"null",
        b"[]",
        b"1",
        b"{}",
        b"\xff\xfe",
        b"\x00" * 100,
        b"[" * 100_000,
        b'{"version": 1}',
        b'{"version": 1, "sources": {}}',
        b'{"version": 1, "sha256": null, "sources": {}}',
        b'{"version": 1, "sha256": "", "sources": []}',
        b'{"version": 1, "sha256": "", "sources": {"a": "\\ud800"}}',
        b'{"version": 1, "sha256": "", "sources": {"a": NaN}}',
        b'{"version": 1, "sha256": "", "sources": {"a": 1' + b"0" * 5000 + b"}}",
        sealed({}, version=0),
        sealed({}, version=True),
        sealed({}, version="1"),
        sealed({}, version=1.0),
        state.written(TWO).replace(b"12", b"13", 1),
    ],
)
def test_a_damaged_file_is_as_good_as_none_and_that_is_said(body: bytes) -> None:
    assert state.read(body) == ({}, DAMAGED)


def test_a_file_of_a_newer_heraldry_is_not_guessed_at() -> None:
    assert state.read(sealed({"blog": said()}, version=2)) == ({}, NEWER)


def test_a_file_cut_off_anywhere_is_never_half_believed() -> None:
    body = state.written(TWO)
    whole = {len(body), len(body) - 1}
    for end in range(len(body)):
        assert state.read(body[:end]) == ((TWO, "") if end in whole else ({}, DAMAGED)), end


@pytest.mark.parametrize("flip", [0x01, 0x04, 0x20, 0x80])
def test_a_file_with_any_byte_flipped_is_believed_whole_or_not_at_all(flip: int) -> None:
    body = state.written(TWO)
    for at in range(len(body)):
        known, complaint = state.read(body[:at] + bytes([body[at] ^ flip]) + body[at + 1 :])
        assert (known, complaint) in ((TWO, ""), ({}, DAMAGED), ({}, NEWER)), at


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("state", "fine"),
        ("state", None),
        ("since", None),
        ("since", "2026-11-22"),
        ("since", "2026-11-22T09:30:00"),
        ("since", "0001-01-01T00:00:00+00:00"),
        ("since", "9999-12-31T23:59:59-14:00"),
        ("checked", 1),
        ("next_try", "soon"),
        ("reasons", "one"),
        ("reasons", [1]),
        ("reasons", ["\ud800"]),
        ("failures", -1),
        ("failures", True),
        ("failures", 1.0),
        ("etag", None),
        ("held_on", "2026-11-22T09:30:00+00:00"),
        ("held_on", "0001-01-01"),
        ("proxy", 1),
        ("entries", "12"),
    ],
)
def test_a_source_of_which_something_cannot_be_costs_only_itself(key: str, value: object) -> None:
    body = sealed({"blog": said() | {key: value}, "news": said("news")})
    known, complaint = state.read(body)
    expected = {} if "\\ud800" in json.dumps(value) else {"news": TWO["news"]}
    assert (known, complaint) == (expected, DAMAGED)


@pytest.mark.parametrize("broken", [None, [], "ok", 1, {}, {"state": "ok"}])
def test_a_source_that_is_no_source_costs_only_itself(broken: object) -> None:
    assert state.read(sealed({"blog": broken, "news": said("news")})) == ({"news": TWO["news"]}, DAMAGED)


def test_a_key_that_is_not_known_is_passed_over() -> None:
    assert state.read(sealed({"blog": said() | {"mood": "good"}})) == ({"blog": FULL}, "")


# Whether to ask --------------------------------------------------------------------------------------

WITH_VALIDATORS = Visit('"e1"', "Sun, 22 Nov 2026 08:00:00 GMT", "d1")
REFUSED = Missed(fault="blocked", words="the server answered 451")
DOWN = Missed(fault="failed", words="the connection failed (connection refused)")
GONE = Missed(fault="gone", words="the server answered 410")
LATER = Rest("it is asked again later")


@pytest.mark.parametrize(
    ("known", "then", "expected"),
    [
        (None, NOW, Visit()),
        (lived(Rested()), NOW, Visit()),
        (lived(GOOD), NOW, WITH_VALIDATORS),
        (lived(GOOD), NOW + 8 * DAY, WITH_VALIDATORS),
        (lived(GOOD), NOW + 8 * DAY + HOUR, Visit()),
        (lived(GOOD), NOW - DAY, Visit()),
        (lived(GOOD, DOWN, DOWN, DOWN), NOW, WITH_VALIDATORS),
        (lived(DOWN), NOW, Visit()),
        (lived(REFUSED), NOW + 23 * HOUR, LATER),
        (lived(REFUSED), NOW + 24 * HOUR, Visit()),
        (lived(GOOD, REFUSED), NOW + 24 * HOUR, WITH_VALIDATORS),
        (lived(REFUSED), NOW - HOUR, LATER),
        (lived(REFUSED), NOW - HOUR - timedelta(seconds=1), Visit()),
        (lived(GONE), NOW + 400 * DAY, Rest("it said that it is gone for good")),
    ],
)
def test_whether_to_ask_and_with_what(known: Health | None, then: datetime, expected: Visit | Rest) -> None:
    assert visit(BLOG, known, then, known=True) == expected


def test_without_an_archive_everything_is_asked_for_so_that_a_304_loses_nothing() -> None:
    assert visit(BLOG, lived(GOOD), NOW, known=False) == Visit()


@pytest.mark.parametrize("known", [lived(GONE), lived(GOOD), lived(REFUSED)])
def test_of_another_address_nothing_is_known(known: Health) -> None:
    assert visit(replace(BLOG, url="https://acme.example/atom.xml"), known, NOW, known=True) == Visit()


@pytest.mark.parametrize(
    "changed",
    [
        replace(BLOG, allow_private=True),
        replace(BLOG, auth=Auth("TOKEN")),
        replace(BLOG, proxy="http://proxy.example:3128"),
        replace(BLOG, max_bytes=9_000_000),
        replace(BLOG, timeout=timedelta(seconds=60)),
        replace(BLOG, accept_batch=date(2026, 11, 22)),
    ],
)
def test_a_source_that_an_editor_mended_is_asked_at_once_unless_it_is_gone(changed: Source) -> None:
    assert visit(changed, lived(GOOD, REFUSED), NOW, known=True) == WITH_VALIDATORS
    assert isinstance(visit(changed, lived(GONE), NOW, known=True), Rest)


def test_a_change_that_has_nothing_to_do_with_asking_wakes_nobody() -> None:
    renamed = replace(BLOG, name="Our blog", tags=frozenset({"x"}), captions={"en": {"default": ("{title}",)}})
    assert visit(renamed, lived(REFUSED), NOW, known=True) == LATER


# What a visit changes --------------------------------------------------------------------------------


def busy(retry_after: float | None = None) -> Missed:
    return Missed(fault="busy", words="the server answered 429", retry_after=retry_after)


@pytest.mark.parametrize(
    ("events", "pause"),
    [
        ([DOWN], None),
        ([DOWN] * 3, None),
        ([DOWN] * 4, HOUR),
        ([DOWN] * 5, 2 * HOUR),
        ([DOWN] * 6, 4 * HOUR),
        ([DOWN] * 8, 16 * HOUR),
        ([DOWN] * 9, DAY),
        ([DOWN] * 2000, DAY),
        ([DOWN, DOWN, DOWN, GOOD, DOWN], None),
        ([DOWN, DOWN, DOWN, Same(), DOWN], None),
        ([busy()], HOUR),
        ([busy()] * 2, 2 * HOUR),
        ([busy()] * 50, DAY),
        ([busy(90)], timedelta(seconds=90)),
        ([busy(0)], timedelta()),
        ([busy(-5)], HOUR),
        ([busy(float("inf"))], DAY),
        ([busy(float("nan"))], HOUR),
        ([busy(10**12)], DAY),
        ([REFUSED], DAY),
        ([REFUSED] * 5, DAY),
        ([GONE], None),
        ([GOOD], None),
        ([DOWN] * 9 + [GOOD], None),
    ],
)
def test_how_long_a_source_is_left_alone(events: list[Event], pause: timedelta | None) -> None:
    assert lived(*events).next_try == (None if pause is None else NOW + pause)


def test_a_file_inside_the_repository_is_read_at_every_run() -> None:
    inside = replace(BLOG, url="content/feeds/blog.xml")
    assert lived(*[DOWN] * 9, source=inside).next_try is None


HELD = replace(GOOD, usable=14, held=14)
EMPTY = Answered(usable=0, complaints=("the feed is empty",), digest="d0", etag='"e0"')
PAGE = Answered(usable=0, whole=False, complaints=("the document is not a feed, but a web page",), etag='"e0"')
CUT = Answered(usable=7, whole=False, complaints=("it breaks off before its end",), digest="d0", etag='"e0"')
FAULTY = replace(GOOD, usable=11, complaints=("1 of 12 entries has no link",))


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (GOOD, State.OK),
        (Same(), State.OK),
        (FAULTY, State.DEGRADED),
        (EMPTY, State.DEGRADED),
        (PAGE, State.DEGRADED),
        (CUT, State.DEGRADED),
        (Answered(usable=0), State.DEGRADED),
        (Answered(usable=3, whole=False), State.DEGRADED),
        (HELD, State.HELD),
        (DOWN, State.FAILED),
        (GONE, State.GONE),
        (REFUSED, State.BLOCKED),
        (busy(), State.BUSY),
        (Rested(), State.OK),
    ],
)
def test_what_state_a_visit_leaves(event: Event, expected: State) -> None:
    made = lived(GOOD, event)
    assert made.state is expected
    assert made.since == (NOW - HOUR if expected is State.OK else NOW)
    assert bool(made.reasons) == (expected not in (State.OK, State.HELD))


@pytest.mark.parametrize("event", [EMPTY, PAGE, CUT, DOWN, GONE, REFUSED, busy(), Rested()])
def test_validators_of_what_was_taken_in_whole_outlive_every_bad_day(event: Event) -> None:
    made = lived(GOOD, event)
    assert (made.etag, made.modified, made.digest) == (GOOD.etag, GOOD.modified, GOOD.digest)
    assert made.validated == NOW - HOUR


@pytest.mark.parametrize("event", [EMPTY, PAGE, CUT, HELD, DOWN])
def test_nothing_is_remembered_of_a_document_that_was_not_taken_in_whole(event: Event) -> None:
    made = lived(event)
    assert (made.etag, made.modified, made.digest, made.validated) == ("", "", "", None)


def test_after_a_held_batch_the_whole_document_is_asked_for_until_it_may_come_in() -> None:
    held = lived(GOOD, HELD)
    assert held.held == 14
    assert held.held_on == date(2026, 11, 22)
    assert visit(BLOG, held, NOW, known=True) == Visit()


def test_a_batch_keeps_the_day_on_which_it_was_held_first_whatever_comes_between() -> None:
    made = lived(GOOD, HELD, DOWN, HELD, HELD, every=DAY)
    assert (made.held_on, made.held) == (date(2026, 11, 19), 14)
    assert lived(GOOD, HELD, GOOD).held_on is None


def test_the_day_of_a_batch_is_the_programmes_own() -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert lived(HELD, start=late).held_on == date(2026, 11, 22)


def test_a_304_says_that_the_faults_are_the_same_too() -> None:
    made = lived(FAULTY, DOWN, Same())
    assert (made.state, made.reasons) == (State.DEGRADED, FAULTY.complaints)
    assert (made.success, made.failures) == (NOW, 0)


def test_a_304_may_bring_new_validators_but_is_no_reason_to_believe_them_longer() -> None:
    made = lived(GOOD, Same(etag='"e2"'))
    assert (made.etag, made.modified, made.digest) == ('"e2"', GOOD.modified, GOOD.digest)
    assert made.validated == NOW - HOUR


@pytest.mark.parametrize("etag", ["x" * 1025, '"e\n1"', '"\x1b[31m"', '"ş"', '"\ud800"', '"https://a:b@acme.example/"'])
def test_a_validator_that_is_no_plain_short_line_is_not_kept(etag: str) -> None:
    assert lived(replace(GOOD, etag=etag)).etag == ""


def test_a_run_of_failures_is_one_state_with_one_beginning() -> None:
    made = lived(GOOD, DOWN, DOWN, DOWN)
    assert (made.since, made.failures, made.success) == (NOW - 2 * HOUR, 3, NOW - 3 * HOUR)


NEW = "https://acme.example/new.xml"


@pytest.mark.parametrize(
    ("events", "since"),
    [
        ([replace(GOOD, moved=NEW)] * 3, NOW - 2 * HOUR),
        ([replace(GOOD, moved=NEW), DOWN, Same(moved=NEW)], NOW - 2 * HOUR),
        ([replace(GOOD, moved=NEW), GOOD, Same(moved=NEW)], NOW),
        ([replace(GOOD, moved="https://acme.example/old.xml"), replace(GOOD, moved=NEW)], NOW),
        ([replace(DOWN, moved=NEW), DOWN], NOW - HOUR),
        ([replace(GOOD, moved=NEW), GOOD], None),
    ],
)
def test_since_when_permanent_redirects_lead_elsewhere(events: list[Event], since: datetime | None) -> None:
    made = lived(*events)
    assert (made.moved, made.moved_since) == (NEW if since else "", since)


def test_no_events_in_any_order_leave_something_that_cannot_be_written_and_read() -> None:
    kinds: list[Event] = [GOOD, FAULTY, EMPTY, CUT, HELD, Same(), DOWN, GONE, REFUSED, busy(60), Rested()]
    for first in kinds:
        for second in kinds:
            made = {"blog": lived(first, second)}
            assert state.read(state.written(made)) == (made, "")


# How it is told --------------------------------------------------------------------------------------

WEEK_AGO = NOW - 6 * DAY
"""Monday 16 November, 09:30 in Berlin."""


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (None, ("never tried yet",)),
        (lived(Rested()), ("never tried yet",)),
        (lived(GOOD), ("well since Sunday 22 November, 09:30", "12 entries")),
        (
            replace(lived(GOOD, replace(DOWN, words="the server answered 404")), since=WEEK_AGO, success=WEEK_AGO),
            (
                "fails since Monday 16 November, 09:30 (the server answered 404)",
                "last read well on Monday 16 November, 09:30",
                "next try at the next build",
                "its 12 entries stay on the pages",
            ),
        ),
        (
            replace(lived(*[DOWN] * 4), entries=0, since=datetime(2025, 12, 31, 23, 30, tzinfo=UTC)),
            (
                "fails since Thursday 1 January, 00:30 (the connection failed (connection refused))",
                "never read well",
                "next try from Sunday 22 November, 10:30",
                "it has no earlier entries to show",
                "it has failed for 325 days: remove it or give its new address",
            ),
        ),
        (
            lived(GOOD, GONE),
            (
                "the feed says it is gone for good (410) since Sunday 22 November, 09:30: "
                "remove it or give its new address; it is no longer asked",
                "last read well on Sunday 22 November, 08:30",
                "its 12 entries stay on the pages",
            ),
        ),
        (
            lived(GOOD, HELD),
            (
                "14 entries that look new came at once on Sunday 22 November and are held: "
                "to let them in, write `accept_batch: 2026-11-22` below 'blog' in sources.yaml",
                "next try at the next build",
                "its 12 entries stay on the pages",
            ),
        ),
        (
            lived(FAULTY),
            (
                "has faults since Sunday 22 November, 09:30 (1 of 12 entries has no link)",
                "next try at the next build",
                "its 12 entries stay on the pages",
            ),
        ),
        (
            replace(lived(GOOD, PAGE), entries=1),
            (
                "brings nothing that can be used since Sunday 22 November, 09:30 "
                "(the document is not a feed, but a web page)",
                "last read well on Sunday 22 November, 08:30",
                "next try at the next build",
                "its 1 entry stays on the pages",
            ),
        ),
        (
            lived(GOOD, busy(7200)),
            (
                "asks to be left alone since Sunday 22 November, 09:30 (the server answered 429)",
                "last read well on Sunday 22 November, 08:30",
                "next try from Sunday 22 November, 11:30",
                "its 12 entries stay on the pages",
            ),
        ),
    ],
)
def test_how_a_source_is_told(known: Health | None, expected: tuple[str, ...]) -> None:
    assert told(BLOG, known, NOW, BERLIN) == expected


def test_times_of_another_year_say_which() -> None:
    known = replace(lived(GOOD), since=datetime(2025, 12, 31, 11, tzinfo=UTC))
    assert told(BLOG, known, NOW, BERLIN)[0] == "well since Wednesday 31 December 2025, 12:00"


def test_a_source_that_is_well_but_has_not_been_read_is_late_after_as_long_as_the_programme_says() -> None:
    known = lived(GOOD)
    words = "not read since Sunday 22 November, 09:30: are builds still running?"
    assert words not in told(BLOG, known, NOW + 3 * DAY, BERLIN)
    assert words in told(BLOG, known, NOW + 3 * DAY + HOUR, BERLIN)
    assert words not in told(BLOG, known, NOW + 3 * DAY + HOUR, BERLIN, timedelta(days=4))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (replace(BLOG, auth=Auth("ACME_TOKEN")), "environment variable ACME_TOKEN: is that still right?"),
        (BLOG, "it may want a credential: see 'auth' of a source"),
    ],
)
@pytest.mark.parametrize("code", [401, 403])
def test_a_refusal_leads_to_the_credential_by_its_name(source: Source, words: str, code: int) -> None:
    known = lived(Missed(fault="failed", words=f"the server answered {code}"), source=source)
    assert words in "; ".join(told(source, known, NOW, BERLIN))
    (problem,) = problems([source], {"blog": known}, NOW, {})
    assert words in problem.hint


@pytest.mark.parametrize(("days", "asked"), [(6, False), (7, True)])
def test_an_editor_is_asked_to_follow_a_redirect_once_it_has_stood_for_a_week(days: int, asked: bool) -> None:
    known = lived(replace(GOOD, moved=NEW), Same(moved=NEW), every=timedelta(days=days))
    advice = f"its address has moved to {NEW}: put it into sources.yaml"
    assert (advice in told(BLOG, known, NOW, BERLIN)) is asked
    found = list(problems([BLOG], {"blog": known}, NOW, {}))
    assert [problem.message for problem in found] == [f"source 'blog': its address has moved to {NEW}"] * asked


def test_a_proxy_is_told() -> None:
    proxied = replace(BLOG, proxy="http://proxy.example:3128")
    assert "fetched through its proxy, which decides what may be reached" in told(
        proxied, lived(GOOD, source=proxied), NOW, BERLIN
    )


# What a build says -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "message", "hint"),
    [
        (lived(GOOD, DOWN), DOWN.words, "its earlier entries stay on the pages"),
        (replace(lived(DOWN), entries=0), DOWN.words, "it has no earlier entries to show"),
        (lived(FAULTY), "1 of 12 entries has no link", "its other entries are used"),
        (lived(CUT), "it breaks off before its end", "its other entries are used"),
        (lived(GOOD, PAGE), PAGE.complaints[0], "its earlier entries stay on the pages"),
        (
            lived(GOOD, GONE),
            "the server answered 410",
            "its earlier entries stay on the pages; remove it or give its new address",
        ),
        (
            lived(GOOD, HELD),
            "14 entries that look new came at once on Sunday 22 November and are held",
            "to let them in, write 'accept_batch: 2026-11-22' below 'blog'; "
            "until then its earlier entries stay on the pages",
        ),
        (
            replace(lived(GOOD, DOWN), since=NOW - 31 * DAY),
            DOWN.words,
            "its earlier entries stay on the pages; remove it or give its new address",
        ),
    ],
)
def test_a_source_in_trouble_is_a_warning_at_its_place(known: Health, message: str, hint: str) -> None:
    at = Position("sources.yaml", 3, 3)
    (problem,) = problems([BLOG], {"blog": known}, NOW, {"blog": at})
    assert (problem.at, problem.level) == (at, Level.WARNING)
    assert (problem.message, problem.hint) == (f"source 'blog': {message}", hint)


@pytest.mark.parametrize("known", [lived(GOOD), lived(Rested()), lived(GOOD, Rested())])
def test_a_source_that_is_well_or_was_never_tried_is_no_problem(known: Health) -> None:
    assert list(problems([BLOG], {"blog": known}, NOW, {})) == []


def test_a_source_that_rests_in_trouble_stays_a_warning() -> None:
    (problem,) = problems([BLOG], {"blog": lived(GOOD, REFUSED, Rested())}, NOW, {})
    assert problem.message == "source 'blog': the server answered 451"


# The command -----------------------------------------------------------------------------------------

SOURCES = """\
=== sources.yaml ===
sources:
  blog: {name: Our <b>blog</b>, url: https://acme.example/feed.xml, type: company}
  news: {url: https://news.example/feed.xml, type: industry}
  new: {url: https://new.example/feed.xml, type: industry}
"""


def site(root: Path, text: str = SOURCES, **healths: Health) -> Path:
    """A site of whose sources this is known."""
    return write_site(root, text, {state.PATH: state.written(healths)})


def of(url: str, *events: Event, start: datetime = NOW) -> Health:
    return lived(*events, source=replace(BLOG, url=url), start=start)


@pytest.fixture
def troubled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with a source that is well, one that fails, and one that was never tried; the clock stands still."""
    monkeypatch.setattr("heraldry.cli.options.clock", lambda: NOW)
    news = of("https://news.example/feed.xml", GOOD, replace(DOWN, words="the server answered 404"))
    return site(tmp_path / "voices", blog=of("https://acme.example/feed.xml", GOOD), news=news)


def run(*arguments: object, **environment: str) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)), env=environment)


def test_the_table_has_every_source_aligned_and_in_words_what_is_wrong(troubled: Path) -> None:
    result = run("sources", "-C", troubled)
    assert (result.exit_code, result.stderr) == (0, "")
    head, blog, news, new, *rest = result.stdout.splitlines()
    assert head == "source  state    since             last read well    next try    entries"
    assert blog == "blog    ok       2026-11-22 09:30  2026-11-22 09:30  next build        0"
    assert news == "news    failed   2026-11-22 09:30  2026-11-22 08:30  next build        0"
    assert new == "new     waiting  –                 never             next build        0"
    assert rest[1].startswith(
        "news: fails since Sunday 22 November, 09:30 (the server answered 404); last read well on"
    )
    assert rest[-1] == "times in Europe/Berlin"
    assert "\x1b" not in result.stdout


def test_a_narrow_terminal_gets_one_source_below_the_other_and_no_line_is_too_long(
    troubled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("heraldry.cli.table._is_terminal", lambda: True)
    result = CliRunner().invoke(main, ["sources", "-C", str(troubled)], env={"COLUMNS": "40"}, color=True)
    plain = click_unstyled(result.stdout)
    assert result.stdout != plain, "a terminal gets colours"
    assert "news: failed" in plain.splitlines()
    assert max(map(len, plain.splitlines())) <= 40
    assert "last read well on" in plain


def click_unstyled(text: str) -> str:
    from click import unstyle

    return unstyle(text)


def test_json_has_every_fact_with_an_offset(troubled: Path) -> None:
    result = run("sources", "-C", troubled, "--json")
    said = json.loads(result.stdout)
    assert said["version"] == 1
    blog, news, new = said["sources"]
    assert blog["name"] == "Our <b>blog</b>"
    assert [one["state"] for one in said["sources"]] == ["ok", "failed", "waiting"]
    assert [one["trouble"] for one in said["sources"]] == [False, True, False]
    assert news == {
        "source": "news",
        "name": "news",
        "state": "failed",
        "trouble": True,
        "since": "2026-11-22T09:30:00+01:00",
        "checked": "2026-11-22T09:30:00+01:00",
        "success": "2026-11-22T08:30:00+01:00",
        "next_try": None,
        "failures": 1,
        "entries": 0,
        "reasons": ["the server answered 404"],
        "words": news["words"],
        "held": 0,
        "held_on": None,
        "moved": "",
        "moved_since": None,
        "proxy": False,
    }
    assert (new["since"], new["checked"], new["words"]) == (None, None, ["never tried yet"])


@pytest.mark.parametrize(("arguments", "code"), [([], 0), (["--strict"], 1), (["--json", "--strict"], 1)])
def test_trouble_is_an_error_only_when_asked_to_be(troubled: Path, arguments: list[str], code: int) -> None:
    assert run("sources", "-C", troubled, *arguments).exit_code == code


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("=== sources.yaml ===\nsources: {blog: {urk: x}}\n", "sources.yaml:1:"),
        ("=== teams.yaml ===\nprogramme: {}\n", "teams.yaml:1:"),
    ],
)
def test_files_that_cannot_be_used_end_it(tmp_path: Path, text: str, said: str) -> None:
    result = run("sources", "-C", site(tmp_path / "voices", text))
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr


def test_a_site_without_sources_or_without_teams_says_so(tmp_path: Path) -> None:
    result = run("sources", "-C", site(tmp_path / "voices", ""))
    assert (result.exit_code, result.stdout) == (0, "there are no sources in sources.yaml\n")
    (tmp_path / "voices/teams.yaml").unlink()
    assert run("sources", "-C", tmp_path / "voices").exit_code == 1


def test_a_damaged_state_is_a_warning_and_every_source_is_waiting(troubled: Path) -> None:
    (troubled / state.PATH).write_bytes(b"{")
    result = run("sources", "-C", troubled, "--strict")
    assert result.exit_code == 0
    assert DAMAGED in result.stderr
    assert result.stdout.count("waiting") == 3


def test_a_source_that_is_left_alone_says_until_when_and_how_to_ask_it_sooner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("heraldry.cli.options.clock", lambda: NOW)
    root = site(tmp_path / "voices", blog=of("https://acme.example/feed.xml", busy(7200)))
    blog, *_, again, _ = run("sources", "-C", root).stdout.splitlines()[1:]
    assert blog == "blog    busy     2026-11-22 09:30  never           2026-11-22 11:30        0"
    assert again.startswith("to ask all of them at the next build, remove archive/state.json")


def test_nothing_is_written_and_nobody_is_asked(troubled: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in troubled.rglob("*")}
    run("sources", "-C", troubled)
    assert {path: path.stat().st_mtime_ns for path in troubled.rglob("*")} == before


# The preview -----------------------------------------------------------------------------------------

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202e\x1b[31m"


def feeds(root: Path) -> tuple[Followed, ...]:
    return followed(root, NOW)


def test_the_preview_has_a_page_with_the_same_facts_those_in_trouble_first(troubled: Path) -> None:
    page = answered(Edition(None, "v1", sources=feeds(troubled)), "/_heraldry/sources")
    assert (page.status, page.type) == (200, "text/html; charset=utf-8")
    text = page.body.decode()
    assert text.index("news") < text.index("Our &lt;b&gt;blog&lt;/b&gt;")
    for fact in ("the server answered 404", "2026-11-22 08:30", "never tried yet", "failed", "1 of 3 in trouble"):
        assert fact in text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


def test_whatever_a_feed_says_is_text_on_that_page() -> None:
    one = Followed(HOSTILE + "2", HOSTILE, HOSTILE, True, ((HOSTILE, HOSTILE),), (HOSTILE,))
    text = answered(Edition(None, "v1", sources=(one,), follow=False), "/_heraldry/sources").body.decode()
    assert "<script" not in text
    assert "<img" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&gt;") == 6


def test_the_pages_are_told_how_many_are_in_trouble_and_nothing_else(troubled: Path) -> None:
    told = json.loads(answered(Edition(None, "v1", sources=feeds(troubled)), "/_heraldry/version").body)
    assert told == {"version": "v1", "problems": [], "troubled": 1}


def test_the_preview_has_a_page_also_when_there_is_nothing_to_say() -> None:
    page = answered(Edition(None, "v1"), "/_heraldry/sources")
    assert page.status == 200
    assert b"There are no sources in sources.yaml" in page.body
    assert answered(Edition(None, "v1"), "/_heraldry/sources.css").type == "text/css; charset=utf-8"


@contextmanager
def previewed(edition: Edition) -> Iterator[str]:
    """The preview's real server, its address without the last slash."""
    server = PreviewServer("127.0.0.1", 0, lambda: edition)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server.url.rstrip("/")
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.browser
def test_that_page_and_its_badge_are_readable_everywhere_and_run_nothing_of_the_feeds(
    troubled: Path, tmp_path: Path
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    long = Followed("long", "x" * 200, "held", True, (("since", "2026-11-22 09:30"),), ("y" * 300, HOSTILE))
    (tmp_path / "index.html").write_text("<!doctype html><html lang=en><title>x</title><body><main>hi</main></body>")
    edition = Edition(tmp_path, "v1", sources=(long, *feeds(troubled)))
    noise: list[str] = []
    with previewed(edition) as url, launched() as browser:
        for width in (390, 1280):
            for scheme in ("light", "dark"):
                page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True)
                page.on("dialog", lambda dialog: noise.append(dialog.message) or dialog.dismiss())  # type: ignore[func-returns-value]
                page.goto(f"{url}/")
                page.get_by_role("link", name="2 feeds in trouble").click()
                page.get_by_role("heading", name="Sources", exact=True).wait_for()
                page.wait_for_timeout(500)
                assert page.get_by_role("link", name="2 feeds in trouble").count() == 0
                found = Axe().run(page)
                assert found.violations_count == 0, (width, scheme, found.generate_report())
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
                page.close()
        strict = browser.new_page()
        strict.on("console", lambda message: noise.append(message.text))
        strict.goto(f"{url}/_heraldry/sources")
        strict.wait_for_timeout(500)
        assert strict.evaluate("getComputedStyle(document.querySelector('.sources')).display") == "grid"
    assert noise == []


# Where it must not appear ----------------------------------------------------------------------------

TOKEN, QUERY, PASSWORD, MOVED_KEY = "canary-env-7f3a", "canary-query-51b9", "canary-userinfo-c2", "canary-moved-90"
CANARIES = (TOKEN, QUERY, PASSWORD, MOVED_KEY)
TELLTALE = f"https://u:{PASSWORD}@acme.example/a?key={QUERY}#{MOVED_KEY} says {TOKEN}"
SECRETIVE = replace(BLOG, url=f"https://acme.example/feed.xml?key={QUERY}", auth=Auth("ACME_TOKEN"))


@pytest.mark.parametrize(
    "event",
    [
        Missed(fault="failed", words=f"'{TELLTALE}' failed", moved=f"https://u:{PASSWORD}@b.example/x?k={MOVED_KEY}"),
        Missed(fault="failed", words="x", moved=f"https://u:{PASSWORD}@b.example/{QUERY}/x?a='{MOVED_KEY}&{MOVED_KEY}"),
        Answered(usable=1, complaints=(TELLTALE, f"its feed is at {TELLTALE}"), etag=f'"{TOKEN}"', modified=QUERY),
        replace(GOOD, moved=f"https://b.example/x?k={MOVED_KEY}#{PASSWORD}", etag=f'"{QUERY}"'),
        Same(etag=f'"{TOKEN}"', moved=f"HTTPS://u:{PASSWORD}@b.example:81/x?{MOVED_KEY}"),
        Missed(fault="failed", words=f"its address https://u:{PASSWORD}@[{MOVED_KEY}/ cannot be used"),
    ],
)
def test_no_secret_is_remembered_or_told(event: Event) -> None:
    first = health.after(None, GOOD, SECRETIVE, NOW - 9 * DAY, BERLIN, entries=1, secrets=(TOKEN,))
    before = health.after(first, event, SECRETIVE, NOW - 8 * DAY, BERLIN, entries=1, secrets=(TOKEN,))
    made = health.after(before, event, SECRETIVE, NOW, BERLIN, entries=1, secrets=(TOKEN,))
    found = problems([SECRETIVE], {"blog": made}, NOW, {})
    text = f"{state.written({'blog': made})!r} {told(SECRETIVE, made, NOW, BERLIN)} {list(found)}"
    assert [canary for canary in CANARIES if canary in text] == []


def test_a_new_address_is_told_with_everything_that_an_editor_needs_and_no_more() -> None:
    told = shown("https://user:pw@b.example:8443/feeds/a.xml?format=rss&token=x&flag#part")
    assert told == "https://b.example:8443/feeds/a.xml?format=…&token=…&…"


def test_what_was_said_is_short_and_one_printable_line() -> None:
    made = lived(replace(CUT, complaints=tuple("a\nb\x1b[31m\u202e" + "z" * 900 for _ in range(9))))
    assert len(made.reasons) == 5
    assert all(words.isprintable() and len(words) <= 300 for words in made.reasons)


RSS = """\
<rss version="2.0"><channel><title>Blog</title>
<item><title>The lab is open</title><link>https://acme.example/lab</link><guid>lab</guid></item>
</channel></rss>"""


def secretive(url: str) -> str:
    """A site of four sources, each with secrets, of which one is well."""
    listed = "".join(
        f"  {key}: {{url: '{url}/{key}?key={QUERY}', type: company, auth: {{env: ACME_TOKEN}}}}\n"
        for key in ("well", "away", "page", "down")
    )
    return f"=== sources.yaml ===\ndefaults: {{allow_private: true}}\nsources:\n{listed}"


@contextmanager
def telltale() -> Iterator[str]:
    """A server that tells all it knows wherever it can: redirects, headers, pages."""

    def script(connection: Any, head: bytes) -> None:
        path = target(head).split("?")[0]
        port = connection.getsockname()[1]
        there = f"http://u:{PASSWORD}@127.0.0.1:{port}/well?k={MOVED_KEY}&also={TOKEN}"
        if path == "/well":
            says(answer(RSS.encode(), "Content-Type: application/rss+xml", f'ETag: "{TOKEN}"'))(connection, head)
        elif path == "/away":
            moved(lambda _: there, "301 Moved Permanently")(connection, head)
        elif path == "/page":
            says(answer(f"<html><title>{TOKEN}</title><a href='{there}'>x</a></html>".encode()))(connection, head)
        else:
            says(answer(TOKEN.encode(), status=f"500 {TOKEN} {QUERY}"))(connection, head)

    with scripted(script) as server:
        yield server.url


def test_no_secret_leaves_by_any_door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heraldry.cli.options.clock", lambda: NOW)
    with telltale() as url:
        root = write_site(tmp_path / "voices", secretive(url))
        built = run("build", "-C", root, ACME_TOKEN=TOKEN)
        assert built.exit_code == 0, built.output
        told = [run("sources", "-C", root, *more, ACME_TOKEN=TOKEN) for more in ([], ["--json"])]
    page = answered(Edition(None, "v1", sources=followed(root, NOW)), "/_heraldry/sources").body.decode()
    kept = (root / state.PATH).read_text("utf-8")
    states = {key: known.state for key, known in state.read(kept.encode())[0].items()}
    assert states["well"] is State.OK
    assert {states[key] for key in ("page", "down")} <= {State.FAILED, State.DEGRADED}
    for text in (built.output, *(result.output for result in told), page, kept):
        assert [canary for canary in CANARIES if canary in text] == []


def test_how_the_feeds_fare_is_nowhere_in_the_public_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heraldry.cli.options.clock", lambda: NOW)
    with telltale() as url:
        root = write_site(tmp_path / "voices", secretive(url))
        assert run("build", "-C", root, ACME_TOKEN=TOKEN).exit_code == 0
    known, _ = state.read((root / state.PATH).read_bytes())
    assert known["down"].reasons
    down = replace(BLOG, key="down", url=f"{url}/down?key={QUERY}")
    words = [
        *(reason for one in known.values() for reason in one.reasons),
        *told(down, known["down"], NOW, BERLIN),
    ]
    assert any(word.startswith("fails since Sunday 22 November") for word in words)
    facts = [*words, *CANARIES, url.removeprefix("http://"), known["down"].url, "_heraldry", "state.json", "degraded"]
    files = [path for path in (root / "site").rglob("*") if path.is_file()]
    assert any(b"The lab is open" in path.read_bytes() for path in files)
    for path in files:
        body = path.read_bytes().decode("utf-8", "replace")
        assert [fact for fact in facts if fact in body or fact in path.name] == [], path
