"""The command that lives on, and has every night lived."""

from typing import Annotated, Final

import typer

from pipeline import clock
from pipeline.cli.orders import Output
from pipeline.errors import ClanError
from pipeline.night import code_of, logged
from pipeline.prefects import keep_server_to
from pipeline.runs import SCHEDULE_LOCK, alone, give_up
from pipeline.settings import Settings

ANOTHER: Final = "Another schedule is at work in {output}; end it first, or leave it to its work."


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
    legible = Settings.survey(output).settings
    try:
        settings = Settings.read(output)
        zone = timezone or settings.policy().clan.time_zone
    except ClanError as error:
        # What starts this with the computer shows nobody what it says before it ends.
        give_up(legible, clock.now(), error, code_of(error))
        raise
    with alone(settings.output_dir, SCHEDULE_LOCK, ANOTHER):
        _keep(settings, cron, zone, day_lasts, days_since)


def _keep(settings: Settings, cron: str, zone: str, day_lasts: float | None, days_since: str | None) -> None:
    keep_server_to(settings.output_dir)
    from flows.keeper import Stop, keep
    from flows.pace import TRUE, Pace
    from flows.timetable import Timetable

    began = clock.now() if days_since is None else clock.parse(days_since)
    pace = TRUE if day_lasts is None else Pace(day_lasts, began)
    timetable = Timetable.read(cron, zone, pace)
    stop = Stop()
    with logged(settings, "-"):
        keep(settings.output_dir, timetable, stop)
