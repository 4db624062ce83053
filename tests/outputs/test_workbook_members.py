"""The sheet Members says of every person what the marts say, before and after somebody sorts it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from advice_builders import advised_marts
from builders import NOW, a_marts, enrolled
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from workbook_reader import column_range, content_of, night, only, rows_of, table_of, xml_of
from xlsxwriter import Workbook as Book

from pipeline.domain.metrics import OVERALL, metric_for
from pipeline.domain.names import role_name
from pipeline.errors import PublishError
from pipeline.marts.boards import by_name, places
from pipeline.marts.gains import gained, top
from pipeline.marts.model import History, Marts, Person
from pipeline.marts.talk_model import Speaker
from pipeline.outputs.advice_words import STATES
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.formats import Formats
from pipeline.outputs.excel.limits import LINKS, answerable, fitting
from pipeline.outputs.excel.links import profile
from pipeline.outputs.excel.members import members_sheet, next_promotion
from pipeline.outputs.excel.page import Page
from pipeline.outputs.excel.sheet import Column, Link
from pipeline.outputs.excel.text import plain
from pipeline.outputs.member_words import account

ZONE = ZoneInfo("Europe/Amsterdam")
PAGE = [
    "Rank", "Name", "Account", "Verdict", "Last gain", "Last word", "XP 7d", "EHP 7d", "EHB 7d", "Top boss 7d",
    "Messages 7d", "Joined", "Next promotion", "Seen",
]  # fmt: skip
PERIODS = {"30d": "30d", "90d": "90d", "all": "all time"}


@cache
def told() -> tuple[Marts, Workbook, list[dict[str, Any]]]:
    """A night with Discord, a ladder and an alt; its workbook and the rows of the members."""
    marts = advised_marts(24, talk=True)
    workbook = only(marts, "Members")
    return marts, workbook, rows_of(workbook, "Members")


def told_of() -> list[tuple[dict[str, Any], Person]]:
    """Each row with the person it is about."""
    marts, _workbook, rows = told()
    return list(zip(rows, marts.people, strict=True))


def columns_of(marts: Marts) -> tuple[Column[Person], ...]:
    columns: tuple[Column[Person], ...] = members_sheet(Answers(marts)).tables[0].columns
    return columns


def near(at: Any) -> Any:
    return at.replace(microsecond=0) if isinstance(at, datetime) else at


def local(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(ZONE).replace(tzinfo=None, microsecond=0)


def hours(value: int | None) -> float | None:
    return None if value is None else metric_for("ehp").in_units(value)


# What it says -------------------------------------------------------------------------------------------------------


def test_it_begins_with_the_columns_of_the_page_and_the_clan_s_own_order() -> None:
    assert list(told()[2][0])[:15] == [*PAGE, "#"]


def test_there_is_a_row_a_person_in_the_clan_s_own_order() -> None:
    marts, _workbook, rows = told()
    assert len(rows) == len(marts.members) - 1  # somebody has an alt
    assert [(row["#"], row["Name"], row["Rank"]) for row in rows] == [
        (number, person.name, role_name(person.role)) for number, person in enumerate(marts.people, start=1)
    ]


def test_the_columns_of_the_page_equal_the_marts() -> None:
    marts, _workbook, _rows = told()
    names = {metric.key: metric.name for metric in marts.metrics}
    for row, person in told_of():
        assert (row["Account"], row["Verdict"]) == (account(person.type), person.state and STATES[person.state])
        assert [near(row[header]) for header in ("Last gain", "Last word", "Joined", "Seen")] == [
            local(at) for at in (person.last_gain_at, person.last_word_at, person.joined_at, person.seen_at)
        ]
        assert (row["XP 7d"], row["EHP 7d"], row["EHB 7d"]) == (person.xp, hours(person.ehp), hours(person.ehb))
        assert row["Top boss 7d"] == (person.top_boss and names[person.top_boss])
        assert (row["Messages 7d"], row["Next promotion"]) == (person.messages, next_promotion(person))


def test_the_next_promotion_is_due_or_says_what_is_missing() -> None:
    said = {row["Next promotion"] for row, _person in told_of()}
    assert any(text and text.endswith(": due") for text in said)
    assert any(text and ": " in text and not text.endswith(": due") for text in said)


@pytest.mark.parametrize("period", PERIODS)
def test_gains_of_all_accounts_together_equal_the_marts(period: str) -> None:
    marts, _workbook, _rows = told()
    bosses = [metric.key for metric in marts.metrics if metric.kind == "boss"]
    names = {metric.key: metric.name for metric in marts.metrics}
    for row, person in told_of():
        gains = gained(marts.periods[period], person.player_ids)
        word, boss = PERIODS[period], top(gains, bosses)
        assert [row[f"{what} {word}"] for what in ("XP", "EHP", "EHB", "Boss kills")] == (
            [None] * 4
            if gains is None
            else [gains.get(OVERALL, 0), hours(gains.get("ehp", 0)), hours(gains.get("ehb", 0)),
                  sum(gains.get(key, 0) for key in bosses)]
        )  # fmt: skip
        assert row[f"Top boss {word}"] == (boss and names[boss])


def test_the_sum_of_all_people_is_the_sum_of_all_accounts() -> None:
    marts, _workbook, rows = told()
    for header, period in (("XP 7d", "7d"), ("XP 30d", "30d"), ("XP all time", "all")):
        assert sum(row[header] or 0 for row in rows) == sum(place.value for place in marts.boards[period][OVERALL])


@pytest.mark.parametrize("period", ["7d", *PERIODS])
def test_what_people_said_equals_the_marts_and_is_blank_where_nobody_can_know(period: str) -> None:
    marts, _workbook, _rows = told()
    assert marts.talk is not None
    speakers = {speaker.person_id: speaker for speaker in marts.talk.speakers}
    counts: Mapping[str, Callable[[Speaker], Mapping[str, int]]] = {
        "Messages": lambda speaker: speaker.messages,
        "Questions asked": lambda speaker: speaker.questions,
        "Answers given": lambda speaker: speaker.answers,
    }
    word = {"7d": "7d", **PERIODS}[period]
    strangers = 0
    for row, person in told_of():
        speaker = speakers.get(person.person_id)
        for what, count in counts.items():
            known = person.messages is not None
            assert row[f"{what} {word}"] == ((count(speaker).get(period, 0) if speaker else 0) if known else None)
            strangers += not known
        assert row[f"Clan chat {word}"] == (speaker.clan_chat.get(period, 0) if speaker else 0)
    assert strangers


def test_questions_are_blank_and_messages_are_not_where_discord_withholds_what_is_written() -> None:
    marts = advised_marts(24, talk=True)
    assert marts.talk is not None
    deaf = replace(marts, talk=replace(marts.talk, withheld_since=NOW.replace(year=2020)))
    asked = {
        row["Name"]: row["Questions asked 30d"]
        for row in rows_of(only(deaf, "Members"), "Members")
        if row["Messages 30d"]
    }
    assert None in asked.values()
    assert 0 not in asked.values()


def test_places_are_those_of_people_among_people() -> None:
    marts, _workbook, _rows = told()
    week = {person.person_id: person.xp for person in marts.people if person.xp}
    turns = by_name({person.person_id: person.name for person in marts.people})
    board = {place.player_id: place.place for place in places(week.items(), turns)}
    assert [row["Place by XP 7d"] for row, _person in told_of()] == [
        board.get(person.person_id) for _row, person in told_of()
    ]


def test_what_else_is_known_of_people_equals_the_marts() -> None:
    marts, _workbook, _rows = told()
    members = {member.player_id: member for member in marts.members}
    for row, person in told_of():
        main = members[person.player_ids[0]]
        held = [members[player].values.get(OVERALL) for player in person.player_ids]
        assert row["XP now"] == (sum(value or 0 for value in held) if any(held) else None)
        assert (row["Days in clan"], row["Total level"]) == (main.tenure_days, main.total_level)
        assert (row["Status"], row["Alts"]) == (person.status.title(), ", ".join(person.alts) or None)
        assert row["Joined, as told by"] == {"game": "in game", "wom": "WOM"}[person.join_source]
        assert row["Missing for the next rank"] == (("; ".join(person.ahead.missing) or None) if person.ahead else None)
    assert any(row["Alts"] for row, _person in told_of())


def test_nobody_knows_is_empty_and_nothing_gained_is_zero() -> None:
    by_name = {row["Name"]: row["XP 7d"] for row in rows_of(night()[1], "Members")}
    assert by_name["Quiet Druid"] is None  # never seen
    assert by_name["Lone Heron"] is None  # looked at once this week
    assert by_name["Grim Goblin"] == 0  # looked at all week, gained nothing


def test_without_discord_and_ladder_there_are_no_columns_of_them() -> None:
    headers = list(rows_of(night()[1], "Members")[0])
    assert headers[:12] == [
        header for header in PAGE if header not in ("Last word", "Messages 7d", "Next promotion")
    ] + ["#"]
    assert not [header for header in headers if "essages" in header or "next rank" in header]


# Trends -------------------------------------------------------------------------------------------------------------


def test_the_weeks_are_those_of_the_history() -> None:
    marts, _workbook, _rows = told()
    weeks = marts.history.weeks[-12:]
    headers = [f"{{}} week to {week.window.last:%-d %b}" for week in weeks]
    for row, person in told_of():
        told_by = [next((each for each in week.people if each.person_id == person.person_id), None) for week in weeks]
        assert [row[header.format("XP")] for header in headers] == [each and each.xp for each in told_by]
        assert [row[header.format("Messages")] for header in headers] == [each and each.messages for each in told_by]
        assert row[headers[-1].format("XP")] == row["XP 7d"]


def test_a_trend_is_drawn_from_the_weeks_of_its_own_row() -> None:
    marts, workbook, _rows = told()
    columns = columns_of(marts)
    keys = [column.key for column in columns]
    _sheet, (_left, top, _right, bottom) = table_of(workbook, "Members")
    members = xml_of(content_of(marts, "Members"), "Members")
    groups = re.findall(r"<x14:sparklineGroup .*?</x14:sparklineGroup>", members)
    drawn = {
        tuple(pair) for group in groups for pair in re.findall(r"<xm:f>(.*?)</xm:f><xm:sqref>(.*?)</xm:sqref>", group)
    }

    def letter(key: str) -> str:
        return get_column_letter(keys.index(key) + 1)

    assert drawn == {
        (f"Members!{letter(f'{what}_week_1')}{row}:{letter(f'{what}_week_12')}{row}", f"{letter(f'{what}_trend')}{row}")
        for what in ("xp", "messages")
        for row in range(top + 1, bottom + 1)
    }
    assert all('displayHidden="1"' in group and 'displayEmptyCellsAs="gap"' in group for group in groups)


def test_the_first_week_has_no_trend() -> None:
    marts = a_marts(12)
    first = replace(marts, history=History(marts.history.weeks[-1:]))
    assert not [
        header for header in rows_of(only(first, "Members"), "Members")[0] if "trend" in header or "week" in header
    ]


# Looks --------------------------------------------------------------------------------------------------------------


def test_groups_are_folded_and_each_shows_its_first_column() -> None:
    marts, workbook, _rows = told()
    sheet, (_left, top, _right, _bottom) = table_of(workbook, "Members")
    leaders = [column.header for column in columns_of(marts) if column.group]
    assert leaders == ["XP trend", "XP 30d", "Boss kills 7d", "Messages trend", "Messages 30d", "Days in clan"]
    names = [cell.value for cell in sheet[top - 1][1:] if cell.value]
    assert names == ["XP by week", "XP", "Bosses", "Messages by week", "Discord", "Ranks"]
    written_columns = xml_of(content_of(marts, "Members"), "Members")
    folds = re.findall(r'<col min="(\d+)" max="(\d+)"([^>]*)/>', written_columns)
    hidden = {place for low, high, rest in folds if 'hidden="1"' in rest for place in range(int(low), int(high) + 1)}
    assert hidden == {place for place, column in enumerate(columns_of(marts), start=1) if column.level}
    assert [column.header for place, column in enumerate(columns_of(marts), start=1) if place not in hidden] == [
        *PAGE, "#", *leaders,
    ]  # fmt: skip
    assert sum('collapsed="1"' in rest for _low, _high, rest in folds) == len(leaders)
    assert '<outlinePr summaryRight="0"/>' in written_columns


def test_the_columns_of_the_page_are_printed_and_no_others() -> None:
    _marts, workbook, rows = told()
    assert str(workbook["Members"].print_area) == f"'Members'!$A$1:$N${5 + len(rows)}"


def test_conditional_formats_cover_their_columns() -> None:
    marts, workbook, _rows = told()
    sheet, _corners = table_of(workbook, "Members")
    covered = [str(area.sqref) for area in sheet.conditional_formatting for _rule in area.rules]
    for place, column in enumerate(columns_of(marts)):
        assert covered.count(column_range(workbook, "Members", place)) == len(column.rules), column.key


# Links --------------------------------------------------------------------------------------------------------------


def test_a_name_opens_the_page_of_the_main() -> None:
    marts, workbook, _rows = told()
    sheet, (left, top, _right, bottom) = table_of(workbook, "Members")
    usernames = {member.player_id: member.username for member in marts.members}
    links = [
        cell.hyperlink.target for (cell,) in sheet.iter_rows(top + 1, bottom, left + 1, left + 1) if cell.hyperlink
    ]
    assert links == [profile(usernames[person.player_ids[0]]) for person in marts.people]


def test_a_username_is_quoted_in_its_link() -> None:
    assert profile("zoë & co/1") == "https://wiseoldman.net/players/zo%C3%AB%20%26%20co%2F1"


def test_a_link_that_excel_would_refuse_is_a_text() -> None:
    marts = a_marts(1)
    long = enrolled(replace(marts, members=(replace(marts.members[0], username="é" * 700),)))
    sheet, (left, top, _right, _bottom) = table_of(only(long, "Members"), "Members")
    cell = sheet.cell(top + 1, left + 1)
    assert (cell.value, cell.hyperlink) == (plain(long.people[0].name), None)


def test_links_beyond_those_that_a_sheet_holds_are_texts(caplog: pytest.LogCaptureFixture) -> None:
    with Book(BytesIO(), {"in_memory": True}) as book:
        page = Page(book, "Links", Formats(book), a_marts(1))
        for row in range(LINKS + 2):
            page.write(row, 0, Link("https://example.com/", "here"), "link")
    assert [record.message for record in caplog.records] == [
        f"The sheet Links has more than {LINKS:,} links; the others are texts."
    ]


# Limits -------------------------------------------------------------------------------------------------------------


def test_a_formula_that_excel_would_refuse_is_refused_in_words() -> None:
    assert fitting('=IF(A1="","x",B1)') == '=IF(A1="","x",B1)'
    with pytest.raises(PublishError, match=r"256 in one text"):
        fitting(f'=IF(A1="{"x" * 256}","",1)')
    with pytest.raises(PublishError, match=r"8,193 characters"):
        fitting("=" + "1+" * 4_096)


def test_a_list_that_excel_would_refuse_is_refused_in_words() -> None:
    assert answerable({"validate": "list", "source": ["yes", "no"]})
    assert answerable({"validate": "list", "source": "=gain_metrics"})
    with pytest.raises(PublishError, match=r"A list to choose from .* 300 characters"):
        answerable({"validate": "list", "source": ["x" * 150, "y" * 149]})
