"""What changes in teams.yaml and sources.yaml, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from heraldry.changes.said import listed, many, value
from heraldry.checks import Site
from heraldry.model import Audience, Post, Programme, Source, Stage, Subscriptions, Team
from heraldry.plan import spoken, wanted


@dataclass(frozen=True, slots=True)
class Reach:
    """How many of the posts that there will be a team sees by its new rule and did not see by its old one."""

    team: str
    more: int
    fewer: int


@dataclass(frozen=True, slots=True)
class Settings:
    """What changes, one sentence each, anybody's words in them; and whom it brings more or fewer posts."""

    teams: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    reach: tuple[Reach, ...] = ()


def settings(before: Site, after: Site, then: Sequence[Post], now: Sequence[Post]) -> Settings:
    """What the new settings say otherwise; `then` and `now` are all posts that there are with either."""
    whole = tuple(_programme(before.programme, after.programme))
    return Settings(
        (*(f"programme: {words}" for words in whole), *_teams(before.teams, after.teams, frozenset(whole))),
        tuple(_sources(before.subscriptions, after.subscriptions)),
        tuple(_reach(before, after, then, now)),
    )


def first(site: Site) -> Settings:
    """The settings of a site that there was not before."""
    teams = tuple(f"new team '{team.name}': {_sees(team.sees)}" for team in site.teams)
    return Settings(teams, tuple(_followed(source) for source in site.sources))


# The programme and its teams ------------------------------------------------------------------------


def _programme(before: Programme, after: Programme) -> Iterator[str]:
    for key, old, new in _differing(before, after):
        if key == "pilot_salt":
            yield "the pilot salt changes: every pilot's page moves to an address that nobody has yet"
        elif key == "pause":
            yield _pause(new)
        else:
            yield _worded(key, old, new)


def _teams(before: Sequence[Team], after: Sequence[Team], told: frozenset[str]) -> Iterator[str]:
    """What changes for teams, but for what is `told` of the whole programme."""
    old, new = ({team.key: team for team in teams} for teams in (before, after))
    renamed = dict(_rekeyed(old, new))
    for key, former in renamed.items():
        yield f"team '{new[key].name}' is called '{key}' instead of '{former}': its page and feeds move there"
    yield from (f"new team '{t.name}': {_new(t)}" for key, t in new.items() if key not in old and key not in renamed)
    gone = [team for key, team in old.items() if key not in new and key not in renamed.values()]
    yield from (f"team '{team.name}' goes: its page and feeds are no longer there" for team in gone)
    yield from _grouped([(team, new[key]) for key, team in old.items() if key in new], told)


def _rekeyed(old: Mapping[str, Team], new: Mapping[str, Team]) -> Iterator[tuple[str, str]]:
    """The new and the former key of each team of which nothing else changed."""
    waiting = {repr(replace(team, key="")): key for key, team in old.items() if key not in new}
    for key, team in new.items():
        former = waiting.pop(repr(replace(team, key="")), None) if key not in old else None
        if former is not None:
            yield key, former


def _new(team: Team) -> str:
    opens = f", opens {team.opens}" if team.opens else ""
    paused = f", {_pause(team.pause)}" if team.pause else ""
    return f"{_sees(team.sees)}; {team.stage.value}{opens}{paused}; {team.timezone.key}"


def _grouped(pairs: Iterable[tuple[Team, Team]], told: frozenset[str]) -> Iterator[str]:
    """What changes for teams, what changes alike for several told once."""
    found: dict[str, list[str]] = {}
    for before, after in pairs:
        for words in frozenset(_team(before, after)) - told:
            found.setdefault(words, []).append(after.name)
    for words, names in found.items():
        who = f"team '{names[0]}'" if len(names) == 1 else f"{many(len(names), 'team')} ({listed(names)})"
        yield f"{who}: {words}"


def _team(before: Team, after: Team) -> Iterator[str]:
    for key, old, new in _differing(before, after):
        if key == "sees":
            yield from _audience(old, new)
        elif key == "stage":
            yield _stage(new)
        elif key == "pause":
            yield _pause(new)
        elif key == "name":
            yield f"renamed from '{old}'"
        else:
            yield _worded(key, old, new)


