"""A proposed time put into a draft's file."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from heraldry import disk
from heraldry.checks.finding import path
from heraldry.headers import Unfit, with_key
from heraldry.model import Post, Programme
from heraldry.moments import moved
from heraldry.outlook import Outlook
from heraldry.plan.reasons import written
from heraldry.plan.slots import Proposal
from heraldry.posts import read_posts

BELOW = ("teams", "tags", "type", "url", "title")
"""Where in the header `publish` goes: below the first of these that is there."""

CHANGED = "the file has changed in between: it was left as it is"


class NotDated(Exception):
    """The file was left as it is; the words say why."""


def dated(root: Path, look: Outlook, made: Proposal) -> str:
    """The path of the file that now says when its post appears; of the others none is touched.

    The new file is whole on disk, and says what the old one said and `publish` in addition: nothing is written that
    does not. Translations share the original's header and stay as they are. Raises NotDated, and OSError.
    """
    post = next(post for post in look.site.posts if post.slug == made.post.slug)
    name, publish = path(post), moved(made.publish, -look.shift)
    files = disk.read_all(root, [version.path for version in post.versions.values()])
    if _read(files, look.programme) != post:
        raise NotDated(CHANGED)
    try:
        body = with_key(files[name], "publish", written(publish), BELOW)
    except Unfit as reason:
        raise NotDated(f"{reason}: write 'publish: {written(publish)}' into it by hand") from None
    if _read({**files, name: body}, look.programme) != replace(post, publish=publish):
        raise NotDated(f"it would say something else: write 'publish: {written(publish)}' into it by hand")
    if (root / name).read_bytes() != files[name]:
        raise NotDated(CHANGED)
    mode = stat.S_IMODE((root / name).stat().st_mode)
    disk.write_whole(root / name, body)
    (root / name).chmod(mode)  # git would show another one as a change
    if (root / name).read_bytes() != body:
        raise NotDated("somebody else has written the file at the same moment: look at it")
    return name


def _read(files: Mapping[str, bytes], programme: Programme) -> Post | None:
    """The one post in these files; None when there is none or several."""
    posts = read_posts(files, programme).value
    return posts[0] if len(posts) == 1 else None
