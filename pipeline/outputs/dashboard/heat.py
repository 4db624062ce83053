"""When people write, by weekday and hour: the cells of the map, and what it says in words.

`assets/js/heat.js` says the same of the map that a reader chooses: a browser test holds the two together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.outputs.figures import number, plural

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LEVELS: Final = 5
"""Shades above nothing at all."""

STRETCH: Final = 3
"""Hours of the busiest stretch."""

FEW: Final = 100
"""Fewer messages than this tell nothing of anybody's habits."""

Cells = Sequence[Sequence[int]]
"""Seven rows, Monday first, of 24 hours."""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """An hour of a weekday; `level` 0 is nothing, `LEVELS` the most. `title` says it in full."""

    count: str
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Habit:
    """What a map with enough in it tells; hours are the starts of hours, ties go to the earlier one."""

    first_hour: int
    end_hour: int
    share: int
    busiest: str
    quietest: str
    peak_day: str
    peak_hour: int


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A weekday, in full and in three letters."""

    day: str
    short: str
    cells: tuple[HeatCell, ...]


def rows(cells: Cells) -> list[HeatRow]:
    """The map's rows, shaded by its fullest hour."""
    most = max(max(row) for row in cells)
    return [
        HeatRow(day, day[:3], tuple(_cell(day, hour, count, most) for hour, count in enumerate(row)))
        for day, row in zip(DAYS, cells, strict=True)
    ]


def total(cells: Cells) -> int:
    """All messages of a map."""
    return sum(map(sum, cells))


def habit(cells: Cells) -> Habit | None:
    """What *cells* tell of when people write, None where they are too few to tell anything."""
    everything = total(cells)
    if everything < FEW:
        return None
    by_hour = [sum(row[hour] for row in cells) for hour in range(24)]
    stretches = [sum(by_hour[(start + step) % 24] for step in range(STRETCH)) for start in range(24)]
    first = stretches.index(max(stretches))
    by_day = [sum(row) for row in cells]
    flat = [count for row in cells for count in row]
    day, hour = divmod(flat.index(max(flat)), 24)
    return Habit(
        first_hour=first,
        end_hour=(first + STRETCH) % 24,
        share=(200 * stretches[first] + everything) // (2 * everything),
        busiest=DAYS[by_day.index(max(by_day))],
        quietest=DAYS[by_day.index(min(by_day))],
        peak_day=DAYS[day],
        peak_hour=hour,
    )


def said(cells: Cells, noun: str, days: str, zone: str) -> str:
    """The map in words: `noun` is what is counted, `days` the period, `zone` whose hours these are."""
    everything, told = total(cells), habit(cells)
    if not everything:
        return f"Not one {noun} in {days}."
    if told is None:
        return f"Only {plural(everything, noun)} in {days}: too few to speak of habits."
    return (
        f"Most is written from {clock(told.first_hour)} to {clock(told.end_hour)} ({zone}): {told.share} % of "
        f"{plural(everything, noun)}. {told.busiest} is the busiest day, {told.quietest} the quietest."
    )


def clock(hour: int) -> str:
    """19 → 19:00."""
    return f"{hour:02}:00"


def zone_words(zone: str) -> str:
    """Europe/Amsterdam → Amsterdam time; UTC stays UTC."""
    place = zone.rsplit("/", maxsplit=1)[-1].replace("_", " ")
    return place if place in {"UTC", "GMT"} else f"{place} time"


def _cell(day: str, hour: int, count: int, most: int) -> HeatCell:
    level = -(-LEVELS * count // most) if most else 0
    title = f"{day} {clock(hour)}–{clock((hour + 1) % 24)}: {number(count)}"
    return HeatCell(number(count), level, title)
