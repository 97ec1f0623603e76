"""What comes, as a calendar: RFC 5545, instants in UTC, so that no rule about clocks can move them."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from heraldry.model import Programme
from heraldry.outlook.look import title
from heraldry.plan.agenda import Agenda, Event, What
from heraldry.plan.local import local_words
from heraldry.plan.reasons import listed

if TYPE_CHECKING:
    import icalendar

LENGTH = timedelta(minutes=15)
"""Of an event, so that calendars draw something; what it tells of is a moment."""


def calendar(agenda: Agenda, programme: Programme) -> bytes:
    """The agenda's events, each a VEVENT for what happens to a post at an instant, or to teams.

    A UID stays while the same thing happens to the same post for the same teams: a post that is moved moves in
    calendars that follow the file, and does not appear twice.
    """
    import icalendar

    made = icalendar.Calendar()
    made.add("prodid", "-//Heraldry//heraldry plan//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", _name(programme))
    made.add("x-wr-calname", _name(programme))
    host = urlsplit(programme.url).hostname or "heraldry.invalid"
    for event in agenda.events:
        made.add_component(_component(event, agenda, host))
    return bytes(made.to_ical())


def _name(programme: Programme) -> str:
    return f"{programme.name}: plan"


def _component(event: Event, agenda: Agenda, host: str) -> icalendar.Event:
    import icalendar

    made = icalendar.Event()
    made.add("uid", f"{_identity(event)}@{host}")
    made.add("dtstamp", agenda.now)
    made.add("dtstart", event.moment)
    made.add("dtend", event.moment + LENGTH)
    made.add("summary", plain(_summary(event)))
    made.add("description", plain(_description(event, agenda)))
    made.add("categories", [event.what.value])
    made.add("transp", "TRANSPARENT")
    return made


def _identity(event: Event) -> str:
    """What stays the same when the moment changes. No two events at a time share it: a team is in one of them only."""
    about = f"{event.post.slug if event.post else ''}\n{event.what.value}\n{event.teams[0].key}"
    return hashlib.sha256(about.encode()).hexdigest()[:32]


def _summary(event: Event) -> str:
    teams = listed(team.name for team in event.teams)
    return f"{title(event.post)}: {event.what.value} ({teams})" if event.post else f"{teams}: {event.what.value}"


def _description(event: Event, agenda: Agenda) -> str:
    first = event.post and agenda.firsts.get(event.post.slug)
    lines = [
        f"{local_words(event.moment, zone)}: {listed(t.name for t in teams)}" for zone, teams in event.zones.items()
    ]
    if event.post:
        lines.append(f"Post: {event.post.slug}")
    elif event.posts:
        verb = "Comes with it" if event.what is What.OPENS else "Goes with it"
        lines.append(f"{verb}: {listed(post.slug for post in event.posts)}")
    if first and first.moment == event.moment:
        lines.append("From this moment on it is public.")
    return "\n".join(lines)


def plain(text: str) -> str:
    """Text without the control characters that a calendar file may not hold."""
    return "".join(c for c in text if c == "\n" or (c >= " " and c != "\x7f"))
