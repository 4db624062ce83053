"""What the board of gains says of the first pick: what all its formulas give on the night they are written."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.domain.metrics import Metric, Unit
from pipeline.marts.model import Marts, Period, Place
from pipeline.outputs.excel.gains_grid import Grid

UNITS: Mapping[Unit, str] = {"experience": "XP", "kills": "kills", "score": "points", "hours": "hours"}


@dataclass(frozen=True, slots=True)
class Pick:
    """A board, best first; `rows` are the rows of its accounts on the sheet of gains, from 1 on."""

    period: Period
    metric: Metric
    board: tuple[Place, ...]
    rows: tuple[int, ...]
    looked: int

    @classmethod
    def first(cls, marts: Marts, grid: Grid) -> "Pick":
        """The one that is there before anybody picks."""
        period, metric = grid.periods[0], grid.metrics[0]
        board = marts.boards.get(period.key, {}).get(metric.key, ())
        rows = {member.player_id: row for row, member in enumerate(grid.members, start=1)}
        return cls(period, metric, board, tuple(rows[place.player_id] for place in board), len(period.gains))

    @property
    def total(self) -> int:
        """What all gained together, in the stored unit."""
        return sum(place.value for place in self.board)

    @property
    def unit(self) -> str:
        """What one of it is called."""
        return UNITS[self.metric.unit]
