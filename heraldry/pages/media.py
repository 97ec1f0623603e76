"""Pictures and arms: which are published, under which name, how large they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from heraldry.disk import File
from heraldry.pages.theme import fingerprint
from heraldry.pictures import Shown, Unusable, shown
from heraldry.pictures.stored import family, told
from heraldry.pictures.webp import measured

LONGEST_STEM = 60
"""Characters of a file's own name that are kept: file systems know no name of more than 255 bytes."""


@dataclass(frozen=True, slots=True)
class Medium:
    """A published file: its name below the site's root, and its size in pixels (of an SVG: in its own units, or 0)."""

    name: str
    width: int
    height: int


class Media:
    """The media that pages name; only what was asked for is read and published."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._asked: dict[str, Medium] = {}
        self._files: dict[str, File] = {}

    def medium(self, path: str) -> Medium:
        """The published form of a file, given its path from the site's root."""
        if path not in self._asked:
            self._asked[path] = self._taken(path, self._read(path))
        return self._asked[path]

    def sizes(self, path: str) -> tuple[Medium, ...]:
        """The published forms of a picture, widest first: of a picture of news every size that is stored.

        None of a picture of news that has been lost or damaged since its path was given: the page does without it.
        """
        if told(path) is None:
            return (self.medium(path),)
        return tuple(medium for name in family(path) if (medium := self.medium(name)).width)

    def files(self) -> tuple[File, ...]:
        """Every file that was asked for: the very file where nothing had to change."""
        return tuple(self._files.values())

    def _read(self, path: str) -> bytes:
        """The bytes of a file. A picture of news that has gone since its path was given is as good as a damaged one."""
        try:
            return (self._root / path).read_bytes()
        except FileNotFoundError:
            if told(path) is None:
                raise
            return b""

    def _taken(self, path: str, body: bytes) -> Medium:
        made, pure = _shown(path, body), PurePosixPath(path)
        if not made.body and told(path):
            return Medium("", 0, 0)
        stem = re.sub(r"[^a-z0-9]+", "-", pure.stem.lower()).strip("-")[:LONGEST_STEM] or "image"
        name = f"assets/media/{stem}.{fingerprint(made.body)}{pure.suffix.lower()}"
        self._files[path] = File(name, self._root / path if made.body == body else made.body)
        return Medium(name, made.width, made.height)


_BOX = re.compile(
    rb"""<svg\b[^>]*?\bviewBox\s*=\s*["']\s*[-\d.e]+[\s,]+[-\d.e]+[\s,]+"""
    rb"""(\d{0,6}\.?\d{1,6})[\s,]+(\d{0,6}\.?\d{1,6})\s*["']"""
)


def _drawn(svg: bytes) -> tuple[int, int]:
    """How wide and high an SVG is, by its view box; 0 and 0 when it has none."""
    box = _BOX.search(svg)
    return (round(float(box[1])), round(float(box[2]))) if box else (0, 0)


def _shown(path: str, body: bytes) -> Shown:
    """Arms drawn as SVG as they are; of a damaged picture nothing, for nobody can say what is in it.

    A picture of news has been made by us: its head says all that is to be known.
    """
    if told(path) is not None:
        size = measured(body)
        return Shown(body, *size) if size else Shown(b"", 0, 0)
    if path.lower().endswith(".svg"):
        return Shown(body, *_drawn(body))
    try:
        return shown(body)
    except Unusable:
        return Shown(b"", 0, 0)
