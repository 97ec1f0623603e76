"""What strangers sent is read in a child that can be cut off, and nothing of it outlives the program."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from heraldry import jail
from heraldry.jail import Cut, Limits, run

pytestmark = pytest.mark.skipif(not jail.FORKS, reason="needs processes that fork")
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

TESTS = Path(__file__).parent
LIMITS = Limits()


def told(job: str, argument: bytes = b"", limits: Limits = LIMITS) -> str:
    """Why the job was cut off."""
    with pytest.raises(Cut) as cut:
        run(f"jailed_jobs:{job}", argument, limits)
    return str(cut.value)


@pytest.mark.parametrize("words", [b"", b"x", bytes(range(256)), b"\0" * 5_000_000], ids=["none", "one", "all", "many"])
def test_bytes_go_in_and_come_back(words: bytes) -> None:
    assert run("jailed_jobs:echo", words, LIMITS) == words


CUTS = [
    ("spin", b"", Limits(cpu=1), "reading it took longer than 1 second"),
    ("regular", b"", Limits(cpu=1), "reading it took longer than 1 second"),
    ("sleep", b"", Limits(seconds=0.5), "reading it took longer than 0.5 seconds"),
    ("eat", b"", Limits(memory=100_000_000), "reading it needed more than 100 MB of memory"),
    ("crash", b"", LIMITS, "the reader crashed on it"),
    ("recurse", b"", LIMITS, "the reader crashed on it (RecursionError)"),
    ("fail", b"", LIMITS, "the reader crashed on it (ValueError)"),
    ("leave", b"", LIMITS, "the reader crashed on it"),
    ("ramble", b"20000000", LIMITS, "what was read from it is larger than 8 MB"),
    ("nothing_of_the_kind", b"", LIMITS, "the reader crashed on it (AttributeError)"),
    ("open_many", b"", LIMITS, "the reader crashed on it (OSError)"),
]


@pytest.mark.parametrize(("job", "argument", "limits", "words"), CUTS, ids=[row[0] for row in CUTS])
def test_a_job_that_needs_too_much_is_cut_off_and_the_next_one_is_not(
    job: str, argument: bytes, limits: Limits, words: str
) -> None:
    began = time.monotonic()
    assert told(job, argument, limits) == words
    assert time.monotonic() - began < 8
    assert run("jailed_jobs:echo", b"after", LIMITS) == b"after"


def test_a_module_that_does_not_exist_is_a_cut_too() -> None:
    with pytest.raises(Cut, match="ModuleNotFoundError"):
        run("no_such_module:job", b"", LIMITS)


def test_a_job_that_survives_its_memory_may_answer() -> None:
    assert run("jailed_jobs:swallow", b"", Limits(memory=100_000_000)) == b"survived"


def test_a_job_that_vanishes_has_said_nothing() -> None:
    assert run("jailed_jobs:vanish", b"", LIMITS) == b""


def test_no_more_is_read_than_may_be_answered() -> None:
    run("jailed_jobs:echo", b"", LIMITS)
    tracemalloc.start()
    try:
        assert told("ramble", b"300000000", Limits(answer=1000)) == "what was read from it is larger than 1 MB"
        assert tracemalloc.get_traced_memory()[1] < 500_000
    finally:
        tracemalloc.stop()


def test_the_largest_answer_comes_back_whole() -> None:
    assert run("jailed_jobs:ramble", b"1000", Limits(answer=1000)) == b"x" * 1000


def test_a_job_writes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "written"
    assert told("write", str(path).encode()) == "the reader crashed on it (OSError)"
    assert not path.exists() or path.read_bytes() == b""


def test_what_a_job_says_on_its_way_is_not_heard(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("jailed_jobs:mute", b"", LIMITS) == b"spoke"
    assert capfd.readouterr() == ("", "")


@linux
def test_a_job_sees_no_credential_no_open_file_and_no_folder_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    jail.close()
    monkeypatch.setenv("ACME_FEED_TOKEN", "secret")
    with open(__file__, "rb"):
        seen = json.loads(run("jailed_jobs:surroundings", b"", LIMITS))
    assert "secret" not in seen["environ"]
    assert "secret" not in seen["started_with"]
    assert "ACME" not in seen["environ"] + seen["started_with"]
    assert len(seen["files"]) == 2  # its way to us, and the folder that it lists
    assert seen["folder"] == "/"
    assert seen["core"] == 0


@linux
def test_control_c_on_the_terminal_does_not_reach_a_job() -> None:
    seen = json.loads(run("jailed_jobs:surroundings", b"", LIMITS))
    assert seen["session"] == seen["parent"] != os.getsid(0)


def test_eight_threads_get_their_own_answers() -> None:
    words = [f"{number} {'x' * (number * 37 % 5000)}".encode() for number in range(400)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda word: run("jailed_jobs:echo", word, LIMITS), words)) == words


def test_every_job_has_a_process_of_its_own() -> None:
    assert len({run("jailed_jobs:whoami", b"", LIMITS) for _ in range(20)}) == 20


def test_a_job_that_hangs_holds_up_nobody_else() -> None:
    run("jailed_jobs:echo", b"", LIMITS)
    with ThreadPoolExecutor(2) as pool:
        hanging = pool.submit(told, "sleep", b"", Limits(seconds=2))
        began = time.monotonic()
        assert run("jailed_jobs:echo", b"quick", LIMITS) == b"quick"
        assert time.monotonic() - began < 1.5
        assert hanging.result() == "reading it took longer than 2 seconds"


@pytest.mark.parametrize("running", [False, True])
def test_when_the_server_dies_its_jobs_are_done_by_another(running: bool) -> None:
    run("jailed_jobs:echo", b"", LIMITS)
    server = jail._servers[0].process
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(run, "jailed_jobs:sleep", b"0.5", LIMITS) for _ in range(2 if running else 0)]
        time.sleep(0.2)
        os.kill(server.pid, signal.SIGKILL)
        assert [job.result() for job in asked] == [b"slept"] * len(asked)
    assert run("jailed_jobs:echo", b"again", LIMITS) == b"again"
    assert jail._servers[0].process.pid != server.pid


def test_closing_twice_and_starting_again_is_fine() -> None:
    for _ in range(3):
        assert run("jailed_jobs:echo", b"x", LIMITS) == b"x"
        jail.close()
        jail.close()


# Whole programs ---------------------------------------------------------------------------------------

PROGRAM = """
import sys, threading, time
print("started", flush=True)
sys.path.insert(0, TESTS)
from heraldry import jail
from heraldry.jail import Limits, run
""".replace("TESTS", repr(str(TESTS)))


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A program without `if __name__`, as scripts are; importing it a second time would be seen."""
    path = tmp_path / "script.py"
    path.write_text(PROGRAM + "print(run('jailed_jobs:echo', b'hello', Limits()).decode())\n")
    return path


