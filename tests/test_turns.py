"""Errands at the same time: polite to each host, patient with none, over when the time is up."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from heraldry.feeds.turns import PER_HOST, Errand, run_all


def waits(seconds: float, result: str = "done") -> Callable[[float], str]:
    def run(left: float) -> str:
        time.sleep(min(seconds, left))
        return result

    return run


class Crowd:
    """How many errands were at a host at the same time, at most."""

    def __init__(self, seconds: float = 0.02) -> None:
        self.seconds = seconds
        self.now = self.most = 0
        self.lock = threading.Lock()

    def run(self, left: float) -> str:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(self.seconds)
        with self.lock:
            self.now -= 1
        return "done"


def test_results_come_in_the_order_of_the_errands() -> None:
    errands = [Errand(f"h{n}", waits(0.05 / (n + 1), str(n))) for n in range(8)]
    assert run_all(errands, 10).results == tuple("01234567")


def test_nothing_to_do_takes_no_time() -> None:
    assert run_all([], 10).results == ()


def test_a_host_is_asked_by_few_at_a_time() -> None:
    crowd = Crowd()
    assert len(run_all([Errand("one", crowd.run)] * 30, 10).results) == 30
    assert crowd.most <= PER_HOST


def test_hosts_do_not_wait_for_each_other() -> None:
    crowd = Crowd()
    run_all([Errand(f"h{n}", crowd.run) for n in range(40)], 10)
    assert crowd.most > PER_HOST


def test_silent_sources_of_one_host_do_not_queue_behind_each_other() -> None:
    """Ten errands that end only when all ten are under way: four begin, the others when those have been silent."""
    together = threading.Barrier(10, timeout=60)

    def run(left: float) -> str:
        together.wait()
        return "done"

    assert run_all([Errand("one", run)] * 10, 100).results == ("done",) * 10


def test_hundreds_of_sources_do_not_wait_for_the_silent_ones() -> None:
    """Ten errands that end only after all the others have."""
    others = threading.Semaphore(0)

    def quick(left: float) -> str:
        others.release()
        return "quick"

    def slow(left: float) -> str:
        return "slow" if all(others.acquire(timeout=60) for _ in range(19)) else "waited"

    errands = [Errand(f"slow{n}", slow) for n in range(10)] + [Errand(f"h{n}", quick) for n in range(190)]
    assert run_all(errands, 100).results == ("slow",) * 10 + ("quick",) * 190


def test_nothing_is_begun_after_the_time() -> None:
    errands = [Errand("one", waits(0.2))] * 30
    results = run_all(errands, 0.3, per_host=1).results
    assert results[0] == "done"
    assert results[-1] is None
    assert results.count("done") < 5


def test_an_errand_knows_how_much_time_is_left() -> None:
    told: list[float] = []

    def run(left: float) -> None:
        told.append(left)

    run_all([Errand("one", run)], 7)
    assert 6 < told[0] <= 7


def test_a_host_that_asks_for_rest_gets_it_and_others_go_on() -> None:
    errands = [Errand("tired", waits(0.01, "busy"))] * 6 + [Errand("fresh", waits(0.01))] * 6
    done = run_all(errands, 10, per_host=1, rests=lambda result: result == "busy")
    assert done.results == ("busy", *[None] * 5, *["done"] * 6)
    assert done.resting == {"tired"}


def test_progress_counts_up_to_all() -> None:
    told: list[int] = []
    run_all([Errand("one", waits(0.01))] * 5, 10, told=told.append)
    assert told[-1] == 5
    assert told == sorted(told)


def test_no_more_than_wanted_are_under_way_at_the_same_time() -> None:
    crowd = Crowd()
    run_all([Errand(f"h{n}", crowd.run) for n in range(40)], 10, at_once=3)
    assert crowd.most == 3


def test_where_silence_is_no_excuse_a_host_is_never_asked_by_more() -> None:
    crowds = Crowd(0.3), Crowd(0.3)
    for crowd, silent in zip(crowds, (0.1, math.inf), strict=True):
        run_all([Errand("one", crowd.run)] * 6, 10, per_host=2, silent=silent)
    assert crowds[0].most > 2
    assert crowds[1].most == 2
