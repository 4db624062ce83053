"""What is coming, on the page To do: milestones ahead, each with the stretch of time in which it is likely."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.marts.advice_model import Upcoming
from pipeline.marts.model import Marts
from pipeline.marts.wording import Calendar
from pipeline.outputs.advice_words import past_forecasts
from pipeline.outputs.dashboard.advice_who import Souls
from pipeline.outputs.dashboard.who import Who

UPCOMING: Final = 15


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a forecast lies between tonight (0) and the end of the scale (100)."""

    low: int
    mid: int
    width: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Ahead:
    """A milestone ahead, in words and as a stretch."""

    who: Who
    title: str
    around: str
    likely: str
    stretch: Stretch


@dataclass(frozen=True, slots=True)
class Coming:
    """What is coming, how many more there are, where the scale ends, and how such forecasts fared."""

    rows: tuple[Ahead, ...]
    more: int
    end: str
    past: str


def coming(marts: Marts, souls: Souls) -> Coming:
    """The first milestones ahead."""
    told = marts.advice.upcoming[:UPCOMING]
    calendar = Calendar(ZoneInfo(marts.clan.time_zone), marts.as_of)
    end = max((each.high_at or each.mid_at for each in told), default=marts.as_of)
    return Coming(
        tuple(_ahead(each, souls, calendar, end) for each in told),
        max(0, len(marts.advice.upcoming) - UPCOMING),
        calendar.day(end),
        past_forecasts(marts.advice.hit_rate),
    )


def _ahead(line: Upcoming, souls: Souls, calendar: Calendar, end: datetime) -> Ahead:
    low, mid, high = calendar.day(line.low_at), calendar.day(line.mid_at), line.high_at
    if high is None:
        likely = f"likely from {low} on, and perhaps not within a year"
    elif calendar.day(high) == low:
        likely = f"very likely on {low}"
    else:
        likely = f"likely between {low} and {calendar.day(high)}"
    return Ahead(
        souls.account(line.player_id, line.player),
        line.title,
        f"around {mid}",
        likely,
        _stretch(line, calendar.now, end),
    )


def _stretch(line: Upcoming, now: datetime, end: datetime) -> Stretch:
    whole = max((end - now).total_seconds(), 1.0)

    def at(instant: datetime) -> int:
        return max(0, min(100, round(100 * (instant - now).total_seconds() / whole)))

    low, high = at(line.low_at), 100 if line.high_at is None else at(line.high_at)
    return Stretch(low, at(line.mid_at), max(1, high - low), line.high_at is None)
