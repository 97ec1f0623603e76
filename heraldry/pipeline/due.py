"""Whether anything is due: the published site's own words beside what it would be made of now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from heraldry import disk, inputs
from heraldry.due import Verdict, verdict
from heraldry.feeds.heartbeat import FOLDER, beat
from heraldry.manifest import Manifest
from heraldry.pipeline.order import Order, Outcome, Say
from heraldry.problems import Problem
from heraldry.published import Published, published
from heraldry.yamldoc import decoded, parsed

if TYPE_CHECKING:
    from heraldry.feeds.gather import Gathered


@dataclass(frozen=True, slots=True)
class Look:
    """The verdict, None when teams.yaml or sources.yaml is broken; what is published, and what is wrong here. `zone` is
    the programme's, None when nobody read the settings, because they are what they were.

    `gathered` is what the feeds said, None when they were not asked because something is due anyway.
    """

    verdict: Verdict | None
    published: Published
    problems: tuple[Problem, ...] = ()
    gathered: Gathered | None = None
    zone: tzinfo | None = None


def look(order: Order, environment: Mapping[str, str], say: Say, *, place: str = "", whole: bool = True) -> Look:
    """Whether the site published at `place` ("": its own address) is still what a build of this order would make.

    What feeds bring is taken into the archive, as a build would. With `whole` they are asked even when something is
    due without them, so that all reasons are known.
    """
    say("asking the published site")
    made_of = inputs.digests(order.root)
    where = place or order.base_url
    found = published(where, order.now) if where else None
    if found and found.manifest and _settled(found.manifest, made_of, order):
        address = order.base_url or found.manifest.address
        return Look(verdict(found.manifest, made_of, address, order.now), found)
    return _whole(order, environment, say, found, made_of, whole)


def _whole(
    order: Order,
    environment: Mapping[str, str],
    say: Say,
    found: Published | None,
    made_of: dict[str, str],
    whole: bool,
) -> Look:
    """As `look`, with the settings read and the feeds asked."""
    from heraldry.pipeline.config import read_config  # the forms take a fifth of a second to load

    say("reading settings")
    config = read_config(order.root)
    if config.value is None:
        return Look(None, found or Published(None), config.problems)
    zone, address = config.value.programme.timezone, order.base_url or config.value.programme.url
    found = found or published(address, order.now)
    before = verdict(found.manifest, made_of, address, order.now)
    if before.due and not whole:
        return Look(before, found, config.problems, zone=zone)
    from heraldry.pipeline.gathering import gathered, told  # as long again

    feeds = gathered(order, config.value, environment, say)
    checked = found.manifest.checked if found.manifest else order.now
    archive = told(feeds, config.value, checked)["archive"]
    now = verdict(found.manifest, {**made_of, "archive": archive}, address, order.now)
    return Look(now, found, (*config.problems, *feeds.problems), feeds, zone)


def _settled(said: Manifest, made_of: Mapping[str, str], order: Order) -> bool:
    """Whether neither settings nor feeds need be read: both files are what they were, and so are the archives, and no
    feed can have news."""
    same = all(said.inputs.get(name) == made_of[name] for name in ("settings", "content"))
    settled = same and _silent(order) and said.inputs.get("stored") == _stored(order.root)
    if settled and order.heartbeat:
        beat(order.root, order.now)
    return settled


def _silent(order: Order) -> bool:
    """Whether no source is asked but those in content/, whose news show in its digest."""
    body = disk.read_all(order.root, ["sources.yaml"]).get("sources.yaml", b"")
    doc = parsed(decoded(body, "sources.yaml").value or "", "sources.yaml").value
    sources = doc.value.get("sources") if doc and isinstance(doc.value, dict) else None
    if not isinstance(sources, dict):
        return not body.strip()
    urls = (source.get("url") if isinstance(source, dict) else None for source in sources.values())
    asked = (url for url in urls if not (order.offline and "://" in str(url)))
    return all(str(url).startswith("content/") for url in asked)


def _stored(root: Path) -> str:
    """The digest of all archives that lie there; of one without a source it says that something changed, which is the
    safe side."""
    paths = disk.files_below(root, FOLDER, frozenset({".jsonl"}))
    bodies = disk.read_all(root, paths)
    return inputs.archive_digest({PurePosixPath(path).stem: body for path, body in bodies.items()})


def build_if_due(
    order: Order, environment: Mapping[str, str], say: Say = lambda text: None, place: str = ""
) -> Outcome:
    """As `build`, when the site published at `place` ("": its own address) is no longer what a build would make."""
    found = look(order, environment, say, place=place, whole=False)
    if found.verdict is None or not found.verdict.due:
        return Outcome(None, found.problems, verdict=found.verdict)
    from heraldry.pipeline.building import build  # templates and handbook take a third of a second to load

    return replace(build(order, environment, say, found.gathered), verdict=found.verdict)
