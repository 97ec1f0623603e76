"""A team's colours as custom properties, readable in light and dark."""

from __future__ import annotations

import base64
import hashlib

from markupsafe import Markup

from heraldry import colors
from heraldry.model import Brand

PAPER, DARK_PAPER = "#f6f3ee", "#1f1d1a"
"""The grounds on which brand-coloured text stands in theme/static/share.css."""

MARGIN = 4.8
"""Contrast wanted of brand-coloured text: a little more than the 4.5 that WCAG asks for."""


def properties(brand: Brand) -> str:
    """The declarations for light pages."""
    return _declared(brand, PAPER)


def dark_properties(brand: Brand) -> str:
    """The declarations for dark pages."""
    return _declared(brand, DARK_PAPER)


def _declared(brand: Brand, paper: str) -> str:
    accent = brand.accent
    values = {
        "--brand": brand.color,
        "--on-brand": colors.on(brand.color),
        "--brand-ink": colors.readable(brand.color, paper, MARGIN),
        "--accent": accent or "initial",
        "--on-accent": colors.on(accent) if accent else "initial",
    }
    return ";".join(f"{name}:{value}" for name, value in values.items())


def style(rules: dict[str, Brand]) -> Markup:
    """The one inline style of a page: for each selector its brand."""
    light = "".join(f"{selector}{{{properties(brand)}}}" for selector, brand in rules.items())
    dark = "".join(f"{selector}{{{dark_properties(brand)}}}" for selector, brand in rules.items())
    return Markup(f"{light}@media (prefers-color-scheme:dark){{{dark}}}")


def csp(inline: str) -> str:
    """The page's Content-Security-Policy: its own origin, and this one inline style by its hash."""
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'self' 'sha256-{digest}'; img-src 'self'; script-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'"
    )
