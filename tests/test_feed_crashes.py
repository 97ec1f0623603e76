"""Killed at any moment, a full or failing disk, damaged files, crowds, clocks that jump: no entry is lost."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from doomed import NOW, Point, Tree, Warm, fill, injected, mounted, points, traced, tree, unlike
from PIL import Image
from servers import Server, Shelf, answer, scripted
from site_text import write_site

from heraldry.disk import MARK
from heraldry.feeds import archive, state

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="runs are forked, and killed by groups of processes")

LATEST = 5
SOURCES = ("alpha", "beta", "gamma", "inside")


# What is followed -----------------------------------------------------------------------------------


def picture(number: int) -> bytes:
    body = BytesIO()
    Image.new("RGB", (640, 360), (40 * number % 256, 90, 200)).save(body, "JPEG")
    return body.getvalue()


def story(key: str, number: int, when: datetime, title: str = "", image: str = "") -> str:
    enclosure = f'<enclosure url="{image}" type="image/jpeg" length="1"/>' if image else ""
    return (
        f"<item><guid>{key}-{number}</guid><link>https://{key}.example/{number}</link>"
        f"<title>{title or f'{key} {number}'}</title>{enclosure}"
        f"<pubDate>{when:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
    )


def feed(key: str, version: int, pictures: str = "", more: str = "") -> bytes:
    """Thirty stories, some of them older than `keep`, and three more with each version, which also retitles one."""
    items = [story(key, n, NOW - timedelta(days=2.5 * n)) for n in range(2, 30)]
    items += [story(key, n, NOW - timedelta(days=1), f"{key} {n}, part {version}") for n in range(2)]
    for n in range(100, 100 + 3 * version):
        image = f"{pictures}/{n}.jpg" if pictures and n % 3 == 0 else ""
        items.append(story(key, n, NOW + timedelta(minutes=n), image=image))
    return f"<rss version='2.0'><channel><title>{key}</title>{''.join(items)}{more}</channel></rss>".encode()


@dataclass
class Place:
    """A site that follows three feeds of one server, and one of its own."""

    server: Server
    shelf: Shelf
    base: Path
    """The site as it was built from version 0."""

    def publish(self, root: Path, version: int) -> None:
        for key in SOURCES[:3]:
            self.shelf.documents[f"/{key}"] = feed(key, version, self.server.url if key == "alpha" else "")
        (root / "content" / "inside.xml").write_bytes(feed("inside", version))

    def withdraw(self) -> None:
        """Every feed of the server is gone."""
        for key in SOURCES[:3]:
            self.shelf.documents.pop(f"/{key}", None)

    def empty(self, root: Path) -> Path:
        """The site before its first build."""
        sources = "".join(f"  {key}: {{url: '{self.server.url}/{key}', type: company}}\n" for key in SOURCES[:3])
        write_site(
            root,
            "=== sources.yaml ===\ndefaults: {allow_private: true, max_per_day: 1000, keep: 60d}\nsources:\n"
            f"{sources}  inside: {{url: content/inside.xml, type: industry}}\n=== content/posts/own.md ===\n"
            "---\ntitle: Our own\nurl: https://own.example/\ntype: company\npublish: 2026-03-01\n---\nText.\n",
        )
        return root

    def fresh(self, root: Path, start: str) -> Path:
        """A copy of the built site, or one from before the first build."""
        if start == "nothing":
            return self.empty(root)
        shutil.copytree(self.base, root)
        return root


# Runs that are killed -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    program = Warm(tmp_path_factory.mktemp("warm") / "temporary")
    yield program
    program.close()


@pytest.fixture(scope="module")
def place(warm: Warm, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    shelf = Shelf({f"/{n}.jpg": answered(picture(n)) for n in range(100, 111)})
    with scripted(shelf) as server:
        made = Place(server, shelf, tmp_path_factory.mktemp("place") / "base")
        made.empty(made.base)
        made.publish(made.base, 0)
        assert warm.run("build", made.base) == 0, warm.words()
        yield made


def answered(body: bytes) -> Callable[..., None]:
    return lambda connection, head: connection.sendall(answer(body, "Content-Type: image/jpeg"))


# What must be true at any moment --------------------------------------------------------------------


def kept(root: Path) -> dict[tuple[str, str], datetime]:
    """When each entry was first seen, by source and id. Whatever lies in the archive is whole."""
    found: dict[tuple[str, str], datetime] = {}
    for source in SOURCES:
        for path in (archive.copy_path(source), archive.path(source)):
            if (root / path).exists():
                one = archive.read(source, (root / path).read_bytes())
                assert (one.damaged, one.unread) == ("", ()), path
        if (root / archive.path(source)).exists():
            found |= {(source, key): entry.first_seen for key, entry in one.entries.items()}
            found |= {(source, key): past.first_seen for key, past in one.past.items()}
    if (root / state.PATH).exists():
        assert state.read((root / state.PATH).read_bytes())[1] == ""
    return found


def jailed(root: Path) -> list[int]:
    """The jail's processes that a run of this site has started, where the system tells."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if b"jail.serve" in words and json.dumps(str(root)).encode() in words:
            found.append(int(folder.name))
    return found


