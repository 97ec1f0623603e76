"""heraldry check."""

from __future__ import annotations

from pathlib import Path

import click

from heraldry.cli import options, report


@click.command()
@options.root
@click.option("--json", "as_json", is_flag=True, help="All problems as JSON on standard output.")
@click.option("--github", is_flag=True, help="As annotations for GitHub Actions, on standard output.")
def check(root: Path, as_json: bool, github: bool) -> None:
    """Say everything that is wrong, each thing with file, line and column.

    Exits 1 when there are errors, 0 when there are only warnings. Fetches nothing.

    \b
    heraldry check              for people
    heraldry check --json       for machines
    heraldry check --github     for pull requests
    """
    from heraldry.pipeline import inspected
    from heraldry.problems import errors

    try:
        problems = report.ordered(inspected(root.resolve(), options.clock()))
    except OSError as error:
        click.echo(f"the site could not be read: {error}", err=True)
        raise SystemExit(1) from None
    if as_json:
        click.echo(report.document(problems))
    elif github:
        for problem in problems:
            click.echo(report.annotation(problem))
    else:
        report.tell(problems)
    if not as_json:
        click.echo(report.summary(problems) if problems else "nothing is wrong", err=True)
    raise SystemExit(1 if errors(problems) else 0)
