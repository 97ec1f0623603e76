"""The workflows, our own and those of the starter: pinned, least privilege, nothing injected."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import gitlab
import pytest
import yaml
from actions import Event, concurrency, condition
from click.testing import CliRunner
from expressions import Value

from heraldry.cli import main

ROOT = Path(__file__).parents[1]
STARTER = ROOT / "heraldry" / "starter"
OURS = ROOT / ".github"
THEIRS = STARTER / "dot-github"
WORKFLOWS = sorted([*(OURS / "workflows").glob("*.yml"), *(THEIRS / "workflows").glob("*.yml")])
GITLAB = STARTER / "dot-gitlab-ci.yml"
DEPENDABOTS = sorted([*OURS.glob("dependabot.yml"), *THEIRS.glob("dependabot.yml")])
REVIEWS = [path for path in WORKFLOWS if path.name == "review.yml"]
PUBLISHES = [path for path in WORKFLOWS if path.name == "publish.yml"]
PINNED = re.compile(
    r"uses: (?P<action>[\w-]+/[\w-]+)(?:/[\w-]+)?@(?P<commit>[0-9a-f]{40}) # (?P<version>v\d+\.\d+\.\d+)"
)


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


HAND: Mapping[str, str | bool] = {"at": "", "emergency": False}
LOOK = Event("workflow_dispatch", "c0ffee", inputs={**HAND, "at": "2026-12-01T09:00+03:00"})
EMERGENCY = Event("workflow_dispatch", "c0ffee", inputs={**HAND, "emergency": True})
OTHERS = (Event("push", "c0ffee"), Event("schedule", "c0ffee"), Event("workflow_dispatch", "c0ffee", inputs=HAND))


@every_publish
def test_a_look_at_another_time_is_never_deployed(path: Path) -> None:
    (hand_over,) = [step["if"] for step in steps(path) if "upload-pages-artifact" in step.get("uses", "")]
    deploy = read(path)["jobs"]["deploy"]["if"]
    made: dict[str, Value] = {"outputs": {"site": "yes"}}
    for event, published in ((LOOK, False), (EMERGENCY, True), *((other, True) for other in OTHERS)):
        assert condition(hand_over, event, result="success", steps={"build": made}) is published
        assert condition(deploy, event, result="success", needs={"build": made}) is published


@every_publish
def test_a_look_at_another_time_is_kept_where_only_members_can_download_it(path: Path) -> None:
    (keep,) = [step["if"] for step in steps(path) if step.get("with", {}).get("name") == "look-ahead"]
    private = replace(LOOK, private=True)
    assert [condition(keep, event, result="success") for event in (LOOK, private, EMERGENCY)] == [False, True, False]


@every_publish
def test_a_deployment_is_cut_off_by_an_emergency_alone_and_a_look_waits_for_nobody(path: Path) -> None:
    workflow = read(path)
    assert {concurrency(workflow, event) for event in OTHERS} == {("pages", False)}
    assert concurrency(workflow, EMERGENCY) == ("pages", True)
    groups = {concurrency(workflow, LOOK, number)[0] for number in (1, 2)}
    assert len(groups) == 2
    assert "pages" not in groups


@every_publish
@pytest.mark.parametrize(
    ("late", "result", "rings"),
    [
        ("yes", "success", True),
        ("yes", "failure", True),
        ("yes", "cancelled", False),
        ("no", "success", False),
        ("", "failure", False),
    ],
)
def test_the_alarm_rings_also_when_the_build_failed_and_not_when_it_was_cut_off(
    late: str, result: str, rings: bool, path: Path
) -> None:
    alarm = read(path)["jobs"]["alarm"]
    build: Value = {"outputs": {"late": late}}
    assert condition(alarm["if"], OTHERS[1], result=result, needs={"build": build}) is rings
    assert (alarm["permissions"], alarm["needs"]) == ({}, "build")


@every_publish
def test_nobody_is_told_of_a_site_that_cannot_be_asked(path: Path) -> None:
    (ask,) = [step["if"] for step in steps(path) if step.get("id") == "watchdog"]
    hidden = replace(OTHERS[1], variables={"WATCHDOG": "off"})
    asked = [condition(ask, event, result="success") for event in (OTHERS[1], hidden, LOOK, EMERGENCY)]
    assert asked == [True, False, False, False]


@every_publish
def test_a_job_that_may_write_takes_nothing_from_a_cache(path: Path) -> None:
    jobs = read(path)["jobs"]
    cached = {name for name, job in jobs.items() if any("actions/cache" in s.get("uses", "") for s in job["steps"])}
    assert cached == {"build"}


@every_publish
def test_what_pip_downloaded_is_kept_before_any_feed_is_read(path: Path) -> None:
    names = [step.get("uses", step.get("run", "")) for step in steps(path)]
    saved = next(number for number, name in enumerate(names) if name.startswith("actions/cache/save"))
    assert not any("heraldry archive" in name or "heraldry build" in name for name in names[:saved])


@every_workflow
def test_a_step_that_may_print_what_others_wrote_is_deaf_to_commands(path: Path) -> None:
    """Those that print only what is ours and escaped are named."""
    ears = re.compile(r'\Aexec 2>&1\necho "::stop-commands::\$\(openssl rand -hex 16\)"\n')
    ours = ("make setup", "python -m pip install", "bash .ci/run", "python -m pytest", "look=")
    runs = [step["run"] for step in steps(path) if "run" in step and not step["run"].startswith(ours)]
    assert [run for run in runs if not ears.match(run) and not run.endswith("heraldry check --github")] == []


SWALLOWED = re.compile(r"^(?!echo \"::stop-commands)\s*(?:echo|printf|export|local)\b.*\$\(|[^|]\|[^|]")
"""A command whose failure `bash -e` does not see: in the text of another, or before a pipe."""


@every_workflow
def test_a_command_that_fails_is_never_swallowed(path: Path) -> None:
    lines = [line for step in steps(path) for line in step.get("run", "").splitlines()]
    assert [line for line in lines if SWALLOWED.search(line) and "--jq" not in line] == []


@pytest.mark.parametrize(
    "line", ['echo "news=$(heraldry archive push --dry-run)" >> "$GITHUB_OUTPUT"', "heraldry x | tee y"]
)
def test_a_swallowed_failure_would_be_noticed(line: str) -> None:
    assert SWALLOWED.search(line)
    assert not SWALLOWED.search("news=$(heraldry archive push --dry-run) || late=yes")


@pytest.mark.parametrize("name", ["publish.yml", "review.yml", "inbox.yml"])
def test_the_starters_workflows_are_ours_but_for_how_heraldry_is_installed(name: str) -> None:
    def said(path: Path) -> list[dict[str, Any]]:
        text = (
            path.read_text("utf-8")
            .replace(".venv/bin/heraldry", "heraldry")
            .replace("requirements.lock", "requirements.txt")
        )
        text = text.replace("Install Heraldry from the lock, by hash", "Install Heraldry")
        text = text.replace("run: make setup", "run: python -m pip install -r requirements.txt")
        workflow: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)
        return [workflow]

    assert said(THEIRS / "workflows" / name) == said(OURS / "workflows" / name)


# By their schemas --------------------------------------------------------------------------------------


def schema(name: str, *paths: Path) -> subprocess.CompletedProcess[str]:
    """check-jsonschema with a schema that it carries: no network; exit 0 means that all of them fit."""
    found = shutil.which("check-jsonschema", path=str(Path(sys.executable).parent))
    assert found, "check-jsonschema is in the lock: run make setup"
    command = [found, "--builtin-schema", f"vendor.{name}", *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_workflows_are_what_github_and_gitlab_understand() -> None:
    for name, paths in (("github-workflows", WORKFLOWS), ("gitlab-ci", [GITLAB]), ("dependabot", DEPENDABOTS)):
        result = schema(name, *paths)
        assert result.returncode == 0, result.stdout


def test_the_schemas_would_notice(tmp_path: Path) -> None:
    for name, path in (("github-workflows", PUBLISHES[0]), ("gitlab-ci", GITLAB)):
        spoilt = tmp_path / path.name
        spoilt.write_text(re.sub(r"timeout(?:-minutes)?: ", "time-out: ", path.read_text("utf-8")), "utf-8")
        assert schema(name, spoilt).returncode == 1


@pytest.mark.parametrize("forge", ["github", "gitlab"])
def test_what_init_writes_passes_the_strictest_reading(forge: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["init", str(tmp_path / "voices"), "--forge", forge, "--timezone", "Asia/Seoul"])
    assert result.exit_code == 0, result.output
    if forge == "github":
        found = zizmor(tmp_path / "voices")
        assert found.returncode == 0, found.stdout + found.stderr
        written = sorted((tmp_path / "voices" / ".github" / "workflows").glob("*.yml"))
        assert schema("github-workflows", *written).returncode == 0
    else:
        assert schema("gitlab-ci", tmp_path / "voices" / ".gitlab-ci.yml").returncode == 0


def test_on_gitlab_a_review_publishes_nothing_and_nothing_else_runs_for_it() -> None:
    ci = gitlab.read(GITLAB)
    jobs = {name: job["rules"] for name, job in ci.items() if name not in gitlab.RESERVED}
    branch = {"CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main"}

    def running(source: str, at: str = "", inbox: str = "") -> set[str]:
        seen = {"CI_PIPELINE_SOURCE": source, "AT": at, "INBOX": inbox, **branch}
        return {name for name, rules in jobs.items() if gitlab.matches(rules, seen)}

    assert running("merge_request_event") == running("merge_request_event", "2026-12-01") == {"review"}
    assert running("schedule") == running("push") == {"build", "pages", "archive", "alarm"}
    assert running("schedule", inbox="yes") == {"build", "pages", "archive", "alarm", "inbox"}
    assert running("web", "2026-12-01") == {"look"}


def test_on_gitlab_the_token_that_writes_is_where_no_feed_is_read() -> None:
    ci = gitlab.read(GITLAB)
    jobs = {name: job for name, job in ci.items() if name not in gitlab.RESERVED}
    assert {name for name, job in jobs.items() if "WRITE_TOKEN" in str(job)} == {"archive", "inbox"}
    for name in ("archive", "inbox"):
        assert jobs[name]["environment"] == {"name": "writing", "action": "access"}
        assert not any("heraldry build" in line or "heraldry due" in line for line in jobs[name]["script"])


def test_ci_runs_every_python_that_the_package_promises() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    promised = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    assert read(OURS / "workflows" / "ci.yml")["jobs"]["linux"]["strategy"]["matrix"]["python"] == promised


@pytest.mark.parametrize("folder", [OURS, THEIRS, STARTER / "dot-gitlab"], ids=["ours", "github", "gitlab"])
def test_the_policy_has_its_reviewers(folder: Path) -> None:
    assert re.search(r"^/content/policy/ +@\S+", (folder / "CODEOWNERS").read_text("utf-8"), re.MULTILINE)
