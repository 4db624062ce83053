"""Copies of the workbook are merged: by key, the later edit wins, nothing is lost, and a stale copy takes nothing back."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records_kit import NOW, contents, day, rows
from talk_kit import AMY, an_evening, insert

from pipeline.deciding import OWN_LINE, take
from pipeline.domain.decisions import CHOICES, Choice, Edited, Told, told
from pipeline.domain.standing import Standing
from pipeline.marts.decisions import on_file
from pipeline.storage import decisions
from pipeline.storage.engine import reading, writing
from pipeline.storage.identity import PersonRow, write_persons
from pipeline.storage.upsert import Counts

ZONE = ZoneInfo("Europe/Amsterdam")
ZED, AMYS = "remove:1", "remove:2"
"""Keys of two members, who are persons 1 and 2."""
EMPTY = Told()
KEEP = Told("Keep")
SAVED = day(-2)
NIGHT = "2026-11-18T03:00:00.000+00:00"
"""The night that wrote the copies, if nothing else is said."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return an_evening(tmp_path)


def an_edit(
    key: str = ZED, cells: Told = KEEP, at: datetime = SAVED, was: Told = EMPTY, night: str = NIGHT, **parts: Any
) -> Edited:
    """A row in which somebody wrote, in a copy of the workbook of *night* that was saved at *at*."""
    edit = Edited(
        copy="clan.xlsx", place="output", row=6, key=key, what="Remove from the clan", who="Zed", reason="Away.", proof="Looked at.",
        told=cells, was=was.mark(night), edited_at=at,
    )  # fmt: skip
    return replace(edit, **parts)


def taken(file: Path, *edits: Edited, now: datetime = NOW) -> Counts:
    """A night that reads *edits*."""
    with writing(file) as connection:
        return take(connection, edits, now, ZONE)


def stands(file: Path) -> dict[str, Standing]:
    with reading(file) as connection:
        return on_file(connection)


def held(file: Path) -> dict[str, tuple[str, str]]:
    """Verdict and note of what stands about each key."""
    return {key: (standing.by.verdict, standing.note) for key, standing in stands(file).items()}


def unclear(file: Path) -> dict[str, str]:
    """What nobody understands, by key."""
    return {key: standing.unclear.word for key, standing in stands(file).items() if standing.unclear}


def cells_of(file: Path, key: str, *, is_over: bool = False) -> Told:
    """What the workbook of tonight has in the cells of *key*."""
    found = stands(file)[key]
    word, until = (found.unclear.word, found.unclear.until) if found.unclear else (None, found.by.until)
    on = found.by.decided_at.astimezone(ZONE).date()
    return told(found.by.verdict, until, found.note, on, unclear=word, is_over=is_over)


# One edit -----------------------------------------------------------------------------------------------------------


def test_a_decision_is_kept_with_its_evidence(file: Path) -> None:
    taken(file, an_edit(cells=Told("on LEAVE  until", "2026-12-24", "exams")))
    found = stands(file)[ZED]
    by = found.by
    assert (by.key, by.verdict, by.decided_at, by.until, found.note) == (
        ZED,
        "leave",
        day(-2),
        date(2026, 12, 24),
        "exams",
    )
    assert (by.what, by.who, by.reason, by.proof) == ("Remove from the clan", "Zed", "Away.", "Looked at.")
    assert (by.origin, by.noted_at) == ("workbook:output/clan.xlsx", NOW)


@pytest.mark.parametrize(
    "edit",
    [
        an_edit(),
        an_edit(cells=Told("Keep", "", "n", "2026-11-01")),
        an_edit(cells=Told("Keeep")),
        an_edit(key="", cells=Told("On leave until", "2026-12-24")),
        an_edit(key="", who="Nobody", cells=Told("Keep")),
        an_edit(cells=Told("", "", "a note")),
    ],
)
def test_the_same_file_read_twice_changes_nothing(file: Path, edit: Edited) -> None:
    taken(file, edit)
    before = contents(file)
    taken(file, edit, now=day(1))
    assert contents(file) == before


