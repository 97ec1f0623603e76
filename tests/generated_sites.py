"""Whole sites, generated: teams in many zones, posts in every state of readiness, news, and what lies about beside them.

Every text, name and picture carries a canary of its own (canaries.py), named after its owner and what it is. What may
be seen of a site, where and when, is said by plain_rules.py.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from canaries import picture, word
from hypothesis import strategies as st

from heraldry.feeds import archive
from heraldry.feeds.archive import Archive
from heraldry.model import Entry

T = TypeVar("T")

ADDRESS = "https://voices.acme.example/v/"
ZONES = (
    *("Europe/Istanbul", "Asia/Seoul", "Europe/Berlin", "America/New_York"),
    *("Pacific/Chatham", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Kiritimati"),
)
LANGUAGES = ("en", "ko", "tr")
TYPES = ("company", "industry", "employee")
TAGS = ("red", "green", "blue")
NETWORKS = ("linkedin", "x", "whatsapp", "email", "copy")

DAYS = {
    "2026-09-26": "Pacific/Chatham",
    "2026-10-03": "Australia/Lord_Howe",
    "2026-10-24": "Europe/Berlin",
    "2026-10-31": "America/New_York",
    "2026-11-20": "Asia/Seoul",
    "2026-12-30": "Pacific/Kiritimati",
    "2027-03-13": "America/New_York",
    "2027-03-27": "Europe/Berlin",
    "2027-04-03": "Australia/Lord_Howe",
    "2028-02-28": "Asia/Kathmandu",
    "2028-04-01": "Pacific/Chatham",
    "2028-12-31": "Europe/Istanbul",
}
"""Days on whose morrow clocks change in that zone, the year ends or a leap day comes, and a quiet one."""

TIMES = ("", " 00:00", " 01:30", " 01:45", " 02:15", " 02:45", " 03:30", " 09:00", " 23:59:59", "T09:00+03:00")

ODD = {
    "Europe/Berlin": " 02:30",
    "America/New_York": " 01:30",
    "Pacific/Chatham": " 03:15",
    "Australia/Lord_Howe": " 01:45",
}
"""Hours that come twice there, or that are left out an hour or so before them."""


@dataclass(frozen=True, slots=True)
class Crew:
    """A team as teams.yaml says it; None and () leave a key out."""

    key: str
    zone: str | None = None
    languages: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    parent: str | None = None
    pilot: bool = False
    opens: date | None = None
    pause: str | None = None
    page_size: int | None = None
    logo: bool = False
    types: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    wires: tuple[str, ...] = ()
    narrow: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A post in one language: with an address elsewhere or a page of its own, with the picture of that name."""

    lang: str
    url: bool = False
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A post. `spoilt` names what is wrong with the header of its file, "" for nothing; `bom` is harmless.

    The first of `texts` stands in the post's own file, the others in its translations. `link` is the slug of another
    post that the body leads to, the way it is written before it.
    """

    slug: str
    type: str
    tags: tuple[str, ...]
    teams: tuple[str, ...] | None
    publish: str | None
    expires: str | None
    texts: tuple[Text, ...]
    withdraw: str | None = None
    alias: bool = False
    campaign: bool = False
    tagged: bool = True
    pin: bool = False
    bom: bool = False
    spoilt: str = ""
    link: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class News:
    """An archived entry; `fate` is `hidden` or `refused` by an editor, or "" for shown."""

    name: str
    first_seen: datetime
    fate: str = ""

    @property
    def url(self) -> str:
        return f"https://news.example/{word(self.name, 'address')}"


@dataclass(frozen=True, slots=True)
class Wire:
    """A source, and what its archive holds."""

    key: str
    type: str
    lang: str
    teams: tuple[str, ...] | None
    keep: int
    review: bool
    news: tuple[News, ...]


@dataclass(frozen=True, slots=True)
class World:
    """A whole site. The programme speaks `languages` in `zone`; its first is that of posts which name none."""

    languages: tuple[str, ...]
    zone: str
    pause: str | None
    crews: tuple[Crew, ...]
    stories: tuple[Story, ...]
    wires: tuple[Wire, ...]


# As files -----------------------------------------------------------------------------------------------


def written(world: World, root: Path) -> Path:
    """The site below `root`, which comes back."""
    for path, body in files(world).items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
    for name, pointed in LINKS.items() if os.name == "posix" else ():
        (root / name).symlink_to(pointed)
    return root


def files(world: World) -> dict[str, bytes]:
    """Every file of the site by its path, what must never be published among them."""
    made = {"teams.yaml": _json(_teams(world)), "sources.yaml": _json(_sources(world)), **STRAYS}
    for story in world.stories:
        made |= dict(_posts(story))
    for name in {text.image for story in world.stories for text in story.texts if text.image}:
        made[image(name)] = picture(word(name, "pixels"), word(name, "told"))
    for crew in world.crews:
        if crew.logo:
            made[logo(crew.key)] = picture(word(crew.key, "arms"), word(crew.key, "told"))
    for wire in world.wires:
        entries = {entry.id: entry for entry in (_entry(news, wire) for news in wire.news)}
        made[archive.path(wire.key)] = made[archive.copy_path(wire.key)] = archive.written(Archive(wire.key, entries))
    refused = [news.url for wire in world.wires for news in wire.news if news.fate == "refused"]
    made["content/posts/inbox/refused.txt"] = "\n".join(refused).encode()
    return made


def _json(value: object) -> bytes:
    """YAML by way of JSON, which it contains."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _said(**keys: object) -> dict[str, object]:
    return {key: value for key, value in keys.items() if value is not None and value not in ((), {}, False)}


