"""Repositories on this machine, and the tools of the machines that run their workflows."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_WHO = {
    **{f"GIT_{who}_NAME": "Ayşe" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "ayse@acme.example" for who in ("AUTHOR", "COMMITTER")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}

_GATE = """#!/bin/sh
if [ "$CONTENTS" != write ]; then echo "this token may not write" >&2; exit 1; fi
env | sed -n 's/^GIT_PUSH_OPTION_[0-9]*=//p' | sort >> push-options
"""


def git(folder: Path, *arguments: str, text: str | None = None, **more: str) -> str:
    """What git answers, without the last line's end. Raises subprocess.CalledProcessError."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **_WHO, **more}
    return subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env=environment,
        input=text,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.rstrip("\n")


@dataclass(frozen=True, slots=True)
class Repository:
    """A bare repository that takes pushes from jobs with `contents: write` only, and a clone to commit in."""

    bare: Path
    clone: Path

    @classmethod
    def begun(cls, folder: Path, files: Mapping[str, bytes]) -> Repository:
        """A new one, with `files` on main."""
        made = cls(folder / "voices.git", folder / "clone")
        made.bare.mkdir(parents=True)
        git(made.bare, "init", "--quiet", "--bare", "--initial-branch=main")
        git(made.bare, "config", "uploadpack.allowAnySHA1InWant", "true")
        git(made.bare, "config", "receive.advertisePushOptions", "true")
        gate = made.bare / "hooks" / "pre-receive"
        gate.parent.mkdir(exist_ok=True)
        gate.write_text(_GATE)
        gate.chmod(0o755)
        git(folder, "clone", "--quiet", str(made.bare), str(made.clone))
        git(made.clone, "checkout", "--quiet", "-B", "main")
        made.commit(files)
        return made

    def commit(self, files: Mapping[str, bytes | None], base: str = "", to: str = "refs/heads/main") -> str:
        """A commit on top of `base` (main's newest) that writes `files`, None removing one; pushed, and its name."""
        if base:
            git(self.clone, "checkout", "--quiet", "--detach", base)
        for path, body in files.items():
            target = self.clone / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True) if body is None else target.write_bytes(body)
        git(self.clone, "add", "--all", "--force", *files)
        git(self.clone, "commit", "--quiet", "--allow-empty", "--message", "a change")
        name = git(self.clone, "rev-parse", "HEAD")
        git(self.clone, "push", "--quiet", "origin", f"+HEAD:{to}", CONTENTS="write")
        git(self.clone, "checkout", "--quiet", "-B", "main", *(["origin/main"] if base else []))
        return name

    def requested(self, files: Mapping[str, bytes | None]) -> str:
        """A pull request into main: the merge that GitHub would check out, at refs/pull/1/merge."""
        git(self.clone, "fetch", "--quiet", "origin", "main")
        base = git(self.clone, "rev-parse", "FETCH_HEAD")
        head = self.commit(files, base, "refs/pull/1/head")
        tree = git(self.clone, "rev-parse", f"{head}^{{tree}}")
        merge = git(self.clone, "commit-tree", tree, "-p", base, "-p", head, text="Merge")
        git(self.clone, "push", "--quiet", "origin", f"+{merge}:refs/pull/1/merge", CONTENTS="write")
        return merge

    @property
    def newest(self) -> str:
        return git(self.bare, "rev-parse", "main")

    def tip(self, branch: str) -> str:
        """The newest commit of a branch."""
        return git(self.bare, "rev-parse", branch)

    def dated(self, branch: str) -> datetime:
        """When its newest commit was made."""
        return datetime.fromtimestamp(int(git(self.bare, "log", "-1", "--format=%ct", branch)), UTC)

    def aged(self, branch: str, moment: datetime) -> None:
        """Puts in the place of the newest commit the same one, made at another time."""
        when = {f"GIT_{who}_DATE": moment.isoformat() for who in ("AUTHOR", "COMMITTER")}
        name = git(self.bare, "commit-tree", f"{branch}^{{tree}}", text="Archive", **when)
        git(self.bare, "update-ref", f"refs/heads/{branch}", name)

    def listed(self, branch: str) -> list[str]:
        """The files on a branch."""
        return git(self.bare, "ls-tree", "-r", "--name-only", branch).splitlines()

    def branches(self) -> set[str]:
        """The branches' names."""
        return set(git(self.bare, "for-each-ref", "--format=%(refname:short)", "refs/heads").splitlines())


_GH = """#!/bin/sh
printf '%s\\n' "$*" >> "$0.log"
if [ "$1 $2" = "auth setup-git" ] && [ -z "$GH_TOKEN" ]; then echo "gh: no token" >&2; exit 4; fi
"""

_PYTHON = """#!/bin/sh
if [ "$1 $2 $3" = "-m pip install" ]; then printf '%s\\n' "$*" >> "$0.log"; exit 0; fi
exec {python} "$@"
"""

_HERALDRY = """#!/bin/sh
PYTHONPATH={code} exec {python} -P -m heraldry "$@"
"""


def tools(folder: Path, code: Path) -> Path:
    """A folder for the PATH: `python` that installs nothing, `heraldry` from `code`, and a `gh` that writes down what
    it is asked."""
    folder.mkdir(parents=True)
    _program(folder / "gh", _GH)
    _program(folder / "python", _PYTHON.format(python=sys.executable))
    _program(folder / "heraldry", _HERALDRY.format(python=sys.executable, code=code))
    return folder


def environment_of(workspace: Path) -> None:
    """What `make setup` would make, from the libraries that are here: `.venv` with the clone's own Heraldry."""
    binaries = workspace / ".venv" / "bin"
    binaries.mkdir(parents=True)
    _program(binaries / "heraldry", _HERALDRY.format(python=sys.executable, code=workspace))
    (workspace / ".venv" / ".set-up").touch()


def _program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)
