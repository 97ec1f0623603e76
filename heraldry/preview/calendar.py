"""The preview's own page about the plan: a month and its agenda. Titles may be anybody's: all of it is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, urlencode

PLAN_STYLE = "plan.css"

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
CHIPS = 4
"""Entries that a day of the month shows; the agenda below has all."""

GAPS = 6
"""Free slots that are listed at once."""

FIRST_MONTH, LAST_MONTH = (1970, 1), (2998, 12)


@dataclass(frozen=True, slots=True)
class Crest:
    """A team as the page shows it: `color` and `ink` on it as `#rrggbb`, `href` the way to its page, "" for none."""

    key: str
    name: str
    color: str
    ink: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """What happens on a `day` at a local time: `moment` is ISO 8601 in UTC, `time` and `place` what people say.

    `what` is one of appears, ends, withdrawn, team opens, team paused. `first`: from here on the post is public.
    `teams` are keys of crests; `href` leads to the post's page where it is public.
    """

    day: date
    moment: str
    time: str
    place: str
    what: str
    teams: tuple[str, ...]
    slug: str = ""
    title: str = ""
    first: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A weekly slot that is still free for these teams, at their own local time."""

    day: date
    time: str
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A post without a place in the calendar, and why; `teams` are those whom it concerns."""

    slug: str
    title: str
    words: str
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Everything the page shows. `today` and the days are those of the programme's zone."""

    today: date
    as_of: str
    crests: tuple[Crest, ...] = ()
    happenings: tuple[Happening, ...] = ()
    gaps: tuple[Gap, ...] = ()
    drafts: tuple[Waiting, ...] = ()
    held: tuple[Waiting, ...] = ()
    broken: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True)
class _View:
    """What was asked for: a month, and all teams (``team`` "") or one."""

    calendar: Calendar
    year: int
    month: int
    team: str

    def shows(self, teams: Sequence[str]) -> bool:
        return not self.team or self.team in teams

    def inside(self, day: date) -> bool:
        return (day.year, day.month) == (self.year, self.month)

    def crests(self, keys: Sequence[str]) -> list[Crest]:
        return [crest for crest in self.calendar.crests if crest.key in keys]

    def way(self, year: int, month: int, team: str | None = None) -> str:
        """The address of this page for a month and a team."""
        chosen = self.team if team is None else team
        query = {"month": f"{year:04}-{month:02}"} | ({"team": chosen} if chosen else {})
        return f"?{escape(urlencode(query))}"


@dataclass(frozen=True, slots=True)
class _Entry:
    """The same thing happening to the same post on the same day, at one moment or several."""

    name: str
    moments: tuple[Happening, ...]

    @property
    def one(self) -> Happening:
        return self.moments[0]


# The page --------------------------------------------------------------------------------------------


def plan_page(calendar: Calendar | None, query: str, own: str) -> bytes:
    """The page, in UTF-8: the month that `query` names (`month=2026-12`, `team=sales`), else today's.

    `own` is the address below which the preview's own pages are. None: the site cannot be read.
    """
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<meta name="robots" content="noindex"><title>Plan</title>'
        f'<link rel="stylesheet" href="{own}{PLAN_STYLE}">'
    )
    ways = (
        f'<nav class=ways aria-label="Preview"><a href="/">Back to the site</a><a href="{own}sources">Sources</a></nav>'
    )
    main = _main(_view(calendar, query)) if calendar else "<p>The site cannot be read: the terminal says why.</p>"
    body = f"<body><header>{ways}<h1>Plan</h1></header><main>{main}</main></body>"
    return f'<!doctype html><html lang="en"><head>{head}</head>{body}</html>'.encode("utf-8", "replace")


def plan_style(calendar: Calendar | None) -> bytes:
    """The stylesheet, with the teams' colours: the page's policy lets nothing else bring styles."""
    crests = calendar.crests if calendar else ()
    colors = "".join(
        f".t-{number} {{ --team: {crest.color}; --on: {crest.ink}; }}\n" for number, crest in enumerate(crests)
    )
    return Path(__file__).with_name(PLAN_STYLE).read_bytes() + colors.encode()


