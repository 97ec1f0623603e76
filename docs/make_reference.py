"""Write docs/reference.md from the code: every key of every file, every command (`make reference`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from heraldry.cli import main as program
from heraldry.forms import FILES
from heraldry.networks import NETWORKS

TARGET = Path(__file__).with_name("reference.md")
TITLES = {
    "teams": "teams.yaml",
    "sources": "sources.yaml",
    "post": "Header of a post, content/posts/<slug>.md",
    "translation": "Header of a translation, content/posts/<slug>.<lang>.md",
}


def reference() -> str:
    """The whole page."""
    parts = ["# Reference", "", "Written by `make reference` from the code; do not edit.", ""]
    for name, title in TITLES.items():
        parts += [f"## {title}", "", *_form(FILES[name].model_json_schema())]
    parts += ["## Networks", "", *_networks(), "## Commands", "", *_commands()]
    return "\n".join(parts).rstrip() + "\n"


def _form(schema: Mapping[str, Any]) -> Iterator[str]:
    yield from _table(schema)
    for name, part in schema.get("$defs", {}).items():
        if "properties" in part:
            yield from (f"### {name.removesuffix('Form')}", "", part.get("description", ""), "")
            yield from _table(part)


def _table(part: Mapping[str, Any]) -> Iterator[str]:
    yield from ("| key | value | meaning |", "| --- | --- | --- |")
    for key, value in part["properties"].items():
        needed = " **required**" if key in part.get("required", ()) else ""
        yield f"| `{key}` | {_kind(value)}{needed} | {_cell(value.get('description', ''))} |"
    yield ""


def _kind(value: Mapping[str, Any]) -> str:
    """What may be written, in words."""
    if "anyOf" in value:
        kinds = list(dict.fromkeys(_kind(one) for one in value["anyOf"] if one.get("type") != "null"))
        lists = [kind for kind in kinds if kind.removeprefix("list of ") in kinds and kind.startswith("list of ")]
        return " or ".join([kind for kind in kinds if kind not in lists] + ["a list"] * bool(lists))
    if "$ref" in value:
        return "_" + value["$ref"].rsplit("/", 1)[1].removesuffix("Form") + "_"
    if set(value.get("enum", ())) >= set(NETWORKS):
        return "a key of [Networks](#networks)"
    if "enum" in value:
        return ", ".join(f"`{one}`" for one in value["enum"])
    if value.get("type") == "array":
        return f"list of {_kind(value['items'])}"
    if value.get("type") == "object":
        inner = value.get("additionalProperties") or next(iter(value.get("patternProperties", {}).values()), {})
        return f"keys, each with {_kind(inner)}"
    if "examples" in value:
        return f"such as `{value['examples'][0]}`"
    return {"boolean": "`true`, `false`", "integer": "number"}.get(str(value.get("type")), "text")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _networks() -> Iterator[str]:
    yield from ("| key | name | its composer takes | limit |", "| --- | --- | --- | --- |")
    for network in NETWORKS.values():
        limit = f"{network.limit.maximum:,} {network.limit.unit}" if network.limit else "not known"
        takes = {"text": "the text", "title": "a title", "nothing": "only the link"}[network.takes.value]
        yield f"| `{network.key}` | {network.label} | {takes} | {limit} |"
    yield ""


def _commands() -> Iterator[str]:
    yield from _command(program, _context(program, "heraldry", None))


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    """As on the command line, but 100 columns wide on any terminal."""
    options = ["-h", "--help"]
    return click.Context(command, parent, name, terminal_width=100, max_content_width=100, help_option_names=options)


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    yield from (f"### {context.command_path}", "", "```text", command.get_help(context).rstrip(), "```", "")
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None:
                yield from _command(found, _context(found, name, context))


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
