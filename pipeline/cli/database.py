"""The commands that look after the database."""

from pathlib import Path

import typer

from pipeline import clock
from pipeline.cli.orders import Now, Output, orders
from pipeline.night import at_work, logged
from pipeline.runs import alone, prepare
from pipeline.settings import Settings
from pipeline.storage import backup as backups
from pipeline.storage import digests
from pipeline.storage.migrate import migrate as upgrade


def migrate(output: Output = None) -> None:
    """Bring the database to this version's schema."""
    settings, instant = orders(output, None)
    with at_work(settings, instant):
        typer.echo(f"{settings.database} is at this version's schema.")


def backup(now: Now = None, output: Output = None) -> None:
    """Copy the database to output/backups, and check the copy."""
    settings, instant = orders(output, now)
    with at_work(settings, instant):
        keep = backups.Keep.parse(settings.backup_keep)
        typer.echo(str(backups.backup(settings.database, settings.output_dir / "backups", instant, keep)))


def restore(file: Path, output: Output = None) -> None:
    """Put a backup in the place of the database, without whoever is forgotten; the present one is kept beside it."""
    from pipeline.forget.erasing import kept_out_of

    settings = Settings.read(output)
    with logged(settings, "-"), alone(settings.output_dir), backups.offering(settings.output_dir / "backups"):
        keep_out = kept_out_of(settings.output_dir)

        def make_fit(coming: Path) -> None:
            keep_out(coming)
            upgrade(coming)
            digests.carry(settings.database, coming)

        backups.restore(file, settings.database, make_fit)
        prepare(settings, clock.now())
    typer.echo(f"{settings.database} is what {file} was.")
