"""Options that commands share, and the one place where the clock and the environment are read."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

Command = Callable[..., Any]

root = click.option(
    "-C",
    "root",
    metavar="ROOT",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="The site's folder, where teams.yaml is.  [default: this folder]",
)
at = click.option(
    "--at",
    metavar="TIME",
    help="As of this time instead of now: 2026-12-01T09:00+03:00, or 2026-12-01 09:00 in the programme's zone.",
)
base_url = click.option(
    "--base-url",
    metavar="URL",
    default="",
    help="Where the site will stand.  [default: programme.url in teams.yaml]",
)
offline = click.option(
    "--offline", is_flag=True, help="Fetch nothing; use the archive and feeds inside the repository."
)

published = click.option(
    "--published",
    metavar="PLACE",
    default="",
    help="The published site: its address or a folder.  [default: the address where the site will stand]",
)

BUSY = 75
"""EX_TEMPFAIL: another run holds the lock; try again later."""


def clock() -> datetime:
    """Now, in UTC, to the second. Read once a run."""
    return datetime.now(UTC).replace(microsecond=0)


def environment() -> Mapping[str, str]:
    """The environment's variables."""
    return dict(os.environ)


def whole_url(text: str) -> str:
    """`--base-url` with its last slash. Raises click.UsageError for what is no web address."""
    from heraldry.addresses import is_http

    if not text:
        return ""
    parts = urlsplit(text) if is_http(text) else None
    if parts is None or parts.username is not None or "//" in parts.path or "?" in text or "#" in text:
        raise click.UsageError(f"--base-url: '{text}' is no web address; write https://voices.acme.example/")
    return text if text.endswith("/") else f"{text}/"


def moment(text: str | None, folder: Path, option: str = "--at") -> datetime:
    """What `--at`, or another `option`, names; without it now. Raises click.UsageError for a text that is no moment."""
    if text is None:
        return clock()
    from heraldry.model import Instant
    from heraldry.moments import aware, when

    try:
        named = when(text)
        return named.moment if isinstance(named, Instant) else aware(text, zone(folder))
    except (ValueError, OverflowError):
        raise click.UsageError(f"{option}: '{text}' is not a time; write 2026-12-01T09:00+03:00") from None


def zone(folder: Path) -> ZoneInfo:
    """The programme's zone, UTC while teams.yaml cannot be read: the build will say so."""
    from zoneinfo import ZoneInfo

    from heraldry.disk import read_all
    from heraldry.teams import read_teams

    files = read_all(folder, ["teams.yaml"])
    organisation = read_teams(files["teams.yaml"]).value if files else None
    return organisation.programme.timezone if organisation else ZoneInfo("UTC")
