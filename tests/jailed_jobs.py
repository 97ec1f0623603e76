"""What tests/test_jail.py has done in the jail, by name."""

from __future__ import annotations

import ctypes
import json
import os
import re
import resource
import socket
import time


def echo(words: bytes) -> bytes:
    return words


def whoami(words: bytes) -> bytes:
    return str(os.getpid()).encode()


def surroundings(words: bytes) -> bytes:
    with open("/proc/self/environ", "rb") as file:
        started_with = file.read().decode()
    found = {
        "environ": " ".join(f"{name}={value}" for name, value in os.environ.items()),
        "started_with": started_with,
        "files": [name for name in os.listdir("/proc/self/fd") if int(name) > 2],
        "folder": os.getcwd(),
        "session": os.getsid(0),
        "parent": os.getppid(),
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
    }
    return json.dumps(found).encode()


def spin(words: bytes) -> bytes:
    while True:
        pass


def regular(words: bytes) -> bytes:
    """A C function that never comes back to the interpreter."""
    return b"x" if re.match("(a*)*b", "a" * 100_000) else b""


def sleep(words: bytes) -> bytes:
    time.sleep(float(words or b"60"))
    return b"slept"


def eat(words: bytes) -> bytes:
    eaten = []
    while True:
        eaten.append(bytearray(5_000_000))


def swallow(words: bytes) -> bytes:
    """Catches what it is not meant to catch, as libraries do."""
    eaten = []
    try:
        while True:
            eaten.append(bytearray(5_000_000))
    except MemoryError:
        return b"survived"


def crash(words: bytes) -> bytes:
    ctypes.string_at(0)
    return b""


def recurse(words: bytes) -> bytes:
    return recurse(words)


def fail(words: bytes) -> bytes:
    raise ValueError("a secret")


def leave(words: bytes) -> bytes:
    raise SystemExit(0)


def vanish(words: bytes) -> bytes:
    os._exit(0)


def ramble(words: bytes) -> bytes:
    return b"x" * int(words)


def write(words: bytes) -> bytes:
    with open(words.decode(), "wb", buffering=0) as file:
        file.write(b"x")
    return b"written"


def open_many(words: bytes) -> bytes:
    kept = [socket.socket() for _ in range(100)]
    return str(len(kept)).encode()


def mute(words: bytes) -> bytes:
    os.write(1, b"on standard output")
    os.write(2, b"on standard error")
    return b"spoke"
