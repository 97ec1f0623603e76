"""A team's feeds: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from heraldry import captions
from heraldry.model import Share, Team
from heraldry.pages import text
from heraldry.pages.frames import Setting
from heraldry.pages.places import landing

KINDS = {
    "rss.xml": ("RSS", "application/rss+xml"),
    "atom.xml": ("Atom", "application/atom+xml"),
    "feed.json": ("JSON", "application/feed+json"),
}
"""File name to label and media type."""

ATOM = "http://www.w3.org/2005/Atom"
XML = "{http://www.w3.org/XML/1998/namespace}"
register_namespace("atom", ATOM)

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Channel:
    """What a team's feeds are made from: the shares of its first page."""

    team: Team
    shares: Sequence[Share]
    setting: Setting

    @property
    def home(self) -> str:
        """The team's page."""
        return self.setting.places.whole(self.setting.places.team(self.team))

    @property
    def lang(self) -> str:
        """The language the team prefers, whether or not the interface speaks it."""
        return self.team.languages[0]

    @property
    def updated(self) -> datetime:
        """When the newest share appeared; a fixed day for an empty feed, so that nothing changes by itself."""
        return max((_day(share) for share in self.shares), default=datetime(2000, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Item:
    """A share as a feed tells it. `id` never changes, whatever the post's address."""

    id: str
    url: str
    title: str
    lang: str
    html: str
    day: datetime
    tags: tuple[str, ...]


def feeds(channel: Channel) -> Mapping[str, bytes]:
    """The three files by name."""
    items = [_item(share, channel.setting) for share in channel.shares]
    return {
        "rss.xml": _rss(channel, items),
        "atom.xml": _atom(channel, items),
        "feed.json": _json(channel, items),
    }


def _item(share: Share, setting: Setting) -> Item:
    version = share.version
    host = urlsplit(setting.places.base_url).hostname
    own = "" if version.lang == next(iter(share.post.versions)) else f"/{version.lang}"
    url = version.url or setting.places.whole(landing(share.post, version))
    first = captions.caption(share, setting.programme, "copy", 0, url)
    caption = text.quoted(first.disclosure, first.wording)
    summary = text.paragraph(version.summary) if version.summary else text.prose(version.body)
    return Item(
        id=f"tag:{host},2000:posts/{share.post.slug}{own}",
        url=url,
        title=_legal(version.title),
        lang=version.lang,
        html=_legal(str(caption + summary)),
        day=_day(share),
        tags=tuple(_legal(tag) for tag in sorted(share.post.tags)),
    )


def _day(share: Share) -> datetime:
    return share.post.dated or share.due


def _rss(channel: Channel, items: Sequence[Item]) -> bytes:
    rss = Element("rss", version="2.0")
    head = SubElement(rss, "channel")
    _say(head, "title", f"{channel.team.name} · {channel.setting.programme.name}")
    _say(head, "link", channel.home)
    _say(head, "description", channel.team.tagline)
    _say(head, "language", channel.lang)
    SubElement(head, f"{{{ATOM}}}link", href=f"{channel.home}rss.xml", rel="self", type="application/rss+xml")
    for item in items:
        entry = SubElement(head, "item")
        _say(entry, "title", item.title)
        _say(entry, "link", item.url)
        _say(entry, "guid", item.id).set("isPermaLink", "false")
        _say(entry, "pubDate", format_datetime(item.day))
        _say(entry, "description", item.html)
        for tag in item.tags:
            _say(entry, "category", tag)
    return _xml(rss)


def _atom(channel: Channel, items: Sequence[Item]) -> bytes:
    feed = Element("feed", {"xmlns": ATOM, f"{XML}lang": channel.lang})
    _say(feed, "id", channel.home)
    _say(feed, "title", f"{channel.team.name} · {channel.setting.programme.name}")
    _say(feed, "updated", channel.updated.isoformat())
    _say(SubElement(feed, "author"), "name", channel.setting.programme.organisation)
    SubElement(feed, "link", rel="self", href=f"{channel.home}atom.xml")
    SubElement(feed, "link", rel="alternate", href=channel.home)
    for item in items:
        entry = SubElement(feed, "entry", {f"{XML}lang": item.lang})
        _say(entry, "id", item.id)
        _say(entry, "title", item.title)
        SubElement(entry, "link", rel="alternate", href=item.url)
        _say(entry, "published", item.day.isoformat())
        _say(entry, "updated", item.day.isoformat())
        _say(entry, "content", item.html).set("type", "html")
        for tag in item.tags:
            SubElement(entry, "category", term=tag)
    return _xml(feed)


def _json(channel: Channel, items: Sequence[Item]) -> bytes:
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{channel.team.name} · {channel.setting.programme.name}",
        "home_page_url": channel.home,
        "feed_url": f"{channel.home}feed.json",
        "description": channel.team.tagline,
        "language": channel.lang,
        "items": [
            {
                "id": item.id,
                "url": item.url,
                "title": item.title,
                "content_html": item.html,
                "date_published": item.day.isoformat(),
                "language": item.lang,
                "tags": list(item.tags),
            }
            for item in items
        ],
    }
    return _legal(json.dumps(feed, ensure_ascii=False, indent=1)).encode() + b"\n"


def _say(parent: Element, name: str, words: str) -> Element:
    element = SubElement(parent, name)
    element.text = _legal(words)
    return element


def _legal(words: str) -> str:
    """The text without characters that XML 1.0 (section 2.2) knows no way to write."""
    return _ILLEGAL.sub("", words)


def _xml(root: Element) -> bytes:
    indent(root, " ")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'.encode()