def emptied(root: Path) -> bool:
    """Whether no jail of the site's runs is left, after a while: one that was just starting ends when it has."""
    ends = time.monotonic() + 60
    while jailed(root) and time.monotonic() < ends:
        time.sleep(0.05)
    return not jailed(root)


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """What a run came to that nothing disturbed, and how long its parts took."""

    archive: Tree
    site: Tree
    life: float
    taking: float


def undisturbed(warm: Warm, place: Place, root: Path, run: str, start: str) -> Undisturbed:
    place.fresh(root, start)
    place.publish(root, LATEST)
    warm.begun(run, root)
    begun = time.monotonic()
    assert warm.until("taking", "over") == "taking", warm.words()
    taking = time.monotonic()
    warm.until("over")
    over = time.monotonic()
    assert warm.ended(over=True) == 0, warm.words()
    return Undisturbed(tree(root / "archive"), tree(root / "site"), over - begun, over - taking)


# kill -9 --------------------------------------------------------------------------------------------

HAD_ENDED = "had ended"


def killed(warm: Warm, run: str, root: Path, usual: Undisturbed, chance: random.Random) -> str:
    """A run killed at a random moment of its life, every second time of its writing. What became of it."""
    group = warm.begun(run, root)
    line, seconds = "", usual.life * chance.uniform(0, 1.1)
    if chance.random() < 0.5:
        line, seconds = warm.until("taking", "over"), usual.taking * chance.uniform(0, 1.1)
    if line != "over":
        time.sleep(seconds)
        os.killpg(group, signal.SIGKILL)
    code = warm.ended(over=line == "over")
    assert code in (0, -signal.SIGKILL), warm.words()
    return HAD_ENDED if code == 0 else f"killed while {'taking in' if line else 'at work'}"


@pytest.mark.parametrize(
    ("kills", "seed"),
    [(8, 0), *(pytest.param(125, seed, marks=pytest.mark.soak, id=f"125 kills, {seed}") for seed in range(1, 5))],
)
def test_a_run_killed_at_any_moment_loses_nothing(
    warm: Warm, place: Place, tmp_path: Path, kills: int, seed: int
) -> None:
    chance, usual, tally = random.Random(seed), dict[tuple[str, str], Undisturbed](), Counter[str]()
    for chain in count():
        if tally.total() - tally[HAD_ENDED] >= kills:
            break
        run, start = ("build" if chain % 3 == 2 else "gather"), ("nothing" if chain % 4 == 1 else "a site")
        if (run, start) not in usual:
            usual[run, start] = undisturbed(warm, place, tmp_path / f"usual-{run}-{start}", run, start)
        root = place.fresh(tmp_path / f"chain{chain}", start)
        tally.update(chained(warm, place, root, run, start, usual[run, start], chance))
        place.publish(root, LATEST)
        assert warm.run(run, root) == 0, warm.words()
        assert unlike(tree(root / "archive"), usual[run, start].archive) == []
        assert unlike(tree(root / "site"), usual[run, start].site) == []
        assert leftovers(root) == set()
        assert emptied(root), "a jail has outlived its program"
        shutil.rmtree(root)
    print(f"{tally.total()} runs: {dict(tally)}; nothing lost")


