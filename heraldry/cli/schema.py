"""heraldry schema."""

from __future__ import annotations

from pathlib import Path

import click

from heraldry.cli import options


@click.command()
@options.root
def schema(root: Path) -> None:
    """Write the JSON Schemas by which editors complete and check files.

    They go to ROOT/schemas/; the first line of each file names its schema for the YAML language server.
    """
    from heraldry.disk import write_changed
    from heraldry.schemas import schemas

    made = schemas()
    write_changed(root.resolve(), made)
    for path in made:
        click.echo(path)
