"""What a finished site says of itself: its manifest, made while its files are written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from heraldry import disk
from heraldry.disk import File
from heraldry.manifest import CHECKED


class Sums:
    """The digests of a site's files, by path, as they pass by on their way to the disk."""

    def __init__(self) -> None:
        self._by_path: dict[str, str] = {}

    def noting(self, files: Iterable[File]) -> Iterator[File]:
        """The files as they come, each noted; a folder is noted file by file."""
        for file in files:
            for path, body in _bodies(file):
                self._by_path[path] = hashlib.sha256(_lasting(path, body)).hexdigest()
            yield file

    def total(self) -> str:
        """One digest of all of them."""
        listed = "".join(f"{path}\0{digest}\n" for path, digest in sorted(self._by_path.items()))
        return hashlib.sha256(listed.encode()).hexdigest()


def _bodies(file: File) -> Iterator[tuple[str, bytes]]:
    if isinstance(file.content, bytes):
        yield file.path, file.content
    elif file.content.is_dir():
        for path in disk.files_below(file.content.parent, file.content.name):
            inside = Path(path).relative_to(file.content.name).as_posix()
            yield f"{file.path}/{inside}", (file.content.parent / path).read_bytes()
    else:
        yield file.path, file.content.read_bytes()


def _lasting(path: str, body: bytes) -> bytes:
    """The bytes without what says when the page was made."""
    return CHECKED.sub(b"", body) if path.endswith(".html") else body
