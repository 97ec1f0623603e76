"""Captions as they will be posted, with their length by each network's own rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from heraldry import captions, links
from heraldry.lengths import Limit, over
from heraldry.model import Post, Programme, Share, Team, Utm, Version
from heraldry.networks import NETWORKS, Network
from heraldry.plan import spoken, wanted


@dataclass(frozen=True, slots=True)
class Length:
    """How long a text is for a network at most, of how many units; `maximum` None when no limit is known.

    `excess` is by how much it is too long for the network, `excess_some` for some of the apps for it.
    """

    network: str
    label: str
    length: int
    maximum: int | None
    unit: str
    excess: int = 0
    excess_some: int = 0


@dataclass(frozen=True, slots=True)
class Wording:
    """One caption in one language: its words, the longest disclosure before them, and its lengths with everything.

    Teams may have different disclosures and tags: each length is that of the longest caption of any team.
    """

    lang: str
    disclosure: str
    words: str
    lengths: tuple[Length, ...]


def wordings(post: Post, teams: Sequence[Team], programme: Programme, base_url: str) -> tuple[Wording, ...]:
    """Every caption that any team gets, the lengths of its longest form; titles where a network takes only those."""
    readers = [team for team in teams if wanted(post, team)]
    found: dict[tuple[str, str], list[tuple[str, Length]]] = {}
    for version in post.versions.values():
        mine = [team for team in readers if spoken(post, team) is version]
        for network in dict.fromkeys(key for team in mine for key in team.networks):
            sharing = [team for team in mine if network in team.networks]
            for disclosure, words, length in _measured(post, version, sharing, programme, network, base_url):
                found.setdefault((version.lang, words), []).append((disclosure, length))
    return tuple(_wording(*key, measured) for key, measured in found.items())


def _wording(lang: str, words: str, measured: Sequence[tuple[str, Length]]) -> Wording:
    disclosure = max((disclosure for disclosure, _ in measured), key=len)
    return Wording(lang, disclosure, words, tuple(length for _, length in measured))


def _measured(
    post: Post, version: Version, teams: Sequence[Team], programme: Programme, network: str, base_url: str
) -> Iterator[tuple[str, str, Length]]:
    known, frames = NETWORKS[network], _frames(post, version, teams, programme)
    if known.title_limit:
        yield "", version.title, _title(known, version.title, known.title_limit)
        return
    url = version.url or base_url + _place(post, version)
    for take in range(len(captions.variants(version, network))):
        made = [captions.caption(Share(post, version, team, _NEVER), programme, network, take, url) for team in frames]
        longest = max(made, key=lambda caption: _count(known, links.counted(known, caption.text, caption.link)))
        text = links.counted(known, longest.text, longest.link)
        bare = links.counted(known, longest.text, url)
        yield longest.disclosure, longest.wording, _length(known, text, bare)


_NEVER = datetime.min.replace(tzinfo=UTC)


def _place(post: Post, version: Version) -> str:
    """Where the post's own page stands; its first language at the top."""
    own = version.lang == next(iter(post.versions))
    return f"posts/{post.slug}/" if own else f"posts/{post.slug}/{version.lang}/"


def _frames(post: Post, version: Version, teams: Sequence[Team], programme: Programme) -> list[Team]:
    """Of teams whose disclosure and tags are the same, the one with the longest key stands for all."""
    alike: dict[tuple[str, Utm], Team] = {}
    for team in sorted(teams, key=lambda team: len(team.key)):
        alike[captions.disclosure(post, version, team, programme), team.utm] = team
    return list(alike.values())


def _count(network: Network, text: str) -> int:
    limit = network.limit or network.soft_limit
    return limit.count(text) if limit else len(text)


def _length(network: Network, text: str, bare: str) -> Length:
    """The caption's length; what only some of the apps refuse is counted with the link before it was tagged."""
    limit = network.limit or network.soft_limit
    excess = over(text, network.limit) if network.limit else 0
    some = over(bare, network.soft_limit) if network.soft_limit else 0
    unit, maximum = (limit.unit, limit.maximum) if limit else ("characters", None)
    return Length(network.key, network.label, _count(network, text), maximum, unit, excess, some)


def _title(network: Network, title: str, limit: Limit) -> Length:
    unit = f"{limit.unit} of the title"
    return Length(network.key, network.label, limit.count(title), limit.maximum, unit, over(title, limit))
