"""heraldry serve."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING

import click

from heraldry.cli import options, report
from heraldry.cli.progress import Progress

if TYPE_CHECKING:
    from heraldry.pipeline import Order, Outcome
    from heraldry.preview.answers import Edition
    from heraldry.preview.calendar import Calendar
    from heraldry.preview.server import PreviewServer
    from heraldry.preview.watch import Changes

POSTS = "content/posts/"
TICK = 0.5
"""Seconds between two looks at the keyboard: on Windows a waiting thread does not notice Ctrl-C."""


@click.command()
@options.root
@click.option("--host", metavar="HOST", default="127.0.0.1", show_default=True, help="Who may connect: this machine.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@options.at
@options.offline
@click.option("--no-reload", is_flag=True, help="Leave the browser alone; pages stay as they were built.")
def serve(root: Path, host: str, port: int, at: str | None, offline: bool, no_reload: bool) -> None:
    """Show the site in a browser and rebuild it whenever a file changes.

    The site is built into a temporary folder, so that site/ stays as it is. Every rebuild says what is wrong; while
    teams.yaml or sources.yaml is broken, the pages stay as they were. Ctrl-C ends it.

    \b
    heraldry serve
    heraldry serve --at "2026-12-01 09:00"    the site as it will be at that time
    """
    from heraldry.preview.answers import Edition

    root = root.resolve()
    options.moment(at, root)
    preview = _Preview(Edition(None, token_hex(8), follow=not no_reload))
    server = _server(host, port, preview)
    plan = _Plan(root, server.url, at, offline)
    try:
        with (
            _ended_by_signal(),
            _serving(server),
            TemporaryDirectory(prefix="heraldry-", ignore_cleanup_errors=True) as t,
        ):
            _follow(plan, Path(t) / "site", preview)
    except KeyboardInterrupt:
        click.echo("\nended", err=True)


class _Preview:
    """What is shown now: the one thing that changes while the server runs."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    def __call__(self) -> Edition:
        return self.edition


@dataclass(frozen=True, slots=True)
class _Plan:
    """What was asked for; `at` as it was typed."""

    root: Path
    url: str
    at: str | None
    offline: bool


def _server(host: str, port: int, preview: _Preview) -> PreviewServer:
    """A server that listens. Says why not and exits 1 when it cannot."""
    from heraldry.preview.server import LOOPBACK, PreviewServer

    try:
        server = PreviewServer(host, port, preview)
    except (OSError, UnicodeError) as error:
        click.echo(f"cannot listen on {host}, port {port}: {getattr(error, 'strerror', None) or error}", err=True)
        click.echo("  hint: --port 0 takes a free one", err=True)
        raise SystemExit(1) from None
    if host not in LOOPBACK:
        click.secho("warning: everyone who can reach this machine can read the preview", fg="yellow", err=True)
    return server


@contextmanager
def _serving(server: PreviewServer) -> Iterator[None]:
    """Answering in the background as long as the block lasts."""
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl-C does, so that no unpublished page stays behind."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _follow(plan: _Plan, out: Path, preview: _Preview) -> None:
    """Build, and build again on every change, until KeyboardInterrupt."""
    from heraldry.preview.watch import Watch

    watch = Watch(plan.root)
    try:
        outcome = _shown(_order(plan, out), preview)
        click.echo(plan.url)
        click.echo("Ctrl-C ends", err=True)
        while True:
            changes = watch.changes(TICK)
            if changes:
                click.echo(f"changed: {_named(changes)}", err=True)
                outcome = _shown(_again(_order(plan, out), changes, outcome), preview) or outcome
    finally:
        watch.stop()


def _order(plan: _Plan, out: Path) -> Order:
    from heraldry.pipeline import Order

    return Order(
        root=plan.root,
        out=out,
        now=options.moment(plan.at, plan.root),
        base_url=plan.url,
        offline=plan.offline,
        dated=plan.at is not None,
    )


def _again(order: Order, changes: Changes, before: Outcome | None) -> Order:
    """A rebuild fetches no feed anew unless the list of feeds changed or the archive may not keep them.

    The handbook is taken over when only posts changed.
    """
    fetched = before is not None and not order.dated and "sources.yaml" not in changes
    posts_only = all(path.startswith(POSTS) for path in changes)
    kept = before.handbook if before and posts_only else None
    return replace(order, offline=order.offline or fetched, handbook=kept)


def _shown(order: Order, preview: _Preview) -> Outcome | None:
    """What a build came to, None when it wrote nothing; its pages are shown, or the problem beside the old ones."""
    from heraldry import pipeline

    say, began = Progress(), time.monotonic()
    try:
        outcome = pipeline.build(order, options.environment(), say)
    except OSError as error:
        preview.edition = replace(preview.edition, problems=(f"the site could not be built: {report.fault(error)}",))
        click.echo(preview.edition.problems[0], err=True)
        return None
    finally:
        say.done()
    _tell(outcome, time.monotonic() - began)
    preview.edition = _edition(preview.edition, outcome, order)
    return None if outcome.written is None else outcome


def _tell(outcome: Outcome, seconds: float) -> None:
    report.tell(outcome.problems)
    if outcome.written is None:
        click.echo(f"the pages stay as they were: {report.summary(outcome.problems)}", err=True)
    else:
        said = f"; {report.summary(outcome.problems)}" if outcome.problems else ""
        click.echo(f"built in {seconds:.1f} s{said}", err=True)


def _edition(before: Edition, outcome: Outcome, order: Order) -> Edition:
    from heraldry.following.facts import followed
    from heraldry.problems import errors

    said = [report.lines(problem) for problem in report.ordered(errors(outcome.problems))]
    wrong = tuple("\n".join(said).splitlines())
    if outcome.written is None:
        return replace(before, problems=wrong)
    feeds = followed(order.root, options.clock())
    calendar = cache(partial(_calendar, order))
    return replace(before, folder=order.out, version=token_hex(8), problems=wrong, sources=feeds, calendar=calendar)


def _calendar(order: Order) -> Calendar | None:
    """The plan as of the build that is shown, made when somebody first looks at it."""
    from heraldry.outlook.cards import calendar
    from heraldry.pipeline.building import secret
    from heraldry.pipeline.outlook import outlook

    try:
        look = outlook(order.root, order.now, imports=True).value
    except OSError:
        return None
    return calendar(look, secret(look.site, options.environment())) if look else None


def _named(changes: Changes) -> str:
    first, *rest = sorted(changes)
    return f"{first} and {len(rest)} more" if rest else first
