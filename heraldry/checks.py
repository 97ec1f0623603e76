"""What files say that cannot hold together: a list of small checks over finished values.

A finding names a file and the keys in it; `located` turns it into a problem with line and column, reading
the file once more, so that no value has to carry places that are needed only when something is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from heraldry import captions, links
from heraldry.model import Instant, Post, Programme, Source, Team, Version
from heraldry.moments import instant
from heraldry.networks import NETWORKS
from heraldry.plan import due_at, ends_at, wanted
from heraldry.problems import Level, Position, Problem, did_you_mean
from heraldry.yamldoc import Keys, decoded, headed, parsed

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif"})
ARMS = PICTURES | {".svg"}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong under `keys` in the file at `path`; at the key rather than its value if `key`."""

    path: str
    keys: Keys
    message: str
    hint: str = ""
    level: Level = Level.ERROR
    key: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """Everything that was read, and the files below content/ that it may name."""

    programme: Programme
    teams: tuple[Team, ...]
    sources: tuple[Source, ...]
    posts: tuple[Post, ...]
    media: frozenset[str]


def findings(site: Site) -> Iterator[Finding]:
    """All that is wrong, in the order of the checks."""
    for check in CHECKS:
        yield from check(site)


def _audiences(site: Site) -> Iterator[Finding]:
    """Teams, sources and posts that somebody names exist."""
    keys = [team.key for team in site.teams]
    sources = [source.key for source in site.sources]
    for team in site.teams:
        for source in sorted(team.sees.sources - set(sources)):
            yield _misnamed("teams.yaml", ("teams", team.key, "sees", "sources"), "source", source, sources)
    for post in site.posts:
        for team_key in sorted((post.teams or frozenset()) - set(keys)):
            yield _misnamed(_path(post), ("teams",), "team", team_key, keys)
    for made in site.sources:
        for team_key in sorted((made.teams or frozenset()) - set(keys)):
            yield _misnamed("sources.yaml", ("sources", made.key, "teams"), "team", team_key, keys)


def _misnamed(path: str, keys: Keys, what: str, name: str, known: Sequence[str]) -> Finding:
    return Finding(path, (*keys, name), f"unknown {what} '{name}'", did_you_mean(name, known))


def _named_posts(site: Site) -> Iterator[Finding]:
    """A team that lists a post by name lists one that exists; else it is left out, and said."""
    slugs = [post.slug for post in site.posts]
    for team in site.teams:
        for slug in sorted(team.sees.posts - set(slugs)):
            keys: Keys = ("teams", team.key, "sees", "posts", slug)
            hint = did_you_mean(slug, slugs)
            yield Finding("teams.yaml", keys, f"unknown post '{slug}'", hint, Level.WARNING)


def _pictures(site: Site) -> Iterator[Finding]:
    """Every picture exists below content/ and is of a kind that browsers and networks show."""
    for post in site.posts:
        for version in post.versions.values():
            original = next(iter(post.versions.values()))
            if version.image and (version is original or version.image != original.image):
                yield from _picture(version.path, ("image",), version.image, site.media, PICTURES)
    for team in site.teams:
        if team.brand.logo and team.brand.logo != site.programme.brand.logo:
            place = ("teams", team.key, "brand", "logo")
            yield from _picture("teams.yaml", place, team.brand.logo, site.media, ARMS)
    if site.programme.brand.logo:
        yield from _picture("teams.yaml", ("programme", "brand", "logo"), site.programme.brand.logo, site.media, ARMS)


def _picture(path: str, keys: Keys, image: str, media: frozenset[str], kinds: frozenset[str]) -> Iterator[Finding]:
    suffix = "." + image.rpartition(".")[2].lower()
    if suffix not in kinds:
        yield Finding(path, keys, f"'{image}' is no picture we can show", "use " + ", ".join(sorted(kinds)))
    elif image not in media:
        near = did_you_mean(image, sorted(media))
        hint = near if near.startswith("did") else "put the file below content/, not behind a link"
        yield Finding(path, keys, f"the image '{image}' does not exist", hint)


def _times(site: Site) -> Iterator[Finding]:
    """Local times exist for every team that sees the post, and promotion ends after it began."""
    for post in site.posts:
        teams = [team for team in site.teams if wanted(post, team)]
        yield from _gaps(post, teams)
        for team in teams:
            due, ends = due_at(post, team), ends_at(post, team)
            if due is not None and ends is not None and ends <= due:
                hint = "expires must lie after publish"
                yield Finding(_path(post), ("expires",), "the post expires before it is published", hint)
                break


