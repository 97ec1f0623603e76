"""sources.yaml: the feeds that are followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from heraldry.filling import filled
from heraldry.forms import DefaultsForm, PatternsForm, SourceForm, SourcesForm
from heraldry.model import Auth, Patterns, PostType, Programme, Source
from heraldry.problems import Level, Problem, Read, errors
from heraldry.yamldoc import Doc, decoded, parsed

PATH = "sources.yaml"


def read_sources(body: bytes, programme: Programme) -> Read[tuple[Source, ...] | None]:
    """The sources in the order they were written.

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
        problems = (*problems, *_languages(form.value, doc.value, programme), *_reviewed(form.value, doc.value))
    if form.value is None or errors(problems):
        return Read(_stand_ins(doc.value, programme), problems)
    made = (_source(key, source, form.value.defaults, programme) for key, source in form.value.sources.items())
    return Read(tuple(made), problems)


def _stand_ins(doc: Doc, programme: Programme) -> tuple[Source, ...] | None:
    named = doc.value.get("sources") if isinstance(doc.value, dict) else None
    if not isinstance(named, dict):
        return None
    nothing = SourceForm(url="https://unread.invalid/", type=PostType.INDUSTRY)
    return tuple(_source(key, nothing, DefaultsForm(), programme) for key in named)


def _languages(form: SourcesForm, doc: Doc, programme: Programme) -> Iterator[Problem]:
    for key, source in form.sources.items():
        if source.lang and source.lang not in programme.languages:
            hint = f"add it to the programme's languages ({', '.join(programme.languages)}) or change it"
            at = doc.at(("sources", key, "lang"))
            yield Problem(at, f"the programme does not speak '{source.lang}'", hint)


def _reviewed(form: SourcesForm, doc: Doc) -> Iterator[Problem]:
    """A source under review is never published by itself; nothing yet brings its entries to a reviewer."""
    for key, source in form.sources.items():
        if source.review:
            at, hint = doc.at(("sources", key, "review")), "remove the line to publish them as they come"
            yield Problem(at, f"the entries of '{key}' wait for a review and appear nowhere", hint, Level.WARNING)


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
        captions=_captions(form.captions),
        utm=form.type is PostType.COMPANY if form.utm is None else form.utm,
        review=form.review,
        auth=Auth(form.auth.env, form.auth.scheme) if form.auth else None,
        keep=limit("keep"),
        max_per_day=limit("max_per_day"),
        max_bytes=limit("max_bytes"),
        allow_private=limit("allow_private"),
    )


def _patterns(form: PatternsForm) -> Patterns:
    return Patterns(tuple(form.title), tuple(form.category), tuple(form.author))


def _captions(form: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {lang: tuple(openers) for lang, openers in form.items()}
