"""What a night and a backfill ask for, without a network."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.records import Known
from pipeline.sources.wom.plan import (
    chunks,
    holds_news,
    joiners_tonight,
    night_days,
    page_offset,
    plan_backfill,
    wants_details,
)

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
YESTERDAY = date(2026, 11, 20)


def back(days: int) -> date:
    return YESTERDAY - timedelta(days=days)


def test_an_empty_database_asks_for_yesterday_only() -> None:
    assert night_days((), NOW, 100) == (YESTERDAY,)


def test_a_night_after_a_night_asks_for_one_day() -> None:
    assert night_days({back(1), back(2)}, NOW, 100) == (YESTERDAY,)


def test_a_second_run_of_a_night_asks_for_no_day() -> None:
    assert night_days({YESTERDAY}, NOW, 100) == ()


def test_today_is_never_asked_for_even_a_moment_before_midnight() -> None:
    assert night_days((), datetime(2026, 11, 20, 23, 59, 59, 999000, tzinfo=UTC), 100) == (back(1),)
    assert night_days((), datetime(2026, 11, 21, tzinfo=UTC), 100) == (YESTERDAY,)


def test_missed_days_are_asked_in_ascending_order() -> None:
    assert night_days({back(6), back(3)}, NOW, 100) == (back(5), back(4), back(2), back(1), YESTERDAY)


def test_the_latest_holes_come_first_when_the_budget_is_small() -> None:
    assert night_days({back(90)}, NOW, 23) == (back(2), back(1), YESTERDAY)
    assert night_days({back(90)}, NOW, 0) == (YESTERDAY,)


def test_a_day_of_the_future_in_the_database_asks_for_nothing() -> None:
    assert night_days({back(-5)}, NOW, 100) == ()


@given(st.sets(st.integers(0, 60)), st.integers(-5, 200))
def test_any_night_asks_for_finished_missing_days_within_its_means(held: set[int], remaining: int) -> None:
    days = night_days({back(at) for at in held}, NOW, remaining)
    assert list(days) == sorted(set(days))
    assert len(days) <= max(1, remaining - 20)
    assert all(day <= YESTERDAY and (YESTERDAY - day).days not in held for day in days)


def test_pages_overlap_by_ten_rows() -> None:
    assert [page_offset(pages) for pages in range(4)] == [0, 40, 80, 120]


def test_a_page_of_known_rows_ends_the_reading() -> None:
    assert not holds_news([1, 2, 3], {1, 2, 3}, walked=True)


def test_one_unknown_row_anywhere_is_news_once_the_listings_were_walked() -> None:
    assert holds_news([1, 2, 9], {1, 2}, walked=True)
    assert holds_news([9, 1, 2], {1, 2}, walked=True)


def test_rows_after_the_last_known_one_are_old_history_before_the_walk() -> None:
    assert not holds_news([1, 2, 9], {1, 2}, walked=False)
    assert holds_news([1, 9, 2, 8], {1, 2}, walked=False)


def test_a_page_without_any_known_row_is_all_news() -> None:
    assert holds_news([8, 9], {1}, walked=False)
    assert not holds_news([], {1}, walked=False)


def test_joiners_are_as_many_as_the_budget_bears() -> None:
    assert joiners_tonight((1, 2, 3, 4), 100) == (1, 2, 3, 4)
    assert joiners_tonight((1, 2, 3, 4), 12) == (1, 2)
    assert joiners_tonight((1, 2), 0) == ()


@pytest.mark.parametrize(
    ("starts", "ends", "settled", "walked", "wanted"),
    [
        (-3, 4, False, True, True),
        (1, 8, False, True, False),
        (-9, -2, False, True, True),
        (-9, -2, True, True, False),
        (-90, -80, False, True, True),
        (-90, -80, False, False, False),
        (-40, -29, False, False, True),
        (-40, 0, False, False, True),
    ],
)
def test_scores_are_read_while_a_competition_runs_and_once_after(
    starts: int, ends: int, settled: bool, walked: bool, wanted: bool
) -> None:
    starts_at, ends_at = NOW + timedelta(days=starts), NOW + timedelta(days=ends)
    assert wants_details(starts_at, ends_at, now=NOW, settled=settled, walked=walked) is wanted


def test_a_small_clan_is_filled_from_players_histories() -> None:
    plan = plan_backfill(Known(), range(1, 61), 365, NOW, 20)
    assert (plan.kind, len(plan.players), plan.days, len(plan.span)) == ("players", 60, (YESTERDAY,), 364)
    assert "day by day takes 364 requests, the members' own histories some 240" in plan.sentence


def test_a_large_clan_is_filled_day_by_day() -> None:
    plan = plan_backfill(Known(), range(1, 501), 90, NOW, 100)
    assert (plan.kind, plan.players, len(plan.days)) == ("days", (), 90)
    assert list(plan.days) == sorted(plan.days)
    assert plan.requests == 2 + 90 + 6 + 190
    assert plan.minutes == 3


def test_a_walked_database_is_not_walked_again() -> None:
    assert plan_backfill(Known(walked=True), range(1, 501), 90, NOW, 100).requests == 92


def test_holes_after_the_first_day_held_are_asked_by_window_whatever_histories_say() -> None:
    known = Known(
        days=frozenset({back(20), back(19), back(1)}),
        histories={player: NOW - timedelta(days=400) for player in range(1, 11)},
        walked=True,
    )
    plan = plan_backfill(known, range(1, 11), 90, NOW, 20)
    assert (plan.kind, plan.players, len(plan.span)) == ("players", (), 69)
    assert plan.days == (*(back(at) for at in range(18, 1, -1)), YESTERDAY)


def test_a_second_call_goes_on_where_the_first_broke_off() -> None:
    known = Known(days=frozenset({YESTERDAY}), histories={1: NOW - timedelta(days=400)}, walked=True)
    assert plan_backfill(known, (1, 2, 3), 365, NOW, 20).players == (2, 3)


def test_a_full_database_has_nothing_to_fill() -> None:
    known = Known(days=frozenset(back(at) for at in range(90)), walked=True)
    plan = plan_backfill(known, range(1, 61), 90, NOW, 20)
    assert (plan.days, plan.span, plan.players, plan.requests) == ((), (), (), 2)
    assert plan.sentence.startswith("0 days are missing")


def test_a_clan_without_members_has_no_histories() -> None:
    plan = plan_backfill(Known(), (), 90, NOW, 20)
    assert (plan.kind, plan.players) == ("players", ())


def test_chunks_keep_order_and_lose_nothing() -> None:
    assert chunks((1, 2, 3, 4, 5), 2) == [(1, 2), (3, 4), (5,)]
    assert chunks((), 2) == []
