"""Pictures and arms: which are published, under which name, how large they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from PIL import Image, UnidentifiedImageError

from heraldry.disk import File
from heraldry.pages.theme import fingerprint


@dataclass(frozen=True, slots=True)
class Medium:
    """A published file: its name below the site's root, and its size in pixels (0 for an SVG)."""

    name: str
    width: int
    height: int


class Media:
    """The media that pages name; only what was asked for is published."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._asked: dict[str, Medium] = {}

    def medium(self, path: str) -> Medium:
        """The published form of a file, given its path from the site's root."""
        if path not in self._asked:
            body = (self._root / path).read_bytes()
            pure = PurePosixPath(path)
            stem = re.sub(r"[^a-z0-9]+", "-", pure.stem.lower()).strip("-") or "image"
            name = f"assets/media/{stem}.{fingerprint(body)}{pure.suffix.lower()}"
            self._asked[path] = Medium(name, *size(self._root / path))
        return self._asked[path]

    def files(self) -> tuple[File, ...]:
        """Every file that was asked for, to be copied."""
        return tuple(File(medium.name, self._root / path) for path, medium in self._asked.items())


def size(path: Path) -> tuple[int, int]:
    """Width and height in pixels; zeros for an SVG or a file that is no picture."""
    try:
        with Image.open(path) as image:
            return image.size
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return (0, 0)