def _teams(world: World) -> dict[str, object]:
    programme = {
        "name": "Acme Voices",
        "organisation": "Acme",
        "url": ADDRESS,
        "timezone": world.zone,
        "languages": world.languages,
        "networks": NETWORKS,
        "disclosure": {lang: f"I work at Acme ({lang})." for lang in world.languages},
        "pilot_salt": "pepper",
        **_said(pause=world.pause),
    }
    return {"programme": programme, "teams": {crew.key: _team(crew) for crew in world.crews}}


def _team(crew: Crew) -> dict[str, object]:
    key = crew.key
    sees = _said(types=crew.types, tags=crew.tags, posts=crew.posts, sources=crew.wires, languages=crew.narrow)
    return {
        "name": f"The {word(key, 'name').title()} team",
        "tagline": f"“{word(key, 'tagline')}” & more",
        "helper": {"name": word(key, "helper"), "contact": f"mailto:{word(key, 'contact')}@acme.example"},
        "disclosure": {lang: f"{word(key, f'disclosure {lang}')} says so." for lang in crew.languages},
        **_said(
            timezone=crew.zone,
            languages=crew.languages,
            networks=crew.networks,
            extends=[crew.parent] if crew.parent else None,
            stage="pilot" if crew.pilot else None,
            opens=crew.opens and str(crew.opens),
            pause=crew.pause,
            page_size=crew.page_size and str(crew.page_size),
            brand={"logo": logo(key).removeprefix("content/")} if crew.logo else None,
            sees=sees,
        ),
    }


def logo(key: str) -> str:
    """Where the arms of a team lie."""
    return f"content/media/{word(key, 'logo')}.png"


def image(name: str) -> str:
    """Where the picture of that name lies."""
    return f"content/media/{word(name, 'file')}.png"


def _sources(world: World) -> dict[str, object]:
    hidden = [news.url for wire in world.wires for news in wire.news if news.fate == "hidden"]
    return {"sources": {wire.key: _source(wire) for wire in world.wires}, "hide": hidden}


