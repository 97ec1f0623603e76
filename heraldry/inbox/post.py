"""An offer's file: Markdown with everything in its header that its source says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from heraldry.feeds import clean
from heraldry.inbox.offers import Offer
from heraldry.model import Programme
from heraldry.moments import LAST_YEAR
from heraldry.scalars import literal, scalar

LONGEST_SUMMARY = 2000

Captions = Mapping[str, tuple[str, ...]]
"""Wordings by network, or by `default`."""


def written(offer: Offer, programme: Programme, captions: Captions, teams: Collection[str] | None) -> bytes:
    """The post's file. Feed text in it is quoted twice: YAML reads it as text, and Markdown shows it as text."""
    lines = ["---", "# yaml-language-server: $schema=../../../../schemas/post.schema.json"]
    lines += [*_header(offer, programme, teams), *_captions(captions), "---"]
    summary = clean.shortened(clean.plain(offer.entry.summary), LONGEST_SUMMARY)
    lines += [f"> {literal(summary)}", ""] if summary else []
    lines += [
        "<!-- Why is it worth sharing? Replace this line; nobody sees it. Delete the file to refuse the post. -->"
    ]
    return "\n".join([*lines, ""]).encode()


def _header(offer: Offer, programme: Programme, teams: Collection[str] | None) -> Iterator[str]:
    yield f"title: {scalar(offer.entry.title)}"
    yield f"url: {scalar(offer.url)}"
    yield f"type: {offer.source.type.value}"
    yield f"tags: [{', '.join(map(scalar, sorted(offer.source.tags)))}]"
    if teams is not None:
        yield f"teams: [{', '.join(map(scalar, sorted(teams)))}]"
    if offer.source.lang != programme.languages[0]:
        yield f"lang: {scalar(offer.source.lang)}"
    yield f"publish: {_moment(offer.entry.first_seen, programme)}"
    if offer.ends.year < LAST_YEAR:
        yield f"expires: {_moment(offer.ends, programme)}"
    if not offer.source.utm:
        yield "utm: false"


def _moment(moment: datetime, programme: Programme) -> str:
    """To the minute, with the offset of the programme's zone."""
    local = moment.astimezone(programme.timezone).replace(second=0, microsecond=0)
    odd = (local.utcoffset() or timedelta()) % timedelta(minutes=1)
    return (moment.replace(second=0, microsecond=0) if odd else local).isoformat(timespec="minutes")


def _captions(captions: Captions) -> Iterator[str]:
    yield "captions:"
    for network, texts in captions.items():
        yield f"  {network}:"
        yield from (f"    - {scalar(clean.plain(text))}" for text in texts)
