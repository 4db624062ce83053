"""The sheet Read me: which sheet answers what, how fresh it is, whether the totals agree."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from builders import a_marts
from openpyxl import Workbook
from talk_builders import talking_marts
from workbook_reader import advised, links, night, opens_at, rows_of, shown_names, uncovered, written

from pipeline.domain.metrics import HOUR, OVERALL
from pipeline.marts.model import Marts, SourceState
from pipeline.marts.totals import totals
from pipeline.outputs.excel.readme import DECIDING, OF_TALK, RULES, sources_table
from pipeline.outputs.excel.reconciliation import agreement, totals_table
from pipeline.outputs.trust import trust


def marts() -> Marts:
    """Of a clan of 24 that is advised."""
    return advised(talk=True)[0]


def book() -> Workbook:
    """Its workbook, read back."""
    return advised(talk=True)[1]


def said(workbook: Any, name: str = "Read me") -> list[str]:
    cells = (cell for row in workbook[name].iter_rows(values_only=True) for cell in row)
    return [cell for cell in cells if isinstance(cell, str)]


def test_it_lists_every_other_sheet_in_order_and_leads_to_it() -> None:
    listed = [pair for pair in links(book()) if pair[0] in book().sheetnames]
    assert listed == [(name, f"#'{name}'!A1") for name in shown_names(book()) if name != "Read me"]


def test_every_sheet_has_a_question_and_a_use() -> None:
    table = book()["Read me"].iter_rows(min_row=5)
    rows = [[cell.value for cell in row] for row in table if row[0].hyperlink]
    assert all(str(row[2]).endswith("?") and str(row[6]).endswith(".") for row in rows)


def test_sheets_of_discord_are_not_listed_without_it() -> None:
    listed = {text for text, _target in links(night()[1])}
    assert not listed & {"Activity", "Helpers", "Identities"}


def test_it_says_how_to_decide_and_how_the_numbers_are_made() -> None:
    assert {text for pair in (*DECIDING, *RULES, OF_TALK) for text in pair} <= set(said(book()))


def test_without_discord_it_says_nothing_of_texts() -> None:
    assert OF_TALK[1] not in said(night()[1])


def test_it_names_the_clan_s_zone() -> None:
    assert any(text.startswith("Dates and times are those of Europe/Amsterdam;") for text in said(book()))


def test_it_says_whether_the_night_can_be_trusted() -> None:
    assert trust(marts().freshness) in said(book())


def test_sources_equal_the_marts() -> None:
    stale = SourceState("discord", marts().as_of, "stale", "=1+1 channels")
    never = SourceState("wom", None, "never")
    few = a_marts(1)
    fresh = replace(few.freshness, sources=(never, stale))
    rows = [list(row.values()) for row in rows_of(written(replace(few, freshness=fresh)), "Sources")]
    assert rows[0] == ["Wise Old Man", "not read yet", None, None]
    assert rows[1][:2] == ["Discord", "silent since"]
    assert isinstance(rows[1][2], datetime)
    assert rows[1][3] == "=1+1 channels"


@pytest.mark.parametrize("counted", ["by accounts", "by persons", "difference"])
def test_totals_equal_the_marts(counted: str) -> None:
    wanted = {"by accounts": "accounts", "by persons": "persons", "difference": "difference"}[counted]
    rows = [row for row in rows_of(book(), "Totals") if row["Counted"] == counted]
    sums = [getattr(total, wanted) for total in totals(marts())]
    assert [(row["XP"], row["EHP"], row["EHB"], row["Boss kills"]) for row in rows] == [
        (each.xp, each.ehp / HOUR, each.ehb / HOUR, each.kills) for each in sums
    ]


def test_who_was_not_looked_at_twice_is_counted_beside_them() -> None:
    rows = rows_of(book(), "Totals")[::3]
    assert [(row["Accounts looked at twice"], row["Not looked at twice"]) for row in rows] == [
        (total.seen, total.unseen) for total in totals(marts())
    ]


def test_totals_of_which_nobody_knows_are_empty_and_not_zero() -> None:
    few = a_marts(1)
    blind = {key: replace(period, gains={}) for key, period in few.periods.items()}
    [first, *_] = rows_of(written(replace(few, periods=blind)), "Totals")
    assert [first[header] for header in ("XP", "EHP", "EHB", "Boss kills")] == [None] * 4


def test_totals_that_differ_are_a_warning_in_words() -> None:
    boards = {**marts().boards, "7d": {**marts().boards["7d"], OVERALL: ()}}
    assert agreement(totals(replace(marts(), boards=boards))).startswith("No:")


def test_totals_that_agree_say_so() -> None:
    assert agreement(totals(marts())) in said(book())
    assert agreement(totals(marts())).startswith("Yes:")


def test_rules_cover_their_columns() -> None:
    assert not uncovered(book(), (totals_table(totals(marts())), sources_table(marts().freshness)))


def test_it_stands_first_but_the_summary_is_open() -> None:
    assert (book().sheetnames[0], opens_at(book())) == ("Read me", "Summary")


def test_the_totals_of_an_empty_clan_agree_too() -> None:
    empty = talking_marts(0)
    assert agreement(totals(empty)) in said(written(empty))
