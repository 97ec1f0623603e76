"""Runs that tests kill, starve and trace: the program of doomed_runs.py at work, strace's injections, small disks."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
PROJECT = Path(__file__).parents[1]

Tree = Mapping[str, bytes]


class Warm:
    """The program of doomed_runs.py, at work: one order at a time."""

    def __init__(self, temporary: Path) -> None:
        temporary.mkdir()
        self.count = count()
        self.folder = temporary
        self.program = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("doomed_runs.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=PROJECT,
            env={**os.environ, "TMPDIR": str(temporary)},
            bufsize=0,
        )
        assert self.heard() == "warm"

    def close(self) -> None:
        assert self.program.stdin is not None
        self.program.stdin.close()
        self.program.wait(60)

    def heard(self) -> str:
        assert self.program.stdout is not None
        line = self.program.stdout.readline()
        assert line, "the program has died"
        return line.decode().strip()

    def send(self, words: bytes) -> None:
        assert self.program.stdin is not None
        self.program.stdin.write(words)

    def order(self, run: str, root: Path, **more: Any) -> None:
        self.said = self.folder / f"said-{next(self.count)}-"
        order = {"run": run, "root": str(root), "now": NOW.isoformat(), "said": str(self.said), **more}
        self.send(json.dumps(order).encode() + b"\n")

    def begun(self, run: str, root: Path, **more: Any) -> int:
        """The number of a child that has begun, and of its group."""
        self.order(run, root, **more)
        return int(self.heard().removeprefix("begun "))

    def until(self, *words: str) -> str:
        while (line := self.heard()) not in words:
            pass
        return line

    def ended(self, *, over: bool = False) -> int:
        """How the child ended, once it has."""
        if not over:
            self.until("over")
        self.send(b"\n")
        return int(self.heard().removeprefix("ended "))

    def run(self, run: str, root: Path, **more: Any) -> int:
        """A run that nothing disturbs, in a child."""
        self.begun(run, root, **more)
        return self.ended()

    def here(self, run: str, root: Path, **more: Any) -> int:
        """A run in the program itself, whose jail is warm."""
        self.order(run, root, here=True, **more)
        while (line := self.heard()) == "taking":
            pass
        return int(line.removeprefix("ended "))

    def crowd(self, run: str, root: Path, many: int, **more: Any) -> list[int]:
        self.order(run, root, many=many, **more)
        while (line := self.heard()).partition(" ")[0] != "ended":
            pass
        return [int(code) for code in line.split()[1:]]

    def crowd_words(self) -> str:
        """What the last crowd has said."""
        return "\n".join(path.read_text("utf-8") for path in sorted(self.folder.glob(f"{self.said.name}?*")))

    def words(self) -> str:
        """What the last run has said."""
        return self.said.read_text("utf-8") if self.said.exists() else ""


# What stands there -------------------------------------------------------------------------------------


def tree(folder: Path) -> Tree:
    """Every file below the folder, dotfiles and leftovers too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def unlike(one: Tree, other: Tree) -> list[str]:
    """The files that differ, or are in one only."""
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


# System calls that fail ---------------------------------------------------------------------------------

STRACE = shutil.which("strace")
LONGEST = 120.0
"""Seconds after which a run whose system calls fail is taken to hang, and killed."""
CALLS = (
    *("openat", "open", "read", "pread64", "write", "fsync", "fdatasync", "close", "flock", "fcntl", "getdents64"),
    *("rename", "renameat", "renameat2", "unlink", "unlinkat", "chmod", "fchmod", "fchmodat", "mkdir", "mkdirat"),
    *("rmdir", "stat", "fstat", "lstat", "statx", "newfstatat", "ftruncate", "sync", "copy_file_range", "sendfile"),
)
NEED_ROOM = frozenset(
    {
        "openat",
        "open",
        "write",
        "fsync",
        "close",
        "mkdir",
        "rename",
        "copy_file_range",
        "sendfile",
        "renameat2",
        "syncfs",
    }
)
_CALL = re.compile(r"(\w+)\(")


@dataclass(frozen=True, slots=True)
class Point:
    """The n-th call of that name since the run began, and what is done to it."""

    call: str
    number: int
    deed: str

    def __str__(self) -> str:
        return f"{self.call} {self.number} {self.deed}"


def traced(warm: Warm, run: str, root: Path, log: Path, *options: str, **order: Any) -> int:
    """How a run ended whose main thread was traced. Without strace the test is skipped; in CI it fails."""
    if STRACE is None:
        unable("there is no strace on this machine")
    assert STRACE is not None
    pid = warm.begun(run, root, waits=True, **order)
    with subprocess.Popen(
        [STRACE, "-y", "-o", str(log), *options, "-p", str(pid)], stderr=subprocess.PIPE, text=True
    ) as strace:
        assert strace.stderr is not None
        heard = strace.stderr.readline()
        hangs = Timer(LONGEST, os.killpg, (pid, signal.SIGKILL))
        hangs.start()
        warm.send(b"\n")
        warm.until("over")
        hangs.cancel()
        code = warm.ended(over=True)
        heard += strace.stderr.read()
    if "attached" not in heard:
        unable(f"strace may not trace here: {heard.strip()}")
    return code


def unable(why: str) -> None:
    (pytest.fail if os.environ.get("CI") and sys.platform == "linux" else pytest.skip)(why)


def points(warm: Warm, run: str, root: Path, log: Path, below: str = "") -> list[Point]:
    """Every call of the run's main thread that touches what is below, and each thing that may happen to it."""
    wanted = ",".join(f"?{call}" for call in CALLS)
    assert traced(warm, run, root, log, "-e", f"trace={wanted}") == 0, warm.words()
    return [Point(*call, deed) for call in touching(log, f"{root}{below}") for deed in deeds(call[0])]


def deeds(call: str) -> Sequence[str]:
    """What may happen to a call of that name."""
    return ("error=EIO", "signal=KILL", "error=ENOSPC")[: 3 if call in NEED_ROOM else 2]


def touching(log: Path, place: str) -> Iterator[tuple[str, int]]:
    """The calls in strace's log that name the place, each with its number among those of its name."""
    numbers = Counter[str]()
    for line in log.read_text("utf-8", "replace").splitlines():
        if name := _CALL.match(line):
            numbers[name[1]] += 1
            if place in line:
                yield name[1], numbers[name[1]]


def injected(warm: Warm, run: str, root: Path, log: Path, point: Point, *options: str, **order: Any) -> int:
    """How a run ended to which this was done; `options` are strace's, for what else is done to renameat2: strace does
    nothing to a call that it does not trace."""
    inject = f"inject={point.call}:{point.deed}:when={point.number}"
    return traced(warm, run, root, log, *options, "-e", f"trace=?renameat2,{point.call}", "-e", inject, **order)


# Disks ------------------------------------------------------------------------------------------------


@contextmanager
def mounted(folder: Path, options: str, kind: str = "tmpfs") -> Iterator[Path]:
    """A disk of its own at `folder`; where we may not mount one the test is skipped."""
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", kind, "-o", options, kind, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], capture_output=True)


def fill(ballast: Path) -> None:
    """Not a byte is left on the ballast's disk."""
    with ballast.open("wb", buffering=0) as file:
        for size in (4096, 512, 1):
            try:
                while file.write(bytes(size)):
                    pass
            except OSError:
                continue
