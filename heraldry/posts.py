"""content/posts: what editors wrote, one post per slug with its translations."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from heraldry import links
from heraldry.filling import filled
from heraldry.forms import PostForm, TranslationForm, UtmForm
from heraldry.model import Post, PostType, Programme, Version
from heraldry.problems import Level, Position, Problem, Read
from heraldry.yamldoc import Doc, decoded, headed

FOLDER = "content/posts"
_NAME = re.compile(r"(?P<slug>.+?)(?:\.(?P<lang>[a-z]{2,3}(?:-[A-Za-z]{2,4})?))?\.md")
_PLAIN = "captions are plain text: write the words alone"
_AS_WRITTEN = {
    re.compile(r"\{[a-z_]+\}"): "write the words themselves: captions of a post have no placeholders",
    re.compile(r"\[[^\]]+\]\([^)\s]+\)|\*\*[^*\s][^*]*\*\*|<[a-z]+[^>]*>"): _PLAIN,
}
"""What would stand in a caption as it is written, and what to write instead."""
_REMOTE = re.compile(r"(?:https?:)?//", re.I)
_WHOLE = re.compile(r"(?:https?://|mailto:)", re.I)
_LINKED = re.compile(r"`[^`]*`|(?<!\\)(?P<picture>!?)\[(?:\\.|[^][\\])*\]\(<?(?P<target>[^()\s>]+)")
"""An inline link or picture of a Markdown text; code is passed over."""
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_BELOW = re.compile(rf"(?:-{{3,}}[ \t]*\n+)?(?:#.*\n)*({'|'.join(PostForm.model_fields)})[ \t]*:(?!\S)")
"""The beginning of a text in which a key of the header stands: the header ended too early, or there are two."""
_CONFLICT = re.compile(r"^<{7}(?: .*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Page:
    """One file, read: the filled form and the Markdown below it; `doc` None when it has no readable header."""

    path: str
    slug: str
    lang: str | None
    form: PostForm | TranslationForm
    body: str
    doc: Doc | None = None


def read_posts(files: Mapping[str, bytes], programme: Programme) -> Read[tuple[Post, ...]]:
    """The posts in `files` (path to bytes), and every problem in them.

    A post comes back even when one of its files has an error, with what could be read, so that checks can say
    the rest at once. Such a post must not be published: half a post never is.
    """
    pages = [_page(path, files[path]) for path in sorted(files)]
    problems = [problem for page in pages for problem in page.problems]
    values = [page.value for page in pages]
    problems += _clashes(values, programme)
    return Read(tuple(_posts(values, programme)), tuple(problems))


def _parts(path: str) -> tuple[str, str | None]:
    """Slug and language that a file's name gives."""
    match = _NAME.fullmatch(PurePosixPath(path).name)
    return (match["slug"], match["lang"]) if match else (PurePosixPath(path).stem, None)


def _page(path: str, body: bytes) -> Read[_Page]:
    slug, lang = _parts(path)
    named = () if _SLUG.fullmatch(slug) else (_unnamed(path, slug),)
    text = decoded(body, path)
    parts = headed(text.value, path) if text.value is not None else Read(None)
    problems = (*named, *text.problems, *parts.problems)
    if parts.value is None:
        return Read(_Page(path, slug, lang, _unread(lang), body=""), problems)
    doc, markdown = parts.value
    form = _form(doc, lang)
    value = form.value or _unread(lang)
    said = (
        *_undescribed(doc, value),
        *_remote(doc, value),
        *_verbatim(doc, value),
        *_misplaced(path, text.value or "", markdown),
        *_dropped(path, text.value or "", markdown),
    )
    problems = (*problems, *form.problems, *said)
    return Read(_Page(path, slug, lang, value, markdown.strip(), doc), problems)


_REQUIRED = {"title": "?", "type": PostType.COMPANY}
"""Stand in for what a broken file does not say."""


def _form(doc: Doc, lang: str | None) -> Read[PostForm | None] | Read[TranslationForm | None]:
    if lang is not None:
        return filled(TranslationForm, doc, {"title": "?"})
    form = filled(PostForm, doc, _REQUIRED)
    return Read(form.value and _aimed(form.value, doc), form.problems) if form.problems else form


def _unread(lang: str | None) -> PostForm | TranslationForm:
    return TranslationForm(title="?") if lang else PostForm.model_validate(_REQUIRED)


def _aimed(form: PostForm, doc: Doc) -> PostForm:
    """The form, as a draft when it is unknown whom it is for: no check then says that nobody sees it."""
    audience = [key for key in ("type", "tags", "teams") if key in doc.value]
    known = form.model_fields_set.issuperset(audience) and form.type == doc.value.get("type")
    return form if known else form.model_copy(update={"publish": None})


def _unnamed(path: str, slug: str) -> Problem:
    near = links.name(slug) or "my-post"
    return Problem(Position(path), f"'{slug}' is not a slug", f"rename the file, for example to {near}.md")


