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
    return Ahead(
        souls.account(line.player_id, line.player),
        line.title,
        "any day now" if line.mid_at < calendar.now else f"around {calendar.day(line.mid_at)}",
        _likely(line, calendar),
        _stretch(line, calendar.now, end),
    )


def _likely(line: Upcoming, calendar: Calendar) -> str:
    """The stretch in words; a forecast is up to a week old, and nobody is told of days that are over."""
    low, high = calendar.day(line.low_at), line.high_at
    begun = line.low_at < calendar.now
    if high is None:
        return f"likely from {'now' if begun else low} on, and perhaps not within a year"
    if calendar.day(high) in (low, calendar.day(calendar.now)):
        return f"very likely on {calendar.day(high)}"
    return f"likely by {calendar.day(high)}" if begun else f"likely between {low} and {calendar.day(high)}"


def _stretch(line: Upcoming, now: datetime, end: datetime) -> Stretch:
    whole = max((end - now).total_seconds(), 1.0)

    def at(instant: datetime) -> int:
        return max(0, min(100, round(100 * (instant - now).total_seconds() / whole)))

    low, high = at(line.low_at), 100 if line.high_at is None else at(line.high_at)
    return Stretch(low, at(line.mid_at), max(1, high - low), line.high_at is None)
