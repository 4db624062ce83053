"""Officers' hours on the page Activity: when members write, and on how many of those days an officer is there, too."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.marts.talk_model import WatchHour
from pipeline.outputs.dashboard.heat import clock
from pipeline.outputs.figures import number, plural
from pipeline.outputs.watch_words import when_missed


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
    said = when_missed(watch, zone)
    if said is None:
        return None
    most = max(hour.talked for hour in watch)
    return Officers(tuple(_hour(each, most) for each in watch), *said)


def _hour(each: WatchHour, most: int) -> Hour:
    share = f"{round(100 * each.covered / each.talked)} %" if each.talked else "–"
    begins, ends = clock(each.hour), clock((each.hour + 1) % 24)
    title = (
        f"{begins}–{ends}: members wrote on {plural(each.talked, 'day')}, an officer on {number(each.covered)} of them"
    )
    return Hour(begins[:2], 100 * each.talked // most, 100 * each.covered // most, share, title)