def _source(wire: Wire) -> dict[str, object]:
    return {
        "url": f"https://feeds.example/{wire.key}.xml",
        "name": word(wire.key, "name"),
        "type": wire.type,
        "lang": wire.lang,
        "keep": f"{wire.keep}d",
        "captions": {wire.lang: [f"{word(wire.key, 'opener')}: {{title}}"]},
        **({} if wire.teams is None else {"teams": wire.teams}),
        **_said(review=wire.review),
    }


def _entry(news: News, wire: Wire) -> Entry:
    return Entry(
        id=word(news.name, "id").encode().hex()[4:20],
        source=wire.key,
        url=news.url,
        title=f"{word(news.name, 'title').title()} & news",
        summary=f"It says {word(news.name, 'summary')}.",
        author=word(news.name, "author"),
        categories=(word(news.name, "category"),),
        image=None,
        published=news.first_seen,
        first_seen=news.first_seen,
    )


def _posts(story: Story) -> Iterator[tuple[str, bytes]]:
    first, *others = story.texts
    name = f"content/posts/{story.slug}"
    spoil = SPOILT.get(story.spoilt, _sound)
    yield f"{name}.md", (b"\xef\xbb\xbf" if story.bom else b"") + spoil(_header(story), _body(story, first))
    for text in others:
        yield f"{name}.{text.lang}.md", _sound(_words(story, text), _body(story, text))


Header = dict[str, object]


def _header(story: Story) -> Header:
    first = story.texts[0]
    return {
        **_words(story, first),
        "type": story.type,
        "tags": [*story.tags, word(story.slug, "tag")],
        "lang": first.lang,
        **({} if story.teams is None else {"teams": story.teams}),
        **_said(
            publish=story.publish,
            expires=story.expires,
            withdraw=story.withdraw,
            aliases=[word(story.slug, "alias")] if story.alias else None,
            campaign=word(story.slug, "campaign") if story.campaign else None,
            utm=None if story.tagged else "false",
            pin=story.pin and "true",
        ),
    }


def _words(story: Story, text: Text) -> Header:
    slug, lang = story.slug, text.lang
    picture = {"image": f"../media/{word(text.image, 'file')}.png", "image_alt": word(slug, f"alt {lang}")}
    return {
        "title": f"{word(slug, f'title {lang}').title()} & “more” <b>",
        **({"url": f"https://acme.example/{word(slug, f'url {lang}')}?a=b#c"} if text.url else {}),
        **(picture if text.image else {}),
        "captions": {
            "default": [f"{word(slug, f'caption {lang}')} 글", f"Or {word(slug, f'second caption {lang}')}?"],
            "x": f"Short <3 {word(slug, f'short caption {lang}')} &amp;",
        },
    }


def _body(story: Story, text: Text) -> str:
    way, target = story.link or ("", "")
    more = f"\n\nMore in [part two]({way}{target}/)." if story.link and text is story.texts[0] else ""
    begins, ends = word(story.slug, f"body {text.lang}"), word(story.slug, f"end {text.lang}")
    return f"{begins}, <i>with</i> *markup* & so on. {'Long. ' * 40}{more}\n\n- {ends}"


def _fenced(header: str, body: str) -> bytes:
    return f"---\n{header}\n---\n\n{body}\n".encode()


def _sound(header: Header, body: str) -> bytes:
    return _fenced(_lines(header), body)


def _lines(header: Header) -> str:
    return "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in header.items())


def _but(header: Header, **changed: object) -> str:
    return _lines({**{key: value for key, value in header.items() if key != "publish"}, **changed})


NEVER = "2099-01-01"
PAST = "2020-01-01"

