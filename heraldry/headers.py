"""One key put into the header of a Markdown file. Every other byte stays as its author left it."""

from __future__ import annotations

import codecs
import re

import yaml

from heraldry.yamldoc import decoded, headed

_FENCE = re.compile(r"-{3,}[^\S\r\n]*(?:\r\n|\r|\n|$)")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)")
_BLANK = {"", "~", "null", "Null", "NULL"}


class Unfit(Exception):
    """The header is written in a way that cannot be added to; the words say how."""


def with_key(body: bytes, key: str, value: str, after: tuple[str, ...]) -> bytes:
    """The file with `key: value` in its header, and not another byte changed.

    A key that stands there without a value gets it. Otherwise a line is added below the first key of `after` that the
    header has, indented and ended as that one. `value` is a plain YAML scalar. Raises Unfit when the result would not
    say just what the file said, and `key` in addition.
    """
    bom = codecs.BOM_UTF8 if body.startswith(codecs.BOM_UTF8) else b""
    try:
        text = body.removeprefix(bom).decode()
    except UnicodeDecodeError:
        raise Unfit("it is not UTF-8") from None
    start, end = _header(text)
    at, gone, added = _change(text[start:end], key, value, after)
    at += start
    made = bom + (text[:at] + added + text[at + gone :]).encode()
    if _said(made) != _with(_said(body), key, value):
        raise Unfit("its header is written in an unusual way")
    return made


def _header(text: str) -> tuple[int, int]:
    """Where the YAML between the fences begins and ends."""
    first = _FENCE.match(text)
    at = first.end() if first else 0
    start = at
    while first and at < len(text):
        if _FENCE.match(text, at):
            return start, at
        line = _LINE.match(text, at)
        at = line.end() if line else len(text)
    raise Unfit("it has no header")


def _change(header: str, key: str, value: str, after: tuple[str, ...]) -> tuple[int, int, str]:
    """Where the header changes, how many characters go there, and what comes instead."""
    try:
        root = yaml.compose(header, Loader=yaml.CBaseLoader)
    except yaml.YAMLError:
        raise Unfit("its header is not YAML") from None
    if not isinstance(root, yaml.MappingNode):
        raise Unfit("its header is not made of 'key: value' pairs")
    pairs = {name.value: (name, node) for name, node in root.value}
    if key in pairs:
        return _filled(header, *pairs[key], value)
    if root.flow_style:
        return root.end_mark.index - 1, 0, f", {key}: {value}"
    return _added(header, pairs, f"{key}: {value}", after)


def _filled(header: str, name: yaml.Node, node: yaml.Node, value: str) -> tuple[int, int, str]:
    """The empty value's place; of `~` and the like it is taken."""
    if not isinstance(node, yaml.ScalarNode) or node.style in ("'", '"', "|", ">") or node.value not in _BLANK:
        raise Unfit(f"it has a '{name.value}' already")
    if node.value:
        return node.start_mark.index, len(node.value), value
    colon = header.find(":", name.end_mark.index)
    if colon < 0:
        raise Unfit("its header is written in an unusual way")
    return colon + 1, 0, f" {value}"


def _added(
    header: str, pairs: dict[str, tuple[yaml.Node, yaml.Node]], line: str, after: tuple[str, ...]
) -> tuple[int, int, str]:
    anchor = next((pairs[name] for name in after if name in pairs and _ends_clearly(pairs[name][1])), None)
    if anchor is None:
        raise Unfit(f"its header has none of {', '.join(after)}")
    name, node = anchor
    above = header.rfind("\n", 0, name.start_mark.index), header.rfind("\r", 0, name.start_mark.index)
    indent = header[max(above) + 1 : name.start_mark.index]
    ended = _LINE.match(header, node.end_mark.index)
    if ended is None:
        raise Unfit("its header ends in the middle of a line")
    newline = ended[0][len(ended[0].rstrip("\r\n")) :]
    return ended.end(), 0, f"{indent}{line}{newline}"


def _ends_clearly(node: yaml.Node) -> bool:
    """Whether the value's last character is known: a list in lines and a text in lines end where the next key is."""
    if isinstance(node, yaml.ScalarNode):
        return node.style not in ("|", ">")
    return bool(node.flow_style) if isinstance(node, yaml.CollectionNode) else False


def _said(body: bytes) -> tuple[object, str]:
    """What the file says: its header as a tree of text, and the Markdown below."""
    text = decoded(body, "").value
    parts = headed(text, "").value if text is not None else None
    if parts is None:
        raise Unfit("its header cannot be read")
    return parts[0].value, parts[1]


def _with(said: tuple[object, str], key: str, value: str) -> tuple[object, str]:
    tree, markdown = said
    return ({**tree, key: value}, markdown) if isinstance(tree, dict) else said