def chained(
    warm: Warm, place: Place, root: Path, run: str, start: str, usual: Undisturbed, chance: random.Random
) -> Iterator[str]:
    """What became of each of a few runs on one site, whose feeds move on between them."""
    before = kept(root)
    for version in range(1, LATEST + 1):
        place.publish(root, LATEST if start == "nothing" else version)
        became = killed(warm, run, root, usual, chance)
        after = kept(root)
        assert {**after, **before} == after, "an accepted entry is missing or was dated anew"
        assert whole_site(root)
        before = after
        yield became
        if became == HAD_ENDED and start == "nothing":
            return


def whole_site(root: Path) -> bool:
    """Whether the site that stands there, if any, has its first and its last file and no page that breaks off."""
    if not (root / "site").exists():
        return True
    pages = [path.read_text("utf-8").rstrip() for path in (root / "site").rglob("*.html")]
    return bool(pages) and (root / "site" / MARK).exists() and all(page.endswith("</html>") for page in pages)


def leftovers(root: Path) -> set[str]:
    """What lies in the site's folder that was not written by hand and is no lock."""
    return {path.name for path in root.iterdir() if path.name.startswith(".")} - {".archive.lock", ".site.lock"}


# System calls that fail -----------------------------------------------------------------------------


@pytest.mark.parametrize("most", [15, pytest.param(None, marks=pytest.mark.soak, id="all")])
@pytest.mark.parametrize("start", ["a site", "nothing"])
def test_whichever_system_call_fails_while_entries_are_taken_in_none_is_lost(
    warm: Warm, place: Place, tmp_path: Path, start: str, most: int | None
) -> None:
    usual = undisturbed(warm, place, tmp_path / "usual", "gather", start)
    place.publish(place.fresh(tmp_path / "ready", "nothing"), LATEST)
    assert warm.here("prepare", tmp_path / "ready") == 0
    root = tmp_path / "site"
    log = tmp_path / "log"

    def anew() -> dict[tuple[str, str], datetime]:
        shutil.rmtree(root, ignore_errors=True)
        place.publish(place.fresh(root, start), LATEST)
        return kept(root)

    anew()
    every = points(warm, "take", root, log, "/archive")
    assert unlike(tree(root / "archive"), usual.archive) == []
    chosen = every if most is None else random.Random(1).sample(every, most)
    hit = Counter[str]()
    for point in chosen:
        before = anew()
        code = injected(warm, "take", root, log, point)
        hit["reached"] += "INJECTED" in log.read_text("utf-8", "replace") or code == -signal.SIGKILL
        hit[{0: "went on", 1: "gave up", -9: "was killed"}.get(code, f"{code}")] += 1
        assert code in ((-signal.SIGKILL,) if "KILL" in point.deed else (0, 1)), f"{point}: {warm.words()}"
        after = kept(root)
        assert {**after, **before} == after, str(point)
        assert warm.here("gather", root) == 0, str(point)
        assert unlike(tree(root / "archive"), usual.archive) == [], str(point)
    print(f"{len(chosen)} of {len(every)} points from {start}: {dict(hit)}; 0 broken")
    assert hit["reached"] > 0.95 * len(chosen)
    assert hit["gave up"]
    assert hit["was killed"]


@pytest.mark.parametrize("most", [4, pytest.param(150, marks=pytest.mark.soak)])
def test_whichever_system_call_fails_in_a_build_the_old_site_stays_or_the_new_one_is_whole(
    warm: Warm, place: Place, tmp_path: Path, most: int
) -> None:
    usual, old = undisturbed(warm, place, tmp_path / "usual", "build", "a site"), tree(place.base / "site")
    root, log, hit = tmp_path / "site", tmp_path / "log", Counter[str]()

    def anew() -> dict[tuple[str, str], datetime]:
        shutil.rmtree(root, ignore_errors=True)
        place.publish(place.fresh(root, "a site"), LATEST)
        return kept(root)

    anew()
    every = points(warm, "build", root, log)
    for point in random.Random(2).sample(every, min(most, len(every))):
        before = anew()
        code = injected(warm, "build", root, log, point)
        hit[{0: "went on", 1: "gave up", -9: "was killed"}.get(code, f"{code}")] += 1
        assert code in ((-signal.SIGKILL,) if "KILL" in point.deed else (0, 1)), f"{point}: {warm.words()}"
        assert "Traceback" not in warm.words(), f"{point}: {warm.words()}"
        after, seen = kept(root), tree(root / "site")
        assert {**after, **before} == after, str(point)
        assert code == 0 or seen in (old, usual.site, {}), str(point)
        (root / "archive/images/failed.json").unlink(missing_ok=True)
        assert warm.run("build", root) == 0, f"{point}: {warm.words()}"
        assert unlike(tree(root / "archive"), usual.archive) == [], str(point)
        assert unlike(tree(root / "site"), usual.site) == [], str(point)
        assert leftovers(root) == set(), str(point)
    print(f"{hit.total()} of {len(every)} points: {dict(hit)}; 0 broken")


