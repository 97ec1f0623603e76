"""mkdocs.yml, kept to what Zensical reads as well: Material, its search, Markdown extensions, no code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

Nav = Sequence[Mapping[str, Any]]
"""MkDocs' own form: `{title: path below docs/}` or `{section: [pages]}`."""

# fmt: off
UI_LANGUAGES = frozenset((
    "af", "ar", "az", "be", "bg", "bn", "ca", "cs", "cy", "da", "de", "el", "en", "eo", "es",
    "et", "eu", "fa", "fi", "fr", "gl", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja",
    "ka", "kn", "ko", "ku-IQ", "lb", "lt", "lv", "mk", "mn", "ms", "my", "nb", "nl", "nn", "pl",
    "pt", "pt-BR", "ro", "ru", "sa", "sh", "si", "sk", "sl", "sq", "sr", "sv", "ta", "te", "th",
    "tl", "tr", "uk", "ur", "uz", "vi", "zh", "zh-Hant", "zh-TW",
))
# fmt: on
"""The languages Material 9.8 has words for."""

_FEATURES = [
    "navigation.sections",
    "navigation.footer",
    "navigation.top",
    "toc.follow",
    "search.highlight",
]
_SEARCH: dict[str, dict[str, list[str]]] = {"ko": {"pipeline": []}}
"""Korean words carry their particles, so the index matches their beginnings, unstemmed and untrimmed."""


@dataclass(frozen=True, slots=True)
class Face:
    """What one language's edition shows around its pages; addresses are relative to the edition's root."""

    name: str
    description: str
    url: str
    lang: str
    logo: str | None
    home: str
    editions: Sequence[tuple[str, str, str]]
    words: Mapping[str, str]
    helper: Mapping[str, str] | None
    indexed: bool


def mkdocs_yml(face: Face, nav: Nav) -> str:
    """The configuration of one edition, as YAML; the editions are (language, its own name, address)."""
    settings: dict[str, Any] = {
        "site_name": face.name,
        "site_description": face.description,
        "site_url": face.url,
        "docs_dir": "docs",
        "site_dir": "site",
        "use_directory_urls": True,
        "nav": list(nav),
        "theme": _theme(face),
        "plugins": [{"search": {"lang": ui_language(face.lang), **_SEARCH.get(face.lang, {})}}],
        "markdown_extensions": _extensions(face.words),
        "extra_css": ["brand.css", "extra.css"],
        "extra_javascript": ["late.js"],
        "extra": _extra(face),
        "validation": {"absolute_links": "warn", "unrecognized_links": "warn", "anchors": "warn"},
    }
    return yaml.safe_dump(settings, allow_unicode=True, sort_keys=False, width=110)


def ui_language(lang: str) -> str:
    """The nearest language that Material speaks, English at worst."""
    return next((known for known in (lang, lang.partition("-")[0]) if known in UI_LANGUAGES), "en")


def _theme(face: Face) -> dict[str, Any]:
    theme: dict[str, Any] = {
        "name": "material",
        "custom_dir": "theme",
        "language": ui_language(face.lang),
        "font": False,
        "features": _FEATURES,
        "palette": [
            _palette("(prefers-color-scheme)", None, "material/brightness-auto", face.words["to_light"]),
            _palette("(prefers-color-scheme: light)", "default", "material/weather-sunny", face.words["to_dark"]),
            _palette("(prefers-color-scheme: dark)", "slate", "material/weather-night", face.words["to_auto"]),
        ],
    }
    return {**theme, "logo": face.logo, "favicon": face.logo} if face.logo else theme


def _palette(media: str, scheme: str | None, icon: str, name: str) -> dict[str, Any]:
    colours = {"scheme": scheme} if scheme else {}
    return {"media": media, **colours, "primary": "custom", "accent": "custom", "toggle": {"icon": icon, "name": name}}


def _extensions(words: Mapping[str, str]) -> list[Any]:
    return [
        "admonition",
        "attr_list",
        "def_list",
        "md_in_html",
        {"tables": {"use_align_attribute": True}},
        {"toc": {"permalink": True, "permalink_title": words["permalink"], "toc_depth": 3}},
        "pymdownx.details",
        "pymdownx.superfences",
    ]


def _extra(face: Face) -> dict[str, Any]:
    alternate = [{"lang": lang, "name": name, "link": link} for lang, name, link in face.editions]
    return {
        "generator": False,
        "homepage": face.home,
        "robots": "" if face.indexed else "noindex",
        "lang": face.lang,
        "alternate": alternate if len(alternate) > 1 else [],
        "words": dict(face.words),
        "helper": dict(face.helper) if face.helper else {},
    }
