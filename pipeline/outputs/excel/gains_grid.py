"""Where everybody's gains lie in the workbook: which cells of two hidden sheets hold what, and what formulas call them.

`Gains data` has a row for each account, in the order of names in which ties of a board stand, and a column for each period and
metric: what was gained, in the stored unit, empty where that was nothing. Those of one period stand side by side, in the order of
`metrics`, so that two numbers from the pickers find a column.
"""

from dataclasses import dataclass
from typing import Final

from xlsxwriter.utility import xl_col_to_name, xl_range_abs, xl_rowcol_to_cell

from pipeline.domain.metrics import OVERALL, Metric
from pipeline.marts.boards import by_name
from pipeline.marts.model import Marts, Member, Period

DATA: Final = "Gains data"

NUMBER, NAME, RANK, PAGE, PICKED, PLACE, ORDER, ROW, LOOKS = range(9)
"""Columns of `Gains data`: from 1 on; who; what they gained of the pick, with which place, and where in order; the row of the
account that stands at NUMBER; then first and last look of each period, and after those the gains."""

HEADERS: Final = ("#", "Name", "Rank", "Page", "Picked", "Place", "Order", "Row")


@dataclass(frozen=True, slots=True)
class Grid:
    """The accounts, periods and metrics that there are gains of; the first period and metric are picked when it is opened."""

    members: tuple[Member, ...]
    periods: tuple[Period, ...]
    metrics: tuple[Metric, ...]

    @classmethod
    def of(cls, marts: Marts) -> "Grid":
        """All that anybody in the clan gained."""
        turns = by_name({member.player_id: member.name for member in marts.members})
        moved = {metric for boards in marts.boards.values() for metric in boards}
        return cls(
            members=tuple(sorted(marts.members, key=lambda member: turns[member.player_id])),
            periods=tuple(marts.periods.values()),
            metrics=tuple(sorted((metric for metric in marts.metrics if metric.key in moved), key=_turn)),
        )

    def __bool__(self) -> bool:
        """Whether there is anything to pick from."""
        return bool(self.members and self.periods and self.metrics)

    @property
    def first_gain(self) -> int:
        """The column of the first gains."""
        return LOOKS + 2 * len(self.periods)

    @property
    def columns(self) -> int:
        """All columns of the sheet."""
        return self.first_gain + len(self.periods) * len(self.metrics)

    def cell(self, row: int, column: int) -> str:
        """A cell of the account *row*, from 1 on, for formulas of the same sheet."""
        return str(xl_rowcol_to_cell(row, column, col_abs=True))

    def down(self, column: int) -> str:
        """The cells of all accounts in *column*, for formulas of the same sheet."""
        return str(xl_range_abs(1, column, len(self.members), column))

    def across(self, row: int) -> str:
        """All gains of the account *row*."""
        first, last = (xl_col_to_name(column, col_abs=True) for column in (self.first_gain, self.columns - 1))
        return f"{first}{row + 1}:{last}{row + 1}"

    @property
    def looks(self) -> str:
        """First and last looks of all accounts in all periods, from anywhere."""
        return f"'{DATA}'!{xl_range_abs(1, LOOKS, len(self.members), self.first_gain - 1)}"

    def elsewhere(self, column: int) -> str:
        """The cells of all accounts in *column*, from anywhere."""
        return f"'{DATA}'!{self.down(column)}"

    def row_of(self, number: int) -> str:
        """The cell that says which account stands at *number* of the board, from anywhere."""
        return f"'{DATA}'!{xl_rowcol_to_cell(number, ROW, row_abs=True, col_abs=True)}"


def _turn(metric: Metric) -> int:
    """What people ask for most stands first in the list: all experience, then hours, then all else."""
    return 0 if metric.key == OVERALL else 1 if metric.kind == "computed" else 2