SPOILT: dict[str, Callable[[Header, str], bytes]] = {
    "the header is never closed": lambda h, b: f"---\n{_but(h, publish=PAST)}\n\n{b}".encode(),
    "a comment before the header": lambda h, b: b"<!-- draft -->\n" + _fenced(_but(h, publish=NEVER), b),
    "a blank line before the header": lambda h, b: b"\n" + _fenced(_but(h, publish=PAST), b),
    "no header": lambda h, b: b.encode(),
    "no blank after the colon": lambda h, b: _fenced(f"{_but(h)}\npublish:{NEVER}", b),
    "a key twice": lambda h, b: _fenced(f"{_but(h, publish=NEVER)}\npublish: {PAST}", b),
    "a key in a comment": lambda h, b: _fenced(f"{_but(h)}\n# publish: {NEVER}", b),
    "a key inside another": lambda h, b: _fenced(_but(h, embargo={"publish": NEVER}), b),
    "null": lambda h, b: _fenced(f"{_but(h)}\npublish: null", b),
    "nothing": lambda h, b: _fenced(f"{_but(h)}\npublish:", b),
    "a tilde": lambda h, b: _fenced(f"{_but(h)}\npublish: ~", b),
    "a blank text": lambda h, b: _fenced(f"{_but(h)}\npublish: ' '", b),
    "a zero-width space": lambda h, b: _fenced(f"{_but(h)}\n\u200bpublish: {NEVER}", b),
    "a zero-width space in the time": lambda h, b: _fenced(f"{_but(h)}\npublish: \u200b{PAST}", b),
    "a capital": lambda h, b: _fenced(_but(h, Publish=NEVER), b),
    "another name": lambda h, b: _fenced(_but(h, publish_at=NEVER), b),
    "no time": lambda h, b: _fenced(_but(h, publish="next tuesday"), b),
    "another order": lambda h, b: _fenced(_but(h, publish="01.02.2020"), b),
    "a number": lambda h, b: _fenced(f"{_but(h)}\npublish: 0", b),
    "true": lambda h, b: _fenced(f"{_but(h)}\npublish: true", b),
    "a list": lambda h, b: _fenced(_but(h, publish=[PAST]), b),
    "no such day": lambda h, b: _fenced(_but(h, publish="2023-02-30"), b),
    "below the header": lambda h, b: _fenced(_but(h), f"publish: {NEVER}\n\n{b}"),
    "a second header": lambda h, b: _fenced("title: x\ntype: company", f"---\n{_but(h, publish=NEVER)}\n---\n{b}"),
    "an unfinished merge": lambda h, b: _fenced(
        f"{_but(h)}\n<<<<<<< ours\npublish: {PAST}\n=======\npublish: {NEVER}\n>>>>>>> theirs", b
    ),
    "UTF-16": lambda h, b: _fenced(_but(h, publish=PAST), b).decode().encode("utf-16"),
    "Latin-1": lambda h, b: _fenced(_but(h, publish=PAST), f"é {b}").decode().encode("latin-1", "replace"),
    "far ahead": lambda h, b: _fenced(_but(h, publish=NEVER), b),
    "a picture that is a link": lambda h, b: _fenced(
        _but(h, publish=PAST, image=f"../media/{word('link', 'picture')}.png", image_alt="x"), b
    ),
    "a picture outside": lambda h, b: _fenced(
        _but(h, publish=PAST, image=f"../../outside/{word('outside', 'picture')}.png", image_alt="x"), b
    ),
}
"""How a header can go wrong, by name, as a function of what it should say and the text below it. A post whose time
nobody can tell is not published, and neither is one whose time is far ahead."""


def _stray(name: str) -> bytes:
    header: Header = {"title": word(name, "title"), "type": "company", "publish": PAST}
    return _sound(header, word(name, "body"))


def _lying(name: str, path: str) -> tuple[str, bytes]:
    return path.format(word(name, "file")), _stray(name)


