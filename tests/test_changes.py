"""What differs between two states of a site: redlines, words, and a summary in which others' text does nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from site_text import TEAMS

from heraldry.changes.difference import Difference, difference
from heraldry.changes.markdown import MOST_BYTES, Section, assembled, inline, redlined
from heraldry.changes.pages import How, pages
from heraldry.changes.posts import Fate, changes
from heraldry.changes.redline import Kind, Piece, flowed, lines, redline
from heraldry.changes.said import bare, listed, moment
from heraldry.changes.schedule import coming, earliest, rows
from heraldry.changes.side import Side
from heraldry.changes.summary import summary
from heraldry.checks import Site
from heraldry.model import ALWAYS, Instant, Post, PostType, Subscriptions, Team, Version, WallTime
from heraldry.moments import when
from heraldry.neutral import code, neutral, part
from heraldry.plan import Held
from heraldry.problems import Position, Problem
from heraldry.teams import read_teams

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ORGANISATION = read_teams(TEAMS.encode()).value
assert ORGANISATION is not None
PROGRAMME, TEAM = ORGANISATION.programme, ORGANISATION.teams[0]
SEOUL = replace(TEAM, key="seoul", name="Seoul", timezone=ZoneInfo("Asia/Seoul"))
POST = Post(
    slug="lab",
    type=PostType.COMPANY,
    versions={"en": Version("en", "A lab", "https://acme.example/lab", path="content/posts/lab.md")},
    publish=when("2026-12-01 09:00"),
    expires=when("2026-12-31", end_of_day=True),
)


def said(pieces: Sequence[Piece], without: Kind) -> str:
    return "".join(piece.text for piece in pieces if piece.kind is not without)


# Redlines -------------------------------------------------------------------------------------------

WORDS = st.lists(
    st.sampled_from(["çalışan", "İstanbul", "ığdır", "공유는", "자율입니다.", "사진", "share", "the", " ", "\n", "-", "新闻", "e\u0301", "👩‍💻", "\r\n", "\u2028"]),
    max_size=60,
).map("".join)  # fmt: skip


@given(WORDS | st.text(max_size=200), WORDS | st.text(max_size=200))
@example("a b c", "a x c")
@example("", "new")
def test_without_what_is_new_a_redline_is_the_old_text_and_the_other_way_round(old: str, new: str) -> None:
    pieces = redline(old, new)
    assert said(pieces, Kind.NEW) == old
    assert said(pieces, Kind.GONE) == new
    assert all(piece.text for piece in pieces)
    assert all(one.kind is not other.kind for one, other in pairwise(pieces))


@given(st.text(max_size=300))
def test_a_text_that_did_not_change_has_no_redline(text: str) -> None:
    assert all(piece.kind is Kind.KEPT for piece in redline(text, text))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Paylaşmak gönüllüdür.", "Paylaşmak her zaman gönüllüdür.", "Paylaşmak[+ her zaman+] gönüllüdür."),
        ("İşte böyle", "işte böyle", "[-İşte-][+işte+] böyle"),
        ("공유는 자율입니다.", "공유는 언제나 자율입니다.", "공유는[+ 언제나+] 자율입니다."),
        ("회사가 직원에게 약속하는 것", "회사가 모두에게 약속하는 것", "회사가 [-직원에게-][+모두에게+] 약속하는 것"),
        ("我们在这里工作", "我们在那里工作", "我们在[-这-][+那+]里工作"),
        ("cafe\u0301 noir chaud", "cafe noir chaud", "[-cafe\u0301-][+cafe+] noir chaud"),
        ("one two three four", "one 2 3 four", "one [-two three-][+2 3+] four"),
        ("all of it is old", "nothing stays here now", "[-all of it is old-][+nothing stays here now+]"),
    ],
)
def test_a_redline_tells_words_apart_in_any_language(old: str, new: str, shown: str) -> None:
    signs = {Kind.KEPT: "{}", Kind.GONE: "[-{}-]", Kind.NEW: "[+{}+]"}
    assert "".join(signs[piece.kind].format(piece.text) for piece in redline(old, new)) == shown


def test_where_lines_of_a_paragraph_are_broken_is_no_change() -> None:
    assert (
        flowed("# Head\nOne\ntwo\n\n- a\n  b\n- c\n1. d\n| e |\nf") == "# Head\nOne two\n\n- a b\n- c\n1. d\n| e |\nf"
    )


def test_a_redline_shows_only_what_changed_and_under_which_heading() -> None:
    old = "# Policy\n\nSame.\n\n## Why\n\nKept here.\n\nIt was so.\n\nEnd."
    new = old.replace("It was", "It is").replace("End.", "The end.")
    assert redlined(redline(old, new)) == [
        "> *Why*\n>\n> It <del>&#8203;was&#8203;</del><ins>&#8203;is&#8203;</ins> so.",
        "> <del>&#8203;End.&#8203;</del><ins>&#8203;The end.&#8203;</ins>",
    ]
    assert redlined(redline(old, new.replace("It is", "It was")))[0].startswith("> *Why*\n>\n> <del>")
    assert redlined(redline(old, new.replace("Same.", "Other.")))[2].startswith("> *Why*\n>\n> It ")


@given(WORDS, WORDS)
def test_a_redline_on_github_is_the_words_with_ins_and_del(old: str, new: str) -> None:
    for line in lines(redline(old, new)):
        shown = LexborHTMLParser(github(f"> {inline(line)}"))
        for tag, kind in (("ins", Kind.NEW), ("del", Kind.GONE)):
            told = " ".join(node.text() or "" for node in shown.css(tag))
            assert words(told) == words("".join(piece.text for piece in line if piece.kind is kind))


def words(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


# Posts and hours ------------------------------------------------------------------------------------


def changed(**keys: object) -> Post:
    return replace(POST, **keys)  # type: ignore[arg-type]  # any key of a post


@pytest.mark.parametrize(
    ("before", "after", "fates"),
    [
        ([], [POST], [Fate.NEW]),
        ([POST], [], [Fate.REMOVED]),
        ([POST], [POST], []),
        ([POST], [changed(slug="other")], [Fate.RENAMED]),
        ([POST], [changed(slug="other", type=PostType.INDUSTRY)], [Fate.NEW, Fate.REMOVED]),
        ([POST], [changed(withdraw=ALWAYS)], [Fate.WITHDRAWN]),
        ([changed(withdraw=ALWAYS)], [POST], [Fate.CHANGED]),
        ([POST], [changed(tags=frozenset({"x"}))], [Fate.CHANGED]),
    ],
)
def test_what_happens_to_posts(before: list[Post], after: list[Post], fates: list[Fate]) -> None:
    assert [change.fate for change in changes(before, after)] == fates


@pytest.mark.parametrize(
    ("team", "post", "live", "reason", "already"),
    [
        (TEAM, POST, "2026-12-01T08:00", None, False),
        (SEOUL, POST, "2026-12-01T00:00", None, False),
        (TEAM, changed(publish=when("2026-11-20")), "2026-11-19T23:00", None, True),
        (TEAM, changed(publish=None), None, Held.DRAFT, False),
        (TEAM, changed(withdraw=ALWAYS), None, Held.WITHDRAWN, False),
        (TEAM, changed(withdraw=datetime(2026, 11, 30, tzinfo=UTC)), "2026-12-01T08:00", Held.WITHDRAWN, False),
        (replace(TEAM, pause=ALWAYS), POST, None, Held.PAUSED, False),
        (replace(TEAM, pause=datetime(2026, 11, 30, tzinfo=UTC)), POST, "2026-12-01T08:00", Held.PAUSED, False),
        (replace(TEAM, opens=when("2026-12-10").day), POST, "2026-12-09T23:00", None, False),  # type: ignore[union-attr]
        (replace(TEAM, opens=when("2027-12-10").day), POST, None, Held.EXPIRED, False),  # type: ignore[union-attr]
        (TEAM, changed(publish=WallTime(when("2026-03-29").day, when("2026-03-29 02:30").at)), None, Held.NO_SUCH_TIME, False),  # type: ignore[union-attr]
    ],
)  # fmt: skip
def test_when_a_post_is_live_for_a_team(
    team: Team, post: Post, live: str | None, reason: Held | None, already: bool
) -> None:
    (row,) = rows(post, [team], NOW)
    assert row.live == (datetime.fromisoformat(f"{live}+00:00") if live else None)
    assert (row.reason, row.already) == (reason, already)


def test_the_earliest_instant_is_that_of_the_easternmost_team_that_may_see_it() -> None:
    assert earliest(POST, [TEAM, SEOUL]) == (datetime(2026, 12, 1, tzinfo=UTC), (ZoneInfo("Asia/Seoul"),))
    closed = replace(SEOUL, opens=when("2026-12-02").day)  # type: ignore[union-attr]
    assert earliest(POST, [TEAM, closed]) == (datetime(2026, 12, 1, 8, tzinfo=UTC), (TEAM.timezone,))
    assert earliest(POST, [replace(TEAM, pause=ALWAYS)]) is None
    assert earliest(changed(publish=None), [TEAM]) is None


def test_a_withdrawal_ahead_is_when_a_post_leaves() -> None:
    ends = datetime(2026, 12, 5, tzinfo=UTC)
    events = coming([changed(withdraw=ends)], [TEAM], NOW)
    assert [(event.at, event.what) for event in events] == [
        (datetime(2026, 12, 1, 8, tzinfo=UTC), "appears"),
        (ends, "leaves"),
    ]


def test_a_pause_ahead_is_when_a_post_leaves_and_nothing_leaves_a_paused_team() -> None:
    pause = datetime(2026, 12, 5, tzinfo=UTC)
    resting = replace(TEAM, pause=pause)
    (row,) = rows(POST, [resting], NOW)
    assert row.ends == pause
    live = changed(publish=when("2026-11-20"), expires=None)
    assert [(event.at, event.what) for event in coming([live], [resting], NOW)] == [(pause, "leaves")]
    assert coming([POST], [resting], datetime(2026, 12, 6, tzinfo=UTC)) == ()


@given(st.integers(-400, 400), st.integers(-400, 400))
def test_no_moment_ahead_is_passed_over_as_long_past(publish: int, expires: int) -> None:
    from datetime import timedelta

    post = changed(
        publish=Instant(NOW + timedelta(hours=publish)),
        expires=WallTime(*(lambda at: (at.date(), at.time()))((NOW + timedelta(hours=expires)).replace(tzinfo=None))),
    )
    moments = {event.at for event in coming([post], [TEAM, SEOUL], NOW)}
    due = NOW + timedelta(hours=publish)
    ends = [row.ends for row in rows(post, [TEAM, SEOUL], NOW) if row.ends]
    if publish > 0 and any(end > due for end in ends):
        assert due in moments
    assert moments >= {end for end in ends if end > NOW and end > due}


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Istanbul", "Tue 1 Dec 2026, 12:00 Europe/Istanbul (UTC+3)"),
        ("UTC", "Tue 1 Dec 2026, 09:00 UTC"),
        ("Australia/Lord_Howe", "Tue 1 Dec 2026, 20:00 Australia/Lord_Howe (UTC+11)"),
        ("Pacific/Chatham", "Tue 1 Dec 2026, 22:45 Pacific/Chatham (UTC+13:45)"),
        ("America/St_Johns", "Tue 1 Dec 2026, 05:30 America/St_Johns (UTC−3:30)"),
    ],
)
def test_a_moment_is_told_with_its_zone(zone: str, words: str) -> None:
    assert moment(datetime(2026, 12, 1, 9, tzinfo=UTC), ZoneInfo(zone)) == words


def test_many_names_are_the_first_ones_and_how_many_more() -> None:
    assert listed("abc", 3) == "a, b, c"
    assert listed("abcd", 3) == "a, b, c and 1 more"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("https://ada:pass@acme.example/f?token=x#y", "https://…acme.example/f?…"),
        ("https://acme.example/f", "https://acme.example/f"),
        ("what? nothing", "what? nothing"),
    ],
)
def test_what_could_be_a_credential_in_an_address_is_not_told(text: str, told: str) -> None:
    assert bare(text) == told


def test_pages_are_told_by_team() -> None:
    before = {
        "a/index.html": "1",
        "a/2/index.html": "1",
        "a/3/index.html": "1",
        "a/rss.xml": "1",
        "posts/x/index.html": "1",
    }
    after = {
        "a/index.html": "2",
        "a/2/index.html": "2",
        "a/rss.xml": "2",
        "b-0123/index.html": "1",
        "posts/y/index.html": "1",
    }
    found = pages(before, after, {"a": "Sales", "b-0123": "Lab"})
    assert found.teams == {"Sales": ("pages 1 to 2", "page 3 gone", "feeds"), "Lab": ("all of it new",)}
    assert found.stories == {How.GONE: ("x",), How.NEW: ("y",)}


# The summary ----------------------------------------------------------------------------------------

HOSTILE = [
    "@acme/leads look",
    "fixes #123, GH-12, acme/lab#7",
    "acme/lab@0123456789abcdef0123456789abcdef01234567 or 0123456",
    "<img src=x onerror=alert(1)><!-- x --> </details></blockquote>",
    "![p](https://t.example/p.gif) [x](javascript:alert(1)) [y] [^1]",
    "https://evil.example/ www.evil.example mail@evil.example",
    "`code` **bold** _em_ ~~gone~~ $x^2$ | a | b |",
    "x\n::error file=a::b\n##[error]c\n::set-output name=x::y",
    "</ins></del><script>alert(1)</script>",
    "1. one\n- [ ] task\n## heading\n\n---\n\n> x\n\n    code\n===",
    "&#64;acme &lt;b&gt; &commat;acme &#8203;",
    "\u202eevil\x1b[31m\x00\ue000@acme",
    "`",
    "\\",
    "|",
    "*",
    "  ",
    "-",
]


def hostile(text: str) -> Difference:
    """A difference in which the text stands wherever others' text can stand."""
    version = Version("en", text, f"https://acme.example/{text}", path=f"content/posts/{text}.md", body=text)
    captions = {"default": (text, f"x {text}"), "x": (f"{text}\n{text}",)}
    new = replace(POST, versions={"en": replace(version, captions=captions)}, tags=frozenset({text}))
    old = replace(POST, slug="old", versions={"en": replace(version, title="a b c", body="one two three")})
    late = replace(old, versions={"en": replace(version, title=f"a {text} c", body=f"one {text} three")})
    gone = replace(POST, slug="gone", versions={"en": version}, publish=when("2026-11-01"))
    live = replace(gone, slug=text, campaign=text, type=PostType.EMPLOYEE)
    team = replace(TEAM, name=text, tagline="x")
    problems = (Problem(Position(f"content/{text}.md"), text, text), Problem(Position("teams.yaml"), f"x {text}"))
    policy = "---\nversion: {0}\neffective: {0}\n---\n# {0}\n\none two three {1}\n"
    texts = [
        {"content/policy/p.md": policy.format("1.0", "").encode(), f"content/policy/{text}.md": b"x"},
        {"content/policy/p.md": policy.format(text, text).encode("utf-8", "replace")},
    ]
    names = [{f"content/handbook/{text}.md": "1", "theme/x": "1"}, {f"theme/{text}": "2"}]
    before = Site(PROGRAMME, (TEAM,), Subscriptions(), (old, gone))
    after = Site(PROGRAMME, (team, replace(team, key="new")), Subscriptions(), (new, late, live))
    sides = [
        Side(site, site.posts, problems=found, names=named, texts=said)
        for site, found, named, said in zip((before, after), (problems[:1], problems[1:]), names, texts, strict=True)
    ]
    shown = pages({"a/index.html": "1", f"{text}x": "1"}, {f"posts/{text}/index.html": "1"}, {"a": text})
    return difference(sides[0], sides[1], ("0123456789", text), NOW, shown, "")


