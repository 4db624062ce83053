"""The sheet Gains gives every board of the marts, and what the file keeps of its formulas is what they give."""

import re
import warnings
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from advice_builders import advised_marts
from builders import a_marts
from office import INSTALLED, worked_out
from openpyxl import Workbook, load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet
from workbook_reader import HIDDEN, only, read

from pipeline.domain.metrics import OVERALL, metric_for
from pipeline.domain.names import role_name
from pipeline.errors import PublishError
from pipeline.marts.boards import boards, by_name
from pipeline.marts.model import Marts
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.gains import gains_sheet
from pipeline.outputs.excel.gains_grid import Grid
from pipeline.outputs.excel.lists import metric_names, period_names
from pipeline.outputs.excel.text import plain
from pipeline.outputs.excel.workbook import workbook_bytes

ZONE = ZoneInfo("Europe/Amsterdam")
HEADER = 9
COLUMNS = ["Place", "Name", "Rank", "Gained", "Share", "Unit", "From look", "To look"]


def tied(members: int = 24, *, hostile_names: bool = False) -> Marts:
    """A night on which everybody who killed Zulrah in 30 days did so 7, 14 or 21 times; boards are those of the marts."""
    marts = advised_marts(members, hostile_names=hostile_names, talk=True)
    turns = by_name({member.player_id: member.name for member in marts.members})
    month = marts.periods["30d"]
    gains = {
        player: {
            key: gain._replace(gained=7 * (1 + player % 3)) if key == "zulrah" else gain for key, gain in mine.items()
        }
        for player, mine in month.gains.items()
    }
    periods = {**marts.periods, "30d": replace(month, gains=gains)}
    return replace(marts, periods=periods, boards={key: boards(period, turns) for key, period in periods.items()})


@cache
def told() -> tuple[Marts, bytes]:
    """A night with ties and names of every sort, and its workbook."""
    marts = tied(hostile_names=True)
    return marts, workbook_bytes(marts)


@cache
def opened() -> tuple[Marts, Workbook, Workbook]:
    """The same, with its formulas and with what the file keeps of them."""
    marts, content = told()
    return marts, read(content), read_values(content)


def read_values(source: bytes | Path) -> Workbook:
    """The workbook as somebody sees it who works out nothing."""
    content = source if isinstance(source, bytes) else source.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return load_workbook(BytesIO(content), data_only=True)


