"""The chart of the Summary: what the same members gained, week by week."""

from typing import Any, Final

from pipeline.outputs.excel.formats import GOLD, GREEN, INK, LINE, MUTED, SHORT
from pipeline.outputs.excel.page import Page

_ROW_PIXELS: Final = 20


def insert_weeks_chart(page: Page, row: int, columns: int, rows: int, weeks: tuple[int, int]) -> None:
    """A column chart over *columns* × *rows* cells at *row*, drawn from the table of weeks in the rows *weeks*."""
    first, last = weeks
    name = page.worksheet.get_name()
    chart = page.workbook.add_chart({"type": "column"})
    chart.add_series({
        "name": "Experience gained by the same members",
        "categories": [name, first, 0, last, 0],
        "values": [name, first, 1, last, 1],
        "fill": {"color": GREEN},
        "gap": 60,
        "points": [None] * (last - first) + [{"fill": {"color": GOLD}}],
        "data_labels": {"value": True, "num_format": SHORT, "font": _font(9, INK)},
    })  # fmt: skip
    chart.set_title(
        {
            "name": "Experience gained by the same members, week by week",
            "name_font": _font(12, GREEN, bold=True),
            "overlay": False,
        }
    )
    chart.set_legend({"none": True})
    chart.set_x_axis(
        {
            "text_axis": True,
            "num_format": "d mmm",
            "num_font": _font(9, MUTED),
            "line": {"color": LINE},
            "major_tick_mark": "none",
        }
    )
    chart.set_y_axis(
        {
            "num_format": SHORT,
            "num_font": _font(9, MUTED),
            "line": {"none": True},
            "min": 0,
            "major_gridlines": {"visible": True, "line": {"color": LINE, "width": 0.5}},
        }
    )
    chart.set_chartarea({"border": {"none": True}})
    chart.set_size({"width": page.pixels(columns), "height": rows * _ROW_PIXELS})
    page.worksheet.insert_chart(row, 0, chart, {
        "object_position": 2,
        "description": "Column chart of the experience that the same members gained in each of the last weeks",
    })  # fmt: skip


def _font(size: int, colour: str, *, bold: bool = False) -> dict[str, Any]:
    return {"size": size, "color": colour, "bold": bold}
