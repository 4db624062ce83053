"""What is kept of advice over the nights."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.marts.memory import GRAVER, Claim, Fate, Kept, remember

NIGHT = datetime(2026, 11, 1, 3, tzinfo=UTC)
DAY = timedelta(days=1)
MONTH = 28 * DAY
TESTED = Claim("quiet_weekday:1", "card", "{}", MONTH, counted=False)
COUNTED = Claim("unanswered", "card", "{}", 14 * DAY)
AWAY = Claim("away:7", "away", "")


def acted(_kept: Kept) -> Fate:
    return "acted"


class Diary:
    """Nights one after another, each with what it said."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, datetime], Kept] = {}

    def night(self, number: int, *claims: Claim) -> list[Kept]:
        newest: dict[str, Kept] = {}
        for kept in sorted(self.rows.values(), key=lambda kept: kept.created_at):
            newest[kept.key] = kept
        changed = remember(newest, claims, NIGHT + number * DAY, acted)
        self.rows |= {(kept.key, kept.created_at): kept for kept in changed}
        return changed

    def given(self, key: str) -> list[int]:
        """Numbers of the nights on which something was said anew."""
        return sorted((kept.created_at - NIGHT).days for kept in self.rows.values() if kept.key == key)


def test_what_is_said_every_night_is_one_card() -> None:
    diary = Diary()
    for number in range(20):
        diary.night(number, TESTED)
    assert diary.given(TESTED.key) == [0]


def test_a_card_that_was_shown_long_enough_is_stale_and_rests_for_as_long() -> None:
    diary = Diary()
    for number in range(90):
        diary.night(number, TESTED)
    assert diary.given(TESTED.key) == [0, 57]


def test_what_rests_is_said_anew_when_it_has_become_much_worse() -> None:
    diary, bad, worse = Diary(), replace(TESTED, weight=0.4), replace(TESTED, weight=0.4 + GRAVER)
    for number in range(60):
        diary.night(number, worse if number >= 35 else bad)
    assert diary.given(TESTED.key) == [0, 35]


def test_a_little_worse_is_the_same() -> None:
    diary, bad, little = Diary(), replace(TESTED, weight=0.4), replace(TESTED, weight=0.5)
    for number in range(50):
        diary.night(number, little if number >= 35 else bad)
    assert diary.given(TESTED.key) == [0]


def test_chance_may_hide_a_tested_finding_for_a_night() -> None:
    diary = Diary()
    for number in range(20):
        diary.night(number, *([TESTED] if number % 3 else []))
    assert diary.given(TESTED.key) == [1]


def test_a_tested_finding_that_is_gone_stays_for_its_time_and_is_stale_then() -> None:
    diary = Diary()
    diary.night(0, TESTED)
    for number in range(1, 40):
        diary.night(number)
    [kept] = diary.rows.values()
    assert (kept.fate, kept.retired_at) == ("stale", NIGHT + 28 * DAY)


def test_a_counted_finding_is_over_as_soon_as_somebody_acted() -> None:
    diary = Diary()
    diary.night(0, COUNTED)
    diary.night(1)
    [kept] = diary.rows.values()
    assert (kept.fate, kept.retired_at) == ("acted", NIGHT + DAY)


def test_a_counted_finding_that_comes_back_is_new() -> None:
    diary = Diary()
    diary.night(0, COUNTED)
    diary.night(1)
    diary.night(2, COUNTED)
    assert diary.given(COUNTED.key) == [0, 2]


def test_what_has_no_time_stays_as_long_as_it_is_true() -> None:
    diary = Diary()
    for number in range(400):
        diary.night(number, AWAY)
    assert diary.given(AWAY.key) == [0]


def test_the_body_is_tonights() -> None:
    diary = Diary()
    diary.night(0, COUNTED)
    diary.night(1, Claim("unanswered", "card", '{"text": "seven"}', 14 * DAY))
    [kept] = diary.rows.values()
    assert (kept.body, kept.seen_at) == ('{"text": "seven"}', NIGHT + DAY)


@pytest.mark.parametrize("claims", [(TESTED, COUNTED, AWAY), ()])
def test_the_same_night_once_more_changes_nothing(claims: tuple[Claim, ...]) -> None:
    diary = Diary()
    diary.night(0, TESTED, COUNTED, AWAY)
    diary.night(1, *claims)
    assert diary.night(1, *claims) == []


@given(st.lists(st.lists(st.sampled_from([TESTED, COUNTED, AWAY]), unique_by=lambda claim: claim.key), max_size=80))
def test_a_key_is_never_open_twice(nights: list[list[Claim]]) -> None:
    diary = Diary()
    for number, claims in enumerate(nights):
        diary.night(number, *claims)
        still = [kept.key for kept in diary.rows.values() if kept.retired_at is None]
        assert len(still) == len(set(still))
