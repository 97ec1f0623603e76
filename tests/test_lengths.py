"""Counting as the networks count, against twitter-text's and Unicode's own tables."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from heraldry import lengths
from heraldry.lengths import Limit, cut, over
from heraldry.textlinks import x_links
from heraldry.tlds import top_level_domains

DATA = Path(__file__).parents[2] / "shared" / "data" / "text"
X = Limit(280, "characters", lengths.x_weighted)
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
JOINED_BY_AN_OLDER_UNICODE = "\u2701\u200d\u2701"
"""U+2701 is no longer Extended_Pictographic, so a joiner after it no longer joins."""


def _twitter(name: str, *groups: str) -> list[dict[str, Any]]:
    path = DATA / "twitter-text" / "conformance" / name
    if not path.exists():
        return []
    tests = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["tests"]
    return [case for group in groups for case in tests[group]]


COUNTED = _twitter(
    "validate.yml", "WeightedTweetsWithDiscountedEmojiCounterTest", "UnicodeDirectionalMarkerCounterTest"
)
EXTRACTED = _twitter(
    "extract.yml", "urls", "urls_with_indices", "urls_with_directional_markers", "tco_urls_with_params"
)


@pytest.mark.parametrize("case", COUNTED, ids=lambda case: case["description"])
def test_x_counts_like_twitter_text(case: dict[str, Any]) -> None:
    expected = case["expected"]
    assert lengths.x_weighted(case["text"]) == expected["weightedLength"]
    assert lengths.x_valid(case["text"]) is expected["valid"]


@pytest.mark.parametrize("case", EXTRACTED, ids=lambda case: case["description"])
def test_x_finds_the_links_that_twitter_text_finds(case: dict[str, Any]) -> None:
    expected = [link if isinstance(link, str) else link["url"] for link in case["expected"]]
    assert [case["text"][start:end] for start, end in x_links(case["text"])] == expected


@pytest.mark.skipif(not DATA.exists(), reason="needs the shared data")
def test_the_tables_of_twitter_text_are_whole() -> None:
    assert (len(COUNTED), len(EXTRACTED)) == (24, 108)


@pytest.mark.skipif(not DATA.exists(), reason="needs the shared data")
def test_graphemes_break_where_unicode_says() -> None:
    rows = (DATA / "unicode" / "GraphemeBreakTest.txt").read_text(encoding="utf-8").splitlines()
    cases = [row.partition("#")[0].split() for row in rows if row.partition("#")[0].strip()]
    assert len(cases) == 602
    wrong = {}
    for marks in cases:
        text = "".join(chr(int(mark, 16)) for mark in marks if mark not in "÷×")
        if lengths.graphemes(text) != marks.count("÷") - 1:
            wrong[text] = lengths.graphemes(text)
    assert wrong == {JOINED_BY_AN_OLDER_UNICODE: 2}


@pytest.mark.skipif(not DATA.exists(), reason="needs the shared data")
def test_every_emoji_of_the_unicode_chart_is_two_on_x_and_one_grapheme() -> None:
    rows = (DATA / "unicode" / "emoji-test.txt").read_text(encoding="utf-8").splitlines()
    emoji = [row.split(";")[0] for row in rows if "; fully-qualified" in row]
    texts = ["".join(chr(int(point, 16)) for point in points.split()) for points in emoji]
    assert len(texts) > 3600
    assert {lengths.x_weighted(text) for text in texts} == {2}
    assert {lengths.graphemes(text) for text in texts} == {1}


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Merhaba dünya", 13),
        ("cafe\u0301", 4),
        ("안녕", 4),
        ("a…", 3),
        ("10 €", 5),
        ("©", 1),
        ("©\ufe0f", 2),
        (FAMILY, 2),
        ("🇹🇷🇰🇷", 4),
        ("see https://acme.example", 24),
        ("see acme.com/" + "a" * 300, 27),
        ("see https://acme.com/" + "a" * 300, 27),
        ("(https://acme.com/a_(b))", 25),
        ("https://acme.com/a. Then", 29),
        ("mail me@acme.com", 16),
        ("한국.한국 말", 12),
        ("http://" + "a" * 64 + ".com", 75),
        ("https://서울.한국/안녕", 23 + 4),
    ],
)
def test_x_weighs(text: str, length: int) -> None:
    assert lengths.x_weighted(text) == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("a" * 476 + " http://" + "b" * 30 + ".com/example", 500),
        ("a" * 475 + " @alice@" + "b" * 50 + ".com", 482),
        ("see example.com", 15),
        ("see https://example.com/서울?q=문서#끝", 27),
        (FAMILY + "é한", 3),
        ("ping me@example.com", 19),
    ],
)
def test_mastodon_counts(text: str, length: int) -> None:
    assert lengths.mastodon(text) == length


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://acme.example/", "acme.example"),
        ("https://acme.example/?a=1", "acme.example?a=1"),
        ("https://acme.example/123456789012345", "acme.example/123456789012..."),
        ("https://acme.example/12345678901234", "acme.example/12345678901234"),
        ("Look: https://acme.example/news/lab?utm_source=bluesky!", "Look: acme.example/news/lab?utm...!"),
        ("(http://a.example/b)", "(a.example/b)"),
        ("acme.example/a/very/long/path/indeed", "acme.example/a/very/long/path/indeed"),
        ("https://acme.example/서울", "acme.example/%EC%84%9C%EC..."),
    ],
)
def test_bluesky_shows_links_short(text: str, shown: str) -> None:
    assert lengths.bluesky_shortened(text) == shown


def test_a_short_link_costs_less_than_its_address() -> None:
    text = "a" * 270 + " https://acme.example/news/lab?utm_source=bluesky&utm_medium=social"
    assert lengths.bluesky(text) == 299
    assert lengths.graphemes(text) == 337


@pytest.mark.parametrize(
    ("count", "text", "length"),
    [
        (lengths.characters, "é👍🏽", 3),
        (lengths.utf8_bytes, "é한👍", 9),
        (lengths.utf16_units, "é한👍", 4),
        (lengths.graphemes, "a\r\nb", 3),
        (lengths.graphemes, "👍🏽🇹🇷" + FAMILY, 3),
        (lengths.threads_api, "é한👍", 6),
        (lengths.percent_encoded, "a b\n한", 20),
    ],
)
def test_plain_counts(count: Any, text: str, length: int) -> None:
    assert count(text) == length


def test_of_two_limits_the_larger_excess_counts() -> None:
    limit = Limit(5, "graphemes", lengths.graphemes, also=Limit(10, "bytes", lengths.utf8_bytes))
    assert [over(text, limit) for text in ("abcde", "abcdefg", "한글한글")] == [0, 2, 2]


@pytest.mark.parametrize(
    ("text", "before", "after", "result"),
    [
        ("short", "", "", "short"),
        ("one two three", "", "", "one two t…"),
        ("one two three", "Me: ", "", "Me: one t…"),
        ("one two three", "", " end", "one t… end"),
        ("one two   three", "", "", "one two…"),
        (FAMILY * 9 + FAMILY * 9, "", "", FAMILY * 9 + "…"),
        ("a https://example.com/abc", "", "", "a…"),
        ("one two three", "1234567890", "", "1234567890"),
        ("one two three", "12345678901234", "", "12345678901234"),
    ],
)
def test_a_cut_text_fits_with_what_stands_around_it(text: str, before: str, after: str, result: str) -> None:
    limit = Limit(10, "graphemes", lengths.graphemes)
    assert before + cut(text, limit, before, after) + after == result


PIECES = st.sampled_from([
    "a", " ", "é", "e\u0301", "한", FAMILY, "👍🏽", "🇹🇷", "\n", "https://example.com/x?y=1", "example.com",
    "@a@b.example", ".", "…", "\u200d", "\ufe0f", "http://", "ı", "\r\n",
])  # fmt: skip
COUNTS = st.sampled_from([
    lengths.x_weighted, lengths.mastodon, lengths.bluesky, lengths.graphemes, lengths.utf8_bytes,
    lengths.utf16_units, lengths.characters, lengths.threads_api, lengths.percent_encoded,
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join), COUNTS, st.integers(0, 60), st.sampled_from(["", " end"]))
def test_a_cut_always_fits_and_never_breaks_a_grapheme(text: str, count: Any, most: int, after: str) -> None:
    limit = Limit(most, "units", count)
    short = cut(text, limit, after=after)
    assert not over(short + after, limit) or short == ""
    kept = short.removesuffix("…") if short != text else text
    assert text.startswith(kept)
    assert lengths.graphemes(kept) + lengths.graphemes(text[len(kept) :]) == lengths.graphemes(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=20))
def test_the_quick_count_of_graphemes_is_the_true_one(text: str) -> None:
    assert lengths.graphemes(text) == len(lengths._grapheme().findall(text))


@pytest.mark.parametrize("text", ["x." * 2000 + "-.com", "-.com" * 800, "(" * 3000 + ".com", "a.com/" + "(a(" * 1000])
def test_a_hostile_text_is_counted_without_delay(text: str) -> None:
    started = time.process_time()
    assert lengths.x_weighted(text) > 280
    assert time.process_time() - started < 3


def test_top_level_domains_are_written_as_people_write_them() -> None:
    names = top_level_domains()
    assert {"com", "tr", "kr", "한국", "みんな", "vermögensberatung"} <= names
    assert not any(name.startswith("xn--") for name in names)


def test_of_two_limits_the_larger_excess_is_told_in_its_own_unit() -> None:
    limit = Limit(3, "characters", lengths.characters, also=Limit(8, "bytes", lengths.utf8_bytes))
    assert lengths.excess("가나다라", limit) == (4, "bytes")
    assert lengths.excess("abcdef", limit) == (3, "characters")
    assert lengths.excess("가", limit)[0] == 0
