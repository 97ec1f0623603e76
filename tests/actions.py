"""A small GitHub: runs a workflow's jobs along `needs`, each in a clean clone, every `run:` step by GitHub's own shell.

What other people's actions do is stood in for, as they document it; what a step writes to its log is read for workflow
commands exactly as the runner reads it (actions/runner: ActionCommand.cs and ActionCommandManager.cs). Time limits are
left to the caller.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from expressions import Value, filled, holds
from repositories import git

SECONDS = 120.0
"""The time limit of one step."""

COMMANDS = frozenset(
    {"error", "warning", "notice", "debug", "group", "endgroup", "echo", "stop-commands", "set-output", "save-state"}
    | {"set-env", "add-path", "add-mask", "add-matcher", "remove-matcher"}
)


@dataclass(frozen=True, slots=True)
class Command:
    """A workflow command that the runner took from a log."""

    name: str
    properties: Mapping[str, str]
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """What starts a run: `commit` is checked out; inputs are those of a run by hand."""

    name: str
    commit: str
    ref: str = "refs/heads/main"
    inputs: Mapping[str, str | bool] = field(default_factory=dict)
    private: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)


def pull_request(merge: str) -> Event:
    """A pull request whose merge with its target is the commit `merge`."""
    return Event("pull_request", merge, "refs/pull/1/merge")


@dataclass(frozen=True, slots=True)
class Step:
    """How a step ended; `outcome` is success, failure or skipped. The environment is that of its shell."""

    name: str
    outcome: str
    log: str = ""
    commands: tuple[Command, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """How a job ended: success, failure or skipped."""

    result: str
    steps: tuple[Step, ...] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""

    def context(self) -> Value:
        """What expressions see of it below `needs`."""
        return {"result": self.result, "outputs": dict(self.outputs)}


@dataclass(frozen=True, slots=True)
class Run:
    """How a run ended, with all it left behind."""

    jobs: Mapping[str, Job]
    artifacts: Mapping[str, Path]

    @property
    def failed(self) -> bool:
        return any(job.result == "failure" for job in self.jobs.values())

    @property
    def results(self) -> dict[str, str]:
        return {name: job.result for name, job in self.jobs.items()}

    @property
    def steps(self) -> list[Step]:
        return [step for job in self.jobs.values() for step in job.steps]

    @property
    def commands(self) -> list[Command]:
        return [command for step in self.steps for command in step.commands if command.name != "stop-commands"]

    @property
    def log(self) -> str:
        return "".join(f"--- {step.name} ({step.outcome})\n{step.log}" for step in self.steps)


@dataclass
class Hub:
    """The world of a repository: itself (bare), what Pages shows of it at `address`, and the machine's `tools`.

    `tools` comes first on the PATH and holds at least `python`. `install` makes of a fresh check-out what setting up
    Python makes of it. `token` is that of all runs.
    """

    folder: Path
    repository: Path
    published: Path
    address: str
    tools: Path
    install: Callable[[Path], None] = lambda workspace: None
    token: str = field(default_factory=lambda: f"ghs_{secrets.token_hex(12)}")
    runs: int = 0

    def run(self, workflow: Mapping[str, Any], event: Event) -> Run:
        """The workflow's jobs, one after the other in an order that `needs` allows."""
        self.runs += 1
        place = self.folder / f"run-{self.runs}"
        going = _Going(self, workflow, event, place)
        for name, job in _ordered(workflow["jobs"]):
            going.jobs[name] = going.job(name, job)
        return Run(going.jobs, {path.name: path for path in (place / "artifacts").iterdir()})


def read(path: Path) -> dict[str, Any]:
    """A workflow with every scalar as text: the key `on` stays `on`."""
    loaded: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    return loaded


