"""Everything that is wrong, without building."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from heraldry import disk
from heraldry.checks import Site, located, too_early
from heraldry.feeds.gather import gather
from heraldry.feeds.reading import Surroundings
from heraldry.pipeline.book import staged
from heraldry.pipeline.gathering import occasion
from heraldry.pipeline.reading import config_of, read_site
from heraldry.problems import Problem, Read


def inspected(root: Path, now: datetime) -> tuple[Problem, ...]:
    """Everything that is wrong with what people wrote: feeds inside the repository, handbook and policy included."""
    return examined(root, now).problems


def examined(root: Path, now: datetime) -> Read[Site | None]:
    """The site as it was read, and the same problems."""
    read = read_site(root)
    if read.value is None:
        return read
    site = read.value
    feeds = gather(site.sources, Surroundings(root, {}, site.subscriptions.limits), occasion(config_of(site), now))
    book = staged(root, site.programme, site.programme.url, now)
    return Read(site, (*read.problems, *hasty(root, site, now), *feeds.problems, *book.problems))


def hasty(root: Path, site: Site, now: datetime) -> tuple[Problem, ...]:
    """What is odd about withdrawals at `now`, each at its place."""
    found = tuple(too_early(site, now))
    return located(found, disk.read_all(root, {finding.path for finding in found}))
