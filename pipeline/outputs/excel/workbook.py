"""The officers' workbook of a night, the same bytes for the same marts."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook

from pipeline.marts.model import Marts
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.chapter import TABS, Chapter
from pipeline.outputs.excel.contents import CHAPTERS
from pipeline.outputs.excel.formats import Formats, theme
from pipeline.outputs.excel.gains_data import draw_gains_data
from pipeline.outputs.excel.gains_grid import DATA, Grid
from pipeline.outputs.excel.gains_pick import Pick
from pipeline.outputs.excel.lists import NAME as LISTS
from pipeline.outputs.excel.lists import draw_lists
from pipeline.outputs.excel.page import Page
from pipeline.outputs.excel.readme import NAME as README
from pipeline.outputs.excel.readme import draw_readme
from pipeline.outputs.excel.text import plain, shortened
from pipeline.outputs.files import PRIVATE, any_place, write_or_date

OPENS_AT: Final = "Summary"
"""The sheet that stands open: the answer, not the explanation."""

OPTIONS: Final = {
    "in_memory": True,  # no temporary files, and every part of the archive is dated 1980
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
"""How every workbook of ours is made."""


def write_workbook(
    marts: Marts,
    target: Path,
    announce: Callable[[bytes], object] = len,
    may_replace: Callable[[Path], bool] = any_place,
) -> Path:
    """Write the workbook to *target* or, if that is open elsewhere or must stay, beside it under the date of the night; says where.

    *announce* is told its bytes before anything is replaced.
    """
    on = marts.as_of.astimezone(ZoneInfo(marts.clan.time_zone)).date()
    content = workbook_bytes(marts)
    announce(content)
    return write_or_date(target, content, on, may_replace, PRIVATE)


def workbook_bytes(marts: Marts) -> bytes:
    """The whole workbook."""
    content = BytesIO()
    with Workbook(content, dict(OPTIONS)) as workbook:
        workbook.use_custom_theme(theme())
        workbook.set_properties(_properties(marts))
        formats, answers = Formats(workbook), Answers(marts)
        chapters = [each for each in CHAPTERS if marts.talk is not None or not each.needs_talk]
        first = Page(workbook, README, formats, marts)
        first.worksheet.set_tab_color(TABS["answers"])
        draw_readme(answers, first, chapters)
        first.lead_home()
        for chapter in chapters:
            draw_chapter(workbook, chapter, formats, answers)
        _draw_hidden(workbook, formats, marts)
    return content.getvalue()


def draw_chapter(workbook: Workbook, chapter: Chapter, formats: Formats, answers: Answers) -> None:
    """One sheet more in *workbook*; it needs none of the others."""
    page = Page(workbook, chapter.name, formats, answers.marts)
    page.worksheet.set_tab_color(TABS[chapter.shelf])
    chapter.draw(answers, page)
    page.lead_home()
    if chapter.name == OPENS_AT:
        page.worksheet.activate()


def _draw_hidden(workbook: Workbook, formats: Formats, marts: Marts) -> None:
    """The sheets that formulas read, after all that people do."""
    grid = Grid.of(marts)
    pick = Pick.first(marts, grid) if grid else None
    if pick is not None:
        draw_gains_data(Page(workbook, DATA, formats, marts), grid, pick)
    draw_lists(Page(workbook, LISTS, formats, marts), grid, pick)


def _properties(marts: Marts) -> dict[str, object]:
    clan = shortened(plain(marts.clan.name), 200)
    return {
        "title": f"{clan} – clan report",
        "subject": shortened(plain(marts.freshness.sentence), 200),
        "author": "ClanStats",
        "company": clan,
        "keywords": "Old School RuneScape, clan, report",
        "created": marts.as_of,
    }