@pytest.mark.parametrize(
    "command", [["{}"], ["-m", "script"], ["-c", "import script"], ["-W", "error", "{}"], ["-I", "{}"]]
)
def test_a_program_is_not_run_twice_and_says_nothing_of_its_own(script: Path, command: list[str]) -> None:
    words = [sys.executable, *(word.format(script) for word in command)]
    done = subprocess.run(words, cwd=script.parent, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (0, "started\nhello\n", "")


def alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def gone(pids: list[int]) -> bool:
    """Whether all of them end within some seconds."""
    for _ in range(100):
        if not any(map(alive, pids)):
            return True
        time.sleep(0.05)
    return False


BUSY = """
for job in ("sleep", "spin"):
    threading.Thread(target=lambda job=job: run(f"jailed_jobs:{job}", b"", Limits(60, 60)), daemon=True).start()
time.sleep(1.5)
print(jail._servers[0].process.pid, flush=True)
"""


def descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(below for child in children for below in descendants(int(child)))]


def interruptible() -> None:
    """Control C ends the program also where whoever runs the tests does not listen to it, as in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@linux
@pytest.mark.parametrize("how", ["kill -9", "an end", "control c", "an exception"])
def test_no_process_outlives_the_program(how: str, tmp_path: Path) -> None:
    last = {"an end": "sys.stdin.read()", "an exception": "sys.stdin.read()\nraise ValueError"}.get(
        how, "time.sleep(60)"
    )
    (tmp_path / "busy.py").write_text(PROGRAM + BUSY + last)
    with subprocess.Popen(
        [sys.executable, str(tmp_path / "busy.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=interruptible,
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stdout.readline() == "started\n"
        family = descendants(int(program.stdout.readline()))
        assert len(family) == 3
        if how in ("kill -9", "control c"):
            program.send_signal(signal.SIGKILL if how == "kill -9" else signal.SIGINT)
        program.stdin.close()
        program.wait(10)
    assert gone(family)


@linux
def test_a_forked_copy_of_the_program_starts_a_server_of_its_own(tmp_path: Path) -> None:
    forking = """
import os
run("jailed_jobs:echo", b"", Limits())
if os.fork() == 0:
    print(run("jailed_jobs:echo", b"child", Limits()).decode(), flush=True)
    jail.close()
    os._exit(0)
os.wait()
print(run("jailed_jobs:echo", b"parent", Limits()).decode())
"""
    (tmp_path / "forking.py").write_text(PROGRAM + forking)
    done = subprocess.run([sys.executable, str(tmp_path / "forking.py")], capture_output=True, text=True, timeout=30)
    assert (done.stdout, done.stderr) == ("started\nchild\nparent\n", "")


# Without fork -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("job", "argument", "limits", "words"),
    [
        ("spin", b"", Limits(seconds=1), "reading it took longer than 1 second"),
        ("sleep", b"", Limits(seconds=1), "reading it took longer than 1 second"),
        ("sleep", b"60".ljust(5_000_000), Limits(seconds=1), "reading it took longer than 1 second"),
        ("crash", b"", LIMITS, "the reader crashed on it"),
        ("fail", b"", LIMITS, "the reader crashed on it (ValueError)"),
        ("ramble", b"20000000", LIMITS, "what was read from it is larger than 8 MB"),
        ("nothing_of_the_kind", b"", LIMITS, "the reader crashed on it (AttributeError)"),
    ],
)  # fmt: skip
def test_where_nothing_can_fork_the_wall_clock_still_holds(
    monkeypatch: pytest.MonkeyPatch, job: str, argument: bytes, limits: Limits, words: str
) -> None:
    monkeypatch.setattr(jail, "FORKS", False)
    assert told(job, argument, limits) == words


def test_where_nothing_can_fork_bytes_go_in_and_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jail, "FORKS", False)
    monkeypatch.setenv("ACME_FEED_TOKEN", "secret")
    assert run("jailed_jobs:echo", b"\r\n\x1a\0" * 100_000, LIMITS) == b"\r\n\x1a\0" * 100_000
    assert b"secret" not in run("jailed_jobs:surroundings", b"", LIMITS)
