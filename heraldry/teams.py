"""teams.yaml: the programme and its teams, with everything inherited resolved."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from heraldry.fields import Langs
from heraldry.filling import filled
from heraldry.forms import BrandForm, MixForm, ProgrammeForm, SeesForm, TeamForm, TeamsForm, UtmForm
from heraldry.model import (
    Audience,
    Brand,
    Helper,
    PostType,
    Programme,
    Stage,
    Team,
    Utm,
)
from heraldry.problems import Problem, Read, did_you_mean, errors
from heraldry.yamldoc import Doc, Keys, decoded, parsed

PATH = "teams.yaml"
MEDIA = "content"
SHORTEST = timedelta(hours=2)
"""Of `stale_after`: a schedule runs every half hour, late at times, and publishes a heartbeat three times within it."""
"""Paths in teams.yaml are relative to this folder."""

RESERVED = ("handbook", "posts", "assets", "schemas", "index", "404", "robots", "sitemap", "heraldry")
"""Names that the site uses itself, so that no team can have them."""

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Organisation:
    """What teams.yaml says: the programme, and the teams in the order they were written."""

    programme: Programme
    teams: tuple[Team, ...]


def read_teams(body: bytes) -> Read[Organisation | None]:
    """The programme and its teams.

    When something in the file is wrong, a stand-in with the same languages and team names, so that the other
    files can be checked in the same run; None when not even these are known. Neither must be published.
    """
    text = decoded(body, PATH)
    if text.value is None:
        return Read(None, text.problems)
    doc = parsed(text.value, PATH)
    if doc.value is None:
        return Read(None, doc.problems)
    form = filled(TeamsForm, doc.value)
    problems = (*doc.problems, *form.problems)
    if form.value is not None:
        problems = (*problems, *_checked(form.value, doc.value))
    if form.value is None or errors(problems):
        return Read(_stand_in(doc.value), problems)
    return Read(_organisation(form.value), problems)


def _stand_in(doc: Doc) -> Organisation | None:
    """An organisation of which nothing is known but languages and teams, who see all and share nowhere."""
    tree = doc.value if isinstance(doc.value, dict) else {}
    try:
        languages = TypeAdapter(Langs).validate_python((tree.get("programme") or {}).get("languages"))
    except (ValidationError, AttributeError):
        return None
    teams = tree.get("teams")
    if not languages or not teams or not isinstance(teams, dict):
        return None
    sees = {"types": list(PostType)}
    form = TeamsForm.model_validate(
        {
            "programme": {**_NOTHING, "languages": languages},
            "teams": {"x": {"name": "?", "sees": sees}},
        }
    )
    programme = _programme(form.programme)
    nobody = replace(_team("x", form.teams, programme), networks=())
    return Organisation(programme, tuple(replace(nobody, key=key) for key in teams))


_NOTHING = {
    "name": "?",
    "organisation": "?",
    "url": "https://example.invalid/",
    "timezone": "UTC",
    "networks": ["copy"],
    "disclosure": {"en": "\ufffd"},  # a line that no caption holds
}


def _checked(form: TeamsForm, doc: Doc) -> Iterator[Problem]:
    yield from _names(form, doc)
    yield from _families(form, doc)
    yield from _languages(form, doc)
    yield from _sizes(form, doc)
    if not form.teams:
        yield Problem(doc.at(("teams",)), "there are no teams", "add at least one below 'teams:'")


def _names(form: TeamsForm, doc: Doc) -> Iterator[Problem]:
    for key in form.teams:
        if key in RESERVED:
            hint = "choose another name: the site uses this one itself"
            yield Problem(doc.at(("teams", key), key=True), f"a team cannot be called '{key}'", hint)


def _families(form: TeamsForm, doc: Doc) -> Iterator[Problem]:
    for key, team in form.teams.items():
        for index, parent in enumerate(team.extends):
            at: Keys = ("teams", key, "extends", index)
            if parent not in form.teams:
                yield Problem(_item(doc, at), f"unknown team '{parent}'", did_you_mean(parent, list(form.teams)))
            elif key in _ancestors(form.teams, parent):
                yield Problem(_item(doc, at), f"team '{key}' inherits from itself", f"remove '{parent}'")


def _item(doc: Doc, keys: Keys) -> Any:
    """The place of a list's item, or of the value when it was written without the list."""
    return doc.at(keys) if isinstance(_under(doc.value, keys[:-1]), list) else doc.at(keys[:-1])


def _under(tree: Any, keys: Keys) -> Any:
    for key in keys:
        tree = tree[key]
    return tree


def _ancestors(teams: Mapping[str, TeamForm], key: str) -> dict[str, TeamForm]:
    """The team and those it extends, nearest first; of several parents the last one and its own come first."""
    found: dict[str, TeamForm] = {}
    waiting = [key]
    while waiting:
        name = waiting.pop()
        if name in teams and name not in found:
            found[name] = teams[name]
            waiting += teams[name].extends
    return found


def _languages(form: TeamsForm, doc: Doc) -> Iterator[Problem]:
    programme = form.programme
    for lang in programme.languages:
        if lang not in doc.value["programme"]["disclosure"]:
            at = doc.at(("programme", "disclosure"), key=True)
            hint = f"add '{lang}: …': readers must see that an employee is speaking"
            yield Problem(at, f"the disclosure is missing in '{lang}'", hint)
    for keys, lang in _spoken(form):
        if lang not in programme.languages:
            at = _item(doc, keys) if isinstance(keys[-1], int) else doc.at(keys, key=True)
            hint = f"add it to the programme's languages ({', '.join(programme.languages)}) or remove it"
            yield Problem(at, f"the programme does not speak '{lang}'", hint)


