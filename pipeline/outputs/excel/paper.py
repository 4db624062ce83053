"""Where printed pages begin, so that no heading stands at the foot of one, away from its table."""

from collections.abc import Mapping, Sequence
from typing import Final

_WIDE: Final = 1_046
"""Pixels between the margins of a landscape A4, 96 to the inch."""

_HIGH: Final = 486
"""Points between its margins, less a little: programs round the heights of rows in their own ways."""


def page_breaks(heights: Sequence[float], wide: int, repeated: int, kept: Mapping[int, int]) -> list[int]:
    """Rows that must begin a page. *heights* are those of the rows to print in points, which fit into *wide* pixels.

    The first *repeated* rows stand on every page. *kept* says up to which row (not counted) those from a heading on stay together.
    """
    scale = min(1.0, _WIDE / max(wide, 1))
    room = _HIGH / scale - sum(heights[:repeated])
    breaks, used = [], 0.0
    for row in range(repeated, len(heights)):
        together = sum(heights[row : kept.get(row, row + 1)])
        if used and used + together > room:
            if row in kept:
                breaks.append(row)
            used = 0.0
        used += heights[row]
    return breaks
