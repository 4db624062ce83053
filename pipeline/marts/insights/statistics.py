"""The tests behind insights: small, exact where it is cheap, and the same every time they are asked."""

from collections.abc import Sequence
from math import comb, erfc, exp, lgamma, log, sqrt
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

SUREST: Final = 0.9999
"""A test is never certain, however small its p-value: only what was counted is."""


def adjusted(p_values: Sequence[float]) -> list[float]:
    """Benjamini–Hochberg: the smallest rate of false findings at which each of *p_values* would still be one."""
    number = len(p_values)
    order = sorted(range(number), key=p_values.__getitem__)
    found, least = [1.0] * number, 1.0
    for rank in range(number, 0, -1):
        place = order[rank - 1]
        least = min(least, max(p_values[place], p_values[place] * number / rank))  # rounding must not make it smaller
        found[place] = least
    return found


def spread(values: Numbers) -> tuple[float, float]:
    """The median, and the median distance from it as a standard deviation of a normal distribution (1.4826 × MAD)."""
    middle = float(np.median(values))
    return middle, 1.4826 * float(np.median(np.abs(values - middle)))


def two_sided(z: float) -> float:
    """How often chance alone leads at least *z* standard deviations away, to either side."""
    return erfc(abs(z) / sqrt(2))


def poisson_at_most(count: int, expected: float) -> float:
    """The chance of *count* or fewer where *expected* are expected."""
    if expected <= 0:
        return 1.0
    return min(1.0, sum(exp(k * log(expected) - expected - lgamma(k + 1)) for k in range(count + 1)))


def poisson_at_least(count: int, expected: float) -> float:
    """The chance of *count* or more where *expected* are expected."""
    return 1.0 if count <= 0 else max(0.0, 1.0 - poisson_at_most(count - 1, expected))


def binomial_at_most(count: int, number: int, chance: float) -> float:
    """The chance of *count* hits or fewer in *number* tries that hit with *chance* each."""
    return min(1.0, sum(comb(number, k) * chance**k * (1 - chance) ** (number - k) for k in range(count + 1)))


def fisher_less(kept: int, number: int, kept_before: int, number_before: int) -> float:
    """How often a draw from both groups together would keep so few of the first, or fewer (Fisher's exact test, one side)."""
    everybody, hits = number + number_before, kept + kept_before
    ways = comb(everybody, number)
    return sum(comb(hits, k) * comb(everybody - hits, number - k) for k in range(kept + 1)) / ways


def lowest_weekday(weeks: Numbers, shuffles: int, key: str) -> tuple[int, float, float]:
    """The weekday furthest below the others of its weeks: which, its share of their mean, and how often shuffling finds as low a one.

    *weeks* has a row a week. Each week's days are shuffled among themselves, so that strong and weak weeks do not matter; the
    lowest of all seven is compared with the lowest, so that looking at seven days costs nothing more. *key* seeds the shuffles.
    """
    shares = weeks / np.maximum(weeks.sum(axis=1, keepdims=True), 1.0)
    sums = shares.sum(axis=0)
    weekday = int(np.argmin(sums))
    chance = np.random.default_rng(crc32(key.encode()))
    shuffled = chance.permuted(np.broadcast_to(shares, (shuffles, *shares.shape)), axis=2).sum(axis=1).min(axis=1)
    as_low = int((shuffled <= sums[weekday] + 1e-12).sum())
    others = (sums.sum() - sums[weekday]) / 6
    return weekday, float(sums[weekday] / others) if others else 1.0, (1 + as_low) / (1 + shuffles)


def slope(values: Numbers) -> tuple[float, float]:
    """Theil–Sen's slope a step, the median of all slopes between two points, and Kendall's p-value that there is none."""
    number = len(values)
    first, second = np.triu_indices(number, 1)
    rises = values[second] - values[first]
    score = float(np.sign(rises).sum())
    variance = number * (number - 1) * (2 * number + 5) / 18
    z = max(0.0, abs(score) - 1) / sqrt(variance) if variance else 0.0
    return float(np.median(rises / (second - first))) if number > 1 else 0.0, two_sided(z)
