"""The sheets Competitions, Milestones and Runs say what the marts say."""

from dataclasses import replace
from typing import Any

import pytest
from builders import a_marts
from openpyxl import Workbook
from workbook_reader import advised, formulas, links, only, rows_of, strange_links, uncovered

from pipeline.marts.advice_model import HitRate
from pipeline.marts.model import CompetitionRow, CompetitionView, Marts
from pipeline.outputs.advice_words import past_forecasts
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.contests import contests_sheet
from pipeline.outputs.excel.milestones import ANY_DAY, SLOW, milestones_sheet
from pipeline.outputs.excel.runs import FIRST_NIGHT, runs_sheet
from pipeline.outputs.excel.text import plain


def marts() -> Marts:
    """Of a clan of 24 that is advised."""
    return advised()[0]


def book() -> Workbook:
    """Its workbook, read back."""
    return advised()[1]


def answers() -> Answers:
    """What its sheets ask."""
    return Answers(marts())


def said(workbook: Any, name: str) -> list[str]:
    cells = (cell for row in workbook[name].iter_rows(values_only=True) for cell in row)
    return [cell for cell in cells if isinstance(cell, str)]


def with_contest(**parts: Any) -> Any:
    return only(replace(marts(), competitions=(replace(marts().competitions[-1], **parts),)), "Competitions")


def with_advice(**parts: Any) -> Any:
    return only(replace(marts(), advice=replace(marts().advice, **parts)), "Milestones")


# Competitions -------------------------------------------------------------------------------------------------------


def test_contests_equal_the_marts() -> None:
    rows = rows_of(book(), "Contests")
    assert [(row["Contest"], row["State"], row["Taking part"], row["Gained something"]) for row in rows] == [
        (each.title, {"upcoming": "To come", "ongoing": "Running", "finished": "Over"}[each.state], each.participants, len(each.rows))
        for each in marts().competitions
    ]  # fmt: skip


def test_contests_name_their_podium() -> None:
    rows = rows_of(book(), "Contests")
    names = [[row.player for row in each.rows[:3]] + [None] * (3 - len(each.rows[:3])) for each in marts().competitions]
    assert [[row["First"], row["Second"], row["Third"]] for row in rows] == names


def test_contests_say_what_is_measured_and_the_gain_of_the_first() -> None:
    rows = rows_of(book(), "Contests")
    assert [(row["Measured in"], row["First one's gain"]) for row in rows] == [
        (answers().metric(each.metrics[0]).name, answers().metric(each.metrics[0]).in_units(each.rows[0].gained) if each.rows else None)
        for each in marts().competitions
    ]  # fmt: skip


def test_a_contest_leads_to_its_page() -> None:
    wanted = [(each.title, f"https://wiseoldman.net/competitions/{each.id}") for each in marts().competitions]
    assert [pair for pair in links(book()) if "/competitions/" in pair[1]] == wanted


def test_the_team_that_gained_most_together_leads() -> None:
    rows = tuple(
        CompetitionRow(place, place, f"P{place}", team, gained)
        for place, (team, gained) in enumerate((("Reds", 90), ("Blues", 60), ("Blues", 50)), start=1)
    )
    [row] = rows_of(with_contest(rows=rows), "Contests")
    assert row["Leading team"] == "Blues"


def test_without_teams_there_is_no_column_of_them() -> None:
    workbook = with_contest()
    assert "Leading team" not in rows_of(workbook, "Contests")[0]
    assert "Team" not in rows_of(workbook, "Standings")[0]


def test_standings_are_one_table_of_all_places() -> None:
    assert [
        (row["Contest"], row["Place"], row["Name"], row["Team"], row["Gained"], row["Unit"])
        for row in rows_of(book(), "Standings")
    ] == [
        (each.title, row.place, row.player, row.team, answers().metric(each.metrics[0]).in_units(row.gained),
         {"zulrah": "kills", "overall": "XP"}[each.metrics[0]])
        for each in marts().competitions for row in each.rows
    ]  # fmt: skip


def test_each_place_is_measured_by_the_first_of_its_contest() -> None:
    assert [row["Of the first one’s"] for row in rows_of(book(), "Standings")] == [
        pytest.approx(row.gained / each.rows[0].gained) for each in marts().competitions for row in each.rows
    ]


def test_what_is_not_reached_never_reads_as_done() -> None:
    near = replace(marts().advice.upcoming[0], value=13_034_430, threshold=13_034_431)
    [row] = rows_of(with_advice(upcoming=(near,)), "Coming")
    assert row["Done"] == 0.99


