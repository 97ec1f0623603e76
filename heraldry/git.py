"""The git program, run so that nothing surprises: no hooks, no questions, no pager, no secrets in what it says.

Branches are read and written as objects. The checkout – HEAD, index, working tree, its own branches – is never
touched here, with the one exception of `moved`, which moves a named branch that is not checked out.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import uniform
from tempfile import TemporaryDirectory
from time import sleep
from typing import TypeVar

T = TypeVar("T")

SECONDS = 300.0
"""The time limit of one git command; those that reach for a remote are the slow ones."""

ATTEMPTS = 10
"""How often a push is tried when others push at the same time: each round lets one of them through."""

STILL = 2
"""After so many refusals of a remote whose branch has not moved, the next one is believed."""

AT_ONCE = 32_000_000
"""Bytes of contents that are read from git in one go."""

AUTHOR = ("Heraldry", "heraldry@noreply.localhost")
"""Who commits, where the repository itself names nobody."""

_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.askPass": "",
    "core.fsmonitor": "false",
    "core.autocrlf": "false",
    "core.quotePath": "false",
    "core.warnAmbiguousRefs": "false",
    "commit.gpgSign": "false",
    "push.gpgSign": "false",
    "push.followTags": "false",
    "push.recurseSubmodules": "no",
    "push.negotiate": "false",
    "fetch.recurseSubmodules": "no",
    "fetch.writeCommitGraph": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "advice.detachedHead": "false",
    "color.ui": "false",
    "i18n.commitEncoding": "utf-8",
    "log.showSignature": "false",
    "http.lowSpeedLimit": "200",
    "http.lowSpeedTime": "60",
}
"""What goes over the settings of the person or machine that runs it; how to log in stays theirs."""

_KEPT = re.compile(r"GIT_(SSH\w*|ASKPASS|CONFIG_\w+|SSL_\w+|PROXY_\w+|HTTP_\w+|EXEC_PATH|CEILING_DIRECTORIES)")
"""Of git's own variables, those that say how to reach a remote. The others could lead to another repository."""


class GitFailed(Exception):
    """Git could not do it; the message says why in plain words and holds no credential."""