def test_a_cleared_cell_takes_the_decision_back(file: Path) -> None:
    taken(file, an_edit())
    taken(file, an_edit(cells=EMPTY, at=day(0.5), was=cells_of(file, ZED)), now=day(1))
    assert held(file) == {}


def test_what_was_taken_back_is_remembered(file: Path) -> None:
    taken(file, an_edit())
    taken(file, an_edit(cells=EMPTY, at=day(0.5), was=cells_of(file, ZED)), now=day(1))
    assert rows(file, "SELECT verdict FROM decision ORDER BY decided_at") == ["keep", "withdrawn"]


def test_clearing_what_was_never_decided_leaves_nothing(file: Path) -> None:
    taken(file, an_edit(cells=EMPTY, was=KEEP))
    assert held(file) == {}


def test_a_decision_that_is_taken_back_takes_its_note_along(file: Path) -> None:
    taken(file, an_edit(cells=Told("Keep", "", "exams")))
    was = cells_of(file, ZED)
    taken(file, an_edit(cells=replace(was, decision=""), at=day(0.5), was=was), now=day(1))
    assert held(file) == {}


def test_but_not_what_is_noted_meanwhile(file: Path) -> None:
    taken(file, an_edit(cells=Told("Keep", "", "exams")))
    was = cells_of(file, ZED)
    taken(file, an_edit(cells=replace(was, decision="", note="he is back"), at=day(0.5), was=was), now=day(1))
    assert held(file) == {ZED: ("noted", "he is back")}


def test_only_the_date_of_a_decision_may_change(file: Path) -> None:
    taken(file, an_edit(cells=Told("On leave until", "2026-12-01", "exams")))
    was = cells_of(file, ZED)
    taken(file, an_edit(cells=replace(was, until="2026-12-24"), at=day(0.5), was=was), now=day(1))
    assert (held(file), stands(file)[ZED].by.until) == ({ZED: ("leave", "exams")}, date(2026, 12, 24))


def test_a_day_in_decided_on_and_nothing_else_is_no_decision(file: Path) -> None:
    assert taken(file, an_edit(cells=Told("", "", "", "2026-11-05"))) == Counts()


# What is not understood ---------------------------------------------------------------------------------------------


def test_a_word_that_is_none_is_told_beside_and_hurts_no_decision(file: Path) -> None:
    taken(file, an_edit())
    taken(file, an_edit(cells=Told("Kick him"), at=day(-1), was=cells_of(file, ZED)))
    assert (held(file), unclear(file)) == ({ZED: ("keep", "")}, {ZED: "Kick him"})


def test_it_stands_in_its_cell_to_be_mended(file: Path) -> None:
    taken(file, an_edit(), an_edit(cells=Told("Kick him", "2026-12-24"), at=day(-1)))
    assert cells_of(file, ZED) == Told("Kick him", "2026-12-24", "", "2026-11-19")


@pytest.mark.parametrize(("word", "after"), [("Remove", {ZED: ("remove", "")}), ("", {})], ids=["mended", "cleared"])
def test_and_is_over_once_it_is(file: Path, word: str, after: dict[str, tuple[str, str]]) -> None:
    taken(file, an_edit(cells=Told("Kick him")))
    was = cells_of(file, ZED)
    taken(file, an_edit(cells=replace(was, decision=word), at=day(0.5), was=was), now=day(1))
    assert (held(file), unclear(file)) == (after, {})


def test_a_decision_from_before_mends_nothing(file: Path) -> None:
    taken(file, an_edit(cells=Told("Kick him"), at=day(-1)))
    taken(file, an_edit())
    assert unclear(file) == {ZED: "Kick him"}


def test_a_note_mends_nothing(file: Path) -> None:
    taken(file, an_edit(cells=Told("Kick him")), an_edit(cells=Told("", "", "asked"), at=day(-1)))
    assert (held(file), unclear(file)) == ({ZED: ("unclear", "asked")}, {ZED: "Kick him"})


