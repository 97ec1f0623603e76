"""Ready texts: the disclosure first, the right wording, within the network's limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heraldry import captions, lengths, links
from heraldry.model import Audience, Brand, Post, PostType, Programme, Share, Team, Utm, Version
from heraldry.networks import NETWORKS

DISCLOSURE = {"en": "I work at Acme.", "tr": "Acme çalışanıyım.", "ko": "저는 Acme 직원입니다."}
URL = "https://www.acme.com/news/lab?id=7#top"
PROGRAMME = Programme(
    name="Acme Voices",
    tagline="",
    url="https://voices.acme.com/",
    organisation="Acme",
    helper=None,
    timezone=ZoneInfo("Europe/Berlin"),
    languages=("en", "tr", "ko"),
    brand=Brand(),
    networks=tuple(NETWORKS),
    utm=Utm(),
    disclosure=DISCLOSURE,
)
TEAM = Team(
    key="sales",
    name="Sales",
    tagline="",
    timezone=ZoneInfo("Europe/Berlin"),
    languages=("en", "tr", "ko"),
    networks=tuple(NETWORKS),
    disclosure=DISCLOSURE,
    brand=Brand(),
    utm=Utm(),
    sees=Audience(),
)
VERSION = Version(
    "en", "We opened our lab", captions={"default": ("One.", "Two.", "Three.", "Four."), "x": ("Short.",)}
)


def share(kind: PostType = PostType.COMPANY, version: Version = VERSION, source: str | None = None) -> Share:
    post = Post("lab", kind, {version.lang: version}, source=source)
    return Share(post, version, TEAM, datetime(2026, 12, 1, tzinfo=UTC))


@pytest.mark.parametrize("lang", ["en", "tr", "ko"])
@pytest.mark.parametrize("kind", [PostType.COMPANY, PostType.EMPLOYEE])
@pytest.mark.parametrize("network", NETWORKS)
def test_the_disclosure_stands_first_in_every_variant_for_every_network(
    network: str, kind: PostType, lang: str
) -> None:
    version = replace(VERSION, lang=lang)
    for take in range(5):
        made = captions.caption(share(kind, version), PROGRAMME, network, take, URL)
        assert made.text.startswith(f"{DISCLOSURE[lang]}\n")
        assert made.text.removeprefix(f"{DISCLOSURE[lang]}\n") in captions.variants(version, network)
        assert made.with_link == f"{made.text}\n{made.link}"


@pytest.mark.parametrize("network", NETWORKS)
def test_an_industry_caption_has_the_disclosure_by_choice(network: str) -> None:
    plain = captions.caption(share(PostType.INDUSTRY), PROGRAMME, network, 0, URL)
    chosen = captions.caption(share(PostType.INDUSTRY), replace(PROGRAMME, disclose_industry=True), network, 0, URL)
    assert plain.text == captions.variants(VERSION, network)[0]
    assert chosen.text == f"I work at Acme.\n{plain.text}"


def test_a_language_without_a_disclosure_has_the_first_languages() -> None:
    assert (
        captions.caption(share(version=replace(VERSION, lang="de")), PROGRAMME, "x", 0, URL).disclosure
        == "I work at Acme."
    )


@pytest.mark.parametrize(
    ("written", "network", "wordings"),
    [
        ({"x": ("X.",), "default": ("D.",)}, "x", ("X.",)),
        ({"x": ("X.",), "default": ("D.",)}, "linkedin", ("D.",)),
        ({"x": ("X.",)}, "linkedin", ("The title",)),
        ({}, "x", ("The title",)),
        ({"x": ()}, "x", ("The title",)),
    ],
)
def test_a_missing_caption_is_the_default_one_then_the_title(
    written: dict[str, tuple[str, ...]], network: str, wordings: tuple[str, ...]
) -> None:
    assert captions.variants(Version("en", "The title", captions=written), network) == wordings


def test_takes_turn_through_the_variants() -> None:
    texts = [captions.caption(share(), PROGRAMME, "linkedin", take, URL).wording for take in range(6)]
    assert texts == ["One.", "Two.", "Three.", "Four.", "One.", "Two."]


@pytest.mark.parametrize(
    ("written", "networks", "many"),
    [
        ({"default": ("1", "2")}, ("x",), 2),
        ({"default": ("1",), "x": ("1", "2", "3", "4", "5")}, ("x",), 3),
        ({"default": ("1",), "x": ("1", "2")}, ("linkedin",), 1),
        ({}, ("x", "linkedin"), 1),
    ],
)
def test_a_card_has_as_many_takes_as_its_networks_have_variants_and_three_at_most(
    written: dict[str, tuple[str, ...]], networks: tuple[str, ...], many: int
) -> None:
    assert captions.count(Version("en", "T", captions=written), networks) == many


@pytest.mark.parametrize(
    ("post", "team", "network", "query"),
    [
        pytest.param(
            {}, Utm(), "x", "utm_source=x&utm_medium=social&utm_campaign=sales&utm_content=lab", id="defaults"
        ),
        pytest.param(
            {}, Utm(), "email", "utm_source=email&utm_medium=email&utm_campaign=sales&utm_content=lab", id="mail"
        ),
        pytest.param(
            {"content": "{post}-{lang}"},
            Utm(campaign="q1", term="{team}"),
            "x",
            "utm_source=x&utm_medium=social&utm_campaign=q1&utm_content=lab-en&utm_term=sales",
            id="the post's templates go over the team's",
        ),
    ],
)
def test_the_link_is_tagged_behind_the_authors_query(post: dict[str, str], team: Utm, network: str, query: str) -> None:
    made = share()
    made = replace(made, post=replace(made.post, utm=post), team=replace(TEAM, utm=team))
    assert captions.caption(made, PROGRAMME, network, 0, URL).link == f"https://www.acme.com/news/lab?id=7&{query}#top"


def test_a_post_may_keep_its_link_as_it_is() -> None:
    made = share()
    assert captions.caption(replace(made, post=replace(made.post, utm=None)), PROGRAMME, "x", 0, URL).link == URL


def test_a_campaign_of_the_post_stands_in_for_the_team() -> None:
    made = share()
    named = replace(made, post=replace(made.post, campaign="ankara"))
    assert "utm_campaign=ankara&" in captions.caption(named, PROGRAMME, "x", 0, URL).link


LIMITED = [key for key, network in NETWORKS.items() if network.limit]


@pytest.mark.parametrize("network", LIMITED)
@pytest.mark.parametrize(
    "text",
    [
        "word " * 20_000,
        "가나다라마바사 " * 12_000,
        "👨‍👩‍👧‍👦" * 9_000,
        "e\u0301" * 70_000,
        "see https://example.com/" + "a" * 70_000,
    ],
    ids=["words", "Korean", "families", "accents", "one long address"],
)
def test_an_imported_caption_is_cut_at_a_grapheme_and_fits(network: str, text: str) -> None:
    made = captions.caption(share(version=Version("en", text), source="news"), PROGRAMME, network, 0, URL)
    limit = NETWORKS[network].limit
    assert limit is not None
    assert lengths.over(links.counted(NETWORKS[network], made.text, made.link), limit) == 0
    assert made.text.startswith("I work at Acme.\n")
    kept = made.wording.removesuffix("…")
    assert made.wording == text or made.wording.endswith("…")
    assert text.startswith(kept)
    assert not text[len(kept) :].startswith(("\u0301", "\u200d"))
    assert not kept.endswith(("\u200d", "://"))


def test_an_own_caption_is_never_cut() -> None:
    long = "x" * 400
    assert captions.caption(share(version=Version("en", long)), PROGRAMME, "x", 0, URL).wording == long


def test_an_imported_caption_that_fits_is_not_touched() -> None:
    assert captions.caption(share(source="news"), PROGRAMME, "x", 0, URL).wording == "Short."


@pytest.mark.parametrize(
    ("network", "wording", "error"),
    [
        ("x", "a" * (280 - 15 - 1 - 1 - 23), None),
        ("x", "a" * (280 - 15 - 1 - 1 - 23 + 1), 1),
        ("teams", "a" * (200 - 15 - 1), None),
        ("teams", "a" * (200 - 15 - 1 + 7), 7),
        ("linkedin", "a" * (3000 - 15 - 1), None),
        ("linkedin", "a" * (3000 - 15), 1),
        ("whatsapp", "a" * 10_000, None),
    ],
)
def test_disclosure_line_break_and_link_count(network: str, wording: str, error: int | None) -> None:
    found = captions.excess(network, "I work at Acme.", wording, "https://www.acme.com/a/long/address?with=tags")
    assert (found.error if found else None) == error


@given(st.text(min_size=1, max_size=400), st.sampled_from(LIMITED))
def test_whatever_a_feed_says_its_caption_fits(title: str, network: str) -> None:
    made = captions.caption(share(version=Version("en", title), source="news"), PROGRAMME, network, 0, URL)
    limit = NETWORKS[network].limit
    assert limit is not None
    assert lengths.over(links.counted(NETWORKS[network], made.text, made.link), limit) == 0
    assert made.disclosure == "I work at Acme."
