"""What is asked of a build, and what it came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from heraldry.due import Verdict
from heraldry.problems import Problem, Read


@dataclass(frozen=True, slots=True)
class Order:
    """What to build: `root` into `out`, as of `now`; `base_url` "" means the programme's own address.

    `dated` says that `now` was given: then the archive is read but not written. `handbook` is what the handbook
    in `out` came to: it is taken over as it stands, so that a preview need not make it for each change of a post.
    `heartbeat` notes in the archive that a run has looked.
    """

    root: Path
    out: Path
    now: datetime
    base_url: str = ""
    offline: bool = False
    strict: bool = False
    dated: bool = False
    handbook: Read[frozenset[str]] | None = None
    heartbeat: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build came to: how many files it wrote, None when it wrote nothing, and all problems.

    `handbook`: the languages of the handbook, and what is wrong with it; None when none was tried. `verdict` says
    whether anything was due, None where that was not asked; when nothing was, nothing was written.
    """

    written: int | None
    problems: tuple[Problem, ...]
    handbook: Read[frozenset[str]] | None = None
    verdict: Verdict | None = None


Say = Callable[[str], None]
"""Hears what the build is at, in a few words."""
