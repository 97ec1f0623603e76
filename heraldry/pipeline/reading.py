"""Everything that editors wrote: read, checked, and parted into what is sound and what is broken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from heraldry import disk
from heraldry.checks import ARMS, PICTURES, Site, findings, located, places
from heraldry.inbox.lists import REFUSED, refused
from heraldry.model import Post, Subscriptions
from heraldry.pictures import fault
from heraldry.posts import FOLDER, read_posts
from heraldry.problems import Position, Problem, Read, errors
from heraldry.sources import read_sources
from heraldry.teams import read_teams

CONFIG = ("teams.yaml", "sources.yaml")


def read_site(root: Path) -> Read[Site | None]:
    """Everything editors wrote. Broken posts are left out; a broken teams.yaml or sources.yaml, or a link in the
    place of the posts' folder, leaves nothing."""
    config = disk.read_all(root, CONFIG)
    if "teams.yaml" not in config:
        return Read(None, (_absent(root),))
    organisation = read_teams(config["teams.yaml"])
    if organisation.value is None:
        return Read(None, organisation.problems)
    programme, teams = organisation.value.programme, organisation.value.teams
    texts = disk.read_all(root, disk.files_below(root, FOLDER, frozenset({".md"})))
    sources = read_sources(config.get("sources.yaml", b"sources: {}"), programme)
    posts = read_posts(texts, programme)
    site = _known(root, Site(programme, teams, sources.value or Subscriptions(), posts.value), config)
    site = replace(site, sources_read=sources.value is not None)
    found = located(tuple(findings(site)), {**config, **texts})
    unfollowed = tuple(_unfollowed(root))
    refusals = refused(disk.read_all(root, [REFUSED]).get(REFUSED, b"")).problems
    problems = (*organisation.problems, *sources.problems, *posts.problems, *found, *unfollowed, *refusals)
    fatal = sources.value is None or unfollowed or any(problem.at.path in CONFIG for problem in errors(problems))
    return Read(None if fatal else _sound(site, problems), problems)


def _unfollowed(root: Path) -> Iterator[Problem]:
    """A link in the place of a folder would empty the site, or lose the archive, without a word."""
    for file in CONFIG:
        if (root / file).is_dir():
            yield Problem(Position(file), "a folder stands in the place of this file", "put the file in its place")
    for folder in ("content", FOLDER, "archive", "archive/images"):
        if (root / folder).is_symlink():
            hint = "put the folder itself in its place"
            yield Problem(Position(folder), "a link is not followed: nothing in it is read", hint)


def _known(root: Path, site: Site, config: Mapping[str, bytes]) -> Site:
    """The site with what is known of the files that it names."""
    media = frozenset(disk.files_below(root, "content", ARMS | PICTURES))
    named = {v.image for post in site.posts for v in post.versions.values()}
    named |= {brand.logo for brand in (site.programme.brand, *(team.brand for team in site.teams))}
    shown = [path for path in media if path in named and PurePosixPath(path).suffix.lower() in PICTURES]
    reasons = {path: fault(root / path) for path in shown}
    return replace(
        site,
        media=media,
        faults={path: reason for path, reason in reasons.items() if reason},
        places=places("sources.yaml", [("sources", source.key) for source in site.sources], config),
    )


def _absent(root: Path) -> Problem:
    return Problem(
        Position("teams.yaml"),
        f"there is no teams.yaml in '{root}'",
        "run 'heraldry init DIR' for a new site",
    )


def _sound(site: Site, problems: tuple[Problem, ...]) -> Site:
    """The site, its posts parted into sound ones and those that have an error in any of their files."""
    wrong = {problem.at.path for problem in errors(problems)}
    parted: dict[bool, list[Post]] = {True: [], False: []}
    for post in site.posts:
        parted[wrong.isdisjoint(version.path for version in post.versions.values())].append(post)
    return replace(site, posts=tuple(parted[True]), broken=tuple(parted[False]))
