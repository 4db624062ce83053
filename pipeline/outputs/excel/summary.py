"""The sheet Summary: the week in numbers, what stands out, what is new, where the experience came from, who gained most and least."""

from datetime import date
from typing import Final

from pipeline.marts.model import Bridge, RunLine, SinceLastNight
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.bests import draw_bests, draw_quiet
from pipeline.outputs.excel.chart import Corner, insert_counts_chart, insert_weeks_chart
from pipeline.outputs.excel.formats import GOLD, GREEN
from pipeline.outputs.excel.members import NO_MEMBERS
from pipeline.outputs.excel.page import HEAD_ROWS, Page
from pipeline.outputs.excel.roster import KINDS
from pipeline.outputs.excel.rules import arrows, bars, unlike
from pipeline.outputs.excel.runs import FIRST_NIGHT
from pipeline.outputs.excel.sheet import Column, Table
from pipeline.outputs.excel.standing_out import draw_cards
from pipeline.outputs.excel.table import write_table
from pipeline.outputs.excel.talk_faces import talk_faces
from pipeline.outputs.excel.tiles import face, write_tiles
from pipeline.outputs.unknown import what_was_asked

NAME: Final = "Summary"
COLUMNS: Final = 12
NEWS: Final = {**KINDS, "arrived": "Arrived", "departed": "Departed", "talk": "Discord", "waiting": "Waiting"}

_NOTE: Final = "How is the clan, and what is there to do? The week is the last seven whole UTC days."
_WIDTH: Final = 11.5
_CHART_ROWS: Final = 14
_CHARTS: Final = ((0, 6), (7, 11))
"""First and last column of the two charts."""

_JOINED, _LEFT = 4, 6
"""Columns of the table of weeks from which the second chart is drawn."""

_NEWS: Final = 10
_NIGHTS: Final = 2


def draw_summary(answers: Answers, page: Page) -> None:
    """Write the sheet from top to bottom."""
    marts = answers.marts
    page.head(NAME, _NOTE, COLUMNS)
    page.worksheet.freeze_panes(HEAD_ROWS, 0)
    for column in range(COLUMNS):
        page.widen(column, _WIDTH)
    row = write_tiles([face(tile) for tile in marts.tiles], page, HEAD_ROWS + 1, COLUMNS)
    if marts.talk is not None:
        page.section(row, 0, COLUMNS - 1, "Discord this week")
        row = write_tiles(talk_faces(marts.talk), page, row + 1, COLUMNS)
        unknown = what_was_asked(marts.talk, marts.clan.time_zone)
        if unknown is not None:
            page.merge(row, 0, row, COLUMNS - 1, unknown, "words")
            row += 1
    row = draw_cards(marts.advice, page, row + 1, COLUMNS)
    if not marts.members:
        page.write(row + 1, 0, NO_MEMBERS, "empty")
        row = _nights(marts.runs, page, row + 3)
    else:
        row = max(_news(marts.since_last_night, page, row + 1), _bridge(marts.bridge, page, row + 1))
        charts = row + 2
        page.section(row + 1, 0, COLUMNS - 1, "Week by week")
        row = draw_bests(answers, page, charts + _CHART_ROWS + 1)
        row = draw_quiet(answers, page, row + 1)
        row = _nights(marts.runs, page, row + 1)
        _numbers(marts.weeks, page, row + 1, charts)
    page.worksheet.set_portrait()
    page.worksheet.fit_to_pages(1, 1)
    page.worksheet.print_area(0, 0, row - 1, COLUMNS - 1)


def _news(news: SinceLastNight, page: Page, row: int) -> int:
    """What happened since the last night, in the left half."""
    page.section(row, 0, 4, "Since last night")
    lines = [(NEWS[line.kind], line.text) for line in news.lines[:_NEWS]]
    if len(news.lines) > _NEWS:
        lines.append(("", f"and {len(news.lines) - _NEWS} more; the sheet Roster log has every change of the roster"))
    if not lines:
        lines.append(
            ("", "Nothing changed." if news.since else "This is the first night: there is nothing to compare it with.")
        )
    for offset, (kind, text) in enumerate(lines, start=1):
        page.write(row + offset, 0, kind, "name")
        page.merge(row + offset, 1, row + offset, 4, text, "text")
    return row + 1 + len(lines)


