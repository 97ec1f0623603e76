"""Pieces of GitHub's Markdown. Whatever others wrote in them is shown and does nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from heraldry.changes.redline import Kind, Line, Piece, lines, touched
from heraldry.changes.said import many
from heraldry.feeds.clean import shortened
from heraldry.neutral import SPACE, neutral, part

LONGEST = 2_000
"""Characters of one text that are shown."""

MOST_BYTES = 900_000
"""Of a summary; GitHub takes 1 MiB a step."""

RESERVE = 8_000
"""Bytes for what is not counted: headings, folds, and the sentence that says what was left out."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and blocks below it, each whole Markdown of its own; those beyond the first `shown` are folded.

    `what` calls one block, for the sentence that says how many were left out.
    """

    heading: str
    what: str
    blocks: tuple[str, ...]
    shown: int = 20
    tight: bool = False
    """Whether the blocks are items of one list."""


def assembled(opening: str, sections: Iterable[Section]) -> str:
    """The opening and as much of the sections as finds room, those that come first preferred; no block is cut."""
    left = MOST_BYTES - RESERVE - len(opening.encode())
    parts, missing = [opening], []
    for section in sections:
        kept: list[str] = []
        for block in section.blocks:
            size = len(block.encode()) + 2
            if size <= left:
                kept.append(block)
                left -= size
        if kept:
            parts.append(f"### {section.heading}")
            parts += _folded(kept, section)
        if len(kept) < len(section.blocks):
            missing.append(many(len(section.blocks) - len(kept), section.what))
    if missing:
        said = f"**Left out, because GitHub takes no longer text: {', '.join(missing)}.**"
        parts.append(f"{said} `heraldry preview --json` has everything.")
    return "\n\n".join(parts) + "\n"


def _folded(blocks: Sequence[str], section: Section) -> Iterator[str]:
    between = "\n" if section.tight else "\n\n"
    yield between.join(blocks[: section.shown])
    more = blocks[section.shown :]
    if more:
        yield details(f"{len(more):,} more", between.join(more))


def details(summary: str, markdown: str) -> str:
    """Markdown that opens with a click; `summary` is our own words."""
    return f"<details><summary>{summary}</summary>\n\n{markdown}\n\n</details>"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose cells are Markdown in one line."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def quoted(text: str) -> str:
    """Anybody's text as a quotation, its lines as they were."""
    shown = [neutral(line) for line in _bounded(text).split("\n")]
    return "\n>\n".join(f"> {line}" for line in shown if line)


def _bounded(text: str) -> str:
    """The text, its end cut off when it is very long."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def brief(text: str, most: int = 160) -> str:
    """One line of anybody's text, cut at a word when it is long."""
    return neutral(shortened(" ".join(text.split()), most))


# Redlines -------------------------------------------------------------------------------------------

_TAGS = {Kind.GONE: "del", Kind.NEW: "ins"}


def inline(line: Line) -> str:
    """One line with what was taken out and put in marked as such."""
    return "".join(_marked(piece) for piece in line).strip().removeprefix(SPACE).removesuffix(SPACE)


def _marked(piece: Piece) -> str:
    text = piece.text if len(piece.text) <= LONGEST else f"{piece.text[:LONGEST]}… "
    tag = _TAGS.get(piece.kind)
    return f"<{tag}>{part(text)}</{tag}>" if tag else part(text)


def redlined(pieces: Sequence[Piece], most: int = 40) -> list[str]:
    """The lines in which something changed, each a quotation, with the heading they stand under."""
    found: list[str] = []
    heading, named, gap = "", "", False
    for line in lines(pieces):
        text = "".join(piece.text for piece in line)
        if not touched(line):
            gap = gap or bool(text.strip())
            heading = text if text.startswith("#") else heading
        elif text.strip():
            title = brief(heading.lstrip("# "))
            above = [f"> *{title}*", ">"] if title and heading != named else []
            between = ["> …", ">"] if gap and not above else []
            named, gap = heading, False
            found.append("\n".join([*above, *between, f"> {inline(line)}"]))
    more = len(found) - most
    if more > 0:
        found = [*found[:most], f"> … and {many(more, 'more changed line')}"]
    return found
