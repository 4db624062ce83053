"""Officers' hours on the page Activity: when members write, and on how many of those days an officer is there, too."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.marts.talk_model import WatchHour
from pipeline.outputs.dashboard.heat import clock
from pipeline.outputs.figures import number, plural

SPAN: Final = 3
FEWEST: Final = 15
"""Days of talk in an hour, below which nothing is said of it; as the card about missing officers asks of its spans."""


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the clan's day: days with talk, those with an officer in hundredths of the busiest hour, and all of it in words."""

    hour: str
    talked: int
    covered: int
    share: str
    title: str


@dataclass(frozen=True, slots=True)
class Officers:
    """The strip of 24 hours; `answer` says when officers are missed most, `advice` what to do about it."""

    hours: tuple[Hour, ...]
    answer: str
    advice: str


def officers(watch: Sequence[WatchHour], zone: str) -> Officers | None:
    """The strip, None where no officer is known or nobody wrote."""
    most = max((hour.talked for hour in watch), default=0)
    if not most:
        return None
    answer, advice = _said(watch, zone)
    return Officers(tuple(_hour(each, most) for each in watch), answer, advice)


def _said(watch: Sequence[WatchHour], zone: str) -> tuple[str, str]:
    """The three hours with the smallest share of days with an officer, of those in which members write often."""
    spans = [[watch[(first + step) % 24] for step in range(SPAN)] for first in range(24)]
    busy = [(first, span) for first, span in enumerate(spans) if all(each.talked >= FEWEST for each in span)]
    if not busy:
        return "Members write too seldom at any hour to say when officers are missed.", ""
    first, span = min(busy, key=lambda entry: (_share(entry[1]), entry[0]))
    percent = round(100 * _share(span))
    usual = round(100 * _share(watch))
    when = f"{clock(first)} to {clock((first + SPAN) % 24)} ({zone})"
    answer = f"From {when} an officer is there in {percent} % of the hours in which members write; over the whole day in {usual} %."
    if percent * 2 > usual:
        return answer, ""
    return answer, "Ask somebody who is awake then to help, or make one of them an officer."


def _share(hours: Sequence[WatchHour]) -> float:
    talked = sum(each.talked for each in hours)
    return sum(each.covered for each in hours) / talked if talked else 1.0


def _hour(each: WatchHour, most: int) -> Hour:
    share = f"{round(100 * each.covered / each.talked)} %" if each.talked else "–"
    begins, ends = clock(each.hour), clock((each.hour + 1) % 24)
    title = (
        f"{begins}–{ends}: members wrote on {plural(each.talked, 'day')}, an officer on {number(each.covered)} of them"
    )
    return Hour(begins[:2], 100 * each.talked // most, 100 * each.covered // most, share, title)
