"""Whether anything is due: the published site's own words beside what it would be made of now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import TYPE_CHECKING

from heraldry import disk, inputs
from heraldry.due import Reason, Verdict, verdict
from heraldry.feeds.archive import path as archive_path
from heraldry.feeds.branch import beat
from heraldry.manifest import Manifest
from heraldry.pipeline.config import Config, read_config
from heraldry.pipeline.order import Order, Outcome, Say
from heraldry.problems import Problem
from heraldry.published import Published, published

if TYPE_CHECKING:
    from heraldry.feeds.gather import Gathered


@dataclass(frozen=True, slots=True)
class Look:
    """The verdict, None when teams.yaml or sources.yaml is broken; what is published, and what is wrong here. `zone` is
    the programme's.

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
    say("reading settings")
    config = read_config(order.root)
    if config.value is None:
        return Look(None, Published(None), config.problems)
    zone, address = config.value.programme.timezone, order.base_url or config.value.programme.url
    say("asking the published site")
    found = published(place or address, order.now)
    made_of = inputs.digests(order.root)
    before = verdict(found.manifest, made_of, address, order.now)
    if before.due and not whole:
        return Look(before, found, config.problems, zone=zone)
    if _silent(found.manifest, order, config.value) and Reason.CONTENT not in before.reasons:
        return Look(before, found, config.problems, zone=zone)
    from heraldry.pipeline.gathering import gathered, told  # a fifth of a second to load

    feeds = gathered(order, config.value, environment, say)
    checked = found.manifest.checked if found.manifest else order.now
    made_of["archive"] = told(feeds, config.value, checked)["archive"]
    now = verdict(found.manifest, made_of, address, order.now)
    return Look(now, found, (*config.problems, *feeds.problems), feeds, zone)


def _silent(said: Manifest | None, order: Order, config: Config) -> bool:
    """Whether no feed can have news: none is asked but those in content/, and the archives are what they were."""
    asked = (source.url for source in config.sources if not (order.offline and "://" in source.url))
    if said is None or not all(url.startswith("content/") for url in asked):
        return False
    paths = {source.key: archive_path(source.key) for source in config.sources}
    found = disk.read_all(order.root, paths.values())
    same = said.inputs.get("stored") == inputs.archive_digest(
        {key: found.get(path, b"") for key, path in paths.items()}
    )
    if same and order.heartbeat:
        beat(order.root, order.now)
    return same


def build_if_due(
    order: Order, environment: Mapping[str, str], say: Say = lambda text: None, place: str = ""
) -> Outcome:
    """As `build`, when the site published at `place` ("": its own address) is no longer what a build would make."""
    found = look(order, environment, say, place=place, whole=False)
    if found.verdict is None or not found.verdict.due:
        return Outcome(None, found.problems, verdict=found.verdict)
    from heraldry.pipeline.building import build  # templates and handbook take a third of a second to load

    return replace(build(order, environment, say, found.gathered), verdict=found.verdict)
