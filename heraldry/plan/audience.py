"""For whom a post is, and in which language."""

from __future__ import annotations

from collections.abc import Iterable

from heraldry.model import Audience, Post, Team, Version


def wanted(post: Post, team: Team) -> bool:
    """Whether the post is for the team: it names the team, or the team's audience rule matches."""
    if post.teams is not None:
        return team.key in post.teams
    return _matches(post, team.sees)


def seen_by(teams: Iterable[Team], post: Post) -> frozenset[str]:
    """The keys of the teams that see the post once its hour and theirs have come."""
    return frozenset(team.key for team in teams if wanted(post, team) and spoken(post, team))


def _matches(post: Post, rule: Audience) -> bool:
    return (
        post.type in rule.types
        or not post.tags.isdisjoint(rule.tags)
        or post.source in rule.sources
        or post.slug in rule.posts
    )


def spoken(post: Post, team: Team) -> Version | None:
    """The post in the team's best language; None when `sees.languages` allows none of its languages."""
    narrow = team.sees.languages
    allowed = [lang for lang in post.versions if not narrow or lang in narrow]
    preferred = (*team.languages, *allowed)
    return next((post.versions[lang] for lang in preferred if lang in allowed), None)