def sheet_of(workbook: Workbook, name: str) -> Worksheet:
    sheet = workbook[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def named(workbook: Workbook, name: str) -> list[Any]:
    """The values that are called *name*."""
    title, area = str(workbook.defined_names[name].attr_text).rsplit("!", 1)
    left, top, right, bottom = range_boundaries(area.replace("$", ""))
    rows = sheet_of(workbook, title.strip("'")).iter_rows(top, bottom, left, right, values_only=True)
    return [value for row in rows for value in row]


def board_of(workbook: Workbook) -> list[dict[str, Any]]:
    """The rows of the board that somebody stands in."""
    header, *rows = sheet_of(workbook, "Gains").iter_rows(HEADER, values_only=True)
    assert list(header[: len(COLUMNS)]) == COLUMNS
    return [dict(zip(COLUMNS, row, strict=False)) for row in rows if row[0] not in (None, "")]


def expected(marts: Marts, period: str, key: str) -> list[dict[str, Any]]:
    """The same from the marts."""
    members = {member.player_id: member for member in marts.members}
    metric, held = metric_for(key, "boss"), marts.periods[period]
    board = marts.boards[period].get(key, ())
    total = sum(place.value for place in board)
    unit = {"experience": "XP", "kills": "kills", "score": "points", "hours": "hours"}[metric.unit]

    def local(at: Any) -> Any:
        return at.astimezone(ZONE).replace(tzinfo=None, microsecond=0)

    return [
        {
            "Place": place.place,
            "Name": plain(members[place.player_id].name),
            "Rank": role_name(members[place.player_id].role),
            "Gained": metric.in_units(place.value),
            "Share": pytest.approx(place.value / total),
            "Unit": unit,
            "From look": local(held.looks[place.player_id].start_at),
            "To look": local(held.looks[place.player_id].end_at),
        }
        for place in board
    ]


def near(row: Mapping[str, Any]) -> dict[str, Any]:
    """Excel keeps an instant as a fraction of a day; openpyxl leaves what a formula gives as the file writes it."""

    def as_meant(value: Any) -> Any:
        if isinstance(value, str):
            return unescape(value)
        return value.replace(microsecond=0) if isinstance(value, datetime) else value

    return {key: as_meant(value) for key, value in row.items()}


# What the file keeps ------------------------------------------------------------------------------------------------


def test_the_week_s_experience_is_picked_at_first() -> None:
    marts, _formulas, values = opened()
    assert (named(values, "gain_window"), named(values, "gain_metric")) == (["7 days"], ["Overall"])
    assert [near(row) for row in board_of(values)] == expected(marts, "7d", OVERALL)


def test_what_is_known_of_the_pick_as_a_whole_equals_the_marts() -> None:
    marts, _formulas, values = opened()
    board, known = marts.boards["7d"][OVERALL], len(marts.periods["7d"].gains)
    sheet = sheet_of(values, "Gains")
    assert [sheet[cell].value for cell in ("E5", "F5", "E6", "E7", "H7")] == [
        sum(place.value for place in board), "XP", len(board), known, len(marts.members) - known,
    ]  # fmt: skip
    assert known < len(marts.members)


def test_the_instant_of_the_night_has_a_name() -> None:
    marts, _formulas, values = opened()
    assert [at.replace(microsecond=0) for at in named(values, "as_of")] == [
        marts.as_of.astimezone(ZONE).replace(tzinfo=None, microsecond=0)
    ]


def test_every_formula_keeps_a_value_where_there_is_one() -> None:
    _marts, formulas, values = opened()
    rows = len(board_of(values))
    for title, first, last in (("Gains", HEADER + 1, HEADER + rows), ("Lists", 2, 9)):
        for row in sheet_of(formulas, title).iter_rows(first, last):
            for cell in row:
                if cell.data_type == "f":
                    assert sheet_of(values, title)[cell.coordinate].value is not None, cell.coordinate


def test_the_hidden_sheet_holds_every_gain_and_no_zero() -> None:
    marts, formulas, _values = opened()
    header, *rows = sheet_of(formulas, "Gains data").iter_rows(values_only=True)
    names = {plain(member.name): member.player_id for member in marts.members}
    held = {
        (names[str(row[1])], *str(column).split("|")): value
        for row in rows
        for column, value in zip(header, row, strict=True)
        if value is not None and "|" in str(column) and "look" not in str(column)
    }
    assert held == {
        (player, period.key, key): gain.gained
        for period in marts.periods.values()
        for player, mine in period.gains.items()
        for key, gain in mine.items()
    }


# How it is made -----------------------------------------------------------------------------------------------------


def test_the_pickers_offer_what_anybody_gained() -> None:
    marts, formulas, _values = opened()
    lists = {str(each.sqref): each.formula1 for each in sheet_of(formulas, "Gains").data_validations.dataValidation}
    assert lists == {"B5": "gain_windows", "B6": "gain_metrics"}
    assert named(formulas, "gain_windows") == ["7 days", "30 days", "90 days", "365 days", "All time"]
    moved = {key for board in marts.boards.values() for key in board}
    offered = named(formulas, "gain_metrics")
    assert offered[0] == "Overall"
    assert sorted(offered) == sorted(metric.name for metric in marts.metrics if metric.key in moved)


def test_metrics_of_the_same_name_can_be_told_apart() -> None:
    marts = a_marts(12)
    twins = tuple(replace(metric, name="Twin") if metric.kind == "boss" else metric for metric in marts.metrics)
    offered = metric_names(Grid.of(replace(marts, metrics=twins)))
    assert len({name.casefold() for name in offered}) == len(offered)
    assert {"Twin", "Twin (2)"} <= set(offered)


def test_formulas_ask_only_what_excel_2010_and_libreoffice_know() -> None:
    _marts, formulas, _values = opened()
    called = {
        name
        for sheet in formulas.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
        for name in re.findall(r"([A-Z]+)\(", str(cell.value))
    }
    assert called == {"IF", "INDEX", "MATCH", "RANK", "COUNTIF", "COUNT", "SUM", "HYPERLINK"}


def test_hidden_sheets_are_hidden() -> None:
    _marts, formulas, _values = opened()
    assert [formulas[name].sheet_state for name in ("Gains", "Gains data", "Lists")] == ["visible", "hidden", "hidden"]


def test_conditional_formats_cover_the_board() -> None:
    marts, formulas, _values = opened()
    [board] = gains_sheet(Answers(marts)).tables
    covered = [str(area.sqref) for area in sheet_of(formulas, "Gains").conditional_formatting for _rule in area.rules]
    last = HEADER + len(marts.members)
    for letter, column in zip("ABCDEFGH", board.columns, strict=True):
        assert covered.count(f"{letter}{HEADER + 1}:{letter}{last}") == len(column.rules)


def test_it_is_printed_with_its_header_on_every_page_and_no_further_than_a_hundred() -> None:
    _marts, formulas, _values = opened()
    sheet = sheet_of(formulas, "Gains")
    assert sheet.print_title_rows == f"$1:${HEADER}"
    assert str(sheet.print_area) == f"'Gains'!$A$1:$H${HEADER + 24}"
    assert str(only(a_marts(140), "Gains")["Gains"].print_area) == f"'Gains'!$A$1:$H${HEADER + 100}"


def test_a_clan_of_which_nothing_is_known_picks_nothing() -> None:
    workbook = read(workbook_bytes(a_marts(0)))
    assert "gain_window" not in workbook.defined_names
    assert "as_of" in workbook.defined_names
    assert "Gains data" not in workbook.sheetnames


def test_more_columns_than_excel_has_are_refused_in_words() -> None:
    marts = a_marts(1)
    endless = tuple(metric_for(f"boss_{number}", "boss") for number in range(3_300))
    board = {metric.key: marts.boards["all"][OVERALL] for metric in endless}
    with pytest.raises(PublishError, match=r"Gains data .* 16,518 columns"):
        workbook_bytes(replace(marts, metrics=endless, boards=dict.fromkeys(marts.boards, board)))


# LibreOffice picks --------------------------------------------------------------------------------------------------


PICKS = (("7d", OVERALL), ("all", "ehb"), ("30d", "the_brine_hag"))
NEEDED = ("Gains", *HIDDEN)
"""Sheets without which no board can be worked out; LibreOffice is slow with the others."""


@pytest.fixture(scope="module")
def picked(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str], Workbook]:
    """The workbook after each of `PICKS`, worked out again; openpyxl keeps no values, so all of them are LibreOffice's."""
    if not INSTALLED:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("picked")
    marts, content = told()
    grid = Grid.of(marts)
    periods = dict(zip((period.key for period in grid.periods), period_names(grid), strict=True))
    metrics = dict(zip((metric.key for metric in grid.metrics), metric_names(grid), strict=True))
    workbook, books = read(content), []
    for name in set(workbook.sheetnames) - set(NEEDED):
        del workbook[name]
    for period, metric in PICKS:
        sheet_of(workbook, "Gains")["B5"] = periods[period]
        sheet_of(workbook, "Gains")["B6"] = metrics[metric]
        books.append(folder / f"{period}-{metric}.xlsx")
        workbook.save(books[-1])
    return dict(zip(PICKS, map(read_values, worked_out(books, folder)), strict=True))