ANYWHERE = ("openat", "read", "close", "fcntl", "newfstatat", "socket", "connect", "recvfrom", "getdents64")
"""Not the jail's words to its program: that waits for them as long as it says it does, which is long for a test."""


@pytest.mark.parametrize("rounds", [5, pytest.param(60, marks=pytest.mark.soak)])
def test_whichever_system_call_fails_in_any_thread_and_in_the_jail_the_next_run_has_it_all(
    warm: Warm, place: Place, tmp_path: Path, rounds: int
) -> None:
    """The n-th call of every thread at once. A feed that could not be read is asked again, so two days have passed."""
    chance, hit, log = random.Random(5), Counter[str](), tmp_path / "log"
    for _ in range(rounds):
        root = place.fresh(tmp_path / "site", "a site")
        place.publish(root, LATEST)
        before = kept(root)
        point = Point(chance.choice(ANYWHERE), chance.randrange(1, 30), chance.choice(["error=EIO", "error=ENOSPC"]))
        inject = f"inject=?{point.call}:{point.deed}:when={point.number}"
        code = traced(warm, "gather", root, log, "-f", "-e", f"trace=?{point.call}", "-e", inject)
        hit[{0: "went on", 1: "gave up"}.get(code, f"{code}")] += 1
        assert code in (0, 1), f"{point}: {warm.words()}"
        after = kept(root)
        assert {**after, **before} == after, str(point)
        assert warm.here("gather", root, now=(NOW + timedelta(days=2)).isoformat()) == 0, str(point)
        after = kept(root)
        assert {**after, **before} == after, str(point)
        assert len(after) == len(before) + 3 * LATEST * len(SOURCES), str(point)
        assert emptied(root), f"{point}: a jail has outlived its program"
        shutil.rmtree(root)
    print(f"{rounds} points anywhere: {dict(hit)}; 0 broken")


# No room left ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [6000, *(pytest.param(n, marks=pytest.mark.soak) for n in (1200, 3000, 8000, 9000))])
def test_a_disk_without_room_costs_neither_the_site_nor_an_entry(
    warm: Warm, place: Place, tmp_path: Path, size: int
) -> None:
    """No file may grow beyond so many bytes: archives are larger, the talk on standard error is not."""
    usual = undisturbed(warm, place, tmp_path / "usual", "build", "a site")
    root = place.fresh(tmp_path / "site", "a site")
    place.publish(root, LATEST)
    before = kept(root)
    assert warm.run("build", root, size=size) == 1
    assert "the site could not be built" in warm.words()
    assert "Traceback" not in warm.words()
    after = kept(root)
    assert {**after, **before} == after
    assert tree(root / "site") == tree(place.base / "site")
    (root / "archive/images/failed.json").unlink(missing_ok=True)
    assert warm.run("build", root) == 0
    assert (tree(root / "archive"), tree(root / "site")) == (usual.archive, usual.site)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """A disk of so many KiB, where we may mount one."""
    with ExitStack() as stack:
        yield lambda size: stack.enter_context(mounted(tmp_path / "small", f"size={size}k"))


def test_a_full_disk_keeps_every_entry_and_a_little_room_mends_it(
    warm: Warm, place: Place, tmp_path: Path, small: Callable[[int], Path]
) -> None:
    usual = undisturbed(warm, place, tmp_path / "usual", "gather", "a site")
    disk = small(1024)
    root = place.fresh(disk / "site", "a site")
    place.publish(root, LATEST)
    before = kept(root)
    fill(disk / "ballast")
    assert warm.run("gather", root) == 1
    assert "No space left on device" in warm.words()
    after = kept(root)
    assert {**after, **before} == after
    (disk / "ballast").unlink()
    assert warm.run("gather", root) == 0
    assert unlike(tree(root / "archive"), usual.archive) == []


