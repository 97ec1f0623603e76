"""Templates and static files: the site's own where it has them, else the ones that come with Heraldry."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError

from heraldry.pages.words import Words

PACKAGED = Path(__file__).resolve().parent.parent / "_theme"
CHECKOUT = Path(__file__).resolve().parent.parent.parent / "theme"


def folders(root: Path) -> tuple[Path, ...]:
    """Where theme files are looked for, first to last: any file of the site overrides ours, one by one."""
    ours = PACKAGED if PACKAGED.is_dir() else CHECKOUT
    own = root / "theme"
    return (own, ours) if own.is_dir() and own.resolve() != ours.resolve() else (ours,)


ENGLISH = "en"
"""The language of templates and code."""


class BrokenTemplate(Exception):
    """A file of the theme that cannot be used: its name below theme/, the line, and what is wrong there."""

    def __init__(self, name: str, line: int, reason: str) -> None:
        super().__init__(name, line, reason)
        self.name, self.line, self.reason = name, line, reason


@dataclass(frozen=True, slots=True)
class Static:
    """A file that every page may name; `name` carries a fingerprint of its bytes."""

    name: str
    body: bytes


class Theme:
    """The templates of share pages, ready to render in one language after another."""

    def __init__(self, root: Path) -> None:
        self._folders = folders(root)
        self._environments: dict[str, Environment] = {}
        self._words: dict[str, Words] = {}

    def render(self, template: str, words: Words, **values: Any) -> bytes:
        """The template as bytes of UTF-8, in the language of `words`. Raises BrokenTemplate."""
        try:
            return self._environment(words).get_template(template).render(**values).encode()
        except Exception as error:  # what a template calls may raise anything: a report, not a traceback
            name, line = _place(error, template)
            raise BrokenTemplate(f"share/{name}", line, _reason(error)) from error

    def static(self, name: str) -> Static:
        """A static file by its plain name. Raises FileNotFoundError when neither theme has it."""
        path = self._found(f"static/{name}")
        body = path.read_bytes()
        stem, _, suffix = name.rpartition(".")
        return Static(f"assets/{stem}.{fingerprint(body)}.{suffix}", body)

    def catalogue(self, lang: str) -> bytes | None:
        """The message catalogue of a language, None when there is none."""
        path = self._found(f"locale/{lang}/LC_MESSAGES/heraldry.po", missing_ok=True)
        return path.read_bytes() if path else None

    def words(self, lang: str) -> Words:
        """The interface in a language, or in English, dates and direction too, where it is not translated.

        Raises BrokenTemplate.
        """
        if lang not in self._words:
            self._words[lang] = self._translated(lang)
        return self._words[lang]

    def _translated(self, lang: str) -> Words:
        known = lang if self.catalogue(lang) else lang.split("-")[0]
        try:
            catalogue = self.catalogue(known)
            return Words.of(lang if catalogue else ENGLISH, catalogue)
        except Exception as error:  # Babel raises half a dozen kinds on damaged catalogues
            raise BrokenTemplate(f"locale/{known}/LC_MESSAGES/heraldry.po", 1, _reason(error)) from error

    def handbook_folders(self) -> tuple[Path, ...]:
        """Where the handbook's overrides lie, ours first, the site's own on top."""
        return tuple(folder / "handbook" for folder in reversed(self._folders) if (folder / "handbook").is_dir())

    def _found(self, name: str, *, missing_ok: bool = False) -> Any:
        path = next((folder / name for folder in self._folders if (folder / name).is_file()), None)
        if path is None and not missing_ok:
            raise FileNotFoundError(name)
        return path

    def _environment(self, words: Words) -> Environment:
        if words.lang not in self._environments:
            environment = Environment(
                loader=FileSystemLoader([folder / "share" for folder in self._folders]),
                autoescape=True,
                undefined=StrictUndefined,
                trim_blocks=True,
                lstrip_blocks=True,
                extensions=["jinja2.ext.i18n"],
            )
            environment.install_gettext_translations(words.translations, newstyle=True)  # type: ignore[attr-defined]
            self._environments[words.lang] = environment
        return self._environments[words.lang]


def _reason(error: Exception) -> str:
    said = error.message if isinstance(error, TemplateError) else f"{type(error).__name__}: {error}"
    return " ".join((said or str(error)).split())[:200]


def _place(error: Exception, template: str) -> tuple[str, int]:
    """The template and line at fault: what the parser says, else the last template that was being rendered."""
    if isinstance(error, TemplateSyntaxError):
        return error.name or template, error.lineno
    rendered = [frame for frame in extract_tb(error.__traceback__) if frame.filename.endswith(".html")]
    return (Path(rendered[-1].filename).name, rendered[-1].lineno or 1) if rendered else (template, 1)


def fingerprint(body: bytes) -> str:
    """A short name for exactly these bytes."""
    return hashlib.blake2b(body, digest_size=5).hexdigest()
