"""heraldry completion."""

from __future__ import annotations

import os
from pathlib import PurePath

import click

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS), required=False)
def completion(shell: str | None) -> None:
    """Print the script that completes commands in your shell.

    Without SHELL it is for the one you are in. PowerShell and cmd.exe are not supported.

    \b
    bash   echo 'eval "$(heraldry completion bash)"' >> ~/.bashrc
    zsh    echo 'eval "$(heraldry completion zsh)"' >> ~/.zshrc
    fish   heraldry completion fish > ~/.config/fish/completions/heraldry.fish
    """
    from click.shell_completion import get_completion_class

    from heraldry.cli import main

    known = get_completion_class(shell or _present())
    assert known is not None
    click.echo(known(main, {}, "heraldry", "_HERALDRY_COMPLETE").source())


def _present() -> str:
    """The shell that the environment names. Raises click.UsageError for one that is not known."""
    name = PurePath(os.environ.get("SHELL", "")).name
    if name not in SHELLS:
        raise click.UsageError("which shell is it for? Write bash, zsh or fish")
    return name