def _view(calendar: Calendar, query: str) -> _View:
    """What is asked for; today's month for anything that names none."""
    asked = parse_qs(query)
    team = asked.get("team", [""])[0]
    known = {crest.key for crest in calendar.crests}
    year, _, month = asked.get("month", [""])[0].partition("-")
    chosen = calendar.today.year, calendar.today.month
    if len(year) == 4 and len(month) == 2 and (year + month).isascii() and (year + month).isdigit():
        there = int(year), int(month)
        chosen = there if 1 <= there[1] <= 12 and FIRST_MONTH <= there <= LAST_MONTH else chosen
    return _View(calendar, *chosen, team if team in known else "")


def _main(view: _View) -> str:
    days = _entries(view)
    gaps = [gap for gap in view.calendar.gaps if view.inside(gap.day) and view.shows(gap.teams)]
    top = f"<p class=asof>As of {escape(view.calendar.as_of)}. This page is not part of the published site.</p>"
    return (
        f"{top}{_months(view)}{_teams(view)}{_month(view, days, gaps)}"
        f"<div class=columns>{_agenda(view, days)}{_aside(view, gaps)}</div>"
    )


def _entries(view: _View) -> dict[date, list[_Entry]]:
    """The month's entries by day, each with its address on the page."""
    found: dict[tuple[date, str, str], list[Happening]] = {}
    for happening in view.calendar.happenings:
        if view.inside(happening.day) and view.shows(happening.teams):
            about = happening.slug or happening.moment
            found.setdefault((happening.day, happening.what, about), []).append(happening)
    days: dict[date, list[_Entry]] = {}
    for number, ((day, _, _), moments) in enumerate(found.items(), 1):
        days.setdefault(day, []).append(_Entry(f"e-{number}", tuple(moments)))
    return days


def _months(view: _View) -> str:
    before, after = _beside(view, -1), _beside(view, 1)
    today = view.calendar.today
    now = "" if (view.year, view.month) == (today.year, today.month) else view.way(today.year, today.month)
    back = f'<a class=today href="{now}">Today</a>' if now else ""
    return (
        '<nav class=months aria-label="Months">'
        f'<a rel=prev href="{view.way(*before)}"><span aria-hidden=true>←</span> {MONTHS[before[1] - 1]}</a>'
        f"<h2>{MONTHS[view.month - 1]} {view.year}</h2>"
        f'<a rel=next href="{view.way(*after)}">{MONTHS[after[1] - 1]} <span aria-hidden=true>→</span></a>{back}</nav>'
    )


def _beside(view: _View, step: int) -> tuple[int, int]:
    year, month = divmod(view.year * 12 + view.month - 1 + step, 12)
    return year, month + 1


def _teams(view: _View) -> str:
    """The teams as filters, and a way to the page of the chosen one."""
    pills = [_pill(view, "", "All teams", "all")]
    pills += [_pill(view, c.key, c.name, f"t-{n}") for n, c in enumerate(view.calendar.crests)]
    chosen = next((c for c in view.calendar.crests if c.key == view.team), None)
    page = (
        f'<a class=page href="{escape(chosen.href)}">Page of {_said(chosen.name)}</a>' if chosen and chosen.href else ""
    )
    return f'<nav class=teams aria-label="Teams"><ul>{"".join(pills)}</ul>{page}</nav>'


def _pill(view: _View, key: str, name: str, kind: str) -> str:
    current = " aria-current=true" if key == view.team else ""
    return f'<li><a class="crest {kind}" href="{view.way(view.year, view.month, key)}"{current}>{_said(name)}</a></li>'


def _said(text: str) -> str:
    return f"<bdi>{escape(text)}</bdi>"


# The month -------------------------------------------------------------------------------------------


