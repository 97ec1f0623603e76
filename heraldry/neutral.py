"""Anybody's text in GitHub's Markdown: shown, and doing nothing else."""

from __future__ import annotations

import re

from heraldry.feeds import clean

SPACE = "&#8203;"
"""A space of no width."""

_BREAKS = (
    (re.compile(r"(?<=[@#])(?=\S)"), SPACE),
    (re.compile(r"(?<=[A-Za-z])(?=-\d)"), SPACE),
    (re.compile(r"(?<=:)(?=//|:)"), SPACE),
    (re.compile(r"(?<=www)(?=\.)", re.I), SPACE),
    (re.compile(r"[0-9a-f]{5}(?=[0-9a-f]{2})", re.I), rf"\g<0>{SPACE}"),
)
"""Between mark and name: mentions, issues by number, trackers' keys (GH-12), addresses, a run's commands, commits."""

_MARKUP = re.compile(r"([\\`*_{}\[\]()#!|~$^=+])")
_LEADING = re.compile(r"^(?:(\d{1,9})([.)])|-)")


def neutral(text: str) -> str:
    """One line of anybody's text as GitHub's Markdown that shows it and does nothing else.

    A zero-width space keeps apart what the site would take for a mention, a reference or an address: it looks for
    them in what was rendered, where an escaped sign is a sign again.
    """
    escaped = _MARKUP.sub(r"\\\1", _split(clean.plain(text)))
    shown = escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _LEADING.sub(lambda match: f"{match[1] or ''}\\{match[2] or '-'}", shown.replace(_SPLIT, SPACE))


_SPLIT = "\ue000"
"""Stands for the zero-width space until the text is escaped; a private character, taken out of the text first."""


def _split(text: str) -> str:
    text = text.replace(_SPLIT, "")
    for pattern, instead in _BREAKS:
        text = pattern.sub(instead.replace(SPACE, _SPLIT), text)
    return text


def part(text: str) -> str:
    """`neutral` of a part of a line, whose neighbours are unknown: spaces at its ends stay, and no sign at them can
    belong to what stands beside it."""
    shown = neutral(text)
    before, after = text[:1].isspace(), text[-1:].isspace()
    if not shown:
        return " " if before else ""
    return f"{' ' if before else SPACE}{shown}{' ' if after else SPACE}"


_CODE = re.compile(r"[\w./@:,+=^~-]+(?: [\w./@:,+=^~-]+)*")


def code(text: str) -> str:
    """A file's or a commit's name in code type, where nothing in it is looked at; an odd one as plain text."""
    return f"`{text}`" if _CODE.fullmatch(text) and "::" not in text else neutral(text)


_REFERRING = re.compile(r"https?://(?:www\.)?github\.com(?=/[^/]+/[^/]+/(?:issues|pull|discussions|commit)/)", re.I)


def target(url: str) -> str:
    """The address inside <…>; one of an issue goes round, since a plain link would be noted in that issue."""
    whole = _REFERRING.sub("https://redirect.github.com", url)
    quoted = re.sub(r"[\s<>\\`|\"]", lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), whole)
    return quoted.replace("&", "&amp;")
