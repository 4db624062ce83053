"""The numbers at the top of the Summary, each with its change to the week before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.marts.model import Tile
from pipeline.outputs.excel.page import Page
from pipeline.outputs.excel.sheet import Value

_WIDTH: Final = 2
"""Columns of a tile."""

_HEIGHTS: Final = (20, 32, 18, 38)
"""Of its label, value, change and hint."""


@dataclass(frozen=True, slots=True)
class Face:
    """What a tile shows: label, value, what became of it, hint; each but label and hint with its style."""

    label: str
    value: tuple[Value, str]
    change: tuple[Value, str]
    hint: str


def face(tile: Tile) -> Face:
    """The face of a number of the week."""
    return Face(tile.label, _value(tile), _change(tile), _hint(tile))


def write_tiles(faces: Sequence[Face], page: Page, row: int, columns: int) -> int:
    """A band of tiles from *row* on, *columns* wide; returns the first free row."""
    beside = columns // _WIDTH
    for first in range(0, len(faces), beside):
        for offset, height in enumerate(_HEIGHTS):
            page.heighten(row + offset, height)
        shown = faces[first : first + beside]
        for place in range(beside):
            _tile(shown[place] if place < len(shown) else None, page, row, place * _WIDTH)
        row += len(_HEIGHTS) + 1
    return row - 1


def _tile(shown: Face | None, page: Page, row: int, column: int) -> None:
    """One tile, or the blank end of the band."""
    lines = ((None, "tile_label"), *[(None, "tile_hint")] * 3) if shown is None else _lines(shown)
    for offset, (value, style) in enumerate(lines):
        page.merge(row + offset, column, row + offset, column + _WIDTH - 1, value, style)


def _lines(shown: Face) -> tuple[tuple[Value, str], ...]:
    return (shown.label, "tile_label"), shown.value, shown.change, (shown.hint, "tile_hint")


def _value(tile: Tile) -> tuple[Value, str]:
    if tile.value is None:
        return "not known yet", "tile_unknown"
    return tile.value, "tile_hours" if tile.unit == "hours" else "tile_count"


def _change(tile: Tile) -> tuple[Value, str]:
    if tile.value is None or tile.before is None:
        return "no week before", "tile_unknown"
    if tile.unit == "hours":
        return round(tile.value - tile.before, 5), "tile_change_hours"
    return tile.value - tile.before, "tile_change"


def _hint(tile: Tile) -> str:
    if tile.before is None:
        return tile.hint
    before = f"{tile.before:,.2f}" if tile.unit == "hours" else f"{tile.before:,}"
    return f"{tile.hint}; the week before: {before}"
