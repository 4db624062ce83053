"""What can be decided about each kind of entry, and for how long it holds."""

from datetime import date
from typing import get_args

import pytest

from pipeline.domain.decisions import CHOICES, Choice, EntryKind
from pipeline.domain.rulings import FITS, fits, last_day, silences, words_that_fit

ON, UNTIL = date(2026, 11, 20), date(2026, 12, 24)


@pytest.mark.parametrize("kind", get_args(EntryKind))
def test_every_kind_has_answers(kind: EntryKind) -> None:
    assert words_that_fit(kind) == [CHOICES[choice] for choice in CHOICES if choice in FITS[kind]] != []


@pytest.mark.parametrize("choice", CHOICES)
def test_every_word_is_an_answer_to_something(choice: Choice) -> None:
    assert any(fits(kind, choice) for kind in FITS)


def test_of_a_kind_that_nobody_knows_nothing_fits() -> None:
    assert words_that_fit("look") == []


@pytest.mark.parametrize(
    ("kind", "choice", "last"),
    [
        ("remove", "keep", None), ("remove", "remove", None), ("remove", "leave", date(2026, 12, 20)),
        ("remove", "not_yet", date(2026, 12, 20)), ("remove", "done", date(2026, 11, 23)),
        ("promote", "promote", None), ("promote", "done", date(2026, 11, 23)), ("role", "done", date(2026, 11, 23)),
        ("slot", "done", date(2026, 11, 23)), ("rank", "done", date(2026, 11, 23)),
        ("thank", "done", date(2026, 11, 27)), ("milestone", "done", date(2026, 11, 27)),
        ("drift", "done", date(2026, 12, 20)), ("star", "done", date(2026, 12, 20)), ("return", "done", date(2026, 12, 20)),
        ("identify", "done", date(2026, 12, 20)), ("identify", "confirm", None), ("identify", "reject", None),
        ("answer", "done", None), ("card", "done", None),
    ],
)  # fmt: skip
def test_without_a_date_a_decision_holds_as_long_as_the_table_says(
    kind: str, choice: Choice, last: date | None
) -> None:
    assert last_day(kind, choice, ON, None) == last


@pytest.mark.parametrize("choice", ["keep", "leave", "not_yet"])
def test_a_date_is_the_last_day_of_what_waits(choice: Choice) -> None:
    assert last_day("remove", choice, ON, UNTIL) == UNTIL


@pytest.mark.parametrize("choice", ["remove", "done", "promote", "confirm", "reject"])
def test_a_date_does_not_put_off_what_is_to_be_done(choice: Choice) -> None:
    assert last_day("card", choice, ON, UNTIL) is None


def test_a_date_before_the_decision_is_taken_at_its_word() -> None:
    assert last_day("remove", "leave", UNTIL, ON) == ON


def test_what_is_still_to_be_done_stays_on_the_list() -> None:
    assert [choice for choice in CHOICES if not silences(choice)] == ["remove", "promote", "confirm"]
