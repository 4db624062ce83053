"""The sheet Gains: pick a time and what was gained, and the board stands in order, best first.

Its formulas find everything on the hidden sheets `Gains data` and `Lists`. They ask nothing of Excel that 2010 or LibreOffice 7.4 has
not (INDEX, MATCH, RANK, COUNTIF), and the file keeps what they give for the first pick.
"""

from typing import Final

from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.gains_board import columns, lines
from pipeline.outputs.excel.gains_grid import Grid
from pipeline.outputs.excel.gains_pick import Pick
from pipeline.outputs.excel.lists import metric_names, period_names
from pipeline.outputs.excel.members import NO_MEMBERS
from pipeline.outputs.excel.page import HEAD_ROWS
from pipeline.outputs.excel.rules import where
from pipeline.outputs.excel.sheet import Formula, Placed, Sheet, Table

SHEET: Final = "Gains"
NOTHING_KNOWN: Final = "Nobody's gains are known yet: they are once Wise Old Man has looked at somebody twice."

_NOTE: Final = (
    "Who gained most? Pick a time and what in the golden cells. Boards are by account, as on Wise Old Man; ties share a place. "
    "A name opens its page there."
)
_PRINTED: Final = 100
"""Rows of the board that are printed: two pages."""


def gains_sheet(answers: Answers) -> Sheet:
    """The pickers, what is known of the pick as a whole, and the board."""
    grid = Grid.of(answers.marts)
    if not grid:
        empty = NOTHING_KNOWN if answers.marts.members else NO_MEMBERS
        return Sheet(SHEET, _NOTE, (Table("GainsBoard", "", (), (), empty),), frozen=0)
    pick = Pick.first(answers.marts, grid)
    board = Table("GainsBoard", "", columns(grid, pick), lines(grid, pick), "", plain=True, printed=(None, _PRINTED))
    return Sheet(SHEET, _NOTE, (board,), frozen=2, placed=(*_pickers(grid), *_facts(grid, pick)))


def _pickers(grid: Grid) -> tuple[Placed, ...]:
    return (
        Placed(0, 0, "Time", "label"),
        Placed(0, 1, period_names(grid)[0], "pick", _one_of("gain_windows", "a time"), "gain_window"),
        Placed(1, 0, "What", "label"),
        Placed(
            1, 1, metric_names(grid)[0], "pick", _one_of("gain_metrics", "a skill, boss or activity"), "gain_metric"
        ),
    )


def _one_of(names: str, what: str) -> dict[str, object]:
    return {
        "validate": "list",
        "source": f"={names}",
        "input_title": f"Pick {what}",
        "input_message": "The board below follows.",
        "error_title": "Not in the list",
        "error_message": f"Pick {what} from the list of this cell.",
    }


def _facts(grid: Grid, pick: Pick) -> tuple[Placed, ...]:
    """Of the pick as a whole, and of how many nobody knows."""
    everybody, window = len(grid.members), pick.period.window
    in_hours = (where(f'$F{HEAD_ROWS + 1}="hours"', "in_hours"),)  # by the unit beside it
    return (
        Placed(0, 3, "Gained together", "label"),
        Placed(0, 4, Formula("=gain_total/gain_scale", pick.metric.in_units(pick.total)), "fact_count", rules=in_hours),
        Placed(0, 5, Formula("=gain_unit", pick.unit), "fact"),
        Placed(1, 3, "Accounts that gained", "label"),
        Placed(1, 4, Formula("=gain_count", len(pick.board)), "fact_count"),
        Placed(0, 6, "From", "label"),
        Placed(0, 7, Formula("=INDEX(gain_since,gain_window_number)", window.since), "fact_moment"),
        Placed(1, 6, "To", "label"),
        Placed(1, 7, Formula("=INDEX(gain_until,gain_window_number)", window.until), "fact_moment"),
        Placed(2, 3, "Looked at twice", "label"),
        Placed(2, 4, Formula("=gain_looked", pick.looked), "fact_count"),
        Placed(2, 6, "Not known", "label"),
        Placed(2, 7, Formula(f"={everybody}-gain_looked", everybody - pick.looked), "fact_unknown"),
    )  # fmt: skip
