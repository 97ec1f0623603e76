"""Two states of a site, read and rendered beside the checkout, and all that differs between them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from heraldry import disk
from heraldry.changes import trees
from heraldry.changes.difference import Difference, difference
from heraldry.changes.pages import Pages, pages
from heraldry.changes.policies import HANDBOOK, POLICY
from heraldry.changes.side import Side
from heraldry.changes.trees import Tree
from heraldry.checks import Site
from heraldry.disk import File
from heraldry.model import Post, Share
from heraldry.pages.frames import Setting
from heraldry.pages.media import Media
from heraldry.pages.places import Places
from heraldry.pages.site import Content, files
from heraldry.pages.theme import BrokenTemplate, Theme
from heraldry.pipeline.book import staged
from heraldry.pipeline.checking import hasty
from heraldry.pipeline.feeds import news
from heraldry.pipeline.gathering import gathered
from heraldry.pipeline.order import Order, Say
from heraldry.pipeline.reading import config_of, read_site
from heraldry.plan import Plan, plan, rebased
from heraldry.posts import FOLDER
from heraldry.problems import Position, Problem, Read

WHOLE = 2_500
"""Files of posts up to which both states are read whole. Of more, only what changed is: reading 20,000 twice takes
minutes, and 'heraldry check' reads them all anyway."""

CARDS = 20_000
"""Cards up to which every page is rendered. Of more, the first page of each team and what changed."""

_ANYBODY = "preview"
"""Stands in for the secret that pilots' addresses are made from: they are compared, never told."""

ARCHIVE = "archive"


def compared(
    root: Path, base: str, head: str, now: datetime, base_url: str, say: Say = lambda text: None
) -> Difference:
    """What merging `head` onto `base` does if it happens at `now`; `head` "" is the checkout as it lies there.

    Nothing is fetched, and nothing in the checkout is touched. Raises trees.NoSuchCommit and git.GitFailed.
    """
    say("reading commits")
    first, second = trees.commit(root, base), trees.commit(root, head) if head else ""
    old = trees.committed(root, first)
    new = trees.committed(root, second) if second else trees.working(root)
    taken = _taken(old, new)
    with TemporaryDirectory(prefix="heraldry-") as one, TemporaryDirectory(prefix="heraldry-") as other:
        places = Path(one), Path(other)
        sides = []
        for tree, place, words in zip((old, new), places, ("before", "after"), strict=True):
            say(f"reading the state {words}")
            order = Order(_laid(root, tree, place, taken), place / "site", now, base_url, offline=True, dated=True)
            sides.append(_side(place, tree, order, feeds=taken is None))
        say("comparing pages")
        before, after, found = _pages(sides[0], sides[1], places, now, base_url, whole=taken is None)
    return difference(before, after, (first[:10], second[:10] or "the working tree"), now, found, base_url)


# Which files are read -------------------------------------------------------------------------------


def _taken(old: Tree, new: Tree) -> frozenset[str] | None:
    """The paths that have to be read on both sides; None for all of them."""
    every = {*old.names, *new.names}
    posts = {path for path in every if path.startswith(f"{FOLDER}/")}
    changed = {path for path in every if old.names.get(path) != new.names.get(path)}
    if len(posts) <= WHOLE:
        return None
    slugs = {_slug(path) for path in changed & posts}
    kept = {path for path in posts if _slug(path) in slugs} | _claiming(new, posts)
    kept |= {path for path in every if path in trees.FILES or path.startswith("theme/")}
    book = {path for path in every if path.startswith((HANDBOOK, POLICY))}
    kept |= book if book & changed else set()
    return frozenset(kept | _beside(old, new, kept, posts | book))


def _slug(path: str) -> str:
    return PurePosixPath(path).name.partition(".")[0]


def _claiming(tree: Tree, posts: Iterable[str]) -> set[str]:
    """Posts that claim further addresses for themselves, which another post may collide with."""
    return {path for path, body in tree.texts(sorted(posts)).items() if b"\naliases" in body}


