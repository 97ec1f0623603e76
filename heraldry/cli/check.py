"""heraldry check: everything that is wrong, and for people what becomes public next."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from heraldry.cli import options, report

if TYPE_CHECKING:
    from heraldry.checks import Site

COMING = 3
"""Posts of which it is said when they come."""


@click.command()
@options.root
@options.at
@click.option("--json", "as_json", is_flag=True, help="All problems as JSON on standard output.")
@click.option("--github", is_flag=True, help="As annotations for GitHub Actions, on standard output.")
def check(root: Path, at: str | None, as_json: bool, github: bool) -> None:
    """Say everything that is wrong, each thing with file, line and column.

    Exits 1 when there are errors, 0 when there are only warnings. Fetches nothing. Without errors it also says
    when the next posts are first public anywhere; 'heraldry plan' says more.

    \b
    heraldry check              for people
    heraldry check --json       for machines
    heraldry check --github     for pull requests
    """
    from heraldry.pipeline.checking import examined
    from heraldry.problems import errors

    now = options.moment(at, root)
    try:
        read = examined(root.resolve(), now)
    except OSError as error:
        click.echo(f"the site could not be read: {error}", err=True)
        raise SystemExit(1) from None
    problems = report.ordered(read.problems)
    if as_json:
        click.echo(report.document(problems))
    elif github:
        for problem in problems:
            click.echo(report.annotation(problem))
    else:
        report.tell(problems)
    if not as_json:
        click.echo(report.summary(problems) if problems else "nothing is wrong", err=True)
    if not (as_json or github or errors(problems)) and read.value is not None:
        _tell_coming(read.value, now)
    raise SystemExit(1 if errors(problems) else 0)


def _tell_coming(site: Site, now: datetime) -> None:
    """The next few posts to come, each with the earliest instant at which it is public anywhere."""
    from heraldry.cli.columns import line
    from heraldry.cli.planned import first_words
    from heraldry.pipeline.outlook import planned
    from heraldry.plan.agenda import coming

    look = planned(site, now)
    firsts = coming(look.own, look.teams, now)
    if firsts:
        click.echo("next to be public anywhere:", err=True)
    for first, post in firsts[:COMING]:
        click.echo(line(f"  {post.slug}: {first_words(first)}"), err=True)
    if len(firsts) > COMING:
        click.echo(f"  and {len(firsts) - COMING} more: heraldry plan", err=True)
