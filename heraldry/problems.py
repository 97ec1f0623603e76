"""What is wrong, and where: problems are values, collected and shown all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Level(StrEnum):
    """An error keeps its post or file off the site; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file: `path` relative to the site's root, line and column counted from 1."""

    path: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: lower case, no full stop, quoting what the author typed."""

    at: Position
    message: str
    hint: str = ""
    level: Level = Level.ERROR


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """What a reader made of its input, and everything that was wrong with it."""

    value: T
    problems: tuple[Problem, ...] = ()


def did_you_mean(typed: str, known: Sequence[str]) -> str:
    """A hint that names the nearest of `known`, or lists them all when none is near."""
    near = get_close_matches(typed.lower(), known, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{near[0]}'?"
    return "known: " + ", ".join(known) if known else ""


def errors(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Only the problems that keep something off the site."""
    return tuple(problem for problem in problems if problem.level is Level.ERROR)
