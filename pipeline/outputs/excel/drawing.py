"""Drawing a sheet that is described as data: what stands above its tables, the tables below each other, and what is printed."""

from typing import Final

from pipeline.outputs.excel.page import HEAD_ROWS, Page
from pipeline.outputs.excel.sheet import Sheet
from pipeline.outputs.excel.table import write_table

_LONG: Final = 25
"""Rows that do not fit on the rest of a page."""

_HEADING_COLUMNS: Final = 7
"""Last of the columns that a heading inside a sheet underlines."""


def draw(sheet: Sheet, page: Page) -> None:
    """Write all of *sheet*: its tables below each other, the first one printed, or all."""
    columns = max(len(table.columns) for table in sheet.tables) or _HEADING_COLUMNS + 1
    page.head(sheet.name, sheet.note, columns, _first_seen(sheet))
    if sheet.parts:
        _draw_parts(sheet, page, columns)
        return
    row = _place(sheet, page)
    for number, table in enumerate(sheet.tables):
        if number:
            page.section(row + 1, 0, _HEADING_COLUMNS, table.heading)
            row += 2
        free = write_table(page, row, 0, table)
        if number == 0:
            wide, high = table.printed
            last_row = free - 1 if high is None else min(free - 1, row + high)
            page.worksheet.print_area(0, 0, last_row, (wide or len(table.columns) or columns) - 1)
            page.worksheet.repeat_rows(0, row)
            page.worksheet.freeze_panes(_scrolling(sheet, row), sheet.frozen)
        row = free


def _place(sheet: Sheet, page: Page) -> int:
    """Write what stands above the tables; returns the row of the first one, with an empty one between."""
    for cell in sheet.placed:
        row = HEAD_ROWS + cell.down
        page.write(row, cell.column, cell.value, cell.style)
        if cell.asks is not None:
            page.ask(row, cell.column, cell.asks)
        if cell.named is not None:
            page.name(cell.named, row, cell.column)
        for rule in cell.rules:
            page.rule((row, cell.column, row, cell.column), rule)
    return HEAD_ROWS + max((cell.down + 2 for cell in sheet.placed), default=0)


def _draw_parts(sheet: Sheet, page: Page, columns: int) -> None:
    row, headings = HEAD_ROWS, []
    for table in sheet.tables:
        headings.append(row)
        page.section(row, 0, columns - 1, table.heading)
        row = write_table(page, row + 1, 0, table) + 1
    page.worksheet.print_area(0, 0, row - 2, columns - 1)
    # Rows below the first page's top are repeated only on the pages after them: a list's header over its every page.
    repeated = range(headings[-1] + 1, headings[-1] + 2) if _ends_in_a_list(sheet) else range(HEAD_ROWS)
    page.worksheet.repeat_rows(repeated.start, repeated.stop - 1)
    page.worksheet.freeze_panes(HEAD_ROWS, sheet.frozen)
    page.keep_headings(row - 1, columns, headings, repeated)


def _first_seen(sheet: Sheet) -> int:
    """The first column that is not hidden: where rows begin with their keys, the title stands beside those."""
    table = sheet.tables[0]
    return next((at for at, column in enumerate(table.columns) if not column.hidden), 0) if table.rows else 0


def _ends_in_a_list(sheet: Sheet) -> bool:
    """Whether the last table is the longest and goes on over pages."""
    last = len(sheet.tables[-1].rows)
    return last >= _LONG and last == max(len(table.rows) for table in sheet.tables)


def _scrolling(sheet: Sheet, header: int) -> int:
    """The first row that scrolls: below the table's header, unless further tables below have headers of their own."""
    return header + 1 if len(sheet.tables) == 1 else header