def _ordered(jobs: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    done: set[str] = set()
    while len(done) < len(jobs):
        ready = [name for name in jobs if name not in done and done.issuperset(_needs(jobs[name]))]
        assert ready, "jobs wait for each other"
        yield ready[0], jobs[ready[0]]
        done.add(ready[0])


def _needs(job: Mapping[str, Any]) -> list[str]:
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else list(needs)


def contexts(event: Event, number: int = 1, token: str = "") -> dict[str, Value]:
    """What expressions see before any job: github, inputs, vars, secrets (none) and runner."""
    github: dict[str, Value] = {
        "event_name": event.name,
        "ref": event.ref,
        "ref_name": event.ref.removeprefix("refs/heads/").removeprefix("refs/"),
        "sha": event.commit,
        "run_id": str(1000 + number),
        "repository": "acme/voices",
        "token": token,
        "event": {"repository": {"private": event.private}, "pull_request": {"number": "1"}},
    }
    inputs: dict[str, Value] = dict(event.inputs)
    variables: dict[str, Value] = dict(event.variables)
    return {"github": github, "inputs": inputs, "vars": variables, "secrets": {}, "env": {}}


def concurrency(workflow: Mapping[str, Any], event: Event, number: int = 1) -> tuple[str, bool]:
    """A run's concurrency group, and whether it cuts off what runs in it."""
    wanted = workflow["concurrency"]
    seen = contexts(event, number)
    return filled(wanted["group"], seen, {}), filled(wanted["cancel-in-progress"], seen, {}) == "true"


def condition(text: str, event: Event, *, result: str, **more: Value) -> bool:
    """Whether an `if:` holds when what came before ended in `result`: success, failure or cancelled."""
    return holds(text, {**contexts(event), **more}, _statuses(result))


def _statuses(result: str) -> dict[str, Callable[..., Value]]:
    return {
        "always": lambda: True,
        "success": lambda: result == "success",
        "failure": lambda: result == "failure",
        "cancelled": lambda: result == "cancelled",
        "hashFiles": lambda *patterns: "0" * 64,
    }


@dataclass
class _Going:
    """A run that is under way."""

    hub: Hub
    workflow: Mapping[str, Any]
    event: Event
    place: Path
    jobs: dict[str, Job] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.place / "artifacts").mkdir(parents=True)

    def job(self, name: str, job: Mapping[str, Any]) -> Job:
        needed = _needs(job)
        good = all(self.jobs[one].result == "success" for one in needed)
        seen = contexts(self.event, self.hub.runs, self.hub.token)
        seen["needs"] = {one: self.jobs[one].context() for one in needed}
        if not holds(job.get("if", "success()"), seen, _statuses("success" if good else "failure")):
            return Job("skipped")
        at_work = _Machine(self, job, self.place / name, seen)
        at_work.prepare()
        for number, step in enumerate(job["steps"]):
            at_work.step(number, step)
        outputs = {key: filled(value, at_work.seen(), _statuses("")) for key, value in job.get("outputs", {}).items()}
        result = "failure" if at_work.failed else "success"
        return Job(result, tuple(at_work.done), outputs, at_work.summary())


