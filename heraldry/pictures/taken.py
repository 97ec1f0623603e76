"""Pictures from elsewhere, made ours: small enough for a page, always written anew."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from heraldry.pictures.opening import FORMATS, narrowed, opened, srgb

WIDEST = 1200
"""Pixels: what the networks' link cards show (1200 x 630)."""

MOST_BYTES = 10_000_000
LARGEST_PNG = 500_000
"""Bytes: a larger PNG is probably a photograph, for which JPEG is the better form."""


@dataclass(frozen=True, slots=True)
class Made:
    """A JPEG or PNG without metadata, at most `WIDEST` wide; `suffix` is `.jpg` or `.png`."""

    body: bytes
    suffix: str


def remade(body: bytes) -> Made:
    """The picture turned upright, in sRGB, scaled down and written anew. Raises Unusable with the reason."""
    with opened(body, (*FORMATS, "AVIF")) as image:
        upright = narrowed(srgb(ImageOps.exif_transpose(image)), WIDEST)
        return _written(upright, lossless=image.format in ("PNG", "GIF"))


def _written(image: Image.Image, *, lossless: bool) -> Made:
    if lossless or image.mode == "RGBA":
        made = _encoded(image, "PNG")
        if image.mode == "RGBA" or len(made) <= LARGEST_PNG:
            return Made(made, ".png")
    return Made(_encoded(image, "JPEG"), ".jpg")


def _encoded(image: Image.Image, form: str) -> bytes:
    image.info.clear()
    out = BytesIO()
    image.save(out, form, optimize=True, **({"quality": 85, "progressive": True} if form == "JPEG" else {}))
    return out.getvalue()
