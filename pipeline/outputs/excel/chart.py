"""The charts of the workbook: columns, week by week, drawn from a table of weeks."""

from dataclasses import dataclass
from typing import Any, Final

from pipeline.outputs.excel.formats import COUNT, GOLD, GREEN, INK, LINE, MUTED, SHORT
from pipeline.outputs.excel.page import Page

_ROW_PIXELS: Final = 20
_BELOW_LINE: Final = 3
"""Pixels that keep a chart off the gold line above it."""


@dataclass(frozen=True, slots=True)
class Corner:
    """Where a chart lies: its first row, its first and last column, and how many rows high it is."""

    row: int
    first_column: int
    last_column: int
    rows: int


def insert_weeks_chart(page: Page, corner: Corner, weeks: tuple[int, int]) -> None:
    """A column chart of the experience of weeks, drawn from the table of weeks in the rows *weeks*."""
    title = "Experience gained by the same members"
    chart = _columns(page, f"{title}, week by week", SHORT)
    first, last = weeks
    chart.add_series({
        **_series(page, title, weeks, 1),
        "fill": {"color": GREEN},
        "points": [None] * (last - first) + [{"fill": {"color": GOLD}}],
        "data_labels": {"value": True, "num_format": SHORT, "font": _font(9, INK)},
    })  # fmt: skip
    chart.set_legend({"none": True})
    what = "Column chart of the experience that the same members gained in each of the last weeks"
    _insert(page, chart, corner, what)


def insert_counts_chart(
    page: Page, corner: Corner, weeks: tuple[int, int], title: str, shown: tuple[tuple[str, int, str], ...]
) -> None:
    """Columns of one or more series of counts of weeks, beside each other; *shown* says name, column and colour of each."""
    chart = _columns(page, title, COUNT)
    for name, column, colour in shown:
        labels = {"value": True, "num_format": COUNT, "font": _font(8, INK)} if len(shown) == 1 else None
        series = {**_series(page, name, weeks, column), "fill": {"color": colour}}
        chart.add_series(series if labels is None else {**series, "data_labels": labels})
    if len(shown) == 1:
        chart.set_legend({"none": True})
    else:
        chart.set_legend({"position": "top", "font": _font(9, MUTED)})
    _insert(page, chart, corner, f"Column chart: {title}")


def _columns(page: Page, title: str, number_format: str) -> Any:
    chart = page.workbook.add_chart({"type": "column"})
    chart.set_title({"name": title, "name_font": _font(12, GREEN, bold=True), "overlay": False})
    chart.set_x_axis(
        {
            "text_axis": True,
            "num_format": "d mmm",
            "num_font": _font(8, MUTED),
            "line": {"color": LINE},
            "major_tick_mark": "none",
        }
    )
    chart.set_y_axis(
        {
            "num_format": number_format,
            "num_font": _font(9, MUTED),
            "line": {"none": True},
            "min": 0,
            "major_gridlines": {"visible": True, "line": {"color": LINE, "width": 0.5}},
        }
    )
    chart.set_chartarea({"border": {"none": True}})
    return chart


def _series(page: Page, name: str, weeks: tuple[int, int], column: int) -> dict[str, Any]:
    """A series from the rows *weeks*, whose first column says which week it is."""
    first, last = weeks
    sheet = page.worksheet.get_name()
    return {
        "name": name,
        "categories": [sheet, first, 0, last, 0],
        "values": [sheet, first, column, last, column],
        "gap": 60,
    }


def _insert(page: Page, chart: Any, corner: Corner, description: str) -> None:
    wide = page.pixels(corner.first_column, corner.last_column)
    chart.set_size({"width": wide, "height": corner.rows * _ROW_PIXELS - _BELOW_LINE})
    options = {"object_position": 2, "description": description, "y_offset": _BELOW_LINE}
    page.worksheet.insert_chart(corner.row, corner.first_column, chart, options)


def _font(size: int, colour: str, *, bold: bool = False) -> dict[str, Any]:
    return {"size": size, "color": colour, "bold": bold}
