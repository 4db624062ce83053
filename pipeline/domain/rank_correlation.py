"""Whether two things go up together: Spearman's rank correlation, and how sure one can be of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, sqrt, tanh
from statistics import NormalDist, correlation
from typing import Final

FEWEST: Final = 12
"""With fewer pairs nothing is said."""

_SIDES: Final = 1.959964
"""Standard deviations to either side that hold 95 % of a normal distribution."""

_PERFECT: Final = 1 - 1e-12


@dataclass(frozen=True, slots=True)
class Correlation:
    """Spearman's *rho*, from -1 to 1, its 95 % interval, and the chance *p* of one so far from 0 where there is no link."""

    rho: float
    low: float
    high: float
    p: float


def ranks(values: Sequence[float]) -> list[float]:
    """The rank of each value, the smallest 1; equal values share the mean of their ranks."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            found[place] = (start + 1 + end) / 2
        start = end
    return found


def rank_correlation(first: Sequence[float], second: Sequence[float]) -> Correlation | None:
    """The correlation of the ranks of two equally long sequences; None for fewer than `FEWEST` pairs, or if one never varies.

    The interval is Fisher's, with the standard error of Bonett and Wright (2000); for a perfect order it is that point.
    """
    if len(first) < FEWEST or len(set(first)) < 2 or len(set(second)) < 2:
        return None
    rho = max(-1.0, min(1.0, correlation(ranks(first), ranks(second))))
    if abs(rho) > _PERFECT:
        return Correlation(rho, rho, rho, 0.0)
    error = sqrt((1 + rho**2 / 2) / (len(first) - 3))
    reach = _SIDES * error
    p = 2 * NormalDist().cdf(-abs(atanh(rho)) / error)
    return Correlation(rho, tanh(atanh(rho) - reach), tanh(atanh(rho) + reach), p)
