"""The plan as the local preview shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from heraldry.colors import on
from heraldry.model import Post, Team
from heraldry.outlook.document import instant
from heraldry.outlook.look import Outlook, is_out, landings, title
from heraldry.pages.places import Places
from heraldry.plan import opened, seen_by
from heraldry.plan.agenda import Event, First, Kept, What, drafts, events, first_public, keeping
from heraldry.plan.local import clock, day_words, local_words, place
from heraldry.plan.reasons import kept_words, listed
from heraldry.plan.slots import free_slots
from heraldry.preview.calendar import Calendar, Crest, Gap, Happening, Waiting

AHEAD = timedelta(days=183)
"""So far ahead free slots are shown."""


def calendar(look: Outlook, secret: str = "") -> Calendar:
    """Everything that ever happens, what waits, and the free slots of the next half year.

    Addresses begin at the root of the preview's server; `secret` is what pilots' paths are made from.
    """
    zone, teams = look.programme.timezone, look.teams
    today = look.now.astimezone(zone).date()
    firsts = {post.slug: first for post in look.own if (first := first_public(post, teams, look.now))}
    free = free_slots((*look.own, *look.broken, *look.imported), teams, look.now, today, AHEAD.days)
    keys = {post.slug: _keys(teams, post) for post in (*look.own, *look.broken)}
    return Calendar(
        today=today,
        as_of=local_words(look.now, zone),
        crests=tuple(_crest(team, look, Places("/", secret)) for team in teams),
        happenings=tuple(h for event in events(look.own, teams) for h in _happenings(event, look, firsts, secret)),
        gaps=tuple(
            Gap(slot.publish.day, f"{slot.publish.at:%H:%M}", tuple(team.key for team in slot.teams)) for slot in free
        ),
        drafts=tuple(
            _waiting(post, "" if keys[post.slug] else "no team sees it", keys) for post in drafts(look.own, look.now)
        ),
        held=tuple(_held(kept) for post in look.own for kept in keeping(post, teams, look.now)),
        broken=tuple(_waiting(post, "", keys) for post in look.broken),
    )


def _keys(teams: Sequence[Team], post: Post) -> tuple[str, ...]:
    seen = seen_by(teams, post)
    return tuple(team.key for team in teams if team.key in seen)


def _crest(team: Team, look: Outlook, places: Places) -> Crest:
    href = f"/{places.team(team)}" if opened(team, look.now) else ""
    return Crest(team.key, team.name, team.brand.color, on(team.brand.color), href)


def _happenings(event: Event, look: Outlook, firsts: dict[str, First], secret: str) -> Iterator[Happening]:
    """The event once for each zone in which it happens, on its day in the programme's."""
    post = event.post
    first = firsts.get(post.slug) if post else None
    with_it = listed(one.slug for one in event.posts)
    for zone, teams in event.zones.items():
        day, local = event.moment.astimezone(look.programme.timezone).date(), event.moment.astimezone(zone)
        yield Happening(
            day=day,
            moment=instant(event.moment),
            time=clock(event.moment, zone),
            place=place(event.moment, zone) + ("" if local.date() == day else f", {day_words(local.date())}"),
            what=event.what.value,
            teams=tuple(team.key for team in teams),
            slug=post.slug if post else "",
            title=title(post) if post else f"with {with_it}" if with_it else "",
            first=bool(first and first.moment == event.moment and event.what is What.APPEARS),
            href=_href(post, look, secret) if post else "",
        )


def _href(post: Post, look: Outlook, secret: str) -> str:
    """Where the post can be seen in the site as it was built: its own page, else a team's; "" where it cannot."""
    if not is_out(post, look):
        return ""
    own = next(landings(post), None)
    if own:
        return f"/{own}"
    seen = seen_by(look.teams, post)
    team = next((team for team in look.teams if team.key in seen and opened(team, look.now)), None)
    return f"/{Places('/', secret).team(team)}" if team else ""


def _waiting(post: Post, words: str, keys: dict[str, tuple[str, ...]]) -> Waiting:
    return Waiting(post.slug, title(post), words, keys[post.slug])


def _held(kept: Kept) -> Waiting:
    words = kept_words(kept.held, kept.since, kept.teams)
    return Waiting(kept.post.slug, title(kept.post), words, tuple(team.key for team in kept.teams))
