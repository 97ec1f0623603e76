"""The page that `heraldry new URL` shares, and its picture: what is fetched, and what is said when it cannot be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from heraldry.cli.progress import Progress

if TYPE_CHECKING:
    from heraldry.drafts import Draft
    from heraldry.pagemeta import PageMeta
    from heraldry.pictures import Made


PAGES_FIRST = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
PICTURES_FIRST = "image/webp, image/jpeg, image/png, image/gif, image/avif;q=0.8, */*;q=0.1"


def address(text: str) -> str:
    """A pasted web address without tracking parameters. Raises click.UsageError for anything else."""
    from heraldry.addresses import is_http, untracked

    if is_http(text):
        return untracked(text)
    if "." in text and " " not in text:
        raise click.UsageError(f"'{text}' is no web address; write it whole, beginning with https://")
    raise click.UsageError(f"'{text}' is no web address; for a title of your own: heraldry new post TITLE")


def told(url: str, allow_private: bool) -> tuple[PageMeta, str]:
    """What the page says of itself, and where it was in the end. Exits 1 with the reason when there is no page."""
    from heraldry import fetch
    from heraldry.pagemeta import is_page, meta, page_text

    say = Progress()
    say(f"reading {url}")
    try:
        found = fetch.fetch(fetch.Request(url, allow_private=allow_private, accept=PAGES_FIRST))
    except fetch.Unfetched as reason:
        raise _no_page(url, _as_option(reason)) from None
    finally:
        say.done()
    if not is_page(found.body, found.content_type):
        kind = found.content_type.split(";")[0].strip()[:60]
        raise _no_page(url, f"it is no web page ({kind or 'of no known kind'})")
    return meta(page_text(found.body, found.content_type)), found.url


def _no_page(url: str, reason: str) -> SystemExit:
    click.echo(f"{url}: {reason}; nothing was written", err=True)
    click.echo("  hint: heraldry new post TITLE begins a post without a page", err=True)
    return SystemExit(1)


def _as_option(reason: Exception) -> str:
    """The reason, where a setting of a source is called by this command's option."""
    return str(reason).replace("allow_private: true", "--allow-private")


def pictured(draft: Draft, root: Path, url: str | None, allow_private: bool) -> tuple[Draft, Made | None]:
    """The draft with the page's picture; without it, and with a warning, when that cannot be had."""
    from heraldry import drafts, fetch, pictures

    if url is None:
        return draft, None
    try:
        request = fetch.Request(url, pictures.MOST_BYTES, allow_private=allow_private, accept=PICTURES_FIRST)
        made = pictures.remade(fetch.fetch(request).body)
    except (fetch.Unfetched, pictures.Unusable) as reason:
        click.secho(f"warning: no picture from {url}: {_as_option(reason)}", fg="yellow", err=True)
        return draft, None
    name = _free(root, f"{drafts.MEDIA}/{draft.slug}", made.suffix)
    return replace(draft, image=drafts.beside(name)), made


def _free(root: Path, stem: str, suffix: str) -> str:
    """A path that no file has."""
    name, number = f"{stem}{suffix}", 1
    while (root / name).exists():
        number += 1
        name = f"{stem}-{number}{suffix}"
    return name
