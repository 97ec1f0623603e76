"""Which characters the bytes of a document mean: only encodings of the web, and only characters that XML knows."""

from __future__ import annotations

import codecs
import re
from encodings import normalize_encoding
from encodings.aliases import aliases

_MARKS = ((codecs.BOM_UTF8, "utf_8"), (codecs.BOM_UTF16_LE, "utf_16_le"), (codecs.BOM_UTF16_BE, "utf_16_be"))
_SHAPES = ((b"<\0", "utf_16_le"), (b"\0<", "utf_16_be"), (b"{\0", "utf_16_le"), (b"\0{", "utf_16_be"))

_WIDE = {
    "utf_8": "utf_8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "euc_jp": "euc_jp",
    "iso2022_jp": "iso2022_jp",
    "shift_jis": "cp932",
    "cp932": "cp932",
    "euc_kr": "cp949",
    "cp949": "cp949",
}
_NARROW = {
    "ascii": "cp1252",
    "latin_1": "cp1252",
    "iso8859_1": "cp1252",
    "iso8859_9": "cp1254",
    "iso8859_11": "cp874",
    "tis_620": "cp874",
} | {
    name: name
    for name in (
        *("cp866", "cp874", "koi8_r", "koi8_u", "mac_roman", "mac_cyrillic"),
        *(f"iso8859_{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
        *(f"cp125{part}" for part in range(9)),
    )
}
"""What a label means, by the name of Python's codec (encoding.spec.whatwg.org, "names and labels"). UTF-16 is not
here: whoever can read the label does not read UTF-16. Nor is anything else that Python would decode: UTF-7, EBCDIC,
punycode, escapes, compression."""

_MORE_LABELS = {
    "unicode_1_1_utf_8": "utf_8",
    "x_unicode20utf8": "utf_8",
    "x_cp1252": "cp1252",
    "x_gbk": "gb18030",
    "x_sjis": "cp932",
    "x_x_big5": "big5hkscs",
    "cn_big5": "big5hkscs",
    "x_mac_roman": "mac_roman",
    "x_mac_cyrillic": "mac_cyrillic",
    "dos_874": "cp874",
    "iso_8859_8_i": "iso8859_8",
}
_LABEL = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.ASCII | re.IGNORECASE)
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*["']\s*([\w.:-]{1,40})\s*["']""", re.IGNORECASE)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufeff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_NO_UTF8 = re.compile("[\udc80-\udcff]")
_LAST = 0x10FFFF
_ESCAPED = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}


def letters(body: bytes, content_type: str = "") -> str:
    """The document's text: by its byte order mark, the header, its own declaration, else as UTF-8. Never fails.

    Bytes that are no UTF-8 in a document that says it is are read as windows-1252, and a label of one byte a
    letter is not believed on what is UTF-8 throughout: both are what feeds get wrong. Characters that no
    document may hold are left out.
    """
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return _allowed(_decoded(body[len(mark) :], codec))
    shape = next((codec for shape, codec in _SHAPES if body.startswith(shape)), None)
    return _allowed(_decoded(body, shape or _labelled(body, content_type)))


def _labelled(body: bytes, content_type: str) -> str:
    said, declared = _LABEL.search(content_type), _DECLARED.match(body[:1024])
    labels = (said[1] if said else "", declared[1].decode("ascii", "replace") if declared else "")
    codec = next(filter(None, map(_codec, labels)), "utf_8")
    return "utf_8" if codec in _NARROW.values() and _is_utf8(body) else codec


def _codec(label: str) -> str | None:
    """Python's codec for an encoding of the web; None for any other label."""
    name = normalize_encoding(label).lower()
    name = _MORE_LABELS.get(name) or aliases.get(name, name)
    return _WIDE.get(name) or _NARROW.get(name)


def _is_utf8(body: bytes) -> bool:
    """Whether there are letters beyond ASCII and all of them are UTF-8: of other encodings none comes out so."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return not body.isascii()


def _decoded(body: bytes, codec: str) -> str:
    if codec == "utf_8" or (_is_utf8(body) and not _fits(body, codec)):
        text = body.decode("utf_8", "surrogateescape")
        return text.translate(_ESCAPED) if _NO_UTF8.search(text) else text
    return body.decode(codec, "replace")


def _fits(body: bytes, codec: str) -> bool:
    try:
        body.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _allowed(text: str) -> str:
    legible = _NOT_XML.sub("", text)
    return _REFERENCE.sub(_referred, legible) if "&#" in legible else legible


def _referred(match: re.Match[str]) -> str:
    """A reference to a character, mended where it names none: 128 to 159 mean windows-1252, as in HTML."""
    digits, base = (match[1], 16) if match[1] else (match[2], 10)
    bare = digits.lstrip("0")
    number = int(bare or "0", base) if len(bare) < 8 else _LAST + 1
    if 0x80 <= number < 0xA0:
        return bytes([number]).decode("cp1252", "replace")
    return match[0] if number <= _LAST and not _NOT_XML.match(chr(number)) else "\ufffd"
