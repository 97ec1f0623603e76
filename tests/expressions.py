"""GitHub's expressions (`${{ … }}` and `if:`), as far as workflows here use them.

After docs.github.com, "Evaluate expressions in workflows and actions": loose equality, strings compared without case,
`&&` and `||` hand on an operand. What is not known here is an error, never false.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan

Value = None | bool | float | str | Mapping[str, "Value"]
Functions = Mapping[str, Callable[..., Value]]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_-]*)"
    r"|(?P<sign>==|!=|&&|\|\||<=|>=|[!().,<>\[\]]))"
)
_EMBEDDED = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_STATUS = re.compile(r"\b(?:always|success|failure|cancelled)\s*\(")


@dataclass
class _Parser:
    tokens: Sequence[tuple[str, str]]
    contexts: Mapping[str, Value]
    functions: Functions
    at: int = 0

    def next_is(self, *signs: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at][0] == "sign" and self.tokens[self.at][1] in signs

    def take(self) -> tuple[str, str]:
        if self.at == len(self.tokens):
            raise ValueError("the expression ends too early")
        self.at += 1
        return self.tokens[self.at - 1]

    def expect(self, sign: str) -> None:
        if not self.next_is(sign):
            raise ValueError(f"'{sign}' is missing at {self.tokens[self.at :]}")
        self.at += 1

    def either(self) -> Value:
        left = self.both()
        while self.next_is("||"):
            self.take()
            right = self.both()
            left = left if truthy(left) else right
        return left

    def both(self) -> Value:
        left = self.compared()
        while self.next_is("&&"):
            self.take()
            right = self.compared()
            left = right if truthy(left) else left
        return left

    def compared(self) -> Value:
        left = self.negated()
        while self.next_is("==", "!="):
            sign = self.take()[1]
            same = equal(left, self.negated())
            left = same if sign == "==" else not same
        return left

    def negated(self) -> Value:
        if self.next_is("!"):
            self.take()
            return not truthy(self.negated())
        return self.reached()

    def reached(self) -> Value:
        value = self.single()
        while self.next_is("."):
            self.take()
            key = self.take()[1]
            value = value.get(key) if isinstance(value, Mapping) else None
        return value

    def single(self) -> Value:
        kind, text = self.take()
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return float(text)
        if (kind, text) == ("sign", "("):
            inner = self.either()
            self.expect(")")
            return inner
        if kind != "name":
            raise ValueError(f"'{text}' is not expected here")
        if text in _WORDS:
            return _WORDS[text]
        return self.called(text) if self.next_is("(") else self.contexts[text]

    def called(self, name: str) -> Value:
        self.expect("(")
        arguments: list[Value] = []
        while not self.next_is(")"):
            arguments.append(self.either())
            if not self.next_is(")"):
                self.expect(",")
        self.expect(")")
        return self.functions[name](*arguments)


_WORDS: Mapping[str, Value] = {"true": True, "false": False, "null": None}


def evaluated(expression: str, contexts: Mapping[str, Value], functions: Functions) -> Value:
    """The value of what stands between `${{` and `}}`. Raises ValueError or KeyError for what is not known here."""
    parser = _Parser(_tokens(expression), contexts, {"format": _formatted, **functions})
    value = parser.either()
    if parser.at != len(parser.tokens):
        raise ValueError(f"{parser.tokens[parser.at :]} is left over in '{expression}'")
    return value


def _tokens(expression: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = expression.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise ValueError(f"'{text[at:]}' is no expression")
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


def filled(text: str, contexts: Mapping[str, Value], functions: Functions) -> str:
    """`text` with every `${{ … }}` in it replaced."""
    return _EMBEDDED.sub(lambda match: shown(evaluated(match[1], contexts, functions)), text)


def holds(condition: str, contexts: Mapping[str, Value], functions: Functions) -> bool:
    """Whether an `if:` lets its step or job run: without a status function it also asks for success()."""
    whole = _EMBEDDED.fullmatch(condition.strip())
    expression = whole[1] if whole else condition
    asked = truthy(evaluated(expression, contexts, functions))
    return asked if _STATUS.search(expression) else asked and truthy(functions["success"]())


def truthy(value: Value) -> bool:
    """GitHub's notion: false, 0, "", null and NaN are not."""
    return not (value is None or value is False or value == "" or (isinstance(value, float) and _zero(value)))


def _zero(number: float) -> bool:
    return number == 0 or isnan(number)


def equal(left: Value, right: Value) -> bool:
    """`==`: strings without case, values of two kinds as numbers."""
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold() == right.casefold()
    if isinstance(left, Mapping) or isinstance(right, Mapping):
        return left is right
    return _number(left) == _number(right)


def _number(value: Value) -> float:
    if value is None:
        return 0.0
    if isinstance(value, str):
        try:
            return float(value) if value.strip() else 0.0
        except ValueError:
            return nan
    assert isinstance(value, bool | float | int)
    return float(value)


def shown(value: Value) -> str:
    """A value as it is put into text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    assert value is None or isinstance(value, str)
    return value or ""


def _formatted(pattern: Value, *values: Value) -> Value:
    text = shown(pattern)
    for number, value in enumerate(values):
        text = text.replace(f"{{{number}}}", shown(value))
    return text
