"""The rules of publishing, read plainly and apart from the product: what of a generated site may be seen, and where.

Nothing of heraldry is imported here, and no time is worked out the way it does: the instants of a wall-clock time are
those at which a clock in the zone shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from math import ceil
from zoneinfo import ZoneInfo

from canaries import meant, word
from generated_sites import NETWORKS, Crew, News, Story, Text, Wire, World

SECOND = timedelta(seconds=1)


# Clocks -------------------------------------------------------------------------------------------------


@cache
def shown(zone: str, wall: datetime) -> tuple[datetime, ...]:
    """The instants, in order, at which a clock in the zone shows `wall`: none in a gap, two in a fold."""
    near = [wall.replace(tzinfo=UTC) + timedelta(hours=hours) for hours in range(-30, 31, 2)]
    offsets = {moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta() for moment in near}
    possible = sorted((wall - offset).replace(tzinfo=UTC) for offset in offsets)
    return tuple(u for u in possible if u.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall)


@cache
def first_minute(zone: str, day: date, *, later: bool) -> datetime:
    """When the day begins: at 00:00, or with the first minute that there is."""
    start = datetime.combine(day, time())
    found = next(filter(None, (shown(zone, start + timedelta(minutes=n)) for n in range(1440))))
    return found[-1 if later else 0]


@cache
def begins(text: str, zone: str) -> datetime | None:
    """When `publish:` comes: of two instants the later one. None in a gap."""
    return _moment(text, zone, later=True)


@cache
def ends(text: str, zone: str) -> datetime | None:
    """When `expires:` comes: of two instants the earlier one; a date alone includes its day. None in a gap."""
    if len(text) == len("2026-12-31"):
        return first_minute(zone, date.fromisoformat(text) + timedelta(days=1), later=False)
    return _moment(text, zone, later=False)


def _moment(text: str, zone: str, *, later: bool) -> datetime | None:
    if re.search(r"(Z|[+-]\d\d:\d\d)$", text[10:]):
        return datetime.fromisoformat(text).astimezone(UTC)
    wall = datetime.fromisoformat(text)
    if wall.time() == time():
        return first_minute(zone, wall.date(), later=later)
    found = shown(zone, wall)
    return found[-1 if later else 0] if found else None


# Teams and audiences --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """A team with what it takes from its parent and the programme."""

    crew: Crew
    line: tuple[Crew, ...]
    zone: str
    languages: tuple[str, ...]
    networks: tuple[str, ...]
    page_size: int
    arms: str | None
    pauses: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.crew.key

    def opening(self) -> datetime | None:
        return first_minute(self.zone, self.crew.opens, later=True) if self.crew.opens else None

    def is_open(self, now: datetime) -> bool:
        opening = self.opening()
        return opening is None or opening <= now

    def paused(self, now: datetime) -> bool:
        return any(since == "true" or datetime.fromisoformat(since) <= now for since in self.pauses)


@lru_cache(maxsize=4)
def groups(world: World) -> tuple[Group, ...]:
    by_key = {crew.key: crew for crew in world.crews}
    return tuple(_group(crew, tuple(_line(crew, by_key)), world) for crew in world.crews)


def _line(crew: Crew | None, by_key: dict[str, Crew]) -> Iterator[Crew]:
    """The team, its parent, that one's parent."""
    while crew:
        yield crew
        crew = by_key[crew.parent] if crew.parent else None


def _group(crew: Crew, line: tuple[Crew, ...], world: World) -> Group:
    own = next((one.languages for one in line if one.languages), ())
    return Group(
        crew=crew,
        line=line,
        zone=next((one.zone for one in line if one.zone), world.zone),
        languages=tuple(dict.fromkeys((*own, *world.languages))),
        networks=next((one.networks for one in line if one.networks), NETWORKS),
        page_size=next((one.page_size for one in line if one.page_size), 60),
        arms=next((one.key for one in line if one.logo), None),
        pauses=tuple(since for since in (crew.pause, world.pause) if since),
    )


@dataclass(frozen=True)
class Item:
    """A post or a piece of news, as teams see it."""

    name: str
    type: str
    tags: tuple[str, ...]
    wire: str | None
    teams: tuple[str, ...] | None
    texts: tuple[Text, ...]
    story: Story | None = None
    news: News | None = None


def wants(group: Group, item: Item) -> bool:
    if item.teams is not None:
        return group.key in item.teams
    return any(
        item.type in one.types
        or set(item.tags) & set(one.tags)
        or item.wire in one.wires
        or (item.story is not None and item.name in one.posts)
        for one in group.line
    )


