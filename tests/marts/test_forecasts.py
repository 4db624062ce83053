"""Forecasts: what a pace promises, what more to go means, and what became of them."""

from datetime import UTC, datetime, timedelta
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.marts.forecasts import FEWEST_WEEKS, HELD_WEEKS, Draws, arrival, weekly

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
DRAWS = Draws(MONDAY)
GAINS = st.lists(st.integers(0, 5_000_000), min_size=FEWEST_WEEKS, max_size=HELD_WEEKS).map(
    lambda gains: np.array(gains, dtype=np.float64)
)
REMAINING = st.integers(1, 50_000_000)


def test_a_rollback_counts_as_nothing_and_the_unknown_does_not_count() -> None:
    assert weekly([None, None, 100, 150, 120, 160]).tolist() == [50, 0, 40]


def test_without_gains_nothing_arrives() -> None:
    assert arrival(np.zeros(20), 100, DRAWS) == (inf, inf, inf)
    assert arrival(np.array([]), 100, DRAWS) == (inf, inf, inf)


def test_a_steady_pace_is_at_the_earliest_what_a_straight_line_says() -> None:
    low, mid, high = arrival(np.full(HELD_WEEKS, 1_000.0), 1_000, DRAWS)
    # a path may begin with weeks like the last, and only later rest: the first week is never one of rest
    assert (low, mid, high) == (1.0, 1.0, 1.0)


@given(GAINS, REMAINING)
@settings(max_examples=60)
def test_the_three_dates_stand_in_their_order(gains: np.ndarray, remaining: int) -> None:
    low, mid, high = arrival(gains, remaining, DRAWS)
    assert 0 <= low <= mid <= high


@given(GAINS, REMAINING, st.integers(1, 10_000_000))
@settings(max_examples=60)
def test_more_to_go_never_arrives_earlier(gains: np.ndarray, remaining: int, more: int) -> None:
    near, far = arrival(gains, remaining, DRAWS), arrival(gains, remaining + more, DRAWS)
    assert all(one <= other or one == pytest.approx(other) for one, other in zip(near, far, strict=True))


@given(GAINS, REMAINING)
@settings(max_examples=30)
def test_the_same_monday_says_the_same(gains: np.ndarray, remaining: int) -> None:
    assert arrival(gains, remaining, DRAWS) == arrival(gains, remaining, Draws(MONDAY))


def test_another_monday_draws_anew() -> None:
    gains = np.array([0, 3_000, 500, 0, 9_000, 1_000] * 4, dtype=np.float64)
    assert arrival(gains, 40_000, DRAWS) != arrival(gains, 40_000, Draws(MONDAY + timedelta(days=7)))


def test_a_short_history_is_less_sure() -> None:
    year = np.array(([0, 3_000, 500, 0, 9_000, 1_000] * 9)[:HELD_WEEKS], dtype=np.float64)
    (low, _, high), (short_low, _, short_high) = arrival(year, 40_000, DRAWS), arrival(year[-12:], 40_000, DRAWS)
    assert short_high / short_low > high / low
