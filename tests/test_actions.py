"""The stand-ins by which workflows are run: they must be as strict as what they stand for."""

from __future__ import annotations

import os
from pathlib import Path
from subprocess import CalledProcessError

import gitlab
import pytest
from actions import Event, Hub, assigned, commands, pull_request
from expressions import Value, evaluated, filled, holds
from repositories import Repository, git

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the workflows run on Linux, by its shell")

SEEN: dict[str, Value] = {
    "inputs": {"at": "", "emergency": True},
    "needs": {"build": {"outputs": {"site": "Yes", "base-url": "x"}}},
    "github": {"run_id": "7"},
}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("inputs.at == ''", True),
        ("inputs.nothing != ''", False),
        ("inputs.nothing == true", False),
        ("inputs.emergency == true", True),
        ("!inputs.emergency", False),
        ("needs.build.outputs.site == 'yes'", True),
        ("needs.build.outputs.base-url", "x"),
        ("needs.build.outputs.absent.deeper", None),
        ("inputs.at != '' && 'look' || 'pages'", "pages"),
        ("inputs.emergency && format('a-{0}', github.run_id) || 'pages'", "a-7"),
        ("'it''s' == 'IT''S'", True),
        ("(false || true) && !(1 == 2)", True),
        ("'' == 0", True),
        ("'x' == 0", False),
    ],
)
def test_an_expression_means_what_it_means_on_github(expression: str, value: Value) -> None:
    assert evaluated(expression, SEEN, {}) == value


