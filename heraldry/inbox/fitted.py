"""An offer's post, made to pass the checks that any editor's post has to pass."""

from __future__ import annotations

from dataclasses import replace

from heraldry.checks import Site
from heraldry.checks.fits import fits
from heraldry.feeds.clean import shortened
from heraldry.feeds.imports import captions as wordings
from heraldry.inbox.offers import Offer
from heraldry.inbox.post import Captions, written
from heraldry.model import Post, Source, Version
from heraldry.plan import wanted
from heraldry.posts import read_posts
from heraldry.problems import Level

_ROUNDS = 60


def fitted(offer: Offer, site: Site) -> bytes:
    """The post's file, its captions cut until they fit all networks of all teams that will see it."""
    teams = _teams(offer.source, site)
    captions: Captions = wordings(offer.entry, offer.source)
    for _ in range(_ROUNDS):
        body = written(offer, site.programme, captions, teams)
        shorter = _shortened(captions, offer.path, body, site)
        if shorter == captions:
            break
        captions = shorter
    return body


def _shortened(captions: Captions, path: str, body: bytes, site: Site) -> Captions:
    """The captions, those that are too long for a network a little shorter."""
    post = read_posts({path: body}, site.programme).value
    found = [one.keys for one in fits(replace(site, posts=post)) if one.level is Level.ERROR]
    long = {(keys[1], keys[2]) for keys in found if keys[0] == "captions"}
    return {
        key: tuple(
            shortened(t, len(t) * 9 // 10) if (key, n) in long and len(t) > 20 else t for n, t in enumerate(texts)
        )
        for key, texts in captions.items()
    }


def _teams(source: Source, site: Site) -> frozenset[str] | None:
    """For whom its posts are: None where each team's rule says the same of an editor's post.

    A team may see a source by its name; a post that an editor has accepted is no longer the source's.
    """
    if source.teams is not None:
        return source.teams
    version = Version(source.lang, source.name)
    post = Post("", source.type, {source.lang: version}, tags=source.tags, source=source.key)
    seen = frozenset(team.key for team in site.teams if wanted(post, team))
    alike = frozenset(team.key for team in site.teams if wanted(replace(post, source=None), team))
    return None if seen == alike else seen
