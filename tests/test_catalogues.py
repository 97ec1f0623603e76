"""The interface's words: every language has all of them, and none is left over."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
LOCALE = ROOT / "theme" / "locale"
LANGUAGES = sorted(path.name for path in LOCALE.iterdir() if path.is_dir())


def catalogue(path: Path) -> Catalog:
    return read_po(BytesIO(path.read_bytes()))


def used() -> set[str]:
    """Every message that templates and code ask for."""
    templates = extract_from_dir(
        ROOT / "theme", [("share/**.html", "jinja2")], options_map={"share/**.html": {"trimmed": "true"}}
    )
    code = extract_from_dir(ROOT / "heraldry", [("pages/**.py", "python")], keywords={"say": None})
    found = (row[2] for rows in (templates, code) for row in rows)
    return {message if isinstance(message, str) else message[0] for message in found}


def test_three_languages_come_first() -> None:
    assert {"en", "tr", "ko"} <= set(LANGUAGES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_message_is_translated_and_none_is_stale(lang: str) -> None:
    messages = {
        m.id if isinstance(m.id, str) else m.id[0]: m
        for m in catalogue(LOCALE / lang / "LC_MESSAGES/heraldry.po")
        if m.id
    }
    assert set(messages) == used()
    for key, message in messages.items():
        strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
        assert all(strings), f"{lang}: '{key}' is not translated"
        assert not message.fuzzy, f"{lang}: '{key}' is marked fuzzy"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_translations_keep_the_placeholders(lang: str) -> None:
    for message in catalogue(LOCALE / lang / "LC_MESSAGES/heraldry.po"):
        wanted = set(re.findall(r"%\(\w+\)[sd]", "".join(message.id)))
        strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        if message.id and len(strings) == 1:
            assert set(re.findall(r"%\(\w+\)[sd]", strings[0])) == wanted, (lang, message.id)


def test_the_template_for_translators_is_fresh() -> None:
    known = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue(LOCALE / "heraldry.pot") if m.id}
    assert known == used()
