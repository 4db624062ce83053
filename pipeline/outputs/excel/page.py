"""The one writer: tables as data become cells, Excel tables, rules, widths and printed pages."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Final
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from pipeline.errors import PublishError
from pipeline.marts.model import Marts
from pipeline.outputs.excel.formats import NUMBERS, WRAPPED, Formats
from pipeline.outputs.excel.links import LINKS, sheet_link
from pipeline.outputs.excel.measure import header_height, row_heights, width
from pipeline.outputs.excel.paper import page_breaks
from pipeline.outputs.excel.rules import Rule
from pipeline.outputs.excel.sheet import Column, Link, Row, Sheet, Table, Value
from pipeline.outputs.excel.text import plain, shortened

ROWS: Final = 1_048_576
COLUMNS: Final = 16_384
TABLE_STYLE: Final = "Table Style Medium 2"
HEAD_ROWS: Final = 4
"""Rows that every sheet begins with: title, gold rule with the ways, freshness, note."""

WAYS: Final = ("Read me", "Summary")
"""Sheets to which the gold rule of every other one leads."""

_DAY: Final = timedelta(days=1)
_ROW_POINTS: Final = 15
"""Height of a row for which none is set."""

_WAY_WIDTH: Final = 11
"""Room for the longest of the ways."""

_STAYS: Final = 4
"""Rows kept on one page with the heading above them: it, the header of its table and two rows."""

_LONG: Final = 25
"""Rows that do not fit on the rest of a page."""

_HEADING_COLUMNS: Final = 7
"""Last of the columns that a heading inside a sheet underlines."""


class Page:
    """A worksheet being written: where cells get their format, their zone and their limits."""

    def __init__(self, workbook: Workbook, name: str, formats: Formats, marts: Marts) -> None:
        self.workbook = workbook
        self.worksheet = workbook.add_worksheet(name)
        self.formats = formats
        self.marts = marts
        self._zone = ZoneInfo(marts.clan.time_zone)
        self._widths: dict[int, float] = {}
        self._folds: dict[int, dict[str, int]] = {}
        self._ids: list[str] = []
        self._heights: dict[int, float] = {}
        self._links = 0
        self._columns = 0

    def write(self, row: int, column: int, value: Value, style: str) -> None:
        """One cell. Text is never taken for a formula, a link or a number; a name that leads nowhere does not look as if it did."""
        look = self.formats["name" if style == "name_link" and isinstance(value, str) else style]
        if value is None:
            self.worksheet.write_blank(row, column, None, look)
        elif isinstance(value, str):
            self.worksheet.write_string(row, column, plain(value), look)
        elif isinstance(value, Link):
            self._link(row, column, value, style)
        elif isinstance(value, timedelta):
            self.worksheet.write_number(row, column, value / _DAY, look)
        elif isinstance(value, date):
            self.worksheet.write_datetime(row, column, self._local(value), look)
        else:
            self.worksheet.write_number(row, column, value, look)

    def merge(self, row: int, column: int, last_row: int, last_column: int, value: Value, style: str) -> None:
        """One value over several cells."""
        self.worksheet.merge_range(row, column, last_row, last_column, "", self.formats[style])
        self.write(row, column, value, style)

    def head(self, title: str, note: str, columns: int) -> None:
        """Title, freshness and note, *columns* wide; page set-up and what is printed on every page."""
        sheet, clan = self.worksheet, self.marts.clan
        self._columns = columns
        for column in range(columns):
            self.write(0, column, None, "title")
            self.write(1, column, None, "title_rule")
        self.write(0, 0, f" {clan.name} – {title}", "title")
        self.write(2, 0, self.marts.freshness.sentence, "freshness")
        self.write(3, 0, f"{note} Dates and times are those of {clan.time_zone}.".strip(), "note")
        for row, height in enumerate((36, 15, 22, 18)):
            self.heighten(row, height)
        sheet.hide_gridlines(2)
        self._set_up_printing()

    def lead_home(self) -> None:
        """Write links to the first sheets below the title, into the first columns that are wide enough. Call it last: widths must be known."""
        wide = (place for place in range(self._columns) if self._widths.get(place, _WAY_WIDTH) >= _WAY_WIDTH)
        ways = (name for name in WAYS if name != self.worksheet.get_name())
        for place, name in zip(wide, ways, strict=False):
            self.write(1, place, sheet_link(name, f"‹ {name}"), "way")

    def heighten(self, row: int, points: float) -> None:
        """Make *row* so high."""
        self._heights[row] = points
        self.worksheet.set_row(row, points)

    def keep_headings(self, rows: int, columns: int, headings: Iterable[int], repeated: Iterable[int]) -> None:
        """Begin a printed page at each of the rows *headings* that might stand at the foot of one.

        It prints *rows* × *columns*, and the rows *repeated* on each of its pages.
        """
        heights = [self._heights.get(row, _ROW_POINTS) for row in range(rows)]
        kept = {row: row + _STAYS for row in headings}
        again = sum(heights[row] for row in repeated)
        breaks = page_breaks(heights, self.pixels(0, columns - 1), again, kept)
        if breaks:
            self.worksheet.set_h_pagebreaks(breaks)

    def widen(self, column: int, least: float) -> None:
        """Make *column* at least *least* wide."""
        if least > self._widths.get(column, 0):
            self._widths[column] = least
            self.worksheet.set_column(column, column, least, None, self._folds.get(column, {}))

    def pixels(self, first_column: int, last_column: int) -> int:
        """Width of these columns on the screen."""
        return sum(int(self._widths.get(column, 8.43) * 7 + 5) for column in range(first_column, last_column + 1))

    def table(self, row: int, column: int, table: Table[Row]) -> int:
        """*table* with its header in *row*, or its sentence; returns the first free row below."""
        if not table.rows:
            for place, each in enumerate(table.columns, start=column):
                self.widen(place, each.width)  # the sentence instead needs the room too
            self.write(row, column, table.empty, "empty")
            return row + 1
        last_row, last_column = row + len(table.rows), column + len(table.columns) - 1
        self._refuse_too_much(table.name, last_row + 1, last_column + 1)
        headers = _unlike_headers(table.columns)
        self.worksheet.add_table(row, column, last_row, last_column, {
            "name": table.name,
            "style": TABLE_STYLE,
            "columns": [
                {"header": header, "header_format": self.formats[_header_style(each)]}
                for header, each in zip(headers, table.columns, strict=True)
            ],
        })  # fmt: skip
        self._folds |= {
            place: {"level": each.level, "hidden": int(each.hidden)}
            for place, each in enumerate(table.columns, start=column)
            if each.level or each.hidden
        }
        filled = [[each.value(line) for line in table.rows] for each in table.columns]
        for place, (each, values) in enumerate(zip(table.columns, filled, strict=True), start=column):
            self._fill(row + 1, place, each, values)
        widths = [self._widths[place] for place in range(column, last_column + 1)]
        self.heighten(row, header_height(table.columns, widths))
        self._heighten(row + 1, table.columns, filled, widths)
        self._rules(row + 1, last_row, column, table.columns)
        return last_row + 1

    def paragraph(self, row: int, columns: int, text: str) -> None:
        """*text* over *columns*, in a row as high as it takes. Their widths must be known."""
        self.merge(row, 0, row, columns - 1, text, "words")
        [height] = row_heights([(self.pixels(0, columns - 1) / 7, [text])])
        self.heighten(row, height)

    def section(self, row: int, first_column: int, last_column: int, heading: str) -> None:
        """A heading over the columns of what follows."""
        self.heighten(row, 26)
        for column in range(first_column, last_column + 1):
            self.write(row, column, heading if column == first_column else None, "section")

    def rule(self, area: tuple[int, int, int, int], rule: Rule, cell_of: Callable[[str], str] = str) -> None:
        """*rule* for the cells of *area*: first row and column, last row and column."""
        options = dict(rule.options)
        if rule.criterion is not None:
            options["criteria"] = rule.criterion_in(cell_of)
        if rule.look is not None:
            options["format"] = self.formats[rule.look]
        self.worksheet.conditional_format(*area, options)

    def _link(self, row: int, column: int, link: Link, style: str) -> None:
        self._links += 1
        if self._links > LINKS:
            self.write(row, column, link.text, style)
        else:
            self.worksheet.write_url(row, column, link.url, self.formats[style], plain(link.text))

    def _fill(self, first_row: int, place: int, column: Column[Row], values: list[Value]) -> None:
        for row, value in enumerate(values, start=first_row):
            self.write(row, place, value, column.style)
        if column.style == "id":
            self._ids.append(xl_range(first_row, place, first_row + len(values) - 1, place))
            # Digits kept as text on purpose: as a number Excel would round them, and it need not warn of every one.
            self.worksheet.ignore_errors({"number_stored_as_text": " ".join(self._ids)})
        if column.asks is not None:
            self.worksheet.data_validation(first_row, place, first_row + len(values) - 1, place, dict(column.asks))
        self.widen(place, width(column, values))

    def _heighten(
        self, first_row: int, columns: Sequence[Column[Row]], filled: list[list[Value]], widths: list[float]
    ) -> None:
        """Make rows high enough for their sentences."""
        sentences = [
            (wide, values) for each, values, wide in zip(columns, filled, widths, strict=True) if each.style in WRAPPED
        ]
        for row, height in enumerate(row_heights(sentences), start=first_row):
            self.heighten(row, height)

    def _rules(self, first_row: int, last_row: int, first_column: int, columns: tuple[Column[Row], ...]) -> None:
        places = {column.key: place for place, column in enumerate(columns, start=first_column)}

        def cell_of(key: str) -> str:
            return str(xl_rowcol_to_cell(first_row, places[key], col_abs=True))

        for column in columns:
            place = places[column.key]
            for rule in column.rules:
                self.rule((first_row, place, last_row, place), rule, cell_of)

    def _local(self, value: date) -> date:
        return value.astimezone(self._zone).replace(tzinfo=None) if isinstance(value, datetime) else value

    def _refuse_too_much(self, name: str, rows: int, columns: int) -> None:
        if rows > ROWS or columns > COLUMNS:
            raise PublishError(
                f"The table {name} of the workbook needs {rows:,} rows and {columns:,} columns, and a sheet of Excel holds "
                f"{ROWS:,} and {COLUMNS:,}: nothing was written, the last workbook stands."
            )

    def _set_up_printing(self) -> None:
        sheet = self.worksheet
        made = f"{self.marts.as_of.astimezone(self._zone):%Y-%m-%d}"
        clan = shortened(plain(self.marts.clan.name), 80).replace("&", "&&")
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        # The space keeps a name that begins with a digit from being read as a part of the size of the type.
        sheet.set_header(f"&L&9 {clan}&R&9 {made}")
        sheet.set_footer("&L&9 &A&R&9 Page &P of &N")


def draw(sheet: Sheet, page: Page) -> None:
    """Write all of *sheet*: its tables below each other, the first one printed, or all."""
    columns = max(len(table.columns) for table in sheet.tables)
    page.head(sheet.name, sheet.note, columns)
    if sheet.parts:
        _draw_parts(sheet, page, columns)
        return
    row = HEAD_ROWS
    for number, table in enumerate(sheet.tables):
        if number:
            page.section(row + 1, 0, _HEADING_COLUMNS, table.heading)
            row += 2
        free = page.table(row, 0, table)
        if number == 0:
            wide, high = table.printed
            last_row = free - 1 if high is None else min(free - 1, row + high)
            page.worksheet.print_area(0, 0, last_row, (wide or len(table.columns)) - 1)
            page.worksheet.repeat_rows(0, row)
            page.worksheet.freeze_panes(_scrolling(sheet, row), sheet.frozen)
        row = free


def _draw_parts(sheet: Sheet, page: Page, columns: int) -> None:
    row, headings = HEAD_ROWS, []
    for table in sheet.tables:
        headings.append(row)
        page.section(row, 0, columns - 1, table.heading)
        row = page.table(row + 1, 0, table) + 1
    page.worksheet.print_area(0, 0, row - 2, columns - 1)
    # Rows below the first page's top are repeated only on the pages after them: a list's header over its every page.
    repeated = range(headings[-1] + 1, headings[-1] + 2) if _ends_in_a_list(sheet) else range(HEAD_ROWS)
    page.worksheet.repeat_rows(repeated.start, repeated.stop - 1)
    page.worksheet.freeze_panes(HEAD_ROWS, sheet.frozen)
    page.keep_headings(row - 1, columns, headings, repeated)


def _ends_in_a_list(sheet: Sheet) -> bool:
    """Whether the last table is the longest and goes on over pages."""
    last = len(sheet.tables[-1].rows)
    return last >= _LONG and last == max(len(table.rows) for table in sheet.tables)


def _scrolling(sheet: Sheet, header: int) -> int:
    """The first row that scrolls: below the table's header, unless further tables below have headers of their own."""
    return header + 1 if len(sheet.tables) == 1 else header


def _unlike_headers(columns: Sequence[Column[Row]]) -> list[str]:
    """Headers as Excel wants them: none twice, whatever the case, none over 255 characters."""
    seen: set[str] = set()
    headers = []
    for column in columns:
        name = shortened(plain(column.header), 240)
        header = next(each for each in _numbered(name) if each.casefold() not in seen)
        seen.add(header.casefold())
        headers.append(header)
    return headers


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name} ({number})" for number in count(2))


def _header_style(column: Column[Row]) -> str:
    if column.upright:
        return "head_upright"
    return "head_number" if column.style in NUMBERS else "head"
