"""The JSON Schemas of the files that editors write, generated from the forms that check them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from heraldry.forms import FILES

FOLDER = "schemas"


def schemas() -> Mapping[str, bytes]:
    """Each schema's path from the site's root, and its text."""
    return {f"{FOLDER}/{name}.schema.json": _text(name) for name in FILES}


def _text(name: str) -> bytes:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **FILES[name].model_json_schema()}
    return (json.dumps(schema, indent=2, ensure_ascii=False) + "\n").encode()
