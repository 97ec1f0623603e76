"""The head of a WebP file as we write it: lossy, still, opaque, with nothing but the picture in it."""

from __future__ import annotations

HEAD = 30
"""Bytes that `measured` needs of a file."""


def measured(body: bytes, length: int | None = None) -> tuple[int, int] | None:
    """Width and height of a WebP in the simple lossy format, from its first `HEAD` bytes; None for anything else.

    `length` is the whole file's, when `body` is only its beginning: a file that is longer or shorter than it says
    is damaged, or holds more than a picture. (WebP container specification, "Simple File Format (Lossy)"; RFC 6386,
    section 9.1.)
    """
    length = len(body) if length is None else length
    if len(body) < HEAD or body[:4] != b"RIFF" or body[8:16] != b"WEBPVP8 ":
        return None
    inside, picture = (int.from_bytes(body[at : at + 4], "little") for at in (4, 16))
    if inside + 8 != length or picture + picture % 2 + 20 != length:
        return None
    if body[20] & 1 or body[23:26] != b"\x9d\x01\x2a":
        return None
    width, height = (int.from_bytes(body[at : at + 2], "little") & 0x3FFF for at in (26, 28))
    return (width, height) if width and height else None
