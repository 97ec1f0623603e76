"""Every `run:` step of the workflows, run in clean clones: what is published when, what is kept, and who is told."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import gitlab
import pytest
from actions import Event, Hub, Run, pull_request, read
from click.testing import CliRunner
from repositories import Repository, environment_of, git, tools
from servers import Server, Shelf, answer, scripted, target
from site_text import TEAMS

from heraldry.cli import main

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the workflows run on Linux, by its shell")

ROOT = Path(__file__).parents[1]
CODE = ("heraldry", "theme", ".github", "Makefile", "pyproject.toml", "requirements.lock")
"""What a clone of our own repository needs besides its site, so that the clone's own code is what runs."""

WORKFLOWS = ROOT / ".github" / "workflows"
PUBLISH, REVIEW, INBOX = (read(WORKFLOWS / f"{name}.yml") for name in ("publish", "review", "inbox"))

WELCOME = b"""---
title: We opened our lab
type: company
publish: 2026-01-05
url: https://acme.example/lab
captions: {default: Come and see.}
---
"""


def post(title: str, publish: datetime, more: str = "") -> bytes:
    """A post that is due at an instant."""
    return f"---\ntitle: {title}\ntype: company\npublish: {publish.isoformat()}\n{more}---\nRead on.\n".encode()


def rss(*titles: str) -> bytes:
    """A feed whose items are an hour old."""
    when = ago(hours=1).strftime("%a, %d %b %Y %H:%M:%S GMT")
    link = "https://acme.example/blog"
    items = (
        f"<item><title>{t}</title><link>{link}/{n}</link><pubDate>{when}</pubDate></item>" for n, t in enumerate(titles)
    )
    return f'<rss version="2.0"><channel><title>Blog</title>{"".join(items)}</channel></rss>'.encode()


def now() -> datetime:
    """The machine's own time: the steps read the clock themselves."""
    return datetime.now(UTC).replace(microsecond=0)


def ago(**span: float) -> datetime:
    return now() - timedelta(**span)


@dataclass
class World:
    """A repository, what Pages shows of it, and a shelf of feeds that are served beside it."""

    hub: Hub
    repository: Repository
    feeds: Shelf
    server: Server

    def feed(self, *titles: str) -> bytes:
        """A source with a feed that was just served with these titles; the bytes of sources.yaml."""
        self.feeds.documents["/feed.xml"] = rss(*titles)
        source = f"{{url: '{self.server.url}/feed.xml', type: company, lang: en}}"
        return f"defaults: {{allow_private: true}}\nsources:\n  blog: {source}\n".encode()

    def asked(self) -> int:
        """How often the feed was asked for."""
        return sum(target(head) == "/feed.xml" for head in self.server.seen)

    def publish(self, event: str, **inputs: str | bool) -> Run:
        return self.hub.run(PUBLISH, Event(event, self.repository.newest, inputs=inputs))

    def review(self, files: Mapping[str, bytes | None]) -> Run:
        return self.hub.run(REVIEW, pull_request(self.repository.requested(files)))

    def published_at(self, moment: datetime) -> None:
        """What a run at another time has left on Pages."""
        clone = self.hub.folder / "earlier"
        subprocess.run(["git", "clone", "--quiet", str(self.repository.bare), str(clone)], check=True)
        self.hub.install(clone)
        there = clone / ".venv" / "bin" / "heraldry"
        program = str(there if there.exists() else self.hub.tools / "heraldry")
        order = [program, "build", "--base-url", self.hub.address]
        subprocess.run([*order, "--at", moment.isoformat()], cwd=clone, check=True, capture_output=True)
        shutil.rmtree(self.hub.published, ignore_errors=True)
        (clone / "site").rename(self.hub.published)
        shutil.rmtree(clone)

    @property
    def page(self) -> str:
        return (self.hub.published / "everyone" / "index.html").read_text("utf-8")

    def shown(self) -> dict[str, bytes]:
        """Every byte that Pages shows, by path."""
        every = sorted(path for path in self.hub.published.rglob("*") if path.is_file())
        return {path.relative_to(self.hub.published).as_posix(): path.read_bytes() for path in every}


