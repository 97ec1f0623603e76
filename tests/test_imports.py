"""Entries become posts: each story once for each team, chosen, capped and curated, never over an editor's head."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heraldry.addresses import canonical
from heraldry.feeds.imports import Imports, posts
from heraldry.feeds.patterns import MOST_DOUBTS, MOST_SECONDS, Sieve
from heraldry.model import (
    ALWAYS,
    Audience,
    Brand,
    Curation,
    Entry,
    Patterns,
    Post,
    PostType,
    Programme,
    Source,
    Subscriptions,
    Team,
    Utm,
    Version,
)  # fmt: skip
from heraldry.plan import spoken, wanted

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
PROGRAMME = Programme(
    "Acme Voices", "", "https://voices.acme.example/", "Acme", None, ZoneInfo("Asia/Seoul"), ("en",), Brand(), (), Utm(), {}
)  # fmt: skip
BLOG = Source(
    key="blog", url="https://acme.example/feed", name="Blog", type=PostType.COMPANY, tags=frozenset({"news"}), teams=None,
    lang="en", include=Patterns(), exclude=Patterns(), captions={}, keep=timedelta(days=10), max_per_day=9,
)  # fmt: skip
TRADE = replace(BLOG, key="trade", name="Trade", type=PostType.INDUSTRY, tags=frozenset({"trade"}), utm=False)


def team(key: str, sees: Audience) -> Team:
    return Team(key, key, "", ZoneInfo("UTC"), ("en",), (), {}, Brand(), Utm(), sees)


TEAMS = (
    team("lab", Audience(types=frozenset({PostType.COMPANY}))),
    team("sales", Audience(tags=frozenset({"trade"}))),
    team("press", Audience(sources=frozenset({"trade", "blog"}))),
    team("board", Audience()),
)


def seen_by(post: Post, teams: Iterable[Team] = TEAMS) -> frozenset[str]:
    return frozenset(team.key for team in teams if wanted(post, team) and spoken(post, team))


def entry(number: int, title: str = "", hours: float = 0, source: str = "blog", **more: Any) -> Entry:
    fields = {
        "id": f"{number:04x}".ljust(16, "0"),
        "source": source,
        "url": f"https://news.example/{number}",
        "title": title or f"News {number}",
        "summary": "",
        "author": "",
        "categories": (),
        "image": None,
        "published": None,
        "first_seen": NOW + timedelta(hours=hours),
    }
    return Entry(**{**fields, **more})


def own(slug: str = "own", url: str | None = None, **more: Any) -> Post:
    return Post(slug, PostType.COMPANY, {"en": Version("en", "Ours", url, path=f"content/posts/{slug}.md")}, **more)


def run(
    entries: Mapping[str, Iterable[Entry]],
    *sources: Source,
    pin: tuple[str, ...] = (),
    hide: tuple[str, ...] = (),
    written: Iterable[Post] = (),
    **more: Any,
) -> Imports:
    subscriptions = Subscriptions(sources or (BLOG, TRADE), curation=Curation(pin, hide))
    return posts(entries, subscriptions, PROGRAMME, own=written, seen_by=seen_by, **more)


def urls(made: Imports | Iterable[Post]) -> list[str | None]:
    found = made.posts if isinstance(made, Imports) else made
    return [post.versions[next(iter(post.versions))].url for post in found]


def numbers(made: Imports | Iterable[Post]) -> list[int]:
    return [int(str(url).rpartition("/")[2]) for url in urls(made)]


# One entry ------------------------------------------------------------------------------------------


def test_an_entry_becomes_a_post_with_what_its_source_says() -> None:
    (post,) = run({"trade": [entry(1, "Wind", summary="It blows", source="trade")]}).posts
    assert (post.slug, post.type, post.tags) == ("trade-0001000000", PostType.INDUSTRY, frozenset({"trade"}))
    assert (post.source, post.utm, post.teams, post.pin, post.withdraw) == ("trade", None, None, False, None)
    version = post.versions["en"]
    assert (version.title, version.url, version.summary) == ("Wind", "https://news.example/1", "It blows")
    assert (version.body, version.image, version.path) == ("", None, "")


def test_a_source_under_review_brings_no_post() -> None:
    assert run({"blog": [entry(1)]}, replace(BLOG, review=True)).posts == ()


@pytest.mark.parametrize("utm", [True, False])
def test_trackers_of_others_are_dropped_before_ours_are_added(utm: bool) -> None:
    url = "https://news.example/1?b=%20&utm_source=rss&a=2&fbclid=x#part"
    made = run({"blog": [entry(1, url=url)]}, replace(BLOG, utm=utm))
    assert urls(made) == ["https://news.example/1?b=%20&a=2#part"]
    assert (made.posts[0].utm is None) is not utm


def test_a_signed_address_keeps_its_trackers() -> None:
    url = "https://news.example/1?utm_source=rss&X-Amz-Signature=ab"
    assert urls(run({"blog": [entry(1, url=url)]})) == [url]


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        ("https://news.example/a.png", "archive/images/a-1200.webp"),
        ("https://news.example/b.png", None),
        ("https://news.example/empty.png", None),
        (None, None),
    ],
)
def test_an_image_is_shown_when_it_is_stored_and_then_its_widest(image: str | None, shown: str | None) -> None:
    pictures = {
        "https://news.example/a.png": ("archive/images/a-1200.webp", "archive/images/a-600.webp"),
        "https://news.example/empty.png": (),
    }
    (post,) = run({"blog": [entry(1, image=image)]}, pictures=pictures).posts
    assert post.versions["en"].image == shown


# Captions -------------------------------------------------------------------------------------------

THREE = ("A {title}", "B {title}", "C {title}")


@pytest.mark.parametrize(
    ("captions", "expected"),
    [
        ({}, {"default": ("{t} – what is your take?", "This one made me think: {t}")}),
        ({"tr": {"default": THREE}}, {"default": ("{t} – what is your take?", "This one made me think: {t}")}),
        ({"en": {"default": THREE}}, {"default": ("B {t}", "C {t}")}),
        ({"en": {"default": ("Only {title}",)}}, {"default": ("Only {t}",)}),
        (
            {"en": {"default": THREE, "linkedin": ("L1 {title}", "L2 {title}"), "x": ("X",)}},
            {"default": ("B {t}", "C {t}"), "linkedin": ("L2 {t}", "L1 {t}"), "x": ("X",)},
        ),
        (
            {"en": {"linkedin": ("L {title}, {title}",)}},
            {"default": ("{t} – what is your take?", "This one made me think: {t}"), "linkedin": ("L {t}, {t}",)},
        ),
        (
            {"en": {"linkedin": ()}},
            {"default": ("{t} – what is your take?", "This one made me think: {t}")},
        ),
    ],
)
@pytest.mark.parametrize("title", ["Wind", "Why {title} and {0} matter", "{", "%s {{title}}"])
def test_each_network_gets_two_wordings_and_a_title_is_no_template(
    captions: Any, expected: Mapping[str, tuple[str, ...]], title: str
) -> None:
    (post,) = run({"blog": [entry(0, title, id="0000000100000000")]}, replace(BLOG, captions=captions)).posts
    wanted = {network: tuple(text.replace("{t}", title) for text in texts) for network, texts in expected.items()}
    assert post.versions["en"].captions == wanted


def test_a_language_without_openers_gets_the_bare_title() -> None:
    (post,) = run({"blog": [entry(1, "Vind")]}, replace(BLOG, lang="da")).posts
    assert post.versions["da"].captions == {"default": ("Vind",)}


# Patterns -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("include", "exclude", "kept"),
    [
        (Patterns(), Patterns(), [1, 2, 3]),
        (Patterns(title=("wind",)), Patterns(), [1]),
        (Patterns(title=("^so",), category=("energy",)), Patterns(), [2, 3]),
        (Patterns(), Patterns(author=("bot",)), [1, 2]),
        (Patterns(category=("energy",)), Patterns(author=("bot",)), []),
        (Patterns(title=(r"\bS\w+\b",)), Patterns(category=("^energy$",)), [2]),
        (Patterns(author=("^$",)), Patterns(), [1, 2]),
    ],
)
def test_patterns_choose_entries(include: Patterns, exclude: Patterns, kept: list[int]) -> None:
    source = replace(BLOG, include=include, exclude=exclude)
    entries = [entry(1, "Wind"), entry(2, "Solar"), entry(3, "Sea", categories=("Energy",), author="News Bot")]
    assert numbers(run({"blog": entries}, source)) == kept


ENDLESS, ENDLESS_TITLE = r"^(a|aa|a?a)+$", "a" * 80 + "!"


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        (replace(BLOG, include=Patterns(title=(ENDLESS, "b"))), [2]),
        (replace(BLOG, exclude=Patterns(title=(ENDLESS,))), [2]),
        (replace(BLOG, include=Patterns(title=("a",)), exclude=Patterns(title=(ENDLESS,))), []),
    ],
)
def test_a_pattern_that_does_not_end_publishes_nothing_in_doubt_and_is_named(source: Source, kept: list[int]) -> None:
    made = run({"blog": [entry(1, ENDLESS_TITLE), entry(2, "b")]}, source)
    assert numbers(made) == kept
    (note,) = made.notes
    side = "exclude" if source.exclude != Patterns() else "include"
    assert note.keys == ("sources", "blog", side, "title", ENDLESS)
    assert "takes too long" in note.message


def test_endless_patterns_cost_a_bounded_time() -> None:
    sieve = Sieve(replace(BLOG, exclude=Patterns(title=(ENDLESS,))))
    began = process_time()
    assert not any(sieve.lets(entry(number, ENDLESS_TITLE)) for number in range(200))
    assert process_time() - began < MOST_DOUBTS * MOST_SECONDS + 1


def test_a_pattern_that_cannot_be_read_lets_nothing_through() -> None:
    for side in ("include", "exclude"):
        source = replace(BLOG, **{side: Patterns(title=("(",))})  # type: ignore[arg-type]
        made = run({"blog": [entry(1)]}, source)
        assert made.posts == ()
        assert made.notes[0].keys == ("sources", "blog", side, "title", "(")


# Caps -----------------------------------------------------------------------------------------------


def test_what_was_shown_in_the_morning_is_still_shown_in_the_evening() -> None:
    morning, evening = [entry(1), entry(2)], [entry(3, hours=4), entry(4, hours=4)]
    assert numbers(run({"blog": [*evening, *morning]}, replace(BLOG, max_per_day=2))) == [1, 2]


def test_the_cap_counts_days_where_the_programme_lives() -> None:
    """15:00 UTC is midnight in Seoul: two days, two entries each."""
    entries = [entry(1, hours=5), entry(2, hours=5), entry(3, hours=7), entry(4, hours=7), entry(5, hours=7)]
    assert len(run({"blog": entries}, replace(BLOG, max_per_day=2)).posts) == 4


@pytest.mark.parametrize(("most", "kept"), [(None, [1, 2, 3]), (2, [2, 3]), (1, [3]), (9, [1, 2, 3])])
def test_the_newest_are_shown_at_a_time(most: int | None, kept: list[int]) -> None:
    entries = [entry(number, hours=48 * number) for number in (3, 1, 2)]
    assert numbers(run({"blog": entries}, replace(BLOG, max_entries=most))) == kept


def test_hidden_and_excluded_entries_and_those_taken_over_take_no_place() -> None:
    entries = [entry(1, "Bot"), entry(2), entry(3), entry(4, hours=1), entry(5, hours=2)]
    source = replace(BLOG, max_per_day=2, exclude=Patterns(title=("bot",)))
    made = run({"blog": entries}, source, hide=("blog-0002000000",), written=[own(url="https://news.example/3")])
    assert numbers(made) == [4, 5]


@pytest.mark.parametrize("source", [replace(BLOG, max_per_day=2), replace(BLOG, max_entries=2)])
def test_a_pin_comes_on_top_and_takes_nobodys_place(source: Source) -> None:
    entries = [entry(number, hours=number / 10) for number in (1, 2, 3, 4)]
    plain = set(numbers(run({"blog": entries}, source)))
    for number in (1, 2, 3, 4):
        made = run({"blog": entries}, source, pin=(f"https://news.example/{number}",))
        assert set(numbers(made)) == plain | {number}
        assert [post.pin for post in made.posts] == [each == number for each in numbers(made)]


# Curation -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "https://news.example/1",
        "http://www.news.example/1/?utm_source=mail#top",
        "HTTPS://NEWS.EXAMPLE:443/%31",
        "blog-0001000000",
    ],
)
def test_an_entry_is_named_by_its_slug_or_any_form_of_its_address(name: str) -> None:
    entries = {"blog": [entry(1), entry(2)]}
    assert numbers(run(entries, hide=(name,))) == [2]
    assert [post.pin for post in run(entries, pin=(name,)).posts] == [True, False]
    assert run(entries, pin=(name,)).notes == run(entries, hide=(name,)).notes == ()


def test_what_is_hidden_under_one_name_is_hidden_in_every_source() -> None:
    entries = {"blog": [entry(1)], "trade": [entry(7, source="trade", url="https://news.example/1?utm_medium=x")]}
    assert run(entries, hide=("trade-0007000000",)).posts == ()


def test_a_hidden_entry_stays_hidden_when_its_feed_gives_it_another_id() -> None:
    entries = {"blog": [entry(1, "News"), entry(7, "News", url="https://news.example/1")]}
    assert run(entries, hide=("blog-0001000000",)).posts == ()


@pytest.mark.parametrize("name", ["https://news.example/old", "http://www.news.example/older/"])
def test_who_named_an_entry_by_an_address_that_it_had_still_means_it(name: str) -> None:
    moved = entry(1, former=("https://news.example/older", "https://news.example/old"))
    entries = {"blog": [moved, entry(2)]}
    assert numbers(run(entries, hide=(name,))) == [2]
    assert numbers(run(entries, written=[own(url=name)])) == [2]
    assert [post.pin for post in run(entries, pin=(name,)).posts] == [True, False]
    assert run(entries, pin=(name,)).notes == run(entries, hide=(name,)).notes == ()


def test_to_hide_a_page_hides_its_parts_but_to_pin_it_does_not_pin_them() -> None:
    page = "https://news.example/p"
    entries = {"blog": [entry(1, url=f"{page}#one"), entry(2, url=f"{page}#two"), entry(3)]}
    assert run(entries, hide=(page,)) == run({"blog": [entry(3)]})
    assert len(run(entries, hide=(f"{page}#one",)).posts) == 2
    assert not any(post.pin for post in run(entries, pin=(page,)).posts)


@pytest.mark.parametrize("name", ["blog-0001000000", "https://news.example/1"])
def test_what_a_review_has_refused_is_hidden_without_a_word(name: str) -> None:
    again = entry(7, source="trade", url="https://news.example/1")
    made = run({"blog": [entry(1), entry(2)], "trade": [again]}, refused=frozenset({name, "other-1"}))
    assert (numbers(made), made.notes) == ([2], ())
    (note,) = run({"blog": [entry(1)]}, pin=("blog-0001000000",), refused=frozenset({name})).notes
    assert note.message.endswith("a review has refused it")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"hide": ("blog-0001000000",)}, "it is hidden as well"),
        ({"written": [own(url="https://news.example/1")]}, "a post of your own is about it"),
        ({"source": replace(BLOG, review=True)}, "its source is under review"),
        ({"source": replace(BLOG, exclude=Patterns(title=("news",)))}, "the patterns of its source leave it out"),
    ],
)
def test_a_pin_does_not_go_over_other_decisions_and_says_so(more: dict[str, Any], why: str) -> None:
    source = more.pop("source", BLOG)
    made = run({"blog": [entry(1)]}, source, pin=("https://news.example/1",), **more)
    assert made.posts == ()
    assert [note.keys for note in made.notes] == [("pin", "https://news.example/1")]
    assert made.notes[0].message == f"'https://news.example/1' is pinned, but on no page: {why}"


def test_names_that_mean_no_entry_are_told_with_their_place_and_without_secrets() -> None:
    made = run({"blog": [entry(1)]}, pin=("blog-9", "blog-0001000000"), hide=("https://news.example/2?key=s3cret",))
    assert [(note.keys, note.message) for note in made.notes] == [
        (("pin", "blog-9"), "no entry is called 'blog-9'"),
        (("hide", "https://news.example/2?key=s3cret"), "no entry is called 'https://news.example/2?…'"),
    ]


def test_nothing_is_said_of_names_before_any_entry_is_known() -> None:
    assert run({}, pin=("blog-9",), hide=("blog-8",)).notes == ()


# An editor's post wins ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "post",
    [
        own(url="https://news.example/1", publish=None),
        own(url="http://www.news.example/1/#comments"),
        own(url="https://news.example/1", withdraw=ALWAYS),
        own(url="https://news.example/1", teams=frozenset({"board"})),
        own("blog-0001000000"),
        own(aliases=("blog-0001000000",)),
        Post("own", PostType.COMPANY, {"en": Version("en", "A"), "tr": Version("tr", "B", "https://news.example/1")}),
    ],
)
def test_a_story_that_an_editor_has_taken_over_is_never_imported(post: Post) -> None:
    again = entry(7, source="trade", url="https://news.example/1")
    assert numbers(run({"blog": [entry(1), entry(2)]}, written=[post])) == [2]
    assert run({"blog": [entry(1)], "trade": [again]}, written=[post]).posts == ()


@pytest.mark.parametrize(
    "url", [None, "https://news.example/", "https://news.example/11", "https://news.example/1?p=2"]
)
def test_a_post_about_another_page_takes_nothing_over(url: str | None) -> None:
    entries = [entry(1), entry(2, url="https://news.example/")]
    assert len(run({"blog": entries}, written=[own(url=url)]).posts) == 2


# The same story -------------------------------------------------------------------------------------


def test_a_story_twice_in_one_source_is_the_one_first_seen() -> None:
    entries = [
        entry(1, "News", hours=2),
        entry(2, " news", hours=1, url="https://www.news.example/1?utm_source=rss"),
        entry(3, "NEWS", hours=3, url="http://news.example/1/"),
    ]
    assert [post.slug for post in run({"blog": entries}).posts] == ["blog-0002000000"]


@pytest.mark.parametrize("url", ["https://news.example/", "http://www.news.example?utm_source=rss"])
def test_a_feed_whose_entries_all_link_to_its_front_page_keeps_them_all(url: str) -> None:
    assert len(run({"blog": [entry(number, url=url) for number in range(5)]}).posts) == 5


def test_notes_on_one_page_are_stories_of_their_own() -> None:
    entries = [entry(number, url=f"https://news.example/releases#v{number}") for number in range(5)]
    assert len(run({"blog": entries}).posts) == 5


ONE = {"blog": [entry(1, hours=5)], "trade": [entry(7, source="trade", url="http://news.example/1/")]}


LOG = "https://news.example/changelog"
CHANGES = [entry(number, f"Release {number}", hours=number, url=LOG) for number in range(4)]


def test_entries_that_share_one_page_are_stories_of_their_own() -> None:
    assert [post.versions["en"].title for post in run({"blog": CHANGES}).posts] == [f"Release {n}" for n in range(4)]
    again = entry(9, "release  2", hours=9, url=LOG)
    assert run({"blog": [*CHANGES, again]}) == run({"blog": CHANGES})


def test_a_page_that_entries_share_is_no_key_in_another_source_either() -> None:
    about, same = entry(7, "Our verdict", source="trade", url=LOG), entry(8, "Release 1", source="trade", url=LOG)
    made = run({"blog": CHANGES, "trade": [about, same]})
    told = {post.slug: seen_by(post) for post in made.posts if post.source == "trade"}
    assert told == {"trade-0007000000": frozenset({"sales", "press"}), "trade-0008000000": frozenset({"sales"})}
    assert {post.type for post in made.posts} == {PostType.COMPANY}


def test_to_hide_or_pin_a_shared_page_means_all_of_it_and_an_editors_post_takes_none_of_them_over() -> None:
    assert run({"blog": CHANGES}, hide=(LOG,)).posts == ()
    assert len(run({"blog": CHANGES}, hide=("blog-0001000000",)).posts) == 3
    assert all(post.pin for post in run({"blog": CHANGES}, pin=(LOG,)).posts)
    one = entry(7, "Our verdict", source="trade", url=LOG)
    made = run({"blog": CHANGES, "trade": [one]}, written=[own(url=LOG)])
    assert [post.source for post in made.posts] == ["blog"] * 4


def test_a_story_that_moved_is_the_same_story() -> None:
    moved = entry(1, url="https://news.example/new", former=("https://news.example/1",))
    told = {post.source: seen_by(post) for post in run({**ONE, "blog": [moved]}).posts}
    assert told == {"blog": frozenset({"lab", "press"}), "trade": frozenset({"sales"})}


def test_the_company_tells_it_though_others_were_first() -> None:
    told = {post.source: seen_by(post) for post in run(ONE).posts}
    assert told == {"blog": frozenset({"lab", "press"}), "trade": frozenset({"sales"})}


def test_what_the_company_says_is_disclosed_whichever_way_it_came() -> None:
    assert {post.type for post in run(ONE).posts} == {PostType.COMPANY}


@pytest.mark.parametrize(
    ("source", "others", "now"),
    [
        (replace(BLOG, review=True), [], NOW),
        (replace(BLOG, max_per_day=1), [entry(2)], NOW),
        (replace(BLOG, exclude=Patterns(title=("news 1",))), [], NOW),
        (BLOG, [], NOW + timedelta(days=10, hours=6)),
    ],
)
def test_what_the_company_says_is_disclosed_also_when_its_own_telling_is_not_shown(
    source: Source, others: list[Entry], now: datetime
) -> None:
    entries = {"blog": [*ONE["blog"], *others], "trade": ONE["trade"]}
    made = run(entries, source, replace(TRADE, keep=timedelta(days=99)), now=now)
    (post,) = (post for post in made.posts if post.source == "trade")
    assert (post.type, seen_by(post)) == (PostType.COMPANY, frozenset({"sales", "press"}))


def test_an_entry_whose_keep_has_ended_brings_no_post_and_takes_no_place() -> None:
    entries = {"blog": [entry(1), entry(2, hours=1)]}
    capped = replace(BLOG, max_per_day=1)
    end = NOW + BLOG.keep
    assert numbers(run(entries, capped, now=end - timedelta(seconds=1))) == [1]
    made = run(entries, capped, now=end, pin=("blog-0001000000",))
    assert numbers(made) == [2]
    (note,) = made.notes
    assert note.message == "'blog-0001000000' is pinned, but on no page: the 'keep' of its source has ended"


@pytest.mark.parametrize(
    ("first", "other", "winner"),
    [
        (entry(1, hours=1), entry(1, hours=0), "b"),
        (entry(1, hours=0), entry(1, hours=1), "a"),
        (entry(1), entry(1), "a"),
        (entry(1, "Same  Words"), entry(1, "same words", url="https://other.example/x"), "a"),
    ],
)
def test_among_equals_the_first_seen_wins_then_the_order_of_the_file(first: Entry, other: Entry, winner: str) -> None:
    a, b = (replace(BLOG, key=key, tags=frozenset()) for key in "ab")
    made = run({"a": [replace(first, source="a")], "b": [replace(other, source="b")]}, a, b)
    assert [post.source for post in made.posts] == [winner]


def test_an_id_alone_makes_no_story_the_same() -> None:
    a, b = (replace(BLOG, key=key) for key in "ab")
    other = entry(1, "Other news", source="b", url="https://other.example/1")
    assert len(run({"a": [entry(1, source="a")], "b": [other]}, a, b).posts) == 2


def test_a_source_for_one_team_never_tells_the_others() -> None:
    board = replace(BLOG, key="board-news", teams=frozenset({"board"}))
    entries = {"board-news": [entry(1, "Secret words", source="board-news")], "trade": ONE["trade"]}
    made = run(entries, board, TRADE)
    assert {(post.source, seen_by(post)) for post in made.posts} == {
        ("board-news", frozenset({"board"})),
        ("trade", frozenset({"sales", "press"})),
    }


def test_a_telling_that_nobody_would_see_goes() -> None:
    a, b = (replace(BLOG, key=key, teams=teams) for key, teams in (("a", None), ("b", frozenset({"lab"}))))
    made = run({"a": [entry(1, source="a")], "b": [entry(2, source="b", url="https://news.example/1")]}, a, b)
    assert [post.source for post in made.posts] == ["a"]


# What must always hold ------------------------------------------------------------------------------

MANY = settings(max_examples=max(100, settings.default.max_examples if settings.default else 0))
TEAM_KEYS = [team.key for team in TEAMS]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[tuple[Source, ...], dict[str, list[Entry]], list[Post]]:
    """Some sources that tell some of the same pages, and posts of editors about some of them."""
    sources = tuple(
        replace(
            BLOG,
            key=key,
            type=draw(st.sampled_from(PostType)),
            tags=draw(st.frozensets(st.sampled_from(["trade", "news"]), max_size=2)),
            teams=draw(st.none() | st.frozensets(st.sampled_from(TEAM_KEYS), max_size=3)),
            review=draw(st.integers(0, 9)) == 0,
        )
        for key in draw(st.permutations(["blog", "trade", "wire", "board-news"]).map(lambda keys: keys[:3]))
    )
    pages = st.sampled_from(
        [(n, f"{scheme}://{www}n.example/{n}{end}") for n in range(3) for scheme, www, end in FORMS]
    )

    def told(place: int, number: int, source: Source) -> Entry:
        page, url = draw(pages)
        return entry(100 * place + number, f"{place} {page}", draw(st.integers(0, 3)), source.key, url=url)

    entries = {
        source.key: [told(place, number, source) for number in range(draw(st.integers(0, 4)))]
        for place, source in enumerate(sources, 1)
    }
    return sources, entries, [own(f"own-{n}", draw(pages)[1]) for n in range(draw(st.integers(0, 1)))]


FORMS = [("https", "", ""), ("http", "www.", "/"), ("https", "", "?utm_source=x")]


def pages_of(team: Team, made: Iterable[Post]) -> list[str]:
    return [canonical(str(url)) for url in urls(post for post in made if team.key in seen_by(post))]


def alone(source: Source, entries: Mapping[str, Iterable[Entry]]) -> tuple[Post, ...]:
    """The source's posts as if it were the only one, and no editor had written anything."""
    return run(entries, source).posts


