"""A room with a lock: what strangers sent is read in a process of its own, which can be cut off.

Where processes can fork, one warm server without threads forks a child for each job, so that the program that
asks may have as many threads as it likes. The child may use so much time, so much memory and no new file, sees
none of the program's environment, and is gone when the program is, however that ends. Where they cannot (Windows),
each job starts an interpreter anew, and only the wall clock is watched.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import NoReturn

if sys.platform != "win32":
    import resource

FORKS = hasattr(os, "fork") and hasattr(socket, "send_fds")
START = 30.0
"""Seconds that the server may take to start and to import what a job needs; not counted as reading."""

_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
"""Of the environment, which may hold credentials: what an interpreter may need to start at all."""

_BOOT = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from heraldry import jail; jail.{}"
_FILES = 16
_JOB = struct.Struct("256s")
_HEAD = struct.Struct("<QQQ")
_END = struct.Struct("<i")
_BEGUN = b"+"
_ANSWERED, _NO_MEMORY, _RAISED, _LEFT = 0, 3, 4, 5


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may cost: seconds of wall clock and of computing, bytes of memory and of its answer.

    `patience`: seconds that it may wait for its turn.
    """

    seconds: float = 5.0
    cpu: int = 4
    memory: int = 512_000_000
    answer: int = 8_000_000
    patience: float = threading.TIMEOUT_MAX


class Cut(Exception):
    """A job was cut off; the words say why, as "reading it took longer than 5 seconds"."""


class Full(Exception):
    """No turn came in time: nothing is known about the argument."""


class _Gone(Exception):
    """The server died. Its jobs are none of a reader's business: they are asked for again."""


_SLOTS = threading.BoundedSemaphore(os.cpu_count() or 2)
"""A job's clock is only fair while it has a core: more jobs than cores wait for their turn."""


def run(job: str, argument: bytes, limits: Limits) -> bytes:
    """What the function `package.module:function` (bytes to bytes) makes of the argument, in a child.

    May be called from many threads at once. Raises Cut when the child needed more than its limits or crashed, Full
    when its turn did not come; at most `limits.answer` bytes of what it says are read.
    """
    if not _SLOTS.acquire(timeout=min(max(limits.patience, 0), threading.TIMEOUT_MAX)):
        raise Full
    try:
        return _admitted(job, argument, limits)
    finally:
        _SLOTS.release()


def _admitted(job: str, argument: bytes, limits: Limits) -> bytes:
    if not FORKS:
        return _spawned(job, argument, limits)
    with suppress(_Gone):
        return _forked(job, argument, limits)
    try:
        return _forked(job, argument, limits)
    except _Gone:
        raise Cut("the reader did not start") from None


def _longer(seconds: float) -> str:
    return f"reading it took longer than {seconds:g} second{'' if seconds == 1 else 's'}"


def _size(count: int) -> str:
    return f"{max(1, count // 1_000_000)} MB"


def _verdict(ended: int, said: bytes, limits: Limits) -> bytes:
    """The answer of a job that ended so (an exit code, or a signal's number below zero). Raises Cut."""
    if ended == _ANSWERED:
        return said
    if ended == _NO_MEMORY:
        raise Cut(f"reading it needed more than {_size(limits.memory)} of memory")
    if ended == _RAISED:
        raise Cut(f"the reader crashed on it ({said[:80].decode('ascii', 'replace')})")
    if FORKS and ended == -signal.SIGXCPU:
        raise Cut(_longer(limits.cpu))
    if FORKS and ended == -signal.SIGKILL:
        raise Cut("reading it needed more memory than there is")
    raise Cut("the reader crashed on it")


# The program's side ---------------------------------------------------------------------------------


class _Server:
    """The process that forks, as its parent sees it: alive while `control` is open."""

    def __init__(self) -> None:
        self.order = threading.Lock()
        self.control, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [*_interpreter(f"serve({theirs.fileno()})")],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=_environment(),
                cwd="/",
                start_new_session=True,
            )

    def close(self) -> None:
        self.control.close()
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _interpreter(call: str) -> Iterator[str]:
    """A Python that finds what we find, and heeds neither the environment nor the folder it starts in."""
    yield from (sys.executable, "-I", "-c", _BOOT.format(call))
    yield json.dumps([os.path.abspath(path) for path in sys.path])


def _environment() -> dict[str, str]:
    return {"TZ": "UTC"} | {name: os.environ[name] for name in _KEPT if name in os.environ}


_LOCK = threading.Lock()
_servers: list[_Server] = []
"""The one server, once somebody asked."""


@atexit.register
def close() -> None:
    """End the server and all that runs in it; the next job starts another."""
    with _LOCK:
        while _servers:
            _servers.pop().close()


