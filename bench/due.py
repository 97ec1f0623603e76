"""CPU seconds of a scheduled run that finds nothing due, on a large site: `python -m bench.due --size L --times 5`.

The site is invented (bench.corpus), in a git repository of its own, and said to have been published a moment ago. Asked
is the command line, in a fresh process: the figures hold Python's own start. Once its feeds lie in the repository, once
they are on a server of this machine, which answers each time that nothing has changed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from bench import corpus
from heraldry import inputs, manifest
from heraldry.manifest import Manifest
from heraldry.pipeline import Order
from heraldry.pipeline.config import read_config
from heraldry.pipeline.gathering import gathered, told


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--size", choices=corpus.SIZES, default="L")
    parser.add_argument("--times", type=int, default=5)
    asked = parser.parse_args()
    made = corpus.SIZES[asked.size]
    print(f"{made.posts:,} posts, {made.teams} teams, {made.feeds} feeds; best of {asked.times};")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores\n")
    print("| 'heraldry due' with nothing due | CPU seconds |\n| --- | ---: |")
    with TemporaryDirectory(prefix="heraldry-bench-") as folder:
        root = _site(asked.size, Path(folder))
        print(f"| feeds in the repository | {_best(root, asked.times):.2f} |")
        with _served(root / "content" / "feeds") as url:
            print(f"| feeds on a server, all asked | {_best(_following(root, url), asked.times):.2f} |")


def _site(size: str, folder: Path) -> Path:
    """The corpus in a repository, committed."""
    corpus.write(corpus.corpus(size), folder)
    root = folder / "heraldry"
    _committed(root)
    return root


def _committed(root: Path) -> None:
    name = ["-c", "user.name=Bench", "-c", "user.email=bench@acme.example"]
    for arguments in (["init", "-q"], ["add", "-A"], [*name, "commit", "-qm", "content"]):
        subprocess.run(["git", *arguments], cwd=root, check=True)


def _following(root: Path, url: str) -> Path:
    """The same site, its feeds elsewhere."""
    file = root / "sources.yaml"
    text = file.read_text("utf-8").replace('"content/feeds/', f'"{url}/')
    file.write_text(text.replace('"keep"', '"allow_private": true, "keep"', 1), "utf-8")
    _committed(root)
    return root


def _best(root: Path, times: int) -> float:
    """The least CPU seconds of some runs, each of which must find nothing due."""
    place = root.parent / "published"
    _published(root, place)
    return min(_asked(root, place) for _ in range(times))


def _published(root: Path, place: Path) -> None:
    """A manifest as a build of this moment would leave it."""
    now, config = datetime.now(UTC).replace(microsecond=0), read_config(root).value
    assert config is not None
    made_of = inputs.digests(root)
    for _ in range(2):  # the second time the servers say that nothing has changed
        feeds = gathered(Order(root, place, now), config, os.environ, lambda text: None)
    made_of |= told(feeds, config, now)
    said = Manifest(now, now + timedelta(days=3), now + timedelta(hours=9), config.programme.url, made_of, "0" * 64)
    place.mkdir(exist_ok=True)
    (place / manifest.NAME).write_bytes(manifest.written(said))


def _asked(root: Path, place: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-P", "-m", "heraldry", "due", "--json", "-C", str(root), "--published", str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if json.loads(done.stdout)["due"]:
        raise SystemExit(f"something was due: {done.stdout}{done.stderr}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class _Quiet(SimpleHTTPRequestHandler):
    """A file server that answers conditional requests and says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    main()
