"""Where everything stands in the site: addresses from the root, from a page, and whole."""

from __future__ import annotations

import hashlib
import hmac
import posixpath
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from heraldry.model import Post, Stage, Team, Version

HANDBOOK = "handbook/"


@dataclass(frozen=True, slots=True)
class Places:
    """The site's address and the secret that pilot paths are made from."""

    base_url: str
    secret: str = ""

    def team(self, team: Team) -> str:
        """The folder of a team's page; a pilot's cannot be guessed without the secret."""
        return f"{pilot_key(team, self.secret) if team.stage is Stage.PILOT else team.key}/"

    def page(self, team: Team, number: int) -> str:
        """The folder of a team's further page, counted from 1."""
        return self.team(team) if number == 1 else f"{self.team(team)}{number}/"

    def whole(self, place: str) -> str:
        """A place as an absolute address."""
        return self.base_url + quote(place)

    @property
    def prefix(self) -> str:
        """The path under which the site stands, `/` or `/voices/`."""
        return urlsplit(self.base_url).path


def landing(post: Post, version: Version) -> str:
    """The folder of a post's own page; the first language stands at the top."""
    first = next(iter(post.versions))
    return f"posts/{post.slug}/" if version.lang == first else f"posts/{post.slug}/{version.lang}/"


def pilot_key(team: Team, secret: str) -> str:
    """A stable path that says the team's key and cannot be guessed without the secret."""
    digest = hmac.new(secret.encode(), f"pilot:{team.key}".encode(), hashlib.sha256).hexdigest()
    return f"{team.key}-{digest[:20]}"


def relative(place: str, origin: str) -> str:
    """The way from the folder `origin` to `place`, both seen from the root."""
    way = posixpath.relpath(f"/{place}", f"/{origin}")
    return f"{way}/" if place.endswith("/") or not place else way