def _forget() -> None:
    """A forked copy of this program has the server's address, but it is not its own."""
    global _LOCK
    _LOCK = threading.Lock()
    for server in _servers:
        server.control.close()
        server.process.returncode = 0
    _servers.clear()


if FORKS:
    os.register_at_fork(after_in_child=_forget)


def _forked(job: str, argument: bytes, limits: Limits) -> bytes:
    """Raises Cut, and _Gone when the server is no more."""
    server = _server()
    try:
        return _verdict(*_told(server, job, argument, limits), limits)
    except _Gone:
        _discard(server)
        raise


def _server() -> _Server:
    with _LOCK:
        if not _servers:
            _servers.append(_Server())
        return _servers[0]


def _discard(server: _Server) -> None:
    with _LOCK:
        if server in _servers:
            _servers.remove(server)
            server.close()


def _told(server: _Server, job: str, argument: bytes, limits: Limits) -> tuple[int, bytes]:
    """How the job ended and what it said. Raises Cut when its time is over, and _Gone."""
    talk, watch = _begun(server, job)
    with talk, watch:
        deadline = time.monotonic() + limits.seconds
        try:
            said = _said(talk, _HEAD.pack(limits.cpu, limits.memory, len(argument)) + argument, limits, deadline)
            (ended,) = _END.unpack(_exactly(watch, _END.size, deadline))
        except TimeoutError:
            raise Cut(_longer(limits.seconds)) from None
    return ended, said


def _begun(server: _Server, job: str) -> tuple[socket.socket, socket.socket]:
    """A child for the job: where to talk with it, and where its end is told. Closing the second kills it."""
    talk, theirs = socket.socketpair()
    watch, bell = socket.socketpair()
    with ExitStack() as ours:
        ours.enter_context(talk)
        ours.enter_context(watch)
        try:
            with theirs, bell, server.order:
                socket.send_fds(server.control, [_JOB.pack(job.encode())], [theirs.fileno(), bell.fileno()])
            _exactly(watch, len(_BEGUN), time.monotonic() + START)
        except OSError:
            raise _Gone from None
        ours.pop_all()
    return talk, watch


def _said(talk: socket.socket, words: bytes, limits: Limits, deadline: float) -> bytes:
    """What comes back until the child hangs up. Raises TimeoutError, and Cut for more than may be read."""
    with suppress(ConnectionError):
        talk.settimeout(_left(deadline))
        talk.sendall(words)
    whole = bytearray()
    with suppress(ConnectionError):
        while chunk := _chunk(talk, min(65536, limits.answer + 1 - len(whole)), deadline):
            whole += chunk
            if len(whole) > limits.answer:
                raise Cut(f"what was read from it is larger than {_size(limits.answer)}")
    return bytes(whole)


def _exactly(link: socket.socket, count: int, deadline: float | None = None) -> bytes:
    """Raises TimeoutError, and _Gone when the other side hung up before."""
    whole = bytearray()
    while len(whole) < count:
        try:
            chunk = _chunk(link, min(1 << 20, count - len(whole)), deadline)
        except ConnectionError:
            chunk = b""
        if not chunk:
            raise _Gone
        whole += chunk
    return bytes(whole)


def _chunk(link: socket.socket, most: int, deadline: float | None) -> bytes:
    link.settimeout(None if deadline is None else _left(deadline))
    return link.recv(most)