STRAYS: dict[str, bytes] = dict(
    (
        _lying("an editor's backup", "content/posts/{}.md~"),
        _lying("another editor's backup", "content/posts/{}.md.bak"),
        _lying("a swap file", "content/posts/.{}.md.swp"),
        _lying("a swap file without a dot", "content/posts/{}.md.swp"),
        _lying("a hidden file", "content/posts/.{}.md"),
        _lying("an autosave", "content/posts/#{}.md#"),
        _lying("what a merge leaves", "content/posts/{}.md.orig"),
        _lying("a note", "content/posts/{}.txt"),
        _lying("a note beside", "content/{}.md"),
        _lying("a note in a hidden folder", "content/posts/.drafts/{}.md"),
        _lying("a file at the root", "{}.md"),
        _lying("what git knows", ".git/{}"),
        _lying("a cache", ".cache/{}"),
        _lying("a post elsewhere", "outside/{}.md"),
        _lying("a feed that nobody follows", "content/feeds/{}.xml"),
        ("content/media/.env", word("a secret", "value").encode()),
        (f"content/media/{word('an unnamed picture', 'file')}.png", picture(word("an unnamed picture", "pixels"), "")),
        (f"outside/{word('outside', 'picture')}.png", picture(word("outside", "pixels"), "")),
        (
            f"archive/{word('a source that is gone', 'file')}.jsonl",
            json.dumps({"title": word("a source that is gone", "title")}).encode(),
        ),
        (
            "content/posts/inbox/reviewed.txt",
            f"{word('an offer', 'slug')} https://news.example/{word('an offer', 'address')} x\n".encode(),
        ),
    )
)
"""What lies about in a repository and is never published."""

LINKS = {
    f"content/posts/{word('a link', 'post')}.md": f"../../outside/{word('a post elsewhere', 'file')}.md",
    f"content/posts/{word('a link', 'folder')}": "../../outside",
    f"content/media/{word('link', 'picture')}.png": f"../../outside/{word('outside', 'picture')}.png",
    f"content/media/{word('a link', 'media')}": "../../outside",
}


# As dice decide -----------------------------------------------------------------------------------------


class Dice:
    """Choices, each made by the next of some bytes; without any left it is the first choice.

    Few bytes decide a whole site, so that a failing one is soon made smaller, and random ones cost next to nothing.
    """

    def __init__(self, rolls: bytes) -> None:
        self._rolls = iter(rolls)

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[next(self._rolls, 0) % len(choices)]

    def one_in(self, often: int) -> bool:
        """True once in so many times."""
        return next(self._rolls, 0) % often == often - 1

    def some(self, values: Sequence[T], most: int = 2) -> tuple[T, ...]:
        """Some of the values in their order, or none."""
        chosen = next(self._rolls, 0)
        return tuple(value for n, value in enumerate(values) if chosen >> n & 1)[:most]

    def turned(self, values: Sequence[T]) -> tuple[T, ...]:
        """The values, beginning with any of them."""
        start = next(self._rolls, 0) % len(values)
        return (*values[start:], *values[:start])


def worlds() -> st.SearchStrategy[World]:
    """Sites for properties."""
    return st.binary(min_size=ROLLS, max_size=ROLLS).map(lambda rolls: world(Dice(rolls)))


ROLLS = 320


def world(dice: Dice) -> World:
    """A site whose dates lie round one day, so that much happens close together."""
    written_day, near = dice.pick(tuple(DAYS.items()))
    day = date.fromisoformat(written_day)
    languages = dice.turned(LANGUAGES)[: dice.pick((3, 2))]
    slugs = tuple(word(f"post {n}", "slug") for n in range(dice.pick((5, 3, 2, 4, 6, 7))))
    keys = tuple(word(f"team {n}", "key") for n in range(dice.pick((3, 2, 4))))
    sources = tuple(word(f"source {n}", "key") for n in range(dice.pick((1, 0, 2))))
    stories = tuple(_story_of(dice, slug, slugs, keys, languages, day) for slug in slugs)
    unread = {story.slug for story in stories if story.spoilt}
    return World(
        languages=languages,
        zone=dice.pick(ZONES),
        pause=_recalled(dice, day, 12),
        crews=tuple(_crew(dice, key, keys[:n], (slugs, sources, languages), day, near) for n, key in enumerate(keys)),
        stories=tuple(replace(s, link=None) if s.link and s.link[1] in unread else s for s in stories),
        wires=tuple(_wire(dice, key, keys, languages, day) for key in sources),
    )


