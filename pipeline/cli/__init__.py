"""The command line: one short function a command; errors become exit codes."""

import logging
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final

import typer

from pipeline.errors import ClanError, Unforeseen

log = logging.getLogger(__name__)

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
    """Run a command; an error is one sentence on stderr and an exit code."""
    try:
        app(sys.argv[1:])()
    except Exception as error:  # noqa: BLE001 - nobody is served by a traceback, and secrets may stand in one
        from pipeline.night import code_of

        said = error if isinstance(error, ClanError) else _kept(error)
        typer.echo(str(said), err=True)
        sys.exit(code_of(said))


def _kept(error: Exception) -> ClanError:
    """What nobody foresaw, as a sentence that names where its details are: by now no log is open any more."""
    from pipeline.log import aside, veil_of
    from pipeline.settings import Settings

    secrets = Settings.survey().secrets
    with aside("clanstats-", secrets) as file:
        log.error("The command broke off", exc_info=error)
    return Unforeseen(veil_of(secrets)(str(Unforeseen.of(error, file))))
