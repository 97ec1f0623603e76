"""Deciding the handbook: which files the engine gets, in every language. Nothing here reads or writes."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from babel import Locale

from heraldry import colors
from heraldry.handbook import markdown, policy
from heraldry.handbook.config import Face, Nav, mkdocs_yml
from heraldry.handbook.markdown import Typed
from heraldry.handbook.pages import PARTS, Content, Page
from heraldry.handbook.policy import Revision
from heraldry.model import Brand, Programme
from heraldry.plan import demo_shift
from heraldry.problems import Read

PAPER, DARK_PAPER = "#f4f0ea", "#262320"
"""The least favourable ground that links stand on, light and dark: the cards of extra.css."""

LINK = 4.6
"""Contrast of links: WCAG asks for 4.5."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and for whom the handbook is made: `base_url` is the site's address, `logo` the file to copy."""

    programme: Programme
    base_url: str
    now: datetime
    logo: Path | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a staged page comes from: its file, and what its author typed for each link in it."""

    path: str
    links: Mapping[str, Typed]


@dataclass(frozen=True, slots=True)
class Edition:
    """The handbook in one language: a project for the engine. `folder` is its place below the handbook,
    `files` the project's files by path, `origins` the content behind each page, by path below docs/."""

    lang: str
    folder: str
    files: Mapping[str, bytes | Path]
    origins: Mapping[str, Origin]


@dataclass(frozen=True, slots=True)
class Handbook:
    """All editions, the programme's first language at the top; none when nobody wrote a page."""

    editions: tuple[Edition, ...]


History = Mapping[str, Sequence[Revision]]
"""Earlier versions of the policy pages, newest first, by the page's path."""


def stage(content: Content, setting: Setting, history: History | None = None) -> Read[Handbook]:
    """The handbook as it will be handed to the engine, and reminders about the policy.

    There is an edition in the programme's first language and in each in which somebody wrote a page. Every
    page stands in every edition: one that is not translated yet stands in the first language that has it, and
    says so. Relative links and pictures hold in the new places.
    """
    content = _dated(content, setting)
    if not content.pages:
        return Read(Handbook(()))
    today = setting.now.astimezone(setting.programme.timezone).date()
    places = _places(content.pages, setting.programme.languages)
    editions = tuple(_edition(lang, content, setting, places, history or {}) for lang in _languages(content, setting))
    return Read(Handbook(editions), tuple(policy.reminders(content.pages, today)))


def _languages(content: Content, setting: Setting) -> tuple[str, ...]:
    first, *others = setting.programme.languages
    written = {page.lang for page in content.pages}
    return (first, *(lang for lang in others if lang in written))


def _dated(content: Content, setting: Setting) -> Content:
    """The dates of an example site move along with the day it is built for."""
    days = demo_shift(setting.programme, setting.now)
    pages = (replace(p, policy=policy.moved(p.policy, days)) if p.policy else p for p in content.pages)
    return replace(content, pages=tuple(pages))


def _places(pages: Sequence[Page], languages: Sequence[str]) -> dict[str, str]:
    """Where each page stands below docs/, in the order of the navigation; the first of the policy is its index."""
    originals = [_in_language(key, pages, languages) for key in {page.key: None for page in pages}]
    ordered = sorted(originals, key=lambda p: (p.key != "handbook/index", PARTS.index(p.part), p.order, p.key))
    places: dict[str, str] = {}
    for page in ordered:
        room, _, name = page.key.partition("/")
        if room == "policy":
            first = "policy/index.md" not in places.values()
            places[page.key] = "policy/index.md" if first else f"policy/{name}.md"
        else:
            places[page.key] = f"{name}.md" if places else "index.md"
    return places


def _in_language(key: str, pages: Sequence[Page], preferred: Sequence[str]) -> Page:
    """The page in the first of the preferred languages that has it, else in any."""
    versions = {page.lang: page for page in pages if page.key == key}
    return next((versions[lang] for lang in preferred if lang in versions), next(iter(versions.values())))


def _edition(lang: str, content: Content, setting: Setting, places: Mapping[str, str], history: History) -> Edition:
    languages = setting.programme.languages
    words = _words(content.labels, lang)
    pages = [_in_language(key, content.pages, (lang, *languages)) for key in places]
    texts = {page.key: _text(page, places, content, words, history) for page in pages}
    face = _face(lang, setting, words, _languages(content, setting))
    files: dict[str, bytes | Path] = {f"theme/{path}": body for path, body in content.theme.items()}
    files["mkdocs.yml"] = mkdocs_yml(face, _nav(pages, places, words)).encode()
    files["theme/brand.css"] = _brand(setting.programme.brand).encode()
    if setting.logo and face.logo:
        files[f"theme/{face.logo}"] = setting.logo
    for page in pages:
        files[f"docs/{places[page.key]}"] = (_header(page, lang, words) + texts[page.key].markdown).encode()
        files |= {f"docs/{name}": content.media[name] for name in _pictures(page, content)}
    origins = {places[page.key]: Origin(page.path, texts[page.key].links) for page in pages}
    return Edition(lang, _folder(lang, languages), files, origins)