def test_a_date_without_a_decision_is_not_understood_until_it_is_cleared(file: Path) -> None:
    taken(file, an_edit(cells=Told("", "2026-12-24", "asked")))
    was = cells_of(file, ZED)
    assert (was, unclear(file)) == (Told("", "2026-12-24", "asked", "2026-11-19"), {ZED: ""})
    taken(file, an_edit(cells=replace(was, until=""), at=day(0.5), was=was), now=day(1))
    assert unclear(file) == {}


def test_a_date_that_is_none_is_kept_as_a_note(file: Path) -> None:
    taken(file, an_edit(cells=Told("Keep", "Xmas", "exams")))
    assert held(file) == {ZED: ("keep", "exams (Until: Xmas)")}


@pytest.mark.parametrize("text", ["0001-01-01", "1899-12-31"])
def test_a_date_that_no_workbook_can_hold_is_none(file: Path, text: str) -> None:
    taken(file, an_edit(cells=Told("Keep", text)))
    assert held(file) == {ZED: ("keep", f"(Until: {text})")}


# Notes --------------------------------------------------------------------------------------------------------------


def test_a_note_alone_is_kept(file: Path) -> None:
    taken(file, an_edit(cells=Told("", "", "asked")))
    assert held(file) == {ZED: ("noted", "asked")}


def test_a_note_that_is_cleared_is_gone(file: Path) -> None:
    taken(file, an_edit(cells=Told("", "", "asked")))
    taken(file, an_edit(cells=EMPTY, at=day(0.5), was=cells_of(file, ZED)), now=day(1))
    assert held(file) == {}


def test_a_note_from_another_copy_stands_beside_the_decision(file: Path) -> None:
    taken(file, an_edit(), an_edit(cells=Told("", "", "asked"), at=day(-1), copy="b.xlsx"))
    assert held(file) == {ZED: ("keep", "asked")}


@pytest.mark.parametrize("cells", [Told("Keep", "", "asked"), Told("", "", "asked")], ids=["beside it", "elsewhere"])
def test_a_note_does_not_let_a_decision_begin_anew(file: Path, cells: Told) -> None:
    taken(file, an_edit())
    taken(file, an_edit(cells=cells, at=day(9), copy="b.xlsx"), now=day(10))
    assert (held(file), decided_at(file)) == ({ZED: ("keep", "asked")}, [SAVED])


def test_a_note_in_a_stale_copy_does_not_win_over_what_was_decided_since(file: Path) -> None:
    taken(file, an_edit())
    taken(file, an_edit(cells=Told("Remove"), at=day(-1), copy="b.xlsx"))
    taken(file, an_edit(cells=Told("Keep", "", "asked"), at=day(0.5)), now=day(1))
    assert held(file) == {ZED: ("remove", "asked")}


def test_a_note_beside_a_decision_may_be_cleared(file: Path) -> None:
    taken(file, an_edit(cells=Told("Keep", "", "exams")))
    was = cells_of(file, ZED)
    taken(file, an_edit(cells=replace(was, note=""), at=day(0.5), was=was), now=day(1))
    assert held(file) == {ZED: ("keep", "")}


def test_of_two_notes_from_copies_that_stay_the_later_one_stays(file: Path) -> None:
    taken(file, an_edit())
    notes = [
        an_edit(cells=Told("Keep", "", text), at=day(at), copy=f"{at}.xlsx") for at, text in ((9, "a"), (9.5, "b"))
    ]
    counts = [taken(file, *notes, now=day(number)) for number in (10, 11)]
    assert (counts[1], held(file)) == (Counts(), {ZED: ("keep", "b")})


def test_a_note_that_a_copy_brings_late_is_not_lost(file: Path) -> None:
    taken(file, an_edit())
    taken(file, an_edit(cells=Told("", "", "asked"), at=day(-1), copy="late.xlsx"), now=day(1))
    assert held(file) == {ZED: ("keep", "asked")}


def test_a_decision_from_a_copy_without_the_note_takes_no_note_back(file: Path) -> None:
    edits = an_edit(cells=Told("", "", "asked"), at=day(-3)), an_edit(copy="b.xlsx")
    taken(file, *edits)
    taken(file, *edits)
    assert held(file) == {ZED: ("keep", "asked")}


