"""A post says nothing of another one that appears later: a link gives away its name, and leads nowhere until then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from heraldry.checks.finding import Finding, Site
from heraldry.model import ALWAYS, Post, Version
from heraldry.plan import appears


def onward(site: Site) -> Iterator[Finding]:
    """The other posts of the site that a post leads to by their whole address are public when it appears."""
    address = re.compile(re.escape(site.programme.url) + r"posts/([a-z0-9-]+)", re.I)
    leading = [(post, version, names) for post in site.posts for version, names in _leading(post, address)]
    known = {name: post for post in site.posts for name in (*post.aliases, post.slug)} if leading else {}
    for post, version, names in leading:
        for name in names:
            if known.get(name, post) is not post and _before(post, known[name], site):
                said = f"it leads to the post '{name}', which is not public when this one appears"
                hint = "take the link out, or let this post appear after that one"
                yield Finding(version.path, ("publish",), said, hint)


def _leading(post: Post, address: re.Pattern[str]) -> Iterator[tuple[Version, list[str]]]:
    """The versions with links to posts of the site, and the names in those links."""
    for version in post.versions.values():
        names = {name.lower() for text in _texts(version) if "posts/" in text for name in address.findall(text)}
        if names:
            yield version, sorted(names)


def _texts(version: Version) -> Iterator[str]:
    """Everything of a post in which an address may stand."""
    yield version.body
    yield version.url or ""
    yield from (text for texts in version.captions.values() for text in texts)


def _before(post: Post, other: Post, site: Site) -> bool:
    """Whether the post is public before the other one is, or that one never will be."""
    first, second = _first(post, site), _first(other, site)
    stopped = other.withdraw is not None and second is not None and ALWAYS < other.withdraw <= second
    return first is not None and (second is None or first < second or stopped)


def _first(post: Post, site: Site) -> datetime | None:
    """When the post first appears to anybody, planned pauses heeded; None for never."""
    firsts = ((appears(post, team), team.stopped) for team in site.teams)
    return min((first for first, stopped in firsts if first and (stopped is None or first < stopped)), default=None)
