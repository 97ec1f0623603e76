"""Ready texts: per network a variant, the disclosure first, within that network's limit."""

from __future__ import annotations

from dataclasses import dataclass, replace

from heraldry import lengths, links
from heraldry.model import Post, PostType, Programme, Share, Team, Utm, Version
from heraldry.networks import NETWORKS, Network

MOST_TAKES = 3


@dataclass(frozen=True, slots=True)
class Caption:
    """One wording for one network: the disclosure line ("" where none is due), the wording, the tagged link."""

    network: Network
    disclosure: str
    wording: str
    link: str

    @property
    def text(self) -> str:
        """Disclosure and wording, the disclosure first."""
        return joined(self.disclosure, self.wording)

    @property
    def with_link(self) -> str:
        """The text with the link at its end."""
        return links.with_link(self.text, self.link)


@dataclass(frozen=True, slots=True)
class Excess:
    """By how many `unit`s a caption is too long: for the network itself, and for some of its clients."""

    error: int
    warning: int
    unit: str


def joined(disclosure: str, wording: str) -> str:
    """The text of a caption: the disclosure stands first, in words, on its own line."""
    return f"{disclosure}\n{wording}" if disclosure else wording


def disclosure(post: Post, version: Version, team: Team, programme: Programme) -> str:
    """The line that says "I work here" in the caption's language; "" where none is due.

    Company and employee posts need it, industry posts where the programme says so: employment is a material
    connection to what the employer makes (16 CFR 255), not to news of the trade.
    """
    if post.type is PostType.INDUSTRY and not programme.disclose_industry:
        return ""
    return team.disclosure.get(version.lang) or team.disclosure[programme.languages[0]]


def variants(version: Version, network: str) -> tuple[str, ...]:
    """The wordings for a network: its own, else the default ones, else the title."""
    return version.captions.get(network) or version.captions.get("default") or (version.title,)


def count(version: Version, networks: tuple[str, ...]) -> int:
    """How many takes a card has: as many as the network with the most variants, three at most."""
    return min(MOST_TAKES, max(len(variants(version, network)) for network in ("default", *networks)))


def caption(share: Share, programme: Programme, network: str, take: int, url: str) -> Caption:
    """The caption of a share for a network; `take` turns through its variants, `url` is tagged here.

    The wording of an imported post is cut to fit; an editor's stands as written, since checks let none pass
    that is too long.
    """
    post, version, team, known = share.post, share.version, share.team, NETWORKS[network]
    wordings = variants(version, network)
    made = Caption(
        network=known,
        disclosure=disclosure(post, version, team, programme),
        wording=wordings[take % len(wordings)],
        link=_tagged(share, known, url),
    )
    return _fitted(made) if post.source else made


def _tagged(share: Share, network: Network, url: str) -> str:
    post, team = share.post, share.team
    if post.utm is None:
        return url
    utm: Utm = replace(team.utm, **post.utm)
    values = {
        "campaign": post.campaign or team.key,
        "post": post.slug,
        "team": team.key,
        "lang": share.version.lang,
    }
    return links.tagged(url, links.tags(utm, network, values)).url


def _fitted(made: Caption) -> Caption:
    limit = made.network.limit
    if limit is None:
        return made
    tail = links.counted(made.network, "x", made.link).removeprefix("x")
    head = joined(made.disclosure, "")
    return replace(made, wording=lengths.cut(made.wording, limit, head, tail))


def excess(network: str, disclosure: str, wording: str, url: str) -> Excess | None:
    """By how much a caption is too long for a network, disclosure and link counted by its own rules."""
    known = NETWORKS[network]
    text = links.counted(known, joined(disclosure, wording), url)
    hard, unit = lengths.excess(text, known.limit) if known.limit else (0, "")
    soft, soft_unit = lengths.excess(text, known.soft_limit) if known.soft_limit else (0, "")
    return Excess(hard, soft, unit if hard else soft_unit) if hard or soft else None


def compose(made: Caption, title: str, image: str | None) -> str | None:
    """The address that opens the network's composer with this caption; None where there is none."""
    return links.intent(made.network, caption=made.text, title=title, url=made.link, image=image)
