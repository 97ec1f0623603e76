"""What the preview answers: the built files as a good web server would send them, and what its script asks for."""

from __future__ import annotations

import json
import mimetypes
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from heraldry.preview.calendar import PLAN_STYLE, Calendar, plan_page, plan_style
from heraldry.preview.sources import POLICY, STYLE, Followed, in_trouble, page

OWN = "/_heraldry/"
"""Addresses below this one belong to the preview; no team can be called so."""

HTML = "text/html; charset=utf-8"
_TYPES = {
    ".html": HTML,
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
}
"""Said here, since Windows lets any program say what .js is."""

_SCRIPT = Path(__file__).with_name("reload.js")
_STYLE = Path(__file__).with_name(STYLE)
_END = re.compile(rb"</body\s*>", re.IGNORECASE)
_STALE = re.compile(rb'(<time class="checked"[^>]*?) data-stale="[^"]*"')
"""From when on visitors are told that nobody looks after the site: no news to its editors, who follow its files."""


def unplanned() -> Calendar | None:
    """Of a site that was not read."""
    return None


@dataclass(frozen=True, slots=True)
class Edition:
    """What is shown: the folder of the last good build, None before there is one; `problems` are lines of text.

    `version` differs from that of every other build; `follow` puts the reloading script into pages. `sources` are how
    the feeds fare, and `calendar` makes the plan when it is asked for (None when the site cannot be read), both for
    the preview's own pages: nothing of them is in the folder.
    """

    folder: Path | None
    version: str
    problems: tuple[str, ...] = ()
    follow: bool = True
    sources: tuple[Followed, ...] = ()
    calendar: Callable[[], Calendar | None] = unplanned


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, content type, body, and further headers by name."""

    status: int
    type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(edition: Edition, target: str) -> Answer:
    """The answer to a GET of `target`, path and query as they came over the wire."""
    path, _, query = target.partition("?")
    own = _own(edition, unquote(path), query)
    if own:
        return own
    if edition.folder is None:
        return _page(edition, 503, _waiting(edition))
    file = _file(edition.folder, unquote(path))
    if file and file.is_dir():
        return _to(f"{path}/" + (f"?{query}" if query else ""))
    if file:
        return _sent(edition, file, 200)
    missing = edition.folder / "404.html"
    return _sent(edition, missing, 404) if missing.is_file() else Answer(404, _TYPES[".txt"], b"not found\n")


def _own(edition: Edition, path: str, query: str) -> Answer | None:
    if path == f"{OWN}reload.js":
        return Answer(200, _TYPES[".js"], _SCRIPT.read_bytes())
    if path == f"{OWN}version":
        return Answer(200, _TYPES[".json"], json.dumps(_said(edition)).encode())
    if path == f"{OWN}{STYLE}":
        return Answer(200, _TYPES[".css"], _STYLE.read_bytes())
    if path == f"{OWN}{PLAN_STYLE}":
        return Answer(200, _TYPES[".css"], plan_style(edition.calendar()))
    if path.rstrip("/") == f"{OWN}plan":
        return replace(_page(edition, 200, plan_page(edition.calendar(), query, OWN)), headers=POLICY)
    if path.rstrip("/") == f"{OWN}sources":
        return replace(_page(edition, 200, page(edition.sources, OWN + STYLE)), headers=POLICY)
    return None


def _said(edition: Edition) -> dict[str, object]:
    """What the script is told; `troubled` only when sources are in trouble: how many."""
    said: dict[str, object] = {"version": edition.version, "problems": edition.problems}
    troubled = in_trouble(edition.sources)
    return {**said, "troubled": troubled} if troubled else said


def _file(folder: Path, path: str) -> Path | None:
    """The file at a path, a folder's index for a path with a slash at its end, a folder for one without."""
    parts = [part for part in path.split("/") if part]
    if any(part.startswith(".") or "\\" in part or ":" in part or not part.isprintable() for part in parts):
        return None
    found = folder.joinpath(*parts)
    if path.endswith("/"):
        found = found / "index.html"
    elif found.is_dir():
        return found if (found / "index.html").is_file() else None
    return found if found.is_file() else None


def _to(path: str) -> Answer:
    """A redirect inside this site: two slashes at the beginning would name another host."""
    return Answer(301, _TYPES[".txt"], b"", {"Location": "/" + path.lstrip("/\\")})


def _sent(edition: Edition, file: Path, status: int) -> Answer:
    suffix = file.suffix.lower()
    kind = _TYPES.get(suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    body = file.read_bytes()
    return _page(edition, status, _STALE.sub(rb"\1", body)) if suffix == ".html" else Answer(status, kind, body)


def _page(edition: Edition, status: int, body: bytes) -> Answer:
    return Answer(status, HTML, _followed(body, edition.version) if edition.follow else body)


def _followed(page: bytes, version: str) -> bytes:
    """The page with the script at its end; it is of the same origin, so that each page's own policy allows it."""
    script = f'<script src="{OWN}reload.js" data-version="{escape(version)}"></script>'.encode()
    ends = list(_END.finditer(page))
    at = ends[-1].start() if ends else len(page)
    return page[:at] + script + page[at:]


def _waiting(edition: Edition) -> bytes:
    """Before the first good build: what is in its way."""
    said = "The site could not be built" if edition.problems else "The site is being built"
    lines = "".join(f"<li>{escape(line)}</li>" for line in edition.problems)
    more = f"<ul>{lines}</ul><p>Mend the files: this page follows.</p>" if lines else "<p>One moment.</p>"
    head = f'<meta charset="utf-8"><title>{said}</title>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body><h1>{said}</h1>{more}</body></html>'.encode()


def allowed(host: str, names: frozenset[str]) -> bool:
    """Whether a request's Host header names this machine.

    A page elsewhere can make a browser ask 127.0.0.1 under a name of its own (DNS rebinding) and read the answer:
    unpublished posts. Such a request carries that name.
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return name in names
