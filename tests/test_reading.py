"""What a sound file comes to: defaults, inheritance, translations, and texts that stay texts."""

from __future__ import annotations

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from site_text import TEAMS, files

from heraldry import yamldoc
from heraldry.model import (
    ALWAYS,
    Audience,
    Brand,
    Helper,
    Patterns,
    Post,
    PostType,
    Programme,
    Slot,
    Source,
    Stage,
    Team,
    Utm,
    WallTime,
)
from heraldry.posts import read_posts
from heraldry.problems import Position
from heraldry.sources import read_sources
from heraldry.teams import read_teams

FAMILY = """\
programme:
  name: Acme Voices
  organisation: Acme
  url: https://voices.acme.example
  tagline: Good news
  timezone: Europe/Istanbul
  languages: [en, tr, ko]
  helper: {name: Comms, contact: mailto:voices@acme.example}
  brand: {logo: media/acme.svg, color: "#111111", accent: "#aaaaaa"}
  networks: [linkedin, x, x]
  utm: {medium: social, campaign: "{campaign}"}
  disclosure: {en: I work at Acme., tr: Acme çalışanıyım., ko: 저는 Acme 직원입니다.}
  slots: tue 09:00
  page_size: 40
teams:
  base:
    name: Base
    tagline: The base
    timezone: Asia/Seoul
    languages: [ko]
    networks: [line, email]
    brand: {color: "#222222"}
    utm: {term: base}
    disclosure: {ko: 영업팀입니다.}
    sees: {types: [company], tags: [wind], languages: [ko]}
    stage: pilot
    opens: 2027-01-01
    pause: true
    page_size: 12
    helper: {name: Base desk, contact: https://acme.example/help}
    slots: [wed 10:00]
    mix: {company: 100}
  other:
    name: Other
    timezone: America/New_York
    brand: {accent: "#bbbbbb"}
    sees: {tags: [sea], sources: [news]}
  child:
    name: Child
    extends: [base, other]
    brand: {logo: media/child.svg}
    utm: {content: "{team}"}
    disclosure: {en: I sell for Acme.}
    sees: {posts: [lab], languages: [en]}
  grandchild: {name: Grandchild, extends: child, networks: copy}
  plain: {name: Plain}
"""


def organisation(text: str) -> tuple[Programme, dict[str, Team]]:
    read = read_teams(text.encode())
    assert read.problems == ()
    assert read.value is not None
    return read.value.programme, {team.key: team for team in read.value.teams}


@pytest.fixture(scope="module")
def family() -> dict[str, Team]:
    return organisation(FAMILY)[1]


def test_the_programme_is_read_with_its_defaults() -> None:
    programme, teams = organisation(FAMILY)
    assert (programme.url, programme.networks) == ("https://voices.acme.example/", ("linkedin", "x"))
    assert programme.slots == (Slot(1, time(9)),)
    assert programme.helper == Helper("Comms", "mailto:voices@acme.example")
    assert programme.utm == Utm("social", "{campaign}", "{post}", None)
    assert (programme.pause, programme.indexed, programme.stale_after) == (None, False, timedelta(days=3))
    assert list(teams) == ["base", "other", "child", "grandchild", "plain"]


def test_a_team_that_says_nothing_has_what_the_programme_has(family: dict[str, Team]) -> None:
    plain = family["plain"]
    assert (plain.tagline, plain.timezone, plain.page_size) == ("Good news", ZoneInfo("Europe/Istanbul"), 40)
    assert (plain.languages, plain.networks) == (("en", "tr", "ko"), ("linkedin", "x"))
    assert plain.brand == Brand("content/media/acme.svg", "#111111", "#aaaaaa")
    assert plain.helper == Helper("Comms", "mailto:voices@acme.example")
    assert (plain.stage, plain.opens, plain.pause) == (Stage.LIVE, None, None)


def test_what_a_team_sees_adds_up(family: dict[str, Team]) -> None:
    sees = family["grandchild"].sees
    assert family["child"].sees == sees
    assert sees == Audience(
        types=frozenset({PostType.COMPANY}),
        tags=frozenset({"wind", "sea"}),
        sources=frozenset({"news"}),
        posts=frozenset({"lab"}),
        languages=frozenset({"ko", "en"}),
    )


