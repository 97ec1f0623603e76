"""Editors' patterns against feeds' texts, under a time limit: what stays in doubt is not published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from heraldry.model import Entry, Patterns, Source

MOST_SECONDS = 0.25
"""One search: a thousand times what any sensible pattern takes."""

MOST_DOUBTS = 8
"""After so many searches that did not end, a pattern is not tried any more in this run."""


@dataclass(slots=True)
class Sieve:
    """Which of a source's entries its patterns let through.

    Any `include` pattern that matches lets in, any `exclude` pattern that matches keeps out; without `include`
    patterns everything is in. A search that does not end in time counts as no match for `include` and as a match
    for `exclude`: such a pattern is in `doubtful`, as (include or exclude, field, pattern).
    """

    source: Source
    doubtful: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def lets(self, entry: Entry) -> bool:
        """Whether the entry may become a post."""
        include = self.source.include
        return (include == Patterns() or self._any("include", include, entry)) and not self._any(
            "exclude", self.source.exclude, entry
        )

    def _any(self, side: str, patterns: Patterns, entry: Entry) -> bool:
        return any(self._found((side, name, pattern), text) for name, pattern, text in _pairs(patterns, entry))

    def _found(self, key: tuple[str, str, str], text: str) -> bool:
        import regex  # type: ignore[import-untyped]  # 15 ms, and most sources have no patterns

        side, _, pattern = key
        if self.doubtful.get(key, 0) >= MOST_DOUBTS:
            return side == "exclude"
        try:
            return bool(regex.search(pattern, text, regex.IGNORECASE, timeout=MOST_SECONDS))
        except (TimeoutError, MemoryError, regex.error):
            self.doubtful[key] = self.doubtful.get(key, 0) + 1
            return side == "exclude"


def _pairs(patterns: Patterns, entry: Entry) -> Iterator[tuple[str, str, str]]:
    """Field, pattern and text of every search there is to make."""
    texts = {"title": (entry.title,), "category": entry.categories, "author": (entry.author,)}
    for name, said in texts.items():
        for pattern in getattr(patterns, name):
            for text in said:
                yield name, pattern, text
