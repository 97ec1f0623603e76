"""heraldry inbox: entries of sources under review, as posts that wait in a pull request."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from heraldry.cli import options, report
from heraldry.cli.archive import checked, failures
from heraldry.cli.archive import remote as remote_option

if TYPE_CHECKING:
    from heraldry.inbox.additions import Offered
    from heraldry.inbox.desk import Desk
    from heraldry.inbox.request import Waiting
    from heraldry.problems import Problem

BRANCH = "heraldry-inbox"


@click.command()
@options.root
@click.option(
    "--branch",
    metavar="[NAME]",
    is_flag=False,
    flag_value=BRANCH,
    help=f"Commit them on this branch and leave the checkout alone.  [name: {BRANCH}]",
)
@remote_option
@click.option("--push", is_flag=True, help="Push that branch; never over anybody's commits.")
@click.option(
    "--text",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the pull request's text there instead of to standard output.",
)
def inbox(root: Path, branch: str | None, remote: str, push: bool, text: Path | None) -> None:
    """Offer the entries of sources with `review: true` as posts: one Markdown file each, and a pull request's text.

    What was offered once is never offered again, whether it was merged, edited or deleted; nor is what an editor
    has written about, hidden, or named in content/posts/inbox/refused.txt. The text's first line is the title.
    Entries come from archive/: run `heraldry archive pull` or `heraldry build` before.

    \b
    heraldry inbox                                   into the working tree
    heraldry inbox --branch --push --text pull.md    onto the branch that a pull request shows
    """
    if push and branch is None:
        raise click.UsageError("--push needs --branch: what is pushed is a branch")
    from heraldry.inbox.desk import Unclear

    try:
        desk = _desk(root.resolve())
        _writable(text)
        with failures("offered"):
            _print(_offered(desk, branch, remote, push), text)
    except Unclear as unclear:
        _refuse(unclear.problems)


def _writable(text: Path | None) -> None:
    """Raises click.UsageError when the text cannot be written: to be known before anything is pushed."""
    if text is None:
        return
    try:
        text.open("ab").close()
    except OSError as error:
        raise click.UsageError(
            f"--text: '{text}' cannot be written: {(error.strerror or str(error)).lower()}"
        ) from None


def _named(branch: str) -> str:
    from heraldry.git import plain_name

    if not plain_name(branch):
        raise click.UsageError(f"--branch: '{branch}' cannot be the name of a branch; write {BRANCH}")
    return branch


def _desk(root: Path) -> Desk:
    """Everything that is in the folder. Says what is wrong and exits 1 when that leaves no safe answer."""
    from heraldry.inbox.desk import read
    from heraldry.pipeline import read_site

    now = options.clock()
    try:
        site = read_site(root)
        if site.value is None:
            _refuse(site.problems)
        desk = read(root, site.value, now)
    except OSError as error:
        click.echo(f"the site could not be read: {error}", err=True)
        raise SystemExit(1) from None
    for path in desk.newer:
        click.echo(f"warning: {path} was written by a newer Heraldry; it is passed over", err=True)
    return desk


def _refuse(problems: tuple[Problem, ...]) -> NoReturn:
    report.tell(problems)
    raise SystemExit(1)


def _offered(desk: Desk, branch: str | None, remote: str, push: bool) -> tuple[Waiting, ...]:
    from heraldry.inbox import branch as onto
    from heraldry.inbox import lists, tree

    if branch is None:
        where = f"written below {lists.FOLDER}: commit on a branch, and open a pull request with the text"
        return _told(tree.offered(desk), where)
    done = onto.offered(desk, _named(branch), checked(remote), push)
    return _told(done, f"{'pushed to' if push else 'committed on'} {branch}")


def _told(offered: Offered, where: str) -> tuple[Waiting, ...]:
    count = offered.fresh
    said = "no new entry" if not count else "1 new entry" if count == 1 else f"{count} new entries"
    click.echo(f"{said} {where}" if count else f"{said} to offer", err=True)
    return offered.waiting


def _print(waiting: tuple[Waiting, ...], file: Path | None) -> None:
    from heraldry.inbox.request import request

    said = request(waiting)
    if file is None:
        click.echo(said, nl=False)
    else:
        file.write_text(said, encoding="utf-8", newline="\n")
    if not waiting:
        click.echo("nothing waits for review", err=True)