def _month(view: _View, days: Mapping[date, list[_Entry]], gaps: Sequence[Gap]) -> str:
    heads = "".join(f"<th scope=col><abbr title={name} aria-label={name}>{name[:3]}</abbr></th>" for name in WEEKDAYS)
    weeks = "".join(f"<tr>{''.join(_cell(view, day, days, gaps) for day in week)}</tr>" for week in _weeks(view))
    caption = f"<caption>{MONTHS[view.month - 1]} {view.year}: what happens on which day</caption>"
    return f"<table class=month>{caption}<thead><tr>{heads}</tr></thead><tbody>{weeks}</tbody></table>"


def _weeks(view: _View) -> Iterator[list[date]]:
    first = date(view.year, view.month, 1)
    day = first - timedelta(days=first.weekday())
    while day <= first or view.inside(day):
        yield [day + timedelta(days=number) for number in range(7)]
        day += timedelta(days=7)


def _cell(view: _View, day: date, days: Mapping[date, list[_Entry]], gaps: Sequence[Gap]) -> str:
    if not view.inside(day):
        return "<td class=other></td>"
    entries, free = days.get(day, []), [gap for gap in gaps if gap.day == day]
    number = f"<time datetime={day}>{day.day}</time>"
    if entries:
        count = f"<span class=count>{len(entries)}<span class=unseen> entries</span></span>"
        number = f'<a class=number href="#d-{day}">{number}{count}</a>'
    else:
        number = f"<span class=number>{number}</span>"
    chips = "".join(_chip(view, entry) for entry in entries[:CHIPS])
    more = len(entries) - CHIPS
    chips += f'<li><a class=more href="#d-{day}">{more} more</a></li>' if more > 0 else ""
    chips += "".join(f"<li class=free>{gap.time} free</li>" for gap in free[:2]) if not entries[CHIPS - 2 :] else ""
    current = " aria-current=date" if day == view.calendar.today else ""
    past = " class=past" if day < view.calendar.today else ""
    return f"<td{past}{current}>{number}{f'<ul>{chips}</ul>' if chips else ''}</td>"


def _chip(view: _View, entry: _Entry) -> str:
    one = entry.one
    keys = [key for happening in entry.moments for key in happening.teams]
    dots = "".join(f"<i class=t-{n}></i>" for n, crest in enumerate(view.calendar.crests) if crest.key in keys)
    words = _said(one.title or _names(view, one.teams))
    sign = "" if one.what == "appears" else f"<b>{escape(one.what)}</b> "
    return (
        f'<li><a class="chip {_kind(one)}" href="#{entry.name}"><span class=line>{one.time} {sign}{words}</span>'
        f"<span class=dots aria-hidden=true>{dots}</span></a></li>"
    )


def _names(view: _View, keys: Sequence[str]) -> str:
    return ", ".join(crest.name for crest in view.crests(keys))


def _kind(happening: Happening) -> str:
    return happening.what.rpartition(" ")[2]


# The agenda ------------------------------------------------------------------------------------------


def _agenda(view: _View, days: Mapping[date, list[_Entry]]) -> str:
    today = view.calendar.today
    past = "".join(_day(view, day, days[day]) for day in sorted(days) if day < today)
    coming = "".join(_day(view, day, days[day]) for day in sorted(days) if day >= today)
    if past and view.inside(today):
        many = sum(day < today for day in days)
        past = f"<details><summary>Earlier this month: {_many(many, 'day')}</summary>{past}</details>"
    more = " more" if past else ""
    nothing = (
        "" if coming or (past and not view.inside(today)) else f"<p class=nothing>Nothing{more} in this month.</p>"
    )
    return f"<section class=agenda aria-label=Agenda>{past}{coming}{nothing}</section>"


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _day(view: _View, day: date, entries: Sequence[_Entry]) -> str:
    listed = "".join(_entry(view, entry) for entry in entries)
    today = " <span class=now>today</span>" if day == view.calendar.today else ""
    head = f"<h3><time datetime={day}>{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}</time>{today}</h3>"
    return f'<section class=day id="d-{day}">{head}<ol>{listed}</ol></section>'


