"""The tests behind insights, against hand-worked numbers and what must always hold."""

from math import exp
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.marts.insights.statistics import (
    adjusted,
    binomial_at_most,
    fisher_less,
    lowest_weekday,
    poisson_at_least,
    poisson_at_most,
    slope,
    spread,
    two_sided,
)

CHANCES = st.lists(st.floats(0, 1), max_size=20)


def test_benjamini_and_hochbergs_own_example() -> None:
    # Benjamini and Hochberg (1995), section 4: of fifteen tests the first four are findings at 0.05, the fifth is not.
    held = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590,
        1.0,
    ]  # fmt: skip
    assert [rate <= 0.05 for rate in adjusted(held)] == [True] * 4 + [False] * 11


@given(CHANCES)
def test_an_adjusted_chance_is_never_smaller_and_keeps_the_order(held: list[float]) -> None:
    rates = adjusted(held)
    assert all(p <= rate <= 1 for p, rate in zip(held, rates, strict=True))
    ordered = [rate for _, rate in sorted(zip(held, rates, strict=True))]
    assert ordered == sorted(ordered)


@given(CHANCES, st.randoms(use_true_random=False))
def test_the_order_of_tests_does_not_matter(held: list[float], chance: Random) -> None:
    places = list(range(len(held)))
    chance.shuffle(places)
    shuffled = adjusted([held[place] for place in places])
    assert [shuffled[places.index(place)] for place in range(len(held))] == adjusted(held)


def test_counts_by_hand() -> None:
    assert poisson_at_most(1, 2.0) == pytest.approx(3 * exp(-2))
    assert poisson_at_least(1, 2.0) == pytest.approx(1 - exp(-2))
    assert binomial_at_most(1, 4, 0.5) == pytest.approx(5 / 16)
    assert fisher_less(1, 4, 3, 4) == pytest.approx((1 + 16) / 70)  # Fisher's tea


def test_the_spread_is_not_moved_by_one_wild_value() -> None:
    middle, wide = spread(np.array([1.0, 2, 3, 4, 5, 6, 1_000]))
    assert (middle, round(wide, 4)) == (4, round(1.4826 * 2, 4))


def test_two_deviations_are_rare() -> None:
    assert two_sided(1.959964) == pytest.approx(0.05, abs=1e-6)


def test_a_line_has_its_slope_and_noise_has_none() -> None:
    rise, p = slope(np.arange(0.0, 36.0, 3.0))
    assert (rise, p < 0.001) == (3.0, True)
    assert slope(np.array([1.0, 2, 1, 2, 1, 2, 1, 2]))[1] > 0.3
    assert slope(np.array([5.0] * 8)) == (0.0, 1.0)


def test_a_dead_weekday_is_the_lowest_and_hardly_chance() -> None:
    weeks = np.full((8, 7), 100.0)
    weeks[:, 3] = 10
    weekday, share, p = lowest_weekday(weeks, 2_000, "dead")
    assert (weekday, round(share, 6)) == (3, 0.1)
    assert p == pytest.approx(1 / 2_001)


def test_strong_and_weak_weeks_are_no_pattern() -> None:
    weeks = np.full((8, 7), 100.0) * np.linspace(1.0, 8.0, 8)[:, None]
    assert lowest_weekday(weeks, 500, "swell")[2] == 1.0


def test_where_there_is_no_pattern_its_chance_is_as_good_as_any() -> None:
    chance = np.random.default_rng(4)
    held = [lowest_weekday(chance.poisson(40, (8, 7)).astype(float), 400, str(n))[2] for n in range(200)]
    for share in (0.05, 0.25, 0.5, 0.75):
        assert np.mean(np.array(held) <= share) == pytest.approx(share, abs=0.1)


def test_the_same_night_shuffles_the_same() -> None:
    weeks = np.random.default_rng(1).poisson(9, (8, 7)).astype(float)
    assert lowest_weekday(weeks, 300, "night") == lowest_weekday(weeks, 300, "night")
