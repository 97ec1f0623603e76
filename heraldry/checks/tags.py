"""Links can be tagged, and the tags are counted as what they are."""

from __future__ import annotations

from collections.abc import Iterator

from heraldry import links
from heraldry.checks.finding import Finding, Site, original, path
from heraldry.model import Post
from heraldry.networks import NETWORKS
from heraldry.problems import Level


def addresses(site: Site) -> Iterator[Finding]:
    """Addresses that carry tags already, or a signature that tags would break."""
    for post in site.posts:
        for version in post.versions.values():
            own = version.url and (version.path == path(post) or version.url != original(post).url)
            warning = links.tagged(version.url, {"utm_source": "x"}).warning if version.url and own else None
            if warning and post.utm is not None:
                yield Finding(version.path, ("url",), warning, "", Level.WARNING)


def channels(site: Site) -> Iterator[Finding]:
    """Tags that Google Analytics would count as something else than social media or e-mail."""
    for team in site.teams:
        utm = links.tags(team.utm, NETWORKS["linkedin"], {"campaign": "", "post": "", "team": team.key, "lang": ""})
        for warning in links.warnings_for(utm):
            key = warning.split(" ")[0].removeprefix("utm_")
            for keys in (("teams", team.key, "utm", key), ("programme", "utm", key)):
                value = getattr(team.utm, key)
                yield Finding("teams.yaml", (*keys, value), warning, _CHANNELS, Level.WARNING, inherited=True)
    yield from (found for post in site.posts for found in _campaign(post))


def _campaign(post: Post) -> Iterator[Finding]:
    for warning in links.warnings_for({"utm_medium": "social", "utm_campaign": post.campaign or ""}):
        yield Finding(path(post), ("campaign",), warning, _CHANNELS, Level.WARNING)


_CHANNELS = "choose another word: the first rule that matches decides the channel"
