"""heraldry init."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from heraldry import __version__
from heraldry.cli import options

FORGES = ("github", "gitlab")
LONGEST_NAME = 60
"""Characters: a longer name leaves a caption no room."""


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--from",
    "requirement",
    metavar="REQUIREMENT",
    default=f"heraldry=={__version__}",
    show_default=True,
    help="The Heraldry that the site's workflows install, pinned: a line of requirements.txt.",
)
@click.option(
    "--name", metavar="NAME", default="", help="What the programme is called.  [default: ORGANISATION Voices]"
)
@click.option("--organisation", metavar="NAME", default="Acme", show_default=True, help="For whom people work.")
@click.option(
    "--url",
    metavar="URL",
    default="https://voices.acme.example/",
    show_default=True,
    help="Where the site will stand.",
)
@click.option("--timezone", metavar="ZONE", default="Europe/Istanbul", show_default=True, help="Where most people are.")
@click.option(
    "--forge",
    type=click.Choice(FORGES),
    default=FORGES[0],
    show_default=True,
    help="Where the repository will live: whose workflows are written.",
)
def init(folder: Path, requirement: str, name: str, organisation: str, url: str, timezone: str, forge: str) -> None:
    """Begin a new organisation's site in a folder, which must be new or empty.

    The site builds at once; everything in it is yours to change. No git command is run.

    \b
    heraldry init voices --organisation Acme
    heraldry init voices --forge gitlab
    heraldry init voices --from "heraldry @ git+https://github.com/acme/heraldry@<full commit>"
    """
    from heraldry.disk import write_changed
    from heraldry.schemas import schemas
    from heraldry.starting import Wishes, files

    employer = _name("--organisation", organisation)
    wishes = Wishes(
        requirement=_requirement(requirement),
        programme=_name("--name", name) if name else f"{employer} Voices",
        organisation=employer,
        url=_url(url),
        timezone=_zone(timezone),
        salt=_salt(),
        today=options.clock().date(),
        forge=forge,
    )
    _vacant(folder)
    made = {**files(_starter(), wishes), **schemas()}
    try:
        write_changed(folder.resolve(), made)
    except OSError as error:
        click.echo(f"the site could not be written: {error}", err=True)
        raise SystemExit(1) from None
    _tell(folder, len(made), wishes.organisation, wishes.requirement)


def _starter() -> Mapping[str, bytes]:
    """The starter's files by path, as they come with the package."""
    folder = Path(__file__).resolve().parent.parent / "starter"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _requirement(text: str) -> str:
    from heraldry.starting import requirement

    try:
        return requirement(text)
    except ValueError as error:
        raise click.UsageError(f"--from: {error}") from None


def _name(option: str, text: str) -> str:
    whole = text.strip()
    if not whole or not whole.isprintable() or len(whole) > LONGEST_NAME:
        raise click.UsageError(f"{option}: write a name of one line, at most {LONGEST_NAME} characters")
    return whole


def _url(text: str) -> str:
    try:
        return options.whole_url(text)
    except click.UsageError as error:
        raise click.UsageError(error.message.replace("--base-url", "--url")) from None


def _zone(text: str) -> str:
    from zoneinfo import available_timezones

    from heraldry.problems import did_you_mean

    known = sorted(available_timezones())
    if text not in known:
        near = did_you_mean(text, known)
        hint = near if near.startswith("did") else "write a name such as Europe/Istanbul"
        raise click.UsageError(f"--timezone: unknown time zone '{text}'; {hint}")
    return text


def _salt() -> str:
    from secrets import token_urlsafe

    return token_urlsafe(18)


def _vacant(folder: Path) -> None:
    """Raises click.UsageError when there is anything in the folder; a bare git repository's own folder may be."""
    try:
        found = sorted(entry.name for entry in folder.iterdir() if entry.name != ".git") if folder.exists() else []
    except OSError as error:
        raise click.UsageError(f"'{folder}' cannot be read: {error.strerror}") from None
    if found:
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        raise click.UsageError(f"'{folder}' holds '{found[0]}'{more}; name a new or empty folder")


def _tell(folder: Path, count: int, organisation: str, requirement: str) -> None:
    from heraldry.starting import looseness

    loose = looseness(requirement)
    if loose:
        click.secho(f"warning: --from '{requirement}': {loose}", fg="yellow", err=True)
    enter = "" if folder.resolve() == Path.cwd() else f"  cd {_quoted(folder)}\n"
    first = "put your organisation's name, colours and languages there"
    click.echo(
        f"{count} files in {folder}. Next:\n\n{enter}"
        f"  heraldry serve              see it in a browser; it follows every change\n"
        f"  teams.yaml                  {first if organisation == 'Acme' else 'choose colours and languages'}\n"
        f"  README.md                   the first hour, step by step\n"
        f"  git init && git add .       versions are yours to begin; nothing was committed",
        err=True,
    )


def _quoted(folder: Path) -> str:
    """A path as a person types it into a shell."""
    text = str(folder)
    return f'"{text}"' if " " in text else text
