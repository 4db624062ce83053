"""The bridge in words and bars says what the numbers say."""

from dataclasses import replace
from datetime import UTC, datetime

from pipeline.domain.window import windows
from pipeline.marts.model import Bridge
from pipeline.outputs.dashboard.waterfall import WIDTH, waterfall

WEEK = windows(datetime(2026, 11, 21, 4, tzinfo=UTC))["7d"]
A_WEEK = Bridge(
    WEEK, total_start=5_000_000_000, total_end=5_100_012_345, joiners=120_000_000, leavers=-50_000_000,
    same_members=30_000_000, newly_visible=0, tracking_gap=12_345, joined_count=2, left_count=1, same_count=58,
    newly_visible_count=0,
)  # fmt: skip
NOTHING = Bridge(WEEK, *(0 for _ in range(11)))


def test_each_bar_begins_where_the_one_before_ended() -> None:
    steps = waterfall(A_WEEK).steps
    earned, recruited, lost, gap, change = steps
    assert (earned.x, change.x) == (0, 0)
    assert recruited.x == earned.x + earned.width
    assert recruited.x + recruited.width == lost.x + lost.width == WIDTH
    assert lost.x <= gap.x <= lost.x + gap.width
    assert abs(change.width - (gap.x + gap.width)) <= 3


def test_only_what_members_earned_looks_like_work() -> None:
    assert [step.tone for step in waterfall(A_WEEK).steps] == ["earned", "came", "went", "came", "total"]


def test_a_recruits_lifetime_is_called_that() -> None:
    told = waterfall(A_WEEK)
    assert told.headline == "The clan's total grew by 100M XP, to 5.10B XP."
    assert told.sentences[1].startswith("2 recruits brought 120M XP of earlier years")


def test_terms_of_zero_are_not_shown() -> None:
    assert "visible" not in [step.key for step in waterfall(A_WEEK).steps]


def test_a_week_of_losses_stays_inside_the_picture() -> None:
    fell = replace(A_WEEK, total_end=4_950_000_000, joiners=0, same_members=0, tracking_gap=0)
    told = waterfall(fell)
    assert told.headline.startswith("The clan's total fell by 50.0M XP")
    assert told.zero == WIDTH
    assert all(step.x >= 0 and step.x + step.width <= WIDTH for step in told.steps)


def test_the_first_night_says_that_there_is_nothing_to_compare() -> None:
    told = waterfall(NOTHING)
    assert not told.known
    assert told.headline == "There is no week to compare yet."
