"""The hidden sheet Lists: what can be picked, what the picks come to, and the instant of the night."""

from collections.abc import Sequence
from typing import Final

from pipeline.outputs.excel.gains_grid import PICKED, Grid
from pipeline.outputs.excel.gains_pick import UNITS, Pick
from pipeline.outputs.excel.page import Page
from pipeline.outputs.excel.sheet import Formula, Plain, Value
from pipeline.outputs.excel.text import plain, shortened, unlike

NAME: Final = "Lists"

_LONGEST: Final = 200
"""MATCH finds no text of more than 255 characters."""


def draw_lists(page: Page, grid: Grid, pick: Pick | None) -> None:
    """Lists to pick from, side by side, and beside them the cells that formulas know by name."""
    page.worksheet.hide()
    rows: list[tuple[str, Value, str]] = [("as_of", page.marts.as_of, "moment")]
    if pick is not None:
        periods, metrics = period_names(grid), metric_names(grid)
        _list(page, 0, "Time", periods, "gain_windows")
        _list(page, 1, "From", [period.window.since for period in grid.periods], "gain_since", "moment")
        _list(page, 2, "To", [period.window.until for period in grid.periods], "gain_until", "moment")
        _list(page, 3, "What", metrics, "gain_metrics")
        _list(page, 4, "Unit", [UNITS[metric.unit] for metric in grid.metrics], "gain_units")
        _list(page, 5, "Stored per unit", [metric.scale for metric in grid.metrics], "gain_scales", "count")
        rows += _picked(grid, pick)
    for row, (name, value, style) in enumerate(rows):
        page.write(row, 7, name, "text")
        page.write(row, 8, value, style)
        page.name(name, row, 8)
    for column in (0, 1, 2, 3, 7, 8):
        page.widen(column, 20)


def period_names(grid: Grid) -> list[str]:
    """What the periods are called where one is picked."""
    return unlike([period.label[:1].upper() + period.label[1:] for period in grid.periods])


def metric_names(grid: Grid) -> list[str]:
    """What the metrics are called where one is picked; none has the name of another."""
    return unlike([shortened(plain(metric.name), _LONGEST) for metric in grid.metrics])


def _list(page: Page, column: int, header: str, values: Sequence[Plain], name: str, style: str = "text") -> None:
    page.write(0, column, header, "head")
    for row, value in enumerate(values, start=1):
        page.write(row, column, value, style)
    page.name(name, 1, column, len(values))


def _picked(grid: Grid, pick: Pick) -> list[tuple[str, Value, str]]:
    picked = grid.elsewhere(PICKED)
    looked = f"COUNT(INDEX({grid.looks},0,2*gain_window_number-1))"
    return [
        ("gain_window_number", Formula("=MATCH(gain_window,gain_windows,0)", 1), "count"),
        ("gain_metric_number", Formula("=MATCH(gain_metric,gain_metrics,0)", 1), "count"),
        ("gain_column", Formula(f"=(gain_window_number-1)*{len(grid.metrics)}+gain_metric_number", 1), "count"),
        ("gain_unit", Formula("=INDEX(gain_units,gain_metric_number)", pick.unit), "text"),
        ("gain_scale", Formula("=INDEX(gain_scales,gain_metric_number)", pick.metric.scale), "count"),
        ("gain_total", Formula(f"=SUM({picked})", pick.total), "count"),
        ("gain_count", Formula(f"=COUNT({picked})", len(pick.board)), "count"),
        ("gain_looked", Formula(f"={looked}", pick.looked), "count"),
    ]
