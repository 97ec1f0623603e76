"""Names that somebody writes belong to something: teams, sources, posts, aliases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from heraldry.checks.finding import Finding, Site, nearest, path
from heraldry.plan import wanted
from heraldry.problems import Level, did_you_mean
from heraldry.yamldoc import Keys


def audiences(site: Site) -> Iterator[Finding]:
    """Teams, sources and posts that somebody names exist."""
    keys = [team.key for team in site.teams]
    yield from _followed(site)
    for post in site.posts:
        for team_key in sorted((post.teams or frozenset()) - set(keys)):
            yield _misnamed(path(post), ("teams",), "team", team_key, keys)
    for made in site.sources:
        for team_key in sorted((made.teams or frozenset()) - set(keys)):
            yield _misnamed("sources.yaml", ("sources", made.key, "teams"), "team", team_key, keys)


def _followed(site: Site) -> Iterator[Finding]:
    """The sources that teams see are there; nothing is said while sources.yaml cannot be read."""
    if not site.sources_read:
        return
    known = [source.key for source in site.sources]
    for team in site.teams:
        for source in sorted(team.sees.sources - set(known)):
            found = _misnamed("teams.yaml", ("teams", team.key, "sees", "sources"), "source", source, known)
            yield replace(found, inherited=True)


def _misnamed(path: str, keys: Keys, what: str, name: str, known: Sequence[str]) -> Finding:
    return Finding(path, (*keys, name), f"unknown {what} '{name}'", did_you_mean(name, known))


def named_posts(site: Site) -> Iterator[Finding]:
    """A team that lists a post by name lists one that exists; else it is left out, and said."""
    slugs = [post.slug for post in site.posts]
    for team in site.teams:
        for slug in sorted(team.sees.posts - set(slugs)):
            keys: Keys = ("teams", team.key, "sees", "posts", slug)
            hint = nearest(slug, slugs) or "write it, or remove the name"
            yield Finding("teams.yaml", keys, f"unknown post '{slug}'", hint, Level.WARNING, inherited=True)


def unseen(site: Site) -> Iterator[Finding]:
    """A post that no team sees was probably meant for somebody."""
    for post in site.posts:
        misnamed = (post.teams or frozenset()) - {team.key for team in site.teams}
        if post.publish is not None and not misnamed and not any(wanted(post, team) for team in site.teams):
            hint = "add a tag that a team's `sees` names, or `teams: [...]`"
            yield Finding(path(post), ("tags",), "no team sees this post", hint, Level.WARNING, key=True)


def aliases(site: Site) -> Iterator[Finding]:
    """A former slug is nobody's present slug, and only one post's."""
    taken = {post.slug: post.slug for post in site.posts}
    for post in site.posts:
        for alias in post.aliases:
            owner = taken.get(alias)
            if owner == post.slug == alias:
                yield Finding(path(post), ("aliases", alias), f"'{alias}' is this post's present address", "remove it")
            elif owner not in (None, post.slug):
                said = f"the alias '{alias}' belongs to the post '{owner}' already"
                yield Finding(path(post), ("aliases", alias), said, "remove it here or there")
            taken.setdefault(alias, post.slug)
