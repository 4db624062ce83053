"""Half-open windows of whole UTC days, the same that Wise Old Man is asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

DAY: Final = timedelta(days=1)
TICK: Final = timedelta(milliseconds=1)
"""The finest step of an instant: WOM speaks, and the database keeps, milliseconds."""

WINDOW_DAYS: Final = {"7d": 7, "30d": 30, "90d": 90, "365d": 365}


@dataclass(frozen=True, slots=True)
class Window:
    """`since` is inside, `until` is not. Both aware, UTC."""

    since: datetime
    until: datetime

    @property
    def last(self) -> datetime:
        """The last instant inside: WOM's `endDate`, since both of its ends are inclusive."""
        return self.until - TICK

    @property
    def days(self) -> int:
        """Length in whole days."""
        return (self.until - self.since).days

    def __contains__(self, at: datetime) -> bool:
        return self.since <= at < self.until

    def before(self) -> "Window":
        """The window of the same length that ends where this one begins."""
        return Window(self.since - (self.until - self.since), self.since)


def midnight(instant: datetime) -> datetime:
    """The last UTC midnight at or before *instant*."""
    return datetime.combine(instant.astimezone(UTC).date(), time(), UTC)


def windows(now: datetime) -> dict[str, Window]:
    """The four standard windows: whole days that end at the last UTC midnight at or before *now*."""
    until = midnight(now)
    return {key: Window(until - timedelta(days=days), until) for key, days in WINDOW_DAYS.items()}


def utc_day(day: date) -> Window:
    """The UTC day *day*."""
    since = datetime.combine(day, time(), UTC)
    return Window(since, since + DAY)


def finished_days(since: date, now: datetime) -> Iterator[date]:
    """UTC days from *since* on that are over at *now*, oldest first."""
    day = since
    while utc_day(day).until <= now:
        yield day
        day += DAY
