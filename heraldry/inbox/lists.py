"""What never comes back: the two lists of the inbox, as text and as names."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from heraldry.addresses import canonical, front, is_http
from heraldry.feeds import clean
from heraldry.model import Post
from heraldry.problems import Position, Problem, Read

FOLDER = "content/posts/inbox"
REFUSED = f"{FOLDER}/refused.txt"
REVIEWED = f"{FOLDER}/reviewed.txt"
LONGEST_TITLE = 300

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MARK = re.compile(r"(<{7}|\|{7}|={7}|>{7})(\s.*)?")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _text(body: bytes) -> str:
    """The file's text; an editor on Windows may have saved it as UTF-16, and what it bars stays barred."""
    return body.decode("utf-16" if body.startswith(_UTF16) else "utf-8-sig", "replace")


# refused.txt ----------------------------------------------------------------------------------------


def refused(body: bytes, path: str = REFUSED) -> Read[frozenset[str]]:
    """The slugs and canonical addresses in refused.txt, one a line; `#` begins a comment.

    Problems name the line, or say what is wrong with the whole file; the names beside them can be relied on.
    """
    lines = [
        (number, said)
        for number, line in enumerate(_text(body).splitlines(), 1)
        if (said := re.sub(r"(^|\s)#.*", "", line).strip()) and not _MARK.fullmatch(said)
    ]
    names = frozenset(canonical(said) for _, said in lines if _names_one(said))
    hint = "write a slug or a whole address, one a line; a comment begins with '# '"
    odd = (
        Problem(Position(path, number), f"neither a slug nor an address: '{said[:100]}'", hint)
        for number, said in lines
        if not _names_one(said)
    )
    return Read(names, (*_spoilt(body, path), *odd))


def _names_one(said: str) -> bool:
    return bool(_SLUG.fullmatch(said)) or is_http(said)


def _spoilt(body: bytes, path: str) -> Iterator[Problem]:
    """What is wrong with the file as a whole, each said once."""
    if body.startswith(_UTF16):
        yield Problem(Position(path), "it is saved as UTF-16", "save it as UTF-8")
    for number, line in enumerate(_text(body).splitlines(), 1):
        if mark := _MARK.fullmatch(line):
            said = f"it holds the marks of an unfinished merge, '{mark[1]}'"
            yield Problem(Position(path, number), said, "keep the lines of both sides, and take out the marks")
            return


# reviewed.txt ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reviewed:
    """An entry that was offered: its title, and its address without trackers, "" where that is not known."""

    title: str
    address: str = ""


def reviewed(body: bytes) -> dict[str, Reviewed]:
    """All that was ever offered, by slug, as reviewed.txt says. Lines that are none of ours are passed over.

    A line is `<slug> <address> <title>`, or `<slug>  <title>` with two blanks where no address is known. Of two
    lines for a slug the first one with an address counts.
    """
    found: dict[str, Reviewed] = {}
    for line in _text(body).splitlines():
        slug, _, rest = line.partition(" ")
        if _SLUG.fullmatch(slug) and not (slug in found and found[slug].address):
            found[slug] = _remembered(rest)
    return found


def _remembered(rest: str) -> Reviewed:
    """What stands behind the slug; a title may look like an address, so that the blanks decide."""
    address, _, title = rest.partition(" ")
    return Reviewed(title.strip(), address) if is_http(address) else Reviewed(rest.strip())


def noted(body: bytes, offered: Mapping[str, Reviewed]) -> bytes:
    """reviewed.txt with these entries in it, too, by slug; what stands there already stays as it is."""
    known = reviewed(body)
    head = body or b"# Everything that was ever offered for review; `heraldry inbox` writes this file.\n"
    whole = _text(head).encode() if head.startswith(_UTF16) else head
    ended = whole if whole.endswith(b"\n") else whole + b"\n"
    fresh = [
        f"{slug} {one.address} {headline(one.title) or slug}\n" for slug, one in offered.items() if slug not in known
    ]
    return ended + "".join(fresh).encode() if fresh else body


# What they keep away --------------------------------------------------------------------------------


def seen(reviewed_body: bytes) -> frozenset[str]:
    """The slugs and canonical addresses of all that reviewed.txt holds."""
    return frozenset(name for slug, one in reviewed(reviewed_body).items() for name in _names(slug, one.address))


def barred_from_pages(refused_body: bytes, reviewed_body: bytes, own: Iterable[Post]) -> frozenset[str]:
    """The slugs and canonical addresses of entries that must not be published, whichever source brings them.

    That is everything that refused.txt names, and what reviewed.txt remembers unless one of the editors' posts `own`
    stands for it: by its slug, an alias, or the page that any of its versions is about. Of a refused.txt with
    problems it is what can be understood.
    """
    standing = {name for post in own for name in _own_names(post)}
    names = (frozenset(_names(slug, one.address)) for slug, one in reviewed(reviewed_body).items())
    gone = frozenset(name for entry in names if standing.isdisjoint(entry) for name in entry)
    return refused(refused_body).value | gone


def _own_names(post: Post) -> Iterator[str]:
    yield from (post.slug, *post.aliases)
    yield from (page for version in post.versions.values() if (page := _page(version.url or "")))


def _names(slug: str, address: str) -> Iterator[str]:
    yield slug
    if page := _page(address):
        yield page


def _page(address: str) -> str:
    """The canonical address; "" for none, and for a front page, which says nothing about which story is meant."""
    page = canonical(address) if address else ""
    return "" if front(page) else page


# Offered posts --------------------------------------------------------------------------------------


def name_of(path: str) -> str | None:
    """The slug of an offered post's path from the site's root; None for any other path."""
    match = re.fullmatch(rf"{FOLDER}/[^/]+/(?P<slug>{_SLUG.pattern})\.md", path)
    return match["slug"] if match else None


def headline(text: str) -> str:
    """One clean line; "" when nobody would see anything of it."""
    line = clean.shortened(clean.plain(text), LONGEST_TITLE)
    return line if any(c.isprintable() and not c.isspace() for c in line) else ""
