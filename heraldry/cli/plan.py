"""heraldry plan: what appears and ends, when and where; why a post is held; times for drafts."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import click

from heraldry.cli import options, report

if TYPE_CHECKING:
    from heraldry.model import Post, Team
    from heraldry.outlook import Outlook
    from heraldry.plan.slots import Filling


@click.command()
@click.argument("name", metavar="[POST]", required=False)
@options.root
@click.option("--from", "start", metavar="TIME", help="Begin at this time.  [default: now]")
@click.option("--at", metavar="TIME", help="As of this time instead of now; with --fill, slots from then on.")
@click.option("--days", type=click.IntRange(1, 3660), default=28, show_default=True, help="How many days to show.")
@click.option("--team", "teams", metavar="KEY", multiple=True, help="Only this team; may be given several times.")
@click.option("--all", "imports", is_flag=True, help="Imported posts too: when the promotion of each ends.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON on standard output.")
@click.option("--ics", "as_ics", is_flag=True, help="As a calendar file on standard output.")
@click.option("--fill", is_flag=True, help="Propose the next free slots for drafts without a date.")
@click.option("--write", is_flag=True, help="With --fill: put 'publish:' into the drafts.")
def plan(
    name: str | None,
    root: Path,
    start: str | None,
    at: str | None,
    days: int,
    teams: tuple[str, ...],
    imports: bool,
    as_json: bool,
    as_ics: bool,
    fill: bool,
    write: bool,
) -> None:
    """Say what appears and what ends, when and where, in each team's own time; fetches nothing.

    With a POST (its name, a former name, or its file): why it is or is not on each page, reason by reason.

    \b
    heraldry plan                          the next four weeks
    heraldry plan ankara-lab               why this post is where it is
    heraldry plan --ics > plan.ics         for a calendar
    heraldry plan --fill                   times for drafts; with --write into their files
    heraldry plan --fill --at 2026-12-01   the same, in December
    """
    _consistent(name, start, as_json, as_ics, fill, write)
    root = root.resolve()
    now = options.moment(at, root)
    look = _look(root, now, imports=imports or fill)
    chosen = _teams(teams, look)
    if fill:
        raise SystemExit(_fill(root, look, chosen, write, as_json))
    if name is not None:
        _tell_post(root, now, look, name, as_json)
        return
    begin = now if start is None else options.moment(start, root, "--from")
    _tell_plan(look, begin, days, chosen, as_json, as_ics)


def _consistent(name: str | None, start: str | None, as_json: bool, as_ics: bool, fill: bool, write: bool) -> None:
    if as_json and as_ics:
        raise click.UsageError("--json and --ics: choose one")
    if write and not fill:
        raise click.UsageError("--write goes with --fill")
    if fill and (name is not None or start or as_ics):
        raise click.UsageError(
            "--fill takes no post, no --from and no --ics: it looks for the next free slots of all drafts; "
            "--at says from when on"
        )
    if name is not None and as_ics:
        raise click.UsageError("--ics is of the whole plan: leave the post out")


def _look(root: Path, now: datetime, *, imports: bool) -> Outlook:
    """The site as of `now`. Says what is wrong and exits 1 when it cannot be read."""
    from heraldry.pipeline.outlook import outlook

    try:
        read = outlook(root, now, imports=imports)
    except OSError as error:
        click.echo(f"the site could not be read: {report.fault(error)}", err=True)
        raise SystemExit(1) from None
    if read.value is None:
        report.tell(read.problems)
        click.echo(report.summary(read.problems), err=True)
        raise SystemExit(1)
    return read.value


def _teams(keys: Sequence[str], look: Outlook) -> tuple[Team, ...]:
    from heraldry.problems import did_you_mean

    known = {team.key: team for team in look.teams}
    for key in keys:
        if key not in known:
            raise click.UsageError(f"there is no team '{key}': {did_you_mean(key, list(known))}")
    return tuple(team for key, team in known.items() if key in keys)


def _tell_plan(look: Outlook, start: datetime, days: int, teams: tuple[Team, ...], as_json: bool, as_ics: bool) -> None:
    agenda = look.agenda(start, days, teams)
    if as_ics:
        from heraldry.outlook.ics import calendar

        sys.stdout.buffer.write(calendar(agenda, look.programme))
    elif as_json:
        from heraldry.outlook.document import plan_document

        click.echo(plan_document(agenda, look))
    else:
        from heraldry.cli.planned import plan_page

        click.echo("\n".join(plan_page(agenda, look)))


def _tell_post(root: Path, now: datetime, look: Outlook, name: str, as_json: bool) -> None:
    from heraldry.outlook import Unknown, found

    try:
        try:
            post = found(look, name, _here(root))
        except Unknown:
            look = _look(root, now, imports=True)
            post = found(look, name, _here(root))
    except Unknown as hint:
        click.echo(f"there is no post '{name}'", err=True)
        is_team = name in {team.key for team in look.teams}
        click.echo(f"  hint: {f'that is a team: heraldry plan --team {name}' if is_team else hint}", err=True)
        raise SystemExit(2) from None
    if as_json:
        from heraldry.outlook.document import post_document

        click.echo(post_document(post, look))
    else:
        from heraldry.cli.planned import post_page

        click.echo("\n".join(post_page(post, look)))


def _here(root: Path) -> PurePath | None:
    """The folder that the command was called in, seen from the root; None when it lies outside."""
    here = Path.cwd().resolve()
    return PurePath(here.relative_to(root)) if here.is_relative_to(root) else None


def _fill(root: Path, look: Outlook, teams: tuple[Team, ...], write: bool, as_json: bool) -> int:
    """Tell the proposals, and with `write` put them into the files; the exit code."""
    if not look.programme.slots and not any(team.slots for team in look.teams):
        click.echo("there are no slots to fill", err=True)
        click.echo("  hint: write 'slots: [tue 09:00, thu 09:00]' below 'programme:' in teams.yaml", err=True)
        return 1
    filling = look.filling(teams)
    done, refused = _written(root, look, filling) if write else ([], [])
    if as_json:
        from heraldry.outlook.document import filling_document

        click.echo(filling_document(filling, done, refused))
    else:
        from heraldry.cli.planned import fill_page

        click.echo("\n".join(fill_page(filling, look)))
        _conclude(filling, done, write)
    for post, why in refused:
        click.secho(f"{post.slug}: {why}", fg="red", err=True)
    return 1 if refused else 0


def _written(root: Path, look: Outlook, filling: Filling) -> tuple[list[str], list[tuple[Post, str]]]:
    """The slugs of posts whose files say it now, and those that were left as they are, with the reason."""
    from heraldry.pipeline.dating import NotDated, dated

    done: list[str] = []
    refused: list[tuple[Post, str]] = []
    for made in filling.proposals:
        try:
            dated(root, look, made)
            done.append(made.post.slug)
        except NotDated as reason:
            refused.append((made.post, str(reason)))
        except OSError as error:
            refused.append((made.post, f"it could not be written: {report.fault(error)}"))
    return done, refused


def _conclude(filling: Filling, done: Sequence[str], write: bool) -> None:
    if write:
        click.echo(f"'publish:' was written into {len(done)} of {len(filling.proposals)} drafts", err=True)
    elif filling.proposals:
        click.echo("nothing was written: --write puts these times into the drafts", err=True)
