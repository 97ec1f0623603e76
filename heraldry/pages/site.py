"""Which files the site is made of. Only what is due, and only where it belongs, is ever asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup

from heraldry.disk import File
from heraldry.model import Post, Programme, Source, Stage, Team, Version
from heraldry.pages import syndication, text
from heraldry.pages.cards import Table, picture
from heraldry.pages.fragments import Fragments
from heraldry.pages.frames import Setting, Sheet, frame, logo, rooted
from heraldry.pages.places import landing, relative
from heraldry.pages.theme import Theme
from heraldry.pages.words import Words, own_name
from heraldry.plan import Plan, paused, published, withdrawn
from heraldry.views import IndexPage, LandingPage, Link, Pager, PlainPage, TeamPage, TeamTile

HIDDEN = "noindex, nofollow"


@dataclass(frozen=True, slots=True)
class Content:
    """What pages are made from: every team and post, and what each open team sees now."""

    programme: Programme
    teams: tuple[Team, ...]
    sources: tuple[Source, ...]
    posts: tuple[Post, ...]
    plan: Plan


def files(content: Content, setting: Setting, theme: Theme) -> Iterator[File]:
    """Every file of the site but the handbook's. Media come last, when it is known which were named."""
    open_teams = [team for team in content.teams if team.key in content.plan.shares]
    setting = replace(setting, next_due=_next_due(open_teams, content.plan))
    fragments = Fragments(theme, open_teams)
    for team in open_teams:
        yield from _team_pages(team, content, setting, fragments, theme)
    yield from _stories(content, setting, theme)
    yield _index(open_teams, content, setting, theme)
    yield _not_found(content, setting, theme)
    yield File("robots.txt", b"User-agent: *\nAllow: /\n")
    yield from (File(static.name, static.body) for static in (setting.css, setting.js, setting.icon))
    yield from setting.media.files()


def _next_due(teams: Sequence[Team], plan: Plan) -> datetime | None:
    """When the next post appears on a page that is listed: of a pilot nothing is told elsewhere."""
    listed = (plan.next_due[team.key] for team in teams if team.stage is Stage.LIVE)
    return min((moment for moment in listed if moment is not None), default=None)


def _team_pages(team: Team, content: Content, setting: Setting, fragments: Fragments, theme: Theme) -> Iterator[File]:
    shares, words = content.plan.shares[team.key], theme.words(team.languages[0])
    sources = {source.key: source for source in content.sources}
    pages = [shares[i : i + team.page_size] for i in range(0, len(shares), team.page_size)] or [()]
    for number, page in enumerate(pages, 1):
        pager = Pager(number, len(pages), *_ways(number, len(pages)))
        table = Table(setting, words, setting.places.page(team, number), sources)
        cards = tuple(fragments.card(share, table) for share in page)
        view = _team_page(team, cards, pager, content, table)
        yield File(f"{setting.places.page(team, number)}index.html", _page(theme, "team.html", view))
    feed = syndication.Channel(team, pages[0], setting)
    for name, body in syndication.feeds(feed).items():
        yield File(f"{setting.places.team(team)}{name}", body)


def _ways(number: int, total: int) -> tuple[str | None, str | None]:
    """The ways to newer and older pages, relative to page `number`: page 1 stands above the others."""
    newer = None if number == 1 else ("../" if number == 2 else f"../{number - 1}/")
    older = None if number == total else (f"{number + 1}/" if number == 1 else f"../{number + 1}/")
    return newer, older


def _team_page(team: Team, cards: tuple[Markup, ...], pager: Pager, content: Content, table: Table) -> TeamPage:
    setting, words, place = table.setting, table.words, table.place
    next_due = content.plan.next_due[team.key]
    pilot = team.stage is Stage.PILOT
    sheet = Sheet(
        place=place,
        title=f"{team.name} · {content.programme.name}",
        words=words,
        brand=team.brand,
        description=team.tagline,
        robots="" if content.programme.indexed and not pilot else HIDDEN,
        helper=team.helper,
        zone=team.timezone,
    )
    return TeamPage(
        frame=frame(setting, sheet),
        key=team.key,
        name=team.name,
        team_tagline=team.tagline,
        logo=logo(setting, team.brand, team.name, place),
        cards=cards,
        pager=pager,
        next_due=words.coming(next_due, team.timezone) if next_due else None,
        next_zone=words.place(team.timezone),
        paused=paused(team, setting.now),
        unlisted=pilot,
        feeds=_feed_links(setting.places.team(team), place),
        total=len(content.plan.shares[team.key]),
    )


def _feed_links(folder: str, place: str) -> tuple[Link, ...]:
    return tuple(
        Link(label, relative(f"{folder}{name}", place), type=kind) for name, (label, kind) in syndication.KINDS.items()
    )


def _page(theme: Theme, template: str, view: TeamPage | IndexPage | LandingPage | PlainPage) -> bytes:
    return theme.render(template, theme.words(view.frame.lang), page=view)


