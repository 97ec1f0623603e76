"""The stages, joined: files in, site out. Assignments only; each stage stands in its own room."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from heraldry import disk, inputs, manifest
from heraldry.checks import Site
from heraldry.disk import File
from heraldry.feeds.gather import Gathered
from heraldry.manifest import Manifest
from heraldry.model import Post, Stage
from heraldry.pages.frames import Setting
from heraldry.pages.media import Media
from heraldry.pages.places import Places
from heraldry.pages.site import Content, files
from heraldry.pages.theme import BrokenTemplate, Theme
from heraldry.pipeline import book
from heraldry.pipeline.checking import hasty
from heraldry.pipeline.feeds import news
from heraldry.pipeline.gathering import gathered, told
from heraldry.pipeline.order import Order, Outcome, Say
from heraldry.pipeline.reading import config_of, read_site
from heraldry.pipeline.stamp import Sums
from heraldry.plan import next_change, plan, rebased
from heraldry.problems import Position, Problem, errors


def build(
    order: Order, environment: Mapping[str, str], say: Say = lambda text: None, feeds: Gathered | None = None
) -> Outcome:
    """The site in `order.out`, whole or not at all; `feeds` when they have been asked already.

    Raises disk.Busy or disk.NotOurs before anything is written.
    """
    if not disk.replaceable(order.out):
        raise disk.NotOurs(str(order.out))
    with disk.locked(order.out):
        disk.recovered(order.out)
        say("reading")
        made_of = inputs.digests(order.root)
        site = read_site(order.root)
        guessable = _guessable(site.value, environment) if site.value else ()
        if site.value is None or guessable or (order.strict and errors(site.problems)):
            return Outcome(None, (*site.problems, *guessable))
        with TemporaryDirectory(prefix="heraldry-") as folder, ThreadPoolExecutor(1) as beside:
            place = order.out / "handbook" if order.handbook else Path(folder) / "handbook"
            reading = beside.submit(book.built, order, site.value, place)
            say("reading feeds")
            feeds = feeds or gathered(order, config_of(site.value), environment, say)
            brought = news(order, site.value, feeds)
            say("making the handbook")
            made = reading.result()
            doubts = hasty(order.root, site.value, order.now)
            problems = (*site.problems, *doubts, *feeds.problems, *brought.problems, *made.problems)
            if order.strict and errors(problems):
                return Outcome(None, problems)
            say("writing pages")
            try:
                made_of |= told(feeds, config_of(site.value), order.now)
                written = _written(order, site.value, brought.value, made.value, place, environment, made_of)
            except BrokenTemplate as error:
                return Outcome(None, (*problems, _template(error)))
    return Outcome(written, problems, made)


def _template(error: BrokenTemplate) -> Problem:
    at = Position(f"theme/{error.name}", error.line)
    what = "the catalogue cannot be read" if error.name.endswith(".po") else "the template cannot be rendered"
    return Problem(at, f"{what}: {error.reason}", "compare it with the one Heraldry brings")


def _written(
    order: Order,
    site: Site,
    imported: tuple[Post, ...],
    handbooks: frozenset[str],
    handbook: Path,
    environment: Mapping[str, str],
    made_of: Mapping[str, str],
) -> int:
    posts = rebased((*site.posts, *imported), site.programme, order.now)
    theme = Theme(order.root)
    setting = Setting(
        programme=site.programme,
        places=Places(order.base_url or site.programme.url, secret(site, environment)),
        media=Media(order.root),
        now=order.now,
        css=theme.static("share.css"),
        js=theme.static("share.js"),
        icon=theme.static("icon.svg"),
        handbooks=handbooks,
    )
    content = Content(site.programme, site.teams, site.sources, posts, plan(posts, site.teams, order.now))
    sums, folder = Sums(), [File("handbook", handbook)] if handbooks else []
    with disk.staged(order.out) as stage:
        count = disk.write_site(stage, sums.noting(chain(files(content, setting, theme), folder)))
        said = Manifest(
            checked=order.now,
            stale=order.now + site.programme.stale_after,
            next=next_change(posts, site.teams, site.programme, order.now),
            address=setting.places.base_url,
            inputs=made_of,
            site=sums.total(),
        )
        return count + disk.write_site(stage, [File(manifest.NAME, manifest.written(said))])


def _guessable(site: Site, environment: Mapping[str, str]) -> tuple[Problem, ...]:
    """A pilot's page without a secret in its path is as good as listed."""
    pilots = [team.key for team in site.teams if team.stage is Stage.PILOT]
    if not pilots or secret(site, environment):
        return ()
    said = f"anybody could work out where the pilot '{pilots[0]}' has its page"
    hint = "write 'pilot_salt:' and a long text below 'programme:', or set HERALDRY_PILOT_SECRET"
    return (Problem(Position("teams.yaml"), said, hint),)


def secret(site: Site, environment: Mapping[str, str]) -> str:
    """What pilot paths are made from: a secret in the environment, else the salt in teams.yaml."""
    return environment.get("HERALDRY_PILOT_SECRET") or site.programme.pilot_salt or ""
