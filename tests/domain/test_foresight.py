"""What past nights bode: each warning just below and just above its threshold."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pipeline.domain.foresight import FEWEST_NIGHTS, GB, MB, Cost, Kind, Limits, Night, foresee, pace, size

TONIGHT = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 3, 17, tzinfo=UTC)
DAY = timedelta(days=1)
LIMITS = Limits(requests=100, stage_s=900)
CALM = Cost(
    seconds=40.0, requests=20, rate_left=12, rate_limit=20, members=100, database_bytes=30 * MB, landing_bytes=90 * MB,
    backup_bytes=300 * MB, free_bytes=200 * GB, backed_up_at=NOW - timedelta(minutes=1),
)  # fmt: skip


def a_night(ago: int = 0, **cost: Any) -> Night:
    """A night that nobody need worry about, but for its *cost*."""
    return Night(TONIGHT - ago * DAY, replace(CALM, **cost), wom_requests=8, usual_s=40.0, slowest=("report", 10.0))


def nights(number: int, **last: Any) -> list[Night]:
    """So many nights in a row, of which the last cost something else."""
    return [*(a_night(ago) for ago in range(number - 1, 0, -1)), a_night(**last)]


def growing(number: int, step: int, **cost: Any) -> list[Night]:
    """So many nights in a row of which each adds *step* bytes of landings."""
    return [a_night(number - 1 - at, landing_bytes=MB + at * step, **cost) for at in range(number)]


def kinds(lived: list[Night], now: datetime = NOW, tonight: date = TONIGHT) -> list[Kind]:
    return [concern.kind for concern in foresee(lived, LIMITS, now, tonight)]


def test_calm_nights_bode_nothing() -> None:
    assert kinds(nights(60)) == []
    assert kinds([]) == []


def test_nights_that_wrote_nothing_down_bode_nothing() -> None:
    assert kinds([Night(TONIGHT - ago * DAY, Cost()) for ago in range(20, -1, -1)]) == []


@pytest.mark.parametrize(("free", "told"), [(1_100 * MB, []), (1_100 * MB - 1, ["disk"])])
def test_a_disk_is_short_below_ten_times_what_a_night_needs(free: int, told: list[str]) -> None:
    """Two copies of a database of 30 MB and 50 MB more: 110 MB a night."""
    assert kinds([a_night(free_bytes=free)]) == told


@pytest.mark.parametrize(("left", "told"), [(60, []), (59, ["disk"])])
def test_a_disk_that_is_full_within_sixty_nights_is_told(left: int, told: list[str]) -> None:
    assert kinds(growing(20, 100 * MB, free_bytes=left * 100 * MB)) == told


@pytest.mark.parametrize(("left", "severity"), [(14, "low"), (13, "high")])
def test_a_disk_that_is_full_within_a_fortnight_is_pressing(left: int, severity: str) -> None:
    [concern] = foresee(growing(20, 1_000 * MB, free_bytes=left * 1_000 * MB), LIMITS, NOW, TONIGHT)
    assert (concern.kind, concern.severity) == ("disk", severity)
    assert f"1.0 GB a night, the disk is full in {left} nights" in concern.said
    assert ("BACKUP_KEEP" in concern.remedy, "LANDING_DAYS" in concern.remedy) == (True, True)


def test_one_jump_is_no_pace() -> None:
    lived = [replace(night, cost=replace(night.cost, free_bytes=20 * GB)) for night in nights(20)]
    after = [replace(night, cost=replace(night.cost, backup_bytes=9 * GB)) for night in lived[10:]]
    assert pace([*lived[:10], *after]) == 0
    assert kinds([*lived[:10], *after]) == []


@pytest.mark.parametrize(("number", "told"), [(FEWEST_NIGHTS - 1, []), (FEWEST_NIGHTS, ["disk"])])
def test_fewer_than_five_nights_have_no_pace(number: int, told: list[str]) -> None:
    assert kinds(growing(number, 100 * MB, free_bytes=2 * GB)) == told


def test_a_disk_that_empties_is_never_full() -> None:
    assert kinds(growing(20, -(MB // 20), free_bytes=2 * GB)) == []


@pytest.mark.parametrize(("held", "told"), [(GB, []), (GB + 1, ["database"])])
def test_a_database_above_a_gigabyte_is_told(held: int, told: list[str]) -> None:
    assert kinds([a_night(database_bytes=held)]) == told


@pytest.mark.parametrize(
    ("before", "held", "members", "told"),
    [
        (60, 120, 100, []),
        (60, 121, 100, ["database"]),
        (60, 121, 110, ["database"]),
        (60, 121, 111, []),  # eleven more members
        (40, 100, 100, []),  # a small one
        (40, 101, 100, ["database"]),
    ],
)
def test_a_database_that_doubles_within_a_month_is_told(before: int, held: int, members: int, told: list[str]) -> None:
    lived = [a_night(ago, database_bytes=before * MB) for ago in range(30, 0, -1)]
    assert kinds([*lived, a_night(database_bytes=held * MB, members=members)]) == told


def test_a_database_that_doubles_in_more_than_a_month_is_not_told() -> None:
    lived = [a_night(31, database_bytes=60 * MB), *(a_night(ago, database_bytes=61 * MB) for ago in range(30, 0, -1))]
    assert kinds([*lived, a_night(database_bytes=121 * MB)]) == []


@pytest.mark.parametrize(("asked", "told"), [(80, []), (81, ["requests"])])
def test_more_than_four_fifths_of_the_budget_is_told(asked: int, told: list[str]) -> None:
    assert kinds([replace(a_night(), wom_requests=asked)]) == told


@pytest.mark.parametrize(("left", "number", "told"), [(3, 7, []), (2, 2, []), (2, 3, ["rate"]), (0, 7, ["rate"])])
def test_a_limit_that_is_nearly_used_up_is_told_when_it_is_a_habit(left: int, number: int, told: list[str]) -> None:
    lived = nights(20)
    tight = [replace(night, cost=replace(night.cost, rate_left=left)) for night in lived[-7:]]
    assert kinds([*lived[:-7], *lived[-7 : 20 - number], *tight[7 - number :]]) == told


@pytest.mark.parametrize(("seconds", "told"), [(450.0, []), (450.1, ["time"])])
def test_a_stage_that_takes_half_of_its_time_is_told(seconds: float, told: list[str]) -> None:
    assert kinds([replace(a_night(), slowest=("report", seconds))]) == told


@pytest.mark.parametrize(
    ("usual", "last", "number", "told"),
    [
        (40, 80, 20, []),
        (40, 81, 20, ["time"]),
        (20, 59, 20, []),  # less than a minute
        (20, 60, 20, ["time"]),
        (40, 81, FEWEST_NIGHTS, []),
        (40, 81, FEWEST_NIGHTS + 1, ["time"]),
    ],
)
def test_a_night_of_twice_the_usual_time_is_told(usual: float, last: float, number: int, told: list[str]) -> None:
    lived = [replace(night, usual_s=usual) for night in nights(number)]
    assert kinds([*lived[:-1], replace(lived[-1], usual_s=last)]) == told


def test_a_night_that_waited_for_a_source_is_neither_slow_nor_usual() -> None:
    waited = replace(a_night(), usual_s=None)
    assert kinds([*nights(20)[:-1], waited]) == []
    lived = [replace(night, usual_s=200.0 if night.on == TONIGHT else None) for night in nights(20)]
    assert kinds(lived) == []


@pytest.mark.parametrize(("missed", "told"), [([3], []), ([3, 4], ["nights"]), ([14, 15], []), ([13, 14], ["nights"])])
def test_two_missed_nights_of_a_fortnight_are_told(missed: list[int], told: list[str]) -> None:
    assert kinds([night for night in nights(30) if (TONIGHT - night.on).days not in missed]) == told


def test_missed_nights_are_named_and_the_night_that_is_still_to_come_is_none() -> None:
    [concern] = foresee(nights(30), LIMITS, NOW, TONIGHT + 8 * DAY)
    assert concern.said == "On 7 of the last 14 nights nothing ran: 22 Nov, 23 Nov, 24 Nov, 25 Nov, 26 Nov and 2 more."
    assert kinds(nights(30), tonight=TONIGHT + 2 * DAY) == []


def test_nights_before_the_first_are_not_missed() -> None:
    assert kinds(nights(2)) == []


@pytest.mark.parametrize(("age", "told"), [(2 * DAY, []), (2 * DAY + timedelta(seconds=1), ["backups"])])
def test_a_backup_older_than_two_days_is_told(age: timedelta, told: list[str]) -> None:
    assert kinds([a_night(backed_up_at=NOW - age)]) == told


def test_no_backup_at_all_is_told() -> None:
    [concern] = foresee([a_night(backup_bytes=0, backed_up_at=None)], LIMITS, NOW, TONIGHT)
    assert (concern.said, concern.severity) == ("There is no backup of the database.", "high")


def test_of_a_date_the_last_run_counts() -> None:
    again = replace(a_night(), wom_requests=99)
    assert kinds([*nights(5)[:-1], again, a_night()]) == []
    assert kinds([*nights(5), again]) == ["requests"]


def test_what_is_pressing_comes_first() -> None:
    lived = [replace(a_night(backed_up_at=NOW - 5 * DAY, database_bytes=2 * GB), wom_requests=99)]
    assert kinds(lived) == ["backups", "database", "requests"]


def test_every_warning_says_what_was_seen_and_what_to_do() -> None:
    bad = a_night(free_bytes=MB, database_bytes=2 * GB, backed_up_at=None, rate_left=0)
    lived = [replace(bad, on=TONIGHT - ago * DAY, usual_s=40.0) for ago in range(20, 2, -1)]
    lived.append(replace(bad, wom_requests=100, usual_s=500.0, slowest=("report", 800.0)))
    found = foresee(lived, LIMITS, NOW, TONIGHT)
    assert {concern.kind for concern in found} == {"disk", "database", "requests", "rate", "time", "nights", "backups"}
    for concern in found:
        assert (concern.said[-1], concern.remedy[-1], "\n" in concern.said + concern.remedy) == (".", ".", False)


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0.0 MB"), (1_240_000, "1.2 MB"), (31_800_000, "32 MB"), (999 * MB, "999 MB"), (GB, "1.0 GB"), (1_234 * GB, "1,234 GB")],
)  # fmt: skip
def test_sizes_are_told_as_people_say_them(count: int, text: str) -> None:
    assert size(count) == text
