"""Whole sites in one text: `=== path ===`, then what the file holds, up to the next such line.

A site that is silent about teams.yaml gets the smallest one there is. A file that is no text is given apart,
as bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from PIL import Image

TEAMS = """\
programme:
  name: Acme Voices
  organisation: Acme
  url: https://voices.acme.example/
  timezone: Europe/Berlin
  languages: [en, tr]
  networks: [linkedin, x]
  disclosure: {en: I work at Acme., tr: Acme çalışanıyım.}
teams:
  everyone: {name: Everyone, sees: {types: [company, industry, employee]}}
"""

_SECTION = re.compile(r"^=== (\S.*?) ===\n", re.MULTILINE)


def files(text: str) -> dict[str, bytes]:
    """The files that `text` describes, by path, in its order. What stands above the first one is an error."""
    head, *parts = _SECTION.split(text)
    if head.strip():
        raise ValueError(f"text before the first '=== path ===': {head.strip()!r}")
    return {path: body.encode() for path, body in zip(parts[::2], parts[1::2], strict=True)}


def picture() -> bytes:
    """A real JPEG, as small as they come."""
    body = BytesIO()
    Image.new("RGB", (4, 3), "#0b5cab").save(body, "JPEG")
    return body.getvalue()


def write_site(root: Path, text: str, others: Mapping[str, bytes] = {}) -> Path:
    """The site written below `root`, which comes back; `others` are files as bytes and go over the text's."""
    for path, body in ({"teams.yaml": TEAMS.encode()} | files(text) | dict(others)).items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
    return root
