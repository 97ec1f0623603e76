"""The handbook: employees', editors' and administrators' guides and the policy, searchable and branded.

`read` finds the pages, `stage` decides every file the engine gets, `build` runs it. Only `engine` knows MkDocs.
"""

from __future__ import annotations

from heraldry.handbook.engine import build
from heraldry.handbook.pages import Content, Page, Policy, read
from heraldry.handbook.policy import Revision
from heraldry.handbook.stage import Edition, Handbook, Setting, stage

__all__ = [
    "Content",
    "Edition",
    "Handbook",
    "Page",
    "Policy",
    "Revision",
    "Setting",
    "build",
    "read",
    "stage",
]
