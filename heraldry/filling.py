"""Filling a form from a YAML document: all that is wrong with it, each at its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from heraldry.forms import Form
from heraldry.problems import Problem, Read, did_you_mean
from heraldry.yamldoc import Doc, Keys, mapping

F = TypeVar("F", bound=Form)

_SAID = {
    "list_type": ("expected a list", "write [one, two] or one '- item' a line"),
    "dict_type": ("expected 'key: value' pairs", "indent them below this key"),
    "model_type": ("expected 'key: value' pairs", "indent them below this key"),
    "model_attributes_type": ("expected 'key: value' pairs", "indent them below this key"),
    "too_short": ("expected at least one", "write [one, two] or one '- item' a line"),
}


def filled(form: type[F], doc: Doc, stand_ins: Mapping[str, Any] | None = None) -> Read[F | None]:
    """The form, and every problem in it.

    With `stand_ins` for the required keys a form is returned even when keys are wrong: wrong keys are left
    out, so that later checks can still speak about the rest. The problems say that it must not be used.
    """
    missing = mapping(doc)
    if missing:
        return Read(None, (missing,))
    blank = tuple(_blank(doc, keys) for keys in _blanks(doc.value))
    tree = _without_blanks(doc.value)
    try:
        return Read(form.model_validate(tree), blank)
    except ValidationError as error:
        problems = blank + tuple(_problem(form, doc, details) for details in _distinct(form, error, doc.value))
        wrong = {details["loc"][0] for details in error.errors() if details["loc"]}
    rest = {key: value for key, value in tree.items() if key not in wrong}
    return Read(_mended(form, rest, stand_ins), problems)


def _mended(form: type[F], rest: dict[str, Any], stand_ins: Mapping[str, Any] | None) -> F | None:
    if stand_ins is None:
        return None
    try:
        return form.model_validate({**stand_ins, **rest})
    except ValidationError:
        return None


def _blanks(tree: Any, above: Keys = ()) -> Iterator[Keys]:
    """The keys that are followed by nothing."""
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in pairs:
        if _is_blank(value):
            yield (*above, key)
        else:
            yield from _blanks(value, (*above, key))


def _is_blank(value: Any) -> bool:
    """Whether a reader would see nothing: no value, or a text of blanks and invisible characters."""
    return value is None or (isinstance(value, str) and not any(c.isprintable() and not c.isspace() for c in value))


def _blank(doc: Doc, keys: Keys) -> Problem:
    name = next((f"'{key}'" for key in reversed(keys) if isinstance(key, str)), "the item")
    at = doc.at(keys, key=True)
    comment = _COMMENT.search(doc.line(at)[at.column - 1 :])
    hint = (
        f"put '{comment[1]}' in quotes: without them it is a comment" if comment else "write a value or remove the line"
    )
    return Problem(at, f"{name} is empty", hint)


_COMMENT = re.compile(r"^[^:]*:[ \t]+(#\S+)")


def _without_blanks(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _without_blanks(value) for key, value in tree.items() if not _is_blank(value)}
    if isinstance(tree, list):
        return [_without_blanks(item) for item in tree if not _is_blank(item)]
    return tree


def _distinct(form: type[Form], error: ValidationError, tree: Any) -> Iterator[ErrorDetails]:
    """One error a mistake: a key that was misspelled or left empty is not also missing."""
    seen: set[Keys] = set()
    found = error.errors(include_url=False)
    typos = {(*keys[:-1], _meant(form, keys)) for d in found if (keys := _extra(d))}
    for details in found:
        keys = _written(details["loc"])
        excused = details["type"] == "missing" and (keys in typos or _is_key(tree, keys))
        if keys not in seen and not excused and details["loc"][-1:] != ("bool",):
            seen.add(keys)
            yield details


def _extra(details: ErrorDetails) -> Keys:
    return _written(details["loc"]) if details["type"] == "extra_forbidden" else ()


def _meant(form: type[Form], keys: Keys) -> str:
    """The known key that the unknown one at `keys` was meant to be, "" when none is near."""
    hint = did_you_mean(str(keys[-1]), _known(form, keys[:-1]))
    return hint.split("'")[1] if hint.startswith("did") else ""


def _is_key(tree: Any, keys: Keys) -> bool:
    """Whether something was written under `keys`."""
    for key in keys:
        known = tree if isinstance(tree, dict) else dict(enumerate(tree)) if isinstance(tree, list) else {}
        if key not in known:
            return False
        tree = known[key]
    return True


def _written(loc: tuple[str | int, ...]) -> Keys:
    """The place as the author wrote it, without the marks pydantic adds for union branches and dict keys."""
    return tuple(step for step in loc if isinstance(step, int) or step not in _MARKS)


_AUTH = "write auth: {env: ACME_FEED_TOKEN}; if it was the real token, replace that: git remembers it"
_MARKS = {"[key]", "bool", "UtmForm"}


def _problem(form: type[Form], doc: Doc, details: ErrorDetails) -> Problem:
    keys = _shortened(_written(details["loc"]), doc.value)
    kind, context = details["type"], details.get("ctx", {})
    if "auth" in keys and kind != "extra_forbidden" and "scheme" not in keys and kind != "missing":
        return Problem(
            doc.at(keys), "not the name of an environment variable; it is not shown, for it may be a secret", _AUTH
        )
    if kind == "extra_forbidden":
        name = str(keys[-1])
        hint = form.elsewhere.get(name) or did_you_mean(name, _known(form, keys[:-1]))
        return Problem(doc.at(keys, key=True), f"unknown key '{name}'", hint)
    if kind == "missing":
        below = f" below '{keys[-2]}:'" if len(keys) > 1 else ""
        return Problem(doc.at(keys, key=True), f"'{keys[-1]}' is missing", f"add '{keys[-1]}: …'{below}")
    if kind == "heraldry":
        return Problem(doc.at(keys, key="[key]" in details["loc"]), context["message"], context["hint"])
    message, hint = _SAID.get(kind, (details["msg"][:1].lower() + details["msg"][1:], ""))
    return Problem(doc.at(keys), f"{message}, found '{_quoted(details['input'])}'", hint)


def _shortened(keys: Keys, tree: Any) -> Keys:
    """`captions: x` is read as `captions.default.0`: name only the keys that were written."""
    written: list[str | int] = []
    for key in keys:
        known = tree if isinstance(tree, dict) else dict(enumerate(tree)) if isinstance(tree, list) else {}
        if key in known:
            written.append(key)
            tree = known[key]
        elif isinstance(tree, dict):
            return keys
        elif key != "default":
            break
    return tuple(written)


def _quoted(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _known(form: type[BaseModel], keys: Keys) -> tuple[str, ...]:
    """The keys that the form has under `keys`."""
    model: Any = form
    for key in keys:
        if isinstance(key, str) and isinstance(model, type) and issubclass(model, BaseModel):
            field = next((f for n, f in model.model_fields.items() if (f.alias or n) == key), None)
            model = _inner(field.annotation) if field else model
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return ()
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _inner(annotation: Any) -> Any:
    """The form inside `dict[str, Form]`, `Form | None` or `bool | Form`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _inner(arg)) is not None), None)