def test_a_decision_that_a_copy_brings_late_is_not_lost_behind_a_note(file: Path) -> None:
    note, decision = an_edit(cells=Told("", "", "asked"), at=day(-1)), an_edit(copy="late.xlsx")
    for edits in ((note,), (note, decision), (note, decision)):
        taken(file, *edits)
    assert held(file) == {ZED: ("keep", "asked")}


def test_but_one_that_was_taken_back_stays_so(file: Path) -> None:
    taken(file, an_edit())
    taken(file, an_edit(cells=EMPTY, at=day(-1), was=cells_of(file, ZED)))
    taken(file, an_edit(cells=Told("", "", "asked"), at=day(-0.5)), an_edit())
    assert held(file) == {ZED: ("noted", "asked")}


# Copies -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nights", [1, 2], ids=["one night", "two nights"])
def test_of_two_copies_the_later_edit_wins(file: Path, nights: int) -> None:
    edits = [an_edit(cells=Told("Remove"), at=day(-1), copy="b.xlsx"), an_edit()]
    for each in [edits] if nights == 1 else [[edit] for edit in edits]:
        taken(file, *each)
    assert held(file) == {ZED: ("remove", "")}


def test_rows_about_others_do_not_meet(file: Path) -> None:
    taken(file, an_edit(), an_edit(key=AMYS, cells=Told("Remove"), at=day(-1)))
    assert held(file) == {ZED: ("keep", ""), AMYS: ("remove", "")}


def test_a_stale_copy_takes_nothing_back(file: Path) -> None:
    stale = an_edit()
    taken(file, stale)
    taken(file, an_edit(cells=Told("Remove"), at=day(-1), copy="b.xlsx"), stale)
    taken(file, stale, now=day(1))
    assert held(file) == {ZED: ("remove", "")}


def test_a_stale_copy_that_is_saved_again_says_nothing_new(file: Path) -> None:
    taken(file, an_edit())
    taken(file, an_edit(cells=Told("Remove"), at=day(-1), copy="b.xlsx"))
    assert taken(file, an_edit(at=day(0.5), place="drive"), now=day(1)) == Counts()
    assert held(file) == {ZED: ("remove", "")}


@pytest.mark.parametrize("nights", [[-2, 0.5], [0.5, -2]], ids=["in its order", "the other way round"])
def test_an_edit_is_as_old_as_the_first_copy_that_has_it(file: Path, nights: list[float]) -> None:
    for at in nights:
        taken(file, an_edit(at=day(at)), now=day(1))
    assert decided_at(file) == [day(-2)]


def test_of_two_saved_at_the_same_instant_the_same_one_holds_however_they_come() -> None:
    one, other = an_edit(), an_edit(cells=Told("Remove"), row=9)
    assert after([[one, other]]) == after([[other, one]]) == after([[one], [other]]) == after([[other], [one]])


def test_a_clock_that_runs_ahead_does_not_hold_off_what_is_written_upon_it(file: Path) -> None:
    ahead = an_edit(at=day(9))
    taken(file, ahead)
    later = an_edit(cells=Told("Remove"), at=day(0.5), was=cells_of(file, ZED))
    for _again in range(2):
        taken(file, ahead, later, now=day(1))
    assert held(file) == {ZED: ("remove", "")}


def test_of_two_whose_clocks_run_ahead_the_later_one_holds(file: Path) -> None:
    taken(file, an_edit(cells=Told("Remove"), at=day(10)), an_edit(at=day(9), copy="b.xlsx"))
    assert held(file) == {ZED: ("remove", "")}


# What is over and asked again ---------------------------------------------------------------------------------------


def test_the_same_is_decided_anew_once(file: Path) -> None:
    taken(file, an_edit())
    was = cells_of(file, ZED, is_over=True)
    again = an_edit(cells=replace(was, decision="Keep"), at=day(40), was=was)
    counts = [taken(file, again, now=day(number)) for number in (41, 42)]
    assert (counts, decided_at(file)) == ([Counts(inserted=1), Counts()], [day(40)])


