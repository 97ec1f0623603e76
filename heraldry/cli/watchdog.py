"""heraldry watchdog."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from heraldry.cli import options, verdicts

if TYPE_CHECKING:
    from heraldry.published import Published


@click.command()
@click.argument("place", metavar="[URL]", default="")
@options.root
@options.at
@click.option("--unpublished-ok", is_flag=True, help="Nothing published there yet is no reason to bark.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def watchdog(place: str, root: Path, at: str | None, unpublished_ok: bool, as_json: bool) -> None:
    """Bark (exit 1) when the published site was not checked for longer than the programme allows.

    A schedule that has died cannot say so itself: run this somewhere else, once or twice a day. The site's address
    is enough, no repository is needed; without one it is the programme's, from teams.yaml. When it barks, look at the
    last runs on your forge: one has failed, or none has begun because the schedule is switched off.

    \b
    heraldry watchdog https://voices.acme.example/
    """
    from heraldry.published import published

    now = options.moment(at, root)
    found = published(place or _address(root), now)
    fine, words = _judged(found, place, now, unpublished_ok)
    if as_json:
        click.echo(json.dumps(_document(found, fine, words, now), indent=2))
    else:
        click.echo(words, err=not fine)
    if not fine:
        raise SystemExit(1)


def _address(root: Path) -> str:
    """The programme's address. Raises click.UsageError where no teams.yaml tells it."""
    from heraldry.disk import read_all
    from heraldry.teams import read_teams

    files = read_all(root, ["teams.yaml"])
    organisation = read_teams(files["teams.yaml"]).value if files else None
    if organisation is None or not organisation.programme.url:
        raise click.UsageError("name the site's address: heraldry watchdog https://voices.acme.example/")
    return organisation.programme.url


def _judged(found: Published, place: str, now: datetime, unpublished_ok: bool) -> tuple[bool, str]:
    """Whether all is well, and the sentence."""
    from heraldry.due import AHEAD, late

    if found.manifest is None:
        return unpublished_ok and found.absent, f"{found.words}{_slip(place)}"
    checked, allowed = verdicts.when(found.manifest.checked), _span(found)
    if late(found.manifest, now):
        return False, f"not checked since {checked}, and the programme allows {allowed}"
    if found.manifest.checked > now + AHEAD:
        return False, f"the site says that it was checked at {checked}, which lies ahead"
    return True, f"checked at {checked}, within the {allowed} that the programme allows"


def _slip(place: str) -> str:
    """What to write where an address was meant and a folder was named that is not there."""
    return ": an address begins with https://" if place and "://" not in place and not Path(place).exists() else ""


def _span(found: Published) -> str:
    assert found.manifest is not None
    minutes = round(found.manifest.patience.total_seconds() / 60)
    for unit, length in (("day", 1440), ("hour", 60)):
        if minutes % length == 0:
            return f"{minutes // length} {unit}{'' if minutes == length else 's'}"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


def _document(found: Published, fine: bool, words: str, now: datetime) -> dict[str, object]:
    said = found.manifest
    moments = {"checked": said.checked, "stale": said.stale, "next": said.next} if said else {}
    iso = {name: moment and moment.isoformat().replace("+00:00", "Z") for name, moment in moments.items()}
    return {"version": 1, "fine": fine, "words": words, **iso, "now": now.isoformat().replace("+00:00", "Z")}
