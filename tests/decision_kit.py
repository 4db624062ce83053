"""Workbooks with the table ToDo, as they are written and as people leave them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any, Final

import xlsxwriter
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.domain.decisions import (
    CHOICES,
    DECIDED_ON,
    DECISION,
    FLIPS_IF,
    KEY,
    NOTE,
    PROOF,
    REASON,
    SINCE,
    SUGGESTED,
    TABLE,
    UNTIL,
    WAS,
    WHAT,
    WHO,
    Edited,
    Told,
)
from pipeline.sources.workbook.copies import Copy
from pipeline.sources.workbook.decode import Found, decode

HEADERS: Final = (KEY, WHAT, WHO, SINCE, REASON, PROOF, FLIPS_IF, SUGGESTED, DECISION, UNTIL, NOTE, DECIDED_ON, WAS)
SAVED: Final = datetime(2026, 11, 28, 20, 15, tzinfo=UTC)
HEADER_ROW: Final = 6
"""From 1, as we write it."""


UNTOLD: Final = Told()
NIGHT: Final = "2026-11-28T03:00:00.000+00:00"
"""The night that wrote the workbooks."""


@dataclass(frozen=True)
class Line:
    """A row of To do; `was` is what we wrote into its four cells."""

    key: str
    who: str
    was: Told = UNTOLD

    @property
    def cells(self) -> dict[str, Any]:
        """What stands under each header."""
        until = date.fromisoformat(self.was.until) if self.was.until else None
        return {
            KEY: self.key, WHAT: "Remove", WHO: self.who, SINCE: date(2026, 11, 1), REASON: f"{self.who} is away",
            PROOF: "No gain in 60 days", FLIPS_IF: "Any gain", SUGGESTED: "Remove", DECISION: self.was.decision or None,
            UNTIL: until, NOTE: self.was.note or None, DECIDED_ON: self.was.decided_on or None, WAS: self.was.mark(NIGHT),
        }  # fmt: skip


LINES: Final = (
    Line("remove:1", "Zezima"),
    Line("remove:2", "Woox"),
    Line("promote:3:4", "B0aty", Told("Promote", "", "well earned", "2026-11-20")),
    Line("remove:5", "Hey Jase", Told("On leave until", "2026-12-24", "exams", "2026-11-21")),
)
"""Two rows nobody has decided, and two that somebody has."""


def written(lines: Sequence[Line] = LINES, *, sheet: str = "To do", others: Sequence[str] = ("Summary",)) -> bytes:
    """The workbook as xlsxwriter writes it: a table, a list to choose from, hidden columns, and a table of cards below."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        for other in others:
            book.add_worksheet(other).write_row(0, 0, ["Who", "Since", "Reason"])
        page, day = book.add_worksheet(sheet), book.add_format({"num_format": "yyyy-mm-dd"})
        page.write_string(0, 0, "A clan – To do")
        top, low = HEADER_ROW - 1, HEADER_ROW - 1 + len(lines)
        columns = [{"header": header} for header in HEADERS]
        page.add_table(top, 0, low, len(HEADERS) - 1, {"name": TABLE, "columns": columns})
        for row, line in enumerate(lines, start=top + 1):
            for place, value in enumerate(line.cells.values()):
                if isinstance(value, date):
                    page.write_datetime(row, place, value, day)
                elif value is not None:
                    page.write_string(row, place, value)
        choosing = HEADERS.index(DECISION)
        page.data_validation(top + 1, choosing, low, choosing, {"validate": "list", "source": list(CHOICES.values())})
        for header in (KEY, WAS):
            page.set_column(HEADERS.index(header), HEADERS.index(header), 8, None, {"hidden": True})
        page.write_string(low + 2, 0, "What stands out: 1 card")
        cards = ["How pressing", "What stands out", WHO, "What we see", "Kind", "What to do", "How sure", SINCE]
        page.add_table(low + 3, 0, low + 4, 7, {"name": "Cards", "columns": [{"header": header} for header in cards]})
        page.write_row(low + 4, 0, ["High", "A card", "Zezima", "Something", "Gains", "Look", "Very", "2026-11-01"])
    return content.getvalue()


def edited(content: bytes, change: Callable[[Worksheet], object], sheet: str = "To do") -> bytes:
    """*content* after somebody made a *change* to the sheet and saved it."""
    book = load_workbook(BytesIO(content))
    page = book[sheet]
    assert isinstance(page, Worksheet)
    change(page)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def column(header: str) -> int:
    """The column of *header* as we write it, from 1."""
    return HEADERS.index(header) + 1


def decide(page: Worksheet, line: int, **cells: Any) -> None:
    """Write into the row of the line number *line*, from 0; `decided_on` is Decided on."""
    names = {"decision": DECISION, "until": UNTIL, "note": NOTE, "decided_on": DECIDED_ON}
    for name, value in cells.items():
        page.cell(HEADER_ROW + 1 + line, column(names[name])).value = value


def deciding(line: int, **cells: Any) -> Callable[[Worksheet], None]:
    """The change that `decide` makes."""
    return lambda page: decide(page, line, **cells)


def found_in(content: bytes, name: str = "clan_report_summary_merged.xlsx") -> Found:
    """What *content* holds."""
    return decode(Copy("output", name, len(content), "0" * 64, SAVED), content)


def rows_in(content: bytes) -> list[Edited]:
    """The edited rows of *content*."""
    return found_in(content).rows


def told_in(content: bytes) -> dict[str, Told]:
    """What people wrote, by key."""
    return {row.key: row.told for row in rows_in(content)}
