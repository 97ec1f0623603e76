"""The last touch on built pages: what no theme setting can do, done on HTML and not on the theme's insides."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256

_GENERATOR = re.compile(r'\s*<meta name="generator"[^>]*>')
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_CAPITAL_I = re.compile(r"\b\w*[İI]\w*\b")
_ARTICLE = re.compile(r"<article\b.*</article>", re.DOTALL)
_CHARSET = '<meta charset="utf-8">'


def finished(html: str) -> str:
    """The page without its generator's name and with a policy that lets it load only from its own site.

    The theme's few inline scripts are named by their hashes; one inside a page's text cannot run.
    """
    bare = _GENERATOR.sub("", html)
    return bare.replace(_CHARSET, f'{_CHARSET}\n<meta http-equiv="Content-Security-Policy" content="{_csp(bare)}">', 1)


def _csp(html: str) -> str:
    scripts = sorted({_hash(script) for script in _SCRIPT.findall(_ARTICLE.sub("", html))})
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *scripts]),
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hash(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def searchable(index: str, lang: str) -> str:
    """The search index with Turkish words in the small letters that Turkish readers type.

    A browser makes `İçerik` into `i` with a loose dot and `Işık` into `işık`, and then finds neither. The
    words in question are added at the end of their text.
    """
    if lang.partition("-")[0] not in ("tr", "az"):
        return index
    tree = json.loads(index)
    for entry in tree["docs"]:
        words = dict.fromkeys(_CAPITAL_I.findall(f"{entry['title']} {entry['text']}"))
        if words:
            entry["text"] += f"<p>{' '.join(_small(word) for word in words)}</p>"
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":"))


def _small(word: str) -> str:
    return word.replace("İ", "i").replace("I", "ı").lower()
