"""Officers' hours beside the heat map: on how many days members write in an hour, and on how many of them an officer is there too."""

from collections.abc import Sequence
from typing import Final

from pipeline.marts.talk_model import WatchHour
from pipeline.outputs.excel.formats import FALL_SOFT, GREEN_SOFT
from pipeline.outputs.excel.page import Page
from pipeline.outputs.excel.rules import bars, low

_HEADS: Final = ("Days with talk", "An officer, too", "Share of them")


def draw_watch(watch: Sequence[WatchHour], page: Page, row: int, column: int) -> None:
    """Three columns from *column* on, their header in *row* and an hour a row, as the heat map's rows are."""
    for place, head in enumerate(_HEADS, start=column):
        page.write(row, place, head, "head_number")
    for each in watch:
        at = row + 1 + each.hour
        page.write(at, column, each.talked, "count")
        page.write(at, column + 1, each.covered, "count")
        page.write(at, column + 2, each.covered / each.talked if each.talked else None, "share")
    first, last = row + 1, row + len(watch)
    page.rule((first, column, last, column), bars())
    page.rule((first, column + 1, last, column + 1), bars(GREEN_SOFT))
    page.rule((first, column + 2, last, column + 2), low(FALL_SOFT))