def ours() -> dict[str, bytes]:
    """Our own repository's code and workflows, without its site."""
    found: dict[str, bytes] = {}
    for name in CODE:
        below = [ROOT / name] if (ROOT / name).is_file() else list((ROOT / name).rglob("*"))
        kept = (path for path in below if path.is_file() and "__pycache__" not in path.parts)
        found |= {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in kept}
    return found


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Our repository with a small site, as a bare one to be copied."""
    site = {"teams.yaml": TEAMS.encode(), "content/posts/welcome.md": WELCOME, ".gitignore": b"/.venv/\n/site/\n"}
    return Repository.begun(tmp_path_factory.mktemp("origin"), {**ours(), **site})


@pytest.fixture
def world(tmp_path: Path, origin: Repository) -> Iterator[World]:
    """A copy of the repository of which nothing is published yet."""
    shutil.copytree(origin.bare, tmp_path / "voices.git", symlinks=True)
    subprocess.run(["git", "clone", "--quiet", str(tmp_path / "voices.git"), str(tmp_path / "clone")], check=True)
    with at_work(tmp_path, Repository(tmp_path / "voices.git", tmp_path / "clone")) as whole:
        whole.hub.install = environment_of
        yield whole


@contextmanager
def at_work(folder: Path, repository: Repository) -> Iterator[World]:
    """The repository with its Pages on this machine, below a path as project sites are."""
    published, shelf = folder / "published", Shelf()

    def pages(connection: socket.socket, head: bytes) -> None:
        path = target(head).split("?")[0]
        if not path.startswith("/voices/"):
            return shelf(connection, head)
        file = published / path.removeprefix("/voices/")
        found = file / "index.html" if path.endswith("/") else file
        body = found.read_bytes() if found.is_file() else None
        connection.sendall(answer(body) if body is not None else answer(b"", status="404 Not Found"))

    with scripted(pages) as server:
        address = f"{server.url}/voices/"
        hub = Hub(folder / "runs", repository.bare, published, address, tools(folder / "tools", ROOT))
        yield World(hub, repository, shelf, server)


def everything(run: Run) -> bytes:
    """All that strangers can read of a run in a public repository: log, summaries and artifacts, unpacked or not."""
    kept = [path for folder in run.artifacts.values() for path in folder.rglob("*") if path.is_file()]
    said = [run.log, *(job.summary for job in run.jobs.values())]
    return b"".join([*(text.encode() for text in said), *(path.read_bytes() for path in kept)])


# Publishing --------------------------------------------------------------------------------------------


def test_a_push_publishes_and_keeps_the_archive_and_the_schedule_after_it_leaves_everything_alone(world: World) -> None:
    run = world.publish("push")
    assert run.results == {"build": "success", "archive": "success", "deploy": "success", "alarm": "skipped"}, run.log
    assert "We opened our lab" in world.page
    assert "heraldry.json" in world.shown()
    assert world.repository.branches() == {"main", "heraldry-archive"}
    assert run.jobs["build"].summary == "The site is built anew and goes to Pages.\n"
    assert run.commands == []

    before, tip = world.shown(), world.repository.tip("heraldry-archive")
    run = world.publish("schedule")
    assert run.results == {"build": "success", "archive": "skipped", "deploy": "skipped", "alarm": "skipped"}, run.log
    assert run.artifacts == {}
    assert (world.shown(), world.repository.tip("heraldry-archive")) == (before, tip)
    assert run.jobs["build"].summary == "Nothing is due: the published site stays as it is.\n"


def test_a_schedule_publishes_the_one_post_that_came_to_its_hour_on_its_page_alone(world: World) -> None:
    teams = TEAMS + "  sales: {name: Sales, sees: {types: [company]}}\n"
    due, later = post("Our hour has come", ago(hours=1), "teams: [sales]\n"), post("Much later", ago(hours=-1))
    world.repository.commit(
        {"teams.yaml": teams.encode(), "content/posts/hour.md": due, "content/posts/later.md": later}
    )
    world.published_at(ago(hours=2))
    assert b"Our hour has come" not in b"".join(world.shown().values())
    run = world.publish("schedule")
    assert run.results["deploy"] == "success", run.log
    holding = {path.split("/")[0] for path, body in world.shown().items() if b"Our hour has come" in body}
    assert "sales" in holding
    assert "everyone" not in holding
    assert b"Much later" not in everything(run) + b"".join(world.shown().values())


def test_a_look_ahead_is_kept_in_a_private_repository_and_never_published(world: World) -> None:
    newest = world.repository.commit({"content/posts/later.md": post("Much later", ago(hours=-1))})
    inputs: dict[str, str | bool] = {"at": ago(hours=-2).isoformat(), "emergency": False}
    run = world.hub.run(PUBLISH, Event("workflow_dispatch", newest, inputs=inputs, private=True))
    assert run.results == {"build": "success", "archive": "skipped", "deploy": "skipped", "alarm": "skipped"}, run.log
    assert set(run.artifacts) == {"look-ahead"}
    assert "Much later" in (run.artifacts["look-ahead"] / "everyone" / "index.html").read_text("utf-8")
    assert run.jobs["build"].summary == "A look ahead: nothing is published.\n"
    assert not world.hub.published.exists()
    assert world.repository.branches() == {"main"}


@pytest.mark.soak
def test_a_look_ahead_in_a_public_repository_leaves_nothing_that_others_could_download(world: World) -> None:
    run = world.publish("workflow_dispatch", at=ago(hours=-2).isoformat(), emergency=True)
    assert run.results == {"build": "success", "archive": "skipped", "deploy": "skipped", "alarm": "skipped"}, run.log
    assert run.artifacts == {}
    assert not world.hub.published.exists()


def test_an_emergency_takes_a_post_back_without_asking_the_feeds(world: World) -> None:
    world.repository.commit({"sources.yaml": world.feed("From our blog")})
    world.published_at(ago(hours=2))
    assert "We opened our lab" in world.page
    asked = world.asked()
    withdrawn = WELCOME.replace(b"type: company", b"type: company\nwithdraw: true")
    world.repository.commit({"content/posts/welcome.md": withdrawn})
    run = world.publish("workflow_dispatch", at="", emergency=True)
    assert run.results == {"build": "success", "archive": "skipped", "deploy": "success", "alarm": "skipped"}, run.log
    assert "We opened our lab" not in world.page
    assert world.asked() == asked


@pytest.mark.soak
def test_a_push_publishes_whatever_the_manifest_says(world: World) -> None:
    for _ in range(2):
        assert world.publish("push").results["deploy"] == "success"


def test_a_site_that_cannot_be_built_stays_as_it_was_and_people_still_hear_that_it_is_late(world: World) -> None:
    world.published_at(ago(days=10))
    before = world.shown()
    world.repository.commit({"teams.yaml": b"programme: {"})
    run = world.publish("schedule")
    assert run.results == {"build": "failure", "archive": "skipped", "deploy": "skipped", "alarm": "failure"}, run.log
    assert world.shown() == before


def test_news_of_a_feed_are_published_by_the_schedule_and_kept(world: World) -> None:
    world.repository.commit({"sources.yaml": world.feed("From our blog")})
    world.published_at(ago(hours=2))
    run = world.publish("schedule")
    assert run.results == {"build": "success", "archive": "success", "deploy": "success", "alarm": "skipped"}, run.log
    assert "From our blog" in world.page
    assert "blog.jsonl" in world.repository.listed("heraldry-archive")


@pytest.mark.soak
def test_a_feed_that_is_down_takes_nothing_away(world: World) -> None:
    world.repository.commit({"sources.yaml": world.feed("From our blog")})
    world.publish("push")
    world.feeds.documents.clear()
    world.repository.commit({"content/posts/more.md": post("More", ago(hours=1))})
    run = world.publish("push")
    assert not run.failed, run.log
    assert world.asked() > 1
    assert "From our blog" in world.page
    assert "More" in world.page


WATCH = """test "$(curl -fsS {address}heraldry.json | sed -n 's/.*"stale": "\\(.*\\)".*/\\1/p')" \\> "$(date -u +%FT%TZ)\""""
"""The handbook's line for machines that have neither Heraldry nor Python: moments in UTC sort as text."""


