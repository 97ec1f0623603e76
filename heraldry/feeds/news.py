"""The news of a document as values, and as the bytes in which they leave the jail."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from heraldry import addresses
from heraldry.feeds.dates import sensible

MOST_ENTRIES = 500
SUMMARY = 400
TITLE = 300
NAME = 100
"""Characters of an author or a category."""

CATEGORIES = 20
COMPLAINT, COMPLAINTS = 300, 20

_ID = re.compile("[0-9a-f]{16}")
_PLAIN = re.compile("[^\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]*")


@dataclass(frozen=True, slots=True)
class News:
    """One entry as its feed tells it; cleaned, `url` absolute, `published` None when missing or absurd.

    `named` tells whether `id` comes from one that the feed gave, not from the link.
    """

    id: str
    url: str
    title: str
    summary: str
    author: str
    categories: tuple[str, ...]
    image: str | None
    published: datetime | None
    named: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """What a document holds, and in plain words why entries (or all of it) could not be used.

    `feed_link` is the feed that a web page names as its own. `whole` is False when the document could not be read
    to its end: an entry that is not in it may still be in the feed.
    """

    news: tuple[News, ...]
    complaints: tuple[str, ...] = ()
    feed_link: str | None = None
    whole: bool = True


def refused(complaint: str) -> Document:
    """A document of which nothing could be used."""
    return Document((), (complaint,), whole=False)


def written(document: Document) -> bytes:
    """The document as JSON; `received` reads it."""
    news = [
        [n.id, n.url, n.title, n.summary, n.author, n.categories, n.image, n.published and n.published.isoformat(),
         n.named]
        for n in document.news
    ]  # fmt: skip
    return json.dumps([news, document.complaints, document.feed_link, document.whole]).encode()


def received(answer: bytes) -> Document:
    """What came out of the jail, not believed: raises ValueError or TypeError for what no honest reader says."""
    news, complaints, feed_link, whole = json.loads(answer)
    if len(news) > MOST_ENTRIES:
        raise ValueError(len(news))
    return Document(
        tuple(_news(*fields) for fields in news),
        tuple(_words(complaint, COMPLAINT) for complaint in complaints[:COMPLAINTS]),
        None if feed_link is None else _address(feed_link),
        whole is True,
    )


def _news(
    key: Any, url: Any, title: Any, summary: Any, author: Any, categories: Any, image: Any, published: Any, named: Any
) -> News:
    if not _ID.fullmatch(key) or not title or len(categories) > CATEGORIES:
        raise ValueError(key)
    return News(
        id=key,
        url=_address(url),
        title=_words(title, TITLE),
        summary=_words(summary, SUMMARY),
        author=_words(author, NAME),
        categories=tuple(_words(name, NAME) for name in categories),
        image=None if image is None else _address(image),
        published=None if published is None else _moment(published),
        named=named is True,
    )


def _words(text: Any, most: int) -> str:
    """One line of text that can be written, without controls."""
    if not isinstance(text, str) or len(text) > most or not _PLAIN.fullmatch(text):
        raise ValueError(text)
    return text


def _address(text: Any) -> str:
    if not isinstance(text, str) or addresses.standard("", text) != text:
        raise ValueError(text)
    return text


def _moment(text: Any) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or sensible(moment) is None:
        raise ValueError(text)
    return moment
