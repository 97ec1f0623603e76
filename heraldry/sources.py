"""sources.yaml: the feeds that are followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from heraldry.filling import filled
from heraldry.forms import DefaultsForm, PatternsForm, SourceForm, SourcesForm
from heraldry.model import Auth, Curation, Limits, Patterns, PostType, Programme, Source, Subscriptions
from heraldry.problems import Problem, Read, errors
from heraldry.yamldoc import Doc, decoded, parsed

PATH = "sources.yaml"


def read_sources(body: bytes, programme: Programme) -> Read[Subscriptions | None]:
    """What sources.yaml says, its sources in the order they were written.

    When something in the file is wrong, stand-ins with the same names, so that the other files can be checked
    in the same run; None when not even these are known. Neither must be used.
    """
    text = decoded(body, PATH)
    if text.value is None:
        return Read(None, text.problems)
    doc = parsed(text.value, PATH)
    if doc.value is None:
        return Read(None, doc.problems)
    form = filled(SourcesForm, doc.value)
    problems = (*doc.problems, *form.problems)
    if form.value is not None:
        problems = (*problems, *_languages(form.value, doc.value, programme))
    if form.value is None or errors(problems):
        return Read(_stand_ins(doc.value, programme), problems)
    return Read(_subscriptions(form.value, programme), problems)


def _subscriptions(form: SourcesForm, programme: Programme) -> Subscriptions:
    made = (_source(key, source, form.defaults, programme) for key, source in form.sources.items())
    limits = Limits(form.limits.run, form.limits.memory)
    return Subscriptions(tuple(made), limits, Curation(tuple(form.pin), tuple(form.hide)))


def _stand_ins(doc: Doc, programme: Programme) -> Subscriptions | None:
    named = doc.value.get("sources") if isinstance(doc.value, dict) else None
    if not isinstance(named, dict):
        return None
    nothing = SourceForm(url="https://unread.invalid/", type=PostType.INDUSTRY)
    return Subscriptions(tuple(_source(key, nothing, DefaultsForm(), programme) for key in named))


def _languages(form: SourcesForm, doc: Doc, programme: Programme) -> Iterator[Problem]:
    for key, source in form.sources.items():
        if source.lang and source.lang not in programme.languages:
            hint = f"add it to the programme's languages ({', '.join(programme.languages)}) or change it"
            at = doc.at(("sources", key, "lang"))
            yield Problem(at, f"the programme does not speak '{source.lang}'", hint)


def _source(key: str, form: SourceForm, defaults: DefaultsForm, programme: Programme) -> Source:
    def limit(name: str) -> Any:
        return getattr(form if name in form.model_fields_set else defaults, name)

    return Source(
        key=key,
        url=form.url,
        name=form.name or key,
        type=form.type,
        tags=frozenset(form.tags),
        teams=None if form.teams is None else frozenset(form.teams),
        lang=form.lang or programme.languages[0],
        include=_patterns(form.include),
        exclude=_patterns(form.exclude),
        captions={lang: _openers(openers) for lang, openers in form.captions.items()},
        utm=form.type is PostType.COMPANY if form.utm is None else form.utm,
        review=form.review,
        auth=Auth(form.auth.env, form.auth.scheme) if form.auth else None,
        keep=limit("keep"),
        max_per_day=limit("max_per_day"),
        max_entries=limit("max_entries"),
        max_bytes=limit("max_bytes"),
        timeout=limit("timeout"),
        allow_private=limit("allow_private"),
        proxy=limit("proxy"),
        accept_batch=form.accept_batch,
    )


def _patterns(form: PatternsForm) -> Patterns:
    return Patterns(tuple(form.title), tuple(form.category), tuple(form.author))


def _openers(form: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {network: tuple(openers) for network, openers in form.items()}