def _index(teams: Sequence[Team], content: Content, setting: Setting, theme: Theme) -> File:
    programme, words = content.programme, theme.words(content.programme.languages[0])
    listed = [team for team in teams if team.stage is Stage.LIVE]
    sheet = Sheet(
        place="",
        title=programme.name,
        words=words,
        brand=programme.brand,
        description=programme.tagline,
        robots="" if programme.indexed else HIDDEN,
        rules={f".arms-{team.key}": team.brand for team in listed},
    )
    tiles = tuple(_tile(team, content.plan, setting, words) for team in listed)
    return File("index.html", _page(theme, "index.html", IndexPage(frame(setting, sheet), tiles)))


def _tile(team: Team, plan: Plan, setting: Setting, words: Words) -> TeamTile:
    next_due = plan.next_due[team.key]
    return TeamTile(
        name=team.name,
        tagline=team.tagline,
        href=setting.places.team(team),
        logo=logo(setting, team.brand, team.name, ""),
        lang=team.languages[0],
        count=len(plan.shares[team.key]),
        paused=paused(team, setting.now),
        next_due=words.coming(next_due, team.timezone) if next_due else None,
        next_zone=words.place(team.timezone),
        css_class=f"arms-{team.key}",
    )


def _stories(content: Content, setting: Setting, theme: Theme) -> Iterator[File]:
    """Landing pages, tombstones and aliases of posts that were published to anybody."""
    live = [team for team in content.teams if team.stage is Stage.LIVE]
    for post in content.posts:
        if post.source or not published(post, content.teams, setting.now):
            continue
        listed = published(post, live, setting.now)
        for version in post.versions.values():
            if version.url is None:
                yield _story(post, version, listed, setting, theme)
        for alias in post.aliases:
            yield _alias(alias, post, setting, theme)


def _story(post: Post, version: Version, listed: bool, setting: Setting, theme: Theme) -> File:
    """The post's own page in a language; search engines are asked to pass over one that only pilots have seen."""
    place, words = landing(post, version), theme.words(version.lang)
    gone = withdrawn(post, setting.now)
    image = "" if gone or not version.image else setting.places.whole(setting.media.medium(version.image).name)
    sheet = Sheet(
        place=place,
        title=setting.programme.name if gone else version.title,
        words=words,
        brand=setting.programme.brand,
        lang="" if gone else version.lang,
        description="" if gone else _described(version),
        robots="noindex" if gone or not listed else "",
        canonical="" if gone else setting.places.whole(place),
        social_image=image,
    )
    page = LandingPage(
        frame=frame(setting, sheet),
        title="" if gone else version.title,
        type_label=words.type_label(post.type),
        body=text.prose("" if gone else version.body),
        picture=None if gone else picture(setting, version, place),
        day=None,
        languages=() if gone else _languages(post, place, setting.programme),
        withdrawn=gone,
    )
    return File(f"{place}index.html", _page(theme, "landing.html", page))


def _described(version: Version) -> str:
    words = text.words(version.body)
    return words if len(words) <= 160 else words[:159].rsplit(" ", 1)[0] + "…"


def _languages(post: Post, place: str, programme: Programme) -> tuple[Link, ...]:
    """The languages in which the post has a page of its own, in the programme's order, when they are several."""
    own = [version for version in post.versions.values() if version.url is None]
    own.sort(key=lambda version: programme.languages.index(version.lang))
    links = (Link(own_name(v.lang), relative(landing(post, v), place), v.lang) for v in own)
    return tuple(links) if len(own) > 1 else ()


def _alias(alias: str, post: Post, setting: Setting, theme: Theme) -> File:
    """A page at a former address that leads to the present one."""
    place, first = f"posts/{alias}/", next(iter(post.versions.values()))
    words = theme.words(first.lang)
    gone = withdrawn(post, setting.now)
    onward = first.url if first.url and not gone else relative(landing(post, first), place)
    if gone and first.url:
        onward = relative("", place)
    sheet = Sheet(
        place=place,
        title=setting.programme.name,
        words=words,
        brand=setting.programme.brand,
        robots="noindex",
    )
    page = PlainPage(
        frame=frame(setting, sheet),
        heading=words.say("This page has moved"),
        text=words.say("You are being taken to its new address."),
        onward=Link(words.say("Go there now"), onward),
        refresh=True,
    )
    return File(f"{place}index.html", _page(theme, "plain.html", page))


def _not_found(content: Content, setting: Setting, theme: Theme) -> File:
    """404.html is served at any depth, so its addresses begin at the site's prefix."""
    words = theme.words(content.programme.languages[0])
    sheet = Sheet(place="", title=content.programme.name, words=words, brand=content.programme.brand, robots="noindex")
    page = PlainPage(
        frame=rooted(frame(setting, sheet), setting.places.prefix),
        heading=words.say("There is nothing at this address"),
        text=words.say("The page may have moved, or its address was mistyped."),
        onward=Link(words.say("All teams"), setting.places.prefix),
    )
    return File("404.html", _page(theme, "plain.html", page))
