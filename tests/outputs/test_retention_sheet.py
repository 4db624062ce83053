"""The sheet Retention: whether those who join stay, where newcomers get lost, and who needs a word."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from builders import a_marts
from openpyxl import Workbook
from workbook_reader import advised, formulas, only, rows_of, strange_links, table_of, uncovered

from pipeline.marts.advice_model import Drift, FunnelStep, Retention, Returner, Soul, Star, Thanks
from pipeline.marts.model import Marts
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.retention import LOST, age_words, cohorts_table, funnel_table, words_table
from pipeline.outputs.excel.text import plain
from pipeline.outputs.retention_words import how_to_keep, who_stays


def marts() -> Marts:
    """Of a clan of 24 that is advised."""
    return advised()[0]


def told_of() -> Retention:
    """Who stays, as it is told."""
    return marts().advice.retention


def book() -> Workbook:
    """Its workbook, read back."""
    return advised()[1]


ZONE = ZoneInfo("Europe/Amsterdam")


def with_retention(told: Retention) -> Workbook:
    return only(replace(marts(), advice=replace(marts().advice, retention=told)), "Retention")


def said(workbook: Any) -> list[str]:
    cells = (cell for row in workbook["Retention"].iter_rows(values_only=True) for cell in row)
    return [cell for cell in cells if isinstance(cell, str)]


def test_it_answers_first_and_then_says_what_to_do() -> None:
    sheet = book()["Retention"]
    assert (sheet["A5"].value, sheet["A6"].value) == (who_stays(told_of()), how_to_keep(told_of().funnel))


def test_everybody_who_needs_a_word_stands_with_the_reason() -> None:
    assert [(row["Why"], row["Who"]) for row in rows_of(book(), "NeedAWord")] == [
        *(("Slipping away", each.who.name) for each in told_of().drifting),
        *(("Back again", each.who.name) for each in told_of().returners),
        *(("On the rise", each.who.name) for each in told_of().stars),
        *(("To thank", each.who.name) for each in told_of().thanks),
    ]


def test_what_we_see_of_each_sort() -> None:
    soul = Soul(1, None, "Zed")
    told = Retention(
        drifting=(Drift(soul, "experience", 31_250_000.4, 4_200_000.0, 0.001),),
        returners=(Returner(soul, 1, marts().as_of),),
        stars=(Star(soul, "gained much"),),
        thanks=(Thanks(soul, ("won", "helped")),),
    )
    assert [row["What we see"] for row in rows_of(with_retention(told), "NeedAWord")] == [
        "4,200,000 XP a week, by habit 31,250,000", "after 1 day away", "gained much", "won and helped",
    ]  # fmt: skip


def test_who_is_back_says_since_when() -> None:
    rows = [row["Back since"] for row in rows_of(book(), "NeedAWord") if row["Why"] == "Back again"]
    wanted = [each.back_at.astimezone(ZONE).replace(tzinfo=None, microsecond=0) for each in told_of().returners]
    assert [row.replace(microsecond=0) for row in rows if isinstance(row, datetime)] == wanted


def test_the_funnel_equals_the_marts() -> None:
    assert [(row["Step"], row["How many"], row["Of"], row["Took it"]) for row in rows_of(book(), "Funnel")] == [
        (step.label, step.count, step.of, pytest.approx(step.count / step.of)) for step in told_of().funnel
    ]


def test_a_step_that_nobody_could_take_yet_has_no_share() -> None:
    steps = (FunnelStep("day_90", "Still here after 90 days", 0, 0),)
    [row] = rows_of(with_retention(Retention(funnel=steps)), "Funnel")
    assert row["Took it"] is None


def test_the_step_at_which_most_are_lost_is_marked() -> None:
    steps = (FunnelStep("joined", "Joined", 30, 30), FunnelStep("reply", "Got a reply", 6, 20))
    rows = rows_of(with_retention(Retention(funnel=steps)), "Funnel")
    assert [row["Where to help"] for row in rows] == [None, LOST]


def test_cohorts_equal_the_marts() -> None:
    for row, cohort in zip(rows_of(book(), "Cohorts"), told_of().cohorts, strict=True):
        joined = row["Joined in"]
        month = joined.date() if isinstance(joined, datetime) else joined
        assert (month, row["Joined"], row["Here now"]) == (cohort.month or "Everybody", cohort.joined, cohort.here)
        for cell in cohort.cells:
            age = age_words(cell.days)
            assert (row[f"After {age}"], row[f"Of ({age})"]) == (cell.share, cell.at_risk)


def test_a_month_too_young_for_an_age_is_empty_there() -> None:
    assert [row["After 3 months"] for row in rows_of(book(), "Cohorts")] == [None, None]


def test_months_are_dates_so_that_they_sort() -> None:
    sheet, (left, top, _right, _bottom) = table_of(book(), "Cohorts")
    cell = sheet.cell(top + 2, left)
    assert (str(cell.value), cell.number_format) == ("2026-10-01 00:00:00", "mmmm yyyy")


@pytest.mark.parametrize(("days", "words"), [(7, "7 days"), (30, "1 month"), (180, "6 months"), (365, "1 year")])
def test_ages_are_said_as_people_do(days: int, words: str) -> None:
    assert age_words(days) == words


def test_rules_cover_their_columns() -> None:
    assert not uncovered(book(), (words_table(Answers(marts())), funnel_table(told_of()), cohorts_table(told_of())))


@pytest.mark.parametrize("members", [0, 1, 12])
def test_a_night_that_knows_nothing_of_it_says_so_and_has_no_tables(members: int) -> None:
    workbook = only(a_marts(members), "Retention")
    assert not workbook["Retention"].tables
    assert {
        "Nobody has joined since we began to look, so nobody can tell yet who stays.",
        "Nobody needs a word of that sort tonight.",
        "Nobody has joined in these days.",
    } <= set(said(workbook))


def test_hostile_names_and_reasons_stay_text() -> None:
    marts, workbook = advised(hostile_names=True)
    assert not [cell for cell in formulas(workbook) if cell.startswith("Retention")]
    assert not strange_links(workbook)
    assert [row["Who"] for row in rows_of(workbook, "NeedAWord") if row["Why"] == "To thank"] == [
        plain(each.who.name) for each in marts.advice.retention.thanks
    ]
