"""`heraldry init`: a new organisation's site, which builds at once and is the organisation's own."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from test_workflows import zizmor

from heraldry import __version__, pipeline
from heraldry.cli import main, options
from heraldry.cli.init import FORGES as OFFERED
from heraldry.pages.text import words
from heraldry.schemas import schemas
from heraldry.starting import FORGES, GITLAB, Wishes, files, looseness, requirement
from heraldry.teams import read_teams

STARTER = Path(__file__).parents[1] / "heraldry" / "starter"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _the_clock_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "clock", lambda: NOW)


def init(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["init", str(folder), *arguments])


def heraldry(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A command as a person runs it, by the clock of the day."""
    command = [sys.executable, "-m", "heraldry", *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def listed(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_new_site_checks_and_builds_with_its_handbook_and_nothing_is_said_to_be_wrong(tmp_path: Path) -> None:
    site = tmp_path / "voices"
    assert heraldry("init", str(site), "--organisation", "Öz & Söhne").returncode == 0
    checked = heraldry("check", "-C", str(site))
    assert (checked.returncode, checked.stderr) == (0, "nothing is wrong\n")
    built = heraldry("build", "-C", str(site))
    assert built.returncode == 0
    assert built.stderr.endswith(f" files in {site / 'site'}\n")
    assert built.stderr.count("\n") == 1
    page = (site / "site" / "everyone" / "index.html").read_text("utf-8")
    assert "Our stories are now yours to tell" in page
    assert "I work at Öz &amp; Söhne." in page
    assert "An alt decision tree" in page
    for edition in ("", "tr/", "ko/"):
        assert (site / "site" / "handbook" / edition / "policy" / "index.html").is_file()
    assert "Öz &amp; Söhne" in (site / "site/handbook/policy/index.html").read_text("utf-8")


def test_a_site_that_begins_years_later_is_as_fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later = datetime(2031, 3, 1, 0, 30, tzinfo=UTC)
    monkeypatch.setattr(options, "clock", lambda: later)
    assert init(tmp_path / "voices").exit_code == 0
    outcome = pipeline.build(pipeline.Order(tmp_path / "voices", tmp_path / "site", later), {})
    assert outcome.problems == ()
    page = (tmp_path / "site/everyone/index.html").read_text("utf-8")
    assert "Our stories are now yours to tell" in page
    assert "An alt decision tree" in page


def test_its_workflows_pass_the_strictest_reading(tmp_path: Path) -> None:
    init(tmp_path / "voices", "--timezone", "Asia/Seoul")
    result = zizmor(tmp_path / "voices")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "timezone: Asia/Seoul" in (tmp_path / "voices/.github/workflows/publish.yml").read_text("utf-8")


def test_every_file_of_the_starter_is_there_under_its_name_with_the_schemas(tmp_path: Path) -> None:
    init(tmp_path / "voices")
    others = {path for path in listed(STARTER) if path.startswith("dot-gitlab")}
    expected = {path.replace("dot-", ".") for path in listed(STARTER) - others} | set(schemas())
    assert others
    assert listed(tmp_path / "voices") == expected
    assert {".gitignore", ".github/CODEOWNERS", ".github/workflows/publish.yml"} < expected
    for path, body in schemas().items():
        assert (tmp_path / "voices" / path).read_bytes() == body


def test_a_site_on_gitlab_has_gitlabs_files_alone_and_says_so(tmp_path: Path) -> None:
    init(tmp_path / "voices", "--forge", "gitlab", "--url", "https://news.acme.example/", "--organisation", "Öz")
    there = listed(tmp_path / "voices")
    assert {".gitlab-ci.yml", ".gitlab/CODEOWNERS", ".gitignore", "teams.yaml"} < there
    assert not any(path.startswith(".github") for path in there)
    readme = (tmp_path / "voices" / "README.md").read_text("utf-8")
    assert "`.gitlab-ci.yml`" in readme
    assert re.search(r"github|Actions", readme, re.IGNORECASE) is None
    assert "heraldry watchdog https://news.acme.example/" in (tmp_path / "voices/.gitlab-ci.yml").read_text("utf-8")


def test_the_starters_readme_says_what_gitlab_has_in_the_place_of() -> None:
    readme = (STARTER / "README.md").read_text("utf-8")
    assert all(readme.count(github) == 1 for github in GITLAB)
    assert OFFERED == FORGES


def test_another_forge_is_no_forge(tmp_path: Path) -> None:
    result = init(tmp_path / "voices", "--forge", "sourceforge")
    assert result.exit_code == 2
    assert not (tmp_path / "voices").exists()


def test_each_site_has_a_salt_of_its_own(tmp_path: Path) -> None:
    salts = set()
    for name in ("one", "two"):
        init(tmp_path / name)
        organisation = read_teams((tmp_path / name / "teams.yaml").read_bytes()).value
        assert organisation
        salts.add(organisation.programme.pilot_salt)
    assert len(salts) == 2
    assert all(salt and len(salt) >= 24 for salt in salts)


def test_no_git_command_is_run_and_the_next_steps_say_so(tmp_path: Path) -> None:
    result = init(tmp_path / "voices")
    assert not (tmp_path / "voices" / ".git").exists()
    assert result.stdout == ""
    for step in ("heraldry serve", "git init", "nothing was committed", "README.md", "teams.yaml"):
        assert step in result.stderr


# Where it may begin ---------------------------------------------------------------------------------


def test_a_folder_that_holds_a_file_is_refused_by_name_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    result = init(tmp_path)
    assert result.exit_code == 2
    assert "'thesis.tex'" in result.stderr
    assert listed(tmp_path) == {"thesis.tex"}


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "voices").write_text("")
    assert init(tmp_path / "voices").exit_code == 2


@pytest.mark.parametrize("name", ["", "new", "new/and/deep", "with blank"])
def test_an_empty_or_new_folder_will_do(name: str, tmp_path: Path) -> None:
    assert init(tmp_path / name).exit_code == 0
    assert (tmp_path / name / "teams.yaml").is_file()


def test_a_fresh_clone_of_an_empty_repository_will_do(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    assert init(tmp_path).exit_code == 0
    assert (tmp_path / ".git" / "HEAD").read_text() == "ref: refs/heads/main\n"


# The pinned Heraldry --------------------------------------------------------------------------------


def test_the_workflows_install_this_version_unless_another_is_named(tmp_path: Path) -> None:
    init(tmp_path / "voices")
    assert (tmp_path / "voices" / "requirements.txt").read_text("utf-8").splitlines()[-1] == f"heraldry=={__version__}"


@pytest.mark.parametrize(
    "line",
    [
        "heraldry==1.2.0",
        f"heraldry @ git+https://github.com/acme/heraldry@{COMMIT}",
        f"heraldry@git+ssh://git@github.com/acme/heraldry.git@{COMMIT}#egg=heraldry",
        "Heraldry===1.2.0",
        f"heraldry @ https://packages.acme.example/heraldry-1.2.0.whl#sha256={'0' * 64}",
    ],
)
def test_a_pinned_requirement_is_written_as_it_stands_without_a_warning(line: str, tmp_path: Path) -> None:
    result = init(tmp_path, "--from", line)
    assert result.exit_code == 0
    assert "warning" not in result.stderr
    written = (tmp_path / "requirements.txt").read_text("utf-8")
    assert written.splitlines()[-1] == line
    assert "@HERALDRY@" not in written


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("heraldry", "no exact version"),
        ("heraldry>=1", "no exact version"),
        ("heraldry==1.*", "no exact version"),
        ("heraldry @ git+https://github.com/acme/heraldry", "full commit"),
        ("heraldry @ git+https://github.com/acme/heraldry@main", "full commit"),
        (f"heraldry @ git+https://github.com/acme/heraldry@{COMMIT[:12]}", "full commit"),
        (f"heraldry @ git+https://github.com/acme/heraldry@{COMMIT}-not", "full commit"),
        (f"heraldry @ git+https://x.example/@{COMMIT}/heraldry", "full commit"),
        ("heraldry @ https://packages.acme.example/heraldry-1.2.0.whl", "sha256"),
        ("heraldry @ file:///home/me/heraldry", "this machine"),
    ],
)
def test_a_loose_requirement_is_written_with_a_warning(line: str, why: str, tmp_path: Path) -> None:
    result = init(tmp_path, "--from", line)
    assert result.exit_code == 0
    assert why in looseness(requirement(line))
    assert f"warning: --from '{line}'" in result.stderr
    assert (tmp_path / "requirements.txt").read_text("utf-8").splitlines()[-1] == line


