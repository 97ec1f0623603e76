"""The site as it is published: what it says of itself, at its address or in its folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from heraldry import fetch, manifest
from heraldry.manifest import Manifest

SECONDS = 20.0
"""For asking the published site; one that does not answer by then is as good as none."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a published site says of itself, or why nothing is known of it.

    `absent`: there certainly is no manifest, neither of a site that has yet to be published for the first time nor of
    one that something else than Heraldry has made.
    """

    manifest: Manifest | None
    words: str = ""
    absent: bool = False


def published(place: str, now: datetime) -> Published:
    """What is published at `place`: an http(s) address, or the path of a folder. Nothing is raised."""
    web = place.lower().startswith(("http://", "https://"))
    return _fetched(place, now) if web else _found(Path(place))


def _found(folder: Path) -> Published:
    file = folder / manifest.NAME
    try:
        body = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return Published(None, f"there is no {manifest.NAME} in '{folder}'", absent=True)
    except OSError as error:
        return Published(None, f"'{file}' cannot be read: {(error.strerror or str(error)).lower()}")
    return _read(body, str(file))


def _fetched(address: str, now: datetime) -> Published:
    """Asked past caches, which may hold what was published ten minutes ago. The address is the programme's own, so
    that it may well be a private one."""
    base = address if address.endswith("/") else f"{address}/"
    url = f"{base}{manifest.NAME}?now={int(now.timestamp())}"
    asked = fetch.Request(url, manifest.MOST_BYTES, SECONDS, allow_private=True, accept="application/json, */*;q=0.1")
    try:
        body = fetch.fetch(asked).body
    except fetch.Unfetched as error:
        return Published(None, f"{base}{manifest.NAME}: {error}", absent=error.status in (404, 410))
    return _read(body, base + manifest.NAME)


def _read(body: bytes, place: str) -> Published:
    try:
        return Published(manifest.read(body))
    except ValueError as error:
        return Published(None, f"{place}: {error}")