def _beside(old: Tree, new: Tree, read: Iterable[str], texts: Iterable[str]) -> set[str]:
    """Files of content/ that are no texts, and whose names occur in any text that is read."""
    names = [path for path in read if path.endswith((".md", ".yaml"))]
    said = b"\n".join(body for tree in (old, new) for body in tree.texts(names).values())
    others = {path for tree in (old, new) for path in tree.names if path.startswith("content/")} - set(texts)
    return {path for path in others if PurePosixPath(path).name.encode("utf-8", "surrogateescape") in said}


def _laid(root: Path, tree: Tree, place: Path, taken: frozenset[str] | None) -> Path:
    """The files laid out; with everything read, also the archive of the checkout where the state has none."""
    tree.laid([path for path in tree.names if taken is None or path in taken], place)
    if taken is None and not (place / ARCHIVE).exists() and not (place / ARCHIVE).is_symlink():
        kept = dict.fromkeys(disk.files_below(root, ARCHIVE), "")
        Tree(root, kept).laid(kept, place)
    return place


# What is read ---------------------------------------------------------------------------------------


def _side(place: Path, tree: Tree, order: Order, *, feeds: bool) -> Side:
    """One state, read where it is laid out; without `feeds` no imported post is in it."""
    texts = tree.texts(path for path in tree.names if path.startswith(POLICY) and path.endswith(".md"))
    if "teams.yaml" not in tree.names:
        missing = Problem(Position("teams.yaml"), "there is no teams.yaml", "nothing can be published without it")
        return Side(None, problems=(missing,), names=tree.names, texts=texts, there=False)
    read = read_site(place)
    if read.value is None:
        return Side(None, problems=_told(read.problems, place), names=tree.names, texts=texts)
    site = read.value
    brought = _brought(order, site) if feeds else Read(())
    book = staged(place, site.programme, order.base_url or site.programme.url, order.now)
    problems = (*read.problems, *hasty(place, site, order.now), *brought.problems, *book.problems)
    posts = rebased((*site.posts, *brought.value), site.programme, order.now)
    shown = plan(posts, site.teams, order.now)
    return Side(site, posts, shown, _told(problems, place), tree.names, texts, whole=feeds)


def _brought(order: Order, site: Site) -> Read[tuple[Post, ...]]:
    """The imported posts: of the archive, and of feeds inside the repository."""
    feeds = gathered(order, config_of(site), {}, lambda words: None)
    made = news(order, site, feeds)
    return Read(made.value, (*feeds.problems, *made.problems))


def _told(problems: Iterable[Problem], place: Path) -> tuple[Problem, ...]:
    """Each problem once, none with the name of the folder that the files happen to be laid out in."""
    named = (replace(one, message=one.message.replace(str(place), "the repository")) for one in problems)
    return tuple(dict.fromkeys(named))


# What is rendered -----------------------------------------------------------------------------------


def _pages(
    before: Side, after: Side, places: tuple[Path, Path], now: datetime, base_url: str, *, whole: bool
) -> tuple[Side, Side, Pages | None]:
    """Both sides, with what is wrong with their templates, and the pages that differ; None when none can be made."""
    if after.site is None:
        return before, after, None
    alike = _alike(before, after)
    contents = _contents(before, after, alike)
    small = sum(len(shares) for one in contents if one for shares in one.plan.shares.values()) <= CARDS
    if not small:
        differing = _differing(before, after)
        contents = _shortened(contents[0], differing), _shortened(contents[1], differing)
    made = [_made(content, place, now, base_url) for content, place in zip(contents, places, strict=True)]
    before, after = (replace(s, problems=(*s.problems, *m[1])) for s, m in zip((before, after), made, strict=True))
    if made[0][0] is None or made[1][0] is None:
        return before, after, None
    if not whole and not alike:
        return before, after, Pages(exact=False, known=False)
    folders = {
        Places("", _ANYBODY).team(team).strip("/"): team.name
        for side in (before, after)
        for team in (side.site.teams if side.site else ())
    }
    return before, after, pages(made[0][0], made[1][0], folders, exact=small and whole)