class Rejected(GitFailed):
    """The remote did not take a push."""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a tree: `kind` is blob, tree, link (a symbolic one) or commit (a submodule); `size` of a blob."""

    mode: str
    kind: str
    sha: str
    size: int = 0


def git(
    root: Path,
    *arguments: str,
    input: bytes = b"",
    environment: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
) -> bytes:
    """What a git command prints, run in the folder `root`.

    Raises GitFailed when it fails, takes longer than `seconds`, or is not there. `environment` goes over what
    git is given anyway.
    """
    code, out, said = _ran(root, arguments, input, environment or {}, seconds)
    if code:
        raise GitFailed(_plainly(said, arguments, root))
    return out


def _ran(
    root: Path, arguments: Sequence[str], given: bytes, environment: Mapping[str, str], seconds: float
) -> tuple[int, bytes, str]:
    """Exit code, what it printed, and what it said."""
    settings = [part for key, value in _SETTINGS.items() for part in ("-c", f"{key}={value}")]
    command = ["git", "--no-pager", *settings, *arguments]
    try:
        process = subprocess.Popen(
            command,
            cwd=root,
            env=_environment(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # without a terminal nothing can ask, and what git starts ends with it
        )
    except FileNotFoundError:
        raise GitFailed("git is not installed, or not on the PATH") from None
    except OSError as error:
        raise GitFailed(f"git did not start: {error.strerror}") from None
    try:
        out, said = process.communicate(given, timeout=seconds)
    except subprocess.TimeoutExpired:
        _ended(process)
        raise GitFailed(f"'git {arguments[0]}' took longer than {seconds:g} seconds") from None
    except BaseException:
        _ended(process)
        raise
    return process.returncode, out, said.decode("utf-8", "replace")


def _ended(process: subprocess.Popen[bytes]) -> None:
    """The command killed with everything that it started."""
    with suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    with suppress(subprocess.TimeoutExpired, OSError, ValueError):
        process.communicate(timeout=5)


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or _KEPT.fullmatch(key)}
    for key in ("SSH_ASKPASS", "LANGUAGE"):
        kept.pop(key, None)
    return {
        **kept,
        "GIT_TERMINAL_PROMPT": "0",
        "GCM_INTERACTIVE": "never",
        "SSH_ASKPASS_REQUIRE": "never",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_EDITOR": ":",
        "LC_ALL": "C",
        **own,
    }


# What it says ---------------------------------------------------------------------------------------

_USERINFO = re.compile(r"([a-z][a-z0-9+.-]*://)[^\s'\"]*@", re.I)
_QUERY = re.compile(r"([a-z][a-z0-9+.-]*://[^\s'\"?]*)\?[^\s'\"]*", re.I)
_HEADER = re.compile(r"(authorization\s*:).*", re.I)
_PLAIN = {
    "not a git repository": "there is no git repository in '{root}'",
    "dubious ownership": "git does not trust '{root}': it belongs to another user",
    "could not read Username": "the remote asks for a name and a password, and none is known",
    "could not read Password": "the remote asks for a password, and none is known",
    "terminal prompts disabled": "the remote asks for a name and a password, and none is known",
    "Authentication failed": "the remote does not accept the name and password that it was given",
    "Permission denied (publickey": "the remote does not accept the SSH key that it was given",
    "does not appear to be a git repository": "the remote is not a git repository, or is not known here",
    "Could not resolve host": "the remote's host is not known to the network",
}
_NOISE = re.compile(r"^(hint:|To |Done$|remote: *$|warning:|Everything up-to-date)")


def redacted(text: str) -> str:
    """The text without what could be a credential: names, passwords and queries of addresses, and headers."""
    for pattern, instead in ((_USERINFO, r"\1…@"), (_QUERY, r"\1?…"), (_HEADER, r"\1 …")):
        text = pattern.sub(instead, text)
    return "".join(c if c.isprintable() else " " for c in text)


def _plainly(said: str, arguments: Sequence[str], root: Path) -> str:
    """Why a command failed, in one line."""
    for sign, words in _PLAIN.items():
        if sign in said:
            return words.format(root=root)
    lines = [line.strip() for line in said.splitlines() if line.strip() and not _NOISE.match(line.strip())]
    told = next((line for line in lines if re.match(r"(fatal|error|remote|!)", line)), "".join(lines[:1]))
    return redacted(re.sub(r"^(fatal|error): ", "", told))[:300] or f"'git {arguments[0]}' failed without a word"


# Reading --------------------------------------------------------------------------------------------


def plain_name(text: str) -> bool:
    """Whether a text can name a branch or a remote without being taken for an option or a pattern."""
    parts = text.split("/")
    sound = re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._/-]*", text) and ".." not in text and not text.endswith(".")
    return bool(sound) and all(part and not part.startswith(".") and not part.endswith(".lock") for part in parts)


def tip(root: Path, remote: str, branch: str, have: str | None = None, *, bare: bool = False) -> str | None:
    """The commit at the end of a branch of `remote`, brought here with its history; None when it has no such branch.

    No ref is written: only objects come. `have` is a commit of the branch that is here already and need not come
    again. `bare`: a shallow clone gets the commit without its past.
    """
    git(root, "rev-parse", "--git-dir")
    for _ in range(3):
        commit = _listed(root, remote, branch)
        if commit is None or commit == have:
            return commit
        _fetch(root, remote, branch, have, ["--depth=1"] if bare and _shallow(root) else [])
        if _present(root, commit):
            return commit
    raise GitFailed(f"the branch '{branch}' changes faster than it can be read")


def _listed(root: Path, remote: str, branch: str) -> str | None:
    ref = f"refs/heads/{branch}"
    lines = git(root, "ls-remote", "--", remote, ref).decode("utf-8", "replace").splitlines()
    return next((sha for sha, _, name in (line.partition("\t") for line in lines) if name == ref), None)


def _shallow(root: Path) -> bool:
    return git(root, "rev-parse", "--is-shallow-repository").strip() == b"true"


def _fetch(root: Path, remote: str, branch: str, have: str | None, depth: Sequence[str]) -> None:
    options = ["--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-prune", "--refmap=", "--quiet"]
    known = [f"--negotiation-tip={have}"] if have else []
    git(root, "fetch", *options, *depth, *known, "--", remote, f"refs/heads/{branch}")


def _present(root: Path, name: str) -> bool:
    code, _, _ = _ran(root, ("cat-file", "-e", f"{name}^{{tree}}"), b"", {}, SECONDS)
    return code == 0


def resolved(root: Path, name: str) -> str | None:
    """The commit that a full ref or HEAD names; None when there is none."""
    code, out, _ = _ran(root, ("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"), b"", {}, SECONDS)
    return out.decode().strip() if code == 0 else None


def current(root: Path) -> str | None:
    """The branch that is checked out; None when HEAD is detached."""
    code, out, _ = _ran(root, ("symbolic-ref", "--quiet", "--short", "HEAD"), b"", {}, SECONDS)
    return out.decode("utf-8", "surrogateescape").strip() if code == 0 else None


def descends(root: Path, commit: str, ancestor: str) -> bool:
    """Whether `commit` is known to have `ancestor` in its past; a shallow clone may not know."""
    code, _, _ = _ran(root, ("merge-base", "--is-ancestor", ancestor, commit), b"", {}, SECONDS)
    return code == 0


def length(root: Path, commit: str) -> int:
    """How many commits lead to this one, itself included."""
    return int(git(root, "rev-list", "--count", commit))


def committed(root: Path, commit: str) -> int:
    """When the commit was made, in seconds since 1970."""
    return int(git(root, "show", "-s", "--format=%ct", commit))


def prefix(root: Path) -> str:
    """Where `root` lies in its repository: "" for its top, else a path with its last slash."""
    return git(root, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").rstrip("\n")


def knows_remote(root: Path, remote: str) -> bool:
    """Whether the repository has a remote of this name."""
    return remote in git(root, "remote").decode("utf-8", "replace").split()


def tree(root: Path, name: str) -> dict[bytes, Item]:
    """What lies in one folder of a commit or tree, by name as it is stored; nothing in it is believed."""
    out = git(root, "ls-tree", "-z", "-l", name)
    return dict(map(_item, filter(None, out.split(b"\0"))))


def _item(line: bytes) -> tuple[bytes, Item]:
    facts, _, file = line.partition(b"\t")
    mode, kind, sha, size = facts.decode().split()
    return file, Item(mode, "link" if mode == "120000" else kind, sha, int(size) if size.isdigit() else 0)


def below(root: Path, commit: str, folder: str) -> dict[str, Item]:
    """The plain files below a folder of a commit of ours, by path from the repository's top."""
    out = git(root, "ls-tree", "-r", "-z", "-l", "--full-tree", commit, "--", folder)
    listed = (_item(line) for line in out.split(b"\0") if line)
    return {file.decode("utf-8", "surrogateescape"): item for file, item in listed if item.kind == "blob"}


