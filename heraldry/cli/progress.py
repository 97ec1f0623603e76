"""One line that says what is going on: on a terminal only, never in a pipe."""

from __future__ import annotations

import sys

import click


class Progress:
    """Call it with what happens now; `done` takes the line away."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    def __call__(self, text: str) -> None:
        if self._shown:
            click.echo(f"\r\x1b[2K{text} …", nl=False, err=True)

    def done(self) -> None:
        """Leave a clean line."""
        if self._shown:
            click.echo("\r\x1b[2K", nl=False, err=True)
