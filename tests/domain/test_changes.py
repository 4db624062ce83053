"""What an edit changed: each cell against what stood in it, and marks that tell edits apart."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.changes import change, decided_at
from pipeline.domain.decisions import Edited, Told

ZONE = ZoneInfo("Europe/Amsterdam")
SAVED = datetime(2026, 11, 19, 12, tzinfo=UTC)
WORDS, DATES = st.sampled_from(["", "Keep", "Remove", "Maybe"]), st.sampled_from(["", "2026-12-24", "Xmas"])
CELLS = st.builds(Told, WORDS, DATES, st.sampled_from(["", "asked"]), st.just(""))


def an_edit(was: Told, cells: Told, night: str = "a night") -> Edited:
    return Edited("clan.xlsx", "output", 6, "remove:1", "", "", "", "", cells, was.mark(night), SAVED)


@pytest.mark.parametrize(
    ("was", "cells", "verdict"),
    [
        (Told(), Told("Keep"), "keep"),
        (Told("Keep"), Told("Remove"), "remove"),
        (Told("Keep", "2026-12-01"), Told("Keep", "2026-12-24"), "keep"),
        (Told("Keep", "2026-12-01"), Told("Keep"), "keep"),
        (Told("Keep", "2026-12-01"), Told("", "2026-12-01"), "withdrawn"),
        (Told("Keep"), Told(), "withdrawn"),
        (Told("", "2026-12-01"), Told(), "withdrawn"),
        (Told("Keep"), Told("Kick him"), "unclear"),
        (Told(), Told("", "2026-12-01"), "unclear"),
        (Told("Keep"), Told("Keep", "", "asked"), "noted"),
        (Told("Kick him"), Told("Kick him", "", "asked"), "noted"),
    ],
)
def test_the_verdict_is_what_decision_and_until_say_if_one_was_changed(was: Told, cells: Told, verdict: str) -> None:
    changed = change(an_edit(was, cells))
    assert changed
    assert changed.verdict == verdict


@pytest.mark.parametrize("cells", [Told(), Told("Keep", "2026-12-24", "asked", "2026-11-05")])
def test_where_nothing_or_only_the_day_was_changed_there_is_no_change(cells: Told) -> None:
    assert change(an_edit(replace(cells, decided_on=""), cells)) is None


def test_without_a_mark_all_that_stands_there_is_new() -> None:
    changed = change(replace(an_edit(Told(), Told("Keep", "2026-12-24", "asked")), was="somebody wrote here"))
    assert changed
    assert (changed.verdict, changed.until, changed.note, changed.is_noted) == (
        "keep",
        date(2026, 12, 24),
        "asked",
        True,
    )


@given(CELLS, CELLS, CELLS, CELLS, st.sampled_from(["one", "two"]), st.sampled_from(["one", "two"]))
def test_two_changes_have_the_same_marks_where_the_same_became_of_the_same(
    was: Told, cells: Told, other_was: Told, other_cells: Told, night: str, other_night: str
) -> None:
    one, other = change(an_edit(was, cells, night)), change(an_edit(other_was, other_cells, other_night))
    if one and other:
        before = (was, night) == (other_was, other_night)
        decided = (cells.decision, cells.until) == (other_cells.decision, other_cells.until)
        assert (one.mark == other.mark) == (before and decided)
        assert (one.note_mark == other.note_mark) == (before and one.note == other.note)
        assert (one.row_mark == other.row_mark) == (before and decided and one.note == other.note)


@pytest.mark.parametrize(
    ("was", "typed", "at"),
    [
        ("", "2026-11-05", datetime(2026, 11, 5, 23, 59, 59, tzinfo=ZONE)),
        ("2026-11-04", "2026-11-05", datetime(2026, 11, 5, 23, 59, 59, tzinfo=ZONE)),
        ("2026-11-05", "2026-11-05", SAVED),
        ("2026-11-06", "2026-11-05", SAVED),
        ("", "2026-11-19", SAVED),
        ("", "", SAVED),
    ],
)
def test_a_day_counts_that_is_new_and_lies_between_the_day_that_stood_there_and_the_copys(
    was: str, typed: str, at: datetime
) -> None:
    edit = an_edit(Told(decided_on=was), Told("Keep", decided_on=typed))
    assert decided_at(edit, SAVED, ZONE) == at
