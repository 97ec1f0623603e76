"""Offers into the working tree: written as files, for an editor to commit."""

from __future__ import annotations

from heraldry import disk
from heraldry.feeds import archive
from heraldry.inbox.additions import Offered, additions, waiting
from heraldry.inbox.desk import Desk, barred, texts
from heraldry.inbox.lists import FOLDER


def offered(desk: Desk) -> Offered:
    """The new posts, written. Posts come before the list: what is lost in between is found again by its file.

    Raises disk.Busy, OSError and Unclear.
    """
    if (desk.root / FOLDER).is_symlink():
        raise OSError(f"'{FOLDER}' is a link, which is not followed: put the folder itself in its place")
    with disk.locked(desk.root / archive.FOLDER):
        standing = texts(desk.root)
        files = additions(desk, barred(standing, desk.site), standing)
        for path, body in files.items():
            disk.write_whole(desk.root / path, body)
    posts = {path: body for path, body in files.items() if path.endswith(".md")}
    return Offered(len(posts), waiting(desk, posts))
