"""The stages, joined: files in, site out. Assignments only; each stage stands in its own room."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from heraldry import disk, handbook
from heraldry.checks import ARMS, PICTURES, Finding, Site, findings, located, places
from heraldry.disk import File
from heraldry.feeds import imports, pictures
from heraldry.feeds.gather import Gathered, Occasion, gather
from heraldry.feeds.imports import Imports
from heraldry.feeds.reading import Surroundings
from heraldry.inbox.lists import REFUSED, REVIEWED, barred_from_pages, refused
from heraldry.model import Post, Programme, Stage, Subscriptions
from heraldry.pages.frames import Setting
from heraldry.pages.media import Media
from heraldry.pages.places import Places
from heraldry.pages.site import Content, files
from heraldry.pages.theme import BrokenTemplate, Theme
from heraldry.pictures import fault
from heraldry.plan import demo_shift, plan, rebased, seen_by
from heraldry.posts import FOLDER, read_posts
from heraldry.problems import Level, Position, Problem, Read, errors
from heraldry.sources import read_sources
from heraldry.teams import read_teams

CONFIG = ("teams.yaml", "sources.yaml")


@dataclass(frozen=True, slots=True)
class Order:
    """What to build: `root` into `out`, as of `now`; `base_url` "" means the programme's own address.

    `dated` says that `now` was given: then the archive is read but not written. `handbook` is what the handbook
    in `out` came to: it is taken over as it stands, so that a preview need not make it for each change of a post.
    """

    root: Path
    out: Path
    now: datetime
    base_url: str = ""
    offline: bool = False
    strict: bool = False
    dated: bool = False
    handbook: Read[frozenset[str]] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build came to: how many files it wrote, None when it wrote nothing, and all problems.

    `handbook`: the languages of the handbook, and what is wrong with it; None when none was tried.
    """

    written: int | None
    problems: tuple[Problem, ...]
    handbook: Read[frozenset[str]] | None = None


Say = Callable[[str], None]


def read_site(root: Path) -> Read[Site | None]:
    """Everything editors wrote. Broken posts are left out; a broken teams.yaml or sources.yaml, or a link in the
    place of the posts' folder, leaves nothing."""
    config = disk.read_all(root, CONFIG)
    if "teams.yaml" not in config:
        return Read(None, (_absent(root),))
    organisation = read_teams(config["teams.yaml"])
    if organisation.value is None:
        return Read(None, organisation.problems)
    programme, teams = organisation.value.programme, organisation.value.teams
    texts = disk.read_all(root, disk.files_below(root, FOLDER, frozenset({".md"})))
    sources = read_sources(config.get("sources.yaml", b"sources: {}"), programme)
    posts = read_posts(texts, programme)
    site = _known(root, Site(programme, teams, sources.value or Subscriptions(), posts.value), config)
    site = replace(site, sources_read=sources.value is not None)
    found = located(tuple(findings(site)), {**config, **texts})
    unfollowed = tuple(_unfollowed(root))
    refusals = refused(disk.read_all(root, [REFUSED]).get(REFUSED, b"")).problems
    problems = (*organisation.problems, *sources.problems, *posts.problems, *found, *unfollowed, *refusals)
    fatal = sources.value is None or unfollowed or any(problem.at.path in CONFIG for problem in errors(problems))
    return Read(None if fatal else _sound(site, problems), problems)


def _unfollowed(root: Path) -> Iterator[Problem]:
    """A link in the place of a folder would empty the site, or lose the archive, without a word."""
    for file in CONFIG:
        if (root / file).is_dir():
            yield Problem(Position(file), "a folder stands in the place of this file", "put the file in its place")
    for folder in ("content", FOLDER, "archive", "archive/images"):
        if (root / folder).is_symlink():
            hint = "put the folder itself in its place"
            yield Problem(Position(folder), "a link is not followed: nothing in it is read", hint)


def _known(root: Path, site: Site, config: Mapping[str, bytes]) -> Site:
    """The site with what is known of the files that it names."""
    media = frozenset(disk.files_below(root, "content", ARMS | PICTURES))
    named = {v.image for post in site.posts for v in post.versions.values()}
    named |= {brand.logo for brand in (site.programme.brand, *(team.brand for team in site.teams))}
    shown = [path for path in media if path in named and PurePosixPath(path).suffix.lower() in PICTURES]
    reasons = {path: fault(root / path) for path in shown}
    return replace(
        site,
        media=media,
        faults={path: reason for path, reason in reasons.items() if reason},
        places=places("sources.yaml", [("sources", source.key) for source in site.sources], config),
    )