def looked_after(address: str) -> bool:
    """Whether that line is content."""
    ended = [subprocess.run([shell, "-c", WATCH.format(address=address)], check=False) for shell in ("sh", "bash")]
    assert len({one.returncode for one in ended}) == 1
    return ended[0].returncode == 0


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
def test_a_site_that_was_not_looked_after_is_published_and_the_run_fails_and_says_since_when(world: World) -> None:
    world.published_at(ago(days=10))
    assert not looked_after(world.hub.address)
    run = world.publish("schedule")
    assert looked_after(world.hub.address)
    assert run.results["alarm"] == "failure"
    assert run.results["deploy"] == "success", run.log
    (told,) = (command for command in run.commands if command.name == "error")
    assert f"{ago(days=10):%Y-%m-%d}" in told.text
    assert "schedule" in told.text
    assert f'"checked": "{now():%Y-%m-%d}' in world.shown()["heraldry.json"].decode()


@pytest.mark.soak
def test_the_archive_has_a_commit_a_day_though_nothing_is_new_and_nothing_is_published(world: World) -> None:
    world.publish("push")
    tip, shown = world.repository.tip("heraldry-archive"), world.shown()
    world.repository.aged("heraldry-archive", ago(hours=25))
    run = world.publish("schedule")
    assert run.results == {"build": "success", "archive": "success", "deploy": "skipped", "alarm": "skipped"}, run.log
    assert world.repository.tip("heraldry-archive") != tip
    assert world.repository.dated("heraldry-archive") > ago(minutes=5)
    assert world.shown() == shown


