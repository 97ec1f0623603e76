"""What changed in a text, word by word: taken out, put in, kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby


class Kind(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text and what became of it."""

    kind: Kind
    text: str


Line = tuple[Piece, ...]

_TOKEN = re.compile(
    r"\n|[^\S\n]+|[\u3040-\u30ff\u3400-\u9fff][\u0300-\u036f\u3099\u309a\ufe00-\ufe0f]*"
    r"|[^\s!-/:-@\[-`{-~\u2010-\u2027\u2030-\u205e\u3000-\u303f\u3040-\u30ff\u3400-\u9fff]+|."
)
"""A word with its marks, a sign, a run of spaces, a line's end; of writing without spaces each character."""

MOST_PAIRS = 1_000_000
"""Words before times words after that are compared; a longer passage counts as rewritten."""

MOST_LINES = 5_000
"""Lines of a text that are compared; a longer one counts as rewritten."""

LEAST_ALIKE = 0.3
"""The share of a passage's letters that must have stayed for its words to be told apart."""


def redline(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces of which both texts are made: without the new ones they are `old`, without the gone ones `new`."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if max(len(before), len(after)) > MOST_LINES:
        return _joined(_replaced(old, new))
    matcher = SequenceMatcher(None, before, after)
    passages = (
        [Piece(Kind.KEPT, "".join(before[a:b]))]
        if tag == "equal"
        else list(_words("".join(before[a:b]), "".join(after[c:d])))
        for tag, a, b, c, d in matcher.get_opcodes()
    )
    return _joined(piece for passage in passages for piece in passage)


def _words(old: str, new: str) -> Iterator[Piece]:
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if not before or not after or len(before) * len(after) > MOST_PAIRS:
        return _replaced(old, new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    kept = sum(len("".join(before[a : a + size])) for a, _, size in matcher.get_matching_blocks())
    if kept < LEAST_ALIKE * max(len(old), len(new)):
        return _replaced(old, new)
    return _changed(matcher, before, after)


def _replaced(old: str, new: str) -> Iterator[Piece]:
    yield Piece(Kind.GONE, old)
    yield Piece(Kind.NEW, new)


def _changed(matcher: SequenceMatcher[str], before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    """Changes that only a space or a sign keeps apart are read as one."""
    gone = new = ""
    for tag, a, b, c, d in matcher.get_opcodes():
        old_words, new_words = "".join(before[a:b]), "".join(after[c:d])
        if tag == "equal" and not (_slight(old_words) and (gone or new)):
            yield from _replaced(gone, new)
            gone = new = ""
            yield Piece(Kind.KEPT, old_words)
        else:
            gone, new = gone + old_words, new + new_words
    yield from _replaced(gone, new)


def _slight(text: str) -> bool:
    return len(text) <= 2 and "\n" not in text and not any(letter.isalnum() for letter in text)


def _joined(pieces: Iterator[Piece]) -> tuple[Piece, ...]:
    """Neighbours of one kind as one piece, empty ones left out."""
    runs = groupby((piece for piece in pieces if piece.text), key=lambda piece: piece.kind)
    return tuple(Piece(kind, "".join(piece.text for piece in run)) for kind, run in runs)


def lines(pieces: Sequence[Piece]) -> tuple[Line, ...]:
    """The pieces line by line, without the line ends: a line ends wherever it ended before or ends now."""
    found: list[list[Piece]] = [[]]
    for piece in pieces:
        first, *rest = piece.text.split("\n")
        found[-1].append(Piece(piece.kind, first))
        found += [[Piece(piece.kind, text)] for text in rest]
    return tuple(tuple(piece for piece in line if piece.text) for line in found)


def touched(line: Line) -> bool:
    """Whether anything in the line was taken out or put in."""
    return any(piece.kind is not Kind.KEPT for piece in line)


_OPENS = re.compile(r"\s*(?:[#>*+\-|<`~=]|\d{1,9}[.)])")
_CLOSED = re.compile(r"\s*(?:[#|<`~=]|$)")


def flowed(markdown: str) -> str:
    """Markdown with each paragraph in one line: where its lines were broken says nothing, and would be a change."""
    found: list[str] = []
    for line in markdown.splitlines():
        if found and line.strip() and not _CLOSED.match(found[-1]) and not _OPENS.match(line):
            found[-1] = f"{found[-1].rstrip()} {line.strip()}"
        else:
            found.append(line.rstrip())
    return "\n".join(found)