def _gaps(post: Post, teams: Sequence[Team]) -> Iterator[Finding]:
    for key, moment in (("publish", post.publish), ("expires", post.expires)):
        missing = [t for t in teams if moment is not None and instant(moment, t.timezone) is None]
        if missing and moment is not None and not isinstance(moment, Instant):
            where = ", ".join(sorted({team.timezone.key for team in missing}))
            said = f"{moment.day} {moment.at:%H:%M}"
            hint = "clocks are put forward there at that hour: choose another time, or write an offset"
            yield Finding(_path(post), (key,), f"'{said}' does not exist in {where}", hint)


def _unseen(site: Site) -> Iterator[Finding]:
    """A post that no team sees was probably meant for somebody."""
    for post in site.posts:
        if post.publish is not None and not any(wanted(post, team) for team in site.teams):
            hint = "add a tag that a team's `sees` names, or `teams: [...]`"
            yield Finding(_path(post), ("tags",), "no team sees this post", hint, Level.WARNING, key=True)


def _aliases(site: Site) -> Iterator[Finding]:
    """A former slug is nobody's present slug, and only one post's."""
    taken = {post.slug: post.slug for post in site.posts}
    for post in site.posts:
        for alias in post.aliases:
            if taken.get(alias, post.slug) != post.slug or alias == post.slug:
                hint = "remove it, or rename the post"
                yield Finding(_path(post), ("aliases", alias), f"'{alias}' is the address of '{taken[alias]}'", hint)
            taken.setdefault(alias, post.slug)


def _captions(site: Site) -> Iterator[Finding]:
    """Every caption of an own post fits its network, disclosure and link included."""
    for post in site.posts:
        teams = [team for team in site.teams if wanted(post, team)]
        for version in post.versions.values():
            yield from _too_long(post, version, teams, site.programme)


def _too_long(post: Post, version: Version, teams: Sequence[Team], programme: Programme) -> Iterator[Finding]:
    """The worst case of each wording: the longest disclosure among the teams that see it."""
    longest = max((captions.disclosure(post, version, team, programme) for team in teams), key=len, default="")
    for network in sorted({key for team in teams for key in team.networks}):
        for index, wording in enumerate(captions.variants(version, network)):
            excess = captions.excess(network, longest, wording, _link(post, version, programme))
            if excess:
                yield _long(version, network, index, excess)


def _long(version: Version, network: str, index: int, excess: captions.Excess) -> Finding:
    key = network if network in version.captions else "default"
    label, many = NETWORKS[network].label, excess.error or excess.warning
    hint = "shorten it, or write a shorter one under this network's name in captions"
    keys: Keys = ("captions", key, index) if key in version.captions else ("title",)
    said = f"the caption is {many} {excess.unit} too long for {label}, disclosure and link included"
    return Finding(version.path, keys, said, hint, Level.ERROR if excess.error else Level.WARNING)


def _link(post: Post, version: Version, programme: Programme) -> str:
    """An address as long as the tagged one will be."""
    return version.url or f"{programme.url}posts/{post.slug}/"


def _addresses(site: Site) -> Iterator[Finding]:
    """Addresses that carry tags already, or a signature that tags would break."""
    for post in site.posts:
        for version in post.versions.values():
            warning = links.tagged(version.url, {"utm_source": "x"}).warning if version.url else None
            if warning and post.utm is not None:
                yield Finding(version.path, ("url",), warning, "", Level.WARNING)


def _path(post: Post) -> str:
    return next(iter(post.versions.values())).path


CHECKS: tuple[Callable[[Site], Iterator[Finding]], ...] = (
    _audiences,
    _named_posts,
    _pictures,
    _times,
    _unseen,
    _aliases,
    _captions,
    _addresses,
)


def located(found: Sequence[Finding], files: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """The findings as problems with line and column."""
    return tuple(Problem(_place(f, files), f.message, f.hint, f.level) for f in found)


def _place(found: Finding, files: Mapping[str, bytes]) -> Position:
    text = decoded(files.get(found.path, b""), found.path).value or ""
    if found.path.endswith(".md"):
        header = headed(text, found.path).value
        doc = header[0] if header else None
    else:
        doc = parsed(text, found.path).value
    return Position(found.path) if doc is None else doc.at(_indexed(doc.value, found.keys), key=found.key)


def _indexed(tree: object, keys: Keys) -> Keys:
    """The keys, where the last one names an item of a list by its text, as the item's number."""
    for key in keys[:-1]:
        tree = tree.get(key) if isinstance(tree, dict) else tree
    if isinstance(tree, list) and keys[-1] in tree:
        return (*keys[:-1], tree.index(keys[-1]))
    return keys
