"""Errands run at the same time: politely to each host, and for no longer than the whole run may take."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

AT_ONCE = 64
"""Errands under way: as many silent hosts do not keep the others waiting."""

PER_HOST = 4
SILENT = 2.0
"""Seconds after which an errand no longer counts as a burden on its host: one that says nothing serves nothing."""

_TICK = 0.2


@dataclass(frozen=True, slots=True)
class Errand(Generic[T]):
    """Something to do at a host; `run` is given the seconds that are left of the whole run."""

    host: str
    run: Callable[[float], T]


@dataclass(frozen=True, slots=True)
class Round(Generic[T]):
    """What the errands came to, in their order, and the hosts that asked for rest.

    None stands for an errand that was never begun: the time was up, or its host had asked for rest.
    """

    results: tuple[T | None, ...]
    resting: frozenset[str] = frozenset()


def run_all(
    errands: Sequence[Errand[T]],
    seconds: float,
    *,
    at_once: int = AT_ONCE,
    per_host: int = PER_HOST,
    silent: float = SILENT,
    rests: Callable[[T], bool] = lambda result: False,
    told: Callable[[int], None] = lambda done: None,
) -> Round[T]:
    """Every errand, `at_once` at most and `per_host` of one host at a time; none is begun after `seconds`.

    One that has run for `silent` seconds no longer counts at its host. An errand must end by itself within the time
    that it is given. After a result that `rests` says its host wants to be left alone, no other of that host is begun.
    `told` hears how many are done.
    """
    if not errands:
        return Round(())
    with ThreadPoolExecutor(min(at_once, len(errands)), "errands") as pool:
        work = _Work(errands, time.monotonic() + seconds, pool, at_once, per_host, silent)
        for done in work.rounds(rests):
            told(done)
    return Round(tuple(work.results), frozenset(work.resting))


@dataclass(slots=True)
class _Work(Generic[T]):
    errands: Sequence[Errand[T]]
    deadline: float
    pool: ThreadPoolExecutor
    at_once: int
    per_host: int
    silent: float
    running: dict[Future[T], tuple[int, float]] = field(default_factory=dict)
    results: list[T | None] = field(default_factory=list)
    resting: set[str] = field(default_factory=set)

    def rounds(self, rests: Callable[[T], bool]) -> Iterator[int]:
        """Until nothing runs and nothing may be begun: how many are done, after each that was."""
        waiting, done = deque(range(len(self.errands))), 0
        self.results = [None] * len(self.errands)
        while waiting or self.running:
            self._begin(waiting)
            ended, _ = wait(self.running, timeout=_TICK, return_when=FIRST_COMPLETED)
            for future in ended:
                self._take(future, rests)
            if ended:
                done += len(ended)
                yield done

    def _begin(self, waiting: deque[int]) -> None:
        """What may begin now; what may never begin any more is dropped."""
        now = time.monotonic()
        hosts = Counter(self.errands[at].host for at, begun in self.running.values() if now - begun < self.silent)
        for _ in range(len(waiting)):
            at = waiting.popleft()
            host = self.errands[at].host
            if now >= self.deadline or host in self.resting:
                continue
            if hosts[host] >= self.per_host or len(self.running) >= self.at_once:
                waiting.append(at)
                continue
            hosts[host] += 1
            self.running[self.pool.submit(self.errands[at].run, self.deadline - now)] = (at, now)

    def _take(self, future: Future[T], rests: Callable[[T], bool]) -> None:
        at, _ = self.running.pop(future)
        result = future.result()
        self.results[at] = result
        if rests(result):
            self.resting.add(self.errands[at].host)
