"""Forecasts: what a pace promises, what more to go means, and what became of them."""

from datetime import UTC, datetime, timedelta
from math import inf
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records_kit import a_database, a_harvest, a_look, a_membership, land, marts_of

from pipeline.domain.metrics import SKILLS
from pipeline.domain.milestones import BASES, base
from pipeline.marts.arrivals import HELD_WEEKS, Draws, arrival, weekly
from pipeline.marts.forecasts import FEWEST_WEEKS, ForecastRow, make, resolve, upcoming
from pipeline.marts.model import Member
from pipeline.storage import forecasts, queries
from pipeline.storage.engine import reading, writing

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
DRAWS = Draws(MONDAY)
GAINS = st.lists(st.integers(0, 5_000_000), min_size=FEWEST_WEEKS, max_size=HELD_WEEKS).map(
    lambda gains: np.array(gains, dtype=np.float64)
)
REMAINING = st.integers(1, 50_000_000)


def test_a_rollback_counts_as_nothing_and_the_unknown_does_not_count() -> None:
    assert weekly([None, None, 100, 150, 120, 160]).tolist() == [50, 0, 40]


def test_without_gains_nothing_arrives() -> None:
    assert arrival([(np.zeros(20), 100)], DRAWS) == (inf, inf, inf)
    assert arrival([(np.array([]), 100)], DRAWS) == (inf, inf, inf)


def test_a_steady_pace_is_at_the_earliest_what_a_straight_line_says() -> None:
    low, mid, high = arrival([(np.full(HELD_WEEKS, 1_000.0), 1_000)], DRAWS)
    # a path may begin with weeks like the last, and only later rest: the first week is never one of rest
    assert (low, mid, high) == (1.0, 1.0, 1.0)


@given(GAINS, REMAINING)
@settings(max_examples=60)
def test_the_three_dates_stand_in_their_order(gains: np.ndarray, remaining: int) -> None:
    low, mid, high = arrival([(gains, remaining)], DRAWS)
    assert 0 <= low <= mid <= high


@given(GAINS, REMAINING, st.integers(1, 10_000_000))
@settings(max_examples=60)
def test_more_to_go_never_arrives_earlier(gains: np.ndarray, remaining: int, more: int) -> None:
    near, far = arrival([(gains, remaining)], DRAWS), arrival([(gains, remaining + more)], DRAWS)
    assert all(one <= other or one == pytest.approx(other) for one, other in zip(near, far, strict=True))


@given(GAINS, REMAINING)
@settings(max_examples=30)
def test_the_same_monday_says_the_same(gains: np.ndarray, remaining: int) -> None:
    assert arrival([(gains, remaining)], DRAWS) == arrival([(gains, remaining)], Draws(MONDAY))


def test_another_monday_draws_anew() -> None:
    gains = np.array([0, 3_000, 500, 0, 9_000, 1_000] * 4, dtype=np.float64)
    assert arrival([(gains, 40_000)], DRAWS) != arrival([(gains, 40_000)], Draws(MONDAY + timedelta(days=7)))


def test_a_short_history_is_less_sure() -> None:
    year = np.array(([0, 3_000, 500, 0, 9_000, 1_000] * 9)[:HELD_WEEKS], dtype=np.float64)
    (low, _, high), (short_low, _, short_high) = (
        arrival([(year, 40_000)], DRAWS),
        arrival([(year[-12:], 40_000)], DRAWS),
    )
    assert short_high / short_low > high / low


# Base levels --------------------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A member with all skills at base 60 but two: mining has two weeks to go at its pace, thieving four."""
    file = a_database(tmp_path)
    need, looks = BASES[60], []
    for week in range(-30, 0):
        slow = {"mining": need - 10_000 + 5_000 * (week + 1), "thieving": need - 200 + 50 * (week + 1)}
        values = dict.fromkeys(SKILLS, need + 7) | slow
        looks.append(a_look(1, MONDAY + timedelta(weeks=week, days=1), {"overall": sum(values.values())} | values))
    land(file, a_harvest([a_membership(1)], snapshots=looks), MONDAY - timedelta(days=1))
    return file


def reach(file: Path, day: int, **skills: int) -> None:
    """A later look, on which *skills* stand there and the others as they were."""
    values = dict.fromkeys(SKILLS, BASES[60] + 7) | {"mining": BASES[60] - 10_000, "thieving": BASES[60] - 200} | skills
    look = a_look(1, MONDAY + timedelta(days=day), {"overall": sum(values.values())} | values)
    land(file, a_harvest([a_membership(1)], snapshots=[look]), MONDAY + timedelta(days=day, hours=1))


def made(file: Path) -> ForecastRow:
    """The forecast of the base level."""
    with reading(file) as connection:
        metrics = queries.metrics(connection)
        [found] = [row for row in make(connection, MONDAY) if metrics[row.metric_id].key == "overall"]
    return found


def test_a_base_level_is_forecast_by_the_slowest_of_its_skills(file: Path) -> None:
    found = made(file)
    assert (found.threshold, found.threshold - found.value) == (base(60).threshold, 10_200)
    assert found.low_at >= MONDAY + timedelta(weeks=3)


def test_a_base_level_is_reached_when_the_last_skill_is(file: Path) -> None:
    forecast = made(file)
    with writing(file) as connection:
        forecasts.keep(connection, [forecast.stored()])
    reach(file, 27, thieving=BASES[60])
    with reading(file) as connection:
        assert resolve(connection, MONDAY + timedelta(days=28)) == []
        [ahead], _ = upcoming(connection, MONDAY + timedelta(days=28), members(file), queries.metrics(connection))
    assert (ahead.title, ahead.value) == ("Base 60 Stats", base(60).threshold - 10_000)
    reach(file, 33, thieving=BASES[60], mining=BASES[60] + 1)
    with reading(file) as connection:
        [found] = resolve(connection, MONDAY + timedelta(days=34))
        assert upcoming(connection, MONDAY + timedelta(days=34), members(file), queries.metrics(connection))[0] == ()
    assert (found.reached_at, found.fate) == (MONDAY + timedelta(days=33), "inside")


def members(file: Path) -> tuple[Member, ...]:
    return marts_of(file, MONDAY + timedelta(days=35)).members