def contents(root: Path, items: Iterable[Item]) -> Iterator[bytes]:
    """The bytes of each blob, in this order; not more of them at a time than memory can bear."""
    batch: list[Item] = []
    for item in items:
        if batch and sum(one.size for one in batch) + item.size > AT_ONCE:
            yield from _contents(root, batch)
            batch = []
        batch.append(item)
    yield from _contents(root, batch)


def _contents(root: Path, items: Sequence[Item]) -> Iterator[bytes]:
    if not items:
        return
    out = git(root, "cat-file", "--batch", input="".join(f"{item.sha}\n" for item in items).encode())
    start = 0
    for item in items:
        end = out.index(b"\n", start)
        said = out[start:end].split()
        if len(said) != 3 or said[1] != b"blob":
            raise GitFailed(f"the object {item.sha[:12]} cannot be read")
        size = int(said[2])
        yield out[end + 1 : end + 1 + size]
        start = end + size + 2


# Writing --------------------------------------------------------------------------------------------


def stored(root: Path, bodies: Sequence[bytes | Path]) -> list[str]:
    """The names under which git now keeps these contents, byte for byte."""
    if not bodies:
        return []
    with TemporaryDirectory(prefix="heraldry-") as folder:
        paths = [_laid(Path(folder) / str(number), body) for number, body in enumerate(bodies)]
        listed = "".join(f"{path}\n" for path in paths).encode("utf-8", "surrogateescape")
        return git(root, "hash-object", "-w", "--no-filters", "--stdin-paths", input=listed).decode().split()


def _laid(path: Path, body: bytes | Path) -> Path:
    if isinstance(body, Path):
        return body.resolve()
    path.write_bytes(body)
    return path


def tree_of(root: Path, files: Mapping[tuple[bytes, ...], Item]) -> str:
    """The name of a tree that holds exactly these items, by the parts of their paths. Folders come about."""
    here = {parts[0]: item for parts, item in files.items() if len(parts) == 1}
    inner: dict[bytes, dict[tuple[bytes, ...], Item]] = {}
    for parts, item in files.items():
        if len(parts) > 1:
            inner.setdefault(parts[0], {})[parts[1:]] = item
    here |= {name: Item("040000", "tree", tree_of(root, within)) for name, within in inner.items()}
    lines = (
        f"{item.mode} {'blob' if item.kind == 'link' else item.kind} {item.sha}\t".encode() + name
        for name, item in here.items()
    )
    return git(root, "mktree", "-z", "--missing", input=b"".join(line + b"\0" for line in lines)).decode().strip()