def reads(group: Group, item: Item) -> Text | None:
    """The text that a team sees: the first in its order of languages among those it allows."""
    narrow = {lang for one in group.line for lang in one.narrow}
    texts = {text.lang: text for text in item.texts if not narrow or text.lang in narrow}
    return next((texts[lang] for lang in group.languages if lang in texts), None)


# Times of posts -------------------------------------------------------------------------------------------


def window(item: Item, group: Group, world: World) -> tuple[datetime, datetime] | None:
    """From when until before when an item is promoted to a team; None for never."""
    if item.news:
        wire = next(wire for wire in world.wires if wire.key == item.wire)
        return item.news.first_seen, item.news.first_seen + timedelta(days=wire.keep)
    assert item.story
    if item.story.publish is None or (first := begins(item.story.publish, group.zone)) is None:
        return None
    last = ends(item.story.expires, group.zone) if item.story.expires else datetime.max.replace(tzinfo=UTC)
    return (first, last) if last else None


def withdrawn(item: Item, now: datetime) -> bool:
    since = item.story.withdraw if item.story else None
    return since is not None and (since == "true" or datetime.fromisoformat(since) <= now)


def promoted(item: Item, group: Group, world: World, now: datetime) -> bool:
    """Whether the item is on the team's pages."""
    span = window(item, group, world)
    if not (span and wants(group, item) and reads(group, item) and group.is_open(now)):
        return False
    return span[0] <= now < span[1] and not withdrawn(item, now) and not group.paused(now)


def public(item: Item, world: World, every: Iterable[Group], now: datetime) -> bool:
    """Whether the post has been on some team's pages: only then it has an address of its own."""
    for group in every:
        span = window(item, group, world)
        if span and wants(group, item) and reads(group, item):
            first = max(span[0], group.opening() or span[0])
            if (
                first < span[1]
                and first <= now
                and not any(since <= min(now, first) for since in _recalls(item, group))
            ):
                return True
    return False


def _recalls(item: Item, group: Group) -> Iterator[datetime]:
    """The moments from which the post was not to appear any more, where they are known."""
    if item.story and item.story.withdraw not in (None, "true"):
        yield datetime.fromisoformat(str(item.story.withdraw))
    yield from (datetime.fromisoformat(pause) for pause in group.pauses if pause != "true")


def sound(item: Item, world: World, every: Iterable[Group]) -> bool:
    """Whether a post can be published at all: its file is in order, its times exist and follow each other for every
    team that it is meant for."""
    assert item.story
    if item.story.spoilt:
        return False
    for group in (group for group in every if wants(group, item)):
        if item.story.publish and begins(item.story.publish, group.zone) is None:
            return False
        if item.story.expires and ends(item.story.expires, group.zone) is None:
            return False
        span = window(item, group, world)
        if span and span[1] <= span[0]:
            return False
    return not _tells(item, world, every)


def _tells(item: Item, world: World, every: Iterable[Group]) -> bool:
    """Whether a post leads to another one that is not public yet when it appears: then it stays out itself."""
    story = item.story
    assert story
    if not (story.link and story.link[0].startswith("https:")) or story.link[1] == story.slug:
        return False
    other = next(other for other in world.stories if other.slug == story.link[1])
    first, second = _first(item, world, every), _first(_as_item(other), world, every)
    stopped = second and other.withdraw not in (None, "true") and datetime.fromisoformat(str(other.withdraw)) <= second
    return first is not None and (second is None or first < second or bool(stopped))


def _first(item: Item, world: World, every: Iterable[Group]) -> datetime | None:
    """When a post first appears to anybody, were it neither withdrawn nor paused."""
    spans = [
        (max(span[0], group.opening() or span[0]), span[1])
        for group in every
        if wants(group, item) and reads(group, item) and (span := window(item, group, world))
    ]
    return min((first for first, last in spans if first < last), default=None)


@lru_cache(maxsize=4)
def items(world: World) -> tuple[Item, ...]:
    """Everything that may ever be seen."""
    every = groups(world)
    posts = [_as_item(story) for story in world.stories]
    kept = [item for item in posts if sound(item, world, every)]
    told = [_told(news, wire) for wire in world.wires if not wire.review for news in wire.news if not news.fate]
    return (*kept, *told)


def _as_item(story: Story) -> Item:
    return Item(story.slug, story.type, story.tags, None, story.teams, _inherited(story), story=story)


def _inherited(story: Story) -> tuple[Text, ...]:
    """The texts; a translation without address or picture has those of the first."""
    first = story.texts[0]
    return tuple(Text(text.lang, text.url or first.url, text.image or first.image) for text in story.texts)


def _told(news: News, wire: Wire) -> Item:
    return Item(news.name, wire.type, (), wire.key, wire.teams, (Text(wire.lang, url=True),), news=news)


