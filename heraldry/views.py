"""What templates see: small, ready values. A template decides nothing, builds no address and no date."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Day:
    """A moment ready to print: `iso` for machines, `text` by the page language's own rules."""

    iso: str
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A labelled address, relative to the page it stands on or absolute; `type`: a feed's media type."""

    label: str
    href: str
    lang: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Logo:
    """The arms: an address relative to the page, or None, when `initials` stand in.

    A `wide` one is a word mark: it would be tiny in a shield.
    """

    src: str | None
    initials: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture at its widest, `width` x `height` pixels; `srcset` names all its widths, "" when there is one only."""

    src: str
    width: int
    height: int
    alt: str
    srcset: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """One share button of a take.

    `href` is the network's compose address. `takes` is `text` (the composer opens filled), `title`
    (only a title) or `nothing` (only the link): in the last two the script copies `caption` first and
    says so. `href` None: the `copy` button, which works by script only. `recommended` buttons stand
    first and large (two fit beside each other on a phone: the first two of the team's networks);
    the others wait under "More networks".
    """

    network: str
    label: str
    href: str | None
    takes: str
    caption: str
    recommended: bool = False


@dataclass(frozen=True, slots=True)
class Take:
    """One wording: `caption` reads `disclosure`, `wording`, `url`, in this order.

    It is what "Copy text" and the phone's share sheet hand over, its address tagged as the `copy` network's;
    every take has both, so a `copy` button among `buttons` adds nothing. `disclosure` is "" where none is due.
    """

    disclosure: str
    wording: str
    caption: str
    url: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A share on a page. `type` is company, industry or employee, `type_label` the page's word for it.

    `slug` is the card's anchor, `body` may be empty, `source` is "" for an own post (then `host` is shown).
    """

    slug: str
    type: str
    type_label: str
    title: str
    lang: str
    dir: str
    href: str
    host: str
    body: Markup
    picture: Picture | None
    day: Day
    source: str
    tags: tuple[str, ...]
    pinned: bool
    cta: bool
    takes: tuple[Take, ...]


@dataclass(frozen=True, slots=True)
class Pager:
    number: int
    total: int
    newer: str | None
    older: str | None


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page shares.

    `root` is the relative way to the site's root (`../`), `style` the whole content of the one inline
    style element (the brand's custom properties), whose hash stands in `csp`; `robots` is the content of
    the robots tag or "", `canonical` absolute or "". `css`, `js` and `icon` are the addresses of the
    stylesheet, the script and the icon, relative to the page, as `manifest` is that of what the site says
    of itself. `checked` is the time of the build and `stale` (as ISO 8601) from when on that is too long ago;
    `next_due` is when the next post appears on any page that is listed; both are in the zone that `zone` names.
    """

    title: str
    description: str
    lang: str
    dir: str
    root: str
    style: Markup
    csp: str
    programme: str
    tagline: str
    organisation: str
    home: str
    handbook: str
    policy: str
    helper: Link | None
    checked: Day
    stale: str
    next_due: Day | None
    zone: str
    manifest: str
    robots: str
    canonical: str
    demo: bool
    social_image: str
    logo: Logo
    theme_color: str
    css: str
    js: str
    icon: str


@dataclass(frozen=True, slots=True)
class TeamPage:
    """A page of a team; `cards` are rendered already, each from a `Card` by `_card.html`."""

    frame: Frame
    key: str
    name: str
    team_tagline: str
    logo: Logo
    cards: tuple[Markup, ...]
    pager: Pager
    next_due: Day | None
    next_zone: str
    paused: bool
    unlisted: bool
    feeds: tuple[Link, ...]
    total: int


@dataclass(frozen=True, slots=True)
class TeamTile:
    """A team in the index, in its own arms: `css_class` sets its colours, by rules in the frame's style.

    `next_due` is when its next post appears, None when none is planned, in the zone that `next_zone` names.
    """

    name: str
    tagline: str
    href: str
    logo: Logo
    lang: str
    count: int
    paused: bool
    next_due: Day | None
    next_zone: str
    css_class: str


@dataclass(frozen=True, slots=True)
class IndexPage:
    frame: Frame
    teams: tuple[TeamTile, ...]


@dataclass(frozen=True, slots=True)
class LandingPage:
    """The story of a post without an address of its own; `withdrawn` leaves only a tombstone."""

    frame: Frame
    title: str
    type_label: str
    body: Markup
    picture: Picture | None
    day: Day | None
    languages: tuple[Link, ...]
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class PlainPage:
    """404 and alias pages: a heading, a sentence and a way on."""

    frame: Frame
    heading: str
    text: str
    onward: Link
    refresh: bool = False
