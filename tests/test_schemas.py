"""The JSON Schemas by which editors complete and check files: fresh, and of one mind with `heraldry check`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from heraldry.forms import FILES
from heraldry.networks import NETWORKS
from heraldry.schemas import schemas

ROOT = Path(__file__).parents[1]
STARTER = ROOT / "heraldry" / "starter"
LINE = re.compile(r"^# yaml-language-server: \$schema=(\S+)$", re.MULTILINE)
MADE = {path: json.loads(body) for path, body in schemas().items()}


def written(folder: Path) -> Iterator[Path]:
    """The files of a site that have a schema."""
    yield from (folder / "teams.yaml", folder / "sources.yaml")
    yield from sorted((folder / "content/posts").rglob("*.md"))


EXAMPLES = [path for folder in (ROOT, STARTER) for path in written(folder)]


class EditorLoader(yaml.SafeLoader):
    """YAML 1.2, as editors read it: `no` and `on` are words, dates are texts, 10:30 is no number."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  (the name is PyYAML's)


for tag, pattern, first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"null|Null|NULL|~|", ["n", "N", "~", ""]),
):
    EditorLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"(?:{pattern})$"), list(first))


def header(path: Path) -> str:
    """The YAML of a file: of a post what stands between its fences."""
    text = path.read_text(encoding="utf-8")
    return text.split("---\n")[1] if path.suffix == ".md" else text


KINDS = {"string": str, "number": int | float, "integer": int, "boolean": bool, "array": list, "object": dict}


def breaches(value: Any, schema: dict[str, Any], whole: dict[str, Any], at: str = "") -> Iterator[str]:
    """Where `value` breaks `schema`: the keywords that our schemas use, and a failure for any other."""
    for keyword, rule in schema.items():
        if keyword == "$ref":
            yield from breaches(value, whole["$defs"][rule.rpartition("/")[2]], whole, at)
        elif keyword == "anyOf":
            found = [list(breaches(value, option, whole, at)) for option in rule]
            yield from min(found, key=lambda each: (" is no " in each[0], len(each))) if all(found) else []
        elif keyword in CHECKS:
            yield from CHECKS[keyword](value, rule, schema, whole, at)
        else:
            assert keyword in ("$schema", "$defs", "title", "description", "default", "examples"), keyword


def _type(value: Any, rule: Any, schema: Any, whole: Any, at: str) -> Iterator[str]:
    kinds = [rule] if isinstance(rule, str) else rule
    if not any(_is(value, kind) for kind in kinds):
        yield f"{at}: {value!r} is no {' or '.join(kinds)}"


def _is(value: Any, kind: str) -> bool:
    if kind == "null":
        return value is None
    return isinstance(value, KINDS[kind]) and (isinstance(value, bool) <= (kind == "boolean"))


def _pattern(value: Any, rule: Any, schema: Any, whole: Any, at: str) -> Iterator[str]:
    if isinstance(value, str) and not re.search(rule, value):
        yield f"{at}: {value!r} does not match {rule}"


def _enum(value: Any, rule: Any, schema: Any, whole: Any, at: str) -> Iterator[str]:
    if value not in rule:
        yield f"{at}: {value!r} is none of {rule}"


def _minimum(value: Any, rule: Any, schema: Any, whole: Any, at: str) -> Iterator[str]:
    if isinstance(value, int) and value < rule:
        yield f"{at}: {value} is less than {rule}"


def _items(value: Any, rule: Any, schema: Any, whole: Any, at: str) -> Iterator[str]:
    for index, item in enumerate(value if isinstance(value, list) else ()):
        yield from breaches(item, rule, whole, f"{at}/{index}")


def _min_items(value: Any, rule: Any, schema: Any, whole: Any, at: str) -> Iterator[str]:
    if isinstance(value, list) and len(value) < rule:
        yield f"{at}: fewer than {rule}"


def _required(value: Any, rule: Any, schema: Any, whole: Any, at: str) -> Iterator[str]:
    yield from (f"{at}: {key} is missing" for key in rule if isinstance(value, dict) and key not in value)


def _properties(value: Any, rule: Any, schema: Any, whole: Any, at: str) -> Iterator[str]:
    for key in rule.keys() & (value.keys() if isinstance(value, dict) else ()):
        yield from breaches(value[key], rule[key], whole, f"{at}/{key}")


def _pattern_properties(value: Any, rule: Any, schema: Any, whole: Any, at: str) -> Iterator[str]:
    for pattern, inner in rule.items():
        for key in (key for key in (value if isinstance(value, dict) else ()) if re.search(pattern, str(key))):
            yield from breaches(value[key], inner, whole, f"{at}/{key}")