# What stands where ------------------------------------------------------------------------------------------


@dataclass
class Place:
    """The canaries that a file must hold, and those that it may."""

    must: set[str]
    may: set[str]

    @classmethod
    def of(cls, must: Iterable[str] = (), may: Iterable[str] = ()) -> Place:
        needed = set(must)
        return cls(needed, needed | set(may))

    def __or__(self, other: Place) -> Place:
        return Place(self.must | other.must, self.may | other.may)


NOTHING = Place.of()


def expected(world: World, now: datetime) -> dict[str, Place]:
    """Every file of the site at `now` that is no part of the frame, and what stands in it; heraldry.json and the
    handbook apart. The folder of a pilot is given by its key alone, and a picture without its fingerprint."""
    every, many = groups(world), items(world)
    there = [group for group in every if group.is_open(now)]
    found: dict[str, Place] = {}
    for group in there:
        found |= _team(group, many, world, now)
    for item in many:
        if item.story and public(item, world, every, now):
            found |= _own_pages(item, world, now)
    listed = [_tile(group) for group in there if not group.crew.pilot]
    found["index.html"] = _all(listed)
    for place in ("404.html", "robots.txt"):
        found[place] = NOTHING
    return found | _media(found, world, there)


def _all(places: Iterable[Place]) -> Place:
    made = NOTHING
    for place in places:
        made = made | place
    return made


def _tile(group: Group) -> Place:
    arms = [word(group.arms, "logo")] if group.arms else []
    return Place.of([group.key, *_called(group), *arms])


def _called(group: Group) -> list[str]:
    return [word(group.key, "name"), word(group.key, "tagline")]


FEEDS = ("rss.xml", "atom.xml", "feed.json")


def _team(group: Group, many: tuple[Item, ...], world: World, now: datetime) -> dict[str, Place]:
    """The pages and feeds of an open team."""
    shown_now = sorted(
        (item for item in many if promoted(item, group, world, now)), key=lambda item: _rank(item, group, world)
    )
    size = group.page_size
    pages = [shown_now[n * size : (n + 1) * size] for n in range(max(1, ceil(len(shown_now) / size)))]
    helpers = [word(one.key, what) for one in group.line for what in ("helper", "contact")]
    helper = helpers[:2]
    arms = [word(group.arms, "logo")] if group.arms else []
    head = Place.of([*_called(group), *helper, *arms], [group.key])
    found = {
        f"{group.key}/{f'{number}/' if number > 1 else ''}index.html": _all([head, *(_card(i, group) for i in page)])
        for number, page in enumerate(pages, 1)
    }
    feed = _all([Place.of([group.key, word(group.key, "name")]), *(_entry(item, group) for item in pages[0])])
    told = feed | Place.of([word(group.key, "tagline")])
    return found | {f"{group.key}/{name}": each for name, each in zip(FEEDS, (told, feed, told), strict=True)}


def _rank(item: Item, group: Group, world: World) -> tuple[bool, float, str]:
    """Pinned ones, then the newest."""
    span = window(item, group, world)
    assert span
    pinned = item.story is not None and item.story.pin
    name = item.name if item.story else f"{item.wire}-{word(item.name, 'id').encode().hex()[4:14]}"
    return not pinned, -span[0].timestamp(), name


def _disclosures(group: Group, item: Item, text: Text) -> Place:
    """The nearest of the line that says it in the text's language, where one is due; there are none for the trade."""
    said = next((word(one.key, f"disclosure {text.lang}") for one in group.line if text.lang in one.languages), None)
    return Place.of([said] if said and item.type != "industry" else [])


def _card(item: Item, group: Group) -> Place:
    """What a team's page says of an item."""
    text = reads(group, item)
    assert text
    if item.news:
        return _clipping(item, item.news, group) | _disclosures(group, item, text)
    story = item.story
    assert story
    slug, lang = story.slug, text.lang
    must = [slug, word(slug, "tag")]
    must += [word(slug, f"{what} {lang}") for what in ("title", "caption", "second caption")]
    may = [word(slug, f"short caption {lang}")]
    if "x" in group.networks:
        must += may
    if story.campaign and story.tagged:
        must += [word(slug, "campaign")]
    if text.url:
        must += [_address(story, text), word(slug, f"body {lang}"), word(slug, f"end {lang}")]
    if text.image:
        must += [word(text.image, "file"), _alt(story, text)]
    return Place.of(must, [*may, *_linked(story, text)]) | _disclosures(group, item, text)


def _address(story: Story, text: Text) -> str:
    own = next(one for one in story.texts if one.lang == text.lang)
    return word(story.slug, f"url {(own if own.url else story.texts[0]).lang}")


