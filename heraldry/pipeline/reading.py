"""Everything that editors wrote: read, checked, and parted into what is sound and what is broken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from heraldry import disk
from heraldry.checks import ARMS, PICTURES, Site, findings, located
from heraldry.inbox.lists import REFUSED, refused
from heraldry.model import Post, Subscriptions
from heraldry.pictures import fault
from heraldry.pipeline.config import CONFIG, NO_SOURCES, Config, absent, source_places, unfollowed
from heraldry.posts import FOLDER, read_posts
from heraldry.problems import Problem, Read, errors
from heraldry.sources import read_sources
from heraldry.teams import read_teams


def config_of(site: Site) -> Config:
    """The settings of a site that was read whole."""
    return Config(site.programme, site.subscriptions, site.places)


def read_site(root: Path) -> Read[Site | None]:
    """Everything editors wrote. Broken posts are left out; a broken teams.yaml or sources.yaml, or a link in the
    place of the posts' folder, leaves nothing."""
    config = disk.read_all(root, CONFIG)
    if "teams.yaml" not in config:
        return Read(None, (absent(root),))
    organisation = read_teams(config["teams.yaml"])
    if organisation.value is None:
        return Read(None, organisation.problems)
    programme, teams = organisation.value.programme, organisation.value.teams
    texts = disk.read_all(root, disk.files_below(root, FOLDER, frozenset({".md"})))
    sources = read_sources(config.get("sources.yaml", NO_SOURCES), programme)
    posts = read_posts(texts, programme)
    site = _known(root, Site(programme, teams, sources.value or Subscriptions(), posts.value), config)
    site = replace(site, sources_read=sources.value is not None)
    found = located(tuple(findings(site)), {**config, **texts})
    links = tuple(unfollowed(root))
    refusals = refused(disk.read_all(root, [REFUSED]).get(REFUSED, b"")).problems
    problems = (*organisation.problems, *sources.problems, *posts.problems, *found, *links, *refusals)
    fatal = sources.value is None or links or any(problem.at.path in CONFIG for problem in errors(problems))
    return Read(None if fatal else _sound(site, problems), problems)


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
        places=source_places(site.subscriptions, config),
    )


def _sound(site: Site, problems: tuple[Problem, ...]) -> Site:
    """The site, its posts parted into sound ones and those that have an error in any of their files."""
    wrong = {problem.at.path for problem in errors(problems)}
    parted: dict[bool, list[Post]] = {True: [], False: []}
    for post in site.posts:
        parted[wrong.isdisjoint(version.path for version in post.versions.values())].append(post)
    return replace(site, posts=tuple(parted[True]), broken=tuple(parted[False]))