def _bridge(bridge: Bridge, page: Page, row: int) -> int:
    """Why the clan's total changed, in words and as a sum, in the right half."""
    page.section(row, 6, COLUMNS - 1, "Where the week's experience came from")
    page.merge(row + 1, 6, row + 2, COLUMNS - 1, bridge_in_words(bridge), "words")
    terms = (
        ("Total a week ago", bridge.total_start, "text", "count"),
        (f"Same members ({bridge.same_count:,}) gained", bridge.same_members, "text", "change"),
        (f"Joiners ({bridge.joined_count:,}) brought", bridge.joiners, "text", "change"),
        (f"Leavers ({bridge.left_count:,}) took away", bridge.leavers, "text", "change"),
        (f"Newly visible ({bridge.newly_visible_count:,})", bridge.newly_visible, "text", "change"),
        ("Moved while nobody looked", bridge.tracking_gap, "text", "change"),
        ("Total now", bridge.total_end, "sum", "sum_count"),
    )
    for offset, (label, value, words, number) in enumerate(terms, start=3):
        page.merge(row + offset, 6, row + offset, 9, label, words)
        page.merge(row + offset, 10, row + offset, 11, value, number)
    return row + 3 + len(terms)


def bridge_in_words(bridge: Bridge) -> str:
    """The bridge as a sentence that cannot be misread: a recruit's lifetime is no week's work."""
    change = bridge.change
    moved = "did not change" if change == 0 else f"{'rose' if change > 0 else 'fell'} by {abs(change):,}"
    return (
        f"The clan's total experience {moved} in the week. Members who were here all week gained {bridge.same_members:,}; "
        "the rest is who came and went, who became visible, and what moved between looks."
    )


def _numbers(weeks: tuple[Bridge, ...], page: Page, row: int, charts: int) -> None:
    """The weeks as a table, for the screen, and the charts drawn from it, whose first row is *charts*."""
    page.section(row, 0, COLUMNS - 1, "The weeks in numbers")
    write_table(page, row + 1, 0, _weeks(weeks))
    if not weeks:
        return
    left, right = (Corner(charts, first, last, _CHART_ROWS) for first, last in _CHARTS)
    rows = row + 2, row + 1 + len(weeks)
    insert_weeks_chart(page, left, rows)
    shown = ("Joined", _JOINED, GREEN), ("Left", _LEFT, GOLD)
    insert_counts_chart(page, right, rows, "Who came and who left", shown)


def _weeks(weeks: tuple[Bridge, ...]) -> Table[Bridge]:
    columns = (
        Column[Bridge]("until", "Week until 00:00 UTC", _end_of, "day"),
        Column[Bridge]("same_members", "Same members gained", lambda week: week.same_members, "moved", rules=(bars(),)),
        Column[Bridge]("same_count", "Same members", lambda week: week.same_count, "count"),
        Column[Bridge]("joiners", "Joiners brought", lambda week: week.joiners, "moved"),
        Column[Bridge]("joined_count", "Joiners", lambda week: week.joined_count, "count"),
        Column[Bridge]("leavers", "Leavers took", lambda week: week.leavers, "moved"),
        Column[Bridge]("left_count", "Leavers", lambda week: week.left_count, "count"),
        Column[Bridge]("newly_visible", "Newly visible", lambda week: week.newly_visible, "moved"),
        Column[Bridge]("tracking_gap", "Moved unseen", lambda week: week.tracking_gap, "moved"),
        Column[Bridge]("change", "Change of total", lambda week: week.change, "moved", rules=(arrows(),)),
        Column[Bridge]("total_start", "Total before", lambda week: week.total_start, "large"),
        Column[Bridge]("total_end", "Total after", lambda week: week.total_end, "large"),
    )
    return Table("Weeks", "", columns, weeks, "No week is over yet.")


def _end_of(week: Bridge) -> date:
    return week.window.until.date()


def _nights(runs: tuple[RunLine, ...], page: Page, row: int) -> int:
    """How the last nights went; the sheet Runs has all of them."""
    page.section(row, 0, COLUMNS - 1, "Last nights")
    shown = runs[:_NIGHTS]
    if not shown:
        page.write(row + 1, 0, FIRST_NIGHT, "note")
        return row + 2
    for offset, run in enumerate(shown, start=1):
        page.write(row + offset, 0, run.night, "day")
        page.write(row + offset, 1, run.state, "text")
        page.merge(row + offset, 2, row + offset, COLUMNS - 1, run.sentence, "text")
    page.rule((row + 1, 1, row + len(shown), 1), unlike("done"))
    return row + 1 + len(shown)