@dataclass
class _Machine:
    """The machine that a job runs on, new for each."""

    run: _Going
    job: Mapping[str, Any]
    place: Path
    context: Mapping[str, Value]
    steps: dict[str, Value] = field(default_factory=dict)
    done: list[Step] = field(default_factory=list)
    failed: bool = False
    added: dict[str, str] = field(default_factory=dict)

    @property
    def workspace(self) -> Path:
        return self.place / "workspace"

    @property
    def temp(self) -> Path:
        return self.place / "temp"

    def prepare(self) -> None:
        for folder in (self.workspace, self.temp, self.place / "home", self.place / "files"):
            folder.mkdir(parents=True)

    def seen(self) -> dict[str, Value]:
        runner: Value = {"temp": str(self.temp), "os": "Linux", "arch": "X64"}
        return {**self.context, "steps": self.steps, "runner": runner}

    def statuses(self) -> dict[str, Callable[..., Value]]:
        return _statuses("failure" if self.failed else "success")

    def step(self, number: int, step: Mapping[str, Any]) -> None:
        name = step.get("name") or step.get("uses", "run")
        if holds(step.get("if", "success()"), self.seen(), self.statuses()):
            made = self.ran(number, name, step) if "run" in step else self.used(name, step)
        else:
            made = Step(name, "skipped")
        forgiven = step.get("continue-on-error") == "true"
        self.failed |= made.outcome == "failure" and not forgiven
        self.done.append(made)
        if "id" in step:
            conclusion = "success" if forgiven and made.outcome == "failure" else made.outcome
            outputs: dict[str, Value] = dict(made.outputs)
            self.steps[step["id"]] = {"outcome": made.outcome, "conclusion": conclusion, "outputs": outputs}

    def ran(self, number: int, name: str, step: Mapping[str, Any]) -> Step:
        """A `run:` step, by the shell that GitHub would take."""
        script, files = self.place / f"{number}.sh", self.files(number)
        script.write_text(filled(step["run"], self.seen(), self.statuses()), "utf-8")
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail"] if step.get("shell") == "bash" else ["bash", "-e"]
        environment = {**self.environment(), **{key: str(path) for key, path in files.items()}, **self.own(step)}
        ended = subprocess.run(
            [*shell, str(script)],
            cwd=self.workspace,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
        )
        log = ended.stdout.decode("utf-8", "replace")
        taken = tuple(commands(log))
        outputs = {c.properties["name"]: c.text for c in taken if c.name == "set-output"}
        outputs |= assigned(files["GITHUB_OUTPUT"].read_text("utf-8"))
        self.added |= assigned(files["GITHUB_ENV"].read_text("utf-8"))
        outcome = "failure" if ended.returncode else "success"
        return Step(name, outcome, log, taken, environment, outputs)

    def files(self, number: int) -> dict[str, Path]:
        files = {name: self.place / "files" / f"{name}-{number}" for name in ("GITHUB_OUTPUT", "GITHUB_ENV")}
        files["GITHUB_STEP_SUMMARY"] = self.place / "files" / f"summary-{number:02}"
        for path in files.values():
            path.touch()
        return files

    def summary(self) -> str:
        return "".join(path.read_text("utf-8") for path in sorted((self.place / "files").glob("summary-*")))

    def own(self, step: Mapping[str, Any]) -> dict[str, str]:
        given = {**self.run.workflow.get("env", {}), **self.job.get("env", {}), **step.get("env", {})}
        return {key: filled(value, self.seen(), self.statuses()) for key, value in given.items()}

    def environment(self) -> dict[str, str]:
        """The machine's, and nothing of the one that the tests run on. A local repository takes a push only from a
        job whose permissions let it."""
        writes = self.job.get("permissions", {}).get("contents") == "write"
        event = self.run.event
        return {
            "PATH": f"{self.run.hub.tools}{os.pathsep}{os.defpath}{os.pathsep}{_folder_of('git')}",
            "HOME": str(self.place / "home"),
            "LANG": "C.UTF-8",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": event.name,
            "GITHUB_REF": event.ref,
            "GITHUB_SHA": event.commit,
            "GITHUB_REPOSITORY": "acme/voices",
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(self.temp),
            "RUNNER_OS": "Linux",
            **({"CONTENTS": "write"} if writes else {}),
            **self.added,
        }

    def used(self, name: str, step: Mapping[str, Any]) -> Step:
        """A `uses:` step, by what stands in for it."""
        action = step["uses"].split("@")[0]
        options = {key: filled(value, self.seen(), self.statuses()) for key, value in step.get("with", {}).items()}
        try:
            outputs = ACTIONS[action](self, options)
        except Refused as error:
            return Step(name, "failure", f"{error}\n")
        return Step(name, "success", outputs=outputs)


def _folder_of(program: str) -> str:
    found = shutil.which(program)
    assert found, program
    return str(Path(found).parent)


# What a log says --------------------------------------------------------------------------------------


def commands(log: str) -> Iterable[Command]:
    """The commands that the runner takes from a step's log: `::name key=value::text` where a line begins, and
    `##[name key=value]text` anywhere in it; none between `stop-commands` and its word."""
    known, word = set(COMMANDS), ""
    for line in re.split(r"\r\n|\n|\r", log):
        found = _command(line, known)
        if found is None or (word and found.name.lower() != word):
            continue
        if word:
            known.discard(word)
            word = ""
            continue
        if found.name == "stop-commands":
            word = found.text.lower()
            known.add(word)
        yield found


_MODERN = re.compile(r"\s*::(?P<name>[^\s:]+)(?: (?P<properties>.*?))?::(?P<text>.*)")
_OLD = re.compile(r"##\[(?P<name>[^\s\]]+)(?: (?P<properties>[^\]]*))?\](?P<text>.*)")


def _command(line: str, known: set[str]) -> Command | None:
    for match, between in ((_MODERN.match(line), ","), (_OLD.search(line), ";")):
        if match and match["name"].lower() in known:
            pairs = [pair.split("=", 1) for pair in (match["properties"] or "").split(between) if "=" in pair]
            properties = {key.strip(): _unescaped(value) for key, value in pairs}
            return Command(match["name"].lower(), properties, _unescaped(match["text"]))
    return None


def _unescaped(text: str) -> str:
    for code, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, sign)
    return text


def assigned(text: str) -> dict[str, str]:
    """What a step wrote into $GITHUB_OUTPUT or $GITHUB_ENV. Raises ValueError as the runner would."""
    values: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        if not line:
            continue
        heading = re.fullmatch(r"([^=<]+)<<(.+)", line)
        if heading:
            body = []
            while (more := next(lines)) != heading[2]:
                body.append(more)
            values[heading[1]] = "\n".join(body)
        elif "=" in line:
            key, value = line.split("=", 1)
            values[key] = value
        else:
            raise ValueError(f"invalid format '{line}'")
    return values


