"""The publishing step, killed, failed and starved at every point: the old site or the new one, and a rerun recovers."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from itertools import count, groupby
from pathlib import Path
from typing import Any

import pytest
from doomed import NOW, Point, Tree, Warm, deeds, fill, injected, mounted, touching, traced, tree, unlike
from site_text import write_site

from heraldry import manifest
from heraldry.disk import MARK, locked

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="runs are forked, and killed by groups of processes")

KILLED = -signal.SIGKILL
TEAMS = """\
=== teams.yaml ===
programme:
  name: Acme Voices
  organisation: Acme
  url: https://voices.acme.example/
  timezone: Europe/Berlin
  languages: [en]
  networks: [linkedin]
  disclosure: {en: I work at Acme.}
teams:
  everyone: {name: Everyone, sees: {types: [company]}}
"""


def post(number: int, title: str) -> str:
    front = f"title: {title}\nurl: https://own.example/{number}\ntype: company\npublish: 2026-03-0{number}"
    return f"=== content/posts/own{number}.md ===\n---\n{front}\n---\nText.\n"


# The sites --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Work:
    """An older site as it stands, its sources, and those of the one that is to take its place."""

    older: Path
    earlier: Path
    sources: Path
    old: Tree
    new: Tree


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    program = Warm(tmp_path_factory.mktemp("warm") / "temporary")
    yield program
    program.close()


@pytest.fixture(scope="module")
def work(warm: Warm, tmp_path_factory: pytest.TempPathFactory) -> Work:
    base = tmp_path_factory.mktemp("work")
    before = write_site(base / "before", TEAMS + post(1, "Our own"))
    sources = write_site(base / "sources", TEAMS + post(1, "Our own, again") + post(2, "Another"))
    for root, out in ((before, base / "older"), (sources, base / "newer")):
        assert warm.here("build", root, options=to(out)) == 0
    made = Work(base / "older", before, sources, tree(base / "older"), tree(base / "newer"))
    assert manifest.NAME in made.new
    assert len(unlike(made.old, made.new)) > 3
    return made


def to(out: Path) -> list[str]:
    return ["--offline", "--at", NOW.isoformat(), "--out", str(out)]


def nothing(work: Work, public: Path) -> None:
    public.mkdir()


def older(work: Work, public: Path) -> None:
    shutil.copytree(work.older, public / "site")


def half(work: Work, public: Path) -> None:
    """A stage of a run that was killed while it wrote, and one that it had just made."""
    stage = public / ".site.new-half0000"
    write = {MARK: b"", "index.html": work.new["index.html"][:100], "everyone/index.html": b""}
    for path, body in write.items():
        (stage / path).parent.mkdir(parents=True, exist_ok=True)
        (stage / path).write_bytes(body)
    (public / ".site.new-none0000").mkdir()


def set_aside(work: Work, public: Path) -> None:
    """Killed between the two renames of a system that cannot exchange."""
    shutil.copytree(work.older, public / ".site.old")
    half(work, public)


def littered(work: Work, public: Path) -> None:
    """Killed while the site before the old one was being removed."""
    older(work, public)
    shutil.copytree(work.older, public / ".site.old")
    half(work, public)


STARTS: Mapping[str, Callable[[Work, Path], None]] = {
    "no site": nothing,
    "an older site": older,
    "a site set aside": set_aside,
    "a site and leftovers": littered,
}
WAYS = {"exchange": (), "in turns": ("-e", "inject=renameat2:error=EINVAL")}
"""How the new site comes into its place: where folders can be exchanged, and where they cannot."""


# What must be true at any moment ----------------------------------------------------------------------


def standing(work: Work, public: Path) -> str:
    """Which site stands there, byte for byte; "" for none."""
    seen = tree(public / "site")
    assert seen in ({}, work.old, work.new), f"{unlike(seen, work.old)} and {unlike(seen, work.new)}"
    return "old" if seen == work.old else "new" if seen else ""


class Visitor:
    """Somebody who has opened the site's folder, and its first page, before it is replaced."""

    def __init__(self, work: Work, public: Path) -> None:
        self.work = work
        self.there = (public / "site").is_dir()
        if self.there:
            self.folder = os.open(public / "site", os.O_RDONLY)
            self.page = os.open("index.html", os.O_RDONLY, dir_fd=self.folder)

    def leaves(self) -> None:
        """The page is what it was, and so is all that is left in the folder."""
        if not self.there:
            return
        with os.fdopen(self.page, "rb") as page:
            assert page.read() == self.work.old["index.html"]
        for path in self.work.old.keys() | self.work.new.keys():
            assert self.sees(path) in (None, self.work.old.get(path)), path
        os.close(self.folder)

    def sees(self, path: str) -> bytes | None:
        try:
            with os.fdopen(os.open(path, os.O_RDONLY, dir_fd=self.folder), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None


def judged(work: Work, public: Path, code: int, words: str, before: str, started: str) -> None:
    """After a run: its exit code, its words and what stands there agree, and no site is lost."""
    now = standing(work, public)
    assert "Traceback" not in words, words
    if code == 0:
        assert now == "new"
    elif "the new site stands" in words:
        assert (code, now) == (1, "new")
    elif code == 1:
        assert "the old one stays" in words, words
        assert now in (before, "old" if "aside" in started else before)
    elif code == 2:
        assert "is not readable" in words
        assert now == before
    else:
        assert code == KILLED, f"{code}: {words}"
    if before == "old" or "aside" in started:
        assert now or tree(public / ".site.old") == work.old, "neither of the two sites is there"


def recovers(warm: Warm, work: Work, public: Path) -> None:
    """A plain rerun makes the new site, and nothing else is left but the lock that nobody holds."""
    assert warm.here("build", work.sources, options=to(public / "site")) == 0
    assert unlike(tree(public / "site"), work.new) == []
    assert {path.name for path in public.iterdir()} <= {"site", ".site.lock"}


# Every system call ------------------------------------------------------------------------------------

SHARP = frozenset({"renameat2", "rename", "syncfs", "fsync", "mkdir", "write"})
"""The calls on which it all turns; half of a sample is of them."""


def survey(warm: Warm, work: Work, start: str, way: str, public: Path, log: Path) -> list[Point]:
    """Everything that can be done to each call of an undisturbed run that touches the site or what lies beside it."""
    STARTS[start](work, public)
    code = traced(warm, "build", work.sources, log, *WAYS[way], "-e", "trace=all", options=to(public / "site"))
    assert code == 0, warm.words()
    calls = [call for call in touching(log, str(public)) if not (way == "in turns" and call[0] == "renameat2")]
    return [Point(*call, deed) for call in calls for deed in deeds(call[0])]


def sample(every: list[Point], most: int | None) -> list[Point]:
    chance, sharp = random.Random(4), [point for point in every if point.call in SHARP]
    return every if most is None else chance.sample(sharp, most // 2) + chance.sample(every, most - most // 2)


@pytest.mark.parametrize("most", [6, pytest.param(None, marks=pytest.mark.soak, id="all")])
@pytest.mark.parametrize(
    ("start", "way"), [(start, "exchange") for start in STARTS] + [(start, "in turns") for start in STARTS][1:]
)
def test_whichever_system_call_of_publishing_fails_the_old_site_or_the_new_one_stands(
    warm: Warm, work: Work, tmp_path: Path, start: str, way: str, most: int | None
) -> None:
    public, log, hit = tmp_path / "public", tmp_path / "log", Counter[str]()
    every = survey(warm, work, start, way, public, log)
    chosen = sample(every, most)
    for point in chosen:
        shutil.rmtree(public)
        STARTS[start](work, public)
        hit.update(struck(warm, work, start, way, public, log, point))
    broken = [words for words in hit if words not in OUTCOMES]
    print(f"{len(chosen)} of {len(every)} points from {start}, {way}: {dict(hit)}")
    assert broken == []
    assert hit["reached"] > 0.98 * len(chosen)


OUTCOMES = ("reached", "went on", "gave up", "was killed")


def struck(warm: Warm, work: Work, start: str, way: str, public: Path, log: Path, point: Point) -> Iterator[str]:
    """A run to which this was done, and one to which nothing was: what became of the first, and what is broken."""
    before, visitor = standing(work, public), Visitor(work, public)
    code = injected(warm, "build", work.sources, log, point, *WAYS[way], options=to(public / "site"))
    words = warm.words()
    if "INJECTED" in log.read_text("utf-8", "replace") or code == KILLED:
        yield "reached"
    yield {0: "went on", 1: "gave up", 2: "gave up", KILLED: "was killed"}.get(code, f"{code}")
    try:
        assert code == KILLED or "KILL" not in point.deed
        judged(work, public, code, words, before, start)
        visitor.leaves()
        recovers(warm, work, public)
    except AssertionError as error:
        yield f"{point}; {code}: {words} {error}"


# The order --------------------------------------------------------------------------------------------

STEPS = {
    "written": r"(?:write|sendfile|copy_file_range|f?truncate|f?chmod(?:at)?)\(.*{stage}.*\) = \d",
    "synced": r"syncfs\(\d+<{stage}>\) = 0|^sync\(\)",
    "placed": r"renameat2\(.*{stage}.*{public}/site\".*EXCHANGE\) = 0|rename\(\"{stage}\", \"{public}/site\"\) = 0",
    "confirmed": r"fsync\(\d+<{public}>\) = 0",
    "removed": r"(?:unlink|rmdir|unlinkat)\(.*{stage}.*\) = 0",
}
"""What a line of strace's log means, of a stage whose name is known."""


def order(log: Path, public: Path) -> list[str]:
    """The steps of publishing as they came, each once for all times in a row."""
    text = log.read_text("utf-8", "replace")
    stage = re.findall(rf'mkdir\("({re.escape(str(public))}/\.site\.new-\w+)"', text)[-1]
    names = {"stage": re.escape(stage), "public": re.escape(str(public))}
    known = {step: re.compile(pattern.format(**names)) for step, pattern in STEPS.items()}
    met = [step for line in text.splitlines() for step, pattern in known.items() if pattern.search(line)]
    return [step for step, _ in groupby(met)]


@pytest.mark.parametrize("failing", [(), ("syncfs:error=ENOSYS",), ("renameat2:error=ENOSYS",)], ids=str)
def test_all_is_on_disk_before_it_comes_into_place_and_that_before_the_old_site_goes(
    warm: Warm, work: Work, tmp_path: Path, failing: tuple[str, ...]
) -> None:
    public, log = tmp_path / "public", tmp_path / "log"
    older(work, public)
    options = [word for one in failing for word in ("-e", f"inject={one}")]
    assert traced(warm, "build", work.sources, log, "-e", "trace=all", *options, options=to(public / "site")) == 0
    assert order(log, public) == ["written", "synced", "placed", "confirmed", "removed"]


FEED = "<rss version='2.0'><channel><title>F</title><item><guid>1</guid><link>https://f.example/1</link><title>One"
FEED += "</title><pubDate>Mon, 02 Mar 2026 08:00:00 GMT</pubDate></item></channel></rss>"


def test_the_archive_is_on_disk_file_by_file_before_the_site_that_shows_it(
    warm: Warm, work: Work, tmp_path: Path
) -> None:
    sources = "sources: {f: {url: content/feed.xml, type: company}}"
    text = f"=== content/feed.xml ===\n{FEED}\n=== sources.yaml ===\n{sources}\n"
    root, log, last = write_site(tmp_path / "root", TEAMS + post(1, "Our own") + text), tmp_path / "log", Counter[str]()
    assert traced(warm, "build", root, log, "-e", "trace=all", options=["--out", str(root / "site")]) == 0
    for number, line in enumerate(log.read_text("utf-8", "replace").splitlines()):
        if match := re.match(r"(write|fsync)\(\d+<([^>]*)>", line):
            last[" ".join(match.groups())] = number
        if match := re.match(r'rename\("([^"]*/archive/[^"]*)", "([^"]*)"\) = 0', line):
            assert last[f"fsync {match[1]}"] > last[f"write {match[1]}"] > 0, line
            last["renamed"] = number
        if f'"{root}/site") = 0' in line and line.startswith("rename"):
            last["placed"] = number
            assert number > last[f"fsync {root}/archive"] > last["renamed"] > 0
    assert last["placed"]


# Disks and places -------------------------------------------------------------------------------------


def gives_up(warm: Warm, work: Work, public: Path, words: str, **more: Any) -> None:
    """A run that ends with one sentence and leaves the old site, and nothing beside it."""
    assert warm.run("build", work.sources, options=to(public / "site"), **more) == 1, warm.words()
    assert re.search(rf"^the site could not be built: .*{words}.*; the old one stays$", warm.words(), re.MULTILINE)
    assert "Traceback" not in warm.words()
    assert standing(work, public) == "old"
    assert {path.name for path in public.iterdir()} <= {"site", ".site.lock", "ballast"}


@pytest.fixture
def disks(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Disks of their own, where we may mount them: a name, options, a kind."""
    with ExitStack() as stack:
        yield lambda name, options, kind="tmpfs": stack.enter_context(mounted(tmp_path / name, options, kind))


@pytest.mark.parametrize("step", [32, pytest.param(1, marks=pytest.mark.soak)])
def test_whatever_room_is_left_on_a_disk_the_old_site_stands_until_there_is_enough(
    warm: Warm, work: Work, disks: Callable[..., Path], step: int
) -> None:
    public, outcomes = disks("public", "size=512k"), Counter[int]()
    older(work, public / "again")
    for room in range(0, 128, step):
        shutil.copytree(public / "again/site", public / "site")
        fill(public / "ballast")
        os.truncate(public / "ballast", max(0, (public / "ballast").stat().st_size - 1024 * room))
        code = warm.run("build", work.sources, options=to(public / "site"))
        judged(work, public, code, warm.words(), "old", "an older site")
        assert code == 0 or "no space left on device" in warm.words()
        outcomes[code] += 1
        assert {path.name for path in public.iterdir()} <= {"site", ".site.lock", "ballast", "again"}
        (public / "ballast").unlink()
        assert warm.here("build", work.sources, options=to(public / "site")) == 0
        assert standing(work, public) == "new"
        shutil.rmtree(public / "site")
    print(f"{outcomes.total()} sizes: {dict(outcomes)}")
    assert min(outcomes[0], outcomes[1]) > 0


@pytest.mark.parametrize("size", [200, 1500, 5000])
def test_a_file_that_cannot_be_written_to_its_end_leaves_the_old_site(
    warm: Warm, work: Work, tmp_path: Path, size: int
) -> None:
    public = tmp_path / "public"
    older(work, public)
    gives_up(warm, work, public, "file too large", size=size)
    recovers(warm, work, public)


def test_a_disk_that_may_only_be_read_keeps_its_site(warm: Warm, work: Work, disks: Callable[..., Path]) -> None:
    public = disks("public", "size=1m")
    older(work, public)
    assert subprocess.run(["mount", "-o", "remount,ro", str(public)], check=False).returncode == 0
    gives_up(warm, work, public, "read-only file system")
    assert subprocess.run(["mount", "-o", "remount,rw", str(public)], check=False).returncode == 0
    recovers(warm, work, public)


def test_a_folder_that_may_not_be_written_into_keeps_its_site(warm: Warm, work: Work, tmp_path: Path) -> None:
    public = tmp_path / "public"
    older(work, public)
    public.chmod(0o555)
    gives_up(warm, work, public, "permission denied", mere=True)
    public.chmod(0o755)
    recovers(warm, work, public)


def test_a_write_protected_site_is_replaced_and_cleared_away(warm: Warm, work: Work, tmp_path: Path) -> None:
    public, outside = tmp_path / "public", tmp_path / "outside"
    older(work, public)
    outside.mkdir(mode=0o500)
    (public / "site/everyone/linked").symlink_to(outside)
    for path in (*(public / "site").rglob("*"), public / "site"):
        if not path.is_symlink():
            path.chmod(0o555 if path.is_dir() else 0o444)
    assert warm.run("build", work.sources, options=to(public / "site"), mere=True) == 0, warm.words()
    recovers(warm, work, public)
    assert outside.stat().st_mode & 0o777 == 0o500


def test_a_disk_apart_from_the_sources_and_the_temporary_folder_is_fine(
    warm: Warm, work: Work, disks: Callable[..., Path]
) -> None:
    public = disks("public", "size=4m")
    recovers(warm, work, public)
    recovers(warm, work, public)


def test_a_mounted_disk_in_the_place_of_the_site_is_not_replaced(
    warm: Warm, work: Work, tmp_path: Path, disks: Callable[..., Path]
) -> None:
    (tmp_path / "public").mkdir()
    disks("public/site", "size=4m")
    shutil.copytree(work.older, tmp_path / "public/site", dirs_exist_ok=True)
    gives_up(warm, work, tmp_path / "public", "a mounted disk .* choose a folder below it")
    (tmp_path / "public/site/below").mkdir()
    assert warm.run("build", work.sources, options=to(tmp_path / "public/site/below")) == 0


def test_a_site_in_a_lower_layer_of_a_container_is_replaced_or_kept(
    warm: Warm, work: Work, tmp_path: Path, disks: Callable[..., Path]
) -> None:
    older(work, tmp_path / "lower")
    disks("layers", "size=8m")
    for name in ("upper", "aside"):
        (tmp_path / "layers" / name).mkdir()
    where = f"lowerdir={tmp_path}/lower,upperdir={tmp_path}/layers/upper,workdir={tmp_path}/layers/aside"
    public = disks("public", where, "overlay")
    code = warm.run("build", work.sources, options=to(public / "site"))
    judged(work, public, code, warm.words(), "old", "an older site")
    print(f"{code}: {warm.words()}")
    assert code == 0 or "a part of an image cannot be replaced" in warm.words()


@pytest.mark.parametrize("there", [True, False], ids=["to a site", "to nowhere yet"])
def test_a_link_in_the_place_of_the_site_stays_and_leads_to_the_new_one(
    warm: Warm, work: Work, tmp_path: Path, there: bool
) -> None:
    public = tmp_path / "public"
    (older if there else nothing)(work, public)
    (tmp_path / "link").symlink_to(public / "site")
    assert warm.run("build", work.sources, options=to(tmp_path / "link")) == 0
    assert (tmp_path / "link").is_symlink()
    assert standing(work, public) == "new"


def test_a_place_whose_folders_do_not_exist_is_made(warm: Warm, work: Work, tmp_path: Path) -> None:
    assert warm.run("build", work.sources, options=to(tmp_path / "a/b/public/site")) == 0
    recovers(warm, work, tmp_path / "a/b/public")


def test_a_site_that_was_set_aside_comes_back_even_when_nothing_can_be_built(
    warm: Warm, work: Work, tmp_path: Path
) -> None:
    public = tmp_path / "public"
    set_aside(work, public)
    broken = write_site(tmp_path / "broken", "=== teams.yaml ===\nprogramme: nothing\n")
    assert warm.run("build", broken, options=to(public / "site")) == 1
    assert standing(work, public) == "old"
    assert {path.name for path in public.iterdir()} == {"site", ".site.lock"}


# Crowds -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rounds", [2, pytest.param(30, marks=pytest.mark.soak)])
@pytest.mark.parametrize("many", [2, 8])
def test_of_builds_at_once_one_publishes_and_the_others_say_so(
    warm: Warm, work: Work, tmp_path: Path, many: int, rounds: int
) -> None:
    public, outcomes = tmp_path / "public", Counter[int]()
    for number in range(rounds):
        STARTS[list(STARTS)[number % 4]](work, public)
        codes = warm.crowd("build", work.sources, many, options=to(public / "site"))
        outcomes.update(codes)
        assert set(codes) <= {0, 75}, warm.crowd_words()
        assert 0 in codes
        assert standing(work, public) == "new"
        assert {path.name for path in public.iterdir()} == {"site", ".site.lock"}
        shutil.rmtree(public)
    print(f"{rounds} rounds of {many}: {dict(outcomes)}")
    assert outcomes[75] or many == 2


def test_a_build_that_finds_another_at_work_ends_within_a_second(warm: Warm, work: Work, tmp_path: Path) -> None:
    public = tmp_path / "public"
    older(work, public)
    with locked(public / "site"):
        began = time.monotonic()
        assert warm.run("build", work.sources, options=to(public / "site")) == 75
        assert time.monotonic() - began < 1
    assert "another build into" in warm.words()
    assert standing(work, public) == "old"


# kill -9 of the program itself ------------------------------------------------------------------------


def killed(work: Work, public: Path, chance: random.Random) -> str:
    """`heraldry build`, killed at a random moment; every second time while it publishes."""
    command = [sys.executable, "-m", "heraldry", "build", "-C", str(work.sources), *to(public / "site")]
    stages = set(public.glob(".site.new-*"))
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True) as process:
        if publishing := chance.random() < 0.5:
            while process.poll() is None and set(public.glob(".site.new-*")) <= stages:
                time.sleep(0.0005)
        time.sleep(chance.uniform(0, 0.03 if publishing else 1.5))
        process.kill()
        code = process.wait()
    assert code in (0, KILLED)
    return "had ended" if code == 0 else f"killed while {'publishing' if publishing else 'at work'}"


@pytest.mark.parametrize("kills", [2, pytest.param(200, marks=pytest.mark.soak)])
def test_a_program_killed_at_any_moment_leaves_the_old_site_or_the_new_one(
    warm: Warm, work: Work, tmp_path: Path, kills: int
) -> None:
    chance, tally, stood = random.Random(8), Counter[str](), Counter[str]()
    for number in count():
        if tally.total() - tally["had ended"] >= kills:
            break
        public, start = tmp_path / "public", list(STARTS)[number % 4]
        STARTS[start](work, public)
        before = standing(work, public)
        tally[killed(work, public, chance)] += 1
        seen = tree(public / "site")
        assert seen in ({}, work.old) or of_the_new_build(seen, work), unlike(seen, work.new)
        assert seen or not before
        stood["old" if seen == work.old else "new" if seen else "none"] += 1
        recovers(warm, work, public)
        shutil.rmtree(public)
    print(f"{tally.total()} runs: {dict(tally)}; there stood {dict(stood)}")


def of_the_new_build(seen: Tree, work: Work) -> bool:
    """Whether pages and manifest are of one build: the new site's, whichever state the code was in."""
    said, meant = (manifest.read(site[manifest.NAME]) for site in (seen, work.new))
    return unlike(seen, work.new) in ([], [manifest.NAME]) and (said.site, said.next) == (meant.site, meant.next)


# Visitors ---------------------------------------------------------------------------------------------


def by_path(work: Work, site: Path) -> str:
    """A walk from path to path: each file whole and of one site or the other. Of which they were."""
    of = set()
    for path in sorted(work.old.keys() & work.new.keys()):
        body = (site / path).read_bytes()
        assert body in (work.old[path], work.new[path]), path
        if work.old[path] != work.new[path]:
            of.add("old" if body == work.old[path] else "new")
    return " and ".join(sorted(of))


def by_folder(work: Work, site: Path) -> str:
    """A walk through a folder that is held open: all that is found in it is of one site. Of which it is."""
    folder, of = os.open(site, os.O_RDONLY), set()
    try:
        for path in sorted(work.old.keys() & work.new.keys()):
            with suppress(FileNotFoundError), open(path, "rb", opener=partial(os.open, dir_fd=folder)) as file:
                body = file.read()
                assert body in (work.old[path], work.new[path]), path
                if work.old[path] != work.new[path]:
                    of.add("old" if body == work.old[path] else "new")
    finally:
        os.close(folder)
    assert len(of) < 2, "one folder held two sites"
    return of.pop() if of else "gone"


@pytest.mark.parametrize("times", [12, pytest.param(100, marks=pytest.mark.soak)])
def test_visitors_never_miss_a_page_nor_see_half_of_one_while_sites_are_replaced(
    warm: Warm, work: Work, tmp_path: Path, times: int
) -> None:
    """Some who walk by path do see pages of both sites: that is what a folder's exchange can promise, and no more."""
    older(work, tmp_path / "public")
    site, met = tmp_path / "public/site", Counter[str]()

    def replace() -> None:
        for number in range(times):
            assert warm.here("build", (work.sources, work.earlier)[number % 2], options=to(site)) == 0

    with ThreadPoolExecutor(1) as beside:
        done = beside.submit(replace)
        while not done.done():
            met[f"by path {by_path(work, site)}"] += 1
            met[f"by folder {by_folder(work, site)}"] += 1
        done.result()
    print(f"{times} sites replaced, {met.total()} walks: {dict(met)}")
    assert min(met["by path old"], met["by path new"], met["by folder old"], met["by folder new"]) > 0
