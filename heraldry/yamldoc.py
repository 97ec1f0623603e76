"""YAML as its author wrote it: every scalar is text, every place can be named, nothing is guessed.

PyYAML's own typing reads `10:30` as 630, `no` as False and the last of two equal keys as the only one.
Here libyaml only finds the structure; what a value means is the reader's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler

from heraldry.problems import Position, Problem, Read

Tree = Any
"""str, None (written as nothing, `~` or `null`), a list of trees or a dict of str to tree."""

Keys = tuple[str | int, ...]

LARGEST = 1_000_000
"""Characters: a longer YAML text is a mistake or an attack."""

DEEPEST = 50
"""Levels of nesting: a deeper text is a mistake or an attack."""

_NO_ALIASES = "anchors and aliases (&name, *name) are not supported"

_PLAIN_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map")}

_BLANK = {"", "~", "null", "Null", "NULL"}


class _TextLoader(yaml.CSafeLoader):
    """libyaml's parser with no idea of numbers, dates, booleans or merge keys."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  (the name is PyYAML's)


@dataclass(frozen=True, slots=True)
class Doc:
    """A YAML text, what it says, and where each of its keys stands in its file."""

    path: str
    text: str
    value: Tree
    lines_above: int = 0

    def at(self, keys: Keys, *, key: bool = False) -> Position:
        """Where the value under `keys` stands (its key if `key`); the nearest known place if it is absent.

        The text is read again with its marks: places are needed only when something is wrong.
        """
        node, found = yaml.compose(self.text, Loader=_TextLoader), None
        for step in keys:
            entry = _child(node, step)
            if entry is None:
                break
            found, node = entry
        else:
            found = found if key else node
        return self._position(found if found is not None else node)

    def _position(self, node: yaml.Node | None) -> Position:
        if node is None:
            return Position(self.path, 1 + self.lines_above)
        mark = node.start_mark
        return Position(self.path, mark.line + 1 + self.lines_above, mark.column + 1)


def decoded(body: bytes, path: str) -> Read[str | None]:
    """The text of a file: UTF-8, with or without BOM, any line ends; a problem otherwise."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = body[: error.start]
        at = Position(path, before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        wrong = f"not UTF-8: byte 0x{body[error.start]:02x}"
        return Read(None, (Problem(at, wrong, "save the file with the encoding UTF-8"),))
    return Read(text.replace("\r\n", "\n").replace("\r", "\n"))


def parsed(text: str, path: str, lines_above: int = 0) -> Read[Doc | None]:
    """The YAML in `text`, or what is wrong with it."""
    try:
        if len(text) > LARGEST:
            return _refused(Position(path), f"the YAML is longer than {LARGEST:,} characters")
        if _depth(text) > DEEPEST:
            return _refused(Position(path), f"the YAML is nested deeper than {DEEPEST} levels")
        node = yaml.compose(text, Loader=_TextLoader)
    except yaml.YAMLError as error:
        return Read(None, (_syntax(error, text, path, lines_above),))
    problems = tuple(_structure(node, Doc(path, text, None, lines_above), {}))
    if any(problem.message == _NO_ALIASES for problem in problems):
        return Read(None, problems)
    return Read(Doc(path, text, _tree(node), lines_above), problems)


def headed(text: str, path: str) -> Read[tuple[Doc, str] | None]:
    """The YAML header and the body of a Markdown file; a file without both fences is a problem."""
    handler = YAMLHandler()
    if not text.strip():
        return _refused(Position(path), "the file is empty", "begin with '---', 'title: …', '---'")
    if not handler.detect(text):
        return _refused(Position(path), "the file does not begin with a header", "make '---' its first line")
    try:
        header, body = handler.split(text)
    except ValueError:
        return _refused(Position(path), "the header is never closed", "add a line '---' after the last key")
    above = text[: text.index(header, 3)].count("\n")
    doc = parsed(header, path, above)
    return Read((doc.value, body) if doc.value else None, doc.problems)


def mapping(doc: Doc) -> Problem | None:
    """A problem unless the document is made of `key: value` pairs."""
    if isinstance(doc.value, dict):
        return None
    what = "a list" if isinstance(doc.value, list) else "a text" if doc.value else "nothing"
    return Problem(doc.at(()), f"expected 'key: value' pairs, found {what}", "write one 'key: value' a line")


def _refused(at: Position, message: str, hint: str = "") -> Read[Any]:
    return Read(None, (Problem(at, message, hint),))


def _depth(text: str) -> int:
    """Levels of nesting, counted from events, so that a deep text cannot exhaust the stack."""
    deepest = level = 0
    for event in yaml.parse(text, Loader=_TextLoader):
        level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        deepest = max(deepest, level)
        if deepest > DEEPEST:
            break
    return deepest


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """The key node and the value node under `step`; for a list the item twice."""
    if isinstance(node, yaml.MappingNode):
        return next(((k, v) for k, v in node.value if k.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def _tree(node: yaml.Node | None) -> Tree:
    if node is None:
        return None
    if isinstance(node, yaml.MappingNode):
        return {key.value: _tree(value) for key, value in node.value if isinstance(key, yaml.ScalarNode)}
    if isinstance(node, yaml.SequenceNode):
        return [_tree(item) for item in node.value]
    assert isinstance(node, yaml.ScalarNode)
    return None if node.style is None and node.value in _BLANK else node.value


def _structure(node: yaml.Node | None, doc: Doc, seen: dict[int, yaml.Node]) -> Iterator[Problem]:
    """What YAML allows and a reader would misunderstand: equal keys, aliases, tags, keys that are lists."""
    if node is None:
        return
    if id(node) in seen:
        yield Problem(doc._position(node), _NO_ALIASES, "write the value out where it is used")
        return
    seen[id(node)] = node
    if node.tag not in _PLAIN_TAGS:
        yield Problem(doc._position(node), f"the YAML tag '{node.tag}' is not supported", "remove the tag")
    if isinstance(node, yaml.MappingNode):
        yield from _keys(node, doc)
        for _, value in node.value:
            yield from _structure(value, doc, seen)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _structure(item, doc, seen)


def _keys(node: yaml.MappingNode, doc: Doc) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for key, _ in node.value:
        at = doc._position(key)
        if not isinstance(key, yaml.ScalarNode):
            yield Problem(at, "a key must be a plain word", "write 'key: value'")
        elif key.value in first:
            hint = f"it stands in line {first[key.value]} already: keep one of them"
            yield Problem(at, f"duplicate key '{key.value}'", hint)
        else:
            first[key.value] = at.line


def _syntax(error: yaml.YAMLError, text: str, path: str, lines_above: int) -> Problem:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or str(error).splitlines()[0]
    if mark is None:
        return Problem(Position(path, 1 + lines_above), f"not YAML: {reason}", _hint(reason, ""))
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    at = Position(path, mark.line + 1 + lines_above, mark.column + 1)
    quoted = f": '{line.strip()}'" if line.strip() else ""
    return Problem(at, f"not YAML: {reason}{quoted}", _hint(reason, line))


def _hint(reason: str, line: str) -> str:
    if "\t" in line:
        return "replace the tab by spaces"
    if "mapping values are not allowed" in reason:
        return "put the text in quotes when it contains ': '"
    if "character" in reason or "token" in reason:
        return "put the text in quotes"
    return "check the indentation and the quotes around this line"
