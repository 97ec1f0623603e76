"""The seeded corpus: one set of invented data, written as a Heraldry site and as the peers' inputs.

`python -m bench.corpus S FOLDER` writes `FOLDER/heraldry`, `FOLDER/hugo` and `FOLDER/eleventy`. Equal sizes give
equal bytes. No two items share their minute, so "newest first" has one answer.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

from bench.wording import LANGUAGES, caption, sentence, story, title


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything; a feed holds 30 entries."""

    posts: int
    teams: int
    feeds: int
    pages: int


SIZES = {
    "XS": Size(24, 3, 4, 2),
    "S": Size(100, 10, 5, 20),
    "M": Size(2_000, 100, 50, 30),
    "L": Size(20_000, 500, 200, 40),
}
ENTRIES = 30
TOPICS = 40

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
"""The clock of the warm run: between the two exactly one post falls due, and none ends."""

SITE = "https://share.example.com/"
NETWORKS = ("linkedin", "x", "facebook", "whatsapp", "bluesky", "mastodon", "email", "threads")
DISCLOSURE = {"en": "I work at Acme.", "tr": "Acme çalışanıyım.", "ko": "저는 Acme 직원입니다."}
OPENER = {"en": "Worth a read: {title}", "tr": "Okumaya değer: {title}", "ko": "읽어 볼 만합니다: {title}"}
TYPES = ("company", "industry", "employee")
FOREVER = "9999-12-31T00:00:00Z"
_ZONES = tuple(timezone(timedelta(minutes=minutes)) for minutes in (0, 180, 540, -300, 330))


