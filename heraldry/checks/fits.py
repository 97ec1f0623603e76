"""Captions fit their networks, disclosure and link included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from heraldry import captions
from heraldry.checks.finding import Finding, Site, path
from heraldry.model import Post, Programme, Share, Team, Utm, Version
from heraldry.networks import NETWORKS
from heraldry.plan import spoken, wanted
from heraldry.problems import Level
from heraldry.yamldoc import Keys

LIMITED = frozenset(key for key, network in NETWORKS.items() if network.limit or network.soft_limit)


def fits(site: Site) -> Iterator[Finding]:
    """Every caption of an own post fits its network, disclosure and link included."""
    for post in site.posts:
        teams = [team for team in site.teams if wanted(post, team)]
        for version in post.versions.values():
            readers = [team for team in teams if spoken(post, team) is version]
            yield from _too_long(post, version, readers, site.programme)


def _too_long(post: Post, version: Version, teams: Sequence[Team], programme: Programme) -> Iterator[Finding]:
    """The worst case of each wording: by how much it is too long for any of the teams that see it."""
    for network in sorted({key for team in teams for key in team.networks} & LIMITED):
        frames = _frames(post, version, [team for team in teams if network in team.networks], programme, network)
        for index, wording in enumerate(captions.variants(version, network)):
            found = [_excess(network, frame, wording) for frame in frames]
            worst = max((e for e in found if e), key=lambda e: (e.error, e.warning), default=None)
            if worst:
                yield _long(version, network, index, worst)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What stands round a wording: the disclosure before it, the link after it, tagged and as it was written."""

    disclosure: str
    tagged: str
    bare: str


def _frames(
    post: Post, version: Version, teams: Sequence[Team], programme: Programme, network: str
) -> frozenset[_Frame]:
    """The frames of all teams, each once; of those whose links differ in the team's key alone, the longest."""
    own = f"posts/{post.slug}/" if version.path == path(post) else f"posts/{post.slug}/{version.lang}/"
    url = version.url or programme.url + own
    alike: dict[tuple[str, Utm], Team] = {}
    for team in sorted(teams, key=lambda team: len(team.key)):
        alike[captions.disclosure(post, version, team, programme), team.utm] = team
    shares = (Share(post, version, team, datetime.min.replace(tzinfo=UTC)) for team in alike.values())
    made = (captions.caption(share, programme, network, 0, url) for share in shares)
    return frozenset(_Frame(caption.disclosure, caption.link, url) for caption in made)


def _excess(network: str, frame: _Frame, wording: str) -> captions.Excess | None:
    """With the tagged link for what the network itself takes.

    What only some of its apps refuse is counted with the bare link: the few that do not shorten links would
    make a warning of nearly every caption.
    """
    tagged = captions.excess(network, frame.disclosure, wording, frame.tagged)
    return tagged if tagged and tagged.error else captions.excess(network, frame.disclosure, wording, frame.bare)


def _long(version: Version, network: str, index: int, excess: captions.Excess) -> Finding:
    key = network if network in version.captions else "default"
    label, many = NETWORKS[network].label, excess.error or excess.warning
    where = label if excess.error else f"some of the apps for {label}"
    hint = "shorten it, or write a shorter one under this network's name in captions"
    keys: Keys = ("captions", key, index) if key in version.captions else ("title",)
    said = f"the caption is too long for {where} by {many} {excess.unit}, disclosure and link included"
    return Finding(version.path, keys, said, hint, Level.ERROR if excess.error else Level.WARNING)
