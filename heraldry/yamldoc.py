"""YAML as its author wrote it: every scalar is text, every place can be named, nothing is guessed.

PyYAML's own typing reads `10:30` as 630, `no` as False and the last of two equal keys as the only one.
Here libyaml only finds the structure; what a value means is the reader's business.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler

from heraldry.problems import Level, Position, Problem, Read

Tree = Any
"""str, None (written as nothing, `~` or `null`), a list of trees or a dict of str to tree."""

Keys = tuple[str | int, ...]

LARGEST = 1_000_000
"""Characters: a longer YAML text is a mistake or an attack."""

DEEPEST = 50
"""Levels of nesting: a deeper text is a mistake or an attack."""

_PLAIN_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map")}

_BLANK = {"", "~", "null", "Null", "NULL"}

_STRAY = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What YAML 1.2 (section 5.1) allows in no text, and U+FEFF, which may only begin a file."""

_HASH = re.compile(r"[ \t]+(#\w+)")


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
        node, found = _composed(self.text), None
        for step in keys:
            entry = _child(node, step)
            if entry is None:
                break
            found, node = entry
        else:
            found = found if key else node
        return self._position(found if found is not None else node)

    def line(self, at: Position) -> str:
        """The whole line that `at` stands in."""
        return self.text.split("\n")[at.line - 1 - self.lines_above]

    def _position(self, node: yaml.Node | None) -> Position:
        return self._mark(0 if node is None else node.start_mark.index)

    def _event(self, event: yaml.Event) -> Position:
        return self._mark(event.start_mark.index if event.start_mark else 0)

    def _mark(self, index: int) -> Position:
        return _spot(self.text, index, self.path, self.lines_above)


@lru_cache(maxsize=2)
def _composed(text: str) -> yaml.Node | None:
    """The nodes of a text, with their marks; kept for a moment, since many places are asked for in the same one.

    Nobody may change them.
    """
    node: yaml.Node | None = yaml.compose(text, Loader=_TextLoader)
    return node


def _spot(text: str, index: int, path: str, lines_above: int = 0) -> Position:
    """The place of a character. libyaml also counts U+0085 and U+2028 as line ends, which editors do not."""
    line = text.count("\n", 0, index) + 1 + lines_above
    return Position(path, line, index - text.rfind("\n", 0, index))


def decoded(body: bytes, path: str) -> Read[str | None]:
    """The text of a file: UTF-8, with or without BOM, any line ends; a problem otherwise."""
    plain = body.removeprefix(codecs.BOM_UTF8)
    try:
        text = _unix(plain.decode())
    except UnicodeDecodeError as error:
        return Read(None, (_undecodable(plain, error.start, path),))
    stray = _STRAY.search(text)
    if stray:
        wrong = f"the character U+{ord(stray[0]):04X} has no place in a text"
        return _refused(_spot(text, stray.start(), path), wrong, "remove it; it is invisible in most editors")
    return Read(text)


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _undecodable(body: bytes, start: int, path: str) -> Problem:
    before = _unix(body[:start].decode())
    utf16 = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    wrong = "UTF-16, not UTF-8" if utf16 else f"not UTF-8: byte 0x{body[start]:02x}"
    return Problem(_spot(before, len(before), path), wrong, "save the file with the encoding UTF-8")


def parsed(text: str, path: str, lines_above: int = 0) -> Read[Doc | None]:
    """The YAML in `text`, or what is wrong with it."""
    doc = Doc(path, text, None, lines_above)
    if len(text) > LARGEST:
        return _refused(doc._mark(0), f"the YAML is longer than {LARGEST:,} characters")
    try:
        unfit = tuple(_unfit(doc))
        if unfit:
            return Read(None, unfit)
        node = _composed(text)
    except yaml.YAMLError as error:
        return Read(None, (_syntax(error, doc),))
    return Read(Doc(path, text, _tree(node), lines_above), tuple(_structure(node, doc)))


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
    what = "a list" if isinstance(doc.value, list) else "nothing" if doc.value is None else f"'{doc.value[:40]}'"
    return Problem(doc.at(()), f"expected 'key: value' pairs, found {what}", "write one 'key: value' a line")


