"""A written workbook, read by openpyxl: somebody else's eyes."""

import re
import warnings
import zipfile
from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from advice_builders import advised_marts
from builders import a_marts
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet
from xlsxwriter import Workbook as Drawing

from pipeline.marts.model import Marts
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.contents import CHAPTERS
from pipeline.outputs.excel.formats import Formats
from pipeline.outputs.excel.sheet import Table
from pipeline.outputs.excel.workbook import OPTIONS, draw_chapter, workbook_bytes

SHEETS: Final = (
    "Read me", "Summary", "To do", "Members", "Promotions", "Inactivity", "Gains", "Bosses", "Skills", "Activity", "Helpers", "Identities",
    "Retention", "Policy replay", "Competitions", "Roster log", "Milestones", "Runs",
)  # fmt: skip
"""Every sheet, in order."""

OF_TALK: Final = ("Activity", "Helpers", "Identities")
"""Those that are there only where Discord is set up."""

GAME_SHEETS: Final = tuple(name for name in SHEETS if name not in OF_TALK)

LEADS_TO: Final = re.compile(r"https://(wiseoldman\.net/(players|competitions)/[^/?#]+|discord\.com/channels/[0-9/]+)")
"""Where a link of the workbook may lead outside of it."""


def read(source: Path | bytes) -> Workbook:
    """The workbook in *source*. openpyxl says that it does not know bars of 2010; we test those elsewhere."""
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", "(Unknown|Conditional Formatting|Sparkline Group) extension", UserWarning, "openpyxl"
        )
        return load_workbook(BytesIO(source) if isinstance(source, bytes) else source)


def xml_of(content: bytes, name: str) -> str:
    """The part of the sheet *name*, for what openpyxl drops: bars of 2010, sparklines, outlines."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = re.findall(r'<sheet name="([^"]*)"', archive.read("xl/workbook.xml").decode())
        return archive.read(f"xl/worksheets/sheet{names.index(name) + 1}.xml").decode()


def written(marts: Marts) -> Workbook:
    """The workbook of *marts*, read back."""
    return read(workbook_bytes(marts))


def content_of(marts: Marts, *names: str) -> bytes:
    """Nothing but the sheets *names* of it: the others would take most of the time."""
    content = BytesIO()
    with Drawing(content, dict(OPTIONS)) as workbook:
        formats, answers = Formats(workbook), Answers(marts)
        for chapter in CHAPTERS:
            if chapter.name in names:
                draw_chapter(workbook, chapter, formats, answers)
    return content.getvalue()


def only(marts: Marts, *names: str) -> Workbook:
    """The same, read back."""
    return read(content_of(marts, *names))


@cache
def night(members: int = 12, *, hostile_names: bool = False) -> tuple[Marts, Workbook]:
    """The marts of a clan and its workbook, read back once for all tests that only look at it."""
    marts = a_marts(members, hostile_names=hostile_names)
    return marts, written(marts)


@cache
def advised(members: int = 24, *, hostile_names: bool = False, talk: bool = False) -> tuple[Marts, Workbook]:
    """The same of a clan that is advised, and that talks if asked for."""
    marts = advised_marts(members, hostile_names=hostile_names, talk=talk)
    return marts, written(marts)


HIDDEN = ["Gains data", "Lists"]
"""The sheets that only formulas read, the last of every workbook whose clan gained anything."""


def shown(workbook: Workbook) -> list[Worksheet]:
    """The sheets that people see."""
    return [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]


def shown_names(workbook: Workbook) -> list[str]:
    """What those are called, in order."""
    return [sheet.title for sheet in shown(workbook)]


def table_of(workbook: Workbook, name: str) -> tuple[Worksheet, tuple[int, int, int, int]]:
    """The sheet on which the table *name* stands, and its first column and row, last column and row."""
    for sheet in workbook.worksheets:
        if name in sheet.tables:
            left, top, right, bottom = range_boundaries(sheet.tables[name].ref)
            assert isinstance(sheet, Worksheet)
            assert isinstance(left, int)
            assert isinstance(top, int)
            assert isinstance(right, int)
            assert isinstance(bottom, int)
            return sheet, (left, top, right, bottom)
    raise LookupError(name)


def rows_of(workbook: Workbook, name: str) -> list[dict[str, Any]]:
    """The rows of the table *name*, each by header."""
    sheet, (left, top, right, bottom) = table_of(workbook, name)
    header, *cells = sheet.iter_rows(top, bottom, left, right, values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in cells]


def column_range(workbook: Workbook, table: str, place: int) -> str:
    """The data cells of the column number *place*, from 0, of *table*, such as `C6:C17`."""
    _sheet, (left, top, _right, bottom) = table_of(workbook, table)
    letter = get_column_letter(left + place)
    return f"{letter}{top + 1}:{letter}{bottom}" if bottom > top + 1 else f"{letter}{bottom}"


def texts(workbook: Workbook) -> list[str]:
    """Every text in every cell."""
    cells = (cell for sheet in workbook.worksheets for row in sheet.iter_rows(values_only=True) for cell in row)
    return [cell for cell in cells if isinstance(cell, str)]


def links(workbook: Workbook) -> list[tuple[str, str]]:
    """Every link with the text of its cell; a place in the workbook as `#'Sheet'!A1`."""
    cells = (cell for sheet in workbook.worksheets for row in sheet.iter_rows() for cell in row)
    return [
        (str(cell.value), cell.hyperlink.target or f"#{cell.hyperlink.location}") for cell in cells if cell.hyperlink
    ]


def strange_links(workbook: Workbook) -> list[str]:
    """Links that lead neither to a sheet of the workbook nor to where they may."""
    sheets = {f"#'{name}'!A1" for name in workbook.sheetnames}
    return [target for _text, target in links(workbook) if target not in sheets and not LEADS_TO.fullmatch(target)]


def formulas(workbook: Workbook) -> list[str]:
    """Cells that are formulas."""
    cells = (cell for sheet in workbook.worksheets for row in sheet.iter_rows() for cell in row)
    return [f"{cell.parent.title}!{cell.coordinate}" for cell in cells if cell.data_type == "f"]


def opens_at(workbook: Workbook) -> str:
    """The sheet that stands open."""
    assert workbook.active is not None
    return workbook.active.title


def uncovered(workbook: Workbook, tables: Iterable[Table[Any]]) -> list[tuple[str, str]]:
    """Columns of *tables*, by table and key, whose rules are not on all of their cells and on nothing else."""
    missing = []
    for table in tables:
        sheet, _corners = table_of(workbook, table.name)
        covered = [str(area.sqref) for area in sheet.conditional_formatting for _rule in area.rules]
        missing += [
            (table.name, column.key)
            for place, column in enumerate(table.columns)
            if covered.count(column_range(workbook, table.name, place)) != len(column.rules)
        ]
    return missing
