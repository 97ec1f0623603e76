"""A share as a card: its takes, each with the buttons of the team's networks."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from markupsafe import Markup

from heraldry import captions
from heraldry.captions import Caption
from heraldry.model import Share, Source, Version
from heraldry.pages import text
from heraldry.pages.frames import Setting
from heraldry.pages.places import landing, relative
from heraldry.pages.words import Words, direction
from heraldry.views import Button, Card, Picture, Take

LEADING = 2
"""Networks whose buttons stand first and large; the others wait under "More networks"."""


@dataclass(frozen=True, slots=True)
class Table:
    """What the cards of one page have in common."""

    setting: Setting
    words: Words
    place: str
    sources: dict[str, Source]


def card(share: Share, table: Table) -> Card:
    """The card of a share on the page at `table.place`."""
    post, version, setting = share.post, share.version, table.setting
    source = table.sources.get(post.source or "")
    return Card(
        slug=post.slug,
        type=post.type.value,
        type_label=table.words.type_label(post.type),
        title=version.title,
        lang=version.lang,
        dir=direction(version.lang),
        href=version.url or relative(landing(post, version), table.place),
        host=(urlsplit(version.url).hostname or "") if version.url else setting.programme.name,
        body=body(version),
        picture=picture(setting, version, table.place),
        day=table.words.day(post.dated or share.due, share.team.timezone, setting.now),
        source=source.name if source else "",
        tags=tuple(sorted(post.tags)),
        pinned=post.pin,
        cta=post.cta,
        takes=takes(share, table),
    )


def body(version: Version) -> Markup:
    """Why this is worth sharing; of a post with a page of its own the story stands there, not on the card."""
    if version.summary:
        return text.paragraph(version.summary)
    return text.prose(version.body) if version.url else Markup("")


def picture(setting: Setting, version: Version, place: str) -> Picture | None:
    """The picture with its sizes, relative to the page; None when there is none to show."""
    if not version.image:
        return None
    sizes = setting.media.sizes(version.image)
    if not sizes:
        return None
    widest = sizes[0]
    srcset = ", ".join(f"{relative(size.name, place)} {size.width}w" for size in sizes) if len(sizes) > 1 else ""
    return Picture(relative(widest.name, place), widest.width, widest.height, version.image_alt, srcset)


def takes(share: Share, table: Table) -> tuple[Take, ...]:
    """The wordings of a share, each ready for every network of the team."""
    number = captions.count(share.version, share.team.networks)
    return tuple(_take(share, table, index) for index in range(number))


def _take(share: Share, table: Table, index: int) -> Take:
    setting = table.setting
    target = share.version.url or setting.places.whole(landing(share.post, share.version))
    sizes = setting.media.sizes(share.version.image) if share.version.image else ()
    image = setting.places.whole(sizes[0].name) if sizes else None

    def caption(network: str) -> Caption:
        return captions.caption(share, setting.programme, network, index, target)

    shown = caption("copy")
    networks = [network for network in share.team.networks if network != "copy"]
    buttons = (_button(caption(n), share.version, image, table.words, n in networks[:LEADING]) for n in networks)
    return Take(shown.disclosure, shown.wording, shown.with_link, shown.link, tuple(buttons))


def _button(caption: Caption, version: Version, image: str | None, words: Words, recommended: bool) -> Button:
    return Button(
        network=caption.network.key,
        label=words.network(caption.network.key, caption.network.label),
        href=captions.compose(caption, version.title, image),
        takes=caption.network.takes.value,
        caption=caption.text,
        recommended=recommended,
    )
