"""Problems as lines, as JSON and as GitHub annotations; what files hold never passes for our own words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from site_text import write_site

from heraldry.cli import main, report
from heraldry.problems import Level, Position, Problem

PLAIN = Problem(Position("content/posts/lab.md", 3, 1), "unknown key 'ulr'", "did you mean 'url'?")
WARNING = Problem(Position("teams.yaml", 2, 5), "unknown post 'lap'", level=Level.WARNING)
HOSTILE = "bad\r\n::error file=x::owned\x1b[31m\x9b2J\u2028\u202e100%"


def test_a_problem_is_a_place_a_message_and_a_hint() -> None:
    assert report.lines(PLAIN) == "content/posts/lab.md:3:1: unknown key 'ulr'\n  hint: did you mean 'url'?"


def test_a_warning_says_that_it_is_one_and_no_hint_is_no_line() -> None:
    assert report.lines(WARNING) == "teams.yaml:2:5: warning: unknown post 'lap'"


def test_a_line_stays_one_line_whatever_a_file_holds() -> None:
    first, hint = report.lines(Problem(PLAIN.at, HOSTILE, HOSTILE)).split("\n")
    for line in (first, hint):
        assert line.isprintable()
        assert line.splitlines() == [line]
    assert hint.startswith("  hint: bad  ::error")


def test_a_line_stays_one_line_whatever_a_file_is_called() -> None:
    said = report.lines(Problem(Position("content/posts/a\n::error::b\x1b[31m.md"), "empty"))
    assert said.isprintable()


def test_problems_come_by_file_and_line_each_once() -> None:
    late = Problem(Position("content/posts/lab.md", 10, 1), "a")
    assert report.ordered([WARNING, late, PLAIN, WARNING]) == [PLAIN, late, WARNING]


def test_json_is_version_1_and_keeps_every_character() -> None:
    said = json.loads(report.document([PLAIN, Problem(WARNING.at, HOSTILE, level=Level.WARNING)]))
    assert said == {
        "version": 1,
        "problems": [
            {
                "path": "content/posts/lab.md",
                "line": 3,
                "column": 1,
                "level": "error",
                "message": "unknown key 'ulr'",
                "hint": "did you mean 'url'?",
            },
            {"path": "teams.yaml", "line": 2, "column": 5, "level": "warning", "message": HOSTILE, "hint": ""},
        ],
    }


def test_nothing_wrong_is_an_empty_list() -> None:
    assert json.loads(report.document([])) == {"version": 1, "problems": []}


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (PLAIN, "::error file=content/posts/lab.md,line=3,col=1::unknown key 'ulr' – did you mean 'url'?"),
        (WARNING, "::warning file=teams.yaml,line=2,col=5::unknown post 'lap'"),
        (Problem(Position("a,b:c%.md"), "50%, ok: yes"), "::error file=a%2Cb%3Ac%25.md,line=1,col=1::50%25, ok: yes"),
        (
            Problem(Position("a.md"), "x\r\n::error::y", "z\nw"),
            "::error file=a.md,line=1,col=1::x%0D%0A::error::y – z%0Aw",
        ),
        (Problem(Position("a\n::error::b.md"), "x"), "::error file=a%0A%3A%3Aerror%3A%3Ab.md,line=1,col=1::x"),
    ],
)
def test_an_annotation_is_one_line_with_everything_escaped(problem: Problem, line: str) -> None:
    assert report.annotation(problem) == line


@pytest.mark.parametrize(
    ("problems", "said"),
    [
        ([], "0 errors, 0 warnings"),
        ([PLAIN], "1 error, 0 warnings"),
        ([PLAIN, PLAIN, WARNING], "2 errors, 1 warning"),
    ],
)
def test_the_summary_counts(problems: list[Problem], said: str) -> None:
    assert report.summary(problems) == said


INJECTING = """\
=== content/posts/lab.md ===
---
title: x
type: "company\\r\\n::error file=teams.yaml,line=1::owned\\e[31m"
"a\\n::set-output name=x::y": b
---
=== content/posts/fine.md ===
---
title: x
type: company
---
"""


@pytest.mark.parametrize("option", ["--github", "--json", ""])
def test_a_file_cannot_write_lines_of_its_own_into_a_log(tmp_path: Path, option: str) -> None:
    write_site(tmp_path, INJECTING)
    result = CliRunner().invoke(main, ["check", "-C", str(tmp_path), *([option] if option else [])])
    assert result.exit_code == 1
    said = result.output.splitlines()
    assert "\x1b" not in result.output
    assert not [line for line in said if line.strip().startswith(("::error file=teams", "::set-output"))]
    assert sum("owned" in line for line in said) == 1


def test_annotations_go_to_standard_output_and_the_summary_beside_it(tmp_path: Path) -> None:
    write_site(tmp_path, INJECTING)
    result = CliRunner().invoke(main, ["check", "--github", "-C", str(tmp_path)])
    assert [line.split(",")[0] for line in result.stdout.splitlines()] == ["::error file=content/posts/lab.md"] * 2
    assert result.stderr == "2 errors, 0 warnings\n"


def test_nothing_wrong_says_so(tmp_path: Path) -> None:
    write_site(tmp_path, "")
    result = CliRunner().invoke(main, ["check", "-C", str(tmp_path)])
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "nothing is wrong\n")
