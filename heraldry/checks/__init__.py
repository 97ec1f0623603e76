"""What files say that cannot hold together: a list of small checks over finished values.

A finding names a file and the keys in it; `located` turns it into a problem with line and column, reading
the file once more, so that no value has to carry places that are needed only when something is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from heraldry.checks.finding import Finding, Site, located, places
from heraldry.checks.fits import fits
from heraldry.checks.names import aliases, audiences, named_posts, unseen
from heraldry.checks.onward import onward
from heraldry.checks.pictures import ARMS, PICTURES, pictures
from heraldry.checks.tags import addresses, channels
from heraldry.checks.times import times, too_early
from heraldry.checks.wordings import wordings

__all__ = ["ARMS", "CHECKS", "PICTURES", "Finding", "Site", "findings", "located", "places", "too_early"]

CHECKS: tuple[Callable[[Site], Iterator[Finding]], ...] = (
    audiences,
    named_posts,
    pictures,
    times,
    unseen,
    aliases,
    onward,
    fits,
    wordings,
    addresses,
    channels,
)


def findings(site: Site) -> Iterator[Finding]:
    """All that is wrong, in the order of the checks."""
    for check in CHECKS:
        yield from check(site)
