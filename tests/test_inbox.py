"""Sources under review: what is offered, as which files, on which branch, and what never comes back."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import example, given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from site_text import TEAMS, write_site

from heraldry.checks import Finding, Site, findings
from heraldry.cli import main, options
from heraldry.feeds import archive, clean
from heraldry.inbox.fitted import fitted
from heraldry.inbox.lists import REFUSED, REVIEWED, Reviewed, barred_from_pages, noted, refused, reviewed
from heraldry.inbox.offers import offers
from heraldry.inbox.post import written
from heraldry.inbox.request import Waiting, request
from heraldry.model import Curation, Entry, Instant, Subscriptions
from heraldry.neutral import neutral
from heraldry.pages.text import prose
from heraldry.pipeline import read_site
from heraldry.posts import read_posts
from heraldry.problems import Level, Position

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SEEN = datetime(2026, 11, 20, 22, 15, 42, tzinfo=UTC)
ENTRY = Entry(
    id="0123456789abcdef",
    source="blog",
    url="https://acme.example/news/lab?id=7&utm_source=feed",
    title="We opened a lab",
    summary="It has windows.",
    author="Ada",
    categories=("Engineering",),
    image=None,
    published=None,
    first_seen=SEEN,
)
SOURCES = """\
sources:
  blog: {url: https://acme.example/feed.xml, type: company, name: Acme blog, tags: [product], review: true}
  trade: {url: https://trade.example/feed.xml, type: industry, lang: tr, review: true}
  open: {url: https://open.example/feed.xml, type: industry}
"""
SITE = f"=== sources.yaml ===\n{SOURCES}"
IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@acme.example",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@acme.example",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "LC_ALL": "C",
}
SLUG = "blog-0123456789"
PAGE = "https://acme.example/a"
PATH = f"content/posts/inbox/blog/{SLUG}.md"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "clock", lambda: NOW)


def news(number: int, **changes: Any) -> Entry:
    """An entry of its own, also by the first ten digits of its id, of which its slug is made."""
    mine = replace(ENTRY, id=f"{number:010x}000000", url=f"https://acme.example/news/{number}", title=f"News {number}")
    return replace(mine, **changes)


def slug(number: int) -> str:
    return f"blog-{number:010x}"


def path(number: int) -> str:
    return f"content/posts/inbox/blog/{slug(number)}.md"


def store(root: Path, *entries: Entry) -> None:
    for key in {one.source for one in entries}:
        mine = {one.id: one for one in entries if one.source == key}
        (root / "archive").mkdir(exist_ok=True)
        (root / archive.path(key)).write_bytes(archive.written(archive.Archive(key, mine)))


def heraldry(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["inbox", "-C", str(root), *arguments], catch_exceptions=False)


def site(tmp_path: Path, text: str = SITE, others: Mapping[str, bytes] = {}) -> Path:
    return write_site(tmp_path / "site", text, others)


# The file -------------------------------------------------------------------------------------------


def test_an_entry_becomes_a_post_with_everything_that_its_source_says(tmp_path: Path) -> None:
    root = site(tmp_path)
    store(root, ENTRY)
    done = heraldry(root)
    assert done.exit_code == 0, done.stderr
    assert (root / PATH).read_text("utf-8") == (
        "---\n"
        "# yaml-language-server: $schema=../../../../schemas/post.schema.json\n"
        "title: We opened a lab\n"
        "url: https://acme.example/news/lab?id=7\n"
        "type: company\n"
        "tags: [product]\n"
        "publish: 2026-11-20T23:15+01:00\n"
        "expires: 2027-01-19T23:15+01:00\n"
        "captions:\n"
        "  default:\n"
        "    - We opened a lab – what is your take?\n"
        '    - "This one made me think: We opened a lab"\n'
        "---\n"
        "> It has windows.\n"
        "\n"
        "<!-- Why is it worth sharing? Replace this line; nobody sees it. Delete the file to refuse the post. -->\n"
    )
    assert (root / REVIEWED).read_text("utf-8").splitlines()[1:] == [
        f"{SLUG} https://acme.example/news/lab?id=7 We opened a lab"
    ]


def test_language_networks_and_plain_links_of_a_source_are_kept(tmp_path: Path) -> None:
    text = SITE.replace(
        "lang: tr, review", "lang: tr, captions: {tr: {default: ['Oku: {title}'], x: ['{title}?']}}, review"
    )
    root = site(tmp_path, text)
    store(root, replace(ENTRY, source="trade"))
    heraldry(root)
    written = (root / "content/posts/inbox/trade/trade-0123456789.md").read_text("utf-8")
    assert "\nlang: tr\n" in written
    assert "\nutm: false\n" in written
    assert '  default:\n    - "Oku: We opened a lab"\n  x:\n    - We opened a lab?\n' in written


def test_a_team_that_sees_a_source_by_its_name_sees_its_accepted_posts(tmp_path: Path) -> None:
    teams = TEAMS + "  sales: {name: Sales, sees: {sources: [blog]}}\n"
    root = site(tmp_path, SITE, {"teams.yaml": teams.encode()})
    store(root, ENTRY)
    heraldry(root)
    assert "\nteams: [everyone, sales]\n" in (root / PATH).read_text("utf-8")


hostile = st.one_of(
    st.text(min_size=1, max_size=320),
    st.text(alphabet="-:#'\"!&*?|>%@`[]{},\n\t\\<= \u200f\u202e\u2028👩‍🚀x", min_size=1, max_size=320),
)


@given(title=hostile, summary=hostile)
@example(title="---", summary="---")
@example(title="--- \ntitle: other\npublish: 1970-01-01", summary="publish: 2000-01-01")
@example(title="!!python/object/apply:os.system ['true']", summary="<<<<<<< HEAD")
@example(title="\"quoted\": 'twice' # not a comment", summary="# heading #123")
@example(title="- - - x", summary="1. one")
@example(title="👩‍🚀 משהו \u202eevil\u202c العربية", summary="```\n<script>")
@example(title="yes", summary="~~~ x ~~~")
@example(title="null", summary="[a]: https://b.example 'c'")
@example(title="0x1F", summary="![x](https://t.example/p.gif) [y](javascript:1)")
@example(title="x" * 300, summary="x " * 2000)
@example(title="한" * 300, summary="&lt;b&gt; &amp; &copy;")
@example(title="\u200b\ufeff", summary="\u200b")
@example(title="@team look: https://acme.example/ {title} {network}", summary="setext\n===")
def test_any_title_is_read_back_exactly_and_the_file_has_no_error(title: str, summary: str) -> None:
    told = replace(ENTRY, title=title, summary=summary)
    (offer,) = offers({"blog": [told]}, _subscriptions(), (), NOW)
    body = fitted(offer, _SITE)
    read = read_posts({offer.path: body}, _SITE.programme)
    assert [one for one in read.problems if one.level is Level.ERROR] == []
    (post,) = read.value
    (version,) = post.versions.values()
    assert (version.title, version.url) == (offer.entry.title, "https://acme.example/news/lab?id=7")
    line = clean.shortened(clean.plain(title), 300)
    assert version.title == (line if any(c.isprintable() and not c.isspace() for c in line) else offer.url)
    assert (post.slug, post.publish) == (SLUG, Instant(SEEN.replace(second=0)))
    shown = LexborHTMLParser(str(prose(version.body)))
    assert {node.tag for node in shown.css("body *")} <= {"blockquote", "p"}
    words = clean.shortened(clean.plain(summary), 2000)
    assert " ".join((shown.text() or "").split()) == words
    assert [one for one in _checked(offer.path, body) if one.level is Level.ERROR] == []


def _checked(path: str, body: bytes) -> list[Finding]:
    post = read_posts({path: body}, _SITE.programme).value
    return list(findings(replace(_SITE, posts=post)))


def _read(text: str = SITE) -> Site:
    with TemporaryDirectory() as folder:
        read = read_site(write_site(Path(folder), text))
    assert read.value is not None, read.problems
    return read.value


_SITE = _read()


def _subscriptions(**changes: Any) -> Subscriptions:
    return Subscriptions(tuple(replace(one, **changes) for one in _SITE.sources))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://user:secret@acme.example/", "https://", ""])
def test_an_entry_without_a_usable_address_is_not_offered(url: str) -> None:
    assert offers({"blog": [replace(ENTRY, url=url)]}, _subscriptions(), (), NOW) == ()


def test_a_source_that_keeps_for_centuries_has_no_end() -> None:
    (offer,) = offers({"blog": [ENTRY]}, _subscriptions(keep=timedelta(weeks=99_999)), (), NOW)
    assert b"expires" not in written(offer, _SITE.programme, {}, None)


# What is offered ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "offered"),
    [
        ([], True),
        ([SLUG], False),
        (["https://acme.example/news/lab?id=7"], False),
        (["blog-9999999999", "https://acme.example/other"], True),
    ],
)
def test_names_keep_entries_away(names: list[str], offered: bool) -> None:
    assert bool(offers({"blog": [ENTRY]}, _subscriptions(), names, NOW)) is offered


@pytest.mark.parametrize(
    ("name", "offered"),
    [("https://acme.example/old", False), ("https://acme.example/", True), ("https://acme.example/other", True)],
)
def test_an_entry_is_known_by_the_addresses_that_it_had_before(name: str, offered: bool) -> None:
    moved = replace(ENTRY, former=("http://www.acme.example/old/?utm_source=x", "https://acme.example/"))
    assert bool(offers({"blog": [moved]}, _subscriptions(), [name], NOW)) is offered
    hidden = replace(_subscriptions(), curation=Curation(hide=(name,)))
    assert bool(offers({"blog": [moved]}, hidden, (), NOW)) is offered


@pytest.mark.parametrize(
    "hide", [SLUG, "http://www.acme.example/news/lab/?utm_medium=x&id=7#top", "https://acme.example/news/lab?id=7"]
)
def test_what_is_hidden_is_not_offered(hide: str) -> None:
    hidden = replace(_subscriptions(), curation=Curation(hide=(hide,)))
    assert offers({"blog": [ENTRY]}, hidden, (), NOW) == ()


def test_patterns_come_before_editors() -> None:
    patterns = replace(_SITE.sources[0].include, title=("launch",))
    entries = {"blog": [news(1), news(2, title="The LAUNCH of a lab")]}
    assert [one.entry.title for one in offers(entries, _subscriptions(include=patterns), (), NOW)] == [
        "The LAUNCH of a lab"
    ]
    assert [one.entry.title for one in offers(entries, _subscriptions(exclude=patterns), (), NOW)] == ["News 1"]


def test_only_sources_under_review_are_offered() -> None:
    assert offers({"blog": [ENTRY]}, _subscriptions(review=False), (), NOW) == ()


@pytest.mark.parametrize(("age", "offered"), [(timedelta(days=60), False), (timedelta(days=59, hours=23), True)])
def test_what_is_past_its_keep_is_not_offered(age: timedelta, offered: bool) -> None:
    assert bool(offers({"blog": [replace(ENTRY, first_seen=NOW - age)]}, _subscriptions(), (), NOW)) is offered


def test_of_two_entries_about_a_page_the_first_is_offered() -> None:
    later = news(2, title="News 1", url="https://www.acme.example/news/1/", first_seen=SEEN + timedelta(hours=1))
    entries = {
        "blog": [later, news(1)],
        "trade": [news(3, source="trade", url="http://acme.example/news/1?utm_source=x")],
    }
    assert [one.slug for one in offers(entries, _subscriptions(), (), NOW)] == [slug(1)]


def test_a_page_whose_entry_was_offered_under_another_id_is_not_offered_again() -> None:
    entries = {"blog": [news(1), news(2, title="News 1", url="https://acme.example/news/1")]}
    assert offers(entries, _subscriptions(), [slug(1)], NOW) == ()


def test_the_entries_of_a_changelog_are_offered_each() -> None:
    entries = {"blog": [news(n, url="https://acme.example/changelog") for n in (1, 2, 3)]}
    assert len(offers(entries, _subscriptions(), [slug(1)], NOW)) == 2


def test_entries_that_all_link_to_the_front_page_are_told_apart() -> None:
    entries = {"blog": [news(n, url="https://acme.example/") for n in (1, 2)]}
    assert len(offers(entries, _subscriptions(), (), NOW)) == 2


# The two lists --------------------------------------------------------------------------------------


def test_refused_names_slugs_and_addresses_and_takes_comments() -> None:
    body = "\ufeff# no thanks\n\nblog-1\r\nhttp://www.acme.example/a/#top  # why\n  https://b.example/#/route \n"
    assert refused(body.encode()).value == {"blog-1", "https://acme.example/a", "https://b.example/#/route"}
    assert refused(body.encode()).problems == ()


@pytest.mark.parametrize("line", ["Blog One", "blog_1", "ftp://acme.example/", "blog-1 blog-2", "\ufffd"])
def test_a_line_of_refused_that_says_nothing_is_an_error_with_its_number(line: str, tmp_path: Path) -> None:
    (problem,) = refused(f"# one\n\n{line}\n".encode()).problems
    assert (problem.at, problem.level) == (Position(REFUSED, 3), Level.ERROR)
    root = site(tmp_path, others={REFUSED: f"# one\n\n{line}\n".encode()})
    store(root, ENTRY)
    done = heraldry(root)
    assert done.exit_code == 1
    assert f"{REFUSED}:3:1: neither a slug nor an address" in done.stderr
    assert not (root / PATH).exists()


def test_reviewed_grows_at_its_end_and_is_read_back() -> None:
    once = noted(b"", {"blog-1": Reviewed("One\n# two", PAGE), "blog-2": Reviewed("")})
    twice = noted(once, {"blog-2": Reviewed("changed"), "blog-3": Reviewed(f"{PAGE} is gone")})
    assert twice.startswith(once)
    assert f"\nblog-1 {PAGE} One # two\n".encode() in once
    assert reviewed(twice) == {
        "blog-1": Reviewed("One # two", PAGE),
        "blog-2": Reviewed("blog-2"),
        "blog-3": Reviewed(f"{PAGE} is gone"),
    }
    assert noted(twice, {"blog-1": Reviewed("")}) == twice


def test_reviewed_survives_a_merge_conflict_and_odd_bytes() -> None:
    body = b"<<<<<<< HEAD\nblog-1  One\n=======\nblog-2  Two\n>>>>>>> x\n\xff\xfe\nblog-3"
    assert reviewed(body).keys() == {"blog-1", "blog-2", "blog-3"}
    assert noted(body, {"blog-4": Reviewed("Four")}) == body + b"\nblog-4  Four\n"


def test_reviewed_that_was_saved_as_utf_16_is_still_known_and_grows_as_utf_8() -> None:
    body = f"blog-1 {PAGE} One\r\n".encode("utf-16")
    grown = noted(body, {"blog-2": Reviewed("Two")})
    assert reviewed(grown) == {"blog-1": Reviewed("One", PAGE), "blog-2": Reviewed("Two")}
    assert grown == f"blog-1 {PAGE} One\r\nblog-2  Two\n".encode()


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("# é\r\nblog-1\r\n".encode("utf-16"), 1, "it is saved as UTF-16\n  hint: save it as UTF-8\n"),
        (
            b"blog-1\n<<<<<<< HEAD\nblog-2\n=======\nblog-3\n>>>>>>> other\n",
            2,
            "it holds the marks of an unfinished merge, '<<<<<<<'\n",
        ),
    ],
    ids=["UTF-16", "merge"],
)
def test_a_refused_file_that_is_spoilt_is_told_in_one_sentence(
    body: bytes, line: int, said: str, tmp_path: Path
) -> None:
    read = refused(body)
    assert len(read.problems) == 1
    assert read.value >= {"blog-1"}
    root = site(tmp_path, others={REFUSED: body})
    store(root, ENTRY)
    done = heraldry(root)
    assert done.exit_code == 1
    assert f"{REFUSED}:{line}:1: {said}" in done.stderr
    assert not (root / PATH).exists()


REMEMBERED = f"blog-1 {PAGE} One\nblog-2  Two\nblog-3 https://acme.example/ Home\n".encode()


@pytest.mark.parametrize(
    ("post", "barred"),
    [
        ("", {"blog-1", "https://acme.example/a", "blog-2", "blog-3"}),
        ("content/posts/other.md:url: http://www.acme.example/a/?utm_source=x", {"blog-2", "blog-3"}),
        ("content/posts/inbox/blog/blog-1.md:url: https://acme.example/elsewhere", {"blog-2", "blog-3"}),
        ("content/posts/other.md:aliases: [blog-2]", {"blog-1", "https://acme.example/a", "blog-3"}),
        ("content/posts/a.md:url: https://acme.example/", {"blog-1", "https://acme.example/a", "blog-2", "blog-3"}),
    ],
    ids=["no post", "address", "slug", "alias", "front page"],
)
def test_what_was_offered_and_has_no_post_any_more_is_barred_from_pages(post: str, barred: set[str]) -> None:
    path, _, line = post.partition(":")
    texts = {path: f"---\ntitle: Ours\ntype: company\n{line}\n---\n".encode()} if post else {}
    own = read_posts(texts, _SITE.programme).value
    assert len(own) == len(texts)
    assert barred_from_pages(b"", REMEMBERED, own) == barred


def test_what_is_refused_is_barred_from_pages_also_while_a_post_stands() -> None:
    own = read_posts({"content/posts/blog-1.md": b"---\ntitle: Ours\ntype: company\n---\n"}, _SITE.programme).value
    no = b"blog-1\nhttp://www.acme.example/b/#top\n"
    assert barred_from_pages(no, b"", own) == {"blog-1", "https://acme.example/b"}


# Into the working tree ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "standing",
    [
        {
            "content/posts/lab.md": b"---\ntitle: Ours\ntype: company\nurl: http://www.acme.example/news/lab/?id=7\n---\n"
        },
        {f"content/posts/2026/{SLUG}.md": b"---\ntitle: Ours\ntype: company\n---\n"},
        {f"content/posts/{SLUG}.md": b"broken"},
        {"content/posts/lab.md": f"---\ntitle: Ours\ntype: company\naliases: [{SLUG}]\n---\n".encode()},
        {REFUSED: f"{SLUG}\n".encode()},
        {REFUSED: b"https://acme.example/news/lab?id=7&fbclid=1\n"},
        {REVIEWED: f"{SLUG}  We opened a lab\n".encode()},
        {REVIEWED: b"renamed-9 http://www.acme.example/news/lab/?id=7 We opened a lab\n"},
    ],
    ids=["address", "slug", "broken post", "alias", "refused slug", "refused address", "reviewed", "reviewed address"],
)
def test_what_was_decided_never_comes_back(standing: Mapping[str, bytes], tmp_path: Path) -> None:
    root = site(tmp_path, others=standing)
    store(root, ENTRY)
    done = heraldry(root)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "no new entry to offer\n" in done.stderr
    assert not (root / PATH).exists()


def test_a_post_that_was_deleted_stays_away(tmp_path: Path) -> None:
    root = site(tmp_path)
    store(root, ENTRY)
    heraldry(root)
    (root / PATH).unlink()
    assert heraldry(root).stdout == ""
    assert not (root / PATH).exists()


def test_a_post_whose_run_was_cut_off_before_the_list_is_listed_by_the_next(tmp_path: Path) -> None:
    root = site(tmp_path)
    store(root, ENTRY)
    heraldry(root)
    (root / REVIEWED).unlink()
    heraldry(root)
    told = Reviewed("We opened a lab", "https://acme.example/news/lab?id=7")
    assert reviewed((root / REVIEWED).read_bytes()) == {SLUG: told}


def test_what_was_refused_stays_away_when_its_source_is_renamed_or_its_ids_change(tmp_path: Path) -> None:
    root = site(tmp_path)
    store(root, news(1), news(3, url="https://acme.example/"))
    heraldry(root)
    for number in (1, 3):
        (root / path(number)).unlink()
    (root / "sources.yaml").write_text(SOURCES.replace("  blog:", "  press:"), "utf-8")
    home = news(13, source="press", url="https://acme.example/", title="Other news")
    store(root, news(11, source="press", url="https://acme.example/news/1"), home)
    heraldry(root)
    assert [file.name for file in (root / "content/posts/inbox").rglob("*.md")] == [f"press-{13:010x}.md"]


def test_the_site_builds_with_what_was_offered(tmp_path: Path) -> None:
    root = site(tmp_path)
    store(root, ENTRY, news(1, title="x" * 300), news(2, source="trade", title="---"))
    heraldry(root)
    done = CliRunner().invoke(main, ["check", "-C", str(root)])
    assert (done.exit_code, done.stderr) == (0, "nothing is wrong\n")


def test_a_broken_site_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    root = site(tmp_path, "=== sources.yaml ===\nsources: {blog: {type: company}}\n")
    assert heraldry(root).exit_code == 1
    assert not (root / "content").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--push"], "--push needs --branch"),
        (["--branch", "-x"], "No such option"),
        (["--branch", "a..b"], "cannot be the name of a branch"),
        (["--branch", "x.lock"], "cannot be the name of a branch"),
        (["--branch", "x", "--remote=-u"], "no name of a remote"),
    ],
)
def test_wrong_usage_is_exit_2(arguments: list[str], said: str, tmp_path: Path) -> None:
    done = heraldry(site(tmp_path), *arguments)
    assert done.exit_code == 2
    assert said in done.stderr


# The pull request's text ----------------------------------------------------------------------------


def test_the_text_names_everything_that_waits(tmp_path: Path) -> None:
    root = site(tmp_path)
    store(root, ENTRY, news(1, source="trade"))
    heraldry(root, "--text", str(root / "pull.md"))
    title, empty, *rest = (root / "pull.md").read_text("utf-8").splitlines()
    assert (title, empty) == ("2 entries wait for review", "")
    text = "\n".join(rest)
    assert "### Acme blog\n\n- [We opened a lab](<https://acme.example/news/lab?id=7>)\n  > It has windows." in text
    assert f"  > `{PATH}`\n\n### trade" in text
    assert "what has no post any more is neither offered again nor published by itself" in text
    assert "refused.txt" in text


def test_nothing_that_waits_is_no_text(tmp_path: Path) -> None:
    root = site(tmp_path)
    heraldry(root, "--text", str(root / "pull.md"))
    assert (root / "pull.md").read_bytes() == b""


HOSTILE = [
    "@acme/leads look",
    "fixes #123, GH-12, acme/lab#7",
    "see acme/lab@0123456789abcdef0123456789abcdef01234567 or 0123456",
    "<img src=x onerror=alert(1)><!-- x --> </details>",
    "![p](https://t.example/p.gif) [x](javascript:alert(1)) [y]",
    "https://evil.example/ www.evil.example mail@evil.example",
    "`code` **bold** _em_ ~~gone~~ $x^2$ | a | b |",
    "] (https://evil.example) [",
    "\\](https://evil.example)",
    "1. one",
    "- [ ] task",
    "## heading\n## another\r\n\r\n---\n\n> x",
    "&#64;acme &lt;b&gt; &commat;acme",
    "\u202eevil\x1b[31m\x00",
    "\ue000@acme",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_feed_text_in_a_pull_request_is_only_text(text: str) -> None:
    said = request([Waiting(PATH, text, text, "https://acme.example/a", text)])
    shown = LexborHTMLParser(github(said))
    assert [node.attributes.get("href") for node in shown.css("a")] == ["https://acme.example/a"]
    assert shown.css("img, input, table, del, h1, h2, h4, script, details") == []
    visible = shown.text() or ""
    assert not re.search(r"(?<![\w`])[@#](?=[\w/])", visible)
    assert not re.search(r"\b[0-9a-f]{7,64}\b", re.sub(r"blog-\w+", "", visible))
    assert not re.search(r"(https?://|www\.|[A-Za-z]-\d)", visible.replace(SLUG, ""))
    words = clean.plain(text).replace("\ue000", "")
    assert words in visible.replace("\u200b", "")


def github(markdown: str) -> str:
    """The Markdown as CommonMark reads it; what GitHub adds looks at the text that comes out."""
    import pyromark

    options = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH | pyromark.Options.ENABLE_TASKLISTS
    return pyromark.html(markdown, options=options)


@given(st.text(max_size=400))
def test_any_text_stays_text(text: str) -> None:
    shown = LexborHTMLParser(github(f"- [{neutral(text) or 'x'}](<https://acme.example/>)"))
    assert [node.attributes.get("href") for node in shown.css("a")] == ["https://acme.example/"]
    said = " ".join((shown.text() or "").replace("\u200b", "").split())
    assert said == (clean.plain(text).replace("\ue000", "") or "x")


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://a.example/x?a=1&copy=2", "https://a.example/x?a=1&copy=2"),
        ("https://a.example/(x)_*y*", "https://a.example/(x)_*y*"),
        ("https://a.example/a\\b|c`d", "https://a.example/a%5Cb%7Cc%60d"),
        ("https://github.com/acme/lab/issues/7", "https://redirect.github.com/acme/lab/issues/7"),
        ("https://github.com/acme/lab", "https://github.com/acme/lab"),
    ],
)
def test_the_entrys_own_link_leads_where_it_says(url: str, target: str) -> None:
    shown = LexborHTMLParser(github(request([Waiting(PATH, "blog", "x", url)])))
    assert [node.attributes.get("href") for node in shown.css("a")] == [target]


def test_a_long_list_is_cut_before_it_is_refused() -> None:
    many = [
        Waiting(f"content/posts/inbox/blog/b-{n}.md", "blog", "t" * 300, "https://a.example/", "s" * 240)
        for n in range(500)
    ]
    text = request(many)
    assert len(text) < 65_536
    found = re.search(r"… and (\d+) more", text)
    assert found
    assert text.count("\n- [t") == 500 - int(found[1])


# Onto a branch --------------------------------------------------------------------------------------


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env={**os.environ, **IDENTITY}, capture_output=True, check=True
    )
    return done.stdout.decode()


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A bare repository whose main holds the site."""
    work, bare = site(tmp_path), tmp_path / "remote.git"
    (work / ".gitignore").write_text("/archive/\n/.archive.lock\n")
    run(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    run(work, "init", "--quiet", "--initial-branch=main")
    run(work, "add", "--all")
    run(work, "commit", "--quiet", "-m", "site")
    run(work, "push", "--quiet", str(bare), "main")
    return bare


@pytest.fixture
def clone(remote: Path, tmp_path: Path) -> Callable[..., Path]:
    def make(name: str, *options: str) -> Path:
        run(tmp_path, "clone", "--quiet", *options, remote.as_uri(), name)
        return tmp_path / name

    return make


def change(clone: Path, branch: str, message: str, edit: Callable[[Path], object]) -> None:
    """A reviewer's commit on a branch, pushed."""
    run(clone, "fetch", "--quiet", "origin")
    run(clone, "checkout", "--quiet", "-B", branch, f"origin/{branch}")
    edit(clone)
    run(clone, "add", "--all")
    run(clone, "commit", "--quiet", "-m", message)
    run(clone, "push", "--quiet", "origin", branch)


def files(remote: Path, branch: str = "heraldry-inbox") -> list[str]:
    listed = run(remote, "ls-tree", "-r", "--name-only", branch, "content/posts/inbox").split()
    return [name for name in listed if name.endswith(".md")]


def checkout(root: Path) -> tuple[str, ...]:
    index = (root / ".git" / "index").read_bytes().hex()
    return (root / ".git" / "HEAD").read_text(), index, run(root, "for-each-ref"), run(root, "status", "--porcelain")


def offer(root: Path, *arguments: str) -> Result:
    done = heraldry(root, "--branch", "--push", *arguments)
    assert done.exit_code == 0, done.stderr
    return done


def test_offers_are_pushed_on_a_branch_of_the_base(remote: Path, clone: Callable[..., Path]) -> None:
    one = clone("one")
    store(one, news(1), news(2))
    before = checkout(one)
    done = offer(one)
    assert files(remote) == [path(1), path(2)]
    assert run(remote, "rev-list", "--count", "main..heraldry-inbox").strip() == "1"
    assert run(remote, "diff", "--name-status", "main", "heraldry-inbox").split("\n")[:3] == [
        f"A\t{path(1)}",
        f"A\t{path(2)}",
        f"A\t{REVIEWED}",
    ]
    assert done.stdout.startswith("2 entries wait for review\n")
    assert done.stderr == "2 new entries pushed to heraldry-inbox\n"
    now = checkout(one)
    assert (now[0], now[1], now[3]) == (before[0], before[1], "")
    assert "refs/heads/heraldry-inbox" not in now[2]


def test_a_text_that_cannot_be_written_is_told_before_anything_is_pushed(
    remote: Path, clone: Callable[..., Path], tmp_path: Path
) -> None:
    one = clone("one")
    store(one, news(1))
    done = heraldry(one, "--branch", "--push", "--text", str(tmp_path / "absent" / "pull.md"))
    assert done.exit_code == 2
    assert "pull.md' cannot be written: no such file or directory" in done.stderr
    assert "heraldry-inbox" not in run(remote, "branch")


def test_what_waits_already_is_in_the_text_and_not_committed_again(remote: Path, clone: Callable[..., Path]) -> None:
    one = clone("one")
    store(one, news(1))
    first = offer(one)
    tip = run(remote, "rev-parse", "heraldry-inbox")
    again = offer(one)
    assert again.stdout == first.stdout
    assert again.stderr == "no new entry to offer\n"
    assert run(remote, "rev-parse", "heraldry-inbox") == tip


def test_a_reviewers_edits_and_deletions_stay(remote: Path, clone: Callable[..., Path]) -> None:
    one, reviewer = clone("one"), clone("reviewer")
    store(one, news(1), news(2))
    offer(one)

    def edit(root: Path) -> None:
        (root / path(1)).unlink()
        (root / path(2)).write_text((root / path(2)).read_text().replace("title: News 2", "title: Better"))

    change(reviewer, "heraldry-inbox", "review", edit)
    store(one, news(1), news(2), news(3))
    done = offer(one)
    assert files(remote) == [path(2), path(3)]
    assert "title: Better" in run(remote, "show", f"heraldry-inbox:{path(2)}")
    assert "[Better]" in done.stdout
    assert "2 entries wait" in done.stdout


def test_a_line_in_refused_on_the_branch_counts_too(remote: Path, clone: Callable[..., Path]) -> None:
    one, reviewer = clone("one"), clone("reviewer")
    store(one, news(1))
    offer(one)
    change(
        reviewer,
        "heraldry-inbox",
        "no",
        lambda root: (root / REFUSED).write_text("https://acme.example/news/2\n"),
    )
    store(one, news(1), news(2))
    offer(one)
    assert files(remote) == [path(1)]


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
@pytest.mark.parametrize("deleted", [False, True], ids=["branch stays", "branch deleted"])
@pytest.mark.parametrize("depth", [(), ("--depth=1",)], ids=["whole", "shallow"])
def test_after_a_merge_only_what_is_new_is_offered(
    how: str, deleted: bool, depth: tuple[str, ...], remote: Path, clone: Callable[..., Path]
) -> None:
    """The file that was deleted in the pull request stays away, however it was merged."""
    one, reviewer = clone("one"), clone("reviewer")
    store(one, news(1), news(2))
    offer(one)
    change(reviewer, "heraldry-inbox", "no", lambda root: (root / path(1)).unlink())
    change(reviewer, "main", "meanwhile", lambda root: (root / "notes.txt").write_text("x"))
    merged(reviewer, how)
    if deleted:
        run(reviewer, "push", "--quiet", "origin", ":heraldry-inbox")
    two = clone("two", *depth)
    store(two, news(1), news(2), news(3))
    done = offer(two)
    assert "1 entry waits" in done.stdout
    assert files(remote) == [path(2), path(3)]
    named = run(remote, "diff", "--name-only", "main...heraldry-inbox").split()
    assert set(named) >= {path(3), REVIEWED}
    assert run(remote, "diff", "--name-only", "main", "heraldry-inbox").split() == [path(3), REVIEWED]
    run(reviewer, "fetch", "--quiet", "origin")
    run(reviewer, "checkout", "--quiet", "main")
    run(reviewer, "merge", "--quiet", "--no-edit", "origin/heraldry-inbox")
    assert not (reviewer / path(1)).exists()
    assert (reviewer / path(3)).exists()


def merged(reviewer: Path, how: str) -> None:
    """The pull request merged into main as GitHub's three buttons do it."""
    run(reviewer, "fetch", "--quiet", "origin")
    if how == "rebase":
        run(reviewer, "checkout", "--quiet", "-B", "turned", "origin/heraldry-inbox")
        run(reviewer, "rebase", "--quiet", "origin/main")
        run(reviewer, "push", "--quiet", "origin", "turned:main")
        return
    run(reviewer, "checkout", "--quiet", "-B", "main", "origin/main")
    if how == "squash":
        run(reviewer, "merge", "--quiet", "--squash", "origin/heraldry-inbox")
        run(reviewer, "commit", "--quiet", "-m", "squashed")
    else:
        run(reviewer, "merge", "--quiet", "--no-ff", "--no-edit", "origin/heraldry-inbox")
    run(reviewer, "push", "--quiet", "origin", "main")


def test_it_works_as_actions_checkout_leaves_the_repository(remote: Path, clone: Callable[..., Path]) -> None:
    one = clone("one")
    store(one, news(1))
    offer(one)
    job = clone("job", "--depth=1", "--single-branch")
    run(job, "checkout", "--quiet", "--detach", "HEAD")
    store(job, news(1), news(2))
    offer(job)
    assert files(remote) == [path(1), path(2)]
    assert run(remote, "rev-list", "--count", "main..heraldry-inbox").strip() == "2"
    assert run(job, "status", "--porcelain") == ""


def test_without_push_the_branch_is_made_here(remote: Path, clone: Callable[..., Path]) -> None:
    one = clone("one")
    store(one, news(1))
    for number in (1, 2):
        store(one, *(news(n) for n in range(1, number + 1)))
        assert heraldry(one, "--branch", "later").exit_code == 0
    assert files(one, "later") == [path(1), path(2)]
    assert run(one, "rev-list", "--count", "main..later").strip() == "2"
    assert run(one, "status", "--porcelain") == ""
    assert "later" not in run(remote, "branch")
    assert heraldry(one, "--branch", "later", "--push").exit_code == 0
    assert run(remote, "rev-parse", "later") == run(one, "rev-parse", "later")


def test_a_site_below_the_top_of_its_repository_is_served_too(tmp_path: Path) -> None:
    top = tmp_path / "repo"
    root = write_site(top / "voices", SITE)
    run(top, "init", "--quiet", "--initial-branch=main")
    run(top, "add", "--all")
    run(top, "commit", "--quiet", "-m", "site")
    store(root, news(1))
    assert heraldry(root, "--branch").exit_code == 0
    listed = run(top, "ls-tree", "-r", "--name-only", "heraldry-inbox").split()
    assert f"voices/{path(1)}" in listed


def test_the_branch_that_is_checked_out_is_left_alone(clone: Callable[..., Path]) -> None:
    one = clone("one")
    run(one, "checkout", "--quiet", "-b", "heraldry-inbox")
    store(one, news(1))
    done = heraldry(one, "--branch", "--push")
    assert done.exit_code == 1
    assert "is checked out" in done.stderr


def test_anothers_branch_of_that_name_is_left_alone(remote: Path, clone: Callable[..., Path]) -> None:
    one, other = clone("one"), clone("other")
    run(other, "checkout", "--quiet", "--orphan", "heraldry-inbox")
    run(other, "commit", "--quiet", "--allow-empty", "-m", "mine")
    run(other, "rm", "--quiet", "-r", "--cached", ".")
    run(other, "commit", "--quiet", "--allow-empty", "-m", "mine")
    run(other, "push", "--quiet", "origin", "heraldry-inbox")
    tip = run(remote, "rev-parse", "heraldry-inbox")
    store(one, news(1))
    done = heraldry(one, "--branch", "--push")
    assert done.exit_code == 1
    assert "holds something else" in done.stderr
    assert run(remote, "rev-parse", "heraldry-inbox") == tip


def test_two_runs_at_the_same_time_offer_each_entry_once(remote: Path, clone: Callable[..., Path]) -> None:
    """In processes of their own, with entries that have just been seen: the real clock is at work there."""
    seen = datetime.now(UTC) - timedelta(days=1)
    clones = [clone(f"clone{number}") for number in range(3)]
    for number, one in enumerate(clones):
        store(one, news(100, first_seen=seen), news(number, first_seen=seen))
    command = [sys.executable, "-m", "heraldry", "inbox", "--branch", "--push", "-C"]
    runs = [subprocess.Popen([*command, str(one)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) for one in clones]
    said = [one.communicate(timeout=120) for one in runs]
    assert [(one.returncode, text) for one, text in zip(runs, said, strict=True) if one.returncode] == []
    assert files(remote) == sorted(path(number) for number in (0, 1, 2, 100))
    assert len(reviewed(run(remote, "show", f"heraldry-inbox:{REVIEWED}").encode())) == 4
