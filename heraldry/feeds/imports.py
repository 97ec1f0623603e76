"""Entries become posts: each story once, with its source's type, tags, teams, language, caps and captions.

The rules, in the order in which they decide:

1. Sources under review bring no posts here: their entries become Markdown in a pull request.
2. What an editor hides, and what an editor's post is about, is no post, whichever source brings it: by the page's
   address, or by the slug. Any post of an editor counts, also a draft, a withdrawn or an expired one, and for all
   teams: the editor has taken the story over.
3. A source that brings a story twice brings the one first seen.
4. The source's patterns choose. A pin does not go over them: they may be there for the sake of the law.
5. The source's caps choose. Pinned stories come in addition: a pin never takes another's place.
6. Of a story that several sources bring a team sees one post: that of a company source before an employee's and an
   industry one, else the one first seen, else that of the source that comes first in sources.yaml. Another source's
   post stays for those teams only that see it and not a better one, so that nobody loses a story, and nobody reads
   the words of a source that is not theirs. It takes the better one's type: what the employer says is disclosed,
   whichever way it came.

The same story: one canonical address (unless it is a site's front page), or one id with one title. Whoever hides,
pins or takes over one telling of it means all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from heraldry.addresses import canonical, front, untracked
from heraldry.feeds.patterns import Sieve
from heraldry.feeds.stories import Keys, SeenBy, Story, age, capped, dated, once, slug, story_of, unrepeated
from heraldry.model import Curation, Entry, Instant, Post, Programme, Source, Subscriptions, Version

__all__ = ["OPENERS", "Imports", "Note", "captions", "posts", "slug"]

OPENERS = {
    "en": ("Worth a read: {title}", "{title} – what is your take?", "This one made me think: {title}"),
    "tr": ("Okumaya değer: {title}", "{title} – siz ne düşünüyorsunuz?", "Beni düşündüren bir yazı: {title}"),
    "ko": (
        "읽어 볼 만한 글입니다: {title}",
        "{title} – 어떻게 생각하세요?",
        "생각하게 만드는 글입니다: {title}",
    ),
}
"""Rotated when a source brings no openers of its own; languages not listed get the bare title."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something in sources.yaml that does not do what it says: its keys there, and what to tell the editor."""

    keys: tuple[str, ...]
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Imports:
    """The imported posts, source by source in the order of sources.yaml, and what editors should know."""

    posts: tuple[Post, ...]
    notes: tuple[Note, ...] = ()


def posts(
    entries: Mapping[str, Iterable[Entry]],
    subscriptions: Subscriptions,
    programme: Programme,
    *,
    own: Iterable[Post],
    seen_by: SeenBy,
    pictures: Mapping[str, tuple[str, ...]] | None = None,
) -> Imports:
    """All sources' posts, by the rules above.

    `entries` are the archived ones by their source's key, `own` the editors' posts. `pictures` maps an entry's
    image address to its stored files, widest first; an entry whose image is not there has none.
    """
    sources = subscriptions.sources
    known = [
        [story_of(entry, source, order) for entry in entries.get(source.key, ())]
        for order, source in enumerate(sources)
    ]
    every = [story for stories in known for story in stories]
    desk = _desk(subscriptions, every, own)
    sieves = [Sieve(source) for source in sources]
    paired = zip(known, sieves, strict=True)
    chosen = [story for many, sieve in paired for story in _chosen(many, sieve, desk, programme)]

    def made(story: Story) -> Post:
        return _post(story.entry, story.source, not desk.pinned.isdisjoint(story.keys), pictures or {})

    kept = unrepeated(chosen, made, seen_by)
    return Imports(tuple(kept.values()), (*_notes(subscriptions.curation, every, desk, kept), *_doubts(sieves)))


# What editors decided -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Desk:
    """The keys of stories that are pinned, hidden, and taken over by an editor's post."""

    pinned: Keys
    hidden: Keys
    taken: Keys


def _desk(subscriptions: Subscriptions, every: Sequence[Story], own: Iterable[Post]) -> _Desk:
    curation = subscriptions.curation
    pinned, hidden = (frozenset(map(canonical, names)) for names in (curation.pin, curation.hide))
    return _Desk(_meant(pinned, every), _meant(hidden, every), _meant(frozenset(_written(own)), every))


def _written(own: Iterable[Post]) -> Iterator[str]:
    """What editors' posts are called, and which pages they are about; a front page is about nothing in particular."""
    for post in own:
        yield from (post.slug, *post.aliases)
        pages = (canonical(version.url) for version in post.versions.values() if version.url)
        yield from (page for page in pages if not front(page))


