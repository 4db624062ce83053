"""What commands share: how orders are read, the folder that is ours alone, and how an end becomes an exit code."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from pipeline import clock, log
from pipeline.errors import ClanError, ConfigError, Denied
from pipeline.outcome import StageOutcome
from pipeline.runs import Busy, alone, prepare
from pipeline.settings import Settings
from pipeline.storage.backup import offering

FAILED: Final = 1
WRONG: Final = 2
INCOMPLETE: Final = 3
BUSY: Final = 4

Output = Annotated[Path | None, typer.Option("--output", help="Folder to write to; else OUTPUT_DIR, else output.")]
Now = Annotated[str | None, typer.Option("--now", help="The instant of the run, such as 2026-11-21T03:00:00Z.")]


class Source(StrEnum):
    """Where history comes from."""

    WOM = "wom"
    DISCORD = "discord"


class Harvested(StrEnum):
    """What landings are made of: the sources, and what officers wrote into the workbook."""

    WOM = "wom"
    DISCORD = "discord"
    WORKBOOK = "workbook"


def code_of(error: ClanError) -> int:
    """The exit code that *error* stands for."""
    if isinstance(error, Busy):
        return BUSY
    return WRONG if isinstance(error, ConfigError | Denied) else FAILED


def orders(output: Path | None, now: str | None) -> tuple[Settings, datetime]:
    """Settings and instant of a command."""
    return Settings.read(output), clock.now() if now is None else clock.parse(now)


@contextmanager
def at_work(settings: Settings, instant: datetime) -> Iterator[None]:
    """Have the output folder to ourselves, with the log open and the database at this version's schema."""
    with logged(settings, "-"), alone(settings.output_dir), offering(settings.output_dir / "backups"):
        prepare(settings, instant)
        yield


@contextmanager
def logged(settings: Settings, run_id: str) -> Iterator[None]:
    """Have the log open; a folder that cannot be written is a ConfigError."""
    try:
        log.start(settings.output_dir, run_id, settings.secrets())
    except OSError as error:
        raise ConfigError(f"OUTPUT_DIR {settings.output_dir} cannot be written: {error.strerror}.") from error
    try:
        yield
    finally:
        log.stop()


def insist_on_a_token(settings: Settings, source: str | None) -> None:
    """A ConfigError if Discord is to be asked and cannot be."""
    if source == Source.DISCORD and not settings.reads_discord:
        raise ConfigError("DISCORD_TOKEN is not set: write the bot's token into .env (README, Discord).")


def tell(outcome: StageOutcome) -> None:
    """Say how a stage ended, and end with its exit code."""
    if outcome.succeeded:
        typer.echo(f"{outcome.name}: {outcome.error or 'done'}")
        raise typer.Exit(0 if outcome.state == "done" else INCOMPLETE)
    typer.echo(outcome.error, err=True)
    raise typer.Exit(WRONG if outcome.needs_a_setting else FAILED)
