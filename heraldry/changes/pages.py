"""Which files of the published site differ, told by team."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from heraldry.changes.said import many


class How(StrEnum):
    """What happens to a file."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Pages:
    """The files that differ: by team its pages and feeds in words, posts' own pages by slug, `others` in words, and the
    paths of `files` for which there are none.

    The lines that say when a build was made and what comes next are not compared. `exact` is False when only the first
    page of each team was looked at, `known` False when none was. Where a pilot has its page is not in it.
    """

    teams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stories: Mapping[How, tuple[str, ...]] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    exact: bool = True
    known: bool = True

    @property
    def none(self) -> bool:
        return not (self.teams or self.stories or self.others or self.files)


def pages(
    before: Mapping[str, str], after: Mapping[str, str], folders: Mapping[str, str], *, exact: bool = True
) -> Pages:
    """What differs between two sites, each a digest by path; `folders` are the teams' names by the folder's name."""
    how = {path: found for path in sorted({*before, *after}) if (found := _how(before.get(path), after.get(path)))}
    teams: dict[str, dict[str, How]] = {}
    stories: dict[How, list[str]] = {}
    others: dict[str, How] = {}
    for path, what in how.items():
        folder, _, rest = path.partition("/")
        if folder in folders and rest:
            teams.setdefault(folder, {})[rest] = what
        elif folder == "posts":
            stories.setdefault(what, []).append(rest.removesuffix("/index.html"))
        else:
            others[path] = what
    by_name: dict[str, tuple[str, ...]] = {}
    for folder, files in teams.items():
        by_name[folders[folder]] = (*by_name.get(folders[folder], ()), *_team(files, exact))
    return Pages(
        by_name,
        {what: tuple(slugs) for what, slugs in stories.items()},
        tuple(_others(others)),
        tuple(path for path in others if not any(pattern.fullmatch(path) for pattern, _ in _KINDS)),
        exact,
    )


def _how(before: str | None, after: str | None) -> How | None:
    if before == after:
        return None
    return How.NEW if before is None else How.GONE if after is None else How.CHANGED


_PAGE = re.compile(r"(?:(\d+)/)?index\.html")


def _team(files: Mapping[str, How], exact: bool) -> Iterator[str]:
    """`page 1 to 3`, `feeds`, `page 4 new`."""
    if "index.html" in files and files["index.html"] is not How.CHANGED:
        yield "all of it new" if files["index.html"] is How.NEW else "all of it gone"
        return
    for what in How:
        numbers = sorted(int(m[1] or 1) for path, how in files.items() if how is what and (m := _PAGE.fullmatch(path)))
        if numbers:
            named = f"{'page' if len(numbers) == 1 else 'pages'} {_runs(numbers)}" if exact else "its pages"
            yield named if what is How.CHANGED else f"{named} {what.value}"
    if any(not _PAGE.fullmatch(path) for path in files):
        yield "feeds"


def _runs(numbers: Iterable[int]) -> str:
    """`1, 3 to 5`."""
    runs = [[number for _, number in run] for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


_KINDS = (
    (re.compile(r"index\.html"), "the list of teams"),
    (re.compile(r"assets/media/.*"), "pictures"),
    (re.compile(r"assets/.*\.css"), "the style sheet"),
    (re.compile(r"assets/.*\.js"), "the script"),
)


def _others(files: Mapping[str, How]) -> Iterator[str]:
    """What else has a name of its own, pictures counted; a style sheet or script has a new name with each change."""
    for pattern, words in _KINDS:
        found = [how for path, how in files.items() if pattern.fullmatch(path)]
        if found and words == "pictures":
            counts = ((how, found.count(how)) for how in How)
            yield ", ".join(f"{many(count, 'picture')} {how.value}" for how, count in counts if count)
        elif found:
            yield words