def _differing(before: object, after: object) -> Iterator[tuple[str, Any, Any]]:
    for field in fields(before):  # type: ignore[arg-type]  # both are of one dataclass
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new:
            yield field.name, old, new


def _worded(key: str, old: object, new: object) -> str:
    before, after = value(old), value(new)
    return f"{key}: {before} → {after}" if before != after else f"{key}: {after}, with other credentials"


def _stage(stage: Stage) -> str:
    if stage is Stage.LIVE:
        return "goes from pilot to live: its page stands at its plain address and is listed"
    return "goes from live to pilot: its page leaves the list and its address, for one that cannot be guessed"


def _pause(pause: object) -> str:
    return "no longer paused: its posts come back" if pause is None else f"paused ({value(pause)}): its posts go"


_RULES = (("types", "type"), ("tags", "tag"), ("sources", "source"), ("posts", "post"))


def _sees(rule: Audience) -> str:
    parts = [f"{_noun(noun, found)} {value(found)}" for key, noun in _RULES if (found := getattr(rule, key))]
    narrow = f", in {value(rule.languages)} only" if rule.languages else ""
    return f"sees {'; '.join(parts) or 'nothing but what names it'}{narrow}"


def _noun(noun: str, found: Collection[object]) -> str:
    return noun if len(found) == 1 else f"{noun}s"


def _audience(before: Audience, after: Audience) -> Iterator[str]:
    for key, noun in _RULES:
        old, new = getattr(before, key), getattr(after, key)
        if new - old:
            yield f"now also sees {_noun(noun, new - old)} {value(new - old)}"
        if old - new:
            yield f"no longer sees {_noun(noun, old - new)} {value(old - new)}"
    if before.languages != after.languages:
        yield f"sees languages: {value(before.languages) if before.languages else 'all'} → " + (
            value(after.languages) if after.languages else "all"
        )


def _reach(before: Site, after: Site, then: Sequence[Post], now: Sequence[Post]) -> Iterator[Reach]:
    """By rules and by sources; a post that an editor wrote counts as it is now, since this is not about posts."""
    own = [post for post in now if post.source is None]
    brought = [[post for post in posts if post.source is not None] for posts in (then, now)]
    followed = before.subscriptions != after.subscriptions
    old = {team.key: team for team in before.teams}
    for team in after.teams:
        former = old.get(team.key)
        if former is None or ((former.sees, former.languages) == (team.sees, team.languages) and not followed):
            continue
        was, will = _seen([*own, *brought[0]], former), _seen([*own, *brought[1]], team)
        if was != will:
            yield Reach(team.name, len(will - was), len(was - will))


def _seen(posts: Sequence[Post], team: Team) -> frozenset[str]:
    return frozenset(post.slug for post in posts if wanted(post, team) and spoken(post, team))


# Sources --------------------------------------------------------------------------------------------


def _sources(before: Subscriptions, after: Subscriptions) -> Iterator[str]:
    old, new = ({source.key: source for source in one.sources} for one in (before, after))
    yield from (_followed(source) for key, source in new.items() if key not in old)
    yield from (f"source '{key}' goes: its entries leave the pages" for key in old if key not in new)
    for key, source in new.items():
        if key in old:
            yield from (f"source '{key}': {_worded(*one)}" for one in _differing(old[key], source))
    yield from (f"limits: {_worded(*one)}" for one in _differing(before.limits, after.limits))
    yield from _curated(before, after)


def _followed(source: Source) -> str:
    review = "each entry waits for a pull request" if source.review else "entries are published by themselves"
    whom = f", for {value(source.teams)}" if source.teams else ""
    return f"new source '{source.key}' ({source.type.value}, {source.lang}): {value(source.url)}; {review}{whom}"


def _curated(before: Subscriptions, after: Subscriptions) -> Iterator[str]:
    for key, old, new in _differing(before.curation, after.curation):
        come, gone = [name for name in new if name not in old], [name for name in old if name not in new]
        if come:
            yield f"{key}: also {listed(map(value, come))}"
        if gone:
            yield f"{key}: no longer {listed(map(value, gone))}"
