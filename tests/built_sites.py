"""Sites as a build makes them, in memory for many moments or on disk for one, and the canaries that stand in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from canaries import words

from heraldry import pipeline
from heraldry.disk import File
from heraldry.model import Team
from heraldry.pages.frames import Setting
from heraldry.pages.media import Media
from heraldry.pages.places import Places
from heraldry.pages.site import Content, files
from heraldry.pages.theme import CHECKOUT, Theme
from heraldry.pipeline.feeds import news
from heraldry.pipeline.gathering import gathered
from heraldry.pipeline.reading import config_of
from heraldry.plan import plan
from heraldry.problems import Problem, Read

NO_HANDBOOK: Read[frozenset[str]] = Read(frozenset())


@cache
def _theme() -> Theme:
    """The product's own theme: compiled once for all the sites of a test."""
    return Theme(CHECKOUT.parent)


class Rendered:
    """A site read once, whose files can be had as of any moment, without the handbook."""

    def __init__(self, root: Path) -> None:
        read = pipeline.read_site(root)
        assert read.value is not None, read.problems
        self.root, self.site, self.problems = root, read.value, read.problems
        self._config = config_of(read.value)

    @property
    def teams(self) -> tuple[Team, ...]:
        return self.site.teams

    def at(self, now: datetime) -> dict[str, bytes]:
        """Path to bytes of every file, as `heraldry build --at` makes them."""
        site, theme = self.site, _theme()
        order = pipeline.Order(root=self.root, out=self.root / "site", now=now, offline=True, dated=True)
        feeds = gathered(order, self._config, {}, lambda text: None)
        posts = (*site.posts, *news(order, site, feeds).value)
        setting = Setting(
            programme=site.programme,
            places=Places(site.programme.url, site.programme.pilot_salt or ""),
            media=Media(self.root),
            now=now,
            css=theme.static("share.css"),
            js=theme.static("share.js"),
            icon=theme.static("icon.svg"),
            handbooks=frozenset(),
        )
        content = Content(site.programme, site.teams, site.sources, posts, plan(posts, site.teams, now))
        return dict(_bytes(files(content, setting, theme)))


def _bytes(made: Iterable[File]) -> Iterator[tuple[str, bytes]]:
    for file in made:
        yield file.path, file.content if isinstance(file.content, bytes) else file.content.read_bytes()


def built(root: Path, out: Path, now: datetime, **more: object) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """What stands in the folder after a build, dotfiles too, and what the build has to say."""
    order = {"offline": True, "dated": True, "handbook": NO_HANDBOOK, **more}
    outcome = pipeline.build(pipeline.Order(root=root, out=out, now=now, **order), {})  # type: ignore[arg-type]
    assert outcome.written is not None, outcome.problems
    return below(out), outcome.problems


def below(folder: Path) -> dict[str, bytes]:
    """Path to bytes of everything below a folder; an empty folder counts as an empty file."""
    paths = [path for path in folder.rglob("*") if not path.is_dir() or not any(path.iterdir())]
    return {path.relative_to(folder).as_posix(): b"" if path.is_dir() else path.read_bytes() for path in paths}


FRAME = re.compile(r"assets/(share|icon)\.[0-9a-f]+\.(css|js|svg)|\.heraldry-site")
"""Files that are the same for every site."""

_PILOT = re.compile(r"(?P<key>qz[a-z]+)-[0-9a-f]{20}/")
_PRINT = re.compile(r"(?P<stem>assets/media/[a-z0-9-]+)\.[0-9a-f]{10}\.")


def canaries(site: Mapping[str, bytes]) -> dict[str, frozenset[str]]:
    """What stands in each file, by the plain name of the file: a pilot's folder without its secret, a picture without
    its fingerprint."""
    found = {plain(path): words(path, body) for path, body in site.items() if not FRAME.fullmatch(path)}
    assert len(found) == len([path for path in site if not FRAME.fullmatch(path)])
    for path, body in site.items():
        assert not (FRAME.fullmatch(path) and words(path, body)), path
    return found


def plain(path: str) -> str:
    """The path as plain_rules.py writes it."""
    return _PRINT.sub(r"\g<stem>.", _PILOT.sub(r"\g<key>/", path))
