"""What never comes back: the two lists of the inbox, as text and as names."""

from __future__ import annotations

import re
from collections.abc import Mapping

from heraldry.addresses import canonical, is_http
from heraldry.feeds import clean
from heraldry.problems import Position, Problem, Read

FOLDER = "content/posts/inbox"
REFUSED = f"{FOLDER}/refused.txt"
REVIEWED = f"{FOLDER}/reviewed.txt"
LONGEST_TITLE = 300

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def refused(body: bytes, path: str = REFUSED) -> Read[frozenset[str]]:
    """The slugs and canonical addresses in refused.txt, one a line; `#` begins a comment. Problems name the line."""
    names: set[str] = set()
    problems: list[Problem] = []
    for number, line in enumerate(body.decode("utf-8-sig", "replace").splitlines(), 1):
        said = re.sub(r"(^|\s)#.*", "", line).strip()
        if _SLUG.fullmatch(said) or is_http(said):
            names.add(canonical(said))
        elif said:
            hint = "write a slug or a whole address, one a line; a comment begins with '# '"
            problems.append(Problem(Position(path, number), f"neither a slug nor an address: '{said[:100]}'", hint))
    return Read(frozenset(names), tuple(problems))


def reviewed(body: bytes) -> dict[str, str]:
    """The titles by slug in reviewed.txt: all that was ever offered. Lines that are none of ours are passed over."""
    lines = (line.partition(" ") for line in body.decode("utf-8-sig", "replace").splitlines())
    return {slug: title.strip() for slug, _, title in lines if _SLUG.fullmatch(slug)}


def noted(body: bytes, titles: Mapping[str, str]) -> bytes:
    """reviewed.txt with these slugs and titles in it, too; what stands there already stays as it is."""
    known = reviewed(body)
    head = body if body else b"# Everything that was ever offered for review; `heraldry inbox` writes this file.\n"
    ended = head if head.endswith(b"\n") else head + b"\n"
    fresh = [f"{slug}  {headline(title) or slug}\n" for slug, title in titles.items() if slug not in known]
    return ended + "".join(fresh).encode() if fresh else body


def name_of(path: str) -> str | None:
    """The slug of an offered post's path from the site's root; None for any other path."""
    match = re.fullmatch(rf"{FOLDER}/[^/]+/(?P<slug>{_SLUG.pattern})\.md", path)
    return match["slug"] if match else None


def headline(text: str) -> str:
    """One clean line; "" when nobody would see anything of it."""
    line = clean.shortened(clean.plain(text), LONGEST_TITLE)
    return line if any(c.isprintable() and not c.isspace() for c in line) else ""
