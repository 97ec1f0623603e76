"""What comes, for people: the plan as a table, one post with every reason, times for drafts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import click

from heraldry.checks.finding import path
from heraldry.cli.columns import UNBOUNDED, cut, filled, line, terminal, width, wrapped
from heraldry.model import Post, Stage, Team
from heraldry.outlook.look import Outlook, Standing, is_out, landings, next_event, standings, title
from heraldry.plan import Held, seen_by, withdrawn
from heraldry.plan.agenda import Agenda, Event, First, Kept, What, first_public, keeping
from heraldry.plan.local import WEEKDAYS, clock, day_words, local_words, place
from heraldry.plan.reasons import kept_words, listed, written
from heraldry.plan.slots import Filling, Proposal

COLORS = {What.APPEARS: "green", What.OPENS: "cyan", What.ENDS: "yellow", What.WITHDRAWN: "red", What.PAUSED: "red"}
"""The word itself always stands there too."""

GAP = "  "
TEAMS = 28
"""Columns that the teams of a row have at most, in a terminal."""
TITLE = 24
"""Columns that a title has at least in a table; where it would have fewer, there is a list."""

FIRST = "first: from that moment on the post is public, whoever it is for"
MEND = "left out until they are mended: heraldry check says how"


@dataclass(frozen=True, slots=True)
class _Row:
    """An event as cells, first those of its own line, then of each further zone in which it happens."""

    what: What
    cells: tuple[str, ...]
    more: tuple[tuple[str, ...], ...]
    about: str


def plan_page(agenda: Agenda, look: Outlook) -> Iterator[str]:
    """The agenda, day by day, then what waits, what is held and what is broken; as wide as the terminal."""
    columns = terminal()
    room = TEAMS if columns < UNBOUNDED else UNBOUNDED
    days = [(day, [_row(event, agenda, day, room) for event in events]) for day, events in agenda.days()]
    widths = _widths([row for _, rows in days for row in rows])
    wide = sum(widths) + len(GAP) * (len(widths) + 1) + TITLE <= columns
    for day, rows in days:
        yield click.style(day_words(day), bold=True)
        for row in rows:
            yield from _table(row, widths, columns) if wide else _list(row, columns)
        yield ""
    for note in _notes(agenda, look):
        yield from (click.style(part, dim=True) for part in _wrap(note, columns))
    yield from _section("drafts, without a date", [_draft(post, look) for post in agenda.drafts], columns)
    yield from _section("held", [_kept(kept) for kept in agenda.kept], columns)
    yield from _section(MEND, [f"{post.slug}: {title(post)}" for post in look.broken], columns)


def _row(event: Event, agenda: Agenda, day: date, room: int) -> _Row:
    first = event.post and agenda.firsts.get(event.post.slug)
    said = f"{event.what.value} first" if first and _is_first(event, first) else event.what.value
    lines = [
        (_time(event.moment, zone, day), place(event.moment, zone), _teams(teams, room))
        for zone, teams in event.zones.items()
    ]
    slug = event.post.slug if event.post else ""
    firsts = [(said, slug), *[("", "")] * (len(lines) - 1)]
    cells = [(time, where, what, teams, name) for (time, where, teams), (what, name) in zip(lines, firsts, strict=True)]
    return _Row(event.what, cells[0], tuple(cells[1:]), _about(event))


def _teams(teams: Sequence[Team], room: int) -> str:
    """Their names, or as many as there is room for and how many more there are; of the first at least a part."""
    names = [line(team.name) for team in teams]
    for many in range(len(names), 0, -1):
        rest = f" +{len(names) - many}" if many < len(names) else ""
        said = f"{', '.join(names[:many])}{rest}"
        if width(said) <= room or many == 1:
            return said if width(said) <= room else f"{cut(names[0], room - len(rest))}{rest}"
    return ""


def _is_first(event: Event, first: First) -> bool:
    return event.what is What.APPEARS and event.moment == first.moment


def _time(moment: datetime, zone: ZoneInfo, day: date) -> str:
    """The local time; with its weekday where that is not the day's above."""
    local = moment.astimezone(zone).date()
    other = "" if local == day else f"{WEEKDAYS[local.weekday()]} "
    return f"{other}{clock(moment, zone)}"


def _about(event: Event) -> str:
    if event.post:
        return line(title(event.post))
    return f"with {listed(post.slug for post in event.posts)}" if event.posts else ""


def _widths(rows: Sequence[_Row]) -> list[int]:
    every = [cells for row in rows for cells in (row.cells, *row.more)]
    return [max(map(width, column)) for column in zip(*every, strict=True)] if every else [0]


