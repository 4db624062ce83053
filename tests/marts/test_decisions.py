"""What a decision on file means tonight: whether it holds, whom it excuses, what it lets wait, and why it cannot act."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from pipeline.domain.decisions import CHOICES, Choice, Decided, EntryKind
from pipeline.domain.rulings import fits, silences
from pipeline.domain.standing import Standing
from pipeline.marts.decisions import NO_DATE, Ruling, excused, postponed, rulings
from pipeline.marts.wording import Calendar

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
CALENDAR = Calendar(ZoneInfo("Europe/Amsterdam"), NOW)
KINDS: tuple[EntryKind, ...] = get_args(EntryKind)
PAIRS = [(kind, choice) for kind in KINDS for choice in CHOICES]


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def filed(
    key: str = "remove:1",
    verdict: str = "keep",
    days: float = 2,
    until: date | None = None,
    *,
    note: str = "",
    **bent: Any,
) -> Standing:
    """What stands about *key*: it was decided so many *days* ago."""
    by = Decided(
        key=key, mark="m", verdict=verdict, decided_at=ago(days), until=until, word="", note=None, what="Remove from the clan",
        who="Ann", reason="", proof="", origin="workbook:output/clan.xlsx", noted_at=NOW,
    )  # fmt: skip
    by = replace(by, **bent)
    return Standing(by, note, by if verdict == "unclear" else None)


def found(*filed: Standing, seen: Mapping[int, datetime] | None = None) -> tuple[Ruling, ...]:
    return rulings({standing.by.key: standing for standing in filed}, seen or {}, CALENDAR)


def ruled(*filed: Standing, seen: Mapping[int, datetime] | None = None) -> Ruling:
    [ruling] = found(*filed, seen=seen)
    return ruling


@pytest.mark.parametrize(("kind", "choice"), PAIRS)
def test_what_fits_holds_from_the_first_night_on_and_nothing_else_does(kind: EntryKind, choice: Choice) -> None:
    assert ruled(filed(f"{kind}:11:1", choice, days=0)).holds == fits(kind, choice)


@pytest.mark.parametrize(("kind", "choice"), PAIRS)
def test_only_what_holds_and_leaves_nothing_to_be_done_is_off_the_list(kind: EntryKind, choice: Choice) -> None:
    assert ruled(filed(f"{kind}:11:1", choice, days=0)).silences == (fits(kind, choice) and silences(choice))


@pytest.mark.parametrize(("kind", "choice"), [pair for pair in PAIRS if not fits(*pair)])
def test_what_is_no_answer_is_told_with_those_that_are(kind: EntryKind, choice: Choice) -> None:
    assert ruled(filed(f"{kind}:11:1", choice)).conflict.startswith(f"“{CHOICES[choice]}” is no answer here: choose ")


@pytest.mark.parametrize("verdict", ["noted", "unclear"])
def test_a_note_and_what_was_not_understood_do_nothing(verdict: str) -> None:
    assert (ruled(filed(verdict=verdict)).holds, ruled(filed(verdict=verdict)).silences) == (False, False)


def test_the_latest_stands_first() -> None:
    assert [each.key for each in found(filed("remove:1", days=3), filed("slot:2", days=1))] == ["slot:2", "remove:1"]


# For how long -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "holds"), [(30, True), (31, False)])
def test_a_leave_without_a_date_ends_after_thirty_days_and_says_so(days: float, holds: bool) -> None:
    ruling = ruled(filed(verdict="leave", days=days))
    assert (ruling.holds, ruling.conflict) == (holds, NO_DATE)


@pytest.mark.parametrize(("until", "holds"), [(date(2026, 11, 27), True), (date(2026, 11, 26), False)])
def test_the_last_day_is_a_whole_day(until: date, holds: bool) -> None:
    assert ruled(filed(verdict="leave", until=until)).holds == holds


@pytest.mark.parametrize(("hour", "holds"), [(22, True), (23, False)])
def test_a_day_ends_at_midnight_in_the_clans_zone(hour: int, holds: bool) -> None:
    calendar = Calendar(ZoneInfo("Europe/Amsterdam"), datetime(2026, 11, 26, hour, 30, tzinfo=UTC))
    [ruling] = rulings({"remove:1": filed(verdict="leave", until=date(2026, 11, 26))}, {}, calendar)
    assert ruling.holds == holds


@pytest.mark.parametrize("at", [datetime(2026, 10, 24, 22, 30, tzinfo=UTC), datetime(2026, 10, 25, 22, 30, tzinfo=UTC)])
def test_a_day_of_twenty_five_hours_is_one_day(at: datetime) -> None:
    assert ruled(filed(verdict="leave", decided_at=at)).last_day == date(2026, 11, 24)


def test_a_date_before_the_decision_is_over_at_once() -> None:
    assert not ruled(filed(verdict="leave", until=date(2026, 11, 1))).holds


def test_a_decision_of_a_clock_that_runs_ahead_holds_already() -> None:
    assert ruled(filed(days=-3)).holds


@pytest.mark.parametrize(("days", "holds"), [(None, True), (40, True), (1, False)])
def test_who_is_kept_is_kept_until_the_next_sign_of_life(days: float | None, holds: bool) -> None:
    assert ruled(filed(), seen={} if days is None else {1: ago(days)}).holds == holds


def test_a_date_outlasts_a_sign_of_life() -> None:
    assert ruled(filed(until=date(2026, 12, 24)), seen={1: ago(1)}).holds


@pytest.mark.parametrize("fate", ["left", "removed"])
@pytest.mark.parametrize("verdict", ["keep", "remove"])
def test_of_who_left_nothing_holds_when_they_come_again(fate: str, verdict: str) -> None:
    assert not ruled(filed(verdict=verdict, fate=fate)).holds


def test_who_came_back_is_not_to_be_removed_for_that_time() -> None:
    assert not ruled(filed(verdict="remove"), seen={1: ago(1)}).holds


def test_a_rank_that_is_refused_is_refused_whatever_they_do() -> None:
    assert ruled(filed("promote:1:captain", "keep"), seen={1: ago(1)}).holds


# Mistakes -----------------------------------------------------------------------------------------------------------


def unclear(verdict: str = "unclear", key: str = "slot:1", **bent: Any) -> Ruling:
    """A row in which *verdict* stands, and in which somebody has written since what nobody understands."""
    return ruled(replace(filed(key, verdict), unclear=filed(key, "unclear", days=1, **bent).by))


def test_a_word_that_is_none_is_told_with_those_that_are() -> None:
    assert unclear(word="Kick him").conflict == "“Kick him” is none of the words: choose Keep, Remove, Not yet or Done."


def test_what_was_decided_before_it_holds() -> None:
    ruling = unclear("keep", word="Kick him")
    assert (ruling.verdict, ruling.holds, ruling.unclear) == ("keep", True, "Kick him")


def test_of_a_long_word_the_beginning_is_told() -> None:
    assert unclear(word="x" * 40_000).conflict.startswith(f"“{'x' * 40}” is none")


def test_a_date_alone_is_told() -> None:
    assert unclear(until=date(2026, 12, 1)).conflict.startswith("There is a date and no decision")


@pytest.mark.parametrize("until", [None, date(2026, 12, 1)])
def test_a_row_that_nobody_can_name_is_told(until: date | None) -> None:
    assert unclear(key="unclear:0123456789ab", until=until).conflict.startswith("Not understood")


@pytest.mark.parametrize("choice", ["confirm", "reject"])
def test_an_account_of_which_nothing_is_guessed_needs_a_person_in_clan_toml(choice: str) -> None:
    assert "[[person]]" in ruled(filed("identify:11", choice)).conflict


# What follows -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (filed(), "kept by the officers on 25 Nov"),
        (filed(verdict="leave", until=date(2027, 1, 2), note="exams"), "on leave until 2 Jan 2027 (exams)"),
        (filed(verdict="not_yet"), "officers said not yet until 25 Dec"),
        (filed(verdict="done"), "officers said done until 28 Nov"),
    ],
    ids=lambda value: value.by.verdict if isinstance(value, Standing) else "",
)
def test_who_is_excused_is_told_why(row: Any, why: str) -> None:
    assert excused([ruled(row)], CALENDAR) == {1: why}


@pytest.mark.parametrize(
    "row", [filed(verdict="remove"), filed(verdict="promote"), filed("slot:1"), filed(verdict="leave", days=31)]
)
def test_nobody_else_is(row: Any) -> None:
    assert excused([ruled(row)], CALENDAR) == {}


@pytest.mark.parametrize(
    ("verdict", "why"),
    [
        ("keep", "officers said no on 25 Nov"), ("not_yet", "officers said not yet until 25 Dec"),
        ("done", "officers said done until 28 Nov"),
    ],
)  # fmt: skip
def test_a_rank_waits_and_is_told_why(verdict: str, why: str) -> None:
    assert postponed([ruled(filed("promote:1:captain", verdict))], CALENDAR) == {"promote:1:captain": why}


@pytest.mark.parametrize("row", [filed("promote:1:captain", "promote"), filed("rank:1:captain"), filed()])
def test_no_other_rank_waits(row: Any) -> None:
    assert postponed([ruled(row)], CALENDAR) == {}
