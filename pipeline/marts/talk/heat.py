"""When the clan is awake: messages by weekday and hour."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, timedelta, tzinfo
from typing import Final

from pipeline.domain.window import Window
from pipeline.domain.zones import stretches
from pipeline.marts.talk.layers import Periods
from pipeline.marts.talk_model import Heat

Hours = Callable[[Window, timedelta], Iterable[tuple[str, int, int]]]
"""Messages of a window by kind (`human`, `relay`) and hour of the week, by a clock that shows UTC plus an offset."""

KINDS: Final = ("human", "relay")
_WEEK: Final = 7 * 24


def heats(periods: Periods, zone: tzinfo, hours: Hours) -> dict[str, dict[str, Heat]]:
    """By kind and period: each layer is asked for once for UTC, and once for each stretch of the zone's steady clocks."""
    utc = _cells(periods, UTC, hours)
    clan = _cells(periods, zone, hours)
    return {
        kind: {
            key: Heat(window, _rows(utc[kind, key]), _rows(clan[kind, key])) for key, window in periods.windows.items()
        }
        for kind in KINDS
    }


def _cells(periods: Periods, zone: tzinfo, hours: Hours) -> Mapping[tuple[str, str], list[int]]:
    """The 168 counts of each kind and period."""
    cells = {(kind, key): [0] * _WEEK for kind in KINDS for key in periods.windows}
    for layer in periods.layers:
        for stretch in stretches(layer.window, zone):
            for kind, hour, number in hours(stretch.window, stretch.offset):
                for key in layer.keys:
                    cells[kind, key][hour] += number
    return cells


def _rows(cells: list[int]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(cells[start : start + 24]) for start in range(0, _WEEK, 24))
