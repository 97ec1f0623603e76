"""Everything that is wrong, without building."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from heraldry.feeds.gather import gather
from heraldry.feeds.reading import Surroundings
from heraldry.pipeline.book import staged
from heraldry.pipeline.feeds import occasion
from heraldry.pipeline.reading import read_site
from heraldry.problems import Problem


def inspected(root: Path, now: datetime) -> tuple[Problem, ...]:
    """Everything that is wrong with what people wrote: feeds inside the repository, handbook and policy included."""
    read = read_site(root)
    if read.value is None:
        return read.problems
    site = read.value
    feeds = gather(site.sources, Surroundings(root, {}, site.subscriptions.limits), occasion(site, now))
    return (*read.problems, *feeds.problems, *staged(root, site.programme, site.programme.url, now).problems)
