"""Entries become posts: each story once, with its source's type, tags, teams, language, caps and captions.

The rules, in the order in which they decide:

1. Sources under review bring no posts here: their entries become Markdown in a pull request. Entries whose `keep` has
   ended bring none either; the archive knows them a while longer, and they count for rule 6.
2. What an editor hides, what a review has refused, and what an editor's post is about, is no post, whichever source
   brings it: by the page's address, a former one too, or by the slug. To hide an address without a fragment hides the
   whole page, with all its parts. Any post of an editor counts, also a draft, a withdrawn or an expired one, and for
   all teams: the editor has taken the story over.
3. A source that brings a story twice brings the one first seen.
4. The source's patterns choose. A pin does not go over them: they may be there for the sake of the law.
5. The source's caps choose. Pinned stories come in addition: a pin never takes another's place.
6. Of a story that several sources bring a team sees one post: that of a company source before an employee's and an
   industry one, else the one first seen, else that of the source that comes first in sources.yaml. Another source's
   post stays for those teams only that see it and not a better one, so that nobody loses a story, and nobody reads
   the words of a source that is not theirs. Every post takes the best type among all tellings that the archives know,
   also those that are under review, expired, left out or capped: what the employer says is disclosed, whichever way
   it came.

The same story: one canonical address, present or former, or one id with one title. A site's front page is nobody's
address in this sense, and a page that differently titled entries of one source share (a changelog) only together with
the title: there, entries with other ids and other titles are other stories. Whoever hides, pins or takes over one
telling of a story means all of them. To hide or pin a shared address means everything there, and the slug means one;
an editor's post about it is about the page, and takes over nothing of the source whose entries share it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from heraldry.addresses import canonical, front, untracked
from heraldry.feeds.patterns import Sieve
from heraldry.feeds.stories import Keys, SeenBy, Story, age, capped, crowded, dated, once, slug, told, unrepeated
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
    now: datetime | None = None,
    refused: Keys = frozenset(),
) -> Imports:
    """All sources' posts, by the rules above.

    `entries` are the archived ones by their source's key, `own` the editors' posts. `pictures` maps an entry's
    image address to its stored files, widest first; an entry whose image is not there has none. Entries whose
    `keep` has ended at `now` are left out; None leaves out none. `refused` holds slugs and canonical addresses,
    which are hidden like those that editors hide, but may well mean nothing.
    """
    sources = subscriptions.sources
    known = told(entries, sources)
    desk = _desk(subscriptions.curation, known, own, refused)
    sieves = [Sieve(source) for source in sources]
    lasting = ([story for story in many if not _ended(story, now)] for many in known)
    paired = zip(lasting, sieves, strict=True)
    chosen = [story for many, sieve in paired for story in _chosen(many, sieve, desk, programme)]

    def made(story: Story) -> Post:
        return _post(story.entry, story.source, not desk.pinned.isdisjoint(story.keys), pictures or {})

    kept = unrepeated(chosen, made, seen_by)
    notes = _notes(subscriptions.curation, [story for many in known for story in many], desk, kept, now)
    return Imports(tuple(kept.values()), (*notes, *_doubts(sieves)))


def _ended(story: Story, now: datetime | None) -> bool:
    return now is not None and story.entry.first_seen + story.source.keep <= now


# What editors decided -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Desk:
    """The keys of stories that are pinned, hidden, refused in a review, and taken over by an editor's post."""

    pinned: Keys
    hidden: Keys
    refused: Keys
    taken: Keys


def _desk(curation: Curation, known: Sequence[Sequence[Story]], own: Iterable[Post], refused: Keys) -> _Desk:
    every = [story for many in known for story in many]
    pinned, hidden = (frozenset(map(canonical, names)) for names in (curation.pin, curation.hide))
    written = frozenset(_written(own))
    return _Desk(
        pinned=_keys(story for story in every if not pinned.isdisjoint(story.names)),
        hidden=_keys(story for story in every if not hidden.isdisjoint(_hidden_by(story))),
        refused=_keys(story for many in known for story in _about(refused, many)),
        taken=_keys(story for many in known for story in _about(written, many)),
    )


def _written(own: Iterable[Post]) -> Iterator[str]:
    """What editors' posts are called, and which pages they are about; a front page is about nothing in particular."""
    for post in own:
        yield from (post.slug, *post.aliases)
        pages = (canonical(version.url) for version in post.versions.values() if version.url)
        yield from (page for page in pages if not front(page))


def _about(written: Keys, stories: Sequence[Story]) -> Iterator[Story]:
    """Those of one source's stories that editors' posts are about; a page that several share says not which."""
    said = written - crowded([stories], now_only=True)
    return (story for story in stories if not said.isdisjoint(story.names))


def _keys(stories: Iterable[Story]) -> Keys:
    return frozenset(key for story in stories for key in story.keys)


def _hidden_by(story: Story) -> Keys:
    """The names that hide it: its own, and its pages without the part of them that it is about."""
    return story.names | {name.partition("#")[0] for name in story.names}


# One source -----------------------------------------------------------------------------------------


def _chosen(stories: Iterable[Story], sieve: Sieve, desk: _Desk, programme: Programme) -> Iterator[Story]:
    """What the source brings to the pages, oldest first, as far as that can be said without the other sources."""
    if sieve.source.review:
        return
    off = desk.hidden | desk.refused | desk.taken
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


def _notes(
    curation: Curation, every: Sequence[Story], desk: _Desk, kept: Mapping[str, Post], now: datetime | None
) -> Iterator[Note]:
    """Names in sources.yaml that do nothing; none as long as no entry is known at all."""
    shown = _keys(story for story in every if not kept.keys().isdisjoint(story.names))
    hideable = frozenset(name for story in every for name in _hidden_by(story)) if curation.hide else frozenset()
    for name in curation.pin if every else ():
        meant = [story for story in every if canonical(name) in story.names]
        if not meant:
            yield _unknown("pin", name)
        elif why := _idle(meant, desk, shown, now):
            yield Note(("pin", name), f"'{_quoted(name)}' is pinned, but on no page: {why}", "take it out")
    for name in curation.hide if every else ():
        if canonical(name) not in hideable:
            yield _unknown("hide", name)


def _unknown(listed: str, name: str) -> Note:
    said = f"no entry is called '{_quoted(name)}'"
    return Note((listed, name), said, "compare it with the entry's address, or take it out")


def _quoted(name: str) -> str:
    """An address without its query, which may hold a secret."""
    head, mark, _ = name.partition("?")
    return f"{head}{mark}…" if mark else head


def _idle(meant: Sequence[Story], desk: _Desk, shown: Keys, now: datetime | None) -> str:
    """Why a story that is pinned is no post; "" when it is one."""
    keys = _keys(meant)
    if not keys.isdisjoint(shown):
        return ""
    if not keys.isdisjoint(desk.hidden):
        return "it is hidden as well"
    if not keys.isdisjoint(desk.refused):
        return "a review has refused it"
    if not keys.isdisjoint(desk.taken):
        return "a post of your own is about it"
    if all(story.source.review for story in meant):
        return "its source is under review"
    if all(_ended(story, now) for story in meant):
        return "the 'keep' of its source has ended"
    return "the patterns of its source leave it out"


def _doubts(sieves: Iterable[Sieve]) -> Iterator[Note]:
    for sieve in sieves:
        for side, field, pattern in sieve.doubtful:
            said = f"pattern '{pattern}' takes too long, and what it could not be tried on stays out"
            hint = "write it without a repetition inside a repetition, as in (a+)+"
            yield Note(("sources", sieve.source.key, side, field, pattern), said, hint)
