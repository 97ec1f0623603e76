"""Text in the columns of a terminal: how wide it is, cut and filled up to a width, and one line for sure."""

from __future__ import annotations

import shutil
import sys
import unicodedata
from collections.abc import Sequence

UNBOUNDED = 10_000
"""Columns of what is no terminal: a pipe gets whole lines."""

_JOINERS = "\u200c\u200d"
_EMOJI = "\ufe0f"


def terminal() -> int:
    """How many columns standard output has."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else UNBOUNDED


def line(text: str) -> str:
    """Text that cannot pass for a line of ours: control characters and marks that turn the direction are spaces."""
    return "".join(c if c.isprintable() or c in _JOINERS or c == _EMOJI else " " for c in text)


def width(text: str) -> int:
    """Columns that the text takes: wide letters and emoji two, marks and joiners none (Unicode Annexes 11 and 29)."""
    return len(text) if text.isascii() else sum(map(_width, _letters(text)))


def _letters(text: str) -> Sequence[str]:
    if text.isascii():
        return text
    import regex  # type: ignore[import-untyped]  # 15 ms, and only other letters need it

    found: list[str] = regex.findall(r"\X", text)
    return found


def _width(cluster: str) -> int:
    if len(cluster) > 1 and (_EMOJI in cluster or "\U0001f1e6" <= cluster[0] <= "\U0001f1ff"):
        return 2
    columns = [_wide(character) for character in cluster]
    return max(columns) if 2 in columns else sum(columns)


def _wide(character: str) -> int:
    if character in _JOINERS or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, columns: int) -> str:
    """The text, or as much of it as fits with an ellipsis; never half a letter."""
    if width(text) <= columns:
        return text
    kept, used = "", 0
    for cluster in _letters(text):
        used += _width(cluster)
        if used > columns - 1:
            break
        kept += cluster
    return f"{kept.rstrip()}…"


def filled(text: str, columns: int) -> str:
    """The text with spaces up to the width."""
    return text + " " * (columns - width(text))


def wrapped(text: str, columns: int, indent: str = "") -> list[str]:
    """The words in lines of at most so many columns, those after the first indented; a longer word stays whole."""
    lines: list[str] = []
    for word in text.split():
        if lines and width(lines[-1]) + 1 + width(word) <= columns:
            lines[-1] += f" {word}"
        else:
            lines.append(f"{indent if lines else ''}{word}")
    return lines or [""]
