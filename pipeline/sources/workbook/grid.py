"""The sheets of a workbook as rows of cells. Only here openpyxl is known, and what it makes of strange files."""

import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Any, Final
from xml.etree.ElementTree import fromstring

from openpyxl import Workbook, load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from pipeline.errors import Unreadable

MOST_ROWS: Final = 100_000
"""Rows of a sheet that are read; below them nobody works by hand."""

LAST_ROW: Final = 1_048_576
"""Of any sheet. LibreOffice names it, empty, in many that it saves."""

WIDEST: Final = 1_024
"""Columns that are looked at."""

Cells = list[Any]
Area = tuple[int, int, int, int]
"""First column and row, last column and row, from 1."""

_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s>/]")
_MERGED: Final = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=\"([A-Z]+\d+:[A-Z]+\d+)\"")
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell whose formula no program has worked out: what it says is all there is."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet: its rows by their numbers, from 1. `cut`: something stands below `MOST_ROWS`; `merged`: areas joined in one."""

    rows: dict[int, Cells]
    cut: bool
    merged: tuple[Area, ...]


class Book:
    """An open workbook. Any of its methods raises `Unreadable` for what openpyxl does not understand."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        with _understood():
            self._book = _open(content, values=True)
            self.names = [sheet.title for sheet in self._book.worksheets]
            with zipfile.ZipFile(BytesIO(content)) as archive:
                lost = {title for title, _relation in _listed(archive)}.difference(self._book.sheetnames)
        if lost or not self.names:
            raise Unreadable("is damaged: a sheet of it is missing")

    def head(self, name: str, rows: int) -> list[Cells]:
        """The first *rows* of the sheet *name*."""
        with _understood():
            return list(islice(_rows(self._book, name), rows))

    def grid(self, name: str) -> Grid:
        """All of the sheet *name*; a formula without a result stands there as a `Formula`."""
        with _understood():
            lines = enumerate(islice(_rows(self._book, name), LAST_ROW), start=1)
            rows = dict(islice(lines, MOST_ROWS))
            cut = any(not is_blank(cells) for _number, cells in lines)
            part = self._part(name)
            if _FORMULA.search(part):
                self._recall_formulas(name, rows)
            merged = [range_boundaries(found[1].decode()) for found in _MERGED.finditer(part)]
        return Grid(
            rows,
            cut,
            tuple((left, top, right, low) for left, top, right, low in merged if left and top and right and low),
        )

    def _recall_formulas(self, name: str, rows: dict[int, Cells]) -> None:
        book = _open(self._content, values=False)
        for number, cells in enumerate(islice(_rows(book, name), len(rows)), start=1):
            for at, cell in enumerate(cells):
                if at < len(rows[number]) and rows[number][at] is None and (formula := _formula(cell)):
                    rows[number][at] = formula

    def _part(self, name: str) -> bytes:
        """The sheet's own XML; empty if the workbook does not keep it where all programs do."""
        with zipfile.ZipFile(BytesIO(self._content)) as archive:
            try:
                links = fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - searched for entities before
                relation = next(relation for title, relation in _listed(archive) if title == name)
                target = next(link.get("Target", "") for link in links if link.get("Id") == relation)
                return archive.read(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
            except (KeyError, StopIteration):
                return b""


def _listed(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """The sheets that a workbook says it has, by title and relation; none if it does not say so where all programs do."""
    try:
        root = fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - searched for entities before
    except KeyError:
        return []
    found = [each for each in root.iter() if each.tag.endswith("}sheet")]
    return [(each.get("name", ""), each.get(_RELATION, "")) for each in found]


def is_blank(cells: Cells) -> bool:
    """Whether nothing stands in a row."""
    return all(cell is None or cell == "" for cell in cells)


def _formula(cell: object) -> Formula | None:
    if isinstance(cell, ArrayFormula | DataTableFormula):
        return Formula(str(getattr(cell, "text", None) or "={…}"))
    return Formula(cell) if isinstance(cell, str) and cell.startswith("=") else None


def _open(content: bytes, *, values: bool) -> Workbook:
    return load_workbook(BytesIO(content), read_only=True, data_only=values, keep_links=False)


def _rows(book: Workbook, name: str) -> Iterator[Cells]:
    sheet = book[name]
    sheet.reset_dimensions()  # what a file says of its size need not be true
    for row in sheet.iter_rows(values_only=True):
        yield list(row[:WIDEST])


@contextmanager
def _understood() -> Iterator[None]:
    """openpyxl raises whatever comes of a strange file, and warns of every feature it leaves out."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(f"is damaged, or not of a form that we know ({type(error).__name__})") from error
