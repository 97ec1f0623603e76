"""The kinds of value that the files hold, each with its check, its hint and its JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from heraldry import addresses, links, moments
from heraldry.model import ALWAYS, Instant, PostType, Slot, Stage, When
from heraldry.networks import NETWORKS
from heraldry.problems import did_you_mean


def wrong(message: str, hint: str = "") -> PydanticCustomError:
    """The error that a check raises; `message` and `hint` reach the author unchanged."""
    return PydanticCustomError("heraldry", "{message}", {"message": message, "hint": hint})


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise wrong("expected a text", "write it in one line, in quotes if it contains ': '")
    return value.strip()


def _matching(pattern: str, what: str, hint: str) -> Callable[[Any], str]:
    compiled = re.compile(pattern)

    def check(value: Any) -> str:
        text = _text(value)
        if not compiled.fullmatch(text):
            raise wrong(f"not {what}: '{text}'", hint)
        return text

    return check


def _chosen(what: str, known: tuple[str, ...], also: Mapping[str, str] = {}) -> Callable[[Any], str]:
    """`also` maps names that people use to ours, for the hint."""

    def check(value: Any) -> str:
        text = _text(value)
        if text not in known:
            raise wrong(f"unknown {what} '{text}'", did_you_mean(also.get(text.lower(), text), known))
        return text

    return check


_ALSO_CALLED = {
    "bsky": "bluesky",
    "e-mail": "email",
    "fb": "facebook",
    "hn": "hackernews",
    "mail": "email",
    "msteams": "teams",
    "text": "sms",
    "twitter": "x",
    "vkontakte": "vk",
}
"""What people call the networks."""

_MEANT = {"yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"}


def _flag(value: Any) -> bool:
    if value is True or value is False:
        return value
    text = _text(value)
    if text not in ("true", "false"):
        meant = {"true": "true", "false": "false", **_MEANT}.get(text.lower(), "true or false")
        raise wrong(f"expected true or false, found '{text}'", f"write {meant}")
    return text == "true"


def _whole(value: Any) -> int:
    if isinstance(value, int):
        return value
    text = _text(value)
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise wrong(f"not a whole number: '{text}'", "write digits only, such as 60")
    return int(text)


def _moment(value: Any, *, end_of_day: bool) -> When:
    text = _text(value)
    try:
        return moments.when(text, end_of_day=end_of_day)
    except ValueError:
        hint = "write 2026-12-01 09:00 (each team's own time) or 2026-12-01T09:00+03:00 (one instant for all)"
        raise wrong(f"not a time: '{text}'", _no_such_day(text) or hint) from None


_MOMENT = "2026-12-01T10:00+03:00"


def _since(what: str) -> Callable[[Any], datetime | None]:
    """true, false or the moment from which: None for false, ALWAYS for true, else in UTC."""

    def check(value: Any) -> datetime | None:
        text = value if isinstance(value, bool) else _text(value)
        if text in (True, "true", False, "false"):
            return ALWAYS if text in (True, "true") else None
        assert isinstance(text, str)
        meant = {"true": "true", "false": "false", **_MEANT}.get(text.lower())
        if meant:
            raise wrong(f"expected true or false, found '{text}'", f"write {meant}")
        return _one_for_all(text, what)

    return check


def _one_for_all(text: str, what: str) -> datetime:
    try:
        moment = moments.when(text)
    except ValueError:
        hint = _no_such_day(text) or f"write true, false or a moment such as {_MOMENT}"
        raise wrong(f"expected true, false or a moment, found '{text}'", hint) from None
    if not isinstance(moment, Instant):
        hint = f"{what} is one moment for all; write the offset, as in {_MOMENT}, or true"
        raise wrong(f"a moment without an offset: '{text}'", hint)
    return moment.moment


def _no_such_day(text: str) -> str:
    """A hint for a date that looks right; "" for one that does not."""
    written = re.match(r"([0-9]{4})-[0-9]{2}-[0-9]{2}(?![0-9])", text)
    if written is None:
        return ""
    if not moments.FIRST_YEAR <= int(written[1]) <= moments.LAST_YEAR:
        return f"write a year from {moments.FIRST_YEAR} to {moments.LAST_YEAR}, or leave the line out"
    try:
        moments.day(written[0])
    except ValueError:
        return "the calendar has no such day"
    return ""


def _day(value: Any) -> date:
    text = _text(value)
    try:
        return moments.day(text)
    except ValueError:
        raise wrong(f"not a date: '{text}'", _no_such_day(text) or "write it as 2026-12-01") from None


def _span(value: Any) -> timedelta:
    text = _text(value)
    try:
        return moments.span(text)
    except ValueError:
        raise wrong(f"not a length of time: '{text}'", "write 90m, 12h, 3d or 2w") from None


def _wait(value: Any) -> timedelta:
    text = _text(value)
    match = re.fullmatch(r"([1-9][0-9]{0,3})([sm])", text)
    if match is None:
        raise wrong(f"not a time to wait: '{text}'", "write 20s or 3m")
    return timedelta(seconds=int(match[1]) * (60 if match[2] == "m" else 1))


def _slot(value: Any) -> Slot:
    text = _text(value)
    try:
        return moments.slot(text)
    except ValueError:
        raise wrong(f"not a weekly slot: '{text}'", "write a weekday and a time, such as tue 09:00") from None


def _size(value: Any) -> int:
    text = _text(value)
    match = re.fullmatch(r"([0-9]{1,6})(KB|MB)", text)
    if match is None:
        raise wrong(f"not a size: '{text}'", "write 500KB or 5MB")
    return int(match[1]) * (1_000 if match[2] == "KB" else 1_000_000)


def _zone(value: Any) -> ZoneInfo:
    text = _text(value)
    if text not in _zones():
        raise wrong(f"unknown time zone '{text}'", _nearest_zone(text))
    return ZoneInfo(text)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _nearest_zone(text: str) -> str:
    """The zone of that name in any case, or of a city of that name, or the nearest spelling.

    Never Etc/GMT+3 and its like, whose sign is the other way round: that one is three hours behind.
    """
    plain = text.lower().replace(" ", "_")
    places = sorted(zone for zone in _zones() if "/" in zone and not zone.startswith("Etc/"))
    names = {zone.rpartition("/")[2].lower(): zone for zone in places} | {zone.lower(): zone for zone in places}
    near = get_close_matches(plain, sorted(names), n=1, cutoff=0.75)
    return f"did you mean '{names[near[0]]}'?" if near else "write an IANA name such as Europe/Istanbul"


LONGEST_SLUG = 100
"""Characters; file systems know no name of more than 255 bytes, and ours are made longer."""


def _slug(value: Any) -> str:
    text = _text(value)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        near = links.name(text)
        write = f"write '{near}': only" if near else "use"
        raise wrong(f"not a slug: '{text}'", f"{write} a-z, 0-9 and single hyphens")
    if len(text) > LONGEST_SLUG:
        raise wrong(f"a slug of {len(text)} characters", f"use at most {LONGEST_SLUG}: it becomes the name of a folder")
    return text


def _http(value: Any) -> str:
    text = _text(value)
    if " " in text and addresses.is_http(text.replace(" ", "%20")):
        raise wrong(f"a blank in a web address: '{text}'", "write %20 in its place, or remove what follows it")
    if not addresses.is_http(text):
        raise wrong(f"not a web address: '{text}'", "write it whole, beginning with https://")
    if urlsplit(text).username is not None:
        raise wrong("a web address must not carry a user name or password", "remove the part before '@'")
    return text


def _lang(value: Any) -> str:
    text = _lang_form(value)
    try:
        Locale.parse(text, sep="-")
    except (UnknownLocaleError, ValueError):
        hint = "write a language that browsers know, such as en, tr, ko or pt-BR"
        raise wrong(f"unknown language '{text}'", hint) from None
    return text


_lang_form = _matching(r"[a-z]{2,3}(-[A-Z]{2}|-[A-Z][a-z]{3})?", "a language", "write en, tr, ko or pt-BR")


def _site(value: Any) -> str:
    text = _http(value)
    if "?" in text or "#" in text:
        raise wrong(f"not the address of a folder: '{text}'", "remove what follows '?' or '#'")
    if "//" in urlsplit(text).path:
        raise wrong(f"two slashes in a row: '{text}'", "write one: two would name another host")
    return text


def _contact(value: Any) -> str:
    text = _text(value)
    if not addresses.is_http(text) and not re.fullmatch(r"mailto:[^@\s?]+@[^@\s?]+", text):
        raise wrong(f"not a contact: '{text}'", "write mailto:name@example.com or an https:// address")
    return text


def _feed_address(value: Any) -> str:
    text = _text(value)
    if "://" in text:
        return _http(text)
    if text.startswith("/") or ".." in text.split("/") or "\\" in text or ":" in text:
        raise wrong(
            f"not a path inside the repository: '{text}'",
            "write content/feeds/news.xml or an https:// address",
        )
    return text


def _proxy(value: Any) -> str:
    text = _site(value)
    if urlsplit(text).path not in ("", "/"):
        raise wrong(f"a proxy has no path: '{text}'", "write http://proxy.acme.example:3128")
    return text.rstrip("/")


def _entry(value: Any) -> str:
    text = _text(value)
    return _http(text) if "://" in text else _slug(text)


def _template(value: Any) -> str:
    text = _text(value)
    unknown = [name for name in links.placeholders(text) if name not in links.PLACEHOLDERS]
    if unknown and unknown[0][:1] in ("{", "}"):
        raise wrong(f"a brace without its partner: '{text}'", "write placeholders as {campaign}")
    if unknown:
        raise wrong(f"unknown placeholder '{{{unknown[0]}}}'", did_you_mean(unknown[0], links.PLACEHOLDERS))
    return text


def _pattern(value: Any) -> str:
    text = _text(value)
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise wrong(f"not a regular expression: '{text}' ({error})", "write a word, or escape ( ) [ ] * + ?") from None
    return text


def _opener(value: Any) -> str:
    text = _text(value)
    unknown = [name for name in re.findall(r"\{([^{}]*)\}", text) if name != "title"]
    if unknown:
        raise wrong(f"unknown placeholder '{{{unknown[0]}}}'", "openers know only {title}")
    return text


def _listed(value: Any) -> Any:
    """One value where a list is expected is a list of one."""
    return [value] if isinstance(value, str) else value


def _named(value: Any) -> Any:
    """The same for names, in none of which a comma can stand."""
    if isinstance(value, str) and "," in value:
        raise wrong(f"expected a list, found '{value}'", f"write [{value}]")
    return _listed(value)


class _OrOne:
    """In the JSON Schema: the list, or one of its items written without it."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        many = handler(core)
        return {"anyOf": [many["items"], many]}


