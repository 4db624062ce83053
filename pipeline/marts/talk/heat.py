"""When the clan is awake: messages by weekday and hour."""

from collections.abc import Iterator, Mapping
from datetime import timedelta, tzinfo
from typing import Final

from pipeline.domain.window import Window
from pipeline.domain.zones import stretches
from pipeline.marts.talk.layers import Periods
from pipeline.marts.talk.messages import Hearing
from pipeline.marts.talk_model import Heat, part_since

KINDS: Final = ("human", "relay")
_WEEK: Final = 7 * 24
_HOUR: Final = timedelta(hours=1)
_QUARTER: Final = timedelta(minutes=15)
"""Some clocks stand quarters of an hour beside UTC."""

_MONDAY: Final = timedelta(days=3)
"""From a Monday's midnight to the first of 1970, which was a Thursday's."""


def heats(periods: Periods, zone: tzinfo, hearing: Hearing) -> dict[str, dict[str, Heat]]:
    """By kind and period: stretch by stretch of the zone's steady clocks, in each layer, as far as messages are kept singly."""
    utc, clan = _cells(periods), _cells(periods)
    for layer in periods.layers:
        known = part_since(layer.window, hearing.singly_since)
        for stretch in stretches(known, zone) if known.since < known.until else ():
            step = _QUARTER if stretch.offset % _HOUR else _HOUR
            an_hour, monday, ahead = _HOUR // step, _MONDAY // step, (_MONDAY + stretch.offset) // step
            for kind, passed, number in _steps(hearing, stretch.window, step):
                in_utc, in_zone = (passed + monday) // an_hour % _WEEK, (passed + ahead) // an_hour % _WEEK
                for key in layer.keys:
                    utc[kind, key][in_utc] += number
                    clan[kind, key][in_zone] += number
    return {
        kind: {
            key: Heat(window, _rows(utc[kind, key]), _rows(clan[kind, key])) for key, window in periods.windows.items()
        }
        for kind in KINDS
    }


def _steps(hearing: Hearing, window: Window, step: timedelta) -> Iterator[tuple[str, int, int]]:
    """Messages by kind, and how many times *step* had passed since 1970."""
    for kind, messages in zip(KINDS, (hearing.written, hearing.relayed), strict=True):
        for passed, number in messages.within(window).by_step(step):
            yield kind, passed, number


def _cells(periods: Periods) -> Mapping[tuple[str, str], list[int]]:
    """Room for the 168 counts of each kind and period."""
    return {(kind, key): [0] * _WEEK for kind in KINDS for key in periods.windows}


def _rows(cells: list[int]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(cells[start : start + 24]) for start in range(0, _WEEK, 24))
