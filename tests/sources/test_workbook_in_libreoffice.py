"""LibreOffice itself edits and saves the workbook, as an officer without Excel does, and the decisions come back."""

import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Final

import pytest
from decision_kit import HEADER_ROW, LINES, column, edited, found_in, written
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.domain.decisions import DECISION, NOTE, UNTIL, Told

pytestmark = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")

LIBRARY: Final = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false" \
library:passwordprotected="false"><library:element library:name="Officer"/></library:library>
"""
MODULE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Officer" script:language="StarBasic">
{text}
</script:module>
"""

FIRST: Final = HEADER_ROW
"""The first row of the table, from 0 as LibreOffice counts."""

DECIDE: Final = f"""
page.getCellByPosition({column(DECISION) - 1}, {FIRST}).String = "keep"
page.getCellByPosition({column(UNTIL) - 1}, {FIRST}).Formula = "2026-12-01"
page.getCellByPosition({column(NOTE) - 1}, {FIRST}).String = "he said so" &amp; Chr(10) &amp; "twice"
page.getCellByPosition({column(DECISION) - 1}, {FIRST + 3}).Formula = "=LOWER(""REMOVE"")"
page.getCellByPosition({column(UNTIL) - 1}, {FIRST + 3}).String = ""
"""
SORT: Final = f"""
Dim by(0) As New com.sun.star.table.TableSortField
by(0).Field = 2
by(0).IsAscending = False
Dim how(1) As New com.sun.star.beans.PropertyValue
how(0).Name = "SortFields"
how(0).Value = by()
how(1).Name = "ContainsHeader"
how(1).Value = True
page.getCellRangeByPosition(0, {HEADER_ROW - 1}, 12, {HEADER_ROW - 1 + len(LINES)}).sort(how())
"""
EDITS: Final = {
    "nothing": "",
    "decided": DECIDE,
    "sorted": DECIDE + SORT,
    "deleted": DECIDE + f"page.Rows.removeByIndex({FIRST + 1}, 1)",
    "added": DECIDE + f'page.Columns.insertByIndex(0, 2)\npage.Columns.insertByIndex({column(DECISION) + 2}, 1)\npage.getCellByPosition(1, {HEADER_ROW - 1}).String = "Mine"',
    "moved": DECIDE + "page.Rows.insertByIndex(0, 20)",
    "renamed": DECIDE + 'page.Name = "Bob decides"',
    "plain": DECIDE + 'If book.DatabaseRanges.hasByName("ToDo") Then book.DatabaseRanges.removeByName("ToDo")',
    "all": DECIDE + SORT + 'page.Rows.insertByIndex(2, 3)\npage.Columns.insertByIndex(4, 1)\npage.Name = "Bob decides"',
}  # fmt: skip
"""What the officer does, in LibreOffice's own Basic."""

SAVING: Final = """
Sub Edit_{name}(folder As String)
  Dim opened(0) As New com.sun.star.beans.PropertyValue
  opened(0).Name = "Hidden"
  opened(0).Value = True
  book = StarDesktop.loadComponentFromURL(folder &amp; "/{book}", "_blank", 0, opened())
  page = book.Sheets.getByName("To do")
  {edit}
  Dim saved(0) As New com.sun.star.beans.PropertyValue
  saved(0).Name = "FilterName"
  saved(0).Value = "Calc MS Excel 2007 XML"
  book.storeToURL(folder &amp; "/{name}.xlsx", saved())
  book.close(True)
End Sub"""
MACRO: Final = "\n".join(
    [
        *(SAVING.format(name=name, book="book.xlsx", edit=edit) for name, edit in EDITS.items()),
        SAVING.format(name="back", book="book.ods", edit=""),
        SAVING.format(name="strange", book="strange-before.xlsx", edit=""),
    ]
)
ALL: Final = "\n".join(
    [
        "Sub Live(folder As String)",
        *(f"  Edit_{name}(folder)" for name in (*EDITS, "back", "strange")),
        "  StarDesktop.terminate()",
        "End Sub",
    ]
)


def soffice(folder: Path, *words: str) -> None:
    """LibreOffice with a profile of its own."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--norestore", *words], check=True, capture_output=True, timeout=120
    )


def strange(page: Worksheet) -> None:
    """A strange word, and a date that lost its format."""
    page.cell(HEADER_ROW + 1, column(DECISION)).value = "perhaps"
    page.cell(HEADER_ROW + 2, column(UNTIL)).value = 46357


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the workbook as the officer saved it after each of the edits, and others that were saved again."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "book.xlsx").write_bytes(written())
    (folder / "strange-before.xlsx").write_bytes(edited(written(), strange))
    # The first start makes the profile, over anything that lies there.
    soffice(folder, "--convert-to", "ods", "--outdir", str(folder), str(folder / "book.xlsx"))
    library = folder / "profile" / "user" / "basic" / "Standard"
    (library / "script.xlb").write_text(LIBRARY, "utf-8")
    (library / "Officer.xba").write_text(MODULE.format(text=MACRO + "\n" + ALL), "utf-8")
    soffice(folder, f'macro:///Standard.Officer.Live("{folder.as_uri()}")')
    return folder


def saved_by(content: Path) -> str:
    """The program that wrote a workbook, by its own word."""
    with zipfile.ZipFile(content) as packed:
        found = re.search(r"<Application>(.*?)</Application>", packed.read("docProps/app.xml").decode())
    return found[1] if found else ""


@pytest.mark.parametrize("name", EDITS)
def test_libreoffice_wrote_what_is_read(folder: Path, name: str) -> None:
    assert saved_by(folder / "book.xlsx") == "Microsoft Excel"
    assert saved_by(folder / f"{name}.xlsx").startswith("LibreOffice")


@pytest.mark.parametrize("content", ["nothing.xlsx", "back.xlsx"])
def test_what_libreoffice_saves_unchanged_yields_nothing(folder: Path, content: str) -> None:
    found = found_in((folder / content).read_bytes())
    assert (found.rows, found.problems, found.whole, found.has_table) == ([], [], True, True)


@pytest.mark.parametrize("name", sorted(EDITS.keys() - {"nothing"}))
def test_decisions_made_in_libreoffice_come_back(folder: Path, name: str) -> None:
    found = found_in((folder / f"{name}.xlsx").read_bytes())
    assert {row.key: row.told for row in found.rows} == {
        "remove:1": Told("Keep", "2026-12-01", "he said so\ntwice"),
        "remove:5": Told("Remove", "", "exams", "2026-11-21"),
    }
    assert {row.key: row.who for row in found.rows} == {"remove:1": "Zezima", "remove:5": "Hey Jase"}
    assert (found.problems, found.whole) == ([], True)


def test_what_excel_users_did_survives_libreoffice(folder: Path) -> None:
    """Edited by one program and saved again by the other."""
    again = folder / "strange.xlsx"
    assert saved_by(again).startswith("LibreOffice")
    assert [row.told for row in found_in(again.read_bytes()).rows] == [Told("perhaps"), Told(until="2026-12-01")]
