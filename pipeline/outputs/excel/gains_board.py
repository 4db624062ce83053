"""The board of the sheet Gains: as many lines as accounts, each of which finds who stands there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pipeline.domain.names import role_name
from pipeline.marts.model import Coverage, Member, Place
from pipeline.outputs.excel.gains_grid import NAME, PAGE, PICKED, PLACE, RANK, Grid
from pipeline.outputs.excel.gains_pick import Pick
from pipeline.outputs.excel.rules import Rule, bars, where
from pipeline.outputs.excel.sheet import Column, Formula, Plain

_ROW: Final = "[row]"
"""In a formula: the cell that says in which row of the gains those stand who stand in this line."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Who stands in a line on the night it is written, and between which looks they gained what."""

    place: Place
    member: Member
    look: Coverage


@dataclass(frozen=True, slots=True)
class Line:
    """A line: the cell that says who stands there, and who does tonight, None: nobody."""

    row: str
    stand: Stand | None


def lines(grid: Grid, pick: Pick) -> tuple[Line, ...]:
    """One for each account: somebody may pick what all of them gained."""
    stands = [
        Stand(place, grid.members[row - 1], pick.period.looks[place.player_id])
        for row, place in zip(pick.rows, pick.board, strict=True)
    ]
    free = [None] * (len(grid.members) - len(stands))
    return tuple(Line(grid.row_of(number), stand) for number, stand in enumerate([*stands, *free], start=1))


def columns(grid: Grid, pick: Pick) -> tuple[Column[Line], ...]:
    """The columns, from left to right."""
    metric, total = pick.metric, pick.total

    def found(column: int) -> str:
        return f"INDEX({grid.elsewhere(column)},{_ROW})"

    def look(which: str) -> str:
        return f"INDEX({grid.looks},{_ROW},{which})"

    first, last = "2*gain_window_number-1", "2*gain_window_number"
    page = f'HYPERLINK({found(PAGE)}&"",{found(NAME)})'
    share, gained = f"{found(PICKED)}/gain_total", f"{found(PICKED)}/gain_scale"
    in_hours = where('[unit]="hours"', "in_hours")
    return (
        _column("place", "Place", found(PLACE), lambda who: who.place.place, "open_count", 9),
        _column("name", "Name", page, lambda who: who.member.name, "open_name", 30),
        _column("rank", "Rank", found(RANK), lambda who: role_name(who.member.role), "open_text", 16),
        _column("gained", "Gained", gained, lambda who: metric.in_units(who.place.value), "open_count", 20, bars(), in_hours),
        _column("share", "Share", share, lambda who: who.place.value / total, "open_share", 16),
        _column("unit", "Unit", "gain_unit", lambda _: pick.unit, "open_text", 10),
        _column("from", "From look", look(first), lambda who: who.look.start_at, "open_moment", 20),
        _column("to", "To look", look(last), lambda who: who.look.end_at, "open_moment", 20),
    )  # fmt: skip


def _column(
    key: str, header: str, formula: str, cached: Callable[[Stand], Plain], style: str, width: float, *rules: Rule
) -> Column[Line]:
    """A column whose *formula* gives nothing where nobody stands, and *cached* on the night it is written."""

    def value(line: Line) -> Formula:
        text = f'=IF({line.row}="","",{formula.replace(_ROW, line.row)})'
        return Formula(text, None if line.stand is None else cached(line.stand))

    return Column(key, header, value, style, width, (*rules, where('[place]<>""', "ruled")))
