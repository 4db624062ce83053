"""The command line: one short function a command; errors become exit codes."""

import sys
from collections.abc import Callable
from typing import Final

import typer

from pipeline.cli.answers import identities, replay, screenshots
from pipeline.cli.database import backup, migrate, restore
from pipeline.cli.demo import demo
from pipeline.cli.doctor import doctor
from pipeline.cli.nights import backfill, run
from pipeline.cli.privacy import forget
from pipeline.cli.schedule import schedule
from pipeline.cli.single import digest, harvest, judge, load, publish, report
from pipeline.errors import ClanError
from pipeline.night import code_of

app = typer.Typer(
    help="ClanStats: a nightly report on an Old School RuneScape clan.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

COMMANDS: Final[tuple[Callable[..., None], ...]] = (
    demo, run, schedule, backfill, harvest, load, judge, report, publish, digest, identities, replay, doctor, screenshots, migrate, backup,
    restore, forget,
)  # fmt: skip
"""In the order in which --help lists them."""

for command in COMMANDS:
    app.command()(command)


def main() -> None:
    """Run a command; an error of ours is one sentence on stderr and an exit code."""
    try:
        app()
    except ClanError as error:
        typer.echo(str(error), err=True)
        sys.exit(code_of(error))