@pytest.mark.parametrize(("metrics", "unit"), [(("a_boss_of_tomorrow",), "points"), ((), None)])
def test_a_contest_in_what_nobody_knows_yet_is_told_all_the_same(metrics: tuple[str, ...], unit: str | None) -> None:
    rows = rows_of(with_contest(metrics=metrics), "Standings")
    assert [row["Unit"] for row in rows[:1]] == [unit]


def test_a_clan_without_contests_is_told_how_to_make_one() -> None:
    workbook = only(replace(marts(), competitions=()), "Competitions")
    assert not workbook["Competitions"].tables
    assert any(text.startswith("The clan has had no competition yet.") for text in said(workbook, "Competitions"))


def test_a_contest_in_which_nobody_gained_has_no_standings() -> None:
    workbook = with_contest(rows=())
    assert set(workbook["Competitions"].tables) == {"Contests"}


# Milestones ---------------------------------------------------------------------------------------------------------


def test_what_is_coming_equals_the_marts() -> None:
    ahead = marts().advice.upcoming
    assert [
        (row["Name"], row["What"], row["Now at"], row["Goal"], row["Still to go"]) for row in rows_of(book(), "Coming")
    ] == [(each.player, each.title, each.value, each.threshold, each.threshold - each.value) for each in ahead]


def test_forecasts_have_three_dates_and_say_when_they_may_take_long() -> None:
    ahead = marts().advice.upcoming
    rows = rows_of(book(), "Coming")
    assert [row["Very likely by"] is None for row in rows] == [each.high_at is None for each in ahead]
    assert [row["That is"] for row in rows] == [SLOW if each.high_at is None else None for each in ahead]
    assert all(row["Likely from"] <= row["Around"] for row in rows)


def test_a_forecast_that_is_due_says_any_day_now() -> None:
    late = replace(marts().advice.upcoming[0], mid_at=marts().advice.upcoming[0].made_at.replace(year=2025))
    [row] = rows_of(with_advice(upcoming=(late,)), "Coming")
    assert row["That is"] == ANY_DAY


def test_what_was_reached_equals_the_marts() -> None:
    assert [(row["Name"], row["What"], row["In"]) for row in rows_of(book(), "Reached")] == [
        (each.player, each.title, answers().metric(each.metric).name) for each in marts().advice.milestones
    ]


def test_the_record_of_forecasts_equals_the_marts() -> None:
    rate = marts().advice.hit_rate
    [row] = rows_of(book(), "Forecasts")
    assert (row["How many"], row["Came earlier"], row["Came later"], row["Share in time"]) == (
        rate.resolved, rate.early, rate.late, pytest.approx(rate.inside / rate.resolved),
    )  # fmt: skip


def test_without_a_record_it_is_said_that_it_is_too_early() -> None:
    assert past_forecasts(HitRate()) in said(with_advice(hit_rate=HitRate()), "Milestones")


def test_without_milestones_there_are_plain_words_and_no_tables() -> None:
    workbook = only(a_marts(), "Milestones")
    assert not workbook["Milestones"].tables
    assert any(text.startswith("No milestone is in sight.") for text in said(workbook, "Milestones"))


# Runs ---------------------------------------------------------------------------------------------------------------


def test_runs_show_night_state_and_sentence_only() -> None:
    rows = rows_of(book(), "Runs")
    assert [(row["Night"].date(), row["State"], row["How it went"]) for row in rows] == [
        (run.night, run.state, run.sentence) for run in marts().runs
    ]
    assert len(rows[0]) == 3


def test_the_first_night_has_no_nights_before_it() -> None:
    workbook = only(replace(marts(), runs=()), "Runs")
    assert not workbook["Runs"].tables
    assert FIRST_NIGHT in said(workbook, "Runs")


# All of them --------------------------------------------------------------------------------------------------------


def test_rules_cover_their_columns() -> None:
    sheets = (describe(answers()) for describe in (contests_sheet, milestones_sheet, runs_sheet))
    assert not uncovered(book(), (table for sheet in sheets for table in sheet.tables))


def test_hostile_names_stay_text() -> None:
    marts, workbook = advised(hostile_names=True)
    records = ("Competitions", "Milestones", "Runs")
    assert not [cell for cell in formulas(workbook) if cell.startswith(records)]
    assert not strange_links(workbook)
    contests: tuple[CompetitionView, ...] = marts.competitions
    assert [row["Contest"] for row in rows_of(workbook, "Contests")] == [plain(each.title) for each in contests]
    assert [row["Name"] for row in rows_of(workbook, "Standings")] == [
        plain(row.player) for each in contests for row in each.rows
    ]