# Damage ---------------------------------------------------------------------------------------------

DAMAGES: Mapping[str, Callable[[bytes, random.Random], bytes | None]] = {
    "lost": lambda body, chance: None,
    "truncated": lambda body, chance: body[: chance.randrange(len(body))],
    "flipped": lambda body, chance: flipped(body, chance.randrange(len(body)), chance.randrange(1, 256)),
}


def flipped(body: bytes, at: int, mask: int) -> bytes:
    return body[:at] + bytes([body[at] ^ mask]) + body[at + 1 :]


def damaged(path: Path, how: str, chance: random.Random) -> None:
    body = DAMAGES[how](path.read_bytes(), chance)
    path.unlink()
    if body is not None:
        path.write_bytes(body)


def lasting(folder: Path) -> Tree:
    """The archives and their copies: of what is known besides, losing it costs time."""
    return {path: body for path, body in tree(folder).items() if path.endswith(".jsonl")}


@pytest.mark.parametrize("rounds", [20, pytest.param(1000, marks=pytest.mark.soak)])
def test_one_damaged_file_costs_no_entry_whether_the_feeds_are_there_or_gone(
    warm: Warm, place: Place, tmp_path: Path, rounds: int
) -> None:
    usual = undisturbed(warm, place, tmp_path / "usual", "gather", "a site")
    names = [name for name in usual.archive if not name.startswith("images/")]
    chance, told = random.Random(3), 0
    for number in range(rounds):
        root, name, how = tmp_path / "site", chance.choice(names), chance.choice(sorted(DAMAGES))
        shutil.copytree(tmp_path / "usual", root)
        before = kept(root)
        damaged(root / "archive" / name, how, chance)
        place.publish(root, LATEST)
        if number % 2:
            place.withdraw()
        unreadable = name in {f"{source}.jsonl" for source in SOURCES} and unsound(root, name)
        assert warm.here("gather", root, now=(NOW + timedelta(hours=number % 30)).isoformat()) == 0
        assert kept(root) == before, f"{name} {how}"
        assert lasting(root / "archive") == lasting(tmp_path / "usual" / "archive"), f"{name} {how}"
        assert not unreadable or f"archive/{name}" in warm.words(), f"{name} {how}: {warm.words()}"
        told += unreadable
        shutil.rmtree(root)
    print(f"{rounds} damaged files, {told} archives among them; no entry lost")
    assert told


def unsound(root: Path, name: str) -> bool:
    path = root / "archive" / name
    return not path.exists() or bool(archive.read(name.removesuffix(".jsonl"), path.read_bytes()).damaged)


@pytest.mark.parametrize("rounds", [3, pytest.param(100, marks=pytest.mark.soak)])
def test_a_damaged_picture_costs_no_entry_and_is_fetched_again_where_that_can_be_told(
    warm: Warm, place: Place, tmp_path: Path, rounds: int
) -> None:
    """Of one whose widest size is lost the narrower ones are shown; a changed point of colour is not seen."""
    usual = undisturbed(warm, place, tmp_path / "usual", "build", "a site")
    names = [name for name in usual.archive if name.startswith("images/")]
    assert any(name.endswith(".webp") for name in names)
    chance = random.Random(4)
    for number in range(rounds):
        root, name, how = tmp_path / "site", chance.choice(names), sorted(DAMAGES)[number % 3]
        shutil.copytree(tmp_path / "usual", root)
        before = kept(root)
        damaged(root / "archive" / name, how, chance)
        place.publish(root, LATEST)
        assert warm.here("build", root) == 0
        assert kept(root) == before
        if how != "flipped" and not (how == "lost" and "-640w" in name):
            assert unlike(tree(root / "archive"), usual.archive) == [], f"{name} {how}"
            assert unlike(tree(root / "site"), usual.site) == [], f"{name} {how}"
        shutil.rmtree(root)


