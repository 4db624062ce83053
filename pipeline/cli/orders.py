"""What commands share: how orders are read, the folder that is ours alone, and how an end becomes an exit code."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline import clock
from pipeline.errors import ConfigError
from pipeline.night import FAILED, INCOMPLETE, WRONG
from pipeline.outcome import StageOutcome
from pipeline.settings import Settings

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


def orders(output: Path | None, now: str | None) -> tuple[Settings, datetime]:
    """Settings and instant of a command."""
    return Settings.read(output), clock.now() if now is None else clock.parse(now)


def insist_on_a_token(settings: Settings, source: str | None) -> None:
    """A ConfigError if Discord is to be asked and cannot be."""
    if source == Source.DISCORD and not settings.reads_discord:
        raise ConfigError("DISCORD_TOKEN is not set: write the bot's token into .env (README, Discord).")


def insist_on_a_webhook(settings: Settings) -> None:
    """A ConfigError if a digest is to be sent and there is nowhere to send it."""
    if settings.digest_webhook_url is None:
        raise ConfigError(
            "DIGEST_WEBHOOK_URL is not set: write a webhook's address into .env (Discord: channel settings, Integrations)."
        )


def tell(outcome: StageOutcome) -> None:
    """Say how a stage ended, and end with its exit code."""
    if outcome.succeeded:
        typer.echo(f"{outcome.name}: {outcome.error or outcome.note or 'done'}")
        raise typer.Exit(0 if outcome.state == "done" else INCOMPLETE)
    typer.echo(outcome.error, err=True)
    raise typer.Exit(WRONG if outcome.needs_a_setting else FAILED)