def _additional(value: Any, rule: Any, schema: Any, whole: Any, at: str) -> Iterator[str]:
    for key in (value.keys() if isinstance(value, dict) else set()) - schema.get("properties", {}).keys():
        if rule is False:
            yield f"{at}: unknown key {key}"
        elif isinstance(rule, dict):
            yield from breaches(value[key], rule, whole, f"{at}/{key}")


def _names(value: Any, rule: Any, schema: Any, whole: Any, at: str) -> Iterator[str]:
    for key in value if isinstance(value, dict) else ():
        yield from breaches(key, rule, whole, f"{at}/{key}")


CHECKS = {
    "type": _type,
    "pattern": _pattern,
    "enum": _enum,
    "minimum": _minimum,
    "items": _items,
    "minItems": _min_items,
    "required": _required,
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional,
    "propertyNames": _names,
}


def valid(name: str, text: str) -> list[str]:
    whole = MADE[f"schemas/{name}.schema.json"]
    return list(breaches(yaml.load(text, EditorLoader), whole, whole))


@pytest.mark.parametrize("path", MADE)
def test_a_committed_schema_is_what_the_forms_say(path: str) -> None:
    assert (ROOT / path).read_bytes() == schemas()[path], "run: heraldry schema"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_of_ours_names_its_schema_and_keeps_to_it(path: Path) -> None:
    named = LINE.search(header(path))
    assert named, "the yaml-language-server line is missing"
    site = STARTER if STARTER in path.parents else ROOT
    target = (path.parent / named[1]).resolve().relative_to(site).as_posix()
    assert target in MADE
    kind = "translation" if re.search(r"\.[a-z]{2}\.md$", path.name) else "post"
    assert target == f"schemas/{path.stem if path.suffix == '.yaml' else kind}.schema.json"
    assert valid(target.removeprefix("schemas/").removesuffix(".schema.json"), header(path)) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("post", "{title: no, type: company}"),
        ("post", "{title: 10:30, type: company, tags: customers, captions: One.}"),
        ("post", "{title: 1e3, type: industry, tags: [on, 2026], captions: [One., 2]}"),
        ("post", "{title: x, type: employee, utm: false, captions: {x: One., linkedin: [One., Two.]}}"),
        ("post", "{title: x, type: employee, utm: {content: a}, publish: 2026-12-01, expires: 2026-12-01T09:00+03:00}"),
        ("translation", "{title: x, captions: One.}"),
        (
            "sources",
            "sources: {a: {url: content/a.xml, type: company, include: {title: x}, captions: {en: '{title}'}}}",
        ),
    ],
)
def test_what_check_takes_an_editor_takes_too(name: str, text: str) -> None:
    assert valid(name, text) == []


@pytest.mark.parametrize(
    ("name", "text", "breach"),
    [
        ("post", "{title: x}", ": type is missing"),
        ("post", "{title: x, type: compny}", "/type: 'compny' is none of ['company', 'industry', 'employee']"),
        ("post", "{title: x, type: company, ulr: y}", ": unknown key ulr"),
        ("post", "{title: x, type: company, pin: no}", "/pin: 'no' is no boolean"),
        ("post", "{title: x, type: company, captions: {twitter: y}}", "/captions/twitter: 'twitter' is none of"),
        ("post", "{title: x, type: company, publish: tomorrow}", "/publish: 'tomorrow' does not match"),
        ("translation", "{title: x, type: company}", ": unknown key type"),
        ("sources", "sources: {a: {url: x, type: company, keep: 3 days}}", "/sources/a/keep: '3 days' does not match"),
    ],
)
def test_what_check_refuses_an_editor_underlines_too(name: str, text: str, breach: str) -> None:
    (found,) = valid(name, text)
    assert found.startswith(breach)


def test_an_editor_offers_every_network() -> None:
    captions = MADE["schemas/post.schema.json"]["properties"]["captions"]["anyOf"][-1]
    assert captions["propertyNames"]["enum"] == ["default", *NETWORKS]


def test_every_key_of_a_post_says_what_it_is_for() -> None:
    for name in ("post", "translation"):
        properties = MADE[f"schemas/{name}.schema.json"]["properties"]
        assert [key for key, schema in properties.items() if not schema.get("description")] == []


def test_there_is_a_schema_for_each_kind_of_file() -> None:
    assert list(MADE) == [f"schemas/{name}.schema.json" for name in FILES]
