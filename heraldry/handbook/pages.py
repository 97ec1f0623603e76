"""What the editors of the handbook wrote: its pages, the policy, the theme and the pictures beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from heraldry import disk, yamldoc
from heraldry import fields as f
from heraldry.fields import wrong
from heraldry.filling import filled
from heraldry.forms import Form
from heraldry.problems import Level, Position, Problem, Read, did_you_mean

ROOMS = ("handbook", "policy")
"""The folders of content/ whose Markdown becomes the handbook."""

PARTS = ("everyone", "editors", "administrators")
"""Whom a page is for; also the order of the handbook's sections."""

Labels = Mapping[str, Mapping[str, str]]
"""Words of the handbook's own by language, as theme/handbook/labels.yaml gives them; English is whole."""


def _part(value: Any) -> Any:
    if value not in PARTS:
        raise wrong(f"unknown reader '{value}'", did_you_mean(str(value), PARTS))
    return value


def _version(value: Any) -> Any:
    if not (isinstance(value, str) and all(part.isdecimal() for part in value.split("."))):
        raise wrong(f"not a version: '{value}'", "write numbers joined by points, such as 1.2")
    return value


class PageForm(Form):
    """The header of a handbook page."""

    title: f.Text | None = None
    """What the page is called; its first heading if missing."""
    description: f.Text = ""
    """One sentence for search engines and previews."""
    order: f.Whole = 100
    """Place in the navigation: small numbers first, then by file name."""
    lang: f.Lang | None = None
    """Language of this file; the programme's first language if missing."""
    part: Annotated[str, BeforeValidator(_part)] = Field(default="everyone", alias="for")
    """For whom the page is: everyone, editors or administrators."""


class PolicyForm(PageForm):
    """The header of a policy page."""

    version: Annotated[str, BeforeValidator(_version)]
    """Numbers joined by points; a changed text needs a new one."""
    effective: f.Day
    """The first day on which this version holds."""
    owner: f.Text
    """Who keeps the policy up to date."""
    approver: f.Text
    """Who approves it."""
    approved: f.Day | None = None
    """The day of approval, written when the change is merged."""
    review_by: f.Day
    """The day by which it is looked at again."""
    changes: f.Texts = Field(default_factory=list)
    """What is new in this version, one sentence each."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a policy page says of itself; `approved` None is a draft nobody has approved yet."""

    version: str
    effective: date
    owner: str
    approver: str
    approved: date | None
    review_by: date
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page in one language. `path` is relative to the site's root, `key` the same in every language
    (`handbook/share`), `body` Markdown whose first line is line `first_line` of the file."""

    path: str
    key: str
    lang: str
    title: str
    description: str
    order: int
    part: str
    body: str
    first_line: int
    policy: Policy | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that the handbook is made from. `media` has the other files of content/ by path relative
    to it (only what a page names is published), `theme` the bytes of theme/handbook/ by path within it."""

    pages: tuple[Page, ...]
    media: Mapping[str, Path]
    theme: Mapping[str, bytes]
    labels: Labels = field(default_factory=dict)


def read(root: Path, themes: Sequence[Path], languages: Sequence[str]) -> Read[Content]:
    """The handbook's content under `root`, with the theme folders laid over each other, the last on top.

    `languages` are the programme's, the first that of pages which name none; a page in another language is
    left out with a warning.
    """
    paths = [path for room in ROOMS for path in disk.files_below(root, f"content/{room}", frozenset({".md"}))]
    found = [_page(path, body, languages) for path, body in disk.read_all(root, paths).items()]
    pages = tuple(one.value for one in found if one.value is not None)
    problems = tuple(problem for one in found for problem in one.problems)
    theme = {name: body for folder in themes for name, body in _theme(folder)}
    labels = _labels([folder / "labels.yaml" for folder in themes])
    theme.pop("labels.yaml", None)
    return Read(Content(pages, _media(root), theme, labels.value), (*problems, *labels.problems))