def test_the_same_in_the_same_words_in_another_nights_workbook_is_decided_anew(file: Path) -> None:
    taken(file, an_edit())
    taken(file, an_edit(at=day(0.5), night="2026-11-20T03:00:00.000+00:00"), now=day(1))
    assert decided_at(file) == [day(0.5)]


def test_a_note_upon_what_is_over_does_not_decide_it_anew(file: Path) -> None:
    taken(file, an_edit())
    was = cells_of(file, ZED, is_over=True)
    taken(file, an_edit(cells=replace(was, note="asked"), at=day(40), was=was), now=day(41))
    assert (held(file), decided_at(file)) == ({ZED: ("keep", "asked")}, [SAVED])


# Decided on ---------------------------------------------------------------------------------------------------------


def decided_at(file: Path) -> list[datetime]:
    return [standing.by.decided_at for standing in stands(file).values()]


def test_a_day_that_somebody_wrote_is_when_it_was_decided_to_its_end_by_the_clans_calendar(file: Path) -> None:
    taken(file, an_edit(cells=Told("Keep", "", "", "2026-11-05")))
    assert decided_at(file) == [datetime(2026, 11, 5, 23, 59, 59, tzinfo=ZONE)]


@pytest.mark.parametrize("text", ["2026-11-19", "2026-12-24", "9999-12-31", "soon", "1066-10-14"])
def test_a_day_that_cannot_be_is_taken_for_the_day_of_the_copy(file: Path, text: str) -> None:
    taken(file, an_edit(cells=Told("Keep", "", "", text)))
    assert decided_at(file) == [day(-2)]


def test_no_day_is_too_late_for_a_calendar_west_of_greenwich(file: Path) -> None:
    with writing(file) as connection:
        take(connection, [an_edit(cells=Told("Keep", "", "", "9999-12-31"))], NOW, ZoneInfo("America/New_York"))
    assert decided_at(file) == [day(-2)]


def test_the_day_of_the_decision_before_is_not_the_day_of_the_next(file: Path) -> None:
    was = Told("Keep", "", "", "2026-11-05")
    taken(file, an_edit(cells=replace(was, decision="Remove"), was=was))
    assert decided_at(file) == [day(-2)]


def test_an_earlier_day_does_not_lose_what_was_written_upon_the_decision_before(file: Path) -> None:
    taken(file, an_edit())
    edit = an_edit(cells=Told("Remove", "", "", "2026-11-05"), at=day(0.5), was=cells_of(file, ZED))
    for _again in range(2):
        taken(file, edit, now=day(1))
    assert held(file) == {ZED: ("remove", "")}


# Keys ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["Keep", "On leave until"])
@pytest.mark.parametrize("who", ["Zed", " zed ", "ZED alt"])
def test_a_line_of_ones_own_may_keep_or_excuse_whom_it_names(file: Path, word: str, who: str) -> None:
    taken(file, an_edit(key="", what="", who=who, cells=Told(word)))
    assert {key: found.by.what for key, found in stands(file).items()} == {ZED: OWN_LINE}


@pytest.mark.parametrize(("who", "word"), [("Nobody", "Keep"), ("", "Keep"), ("Zed", "Remove"), ("Zed", "Confirm")])
def test_a_line_that_nobody_can_name_is_told_as_a_mistake(file: Path, who: str, word: str) -> None:
    taken(file, an_edit(key="", who=who, cells=Told(word)))
    assert list(held(file).values()) == [("unclear", f"({word})")]


def test_a_mistake_is_over_once_its_line_names_somebody(file: Path) -> None:
    taken(file, an_edit(key="", who="Nobody"))
    [key] = held(file)
    taken(file, an_edit(key=key, cells=Told("Keep", "", "", ""), at=day(0.5), was=cells_of(file, key)), now=day(1))
    assert held(file) == {ZED: ("keep", "")}


