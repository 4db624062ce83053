"""Bars in cells: one group a column, each cell drawn from its own row."""

from collections.abc import Mapping

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from pipeline.outputs.excel.formats import GOLD, SAGE


def sparkline(first_row: int, last_row: int, column: int, drawn: tuple[int, int]) -> Mapping[str, object]:
    """What `add_sparkline` is told of the bars in *column*: each cell shows those between the two columns *drawn*.

    Folded columns are drawn too, and a week of which nobody knows is a gap. Bars begin at zero; each row has its own scale. (Lines,
    which LibreOffice 7.4 does not print, would also join weeks that have nothing to do with each other.)
    """
    rows = range(first_row, last_row + 1)
    return {
        "location": [xl_rowcol_to_cell(row, column) for row in rows],
        "range": [xl_range(row, drawn[0], row, drawn[1]) for row in rows],
        "type": "column",
        "show_hidden": True,
        "empty_cells": "gaps",
        "min": 0,
        "series_color": SAGE,
        "last_point": True,
        "last_color": GOLD,
    }
