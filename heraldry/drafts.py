"""New posts as their authors find them: a header that says everything already known, and room for the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from heraldry import captions, links
from heraldry.addresses import untracked
from heraldry.feeds import clean
from heraldry.model import Post, PostType, Programme, Team, Version
from heraldry.pagemeta import PageMeta
from heraldry.scalars import literal, scalar

FOLDER = "content/posts"
MEDIA = "content/media"
LONGEST_TITLE = 160
LONGEST_SUMMARY = 300
LONGEST_SLUG = 60
_FEWEST_LETTERS = 3
_LEAST = 20
"""Characters that a caption keeps, however little room there is."""

_PROMPT = (
    "<!-- Why is it worth sharing, and what could a colleague say about it? Replace this line; nobody sees it. -->"
)
_STORY = "<!-- The story, for everybody to read: without `url` it is a page. Replace this line; nobody sees it. -->"
"""What belongs below the header: words to colleagues beside a page that is shared, else that page itself."""

_DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{digit}" for name in ("com", "lpt") for digit in range(10))}
"""Names that no file may have on Windows."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A post to be written. `tags` are those that teams choose by, offered to the author.

    `image` is a path relative to the post, `about_image` says that its description is a guess.
    """

    slug: str
    title: str
    type: PostType
    lang: str = ""
    publish: str = ""
    url: str = ""
    image: str = ""
    image_alt: str = ""
    about_image: bool = False
    caption: str = ""
    summary: str = ""
    tags: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Where the post stands, from the site's root."""
        return f"{FOLDER}/{self.slug}.md"


def written(draft: Draft, today: date) -> bytes:
    """The file. Without a publish time it is a draft, and a comment shows how to give it one."""
    lines = ["---", "# yaml-language-server: $schema=../../schemas/post.schema.json"]
    lines += [*_said(draft), *_moments(draft, today), *_picture(draft), *_captions(draft), "---"]
    lines += [literal(draft.summary), ""] if draft.summary else []
    return "\n".join([*lines, _PROMPT if draft.url else _STORY, ""]).encode()


def _said(draft: Draft) -> Iterator[str]:
    yield f"title: {scalar(draft.title)}"
    if draft.url:
        yield f"url: {scalar(draft.url)}"
    else:
        yield "# url: https://…   # the page to share; without it the text below becomes a public page"
    yield f"type: {draft.type.value}"
    offered = f"   # teams choose by: {', '.join(draft.tags)}" if draft.tags else ""
    yield f"tags: []{offered}"
    if draft.lang:
        yield f"lang: {draft.lang}"


def _moments(draft: Draft, today: date) -> Iterator[str]:
    if draft.publish:
        yield f"publish: {draft.publish}"
    else:
        yield f"# publish: {today} 09:00   # each team's own 09:00; without this line the post is a draft"


def _picture(draft: Draft) -> Iterator[str]:
    if draft.image:
        yield f"image: {scalar(draft.image)}"
        guess = "   # the page does not describe it: say what it shows" if draft.about_image else ""
        yield f"image_alt: {scalar(draft.image_alt)}{guess}"


def _captions(draft: Draft) -> Iterator[str]:
    """What is known stands there, the other slots as comments: an empty slot would be a mistake."""
    yield "# Ready texts, without the link and the line that says where you work: both are added."
    yield "# Several wordings, so that colleagues do not all post the same one; without any, the title is used."
    if draft.caption:
        yield from ("captions:", "  default:", f"    - {scalar(draft.caption)}")
        yield from ("    # - another wording", "  # linkedin:", "  #   - a longer one")
    else:
        yield from ("# captions:", "#   default:", "#     - one wording", "#     - another wording")
        yield from ("#   linkedin:", "#     - a longer one")


# Names ----------------------------------------------------------------------------------------------


def title(words: str) -> str:
    """A title as one line without invisible marks; "" when nothing is left."""
    return clean.plain(words)


