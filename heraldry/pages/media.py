"""Pictures and arms: which are published, under which name, how large they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from heraldry.disk import File
from heraldry.pages.theme import fingerprint
from heraldry.pictures import Shown, Unusable, shown


@dataclass(frozen=True, slots=True)
class Medium:
    """A published file: its name below the site's root, and its size in pixels (0 for an SVG)."""

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
            self._asked[path] = self._taken(path, (self._root / path).read_bytes())
        return self._asked[path]

    def files(self) -> tuple[File, ...]:
        """Every file that was asked for: the very file where nothing had to change."""
        return tuple(self._files.values())

    def _taken(self, path: str, body: bytes) -> Medium:
        made, pure = _shown(path, body), PurePosixPath(path)
        stem = re.sub(r"[^a-z0-9]+", "-", pure.stem.lower()).strip("-") or "image"
        name = f"assets/media/{stem}.{fingerprint(made.body)}{pure.suffix.lower()}"
        self._files[path] = File(name, self._root / path if made.body == body else made.body)
        return Medium(name, made.width, made.height)


def _shown(path: str, body: bytes) -> Shown:
    """Arms drawn as SVG as they are; of a damaged picture nothing, for nobody can say what is in it."""
    if path.lower().endswith(".svg"):
        return Shown(body, 0, 0)
    try:
        return shown(body)
    except Unusable:
        return Shown(b"", 0, 0)