def _refused(at: Position, message: str, hint: str = "") -> Read[Any]:
    return Read(None, (Problem(at, message, hint),))


def _unfit(doc: Doc) -> Iterator[Problem]:
    """What must not even be composed: deep nesting, which could exhaust the stack, aliases, several documents."""
    level = documents = 0
    for event in yaml.parse(doc.text, Loader=_TextLoader):
        level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if level > DEEPEST:
            wrong, hint = f"the YAML is nested deeper than {DEEPEST} levels", "check the brackets and the indentation"
            yield Problem(doc._event(event), wrong, hint)
            return
        if documents > 1:
            yield Problem(doc._event(event), "a second document begins here", "remove the line '---'")
            return
        if getattr(event, "anchor", None):
            hint = "write the value out, or put a text that begins with & or * in quotes"
            yield Problem(doc._event(event), "anchors and aliases (&name, *name) are not supported", hint)


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
    return None if not node.style and node.value in _BLANK else node.value


def _structure(node: yaml.Node | None, doc: Doc) -> Iterator[Problem]:
    """What YAML allows and a reader would misunderstand: equal keys, tags, keys that are lists, lost hashtags."""
    if node is None:
        return
    if node.tag not in _PLAIN_TAGS:
        hint = "remove the tag, or put a text that begins with ! in quotes"
        yield Problem(doc._position(node), f"the YAML tag '{node.tag}' is not supported", hint)
    if isinstance(node, yaml.MappingNode):
        yield from _keys(node, doc)
    elif isinstance(node, yaml.ScalarNode):
        yield from _lost(node, doc)
    for value in _values(node):
        yield from _structure(value, doc)


def _values(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [value for _, value in node.value]
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _lost(node: yaml.ScalarNode, doc: Doc) -> Iterator[Problem]:
    """A hashtag after a text without quotes is a comment to YAML: it would vanish without a word."""
    found = _HASH.match(doc.text, node.end_mark.index) if not node.style and node.value else None
    if found:
        wrong = f"'{found[1]}' is a comment, not a part of the text"
        hint = "put the text in quotes, or write '# ' for a comment"
        yield Problem(doc._mark(found.start(1)), wrong, hint, Level.WARNING)


def _keys(node: yaml.MappingNode, doc: Doc) -> Iterator[Problem]:
    first: dict[str, yaml.Node] = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            yield Problem(doc._position(key), "a key must be a plain word", "write 'key: value'")
        elif key.value in first:
            hint = f"it stands in line {doc._position(first[key.value]).line} already: keep one of them"
            yield Problem(doc._position(key), f"duplicate key '{key.value}'", hint)
        else:
            first[key.value] = key


def _syntax(error: yaml.YAMLError, doc: Doc) -> Problem:
    opened = getattr(error, "context_mark", None)
    if opened and getattr(error, "context", "") == "while scanning a quoted scalar":
        at = doc._mark(opened.index)
        return Problem(
            at, f"not YAML: this quote is never closed: '{doc.line(at).strip()}'", "add the same quote at its end"
        )
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or str(error).splitlines()[0]
    at = doc._mark(mark.index if mark else 0)
    line = doc.line(at) if mark else ""
    if re.match(r" *\t", line):
        return Problem(at, f"not YAML: a tab where only spaces may be: '{line.strip()}'", "replace the tab by spaces")
    quoted = f": '{line.strip()}'" if line.strip() else ""
    ended = mark and "did not find expected" in reason and line[: at.column - 1].rstrip()[-1:] in ('"', "'")
    return Problem(at, f"not YAML: {reason}{quoted}", _QUOTE_WITHIN if ended else _hint(reason))


_QUOTE_WITHIN = """a quoted text ends just before: look where it begins, and write \\" inside "…", or '' inside '…'"""


def _hint(reason: str) -> str:
    if "mapping values are not allowed" in reason:
        return "put the text in quotes when it contains ': '"
    if "character" in reason or "token" in reason:
        return "put the text in quotes"
    return "check indentation, brackets and quotes in this line and those above it"
