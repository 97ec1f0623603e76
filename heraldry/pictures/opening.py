"""Opening a picture that anybody may have made: whatever is wrong with it becomes one reason in plain words."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageCms, UnidentifiedImageError

MOST_PIXELS = 50_000_000
"""A telephone of 48 megapixels is let in; what a picture unfolds to is held in memory."""

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


class Unusable(Exception):
    """Why a file cannot be used as a picture."""


@contextmanager
def opened(body: bytes, formats: tuple[str, ...] = FORMATS, most_pixels: int = MOST_PIXELS) -> Iterator[Image.Image]:
    """The picture in `body`, for as long as the block lasts; none of its pixels is unfolded yet.

    Raises Unusable with the reason, also from inside the block.
    """
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(body), formats=formats) as image:
            if image.width * image.height > most_pixels:
                raise Unusable(_too_many(most_pixels))
            yield image
    except Unusable:
        raise
    except UnidentifiedImageError:
        raise Unusable(f"it is no {_listed(formats)}") from None
    except Image.DecompressionBombError:
        raise Unusable(_too_many(most_pixels)) from None
    except MemoryError:
        raise Unusable("it needs too much memory") from None
    except Exception:  # Pillow raises a dozen kinds on damaged files: a reason, not a traceback
        raise Unusable("it is damaged") from None


def _too_many(most: int) -> str:
    return f"it has more than {most // 1_000_000} million pixels"


def _listed(formats: tuple[str, ...]) -> str:
    names = ["WebP" if name == "WEBP" else name for name in formats]
    return f"{', '.join(names[:-1])} or {names[-1]}"


def narrowed(image: Image.Image, widest: int) -> Image.Image:
    """The picture at most `widest` pixels wide, in its own proportions."""
    if image.width <= widest:
        return image
    return image.resize((widest, max(1, round(image.height * widest / image.width))), Image.Resampling.LANCZOS)


def srgb(image: Image.Image) -> Image.Image:
    """In RGB or, where something shines through, RGBA; colours of another profile become sRGB's."""
    mode = "RGBA" if image.has_transparency_data else "RGB"
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "RGBA", "CMYK"):
        try:
            target = ImageCms.createProfile("sRGB")
            found = ImageCms.profileToProfile(image, BytesIO(profile), target, outputMode=mode)
            return found or image.convert(mode)
        except ImageCms.PyCMSError:
            pass
    return image.convert(mode)
