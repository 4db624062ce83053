"""The command line: one short function a command; errors become exit codes."""

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final

import typer

from pipeline.errors import ClanError

COMMANDS: Final[Mapping[str, str]] = {
    "demo": "demo",
    "run": "nights",
    "schedule": "schedule",
    "backfill": "nights",
    "harvest": "single",
    "load": "single",
    "judge": "single",
    "report": "single",
    "publish": "single",
    "digest": "single",
    "identities": "answers",
    "replay": "answers",
    "doctor": "doctor",
    "screenshots": "answers",
    "migrate": "database",
    "backup": "database",
    "restore": "database",
    "forget": "privacy",
}
"""The module of each command, in the order in which --help lists them."""


def app(words: Sequence[str]) -> typer.Typer:
    """What answers to *words*: with the command that they name, else with all of them, which take a second to import."""
    asked = [name for name in words[:1] if name in COMMANDS] or list(COMMANDS)
    line = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    line.callback()(clanstats)
    for name in asked:
        line.command(name)(getattr(import_module(f"pipeline.cli.{COMMANDS[name]}"), name))
    return line


def clanstats() -> None:
    """ClanStats: a nightly report on an Old School RuneScape clan."""


def main() -> None:
    """Run a command; an error of ours is one sentence on stderr and an exit code."""
    try:
        app(sys.argv[1:])()
    except ClanError as error:
        from pipeline.night import code_of

        typer.echo(str(error), err=True)
        sys.exit(code_of(error))
