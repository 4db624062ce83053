"""Levels from experience, by the game's own formula (the wiki's "Experience" page)."""

from bisect import bisect_right
from collections.abc import Mapping
from typing import Final

from pipeline.domain.metrics import SKILLS

TOP_LEVEL: Final = 99
MAX_EXPERIENCE: Final = 200_000_000
"""Experience in a skill stops here."""


def _experience_table() -> tuple[int, ...]:
    points, table = 0.0, [0]
    for level in range(1, TOP_LEVEL):
        points += int(level + 300 * 2 ** (level / 7))
        table.append(int(points / 4))
    return tuple(table)


EXPERIENCE: Final = _experience_table()
"""EXPERIENCE[n - 1] is what level n takes; 13,034,431 for level 99."""


def level(experience: int | None) -> int:
    """Level 1 to 99 of a skill with *experience*; an unranked skill counts as level 1."""
    return bisect_right(EXPERIENCE, experience or 0)


def total_level(experience: Mapping[str, int | None]) -> int:
    """Sum of the levels of all skills; hitpoints start at 10 in the game, everything else at 1."""
    return sum(max(level(experience.get(skill)), 10 if skill == "hitpoints" else 1) for skill in SKILLS)