def _undescribed(doc: Doc, form: PostForm | TranslationForm) -> Iterator[Problem]:
    if form.image and "image_alt" not in doc.value:
        hint = "add image_alt: what the picture shows, for those who cannot see it"
        yield Problem(doc.at(("image",), key=True), f"the image '{form.image}' has no description", hint)


def _remote(doc: Doc, form: PostForm | TranslationForm) -> Iterator[Problem]:
    """A picture is a file of the site's own: from elsewhere it could change, vanish, or count visitors."""
    if form.image and _REMOTE.match(form.image):
        hint = "save the picture in content/media/ and write ../media/ and its name"
        yield Problem(doc.at(("image",)), f"the image is an address, not a file: '{form.image}'", hint)


def _verbatim(doc: Doc, form: PostForm | TranslationForm) -> Iterator[Problem]:
    """A post's captions are shared as they stand: placeholders and Markdown stay in them."""
    for key, texts in form.captions.items():
        for index, text in enumerate(texts):
            for mark, hint in _AS_WRITTEN.items():
                for found in mark.finditer(text):
                    keys = ("captions", key, index) if isinstance(doc.value["captions"], dict) else ("captions", index)
                    yield Problem(doc.at(keys), f"'{found[0]}' stays in the caption", hint, Level.WARNING)


def _misplaced(path: str, text: str, body: str) -> Iterator[Problem]:
    """What was meant for the header and would be read as text: such a post might be out before its hour."""
    start = text.rfind(body.strip())
    key, conflict = _BELOW.match(body.strip()), _CONFLICT.search(body.strip())
    if key:
        line = text.count("\n", 0, start + key.start(1)) + 1
        hint = f"move it above the second line '---', or begin the text with other words than '{key[1]}:'"
        yield Problem(Position(path, line), f"the key '{key[1]}' stands below the header", hint)
    if conflict:
        line = text.count("\n", 0, start + conflict.start()) + 1
        yield Problem(Position(path, line), "a merge conflict was left here", "keep one of the two texts")


def _dropped(path: str, text: str, body: str) -> Iterator[Problem]:
    """What the page would leave out of a post's body without a word: pictures, and links that are not whole."""
    lines = body.strip().split("\n")
    above = text.count("\n", 0, text.rfind(body.strip()))
    for number, line in enumerate(lines, above + 1):
        for found in _LINKED.finditer(line):
            at = Position(path, number, found.start() + 1)
            if found["picture"]:
                hint = "a post has one picture: name it in the header as 'image'"
                yield Problem(at, f"a picture in the text is not shown: '{found['target']}'", hint, Level.WARNING)
            elif found["target"] and not _WHOLE.match(found["target"]):
                hint = "write the whole address, beginning with https://"
                yield Problem(at, f"the link '{found['target']}' leads nowhere", hint, Level.WARNING)


def _clashes(pages: Sequence[_Page], programme: Programme) -> Iterator[Problem]:
    named: dict[tuple[str, str | None], list[str]] = {}
    for page in pages:
        named.setdefault((page.slug, page.lang), []).append(page.path)
    for (slug, _), paths in named.items():
        for path in paths if len(paths) > 1 else ():
            other = next(name for name in paths if name != path)
            yield Problem(Position(path), f"two posts are called '{slug}'", f"rename one of them: the other is {other}")
    bases = {page.slug: page for page in pages if page.lang is None}
    for page in pages:
        yield from _spoken(page, programme)
        if page.lang is not None:
            yield from _orphans(page, bases, programme)


def _spoken(page: _Page, programme: Programme) -> Iterator[Problem]:
    lang = page.lang or (page.form.lang if isinstance(page.form, PostForm) else None)
    if lang and lang not in programme.languages:
        at = page.doc.at(("lang",)) if page.doc and page.lang is None else Position(page.path)
        instead = "remove this file" if page.lang else "write one of them"
        hint = f"add it to the programme's languages ({', '.join(programme.languages)}) or {instead}"
        yield Problem(at, f"the programme does not speak '{lang}'", hint)


def _orphans(page: _Page, bases: Mapping[str, _Page], programme: Programme) -> Iterator[Problem]:
    at = Position(page.path)
    if page.slug not in bases:
        yield Problem(at, f"a translation of '{page.slug}', which does not exist", f"write {page.slug}.md beside it")
        return
    base = bases[page.slug].form
    assert isinstance(base, PostForm)
    if page.lang == (base.lang or programme.languages[0]):
        hint = f"remove one of them, or set 'lang' in {bases[page.slug].path}"
        yield Problem(at, f"'{page.slug}' has two texts in '{page.lang}'", hint)


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
        image=_beside(page.path, form.image) or (original.image if original else None),
        image_alt=form.image_alt or (original.image_alt if original else ""),
        captions={network: tuple(texts) for network, texts in form.captions.items()},
        body=page.body,
        path=page.path,
    )


def _beside(path: str, relative: str | None) -> str | None:
    """`relative` seen from the file at `path`, as a path from the site's root; it may lead out of it."""
    if not relative or _REMOTE.match(relative):
        return None
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), relative))