@pytest.mark.parametrize("expression", ["secret.x", "inputs.at ==", "(1", "1 2", "fromJSON('x')", "a $ b"])
def test_what_is_not_known_is_an_error(expression: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        evaluated(expression, SEEN, {})


def test_text_is_filled_and_a_condition_asks_for_success_unless_it_speaks_of_it() -> None:
    failed = {"success": lambda: False, "always": lambda: True, "cancelled": lambda: False}
    assert filled("${{ inputs.emergency }} of ${{ github.run_id }}${{ inputs.none }}", SEEN, {}) == "true of 7"
    assert not holds("inputs.emergency", SEEN, failed)
    assert holds("${{ !cancelled() && inputs.emergency }}", SEEN, failed)
    assert holds("always()", SEEN, failed)


@pytest.mark.parametrize(
    ("log", "found"),
    [
        ("::error file=a.md,line=3::x%0Ay", [("error", "x\ny")]),
        ("  ::warning::indented", [("warning", "indented")]),
        ("a.md:3:1: '##[add-mask]x'", [("add-mask", "x'")]),
        ("##[set-output name=site;]yes", [("set-output", "yes")]),
        ("a ::error::b", []),
        ("::unknown::x", []),
        ("one\r::error::two", [("error", "two")]),
        ("::stop-commands::word\n::error::x\n##[error]x\n::word::\n::error::y", [("error", "y")]),
        ("::stop-commands::word\n::stop-commands::other\n::other::\n::error::x", []),
    ],
)
def test_commands_are_taken_from_a_log_as_the_runner_takes_them(log: str, found: list[tuple[str, str]]) -> None:
    assert [(c.name, c.text) for c in commands(log) if c.name != "stop-commands"] == found


def test_outputs_are_read_as_the_runner_reads_them() -> None:
    assert assigned("a=1\nb<<END\nx=\ny\nEND\nc=d=e\n") == {"a": "1", "b": "x=\ny", "c": "d=e"}
    with pytest.raises(ValueError, match="invalid format"):
        assigned("nonsense\n")


def hub(folder: Path) -> tuple[Hub, Repository]:
    repository = Repository.begun(folder / "origin", {"a.txt": b"a"})
    return Hub(folder / "runs", repository.bare, folder / "published", "http://x/", folder), repository


def workflow(**job: object) -> dict[str, object]:
    checkout = {"uses": "actions/checkout@0", "with": {"persist-credentials": "false"}}
    steps = [checkout, *[{"run": line} for line in ("git commit --quiet --allow-empty -m x", "git push origin HEAD:x")]]
    who = {"GIT_AUTHOR_NAME": "x", "GIT_COMMITTER_NAME": "x", "EMAIL": "x@x.example"}
    return {"env": who, "jobs": {"only": {"steps": steps, **job}}}


@pytest.mark.parametrize(("level", "result"), [("read", "failure"), ("write", "success")])
def test_a_job_writes_to_the_repository_by_its_permissions_alone(level: str, result: str, tmp_path: Path) -> None:
    world, repository = hub(tmp_path)
    run = world.run(workflow(permissions={"contents": level}), Event("push", repository.newest))
    assert run.results == {"only": result}, run.log
    assert ("x" in repository.branches()) is (result == "success")


def test_a_job_does_not_see_the_environment_of_the_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_MACHINE", "x")
    world, repository = hub(tmp_path)
    job = {"permissions": {}, "steps": [{"run": "env; false | true"}, {"run": "false | true", "shell": "bash"}]}
    (first, second) = world.run({"jobs": {"only": job}}, Event("push", repository.newest)).steps
    assert "SECRET_OF_THE_MACHINE" not in first.log
    assert (first.outcome, second.outcome) == ("success", "failure")


def test_a_pull_request_is_checked_out_as_a_merge_with_its_two_parents(tmp_path: Path) -> None:
    world, repository = hub(tmp_path)
    event = pull_request(repository.requested({"b.txt": b"b"}))
    checkout = {"uses": "actions/checkout@0", "with": {"persist-credentials": "false", "fetch-depth": "2"}}
    steps = [checkout, {"run": "git diff --name-only HEAD^1 HEAD; git rev-parse HEAD^2^0"}]
    run = world.run({"jobs": {"only": {"permissions": {}, "steps": steps}}}, event)
    assert run.results == {"only": "success"}, run.log
    assert "b.txt" in run.log


def test_pages_takes_no_links_and_nothing_hidden_and_only_a_job_with_the_right_to(tmp_path: Path) -> None:
    world, repository = hub(tmp_path)
    site = {"run": "mkdir -p site/.hidden; echo x > site/.hidden/x; echo x > site/index.html"}
    upload = {"uses": "actions/upload-pages-artifact@0", "with": {"path": "site"}}
    deploy = {"needs": "build", "steps": [{"uses": "actions/deploy-pages@0"}], "environment": {"name": "github-pages"}}
    rights = {"pages": "write", "id-token": "write"}
    build = {"permissions": {}, "steps": [site, upload]}
    event = Event("push", repository.newest)
    assert world.run({"jobs": {"build": build, "deploy": {**deploy, "permissions": {}}}}, event).failed
    assert not world.published.exists()
    assert not world.run({"jobs": {"build": build, "deploy": {**deploy, "permissions": rights}}}, event).failed
    assert [path.name for path in world.published.iterdir()] == ["index.html"]
    build["steps"] = [site, {"run": "ln -s /etc/passwd site/x"}, upload]
    assert world.run({"jobs": {"build": build}}, event).failed


def test_gitlabs_rules_are_read_one_by_one() -> None:
    rules = [{"if": '$A == "x" && $B != ""'}, {"if": "$A == $B", "when": "always"}]
    assert gitlab.matches(rules, {"A": "x", "B": "y"}) is rules[0]
    assert gitlab.matches(rules, {"A": "z", "B": "z"}) is rules[1]
    assert gitlab.matches(rules, {"A": "z", "B": "y"}) is None
    with pytest.raises(ValueError, match="not understood"):
        gitlab.matches([{"if": "$A =~ /x/"}], {})


def test_the_repository_refuses_who_may_not_write(tmp_path: Path) -> None:
    _, repository = hub(tmp_path)
    with pytest.raises(CalledProcessError):
        git(repository.clone, "push", "origin", "HEAD:refs/heads/y")
