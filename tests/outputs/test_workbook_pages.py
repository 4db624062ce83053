"""LibreOffice opens the workbook, prints it without a hidden number, and gives back what was written."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from advice_builders import advised_marts
from openpyxl import Workbook
from workbook_reader import read, rows_of

from pipeline.marts.model import Marts
from pipeline.marts.totals import totals
from pipeline.outputs.excel.activity import PRINTED, weeks_table
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.channels import channels_table
from pipeline.outputs.excel.contests import contests_sheet
from pipeline.outputs.excel.gains import gains_sheet
from pipeline.outputs.excel.helping import helpers_sheet
from pipeline.outputs.excel.identities import identities_sheet
from pipeline.outputs.excel.inactivity import inactivity_sheet
from pipeline.outputs.excel.matrix import bosses_sheet, skills_sheet
from pipeline.outputs.excel.members import members_sheet
from pipeline.outputs.excel.milestones import milestones_sheet
from pipeline.outputs.excel.promotions import promotions_sheet
from pipeline.outputs.excel.readme import sources_table
from pipeline.outputs.excel.reconciliation import totals_table
from pipeline.outputs.excel.retention import cohorts_table, funnel_table, words_table
from pipeline.outputs.excel.roster import roster_sheet
from pipeline.outputs.excel.runs import runs_sheet
from pipeline.outputs.excel.sheet import Table
from pipeline.outputs.excel.talkers import people_table
from pipeline.outputs.excel.todo import todo_sheet
from pipeline.outputs.excel.workbook import write_workbook

pytestmark = pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")), reason="LibreOffice or pdftotext is not installed"
)


@pytest.fixture(scope="module")
def marts() -> Marts:
    return advised_marts(28, hostile_names=True, talk=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, marts: Marts) -> Path:
    """A folder with the workbook, its printed pages as text, and what LibreOffice saved again."""
    folder = tmp_path_factory.mktemp("pages")
    write_workbook(marts, folder / "book.xlsx")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    for kind, where in (("pdf", folder), ("xlsx", folder / "again")):
        command = [
            "soffice",
            profile,
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            str(where),
            str(folder / "book.xlsx"),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
    subprocess.run(["pdftotext", "-layout", folder / "book.pdf", folder / "book.txt"], check=True)
    return folder


@pytest.fixture(scope="module")
def both(folder: Path) -> tuple[Workbook, Workbook]:
    """The workbook as we wrote it, and as LibreOffice saved it again."""
    return read(folder / "book.xlsx"), read(folder / "again" / "book.xlsx")


@pytest.fixture(scope="module")
def pages(folder: Path) -> str:
    return (folder / "book.txt").read_text(encoding="utf-8")


def test_no_number_is_hidden_behind_hashes(pages: str) -> None:
    assert "##" not in pages


def test_no_printed_header_is_clipped(pages: str, marts: Marts) -> None:
    described = [
        sheet(Answers(marts))
        for sheet in (
            members_sheet,
            gains_sheet,
            bosses_sheet,
            skills_sheet,
            roster_sheet,
            contests_sheet,
            milestones_sheet,
            runs_sheet,
        )
    ]
    assert marts.talk is not None
    talk = marts.talk
    parts = [sheet(Answers(marts), talk) for sheet in (helpers_sheet, identities_sheet)]
    advice = [sheet(Answers(marts)) for sheet in (todo_sheet, promotions_sheet, inactivity_sheet)]
    whole: list[Table[Any]] = [weeks_table(talk), words_table(Answers(marts)), funnel_table(marts.advice.retention)]
    whole += [cohorts_table(marts.advice.retention), totals_table(totals(marts)), sources_table(marts.freshness)]
    printed: list[tuple[Table[Any], int | None]] = [(table, None) for table in whole]
    printed += [(sheet.tables[0], sheet.tables[0].printed[0]) for sheet in described]
    printed += [(table, table.printed[0]) for sheet in (*advice, *parts) for table in sheet.tables]
    printed += [(table, PRINTED) for table in (channels_table(talk), people_table(talk, Answers(marts)))]
    columns = [column for table, last in printed for column in table.columns[:last] if not column.hidden]
    words = {word for column in columns for word in column.header.split()}
    assert words <= set(pages.split())


def test_the_header_of_the_talkers_stands_on_each_of_their_pages(pages: str) -> None:
    of_people = [page for page in pages.split("\f") if re.search(r"(no nickname)", page)]
    assert of_people
    assert all("Talks most in" in page for page in of_people)


def test_spans_are_printed_in_minutes_hours_and_days(pages: str) -> None:
    assert re.search(r"\b\d+ min\b", pages)
    assert re.search(r"\b\d+ h \d\d min\b", pages)
    assert re.search(r"\b\d+\.\d days\b", pages)


def test_every_page_says_which_sheet_it_belongs_to(pages: str) -> None:
    assert [
        name
        for name in (
            "Summary",
            "To do",
            "Promotions",
            "Inactivity",
            "Members",
            "Gains",
            "Bosses",
            "Skills",
            "Roster log",
            "Read me",
            "Activity",
            "Helpers",
            "Identities",
            "Retention",
            "Competitions",
            "Milestones",
            "Runs",
        )
        if not re.search(rf"\b{name}\b", pages)
    ] == []


@pytest.mark.parametrize(
    "table",
    [
        "ToDo",
        "Promotions",
        "Inactivity",
        "Members",
        "KillCounts",
        "Levels",
        "RosterLog",
        "Weeks",
        "Talkers",
        "Helpers",
        "Newcomers",
        "Ties",
        "Unanswered",
        "Totals",
        "NeedAWord",
        "Funnel",
        "Cohorts",
        "Contests",
        "Standings",
        "Coming",
        "Forecasts",
        "Reached",
        "Runs",
    ],
)
def test_a_table_survives_being_opened_and_saved(both: tuple[Workbook, Workbook], table: str) -> None:
    before, after = (rows_of(book, table) for book in both)
    assert [comparable(row) for row in after] == [comparable(row) for row in before]


def comparable(row: dict[str, Any]) -> list[Any]:
    """Instants to the second, hours to five decimals: LibreOffice rounds the fraction of a day in its own way."""
    return [
        value.replace(microsecond=0)
        if hasattr(value, "microsecond")
        else round(value, 5)
        if isinstance(value, float)
        else value
        for value in row.values()
    ]
