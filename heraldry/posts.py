"""content/posts: what editors wrote, one post per slug with its translations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from heraldry.filling import filled
from heraldry.forms import PostForm, TranslationForm, UtmForm
from heraldry.model import Post, PostType, Programme, Version
from heraldry.problems import Level, Position, Problem, Read
from heraldry.yamldoc import Doc, decoded, headed

FOLDER = "content/posts"
_NAME = re.compile(r"(?P<slug>.+?)(?:\.(?P<lang>[a-z]{2,3}(?:-[A-Za-z]{2,4})?))?\.md")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class _Page:
    """One file, read: the filled form and the Markdown below it."""

    path: str
    slug: str
    lang: str | None
    form: PostForm | TranslationForm
    body: str


def read_posts(files: Mapping[str, bytes], programme: Programme) -> Read[tuple[Post, ...]]:
    """The posts in `files` (path to bytes), and every problem in them.

    A post any file of which has an error is left out: half a post is never published.
    """
    pages: list[_Page] = []
    problems: list[Problem] = []
    for path in sorted(files):
        page = _page(path, files[path])
        problems += page.problems
        pages += [page.value] if page.value else []
    problems += _clashes(pages, programme)
    broken = {problem.at.path for problem in problems if problem.level is Level.ERROR}
    slugs = {_parts(path)[0] for path in broken}
    return Read(tuple(_posts([page for page in pages if page.slug not in slugs], programme)), tuple(problems))


def _parts(path: str) -> tuple[str, str | None]:
    """Slug and language that a file's name gives."""
    match = _NAME.fullmatch(PurePosixPath(path).name)
    return (match["slug"], match["lang"]) if match else (PurePosixPath(path).stem, None)


def _page(path: str, body: bytes) -> Read[_Page | None]:
    slug, lang = _parts(path)
    named = () if _SLUG.fullmatch(slug) else (_unnamed(path, slug),)
    text = decoded(body, path)
    parts = headed(text.value, path) if text.value is not None else Read(None)
    problems = (*named, *text.problems, *parts.problems)
    if parts.value is None:
        return Read(None, problems)
    doc, markdown = parts.value
    form = _form(doc, lang)
    problems = (*problems, *form.problems, *_lengths(doc, form.value))
    return Read(_Page(path, slug, lang, form.value, markdown.strip()) if form.value else None, problems)


def _form(doc: Doc, lang: str | None) -> Read[PostForm | None] | Read[TranslationForm | None]:
    if lang is None:
        return filled(PostForm, doc, {"title": "?", "type": "company"})
    return filled(TranslationForm, doc, {"title": "?"})


def _unnamed(path: str, slug: str) -> Problem:
    near = re.sub(r"[^a-z0-9]+", "-", slug.lower()).strip("-") or "my-post"
    return Problem(Position(path), f"'{slug}' is not a slug", f"rename the file, for example to {near}.md")


def _lengths(doc: Doc, form: PostForm | TranslationForm | None) -> Iterator[Problem]:
    if form and form.image and not form.image_alt:
        hint = "add image_alt: what the picture shows, for those who cannot see it"
        yield Problem(doc.at(("image",), key=True), f"the image '{form.image}' has no description", hint)


def _clashes(pages: Sequence[_Page], programme: Programme) -> Iterator[Problem]:
    first: dict[tuple[str, str | None], str] = {}
    for page in pages:
        key = (page.slug, page.lang)
        if key in first:
            hint = f"rename one of them: {first[key]} has the same name"
            yield Problem(Position(page.path), f"two posts are called '{page.slug}'", hint)
        first.setdefault(key, page.path)
    bases = {page.slug: page for page in pages if page.lang is None}
    for page in pages:
        if page.lang is not None:
            yield from _orphans(page, bases, programme)


def _orphans(page: _Page, bases: Mapping[str, _Page], programme: Programme) -> Iterator[Problem]:
    at = Position(page.path)
    if page.slug not in bases:
        yield Problem(at, f"a translation of '{page.slug}', which does not exist", f"write {page.slug}.md beside it")
    if page.lang not in programme.languages:
        known = ", ".join(programme.languages)
        yield Problem(at, f"the programme does not speak '{page.lang}'", f"configured languages: {known}")


def _posts(pages: Sequence[_Page], programme: Programme) -> Iterator[Post]:
    translations: dict[str, list[_Page]] = {}
    for page in pages:
        if page.lang is not None:
            translations.setdefault(page.slug, []).append(page)
    for page in pages:
        if page.lang is None and isinstance(page.form, PostForm):
            yield _post(page, page.form, translations.get(page.slug, ()), programme)


def _post(page: _Page, form: PostForm, others: Sequence[_Page], programme: Programme) -> Post:
    lang = form.lang or programme.languages[0]
    original = _version(page, lang, None)
    versions = {lang: original}
    versions |= {other.lang: _version(other, other.lang, original) for other in others if other.lang}
    return Post(
        slug=page.slug,
        type=PostType(form.type),
        versions=versions,
        tags=frozenset(form.tags),
        teams=None if form.teams is None else frozenset(form.teams),
        publish=form.publish,
        expires=form.expires,
        campaign=form.campaign,
        cta=form.cta,
        pin=form.pin,
        withdraw=form.withdraw,
        utm=_utm(form.utm),
        aliases=tuple(form.aliases),
    )


def _utm(form: bool | UtmForm | None) -> dict[str, str] | None:
    if isinstance(form, UtmForm):
        return form.model_dump(exclude_none=True)
    return None if form is False else {}


def _version(page: _Page, lang: str, original: Version | None) -> Version:
    """One language of a post; a translation without address or picture has the original's."""
    form = page.form
    return Version(
        lang=lang,
        title=form.title,
        url=form.url or (original.url if original else None),
        image=_beside(page.path, form.image) if form.image else (original.image if original else None),
        image_alt=form.image_alt or (original.image_alt if original else ""),
        captions={network: tuple(texts) for network, texts in form.captions.items()},
        body=page.body,
        path=page.path,
    )


def _beside(path: str, relative: str) -> str:
    """`relative` seen from the file at `path`, as a path from the site's root; `..` may lead out of it."""
    parts = list(PurePosixPath(path).parent.parts)
    for part in PurePosixPath(relative).parts:
        parts = parts[:-1] if part == ".." and parts else [*parts, part]
    return "/".join(parts)
