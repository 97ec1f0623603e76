"""Whether a published site is still right: decided from what it says of itself, and from what it would be made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from heraldry.manifest import Manifest

HEARTBEAT = timedelta(days=1)
"""How often a site says anew that it was checked, where the programme's `stale_after` is not shorter than three."""

AHEAD = timedelta(minutes=10)
"""How far the clocks of two machines may differ."""


class Reason(StrEnum):
    """Why a site has to be made anew."""

    UNPUBLISHED = "unpublished"
    ADDRESS = "address"
    CODE = "code"
    THEME = "theme"
    SETTINGS = "settings"
    CONTENT = "content"
    FEEDS = "feeds"
    POSTS = "posts"
    CLOCK = "clock"
    HEARTBEAT = "heartbeat"


WORDS: Mapping[Reason, str] = {
    Reason.UNPUBLISHED: "nothing is published there yet, or it does not say what it was made of",
    Reason.ADDRESS: "the site has another address now",
    Reason.CODE: "Heraldry or one of its libraries has changed",
    Reason.THEME: "the theme has changed",
    Reason.SETTINGS: "teams.yaml or sources.yaml has changed",
    Reason.CONTENT: "something below content/ has changed",
    Reason.FEEDS: "the feeds have brought news",
    Reason.POSTS: "a post, a team or a date has come to its hour",
    Reason.CLOCK: "the published site was made at a time that lies ahead",
    Reason.HEARTBEAT: "it is time to say again that the site was checked",
}

INPUTS: Mapping[str, Reason] = {
    "code": Reason.CODE,
    "theme": Reason.THEME,
    "settings": Reason.SETTINGS,
    "content": Reason.CONTENT,
    "archive": Reason.FEEDS,
}
"""What a site is made of, by the name of its digest, and the reason that it is for making the site anew."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why the site is to be made anew, and what is known of the published one.

    `next` is when something becomes due at the latest: the next change by itself, or the next heartbeat. `late` says
    that the published site was not checked for longer than the programme allows.
    """

    reasons: tuple[Reason, ...]
    next: datetime | None = None
    checked: datetime | None = None
    change: datetime | None = None
    late: bool = False

    @property
    def due(self) -> bool:
        return bool(self.reasons)


def verdict(published: Manifest | None, inputs: Mapping[str, str], address: str, now: datetime) -> Verdict:
    """Whether the site that says `published` of itself is still what a build at `now` would make of `inputs`.

    None: there is no such site, or it says nothing that can be read. Inputs of which nothing is handed in are not
    judged.
    """
    if published is None:
        return Verdict((Reason.UNPUBLISHED,))
    reasons = tuple(_reasons(published, inputs, address, now))
    beat = published.checked + heartbeat(published.patience)
    return Verdict(
        reasons,
        next=min(beat, published.next or beat),
        checked=published.checked,
        change=published.next,
        late=late(published, now),
    )


def _reasons(published: Manifest, inputs: Mapping[str, str], address: str, now: datetime) -> Iterator[Reason]:
    if published.checked > now + AHEAD:
        yield Reason.CLOCK
    if published.address != address:
        yield Reason.ADDRESS
    for name, digest in inputs.items():
        if published.inputs.get(name) != digest:
            yield INPUTS[name]
    if published.next is not None and published.next <= now:
        yield Reason.POSTS
    if published.checked + heartbeat(published.patience) <= now:
        yield Reason.HEARTBEAT


def heartbeat(patience: timedelta) -> timedelta:
    """How long a check that found nothing need not be published: a third of the programme's patience, at most a day."""
    return min(HEARTBEAT, patience / 3)


def late(published: Manifest, now: datetime) -> bool:
    """Whether the site was not checked for longer than the programme allows."""
    return published.stale <= now
