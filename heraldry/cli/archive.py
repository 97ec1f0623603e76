"""heraldry archive: the imported entries, kept on a branch of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from heraldry.cli import options

remote = click.option(
    "--remote",
    metavar="NAME",
    default="origin",
    show_default=True,
    help="The remote that has the branch: a name that git knows, or an address.",
)


@click.group()
def archive() -> None:
    """Keep the imported entries on a branch of their own, so that they outlive caches and machines.

    \b
    heraldry archive pull    before a build: what the branch knows comes into archive/
    heraldry archive push    after it: what archive/ knows goes to the branch

    The branch is called heraldry-archive and shares no history with the content. Neither command touches the
    checkout or any other branch, and both only add: the union of the two sides is what stays.
    """


def _with_shared(command: Callable[..., Any]) -> Callable[..., Any]:
    return options.root(remote(command))


@archive.command()
@_with_shared
def pull(root: Path, remote: str) -> None:
    """Bring what the branch knows into archive/."""
    from heraldry.feeds import branch

    with failures("pulled"):
        pulled = branch.pull(root.resolve(), checked(remote))
    _say_ignored(pulled.ignored)
    if not pulled.found:
        click.echo(f"{branch.BRANCH} is not on {_shown(remote)} yet: nothing to pull", err=True)
    elif pulled.written:
        click.echo(f"{_counted(pulled.written)} brought from {branch.BRANCH} on {_shown(remote)}", err=True)
    else:
        click.echo(f"{branch.BRANCH} on {_shown(remote)} has nothing new", err=True)


@archive.command()
@_with_shared
@click.option("--always", is_flag=True, help="Commit also when all that changed is when the feeds were visited.")
@click.option("--dry-run", is_flag=True, help="Push nothing; say yes or no on standard output: is there a reason to?")
def push(root: Path, remote: str, always: bool, dry_run: bool) -> None:
    """Bring what archive/ knows to the branch.

    Others may push at the same time: their entries stay. When all that changed is when the feeds were visited, one
    commit a day is enough. After 200 commits the branch begins anew, with the same files.
    """
    from heraldry.feeds import branch

    with failures("pushed"):
        pushed = branch.push(root.resolve(), checked(remote), options.clock(), always=always, dry=dry_run)
    _say_ignored(pushed.ignored)
    if dry_run:
        click.echo("yes" if pushed.changed else "no")
        return
    begun = "; the branch begins with it" if pushed.begun else ""
    if pushed.changed:
        click.echo(f"{_counted(pushed.changed)} brought to {branch.BRANCH} on {_shown(remote)}{begun}", err=True)
    elif pushed.quiet:
        click.echo(
            "nothing pushed: the feeds were visited and brought nothing new; that goes along once a day", err=True
        )
    else:
        click.echo(f"nothing new for {branch.BRANCH} on {_shown(remote)}", err=True)


@contextmanager
def failures(done: str) -> Iterator[None]:
    """What went wrong in one line, with the exit code that says so: 1, or 75 when another run is at work."""
    from heraldry import disk, git

    try:
        yield
    except disk.Busy:
        click.echo("another run is at work in archive/; nothing was changed", err=True)
        raise SystemExit(options.BUSY) from None
    except git.GitFailed as error:
        click.echo(f"not {done}: {error}", err=True)
        raise SystemExit(1) from None
    except OSError as error:
        click.echo(f"not {done}: {git.redacted(str(error))}", err=True)
        raise SystemExit(1) from None


def checked(remote: str) -> str:
    """The remote's name or address. Raises click.UsageError for what git would take for an option."""
    if not remote or remote.startswith("-") or not remote.isprintable():
        raise click.UsageError(f"--remote: '{remote}' is no name of a remote; write origin")
    return remote


def _shown(remote: str) -> str:
    from heraldry.git import redacted

    return f"'{redacted(remote)}'"


def _say_ignored(ignored: tuple[str, ...]) -> None:
    for said in ignored:
        click.echo(f"warning: on heraldry-archive {said}: it is passed over", err=True)


def _counted(paths: tuple[str, ...]) -> str:
    """How many archives and pictures, as in "2 sources and 1 picture"."""
    sources = sum(path.endswith(".jsonl") for path in paths)
    pictures = sum("/" in path for path in paths)
    found = [_many(sources, "source"), _many(pictures, "picture")]
    return " and ".join(filter(None, found)) or "the health of the feeds"


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}" if count else ""
