"""heraldry due."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from heraldry.cli import options, report, verdicts
from heraldry.cli.progress import Progress

if TYPE_CHECKING:
    from heraldry.pipeline import Look, Order


@click.command()
@options.root
@options.at
@options.base_url
@options.published
@options.offline
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def due(root: Path, at: str | None, base_url: str, published: str, offline: bool, as_json: bool) -> None:
    """Say whether anything on the published site would change now, and when the next moment is.

    The published site says in heraldry.json what it was made of. That is compared with what is here: posts that have
    come to their hour, posts that have ended, changed content, settings, theme and code. The feeds are asked, too;
    their news is taken into archive/. Exit code 0 either way.

    \b
    heraldry due
    heraldry due --offline --json
    heraldry due --published site/            compare with a folder
    """
    from heraldry import disk, pipeline

    order = pipeline.Order(
        root=root.resolve(),
        out=root.resolve() / "site",
        now=options.moment(at, root),
        base_url=options.whole_url(base_url),
        offline=offline or at is not None,
        dated=at is not None,
        heartbeat=at is None,
    )
    try:
        found = _looked(order, published)
    except disk.Busy:
        click.echo("another run is at work in archive/; try again in a moment", err=True)
        raise SystemExit(options.BUSY) from None
    except OSError as error:
        click.echo(f"the feeds' news could not be kept: {report.fault(error)}", err=True)
        raise SystemExit(1) from None
    _tell(found, order, as_json)


def _looked(order: Order, place: str) -> Look:
    from heraldry import pipeline

    say = Progress()
    try:
        return pipeline.look(order, options.environment(), say, place=place)
    finally:
        say.done()


def _tell(found: Look, order: Order, as_json: bool) -> None:
    report.tell(found.problems)
    if found.verdict is None:
        click.echo(f"nothing can be said: {report.summary(found.problems)}", err=True)
        raise SystemExit(1)
    if found.published.words:
        click.echo(found.published.words, err=True)
    if as_json:
        click.echo(json.dumps(verdicts.document(found.verdict, order.now), indent=2))
        return
    for line in verdicts.lines(found.verdict, found.zone or options.zone(order.root)):
        click.echo(line)
