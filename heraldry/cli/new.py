"""heraldry new: a group of its own, in which an address stands for a command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from heraldry.cli import options, report

if TYPE_CHECKING:
    from heraldry.drafts import Draft
    from heraldry.model import Post, Programme, Team
    from heraldry.pictures import Made

TYPES = click.Choice(["company", "industry", "employee"])


class _New(click.Group):
    """`new URL` is `new page URL`: whatever is no command of the group is taken for an address."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help", "-h"):
            args = ["page", *args]
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return ["post TITLE | URL  [OPTIONS]"]


@click.group(cls=_New)
def new() -> None:
    """Begin a post, from nothing or from a page on the web.

    \b
    heraldry new post "We opened our Ankara lab"
    heraldry new https://acme.example/news/ankara-lab

    The post is a draft: it appears nowhere until it has a line `publish:`. Its path goes to standard output.
    Options: heraldry new post --help, heraldry new page --help
    """


_shared = (
    options.root,
    click.option("--lang", metavar="LANG", default="", help="The post's language.  [default: the programme's first]"),
    click.option("--publish", metavar="TIME", default="", help='Not before, such as "2026-12-01 09:00".'),
    click.option("--slug", metavar="SLUG", default="", help="Name of the file.  [default: made from the title]"),
)


def _with_shared(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_shared):
        command = option(command)
    return command


@new.command()
@click.argument("title")
@click.option("--type", "kind", type=TYPES, default="company", show_default=True, help="What the post is about.")
@_with_shared
def post(title: str, kind: str, root: Path, lang: str, publish: str, slug: str) -> None:
    """Begin a post with a title.

    \b
    heraldry new post "We opened our Ankara lab"
    heraldry new post "Hasan retires after 31 years" --type employee --publish "2026-12-01 09:00"
    """
    from heraldry import drafts
    from heraldry.model import PostType

    name = drafts.title(title)
    if not name:
        raise click.UsageError('a post needs a title: heraldry new post "We opened our Ankara lab"')
    site, wanted = _read(root), _Wanted(lang, publish, slug)
    _check(wanted, site)
    _write(site, _settled(drafts.Draft(slug="", title=name, type=PostType(kind)), site, wanted))


@new.command(short_help="Begin a post that shares a page (also: new URL).")
@click.argument("url")
@click.option("--type", "kind", type=TYPES, help="What the post is about.  [default: company for own pages]")
@click.option("--allow-private", is_flag=True, help="Permit an address inside your own network.")
@_with_shared
def page(url: str, kind: str | None, allow_private: bool, root: Path, lang: str, publish: str, slug: str) -> None:
    """Begin a post that shares a page: title, summary, picture and language are read from it.

    The type is company for a page of the organisation's own domain, else industry.

    \b
    heraldry new https://acme.example/news/ankara-lab
    heraldry new https://industry.example/report --type employee --slug annual-report
    """
    from heraldry import drafts
    from heraldry.cli.page import address, pictured, told
    from heraldry.model import PostType

    pasted, wanted = address(url), _Wanted(lang, publish, slug)
    site = _read(root)
    _check(wanted, site)
    _unshared(site, pasted)
    said, final = told(pasted, allow_private)
    shared = drafts.shared(pasted, final, said.canonical)
    _unshared(site, shared)
    made = PostType(kind) if kind else drafts.type_of(shared, drafts.own_domains(site.programme))
    draft = _settled(drafts.from_page(said, shared, made, site.programme.languages), site, wanted)
    draft = drafts.captioned(draft, site.teams, site.programme)
    draft, picture = pictured(draft, site.root, drafts.picture_address(said, final), allow_private)
    _write(site, draft, picture)
    if not kind:
        whose = "one of your own pages" if made is PostType.COMPANY else "none of your own pages"
        click.echo(f"type: {made.value}, since this is {whose}; --type says otherwise", err=True)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the author asked for, "" where nothing."""

    lang: str
    publish: str
    slug: str


@dataclass(frozen=True, slots=True)
class _Site:
    """What a new post has to fit into."""

    root: Path
    programme: Programme
    teams: tuple[Team, ...]
    posts: tuple[Post, ...]
    taken: frozenset[str]


def _read(root: Path) -> _Site:
    """The site at `root`. Says what is wrong and exits 1 when its teams.yaml cannot be used."""
    from heraldry import disk, drafts
    from heraldry.posts import read_posts
    from heraldry.teams import PATH, read_teams

    config = disk.read_all(root, [PATH])
    if PATH not in config:
        raise click.UsageError(f"there is no {PATH} in '{root}'; name the site's folder with -C")
    found = read_teams(config[PATH])
    if found.value is None:
        report.tell(found.problems)
        raise SystemExit(1)
    programme = found.value.programme
    paths = list(disk.files_below(root, drafts.FOLDER, frozenset({".md"})))
    posts = read_posts(disk.read_all(root, paths), programme).value
    return _Site(root, programme, found.value.teams, posts, drafts.taken(paths, posts))


def _check(wanted: _Wanted, site: _Site) -> None:
    """Raises click.UsageError for an option that no post can have."""
    from heraldry import moments
    from heraldry.drafts import is_slug

    if wanted.lang and wanted.lang not in site.programme.languages:
        known = ", ".join(site.programme.languages)
        raise click.UsageError(f"--lang: the programme does not speak '{wanted.lang}'; its languages: {known}")
    if wanted.slug and not is_slug(wanted.slug):
        raise click.UsageError(f"--slug: '{wanted.slug}' is not a slug; use a-z, 0-9 and single hyphens")
    try:
        if wanted.publish:
            moments.when(wanted.publish)
    except ValueError:
        hint = 'write "2026-12-01 09:00" or 2026-12-01T09:00+03:00'
        raise click.UsageError(f"--publish: '{wanted.publish}' is not a time; {hint}") from None


def _unshared(site: _Site, url: str) -> None:
    """Says so and exits 1 when a post shares this address already."""
    for known in site.posts:
        for version in known.versions.values():
            if version.url == url:
                click.echo(f"{version.path} shares this page already; nothing was written", err=True)
                raise SystemExit(1)


def _settled(draft: Draft, site: _Site, wanted: _Wanted) -> Draft:
    """The draft with a free slug, and with what was asked for. Exits 1 when its slug is taken."""
    from heraldry import drafts

    slug = wanted.slug or drafts.slug(draft.title, f"post-{options.clock().date()}", site.taken)
    if slug in site.taken:
        click.echo(f"there is a post '{slug}' already; nothing was written", err=True)
        click.echo("  hint: name another with --slug", err=True)
        raise SystemExit(1)
    lang = wanted.lang or draft.lang
    return replace(
        draft,
        slug=slug,
        lang="" if lang == site.programme.languages[0] else lang,
        publish=wanted.publish,
        tags=drafts.offered_tags(site.teams),
    )


def _write(site: _Site, draft: Draft, picture: Made | None = None) -> None:
    """The files; the post's path on standard output."""
    from heraldry import drafts
    from heraldry.disk import write_whole

    path = site.root / draft.path
    try:
        if picture:
            write_whole(site.root / drafts.media(draft), picture.body)
        write_whole(path, drafts.written(draft, options.clock().date()))
    except OSError as error:
        click.echo(f"the post could not be written: {error}", err=True)
        raise SystemExit(1) from None
    click.echo(path)
    if not draft.publish:
        click.echo("a draft: write a line `publish:` into it when it is ready", err=True)
