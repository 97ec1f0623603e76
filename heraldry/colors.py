"""Readable colours from a brand: WCAG 2.2 contrast, computed (w3.org/TR/WCAG22, relative luminance)."""

from __future__ import annotations

import colorsys

TEXT = 4.5
"""The contrast that text needs (success criterion 1.4.3)."""

INK, PAPER = "#17181c", "#ffffff"
DARK_PAPER = "#16181d"


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two `#rrggbb` colours, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def on(color: str) -> str:
    """Text that is readable on `color`: white where that suffices, else the better of white and ink."""
    if contrast(PAPER, color) >= TEXT:
        return PAPER
    return max((PAPER, INK, "#000000"), key=lambda text: contrast(text, color))


def readable(color: str, paper: str, wanted: float = TEXT) -> str:
    """`color` made darker or lighter, in its own hue, until it is readable as text on `paper`."""
    hue, light, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in _channels(color)))
    step = -0.02 if _luminance(paper) > 0.18 else 0.02
    while contrast(color, paper) < wanted and 0 <= light + step <= 1:
        light += step
        color = _hex(colorsys.hls_to_rgb(hue, light, saturation))
    return color if contrast(color, paper) >= wanted else on(paper)


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(min(max(channel, 0), 1) * 255):02x}" for channel in channels)


def _luminance(color: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
