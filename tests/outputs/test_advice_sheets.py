"""The sheets To do, Promotions and Inactivity say what the marts advise, however the names look."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from advice_builders import a_decision, advised_marts
from builders import HOSTILE_NAMES, a_marts
from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from workbook_reader import (
    advised,
    column_range,
    content_of,
    formulas,
    only,
    rows_of,
    strange_links,
    table_of,
    texts,
    xml_of,
)

from pipeline.domain import decisions as words
from pipeline.domain.decisions import CHOICES, TABLE, Mark, Told, read_mark
from pipeline.domain.names import role_name
from pipeline.marts.advice_model import Advice, Decision, HeldSlot, Promotions, Verdict
from pipeline.marts.keys import of_removal
from pipeline.marts.model import Marts
from pipeline.outputs.advice_words import NO_LADDER, NOTES, STATES
from pipeline.outputs.entries import names
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.inactivity import inactivity_sheet
from pipeline.outputs.excel.measure import row_heights
from pipeline.outputs.excel.promotions import promotions_sheet
from pipeline.outputs.excel.text import plain
from pipeline.outputs.excel.todo import lines, todo_sheet
from pipeline.outputs.instants import iso

SHEETS = ("To do", "Promotions", "Inactivity")
TABLES = {TABLE, "Promotions", "Inactivity"}
ZONE = ZoneInfo("Europe/Amsterdam")


@cache
def judged(members: int) -> tuple[Marts, list[dict[str, Any]]]:
    """A clan of *members* that is advised, and its rows on Inactivity."""
    marts = advised_marts(members)
    return marts, rows_of(only(marts, "Inactivity"), "Inactivity")


def sheet_of(workbook: Workbook, name: str) -> Worksheet:
    sheet = workbook[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def said_on(workbook: Workbook, name: str) -> list[str]:
    cells = (cell for row in sheet_of(workbook, name).iter_rows(values_only=True) for cell in row)
    return [cell for cell in cells if isinstance(cell, str)]


def local(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(ZONE).replace(tzinfo=None, microsecond=0)


def near(at: Any) -> Any:
    """Excel keeps an instant as a fraction of a day, openpyxl rounds it."""
    return at.replace(microsecond=0) if isinstance(at, datetime) else at


def with_advice(sheet: str, **parts: Any) -> Workbook:
    """That *sheet* of a night whose advice has *parts* replaced."""
    marts = advised_marts()
    return only(replace(marts, advice=replace(marts.advice, **parts)), sheet)


def test_they_stand_after_the_summary() -> None:
    names = advised()[1].sheetnames
    assert names[1:3] == ["Summary", "To do"]
    assert [name for name in names if name in SHEETS] == list(SHEETS)


# To do --------------------------------------------------------------------------------------------------------------


def decided_rows(*decisions: Decision, hostile_names: bool = False) -> list[dict[str, Any]]:
    """The rows of To do of a night on which *decisions* are on file."""
    marts = advised_marts(hostile_names=hostile_names, talk=True)
    return rows_of(only(replace(marts, advice=replace(marts.advice, decisions=decisions)), "To do"), TABLE)


def told_in(row: dict[str, Any]) -> Told:
    """What stands in the cells of *row* in which people write."""
    until, on = (row[header].date().isoformat() if row[header] else "" for header in (words.UNTIL, words.DECIDED_ON))
    return Told(row[words.DECISION] or "", until, row[words.NOTE] or "", on)


def mark_in(row: dict[str, Any]) -> Mark:
    """What *row* says of its past."""
    found = read_mark(row[words.WAS])
    assert found
    return found


def first_absence() -> Verdict:
    return advised_marts().advice.inactivity.purge[0]


def test_what_to_do_equals_the_marts() -> None:
    marts, workbook = advised(talk=True)
    rows = rows_of(workbook, TABLE)
    entries = [line.entry for line in lines(marts) if line.entry]
    assert [(row[words.KEY], row[words.WHAT], row[words.WHO]) for row in rows] == [
        (entry.key, entry.what, entry.who or None) for entry in entries
    ]
    assert [(near(row[words.SINCE]), row[words.PROOF], row[words.FLIPS_IF], row[words.SUGGESTED]) for row in rows] == [
        (local(entry.since), entry.proof or None, entry.flips_if or None, entry.suggestion) for entry in entries
    ]


def test_the_headers_are_those_that_the_reader_knows_in_their_order() -> None:
    known = [
        words.KEY, words.WHAT, words.WHO, words.SINCE, words.REASON, words.PROOF, words.FLIPS_IF, words.SUGGESTED,
        words.DECISION, words.UNTIL, words.NOTE, words.DECIDED_ON, words.WAS,
    ]  # fmt: skip
    assert [header for header in rows_of(advised()[1], TABLE)[0] if header in known] == known


def test_no_two_rows_have_the_same_key() -> None:
    keys = [row[words.KEY] for row in rows_of(advised(talk=True)[1], TABLE)]
    assert len(keys) == len(set(keys))


def test_what_is_open_stands_the_most_pressing_first() -> None:
    pressing = [row["How pressing"] for row in rows_of(advised(talk=True)[1], TABLE)]
    assert pressing == sorted(pressing, key=["Critical", "High", "Medium", "Low"].index)


def test_the_new_are_marked() -> None:
    marts, workbook = advised()
    new = {line.key for line in lines(marts) if line.entry and line.entry.is_new}
    assert new
    assert {row[words.KEY] for row in rows_of(workbook, TABLE) if row["State"] == "New"} == new


def test_what_is_for_programs_is_hidden() -> None:
    sheet, (left, top, right, _bottom) = table_of(advised()[1], TABLE)
    areas = [each for each in sheet.column_dimensions.values() if each.hidden]
    hidden = {
        sheet.cell(top, column).value
        for column in range(left, right + 1)
        if any(column in range(area.min or 0, (area.max or 0) + 1) for area in areas)
    }
    assert hidden == {words.KEY, words.WAS, "Choices"}


def validations() -> dict[str, DataValidation]:
    sheet, _corners = table_of(advised()[1], TABLE)
    return {str(each.sqref): each for each in sheet.data_validations.dataValidation}


def area_of(header: str) -> str:
    marts, workbook = advised()
    [table] = todo_sheet(Answers(marts)).tables
    return column_range(workbook, TABLE, [column.header for column in table.columns].index(header))


def test_a_decision_is_chosen_from_a_list_of_exactly_the_words() -> None:
    asked = validations()[area_of(words.DECISION)]
    assert (asked.type, asked.formula1) == ("list", f'"{",".join(CHOICES.values())}"')


@pytest.mark.parametrize("header", [words.UNTIL, words.DECIDED_ON])
def test_a_date_is_asked_for_where_one_belongs(header: str) -> None:
    assert validations()[area_of(header)].type == "date"


def test_nothing_is_asked_anywhere_else() -> None:
    assert validations().keys() == {area_of(header) for header in (words.DECISION, words.UNTIL, words.DECIDED_ON)}


def test_what_was_decided_stands_beside_its_entry() -> None:
    decision = a_decision(
        of_removal(first_absence()),
        until=date(2026, 12, 24),
        last_day=date(2026, 12, 24),
        note="Exams",
        became="Still away.",
    )
    row = next(row for row in decided_rows(decision) if row[words.KEY] == decision.key)
    assert told_in(row) == Told("Keep", "2026-12-24", "Exams", "2026-11-19")
    assert (row["State"], row["What became of it"]) == ("Decided", "Still away.")


def test_what_is_over_leaves_its_cell_free_when_it_is_asked_again() -> None:
    decision = a_decision(
        of_removal(first_absence()), holds=False, silences=False, note="Exams", became="Returned on 1 Nov."
    )
    row = next(row for row in decided_rows(decision) if row[words.KEY] == decision.key)
    assert (told_in(row), mark_in(row).told) == (Told("", "", "Exams", "2026-11-19"),) * 2
    assert (row["State"], row["What became of it"]) == ("Open", "Returned on 1 Nov.")


def test_a_decision_without_an_entry_says_what_the_workbook_said_then() -> None:
    row = decided_rows(a_decision("remove:77", fate="returned", holds=False, silences=False))[-1]
    assert [row[header] for header in (words.KEY, "State", words.WHAT, words.WHO, words.REASON)] == [
        "remove:77", "Settled", "Remove from the clan", "Old Salt", "No sign of life for 41 days.",
    ]  # fmt: skip


def test_a_decision_stands_after_what_is_open() -> None:
    rows = decided_rows(a_decision(of_removal(first_absence())), a_decision("remove:77"))
    assert [row["State"] for row in rows][-2:] == ["Decided", "Decided"]


def test_what_a_cell_was_can_be_read_back() -> None:
    decisions = (
        a_decision("remove:77", "leave", until=date(2026, 12, 24), note="Exams|3:abc"),
        a_decision("remove:77", "noted", note="a | 2:b"),
        a_decision("remove:77", "unclear", unclear="Keeep", holds=False),
        *(a_decision("remove:77", note=name) for name in HOSTILE_NAMES),
        *(a_decision("remove:77", "unclear", unclear=name) for name in HOSTILE_NAMES),
    )
    rows = decided_rows(*decisions)[-len(decisions) :]
    assert {row[words.KEY] for row in rows} == {"remove:77"}
    assert [mark_in(row).told for row in rows] == [told_in(row) for row in rows]


def test_of_an_open_row_nothing_was() -> None:
    marts, workbook = advised()
    night = iso(marts.as_of)
    assert {row[words.WAS] for row in rows_of(workbook, TABLE)} == {Told().mark(night)}


def test_the_day_of_a_decision_is_the_clans() -> None:
    late = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
    assert decided_rows(a_decision("remove:77", decided_at=late))[-1][words.DECIDED_ON].date() == date(2026, 11, 20)


@pytest.mark.parametrize("verdict", ["unclear", "keep"])
def test_what_was_not_understood_is_told_and_stands_there_to_be_mended(verdict: str) -> None:
    decision = a_decision("remove:77", verdict, unclear="Keeep", conflict="“Keeep” is none of the words.")
    row = decided_rows(decision)[-1]
    assert (row["State"], row[words.DECISION], row["What became of it"]) == (
        "Not understood",
        "Keeep",
        decision.conflict,
    )


def test_a_row_that_nobody_can_name_has_its_words_as_a_note() -> None:
    row = decided_rows(a_decision("unclear:0123456789ab", "unclear", unclear="", note="(Keep)", holds=False))[-1]
    assert (row["State"], row[words.DECISION], row[words.NOTE]) == ("Not understood", None, "(Keep)")


@pytest.mark.parametrize(("key", "choices"), [("slot:7", "|Keep|Remove|Not yet|Done|"), ("unclear:0123456789ab", None)])
def test_a_mistake_may_be_mended_with_what_fits_its_entry(key: str, choices: str | None) -> None:
    assert decided_rows(a_decision(key, "unclear", unclear=""))[-1]["Choices"] == choices


def test_a_key_comes_back_as_it_was_however_a_role_is_called() -> None:
    marts = advised_marts(hostile_names=True, talk=True)
    assert [row[words.KEY] for row in rows_of(only(marts, "To do"), TABLE)] == [line.key for line in lines(marts)]


def test_hostile_words_of_a_decision_survive() -> None:
    decisions = [a_decision(f"remove:{n}", who=name, note=name) for n, name in enumerate(HOSTILE_NAMES)]
    rows = decided_rows(*decisions, hostile_names=True)[-len(decisions) :]
    assert [(row[words.WHO], row[words.NOTE]) for row in rows] == [(plain(name), plain(name)) for name in HOSTILE_NAMES]


def test_of_many_names_the_first_are_written_and_the_others_counted() -> None:
    who = advised_marts().advice.retention.thanks[0].who
    assert names([who] * 43).endswith(f"{who.name} and 3 more")


# Promotions ---------------------------------------------------------------------------------------------------------


def test_promotions_equal_the_marts() -> None:
    marts, workbook = advised()
    promotions = marts.advice.promotions
    lines = (*promotions.due, *promotions.above, *promotions.near)
    rows = rows_of(workbook, "Promotions")
    for row, line in zip(rows, lines, strict=False):
        assert (row["Note"], row["Name"]) == (NOTES[line.note], line.name)
        assert (row["Rank now"], row["Rank by the ladder"]) == (role_name(line.role), role_name(line.rank))
        assert (near(row["Since"]), row["New"]) == (local(line.since), "new" if line.is_new else None)
        assert row["What is fulfilled"] == "; ".join(line.proof)
        assert row["What is missing"] == ("; ".join(each.text for each in line.missing) or None)


def test_of_whom_too_little_is_known_stand_last() -> None:
    marts, workbook = advised()
    rows = rows_of(workbook, "Promotions")[-len(marts.advice.promotions.undecided) :]
    assert [(row["Note"], row["Name"]) for row in rows] == [
        ("Not known", soul.name) for soul in marts.advice.promotions.undecided
    ]


def test_without_a_ladder_the_sheet_says_how_to_write_one() -> None:
    workbook = with_advice("Promotions", promotions=Promotions())
    assert NO_LADDER in said_on(workbook, "Promotions")
    assert not sheet_of(workbook, "Promotions").tables


def test_a_ladder_on_which_everybody_stands_right_says_so() -> None:
    workbook = with_advice("Promotions", promotions=Promotions(ladder=("recruit", "captain")))
    assert any("Everybody has the rank they have earned" in text for text in said_on(workbook, "Promotions"))


# Inactivity ---------------------------------------------------------------------------------------------------------


def test_everybody_has_a_row() -> None:
    marts, workbook = advised()
    assert {row["Name"] for row in rows_of(workbook, "Inactivity")} == {
        verdict.name for verdict in marts.advice.inactivity.verdicts
    }


def test_verdicts_equal_the_marts() -> None:
    marts, workbook = advised(talk=True)
    by_name = {verdict.name: verdict for verdict in marts.advice.inactivity.verdicts}
    for row in rows_of(workbook, "Inactivity"):
        verdict = by_name[row["Name"]]
        assert (row["Rank"], row["Verdict"]) == (role_name(verdict.role), STATES[verdict.state])
        assert (row["Days away"], row["Days allowed"]) == (verdict.idle_days, verdict.threshold_days)
        assert (row["What shows it"], row["What would change it"]) == (verdict.proof, verdict.flips_if)
        assert row["Exempt"] == verdict.exempt
        instants = (
            "Last gain",
            "Last message",
            "Last clan chat",
            "Last competition",
            "Last look",
            "Inactive since night of",
        )
        assert [near(row[header]) for header in instants] == [
            local(at)
            for at in (
                verdict.last_gain_at, verdict.last_word_at, verdict.last_chat_at, verdict.last_contest_at, verdict.looked_at,
                verdict.since,
            )
        ]  # fmt: skip


def test_those_to_remove_stand_first_in_their_order_and_are_marked() -> None:
    marts, rows = judged(60)
    purge = marts.advice.inactivity.purge
    assert [row["Name"] for row in rows if row["To remove"]] == [verdict.name for verdict in purge]
    assert [row["To remove"] for row in rows[: len(purge)]] == ["yes, new" if each.is_new else "yes" for each in purge]


def test_those_who_stay_stand_in_the_clan_s_own_order_of_rank() -> None:
    marts, rows = judged(60)
    order = {person.name: turn for turn, person in enumerate(marts.people)}
    active = [order[row["Name"]] for row in rows if row["Verdict"] == "Active"]
    assert active == sorted(active)


def test_then_come_the_other_inactive_then_the_unknown_then_the_active() -> None:
    states = [row["Verdict"] for row in judged(60)[1]]
    assert states == sorted(states, key=["Inactive", "Unknown", "Active"].index)


def test_nobody_unknown_or_exempt_is_to_remove() -> None:
    rows = judged(60)[1]
    assert not [row["Name"] for row in rows if row["To remove"] and (row["Verdict"] != "Inactive" or row["Exempt"])]


def test_a_slot_held_for_nothing_stands_with_its_person() -> None:
    marts, workbook = advised()
    [slot] = marts.advice.inactivity.held
    held = {row["Name"]: row["Slot held for nothing"] for row in rows_of(workbook, "Inactivity")}
    assert {name: text for name, text in held.items() if text} == {slot.name: slot.text}


def test_two_held_accounts_of_a_person_are_both_told() -> None:
    inactivity = advised_marts().advice.inactivity
    pair = next(verdict for verdict in inactivity.verdicts if len(verdict.player_ids) == 2)
    slots = tuple(
        HeldSlot(player, "x", "recruit", "banned", None, f"{player} is banned.") for player in pair.player_ids
    )
    rows = rows_of(with_advice("Inactivity", inactivity=replace(inactivity, held=slots)), "Inactivity")
    told_of = next(row["Slot held for nothing"] for row in rows if row["Name"] == pair.name)
    assert told_of == " ".join(slot.text for slot in slots)


def test_the_note_says_what_removing_them_frees() -> None:
    assert "24 of 500 slots are used; removing the 3 listed frees 3." in str(advised()[1]["Inactivity"]["A4"].value)


def test_without_discord_there_is_no_column_of_it() -> None:
    headers = list(rows_of(advised()[1], "Inactivity")[0])
    assert "Last message" not in headers
    assert "Last clan chat" not in headers


# Looks and limits ---------------------------------------------------------------------------------------------------


def test_no_cell_is_a_formula_and_no_link_leads_astray() -> None:
    workbook = advised(hostile_names=True)[1]
    assert not [cell for cell in formulas(workbook) if cell.startswith(SHEETS)]
    assert not strange_links(workbook)


def test_the_file_holds_no_formula_element_for_cells() -> None:
    content = content_of(advised_marts(hostile_names=True), *SHEETS)
    assert not [name for name in SHEETS if re.search(r"<c [^>]*><f", xml_of(content, name))]


def test_hostile_names_survive() -> None:
    marts, workbook = advised(hostile_names=True)
    assert {row["Name"] for row in rows_of(workbook, "Inactivity")} == {
        plain(verdict.name) for verdict in marts.advice.inactivity.verdicts
    }


def test_each_table_has_its_filters() -> None:
    tables = {table.name: table for name in SHEETS for table in sheet_of(advised()[1], name).tables.values()}
    assert tables.keys() == TABLES
    assert all(table.autoFilter for table in tables.values())


@pytest.mark.parametrize("name", SHEETS)
def test_panes_are_frozen_and_pages_printed_on_one_width(name: str) -> None:
    sheet = sheet_of(advised()[1], name)
    assert sheet.freeze_panes
    assert sheet.print_area
    assert sheet.sheet_properties.pageSetUpPr
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_conditional_formats_cover_their_columns() -> None:
    marts, workbook = advised()
    missing = []
    for describe in (todo_sheet, promotions_sheet, inactivity_sheet):
        for table in describe(Answers(marts)).tables:
            sheet, _corners = table_of(workbook, table.name)
            covered = [str(area.sqref) for area in sheet.conditional_formatting for _rule in area.rules]
            missing += [
                (table.name, column.key)
                for place, column in enumerate(table.columns)
                if covered.count(column_range(workbook, table.name, place)) != len(column.rules)
            ]
    assert not missing


def test_sentences_are_wrapped_and_their_rows_high_enough() -> None:
    sheet, (_left, top, _right, _bottom) = table_of(advised()[1], "Inactivity")
    headers = {sheet.cell(top, column).value: column for column in range(1, 20)}
    assert sheet.cell(top + 2, headers["What shows it"]).alignment.wrap_text
    assert (sheet.row_dimensions[top + 2].height or 0) >= 32


def test_a_row_is_as_high_as_its_longest_sentence() -> None:
    heights = row_heights([(20, ["short", "word " * 12, None]), (10, ["x", "x", "y" * 45])])
    assert heights == [19, 45, 71]


def test_no_row_is_higher_than_excel_allows() -> None:
    assert max(row_heights([(10, ["word " * 5_000])])) <= 409


@pytest.mark.parametrize("members", [1, 14])
def test_a_night_without_advice_gives_plain_words_and_no_tables(members: int) -> None:
    workbook = only(a_marts(members), *SHEETS)
    assert not [name for name in SHEETS if sheet_of(workbook, name).tables]
    assert {
        "Nothing to do tonight: nobody is due for a rank, and nobody has to go.",
        "Nobody has been judged yet.",
        NO_LADDER,
    } <= set(texts(workbook))


def test_a_clan_of_one_has_a_row_of_its_own() -> None:
    assert len(judged(1)[1]) == 1


def test_an_empty_clan_is_told_that_nobody_is_there() -> None:
    workbook = only(replace(a_marts(0), advice=Advice()), *SHEETS)
    assert [name for name in SHEETS if not any("no members yet" in text for text in said_on(workbook, name))] == []


# Formulas -----------------------------------------------------------------------------------------------------------


def test_a_formula_of_the_clan_is_a_column_of_the_members_and_blank_where_nobody_knows() -> None:
    marts, workbook = advised()
    [board] = marts.advice.formulas
    held = {row["Name"]: row["Formula points"] for row in rows_of(workbook, "Members")}
    assert {name: value for name, value in held.items() if value is not None} == {
        row.who.name: pytest.approx(row.value) for row in board.rows if row.who.name in held
    }
    assert None in held.values()