def with_files(root: Path, commit: str, files: Mapping[str, str]) -> str:
    """The name of the commit's tree with these files in it: path from the top to the name of a blob."""
    lines = b"".join(f"100644 {sha}\t{path}".encode("utf-8", "surrogateescape") + b"\0" for path, sha in files.items())
    with TemporaryDirectory(prefix="heraldry-") as folder:
        own = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        git(root, "read-tree", commit, environment=own)
        git(root, "update-index", "-z", "--index-info", input=lines, environment=own)
        return git(root, "write-tree", environment=own).decode().strip()


def commit(root: Path, tree: str, parents: Sequence[str], message: str, now: datetime) -> str:
    """The name of a new commit of a tree. Nothing points to it yet."""
    name, mail = _author(root)
    when = f"{int(now.timestamp())} +0000"
    environment = {
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": mail,
        "GIT_AUTHOR_DATE": when,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": mail,
        "GIT_COMMITTER_DATE": when,
    }
    before = [part for parent in parents for part in ("-p", parent)]
    out = git(root, "commit-tree", *before, tree, input=message.encode(), environment=environment)
    return out.decode().strip()


def _author(root: Path) -> tuple[str, str]:
    """Who the repository itself says commits in it, name and mail; a person's own settings do not count."""
    asked = ("config", "--local", "-z", "--get-regexp", r"^user\.(name|email)$")
    _, out, _ = _ran(root, asked, b"", {}, SECONDS)
    lines = (line.partition("\n") for line in out.decode("utf-8", "replace").split("\0"))
    said = {key: value.strip() for key, _, value in lines}
    name, mail = said.get("user.name"), said.get("user.email")
    return (name, mail) if name and mail else AUTHOR


def moved(root: Path, branch: str, commit: str, before: str | None) -> None:
    """The local branch moved to a commit. Raises GitFailed when it is checked out or no longer where it was."""
    ref = f"refs/heads/{branch}"
    if f"branch {ref}\n" in git(root, "worktree", "list", "--porcelain").decode("utf-8", "replace"):
        raise GitFailed(f"the branch '{branch}' is checked out: switch to another one first")
    git(root, "update-ref", "--no-deref", ref, commit, before or "0" * len(commit))


def push(root: Path, remote: str, commit: str, branch: str, replacing: str | None = None) -> None:
    """The commit as the new end of a branch of `remote`. Raises Rejected when the branch has other commits by now.

    `replacing` is the one commit whose place may be taken by a commit that does not follow it: nothing else is
    ever overwritten.
    """
    ref = f"refs/heads/{branch}"
    lease = [f"--force-with-lease={ref}:{replacing}"] if replacing else []
    options = ["--porcelain", "--no-verify", "--no-follow-tags", "--no-signed", "--recurse-submodules=no"]
    arguments = ("push", *options, *lease, "--", remote, f"{commit}:{ref}")
    code, out, said = _ran(root, arguments, b"", {}, SECONDS)
    if code == 0:
        return
    refused = re.search(r"^!\t[^\t]*\t(.*)$", out.decode("utf-8", "replace"), re.MULTILINE)
    if refused:
        raise Rejected(redacted(f"the remote refused the push: {refused[1]}"))
    raise GitFailed(_plainly(said, arguments, root))


def persistently(
    tip: Callable[[str | None], str | None],
    attempt: Callable[[str | None], T],
    pause: Callable[[float], None] = sleep,
) -> T:
    """What `attempt` makes of the branch's tip; it is called again, with the new tip, after each Rejected.

    `tip` gets the tip before. Pauses grow and are of chance length. Rejected is raised in the end: a remote that
    refuses while its branch stands still has another reason than haste.
    """
    have, still, number = None, 0, 0
    while True:
        base = tip(have)
        still = still + 1 if number and base == have else 0
        have, number = base, number + 1
        try:
            return attempt(base)
        except Rejected:
            if still == STILL or number == ATTEMPTS:
                raise
        pause(uniform(0, min(0.1 * 1.8**number, 8)))
