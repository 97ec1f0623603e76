"""A program that starts runs which tests/doomed.py kills: warm, so that each costs a fork.

It reads an order a line: JSON with `run` (one of RUNS), `root`, `now`, and `said`, the file for the run's talk. An
order with `here` is carried out in the program itself, one with `many` by so many children at once; any other in a
child with a process group of its own, which waits for one more byte when the order says `waits`, whose files end at
`size` bytes, and which may do no more than the owner of its files when it is `mere`. What it answers, a line each: `begun PID`, `taking` when the archive is about to be written, `over`
when a child has ended (and a byte lets go of its number), `ended CODE ...` (below zero: a signal).
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment

from heraldry import cli, disk, inputs, jail, pipeline
from heraldry.cli import build, options, report
from heraldry.feeds import gather as gathering
from heraldry.feeds import store
from heraldry.feeds.gather import Occasion
from heraldry.feeds.reading import Reading, Surroundings
from heraldry.problems import Problem

Order = dict[str, Any]

LOADED = (build, report)
CRASHED = 70
ANYBODY = -1
PR_SET_PTRACER = 0x59616D61

written = store.write
readings: dict[str, Reading] = {}
"""What `prepare` has read, for every `take` that follows."""


def say(words: str) -> None:
    os.write(1, f"{words}\n".encode())


def told(*given: Any, **named: Any) -> None:
    say("taking")
    written(*given, **named)


def gather(order: Order) -> int:
    """All sources read and taken in, as a build does it."""
    try:
        words, code = "\n".join(map(str, _gathered(order))), 0
    except disk.Busy:
        return options.BUSY
    except OSError as error:
        words, code = str(error), 1
    with suppress(OSError), open(order["said"], "a", encoding="utf-8") as said:
        said.write(words)
    return code


def _gathered(order: Order) -> tuple[Problem, ...]:
    root = Path(order["root"])
    site = pipeline.read_site(root).value
    assert site is not None
    there = Surroundings(root, {}, site.subscriptions.limits)
    now, zone, keep = datetime.fromisoformat(order["now"]), site.programme.timezone, not order.get("prepares")
    return gathering.gather(site.sources, there, Occasion(now, zone, keep=keep, places=site.places)).problems


def prepare(order: Order) -> int:
    """The sources read, and nothing written."""
    read = gathering._readings

    def kept(*given: Any, **named: Any) -> dict[str, Reading]:
        readings.update(read(*given, **named))
        return readings

    gathering._readings = kept
    try:
        return gather({**order, "prepares": True})
    finally:
        gathering._readings = read


def take(order: Order) -> int:
    """Only the taking in of what was prepared."""
    gathering._readings = lambda *given, **named: readings
    return gather(order)


def whole(order: Order) -> int:
    """`heraldry build`."""
    options.clock = lambda: datetime.fromisoformat(order["now"])
    try:
        cli.main(["build", "-C", order["root"], *order.get("options", ())])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    return 0


RUNS: Mapping[str, Callable[[Order], int]] = {"gather": gather, "prepare": prepare, "take": take, "build": whole}


def carried_out(order: Order) -> int:
    try:
        return RUNS[order["run"]](order)
    except Exception:
        traceback.print_exc()
        return CRASHED


def child(order: Order) -> None:
    """The doomed run. The root is on its path, so that its jail, which is given the path, can be told from others."""
    os.setsid()
    sys.path.append(order["root"])
    os.dup2(os.open(order["said"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644), 2)
    if order.get("waits") and sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PTRACER, ANYBODY, 0, 0, 0)
    if order.get("size"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["size"],) * 2)
    if order.get("mere") and sys.platform == "linux":
        mere()
    say(f"begun {os.getpid()}")
    if order.get("waits"):
        os.read(0, 1)
    code = carried_out(order)
    sys.stderr.flush()
    jail.close()
    os._exit(code)


def cache_of_text(compiled: Callable[..., Any]) -> Callable[..., Any]:
    """As `compiled`, each text once: all runs have the same environment."""
    known: dict[tuple[Any, ...], Any] = {}

    def compiled_once(self: Environment, *given: Any, **named: Any) -> Any:
        key = (given, tuple(named.items()))
        if key not in known:
            known[key] = compiled(self, *given, **named)
        return known[key]

    return compiled_once


def mere() -> None:
    """Root without any of its powers: what is write-protected is so for it too (capset of <linux/capability.h>)."""
    version_3, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    assert ctypes.CDLL(None).capset(version_3, none) == 0


def forked(order: Order) -> None:
    """The child is reaped last, so that nobody else has its number while it may be killed."""
    heard, held = os.pipe()
    pid = os.fork()
    if pid == 0:
        child(order)
    os.close(held)
    os.read(heard, 1)  # nothing is ever written: its end comes with the child's
    os.close(heard)
    say("over")
    os.read(0, 1)
    say(f"ended {os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}")


def crowd(order: Order) -> None:
    """Several at once; the codes of all."""
    pids = []
    for one in range(order["many"]):
        pids.append(os.fork())
        if pids[-1] == 0:
            out = [part.format(one=one % 2) for part in order.get("options", ())]
            child({**order, "options": out, "said": f"{order['said']}{one}"})
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
    say(f"ended {' '.join(map(str, codes))}")


def line() -> bytes:
    """One line of what is ordered, and not a byte more: the rest is the child's."""
    read = bytearray()
    while byte := os.read(0, 1):
        if byte == b"\n":
            break
        read += byte
    return bytes(read)


def main() -> None:
    """Whoever changes the code meanwhile does not change what is at work here; templates are compiled once."""
    store.write = told
    inputs.code = cache(inputs.code)
    Environment.compile = cache_of_text(Environment.compile)  # type: ignore[method-assign]
    say("warm")
    while words := line():
        order = json.loads(words)
        if order.get("here"):
            say(f"ended {carried_out(order)}")
        else:
            (crowd if order.get("many") else forked)(order)


if __name__ == "__main__":
    main()
