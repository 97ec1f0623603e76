"""A verdict on the published site in words, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from heraldry.due import Verdict


def lines(verdict: Verdict, zone: tzinfo | None = None) -> Iterator[str]:
    """Why the site is to be made anew or that it need not be, when it was checked, and when that is next asked for.

    Times are in `zone`, UTC without one.
    """
    from heraldry.due import WORDS

    if not verdict.due:
        yield "nothing is due"
    for reason in verdict.reasons:
        yield f"due: {WORDS[reason]}"
    if verdict.checked:
        late = "; that is longer ago than the programme allows" if verdict.late else ""
        yield f"last published check: {when(verdict.checked, zone)}{late}"
    if verdict.checked and not verdict.due:
        yield f"next change by itself: {when(verdict.change, zone) if verdict.change else 'none is planned'}"
    if verdict.next and not verdict.due:
        yield f"due again at the latest: {when(verdict.next, zone)}"


def when(moment: datetime, zone: tzinfo | None = None) -> str:
    """A moment to the minute, with its zone: as long as nothing is lost, without the seconds."""
    local = moment.astimezone(zone) if zone else moment
    return f"{local:%a %Y-%m-%d %H:%M}{f':{local:%S}' if local.second else ''} {zone or 'UTC'}"


def document(verdict: Verdict, now: datetime) -> dict[str, Any]:
    """Version 1: `due`, `late`, `reasons` with `words`, and the moments `next`, `change`, `checked` and `now`."""
    from heraldry.due import WORDS

    return {
        "version": 1,
        "due": verdict.due,
        "late": verdict.late,
        "reasons": [{"reason": reason.value, "words": WORDS[reason]} for reason in verdict.reasons],
        "next": _iso(verdict.next),
        "change": _iso(verdict.change),
        "checked": _iso(verdict.checked),
        "now": _iso(now),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
