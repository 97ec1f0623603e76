"""Pictures exist, lie below content/, and can be shown."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace

from heraldry.checks.finding import Finding, Site, nearest, original
from heraldry.yamldoc import Keys

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif"})
ARMS = PICTURES | {".svg"}
MEDIA = "content"
"""Paths in teams.yaml are relative to this folder, in other files to the file."""


def pictures(site: Site) -> Iterator[Finding]:
    """Every picture exists below content/ and is of a kind that browsers and networks show."""
    for post in site.posts:
        for version in post.versions.values():
            first = original(post)
            if version.image and (version is first or version.image != first.image):
                yield from _picture(version.path, ("image",), version.image, site, PICTURES)
    for team in site.teams:
        if team.brand.logo:
            place = ("teams", team.key, "brand", "logo")
            for found in _picture("teams.yaml", place, team.brand.logo, site, ARMS):
                yield replace(found, inherited=True)
    if site.programme.brand.logo:
        yield from _picture("teams.yaml", ("programme", "brand", "logo"), site.programme.brand.logo, site, ARMS)


def _picture(path: str, keys: Keys, image: str, site: Site, kinds: frozenset[str]) -> Iterator[Finding]:
    if not image.startswith(f"{MEDIA}/"):
        yield Finding(path, keys, f"the image '{image}' lies outside {MEDIA}/", f"put the file below {MEDIA}/")
        return
    typed = _written(image, path)
    if posixpath.splitext(image)[1].lower() not in kinds:
        yield Finding(path, keys, f"'{typed}' is no picture we can show", "use " + ", ".join(sorted(kinds)))
    elif image not in site.media:
        near = nearest(typed, [_written(name, path) for name in sorted(site.media)])
        hint = near or "put the file below content/, and no link in its place"
        yield Finding(path, keys, f"the image '{typed}' does not exist", hint)
    elif image in site.faults:
        hint = "open it, save it again, and look whether it is what you meant"
        yield Finding(path, keys, f"'{typed}' is no picture we can show: {site.faults[image]}", hint)


def _written(image: str, path: str) -> str:
    """A file's path as it is written in the file at `path`."""
    return posixpath.relpath(f"/{image}", f"/{posixpath.dirname(path) or MEDIA}")
