"""Running MkDocs: the only module that starts it, reads its talk and touches the disk."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from heraldry import disk
from heraldry.handbook.finish import finished, searchable
from heraldry.handbook.stage import Edition, Handbook, Origin
from heraldry.problems import Level, Position, Problem, did_you_mean, errors

SECONDS = 120.0
"""The time limit of one edition; a handbook of 40 pages takes about 1.3 s."""

_ENVIRONMENT = {"NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "315532800", "PYTHONUTF8": "1"}
_NEEDED = re.compile(
    r"PATH|PYTHON.*|VIRTUAL_ENV|HOME|LANG|LC_.*|TMPDIR|TE?MP|SYSTEMROOT|APPDATA|LOCALAPPDATA|USERPROFILE"
)
_SAID = re.compile(r"^(WARNING|ERROR|CRITICAL) +-  (.*)$")
_LINK = re.compile(r"Doc file '(?P<doc>[^']+)' contains an? .*?link '(?P<link>[^']*)'(?P<rest>.*)")
_EDITION = r"\.[a-z]{2,3}(-[A-Za-z]{2,4})?\.md$"
"""The end of a translation's name: pages link to each other by the names of the originals."""
_UNWANTED = ("**/*.map", "sitemap.xml.gz")
_HANDBOOK = Position("content/handbook")


def build(handbook: Handbook, out: Path, *, strict: bool = False, seconds: float = SECONDS) -> tuple[Problem, ...]:
    """Make the handbook at `out`, replacing what is there; every problem names the content file behind it.

    When the engine fails or runs out of time, the problems say so and `out` stays as it was.
    With `strict` a broken link is a failure too.
    """
    if not handbook.editions:
        return ()
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as folder:
        work = Path(folder)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            runs = pool.map(lambda one: _run(one, work / "stage" / one.lang, strict, seconds), handbook.editions)
        problems = tuple(dict.fromkeys(problem for run in runs for problem in run))
        if errors(problems):
            return problems
        _finish(handbook, work)
        _swap(work / "site", out, work / "old")
    return problems


def _run(edition: Edition, project: Path, strict: bool, seconds: float) -> tuple[Problem, ...]:
    disk.write_site(project, [disk.File(name, content) for name, content in edition.files.items()])
    command = [sys.executable, "-P", "-m", "mkdocs", "build", *(["--strict"] if strict else [])]
    try:
        done = subprocess.run(
            command,
            cwd=project,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return (Problem(_HANDBOOK, f"the handbook was not built within {seconds:g} seconds", _hint(edition)),)
    except OSError as error:
        return (Problem(_HANDBOOK, f"the handbook's engine did not start: {error.strerror}", "install mkdocs"),)
    said = tuple(heard(done.stderr, edition.origins, strict=strict))
    return said if errors(said) else (*said, *_failure(done, edition))


def _environment() -> dict[str, str]:
    """What the engine needs to run, and no secret that a feed's credential may have put beside it."""
    return {name: value for name, value in os.environ.items() if _NEEDED.fullmatch(name.upper())} | _ENVIRONMENT


def heard(talk: str, origins: Mapping[str, Origin], *, strict: bool = False) -> Iterator[Problem]:
    """The engine's warnings and errors as problems with the content's own files and links; all errors if `strict`."""
    for level, said in (match.groups() for line in talk.splitlines() if (match := _SAID.match(line))):
        weight = Level.WARNING if level == "WARNING" and not strict else Level.ERROR
        link = _LINK.match(said)
        if link and link["doc"] in origins:
            yield _link_problem(origins[link["doc"]], link["link"], link["rest"], origins, weight)
        else:
            yield Problem(_place(said, origins), said[:1].lower() + said[1:].rstrip("."), level=weight)


def _link_problem(origin: Origin, link: str, rest: str, origins: Mapping[str, Origin], level: Level) -> Problem:
    typed = origin.links.get(link)
    at, target = (typed.at, typed.target) if typed else (Position(origin.path), link)
    if "anchor" in rest:
        return Problem(at, f"link '{target}' names a heading that is not there", "check the part after '#'", level)
    if target.startswith("/"):
        return Problem(at, f"link '{target}' begins with '/'", "link to a page by its file, such as share.md", level)
    others = {one.path for one in origins.values()} - {origin.path}
    names = sorted({os.path.relpath(re.sub(_EDITION, ".md", one), os.path.dirname(origin.path)) for one in others})
    near = did_you_mean(target, names)
    hint = near if near.startswith("did") else "name a file below content/, or write the whole address, https://…"
    return Problem(at, f"link '{target}' leads to no page", hint, level)


def _place(said: str, origins: Mapping[str, Origin]) -> Position:
    found = next((origin.path for doc, origin in origins.items() if f"'{doc}'" in said), None)
    return Position(found) if found else _HANDBOOK


def _failure(done: subprocess.CompletedProcess[str], edition: Edition) -> tuple[Problem, ...]:
    if done.returncode == 0:
        return ()
    last = next((line.strip() for line in reversed(done.stderr.splitlines()) if line.strip()), "it said nothing")
    return (Problem(_HANDBOOK, f"the handbook's engine failed (exit {done.returncode}): {last}", _hint(edition)),)


def _hint(edition: Edition) -> str:
    return f"the edition was '{edition.lang}'; the last good handbook stays"


def _finish(handbook: Handbook, work: Path) -> None:
    """Put the editions together and touch up their pages."""
    site = work / "site"
    for edition in sorted(handbook.editions, key=lambda one: one.folder):
        built = work / "stage" / edition.lang / "site"
        _touched(built / "search" / "search_index.json", partial(searchable, lang=edition.lang))
        for page in built.rglob("*.html"):
            _touched(page, finished)
        for pattern in _UNWANTED:
            for file in built.rglob(pattern):
                file.unlink()
        built.rename(site / edition.folder if edition.folder else site)


def _touched(file: Path, touch: Callable[[str], str]) -> None:
    file.write_text(touch(file.read_text("utf-8")), "utf-8", newline="\n")


def _swap(new: Path, out: Path, old: Path) -> None:
    """Two renames: a run that dies between them leaves the old handbook beside, never half of the new one."""
    with suppress(FileNotFoundError):
        out.rename(old)
    try:
        new.rename(out)
    except OSError:
        old.rename(out)
        raise