def _folder(lang: str, languages: Sequence[str]) -> str:
    return "" if lang == languages[0] else lang


def _words(labels: Mapping[str, Mapping[str, str]], lang: str) -> dict[str, str]:
    """The handbook's own words, English where a language has none."""
    return {**labels["en"], **labels.get(lang.partition("-")[0], {}), **labels.get(lang, {})}


def _text(
    page: Page, places: Mapping[str, str], content: Content, words: Mapping[str, str], history: History
) -> markdown.Text:
    own = _words(content.labels, page.lang)
    body, first_line = page.body, page.first_line
    text = markdown.staged(body, page.path, first_line, _moved(page, places, content))
    if page.policy is None:
        return text
    return replace(
        text, markdown=policy.with_facts(text.markdown, page.policy, own, page.lang, history.get(page.path, ()))
    )


def _moved(page: Page, places: Mapping[str, str], content: Content) -> Callable[[str], str]:
    """A function from a link as typed on `page` to the same link where the page will stand."""

    def moved(link: str) -> str:
        name, anchor = markdown.joined(page.key, link)
        target = places.get(_key(name, page.lang)) or (name if name in content.media else None)
        return posixpath.relpath(target, posixpath.dirname(places[page.key]) or ".") + anchor if target else link

    return moved


def _key(name: str, lang: str) -> str:
    """`handbook/share.tr.md` and `handbook/share.md` are one page, whose key is `handbook/share`."""
    return name.removesuffix(".md").removesuffix(f".{lang}")


def _pictures(page: Page, content: Content) -> list[str]:
    """The media that the page names: nothing else may be published."""
    typed = markdown.staged(page.body, page.path, page.first_line, lambda link: link).links
    return [name for name in (markdown.joined(page.key, link)[0] for link in typed) if name in content.media]


def _header(page: Page, lang: str, words: Mapping[str, str]) -> str:
    """What the engine and the theme are told about the page, as front matter."""
    meta = {"title": page.title, "description": page.description}
    if page.lang != lang:
        language = Locale.parse(lang, sep="-").languages.get(page.lang.partition("-")[0], page.lang)
        meta |= {"language": page.lang, "note": words["untranslated"].replace("{language}", language)}
    if page.policy:
        meta["kind"] = "policy"
    said = {key: value for key, value in meta.items() if value}
    return f"---\n{yaml.safe_dump(said, allow_unicode=True, sort_keys=False)}---\n\n"


def _nav(pages: Sequence[Page], places: Mapping[str, str], words: Mapping[str, str]) -> Nav:
    """Pages for everyone at the top level, then a section for editors and one for administrators."""
    entries = {part: [{p.title: places[p.key]} for p in pages if p.part == part] for part in PARTS}
    sections: list[dict[str, Any]] = [{words[part]: entries[part]} for part in PARTS[1:] if entries[part]]
    return [*entries["everyone"], *sections]


def _face(lang: str, setting: Setting, words: Mapping[str, str], editions: Sequence[str]) -> Face:
    programme, folder = setting.programme, _folder(lang, setting.programme.languages)
    up = "../" if folder else ""
    return Face(
        name=programme.name,
        description=words["description"]
        .replace("{programme}", programme.name)
        .replace("{organisation}", programme.organisation),
        url=posixpath.join(setting.base_url, "handbook", folder, ""),
        lang=lang,
        logo=f"assets/arms{setting.logo.suffix.lower()}" if setting.logo else None,
        home="../" + up,
        editions=[(one, _own_name(one), _from(folder, _folder(one, programme.languages))) for one in editions],
        words=words,
        helper=_helper(programme, words),
        indexed=programme.indexed,
    )


def _from(folder: str, other: str) -> str:
    """The way from the root of one edition to that of another."""
    return ("../" if folder else "") + (f"{other}/" if other else "") or "./"


def _own_name(lang: str) -> str:
    name = Locale.parse(lang, sep="-").get_display_name() or lang
    return name[:1].upper() + name[1:]


def _helper(programme: Programme, words: Mapping[str, str]) -> dict[str, str] | None:
    if programme.helper is None:
        return None
    before, _, after = words["helper"].partition("{helper}")
    return {"before": before, "name": programme.helper.name, "contact": programme.helper.contact, "after": after}


def _brand(brand: Brand) -> str:
    """The colours as custom properties: the header and text on it, a second one, links on light and dark paper."""
    properties = {
        "brand": brand.color,
        "on-brand": colors.on(brand.color),
        "accent": brand.accent or "transparent",
        "brand-link": colors.readable(brand.color, PAPER, LINK),
        "brand-link-dark": colors.readable(brand.color, DARK_PAPER, LINK),
    }
    return ":root{" + ";".join(f"--{name}:{value}" for name, value in properties.items()) + "}\n"
