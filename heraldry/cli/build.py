"""heraldry build."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from heraldry.cli import options, report, verdicts
from heraldry.cli.progress import Progress

if TYPE_CHECKING:
    from heraldry.pipeline import Order, Outcome


@click.command()
@options.root
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to.  [default: ROOT/site]",
)
@options.at
@options.base_url
@options.offline
@click.option("--strict", is_flag=True, help="Write nothing and exit 1 when anything is wrong (for pull requests).")
@click.option("--if-due", is_flag=True, help="Only when something is due; says yes or no on standard output.")
@options.published
def build(
    root: Path,
    out: Path | None,
    at: str | None,
    base_url: str,
    offline: bool,
    strict: bool,
    if_due: bool,
    published: str,
) -> None:
    """Build the site: team pages, feeds, landing pages and the handbook.

    A post that has a problem is left out and named; the rest is published. A feed that fails keeps its earlier
    entries. The old site stays until the new one is whole.

    \b
    heraldry build                            into site/
    heraldry build --at "2026-12-01 09:00"    as it will be at that time
    heraldry build --base-url https://acme.github.io/voices/
    heraldry build --if-due                   nothing is made when 'heraldry due' would say that nothing is due
    """
    from heraldry import disk, pipeline

    if published and not if_due:
        raise click.UsageError("--published says where to look for --if-due; write both, or neither")

    order = pipeline.Order(
        root=root.resolve(),
        out=_target(out or root / "site", root.resolve()),
        now=options.moment(at, root),
        base_url=options.whole_url(base_url),
        offline=offline,
        strict=strict,
        dated=at is not None,
        heartbeat=at is None,
    )
    try:
        outcome = _built(order, if_due, published)
    except disk.Busy:
        click.echo(f"another build into {order.out} is running; nothing was changed", err=True)
        raise SystemExit(options.BUSY) from None
    except disk.NotOurs:
        raise click.UsageError(f"{order.out} holds files that no build has made; choose another --out") from None
    except disk.Unconfirmed as error:
        click.echo(f"the new site stands, but the disk may not keep it: {report.fault(error)}; build again", err=True)
        raise SystemExit(1) from None
    except OSError as error:
        click.echo(f"the site could not be built: {report.fault(error)}; the old one stays", err=True)
        raise SystemExit(1) from None
    _tell(outcome, order.out)
    if if_due:
        click.echo("no" if outcome.written is None else "yes")


def _built(order: Order, if_due: bool, published: str) -> Outcome:
    """The outcome, with progress on a terminal while it lasts."""
    from heraldry import pipeline

    say = Progress()
    try:
        if if_due:
            return pipeline.build_if_due(order, options.environment(), say, published)
        return pipeline.build(order, options.environment(), say)
    finally:
        say.done()


SOURCES = ("content", "theme", "archive", "schemas", ".git", ".github")
"""Folders of a site's own files: a site built into one of them would be read, or written over, by the next build."""


def _target(out: Path, root: Path) -> Path:
    """Where the site goes, whole. Raises click.UsageError for a place among the site's own files."""
    try:
        target = out.resolve()
    except (OSError, RuntimeError):
        raise click.UsageError(f"--out: '{out}' is a link that leads nowhere") from None
    if any(target.is_relative_to(root / name) for name in SOURCES):
        raise click.UsageError(f"--out: '{out}' lies among the site's own files; choose another place")
    return target


def _tell(outcome: Outcome, out: Path) -> None:
    report.tell(outcome.problems)
    if outcome.verdict is not None:
        for line in verdicts.lines(outcome.verdict):
            click.echo(line, err=True)
    if outcome.written is None and outcome.verdict is not None and not outcome.verdict.due:
        return
    if outcome.written is None:
        click.echo(f"nothing was written: {report.summary(outcome.problems)}", err=True)
        raise SystemExit(1)
    if outcome.problems:
        click.echo(report.summary(outcome.problems), err=True)
    click.echo(f"{outcome.written} files in {out}", err=True)
