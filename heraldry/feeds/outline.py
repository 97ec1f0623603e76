"""Where the entries of an XML feed stand in its text, seen before any parser: how many, and whether it is all there."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARK = re.compile(
    r"<!--|<!\[CDATA\[|<(?P<close>/)?(?:[\w.-]+:)?(?:(?P<entry>item|entry)(?=[\s/>])|(?P<root>rss|feed|rdf)\s*>)",
    re.IGNORECASE,
)
_LONGEST_TAG = 1000
_ENDS = {"<!--": "-->", "<![CDATA[": "]]>"}
_ROOT = re.compile(r"<(?P<prefix>[\w.-]+:)?(?P<name>rss|feed|rdf)(?=[\s/>])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outline:
    """`starts` are the places of the entries' first tags; `ended` says that the root was closed, `closed` that the
    last entry was."""

    starts: tuple[int, ...]
    ended: bool
    closed: bool


def outline(text: str) -> Outline:
    """One pass over the text that skips comments and CDATA; linear in its length, whatever it holds."""
    starts: list[int] = []
    ended, depth, at = False, 0, 0
    while mark := _MARK.search(text, at):
        at = mark.end()
        if end := _ENDS.get(mark[0].upper()):
            at = text.find(end, at) + len(end)
            if at < len(end):
                break
        elif mark["entry"]:
            depth = 0 if mark["close"] else 1
            if depth:
                starts.append(mark.start())
                depth = 0 if _empty(text, at) else 1
        else:
            ended = bool(mark["close"]) or ended
    return Outline(tuple(starts), ended, depth == 0)


def _empty(text: str, at: int) -> bool:
    """Whether the tag that is read up to `at` ends as `<item/>` does."""
    return text.startswith("/>", text.find(">", at, at + _LONGEST_TAG) - 1)


def beginning(text: str, seen: Outline, most: int) -> str:
    """The text with its first `most` entries, closed so that it is well formed if it was."""
    if len(seen.starts) <= most:
        return text
    head = text[: seen.starts[most]]
    root = _ROOT.search(head)
    if root is None:
        return head
    channel = f"</{root['prefix'] or ''}channel>" if root["name"].lower() == "rss" else ""
    return f"{head}{channel}</{root[0][1:]}>"