@pytest.mark.soak
def test_the_example_site_itself_is_published_from_a_clean_clone(tmp_path: Path) -> None:
    site = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / "content").rglob("*") if path.is_file()}
    config = {name: (ROOT / name).read_bytes() for name in ("teams.yaml", "sources.yaml", ".gitignore")}
    content = {name: path.read_bytes() for name, path in site.items()}
    repository = Repository.begun(tmp_path / "origin", {**ours(), **config, **content})
    with at_work(tmp_path, repository) as world:
        world.hub.install = environment_of
        assert not world.publish("push").failed
        assert "handbook/index.html" in world.shown()
        assert world.publish("schedule").artifacts == {}


# What feeds and files say is never taken for a command ----------------------------------------------------

HOSTILE = ("::error::pwned", "##[error]pwned", "::set-output name=site::yes", "::add-mask::e", "::stop-commands::pwned")


def hostile_site(world: World) -> str:
    """A commit whose files say to a runner what its steps must not."""
    unknown = f"---\ntitle: {HOSTILE[0]}\ntype: company\n{HOSTILE[1]!r}: {HOSTILE[2]!r}\n---\n".encode()
    named = {"content/posts/x##[error]pwned.md": WELCOME, "content/posts/unknown.md": unknown}
    return world.repository.commit({"sources.yaml": world.feed(*HOSTILE), **named})


def test_what_feeds_and_files_say_is_no_command(world: World) -> None:
    hostile_site(world)
    run = world.publish("push")
    assert not run.failed
    assert "##[error]pwned" in run.log
    assert run.commands == []


@pytest.mark.soak
def test_without_the_first_lines_of_each_step_it_would_be(world: World) -> None:
    event = Event("push", hostile_site(world))
    open_ears = json.loads(re.sub(r'echo \\"::stop-commands::[^\\]*\\"', ":", json.dumps(PUBLISH)))
    assert open_ears != PUBLISH
    assert any(command.text.startswith("pwned") for command in world.hub.run(open_ears, event).commands)


# Reviews ---------------------------------------------------------------------------------------------

BAD = b"---\ntitle: A slip of the pen\ntype: company\nulr: https://acme.example/\npublish: 2026-01-06\n---\nText.\n"


def test_a_pull_request_with_a_bad_post_fails_with_its_line_and_still_shows_what_it_would_change(world: World) -> None:
    good = post("Coming soon", ago(days=-1))
    run = world.review({"content/posts/bad.md": BAD, "content/posts/soon.md": good})
    assert run.failed
    (told,) = (command for command in run.commands if command.name == "error")
    assert (told.properties["file"], told.properties["line"]) == ("content/posts/bad.md", "4")
    assert "'ulr'" in told.text
    assert "Coming soon" in run.jobs["check"].summary
    assert (run.artifacts["preview"] / "preview.md").read_text("utf-8") == run.jobs["check"].summary


def test_a_pull_request_that_is_fine_passes(world: World) -> None:
    run = world.review({"content/posts/soon.md": post("Soon", ago(days=-1))})
    assert not run.failed, run.log
    assert run.commands == []
    assert "Soon" in run.jobs["check"].summary


def test_a_pull_request_from_a_fork_sees_no_token_and_gives_no_commands(world: World) -> None:
    text = "\n".join(HOSTILE)
    hostile = f"---\ntitle: {HOSTILE[0]!r}\n{HOSTILE[1]!r}: {HOSTILE[2]!r}\ntype: {HOSTILE[3]!r}\n---\n{text}\n"
    names = ("content/posts/hostile.md", "content/posts/x##[error]pwned.md", "content/policy/::error::pwned.md")
    run = world.review(dict.fromkeys(names, hostile.encode()))
    assert run.failed
    assert run.commands
    assert all(command.name in ("error", "warning") and command.properties["file"] for command in run.commands)
    assert not any(command.text.startswith("pwned") for command in run.commands)
    assert not any(world.hub.token in value for step in run.steps for value in step.environment.values())
    assert not any("CONTENTS" in step.environment for step in run.steps)


