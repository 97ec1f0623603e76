"""`heraldry completion`: the script of each shell, tried in a real one where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from heraldry.cli import main

BASH = shutil.which("bash")
SHELLS = {"bash": "complete", "zsh": "compdef", "fish": "complete --no-files"}

needs_bash = pytest.mark.skipif(BASH is None or sys.platform == "win32", reason="no bash that knows our paths")


def script(*arguments: str, shell: str = "") -> str:
    result = CliRunner().invoke(main, ["completion", *arguments], env={"SHELL": shell})
    assert result.exit_code == 0, result.output
    return result.stdout


def completed(*typed: str) -> list[str]:
    """What bash offers after `heraldry` and these words, the last of which is being typed."""
    assert BASH
    words = " ".join(f"'{word}'" for word in ("heraldry", *typed))
    asked = f"{script('bash')}\nCOMP_WORDS=({words}); COMP_CWORD={len(typed)}\n_heraldry_completion heraldry\n"
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = [BASH, "-c", asked + 'printf "%s\\n" "${COMPREPLY[@]}"']
    result = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PATH": path})
    assert "Traceback" not in result.stderr
    return result.stdout.split()


@needs_bash
def test_bash_reads_the_script_without_a_complaint() -> None:
    assert BASH
    result = subprocess.run([BASH, "-n"], input=script("bash"), capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


@needs_bash
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["bu"], ["build"]),
        (["new", ""], ["page", "post"]),
        (["build", "--str"], ["--strict"]),
        (["new", "post", "Lab", "--typ"], ["--type"]),
        (["new", "post", "Lab", "--type", "emp"], ["employee"]),
        (["new", "https://acme.example/lab", "--allow"], ["--allow-private"]),
        (["completion", "f"], ["fish"]),
    ],
)
def test_bash_offers_what_fits(typed: list[str], offered: list[str]) -> None:
    assert completed(*typed) == offered


@pytest.mark.parametrize(("shell", "mark"), SHELLS.items())
def test_each_shell_has_its_script(shell: str, mark: str) -> None:
    assert mark in script(shell)
    assert "_HERALDRY_COMPLETE" in script(shell)


@pytest.mark.parametrize("shell", SHELLS)
def test_without_a_name_it_is_for_the_shell_one_is_in(shell: str) -> None:
    assert script(shell=f"/usr/local/bin/{shell}") == script(shell)


@pytest.mark.parametrize("shell", ["", "/bin/tcsh", "pwsh"])
def test_a_shell_that_is_not_known_has_to_be_named(shell: str) -> None:
    result = CliRunner().invoke(main, ["completion"], env={"SHELL": shell})
    assert result.exit_code == 2
    assert "bash, zsh or fish" in result.stderr
