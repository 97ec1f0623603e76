"""How the sources fare, for people: a table, and in words what an editor should look at."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence

import click

from heraldry.feeds.state import State
from heraldry.following.facts import HEADS, row
from heraldry.following.look import Look, Seen

COLORS = {State.OK: "green", State.WAITING: None, State.FAILED: "red", State.GONE: "red"}
"""Of states; every other one is yellow. The word itself always stands there too."""

UNBOUNDED = 10_000
"""Columns of what is no terminal: a pipe gets whole lines."""

AGAIN = "to ask all of them at the next build, remove archive/state.json: no entry is lost by that"


def page(look: Look) -> Iterator[str]:
    """The table, then in words what an editor should look at; on a narrow terminal one source below the other."""
    if not look.seen:
        yield "there are no sources in sources.yaml"
        return
    width = shutil.get_terminal_size().columns if _is_terminal() else UNBOUNDED
    table = [HEADS, *(row(seen, look) for seen in look.seen)]
    widths = [max(len(row[column]) for row in table) for column in range(len(HEADS))]
    wide = sum(widths) + 2 * len(widths) <= width
    yield from _table(table, widths, look) if wide else _list(look, width)
    yield from _notes(look, width if wide else 0)
    if any(seen.health and seen.health.next_try and seen.health.next_try > look.now for seen in look.seen):
        yield from _wrapped(AGAIN, width, "")
    yield f"times in {look.zone.key}"


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def _table(table: Sequence[tuple[str, ...]], widths: Sequence[int], look: Look) -> Iterator[str]:
    head, *rows = (_aligned(row, widths) for row in table)
    yield click.style("  ".join(head).rstrip(), dim=True)
    for cells, seen in zip(rows, look.seen, strict=True):
        key, state, *more = cells
        yield "  ".join([key, click.style(state, fg=_color(seen)), *more])


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """The cells at their widths, the number at the right."""
    *cells, number = row
    return [*(cell.ljust(width) for cell, width in zip(cells, widths, strict=False)), number.rjust(widths[-1])]


def _color(seen: Seen) -> str | None:
    return COLORS.get(seen.state, "yellow")


def _notes(look: Look, width: int) -> Iterator[str]:
    """Below the table, what there is to say of the sources that are not simply well; nothing below a list."""
    noted = [seen for seen in look.seen if width and (seen.trouble or _notable(seen))]
    for seen in noted:
        yield ""
        yield from _wrapped(f"{seen.source.key}: {'; '.join(seen.words)}", width, "  ")
    yield ""


def _notable(seen: Seen) -> bool:
    """Whether the words of a healthy source say more than the table does: that it has moved, or has a proxy."""
    return bool(seen.health and (seen.health.moved or seen.health.proxy))


def _list(look: Look, width: int) -> Iterator[str]:
    for seen in look.seen:
        yield f"{seen.source.key}: {click.style(seen.state.value, fg=_color(seen))}"
        for words in seen.words:
            yield from _wrapped(f"  {words}", width, "    ")


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    filled = textwrap.TextWrapper(max(20, width - 1), subsequent_indent=indent, break_on_hyphens=False)
    filled.break_long_words = False
    return filled.wrap(text)
