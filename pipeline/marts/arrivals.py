"""After how many weeks somebody arrives: paths of weeks to come, drawn from the member's own weeks of the past."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

HELD_WEEKS: Final = 52
"""Weeks of the past that paths are drawn from."""

PATHS: Final = 300
HORIZON: Final = 52
"""Weeks that a path is followed."""

RESTS: Final = 0.25
"""Chance that a new block is a rest: whoever is forecast was chosen for a good pace, and good paces end."""

BLOCK: Final = 3
"""Weeks in a row, about, that are drawn together."""

UNSURE: Final = 0.35
UNSURE_WITHOUT_HISTORY: Final = 1.2
"""How much a member's pace itself may differ from that of the past, as a standard deviation of its logarithm: after a year of history,
and with hardly any. Short histories hold few bouts; with the first value alone their intervals held 60 % instead of 80 %."""

LOW, MID, HIGH = 0.1, 0.5, 0.9

Weeks = NDArray[np.float64]


def weekly(values: Sequence[int | None]) -> Weeks:
    """Gains between the ends of weeks, from the first known value on; a rollback counts as nothing."""
    known = np.array([value for value in values if value is not None], dtype=np.float64)
    gains: Weeks = np.maximum(np.diff(known), 0.0)
    return gains


class Draws:
    """Chance for one Monday, drawn once and shared by all forecasts of it: none depends on which others are made.

    A path is made of blocks of weeks in a row. `begins[path, week]` is the week of the path in which its block began.
    """

    def __init__(self, monday: datetime) -> None:
        chance = np.random.default_rng(crc32(f"{monday:%Y%m%d}".encode()))
        shape = (PATHS, HORIZON)
        anew = chance.random(shape) < 1 / BLOCK
        anew[:, 0] = True
        weeks = np.arange(HORIZON)
        self._begins = np.maximum.accumulate(np.where(anew, weeks, 0), axis=1)
        self._along = weeks - self._begins
        rows = np.arange(PATHS)[:, None]
        rests = chance.random(shape) < RESTS
        rests[:, 0] = False
        self._rests = rests[rows, self._begins]
        self._starts = chance.random(shape)[rows, self._begins]
        self._pace = chance.normal(0.0, 1.0, size=(PATHS, 1))

    def paths(self, gains: Weeks) -> Weeks:
        """Weeks to come as each path has them. The first block is like the present: training this, or not."""
        number = len(gains)
        alike = np.flatnonzero((gains[:-1] > 0) == (gains[-1] > 0)) + 1
        choices = alike if len(alike) else np.arange(number)
        first = choices[(self._starts * len(choices)).astype(np.int64)]
        start = np.where(self._begins == 0, first, (self._starts * number).astype(np.int64))
        drawn = np.where(self._rests, 0.0, gains[(start + self._along) % number])
        if not gains.std():
            return drawn
        missing = max(0, HELD_WEEKS - number) / HELD_WEEKS
        unsure = UNSURE + (UNSURE_WITHOUT_HISTORY - UNSURE) * missing
        paths: Weeks = drawn * np.exp(unsure * self._pace)
        return paths


def arrival(ways: Sequence[tuple[Weeks, int]], draws: Draws) -> tuple[float, float, float]:
    """After how many weeks 10, 50 and 90 % of the paths have arrived everywhere; infinite if they take longer than a year.

    *ways* are weekly gains and how much of their like is missing. All are followed under the same chance, and the slowest counts.
    """
    if any(not len(gains) or gains.sum() <= 0 for gains, _ in ways):
        return np.inf, np.inf, np.inf
    weeks = np.sort(np.max([_weeks(draws.paths(gains), missing) for gains, missing in ways], axis=0))
    low, mid, high = (float(weeks[min(PATHS - 1, int(share * PATHS))]) for share in (LOW, MID, HIGH))
    return low, mid, high


def _weeks(paths: Weeks, missing: int) -> Weeks:
    """After how many weeks each path has gained *missing*; infinite beyond the horizon."""
    reached = np.cumsum(paths, axis=1)
    whole = (reached < missing).sum(axis=1)
    at = np.minimum(whole, HORIZON - 1)
    rows = np.arange(PATHS)
    before = np.where(at > 0, reached[rows, np.maximum(at - 1, 0)], 0.0)
    weeks: Weeks = np.where(whole < HORIZON, at + (missing - before) / np.maximum(paths[rows, at], 1e-9), np.inf)
    return weeks