def _alike(before: Side, after: Side) -> bool:
    """Whether posts and pictures are all that can make a page of the two sides differ."""
    one, other = before.site, after.site
    if (
        one is None
        or other is None
        or (one.programme, one.sources, one.teams) != (other.programme, other.sources, other.teams)
    ):
        return False
    logos = {brand.logo for brand in (other.programme.brand, *(team.brand for team in other.teams))}
    return not any(path.startswith("theme/") or path in logos for path in _changed(before, after))


def _changed(before: Side, after: Side) -> set[str]:
    names = before.names, after.names
    return {path for path in {*names[0], *names[1]} if names[0].get(path) != names[1].get(path)}


def _differing(before: Side, after: Side) -> frozenset[str]:
    """Slugs of the posts that are not the same on both sides, their pictures included."""
    old, new = ({post.slug: post for post in side.posts} for side in (before, after))
    files = _changed(before, after)
    return frozenset(
        slug
        for slug in {*old, *new}
        if old.get(slug) != new.get(slug) or any(v.image in files for v in new[slug].versions.values())
    )


def _contents(before: Side, after: Side, alike: bool) -> tuple[Content | None, Content | None]:
    """What the pages of both sides are made from; where only posts differ, without what cannot differ."""
    one, other = _content(before), _content(after)
    if not alike or one is None or other is None:
        return one, other
    differing = _differing(before, after)
    shown = (before.plan.shares, after.plan.shares)
    teams = frozenset(key for key in shown[1] if any(_shown(shares.get(key, ()), differing) for shares in shown))
    return _only(one, teams, differing), _only(other, teams, differing)


def _content(side: Side) -> Content | None:
    """What the pages are made from. Nearly each of them says when the next post comes: that line is not compared."""
    site, shown = side.site, replace(side.plan, next_due=dict.fromkeys(side.plan.next_due))
    return Content(site.programme, site.teams, site.sources, side.posts, shown) if site else None


def _shown(shares: Iterable[Share], differing: frozenset[str]) -> bool:
    return any(share.post.slug in differing for share in shares)


def _only(content: Content, teams: frozenset[str], slugs: frozenset[str]) -> Content:
    shown = Plan(
        {key: shares for key, shares in content.plan.shares.items() if key in teams},
        {key: due for key, due in content.plan.next_due.items() if key in teams},
    )
    return replace(content, posts=tuple(post for post in content.posts if post.slug in slugs), plan=shown)


def _shortened(content: Content | None, differing: frozenset[str]) -> Content | None:
    """Of each team the first page, and what differs."""
    if content is None:
        return None
    sizes = {team.key: team.page_size for team in content.teams}
    shares = {
        key: tuple(s for number, s in enumerate(every) if number < sizes[key] or s.post.slug in differing)
        for key, every in content.plan.shares.items()
    }
    return replace(content, plan=replace(content.plan, shares=shares))


def _made(
    content: Content | None, place: Path, now: datetime, base_url: str
) -> tuple[Mapping[str, str] | None, tuple[Problem, ...]]:
    """A digest of each file of the site by path; nothing of a site that is not there, None of one that fails."""
    if content is None:
        return {}, ()
    theme = Theme(place)
    setting = Setting(
        programme=content.programme,
        places=Places(base_url or content.programme.url, _ANYBODY),
        media=Media(place),
        now=now,
        css=theme.static("share.css"),
        js=theme.static("share.js"),
        icon=theme.static("icon.svg"),
        handbooks=frozenset(),
    )
    try:
        return {file.path: _digest(file) for file in files(content, setting, theme)}, ()
    except BrokenTemplate as error:
        return None, (Problem(Position(f"theme/{error.name}", error.line), f"it cannot be used: {error.reason}"),)


def _digest(file: File) -> str:
    body = file.content if isinstance(file.content, bytes) else file.content.read_bytes()
    return hashlib.blake2b(body, digest_size=16).hexdigest()