def _left(deadline: float) -> float:
    """Seconds until then. Raises TimeoutError."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


# The server's side ----------------------------------------------------------------------------------


def serve(inherited: int) -> NoReturn:
    """Fork a child for each order from the inherited socket, tell how it ended, and die when the program does."""
    control = socket.socket(fileno=inherited)
    running: dict[int, socket.socket] = {}
    with selectors.DefaultSelector() as selector, _children() as ended:
        selector.register(control, selectors.EVENT_READ)
        selector.register(ended, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is control:
                    _taken(control, running, selector)
                elif key.fileobj is not ended:
                    _abandoned(key.fileobj, running, selector)
            _reaped(ended, running, selector)


@contextmanager
def _children() -> Iterator[socket.socket]:
    """A socket that can be read when a child has ended."""
    heard, bell = socket.socketpair()
    heard.setblocking(False)
    bell.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(bell.fileno(), warn_on_full_buffer=False)
    with heard, bell:
        yield heard


def _taken(control: socket.socket, running: dict[int, socket.socket], selector: selectors.BaseSelector) -> None:
    order, ends, _, _ = socket.recv_fds(control, _JOB.size, 2)
    if not order:
        os.killpg(0, signal.SIGKILL)
    talk, watch = (socket.socket(fileno=end) for end in ends)
    job = order.rstrip(b"\0").decode()
    _warmed(job)
    child = os.fork()
    if child == 0:
        _imprisoned(job, talk)
    talk.close()
    with suppress(OSError):
        watch.sendall(_BEGUN)
    running[child] = watch
    selector.register(watch, selectors.EVENT_READ)


def _warmed(job: str) -> None:
    """What the job needs is imported once, before the fork; one that cannot be imported fails in its child.

    A module may have a function `warm_up`, which is called then: it does with a harmless argument what the job does.
    """
    name = job.partition(":")[0]
    if name not in sys.modules:
        with suppress(Exception):
            getattr(importlib.import_module(name), "warm_up", lambda: None)()
        gc.collect()
        gc.freeze()


def _abandoned(watch: object, running: dict[int, socket.socket], selector: selectors.BaseSelector) -> None:
    """The asker hung up: its time was over, or it is gone."""
    for child, link in running.items():
        if link is watch:
            selector.unregister(link)
            os.kill(child, signal.SIGKILL)


def _reaped(ended: socket.socket, running: dict[int, socket.socket], selector: selectors.BaseSelector) -> None:
    with suppress(BlockingIOError):
        while ended.recv(4096):
            pass
    with suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            with running.pop(found[0]) as watch, suppress(OSError, KeyError):
                watch.send(_END.pack(os.waitstatus_to_exitcode(found[1])), socket.MSG_DONTWAIT)
                selector.unregister(watch)


# The child's side -----------------------------------------------------------------------------------


def _imprisoned(job: str, talk: socket.socket) -> NoReturn:
    """Read the argument, take on the limits, answer, and never return to the server's loop."""
    code = _LEFT
    try:
        _alone_with(talk.fileno())
        cpu, memory, length = _HEAD.unpack(_exactly(talk, _HEAD.size))
        argument = _exactly(talk, length)
        _limit(cpu, memory)
        code, answer = _answered(job, argument)
        talk.sendall(answer)
    except MemoryError:
        code = _NO_MEMORY
    finally:
        os._exit(code)


def _alone_with(kept: int) -> None:
    """Nothing of the server's stays open, and nobody hears what a library says on its way down."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.closerange(3, kept)
    os.closerange(kept + 1, 1024)
    os.dup2(0, 2)


def _limit(cpu: int, memory: int) -> None:
    limits = {
        resource.RLIMIT_CPU: (cpu, cpu + 1),
        resource.RLIMIT_AS: (memory + _own_size(),) * 2,
        resource.RLIMIT_NOFILE: (_FILES, _FILES),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_CORE: (0, 0),
    }
    for kind, (soft, hard) in limits.items():
        most = resource.getrlimit(kind)[1]
        ceiling = hard if most == resource.RLIM_INFINITY else min(hard, most)
        with suppress(ValueError, OSError):  # macOS knows RLIMIT_AS and refuses it
            resource.setrlimit(kind, (min(soft, ceiling), ceiling))


def _own_size() -> int:
    """Bytes of address space that the server had: they are not the job's."""
    try:
        with open("/proc/self/statm", "rb") as status:
            return int(status.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 256_000_000


def _answered(job: str, argument: bytes) -> tuple[int, bytes]:
    """How the job ended, and its answer or the name of what it raised."""
    module, _, name = job.partition(":")
    try:
        answer: bytes = getattr(importlib.import_module(module), name)(argument)
    except MemoryError:
        return _NO_MEMORY, b""
    except Exception as error:  # whatever a job raises is told to the one who asked
        return _RAISED, type(error).__name__.encode()
    return _ANSWERED, answer


# Without fork ---------------------------------------------------------------------------------------


def _spawned(job: str, argument: bytes, limits: Limits) -> bytes:
    """One interpreter for one job; its start counts as reading. Raises Cut."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        child.kill()

    with subprocess.Popen(
        [*_interpreter("alone(sys.argv[2])"), job],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    ) as child:
        clock = threading.Timer(limits.seconds, stop)
        clock.start()
        try:
            said = _exchanged(child, argument, limits)
            ended = child.wait()
        finally:
            clock.cancel()
            child.kill()
    if late.is_set():
        raise Cut(_longer(limits.seconds))
    return _verdict(ended, said, limits)


def _exchanged(child: subprocess.Popen[bytes], argument: bytes, limits: Limits) -> bytes:
    assert child.stdin is not None
    assert child.stdout is not None
    with suppress(OSError), child.stdin as words:
        words.write(argument)
    said = child.stdout.read(limits.answer + 1)
    if len(said) > limits.answer:
        raise Cut(f"what was read from it is larger than {_size(limits.answer)}")
    return said


def alone(job: str) -> NoReturn:
    """A child's whole life where there is no server: the argument comes in and the answer goes out as in a pipe."""
    code, answer = _answered(job, sys.stdin.buffer.read())
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    os._exit(code)
