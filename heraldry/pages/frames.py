"""The frame round every page: what a visitor sees and machines read wherever they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from heraldry.manifest import NAME as MANIFEST
from heraldry.model import Brand, Helper, Programme
from heraldry.pages import brand as arms
from heraldry.pages.media import Media
from heraldry.pages.places import HANDBOOK, Places, relative
from heraldry.pages.theme import Static
from heraldry.pages.words import Words, direction
from heraldry.views import Day, Frame, Link, Logo


@dataclass(frozen=True, slots=True)
class Setting:
    """What all pages of one build share."""

    programme: Programme
    places: Places
    media: Media
    now: datetime
    css: Static
    js: Static
    icon: Static
    handbooks: frozenset[str]
    """Languages in which the handbook was built, none when there is no handbook."""
    next_due: datetime | None = None
    """When the next post appears on any page that is listed; None when none is planned."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: where it stands (a folder), what it is called, in whose arms and language.

    `lang` is the language of its contents where that is not the interface's, `zone` whose time it tells where that
    is not the programme's.
    """

    place: str
    title: str
    words: Words
    brand: Brand
    lang: str = ""
    description: str = ""
    robots: str = ""
    canonical: str = ""
    social_image: str = ""
    helper: Helper | None = None
    zone: ZoneInfo | None = None
    rules: Mapping[str, Brand] | None = None


def frame(setting: Setting, sheet: Sheet) -> Frame:
    """The frame of a page."""
    programme, words = setting.programme, sheet.words
    style = arms.style({":root": sheet.brand, **(sheet.rules or {})})
    helper, zone = sheet.helper or programme.helper, sheet.zone or programme.timezone
    return Frame(
        title=sheet.title,
        description=sheet.description,
        lang=sheet.lang or words.lang,
        dir=direction(sheet.lang) if sheet.lang else words.direction,
        root=relative("", sheet.place),
        style=style,
        csp=arms.csp(str(style)),
        programme=programme.name,
        tagline=programme.tagline,
        organisation=programme.organisation,
        home=relative("", sheet.place),
        handbook=handbook(setting, words.lang, sheet.place, ""),
        policy=handbook(setting, words.lang, sheet.place, "policy/"),
        helper=Link(helper.name, helper.contact) if helper else None,
        checked=_clock(words, setting.now, zone),
        stale=(setting.now + programme.stale_after).isoformat(),
        next_due=_coming(words, setting.next_due, zone) if setting.next_due else None,
        zone=_city(words, zone),
        manifest=relative(MANIFEST, sheet.place),
        robots=sheet.robots,
        canonical=sheet.canonical,
        demo=programme.demo_day is not None,
        social_image=sheet.social_image,
        logo=logo(setting, programme.brand, programme.name, sheet.place),
        theme_color=sheet.brand.color,
        css=relative(setting.css.name, sheet.place),
        js=relative(setting.js.name, sheet.place),
        icon=relative(setting.icon.name, sheet.place),
    )


@lru_cache(maxsize=256)
def _clock(words: Words, moment: datetime, zone: ZoneInfo) -> Day:
    """As `Words.clock`; thousands of pages tell the same moment."""
    return words.clock(moment, zone)


@lru_cache(maxsize=256)
def _coming(words: Words, moment: datetime, zone: ZoneInfo) -> Day:
    return words.coming(moment, zone)


@lru_cache(maxsize=256)
def _city(words: Words, zone: ZoneInfo) -> str:
    return words.place(zone)


WORD_MARK = 1.6
"""Width to height from which a logo is lettering rather than a sign."""


def rooted(made: Frame, prefix: str) -> Frame:
    """The frame of a page that is served at any depth: its addresses begin at the site's prefix."""
    names = ("root", "home", "handbook", "policy", "css", "js", "icon", "manifest")
    whole = {name: prefix + getattr(made, name).removeprefix("./") for name in names if getattr(made, name)}
    src = made.logo.src and prefix + made.logo.src
    return replace(made, logo=replace(made.logo, src=src), **whole)


def handbook(setting: Setting, lang: str, place: str, page: str) -> str:
    """The handbook (or a page of it) in the language, else in the programme's first; "" without one."""
    if not setting.handbooks:
        return ""
    first = setting.programme.languages[0]
    folder = f"{lang}/" if lang in setting.handbooks and lang != first else ""
    return relative(f"{HANDBOOK}{folder}{page}", place)


def logo(setting: Setting, brand: Brand, name: str, place: str) -> Logo:
    """The arms as a picture, or the initials that stand in."""
    words = name.split()
    initials = "".join(word[0] for word in words[:2]).upper()
    if not brand.logo:
        return Logo(None, initials)
    medium = setting.media.medium(brand.logo)
    return Logo(relative(medium.name, place), initials, wide=medium.width > WORD_MARK * medium.height)