# What stands in for other people's actions -----------------------------------------------------------------


class Refused(Exception):
    """An action fails its step."""


Outputs = Mapping[str, str]


def _checkout(machine: _Machine, options: Mapping[str, str]) -> Outputs:
    """A clean clone at the event's commit, as shallow as asked."""
    event, depth = machine.run.event, options.get("fetch-depth", "1")
    assert options["persist-credentials"] == "false"
    shallow = [] if depth == "0" else [f"--depth={depth}"]
    git(machine.workspace, "init", "--quiet")
    git(machine.workspace, "remote", "add", "origin", machine.run.hub.repository.as_uri())
    local = event.ref.replace("refs/heads/", "refs/remotes/origin/").replace("refs/pull/", "refs/remotes/pull/")
    git(machine.workspace, "fetch", "--quiet", "--no-tags", *shallow, "origin", f"+{event.commit}:{local}")
    branch = ["-B", event.ref.removeprefix("refs/heads/")] if event.ref.startswith("refs/heads/") else ["--detach"]
    git(machine.workspace, "checkout", "--quiet", "--force", *branch, local)
    return {}


def _set_up_python(machine: _Machine, options: Mapping[str, str]) -> Outputs:
    machine.run.hub.install(machine.workspace)
    return {}


def _restore(machine: _Machine, options: Mapping[str, str]) -> Outputs:
    """Nothing was ever kept: what follows has to do without."""
    return {"cache-primary-key": options["key"]}


def _save(machine: _Machine, options: Mapping[str, str]) -> Outputs:
    assert options["key"], "saved under no name"
    return {}


def _configure_pages(machine: _Machine, options: Mapping[str, str]) -> Outputs:
    if machine.job["permissions"].get("pages") not in ("read", "write"):
        raise Refused("Get Pages site failed: resource not accessible by integration")
    return {"base_url": machine.run.hub.address.removesuffix("/")}


def _upload(machine: _Machine, options: Mapping[str, str]) -> Outputs:
    source = machine.workspace / options["path"]
    target = machine.run.place / "artifacts" / options["name"]
    if not source.exists():
        if options.get("if-no-files-found", "warn") == "error":
            raise Refused(f"no files were found at {source}")
        return {}
    target.mkdir()
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*"))
    else:
        shutil.copy2(source, target)
    return {}


def _download(machine: _Machine, options: Mapping[str, str]) -> Outputs:
    source = machine.run.place / "artifacts" / options["name"]
    if not source.is_dir():
        raise Refused(f"there is no artifact {options['name']}")
    shutil.copytree(source, machine.workspace / options["path"], dirs_exist_ok=True)
    return {}


def _upload_pages(machine: _Machine, options: Mapping[str, str]) -> Outputs:
    """One tar of plain files and folders; names that begin with a dot stay out."""
    source = machine.workspace / options["path"]
    target = machine.run.place / "artifacts" / "github-pages"
    target.mkdir()
    links = [path for path in source.rglob("*") if path.is_symlink() or (path.is_file() and path.stat().st_nlink > 1)]
    if links or not source.is_dir():
        raise Refused(f"{source} is no folder of plain files: {links}")
    with tarfile.open(target / "artifact.tar", "w") as tar:
        tar.add(source, ".", filter=lambda one: None if re.search(r"/\.[^/]", one.name) else one)
    return {}


def _deploy_pages(machine: _Machine, options: Mapping[str, str]) -> Outputs:
    """The whole of the artifact in the place of what was there."""
    needed = {"pages": "write", "id-token": "write"}
    if machine.job["permissions"] != needed or "environment" not in machine.job:
        raise Refused("the job may not deploy")
    tar = machine.run.place / "artifacts" / "github-pages" / "artifact.tar"
    if not tar.exists():
        raise Refused("no artifact named github-pages was found")
    published = machine.run.hub.published
    new = published.with_name("new")
    with tarfile.open(tar) as whole:
        whole.extractall(new, filter="data")
    shutil.rmtree(published, ignore_errors=True)
    new.rename(published)
    return {"page_url": machine.run.hub.address}


ACTIONS: Mapping[str, Callable[[_Machine, Mapping[str, str]], Outputs]] = {
    "actions/checkout": _checkout,
    "actions/setup-python": _set_up_python,
    "actions/cache/restore": _restore,
    "actions/cache/save": _save,
    "actions/configure-pages": _configure_pages,
    "actions/upload-artifact": _upload,
    "actions/download-artifact": _download,
    "actions/upload-pages-artifact": _upload_pages,
    "actions/deploy-pages": _deploy_pages,
}
