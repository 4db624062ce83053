"""Where printed pages begin, so that no heading stands at the foot of one, away from its table."""

from collections.abc import Mapping, Sequence
from typing import Final

_WIDE: Final = 1_046
"""Pixels between the margins of a landscape A4, 96 to the inch."""

_HIGH: Final = 486
"""Points between its margins, less a little: programs round the heights of rows in their own ways."""

_DRIFT: Final = 0.15
_LEAST: Final = 0.3
"""Share of a page by which a reckoning may be off after each page, and what is used in any case."""


def page_breaks(heights: Sequence[float], wide: int, repeated: float, kept: Mapping[int, int]) -> list[int]:
    """Rows of headings that must begin a page. *heights* are those of the rows to print in points, which fit into *wide* pixels.

    *repeated* points stand on every further page. *kept* says up to which row (not counted) those from a heading on stay together.
    The longer rows ran on over the feet of pages, the less is known of where the next heading comes to stand, so the more room it asks
    for. Other rows are left to flow: who filters and prints wants no page that ends for the rows that are hidden.
    """
    room = _HIGH / min(1.0, _WIDE / max(wide, 1))
    breaks, used, ran_on = [], 0.0, 0
    for row, height in enumerate(heights):
        together = sum(heights[row : kept[row]]) if row in kept else 0.0
        if together and used and used + together > room * max(_LEAST, 1 - _DRIFT * ran_on):
            breaks.append(row)
            used, ran_on = repeated, 0
        if used + height > room:
            used, ran_on = repeated, ran_on + 1
        used += height
    return breaks
