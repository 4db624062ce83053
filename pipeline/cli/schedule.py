"""The command that lives on, and has every night lived."""

from typing import Annotated

import typer

from pipeline import clock
from pipeline.cli.orders import Output, logged
from pipeline.prefects import keep_server_to
from pipeline.settings import Settings


def schedule(
    cron: Annotated[str, typer.Option(help="When nights are due: minute, hour, day, month, weekday.")] = "0 4 * * *",
    timezone: Annotated[str | None, typer.Option(help="The zone of the cron; else the clan's.")] = None,
    output: Output = None,
    day_lasts: Annotated[
        float | None, typer.Option(hidden=True, min=1, help="For tests: a day in so many seconds.")
    ] = None,
    days_since: Annotated[str | None, typer.Option(hidden=True, help="For tests: when fast days began.")] = None,
) -> None:
    """Every night, until it is ended: serves the night on a cron through a local Prefect server."""
    settings = Settings.read(output)
    keep_server_to(settings.output_dir)
    from flows.keeper import Stop, keep, only_one
    from flows.timetable import Pace, Timetable

    began = clock.now() if days_since is None else clock.parse(days_since)
    pace = Pace() if day_lasts is None else Pace(day_lasts, began)
    timetable = Timetable.read(cron, timezone or settings.policy().clan.time_zone, pace)
    stop = Stop()
    with only_one(settings.output_dir), logged(settings, "-"):
        keep(settings.output_dir, timetable, stop)
