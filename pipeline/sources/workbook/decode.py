"""Bytes of a workbook become the rows in which somebody wrote something. Pure: nothing is opened, nothing is written."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pipeline.domain.decisions import (
    DECIDED_ON,
    DECISION,
    KEY,
    NOTE,
    PROOF,
    REASON,
    SUGGESTED,
    UNTIL,
    WAS,
    WHAT,
    WHO,
    Edited,
    Told,
    choice,
    read_mark,
)
from pipeline.sources.workbook.archive import refuse
from pipeline.sources.workbook.cells import ERRORS, day_of, decision_of, heading, text_of
from pipeline.sources.workbook.copies import Copy
from pipeline.sources.workbook.grid import MOST_ROWS, Book, Cells, Formula, Grid, is_blank
from pipeline.sources.workbook.table import HEAD, Columns, header_of, is_foreign_header, settle, spread, told
from pipeline.sources.workbook.was import is_edited

SHEET: Final = "To do"
"""The sheet that is looked into first; others only if it does not hold the table."""

_SAID: Final = 10
"""Problems of a copy that are told; more are counted."""


@dataclass(slots=True)
class Found:
    """What a copy holds: its edited `rows`, and `problems` in words. Not `whole` means that there may be more than was read."""

    rows: list[Edited] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    whole: bool = True
    has_table: bool = False

    @property
    def problem(self) -> str:
        """All that is odd, as one sentence without its end."""
        more = len(self.problems) - _SAID
        return "; ".join([*self.problems[:_SAID], *([f"and {more:,} more"] if more > 0 else [])])


def decode(copy: Copy, content: bytes) -> Found:
    """What people wrote into *copy*, whose bytes are *content*; raises `Unreadable` if it cannot be opened or understood."""
    refuse(content)
    book, found = Book(content), Found()
    for name in _sheets(book):
        grid = book.grid(name)
        found.has_table = True
        if grid.cut:
            found.whole = False
            found.problems.append(f"the sheet {name} goes on below row {MOST_ROWS:,}, where nobody reads")
        _read(copy, name, grid, found)
    if not found.has_table:
        _look_for_the_headless(book, found)
    return found


def _look_for_the_headless(book: Book, found: Found) -> None:
    """Rows of ours whose header is gone hold decisions that nobody can tell apart."""
    for name in book.names:
        marks = (read_mark(cell) for cells in book.head(name, HEAD) for cell in cells if isinstance(cell, str))
        if any(marks):
            found.has_table, found.whole = True, False
            found.problems.append(f"the header of the table in the sheet {name} is gone: put it back")


def _sheets(book: Book) -> Iterator[str]:
    """The sheets with the table: those of the usual name or, if none of them has it, all others."""
    usual = [name for name in book.names if heading(name) == heading(SHEET)]
    with_table = [name for name in usual if _has_header(book, name)]
    if with_table:
        yield from with_table
        return
    yield from (name for name in book.names if name not in usual and _has_header(book, name, surely=True))


def _has_header(book: Book, name: str, *, surely: bool = False) -> bool:
    """Whether the table stands in the sheet *name*; *surely* asks for a header that no other list of decisions has."""
    heads = [places for cells in book.head(name, HEAD) if (places := header_of(cells))]
    return any(not surely or places.keys() & {KEY, SUGGESTED, WAS} for places in heads)


def _read(copy: Copy, sheet: str, grid: Grid, found: Found) -> None:
    """Add the rows of *grid*, which may hold the table twice, or others below it."""
    columns: Columns | None = None
    apart = False
    for number, cells in grid.rows.items():
        if is_blank(cells):
            apart = True
        elif places := header_of(cells):
            columns, apart = settle(places, grid, number), False
            spread(grid, columns, number)
            _tell_missing(sheet, columns, found)
        elif columns is not None:
            ours = columns.is_ours(cells)
            if not ours and is_foreign_header(cells):
                columns = None
                continue
            apart = apart and not ours
            _read_row(copy, number, cells, columns, found, apart=apart)


def _tell_missing(sheet: str, columns: Columns, found: Found) -> None:
    for header in columns.missing:
        found.whole = False
        found.problems.append(f"the table in the sheet {sheet} has no column {header} any more: put its header back")


def _read_row(copy: Copy, number: int, cells: Cells, columns: Columns, found: Found, *, apart: bool) -> None:
    mark = columns.mark(cells)
    told, odd = _told(cells, columns, mark)
    if not is_edited(told, mark):
        return
    if apart and columns.proves and choice(told.decision) is None:
        found.problems.append(f"row {number} stands apart from the table and bears no key, so it was not read")
        return
    found.problems += [f"row {number}: {text}" for text in odd]
    what, who, reason, proof = (text_of(columns.cell(cells, header)) for header in (WHAT, WHO, REASON, PROOF))
    key, edited_at = columns.key(cells), copy.modified
    found.rows.append(Edited(copy.name, copy.place, number, key, what, who, reason, proof, told, mark, edited_at))


def _told(cells: Cells, columns: Columns, mark: str) -> tuple[Told, list[str]]:
    """The four cells of a row, and what is odd about them. A column that is gone says what it said before."""
    before = read_mark(mark)
    odd = []
    texts = {}
    for header in (DECISION, UNTIL, NOTE, DECIDED_ON):
        if header not in columns.at:
            texts[header] = told(before.told, header) if before else ""
            continue
        cell = columns.cell(cells, header)
        text, problem = _text(header, cell)
        texts[header] = text
        if problem:
            odd.append(f"{header} “{text[:40]}” {problem}")
    return Told(texts[DECISION], texts[UNTIL], texts[NOTE], texts[DECIDED_ON]), odd


def _text(header: str, cell: object) -> tuple[str, str]:
    if isinstance(cell, Formula):
        return text_of(cell), "is a formula that no program has worked out yet"
    if isinstance(cell, str) and cell in ERRORS:
        return cell, "is an error"
    if header in (UNTIL, DECIDED_ON):
        return day_of(cell)
    return (decision_of(cell) if header == DECISION else text_of(cell)), ""
