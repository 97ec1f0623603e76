"""heraldry sources: how each feed fares. Reads files only, fetches nothing."""

from __future__ import annotations

from pathlib import Path

import click

from heraldry.cli import options, report


@click.command()
@options.root
@options.at
@click.option("--json", "as_json", is_flag=True, help="All facts as JSON on standard output.")
@click.option("--strict", is_flag=True, help="Exit 1 when any source is in trouble.")
def sources(root: Path, at: str | None, as_json: bool, strict: bool) -> None:
    """Say how each source fares: its state, since when, the last success and the next try.

    Fetches nothing: it tells what the last builds here have seen. Exits 1 when sources.yaml has errors; sources in
    trouble are no error unless --strict says so.

    \b
    heraldry sources              for people
    heraldry sources --json       for machines
    heraldry sources --strict     for alarms
    """
    from heraldry.cli.table import page
    from heraldry.following.facts import document
    from heraldry.following.look import look
    from heraldry.problems import errors

    now = options.moment(at, root)
    try:
        read = look(root.resolve(), now)
    except OSError as error:
        click.echo(f"the site could not be read: {error}", err=True)
        raise SystemExit(1) from None
    report.tell(read.problems)
    if read.value is None or errors(read.problems):
        click.echo(report.summary(read.problems), err=True)
        raise SystemExit(1)
    click.echo(document(read.value) if as_json else "\n".join(page(read.value)))
    raise SystemExit(1 if strict and any(seen.trouble for seen in read.value.seen) else 0)
