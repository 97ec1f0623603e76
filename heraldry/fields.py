"""The kinds of value that the files hold, each with its check, its hint and its JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from heraldry import links, moments
from heraldry.model import PostType, Slot, Stage, When
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


def _chosen(what: str, known: tuple[str, ...]) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        text = _text(value)
        if text not in known:
            raise wrong(f"unknown {what} '{text}'", did_you_mean(text, known))
        return text

    return check


def _flag(value: Any) -> bool:
    if value is True or value is False:
        return value
    text = _text(value)
    if text not in ("true", "false"):
        raise wrong(f"expected true or false, found '{text}'", "write true or false")
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
        raise wrong(f"not a time: '{text}'", hint) from None


def _day(value: Any) -> date:
    text = _text(value)
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else _no_day(text)
    except ValueError:
        return _no_day(text)


def _no_day(text: str) -> date:
    raise wrong(f"not a date: '{text}'", "write it as 2026-12-01")


def _span(value: Any) -> timedelta:
    text = _text(value)
    try:
        return moments.span(text)
    except ValueError:
        raise wrong(f"not a length of time: '{text}'", "write 90m, 12h, 3d or 2w") from None


def _slot(value: Any) -> Slot:
    text = _text(value)
    try:
        return moments.slot(text)
    except ValueError:
        raise wrong(f"not a weekly slot: '{text}'", "write a weekday and a time, such as tue 09:00") from None


def _size(value: Any) -> int:
    text = _text(value)
    match = re.fullmatch(r"(\d{1,6})(KB|MB)", text)
    if match is None:
        raise wrong(f"not a size: '{text}'", "write 500KB or 5MB")
    return int(match[1]) * (1_000 if match[2] == "KB" else 1_000_000)


def _zone(value: Any) -> ZoneInfo:
    text = _text(value)
    if text not in available_timezones():
        raise wrong(f"unknown time zone '{text}'", _nearest_zone(text))
    return ZoneInfo(text)


def _nearest_zone(text: str) -> str:
    hint = did_you_mean(text, sorted(available_timezones()))
    return hint if hint.startswith("did") else "write an IANA name such as Europe/Istanbul"


def _http(value: Any) -> str:
    text = _text(value)
    if not links.is_http(text):
        raise wrong(f"not a web address: '{text}'", "write it whole, beginning with https://")
    if urlsplit(text).username is not None:
        raise wrong("a web address must not carry a user name or password", "remove the part before '@'")
    return text


def _contact(value: Any) -> str:
    text = _text(value)
    if not links.is_http(text) and not re.fullmatch(r"mailto:[^@\s?]+@[^@\s?]+", text):
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


def _template(value: Any) -> str:
    text = _text(value)
    unknown = [name for name in links.placeholders(text) if name not in links.PLACEHOLDERS]
    if unknown:
        raise wrong(f"unknown placeholder '{{{unknown[0]}}}'", did_you_mean(unknown[0], links.PLACEHOLDERS))
    return text


def _pattern(value: Any) -> str:
    text = _text(value)
    try:
        re.compile(text)
    except re.error as error:
        raise wrong(f"not a regular expression: '{text}' ({error})", "write a word, or escape ( ) [ ] * + ?") from None
    return text


def _listed(value: Any) -> Any:
    """One value where a list is expected is a list of one."""
    return [value] if isinstance(value, str) else value


def _schema(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example]})


def _enum(known: tuple[str, ...]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": list(known)})


_DAY = r"\d{4}-\d{2}-\d{2}"
_WHEN = rf"^{_DAY}([ T]\d{{2}}:\d{{2}}(:\d{{2}})?(Z|[+-]\d{{2}}:\d{{2}})?)?$"
_ANY_TEXT = WithJsonSchema({"type": ["string", "number", "boolean"]})

Text = Annotated[str, BeforeValidator(_text), _ANY_TEXT]
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
Whole = Annotated[int, BeforeValidator(_whole), WithJsonSchema({"type": "integer", "minimum": 0})]
Slug = Annotated[
    str,
    BeforeValidator(_matching(r"[a-z0-9]+(-[a-z0-9]+)*", "a slug", "use a-z, 0-9 and single hyphens")),
    _schema("^[a-z0-9]+(-[a-z0-9]+)*$", "ankara-lab"),
]
Lang = Annotated[
    str,
    BeforeValidator(_matching(r"[a-z]{2,3}(-[A-Z]{2}|-[A-Z][a-z]{3})?", "a language", "write en, tr, ko or pt-BR")),
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
WeeklySlot = Annotated[
    Slot, BeforeValidator(_slot), _schema(r"^(mon|tue|wed|thu|fri|sat|sun) \d{2}:\d{2}$", "tue 09:00")
]
Size = Annotated[int, BeforeValidator(_size), _schema(r"^\d+(KB|MB)$", "5MB")]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone), WithJsonSchema({"type": "string", "examples": ["Europe/Istanbul"]})]
HttpUrl = Annotated[str, BeforeValidator(_http), _schema("^https?://", "https://acme.example/news")]
Contact = Annotated[str, BeforeValidator(_contact), _schema("^(https?://|mailto:)", "mailto:voices@acme.example")]
FeedAddress = Annotated[str, BeforeValidator(_feed_address), WithJsonSchema({"type": "string"})]
Template = Annotated[str, BeforeValidator(_template), WithJsonSchema({"type": "string", "examples": ["{campaign}"]})]
Pattern = Annotated[str, BeforeValidator(_pattern), _ANY_TEXT]
Type = Annotated[PostType, BeforeValidator(_chosen("type", tuple(PostType))), _enum(tuple(PostType))]
StageName = Annotated[Stage, BeforeValidator(_chosen("stage", tuple(Stage))), _enum(tuple(Stage))]
NetworkKey = Annotated[str, BeforeValidator(_chosen("network", tuple(NETWORKS))), _enum(tuple(NETWORKS))]
CaptionKey = Annotated[str, BeforeValidator(_chosen("network", ("default", *NETWORKS))), _enum(("default", *NETWORKS))]
AuthScheme = Annotated[str, BeforeValidator(_chosen("scheme", ("bearer", "basic"))), _enum(("bearer", "basic"))]

Texts = Annotated[list[Text], BeforeValidator(_listed)]
"""Texts, or one of them written without the list; so for the others."""
Slugs = Annotated[list[Slug], BeforeValidator(_listed)]
Langs = Annotated[list[Lang], BeforeValidator(_listed)]
Types = Annotated[list[Type], BeforeValidator(_listed)]
Networks = Annotated[list[NetworkKey], BeforeValidator(_listed)]
WeeklySlots = Annotated[list[WeeklySlot], BeforeValidator(_listed)]
Patterns = Annotated[list[Pattern], BeforeValidator(_listed)]

DEFAULT_STALE, DEFAULT_KEEP, DEFAULT_SIZE = timedelta(days=3), timedelta(days=60), 5_000_000