def _entry(view: _View, entry: _Entry) -> str:
    one = entry.one
    title = _said(one.title) if one.slug else _said(_names(view, one.teams))
    linked = f'<a href="{escape(one.href)}">{title}</a>' if one.href else title
    name = f" <code>{escape(one.slug)}</code>" if one.slug else ""
    note = f"<p class=note>{_said(one.title)}</p>" if one.title and not one.slug else ""
    times = "".join(_moment(view, happening) for happening in entry.moments)
    sort = _kind(one)
    return (
        f'<li id={entry.name} class="entry {sort}" tabindex=-1><p class=title>{linked}{name}</p>'
        f"<p class=what>{escape(one.what)}</p>{note}<ul class=times>{times}</ul></li>"
    )


def _moment(view: _View, happening: Happening) -> str:
    first = "<span class=first>first public anywhere</span>" if happening.first else ""
    return (
        f"<li><time datetime={escape(happening.moment)}>{escape(happening.time)}</time> "
        f"<span class=place>{escape(happening.place)}</span> {_crests(view, happening.teams)} {first}</li>"
    )


def _crests(view: _View, keys: Sequence[str]) -> str:
    pills = (
        f'<span class="crest t-{number}">{_said(crest.name)}</span>'
        for number, crest in enumerate(view.calendar.crests)
        if crest.key in keys
    )
    return f"<span class=crests>{' '.join(pills)}</span>"


# What has no place in it -----------------------------------------------------------------------------


def _aside(view: _View, gaps: Sequence[Gap]) -> str:
    calendar = view.calendar
    fill = "<p class=hint><code>heraldry plan --fill</code> proposes times for them.</p>"
    mend = "<p class=hint><code>heraldry check</code> says how to mend them.</p>"
    drafts = [one for one in calendar.drafts if not view.team or view.team in one.teams]
    held = [one for one in calendar.held if not one.teams or view.shows(one.teams)]
    parts = (
        _list(view, "Drafts without a date", drafts, fill if drafts else "<p class=hint>None.</p>"),
        _list(view, "Held", held, "") if held else "",
        _list(view, "Broken, left out", calendar.broken, mend) if calendar.broken else "",
        _free(view, gaps) if gaps else "",
    )
    return f"<aside aria-label=Waiting>{''.join(parts)}</aside>"


def _free(view: _View, gaps: Sequence[Gap]) -> str:
    """The month's free slots, the first few at once."""
    items = [_gap(view, gap) for gap in gaps]
    few, rest = items[:GAPS], items[GAPS:]
    more = f"<details><summary>{len(rest)} more</summary><ul>{''.join(rest)}</ul></details>" if rest else ""
    return f"<section><h3>Free slots</h3><ul>{''.join(few)}</ul>{more}</section>"


def _gap(view: _View, gap: Gap) -> str:
    words = f"{WEEKDAYS[gap.day.weekday()][:3]} {gap.day.day} {MONTHS[gap.day.month - 1][:3]}"
    day = f"<time datetime={gap.day}>{words}</time>"
    every = len(gap.teams) == len(view.calendar.crests)
    teams = "<span class=all>all teams</span>" if every else _crests(view, gap.teams)
    return f'<li class=slot id="s-{gap.day}-{gap.time.replace(":", "")}"><p>{day} <b>{gap.time}</b></p>{teams}</li>'


def _list(view: _View, head: str, waiting: Sequence[Waiting], hint: str) -> str:
    items = "".join(
        f"<li><p class=title>{_said(one.title)} <code>{escape(one.slug)}</code></p>"
        f"{f'<p class=why>{escape(one.words)}</p>' if one.words else ''}{_crests(view, one.teams)}</li>"
        for one in waiting
    )
    return f"<section><h3>{head}</h3>{f'<ul>{items}</ul>' if items else ''}{hint}</section>"
