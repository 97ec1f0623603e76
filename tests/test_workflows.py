"""The workflows, our own and those of the starter: pinned, least privilege, nothing injected."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
STARTER = ROOT / "heraldry" / "starter"
OURS = ROOT / ".github"
THEIRS = STARTER / "dot-github"
WORKFLOWS = sorted([*(OURS / "workflows").glob("*.yml"), *(THEIRS / "workflows").glob("*.yml")])
REVIEWS = [path for path in WORKFLOWS if path.name == "review.yml"]
PUBLISHES = [path for path in WORKFLOWS if path.name == "publish.yml"]
PINNED = re.compile(r"uses: (?P<action>[\w-]+/[\w-]+)@(?P<commit>[0-9a-f]{40}) # (?P<version>v\d+\.\d+\.\d+)")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


every_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=named)
every_publish = pytest.mark.parametrize("path", PUBLISHES, ids=named)
every_review = pytest.mark.parametrize("path", REVIEWS, ids=named)


def read(path: Path) -> dict[str, Any]:
    """A workflow with every scalar as text: the key `on` stays `on`."""
    loaded: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    return loaded


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in read(path)["jobs"].values():
        yield from job["steps"]


def zizmor(folder: Path) -> subprocess.CompletedProcess[str]:
    """zizmor's strictest reading of the workflows under `folder`, without the network; exit 0 means no finding."""
    found = shutil.which("zizmor", path=str(Path(sys.executable).parent))
    assert found, "zizmor is in the lock: run make setup"
    options = ["--offline", "--persona=auditor", "--strict-collection", "--no-ignores", "--no-progress"]
    return subprocess.run([found, *options, str(folder)], capture_output=True, text=True, check=False)


def laid_out(source: Path, folder: Path) -> Path:
    """A copy of `source` at `folder`/.github, where zizmor looks for it."""
    shutil.copytree(source, folder / ".github")
    return folder


def test_there_is_something_to_test() -> None:
    assert [named(path) for path in WORKFLOWS] == [
        ".github/workflows/ci.yml",
        ".github/workflows/inbox.yml",
        ".github/workflows/publish.yml",
        ".github/workflows/review.yml",
        "heraldry/starter/dot-github/workflows/inbox.yml",
        "heraldry/starter/dot-github/workflows/publish.yml",
        "heraldry/starter/dot-github/workflows/review.yml",
    ]


@pytest.mark.parametrize("source", [OURS, THEIRS], ids=["ours", "starter"])
def test_zizmor_finds_nothing(source: Path, tmp_path: Path) -> None:
    result = zizmor(laid_out(source, tmp_path))
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("good", "bad", "audit"),
    [
        (r"@[0-9a-f]{40} # v[\d.]+", "@v7", "unpinned-uses"),
        (r"persist-credentials: false", "persist-credentials: true", "artipacked"),
        (r"permissions: \{\}", "permissions: write-all", "excessive-permissions"),
        (r'--at "\$AT"', "--at ${{ inputs.at }}", "template-injection"),
    ],
)
def test_zizmor_would_notice(good: str, bad: str, audit: str, tmp_path: Path) -> None:
    path = laid_out(OURS, tmp_path) / ".github" / "workflows" / "publish.yml"
    spoilt, count = re.subn(good, bad, path.read_text("utf-8"))
    path.write_text(spoilt, "utf-8")
    result = zizmor(tmp_path)
    assert count
    assert result.returncode != 0
    assert audit in result.stdout


@every_workflow
def test_every_action_is_pinned_to_a_commit_with_its_version(path: Path) -> None:
    lines = [line for line in path.read_text("utf-8").splitlines() if "uses:" in line]
    assert lines
    assert [line for line in lines if not PINNED.search(line)] == []


def test_an_action_has_the_same_pin_everywhere() -> None:
    pins = {match.groups() for path in WORKFLOWS for match in PINNED.finditer(path.read_text("utf-8"))}
    assert len(pins) == len({action for action, _, _ in pins})


WRITES = {"deploy": {"pages", "id-token"}, "archive": {"contents"}, "offer": {"contents", "pull-requests"}}


@every_workflow
def test_permissions_are_given_per_job_and_few_may_write(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {}
    for key, job in workflow["jobs"].items():
        writes = {scope for scope, level in job["permissions"].items() if level == "write"}
        assert writes == WRITES.get(key, set())


@every_workflow
def test_no_expression_is_pasted_into_a_script(path: Path) -> None:
    assert [step["run"] for step in steps(path) if "${{" in step.get("run", "")] == []


@every_workflow
def test_a_check_out_leaves_no_credential_behind(path: Path) -> None:
    outs = [step for step in steps(path) if step.get("uses", "").startswith("actions/checkout@")]
    assert outs
    assert all(step["with"]["persist-credentials"] == "false" for step in outs)


@every_workflow
def test_every_job_ends_by_itself_and_runs_on_a_named_system(path: Path) -> None:
    for job in read(path)["jobs"].values():
        systems = job.get("strategy", {}).get("matrix", {}).get("system", [job["runs-on"]])
        assert int(job["timeout-minutes"]) <= 30
        assert [system for system in systems if not re.fullmatch(r"(ubuntu|windows|macos)-[\d.]+", system)] == []


@every_review
def test_a_review_sees_no_secret_and_runs_on_the_pull_request_alone(path: Path) -> None:
    assert set(read(path)["on"]) == {"pull_request"}
    assert "secrets" not in path.read_text("utf-8")


@every_publish
def test_the_schedule_avoids_the_full_hour_and_says_its_time_zone(path: Path) -> None:
    schedules = read(path)["on"]["schedule"]
    minutes = [int(minute) for one in schedules for minute in one["cron"].split()[0].split(",")]
    assert all(minute % 2 and minute > 5 for minute in minutes)
    assert all("/" in one["timezone"] for one in schedules)


@every_publish
def test_a_look_at_another_time_is_never_deployed(path: Path) -> None:
    hand_over = [step for step in steps(path) if "upload-pages-artifact" in step.get("uses", "")]
    assert [step["if"] for step in hand_over] == ["inputs.at == ''"]
    assert read(path)["jobs"]["deploy"]["if"] == "inputs.at == ''"


@every_publish
def test_a_deployment_is_never_cut_off(path: Path) -> None:
    assert read(path)["concurrency"] == {"group": "pages", "cancel-in-progress": "false"}


def test_ci_runs_every_python_that_the_package_promises() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    promised = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    assert read(OURS / "workflows" / "ci.yml")["jobs"]["linux"]["strategy"]["matrix"]["python"] == promised


@pytest.mark.parametrize("folder", [OURS, THEIRS], ids=["ours", "starter"])
def test_the_policy_has_its_reviewers(folder: Path) -> None:
    assert re.search(r"^/content/policy/ +@\S+", (folder / "CODEOWNERS").read_text("utf-8"), re.MULTILINE)