@MANY
@given(worlds())
def test_each_team_sees_each_page_once_and_all_that_any_source_allowed(
    world: tuple[tuple[Source, ...], dict[str, list[Entry]], list[Post]],
) -> None:
    sources, entries, written = world
    made = run(entries, *sources, written=written).posts
    ours = {canonical(str(url)) for url in urls(written)}
    for team in TEAMS:
        seen = pages_of(team, made)
        allowed = {page for source in sources for page in pages_of(team, alone(source, entries))}
        assert len(seen) == len(set(seen))
        assert set(seen) == allowed - ours


@MANY
@given(worlds())
def test_no_team_reads_the_words_of_a_source_that_is_not_theirs(
    world: tuple[tuple[Source, ...], dict[str, list[Entry]], list[Post]],
) -> None:
    sources, entries, written = world
    allowed = {post.slug: seen_by(post) for source in sources for post in alone(source, entries)}
    for post in run(entries, *sources, written=written).posts:
        assert seen_by(post) <= allowed[post.slug]


@MANY
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_in_which_entries_come_is_irrelevant(
    world: tuple[tuple[Source, ...], dict[str, list[Entry]], list[Post]], random: Any
) -> None:
    sources, entries, written = world
    mixed = {key: random.sample(entries[key], len(entries[key])) for key in random.sample(list(entries), len(entries))}
    assert run(mixed, *sources, written=written) == run(entries, *sources, written=written)


