"""heraldry preview."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from heraldry.cli import options, report
from heraldry.cli.progress import Progress

if TYPE_CHECKING:
    from heraldry.changes.difference import Difference


@click.command()
@click.argument("base")
@click.argument("head", required=False, default="")
@options.root
@options.at
@options.base_url
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it into this file.  [default: standard output]",
)
@click.option("--json", "as_json", is_flag=True, help="As JSON, of which nothing is left out.")
def preview(base: str, head: str, root: Path, at: str | None, base_url: str, out: Path | None, as_json: bool) -> None:
    """Say what merging HEAD onto BASE does: which posts go live where and when, and everything else that differs.

    Both are commits; without HEAD it is the files as they lie there. The summary is Markdown for GitHub. Fetches
    nothing and changes nothing; exits 0 whatever problems there are, since 'heraldry check' decides about those.

    \b
    heraldry preview main                    what you are about to commit
    heraldry preview HEAD^1 HEAD             what a merge commit brought
    heraldry preview main --at "2026-12-01 09:00"
    """
    from heraldry.changes.facts import document
    from heraldry.changes.summary import summary

    found = _compared(base, head, root.resolve(), at, options.whole_url(base_url))
    text = document(found) if as_json else summary(found)
    try:
        _given(text, out)
    except OSError as error:
        click.echo(f"it could not be written: {report.fault(error)}", err=True)
        raise SystemExit(1) from None


def _compared(base: str, head: str, root: Path, at: str | None, base_url: str) -> Difference:
    """The difference, with progress on a terminal while it is worked out. Ends the run where there is none."""
    from heraldry.changes.trees import NoSuchCommit
    from heraldry.git import GitFailed
    from heraldry.pipeline.comparing import compared

    say = Progress()
    try:
        return compared(root, base, head, options.moment(at, root), base_url, say)
    except NoSuchCommit as error:
        click.echo(f"{error}; 'git fetch' brings what others have", err=True)
    except GitFailed as error:
        click.echo(str(error), err=True)
    except OSError as error:
        click.echo(f"the commits could not be compared: {report.fault(error)}", err=True)
    finally:
        say.done()
    raise SystemExit(1)


def _given(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    from heraldry.disk import write_whole

    write_whole(out.resolve(), text.encode())
