"""When nights are due: the cron and its zone, read by Prefect's own rules, so that what we say and what it does agree.

A night in a local time that a change of the clocks leaves out, or has twice, still comes once: Prefect's cron counts the
dates of the zone. For tests, days can go by faster.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from prefect.schedules import Cron, Interval, Schedule
from prefect.server.schemas.schedules import CronSchedule
from pydantic import ValidationError

from flows.pace import ORIGIN, TRUE, Pace
from pipeline.errors import ConfigError

LONGEST: Final = timedelta(days=4 * 366)
"""No cron that names a time at all waits longer for the next."""

EXAMPLE: Final = "'0 4 * * *' for every night at four"


@dataclass(frozen=True, slots=True)
class Timetable:
    """The instants at which a night is due."""

    cron: str
    zone: str
    pace: Pace = TRUE

    @classmethod
    def read(cls, cron: str, zone: str, pace: Pace = TRUE) -> "Timetable":
        """The timetable of the options; one that names no time is a ConfigError."""
        if zone not in available_timezones():
            raise ConfigError(f"--timezone {zone!r} is not a time zone; write one such as Europe/Berlin.")
        table = cls(cron, zone, pace)
        try:
            table.after(ORIGIN)
        except (ValidationError, ValueError) as error:
            raise ConfigError(f"--cron {cron!r} names no time; write such as {EXAMPLE}.") from error
        return table

    @property
    def tz(self) -> ZoneInfo:
        """The zone that the cron counts in."""
        return ZoneInfo(self.zone)

    def after(self, instant: datetime) -> datetime:
        """The first time later than *instant* that the cron names."""
        schedule = CronSchedule(cron=self.cron, timezone=self.zone)
        # On the day of a change of the clocks Prefect's first answer can lie before the question.
        dates = asyncio.run(schedule.get_dates(3, start=instant))
        return next(at for at in (date.astimezone(UTC) for date in dates) if at > instant)

    def last(self, instant: datetime) -> datetime | None:
        """The last time up to *instant* that the cron names; None if it named none for years. Prefect only looks ahead."""
        back = timedelta(hours=1)
        while (at := self.after(instant - back)) > instant:
            if back > LONGEST:
                return None
            back *= 2
        while (later := self.after(at)) <= instant:
            at = later
        return at

    def schedule(self, real: datetime) -> Schedule:
        """The same for Prefect, as of *real*; fast days come at even distances."""
        if self.pace.is_true:
            return Cron(self.cron, timezone=self.zone)
        first = self.pace.real(self.after(self.pace.instant(real)))
        return Interval(self.pace.lasts(timedelta(days=1)), anchor_date=first)
