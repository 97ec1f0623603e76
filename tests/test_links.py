"""Addresses: tagged without touching what the author wrote, and opened with values encoded once."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heraldry import links
from heraldry.links import Tagged, intent, tagged
from heraldry.model import Utm
from heraldry.networks import NETWORKS, Network

CHANNELS = Path(__file__).parents[2] / "shared" / "data" / "analytics" / "ga4-channels"
TAGS = {"utm_source": "x", "utm_medium": "social"}
ADDED = "utm_source=x&utm_medium=social"
VALUES = {"campaign": "Ankara Lab", "post": "ankara-lab", "team": "sales", "lang": "tr"}


@pytest.mark.parametrize(
    ("url", "result"),
    [
        ("https://h.example/p", "https://h.example/p?<tags>"),
        ("https://h.example", "https://h.example?<tags>"),
        ("https://h.example/p?", "https://h.example/p?<tags>"),
        ("https://h.example/p?a=1", "https://h.example/p?a=1&<tags>"),
        ("https://h.example/p?a=1&", "https://h.example/p?a=1&<tags>"),
        ("https://h.example/p?#top", "https://h.example/p?<tags>#top"),
        ("https://h.example/p#top?x", "https://h.example/p?<tags>#top?x"),
        ("https://h.example/#/route?a=1", "https://h.example/?<tags>#/route?a=1"),
        ("https://h.example/p?a=1#", "https://h.example/p?a=1&<tags>#"),
        ("https://h.example/p?a&b=&c=%20+%2F;d[]=%E9", "https://h.example/p?a&b=&c=%20+%2F;d[]=%E9&<tags>"),
        ("https://müller.example/ö?ü=é", "https://müller.example/ö?ü=é&<tags>"),
        ("http://[2001:db8::1]:8080/?q", "http://[2001:db8::1]:8080/?q&<tags>"),
        ("https://user:pw@h.example:8443/p", "https://user:pw@h.example:8443/p?<tags>"),
        ("HTTPS://H.Example/P", "HTTPS://H.Example/P?<tags>"),
        ("https://h.example/a?b?c", "https://h.example/a?b?c&<tags>"),
    ],
)
def test_tags_go_before_the_fragment_and_nothing_else_moves(url: str, result: str) -> None:
    assert tagged(url, TAGS) == Tagged(result.replace("<tags>", ADDED))


@pytest.mark.parametrize(
    ("url", "result", "named"),
    [
        (
            "https://h.example/?utm_source=mail",
            "https://h.example/?utm_source=mail&utm_medium=social",
            "utm_source",
        ),
        (
            "https://h.example/?UTM_Source=a",
            "https://h.example/?UTM_Source=a&utm_medium=social",
            "UTM_Source",
        ),
        (
            "https://h.example/?%75tm_source=a",
            "https://h.example/?%75tm_source=a&utm_medium=social",
            "utm_source",
        ),
        (
            "https://h.example/?utm_source&utm_medium=x",
            "https://h.example/?utm_source&utm_medium=x",
            "utm_medium",
        ),
        ("https://h.example/?utm_id=7", f"https://h.example/?utm_id=7&{ADDED}", "utm_id"),
    ],
)
def test_the_authors_own_tags_are_kept_and_named(url: str, result: str, named: str) -> None:
    made = tagged(url, TAGS)
    assert made.url == result
    assert made.warning
    assert f"'{named}'" in made.warning


@pytest.mark.parametrize(
    "query",
    [
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=ab12",
        "AWSAccessKeyId=AK&Signature=vj%3D&Expires=1",
        "Expires=1&Signature=ab~&Key-Pair-Id=K1",
        "Policy=p&Signature=ab~&Key-Pair-Id=K1",
        "sv=2022-11-02&se=2026-01-01&sp=r&sig=ab%3D",
        "X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Signature=ab",
        "GoogleAccessId=me&Expires=1&Signature=ab",
    ],
)
def test_a_signed_address_is_left_alone(query: str) -> None:
    url = f"https://files.example/report.pdf?{query}"
    made = tagged(url, TAGS)
    assert made.url == url
    assert made.warning
    assert "signed" in made.warning


@pytest.mark.parametrize("query", ["signature=mine", "sig=hello", "x-amz=1"])
def test_a_word_that_only_looks_like_a_signature_is_tagged(query: str) -> None:
    assert tagged(f"https://h.example/?{query}", TAGS) == Tagged(f"https://h.example/?{query}&{ADDED}")


@pytest.mark.parametrize(
    "url", ["mailto:a@b.example", "tel:+90", "javascript:alert(1)", "data:,x", "ftp://h/", "/p", ""]
)
def test_what_is_no_web_address_is_never_tagged(url: str) -> None:
    made = tagged(url, TAGS)
    assert made.url == url
    assert made.warning == "not tagged: not a web address"


def test_no_tags_means_no_change_and_no_warning() -> None:
    assert tagged("https://h.example/?utm_source=a", {}) == Tagged("https://h.example/?utm_source=a")


PART = st.text(alphabet="aZ09é한%&=+;/?[]-._~!*'(),:@ıİ ", max_size=12).map(lambda text: text.replace(" ", "%20"))
NAME = st.sampled_from(["utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"])
VALUE = st.text(alphabet="abz09._-서울й&=+#% ", min_size=1, max_size=10)


@settings(max_examples=300, deadline=None)
@given(PART, st.none() | PART, st.none() | PART, st.dictionaries(NAME, VALUE, min_size=1))
def test_the_authors_bytes_survive_and_the_tags_decode(
    path: str, query: str | None, fragment: str | None, tags: dict[str, str]
) -> None:
    query = query.replace("?", "") if query is not None else None
    head = "https://h.example/" + path.replace("?", "") + ("" if query is None else f"?{query}")
    tail = "" if fragment is None else f"#{fragment}"
    made = tagged(head + tail, tags)
    assert made.warning is None
    assert made.url.startswith(head)
    assert made.url.endswith(tail)
    added = made.url[len(head) : len(made.url) - len(tail)].lstrip("?&")
    assert dict(parse_qsl(added, keep_blank_values=True, strict_parsing=True)) == tags
    assert not re.search(r"[+ #]", added)
    again = tagged(made.url, tags)
    assert again.url == made.url
    assert again.warning == "kept as written: " + ", ".join(f"'{name}'" for name in tags)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Ankara Lab", "ankara-lab"),
        ("İstanbul Işık IĞDIR ığdır", "istanbul-isik-igdir-igdir"),
        ("Straße – Ærø", "strasse-aero"),
        ("서울 출시 2026", "서울-출시-2026"),
        ("\u1109\u1165\u110b\u116e\u11af", "서울"),
        ("日本語ガイド", "日本語ガイド"),
        ("Йод", "йод"),
        ("हिन्दी", "हिन्दी"),
        ("v1.2_b", "v1.2_b"),
        ("--a -- b. ", "a-b"),
        ("🎉 !", ""),
    ],
)
def test_slugs_hold_in_every_script(text: str, result: str) -> None:
    assert links.slug(text) == result
    assert links.slug(result) == result


def test_default_tags_name_network_campaign_and_post() -> None:
    assert links.tags(Utm(), NETWORKS["linkedin"], VALUES) == {
        "utm_source": "linkedin",
        "utm_medium": "social",
        "utm_campaign": "ankara-lab",
        "utm_content": "ankara-lab",
    }


def test_mail_is_tagged_as_mail_whatever_the_programme_says() -> None:
    made = links.tags(Utm(medium="employee-advocacy"), NETWORKS["email"], VALUES)
    assert (made["utm_source"], made["utm_medium"]) == ("email", "email")


def test_templates_mix_words_and_placeholders() -> None:
    utm = Utm(campaign="{team}-{Campaign}".lower(), content="{post}.{lang}", term="{network}")
    made = links.tags(utm, NETWORKS["x"], VALUES)
    assert [made[name] for name in ("utm_campaign", "utm_content", "utm_term")] == [
        "sales-ankara-lab",
        "ankara-lab.tr",
        "x",
    ]


def test_a_tag_that_would_be_empty_is_left_out() -> None:
    made = links.tags(Utm(content="", term="🎉"), NETWORKS["x"], VALUES)
    assert list(made) == ["utm_source", "utm_medium", "utm_campaign"]


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("{campaign}", ("campaign",)),
        ("a", ()),
        ("{post}-{lng}", ("post", "lng")),
        ("{post", ("{post",)),
        ("{}", ("",)),
        ("a}", ("}",)),
    ],
)
def test_placeholders_are_found_known_or_not(template: str, names: tuple[str, ...]) -> None:
    assert links.placeholders(template) == names


@pytest.mark.parametrize(
    ("template", "values", "message"),
    [
        ("{campagne}", VALUES, "unknown placeholder '{campagne}'"),
        ("{post", VALUES, "unknown placeholder '{{post}'"),
        ("{team}", {}, "no value for placeholder '{team}'"),
    ],
)
def test_a_placeholder_that_cannot_be_filled_is_named(template: str, values: Mapping[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        links.filled(template, values)


# Google Analytics' default channels, by the rules at support.google.com/analytics/answer/9756891 ------


def _sources() -> dict[str, str]:
    path = CHANNELS / "seeds" / "ga4_source_categories.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["source"]: row["source_category"].removeprefix("SOURCE_CATEGORY_") for row in csv.DictReader(lines)}


def _channel(source: str, medium: str, campaign: str, sources: Mapping[str, str]) -> str:
    """The channel that GA4 names; the first rule that matches wins."""
    kind = sources.get(source, "")
    paid = re.fullmatch(r".*cp.*|ppc|retargeting|paid.*", medium)
    shop = kind == "SHOPPING" or re.fullmatch(r".*(?:(?:[^a-df-z]|^)shop|shopping).*", campaign)
    mail = re.compile(r"e[-_ ]?mail")
    rules = (
        ("Direct", source == "(direct)" and medium in ("(none)", "(not set)")),
        ("Cross-network", "cross-network" in campaign),
        ("Paid Shopping", shop and paid),
        ("Paid Search", kind == "SEARCH" and paid),
        ("Paid Social", kind == "SOCIAL" and paid),
        ("Paid Video", kind == "VIDEO" and paid),
        ("Display", medium in ("display", "banner", "expandable", "interstitial", "cpm")),
        ("Paid Other", paid),
        ("Organic Shopping", shop),
        (
            "Organic Social",
            kind == "SOCIAL"
            or medium in ("social", "social-network", "social-media", "sm", "social network", "social media"),
        ),
        ("Organic Video", kind == "VIDEO" or "video" in medium),
        ("Organic Search", kind == "SEARCH" or medium == "organic"),
        ("Referral", medium in ("referral", "app", "link")),
        ("Email", mail.search(source) or mail.search(medium)),
        ("Affiliates", medium == "affiliate"),
        ("Audio", medium == "audio"),
        ("SMS", "sms" in (source, medium)),
        (
            "Mobile Push Notifications",
            medium.endswith("push") or "mobile" in medium or "notification" in medium or source == "firebase",
        ),
    )
    return next((name for name, matches in rules if matches), "Unassigned")


needs_channels = pytest.mark.skipif(not CHANNELS.exists(), reason="needs the shared data")


@needs_channels
def test_the_channel_rules_agree_with_the_upstream_cases() -> None:
    sources = _sources()
    cases = json.loads((CHANNELS / "default_channel_cases.json").read_text(encoding="utf-8"))
    sound = [case for case in cases if "suspect" not in case]
    assert (len(cases), len(sound)) == (30, 29)
    for case in sound:
        assert _channel(case["source"], case["medium"], case["campaign"], sources) == case["expected_channel"], case


@needs_channels
@pytest.mark.parametrize("network", NETWORKS.values(), ids=lambda network: network.key)
def test_default_tags_count_as_organic_social_and_mail_as_mail(network: Network) -> None:
    made = links.tags(Utm(), network, VALUES)
    channel = _channel(made["utm_source"], made["utm_medium"], made["utm_campaign"], _sources())
    assert channel == ("Email" if network.key == "email" else "Organic Social")
    assert links.warnings_for(made) == ()


@needs_channels
@pytest.mark.parametrize(
    ("medium", "campaign", "warned"),
    [
        ("social", "workshop", False),
        ("social", "webshop-launch", False),
        ("social", "shop-talk", True),
        ("social", "e-shop", True),
        ("social", "eshop", True),
        ("social", "shopping-week", True),
        ("social", "cross-network", True),
        ("cp-blog", "a", True),
        ("tcp", "a", True),
        ("paid-social", "a", True),
        ("ppc", "a", True),
        ("cpm", "a", True),
        ("banner", "a", True),
        ("employee-advocacy", "a", True),
        ("sm", "a", False),
        ("social-media", "a", False),
    ],
)
def test_a_warning_comes_exactly_where_some_network_would_not_count_as_social(
    medium: str, campaign: str, warned: bool
) -> None:
    sources = _sources()
    channels = {_channel(key, medium, campaign, sources) for key in NETWORKS if key not in ("email", "sms")}
    made = links.warnings_for({"utm_medium": medium, "utm_campaign": campaign})
    assert (channels != {"Organic Social"}) is warned
    assert bool(made) is warned
    assert all((medium in text or campaign in text) and not text.endswith(".") for text in made)


# Compose addresses ----------------------------------------------------------------------------------

CAPTION = "I work at Acme.\nYes & no: 100% + #1 – “서울” 🎉"


@pytest.mark.parametrize("network", [network for network in NETWORKS.values() if network.intent], ids=lambda n: n.key)
def test_values_are_encoded_once_and_come_back_whole(network: Network) -> None:
    url = "https://h.example/p?a=1&b=%26#f"
    made = intent(network, caption=CAPTION, title="A\n title & more", url=url, image="https://h.example/i.png") or ""
    assert re.fullmatch(r"[A-Za-z0-9\-._~:/?#=&%]+", made)
    assert "+" not in made
    values = [unquote(pair.partition("=")[2]) for pair in re.split("[?#]", made, maxsplit=1)[1].split("&")]
    whole = links.with_link(CAPTION, url)
    expected = {"https://h.example/i.png", "A title & more", CAPTION, whole, whole.replace("\n", "\r\n"), url}
    assert {value for value in values if value not in ("link", "true", "")} <= expected
    assert any(url in value for value in values)


def test_mail_breaks_lines_as_its_standard_asks() -> None:
    made = intent(NETWORKS["email"], caption="a\r\nb\nc", title="x\ny", url="https://h.example")
    assert made == "mailto:?subject=x%20y&body=a%0D%0Ab%0D%0Ac%0D%0Ahttps%3A%2F%2Fh.example"


def test_a_parameter_without_a_value_is_left_out() -> None:
    made = intent(NETWORKS["pinterest"], caption="C", title="", url="https://h.example", image="media/a.png")
    assert made == "https://pinterest.com/pin/create/button/?url=https%3A%2F%2Fh.example&description=C"
    assert intent(NETWORKS["x"], caption=" ", title="", url="https://h.example") == (
        "https://x.com/intent/tweet?url=https%3A%2F%2Fh.example"
    )


def test_a_title_is_cut_to_what_the_network_takes() -> None:
    made = intent(NETWORKS["hackernews"], caption="", title="word " * 40, url="https://h.example") or ""
    title = unquote(made.partition("&t=")[2])
    assert len(title) <= 80
    assert title.endswith("…")


def test_a_lone_surrogate_does_not_stop_the_build() -> None:
    assert intent(NETWORKS["whatsapp"], caption="a\ud800", title="", url="https://h.example") == (
        "https://api.whatsapp.com/send?text=a%3F%20https%3A%2F%2Fh.example"
    )


@pytest.mark.parametrize(
    ("key", "caption", "counted"),
    [
        ("telegram", "a", "a U"),
        ("bluesky", "a\nb", "a\nb\nU"),
        ("teams", "a", "a"),
        ("linkedin", "a", "a"),
        ("copy", "", "U"),
    ],
)
def test_the_link_counts_where_it_stands_in_the_text(key: str, caption: str, counted: str) -> None:
    assert links.counted(NETWORKS[key], caption, "U") == counted


@pytest.mark.parametrize("key", ["x", "mastodon"])
def test_our_own_link_counts_short_whatever_its_host(key: str) -> None:
    network = NETWORKS[key]
    assert network.limit
    for url in ("https://intranet/news", "https://voices.acme.example/" + "a" * 300):
        assert network.limit.count(links.counted(network, "Look", url)) == len("Look ") + 23