OURS = {
    "html", "head", "body", "h2", "h3", "h4", "p", "ul", "li", "strong", "em", "code", "table", "thead", "tbody",
    "tr", "th", "td", "details", "summary", "blockquote", "ins", "del",
}  # fmt: skip


def github(markdown: str) -> str:
    """The Markdown as CommonMark reads it; what GitHub adds looks at the text that comes out."""
    import pyromark

    known = pyromark.Options
    options = known.ENABLE_TABLES | known.ENABLE_STRIKETHROUGH | known.ENABLE_TASKLISTS
    return pyromark.html(markdown, options=options | known.ENABLE_FOOTNOTES | known.ENABLE_MATH)


def harmless(markdown: str) -> None:
    """Fails when anything in it would do more than to be read."""
    assert not re.search(r"^[ \t]*::", markdown, re.MULTILINE)
    assert "##[" not in markdown
    shown = LexborHTMLParser(github(markdown))
    tags = {node.tag for node in shown.css("*")}
    assert tags <= OURS, tags - OURS
    assert all(len(row.css("th, td")) == 3 for row in shown.css("tr"))
    assert len(shown.css("details")) == len(shown.css("details > summary")) == markdown.count("<details>")
    assert not shown.css("blockquote h3, li h3, details h3, li table, td table")
    for node in shown.css("code"):
        node.decompose()
    visible = (shown.text(separator="\u2029") or "").replace("\u2029", "\u200b")
    assert not re.search(r"(?<![\w`])[@#](?=[\w/])", visible)
    assert not re.search(r"https?://|www\.|[A-Za-z]-\d|\b[0-9a-f]{7,64}\b", visible)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_others_wrote_is_only_text(text: str) -> None:
    markdown = summary(hostile(text))
    harmless(markdown)
    assert "### Pages that differ at once" in markdown


