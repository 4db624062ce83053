"""Who stays, slips away, comes back or rises: from stays and days made by hand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.activity import Signs
from pipeline.marts.advice_model import FunnelStep, Soul
from pipeline.marts.retention.cohorts import DAYS, cohorts
from pipeline.marts.retention.drift import drifting, returners
from pipeline.marts.retention.funnel import Known, funnel
from pipeline.marts.retention.habits import Habit, gained_by_day
from pipeline.marts.retention.stays import Stay, recorded

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
TODAY = date(2026, 11, 27)
ZONE = ZoneInfo("Europe/Amsterdam")
FOUNDING = datetime(2025, 1, 1, tzinfo=UTC)
AMY = Soul(1, 1, "amy")


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


# Stays --------------------------------------------------------------------------------------------------------------


def event(player_id: int, kind: str, at: datetime) -> Any:
    return SimpleNamespace(player_id=player_id, kind=kind, created_at=at)


def member(player_id: int, since: datetime, *, first: datetime | None = None, left: datetime | None = None) -> Any:
    return SimpleNamespace(player_id=player_id, created_at=since, first_seen_at=first or since, left_at=left)


def test_founders_are_left_out_and_later_comers_are_in() -> None:
    found = recorded([], [member(1, ago(900), first=FOUNDING), member(2, ago(90), first=ago(89))], NOW)
    assert found == (Stay(2, ago(90), None),)


def test_a_joining_that_wise_old_man_and_we_tell_of_is_one_stay() -> None:
    held = [member(1, FOUNDING), member(2, ago(90), first=ago(89))]
    assert recorded([event(2, "joined", ago(89.5))], held, NOW) == (Stay(2, ago(89.5), None),)


def test_who_comes_back_begins_anew() -> None:
    events = [event(2, "joined", ago(90)), event(2, "left", ago(60)), event(2, "joined", ago(20))]
    assert recorded(events, [member(1, FOUNDING)], NOW) == (Stay(2, ago(90), ago(60)), Stay(2, ago(20), None))


def test_a_leaving_that_nobody_saw_ends_where_the_next_stay_begins() -> None:
    events = [event(2, "joined", ago(90)), event(2, "joined", ago(20))]
    assert recorded(events, [member(1, FOUNDING)], NOW) == (Stay(2, ago(90), ago(20)), Stay(2, ago(20), None))


def test_what_came_later_has_not_happened() -> None:
    events = [event(2, "joined", ago(90)), event(2, "left", ago(10)), event(3, "joined", ago(5))]
    assert recorded(events, [member(1, FOUNDING)], ago(30)) == (Stay(2, ago(90), None),)


# Cohorts ------------------------------------------------------------------------------------------------------------


def test_nobody_gives_no_cohort() -> None:
    assert cohorts((), NOW, ZONE) == ()


def test_every_cell_has_its_counts_and_what_could_not_be_yet_is_empty() -> None:
    stays = [Stay(1, ago(100), ago(80)), Stay(2, ago(100), None), Stay(3, ago(100), None), Stay(4, ago(100), ago(5))]
    everybody, august = cohorts(stays, NOW, ZONE)
    assert (everybody.month, august.month, august.joined, august.here) == (None, date(2026, 8, 1), 4, 2)
    assert [(cell.days, cell.at_risk, cell.left, cell.share) for cell in august.cells] == [
        (7, 4, 0, 1.0), (30, 4, 1, 0.75), (60, 4, 1, 0.75), (90, 4, 1, 0.75), (180, 2, 2, None), (365, 2, 2, None),
    ]  # fmt: skip


def test_who_is_still_here_counts_only_as_long_as_they_have_been() -> None:
    [everybody, *_] = cohorts([Stay(1, ago(100), ago(60)), Stay(2, ago(20), None), Stay(3, ago(95), None)], NOW, ZONE)
    at_90 = everybody.cells[DAYS.index(90)]
    assert (at_90.at_risk, at_90.left, at_90.share) == (2, 1, 0.5)


def test_a_month_is_one_of_the_clans_calendar() -> None:
    late = datetime(2026, 9, 30, 22, 30, tzinfo=UTC)
    assert [cohort.month for cohort in cohorts([Stay(1, late, None)], NOW, ZONE)] == [None, date(2026, 10, 1)]


@given(st.lists(st.tuples(st.integers(0, 400), st.none() | st.integers(0, 400)), max_size=30))
def test_no_share_rises_with_the_days(held: list[tuple[int, int | None]]) -> None:
    stays = [
        Stay(number, ago(begun), None if length is None else min(NOW, ago(begun) + timedelta(days=length)))
        for number, (begun, length) in enumerate(held)
    ]
    for cohort in cohorts(stays, NOW, ZONE):
        shares = [cell.share for cell in cohort.cells if cell.share is not None]
        assert shares == sorted(shares, reverse=True)
        assert all(0 <= share <= 1 for share in shares)


# The funnel ---------------------------------------------------------------------------------------------------------


def known(**bent: Any) -> Known:
    held: dict[str, Any] = {
        "persons": {}, "signs": {}, "matched": frozenset({1, 2}), "replied_at": {}, "looked_at": {},
    }  # fmt: skip
    return Known(**(held | bent))


def steps(stays: list[Stay], by: Known) -> dict[str, tuple[int, int]]:
    return {step.key: _counts(step) for step in funnel(stays, by, NOW)}


def _counts(step: FunnelStep) -> tuple[int, int]:
    return step.count, step.of


def test_each_step_is_a_share_of_those_of_whom_it_can_be_known() -> None:
    stays = [Stay(1, ago(100), None), Stay(2, ago(50), ago(15)), Stay(3, ago(10), None), Stay(4, ago(300), None)]
    told = steps(
        stays,
        known(
            signs={1: Signs(word_at=ago(90), gain_at=ago(90)), 2: Signs(word_at=ago(60))},
            replied_at={1: ago(80), 2: ago(20)},
            looked_at={1: ago(1), 2: ago(20)},
        ),
    )
    assert told == {
        "joined": (3, 3),
        "matched": (2, 3),
        "message": (1, 2),  # the other's word was older than their stay
        "reply": (1, 1),  # nor does a reply count for who wrote nothing since
        "gains": (1, 2),  # nobody looked at the third since
        "day_30": (2, 2),
        "day_60": (1, 1),
        "day_90": (1, 1),
    }


def test_without_discord_the_funnel_has_no_talk() -> None:
    told = steps([Stay(1, ago(100), None)], known(matched=None))
    assert list(told) == ["joined", "gains", "day_30", "day_60", "day_90"]


def test_without_newcomers_there_is_no_funnel() -> None:
    assert funnel([Stay(1, ago(200), None)], known(), NOW) == ()


# Drift and return ---------------------------------------------------------------------------------------------------


def days(*spans: tuple[int, int, int], every: int = 1) -> Mapping[date, int]:
    """Amounts by day: each span is (from so many days ago, to so many days ago, amount a day)."""
    return {
        TODAY - timedelta(days=back): amount
        for since, until, amount in spans
        for back in range(since, until, -every)
    }  # fmt: skip


def test_who_is_far_under_their_own_habit_slips_away() -> None:
    [found] = drifting([Habit(AMY, days((84, 14, 1_000), (14, 12, 100)), None)], (), TODAY)
    assert (found.who, found.unit, found.habit, found.lately) == (AMY, "experience", 7_000, 100)


def test_who_keeps_their_habit_does_not() -> None:
    assert drifting([Habit(AMY, days((84, 0, 1_000)), days((84, 0, 10), every=3))], (), TODAY) == ()


def test_who_was_rarely_there_has_no_habit_to_fall_from() -> None:
    assert drifting([Habit(AMY, days((84, 14, 1_000), every=7), None)], (), TODAY) == ()


def test_who_is_away_with_leave_is_not_told() -> None:
    assert drifting([Habit(AMY, days((84, 14, 1_000)), None)], {AMY.person_id}, TODAY) == ()


def test_days_on_which_nobody_looked_are_no_days_of_rest() -> None:
    unread = Habit(AMY, None, days((84, 10, 10)), wrote_until=TODAY)
    assert len(drifting([unread], (), TODAY)) == 1
    assert drifting([replace(unread, wrote_until=TODAY - timedelta(days=10))], (), TODAY) == ()
    assert drifting([replace(unread, wrote_until=TODAY - timedelta(days=40))], (), TODAY) == ()


def test_a_half_of_which_nothing_is_known_tells_nothing() -> None:
    assert drifting([Habit(AMY, None, None)], (), TODAY) == ()


def test_who_was_away_for_as_long_as_makes_inactive_and_is_back_is_told() -> None:
    [found] = returners([Habit(AMY, days((100, 60, 1_000), (5, 0, 10)), None)], 30, TODAY, ZONE)
    assert (found.who, found.days, found.back_at.date()) == (AMY, 56, TODAY - timedelta(days=5))


@pytest.mark.parametrize("back", [29, 20], ids=["too short", "not lately"])
def test_others_are_not(back: int) -> None:
    gap = Habit(AMY, days((100, 49, 1_000), (back, 0, 10)), None)
    assert returners([gap], 30, TODAY, ZONE) == ()


def test_a_rollback_is_no_gain_of_a_day() -> None:
    points = [(date(2026, 11, 1), 100), (date(2026, 11, 3), 80), (date(2026, 11, 4), 130)]
    assert gained_by_day([points, points[2:]]) == {date(2026, 11, 4): 50}
