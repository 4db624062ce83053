"""A worksheet being written: cells with their format, zone and limits, the head of every sheet, widths, heights and printing."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from logging import getLogger
from typing import Final, overload
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range_abs

from pipeline.marts.model import Marts
from pipeline.outputs.excel.formats import UNLINKED, Formats
from pipeline.outputs.excel.limits import LINKS, URL, answerable, fitting
from pipeline.outputs.excel.links import sheet_link
from pipeline.outputs.excel.measure import row_heights
from pipeline.outputs.excel.paper import page_breaks
from pipeline.outputs.excel.rules import Rule
from pipeline.outputs.excel.sheet import Formula, Link, Plain, Value
from pipeline.outputs.excel.text import kept, plain, shortened

log = getLogger(__name__)

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

    def width_of(self, column: int) -> float:
        """How wide *column* is, in digits of the standard type."""
        return self._widths[column]

    def fold(self, options: Mapping[int, dict[str, int]]) -> None:
        """Fold or hide columns, before they are made wide."""
        self._folds |= options
        if any(each["level"] for each in options.values()):
            self.worksheet.outline_settings(symbols_right=False)

    def keep_digits(self, area: str) -> None:
        """Let *area* hold digits as text on purpose: as numbers Excel would round them, and it need not warn of every one."""
        self._ids.append(area)
        self.worksheet.ignore_errors({"number_stored_as_text": " ".join(self._ids)})

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
