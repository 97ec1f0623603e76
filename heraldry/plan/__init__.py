"""Audience and schedule: what each team sees, and why not. No clock is read here: `now` is handed in."""

from __future__ import annotations

from heraldry.plan.audience import seen_by, spoken, wanted
from heraldry.plan.changes import next_change
from heraldry.plan.demo import demo_shift, rebased
from heraldry.plan.schedule import (
    Held,
    appears,
    due_at,
    ends_at,
    held,
    leaves,
    opened,
    opening,
    paused,
    published,
    withdrawn,
    withheld,
)
from heraldry.plan.shares import Plan, next_due, plan, shares

__all__ = [
    "Held",
    "Plan",
    "appears",
    "demo_shift",
    "due_at",
    "ends_at",
    "held",
    "leaves",
    "next_change",
    "next_due",
    "opened",
    "opening",
    "paused",
    "plan",
    "published",
    "rebased",
    "seen_by",
    "shares",
    "spoken",
    "wanted",
    "withdrawn",
    "withheld",
]
