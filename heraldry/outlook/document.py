"""What comes, as JSON for scripts: version 1, instants in UTC, local times with their offset."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from heraldry.checks.finding import path
from heraldry.model import Post, Stage, Team
from heraldry.outlook.look import Outlook, Standing, is_out, landings, next_event, standings, title
from heraldry.pages.syndication import KINDS
from heraldry.plan import spoken
from heraldry.plan.agenda import Agenda, Event, First, Kept, first_public
from heraldry.plan.reasons import kept_words, written
from heraldry.plan.slots import Filling, Proposal

Json = dict[str, Any]


def plan_document(agenda: Agenda, look: Outlook) -> str:
    """The agenda.

    `events` in order, each with `at` (UTC), `what` (appears, ends, withdrawn, team opens, team paused), `posts` and
    `teams` with their `local` time; `first` says that from here on the post is public somewhere. `posts` has every post
    of the site: its `first` instant anywhere, null where it never was nor will be public. `drafts` wait for a date,
    `held` says what keeps posts off pages although they have one, `broken` are left out until they are mended.
    """
    return _text(
        {
            "now": instant(agenda.now),
            "from": instant(agenda.start),
            "until": instant(agenda.until),
            "timezone": agenda.zone.key,
            "events": [_event(event, agenda) for event in agenda.events],
            "later": agenda.later,
            "posts": [{**_post(post), "first": _first(agenda.firsts.get(post.slug))} for post in look.own],
            "drafts": [_post(post) for post in agenda.drafts],
            "held": [_kept(kept) for kept in agenda.kept],
            "broken": [_post(post) for post in look.broken],
        }
    )


def post_document(post: Post, look: Outlook) -> str:
    """One post: where it is, where it is not and why, when it was or is first public, and what happens to it next.

    `teams` has every team, with `public`, all `reasons` against it (`reason` is a word that stays the same, `words` are
    for people), what `matches`, and from when until when it is on the page.
    """
    broken = post in look.broken
    first, change = first_public(post, look.teams, look.now), next_event(post, look)
    return _text(
        {
            "now": instant(look.now),
            **_post(post),
            "publish": written(post.publish) if post.publish else None,
            "expires": written(post.expires) if post.expires else None,
            "broken": broken,
            "first": _first(first) if not broken else None,
            "next": _change(change) if change and not broken else None,
            "landing": [{"path": place, "public": is_out(post, look) and not broken} for place in landings(post)],
            "teams": [_standing(standing, broken) for standing in standings(post, look)],
        }
    )


def filling_document(filling: Filling, written_to: Iterable[str], refused: Sequence[tuple[Post, str]]) -> str:
    """Times for drafts: `publish` as the file says it, the instants, why; `written` where a file has been changed."""
    done = set(written_to)
    return _text(
        {
            "proposals": [{**_proposal(made), "written": made.post.slug in done} for made in filling.proposals],
            "unplaced": [{**_post(left.post), "why": left.why} for left in filling.unplaced],
            "refused": [{**_post(post), "why": why} for post, why in refused],
        }
    )


def instant(moment: datetime) -> str:
    """`2026-12-01T06:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(facts: Json) -> str:
    return json.dumps({"version": 1, **facts}, ensure_ascii=False, indent=2)


def _post(post: Post) -> Json:
    return {
        "post": post.slug,
        "title": title(post),
        "type": post.type.value,
        "path": path(post) or None,
        "source": post.source,
    }


def _event(event: Event, agenda: Agenda) -> Json:
    first = event.post and agenda.firsts.get(event.post.slug)
    return {
        "at": instant(event.moment),
        "what": event.what.value,
        "first": bool(first and first.moment == event.moment),
        "posts": [_post(post) for post in event.posts],
        "teams": [_seen(team, event) for team in event.teams],
    }


def _seen(team: Team, event: Event) -> Json:
    version = spoken(event.post, team) if event.post else None
    return {**_local(team, event.moment), "title": version.title if version else None}


def _local(team: Team, moment: datetime) -> Json:
    local = moment.astimezone(team.timezone).isoformat(timespec="seconds")
    return {"team": team.key, "name": team.name, "timezone": team.timezone.key, "local": local}


def _first(first: First | None) -> Json | None:
    if first is None:
        return None
    return {"at": instant(first.moment), "teams": [_local(team, first.moment) for team in first.teams]}


def _change(event: Event) -> Json:
    teams = [_local(team, event.moment) for team in event.teams]
    return {"at": instant(event.moment), "what": event.what.value, "teams": teams}


def _kept(kept: Kept) -> Json:
    words = kept_words(kept.held, kept.since, kept.teams)
    return {
        **_post(kept.post),
        "reason": kept.held.name.lower(),
        "words": words,
        "teams": [team.key for team in kept.teams],
    }


def _standing(standing: Standing, broken: bool) -> Json:
    team, span = standing.team, standing.span
    pilot = team.stage is Stage.PILOT
    reasons = [
        {"reason": r.held.name.lower(), "words": r.words, "moment": instant(r.moment) if r.moment else None}
        for r in standing.reasons
    ]
    return {
        "team": team.key,
        "name": team.name,
        "timezone": team.timezone.key,
        "public": not standing.reasons and not broken,
        "lang": standing.version.lang if standing.version else None,
        "title": standing.version.title if standing.version else None,
        "matches": list(standing.matches),
        "reasons": reasons,
        "begins": instant(span.begins) if span else None,
        "ends": instant(span.ends) if span and span.ends else None,
        "page": None if pilot else f"{team.key}/",
        "feeds": [] if pilot else [f"{team.key}/{name}" for name in KINDS],
    }


def _proposal(made: Proposal) -> Json:
    return {
        **_post(made.post),
        "publish": written(made.publish),
        "why": made.why,
        "teams": [{**_local(team, due), "at": instant(due)} for team, due in made.moments],
    }