@pytest.mark.parametrize(("period", "metric"), PICKS)
def test_a_pick_gives_the_board_of_the_marts(
    picked: Mapping[tuple[str, str], Workbook], period: str, metric: str
) -> None:
    marts, _content = told()
    assert [near(row) for row in board_of(picked[period, metric])] == expected(marts, period, metric)


@pytest.mark.parametrize(("period", "metric"), PICKS)
def test_a_pick_tells_its_total_and_of_how_many_nobody_knows(
    picked: Mapping[tuple[str, str], Workbook], period: str, metric: str
) -> None:
    marts, _content = told()
    sheet, board = sheet_of(picked[period, metric], "Gains"), marts.boards[period].get(metric, ())
    unknown = len(marts.members) - len(marts.periods[period].gains)
    total = metric_for(metric, "boss").in_units(sum(place.value for place in board))
    assert [sheet[cell].value for cell in ("E5", "E6", "H7")] == [total, len(board), unknown]


def test_the_ties_that_were_picked_are_ties() -> None:
    places = [place.place for place in told()[0].boards["30d"]["zulrah"]]
    assert len(set(places)) < len(places)


def test_the_board_that_was_picked_empty_is_empty(picked: Mapping[tuple[str, str], Workbook]) -> None:
    empty = [pick for pick in PICKS if not told()[0].boards[pick[0]].get(pick[1])]
    assert all(board_of(picked[pick]) == [] for pick in empty)