def _table(row: _Row, widths: Sequence[int], columns: int) -> Iterator[str]:
    time, where, what, teams, slug = (filled(cell, size) for cell, size in zip(row.cells, widths, strict=True))
    room = columns - sum(widths) - len(GAP) * (len(widths) + 1)
    styled = click.style(what, fg=COLORS[row.what])
    yield f"{GAP}{GAP.join((time, where, styled, teams, slug))}{GAP}{cut(row.about, room)}".rstrip()
    for cells in row.more:
        yield f"{GAP}{GAP.join(filled(cell, size) for cell, size in zip(cells, widths, strict=True))}".rstrip()


def _list(row: _Row, columns: int) -> Iterator[str]:
    time, where, what, teams, slug = row.cells
    head, styled = f"{GAP}{time} {where}", click.style(what, fg=COLORS[row.what])
    yield from (f"{head}  {styled}",) if width(head) + 2 + width(what) <= columns else (head, f"    {styled}")
    yield from _indented(f"{slug}: {row.about}" if slug else row.about, columns, 4)
    yield from _indented(teams, columns, 4)
    for time, where, _, teams, _ in row.more:
        yield f"{GAP}{time} {where}"
        yield from _indented(teams, columns, 4)


def _notes(agenda: Agenda, look: Outlook) -> Iterator[str]:
    """What is to be known to read the table."""
    zone = agenda.zone
    until = day_words(agenda.until.astimezone(zone).date())
    if not agenda.events:
        yield f"nothing appears or ends from {local_words(agenda.start, zone)} until {until}"
    else:
        yield FIRST
        yield f"days are those of {zone.key}; the plan ends before {until}"
    if agenda.later:
        yield f"of {_many(agenda.later, 'post')} something comes later: --days {_days(agenda) * 4} shows more"
    if look.shift:
        yield f"an example site: its dates are moved by {look.shift} days"


def _days(agenda: Agenda) -> int:
    """How many days of the calendar the agenda has."""
    return (agenda.until - agenda.start).days + 1


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _draft(post: Post, look: Outlook) -> str:
    seen = seen_by(look.teams, post)
    teams = [team.key for team in look.teams if team.key in seen]
    return f"{post.slug}: {title(post)} ({listed(teams) if teams else 'no team sees it'})"


def _kept(kept: Kept) -> str:
    teams = f" ({listed(team.key for team in kept.teams)})" if kept.teams else ""
    return f"{kept.post.slug}: {kept_words(kept.held, kept.since, kept.teams)}{teams}"


def _section(head: str, lines: Sequence[str], columns: int) -> Iterator[str]:
    if lines:
        yield ""
        yield from (click.style(part, bold=True) for part in _wrap(head, columns))
        for text in lines:
            yield from _indented(line(text), columns, 2)


def _indented(text: str, columns: int, by: int) -> Iterator[str]:
    for part in wrapped(text, max(20, columns - by - 2), "  ") if columns < UNBOUNDED else [text]:
        yield f"{' ' * by}{part}"


def _wrap(text: str, columns: int) -> list[str]:
    return wrapped(text, max(20, columns)) if columns < UNBOUNDED else [text]


# One post --------------------------------------------------------------------------------------------


def post_page(post: Post, look: Outlook) -> Iterator[str]:
    """One post: where it is, and everything that keeps it off the other pages."""
    columns, broken = terminal(), post in look.broken
    yield click.style(line(title(post)), bold=True)
    facts = [post.slug, post.type.value, path(post) or f"from {post.source}"]
    yield from _wrap(line(" · ".join(facts)), columns)
    if broken:
        yield from _wrap(
            f"{click.style('broken', fg='red')}: it is left out of the site; heraldry check says why", columns
        )
    yield from _wrap(_first_words(post, look, broken), columns)
    yield from _wrap(_next_words(post, look, broken), columns)
    yield ""
    for standing in standings(post, look):
        yield from _standing(standing, post, look, broken, columns)
    yield from _own_pages(post, look, broken, columns)


def _first_words(post: Post, look: Outlook, broken: bool) -> str:
    first = None if broken else first_public(post, look.teams, look.now)
    return f"first public anywhere: {first_words(first) if first else 'never, as its file stands'}"


def first_words(first: First) -> str:
    """`Tue 1 Dec 2026 09:00 Seoul +09:00, 00:00 UTC (Sales)`."""
    utc = first.moment.astimezone(UTC)
    local = local_words(first.moment, first.teams[0].timezone)
    return f"{local}, {utc:%Y-%m-%dT%H:%MZ} ({line(listed(team.name for team in first.teams))})"


