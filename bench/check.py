"""Whether a built site holds what the oracle expects: the same cards in the same order, the same share links.

`python -m bench.check SITE BUILT WHEN [SAMPLE]` compares all team pages, or so many of them evenly spread.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

from bench.oracle import Expected, Link, expected

COMPOSERS = (
    "https://www.linkedin.com/sharing/",
    "https://x.com/intent/",
    "https://www.facebook.com/sharer/",
    "https://api.whatsapp.com/",
    "https://bsky.app/intent/",
    "https://share.joinmastodon.org/",
    "mailto:?",
    "https://www.threads.com/intent/",
)


class _Cards(HTMLParser):
    """The cards of a page by anchor, and in each the addresses that open a composer."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self._open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fields = {name: value or "" for name, value in attrs}
        if tag == "article" and "card" in fields.get("class", "").split():
            self._open = fields["id"]
            self.found[self._open] = []
        elif self._open and tag == "a" and fields.get("href", "").startswith(COMPOSERS):
            self.found[self._open].append(fields["href"])

    def handle_endtag(self, tag: str) -> None:
        self._open = "" if tag == "article" else self._open


def decoded(href: str) -> Link:
    """The compose address and its parameters, decoded once."""
    head, _, tail = re.sub(r"/#(?=text=)", "/?", href, count=1).partition("?")
    pairs = (pair.partition("=") for pair in tail.split("&"))
    return head, {name: unquote(value) for name, _, value in pairs}


def cards(page: str) -> dict[str, list[Link]]:
    """The cards of a team page in order, each with its share links in order."""
    return {slug: [decoded(href) for href in hrefs] for slug, hrefs in _Cards(page).found.items()}


def differences(wanted: Expected, built: Path, sample: int | None = None) -> Iterator[str]:
    """What is missing or different, one line each; nothing when the site is right."""
    teams = sorted(wanted.teams)
    for team in teams[:: max(1, len(teams) // sample)] if sample else teams:
        yield from _page(team, wanted.teams[team], built / team)
    stories = {path.parent.name for path in (built / "posts").glob("*/index.html")}
    if stories != wanted.stories:
        yield f"posts: {len(wanted.stories - stories)} pages missing, {len(stories - wanted.stories)} too many"
    chapters = len(list((built / "handbook").rglob("index.html")))
    if chapters < wanted.chapters:
        yield f"handbook: {chapters} pages for {wanted.chapters}"
    home = built / "index.html"
    index = home.read_text("utf-8") if home.is_file() else ""
    unlisted = [team for team in teams if f"{team}/" not in index]
    yield from (f"index.html does not lead to {team}" for team in unlisted[:1])


def _page(team: str, wanted: dict[str, list[Link]], folder: Path) -> Iterator[str]:
    page, feed = folder / "index.html", folder / "rss.xml"
    if not (page.is_file() and feed.is_file()):
        yield f"{team}: no page or no feed"
        return
    found = cards(page.read_text("utf-8"))
    if list(found) != list(wanted):
        yield f"{team}: {len(found)} cards for {len(wanted)}, or in another order"
    else:
        wrong = [(got, want) for slug in wanted for got, want in _pairs(found[slug], wanted[slug]) if got != want]
        if wrong:
            yield f"{team}: {len(wrong)} links differ, first {wrong[0][0]} for {wrong[0][1]}"
    items = len(re.findall(r"<item\b", feed.read_text("utf-8")))
    if items != len(wanted):
        yield f"{team}: {items} items in the feed for {len(wanted)}"


def _pairs(found: list[Link], wanted: list[Link]) -> Iterator[tuple[Link | None, Link | None]]:
    """Both sides by address: a page may set its buttons in another order."""
    left, right = dict(found), dict(wanted)
    for address in left.keys() | right.keys():
        yield (
            (address, left[address]) if address in left else None,
            (address, right[address]) if address in right else None,
        )


def main(site: str, built: str, when: str, sample: str = "") -> int:
    found = list(differences(expected(Path(site), datetime.fromisoformat(when)), Path(built), int(sample or 0) or None))
    print("\n".join(found) or "everything is as the oracle says")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