@given(st.text(max_size=120) | st.lists(st.sampled_from(HOSTILE), max_size=3).map(" ".join))
def test_any_text_is_only_text(text: str) -> None:
    harmless(summary(hostile(text)))


@given(st.text(alphabet="@#:/w.acme-127 \n<>`*[]()|\\~$"), st.text(alphabet="@#:/w.acme-127 \n<>`*[]()|\\~$"))
def test_a_redline_of_any_text_does_nothing(old: str, new: str) -> None:
    harmless("\n\n".join(redlined(redline(old, new))))


@given(st.text(max_size=200))
def test_a_part_of_a_line_says_what_was_written(text: str) -> None:
    shown = LexborHTMLParser(github(f"x{part(text)}x"))
    assert words(shown.text() or "") == f"x{words(LexborHTMLParser(github(neutral(text) or ' ')).text() or '')}x"


@pytest.mark.parametrize("text", ["a`b", "a\nb", "a|b", "<b>", "::x", "@a b  c", " a"])
def test_a_name_that_would_leave_code_type_is_plain_text(text: str) -> None:
    assert not code(text).startswith("`")


def test_what_is_most_important_is_kept_and_the_rest_is_counted() -> None:
    block = "x" * 10_000
    text = assembled("## Head", [Section("A", "post", (block,) * 100, 5), Section("B", "moment", ("y",))])
    assert len(text.encode()) <= MOST_BYTES
    assert text.index("### A") < text.index("### B") < text.index("**Left out")
    kept = text.count(block)
    assert f"{100 - kept} posts" in text
    assert f"<details><summary>{kept - 5} more</summary>" in text