@MANY
@given(worlds())
def test_what_is_left_when_repeats_are_gone_has_none(
    world: tuple[tuple[Source, ...], dict[str, list[Entry]], list[Post]],
) -> None:
    sources, entries, written = world
    made = run(entries, *sources, written=written)
    left, held = {post.slug for post in made.posts}, {source.key for source in sources if source.review}
    again = {key: [e for e in many if key in held or f"{key}-{e.id[:10]}" in left] for key, many in entries.items()}
    assert run(again, *sources, written=written) == made
    assert run({key: [*many, *many] for key, many in entries.items()}, *sources, written=written) == made


@MANY
@given(worlds())
def test_a_source_more_takes_no_page_from_anybody(
    world: tuple[tuple[Source, ...], dict[str, list[Entry]], list[Post]],
) -> None:
    sources, entries, written = world
    fewer = run(entries, *sources[:-1], written=written).posts
    made = run(entries, *sources, written=written).posts
    for team in TEAMS:
        assert set(pages_of(team, fewer)) <= set(pages_of(team, made))


def test_many_sources_are_merged_quickly() -> None:
    sources = [replace(BLOG, key=f"s{n}", max_per_day=999) for n in range(100)]
    entries = {s.key: [entry(n, source=s.key, hours=-n) for n in range(50)] for s in sources}
    began = process_time()
    assert len(run(entries, *sources).posts) == 50
    assert process_time() - began < 5
