"""The settings: teams.yaml and sources.yaml as far as feeds are concerned, without a look at any post."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from heraldry import disk
from heraldry.model import Programme, Source, Subscriptions
from heraldry.problems import Position, Problem, Read, errors
from heraldry.sources import read_sources
from heraldry.teams import read_teams
from heraldry.yamldoc import decoded, parsed

CONFIG = ("teams.yaml", "sources.yaml")
NO_SOURCES = b"sources: {}"


@dataclass(frozen=True, slots=True)
class Config:
    """What the programme is and follows; `places` says where in sources.yaml each source stands."""

    programme: Programme
    subscriptions: Subscriptions
    places: Mapping[str, Position] = field(default_factory=dict)

    @property
    def sources(self) -> tuple[Source, ...]:
        return self.subscriptions.sources


def read_config(root: Path) -> Read[Config | None]:
    """The settings alone; None when something in them is wrong, or a link stands in the place of a folder."""
    files = disk.read_all(root, CONFIG)
    if "teams.yaml" not in files:
        return Read(None, (absent(root),))
    organisation = read_teams(files["teams.yaml"])
    if organisation.value is None:
        return Read(None, organisation.problems)
    programme = organisation.value.programme
    sources = read_sources(files.get("sources.yaml", NO_SOURCES), programme)
    problems = (*organisation.problems, *sources.problems, *unfollowed(root))
    if sources.value is None or errors(problems):
        return Read(None, problems)
    return Read(Config(programme, sources.value, source_places(sources.value, files)), problems)


def absent(root: Path) -> Problem:
    """That there is no site at all."""
    hint = "run 'heraldry init DIR' for a new site"
    return Problem(Position("teams.yaml"), f"there is no teams.yaml in '{root}'", hint)


def unfollowed(root: Path) -> Iterator[Problem]:
    """A link in the place of a folder would empty the site, or lose the archive, without a word."""
    for file in CONFIG:
        if (root / file).is_dir():
            yield Problem(Position(file), "a folder stands in the place of this file", "put the file in its place")
    for folder in ("content", "content/posts", "archive", "archive/images"):
        if (root / folder).is_symlink():
            hint = "put the folder itself in its place"
            yield Problem(Position(folder), "a link is not followed: nothing in it is read", hint)


def source_places(subscriptions: Subscriptions, files: Mapping[str, bytes]) -> dict[str, Position]:
    """Where in sources.yaml each source stands."""
    text = decoded(files.get("sources.yaml", NO_SOURCES), "sources.yaml").value or ""
    doc = parsed(text, "sources.yaml").value
    return {one.key: doc.at(("sources", one.key), key=True) for one in subscriptions.sources} if doc else {}
