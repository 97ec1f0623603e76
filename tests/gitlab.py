"""A small GitLab: runs a pipeline's jobs from `.gitlab-ci.yml`, stage by stage, each in a clean clone.

Only what that file uses is known here; `rules` of another kind are an error.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from actions import SECONDS, Hub, assigned
from repositories import git

RESERVED = frozenset({"workflow", "stages", "variables", "default"})


@dataclass(frozen=True, slots=True)
class Ran:
    """How a job ended: success, failure, or warning where `allow_failure` forgives it."""

    result: str
    log: str
    place: Path


def pipeline(ci: Mapping[str, Any], hub: Hub, commit: str, variables: Mapping[str, str]) -> dict[str, Ran]:
    """The jobs of a pipeline that their rules let run, by name; `pages` publishes when it succeeds."""
    hub.runs += 1
    going = _Going(ci, hub, commit, {**_given(ci["variables"]), **variables}, hub.folder / f"pipeline-{hub.runs}")
    for stage in ci["stages"]:
        for name, job in ci.items():
            if name not in RESERVED and job["stage"] == stage:
                going.job(name, job)
    return going.ran


def _given(variables: Mapping[str, Any]) -> dict[str, str]:
    return {key: value["value"] if isinstance(value, dict) else value for key, value in variables.items()}


def matches(rules: Sequence[Mapping[str, str]], variables: Mapping[str, str]) -> Mapping[str, str] | None:
    """The first rule that holds; None when none does."""
    return next((rule for rule in rules if _holds(rule["if"], variables)), None)


def _holds(condition: str, variables: Mapping[str, str]) -> bool:
    return all(_one(part.strip(), variables) for part in condition.split("&&"))


def _one(part: str, variables: Mapping[str, str]) -> bool:
    match = re.fullmatch(r"\$(\w+) (==|!=) (?:\"([^\"]*)\"|\$(\w+))", part)
    if match is None:
        raise ValueError(f"'{part}' is not understood here")
    left = variables.get(match[1])
    right = variables.get(match[4]) if match[4] else match[3]
    return (left == right) is (match[2] == "==")


@dataclass
class _Going:
    ci: Mapping[str, Any]
    hub: Hub
    commit: str
    variables: Mapping[str, str]
    place: Path
    ran: dict[str, Ran] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)

    def job(self, name: str, job: Mapping[str, Any]) -> None:
        rule = matches(job["rules"], self.variables)
        if rule is None:
            return
        good = all(self.ran[need].result != "failure" for need in job.get("needs", []))
        if not good and rule.get("when") != "always":
            return
        workspace = self.place / name
        self.checked_out(workspace, job)
        for need in job.get("needs", []):
            shutil.copytree(self.place / f"{need}.kept", workspace, dirs_exist_ok=True)
        ended = self.shell(workspace, job)
        self.keep(name, workspace, job, ended.returncode == 0)
        forgiven = str(ended.returncode) == job.get("allow_failure", {}).get("exit_codes")
        result = "success" if ended.returncode == 0 else "warning" if forgiven else "failure"
        self.ran[name] = Ran(result, ended.stdout.decode("utf-8", "replace"), workspace)
        if name == "pages" and result == "success":
            shutil.rmtree(self.hub.published, ignore_errors=True)
            shutil.copytree(self.place / "pages.kept" / "public", self.hub.published)

    def checked_out(self, workspace: Path, job: Mapping[str, Any]) -> None:
        """A clean clone on a detached HEAD, as GitLab's runner leaves it."""
        workspace.mkdir(parents=True)
        if job.get("variables", {}).get("GIT_STRATEGY") == "none":
            return
        depth = job.get("variables", {}).get("GIT_DEPTH", "20")
        shallow = [] if depth == "0" else [f"--depth={depth}"]
        git(workspace, "init", "--quiet")
        git(workspace, "remote", "add", "origin", self.hub.repository.as_uri())
        git(workspace, "fetch", "--quiet", "--no-tags", *shallow, "origin", self.commit)
        git(workspace, "checkout", "--quiet", "--force", "--detach", self.commit)

    def shell(self, workspace: Path, job: Mapping[str, Any]) -> subprocess.CompletedProcess[bytes]:
        """The lines of `script`, one after the other in one bash that stops at the first failure."""
        return subprocess.run(
            ["bash", "-eo", "pipefail", "-c", "\n".join(job["script"])],
            cwd=workspace,
            env=self.environment(workspace, job),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
        )

    def environment(self, workspace: Path, job: Mapping[str, Any]) -> dict[str, str]:
        """The token that may write is there for the environment `writing` alone."""
        writes = job.get("environment", {}).get("name") == "writing"
        git_folder = str(Path(shutil.which("git") or "").parent)
        return {
            "PATH": os.pathsep.join((str(self.hub.tools), os.defpath, git_folder)),
            "HOME": str(self.place),
            "LANG": "C.UTF-8",
            "CI": "true",
            "CI_PROJECT_DIR": str(workspace),
            "CI_PROJECT_URL": self.hub.repository.as_uri().removesuffix(".git"),
            "CI_PAGES_URL": self.hub.address.removesuffix("/"),
            "CI_JOB_TOKEN": "job",
            **({"CONTENTS": "write", "WRITE_TOKEN": self.hub.token} if writes else {}),
            **self.variables,
            **self.verdicts,
        }

    def keep(self, name: str, workspace: Path, job: Mapping[str, Any], good: bool) -> None:
        """The job's artifacts, for the jobs that need it."""
        kept, artifacts = self.place / f"{name}.kept", job.get("artifacts", {})
        kept.mkdir()
        if not good and artifacts.get("when") != "always":
            return
        for path in map(workspace.joinpath, artifacts.get("paths", [])):
            if path.is_dir():
                shutil.copytree(path, kept / path.name)
            elif path.exists():
                shutil.copy2(path, kept)
        verdicts = workspace / artifacts.get("reports", {}).get("dotenv", "no such file")
        if verdicts.is_file():
            self.verdicts |= assigned(verdicts.read_text("utf-8"))


def read(path: Path) -> dict[str, Any]:
    """The file with every scalar as text."""
    loaded: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    return loaded