def _theme(folder: Path) -> Iterator[tuple[str, bytes]]:
    for name in disk.files_below(folder.parent, folder.name):
        yield name.removeprefix(f"{folder.name}/"), (folder.parent / name).read_bytes()


def _media(root: Path) -> dict[str, Path]:
    names = (name for room in ("media", *ROOMS) for name in disk.files_below(root, f"content/{room}"))
    return {name.removeprefix("content/"): root / name for name in names if not name.endswith(".md")}


def _labels(files: Sequence[Path]) -> Read[Labels]:
    """The words of each file over those of the files before it, language by language and word by word."""
    labels: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    for file in files:
        path = f"theme/handbook/{file.name}"
        text = yamldoc.decoded(file.read_bytes(), path) if file.is_file() else Read(None)
        doc = yamldoc.parsed(text.value, path) if text.value is not None else Read(None, text.problems)
        said = doc.value.value if doc.value else {}
        sound = isinstance(said, dict) and all(isinstance(words, dict) for words in said.values())
        for lang, words in said.items() if sound else ():
            labels.setdefault(lang, {}).update({key: word for key, word in words.items() if isinstance(word, str)})
        problems += doc.problems if sound else [Problem(Position(path), "expected words by language", "en: {…: …}")]
    return Read(labels, tuple(problems))


def _page(path: str, body: bytes, languages: Sequence[str]) -> Read[Page | None]:
    room, _, name = path.removeprefix("content/").removesuffix(".md").partition("/")
    stem, _, suffix = name.partition(".")
    refused = _refused(path, stem, suffix, languages)
    if refused:
        return Read(None, (refused,))
    text = yamldoc.decoded(body, path)
    if text.value is None:
        return Read(None, text.problems)
    return page(text.value, path, f"{room}/{stem}", suffix or None, languages[0])


def _refused(path: str, stem: str, suffix: str, languages: Sequence[str]) -> Problem | None:
    """Why a file with this name cannot be a page."""
    if suffix and suffix not in languages:
        hint = f"the programme's languages are {', '.join(languages)}"
        return Problem(Position(path), f"the programme does not speak '{suffix}'", hint, Level.WARNING)
    if stem in {"policy", "assets", "search", *languages}:
        return Problem(Position(path), f"a page cannot be called '{stem}'", "that address is taken: rename the file")
    return None


def page(text: str, path: str, key: str, lang: str | None, default: str) -> Read[Page | None]:
    """The page that `text` holds; `lang` is the file name's language, `default` that of a page which names none."""
    split = yamldoc.headed(text, path)
    if split.value is None:
        return Read(None, split.problems)
    doc, body = split.value
    header = filled(PolicyForm if key.startswith("policy/") else PageForm, doc)
    problems = (*split.problems, *header.problems)
    if header.value is None or problems:
        return Read(None, problems)
    return _made(header.value, path, key, lang or header.value.lang or default, body.lstrip("\n"), text)


def _made(header: PageForm, path: str, key: str, lang: str, body: str, text: str) -> Read[Page | None]:
    first_line = text.count("\n", 0, len(text) - len(body)) + 1
    title = header.title or _heading(body)
    if title is None:
        hint = "begin the text with '# A heading', or add 'title:' to the header"
        return Read(None, (Problem(Position(path, first_line), "the page has no title", hint),))
    policy = _policy(header) if isinstance(header, PolicyForm) else None
    made = Page(path, key, lang, title, header.description, header.order, header.part, body, first_line, policy)
    return Read(made)


def _heading(body: str) -> str | None:
    return next((line[2:].split(" {#")[0].strip() for line in body.splitlines() if line.startswith("# ")), None)


def _policy(header: PolicyForm) -> Policy:
    return Policy(
        header.version,
        header.effective,
        header.owner,
        header.approver,
        header.approved,
        header.review_by,
        tuple(header.changes),
    )