@dataclass(frozen=True, slots=True)
class Post:
    slug: str
    title: str
    lang: str
    type: str
    tags: tuple[str, ...]
    publish: datetime
    expires: datetime | None
    campaign: str | None
    captions: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Feed:
    key: str
    lang: str
    type: str
    tags: tuple[str, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    guid: str
    title: str
    url: str
    published: datetime
    summary: str


@dataclass(frozen=True, slots=True)
class Team:
    key: str
    name: str
    languages: tuple[str, ...]
    color: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    slug: str
    title: str
    order: int
    body: str


@dataclass(frozen=True, slots=True)
class Corpus:
    posts: tuple[Post, ...]
    feeds: tuple[Feed, ...]
    teams: tuple[Team, ...]
    pages: tuple[Page, ...]


class _Minutes:
    """Minutes of the last three years or the next three months, none of them given twice."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._given: set[int] = set()

    def past(self) -> datetime:
        return self._moment(-3 * 365 * 24 * 60, 0)

    def future(self) -> datetime:
        return self._moment(60, 90 * 24 * 60)

    def _moment(self, first: int, last: int) -> datetime:
        minute = self._dice.randrange(first, last)
        while minute in self._given:
            minute = self._dice.randrange(first, last)
        self._given.add(minute)
        return (NOW + timedelta(minutes=minute)).astimezone(self._dice.choice(_ZONES))


def corpus(name: str) -> Corpus:
    """The corpus of a size, the same at every call. Every tag is seen by a team, so every post is."""
    size, dice = SIZES[name], Random(f"heraldry {name}")
    topics = tuple(f"topic-{number:02d}" for number in range(min(TOPICS, 2 * size.teams)))
    minutes = _Minutes(dice)
    return Corpus(
        posts=tuple(_post(dice, number, size, topics, minutes) for number in range(size.posts)),
        feeds=tuple(_feed(dice, number, topics, minutes) for number in range(size.feeds)),
        teams=tuple(_team(dice, number, topics) for number in range(size.teams)),
        pages=tuple(_page(dice, number) for number in range(1, size.pages + 1)),
    )


def _post(dice: Random, number: int, size: Size, topics: Sequence[str], minutes: _Minutes) -> Post:
    lang, due = dice.choice((*LANGUAGES, "en")), number == size.posts // 2
    publish = minutes.past() if dice.random() < 0.9 else minutes.future()
    publish = NOW + timedelta(minutes=5) if due else publish
    ends = publish + timedelta(days=dice.randint(20, 400), seconds=30) if dice.random() < 0.2 and not due else None
    return Post(
        slug=f"story-{number:05d}",
        title=title(dice, lang),
        lang=lang,
        type=dice.choice(TYPES),
        tags=tuple(dice.sample(topics, 3)),
        publish=publish,
        expires=None if ends and NOW <= ends <= LATER else ends,
        campaign=f"drive-{dice.randint(1, 9)}" if dice.random() < 0.2 else None,
        captions={network: caption(dice, lang) for network in ("default", *NETWORKS[:-1])},
        body=story(dice, lang, dice.randint(150, 400)),
    )


def _feed(dice: Random, number: int, topics: Sequence[str], minutes: _Minutes) -> Feed:
    lang = LANGUAGES[number % len(LANGUAGES)]
    entries = (_entry(dice, f"feed-{number:03d}", place, lang, minutes) for place in range(ENTRIES))
    kind = ("industry", "company")[number % 2]
    return Feed(f"feed-{number:03d}", lang, kind, tuple(dice.sample(topics, 3)), tuple(entries))


def _entry(dice: Random, feed: str, place: int, lang: str, minutes: _Minutes) -> Entry:
    query = dice.choice(("", "", "?ref=home&id=7", "?q=a%20b%26c", "?empty="))
    fragment = dice.choice(("", "", "", "#part-2"))
    return Entry(
        guid=f"{feed}/{place}",
        title=title(dice, lang),
        url=f"https://{feed}.example.org/news/{place}{query}{fragment}",
        published=minutes.past(),
        summary=f"<p>{escape(sentence(dice, lang))}, <b>{escape(sentence(dice, lang))}</b>.</p>",
    )


def _team(dice: Random, number: int, topics: Sequence[str]) -> Team:
    turn = (2 * number) % len(topics)
    first = dice.choice(LANGUAGES)
    return Team(
        key=f"team-{number:03d}",
        name=f"Team {number:03d} & friends",
        languages=(first, *(lang for lang in LANGUAGES if lang != first)),
        color=f"#{dice.randrange(0x20, 0x70):02x}{dice.randrange(0x20, 0x70):02x}{dice.randrange(0x80):02x}",
        tags=(topics[turn], topics[turn + 1]),
    )


def _page(dice: Random, number: int) -> Page:
    return Page(f"chapter-{number:02d}", f"{number}. {title(dice, 'en')}", number, story(dice, "en", 500))


# The three forms ------------------------------------------------------------------------------------


def write(made: Corpus, folder: Path) -> None:
    """The corpus below `folder`, once for each tool."""
    for name, files in (("heraldry", _heraldry(made)), ("hugo", _hugo(made)), ("eleventy", _eleventy(made))):
        for path, text in files.items():
            target = folder / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")


def _heraldry(made: Corpus) -> dict[str, str]:
    """JSON is YAML: what people would write by hand is written plainly, the long tables are not."""
    programme = {
        "name": "Acme Voices",
        "organisation": "Acme",
        "url": SITE,
        "timezone": "UTC",
        "languages": list(LANGUAGES),
        "networks": list(NETWORKS),
        "disclosure": DISCLOSURE,
        "page_size": 60,
    }
    files = {
        "teams.yaml": _json({"programme": programme, "teams": {team.key: _heraldry_team(team) for team in made.teams}}),
        "sources.yaml": _json(
            {"defaults": {"keep": "4000d", "max_per_day": 1000}, "sources": {f.key: _source(f) for f in made.feeds}}
        ),
    }
    files |= {f"content/feeds/{feed.key}.xml": _rss(feed) for feed in made.feeds}
    files |= {f"content/posts/{post.slug}.md": _heraldry_post(post) for post in made.posts}
    return files | {
        f"content/handbook/{page.slug}.md": f"---\ntitle: {_json(page.title)}\norder: {page.order}\n---\n{page.body}"
        for page in made.pages
    }


def _heraldry_team(team: Team) -> dict[str, object]:
    return {
        "name": team.name,
        "languages": team.languages,
        "brand": {"color": team.color},
        "sees": {"tags": team.tags},
    }


def _source(feed: Feed) -> dict[str, object]:
    return {
        "url": f"content/feeds/{feed.key}.xml",
        "type": feed.type,
        "tags": feed.tags,
        "lang": feed.lang,
        "utm": True,
        "captions": {feed.lang: [OPENER[feed.lang]]},
    }


def _heraldry_post(post: Post) -> str:
    head = [f"title: {_json(post.title)}", f"lang: {post.lang}", f"type: {post.type}"]
    head += [f"tags: [{', '.join(post.tags)}]", f"publish: {post.publish.isoformat()}"]
    head += [f"expires: {post.expires.isoformat()}"] if post.expires else []
    head += [f"campaign: {post.campaign}"] if post.campaign else []
    return _document(head, post)


def _peer_post(post: Post) -> str:
    """Other names than Heraldry's where a peer has its own meaning for them; the end is text, in UTC."""
    ends = post.expires.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if post.expires else FOREVER
    head = [f"title: {_json(post.title)}", f"tongue: {post.lang}", f"about: {post.type}"]
    head += [f"topics: [{', '.join(post.tags)}]", f"date: {post.publish.isoformat()}", f'ends: "{ends}"']
    head += [f"drive: {post.campaign}"] if post.campaign else []
    return _document(head, post)


def _document(head: list[str], post: Post) -> str:
    texts = [f"  {network}: {_json(text)}" for network, text in post.captions.items()]
    return "\n".join(["---", *head, "captions:", *texts, "---", "", post.body])


def _peer_pages(made: Corpus) -> dict[str, str]:
    return {
        f"handbook/{page.slug}.md": f"---\ntitle: {_json(page.title)}\nweight: {page.order}\n---\n{page.body}"
        for page in made.pages
    }


def _peer_data(made: Corpus) -> dict[str, str]:
    """What is YAML for Heraldry, as the peers read it: teams, sources and the words of cards."""
    teams = [
        {"key": t.key, "name": t.name, "lang": t.languages[0], "color": t.color, "sees": t.tags} for t in made.teams
    ]
    sources = [{"key": f.key, "lang": f.lang, "about": f.type, "topics": f.tags} for f in made.feeds]
    words = {"disclosure": DISCLOSURE, "opener": OPENER, "networks": NETWORKS}
    return {"teams.json": _json(teams), "sources.json": _json(sources), "words.json": _json(words)}


def _hugo(made: Corpus) -> dict[str, str]:
    posts = {f"content/posts/{post.slug}.md": _peer_post(post) for post in made.posts}
    pages = {f"content/{path}": text for path, text in _peer_pages(made).items()}
    feeds = {f"assets/feeds/{feed.key}.xml": _rss(feed) for feed in made.feeds}
    return {**posts, **pages, **feeds, **{f"data/{path}": text for path, text in _peer_data(made).items()}}


def _eleventy(made: Corpus) -> dict[str, str]:
    posts = {f"posts/{post.slug}.md": _peer_post(post) for post in made.posts}
    feeds = {f"feeds/{feed.key}.xml": _rss(feed) for feed in made.feeds}
    return {**posts, **_peer_pages(made), **feeds, **{f"_data/{p}": text for p, text in _peer_data(made).items()}}


def _rss(feed: Feed) -> str:
    items = "".join(
        f"<item><title>{escape(e.title)}</title><link>{escape(e.url)}</link>"
        f'<guid isPermaLink="false">{e.guid}</guid><pubDate>{format_datetime(e.published)}</pubDate>'
        f"<description>{escape(e.summary)}</description></item>\n"
        for e in feed.entries
    )
    head = f"<title>{feed.key}</title><link>https://{feed.key}.example.org/</link><description>News</description>"
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>{head}\n{items}</channel></rss>\n'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1 if isinstance(value, dict | list) else None)


if __name__ == "__main__":
    write(corpus(sys.argv[1]), Path(sys.argv[2]))
