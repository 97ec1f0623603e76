"""Pictures of the site's own: the same bytes where nothing had to change.

A photograph says where and when it was taken, often by whom: what is published says only what it shows.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from heraldry.pictures.opening import Unusable, narrowed, opened

WIDEST = 1600
"""Pixels: twice the width of a card on a large screen."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as it is published, with its size in pixels."""

    body: bytes
    width: int
    height: int


def fault(path: Path) -> str | None:
    """Why the raster picture in this file cannot be published, None when it can."""
    try:
        shown(path.read_bytes())
    except Unusable as error:
        return str(error)
    return None


def shown(body: bytes) -> Shown:
    """The picture upright, at most `WIDEST` wide, without what it says of place, time and maker.

    The same bytes when nothing of that had to change. Raises Unusable with the reason.
    """
    with opened(body) as image:
        moving = image.format != "MPO" and getattr(image, "is_animated", False)
        if not _tells(image, body) and (moving or image.width <= WIDEST):
            return Shown(body, image.width, image.height)
        if moving:
            return Shown(_written(image, image.format or "", save_all=True), image.width, image.height)
        return _remade(image)


_SILENT_CHUNKS = re.compile(rb"[A-Z]...|tRNS|gAMA|cHRM|sRGB|iCCP|cICP|sBIT|bKGD|pHYs|acTL|fcTL|fdAT")


def _tells(image: Image.Image, body: bytes) -> bool:
    """Whether anything but pixels and their colours is in the file."""
    if image.format in ("JPEG", "MPO"):
        segments = getattr(image, "applist", [])
        return image.format == "MPO" or any(not _silent(name, data) for name, data in segments)
    if image.format == "PNG":
        return any(not _SILENT_CHUNKS.fullmatch(kind) for kind in _chunks(body))
    return bool({"exif", "xmp", "comment"} & image.info.keys()) or b"XMP Data" in body


def _silent(name: str, data: bytes) -> bool:
    """A JPEG's segments of format, colour profile and colour transform."""
    starts = {"APP0": b"JFIF", "APP2": b"ICC_PROFILE", "APP14": b"Adobe"}
    return name in starts and data.startswith(starts[name])


def _chunks(png: bytes) -> Iterator[bytes]:
    """The kinds of a PNG's chunks (PNG, third edition, section 5.3), and `rest` for what stands behind the last."""
    at = 8
    while at + 12 <= len(png):
        (length,) = struct.unpack_from(">I", png, at)
        yield png[at + 4 : at + 8]
        at += 12 + length
        if png[at - 12 - length + 4 : at - length - 4] == b"IEND":
            break
    if at < len(png):
        yield b"rest"


def _remade(image: Image.Image) -> Shown:
    form = "JPEG" if image.format == "MPO" else image.format or ""
    if form == "JPEG" and image.width > 2 * WIDEST:
        image.draft(None, (2 * WIDEST, 2 * WIDEST))
    upright = ImageOps.exif_transpose(image)
    untouched = upright.size == image.size and image.getexif().get(0x0112, 1) == 1 and upright.width <= WIDEST
    if untouched:
        return Shown(_written(image, form), *image.size)
    scaled = _scaled(upright)
    return Shown(_written(scaled, form), *scaled.size)


def _scaled(image: Image.Image) -> Image.Image:
    if image.width <= WIDEST or image.mode not in ("1", "P", "PA"):
        return narrowed(image, WIDEST)
    return narrowed(image.convert("RGBA" if image.has_transparency_data else "RGB"), WIDEST)


def _written(image: Image.Image, form: str, **options: Any) -> bytes:
    """The bytes of a picture with its colours and nothing else said about it."""
    profile = image.info.get("icc_profile")
    for told in ("exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop", "Raw profile type exif"):
        image.info.pop(told, None)
    if form == "JPEG":
        kept = getattr(image, "format", None) == "JPEG"
        options |= {"quality": "keep"} if kept else {"quality": 88, "progressive": True, "optimize": True}
    elif form == "WEBP":
        options |= {"quality": 88, "method": 4}
    out = BytesIO()
    image.save(out, form, icc_profile=profile, exif=b"", **options)
    return out.getvalue()
