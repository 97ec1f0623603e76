"""Canaries: words that stand nowhere else, and the search for them, however they are written.

A word survives slugs, letter case and escapes: `qz` and eight letters, none of which any alphabet bends.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import io
import re
import zipfile
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import unquote_plus

from PIL import Image
from PIL.PngImagePlugin import PngInfo

LETTERS = "abcdefghjklmnoprstuvwy"
"""Without `i`, whose capital depends on the language, and without the letters that begin a word."""

_WORD = re.compile(rf"qz[{LETTERS}]{{8}}")
_RUN = re.compile(rb"[A-Za-z0-9+/_-]{16,}")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}){10,}")
_UNICODE = re.compile(r"\\u\{?([0-9a-fA-F]{4,6})\}?|\\x([0-9a-fA-F]{2})")
_PACKED = (b"\x1f\x8b", b"PK\x03\x04")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")


_MEANT: dict[str, str] = {}


def meant(canary: str) -> str:
    """What a canary stands for, for whoever reads that a test has failed."""
    return f"{canary} ({_MEANT.get(canary, 'nobody has made it')})"


@cache
def word(owner: str, what: str) -> str:
    """The canary of one thing's title, body, file name and so on: always the same, and nobody else's."""
    number = int.from_bytes(hashlib.blake2b(f"{owner}\n{what}".encode(), digest_size=8).digest(), "big")
    letters = ""
    for _ in range(8):
        number, place = divmod(number, len(LETTERS))
        letters += LETTERS[place]
    made = f"qz{letters}"
    if _MEANT.setdefault(made, f"{what} of {owner}") != f"{what} of {owner}":
        raise ValueError(f"two canaries are called {made}")
    return made


def words(path: str, body: bytes) -> frozenset[str]:
    """Every canary in a file's name or bytes."""
    return frozenset(_WORD.findall(unquote_plus(path).lower())) | _in(body)


def words_below(folder: Path) -> dict[str, frozenset[str]]:
    """The canaries of each file below a folder, dotfiles too, and of empty folders by their names."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() or path.is_symlink() or not any(path.iterdir()):
            name = path.relative_to(folder).as_posix()
            found[name] = words(name, path.read_bytes() if path.is_file() else b"")
    return found


@lru_cache(maxsize=2048)
def _in(body: bytes) -> frozenset[str]:
    return frozenset(found for text in _readings(body, 3) for found in _WORD.findall(text))


def _readings(body: bytes, depth: int) -> Iterator[str]:
    """The bytes as texts in lower case: as they are, with escapes undone, unpacked, and as a picture tells them."""
    yield from _escaped(body.decode("utf-8", "replace"))
    if b"\0" in body:
        yield body.replace(b"\0", b"").decode("latin-1").lower()
    for inner in _inside(body) if depth else ():
        yield from _readings(inner, depth - 1)


def _escaped(text: str) -> Iterator[str]:
    yield text.lower()
    for undo, sign in ((unquote_plus, "%"), (html.unescape, "&"), (_unicode, "\\"), (unquote_plus, "%")):
        if sign in text and (plain := undo(text)) != text:
            text = plain
            yield text.lower()
            yield unquote_plus(text).lower()


def _unicode(text: str) -> str:
    return _UNICODE.sub(lambda match: chr(min(int(match[1] or match[2], 16), 0x10FFFF)), text)


def _inside(body: bytes) -> Iterator[bytes]:
    if body.startswith(_PACKED):
        yield from _unpacked(body)
    if body.startswith(_PICTURES):
        yield from _shown(body)
    if len(body) < 2_000_000:
        for run in _RUN.findall(body):
            yield from _decoded(run)
        for run in _HEX.findall(body):
            yield bytes.fromhex(run.decode())


def _decoded(run: bytes) -> Iterator[bytes]:
    """What a run of letters means as base64, wherever in it a text may begin; nothing unless it names a canary."""
    plain = run.translate(bytes.maketrans(b"-_", b"+/"))
    for start in range(4):
        part = plain[start : start + (len(plain) - start) // 4 * 4]
        text = base64.b64decode(part)
        if _WORD.search(text.decode("latin-1").lower()):
            yield text


def _unpacked(body: bytes) -> Iterator[bytes]:
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            for name in packed.namelist():
                yield name.encode()
                yield packed.read(name)
    else:
        yield gzip.decompress(body)


def _shown(body: bytes) -> Iterator[bytes]:
    """The pixels as bytes, and all that the picture says of itself."""
    with Image.open(io.BytesIO(body)) as image:
        yield image.convert("RGB").tobytes()
        yield repr(image.info).encode()
        yield repr(dict(image.getexif())).encode()


# Pictures that carry canaries -------------------------------------------------------------------------


def picture(pixels: str, told: str) -> bytes:
    """A PNG that shows `pixels`, one letter a colour value, and says `told` of itself in its text and behind its end."""
    shown = pixels.encode().ljust(24, b".")[:24]
    say = PngInfo()
    say.add_text("Title", told)
    say.add_text("Comment", told, zip=True)
    made = io.BytesIO()
    Image.frombytes("RGB", (4, 2), shown).save(made, "PNG", pnginfo=say)
    return made.getvalue() + told.encode()