def _instant(dice: Dice, day: date) -> datetime:
    """A moment within ten days of `day`."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return start + timedelta(hours=dice.pick(range(-240, 16)) + dice.pick(range(225)))


def _recalled(dice: Dice, day: date, often: int = 6) -> str | None:
    """What `withdraw` and `pause` say: mostly nothing."""
    if not dice.one_in(often):
        return None
    return dice.pick(("true", f"{_instant(dice, day):%Y-%m-%dT%H:%MZ}"))


def _moment(dice: Dice, day: date) -> str:
    """A time as an editor writes it, mostly on the day after `day`."""
    on = day + timedelta(days=dice.pick((1, 1, 1, 0, 2, -3, 4, -9, 9)))
    return f"{on}{dice.pick((*TIMES, *[ODD.get(DAYS.get(str(day), ''), '')] * 5))}"


def _crew(
    dice: Dice, key: str, before: tuple[str, ...], known: tuple[tuple[str, ...], ...], day: date, near: str
) -> Crew:
    slugs, sources, languages = known
    return Crew(
        key=key,
        zone=dice.pick((*ZONES, None, *[near] * 5)),
        languages=dice.some(dice.turned(languages)),
        networks=dice.pick(((), dice.some(NETWORKS, 3))),
        parent=dice.pick(before) if before and dice.one_in(3) else None,
        pilot=dice.one_in(3),
        opens=day + timedelta(days=dice.pick(range(-3, 6))) if dice.one_in(3) else None,
        pause=_recalled(dice, day),
        page_size=dice.pick((None, None, 1, 2)),
        logo=dice.one_in(2),
        types=dice.some(TYPES, 3),
        tags=dice.some(TAGS),
        posts=dice.some(slugs),
        wires=dice.some(sources),
        narrow=dice.some(languages) if dice.one_in(4) else (),
    )


def _story_of(
    dice: Dice, slug: str, slugs: tuple[str, ...], keys: tuple[str, ...], languages: tuple[str, ...], day: date
) -> Story:
    spoken = dice.turned(languages)[: dice.pick((1, 2, 3))]
    return Story(
        slug=slug,
        type=dice.pick(TYPES),
        tags=dice.some(TAGS),
        teams=dice.some(keys) if dice.one_in(4) else None,
        publish=None if dice.one_in(8) else _moment(dice, day),
        expires=_moment(dice, day + timedelta(days=5)) if dice.one_in(2) else None,
        texts=tuple(_text(dice, lang, slug) for lang in spoken),
        withdraw=_recalled(dice, day),
        alias=dice.one_in(2),
        campaign=dice.one_in(2),
        tagged=not dice.one_in(3),
        pin=dice.one_in(3),
        bom=dice.one_in(4),
        spoilt=dice.pick(tuple(SPOILT)) if dice.one_in(5) else "",
        link=(dice.pick(WAYS), dice.pick(slugs)) if dice.one_in(4) else None,
    )


WAYS = ("../", "../../posts/", "/v/posts/", f"{ADDRESS}posts/")
"""How a body may write the way to another post of the site."""

PICTURES = ("shared 0", "shared 1")
"""Pictures that several posts may show."""


def _text(dice: Dice, lang: str, slug: str) -> Text:
    return Text(lang, url=dice.one_in(2), image=dice.pick((None, *PICTURES, f"{slug} {lang}")))


def _wire(dice: Dice, key: str, keys: tuple[str, ...], languages: tuple[str, ...], day: date) -> Wire:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    seen = dice.some(dice.turned(range(-6, 2)), 3)
    return Wire(
        key=key,
        type=dice.pick(TYPES),
        lang=dice.pick(languages),
        teams=dice.some(keys) if dice.one_in(4) else None,
        keep=dice.pick((7, 2, 60)),
        review=dice.one_in(4),
        news=tuple(
            News(f"{key} {n}", noon + timedelta(days=n), dice.pick(("", "", "", "hidden", "refused"))) for n in seen
        ),
    )
