"""Builds one generated site with each tool, cold and then with the clock moved, and prints the medians.

`python -m bench.run --size S --times 3`. What is made goes to $BENCH_WORK, by default ~/.cache/heraldry-bench.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.check import differences
from bench.corpus import LATER, NOW, SIZES, corpus, write
from bench.oracle import Expected, expected
from bench.tools import HERE, TOOLS, Missing, Place, Tool, cleared

CLOCKS = {"cold": NOW, "warm": LATER}


@dataclass(frozen=True, slots=True)
class Run:
    """One build: seconds of wall and CPU time, peak memory of its largest process in MB, what it left in all."""

    tool: str
    kind: str
    wall: float
    cpu: float
    peak: float
    files: int
    megabytes: float


@dataclass(frozen=True, slots=True)
class Ready:
    """A tool that can be run, and where."""

    tool: Tool
    program: list[str]
    version: str
    place: Place


def main() -> int:
    chosen = _arguments()
    work = Path(os.environ.get("BENCH_WORK") or Path.home() / ".cache/heraldry-bench").resolve()
    folder = _corpus(chosen.size, work)
    ready = list(_ready(chosen.tools.split(","), work, folder))
    wanted = {kind: expected(folder / "heraldry", now) for kind, now in CLOCKS.items()}
    print("\n".join(_headline(chosen.size, chosen.times, chosen.sample, work, ready)), flush=True)
    runs, faults = _rounds(ready, chosen.times, wanted, chosen.sample)
    print("\n".join(_table(runs, [item.tool.name for item in ready])))
    print("\n".join(faults) or "Every page that was compared holds the cards and links that the oracle expects.")
    _kept(work, chosen.size, ready, runs)
    return bool(faults)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="S")
    parser.add_argument("--times", type=int, default=3, help="builds of each kind; medians are printed")
    parser.add_argument("--tools", default=",".join(TOOLS), help="some of " + ",".join(TOOLS))
    parser.add_argument("--sample", type=int, default=50, help="team pages compared with the oracle, at most")
    return parser.parse_args()


# Before anything is timed ---------------------------------------------------------------------------


def _corpus(size: str, work: Path) -> Path:
    """The corpus and the peers' templates, written anew when what they are made from has changed."""
    folder, marks = work / size, hashlib.sha256()
    made_from = [path for peer in ("hugo", "eleventy") for path in sorted((HERE / peer).rglob("*")) if path.is_file()]
    for path in (HERE / "corpus.py", HERE / "wording.py", *made_from):
        marks.update(path.read_bytes())
    stamp = folder / "made"
    if not (stamp.is_file() and stamp.read_text("utf-8") == marks.hexdigest()):
        shutil.rmtree(folder, ignore_errors=True)
        write(corpus(size), folder)
        for tool in TOOLS.values():
            tool.laid(work, folder / tool.name)
        stamp.write_text(marks.hexdigest(), "utf-8")
    return folder


def _ready(names: Sequence[str], work: Path, folder: Path) -> Iterator[Ready]:
    for name in names:
        tool, place = TOOLS[name], Place(folder / name, folder / "out" / name, folder / "cache" / name)
        try:
            program = tool.install(work)
        except Missing as reason:
            print(f"{name} is left out: {reason}", file=sys.stderr)
            continue
        told = subprocess.run([*program, *tool.version], capture_output=True, text=True, check=True).stdout
        version = re.search(r"\d+\.\d+(\.\d+)?", told)
        yield Ready(tool, program, version[0] if version else "of an unknown version", place)


def _headline(size: str, times: int, sample: int, work: Path, ready: Sequence[Ready]) -> Iterator[str]:
    much = SIZES[size]
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    yield f"{size}: {much.posts:,} posts, {much.teams} teams, {much.feeds} feeds, {much.pages} handbook pages"
    yield (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"output on {_filesystem(work)}, load before {load}"
    )
    yield ", ".join(f"{item.tool.name} {item.version}" for item in ready)
    yield f"medians of {times} interleaved builds; {min(sample, much.teams)} of {much.teams} team pages compared"


def _filesystem(folder: Path) -> str:
    """The kind of file system that holds the folder, as Linux names it."""
    mounts = Path("/proc/mounts")
    lines = [line.split() for line in mounts.read_text("utf-8").splitlines()] if mounts.is_file() else []
    holding = [(point, kind) for _, point, kind, *_ in lines if folder.is_relative_to(point)]
    return max(holding, key=lambda found: len(found[0]), default=("", "an unknown file system"))[1]


# The runs -------------------------------------------------------------------------------------------


def _rounds(
    ready: Sequence[Ready], times: int, wanted: Mapping[str, Expected], sample: int
) -> tuple[list[Run], list[str]]:
    """Each tool in turn, cold and at once warm, so many times; what was built is compared in the first round."""
    runs: list[Run] = []
    faults: list[str] = []
    for number in range(times):
        for item in ready:
            cleared(item.place)
            for kind, now in CLOCKS.items():
                runs.append(_run(item, kind, now))
                found = differences(wanted[kind], item.place.out, sample) if number == 0 else ()
                faults += [f"{item.tool.name}, {kind}: {line}" for line in found]
    return runs, faults


def _run(item: Ready, kind: str, now: datetime) -> Run:
    command = [*item.program, *item.tool.arguments(item.place, now)]
    environment = {**os.environ, **item.tool.environment(item.place, now)}
    log = item.place.cache.with_suffix(".log")
    with log.open("wb") as told:
        start = time.perf_counter()
        started = subprocess.Popen(command, cwd=item.place.site, env=environment, stdout=told, stderr=told)
        _, status, used = os.wait4(started.pid, 0)
        wall = time.perf_counter() - start
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode:
        raise SystemExit(f"{item.tool.name} failed:\n{log.read_text('utf-8', 'replace')[-2000:]}")
    sizes = [path.stat().st_size for path in item.place.out.rglob("*") if path.is_file()]
    unit = 1 if sys.platform == "darwin" else 1024
    cpu, peak = used.ru_utime + used.ru_stime, used.ru_maxrss * unit / 1e6
    return Run(item.tool.name, kind, wall, cpu, peak, len(sizes), sum(sizes) / 1e6)


# What is told ---------------------------------------------------------------------------------------


def _table(runs: Sequence[Run], names: Sequence[str]) -> Iterator[str]:
    yield "| tool | cold s | warm s | cold CPU s | warm CPU s | peak MB | files | MB |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for name in names:
        own = {kind: [run for run in runs if (run.tool, run.kind) == (name, kind)] for kind in CLOCKS}
        walls = " | ".join(f"{median(run.wall for run in own[kind]):.2f}" for kind in CLOCKS)
        cpus = " | ".join(f"{median(run.cpu for run in own[kind]):.2f}" for kind in CLOCKS)
        peak, last = max(run.peak for run in own["cold"] + own["warm"]), own["warm"][-1]
        yield f"| {name} | {walls} | {cpus} | {peak:.0f} | {last.files:,} | {last.megabytes:.1f} |"


def _kept(work: Path, size: str, ready: Sequence[Ready], runs: Sequence[Run]) -> None:
    """Every single run, as JSON in the work folder."""
    at = datetime.now(UTC)
    told = {
        "size": size,
        "at": at.isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "filesystem": _filesystem(work),
        "tools": {item.tool.name: item.version for item in ready},
        "runs": [asdict(run) for run in runs],
    }
    path = work / "results" / f"{size}-{at:%Y%m%dT%H%M%S}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told, indent=1), "utf-8")
    print(f"each run: {path}")


if __name__ == "__main__":
    sys.exit(main())
