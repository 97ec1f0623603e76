"""The command line: commands, the clock, progress, exit codes. The only room that reads the clock."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from heraldry import __version__

_COMMANDS = {
    "archive": "Keep the imported entries on a branch of their own.",
    "build": "Build the site: team pages, feeds, landing pages and the handbook.",
    "check": "Say everything that is wrong, each thing with file, line and column.",
    "completion": "Print the script that completes commands in your shell.",
    "due": "Say whether anything on the published site would change now, and when the next moment is.",
    "inbox": "Offer the entries of sources under review as posts in a pull request.",
    "init": "Begin a new organisation's site in a folder.",
    "new": "Begin a post, from nothing or from a page on the web.",
    "plan": "Say what appears and what ends, when and where, and why a post is held.",
    "preview": "Say what merging a change does: which posts go live where and when, and what else differs.",
    "schema": "Write the JSON Schemas by which editors complete and check files.",
    "serve": "Show the site in a browser and rebuild it whenever a file changes.",
    "sources": "Say how each source fares: its state, since when, the last success and the next try.",
    "watchdog": "Bark when the published site was not checked for longer than the programme allows.",
}


class _Commands(click.Group):
    """Each command is imported when it is called: `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: Any = getattr(import_module(f"heraldry.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name]) for name in sorted(_COMMANDS)])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        from heraldry.problems import did_you_mean

        if args and args[0] not in _COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            ctx.fail(f"there is no command '{args[0]}': {did_you_mean(args[0], sorted(_COMMANDS))}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="heraldry")
def main() -> None:
    """Employee advocacy without a server: posts and feeds in, one share page per team out.

    \b
    Begin:    heraldry init voices && cd voices && heraldry serve
    Write:    heraldry new post "We opened our Ankara lab"
    Check:    heraldry check
    Publish:  heraldry build

    Data goes to standard output, talk to standard error. Exit codes: 0 fine, 1 problems, 2 wrong usage,
    75 another build is running.
    """
