"""The one writer: tables as data become cells, Excel tables, rules, widths and printed pages."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from logging import getLogger
from typing import Final, overload
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell

from pipeline.marts.model import Marts
from pipeline.outputs.excel.formats import NUMBERS, UNLINKED, WRAPPED, Formats
from pipeline.outputs.excel.limits import LINKS, URL, answerable, fitting, refuse_too_much
from pipeline.outputs.excel.links import sheet_link
from pipeline.outputs.excel.measure import header_height, row_heights, width
from pipeline.outputs.excel.outline import bands, folds
from pipeline.outputs.excel.paper import page_breaks
from pipeline.outputs.excel.rules import Rule
from pipeline.outputs.excel.sheet import Column, Formula, Link, Plain, Row, Sheet, Table, Value
from pipeline.outputs.excel.sparklines import sparkline
from pipeline.outputs.excel.text import kept, plain, shortened, unlike

log = getLogger(__name__)

TABLE_STYLE: Final = "Table Style Medium 2"
HEAD_ROWS: Final = 4
"""Rows that every sheet begins with: title, gold rule with the ways, freshness, note."""

WAYS: Final = ("Read me", "Summary")
"""Sheets to which the gold rule of every other one leads."""

_DAY: Final = timedelta(days=1)
_DAY_ZERO: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - Excel's days have no zone
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
        look = self.formats[UNLINKED.get(style, style) if isinstance(value, str) else style]
        if value is None:
            self.worksheet.write_blank(row, column, None, look)
        elif isinstance(value, str):
            self.worksheet.write_string(row, column, plain(value), look)
        elif isinstance(value, Link):
            self._write_link(row, column, value, style)
        elif isinstance(value, Formula):
            self.worksheet.write_formula(row, column, fitting(value.text), look, self._cached(value.cached))
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

    def name(self, name: str, row: int, column: int, rows: int = 1) -> None:
        """Call a cell, or the first of *rows* below each other, *name* in the whole workbook."""
        area = xl_range_abs(row, column, row + rows - 1, column)
        self.workbook.define_name(name, f"='{self.worksheet.name}'!{area}")

    def ask(self, row: int, column: int, asks: Mapping[str, object], rows: int = 1) -> None:
        """What may be written into *rows* cells below each other."""
        self.worksheet.data_validation(row, column, row + rows - 1, column, dict(answerable(asks)))

    def head(self, title: str, note: str, columns: int, first: int = 0) -> None:
        """Title, freshness and note, *columns* wide, from the *first* column that is to be seen; page set-up and what is printed on every page."""
        sheet, clan = self.worksheet, self.marts.clan
        self._columns = columns
        for column in range(columns):
            self.write(0, column, None, "title")
            self.write(1, column, None, "title_rule")
        self.write(0, first, f" {clan.name} – {title}", "title")
        self.write(2, first, self.marts.freshness.sentence, "freshness")
        self.write(3, first, f"{note} Dates and times are those of {clan.time_zone}.".strip(), "note")
        for row, height in enumerate((36, 15, 22, 18)):
            self.heighten(row, height)
        sheet.hide_gridlines(2)
        self._set_up_printing()

    def lead_home(self) -> None:
        """Write links to the first sheets below the title, into the first columns that are wide enough. Call it last: widths must be known."""
        seen = (place for place in range(self._columns) if not self._folds.get(place, {}).get("hidden"))
        wide = (place for place in seen if self._widths.get(place, _WAY_WIDTH) >= _WAY_WIDTH)
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
        refuse_too_much(table.name, last_row + 1, last_column + 1)
        self._headers(row, column, table)
        self._folds |= folds(table.columns, column)
        if any(each.level for each in table.columns):
            self.worksheet.outline_settings(symbols_right=False)
        filled = [[each.value(line) for line in table.rows] for each in table.columns]
        for place, (each, values) in enumerate(zip(table.columns, filled, strict=True), start=column):
            self._fill(row + 1, place, each, values)
        widths = [self._widths[place] for place in range(column, last_column + 1)]
        self.heighten(row, header_height(table.columns, widths))
        self._heighten(row + 1, table.columns, filled, widths)
        self._rules(row + 1, last_row, column, table.columns)
        self._sparks(row + 1, last_row, column, table.columns)
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

    def _headers(self, row: int, column: int, table: Table[Row]) -> None:
        """The headers of *table*, and above them the names of groups of its columns."""
        headers = zip(_unlike_headers(table.columns), map(_header_style, table.columns), strict=True)
        if table.plain:
            for place, (header, style) in enumerate(headers, start=column):
                self.write(row, place, header, style)
        else:
            self.worksheet.add_table(row, column, row + len(table.rows), column + len(table.columns) - 1, {
                "name": table.name,
                "style": TABLE_STYLE,
                "columns": [{"header": header, "header_format": self.formats[style]} for header, style in headers],
            })  # fmt: skip
        for place, name in bands(table.columns, column):
            self.write(row - 1, place, name, "band")

    def _fill(self, first_row: int, place: int, column: Column[Row], values: list[Value]) -> None:
        look, number = self.formats[column.style], self.worksheet.write_number
        for row, value in enumerate(values, start=first_row):
            if type(value) is int or type(value) is float:  # nine of ten cells
                number(row, place, value, look)
            else:
                self.write(row, place, value, column.style)
        if column.style == "id":
            self._ids.append(xl_range(first_row, place, first_row + len(values) - 1, place))
            # Digits kept as text on purpose: as a number Excel would round them, and it need not warn of every one.
            self.worksheet.ignore_errors({"number_stored_as_text": " ".join(self._ids)})
        if column.asks is not None:
            self.ask(first_row, place, column.asks, len(values))
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

    def _sparks(self, first_row: int, last_row: int, first_column: int, columns: Sequence[Column[Row]]) -> None:
        places = {column.key: place for place, column in enumerate(columns, start=first_column)}
        for column in columns:
            if column.spark is not None:
                drawn = places[column.spark.first], places[column.spark.last]
                options = sparkline(first_row, last_row, places[column.key], drawn)
                self.worksheet.add_sparkline(first_row, places[column.key], options)

    def _rules(self, first_row: int, last_row: int, first_column: int, columns: tuple[Column[Row], ...]) -> None:
        places = {column.key: place for place, column in enumerate(columns, start=first_column)}

        def cell_of(key: str) -> str:
            return str(xl_rowcol_to_cell(first_row, places[key], col_abs=True))

        for column in columns:
            place = places[column.key]
            for rule in column.rules:
                self.rule((first_row, place, last_row, place), rule, cell_of)

    @overload
    def _local(self, value: datetime) -> datetime: ...
    @overload
    def _local(self, value: date) -> date: ...
    def _local(self, value: date) -> date:
        return value.astimezone(self._zone).replace(tzinfo=None) if isinstance(value, datetime) else value

    def _cached(self, value: Plain) -> str | int | float:
        """What a formula gives, as the file keeps it."""
        if isinstance(value, timedelta):
            return value / _DAY
        if isinstance(value, datetime):
            return (self._local(value) - _DAY_ZERO) / _DAY
        if isinstance(value, date):
            return value.toordinal() - _DAY_ZERO.toordinal()
        return kept(value) if isinstance(value, str) else "" if value is None else value

    def _write_link(self, row: int, column: int, link: Link, style: str) -> None:
        """A link, or only its text where Excel would not open the workbook for it."""
        self._links += 1
        if self._links == LINKS + 1:
            log.warning("The sheet %s has more than %s links; the others are texts.", self.worksheet.name, f"{LINKS:,}")
        if self._links > LINKS or len(link.url) > URL:
            self.worksheet.write_string(row, column, plain(link.text), self.formats[style])
        else:
            self.worksheet.write_url(row, column, link.url, self.formats[style], plain(link.text))

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
        free = page.table(row, 0, table)
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
        row = page.table(row + 1, 0, table) + 1
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


def _unlike_headers(columns: Sequence[Column[Row]]) -> list[str]:
    """Headers as Excel wants them: none twice, whatever the case, none over 255 characters."""
    return unlike([shortened(plain(column.header), 240) for column in columns])


def _header_style(column: Column[Row]) -> str:
    if column.upright:
        return "head_upright"
    return "head_number" if column.style in NUMBERS else "head"
