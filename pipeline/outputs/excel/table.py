"""Writing a table: its rows as cells under filtered headers, with rules, widths, heights and small bars."""

from collections.abc import Sequence
from typing import Final

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from pipeline.outputs.excel.formats import NUMBERS, WRAPPED
from pipeline.outputs.excel.limits import refuse_too_much
from pipeline.outputs.excel.measure import header_height, row_heights, width
from pipeline.outputs.excel.outline import bands, folds
from pipeline.outputs.excel.page import Page
from pipeline.outputs.excel.sheet import Column, Row, Table, Value
from pipeline.outputs.excel.sparklines import sparkline
from pipeline.outputs.excel.text import plain, shortened, unlike

TABLE_STYLE: Final = "Table Style Medium 2"


def write_table(page: Page, row: int, column: int, table: Table[Row]) -> int:
    """*table* with its header in *row*, or its sentence; returns the first free row below."""
    if not table.rows:
        for place, each in enumerate(table.columns, start=column):
            page.widen(place, each.width)  # the sentence instead needs the room too
        page.write(row, column, table.empty, "empty")
        return row + 1
    last_row, last_column = row + len(table.rows), column + len(table.columns) - 1
    refuse_too_much(table.name, last_row + 1, last_column + 1)
    _headers(page, row, column, table)
    page.fold(folds(table.columns, column))
    filled = [[each.value(line) for line in table.rows] for each in table.columns]
    for place, (each, values) in enumerate(zip(table.columns, filled, strict=True), start=column):
        _fill(page, row + 1, place, each, values)
    widths = [page.width_of(place) for place in range(column, last_column + 1)]
    page.heighten(row, header_height(table.columns, widths))
    _heighten(page, row + 1, table.columns, filled, widths)
    _rules(page, row + 1, last_row, column, table.columns)
    _sparks(page, row + 1, last_row, column, table.columns)
    return last_row + 1


def _headers(page: Page, row: int, column: int, table: Table[Row]) -> None:
    """The headers of *table*, and above them the names of groups of its columns."""
    headers = zip(_unlike_headers(table.columns), map(_header_style, table.columns), strict=True)
    if table.plain:
        for place, (header, style) in enumerate(headers, start=column):
            page.write(row, place, header, style)
    else:
        page.worksheet.add_table(row, column, row + len(table.rows), column + len(table.columns) - 1, {
            "name": table.name,
            "style": TABLE_STYLE,
            "columns": [{"header": header, "header_format": page.formats[style]} for header, style in headers],
        })  # fmt: skip
    for place, name in bands(table.columns, column):
        page.write(row - 1, place, name, "band")


def _fill(page: Page, first_row: int, place: int, column: Column[Row], values: list[Value]) -> None:
    look, number = page.formats[column.style], page.worksheet.write_number
    for row, value in enumerate(values, start=first_row):
        if type(value) is int or type(value) is float:  # nine of ten cells
            number(row, place, value, look)
        else:
            page.write(row, place, value, column.style)
    if column.style == "id":
        page.keep_digits(xl_range(first_row, place, first_row + len(values) - 1, place))
    if column.asks is not None:
        page.ask(first_row, place, column.asks, len(values))
    page.widen(place, width(column, values))


def _heighten(
    page: Page, first_row: int, columns: Sequence[Column[Row]], filled: list[list[Value]], widths: list[float]
) -> None:
    """Make rows high enough for their sentences."""
    sentences = [
        (wide, values) for each, values, wide in zip(columns, filled, widths, strict=True) if each.style in WRAPPED
    ]
    for row, height in enumerate(row_heights(sentences), start=first_row):
        page.heighten(row, height)


def _sparks(page: Page, first_row: int, last_row: int, first_column: int, columns: Sequence[Column[Row]]) -> None:
    places = {column.key: place for place, column in enumerate(columns, start=first_column)}
    for column in columns:
        if column.spark is not None:
            drawn = places[column.spark.first], places[column.spark.last]
            options = sparkline(first_row, last_row, places[column.key], drawn)
            page.worksheet.add_sparkline(first_row, places[column.key], options)


def _rules(page: Page, first_row: int, last_row: int, first_column: int, columns: tuple[Column[Row], ...]) -> None:
    places = {column.key: place for place, column in enumerate(columns, start=first_column)}

    def cell_of(key: str) -> str:
        return str(xl_rowcol_to_cell(first_row, places[key], col_abs=True))

    for column in columns:
        place = places[column.key]
        for rule in column.rules:
            page.rule((first_row, place, last_row, place), rule, cell_of)


def _unlike_headers(columns: Sequence[Column[Row]]) -> list[str]:
    """Headers as Excel wants them: none twice, whatever the case, none over 255 characters."""
    return unlike([shortened(plain(column.header), 240) for column in columns])


def _header_style(column: Column[Row]) -> str:
    if column.upright:
        return "head_upright"
    return "head_number" if column.style in NUMBERS else "head"
