"""The body of an answer: how large it may be, and how it is unpacked."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator

from heraldry.fetch.exchange import LARGE, Unfetched

_PIECE = 65_536
_MORSEL = 8_192
_GZIP = b"\x1f\x8b"
_CODINGS = ("br", "compress", "dcb", "dcz", "deflate", "gzip", "identity", "x-compress", "x-gzip", "zstd")
"""As IANA registers them."""


def whole(chunks: Iterable[bytes], packed: str, most: int, large: Callable[[], None] = lambda: None) -> bytes:
    """The document of a body; neither a packed nor an unpacked form of it may be larger than `most`.

    A document that is a .gz file of its own is unpacked too, once. `large` is called before more than LARGE bytes
    are kept. Raises Unfetched or zlib.error.
    """
    if packed not in ("identity", "gzip", "x-gzip"):
        raise Unfetched(_unasked(packed))
    limited = _limited(chunks, most)
    body = b"".join(_warned(limited if packed == "identity" else _limited(_unpacked(limited), most), large))
    if body.startswith(_GZIP):
        body = b"".join(_warned(_limited(_unpacked([body]), most), large))
    if not body:
        raise Unfetched("the server sent an empty document")
    return body


def _unasked(packed: str) -> str:
    """A coding is named only when it is one: anything else may be a credential that the server sends back."""
    if all(layer.strip() in _CODINGS for layer in packed.split(",")):
        return f"it is packed as '{packed[:40]}', which was not asked for"
    return "it is packed in a way that was not asked for"


def _morsels(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Small pieces, for what is left of a piece is copied again at each of the gzip members in it."""
    for chunk in chunks:
        yield from (chunk[at : at + _MORSEL] for at in range(0, len(chunk), _MORSEL))


def _warned(chunks: Iterable[bytes], large: Callable[[], None]) -> Iterator[bytes]:
    """The pieces; `large` is called once, when there are more than LARGE bytes of them."""
    taken, called = 0, False
    for chunk in chunks:
        taken += len(chunk)
        if taken > LARGE and not called:
            called = True
            large()
        yield chunk


def _limited(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    taken = 0
    for chunk in chunks:
        taken += len(chunk)
        if taken > most:
            raise too_large(most)
        yield chunk


def too_large(most: int) -> Unfetched:
    return Unfetched(f"it is larger than {most:,} bytes")


def _unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """gzip unpacked in small pieces, so that a bomb never unfolds; several members in a row are one body."""
    unpacker = zlib.decompressobj(wbits=31)
    for chunk in _morsels(chunks):
        while chunk:
            if unpacker.eof:
                unpacker = zlib.decompressobj(wbits=31)
            yield unpacker.decompress(chunk, _PIECE)
            chunk = unpacker.unused_data.lstrip(b"\0") if unpacker.eof else unpacker.unconsumed_tail
    yield unpacker.flush()
    if not unpacker.eof:
        raise Unfetched("it broke off in the middle")