# The inbox -------------------------------------------------------------------------------------------


def test_entries_under_review_become_a_branch_and_a_pull_request(world: World) -> None:
    sources = world.feed("From our blog").replace(b"lang: en}", b"lang: en, review: true}")
    world.repository.commit({"sources.yaml": sources})
    world.publish("push")
    assert "From our blog" not in world.page
    (world.hub.tools / "gh.log").unlink()
    run = world.hub.run(INBOX, Event("schedule", world.repository.newest))
    assert not run.failed, run.log
    assert "heraldry-inbox" in world.repository.branches()
    calls = (world.hub.tools / "gh.log").read_text("utf-8").splitlines()
    assert calls[0] == "auth setup-git"
    assert calls[1].startswith("pr list --head heraldry-inbox --base main --state open")
    assert calls[2].startswith("pr create --head heraldry-inbox --base main --title ")
    assert "From our blog" not in calls[2]


def test_an_inbox_with_nothing_new_asks_github_for_nothing(world: World) -> None:
    run = world.hub.run(INBOX, Event("schedule", world.repository.newest))
    assert not run.failed, run.log
    assert (world.hub.tools / "gh.log").read_text("utf-8").splitlines() == ["auth setup-git"]


# What `heraldry init` writes ---------------------------------------------------------------------------


def begun(folder: Path, *options: str) -> Repository:
    """A new site's files, all committed, less the handbook's translations to save time."""
    site = folder / "voices"
    result = CliRunner().invoke(main, ["init", str(site), *options])
    assert result.exit_code == 0, result.output
    every = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    return Repository.begun(folder / "origin", {name: path.read_bytes() for name, path in every.items()})


def test_a_new_site_is_published_by_a_push_and_its_schedule_then_rests(tmp_path: Path) -> None:
    repository = begun(tmp_path)
    publish = read(repository.clone / ".github" / "workflows" / "publish.yml")
    with at_work(tmp_path, repository) as world:
        run = world.hub.run(publish, Event("push", repository.newest))
        assert run.results == {"build": "success", "archive": "success", "deploy": "success", "alarm": "skipped"}
        assert "Our stories are now yours to tell" in world.page
        run = world.hub.run(publish, Event("schedule", repository.newest))
        assert (run.results["deploy"], run.artifacts) == ("skipped", {}), run.log
        assert "-m pip install -r requirements.txt" in (world.hub.tools / "python.log").read_text("utf-8")


@pytest.mark.soak
def test_a_new_site_reviews_and_collects(tmp_path: Path) -> None:
    repository = begun(tmp_path)
    workflows = repository.clone / ".github" / "workflows"
    with at_work(tmp_path, repository) as world:
        bad = pull_request(repository.requested({"content/posts/bad.md": BAD}))
        run = world.hub.run(read(workflows / "review.yml"), bad)
        assert [c.properties["file"] for c in run.commands if c.name == "error"] == ["content/posts/bad.md"]
        assert "preview" in run.artifacts
        inbox = world.hub.run(read(workflows / "inbox.yml"), Event("schedule", repository.newest))
        assert not inbox.failed, inbox.log


# The same on GitLab ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A project with the file that `heraldry init --forge gitlab` writes, and a small site."""
    folder = tmp_path_factory.mktemp("gitlab")
    CliRunner().invoke(main, ["init", str(folder / "voices"), "--forge", "gitlab"])
    kept = {name: (folder / "voices" / name).read_bytes() for name in (".gitlab-ci.yml", "requirements.txt")}
    return Repository.begun(folder, {**kept, "teams.yaml": TEAMS.encode(), "content/posts/welcome.md": WELCOME})


@contextmanager
def on_gitlab(folder: Path, project: Repository) -> Iterator[tuple[World, Callable[..., dict[str, gitlab.Ran]]]]:
    shutil.copytree(project.bare, folder / "voices.git", symlinks=True)
    subprocess.run(["git", "clone", "--quiet", str(folder / "voices.git"), str(folder / "clone")], check=True)
    ci = gitlab.read(folder / "clone" / ".gitlab-ci.yml")
    with at_work(folder, Repository(folder / "voices.git", folder / "clone")) as world:

        def run(source: str, commit: str = "", **variables: str) -> dict[str, gitlab.Ran]:
            given = {"CI_PIPELINE_SOURCE": source, "CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main"}
            return gitlab.pipeline(ci, world.hub, commit or world.repository.newest, {**given, **variables})

        yield world, run


