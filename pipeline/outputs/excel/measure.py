"""How wide a column and how high a header must be, in digits of the standard type and in points."""

from collections.abc import Sequence
from typing import Final

from pipeline.outputs.excel.formats import WRAPPED
from pipeline.outputs.excel.sheet import Column, Formula, Link, Plain, Row, Value
from pipeline.outputs.excel.text import room

_WIDEST_TEXT: Final = 34
"""Longer texts are cut off by the next column: a name of 300 characters shall not push the numbers off the screen."""

_PADDING: Final = 3
_FILTER_BUTTON: Final = 4
_LINE_POINTS: Final = 14
_SENTENCE_POINTS: Final = 13
_LETTERS: Final = 1.2
"""Letters of a sentence that take the room of a digit of the standard type, which is larger."""

_HIGHEST: Final = 400
"""Excel allows a row of 409 points."""

_COMPACT: Final = {"short": "999.9m", "moved": "+9,999.9m", "large": "9,999.99b"}
"""The widest of numbers that are shown in few digits."""

_TIME_ROOM: Final = {"day": 13, "moment": 19, "span": 13}


def width(column: Column[Row], values: Sequence[Value]) -> float:
    """Room for the header's longest word with its filter button, and for the widest of *values*."""
    words = [] if column.upright else [room(word) + _FILTER_BUTTON for word in column.header.split()]
    return max(column.width, *words, _widest(column.style, [_shown(value) for value in values]))


def header_height(columns: Sequence[Column[Row]], widths: Sequence[float]) -> float:
    """Points that the highest header takes, upright or in lines."""
    upright = [24 + 5.2 * room(column.header) for column in columns if column.upright]
    lines = [
        _lines(column.header, wide - _FILTER_BUTTON) * _LINE_POINTS + 6
        for column, wide in zip(columns, widths, strict=True)
        if not column.upright
    ]
    return min(max(34, *upright, *lines), 220)


def row_heights(sentences: Sequence[tuple[float, Sequence[Value]]]) -> list[float]:
    """Points that each row takes for its *sentences*, which are columns by width and values.

    Not every program measures rows when it opens a workbook.
    """
    lines = [
        max(_lines(text, wide * _LETTERS - 1) if isinstance(text := _shown(value), str) else 1 for wide, value in row)
        for row in zip(*([(wide, value) for value in values] for wide, values in sentences), strict=True)
    ]
    return [min(count * _SENTENCE_POINTS + 6, _HIGHEST) for count in lines]


def _lines(text: str, wide: float) -> int:
    """Lines that *text* breaks into; a word that is longer than a line is broken too."""
    lines, used = 1, 0
    for word in text.split():
        if used and used + 1 + room(word) > wide:
            lines, used = lines + 1, 0
        used += room(word) + (1 if used else 0)
        if used > wide > 0:
            lines, used = lines + int(used // wide), int(used % wide)
    return lines


def _shown(value: Value) -> Plain:
    """What of *value* is to be seen."""
    if isinstance(value, Link):
        return value.text
    return value.cached if isinstance(value, Formula) else value


def _widest(style: str, values: Sequence[Plain]) -> float:
    if style == "spill" or style in WRAPPED:  # breaks into lines, or runs on over the empty cells beside it
        return 0
    if style in _TIME_ROOM:
        return _TIME_ROOM[style]
    numbers = [value for value in values if isinstance(value, int | float)]
    digits = [_digits(style, number) for number in (min(numbers), max(numbers))] if numbers else []
    texts = [value.text if isinstance(value, Link) else value for value in values if isinstance(value, str | Link)]
    return max((min(room(text) + _PADDING, _WIDEST_TEXT) for text in (*digits, *texts)), default=0)


def _digits(style: str, number: float) -> str:
    """*number* about as wide as *style* shows it."""
    if style == "hours":
        return f"{number:,.2f}"
    return _COMPACT.get(style) or f"{number:+,.0f}"