def _alt(story: Story, text: Text) -> str:
    own = next(one for one in story.texts if one.lang == text.lang)
    return word(story.slug, f"alt {(own if own.image else story.texts[0]).lang}")


def _linked(story: Story, text: Text) -> list[str]:
    """The slug of a post that the text links to in full."""
    whole = story.link and story.link[0].startswith("https:") and text.lang == story.texts[0].lang
    return [story.link[1]] if story.link and whole else []


def _clipping(item: Item, news: News, group: Group) -> Place:
    must = [word(news.name, what) for what in ("title", "summary", "address")]
    wire = item.wire or ""
    return Place.of([*must, word(wire, "name"), word(wire, "opener")], [wire, word(news.name, "category")])


def _entry(item: Item, group: Group) -> Place:
    """What a team's feeds say of an item."""
    text = reads(group, item)
    assert text
    if item.news:
        must = [word(item.news.name, what) for what in ("title", "summary", "address")]
        return Place.of([*must, word(item.wire or "", "opener"), item.wire or ""]) | _disclosures(group, item, text)
    story = item.story
    assert story
    slug, lang = story.slug, text.lang
    must = [slug, word(slug, "tag")]
    must += [word(slug, f"{what} {lang}") for what in ("title", "caption", "body", "end")]
    must += [_address(story, text)] if text.url else []
    return Place.of(must, _linked(story, text)) | _disclosures(group, item, text)


def _own_pages(item: Item, world: World, now: datetime) -> dict[str, Place]:
    """Landing pages or tombstones, and the pages at former addresses."""
    story = item.story
    assert story
    gone, found = withdrawn(item, now), {}
    for number, text in enumerate(item.texts):
        place = f"posts/{story.slug}/{f'{text.lang}/' if number else ''}index.html"
        if not text.url:
            found[place] = Place.of([story.slug]) if gone else _story(story, text)
    if story.alias:
        alias = word(story.slug, "alias")
        first = item.texts[0]
        onward = [word(story.slug, f"url {first.lang}")] if first.url and not gone else []
        found[f"posts/{alias}/index.html"] = Place.of([alias, *onward], [story.slug])
    return found


def _story(story: Story, text: Text) -> Place:
    slug, lang = story.slug, text.lang
    must = [slug, *(word(slug, f"{what} {lang}") for what in ("title", "body", "end"))]
    must += [word(text.image, "file"), _alt(story, text)] if text.image else []
    return Place.of(must, _linked(story, text))


def _media(found: dict[str, Place], world: World, there: list[Group]) -> dict[str, Place]:
    """The files of the pictures and arms that some page names."""
    named = {name for place in found.values() for name in place.must}
    pictures = {text.image for story in world.stories for text in story.texts if text.image}
    made = {
        f"assets/media/{word(name, 'file')}.png": Place.of([word(name, "file"), word(name, "pixels")])
        for name in pictures
        if word(name, "file") in named
    }
    arms = {group.arms for group in there if group.arms}
    return made | {
        f"assets/media/{word(key, 'logo')}.png": Place.of([word(key, "logo"), word(key, "arms")]) for key in arms
    }


def leaks(found: Mapping[str, frozenset[str]], wanted: Mapping[str, Place]) -> list[str]:
    """Everything that stands where it must not, or does not stand where it must."""
    said = [f"{path}: not there" for path in wanted.keys() - found.keys()]
    said += [f"{path}: too much" for path in found.keys() - wanted.keys()]
    for path in found.keys() & wanted.keys():
        place = wanted[path]
        said += [f"{path}: {meant(each)} leaks" for each in sorted(found[path] - place.may)]
        said += [f"{path}: {meant(each)} is missing" for each in sorted(place.must - found[path])]
    return sorted(said)


# Moments that matter ------------------------------------------------------------------------------------------


def edges(world: World) -> list[datetime]:
    """Every instant at which something may change, in order, both of such as a wall shows twice; at least one."""
    return sorted({moment for moment in _edges(world) if moment}) or [datetime(2026, 12, 1, tzinfo=UTC)]


def _edges(world: World) -> Iterator[datetime | None]:
    every = groups(world)
    for group in every:
        yield group.opening()
        yield from (datetime.fromisoformat(since) for since in group.pauses if since != "true")
    for story in world.stories:
        if story.withdraw not in (None, "true"):
            yield datetime.fromisoformat(str(story.withdraw))
        for group in (group for group in every if wants(group, _as_item(story))):
            for later in (True, False):
                yield _moment(story.publish, group.zone, later=later) if story.publish else None
            yield ends(story.expires, group.zone) if story.expires else None
    for wire in world.wires:
        for news in wire.news:
            yield from (news.first_seen, news.first_seen + timedelta(days=wire.keep))
