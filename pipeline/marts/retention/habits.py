"""Each person's days: on which they moved in the game, and on which they wrote."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from pipeline.marts.advice_model import Soul

Points = Sequence[tuple[date, int]]


@dataclass(frozen=True, slots=True)
class Habit:
    """A person's days. `gained` and `wrote` are amounts by day; None: that half of them is not known.

    From `gained_until` and `wrote_until` on, where they are not None, nobody looked or listened: an empty day there tells nothing.
    """

    who: Soul
    gained: Mapping[date, int] | None
    wrote: Mapping[date, int] | None
    gained_until: date | None = None
    wrote_until: date | None = None

    @property
    def days(self) -> list[date]:
        """Days with any sign of life, in order."""
        return sorted({*(self.gained or ()), *(self.wrote or ())})


def gained_by_day(series: Sequence[Points]) -> dict[date, int]:
    """What a person's accounts gained, by the day on which a look saw it; a rollback is no gain."""
    days: dict[date, int] = {}
    for points in series:
        for (_, before), (day, value) in pairwise(points):
            if value > before:
                days[day] = days.get(day, 0) + value - before
    return days


def within(days: Mapping[date, int], since: date, until: date) -> tuple[int, int]:
    """On how many days of [*since*, *until*) there was something, and how much."""
    inside = [amount for day, amount in days.items() if since <= day < until]
    return len(inside), sum(inside)


def away_before(days: Sequence[date], since: date) -> tuple[int, date] | None:
    """The longest silence that ended on or after *since*: its days, and the day it ended. None if none did."""
    found = [
        ((day - days[place - 1]).days, day)
        for place, day in enumerate(days)
        if place and place >= bisect_left(days, since)
    ]
    return max(found, default=None)


def ago(today: date, days: int) -> date:
    """The date so many days before *today*."""
    return today - timedelta(days=days)