def slug(words: str, fallback: str, taken: frozenset[str] = frozenset()) -> str:
    """A file name from a title, in `[a-z0-9-]`: Latin letters lose their marks, others are left out.

    A title of which fewer than three letters remain (한국어, 日本語) gets `fallback`, numbered when that is taken.
    """
    short = _shortened(links.name(words))
    letters = sum(letter.isalpha() for letter in short)
    if letters >= _FEWEST_LETTERS and short not in _DEVICES:
        return short
    numbered = (f"{fallback}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (fallback, *numbered) if name not in taken)


def _shortened(name: str) -> str:
    """At most 60 characters, ending at a whole word where there is one."""
    if len(name) <= LONGEST_SLUG:
        return name
    return name[: LONGEST_SLUG + 1].rpartition("-")[0] or name[:LONGEST_SLUG]


def taken(paths: Sequence[str], posts: Sequence[Post]) -> frozenset[str]:
    """Slugs that stand already: of files, also broken ones, and former ones of posts."""
    stems = {PurePosixPath(path).name.split(".")[0] for path in paths}
    return frozenset(stems | {alias for post in posts for alias in post.aliases})


def media(draft: Draft) -> str:
    """The path of a draft's picture from the site's root."""
    return f"content/{draft.image.removeprefix('../')}"


def beside(media: str) -> str:
    """A path from the site's root, below content/, as a post names it."""
    return f"../{media.removeprefix('content/')}"


# Addresses ------------------------------------------------------------------------------------------


def shared(pasted: str, final: str, canonical: str) -> str:
    """The address to share: the page's canonical one where it can be trusted, else the one it came from.

    Trusted is an address of the same scheme and host that is no mere front page: many pages name that by mistake.
    """
    named = clean.address(final, canonical) if canonical else None
    if named and _site(named) == _site(final) and (_deep(named) or not _deep(final)):
        return untracked(named)
    return untracked(pasted if _unquoted(pasted) == _unquoted(final) else final)


def _unquoted(url: str) -> tuple[str, str, int | None, str, str]:
    """What an address and its form on the wire have in common."""
    parts = urlsplit(url)
    return parts.scheme, _host(url), parts.port, unquote(parts.path) or "/", unquote(parts.query)


def _site(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, _host(url).removeprefix("www."), parts.port


def _host(url: str) -> str:
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def _deep(url: str) -> bool:
    return bool(urlsplit(url).path.strip("/"))


# What it is about -----------------------------------------------------------------------------------

_SHARED_HOSTS = {
    "github.io", "gitlab.io", "pages.dev", "netlify.app", "vercel.app", "azurestaticapps.net", "cloudfront.net",
    "amazonaws.com", "web.app", "firebaseapp.com", "onrender.com", "surge.sh", "codeberg.page", "herokuapp.com",
}  # fmt: skip
"""Below these, each name belongs to somebody else."""

_SECOND_LEVEL = {"com", "co", "org", "net", "gov", "edu", "ac", "or", "ne", "go", "re", "gen", "web", "k12", "bel"}
"""Under a country's domain these belong to nobody: acme.com.tr, acme.co.kr."""


def own_domains(programme: Programme) -> frozenset[str]:
    """Domains that are the organisation's: of the programme's address and of its helper's, and what they are below."""
    helper = programme.helper.contact if programme.helper else ""
    mail = helper.rpartition("@")[2] if helper.startswith("mailto:") else _host(helper)
    return frozenset(_domain(host.lower()) for host in (_host(programme.url), mail) if "." in host)


def _domain(host: str) -> str:
    """`voices.acme.example` -> `acme.example`, unless what is above the host belongs to many."""
    above = host.partition(".")[2]
    first, _, rest = above.partition(".")
    public = not rest or host[-1:].isdigit() or above in _SHARED_HOSTS or (first in _SECOND_LEVEL and len(rest) == 2)
    return host if public else above


def type_of(url: str, domains: frozenset[str]) -> PostType:
    """Company news for a page at one of the domains or below; else news of the trade."""
    host = _host(url).lower()
    own = any(host == domain or host.endswith(f".{domain}") for domain in domains)
    return PostType.COMPANY if own else PostType.INDUSTRY


# A page as a draft ----------------------------------------------------------------------------------


def from_page(told: PageMeta, url: str, type: PostType, languages: Sequence[str]) -> Draft:
    """What the page says, cleaned, as a draft without a name yet; a language other than the first is named."""
    lang = language(told.lang, languages)
    name = clean.shortened(_titled(told), LONGEST_TITLE) or _named(url)
    return Draft(
        slug="",
        title=name,
        type=type,
        lang=lang if lang != languages[0] else "",
        url=url,
        image_alt=clean.shortened(clean.text(told.image_alt), LONGEST_TITLE) or name,
        about_image=not clean.text(told.image_alt),
        summary=clean.shortened(clean.text(told.description), LONGEST_SUMMARY),
    )


def _titled(told: PageMeta) -> str:
    """The page's title without its site's name at the end."""
    name, site = clean.text(told.title), clean.text(told.site)
    bare = re.sub(rf"\s+[|–—·:»-]+\s+{re.escape(site)}$", "", name, flags=re.I) if site else name
    return bare or name


def _named(url: str) -> str:
    """A title for a page without one: the last words of its address, else its host."""
    words = re.sub(r"\.\w{2,5}$", "", urlsplit(url).path.rstrip("/").rpartition("/")[2])
    spaced = clean.plain(re.sub(r"[-_+]+|%20", " ", words))
    return (spaced[:1].upper() + spaced[1:]) if re.search(r"[^\W\d_]{3}", spaced) else _host(url)


def language(said: str, languages: Sequence[str]) -> str:
    """Which of the programme's languages `tr`, `tr-TR` or `tr_TR` is; its first when it is none of them."""
    wanted_tag = said.strip().replace("_", "-").lower()
    exact = next((lang for lang in languages if lang.lower() == wanted_tag), "")
    return exact or next((lang for lang in languages if lang.split("-")[0] == wanted_tag.split("-")[0]), languages[0])


def picture_address(told: PageMeta, final: str) -> str | None:
    """The page's picture as an absolute http(s) address; None when it names none."""
    base = clean.address(final, told.base) if told.base else None
    return clean.address(base or final, told.image) if told.image else None


def captioned(draft: Draft, teams: Sequence[Team], programme: Programme) -> Draft:
    """The draft with its summary as a caption that fits every team's networks; without one, none.

    A title too long to stand in for a caption is cut to one, too.
    """
    wording = draft.summary or draft.title
    fitting = _fitting(wording, draft, teams, programme)
    return draft if not draft.summary and fitting == wording else replace(draft, caption=fitting)


def _fitting(wording: str, draft: Draft, teams: Sequence[Team], programme: Programme) -> str:
    """The wording, cut at a word until no network refuses it."""
    while len(wording) > _LEAST and any(_refusals(wording, draft, teams, programme)):
        wording = clean.shortened(wording, max(_LEAST, len(wording) * 9 // 10))
    return wording


def _refusals(wording: str, draft: Draft, teams: Sequence[Team], programme: Programme) -> Iterator[bool]:
    version = Version(draft.lang or programme.languages[0], draft.title)
    post = Post(draft.slug, draft.type, {version.lang: version})
    url = draft.url or f"{programme.url}posts/{draft.slug}/"
    for team in teams:
        line = captions.disclosure(post, version, team, programme)
        for network in team.networks:
            excess = captions.excess(network, line, wording, url)
            yield excess is not None and excess.error > 0


def offered_tags(teams: Sequence[Team]) -> tuple[str, ...]:
    """The tags by which any team chooses."""
    return tuple(sorted({tag for team in teams for tag in team.sees.tags}))


def is_slug(text: str) -> bool:
    """Whether a text can name a post."""
    return re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text) is not None
