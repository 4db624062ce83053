"""The sheet Activity: when people talk and officers are there, in which channels, how that changes, and everybody who talks."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from pipeline.marts.talk_model import TalkMarts, TalkWeek
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.channels import channels_table
from pipeline.outputs.excel.chart import Corner, insert_counts_chart
from pipeline.outputs.excel.formats import GOLD, GREEN, GREEN_SOFT
from pipeline.outputs.excel.heat_map import HEIGHT, draw_heat, heat_in_words
from pipeline.outputs.excel.page import HEAD_ROWS, Page
from pipeline.outputs.excel.rules import bars
from pipeline.outputs.excel.sheet import Column, Table
from pipeline.outputs.excel.table import write_table
from pipeline.outputs.excel.talkers import people_table
from pipeline.outputs.excel.text import counted
from pipeline.outputs.excel.watch import draw_watch
from pipeline.outputs.unknown import what_was_asked, what_was_said_in_game
from pipeline.outputs.watch_words import when_missed

NAME: Final = "Activity"

_NOTE: Final = "Who talks, where and when, and are officers there then? Clan chat, which a bot repeats from the game, is counted apart."
PRINTED: Final = 12
"""Columns that are printed; those right of them are for the screen."""

_WIDTHS: Final = (22, 10, 11, 11, 11, 11, 11, 11, 13, 22, 22, 17)
"""Of the printed columns, also while there are no tables to widen them."""

_CHARTS: Final = ((0, 6), (7, 11))
"""First and last column of the charts, which lie beside each other."""

_CHART_ROWS: Final = 14
_WATCH_COLUMN: Final = 9
"""Where officers' hours begin, right of the heat map."""


def draw_activity(answers: Answers, talk: TalkMarts, page: Page) -> None:
    """Write the sheet from top to bottom; the long list of people comes last."""
    channels, weeks, people = channels_table(talk), weeks_table(talk), people_table(talk, answers)
    columns = len(people.columns)
    page.head(NAME, _NOTE, columns)
    page.worksheet.freeze_panes(HEAD_ROWS, 1)
    for place, width in enumerate(_WIDTHS):
        page.widen(place, width)
    row = _heat(talk, page, _words(talk, page, HEAD_ROWS), columns)
    channels_row = row + 1
    row = _part(page, channels_row, columns, "Where: channels with their threads", channels)
    row = _weeks(talk, page, row + 1, columns, weeks)
    people_row = row + 2
    heading = f"Who: {counted(len(talk.speakers), 'person', 'people')} in Discord or clan chat"
    row = _part(page, row + 1, columns, heading, people)
    page.worksheet.print_area(0, 0, row - 1, PRINTED - 1)
    page.worksheet.set_h_pagebreaks([channels_row, people_row - 1])
    # Rows below the first page's top are repeated only on the pages after them: the list's header over its every page.
    page.worksheet.repeat_rows(people_row)


def _words(talk: TalkMarts, page: Page, row: int) -> int:
    """The answers as sentences, one a line."""
    zone = page.marts.clan.time_zone
    unknown = what_was_asked(talk, zone), what_was_said_in_game(talk, zone)
    watched = " ".join(when_missed(talk.watch, zone) or ())
    told = heat_in_words(talk.heat["90d"].clan), watched, _month(talk), talk.chat_and_play.sentence
    for line in filter(None, (*told, *unknown)):
        page.merge(row, 0, row, PRINTED - 1, line.strip(), "words")
        row += 1
    return row


def _month(talk: TalkMarts) -> str | None:
    """The last 30 days, None where nothing was written; of questions only what is known for sure."""
    if not talk.totals.get("30d"):
        return None
    fared, waiting = talk.response["30d"], len(talk.unanswered)
    people, messages = counted(talk.people["30d"], "person", "people"), counted(talk.totals["30d"], "message")
    written = f"In the last 30 days {people} wrote {messages}."
    if talk.withheld_since is not None:
        return (
            f"{written} {counted(waiting, 'question')} we know of waited for more than a day." if waiting else written
        )
    return (
        f"{written} {fared.answered:,} of {counted(fared.asked, 'question')} got an answer; "
        f"{waiting:,} have waited for more than a day."
    )


def _was_written(talk: TalkMarts) -> bool:
    return any(map(any, talk.heat["90d"].clan))


def _heat(talk: TalkMarts, page: Page, row: int, columns: int) -> int:
    """The heat map, and right of it hour by hour when officers are there."""
    page.section(row, 0, columns - 1, "When: messages of the last 90 days by hour and weekday")
    if talk.watch:
        page.write(row, _WATCH_COLUMN, "Officers’ hours, last 8 weeks", "section")
        draw_watch(talk.watch, page, row + 1, _WATCH_COLUMN)
    if _was_written(talk):
        return draw_heat(talk.heat["90d"].clan, page, row + 1)
    page.write(row + 1, 0, "Nobody wrote in Discord in the last 90 days.", "empty")
    return row + (HEIGHT if talk.watch else 2)


def _part(page: Page, row: int, columns: int, heading: str, table: Table[Any]) -> int:
    page.section(row, 0, columns - 1, heading)
    return write_table(page, row + 1, 0, table)


def _weeks(talk: TalkMarts, page: Page, row: int, columns: int, table: Table[TalkWeek]) -> int:
    """The weeks as charts, and below them in numbers."""
    page.section(row, 0, columns - 1, "How it changes: week by week")
    if not (talk.weeks and _was_written(talk)):
        return write_table(page, row + 1, 0, table)
    free = write_table(page, row + 1 + _CHART_ROWS, 0, table)
    first = row + 2 + _CHART_ROWS
    _charts(page, row + 1, (first, first + len(talk.weeks) - 1), clan_chat=bool(talk.clan_chat))
    return free


def _charts(page: Page, row: int, weeks: tuple[int, int], *, clan_chat: bool) -> None:
    """Messages and people of the weeks, beside each other."""
    left, right = (Corner(row, first, last, _CHART_ROWS) for first, last in _CHARTS)
    written = ("Discord", 1, GREEN)
    shown = (written, ("Clan chat", 3, GOLD)) if clan_chat else (written,)
    insert_counts_chart(page, left, weeks, "Messages, week by week", shown)
    insert_counts_chart(page, right, weeks, "People who wrote in Discord, week by week", (("People", 2, GREEN),))


def weeks_table(talk: TalkMarts) -> Table[TalkWeek]:
    """The trend, oldest first; empty cells where Discord withheld what was written."""

    def known(count: Callable[[TalkWeek], int]) -> Callable[[TalkWeek], int | None]:
        return lambda week: count(week) if talk.is_heard(week.window) else None

    columns = (
        Column[TalkWeek]("until", "Week until 00:00 UTC", _end_of, "day"),
        Column[TalkWeek]("messages", "Messages", lambda week: week.messages, "count", rules=(bars(),)),
        Column[TalkWeek]("people", "People", lambda week: week.people, "count", rules=(bars(GREEN_SOFT),)),
        Column[TalkWeek]("clan_chat", "Clan chat", known(lambda week: week.clan_chat), "count", rules=(bars(),)),
        Column[TalkWeek]("asked", "Questions", known(lambda week: week.asked), "count"),
        Column[TalkWeek]("answered", "Answered", known(lambda week: week.answered), "count"),
        Column[TalkWeek]("within_day", "Within 24 hours", known(lambda week: week.within_day), "count"),
    )
    return Table("TalkWeeks", "", columns, talk.weeks, "No week is over yet.")


def _end_of(week: TalkWeek) -> date:
    return week.window.until.date()
