"""The handbook: staged, built beside the feeds, and the last good one when it failed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from heraldry import disk, handbook
from heraldry.checks import Site
from heraldry.disk import File
from heraldry.model import Programme
from heraldry.pages.theme import Theme
from heraldry.pipeline.order import Order
from heraldry.problems import Read, errors


def built(order: Order, site: Site, out: Path) -> Read[frozenset[str]]:
    """The handbook at `out`, and its languages: of one that failed the last good one, none when there is none."""
    if order.handbook:
        return order.handbook
    stage = staged(order.root, site.programme, order.base_url or site.programme.url, order.now)
    found = handbook.build(stage.value, out, strict=order.strict)
    before = order.out / "handbook"
    if errors(found) and before.is_dir():
        disk.write_site(out.parent, [File(out.name, before)])
    there = frozenset(edition.lang for edition in stage.value.editions if (out / edition.folder).is_dir())
    return Read(there, (*stage.problems, *found))


def staged(root: Path, programme: Programme, base_url: str, now: datetime) -> Read[handbook.Handbook]:
    """The handbook as the engine will get it."""
    read = handbook.read(root, Theme(root).handbook_folders(), programme.languages)
    logo = root / programme.brand.logo if programme.brand.logo else None
    staged = handbook.stage(read.value, handbook.Setting(programme, base_url, now, logo))
    return Read(staged.value, (*read.problems, *staged.problems))
