"""Pictures of news, made ours: WebP in the sizes that a card needs, written anew from what was decoded.

Decoding what strangers sent belongs into a jail: `job` is what runs there, `received` reads what comes out of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import AvifImagePlugin, GifImagePlugin, Image, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from heraldry.pictures.opening import FORMATS, Unusable, narrowed, opened, srgb
from heraldry.pictures.webp import measured

WIDTHS = (960, 480)
"""Pixels: what the largest card takes on a dense screen, and what a telephone takes."""

TAKEN_BYTES = 5_000_000
TAKEN_PIXELS = 25_000_000
NARROWEST, LOWEST = 120, 60
"""Pixels: below that it is a mark, a counter or a spacer, not a picture for a card."""

ODDEST = 6
"""A banner or a strip: one side more than this many times the other."""

LARGEST = 200_000
"""Bytes of a picture as it is published."""

QUALITIES = (76, 66, 54, 42, 30, 18)
"""libwebp's scale; a photograph of 960 pixels comes to 60 to 90 KB at the first."""

PLUGINS = (AvifImagePlugin, GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin)
"""Named here so that they are there before the jail forks: Pillow would load them anew for each picture."""

JOB = "heraldry.pictures.sized:job"


@dataclass(frozen=True, slots=True)
class Sized:
    """A picture in one size: WebP without metadata, in sRGB, upright, opaque."""

    width: int
    height: int
    body: bytes


def sized(body: bytes) -> tuple[Sized, ...]:
    """The picture in every size it is large enough for, widest first; the same bytes for the same picture.

    Only its first frame is looked at, and what is see-through stands on white. Raises Unusable with the reason.
    """
    if len(body) > TAKEN_BYTES:
        raise Unusable(f"it is larger than {TAKEN_BYTES:,} bytes")
    _spared(body)
    with opened(body, (*FORMATS, "AVIF"), TAKEN_PIXELS) as image:
        _check(*_upright_size(image))
        upright = _upright(image)
        made = tuple(_made(upright))
    if not made:
        raise Unusable("it cannot be made small enough")
    return made


def job(argument: bytes) -> bytes:
    """`sized` for a process of its own: what `received` reads, whatever was in the argument."""
    try:
        made = sized(argument)
    except Unusable as error:
        return json.dumps({"unusable": str(error)}).encode()
    lengths = json.dumps({"lengths": [len(one.body) for one in made]}).encode()
    return b"\n".join((lengths, b"".join(one.body for one in made)))


def received(answer: bytes) -> tuple[Sized, ...]:
    """What `job` answered, not believed: only plain WebP in our own sizes passes. Raises Unusable with the reason."""
    head, _, bodies = answer.partition(b"\n")
    try:
        said = json.loads(head)
        if "unusable" in said:
            raise Unusable(str(said["unusable"])[:200])
        return tuple(_parts(bodies, [int(length) for length in said["lengths"]]))
    except (ValueError, KeyError, TypeError):
        raise Unusable("it could not be read") from None


def _parts(bodies: bytes, lengths: list[int]) -> Iterator[Sized]:
    for length in lengths:
        body, bodies = bodies[:length], bodies[length:]
        size = measured(body)
        if size is None or size[0] > WIDTHS[0] or len(body) > LARGEST:
            raise ValueError
        yield Sized(*size, body)


def widths(width: int) -> tuple[int, ...]:
    """The widths in which a picture of this width is published, widest first; never wider than it is."""
    widest = min(width, WIDTHS[0])
    return (widest, *(narrow for narrow in WIDTHS[1:] if narrow * 5 <= widest * 4))


def _spared(body: bytes) -> None:
    """An animated WebP's canvas is reserved when it is opened: its size is looked at before."""
    if body[:4] == b"RIFF" and body[8:16] == b"WEBPVP8X" and len(body) >= 30:
        width, height = (int.from_bytes(body[at : at + 3], "little") + 1 for at in (24, 27))
        if width * height > TAKEN_PIXELS:
            raise Unusable(f"it has more than {TAKEN_PIXELS // 1_000_000} million pixels")


def _check(width: int, height: int) -> None:
    if width < NARROWEST or height < LOWEST:
        raise Unusable("it is too small")
    if max(width, height) > ODDEST * min(width, height):
        raise Unusable("it is too long and narrow")


def _upright_size(image: Image.Image) -> tuple[int, int]:
    turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
    return (image.height, image.width) if turned else image.size


def _upright(image: Image.Image) -> Image.Image:
    """Upright, opaque, in sRGB, and not much larger than needed: made small before anything costs memory twice."""
    if image.format in ("JPEG", "MPO"):
        image.draft(None, (2 * WIDTHS[0], 2 * WIDTHS[0]))
    small = _shrunk(_opaque(image))
    small.info = {name: image.info[name] for name in _TOLD if name in image.info}
    return srgb(ImageOps.exif_transpose(small))


_TOLD = ("exif", "xmp", "XML:com.adobe.xmp", "icc_profile")
"""Where a picture says which side is up, and what its colours mean."""


def _opaque(image: Image.Image) -> Image.Image:
    """On white, in a mode that can be scaled."""
    if image.mode.startswith("I"):  # 16 bits a pixel, which Pillow would cut off instead of scaling
        image.load()
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(clear, mask=clear)
        return ground
    return image.convert("RGB") if image.mode in ("1", "P") else image


def _shrunk(image: Image.Image) -> Image.Image:
    """Its shorter side still no less than the widest width, whichever way it will be turned."""
    times = min(image.size) // WIDTHS[0]
    return image.reduce(times) if times > 1 else image.copy()


def _made(image: Image.Image) -> Iterator[Sized]:
    for width in widths(image.width):
        scaled = narrowed(image, width)
        if (body := _light(scaled)) is not None:
            yield Sized(scaled.width, scaled.height, body)


def _light(image: Image.Image) -> bytes | None:
    """As WebP in the best quality that is light enough; None when none is."""
    image.info.clear()
    for quality in QUALITIES:
        out = BytesIO()
        image.save(out, "WEBP", quality=quality, method=4)
        if out.tell() <= LARGEST:
            return out.getvalue()
    return None
