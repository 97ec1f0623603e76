"""Any text written as one YAML value or one run of Markdown, so that it reads back as that text."""

from __future__ import annotations

import json
import re

_PLAIN = re.compile(r"[^\W\d_][\w ,;.!?()’‘–…-]*")
_ADDRESS = re.compile(r"https?://[\w:/.%~?=&#+,;@!$'()*-]*[\w/%=-]")
_NOT_TEXT = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
_MARKS = re.compile(r"([\\`*_{}\[\]>])")
_LEADING = re.compile(r"^(?:\d{1,9}(?=[.)])|(?=[-+#]))")


def scalar(text: str) -> str:
    """One line of printable text as a YAML value: bare where no reader could take it for anything else.

    JSON's strings are YAML's double-quoted ones.
    """
    if _ADDRESS.fullmatch(text):
        return text
    if _PLAIN.fullmatch(text) and text[-1] != " " and text.lower() not in _NOT_TEXT:
        return text
    return json.dumps(text, ensure_ascii=False)


def literal(text: str) -> str:
    """One line of plain text as Markdown that shows exactly it, by CommonMark's rules and by MkDocs'.

    Only the marks that both let a backslash escape are escaped so; the others become character references.
    """
    shown = re.sub(r"&(?=#?\w+;)", "&amp;", text).replace("<", "&lt;").replace("~", "&#126;")
    return _LEADING.sub(lambda match: f"{match[0]}\\", _MARKS.sub(r"\\\1", shown))
