"""The one place that turns problems into terminal lines, GitHub annotations or JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import click

from heraldry.problems import Level, Problem


def fault(error: OSError) -> str:
    """What the system says of which file, in lower case; one that was being written is called by its own name."""
    name = re.sub(r"/\.([^/]+)\.[^/.]{8}$", r"/\1", str(error.filename2 or error.filename or ""))
    words = (error.strerror or str(error)).lower() if error.errno else str(error)
    return f"{name}: {words}" if name else words


def ordered(problems: Sequence[Problem]) -> list[Problem]:
    """By file and line, each once."""
    return sorted(dict.fromkeys(problems), key=lambda p: (p.at, p.message))


def lines(problem: Problem) -> str:
    """`path:line:column: message`, then the hint; a warning says that it is one."""
    at = problem.at
    said = "warning: " if problem.level is Level.WARNING else ""
    first = f"{_one_line(at.path)}:{at.line}:{at.column}: {said}{_one_line(problem.message)}"
    return f"{first}\n  hint: {_one_line(problem.hint)}" if problem.hint else first


def annotation(problem: Problem) -> str:
    """A GitHub workflow command (docs.github.com: workflow commands); data and properties escaped."""
    at, text = problem.at, problem.message + (f" – {problem.hint}" if problem.hint else "")
    place = f"file={_property(at.path)},line={at.line},col={at.column}"
    return f"::{problem.level.value} {place}::{_data(text)}"


def document(problems: Sequence[Problem]) -> str:
    """All problems as JSON, version 1: path, line, column, level, message, hint."""
    listed = [
        {
            "path": problem.at.path,
            "line": problem.at.line,
            "column": problem.at.column,
            "level": problem.level.value,
            "message": problem.message,
            "hint": problem.hint,
        }
        for problem in problems
    ]
    return json.dumps({"version": 1, "problems": listed}, ensure_ascii=False, indent=2)


def summary(problems: Sequence[Problem]) -> str:
    """How many errors and warnings there are."""
    wrong = sum(problem.level is Level.ERROR for problem in problems)
    return f"{_many(wrong, 'error')}, {_many(len(problems) - wrong, 'warning')}"


def tell(problems: Sequence[Problem]) -> None:
    """Problems for a person, on standard error."""
    for problem in ordered(problems):
        color = "red" if problem.level is Level.ERROR else "yellow"
        first, *rest = lines(problem).split("\n")
        place, said = first[: -len(_one_line(problem.message))], _one_line(problem.message)
        click.echo(click.style(place, dim=True) + click.style(said, fg=color), err=True)
        for line in rest:
            click.echo(line, err=True)


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _one_line(text: str) -> str:
    """Text that cannot pass for a line of ours: what others wrote may hold line breaks and escapes."""
    return "".join(c if c.isprintable() else " " for c in text)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
