"""What the workbook says of Discord: all of it with Discord, nothing without, however the names look."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from builders import HOSTILE_NAMES, a_marts
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from talk_builders import an_empty_talk, talking_marts
from workbook_reader import (
    GAME_SHEETS,
    OF_TALK,
    SHEETS,
    column_range,
    content_of,
    formulas,
    links,
    only,
    rows_of,
    shown_names,
    strange_links,
    table_of,
    texts,
    written,
    xml_of,
)

from pipeline.domain.names import role_name
from pipeline.marts.model import Marts
from pipeline.marts.talk_model import Response, TalkMarts, Welcome
from pipeline.outputs.excel.activity import weeks_table
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.channels import channels_table
from pipeline.outputs.excel.heat_map import heat_in_words
from pipeline.outputs.excel.helping import helpers_sheet
from pipeline.outputs.excel.identities import certainty, confirming, identities_sheet
from pipeline.outputs.excel.sheet import Table
from pipeline.outputs.excel.talk_faces import talk_faces
from pipeline.outputs.excel.talkers import people_table
from pipeline.outputs.excel.text import plain
from pipeline.outputs.excel.tiles import Face
from pipeline.outputs.excel.unanswered import EMPTY

TABLES = {
    "Channels", "TalkWeeks", "Talkers", "Response", "Helpers", "Newcomers", "Unsure", "RoleGaps", "OnlyInDiscord",
    "OnlyInClan", "Ties", "Unanswered",
}  # fmt: skip
ZONE = ZoneInfo("Europe/Amsterdam")


@cache
def told(members: int = 20, *, hostile_names: bool = False) -> tuple[Marts, TalkMarts, Workbook]:
    """A night with Discord and its workbook, read back once for all tests that only look at it."""
    marts = talking_marts(members, hostile_names=hostile_names)
    return marts, talk_of(marts), written(marts)


@cache
def crowd() -> tuple[Marts, TalkMarts, Workbook]:
    """The sheets about Discord of a larger clan."""
    marts = talking_marts(60)
    return marts, talk_of(marts), only(marts, *OF_TALK)


def talk_of(marts: Marts) -> TalkMarts:
    assert marts.talk is not None
    return marts.talk


def with_talk(*sheets: str, **parts: Any) -> Workbook:
    """The *sheets* of a night whose talk has *parts* replaced."""
    marts = talking_marts()
    return only(replace(marts, talk=replace(talk_of(marts), **parts)), *sheets)


def local(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(ZONE).replace(tzinfo=None, microsecond=0)


def near(at: Any) -> Any:
    """Excel keeps an instant as a fraction of a day, openpyxl rounds it."""
    return at.replace(microsecond=0) if isinstance(at, datetime) else at


def seconds(span: Any) -> int | None:
    """A span of an Excel cell, rounded as openpyxl needs it."""
    assert span is None or isinstance(span, timedelta)
    return None if span is None else round(span.total_seconds())


def sheet_of(workbook: Workbook, name: str) -> Worksheet:
    sheet = workbook[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def said_on(workbook: Workbook, name: str) -> list[str]:
    cells = (cell for row in sheet_of(workbook, name).iter_rows(values_only=True) for cell in row)
    return [cell for cell in cells if isinstance(cell, str)]


# Absent, not empty --------------------------------------------------------------------------------------------------


def test_without_discord_there_are_no_sheets_and_no_words_of_it() -> None:
    workbook = written(a_marts(12))
    assert tuple(shown_names(workbook)) == GAME_SHEETS
    assert not [text for text in texts(workbook) if "discord" in text.lower()]


def test_with_discord_three_sheets_stand_among_the_others() -> None:
    assert tuple(shown_names(told()[2])) == SHEETS


@pytest.mark.parametrize("name", OF_TALK)
def test_each_begins_with_title_freshness_and_its_question(name: str) -> None:
    marts, _talk, workbook = told()
    sheet = workbook[name]
    assert (sheet["A1"].value.strip(), sheet["A3"].value) == (f"Oaken Shield – {name}", marts.freshness.sentence)
    assert "?" in sheet["A4"].value
    assert "Europe/Amsterdam" in sheet["A4"].value


def test_a_silent_guild_gives_plain_words_and_no_tables() -> None:
    workbook = written(replace(a_marts(12), talk=an_empty_talk()))
    assert tuple(shown_names(workbook)) == SHEETS
    for name, words in (
        ("Activity", "Nobody wrote in Discord in the last 90 days."),
        ("Helpers", "Nobody has answered a question in the last 90 days."),
        ("Identities", "Nothing to do: no account in Discord leaves a doubt."),
        ("Helpers", EMPTY),
    ):
        assert not workbook[name].tables
        assert words in said_on(workbook, name)
    assert "no question" in said_on(workbook, "Summary")


@pytest.mark.parametrize("members", [0, 1])
def test_a_tiny_clan_has_all_sheets(members: int) -> None:
    assert tuple(shown_names(told(members)[2])) == SHEETS


# Summary ------------------------------------------------------------------------------------------------------------


def test_the_summary_tells_the_week_in_discord() -> None:
    _marts, talk, workbook = told()
    said = said_on(workbook, "Summary")
    at = said.index("Discord this week")
    labels = ["Messages", "People", "Clan chat", "Questions", "Answered in 24 hours", "Unanswered now"]
    assert said[at + 1 : at + 7] == labels
    sheet = sheet_of(workbook, "Summary")
    row = next(row for row in range(1, 40) if sheet.cell(row, 1).value == "Messages")
    fared = talk.response["7d"]
    assert [sheet.cell(row + 1, column).value for column in (1, 3, 5, 7, 9, 11)] == [
        talk.totals["7d"], talk.people["7d"], talk.clan_chat["7d"], fared.asked,
        pytest.approx(fared.within_day / fared.ripe), len(talk.unanswered),
    ]  # fmt: skip
    assert sheet.cell(row + 2, 9).value == f"{fared.within_day} of {fared.ripe}"
    assert sheet.cell(row + 1, 9).number_format == "0 %"


def test_the_summary_compares_with_the_week_before() -> None:
    _marts, talk, workbook = told()
    sheet = sheet_of(workbook, "Summary")
    row = next(row for row in range(1, 40) if sheet.cell(row, 1).value == "Messages")
    assert sheet.cell(row + 2, 1).value == talk.totals["7d"] - talk.weeks[-2].messages


def test_the_first_week_is_compared_with_nothing() -> None:
    _marts, talk, _workbook = told()
    faces = talk_faces(replace(talk, weeks=talk.weeks[-1:]))
    assert [face.change[0] for face in faces[:4]] == ["no week before"] * 4


def test_a_guild_without_relay_has_no_tile_of_clan_chat() -> None:
    _marts, talk, _workbook = told()
    labels = [face.label for face in talk_faces(replace(talk, clan_chat={}))]
    assert "Clan chat" not in labels


def test_nothing_waits_is_said_kindly() -> None:
    _marts, talk, _workbook = told()
    waits: Face = talk_faces(replace(talk, unanswered=()))[-1]
    assert (waits.value[0], waits.change[0]) == (0, "nothing to do")


def test_lines_about_discord_stand_under_since_last_night() -> None:
    marts, _talk, workbook = told()
    said = said_on(workbook, "Summary")
    lines = marts.since_last_night.lines[-4:]
    assert [said[said.index(line.text) - 1] for line in lines] == ["Arrived", "Departed", "Discord", "Waiting"]


# Activity -----------------------------------------------------------------------------------------------------------


def test_the_heat_map_equals_the_marts() -> None:
    _marts, talk, workbook = told()
    sheet = sheet_of(workbook, "Activity")
    top = next(row for row in range(1, 20) if sheet.cell(row, 1).value == "Hour")
    cells = [[sheet.cell(top + 1 + hour, 2 + day).value for hour in range(24)] for day in range(7)]
    assert cells == [list(day) for day in talk.heat["90d"].clan]
    assert [sheet.cell(top, 2 + day).value for day in range(7)] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert sheet.cell(top + 25, 9).value == talk.totals["90d"]
    assert sheet.cell(top + 1, 9).value == sum(day[0] for day in talk.heat["90d"].clan)


def test_the_heat_map_is_one_scale_of_colour() -> None:
    sheet = sheet_of(told()[2], "Activity")
    top = next(row for row in range(1, 20) if sheet.cell(row, 1).value == "Hour")
    scales = [
        str(area.sqref)
        for area in sheet.conditional_formatting
        for rule in area.rules
        if rule.type == "colorScale" and ":" in str(area.sqref)
    ]
    assert f"B{top + 1}:H{top + 24}" in scales


def test_the_heat_map_in_words_names_hour_and_weekday() -> None:
    cells = [[0] * 24 for _day in range(7)]
    cells[5][20], cells[6][20], cells[0][7] = 9, 4, 12
    for day in (1, 2, 4):
        cells[day][1] = 2
    assert heat_in_words(tuple(map(tuple, cells))) == (
        "Most is written between 20:00 and 21:00 (13 of 31 messages in 90 days), least on Thursdays (0)."
    )


def test_channels_equal_the_marts_and_say_why_they_are_closed() -> None:
    _marts, talk, workbook = told()
    rows = rows_of(workbook, "Channels")
    for row, channel in zip(rows, talk.channels, strict=True):
        assert row["Channel"] == f"#{channel.name}"
        nothing = 0 if channel.access == "open" else None
        assert [row[f"Messages {key}"] for key in ("7d", "30d", "90d")] == [
            channel.messages.get(key, nothing) for key in ("7d", "30d", "90d")
        ]
        assert row["People 30d"] == channel.people.get("30d", nothing)
        assert near(row["Last word"]) == local(channel.last_word_at)
        assert (row["Read by the bot"] == "yes") == (channel.access == "open")
    assert {row["To read it, allow"] for row in rows} == {None, "View Channel", "Read Message History", "Connect"}


def test_weeks_of_talk_equal_the_marts() -> None:
    _marts, talk, workbook = told()
    for row, week in zip(rows_of(workbook, "TalkWeeks"), talk.weeks, strict=True):
        assert row.pop("Week until 00:00 UTC").date() == week.window.until.date()
        assert list(row.values()) == [
            week.messages, week.people, week.clan_chat, week.asked, week.answered, week.within_day,
        ]  # fmt: skip


def test_everybody_who_talks_stands_with_their_numbers() -> None:
    _marts, talk, workbook = crowd()
    for row, speaker in zip(rows_of(workbook, "Talkers"), talk.speakers, strict=True):
        assert (row["Name"], row["In the clan"]) == (speaker.name, "yes" if speaker.in_clan else "no")
        for key in ("7d", "30d", "90d"):
            assert row[f"Messages {key}"] == speaker.messages.get(key, 0)
        month = (speaker.clan_chat, speaker.questions, speaker.answered, speaker.answers, speaker.helped)
        headers = ("Clan chat 30d", "Questions 30d", "Got an answer 30d", "Answers given 30d", "People helped 30d")
        assert [row[header] for header in headers] == [counts.get("30d", 0) for counts in month]
        assert near(row["Last word"]) == local(speaker.last_word_at)
        assert near(row["Last in clan chat"]) == local(speaker.last_clan_chat_at)
        assert row["In Discord as"] == ((speaker.nick or "(no nickname)") if speaker.in_guild else None)


def test_the_channel_in_which_somebody_talks_most_is_named() -> None:
    _marts, talk, workbook = told()
    names = {channel.channel_id: f"#{channel.name}" for channel in talk.channels}
    homes: dict[str, Any] = {row["Name"]: row["Talks most in"] for row in rows_of(workbook, "Talkers")}
    for speaker in talk.speakers:
        counts = dict(speaker.channels)
        best = {names[channel] for channel, count in counts.items() if count == max(counts.values())}
        assert homes[speaker.name] in best if best else homes[speaker.name] is None


def test_two_charts_are_drawn_from_the_weeks() -> None:
    _marts, _talk, workbook = told()
    charts = sheet_of(workbook, "Activity")._charts  # type: ignore[attr-defined]    # what openpyxl read
    _sheet, (_left, top, _right, bottom) = table_of(workbook, "TalkWeeks")
    drawn = [series.val.numRef.f for chart in charts for series in chart.series]
    assert drawn == [f"Activity!${column}${top + 1}:${column}${bottom}" for column in "BDC"]


def test_chat_and_play_is_told_in_the_words_of_the_marts() -> None:
    _marts, talk, workbook = told()
    assert talk.chat_and_play.sentence in said_on(workbook, "Activity")


# Helpers ------------------------------------------------------------------------------------------------------------


def test_helpers_stand_in_the_order_of_the_month_with_both_boards() -> None:
    _marts, talk, workbook = crowd()
    rows = rows_of(workbook, "Helpers")
    month = [(row["Name"], row["Place 30d"], row["People helped 30d"], row["Answers 30d"], seconds(row["Typical time 30d"]))
             for row in rows if row["Place 30d"]]  # fmt: skip
    assert month == [
        (helper.name, helper.place, helper.helped, helper.answers, round(helper.median or 0))
        for helper in talk.helpers["30d"]
    ]
    quarter = {(row["Name"], row["Place 90d"], row["People helped 90d"], row["Answers 90d"]) for row in rows}
    assert quarter >= {(helper.name, helper.place, helper.helped, helper.answers) for helper in talk.helpers["90d"]}
    assert len(rows) == len({helper.person_id for key in ("30d", "90d") for helper in talk.helpers[key]})


def test_shares_stand_beside_what_they_are_of() -> None:
    _marts, talk, workbook = told()
    rows = rows_of(workbook, "Response")
    assert [row["Asked in the"] for row in rows] == ["Last 7 days", "Last 30 days", "Last 90 days", "Last 365 days"]
    for row, key in zip(rows, ("7d", "30d", "90d", "365d"), strict=True):
        fared = talk.response[key]
        assert (row["Questions"], row["Answered"], row["Within 24 hours"], row["Of how many"]) == (
            fared.asked, fared.answered, fared.within_day, fared.ripe,
        )  # fmt: skip
        assert row["Share within 24 hours"] == pytest.approx(fared.within_day / fared.ripe)
        assert seconds(row["Typical time to answer"]) == round(fared.median or 0)


def test_a_question_of_this_morning_is_no_failure_yet() -> None:
    fared = Response(asked=1, answered=0, within_day=0, ripe=0, median=None)
    _marts, talk, _workbook = told()
    [row] = rows_of(with_talk("Helpers", response=dict.fromkeys(talk.response, fared)), "Response")[:1]
    assert (row["Share within 24 hours"], row["Typical time to answer"]) == (None, None)


def test_newcomers_say_who_greeted_them_or_that_nobody_did() -> None:
    marts, talk, workbook = told()
    lonely = [newcomer for newcomer in talk.welcomes if newcomer.welcomed_at is None]
    heading = f"Newcomers of the last 90 days: {len(lonely)} of {len(talk.welcomes)} not greeted"
    assert heading in said_on(workbook, "Helpers")
    for row, newcomer in zip(rows_of(workbook, "Newcomers"), talk.welcomes, strict=True):
        assert (row["Newcomer"], near(row["Came to Discord"])) == (newcomer.name, local(newcomer.joined_at))
        assert row["Days ago"] == (marts.as_of - newcomer.joined_at).days
        if newcomer.welcomed_at is None:
            assert row["First greeted by"] in ("nobody", "nobody yet")
            assert row["Greeted after"] is None
        else:
            assert row["First greeted by"] == newcomer.welcomed_by
            assert seconds(row["Greeted after"]) == (newcomer.welcomed_at - newcomer.joined_at).total_seconds()


@pytest.mark.parametrize(("days", "words"), [(2, "nobody yet"), (8, "nobody")])
def test_after_a_week_it_is_too_late_to_greet(days: int, words: str) -> None:
    came = Welcome(7, "Zed", talking_marts().as_of - timedelta(days=days), None, None)
    [row] = rows_of(with_talk("Helpers", welcomes=(came,)), "Newcomers")
    assert row["First greeted by"] == words


# Identities ---------------------------------------------------------------------------------------------------------


def test_the_unsure_come_first_with_a_command_to_copy() -> None:
    _marts, talk, workbook = told()
    sheet = sheet_of(workbook, "Identities")
    assert next(iter(sorted(sheet.tables.values(), key=lambda table: row_of(table.ref)))).name == "Unsure"
    expected = [(line, guess) for line in talk.identities.unsure for guess in line.guesses]
    for row, (line, guess) in zip(rows_of(workbook, "Unsure"), expected, strict=True):
        assert list(row.values()) == [
            line.account, str(line.account_id), guess.player, certainty(guess.confidence), guess.confidence, guess.why,
            f'uv run clanstats identities --confirm "{guess.player}={line.account_id}"',
        ]  # fmt: skip


def row_of(reference: str) -> int:
    found = re.search(r"\d+", reference)
    assert found
    return int(found[0])


@pytest.mark.parametrize(
    ("confidence", "word"),
    [(1.0, "certain"), (0.93, "very likely"), (0.8, "likely"), (0.6, "perhaps"), (0.5, "a guess")],
)
def test_confidence_has_a_word(confidence: float, word: str) -> None:
    assert certainty(confidence) == word


@pytest.mark.parametrize(
    "name", ['a" & del *', "$(reboot)", "`reboot`", "%PATH%", "x!y", "a;b", "", "a\nb", "Zoë", "-x"]
)
def test_a_name_that_a_shell_might_run_is_in_no_command(name: str) -> None:
    assert "clanstats" not in confirming(name, 5)


def test_ids_are_kept_as_text_to_the_last_digit() -> None:
    _marts, talk, workbook = told()
    for table in ("Unsure", "RoleGaps", "OnlyInDiscord", "Ties"):
        ids = [row["Discord ID"] for row in rows_of(workbook, table)]
        assert all(isinstance(each, str) and len(each) == 18 for each in ids)
    assert [row["Discord ID"] for row in rows_of(workbook, "Ties")] == [
        str(tie.account_id) for tie in talk.identities.ties
    ]


def test_excel_does_not_warn_of_ids_as_text() -> None:
    _marts, _talk, workbook = told()
    sheet = xml_of(content_of(talking_marts(20), "Identities"), "Identities")
    found = re.search(r'<ignoredError sqref="([^"]+)" numberStoredAsText="1"', sheet)
    assert found
    ids = [column_range(workbook, table, 1) for table in ("Unsure", "RoleGaps", "OnlyInDiscord", "Ties")]
    assert found[1].split() == ids


def test_role_gaps_say_what_to_do() -> None:
    _marts, talk, workbook = told()
    rows = rows_of(workbook, "RoleGaps")
    assert [row["What is odd"] for row in rows] == ["left the clan", "nobody known", "another rank"]
    assert near(rows[0]["Since"]) == local(talk.identities.role_gaps[0].since)
    rank = role_name(talk.identities.role_gaps[2].rank or "")
    assert rows[2]["What to do"] == f"In the game {rank}, the role stands for Captain: change one of them."


def test_without_roles_in_clan_toml_nothing_is_said_of_roles() -> None:
    _marts, talk, _workbook = told()
    workbook = with_talk("Identities", identities=replace(talk.identities, roles_known=False))
    assert "RoleGaps" not in workbook["Identities"].tables
    assert any("no [roles]" in text for text in said_on(workbook, "Identities"))


def test_the_two_difference_lists_equal_the_marts() -> None:
    _marts, talk, workbook = crowd()
    assert [
        (row["Discord account"], row["Was in the clan as"], row["Roles"]) for row in rows_of(workbook, "OnlyInDiscord")
    ] == [(line.account, line.was_member, ", ".join(line.roles) or None) for line in talk.identities.only_discord]
    assert [(row["Member"], row["Rank"], row["May be the account"]) for row in rows_of(workbook, "OnlyInClan")] == [
        (line.player, role_name(line.role), line.guess) for line in talk.identities.only_clan
    ]


def test_ties_say_in_plain_words_how_they_are_known() -> None:
    _marts, talk, workbook = crowd()
    rows = rows_of(workbook, "Ties")
    assert [(row["Discord account"], row["Player"], row["Confidence"]) for row in rows] == [
        (tie.account, tie.players[0], tie.confidence) for tie in talk.identities.ties
    ]
    assert {row["How we know"] for row in rows} == {
        "written in clan.toml", "confirmed by an officer", "same name", "same name, written otherwise",
        "name is a part of the nickname", "one letter differs",
    }  # fmt: skip
    assert (rows[-1]["Other accounts in the game"], rows[-1]["In the clan"]) == ("Old Salt Jr", "no")


# Unanswered ---------------------------------------------------------------------------------------------------------


def test_unanswered_questions_equal_the_marts_and_link_to_discord() -> None:
    marts, talk, workbook = crowd()
    sheet, (left, top, _right, _bottom) = table_of(workbook, "Unanswered")
    names = {metric.key: metric.name for metric in marts.metrics}
    for number, (row, question) in enumerate(
        zip(rows_of(workbook, "Unanswered"), talk.unanswered, strict=True), start=1
    ):
        assert (near(row["Asked"]), row["Who asked"]) == (local(question.asked_at), question.asker)
        assert seconds(row["Waiting for"]) == round((marts.as_of - question.asked_at).total_seconds())
        assert row["Where"] == f"#{question.channel}" + (f" › {question.thread}" if question.thread else "")
        assert row["About"] == (", ".join(names[key] for key in question.metrics) or None)
        link = sheet.cell(top + number, left + 3)
        assert (link.value, link.hyperlink and link.hyperlink.target) == ("Open in Discord", question.url)


def test_a_metric_that_the_night_does_not_know_is_left_out() -> None:
    _marts, talk, _workbook = told()
    asked = replace(talk.unanswered[0], metrics=("zulrah", "of_tomorrow"))
    [row] = rows_of(with_talk("Helpers", unanswered=(asked,)), "Unanswered")
    assert row["About"] == "Zulrah"


def test_no_waiting_question_is_good_news() -> None:
    assert EMPTY in said_on(with_talk("Helpers", unanswered=()), "Helpers")


# What nobody can know ------------------------------------------------------------------------------------------------

UNASKED = "What was asked since 3 Nov is not known: Discord withholds what is written (Message Content Intent)."
WITHHELD = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)
"""The third of November in Amsterdam."""

MUTE: dict[str, Any] = {
    "withheld_since": WITHHELD, "unanswered": (), "clan_chat": {},
    "response": dict.fromkeys(("7d", "30d", "90d", "365d", "all"), Response(0, 0, 0, 0, None)),
    "helpers": dict.fromkeys(("7d", "30d", "90d", "365d", "all"), ()),
}  # fmt: skip


def test_what_discord_withholds_is_said_on_each_sheet_and_nothing_is_told_as_none() -> None:
    workbook = with_talk("Summary", "Activity", "Helpers", **MUTE)
    for name in ("Summary", "Activity", "Helpers"):
        assert said_on(workbook, name).count(UNASKED) == 1
    lies = (
        "Nobody has asked",
        "Nobody has answered",
        "Nothing to do: no question",
        "0 of 0",
        "no question",
        "nothing to do",
    )
    assert not [text for name in ("Summary", "Activity", "Helpers") for text in said_on(workbook, name)
                if text.startswith(lies) or "0 of 0 questions" in text]  # fmt: skip
    assert not {"Response", "Helpers"} & set(sheet_of(workbook, "Helpers").tables)


def test_tiles_of_what_is_withheld_are_not_known() -> None:
    faces = {face.label: face.value[0] for face in talk_faces(replace(told()[1], withheld_since=WITHHELD))}
    unknown = [label for label, value in faces.items() if value == "not known"]
    assert unknown == ["Clan chat", "Questions", "Answered in 24 hours"]
    assert faces["Unanswered now"] == len(told()[1].unanswered)
    assert talk_faces(replace(told()[1], withheld_since=WITHHELD, unanswered=()))[-1].value[0] == "not known"


def test_what_is_known_of_questions_stands_beside_what_is_not() -> None:
    workbook = with_talk("Helpers", withheld_since=WITHHELD)
    for name in ("Response", "Helpers", "Unanswered"):
        assert rows_of(workbook, name) == rows_of(with_talk("Helpers"), name)
    assert UNASKED in said_on(workbook, "Helpers")


def test_counts_that_only_texts_tell_are_empty_where_they_are_withheld() -> None:
    talk = talk_of(talking_marts())
    speakers = tuple(replace(s, clan_chat={}, questions={}) for s in talk.speakers)
    workbook = with_talk("Activity", **MUTE, speakers=speakers)
    weeks = rows_of(workbook, "TalkWeeks")
    headers = ("Clan chat", "Questions", "Answered", "Within 24 hours")
    assert [weeks[-1][header] for header in headers] == [None] * 4
    assert [weeks[0][header] for header in headers] != [None] * 4
    assert weeks[-1]["Messages"] == talk.weeks[-1].messages
    people = rows_of(workbook, "Talkers")
    assert {row["Clan chat 30d"] for row in people} == {row["Questions 30d"] for row in people} == {None}


def test_until_discord_lists_its_members_nobody_is_said_to_be_in_only_one_of_the_two() -> None:
    talk = talk_of(talking_marts())
    who = replace(talk.identities, members_listed=False)
    workbook = with_talk("Helpers", "Identities", identities=who, welcomes=())
    sentence = (
        "Discord has not listed the server's members yet (Server Members Intent): who is in Discord is not known."
    )
    assert said_on(workbook, "Identities").count(sentence) == 1
    assert set(sheet_of(workbook, "Identities").tables) == {"Unsure", "Ties"}
    helpers = said_on(workbook, "Helpers")
    assert [text for text in helpers if text.startswith("Discord has not listed")]
    assert "Nobody came to Discord in the last 90 days." not in helpers
    doubtless = said_on(with_talk("Identities", identities=replace(who, unsure=())), "Identities")
    assert not [text for text in doubtless if text.startswith("Nothing to do")]


# Names and looks ----------------------------------------------------------------------------------------------------


def test_no_cell_of_hostile_talk_is_a_formula_and_no_link_leads_astray() -> None:
    _marts, talk, workbook = told(hostile_names=True)
    assert not [cell for cell in formulas(workbook) if cell.startswith(OF_TALK)]
    assert not strange_links(workbook)
    asked = [target for _text, target in links(workbook) if target.startswith("https://discord.com")]
    assert asked == [question.url for question in talk.unanswered]


def test_hostile_names_of_talk_survive() -> None:
    _marts, talk, workbook = told(hostile_names=True)
    assert [row["Name"] for row in rows_of(workbook, "Talkers")] == [plain(speaker.name) for speaker in talk.speakers]
    assert [row["Channel"] for row in rows_of(workbook, "Channels")] == [
        plain(f"#{name}") for name in HOSTILE_NAMES[:11]
    ]


def test_rules_of_talk_cover_their_columns() -> None:
    marts, talk, workbook = told()
    answers = Answers(marts)
    sheets = [describe(answers, talk) for describe in (helpers_sheet, identities_sheet)]
    tables: list[Table[Any]] = [
        channels_table(talk),
        weeks_table(talk),
        people_table(talk, answers),
        *(table for sheet in sheets for table in sheet.tables),
    ]
    missing = []
    for table in tables:
        sheet, _corners = table_of(workbook, table.name)
        covered = [str(area.sqref) for area in sheet.conditional_formatting for _rule in area.rules]
        missing += [
            (table.name, column.key)
            for place, column in enumerate(table.columns)
            if covered.count(column_range(workbook, table.name, place)) != len(column.rules)
        ]
    assert not missing


def test_tables_of_talk_have_filters_and_names_of_their_own() -> None:
    tables = [table for name in OF_TALK for table in sheet_of(told()[2], name).tables.values()]
    assert {table.name for table in tables} == TABLES
    assert all(table.autoFilter and table.tableStyleInfo.showRowStripes for table in tables)


@pytest.mark.parametrize("name", OF_TALK)
def test_panes_are_frozen_and_all_is_printed_on_one_width(name: str) -> None:
    sheet = sheet_of(told()[2], name)
    assert sheet.freeze_panes
    assert sheet.sheet_properties.pageSetUpPr
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows
    last = max(row_of(table.ref.split(":")[1]) for table in sheet.tables.values())
    assert str(sheet.print_area).endswith(f"${last}")


def test_the_list_of_people_repeats_its_header_on_every_page() -> None:
    sheet, (_left, top, _right, _bottom) = table_of(told()[2], "Talkers")
    assert sheet.print_title_rows == f"${top}:${top}"


def test_spans_are_written_as_people_say_them() -> None:
    sheet, (_left, top, _right, _bottom) = table_of(told()[2], "Unanswered")
    assert sheet.cell(top + 1, 3).number_format == '[<0.0416666][m]" min";[<2][h]" h "mm" min";0.0" days"'