def test_or_once_it_is_cleared(file: Path) -> None:
    taken(file, an_edit(key="", who="Nobody"))
    [key] = held(file)
    taken(file, an_edit(key=key, cells=EMPTY, at=day(0.5), was=cells_of(file, key)), now=day(1))
    assert held(file) == {}


@pytest.mark.parametrize(
    "key",
    ["remove:--5", "remove:1²", "remove:", "remove:x", "remove:" + "9" * 5_000, "identify:²:²", "identify:11:77",
     "identify:999:1", "identify:11:1:x", "identify:", "identify:99999999999999999999:1", "nonsense", "unclear:", "unclear:remove:1"],
)  # fmt: skip
def test_a_key_that_somebody_wrote_into_is_told_as_a_mistake(file: Path, key: str) -> None:
    taken(file, an_edit(key=key, who="", cells=Told("Confirm")))
    assert list(held(file).values()) == [("unclear", "(Confirm)")]


def test_a_mistake_about_somebody_whose_main_account_changed_is_still_told(file: Path) -> None:
    taken(file, an_edit(cells=Told("Maybe")))
    remade(file)
    was = cells_of(file, "remove:3")
    taken(file, an_edit("remove:3", replace(was, decision="Perhaps"), day(0.5), was), now=day(1))
    assert unclear(file) == {"remove:3": "Perhaps"}


@pytest.mark.parametrize("text", ["\ud800", "a\x00b", "=1+1", "\u202eevil", "x" * 40_000, "</td><script>"])
def test_whatever_stands_in_the_cells_is_kept_as_text(file: Path, text: str) -> None:
    edit = an_edit(
        key=text, who=text, what=text, reason=text, proof=text, copy=text, cells=Told(text, text, text, text)
    )
    taken(file, edit)
    assert [taken(file, edit), len(held(file))] == [Counts(), 1]


def test_a_key_that_is_no_key_is_not_kept(file: Path) -> None:
    taken(file, an_edit(key="two\nlines", who="", cells=Told("Keep")))
    assert all(key.isprintable() for key in held(file))


def test_a_pair_that_is_known_is_confirmed(file: Path) -> None:
    taken(file, an_edit(key=f"identify:{AMY}:1", cells=Told("Confirm")))
    with reading(file) as connection:
        assert decisions.identities(connection) == {(1, AMY): "confirm"}


def test_an_account_of_which_nothing_is_guessed_is_nobodys_however_it_is_confirmed(file: Path) -> None:
    taken(file, an_edit(key=f"identify:{AMY}", cells=Told("Confirm")))
    with reading(file) as connection:
        assert decisions.identities(connection) == {}


# A person whose main account changes --------------------------------------------------------------------------------


def remade(file: Path) -> None:
    """Zed's alt becomes the main: the person is 3 from now on."""
    with writing(file) as connection:
        write_persons(connection, [PersonRow((3, 1), (("exact", 1.0),) * 2, None, "exact", 1.0)])


def test_a_decision_follows_its_person_to_another_main(file: Path) -> None:
    taken(file, an_edit())
    remade(file)
    assert held(file) == {"remove:3": ("keep", "")}


def test_and_is_taken_back_there(file: Path) -> None:
    taken(file, an_edit())
    remade(file)
    taken(file, an_edit(key="remove:3", cells=EMPTY, at=day(0.5), was=cells_of(file, "remove:3")), now=day(1))
    assert held(file) == {}


def test_a_line_of_ones_own_that_stays_is_read_once_through_the_change(file: Path) -> None:
    edit = an_edit(key="", who="Zed")
    taken(file, edit)
    remade(file)
    assert (taken(file, edit, now=day(1)), held(file)) == (Counts(), {"remove:3": ("keep", "")})


def test_a_copy_of_before_the_change_speaks_of_the_same_person(file: Path) -> None:
    remade(file)
    taken(file, an_edit(key="remove:3", at=day(-3)), an_edit(cells=Told("Remove")))
    assert held(file) == {"remove:3": ("remove", "")}


# Any order ----------------------------------------------------------------------------------------------------------

WORDS: Sequence[Choice] = ("keep", "remove", "leave", "not_yet")


