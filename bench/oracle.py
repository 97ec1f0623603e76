"""What every team page must hold, worked out anew from the written site and sharing nothing with `heraldry`.

Naive on purpose: everything is read, matched and sorted for each team, and links are put together from parts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import yaml

MOST = 60

Link = tuple[str, dict[str, str]]
"""A compose address up to its parameters, and these, decoded."""


@dataclass(frozen=True, slots=True)
class Item:
    """A post or an entry. `target` is the address that is shared, without tags; `ends` may lie far ahead."""

    slug: str
    title: str
    target: str
    tags: frozenset[str]
    begins: datetime
    ends: datetime
    disclosure: str
    texts: dict[str, str]
    campaign: str | None


@dataclass(frozen=True, slots=True)
class Expected:
    """The site at an instant: by team the cards in order, each with its links.

    `stories` are the posts that have a page, `chapters` counts the handbook's pages.
    """

    teams: dict[str, dict[str, list[Link]]]
    stories: frozenset[str]
    chapters: int


def expected(site: Path, now: datetime) -> Expected:
    """The oracle's answer for the Heraldry site in `site`."""
    book = yaml.load((site / "teams.yaml").read_text("utf-8"), yaml.CSafeLoader)
    posts, entries = list(_posts(site, book["programme"])), list(_entries(site, book["programme"]))
    live = sorted((i for i in posts + entries if i.begins <= now < i.ends), key=lambda i: i.begins, reverse=True)
    return Expected(
        {key: _cards(live, key, set(team["sees"]["tags"]), book) for key, team in book["teams"].items()},
        frozenset(post.slug for post in posts if post.begins <= now),
        len(list((site / "content/handbook").glob("*.md"))),
    )


def _cards(live: list[Item], team: str, wanted: set[str], book: dict[str, Any]) -> dict[str, list[Link]]:
    newest = [item for item in live if item.tags & wanted][:MOST]
    return {i.slug: [link(network, i, team) for network in book["programme"]["networks"]] for i in newest}


def _posts(site: Path, programme: dict[str, Any]) -> Iterator[Item]:
    for path in (site / "content/posts").glob("*.md"):
        head = yaml.load(path.read_text("utf-8").split("---\n")[1], yaml.CSafeLoader)
        disclosed = programme["disclosure"][head["lang"]] if head["type"] != "industry" else ""
        yield Item(
            path.stem,
            head["title"],
            f"{programme['url']}posts/{path.stem}/",
            frozenset(head["tags"]),
            head["publish"],
            head.get("expires", datetime.max.replace(tzinfo=UTC)),
            disclosed,
            head["captions"],
            head.get("campaign"),
        )


def _entries(site: Path, programme: dict[str, Any]) -> Iterator[Item]:
    sources = yaml.load((site / "sources.yaml").read_text("utf-8"), yaml.CSafeLoader)["sources"]
    for key, source in sources.items():
        lang, forever = source["lang"], datetime.max.replace(tzinfo=UTC)
        disclosed = programme["disclosure"][lang] if source["type"] != "industry" else ""
        for item in ElementTree.parse(site / source["url"]).iter("item"):
            told = {child.tag: child.text or "" for child in item}
            name = hashlib.sha256(told["guid"].encode()).hexdigest()[:10]
            text = source["captions"][lang][0].replace("{title}", told["title"])
            yield Item(
                f"{key}-{name}",
                told["title"],
                told["link"],
                frozenset(source["tags"]),
                parsedate_to_datetime(told["pubDate"]),
                forever,
                disclosed,
                {"default": text},
                None,
            )


def link(network: str, item: Item, team: str) -> Link:
    """What the button of a network must open, by the network's own documentation."""
    caption = "\n".join(part for part in (item.disclosure, item.texts.get(network, item.texts["default"])) if part)
    url = tagged(item.target, network, item.campaign or team, item.slug)
    whole = caption + ("\n" if "\n" in caption else " ") + url
    return {
        "linkedin": ("https://www.linkedin.com/sharing/share-offsite/", {"url": url}),
        "x": ("https://x.com/intent/tweet", {"text": caption, "url": url}),
        "facebook": ("https://www.facebook.com/sharer/sharer.php", {"u": url}),
        "whatsapp": ("https://api.whatsapp.com/send", {"text": whole}),
        "bluesky": ("https://bsky.app/intent/compose", {"text": whole}),
        "mastodon": ("https://share.joinmastodon.org/", {"text": whole}),
        "email": ("mailto:", {"subject": item.title, "body": whole.replace("\n", "\r\n")}),
        "threads": ("https://www.threads.com/intent/post", {"text": caption, "url": url}),
    }[network]


def tagged(url: str, network: str, campaign: str, content: str) -> str:
    """The four tags, before the fragment and after whatever query there is."""
    medium = "email" if network == "email" else "social"
    head, mark, fragment = url.partition("#")
    pairs = {"utm_source": network, "utm_medium": medium, "utm_campaign": campaign, "utm_content": content}
    tail = "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs.items())
    return f"{head}{'&' if '?' in head else '?'}{tail}{mark}{fragment}"
