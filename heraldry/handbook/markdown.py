"""Markdown as written becomes Markdown as staged: links hold in the new place, headings have stable anchors."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from heraldry.problems import Position

_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_HEADING = re.compile(r"(?P<marks>#{1,6}) +(?P<text>.+?)(?P<id> *\{[^}]*#[^}]*\})? *#* *$")
_LINK = re.compile(
    r"(?P<code>`[^`]*`)"
    r"|(?<=\]\()(?P<inline><[^>\n]*>|[^()\s]+)"
    r"|^ {0,3}\[[^\]]+\]:\s+(?P<reference>\S+)"
)


@dataclass(frozen=True, slots=True)
class Typed:
    """A link as its author typed it, and where."""

    target: str
    at: Position


@dataclass(frozen=True, slots=True)
class Text:
    """Staged Markdown; `links` leads from each link in it back to what the author typed."""

    markdown: str
    links: Mapping[str, Typed] = field(default_factory=dict)


def staged(body: str, path: str, first_line: int, moved: Callable[[str], str]) -> Text:
    """`body` with every relative link replaced by `moved(link)` and an anchor on every heading.

    Fenced code and code spans stay as they are; `path` and `first_line` place the links.
    """
    links: dict[str, Typed] = {}
    taken: set[str] = set()
    lines = []
    for number, line, code in _lines(body):
        if code:
            lines.append(line)
            continue
        at = Position(path, first_line + number)
        lines.append(_anchored(_relinked(line, at, moved, links), taken))
    return Text("\n".join(lines) + "\n", links)


def slug(heading: str) -> str:
    """The anchor of a heading: its letters and digits in any script, joined by hyphens."""
    plain = re.sub(r"[*_`\[\]]|\([^)]*\)", "", heading).replace("İ", "i").replace("I", "i").lower()
    return re.sub(r"[^\w]+", "-", plain).strip("-") or "section"


def relative(link: str) -> bool:
    """Whether the link leads to a file of ours: no scheme, no host, no leading slash, not an anchor alone."""
    return not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|/|#", link)


def joined(base: str, link: str) -> tuple[str, str]:
    """The path that `link` on the page `base` names, and its `#anchor`."""
    target, mark, anchor = link.partition("#")
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), target)), mark + anchor


def _lines(body: str) -> Iterator[tuple[int, str, bool]]:
    fence = ""
    for number, line in enumerate(body.splitlines()):
        match = _FENCE.match(line)
        yield number, line, bool(fence or match)
        if match and not fence:
            fence = match[1]
        elif match and match[1].startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""


def _relinked(line: str, at: Position, moved: Callable[[str], str], links: dict[str, Typed]) -> str:
    def replaced(match: re.Match[str]) -> str:
        typed = match["inline"] or match["reference"]
        if typed is None:
            return match[0]
        target = moved(typed.strip("<>")) if relative(typed) else typed
        links.setdefault(target, Typed(typed, Position(at.path, at.line, match.end() - len(typed) + 1)))
        return match[0].replace(typed, target)

    return _LINK.sub(replaced, line)


def _anchored(line: str, taken: set[str]) -> str:
    match = _HEADING.match(line)
    if match is None or match["id"]:
        return line
    base = slug(match["text"])
    anchor = next(name for name in _names(base) if name not in taken)
    taken.add(anchor)
    return f"{match['marks']} {match['text']} {{#{anchor}}}"


def _names(base: str) -> Iterator[str]:
    yield base
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1
