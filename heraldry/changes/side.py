"""One side of a comparison: everything that was read of a site at one state of its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from heraldry.checks import Site
from heraldry.model import Post
from heraldry.plan import Plan
from heraldry.problems import Problem


@dataclass(frozen=True, slots=True)
class Side:
    """What was read: `site` None when nothing of it could be published, `there` False when there is no teams.yaml.

    `posts` are all that are sound, own ones and imported ones, with the dates at which they are published; `plan` what
    each open team sees of them. `problems` are all that were found, each once. `names` are git's names of the files'
    bytes by path, `texts` the bytes of policy pages. Where it is not `whole`, no posts were read but those that change.
    """

    site: Site | None
    posts: tuple[Post, ...] = ()
    plan: Plan = Plan({}, {})  # noqa: RUF009  (immutable)
    problems: tuple[Problem, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, bytes] = field(default_factory=dict)
    there: bool = True
    whole: bool = True
