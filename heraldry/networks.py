"""The networks: for each, where its composer is, what the composer takes, and how long a text may be.

One entry per network; nothing elsewhere asks for a network by name. Addresses and what they take follow the
networks' own pages where there are any, else maintained share libraries; `limit` None means that no length is
known which a caption could reach.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from heraldry.lengths import (
    Limit,
    bluesky,
    bluesky_bytes,
    characters,
    graphemes,
    mastodon,
    percent_encoded,
    threads_api,
    utf8_bytes,
    utf16_units,
    x_weighted,
)


class Takes(StrEnum):
    """What a composer can be opened with: the caption, only a title, or only the link."""

    TEXT = "text"
    TITLE = "title"
    NOTHING = "nothing"


class LinkPlace(StrEnum):
    """Where the link goes: at the end of the text; beside it, yet counted in it; or apart, not counted."""

    INSIDE = "inside"
    BESIDE = "beside"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Network:
    """A place to share to; `key` is its name in files and its utm_source, `label` its official name.

    `intent` is its compose address with {caption}, {text} (caption and link), {url}, {title}, {image}, each
    percent-encoded when filled in, parameters without a value left out; None: nothing can be opened.
    `limit` must hold for the text, some clients also ask `soft_limit`; `title_limit` is for {title}.
    `short_links`: a link counts as 23, whatever its length and host. `medium` stands in for the programme's
    utm_medium. `newline` is the encoded line break.
    """

    key: str
    label: str
    intent: str | None
    takes: Takes
    link: LinkPlace
    limit: Limit | None = None
    soft_limit: Limit | None = None
    title_limit: Limit | None = None
    short_links: bool = False
    medium: str | None = None
    newline: str = "%0A"


_MAIL_APP = Limit(1800, "characters once encoded", percent_encoded)
"""Mail and message programs on Windows are said to cut addresses at about 2,000; unconfirmed."""

_ALL = (
    Network(  # share-offsite takes no text; the older shareArticle is retired
        key="linkedin",
        label="LinkedIn",
        intent="https://www.linkedin.com/sharing/share-offsite/?url={url}",
        takes=Takes.NOTHING,
        link=LinkPlace.APART,
        limit=Limit(3000, "characters", characters),
    ),
    Network(  # docs.x.com: web intents; length by twitter-text configuration v3
        key="x",
        label="X",
        intent="https://x.com/intent/tweet?text={caption}&url={url}",
        takes=Takes.TEXT,
        link=LinkPlace.BESIDE,
        limit=Limit(280, "characters by X's count", x_weighted),
        short_links=True,
    ),
    Network(  # text was removed by Meta; prefilling is against its policy
        key="facebook",
        label="Facebook",
        intent="https://www.facebook.com/sharer/sharer.php?u={url}",
        takes=Takes.NOTHING,
        link=LinkPlace.APART,
        limit=Limit(63206, "characters", characters),
    ),
    Network(  # wa.me without a number has failed; api.whatsapp.com has not
        key="whatsapp",
        label="WhatsApp",
        intent="https://api.whatsapp.com/send?text={text}",
        takes=Takes.TEXT,
        link=LinkPlace.INSIDE,
    ),
    Network(  # core.telegram.org/widgets/share
        key="telegram",
        label="Telegram",
        intent="https://t.me/share/url?url={url}&text={caption}",
        takes=Takes.TEXT,
        link=LinkPlace.BESIDE,
        limit=Limit(4096, "UTF-16 units", utf16_units),
    ),
    Network(  # docs.bsky.app: intent links; app.bsky.feed.post; the app shortens links, other clients may not
        key="bluesky",
        label="Bluesky",
        intent="https://bsky.app/intent/compose?text={text}",
        takes=Takes.TEXT,
        link=LinkPlace.INSIDE,
        limit=Limit(300, "characters", bluesky, also=Limit(3000, "bytes", bluesky_bytes)),
        soft_limit=Limit(300, "characters", graphemes, also=Limit(3000, "bytes", utf8_bytes)),
    ),
    Network(  # developers.facebook.com/documentation/threads: web intents, posts
        key="threads",
        label="Threads",
        intent="https://www.threads.com/intent/post?text={caption}&url={url}",
        takes=Takes.TEXT,
        link=LinkPlace.BESIDE,
        limit=Limit(500, "characters", characters),
        soft_limit=Limit(500, "characters, emoji as bytes", threads_api),
    ),
    Network(  # the project's own chooser; what follows # reaches no server
        key="mastodon",
        label="Mastodon",
        intent="https://share.joinmastodon.org/#text={text}",
        takes=Takes.TEXT,
        link=LinkPlace.INSIDE,
        limit=Limit(500, "characters", mastodon),
        short_links=True,
    ),
    Network(
        key="reddit",
        label="Reddit",
        intent="https://www.reddit.com/submit?url={url}&title={title}",
        takes=Takes.TITLE,
        link=LinkPlace.APART,
        title_limit=Limit(300, "characters", characters),
    ),
    Network(
        key="xing",
        label="XING",
        intent="https://www.xing.com/spi/shares/new?url={url}",
        takes=Takes.NOTHING,
        link=LinkPlace.APART,
    ),
    Network(  # developers.line.biz: share buttons
        key="line",
        label="LINE",
        intent="https://social-plugins.line.me/lineit/share?url={url}&text={caption}",
        takes=Takes.TEXT,
        link=LinkPlace.BESIDE,
    ),
    Network(  # what it calls title is the text of the post
        key="weibo",
        label="Weibo",
        intent="https://service.weibo.com/share/share.php?url={url}&title={caption}&pic={image}",
        takes=Takes.TEXT,
        link=LinkPlace.BESIDE,
    ),
    Network(
        key="vk",
        label="VK",
        intent="https://vk.com/share.php?url={url}&title={title}&image={image}",
        takes=Takes.TITLE,
        link=LinkPlace.APART,
    ),
    Network(
        key="hackernews",
        label="Hacker News",
        intent="https://news.ycombinator.com/submitlink?u={url}&t={title}",
        takes=Takes.TITLE,
        link=LinkPlace.APART,
        title_limit=Limit(80, "characters", characters),
    ),
    Network(
        key="pinterest",
        label="Pinterest",
        intent="https://pinterest.com/pin/create/button/?url={url}&media={image}&description={caption}",
        takes=Takes.TEXT,
        link=LinkPlace.APART,
        limit=Limit(500, "characters", characters),
    ),
    Network(
        key="tumblr",
        label="Tumblr",
        intent=(
            "https://www.tumblr.com/widgets/share/tool?posttype=link&canonicalUrl={url}&title={title}&caption={caption}"
        ),
        takes=Takes.TEXT,
        link=LinkPlace.APART,
    ),
    Network(  # learn.microsoft.com: share to Teams from web apps
        key="teams",
        label="Microsoft Teams",
        intent="https://teams.microsoft.com/share?href={url}&msgText={caption}&preview=true",
        takes=Takes.TEXT,
        link=LinkPlace.APART,
        limit=Limit(200, "characters", characters),
    ),
    Network(  # RFC 6068
        key="email",
        label="Email",
        intent="mailto:?subject={title}&body={text}",
        takes=Takes.TEXT,
        link=LinkPlace.INSIDE,
        soft_limit=_MAIL_APP,
        medium="email",
        newline="%0D%0A",
    ),
    Network(  # RFC 5724; iOS wants an & before body, others pass over it
        key="sms",
        label="SMS",
        intent="sms:?&body={text}",
        takes=Takes.TEXT,
        link=LinkPlace.INSIDE,
        soft_limit=_MAIL_APP,
    ),
    Network(
        key="copy",
        label="Copy text",
        intent=None,
        takes=Takes.TEXT,
        link=LinkPlace.INSIDE,
    ),
)

NETWORKS: Mapping[str, Network] = MappingProxyType({network.key: network for network in _ALL})
