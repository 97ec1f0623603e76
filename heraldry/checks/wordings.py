"""Captions leave to the build what the build adds."""

from __future__ import annotations

from collections.abc import Iterator

from heraldry.checks.finding import Finding, Site
from heraldry.model import Version
from heraldry.problems import Level


def wordings(site: Site) -> Iterator[Finding]:
    """Captions that hold the link or a disclosure line would show it twice."""
    disclosures = {line for team in site.teams for line in team.disclosure.values()}
    for post in site.posts:
        for version in post.versions.values():
            yield from _twice(version, disclosures)


def _twice(version: Version, disclosures: set[str]) -> Iterator[Finding]:
    for key, texts in version.captions.items():
        for index, text in enumerate(texts):
            place = ("captions", key, index)
            if version.url and version.url in text:
                said = "the caption holds the link, which is added at its end"
                yield Finding(version.path, place, said, "remove the link", Level.WARNING)
            for line in sorted(line for line in disclosures if line in text):
                said = f"the caption holds '{line}', which is put before it"
                yield Finding(version.path, place, said, "remove the line", Level.WARNING)
