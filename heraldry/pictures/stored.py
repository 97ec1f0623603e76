"""Where pictures of news lie between two builds, and what their names say."""

from __future__ import annotations

import hashlib
import re

from heraldry.pictures.sized import WIDTHS, widths

FOLDER = "archive/images"

_PATH = re.compile(re.escape(FOLDER) + r"/(?P<key>[0-9a-f]{16})-(?P<width>[1-9][0-9]{0,4})w\.webp")


def key(address: str) -> str:
    """What the files of the picture at this address are called: 16 hexadecimal digits."""
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def path(name: str, width: int) -> str:
    """The file of a picture in a width, from the site's root, given its `key`."""
    return f"{FOLDER}/{name}-{width}w.webp"


def told(where: str) -> tuple[str, int] | None:
    """The key and the width that a path says; None for one that no picture of news has."""
    found = _PATH.fullmatch(where)
    return (found["key"], int(found["width"])) if found else None


def family(where: str) -> tuple[str, ...]:
    """The paths of a picture's sizes, widest first, given the widest: what was stored with it, all being well.

    Of any other path only itself.
    """
    said = told(where)
    if said is None or said[1] > WIDTHS[0]:
        return (where,)
    return tuple(path(said[0], width) for width in widths(said[1]))
