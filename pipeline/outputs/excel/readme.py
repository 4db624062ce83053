"""The sheet Read me: what stands where, how to decide, how fresh and how the numbers are, and whether they agree."""

from collections.abc import Sequence
from typing import Final

from pipeline.domain.decisions import CHOICES, DECISION, NOTE, UNTIL
from pipeline.marts.model import Freshness, Marts, SourceState
from pipeline.marts.totals import totals
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.chapter import Chapter
from pipeline.outputs.excel.links import sheet_link
from pipeline.outputs.excel.measure import row_heights
from pipeline.outputs.excel.page import HEAD_ROWS, Page
from pipeline.outputs.excel.reconciliation import agreement, totals_table
from pipeline.outputs.excel.rules import unlike
from pipeline.outputs.excel.sheet import Column, Table
from pipeline.outputs.excel.table import write_table
from pipeline.outputs.trust import NAMES, trust

NAME: Final = "Read me"
COLUMNS: Final = 9

_NOTE: Final = "What stands where, and can it be trusted?"
_WIDTH: Final = 13
_FIRST: Final = (0, 1)
_SECOND: Final = (2, 5)
_THIRD: Final = (6, 8)
_REST: Final = (2, 8)
"""First and last columns of what stands beside each other."""

_STATES: Final = {"fresh": "up to date", "stale": "silent since", "never": "not read yet"}

DECIDING: Final = (
    (
        "1. Decide",
        f"In the sheet To do, write into the columns {DECISION}, {UNTIL} and {NOTE}, and save the workbook where it lies. What can be "
        f"decided: {', '.join(CHOICES.values())}.",
    ),
    (
        "2. Sleep",
        "The next night reads it back before it writes a new workbook, and keeps it with the reason and the proof of that day.",
    ),
    (
        "3. Several copies",
        "Copies that officers sent around are merged: of two decisions on one thing the later edit wins.",
    ),
    ("4. For good", "What stands in clan.toml wins over a decision made here: write lasting exemptions there."),
)
"""How a decision finds its way back."""

RULES: Final = (
    ("Windows", "7, 30, 90 and 365 whole UTC days that end at the last UTC midnight before the night."),
    ("All time", "From the first look held to the last one."),
    (
        "Gains",
        "As Wise Old Man counts them: from the first look inside the window to the last. What is first ranked inside it counts from "
        "zero, total experience does not.",
    ),
    ("Nobody knows", "Who was not looked at twice in a window has no number: the cell is hatched, and it is never a zero."),
    ("Accounts and persons", "Boards are by account, as Wise Old Man's are. A person sums main and alts, so both totals are the same."),
    ("Efficient hours", "EHP and EHB are hours at efficient rates of skilling and bossing, by Wise Old Man's tables."),
    ("Sorting", "Every table sorts and filters; colours follow the values. The column # leads back to the clan's own order of rank."),
)  # fmt: skip
"""How numbers are made, in plain words."""

OF_TALK: Final = ("Text of Discord", "It is never kept: only who wrote when and where, and whether it was a question.")


def draw_readme(answers: Answers, page: Page, contents: Sequence[Chapter]) -> None:
    """Write the sheet from top to bottom; *contents* are the sheets that there are."""
    marts = answers.marts
    page.head(NAME, _NOTE, COLUMNS)
    page.worksheet.freeze_panes(HEAD_ROWS, 0)
    for column in range(COLUMNS):
        page.widen(column, _WIDTH)
    row = _contents(page, HEAD_ROWS, contents)
    row = _lines(page, row + 1, "How to decide", DECIDING)
    page.worksheet.set_h_pagebreaks([row + 1])
    row = _sources(marts, page, row + 1)
    row = _lines(page, row + 1, "How the numbers are made", _rules(marts))
    found = totals(marts)
    page.section(row + 1, 0, COLUMNS - 1, "Do the totals agree?")
    page.paragraph(row + 2, COLUMNS, agreement(found))
    row = write_table(page, row + 3, 0, totals_table(found))
    page.worksheet.set_portrait()
    page.worksheet.print_area(0, 0, row - 1, COLUMNS - 1)
    page.worksheet.repeat_rows(0, HEAD_ROWS - 1)


def _contents(page: Page, row: int, contents: Sequence[Chapter]) -> int:
    page.section(row, 0, COLUMNS - 1, "Which sheet answers what?")
    shown = [chapter for chapter in contents if chapter.name != NAME]
    heights = _heights(page, [chapter.question for chapter in shown], [chapter.use for chapter in shown])
    for at, (chapter, height) in enumerate(zip(shown, heights, strict=True), start=row + 1):
        page.heighten(at, height)
        page.merge(at, _FIRST[0], at, _FIRST[1], sheet_link(chapter.name, chapter.name), "link")
        page.merge(at, _SECOND[0], at, _SECOND[1], chapter.question, "sentence")
        page.merge(at, _THIRD[0], at, _THIRD[1], chapter.use, "sentence")
    return row + 1 + len(shown)


def _heights(page: Page, second: Sequence[str], third: Sequence[str]) -> list[float]:
    """Merged cells do not make their rows higher by themselves."""
    return row_heights([(page.pixels(*_SECOND) / 7, second), (page.pixels(*_THIRD) / 7, third)])


def _lines(page: Page, row: int, heading: str, lines: Sequence[tuple[str, str]]) -> int:
    """Words with what they mean, under *heading*."""
    page.section(row, 0, COLUMNS - 1, heading)
    heights = row_heights([(page.pixels(*_REST) / 7, [text for _word, text in lines])])
    for at, ((word, text), height) in enumerate(zip(lines, heights, strict=True), start=row + 1):
        page.heighten(at, height)
        page.merge(at, _FIRST[0], at, _FIRST[1], word, "name")
        page.merge(at, _REST[0], at, _REST[1], text, "sentence")
    return row + 1 + len(lines)


def _rules(marts: Marts) -> tuple[tuple[str, str], ...]:
    zone = ("Dates", f"Dates and times are those of {marts.clan.time_zone}; weeks and windows end at 00:00 UTC.")
    return (zone, *RULES, *(() if marts.talk is None else (OF_TALK,)))


def _sources(marts: Marts, page: Page, row: int) -> int:
    """How fresh each source is, and what of it is missing."""
    page.section(row, 0, COLUMNS - 1, "How fresh is it?")
    page.paragraph(row + 1, COLUMNS, trust(marts.freshness))
    return write_table(page, row + 2, 0, sources_table(marts.freshness))


def sources_table(freshness: Freshness) -> Table[SourceState]:
    """Each source with its last answer, its state and what of it is missing; the text of the last column runs on to the right."""
    rules = (unlike(_STATES["fresh"]),)
    columns = (
        Column[SourceState]("source", "Source", lambda source: NAMES[source.source], "name", _WIDTH),
        Column[SourceState]("state", "State", lambda source: _STATES[source.state], width=_WIDTH, rules=rules),
        Column[SourceState]("at", "Last answer", lambda source: source.fetched_at, "moment", _WIDTH),
        Column[SourceState]("note", "What is missing", lambda source: source.note, "spill", _WIDTH),
    )
    return Table("Sources", "", columns, freshness.sources, "No source has been set up yet.")
