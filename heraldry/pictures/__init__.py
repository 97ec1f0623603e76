"""Raster pictures: opened with care, and published without what they say about place, time and maker."""

from __future__ import annotations

from heraldry.pictures.opening import MOST_PIXELS, Unusable
from heraldry.pictures.published import Shown, fault, shown
from heraldry.pictures.taken import MOST_BYTES, Made, remade

__all__ = ["MOST_BYTES", "MOST_PIXELS", "Made", "Shown", "Unusable", "fault", "remade", "shown"]
