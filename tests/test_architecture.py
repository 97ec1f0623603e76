"""What the layer contract in .importlinter cannot see: which parts of the standard library a room uses."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "heraldry"
CLOCK = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
}
WAYS_OUT = {"urllib.request", "http.client", "ftplib", "smtplib", "socket.create_connection"}


def names(tree: ast.AST) -> dict[str, str]:
    """What the local names of a module stand for, by its imports."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom):
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return known


def dotted(node: ast.AST, known: dict[str, str]) -> str:
    """The full name that an expression like `dt.datetime.now` stands for; "" for anything else."""
    if isinstance(node, ast.Name):
        return known.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value, known)}.{node.attr}"
    return ""


def uses(source: str, watched: set[str]) -> Iterator[str]:
    """`line: name` for each import or mention of a watched name."""
    tree = ast.parse(source)
    known = names(tree)
    for node in ast.walk(tree):
        found = {dotted(node, known)}
        if isinstance(node, ast.Import):
            found = {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found = {f"{node.module}", *(f"{node.module}.{alias.name}" for alias in node.names)}
        yield from (f"{node.lineno}: {name}" for name in sorted(found & watched) if hasattr(node, "lineno"))


def outside(*rooms: str) -> Iterator[Path]:
    """The modules of the package, these rooms apart."""
    for path in sorted(PACKAGE.rglob("*.py")):
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if room not in rooms:
            yield path


def sightings(paths: Iterator[Path], watched: set[str]) -> list[str]:
    return [f"{path.relative_to(PACKAGE)}:{use}" for path in paths for use in uses(path.read_text("utf-8"), watched)]


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nx = datetime.now()",
        "from datetime import datetime, UTC\nx = datetime.now(UTC)",
        "import datetime\nx = datetime.datetime.utcnow()",
        "import datetime as dt\nx = dt.date.today()",
        "from datetime import datetime as moment\nf = moment.now",
        "import time\nx = time.time()",
        "from time import time\nx = time()",
    ],
)
def test_every_way_to_read_the_clock_is_noticed(source: str) -> None:
    assert list(uses(source, CLOCK))


@pytest.mark.parametrize(
    "source",
    [
        "import time\nx = time.monotonic()",
        "def f(now):\n    return now.time()",
        "from datetime import time\nx = time(9)",
    ],
)
def test_what_only_looks_like_the_clock_is_not(source: str) -> None:
    assert not list(uses(source, CLOCK))


@pytest.mark.parametrize(
    "source",
    [
        "import urllib.request",
        "from urllib import request",
        "from http.client import HTTPConnection",
        "import smtplib",
    ],
)
def test_every_way_out_is_noticed(source: str) -> None:
    assert list(uses(source, WAYS_OUT))


def test_only_the_command_line_reads_the_clock() -> None:
    assert sightings(outside("cli"), CLOCK) == []


def test_only_fetch_opens_outbound_connections() -> None:
    assert sightings(outside("fetch"), WAYS_OUT) == []