def _schema(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example]})


def _enum(known: tuple[str, ...]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": list(known)})


_DAY = r"\d{4}-\d{2}-\d{2}"
_WHEN = rf"^{_DAY}([ T]\d{{2}}:\d{{2}}(:\d{{2}})?(Z|[+-]\d{{2}}:\d{{2}})?)?$"
_INSTANT = rf"^{_DAY}[ T]\d{{2}}:\d{{2}}(:\d{{2}})?(Z|[+-]\d{{2}}:\d{{2}})$"
_ANYTHING = {"type": ["string", "number", "boolean"]}
"""What editors take for a number or a truth value is a text to us."""
_ANY_TEXT = WithJsonSchema(_ANYTHING)

Text = Annotated[str, BeforeValidator(_text), _ANY_TEXT]
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
Whole = Annotated[int, BeforeValidator(_whole), WithJsonSchema({"type": "integer", "minimum": 0})]


def _since_schema() -> WithJsonSchema:
    moment = {"type": "string", "pattern": _INSTANT, "examples": [_MOMENT]}
    return WithJsonSchema({"anyOf": [{"type": "boolean"}, moment]})


Withdrawal = Annotated[datetime | None, BeforeValidator(_since("a withdrawal")), _since_schema()]
Pause = Annotated[datetime | None, BeforeValidator(_since("a pause")), _since_schema()]
Slug = Annotated[
    str,
    BeforeValidator(_slug),
    WithJsonSchema({**_ANYTHING, "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "examples": ["ankara-lab"]}),
]
Lang = Annotated[
    str,
    BeforeValidator(_lang),
    _schema("^[a-z]{2,3}(-[A-Z]{2}|-[A-Z][a-z]{3})?$", "tr"),
]
Color = Annotated[
    str,
    BeforeValidator(_matching(r"#[0-9a-fA-F]{6}", "a colour", 'write it as "#0b5cab", in quotes')),
    _schema("^#[0-9a-fA-F]{6}$", "#0b5cab"),
]
EnvName = Annotated[
    str,
    BeforeValidator(_matching(r"[A-Z_][A-Z0-9_]*", "the name of an environment variable", "write ACME_FEED_TOKEN")),
    _schema("^[A-Z_][A-Z0-9_]*$", "ACME_FEED_TOKEN"),
]
Publish = Annotated[When, BeforeValidator(lambda v: _moment(v, end_of_day=False)), _schema(_WHEN, "2026-12-01 09:00")]
Expires = Annotated[When, BeforeValidator(lambda v: _moment(v, end_of_day=True)), _schema(_WHEN, "2026-12-31")]
Day = Annotated[date, BeforeValidator(_day), _schema(f"^{_DAY}$", "2027-01-11")]
Span = Annotated[timedelta, BeforeValidator(_span), _schema(r"^\d+[mhdw]$", "60d")]
Wait = Annotated[timedelta, BeforeValidator(_wait), _schema(r"^[1-9]\d{0,3}[sm]$", "20s")]
WeeklySlot = Annotated[
    Slot, BeforeValidator(_slot), _schema(r"^(mon|tue|wed|thu|fri|sat|sun) \d{2}:\d{2}$", "tue 09:00")
]
Size = Annotated[int, BeforeValidator(_size), _schema(r"^\d+(KB|MB)$", "5MB")]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone), WithJsonSchema({"type": "string", "examples": ["Europe/Istanbul"]})]
SiteUrl = Annotated[str, BeforeValidator(_site), _schema("^https?://[^?#]*$", "https://voices.acme.example/")]
HttpUrl = Annotated[str, BeforeValidator(_http), _schema("^https?://", "https://acme.example/news")]
Contact = Annotated[str, BeforeValidator(_contact), _schema("^(https?://|mailto:)", "mailto:voices@acme.example")]
FeedAddress = Annotated[str, BeforeValidator(_feed_address), WithJsonSchema({"type": "string"})]
ProxyUrl = Annotated[str, BeforeValidator(_proxy), _schema("^https?://[^/?#]+/?$", "http://proxy.acme.example:3128")]
EntryName = Annotated[str, BeforeValidator(_entry), WithJsonSchema({"type": "string"})]
Template = Annotated[str, BeforeValidator(_template), WithJsonSchema({"type": "string", "examples": ["{campaign}"]})]
Pattern = Annotated[str, BeforeValidator(_pattern), _ANY_TEXT]
Opener = Annotated[str, BeforeValidator(_opener), WithJsonSchema({"type": "string", "examples": ["{title}: why?"]})]
Type = Annotated[PostType, BeforeValidator(_chosen("type", tuple(PostType))), _enum(tuple(PostType))]
StageName = Annotated[Stage, BeforeValidator(_chosen("stage", tuple(Stage))), _enum(tuple(Stage))]
NetworkKey = Annotated[str, BeforeValidator(_chosen("network", tuple(NETWORKS), _ALSO_CALLED)), _enum(tuple(NETWORKS))]
CaptionKey = Annotated[
    str,
    BeforeValidator(_chosen("network", ("default", *NETWORKS), _ALSO_CALLED)),
    _enum(("default", *NETWORKS)),
]
AuthScheme = Annotated[str, BeforeValidator(_chosen("scheme", ("bearer", "basic"))), _enum(("bearer", "basic"))]

Texts = Annotated[list[Text], BeforeValidator(_listed), _OrOne()]
"""Texts, or one of them written without the list; so for the others."""
Slugs = Annotated[list[Slug], BeforeValidator(_named), _OrOne()]
Langs = Annotated[list[Lang], BeforeValidator(_named), _OrOne()]
Types = Annotated[list[Type], BeforeValidator(_named), _OrOne()]
Networks = Annotated[list[NetworkKey], BeforeValidator(_named), _OrOne()]
WeeklySlots = Annotated[list[WeeklySlot], BeforeValidator(_named), _OrOne()]
Patterns = Annotated[list[Pattern], BeforeValidator(_listed), _OrOne()]
Openers = Annotated[list[Opener], BeforeValidator(_listed), _OrOne()]
EntryNames = Annotated[list[EntryName], BeforeValidator(_listed), _OrOne()]
OneOrMore = Field(min_length=1)
"""A list that must not be empty."""

DEFAULT_STALE, DEFAULT_KEEP, DEFAULT_SIZE = timedelta(days=3), timedelta(days=60), 5_000_000
DEFAULT_TIMEOUT, DEFAULT_RUN, DEFAULT_MEMORY = timedelta(seconds=20), timedelta(minutes=3), 512_000_000
