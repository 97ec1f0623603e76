"""The stages, joined: files in, site out."""

from __future__ import annotations

from heraldry.pipeline.building import build
from heraldry.pipeline.checking import inspected
from heraldry.pipeline.order import Order, Outcome, Say
from heraldry.pipeline.reading import read_site

__all__ = ["Order", "Outcome", "Say", "build", "inspected", "read_site"]
