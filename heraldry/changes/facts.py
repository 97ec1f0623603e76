"""The difference as JSON, version 1: everything that the summary tells, and nothing left out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from heraldry.changes.difference import Difference, Told
from heraldry.changes.pages import Pages
from heraldry.changes.policies import Policy, Stand
from heraldry.changes.posts import Change, Fate, first
from heraldry.changes.schedule import Event, Row
from heraldry.changes.wordings import Wording
from heraldry.problems import Problem


def document(found: Difference) -> str:
    """All of it; texts are as they were written, moments in UTC."""
    fates = [change.fate for change in found.changes]
    listed: dict[str, Any] = {
        "version": 1,
        "base": found.base,
        "head": found.head,
        "now": _moment(found.now),
        "possible": found.possible,
        "whole": found.whole,
        "counts": {fate.value: fates.count(fate) for fate in Fate},
        "posts": [*map(_told, found.told), *map(_change, found.untold)],
        "teams": list(found.settings.teams),
        "sources": list(found.settings.sources),
        "reach": [{"team": r.team, "more": r.more, "fewer": r.fewer} for r in found.settings.reach],
        "problems": {"new": [*map(_problem, found.new_problems)], "mended": [*map(_problem, found.mended)]},
        "policy": [*map(_policy, found.policies)],
        "handbook": {kind: list(paths) for kind, paths in found.handbook.items()},
        "theme": {kind: list(paths) for kind, paths in found.theme.items()},
        "pages": _pages(found.pages),
        "next": [*map(_event, found.events)],
    }
    return json.dumps(listed, ensure_ascii=False, indent=2) + "\n"


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def _change(change: Change) -> dict[str, Any]:
    was = change.before.slug if change.before and change.before.slug != change.post.slug else None
    return {
        "slug": change.post.slug,
        "was": was,
        "change": change.fate.value,
        "title": change.title,
        "path": first(change.post).path,
        "fields": [{"field": field.name, "before": field.before, "after": field.after} for field in change.fields],
    }


def _told(told: Told) -> dict[str, Any]:
    return {
        **_change(told.change),
        "broken": told.broken,
        "earliest": _moment(told.earliest[0]) if told.earliest else None,
        "teams": [*map(_row, told.rows)],
        "before": [*map(_row, told.was)],
        "unseen": list(told.unseen),
        "captions": [*map(_wording, told.wordings)],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "teams": [team.key for team in row.teams],
        "timezone": row.zone.key,
        "live": _moment(row.live),
        "ends": _moment(row.ends),
        "held": row.reason.value if row.reason else None,
        "already": row.already,
    }


def _wording(one: Wording) -> dict[str, Any]:
    lengths = [
        {
            "network": length.network,
            "length": length.length,
            "maximum": length.maximum,
            "unit": length.unit,
            "excess": length.excess,
        }
        for length in one.lengths
    ]
    return {"lang": one.lang, "disclosure": one.disclosure, "words": one.words, "lengths": lengths}


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "path": problem.at.path,
        "line": problem.at.line,
        "column": problem.at.column,
        "level": problem.level.value,
        "message": problem.message,
        "hint": problem.hint,
    }


def _policy(one: Policy) -> dict[str, Any]:
    pieces = [{"kind": piece.kind.value, "text": piece.text} for piece in one.text]
    return {"path": one.path, "before": _stand(one.before), "after": _stand(one.after), "text": pieces}


def _stand(stand: Stand | None) -> dict[str, str] | None:
    return {"version": stand.version, "effective": stand.effective} if stand else None


def _pages(found: Pages | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "exact": found.exact,
        "known": found.known,
        "teams": {name: list(what) for name, what in found.teams.items()},
        "posts": {how.value: list(slugs) for how, slugs in found.stories.items()},
        "others": list(found.others),
        "files": list(found.files),
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "at": _moment(event.at),
        "what": event.what,
        "title": event.title,
        "teams": list(event.teams),
        "timezone": event.zone.key,
    }