def test_every_other_key_replaces_and_the_last_parent_wins(family: dict[str, Team]) -> None:
    child = family["child"]
    assert child.timezone == ZoneInfo("America/New_York")
    assert (child.networks, child.page_size) == (("line", "email"), 12)
    assert child.languages == ("ko", "en", "tr")
    assert child.slots == (Slot(2, time(10)),)
    assert child.helper == Helper("Base desk", "https://acme.example/help")
    assert child.mix == {PostType.COMPANY: 100, PostType.INDUSTRY: 0, PostType.EMPLOYEE: 0}
    assert family["grandchild"].networks == ("copy",)


def test_brand_utm_and_disclosure_are_merged_key_by_key(family: dict[str, Team]) -> None:
    child = family["grandchild"]
    assert child.brand == Brand("content/media/child.svg", "#222222", "#bbbbbb")
    assert child.utm == Utm("social", "{campaign}", "{team}", "base")
    assert child.disclosure == {"en": "I sell for Acme.", "tr": "Acme çalışanıyım.", "ko": "영업팀입니다."}


def test_stage_opening_day_pause_and_tagline_are_a_teams_own(family: dict[str, Team]) -> None:
    assert (family["base"].stage, family["base"].opens, family["base"].pause) == (Stage.PILOT, date(2027, 1, 1), ALWAYS)
    child = family["child"]
    assert (child.stage, child.opens, child.pause, child.tagline) == (Stage.LIVE, None, None, "Good news")


def test_a_paused_programme_pauses_every_team() -> None:
    _, teams = organisation(TEAMS.replace("programme:\n", "programme:\n  pause: true\n"))
    assert teams["everyone"].pause == ALWAYS


def posts(text: str) -> dict[str, Post]:
    read = read_posts(files(text), organisation(FAMILY)[0])
    assert read.problems == ()
    return {post.slug: post for post in read.value}


POSTS = """\
=== content/posts/2026/lab.md ===
---
title: "  We opened our lab "
url: https://acme.example/lab
type: company
image: ../../media/lab.jpg
image_alt: The lab
publish: 2026-12-01 09:00
expires: 2026-12-31
captions: [One., Two.]
---

The text.

=== content/posts/2026/lab.tr.md ===
---
title: Laboratuvar
captions: {x: Bir.}
---
=== content/posts/2026/lab.ko.md ===
---
title: 연구소
url: https://acme.example/ko/lab
image: ko.png
image_alt: 연구소 사진
---
=== content/posts/note.md ===
---
title: no
type: employee
lang: tr
tags: [on, "2026", yes]
teams: []
utm: false
---
"""


def test_a_post_has_its_versions_with_its_own_language_first() -> None:
    lab = posts(POSTS)["lab"]
    assert list(lab.versions) == ["en", "ko", "tr"]
    assert (lab.versions["en"].title, lab.versions["en"].body) == ("We opened our lab", "The text.")
    assert (lab.publish, lab.expires) == (WallTime(date(2026, 12, 1), time(9)), WallTime(date(2027, 1, 1), time()))


def test_a_translation_has_the_originals_address_and_picture_unless_it_brings_its_own() -> None:
    lab = posts(POSTS)["lab"]
    tr, ko = lab.versions["tr"], lab.versions["ko"]
    assert (tr.url, tr.image, tr.image_alt) == ("https://acme.example/lab", "content/media/lab.jpg", "The lab")
    assert (ko.url, ko.image) == ("https://acme.example/ko/lab", "content/posts/2026/ko.png")
    assert (tr.captions, ko.captions) == ({"x": ("Bir.",)}, {})


def test_captions_without_a_network_are_the_default_ones() -> None:
    assert posts(POSTS)["lab"].versions["en"].captions == {"default": ("One.", "Two.")}


def test_words_that_yaml_takes_for_something_else_stay_words() -> None:
    note = posts(POSTS)["note"]
    assert (note.versions["tr"].title, sorted(note.tags)) == ("no", ["2026", "on", "yes"])