@pytest.mark.parametrize(
    "line",
    [
        "heraldry==1.2.0\n--index-url https://evil.example",
        "heraldry==1.2.0\revil",
        "heraldry==1.2.0\u2028evil",
        "heraldry==1.2.0\x0bevil",
        "--index-url https://evil.example",
        "-r other.txt",
        "evil==1.2.0",
        "heraldry 1.2.0",
        "heraldry==1.2.0 # newest",
        "./heraldry",
        "git+https://github.com/acme/heraldry",
        "",
    ],
)
def test_what_is_no_requirement_of_heraldry_is_refused_and_nothing_is_written(line: str, tmp_path: Path) -> None:
    result = init(tmp_path / "voices", "--from", line)
    assert result.exit_code == 2
    assert "--from: " in result.stderr
    assert not (tmp_path / "voices").exists()


# In its own name ------------------------------------------------------------------------------------

NAMES = [
    "Acme",
    "Öz & Söhne",
    "Yes",
    "1. FC Köln",
    "#1: the 'best' \"shop\"",
    "한국전력",
    "<b>Bold</b> & *starry* _names_ [x](y)",
    "back\\slash {x} `y` ~~z~~",
    "- dash",
    "AT&amp;T",
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_reads_back_as_it_was_given(name: str, tmp_path: Path) -> None:
    assert init(tmp_path, "--organisation", name).exit_code == 0
    read = read_teams((tmp_path / "teams.yaml").read_bytes())
    assert read.problems == ()
    assert read.value
    programme = read.value.programme
    assert (programme.organisation, programme.name) == (name, f"{name} Voices")
    assert programme.disclosure == {
        "en": f"I work at {name}.",
        "tr": f"{name} çalışanıyım.",
        "ko": f"저는 {name} 직원입니다.",
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_policy_shows_any_name_as_it_was_given(name: str, tmp_path: Path) -> None:
    init(tmp_path, "--organisation", name)
    policy = (tmp_path / "content/policy/social-media.md").read_text("utf-8").split("---\n", 2)[2]
    assert f'such as "I work at {name}."' in words(policy)


def test_the_programme_may_have_a_name_and_an_address_of_its_own(tmp_path: Path) -> None:
    init(tmp_path, "--organisation", "Ülker", "--name", "Söz bizde", "--url", "https://soz.example/a/b")
    read = read_teams((tmp_path / "teams.yaml").read_bytes())
    assert read.value
    programme = read.value.programme
    assert (programme.name, programme.organisation) == ("Söz bizde", "Ülker")
    assert programme.url == "https://soz.example/a/b/"
    assert (tmp_path / "README.md").read_text("utf-8").startswith("# Söz bizde\n")


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("--organisation", "two\nlines"),
        ("--organisation", " "),
        ("--organisation", "x" * 61),
        ("--name", "bell\x07"),
        ("--url", "voices.example"),
        ("--url", "https://voices.example/?x=1"),
        ("--timezone", "Europe/Istambul"),
        ("--timezone", "../../etc/passwd"),
    ],
)
def test_what_no_site_can_be_called_is_refused_and_nothing_is_written(option: str, text: str, tmp_path: Path) -> None:
    result = init(tmp_path / "voices", option, text)
    assert result.exit_code == 2
    assert f"{option}: " in result.stderr
    assert not (tmp_path / "voices").exists()


def test_a_near_miss_of_a_time_zone_is_named(tmp_path: Path) -> None:
    assert "did you mean 'Europe/Istanbul'?" in init(tmp_path, "--timezone", "Europe/Istambul").stderr


def test_the_first_post_is_out_in_every_time_zone_and_the_policy_begins_today() -> None:
    starter = {path: (STARTER / path).read_bytes() for path in listed(STARTER)}
    wishes = Wishes("heraldry==1", "V", "O", "https://v.example/", "Asia/Seoul", "salt", date(2028, 2, 29))
    made = files(starter, wishes)
    assert "publish: 2028-02-28 09:00" in made["content/posts/welcome.md"].decode()
    for lang in ("", ".tr", ".ko"):
        policy = made[f"content/policy/social-media{lang}.md"].decode()
        assert "effective: 2028-02-29\n" in policy
        assert "review_by: 2029-02-27\n" in policy
