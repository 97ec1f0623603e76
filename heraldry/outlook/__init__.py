"""What editors are told of what comes: of the whole plan, of one post, and of times for drafts."""

from __future__ import annotations

from heraldry.outlook.look import Outlook, Standing, Unknown, found, names, standings

__all__ = ["Outlook", "Standing", "Unknown", "found", "names", "standings"]
