"""The networks' entries: complete, consistent, and opening the same composers as a maintained library."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from heraldry import links
from heraldry.networks import NETWORKS, LinkPlace, Network, Takes

EXPECTED = Path(__file__).parents[2] / "shared" / "data" / "share-urls" / "react-share-expected.json"
OURS = {
    "Bluesky": "bluesky", "Facebook": "facebook", "Line": "line", "Linkedin": "linkedin", "Telegram": "telegram",
    "Threads": "threads", "Tumblr": "tumblr", "VK": "vk", "Weibo": "weibo", "X": "x", "Email": "email",
    "Whatsapp": "whatsapp",
}  # fmt: skip
NOT_OFFERED = {"hashtag", "hashtags", "via", "related", "tags", "noparse", "no_vk_links"}
"""What the library can set and a post has no field for: hashtags stand in the caption."""
HOSTS = {"telegram.me": "t.me", "threads.net": "www.threads.com", "twitter.com": "x.com"}
"""The library's older hosts, and those their owners name now."""


def _cases() -> list[tuple[str, dict[str, Any], str]]:
    if not EXPECTED.exists():
        return []
    rows = json.loads(EXPECTED.read_text(encoding="utf-8"))["cases"]
    named = [(row["component"].removesuffix("ShareButton"), row["props"], row["expected_url"]) for row in rows]
    return [(OURS[name], props, url) for name, props, url in named if name in OURS]


def _parameters(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query, strict_parsing=True)


@pytest.mark.parametrize(("key", "props", "expected"), _cases(), ids=lambda value: str(value)[:12])
def test_our_intents_say_the_same_as_react_share(key: str, props: dict[str, Any], expected: str) -> None:
    if key == "linkedin":
        pytest.skip("shareArticle is retired; share-offsite takes the address alone")
    ours = links.intent(
        NETWORKS[key],
        caption=props.get("caption") or props.get("body") or props.get("title", ""),
        title=props.get("subject") or props.get("title", ""),
        url=props["url"],
        image=props.get("image"),
    )
    assert ours is not None
    theirs = {name: value for name, value in _parameters(expected).items() if name not in NOT_OFFERED}
    assert _parameters(ours) == theirs
    theirs_at, ours_at = urlsplit(expected), urlsplit(ours)
    assert (ours_at.netloc, ours_at.path) == (HOSTS.get(theirs_at.netloc, theirs_at.netloc), theirs_at.path)


@pytest.mark.skipif(not EXPECTED.exists(), reason="needs the shared data")
def test_every_network_that_react_share_knows_too_is_compared() -> None:
    assert {key for key, _, _ in _cases()} == set(OURS.values())


def test_all_networks_that_were_promised_are_there() -> None:
    promised = {
        "linkedin", "x", "facebook", "whatsapp", "telegram", "bluesky", "threads", "mastodon", "reddit", "xing",
        "line", "weibo", "vk", "hackernews", "pinterest", "tumblr", "teams", "email", "sms", "copy",
    }  # fmt: skip
    assert set(NETWORKS) == promised
    assert all(network.key == key for key, network in NETWORKS.items())


@pytest.mark.parametrize("network", NETWORKS.values(), ids=lambda network: network.key)
def test_what_a_network_takes_is_what_its_address_carries(network: Network) -> None:
    names = set(re.findall(r"{(\w+)}", network.intent or "{text}"))
    assert names <= {"text", "caption", "url", "title", "image"}
    assert bool(names & {"text", "caption"}) is (network.takes is Takes.TEXT)
    assert ("text" in names) is (network.link is LinkPlace.INSIDE)
    assert ("url" in names) is (network.link is not LinkPlace.INSIDE)
    if network.takes is Takes.TITLE:
        assert "title" in names


@pytest.mark.parametrize(
    ("key", "address"),
    [
        ("linkedin", "https://www.linkedin.com/sharing/share-offsite/?url=U"),
        ("x", "https://x.com/intent/tweet?text=C&url=U"),
        ("facebook", "https://www.facebook.com/sharer/sharer.php?u=U"),
        ("whatsapp", "https://api.whatsapp.com/send?text=C%20U"),
        ("telegram", "https://t.me/share/url?url=U&text=C"),
        ("bluesky", "https://bsky.app/intent/compose?text=C%20U"),
        ("threads", "https://www.threads.com/intent/post?text=C&url=U"),
        ("mastodon", "https://share.joinmastodon.org/#text=C%20U"),
        ("reddit", "https://www.reddit.com/submit?url=U&title=T"),
        ("xing", "https://www.xing.com/spi/shares/new?url=U"),
        ("line", "https://social-plugins.line.me/lineit/share?url=U&text=C"),
        ("weibo", "https://service.weibo.com/share/share.php?url=U&title=C&pic=I"),
        ("vk", "https://vk.com/share.php?url=U&title=T&image=I"),
        ("hackernews", "https://news.ycombinator.com/submitlink?u=U&t=T"),
        ("pinterest", "https://pinterest.com/pin/create/button/?url=U&media=I&description=C"),
        (
            "tumblr",
            "https://www.tumblr.com/widgets/share/tool?posttype=link&canonicalUrl=U&title=T&caption=C",
        ),
        ("teams", "https://teams.microsoft.com/share?href=U&msgText=C&preview=true"),
        ("email", "mailto:?subject=T&body=C%20U"),
        ("sms", "sms:?&body=C%20U"),
    ],
)
def test_the_compose_addresses(key: str, address: str) -> None:
    made = links.intent(NETWORKS[key], caption="C", title="T", url="https://u.example", image="https://i.example")
    encoded = {"https%3A%2F%2Fu.example": "U", "https%3A%2F%2Fi.example": "I"}
    assert made
    for long, short in encoded.items():
        made = made.replace(long, short)
    assert made == address


def test_copied_text_has_no_address_to_open() -> None:
    assert links.intent(NETWORKS["copy"], caption="C", title="T", url="https://u.example") is None