def _next_words(post: Post, look: Outlook, broken: bool) -> str:
    change = None if broken else next_event(post, look)
    if change is None:
        return "next: nothing changes by itself"
    teams = line(listed(team.name for team in change.teams))
    return f"next: {change.what.value} {local_words(change.moment, change.teams[0].timezone)} ({teams})"


def _standing(standing: Standing, post: Post, look: Outlook, broken: bool, columns: int) -> Iterator[str]:
    team = standing.team
    public = not standing.reasons and not broken
    name = click.style(line(team.key), bold=True)
    state = click.style("public" if public else "not public", fg="green" if public else "yellow")
    yield f"{name}  {line(team.name)}: {state}{_period(standing) if public else ''}"
    if broken:  # What could not be read is missing here: its time, its type. Reasons and matches would tell lies.
        yield from _indented("the post is broken", columns, 2)
        return
    for reason in standing.reasons:
        yield from _indented(line(reason.words), columns, 2)
    for why in standing.matches:
        yield from _indented(f"for this team: {why}", columns, 2)
    if standing.matches and standing.span and not public:
        yield from _indented(_coming(standing, look.now), columns, 2)
    for never in _never(standing, post, look.now):
        yield from _indented(line(never), columns, 2)
    if standing.matches:
        yield from _indented(_pages(team, public), columns, 2)


def _period(standing: Standing) -> str:
    span, zone = standing.span, standing.team.timezone
    assert span is not None, "what is public has begun"
    until = f", until {local_words(span.ends, zone)}" if span.ends else ""
    lang = f", in {standing.version.lang}" if standing.version else ""
    return f"{lang}, since {local_words(span.begins, zone)}{until}"


def _coming(standing: Standing, now: datetime) -> str:
    """When it is or was on the page after all."""
    span, zone = standing.span, standing.team.timezone
    assert span is not None
    is_past = span.ends is not None and span.ends <= now
    until = f", until {local_words(span.ends, zone)}" if span.ends else ""
    return f"{'it was there' if is_past else 'it will be there'} from {local_words(span.begins, zone)}{until}"


def _never(standing: Standing, post: Post, now: datetime) -> Iterator[str]:
    """What lies ahead and will have taken the post back, or paused the team, before its hour."""
    if standing.span is None and standing.matches and any(reason.held is Held.EARLY for reason in standing.reasons):
        said = {reason.held for reason in standing.reasons}
        for kept in keeping(post, (standing.team,), now):
            if kept.held not in said:
                yield f"it will not be there even then: {kept_words(kept.held, kept.since, kept.teams)}"


def _pages(team: Team, public: bool) -> str:
    if team.stage is Stage.PILOT:
        return "its page and feeds are unlisted: their address is that of the pilot"
    feeds = "in its feeds rss.xml, atom.xml, feed.json"
    return f"on {team.key}/ and {feeds}" if public else f"not on {team.key}/, nor {feeds}"


def _own_pages(post: Post, look: Outlook, broken: bool, columns: int) -> Iterator[str]:
    places = list(landings(post))
    if not places:
        yield from _wrap("it has no page of its own: cards lead to its address", columns)
    out = is_out(post, look) and not broken
    gone = out and withdrawn(post, look.now)
    said = "a tombstone" if gone else "there, and stays after its promotion" if out else "not there yet"
    for place_ in places:
        yield from _wrap(f"its own page {place_}: {said}", columns)


# Times for drafts ------------------------------------------------------------------------------------


def fill_page(filling: Filling, look: Outlook) -> Iterator[str]:
    """The proposals in order of time, each with what it rests on, and the drafts for which there is no time."""
    columns = terminal()
    for made in sorted(filling.proposals, key=lambda made: (made.publish.day, made.publish.at, made.post.slug)):
        yield from _proposal(made, columns)
    lines = [f"{unplaced.post.slug}: {unplaced.why}" for unplaced in filling.unplaced]
    yield from _section("no time was found", lines, columns)
    if not filling.proposals and not lines:
        yield "there are no drafts without a date"


def _proposal(made: Proposal, columns: int) -> Iterator[str]:
    day = WEEKDAYS[made.publish.day.weekday()]
    when = click.style(f"{day} {written(made.publish)}", fg="green")
    yield f"{when}  {cut(line(f'{made.post.slug}  {title(made.post)}'), max(20, columns - 24))}"
    team, first = min(made.moments, key=lambda pair: pair[1])
    teams = listed(line(team.name) for team, _ in made.moments)
    yield from _indented(teams, columns, 4)
    yield from _indented(f"first public anywhere: {first_words(First(first, (team,)))}", columns, 4)
    yield from _indented(made.why, columns, 4)
