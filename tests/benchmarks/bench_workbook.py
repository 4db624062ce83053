"""The workbook of a full clan: how soon it is written, beside xlsxwriter alone writing the same cells, and how heavy it is.

The bare rival knows nothing of marts, tables, rules or widths: it calls one function of xlsxwriter for each cell that is in our file.
"""

import warnings
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final, NamedTuple

from bench_advice import MEMBERS, RULES, largest
from bench_history import NOW
from bench_kit import Line, at_most, seconds, take_turns, tell
from openpyxl import load_workbook
from xlsxwriter import Workbook

from pipeline.marts.assemble import assemble
from pipeline.outputs.excel.workbook import workbook_bytes
from pipeline.storage.engine import reading

DAYS: Final = 365
MESSAGES: Final = 100_000


class Cell(NamedTuple):
    """Where it stands, what it holds, and the number of its look."""

    row: int
    column: int
    value: Any
    look: int


Sheets = Mapping[str, Sequence[Cell]]


def workbook(folder: Path, turns: int) -> list[Line]:
    """From the marts to the bytes of the file; everything is formatted in both."""
    tell(f"inventing {MEMBERS} members, {DAYS} days, {MESSAGES:,} messages …")
    with reading(largest(folder / "largest.db", DAYS, MESSAGES)) as connection:
        marts = assemble(connection, NOW, RULES)
    content = workbook_bytes(marts)
    assert workbook_bytes(marts) == content
    sheets = cells_of(content)
    times = take_turns(
        max(3, turns // 2),
        ours=lambda: seconds(lambda: workbook_bytes(marts)),
        bare=lambda: seconds(lambda: bare(sheets)),
    )
    ours, rival = times["ours"], times["bare"]
    cells = sum(map(len, sheets.values()))
    return [
        at_most(f"the workbook of {MEMBERS} members × {DAYS} days", ours.best, 4, " s", f"median {ours.median:.2f} s"),
        at_most(f"against xlsxwriter alone, the same {cells:,} cells", ours.best / rival.best, 3, " ×",
                f"{rival.best:.2f} s alone"),
        at_most("its size", len(content) / 1e6, 4, " MB"),
    ]  # fmt: skip


def cells_of(content: bytes) -> Sheets:
    """Every cell that is in the file, the empty ones with a look among them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl leaves out what bars and trends are made of
        book = load_workbook(BytesIO(content))
    return {
        sheet.title: [
            Cell(row - 1, column - 1, cell.value, cell.style_id)
            for (row, column), cell in sheet._cells.items()  # what is in the file, and not the rectangle around it
        ]
        for sheet in book.worksheets
    }


def bare(sheets: Sheets) -> bytes:
    """A workbook of these cells and nothing else."""
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        used = {cell.look for cells in sheets.values() for cell in cells}
        looks = {look: book.add_format({"num_format": f'0"{look}"'}) for look in used}
        for name, cells in sheets.items():
            sheet = book.add_worksheet(name)
            for row, column, value, look in cells:
                if value is None:
                    sheet.write_blank(row, column, None, looks[look])
                elif isinstance(value, str) and value.startswith("="):
                    sheet.write_formula(row, column, value, looks[look], 1)
                elif isinstance(value, str):
                    sheet.write_string(row, column, value, looks[look])
                elif isinstance(value, date | timedelta):
                    sheet.write_datetime(row, column, value, looks[look])
                else:
                    sheet.write_number(row, column, value, looks[look])
    return content.getvalue()
