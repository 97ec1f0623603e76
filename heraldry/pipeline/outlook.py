"""A site as of a moment, for those who plan: files and archive in, nothing fetched, nothing written."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from heraldry.checks import Site
from heraldry.model import Post
from heraldry.outlook import Outlook
from heraldry.pipeline.feeds import news
from heraldry.pipeline.gathering import gathered
from heraldry.pipeline.order import Order
from heraldry.pipeline.reading import config_of, read_site
from heraldry.plan import demo_shift, rebased
from heraldry.problems import Read


def outlook(root: Path, now: datetime, *, imports: bool = False) -> Read[Outlook | None]:
    """The site as of `now`, with the imported posts of its archive if `imports`; None when it cannot be read.

    Raises OSError.
    """
    read = read_site(root)
    if read.value is None:
        return Read(None, read.problems)
    imported = _imported(root, read.value, now) if imports else ()
    return Read(planned(read.value, now, imported), read.problems)


def planned(site: Site, now: datetime, imported: tuple[Post, ...] = ()) -> Outlook:
    """The site's posts as of `now`, those of an example site with their dates moved."""
    own, broken, brought = (rebased(posts, site.programme, now) for posts in (site.posts, site.broken, imported))
    return Outlook(site, now, own, broken, brought, demo_shift(site.programme, now))


def _imported(root: Path, site: Site, now: datetime) -> tuple[Post, ...]:
    """The posts that the archive holds; `dated` keeps the archive as it is."""
    order = Order(root=root, out=root / "site", now=now, offline=True, dated=True)
    brought = gathered(order, config_of(site), {}, lambda text: None)
    return news(order, site, brought).value
