"""The words of To do: what a cell was, what it says, and the keys of its rows."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.decisions import (
    CHOICES,
    PERSONAL,
    Mark,
    Told,
    choice,
    entry_key,
    identify_key,
    numbered,
    pair_of,
    person_of,
    read_mark,
    told,
)

TOLD = st.builds(Told, st.text(), st.text(), st.text(), st.text())


@given(TOLD, st.text())
def test_a_mark_is_read_back(cells: Told, night: str) -> None:
    assert read_mark(cells.mark(night)) == Mark(cells, night)


@given(TOLD, TOLD, st.text(), st.text())
def test_no_two_rows_have_the_same_mark(one: Told, other: Told, night: str, another: str) -> None:
    assert (one.mark(night) == other.mark(another)) == ((one, night) == (other, another))


@given(st.text(), st.text(alphabet="0123456789:|²٣x"))
def test_of_a_mark_that_somebody_wrote_into_only_a_whole_one_is_read(text: str, numbers: str) -> None:
    for written in (text, numbers):
        mark = read_mark(written)
        assert mark is None or mark.told.mark(mark.night) == written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4:Keep",
        "4:Keep|0:|0:|0:",
        "4:Keep|0:|0:|0:|0:|",
        "5:Keep|0:|0:|0:|0:",
        "04:Keep|0:|0:|0:|0:",
        "9" * 5_000 + ":",
    ],
)
def test_what_was_cut_or_lengthened_is_no_mark(text: str) -> None:
    assert read_mark(text) is None


@pytest.mark.parametrize("word", CHOICES.values())
def test_a_word_is_understood_however_it_is_written(word: str) -> None:
    wild = "\t " + word.upper().replace(" ", "\u00a0  ") + "\n"
    assert CHOICES[choice(wild) or "keep"] == word


@pytest.mark.parametrize("text", ["", "  ", "Keeep", "Keep, please", "On leave", "Leave", "keep.", "=KEEP"])
def test_any_other_text_is_none_of_the_words(text: str) -> None:
    assert choice(text) is None


@pytest.mark.parametrize(
    ("verdict", "cells"),
    [
        ("leave", Told("On leave until", "2026-12-24", "exams", "2026-11-20")),
        ("noted", Told("", "2026-12-24", "exams", "2026-11-20")),
        ("unclear", Told("", "2026-12-24", "exams", "2026-11-20")),
    ],
)
def test_what_stands_in_the_cells_of_a_decision(verdict: str, cells: Told) -> None:
    assert told(verdict, date(2026, 12, 24), "exams", date(2026, 11, 20)) == cells


@pytest.mark.parametrize("is_over", [False, True])
@pytest.mark.parametrize("word", ["Kick him", ""])
def test_what_was_not_understood_stands_in_its_cell_to_be_mended(word: str, is_over: bool) -> None:
    cells = told("keep", date(2026, 12, 24), "exams", date(2026, 11, 20), unclear=word, is_over=is_over)
    assert cells == Told(word, "2026-12-24", "exams", "2026-11-20")


@pytest.mark.parametrize("verdict", CHOICES)
def test_what_is_over_leaves_the_cell_free_for_the_same_once_more(verdict: str) -> None:
    cells = told(verdict, date(2026, 12, 24), "exams", date(2026, 11, 20), is_over=True)
    assert cells == Told("", "", "exams", "2026-11-20")


# Keys ---------------------------------------------------------------------------------------------------------------


def test_a_key_is_a_kind_and_whom_or_what_it_is_about() -> None:
    assert entry_key("promote", 7, "captain") == "promote:7:captain"


@given(st.text(min_size=1))
def test_a_key_holds_nothing_that_a_cell_would_change(name: str) -> None:
    key = entry_key("role", 11, name)
    assert (key.isascii(), key.isprintable(), key.strip()) == (True, True, key)


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_two_roles_have_two_keys(one: str, other: str) -> None:
    assert (entry_key("role", 11, one) == entry_key("role", 11, other)) == (one == other)


@given(st.integers(1, 10**18 - 1), st.integers(1, 10**19 - 1))
def test_a_question_of_who_is_who_names_both(player_id: int, account_id: int) -> None:
    assert pair_of(identify_key(player_id, account_id)) == (player_id, account_id)


@pytest.mark.parametrize("key", ["identify:12", "identify:12:", "identify:1:2:3", "identify:٣:1", "remove:1:2", ""])
def test_other_keys_name_no_pair(key: str) -> None:
    assert pair_of(key) is None


@pytest.mark.parametrize("kind", sorted(PERSONAL))
@pytest.mark.parametrize("person", [7, -3])
def test_some_keys_are_about_a_person(kind: str, person: int) -> None:
    assert person_of(f"{kind}:{person}:captain") == person_of(f"{kind}:{person}") == person


@pytest.mark.parametrize("key", ["slot:7", "remove:", "remove:--5", "remove:1²", "remove:" + "9" * 5_000, "unclear:ab"])
def test_others_are_about_nobody(key: str) -> None:
    assert person_of(key) is None


@pytest.mark.parametrize(
    ("key", "today"),
    [
        ("remove:1", "remove:2"), ("promote:1:captain", "promote:2:captain"),
        ("remove:3", "remove:3"), ("slot:1", "slot:1"), ("identify:1:1", "identify:1:1"), ("unclear:0f1e", "unclear:0f1e"),
    ],
)  # fmt: skip
def test_a_key_follows_its_person_to_another_main(key: str, today: str) -> None:
    assert numbered(key, {1: 2, 2: 2}) == today