# Crowds ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rounds", [2, pytest.param(40, marks=pytest.mark.soak)])
def test_of_six_runs_at_once_each_keeps_what_it_has_seen(warm: Warm, place: Place, tmp_path: Path, rounds: int) -> None:
    """Each answer of the server tells one story that no other does."""
    root = place.fresh(tmp_path / "site", "a site")
    place.publish(root, 0)
    turn, numbers, seen = Lock(), count(1000), set[str]()

    def another(connection: Any, head: bytes) -> None:
        with turn:
            number = next(numbers)
        body = feed("beta", 0, more=story("beta", number, NOW + timedelta(minutes=number)))
        connection.sendall(answer(body, "Content-Type: application/xml"))
        seen.add(f"https://beta.example/{number}")

    place.shelf.documents["/beta"] = another
    for _ in range(rounds):
        before = kept(root)
        assert warm.crowd("gather", root, 6) == [0] * 6
        after = kept(root)
        assert {**after, **before} == after
    found = archive.read("beta", (root / archive.path("beta")).read_bytes())
    assert len(seen) == 6 * rounds
    assert seen <= {entry.url for entry in found.entries.values()}
    assert leftovers(root) == set()


@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=pytest.mark.soak)])
def test_builds_at_once_are_whole_or_say_that_another_is_running(
    warm: Warm, place: Place, tmp_path: Path, rounds: int
) -> None:
    """Six builds into two places: one a place at least has its way, the others end with 75."""
    usual = undisturbed(warm, place, tmp_path / "usual", "build", "a site")
    for number in range(rounds):
        root = place.fresh(tmp_path / f"site{number}", "a site")
        place.publish(root, LATEST)
        before = kept(root)
        codes = warm.crowd("build", root, 6, options=["--out", f"{tmp_path}/out{number}-{{one}}"])
        assert set(codes) <= {0, 75}
        assert 0 in codes[::2]
        assert 0 in codes[1::2]
        after = kept(root)
        assert {**after, **before} == after
        for one in range(2):
            assert unlike(tree(tmp_path / f"out{number}-{one}"), usual.site) == [], warm.crowd_words()
        assert lasting(root / "archive") == {k: v for k, v in usual.archive.items() if k.endswith(".jsonl")}


# Clocks ---------------------------------------------------------------------------------------------

DAY = timedelta(days=1)
JUMPS = {
    "an hour back": timedelta(hours=-1),
    "a day back": timedelta(days=-1),
    "a year back": timedelta(days=-365),
    "a year ahead": timedelta(days=365),
}


@pytest.mark.parametrize("jump", JUMPS)
def test_a_clock_that_jumps_loses_nothing_and_only_dates_from_the_future_are_mended(
    warm: Warm, place: Place, tmp_path: Path, jump: str
) -> None:
    root, before = place.fresh(tmp_path / "site", "a site"), kept(place.base)
    for version, now in enumerate((NOW + JUMPS[jump], NOW + timedelta(minutes=1), NOW + timedelta(hours=2)), 1):
        place.publish(root, version)
        asked = len(place.server.seen)
        assert warm.here("gather", root, now=now.isoformat()) == 0
        assert len(place.server.seen) == asked + 3, "a feed was left alone"
        after = kept(root)
        assert {
            key for key, seen in before.items() if after[key] != seen and not (now < seen and after[key] < now + DAY)
        } == set()
        assert len(after) == len(before) + 3 * len(SOURCES)
        before = after


@pytest.mark.parametrize("jump", ["a year back", "a year ahead"])
def test_feeds_that_failed_under_a_wrong_clock_are_asked_again_within_a_day_of_the_right_one(
    warm: Warm, place: Place, tmp_path: Path, jump: str
) -> None:
    root = place.fresh(tmp_path / "site", "a site")
    place.publish(root, 0)
    place.withdraw()
    for minute in range(4):
        assert warm.here("gather", root, now=(NOW + JUMPS[jump] + timedelta(days=minute)).isoformat()) == 0
    before = kept(root)
    place.publish(root, 1)
    assert warm.here("gather", root, now=(NOW + timedelta(days=1)).isoformat()) == 0
    after = kept(root)
    assert {**after, **before} == after
    assert len(after) == len(before) + 3 * len(SOURCES)