def _absent(root: Path) -> Problem:
    return Problem(
        Position("teams.yaml"),
        f"there is no teams.yaml in '{root}'",
        "run 'heraldry init DIR' for a new site",
    )


def _sound(site: Site, problems: tuple[Problem, ...]) -> Site:
    """The site, its posts parted into sound ones and those that have an error in any of their files."""
    wrong = {problem.at.path for problem in errors(problems)}
    parted: dict[bool, list[Post]] = {True: [], False: []}
    for post in site.posts:
        parted[wrong.isdisjoint(version.path for version in post.versions.values())].append(post)
    return replace(site, posts=tuple(parted[True]), broken=tuple(parted[False]))


def inspected(root: Path, now: datetime) -> tuple[Problem, ...]:
    """Everything that is wrong with what people wrote: feeds inside the repository, handbook and policy included."""
    read = read_site(root)
    if read.value is None:
        return read.problems
    site = read.value
    feeds = gather(site.sources, Surroundings(root, {}, site.subscriptions.limits), _occasion(site, now))
    return (*read.problems, *feeds.problems, *_book(root, site.programme, site.programme.url, now).problems)


def build(order: Order, environment: Mapping[str, str], say: Say = lambda text: None) -> Outcome:
    """The site in `order.out`, whole or not at all. Raises disk.Busy or disk.NotOurs before anything is written."""
    if not disk.replaceable(order.out):
        raise disk.NotOurs(str(order.out))
    with disk.locked(order.out):
        say("reading")
        site = read_site(order.root)
        guessable = _guessable(site.value, environment) if site.value else ()
        if site.value is None or guessable or (order.strict and errors(site.problems)):
            return Outcome(None, (*site.problems, *guessable))
        with TemporaryDirectory(prefix="heraldry-") as folder, ThreadPoolExecutor(1) as beside:
            place = order.out / "handbook" if order.handbook else Path(folder) / "handbook"
            book = beside.submit(_handbook, order, site.value, place)
            say("reading feeds")
            gathered = _gathered(order, site.value, environment, say)
            news = _news(order, site.value, gathered)
            say("making the handbook")
            made = book.result()
            problems = (*site.problems, *gathered.problems, *news.problems, *made.problems)
            if order.strict and errors(problems):
                return Outcome(None, problems)
            say("writing pages")
            try:
                written = _written(order, site.value, news.value, made.value, place, environment)
            except BrokenTemplate as error:
                return Outcome(None, (*problems, _template(error)))
    return Outcome(written, problems, made)


def _template(error: BrokenTemplate) -> Problem:
    at = Position(f"theme/{error.name}", error.line)
    what = "the catalogue cannot be read" if error.name.endswith(".po") else "the template cannot be rendered"
    return Problem(at, f"{what}: {error.reason}", "compare it with the one Heraldry brings")


def _gathered(order: Order, site: Site, environment: Mapping[str, str], say: Say) -> Gathered:
    """The archives with today's news; of an example site as of the story's own time."""
    occasion = replace(
        _occasion(site, order.now),
        behind=_behind(order, site),
        offline=order.offline,
        keep=not order.dated and not order.strict,
    )
    there = Surroundings(order.root, environment, site.subscriptions.limits)
    return gather(site.sources, there, occasion, lambda done: say(f"reading feeds: {done} of {len(site.sources)}"))


def _behind(order: Order, site: Site) -> timedelta:
    """How far an example site's story lies behind the clock: that stands at its `demo_day`."""
    return timedelta(days=demo_shift(site.programme, order.now))


def _occasion(site: Site, now: datetime) -> Occasion:
    """A look at the feeds inside the repository, of which nothing is kept."""
    return Occasion(now, site.programme.timezone, offline=True, places=site.places)


