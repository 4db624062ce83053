"""Messages by hour and weekday as a block of colour, and what it says in words."""

from typing import Final

from pipeline.outputs.excel.page import Page
from pipeline.outputs.excel.rules import heat

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WIDTH: Final = 11.5
_ROW: Final = 13.5
"""Points of an hour, so that the whole day stands on one printed page below the sentences."""

HEIGHT: Final = 26
"""Rows: header, hours, sums."""

Cells = tuple[tuple[int, ...], ...]
"""Seven weekdays of 24 hours."""


def draw_heat(cells: Cells, page: Page, row: int) -> int:
    """Hours downwards and weekdays across, with sums, from the first column on; returns the first free row."""
    page.write(row, 0, "Hour", "head")
    for column in range(1, 9):
        page.widen(column, _WIDTH)
    for day, name in enumerate(DAYS, start=1):
        page.write(row, day, name[:3], "head_centre")
    page.write(row, 8, "All days", "head_number")
    for hour in range(24):
        at = row + 1 + hour
        page.heighten(at, _ROW)
        page.write(at, 0, f"{hour:02}:00 – {hour + 1:02}:00", "text")
        for day in range(7):
            page.write(at, day + 1, cells[day][hour], "heat")
        page.write(at, 8, sum(cells[day][hour] for day in range(7)), "count")
    below = row + 25
    page.write(below, 0, "All hours", "sum")
    for day in range(7):
        page.write(below, day + 1, sum(cells[day]), "sum_centre")
    page.write(below, 8, sum(map(sum, cells)), "sum_count")
    page.rule((row + 1, 1, row + 24, 7), heat())
    return below + 1


def heat_in_words(cells: Cells) -> str | None:
    """The busiest hour and the quietest weekday, None where nothing was written."""
    total = sum(map(sum, cells))
    if not total:
        return None
    hours = [sum(day[hour] for day in cells) for hour in range(24)]
    busiest = hours.index(max(hours))
    days = [sum(day) for day in cells]
    quietest = days.index(min(days))
    return (
        f"Most is written between {busiest:02}:00 and {busiest + 1:02}:00 ({hours[busiest]:,} of {total:,} messages in 90 days), "
        f"least on {DAYS[quietest]}s ({days[quietest]:,})."
    )