CELLS = st.builds(
    Told,
    st.sampled_from(["", *(CHOICES[word] for word in WORDS), "Maybe"]),
    st.sampled_from(["", "2026-12-24", "Xmas"]),
    st.sampled_from(["", "asked", "told"]),
    st.sampled_from(["", "2026-11-05", "2026-12-24"]),
)
"""What stands in a row, or stood there: few words, so that edits meet."""

EDITS = st.lists(
    st.builds(
        lambda key, cells, hours, was, night, copy: an_edit(key, cells, day(-20, hours), was, night, copy=copy),
        st.sampled_from([ZED, AMYS, "remove:3", "", "bad", f"identify:{AMY}:1"]), CELLS, st.integers(0, 400),
        st.just(EMPTY) | CELLS, st.sampled_from([NIGHT, "another"]), st.sampled_from(["a.xlsx", "b.xlsx"]),
    ),
    max_size=10,
)  # fmt: skip


def after(nights: Iterable[Sequence[Edited]], *, is_remade: bool = False) -> dict[str, Standing]:
    """What stands after *nights*, whichever of them noted what."""
    with TemporaryDirectory() as folder:
        file = an_evening(Path(folder))
        for number, edits in enumerate(nights):
            taken(file, *edits, now=NOW + timedelta(days=number))
        if is_remade:
            remade(file)
        return {key: timeless(standing) for key, standing in stands(file).items()}


def timeless(standing: Standing) -> Standing:
    unclear = standing.unclear and replace(standing.unclear, noted_at=NOW)
    return replace(standing, by=replace(standing.by, noted_at=NOW), unclear=unclear)


@settings(max_examples=25)
@given(EDITS, st.booleans(), st.data())
def test_however_copies_come_to_the_nights_and_however_often_the_same_stands(
    edits: list[Edited], is_remade: bool, data: Any
) -> None:
    again = data.draw(st.lists(st.sampled_from(edits), max_size=4)) if edits else []
    shuffled = data.draw(st.permutations([*edits, *again]))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=3)))
    nights = [shuffled[since:until] for since, until in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]
    assert after(nights, is_remade=is_remade) == after([edits], is_remade=is_remade)


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.sampled_from(WORDS)), min_size=1, max_size=6, unique_by=lambda said: said[0]
    ),
    st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["", "asked", "told"]), CELLS), max_size=4),
)
def test_the_latest_choice_holds_whatever_is_noted_beside_it(
    said: list[tuple[int, Choice]], noted: list[tuple[int, str, Told]]
) -> None:
    chosen = [an_edit(cells=Told(CHOICES[word]), at=day(-20, hours)) for hours, word in said]
    notes = [an_edit(cells=replace(was, note=note), at=day(-20, hours), was=was) for hours, note, was in noted]
    first: dict[str, int] = {}
    for hours, word in sorted(said):
        first.setdefault(word, hours)  # whoever says again what was said in the same words says nothing new
    assert after([notes, chosen])[ZED].by.verdict == max(first, key=first.__getitem__)


@settings(max_examples=20)
@given(EDITS)
def test_copies_that_stay_where_they_are_change_nothing_the_next_night(edits: list[Edited]) -> None:
    with TemporaryDirectory() as folder:
        file = an_evening(Path(folder))
        taken(file, *edits)
        counts = [taken(file, *reversed(edits), now=day(number)) for number in (1, 2)]
        assert counts == [Counts(), Counts()]


def test_three_thousand_decisions_are_merged_in_seconds(file: Path) -> None:
    edits = [an_edit(f"slot:{number}") for number in range(3_000)]
    assert [taken(file, *edits), taken(file, *edits)] == [Counts(inserted=3_000), Counts()]


def test_an_account_that_nobody_knew_is_known_from_the_next_night_on(file: Path) -> None:
    edit = an_edit(key="identify:77:1", who="", cells=Told("Confirm"))
    taken(file, edit)
    insert(file, "discord_account", id=77, username="new", is_bot=0, in_guild=1, roles=())
    taken(file, edit, now=day(1))
    assert "identify:77:1" in held(file)
