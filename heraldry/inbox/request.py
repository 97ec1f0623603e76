"""The pull request: what waits in it, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heraldry.feeds import clean
from heraldry.inbox.lists import REFUSED, REVIEWED, headline
from heraldry.neutral import neutral, target

LONGEST_TEXT = 60_000
"""Characters of the text; GitHub refuses more than 65,536."""

FIRST_LINES = 240
"""Characters of a summary that the text shows."""

_HOW = """\
Feeds that are under review brought these entries. Each is a post of its own, in a file; none is published before \
it is merged.

- **Edit** what you like in its file: title, captions, teams, `publish`.
- **Accept** by merging. A post then appears with the next build, and ends when its `expires` says so.
- **Refuse** one by deleting its file here before you merge. It stays away for good: `{reviewed}` remembers the slug \
and the address of everything that was offered, and what has no post any more is neither offered again nor published \
by itself, also when `review` is switched off or another source brings that address. A line with its slug or its \
address in `{refused}` does the same at any time.
- **Change your mind** later by writing a post about it yourself.
- Closing this without merging only puts it off: what was not merged is offered again."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A post on the way through review, as its file says it now; `source` is the name that people know."""

    path: str
    source: str
    title: str
    url: str
    summary: str = ""


def request(waiting: Sequence[Waiting]) -> str:
    """The pull request: its title in the first line, an empty one, then Markdown; "" when nothing waits.

    Feed text in it is text: it mentions nobody, refers to nothing, and links to nothing but its entry.
    """
    if not waiting:
        return ""
    many = "1 entry waits" if len(waiting) == 1 else f"{len(waiting)} entries wait"
    parts = [f"{many} for review", "", _HOW.format(reviewed=REVIEWED, refused=REFUSED)]
    room, source, shown = LONGEST_TEXT - sum(map(len, parts)), "", 0
    for one in sorted(waiting, key=lambda one: (one.source.casefold(), one.path)):
        block = ([f"\n### {neutral(one.source)}\n"] if one.source != source else []) + [_block(one)]
        room -= sum(map(len, block)) + len(block)
        if room < 0:
            parts.append(f"\n… and {len(waiting) - shown} more: see the files of this pull request")
            break
        parts += block
        source, shown = one.source, shown + 1
    return "\n".join([*parts, ""])


def _block(one: Waiting) -> str:
    title = neutral(headline(one.title)) or "without a title"
    lines = [f"- [{title}](<{target(one.url)}>)" if one.url else f"- {title}"]
    summary = neutral(clean.shortened(clean.plain(one.summary), FIRST_LINES))
    lines += [f"  > {summary}", "  >"] if summary else []
    return "\n".join([*lines, f"  > `{one.path}`"])