def _news(order: Order, site: Site, gathered: Gathered) -> Read[tuple[Post, ...]]:
    """The imported posts, with their pictures: those that are shown are fetched, once it is known which those are."""
    entries = {key: value.entries.values() for key, value in gathered.archives.items()}

    own = (*site.posts, *site.broken)
    texts = disk.read_all(order.root, (REFUSED, REVIEWED))
    barred = barred_from_pages(texts.get(REFUSED, b""), texts.get(REVIEWED, b""), own)

    def brought(paths: Mapping[str, tuple[str, ...]]) -> Imports:
        return imports.posts(
            entries,
            site.subscriptions,
            site.programme,
            own=own,
            seen_by=partial(seen_by, site.teams),
            pictures=paths,
            now=order.now - _behind(order, site),
            refused=barred,
        )

    shown = {post.slug for post in brought({}).posts}
    every = ((entry, source) for source in site.sources for entry in entries.get(source.key, ()))
    told = [(entry, source) for entry, source in every if entry.image and imports.slug(entry, source) in shown]
    told.sort(key=lambda pair: pair[0].first_seen, reverse=True)
    offline = order.offline or order.dated or order.strict
    limits, now = site.subscriptions.limits, order.now
    found = pictures.pictured(told, order.root, now, limits, gathered.seconds_left, offline=offline)
    made = brought(found.paths)
    return Read(made.posts, (*_doubts(order, made), *_pictureless(site, found.notes)))


def _doubts(order: Order, made: Imports) -> tuple[Problem, ...]:
    """What in sources.yaml does not do what it says, at its place."""
    found = [Finding("sources.yaml", note.keys, note.message, note.hint, Level.WARNING) for note in made.notes]
    return located(found, disk.read_all(order.root, CONFIG))


def _pictureless(site: Site, notes: Mapping[str, str]) -> Iterator[Problem]:
    for key, note in notes.items():
        at = site.places.get(key, Position("sources.yaml"))
        yield Problem(at, f"source '{key}': {note}", "the entries are shown without", Level.WARNING)


def _handbook(order: Order, site: Site, out: Path) -> Read[frozenset[str]]:
    """The handbook at `out`, and its languages: of one that failed the last good one, none when there is none."""
    if order.handbook:
        return order.handbook
    staged = _book(order.root, site.programme, order.base_url or site.programme.url, order.now)
    found = handbook.build(staged.value, out, strict=order.strict)
    before = order.out / "handbook"
    if errors(found) and before.is_dir():
        disk.write_site(out.parent, [File(out.name, before)])
    there = frozenset(edition.lang for edition in staged.value.editions if (out / edition.folder).is_dir())
    return Read(there, (*staged.problems, *found))


def _book(root: Path, programme: Programme, base_url: str, now: datetime) -> Read[handbook.Handbook]:
    """The handbook as the engine will get it."""
    read = handbook.read(root, Theme(root).handbook_folders(), programme.languages)
    logo = root / programme.brand.logo if programme.brand.logo else None
    staged = handbook.stage(read.value, handbook.Setting(programme, base_url, now, logo))
    return Read(staged.value, (*read.problems, *staged.problems))


def _written(
    order: Order,
    site: Site,
    news: tuple[Post, ...],
    handbooks: frozenset[str],
    book: Path,
    environment: Mapping[str, str],
) -> int:
    posts = rebased((*site.posts, *news), site.programme, order.now)
    theme = Theme(order.root)
    setting = Setting(
        programme=site.programme,
        places=Places(order.base_url or site.programme.url, _secret(site, environment)),
        media=Media(order.root),
        now=order.now,
        css=theme.static("share.css"),
        js=theme.static("share.js"),
        icon=theme.static("icon.svg"),
        handbooks=handbooks,
    )
    content = Content(site.programme, site.teams, site.sources, posts, plan(posts, site.teams, order.now))
    with disk.staged(order.out) as stage:
        count = disk.write_site(stage, files(content, setting, theme))
        if handbooks:
            count += disk.write_site(stage, [File("handbook", book)])
    return count


def _guessable(site: Site, environment: Mapping[str, str]) -> tuple[Problem, ...]:
    """A pilot's page without a secret in its path is as good as listed."""
    pilots = [team.key for team in site.teams if team.stage is Stage.PILOT]
    if not pilots or _secret(site, environment):
        return ()
    said = f"anybody could work out where the pilot '{pilots[0]}' has its page"
    hint = "write 'pilot_salt:' and a long text below 'programme:', or set HERALDRY_PILOT_SECRET"
    return (Problem(Position("teams.yaml"), said, hint),)


def _secret(site: Site, environment: Mapping[str, str]) -> str:
    """What pilot paths are made from: a secret in the environment, else the salt in teams.yaml."""
    return environment.get("HERALDRY_PILOT_SECRET") or site.programme.pilot_salt or ""
