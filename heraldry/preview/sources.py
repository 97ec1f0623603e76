"""The preview's own page about the feeds. Their words may be anybody's: all of it is escaped, and no link is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

STYLE = "sources.css"

POLICY: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, slots=True)
class Followed:
    """A source as the page shows it: `facts` are pairs of a label and a value, `words` what there is to say of it.

    `trouble` says that an editor should look.
    """

    key: str
    name: str
    state: str
    trouble: bool
    facts: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()


def page(sources: Sequence[Followed], style: str) -> bytes:
    """The page, in UTF-8; `style` is the address of its stylesheet."""
    cards = "".join(map(_card, sources))
    main = f"<ul class=sources>{cards}</ul>" if cards else "<p>There are no sources in sources.yaml.</p>"
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta name="robots" content="noindex"><title>Sources</title><link rel="stylesheet" href="{escape(style)}">'
    )
    ways = '<a href="/">Back to the site</a> · <a href="/_heraldry/plan">Plan</a>'
    top = f"<p>{ways}</p><h1>Sources</h1><p>{escape(_summary(sources))}</p>"
    body = f"<body><main>{top}{main}</main></body>"
    return f'<!doctype html><html lang="en"><head>{head}</head>{body}</html>'.encode("utf-8", "replace")


def in_trouble(sources: Sequence[Followed]) -> int:
    """How many an editor should look at."""
    return sum(source.trouble for source in sources)


def _summary(sources: Sequence[Followed]) -> str:
    wrong = in_trouble(sources)
    said = "None is in trouble." if not wrong else f"{wrong} of {len(sources)} in trouble."
    return f"What the last build here has seen. {said} This page is not part of the published site."


def _card(source: Followed) -> str:
    sign = '<span aria-hidden="true">▲ </span>' if source.trouble else ""
    kind = "trouble" if source.trouble else "new" if source.state == "waiting" else "well"
    facts = "".join(f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>" for label, value in source.facts)
    words = "".join(f"<li><bdi>{escape(words)}</bdi></li>" for words in source.words)
    key = f" <code>{escape(source.key)}</code>" if source.key != source.name else ""
    title = f"<h2>{escape(source.name)}{key}</h2>"
    state = f"<p class=state>{sign}{escape(source.state)}</p>"
    return f"<li class={kind}>{title}{state}<dl>{facts}</dl><ul>{words}</ul></li>"