def _spoken(form: TeamsForm) -> Iterator[tuple[Keys, str]]:
    """Each language that is named outside the programme's list, and where."""
    yield from ((("programme", "disclosure", lang), lang) for lang in form.programme.disclosure)
    for key, team in form.teams.items():
        yield from ((("teams", key, "languages", i), lang) for i, lang in enumerate(team.languages or ()))
        yield from ((("teams", key, "sees", "languages", i), lang) for i, lang in enumerate(team.sees.languages))
        yield from ((("teams", key, "disclosure", lang), lang) for lang in team.disclosure or ())


def _sizes(form: TeamsForm, doc: Doc) -> Iterator[Problem]:
    places: list[tuple[Keys, int | None]] = [(("programme", "page_size"), form.programme.page_size)]
    places += [(("teams", key, "page_size"), team.page_size) for key, team in form.teams.items()]
    for keys, size in places:
        if size == 0:
            yield Problem(doc.at(keys), "a page of 0 cards shows nothing", "write a number from 1 up")
    caps: list[tuple[Keys, int | None]] = [(("programme", "max_per_day"), form.programme.max_per_day)]
    caps += [(("teams", key, "max_per_day"), team.max_per_day) for key, team in form.teams.items()]
    for keys, cap in caps:
        if cap == 0:
            hint = "write a number from 1 up, or 'pause: true' to show nothing"
            yield Problem(doc.at(keys), "0 posts a day leave room for none", hint)
    if form.programme.stale_after < SHORTEST:
        said = "no schedule checks a site that often: its pages would always call themselves outdated"
        yield Problem(doc.at(("programme", "stale_after")), said, "write 2h or more, such as 3d")


def _organisation(form: TeamsForm) -> Organisation:
    programme = _programme(form.programme)
    return Organisation(programme, tuple(_team(key, form.teams, programme) for key in form.teams))


def _programme(form: ProgrammeForm) -> Programme:
    return Programme(
        name=form.name,
        tagline=form.tagline,
        url=form.url if form.url.endswith("/") else form.url + "/",
        organisation=form.organisation,
        helper=_helper(form),
        timezone=form.timezone,
        languages=tuple(form.languages),
        brand=_brand(form.brand, Brand()),
        networks=tuple(dict.fromkeys(form.networks)),
        utm=_utm(form.utm, Utm()),
        disclosure=dict(form.disclosure),
        disclose_industry=form.disclose_industry,
        mix=_mix(form.mix) or {},
        slots=tuple(form.slots),
        max_per_day=form.max_per_day,
        launch=form.launch,
        page_size=form.page_size,
        stale_after=form.stale_after,
        pause=form.pause,
        indexed=form.indexed,
        pilot_salt=form.pilot_salt,
        demo_day=form.demo_day,
    )


def _team(key: str, forms: Mapping[str, TeamForm], programme: Programme) -> Team:
    """The team: its own words, else those of the last team it extends that has any, else the programme's."""
    form, line = forms[key], list(_ancestors(forms, key).values())

    def said(name: str, default: V) -> V:
        return next((value for team in line if (value := getattr(team, name)) is not None), default)

    brand, utm, disclosure = programme.brand, programme.utm, dict(programme.disclosure)
    for team in reversed(line):
        brand, utm = _brand(team.brand, brand), _utm(team.utm, utm)
        disclosure |= team.disclosure or {}
    helper = said("helper", None)
    pauses = tuple(since for since in (form.pause, programme.pause) if since is not None)
    return Team(
        key=key,
        name=form.name,
        tagline=form.tagline or programme.tagline,
        timezone=said("timezone", programme.timezone),
        languages=tuple(dict.fromkeys([*said("languages", []), *programme.languages])),
        networks=tuple(dict.fromkeys(said("networks", list(programme.networks)))),
        disclosure=disclosure,
        brand=brand,
        utm=utm,
        sees=_audience([team.sees for team in line]),
        helper=Helper(helper.name, helper.contact) if helper else programme.helper,
        slots=tuple(said("slots", list(programme.slots))),
        max_per_day=said("max_per_day", programme.max_per_day),
        mix=_mix(said("mix", None)) or programme.mix,
        page_size=said("page_size", programme.page_size),
        stage=form.stage or Stage.LIVE,
        opens=form.opens,
        pause=min(pauses, default=None),
        pauses=pauses,
    )


def _helper(form: ProgrammeForm) -> Helper | None:
    return Helper(form.helper.name, form.helper.contact) if form.helper else None


def _brand(form: BrandForm, base: Brand) -> Brand:
    return Brand(
        logo=posixpath.normpath(f"{MEDIA}/{form.logo}") if form.logo else base.logo,
        color=form.color or base.color,
        accent=form.accent or base.accent,
    )


def _utm(form: UtmForm, base: Utm) -> Utm:
    return replace(base, **form.model_dump(exclude_none=True))


def _mix(form: MixForm | None) -> dict[PostType, int] | None:
    return None if form is None else {kind: getattr(form, kind.value) for kind in PostType}


def _audience(rules: list[SeesForm]) -> Audience:
    return Audience(
        types=frozenset(kind for rule in rules for kind in rule.types),
        tags=frozenset(tag for rule in rules for tag in rule.tags),
        sources=frozenset(key for rule in rules for key in rule.sources),
        posts=frozenset(slug for rule in rules for slug in rule.posts),
        languages=frozenset(lang for rule in rules for lang in rule.languages),
    )
