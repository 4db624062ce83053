"""Thresholds that clans celebrate: which there are, which were crossed, and how they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.metrics import METRICS, Metric, metric_for
from pipeline.domain.milestones import BASES, base, crossed, first_kill, goals, next_goal, short

VALUES = st.integers(-1, 5_000_000_000)


def titles(key: str, before: int, after: int) -> list[str]:
    return [goal.title for goal in crossed(metric_for(key), before, after)]


def test_a_skill_has_a_99_and_round_experience() -> None:
    assert titles("slayer", 0, 200_000_000) == ["99 Slayer", "50m Slayer", "100m Slayer", "200m Slayer"]


def test_a_threshold_is_crossed_by_whoever_stands_on_it() -> None:
    assert titles("slayer", 13_034_430, 13_034_431) == ["99 Slayer"]


def test_a_threshold_is_not_crossed_again() -> None:
    assert titles("slayer", 13_034_431, 14_000_000) == []


def test_round_kill_counts_are_written_as_wise_old_man_does() -> None:
    assert titles("zulrah", 90, 2_500) == [
        "100 Zulrah kills", "250 Zulrah kills", "500 Zulrah kills", "1k Zulrah kills", "2.5k Zulrah kills",
    ]  # fmt: skip


def test_chests_are_not_killed() -> None:
    assert titles("barrows_chests", 0, 100) == ["100 Barrows Chests"]


def test_efficient_hours_have_no_threshold() -> None:
    assert goals(metric_for("ehp")) == ()


@pytest.mark.parametrize(("amount", "written"), [(500, "500"), (2_500, "2.5k"), (50_000_000, "50m"), (10**9, "1b")])
def test_amounts_are_short(amount: int, written: str) -> None:
    assert short(amount) == written


def test_all_skills_at_99_are_maxed() -> None:
    assert (base(99).title, base(99).threshold % BASES[99]) == ("Maxed Overall", 0)


def test_the_first_time_on_the_hiscores_is_a_milestone() -> None:
    assert first_kill(metric_for("zulrah")).title == "First Zulrah on the hiscores"


@given(st.sampled_from(METRICS), VALUES, VALUES)
def test_what_is_crossed_lies_between(metric: Metric, before: int, after: int) -> None:
    found = crossed(metric, before, after)
    assert list(found) == [goal for goal in goals(metric) if before < goal.threshold <= after]


@given(st.sampled_from(METRICS), VALUES)
def test_the_next_one_is_the_lowest_above(metric: Metric, value: int) -> None:
    above = [goal for goal in goals(metric) if goal.threshold > value]
    assert next_goal(metric, value) == (above[0] if above else None)