def _meant(names: Keys, every: Iterable[Story]) -> Keys:
    """The keys of the stories that go by these names."""
    return frozenset(key for story in every if not names.isdisjoint(story.names) for key in story.keys)


# One source -----------------------------------------------------------------------------------------


def _chosen(stories: Iterable[Story], sieve: Sieve, desk: _Desk, programme: Programme) -> Iterator[Story]:
    """What the source brings to the pages, oldest first, as far as that can be said without the other sources."""
    if sieve.source.review:
        return
    off = desk.hidden | desk.taken
    wanted = [story for story in once(s for s in stories if off.isdisjoint(s.keys)) if sieve.lets(story.entry)]
    shown = frozenset(story.entry.id for story in capped(wanted, sieve.source, programme))
    for story in sorted(wanted, key=age):
        if story.entry.id in shown or not desk.pinned.isdisjoint(story.keys):
            yield story


# One post -------------------------------------------------------------------------------------------


def _post(entry: Entry, source: Source, pin: bool, pictures: Mapping[str, tuple[str, ...]]) -> Post:
    stored = pictures.get(entry.image, ()) if entry.image else ()
    version = Version(
        lang=source.lang,
        title=entry.title,
        url=untracked(entry.url),
        image=stored[0] if stored else None,
        captions=captions(entry, source),
        summary=entry.summary,
    )
    return Post(
        slug=slug(entry, source),
        type=source.type,
        versions={source.lang: version},
        tags=source.tags,
        teams=source.teams,
        publish=Instant(entry.first_seen),
        expires=Instant(entry.first_seen + source.keep),
        dated=dated(entry),
        pin=pin,
        utm={} if source.utm else None,
        source=source.key,
    )


def captions(entry: Entry, source: Source) -> dict[str, tuple[str, ...]]:
    """The wordings by network: those that the source has openers for, and `default`."""
    own = source.captions.get(source.lang, {})
    openers = {"default": OPENERS.get(source.lang, ("{title}",)), **{key: texts for key, texts in own.items() if texts}}
    return {network: _worded(texts, entry) for network, texts in openers.items()}


def _worded(openers: tuple[str, ...], entry: Entry) -> tuple[str, ...]:
    """Two wordings, taken from the openers by the entry's id: neighbours on a page differ, builds do not."""
    start = int(entry.id[:8], 16) % len(openers)
    turned = openers[start:] + openers[:start]
    return tuple(opener.replace("{title}", entry.title) for opener in turned[:2])


# What editors should know ---------------------------------------------------------------------------


def _notes(curation: Curation, every: Sequence[Story], desk: _Desk, kept: Mapping[str, Post]) -> Iterator[Note]:
    """Names in sources.yaml that do nothing; none as long as no entry is known at all."""
    shown = frozenset(key for story in every if not kept.keys().isdisjoint(story.names) for key in story.keys)
    for listed, names in (("pin", curation.pin), ("hide", curation.hide)):
        for name in names if every else ():
            meant = [story for story in every if canonical(name) in story.names]
            if not meant:
                said = f"no entry is called '{_quoted(name)}'"
                yield Note((listed, name), said, "compare it with the entry's address, or take it out")
            elif listed == "pin" and (why := _idle(meant, desk, shown)):
                yield Note((listed, name), f"'{_quoted(name)}' is pinned, but on no page: {why}", "take it out")


def _quoted(name: str) -> str:
    """An address without its query, which may hold a secret."""
    head, mark, _ = name.partition("?")
    return f"{head}{mark}…" if mark else head


def _idle(meant: Sequence[Story], desk: _Desk, shown: Keys) -> str:
    """Why a story that is pinned is no post; "" when it is one."""
    keys = frozenset(key for story in meant for key in story.keys)
    if not keys.isdisjoint(shown):
        return ""
    if not keys.isdisjoint(desk.hidden):
        return "it is hidden as well"
    if not keys.isdisjoint(desk.taken):
        return "a post of your own is about it"
    if all(story.source.review for story in meant):
        return "its source is under review"
    return "the patterns of its source leave it out"


def _doubts(sieves: Iterable[Sieve]) -> Iterator[Note]:
    for sieve in sieves:
        for side, field, pattern in sieve.doubtful:
            said = f"pattern '{pattern}' takes too long, and what it could not be tried on stays out"
            hint = "write it without a repetition inside a repetition, as in (a+)+"
            yield Note(("sources", sieve.source.key, side, field, pattern), said, hint)
