"""The nouns of the house: immutable values, each made whole in one call.

`Post` is the only noun downstream: an imported entry becomes one as soon as it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

ALWAYS = datetime.min.replace(tzinfo=UTC)
"""Since when, where a file says only that it is so: before every moment."""


class PostType(StrEnum):
    """What a post is about: the employer, the trade, or a person who works here."""

    COMPANY = "company"
    INDUSTRY = "industry"
    EMPLOYEE = "employee"


class Stage(StrEnum):
    """A pilot team's page is unlisted; a live team's page is listed."""

    PILOT = "pilot"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class WallTime:
    """A wall-clock moment: each team's own local time."""

    day: date
    at: time


@dataclass(frozen=True, slots=True)
class Instant:
    """One moment for all, written with an offset; always aware."""

    moment: datetime


When = WallTime | Instant


@dataclass(frozen=True, slots=True)
class Slot:
    """A weekly moment in team wall-clock time; `weekday` counts from Monday = 0."""

    weekday: int
    at: time


@dataclass(frozen=True, slots=True)
class Utm:
    """Templates of the tags; None leaves a tag out. The source is always the network."""

    medium: str = "social"
    campaign: str = "{campaign}"
    content: str = "{post}"
    term: str | None = None


@dataclass(frozen=True, slots=True)
class Brand:
    """A coat of arms: `logo` is a path relative to the site's root, colours are `#rrggbb`."""

    logo: str | None = None
    color: str = "#0b5cab"
    accent: str | None = None


@dataclass(frozen=True, slots=True)
class Helper:
    """A named person or desk to ask; `contact` is an https: or mailto: address."""

    name: str
    contact: str


@dataclass(frozen=True, slots=True)
class Audience:
    """Which posts a team sees: any match of types, tags, sources or posts; `languages` narrows."""

    types: frozenset[PostType] = frozenset()
    tags: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    posts: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Programme:
    """The whole advocacy programme, as `programme:` in teams.yaml declares it."""

    name: str
    tagline: str
    url: str
    organisation: str
    helper: Helper | None
    timezone: ZoneInfo
    languages: tuple[str, ...]
    brand: Brand
    networks: tuple[str, ...]
    utm: Utm
    disclosure: Mapping[str, str]
    disclose_industry: bool = False
    mix: Mapping[PostType, int] = field(default_factory=dict)
    slots: tuple[Slot, ...] = ()
    max_per_day: int | None = None
    launch: date | None = None
    page_size: int = 60
    stale_after: timedelta = timedelta(days=3)
    pause: datetime | None = None
    indexed: bool = False
    pilot_salt: str | None = None
    demo_day: date | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """A team with everything inherited already resolved; it needs no other team and no programme.

    `languages` is the order of fallback: its own, preferred first, then the programme's. `pause` is the moment from
    which it is paused, its own or the programme's, ALWAYS where only `true` was written; `pauses` are both.
    """

    key: str
    name: str
    tagline: str
    timezone: ZoneInfo
    languages: tuple[str, ...]
    networks: tuple[str, ...]
    disclosure: Mapping[str, str]
    brand: Brand
    utm: Utm
    sees: Audience
    helper: Helper | None = None
    slots: tuple[Slot, ...] = ()
    max_per_day: int | None = None
    mix: Mapping[PostType, int] = field(default_factory=dict)
    page_size: int = 60
    stage: Stage = Stage.LIVE
    opens: date | None = None
    pause: datetime | None = None
    pauses: tuple[datetime, ...] = ()

    @property
    def stopped(self) -> datetime | None:
        """The first moment from which it is known to be paused; None also where only `true` says that it is."""
        known = (since for since in (self.pause, *self.pauses) if since is not None and since > ALWAYS)
        return min(known, default=None)


@dataclass(frozen=True, slots=True)
class Version:
    """A post in one language. `captions` maps a network or `default` to its variants.

    `body` is Markdown for an editor's post and empty for an imported one, whose text is `summary`.
    """

    lang: str
    title: str
    url: str | None = None
    image: str | None = None
    image_alt: str = ""
    captions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    body: str = ""
    summary: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """Something worth sharing, in one or more languages; `versions` starts with its first language.

    `publish` None is a draft. `withdraw` is the moment from which it is withdrawn, ALWAYS where only `true` was
    written. `dated` is the day a person would put on it, used for order only. `utm` holds templates that go over the
    team's, None leaves the link as it is. `source` names the source of an imported post.
    """

    slug: str
    type: PostType
    versions: Mapping[str, Version]
    tags: frozenset[str] = frozenset()
    teams: frozenset[str] | None = None
    publish: When | None = None
    expires: When | None = None
    dated: datetime | None = None
    campaign: str | None = None
    cta: bool = False
    pin: bool = False
    withdraw: datetime | None = None
    utm: Mapping[str, str] | None = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Patterns:
    """Words or regular expressions by field of an entry (`title`, `category`, `author`)."""

    title: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    author: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Auth:
    """Where a source's credential stands: the name of an environment variable, never its value."""

    env: str
    scheme: str = "bearer"


@dataclass(frozen=True, slots=True)
class Source:
    """A feed we follow: an http(s) address or a path inside the repository.

    `captions` maps a language to openers by network or `default`. `max_entries` caps what is on the pages at the
    same time. `accept_batch` is the day of a held batch that an editor has let in.
    """

    key: str
    url: str
    name: str
    type: PostType
    tags: frozenset[str]
    teams: frozenset[str] | None
    lang: str
    include: Patterns
    exclude: Patterns
    captions: Mapping[str, Mapping[str, tuple[str, ...]]]
    keep: timedelta = timedelta(days=60)
    max_per_day: int = 3
    max_entries: int | None = None
    max_bytes: int = 5_000_000
    timeout: timedelta = timedelta(seconds=20)
    allow_private: bool = False
    proxy: str | None = None
    utm: bool = True
    review: bool = False
    auth: Auth | None = None
    accept_batch: date | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading all feeds may cost: `run` from the first request to the last answer, `memory` in bytes for each
    document or picture while it is read."""

    run: timedelta = timedelta(minutes=3)
    memory: int = 512_000_000


@dataclass(frozen=True, slots=True)
class Curation:
    """What editors decided about imported entries, by the address or the slug of each."""

    pin: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """sources.yaml, whole: the feeds we follow, their limits, and what editors decided about their entries."""

    sources: tuple[Source, ...] = ()
    limits: Limits = Limits()
    curation: Curation = Curation()


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of news in a feed: text without markup, absolute http(s) addresses.

    `id` is stable across fetches, `published` is what the feed says, `first_seen` when we read it. `former` are
    addresses that it had before, latest last: who named it by one of them still means it.
    """

    id: str
    source: str
    url: str
    title: str
    summary: str
    author: str
    categories: tuple[str, ...]
    image: str | None
    published: datetime | None
    first_seen: datetime
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """A post on a team's page, in the language chosen for that team; `due` is when it appeared."""

    post: Post
    version: Version
    team: Team
    due: datetime