def test_no_hour_is_a_draft_and_an_empty_list_of_teams_is_nobody() -> None:
    note = posts(POSTS)["note"]
    assert (note.publish, note.teams, note.utm) == (None, frozenset(), None)
    assert posts(POSTS)["lab"].teams is None
    assert posts(POSTS)["lab"].utm == {}


def sources(text: str) -> dict[str, Source]:
    read = read_sources(text.encode(), organisation(FAMILY)[0])
    assert read.problems == ()
    assert read.value is not None
    return {source.key: source for source in read.value.sources}


def test_a_source_takes_the_defaults_that_it_does_not_replace() -> None:
    made = sources(
        "defaults: {keep: 2w, max_per_day: 5, allow_private: true}\n"
        "sources:\n"
        "  blog: {url: https://acme.example/feed, type: company, max_per_day: 1}\n"
        "  news: {url: feeds/news.xml, type: industry, keep: 1d, lang: ko, exclude: {title: Ad}}\n"
    )
    blog, news = made["blog"], made["news"]
    assert (blog.keep, blog.max_per_day, blog.max_bytes) == (timedelta(weeks=2), 1, 5_000_000)
    assert (news.keep, news.max_per_day, news.allow_private) == (timedelta(days=1), 5, True)
    assert (blog.lang, news.lang, blog.utm, news.utm) == ("en", "ko", True, False)
    assert (news.name, news.exclude) == ("news", Patterns(title=("Ad",)))


@pytest.mark.parametrize(
    ("text", "keys", "key", "place"),
    [
        ("a: b\nc: {d: e}\n", ("c", "d"), False, (2, 8)),
        ("a: b\nc: {d: e}\n", ("c", "d"), True, (2, 5)),
        ("a:\n  - b\n  - c\n", ("a", 1), False, (3, 5)),
        ("a: b\n", ("x", "y"), False, (1, 1)),
        ("a: {b: c}\n", ("a", "x"), False, (1, 1)),
        ('a: "\u2028"\nb: c\n', ("b",), False, (2, 4)),
        ("\u00e7: {\U0001f600: x}\n", ("ç", "\U0001f600"), False, (1, 8)),
        ("", ("a",), False, (1, 1)),
    ],
)
def test_a_place_is_the_line_and_column_that_an_editor_shows(
    text: str, keys: yamldoc.Keys, key: bool, place: tuple[int, int]
) -> None:
    doc = yamldoc.parsed(text, "f.yaml").value
    assert doc is not None
    assert doc.at(keys, key=key) == Position("f.yaml", *place)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 10:30", {"a": "10:30"}),
        ("a: 09:30", {"a": "09:30"}),
        ("on: yes", {"on": "yes"}),
        ("a: 1e3", {"a": "1e3"}),
        ("a: 0x1F", {"a": "0x1F"}),
        ("a: 012", {"a": "012"}),
        ("a: 2026-12-01", {"a": "2026-12-01"}),
        ("a: .inf", {"a": ".inf"}),
        ("a: ~", {"a": None}),
        ('a: "~"', {"a": "~"}),
        ("a: null", {"a": None}),
        ("a: 'null'", {"a": "null"}),
        ("a:", {"a": None}),
        ("<<: {b: c}", {"<<": {"b": "c"}}),
        ("a: =", {"a": "="}),
    ],
)
def test_yaml_gives_texts_and_guesses_nothing(text: str, value: object) -> None:
    doc = yamldoc.parsed(text, "f.yaml").value
    assert doc is not None
    assert doc.value == value


def test_a_sharp_is_a_comment_only_with_blanks_on_both_sides() -> None:
    assert yamldoc.parsed("a: b # note\nc: d#e\nf: '#g'\n", "f.yaml").problems == ()
    (problem,) = yamldoc.parsed("a:\n  - Join us #hiring today\n", "f.yaml").problems
    assert (problem.at, problem.message) == (
        Position("f.yaml", 2, 13),
        "'#hiring' is a comment, not a part of the text",
    )
