"""Which files of a site have changed, as they change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread

from watchfiles import Change, watch

FOLDERS = ("content", "theme")
FILES = ("teams.yaml", "sources.yaml")

Changes = frozenset[str]
"""Paths from the site's root, with `/`."""


class Watch:
    """Follows a site's files in the background, from the moment it is made until `stop`.

    The two files are watched through the root folder, since editors replace files rather than write into them;
    the two folders each by itself, so that .venv/ and site/ cost nothing. A folder may come and go; of a new one
    below them perhaps only the folder is named, not what was put into it at the same moment.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._seen: SimpleQueue[Changes] = SimpleQueue()
        self._stops = {name: Event() for name in ("", *FOLDERS)}
        for ready in [self._started(name) for name in self._stops]:
            ready.wait(10)

    def changes(self, seconds: float) -> Changes:
        """What has changed since the last call, waiting for it at most so long; empty when nothing has."""
        try:
            first = self._seen.get(timeout=seconds)
        except Empty:
            return frozenset()
        return first.union(*self._more())

    def stop(self) -> None:
        """Ask the threads to end, which takes them a moment."""
        for stop in self._stops.values():
            stop.set()

    def _more(self) -> Iterator[Changes]:
        while not self._seen.empty():
            yield self._seen.get()

    def _started(self, name: str) -> Event:
        """A thread that follows a folder of the root, or with "" the root itself; set once it misses nothing."""
        ready = Event()
        Thread(target=self._run, args=(name, self._stops[name], ready), daemon=True).start()
        return ready

    def _run(self, name: str, stop: Event, ready: Event) -> None:
        """Follow by the system's events; where there are no more of them to be had, by looking again and again."""
        for polling in (None, True):
            try:
                return self._follow(name, stop, ready, polling)
            except FileNotFoundError:
                return ready.set()
            except (OSError, RuntimeError):
                continue
        ready.set()

    def _follow(self, name: str, stop: Event, ready: Event, polling: bool | None) -> None:
        for found in watch(
            self._root / name,
            watch_filter=self._matters if name else self._leads,
            recursive=bool(name),
            stop_event=stop,
            rust_timeout=200,
            yield_on_timeout=True,
            force_polling=polling,
            raise_interrupt=False,
        ):
            ready.set()
            if found:
                self._seen.put(frozenset(Path(path).relative_to(self._root).as_posix() for _, path in found))

    def _matters(self, change: Change, path: str) -> bool:
        """Whether a change below a folder counts: not of what editors put beside a file for a moment.

        That the folder itself came or went is for the root's thread to say, once it follows the new one.
        """
        parts = Path(path).relative_to(self._root).parts
        return len(parts) > 1 and not any(part.startswith((".", "#")) or part.endswith("~") for part in parts)

    def _leads(self, change: Change, path: str) -> bool:
        """Whether a change in the root counts; a folder that came or went is followed anew."""
        name = Path(path).name
        if name in FOLDERS and change is not Change.modified:
            self._stops[name].set()
            self._stops[name] = Event()
            self._started(name).wait(10)
            return True
        return name in FILES