def results(ran: Mapping[str, gitlab.Ran]) -> dict[str, str]:
    return {name: job.result for name, job in ran.items()}


def test_gitlab_publishes_a_push_keeps_the_archive_and_rests_when_nothing_is_due(
    tmp_path: Path, project: Repository
) -> None:
    with on_gitlab(tmp_path, project) as (world, run):
        pushed = run("push")
        good = {"build": "success", "pages": "success", "archive": "success", "alarm": "success"}
        assert results(pushed) == good, pushed["build"].log
        assert "We opened our lab" in world.page
        assert world.repository.branches() == {"main", "heraldry-archive"}
        before = world.shown()
        rested = run("schedule")
        assert results(rested) == {**good, "pages": "warning"}, rested["build"].log
        assert "nothing new to keep" in rested["archive"].log
        assert world.shown() == before
        place = pushed["archive"].place
        asked = {"text": "protocol=https\nhost=gitlab.example\n\n", "WRITE_TOKEN": "glpat-secret"}
        assert "password=glpat-secret" in git(place, "credential", "fill", **asked).splitlines()
        config = (place / ".git" / "config").read_text("utf-8")
        assert "glpat" not in config
        assert world.hub.token not in config


@pytest.mark.soak
def test_gitlab_offers_entries_under_review_in_a_merge_request(tmp_path: Path, project: Repository) -> None:
    with on_gitlab(tmp_path, project) as (world, run):
        sources = world.feed("From our blog").replace(b"lang: en}", b"lang: en, review: true}")
        world.repository.commit({"sources.yaml": sources})
        ran = run("schedule", INBOX="yes")
        assert ran["inbox"].result == "success", ran["inbox"].log
        assert "heraldry-inbox" in world.repository.branches()
        assert "From our blog" not in world.page
        options = (world.repository.bare / "push-options").read_text("utf-8").splitlines()
        create, target, title = sorted(options)
        assert (create, target) == ("merge_request.create", "merge_request.target=main")
        assert "From our blog" not in title
        tip = world.repository.tip("heraldry-inbox")
        assert run("schedule", INBOX="yes")["inbox"].result == "success"
        assert world.repository.tip("heraldry-inbox") == tip


@pytest.mark.soak
def test_gitlab_rings_when_the_site_was_not_looked_after_and_publishes_all_the_same(
    tmp_path: Path, project: Repository
) -> None:
    with on_gitlab(tmp_path, project) as (world, run):
        world.published_at(ago(days=10))
        late = run("schedule")
        assert (late["pages"].result, late["alarm"].result) == ("success", "failure")
        assert f"{ago(days=10):%Y-%m-%d}" in late["alarm"].log
        world.published_at(ago(days=10))
        assert run("schedule", WATCHDOG="off")["alarm"].result == "success"


@pytest.mark.soak
def test_gitlab_looks_ahead_without_publishing_and_publishes_in_an_emergency_without_feeds(
    tmp_path: Path, project: Repository
) -> None:
    with on_gitlab(tmp_path, project) as (world, run):
        files = {"sources.yaml": world.feed("Blog"), "content/posts/later.md": post("Much later", ago(hours=-1))}
        world.repository.commit(files)
        assert results(run("web", AT=ago(hours=-2).isoformat())) == {"look": "success"}
        assert not world.hub.published.exists()
        asked = world.asked()
        assert run("web", EMERGENCY="yes")["pages"].result == "success"
        assert world.asked() == asked
        assert "Much later" not in world.page


def test_gitlab_reviews_a_merge_request_and_shows_what_it_would_change(tmp_path: Path, project: Repository) -> None:
    with on_gitlab(tmp_path, project) as (world, run):
        base = world.repository.newest
        good = post("Coming soon", ago(days=-1))
        head = world.repository.commit(
            {"content/posts/bad.md": BAD, "content/posts/soon.md": good}, base, "refs/heads/more"
        )
        ran = run("merge_request_event", head, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
        assert results(ran) == {"review": "failure"}
        assert "content/posts/bad.md:4:1: unknown key 'ulr'" in ran["review"].log
        assert "Coming soon" in (ran["review"].place / "preview.md").read_text("utf-8")
