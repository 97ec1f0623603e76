"""The stages, joined: files in, site out.

A stage is loaded when it is asked for: whoever only wants to know whether something is due needs neither templates
nor the handbook.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from heraldry.pipeline.order import Order, Outcome, Say

if TYPE_CHECKING:
    from heraldry.pipeline.building import build
    from heraldry.pipeline.checking import inspected
    from heraldry.pipeline.due import Look, build_if_due, look
    from heraldry.pipeline.reading import read_site

__all__ = ["Look", "Order", "Outcome", "Say", "build", "build_if_due", "inspected", "look", "read_site"]

_STAGES = {
    "Look": "due",
    "build": "building",
    "build_if_due": "due",
    "inspected": "checking",
    "look": "due",
    "read_site": "reading",
}


def __getattr__(name: str) -> Any:
    if name not in _STAGES:
        raise AttributeError(f"module 'heraldry.pipeline' has no attribute '{name}'")
    return getattr(import_module(f"heraldry.pipeline.{_STAGES[name]}"), name)
