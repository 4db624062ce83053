"""Where the table ToDo stands in a sheet, by the words of its header: people move it, and take columns out or put some in."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.domain.decisions import (
    DECIDED_ON,
    DECISION,
    FLIPS_IF,
    KEY,
    NOTE,
    PROOF,
    REASON,
    SINCE,
    SUGGESTED,
    UNTIL,
    WAS,
    WHAT,
    WHO,
    Told,
    read_mark,
)
from pipeline.sources.workbook.cells import heading, text_of
from pipeline.sources.workbook.grid import Cells, Grid
from pipeline.sources.workbook.was import is_full

HEAD: Final = 60
"""Rows from the top of a sheet among which the header stands."""

TOLD: Final = (DECISION, UNTIL, NOTE, DECIDED_ON)
"""Headers of the cells in which people write, in the order of `Told`."""

_HEADERS: Final = (KEY, WHAT, WHO, SINCE, REASON, PROOF, FLIPS_IF, SUGGESTED, *TOLD, WAS)
_KNOWN: Final = {heading(header): header for header in _HEADERS}
_ENOUGH: Final = 3
_KEY: Final = re.compile(r"[a-z]+:\S.*")

Places = Mapping[str, tuple[int, ...]]
"""Header → the columns that bear it, from 0."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The column of each header that is there, from 0."""

    at: Mapping[str, int]

    def cell(self, cells: Cells, header: str) -> object:
        """What stands under *header* in the row *cells*."""
        place = self.at.get(header)
        return cells[place] if place is not None and place < len(cells) else None

    def mark(self, cells: Cells) -> str:
        """What the row says of its past."""
        return text_of(self.cell(cells, WAS))

    def key(self, cells: Cells) -> str:
        """The key of the row, empty if it has none, or what is no key."""
        key = text_of(self.cell(cells, KEY))
        return key if _KEY.fullmatch(key) else ""

    def is_ours(self, cells: Cells) -> bool:
        """Whether we wrote the row, as its hidden cells prove."""
        mark = self.mark(cells)
        return bool(self.key(cells)) or read_mark(mark) is not None or is_full(mark)

    @property
    def missing(self) -> list[str]:
        """Headers of what people write that are not there any more."""
        return [header for header in (DECISION, UNTIL, NOTE) if header not in self.at]

    @property
    def proves(self) -> bool:
        """Whether rows of ours can be told from others."""
        return KEY in self.at or WAS in self.at


def header_of(cells: Cells) -> Places | None:
    """The columns of the table if *cells* are its header: Decision or Was, and enough of the other words."""
    places: dict[str, tuple[int, ...]] = {}
    for place, cell in enumerate(cells):
        if isinstance(cell, str) and (header := _KNOWN.get(heading(cell))):
            places[header] = (*places.get(header, ()), place)
    is_ours = len(places) >= _ENOUGH and (DECISION in places or WAS in places)
    return places if is_ours else None


def is_foreign_header(cells: Cells) -> bool:
    """Whether *cells* head another table: two of our words where no header of ours stands, for people are not called that."""
    return len({heading(cell) for cell in cells if isinstance(cell, str)} & _KNOWN.keys()) > 1


def settle(places: Places, grid: Grid, header_row: int) -> Columns:
    """One column for each header. Of two with the same words, ours is the one that agrees with Was in more rows, then the first."""
    first = Columns({header: columns[0] for header, columns in places.items()})
    doubled = {header: columns for header, columns in places.items() if len(columns) > 1 and header in TOLD}
    if not doubled:
        return first
    agreeing: Counter[tuple[str, int]] = Counter()
    for number, cells in grid.rows.items():
        before = read_mark(first.mark(cells)) if number > header_row else None
        if before is not None:
            agreeing.update(
                (header, place)
                for header, columns in doubled.items()
                for place in columns
                if place < len(cells) and text_of(cells[place]) == told(before.told, header)
            )
    chosen = {
        header: max(columns, key=lambda place, header=header: (agreeing[header, place], -place))  # type: ignore[misc]
        for header, columns in doubled.items()
    }
    return Columns({**first.at, **chosen})


def told(before: Told, header: str) -> str:
    """What *before* says under *header*."""
    return dict(zip(TOLD, (before.decision, before.until, before.note, before.decided_on), strict=True))[header]


def spread(grid: Grid, columns: Columns, header_row: int) -> None:
    """Cells of ours that somebody joined over several rows say the same in each of these rows."""
    ours = {columns.at[header] for header in TOLD if header in columns.at}
    for left, top, _right, low in grid.merged:
        if left - 1 not in ours or not header_row < top < low:
            continue
        cells = grid.rows.get(top, [])
        value = cells[left - 1] if left <= len(cells) else None
        for number in range(top + 1, low + 1):
            if number not in grid.rows:
                break
            row = grid.rows[number]
            row += [None] * (left - len(row))
            row[left - 1] = value
