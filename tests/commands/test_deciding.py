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
from pipeline.domain.decisions import CHOICES, Choice, Decided, Edited, Told, told
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


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return an_evening(tmp_path)


def an_edit(key: str = ZED, cells: Told = KEEP, at: datetime = SAVED, was: Told = EMPTY, **parts: Any) -> Edited:
    """A row in which somebody wrote, in a copy that was saved at *at*."""
    edit = Edited(
        copy="clan.xlsx", place="output", row=6, key=key, what="Remove from the clan", who="Zed", reason="Away.", proof="Looked at.",
        told=cells, was=was.mark(), edited_at=at,
    )  # fmt: skip
    return replace(edit, **parts)


def taken(file: Path, *edits: Edited, now: datetime = NOW) -> Counts:
    """A night that reads *edits*."""
    with writing(file) as connection:
        return take(connection, edits, now, ZONE)


def held(file: Path) -> dict[str, tuple[str, str]]:
    """Verdict and note of the newest decision about each key; those withdrawn are none."""
    with reading(file) as connection:
        found = on_file(connection)
    return {key: (row.verdict, row.note) for key, row in found.items() if row.verdict != "withdrawn"}


def cells_of(file: Path, key: str) -> Told:
    """What the workbook of tonight has in the cells of *key*."""
    with reading(file) as connection:
        row = on_file(connection)[key]
    return told(row.verdict, decisions.until_of(row), row.note, row.decided_at.astimezone(ZONE).date())


# One edit -----------------------------------------------------------------------------------------------------------


def test_a_decision_is_kept_with_its_evidence(file: Path) -> None:
    taken(file, an_edit(cells=Told("on LEAVE  until", "2026-12-24", "exams")))
    with reading(file) as connection:
        row = on_file(connection)[ZED]
    assert Decided(
        row.key, row.verdict, row.decided_at, decisions.until_of(row), row.note, row.what, row.who, row.reason, row.proof, row.origin,
        row.noted_at,
    ) == Decided(
        ZED, "leave", day(-2), date(2026, 12, 24), "exams", "Remove from the clan", "Zed", "Away.", "Looked at.",
        "workbook:output/clan.xlsx", NOW,
    )  # fmt: skip


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


def test_clearing_what_was_never_decided_is_nothing(file: Path) -> None:
    assert taken(file, an_edit(cells=EMPTY, was=KEEP)) == Counts()


def test_a_word_that_is_none_is_kept_beside_and_hurts_no_decision(file: Path) -> None:
    taken(file, an_edit())
    taken(file, an_edit(cells=Told("Maybe"), at=day(-1), was=cells_of(file, ZED)))
    assert held(file) == {ZED: ("keep", ""), "unclear:remove:1": ("unclear", "(Maybe)")}


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
    assert (held(file), decided_at(file)) == ({ZED: ("keep", "asked")}, [SAVED + timedelta(milliseconds=1)])


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


def test_of_a_row_that_stands_twice_in_a_copy_the_lower_counts(file: Path) -> None:
    edits = an_edit(), an_edit(cells=Told("Remove"), row=9)
    taken(file, *edits)
    taken(file, *edits)
    assert (held(file), len(rows(file, "SELECT 1 FROM decision"))) == ({ZED: ("remove", "")}, 2)


def test_of_two_saved_at_the_same_instant_neither_is_forgotten_when_they_come_on_two_nights(file: Path) -> None:
    taken(file, an_edit())
    for _again in range(2):
        taken(file, an_edit(), an_edit(cells=Told("Remove"), copy="d.xlsx"))
    assert held(file) == {ZED: ("remove", "")}


def test_a_clock_that_runs_ahead_does_not_hold_off_what_is_written_upon_it(file: Path) -> None:
    ahead = an_edit(at=day(9))
    taken(file, ahead)
    later = an_edit(cells=Told("Remove"), at=day(0.5), was=cells_of(file, ZED))
    for _again in range(2):
        taken(file, ahead, later, now=day(1))
    assert held(file) == {ZED: ("remove", "")}


# What is over and asked again ---------------------------------------------------------------------------------------


def over(file: Path) -> Told:
    """The cells of Zed's row once what was decided is over."""
    return replace(cells_of(file, ZED), decision="", until="")


def test_the_same_is_decided_anew_once(file: Path) -> None:
    taken(file, an_edit())
    was = over(file)
    again = an_edit(cells=replace(was, decision="Keep"), at=day(40), was=was)
    counts = [taken(file, again, now=day(number)) for number in (41, 42)]
    assert (counts, decided_at(file)) == ([Counts(inserted=1), Counts()], [day(40)])


def test_a_note_upon_what_is_over_does_not_decide_it_anew(file: Path) -> None:
    taken(file, an_edit())
    taken(file, an_edit(cells=replace(over(file), note="asked"), at=day(40), was=over(file)), now=day(41))
    assert held(file) == {ZED: ("noted", "asked")}


def test_what_is_over_may_be_cleared_away(file: Path) -> None:
    taken(file, an_edit(cells=Told("Keep", "", "exams")))
    taken(file, an_edit(cells=EMPTY, at=day(40), was=over(file)), now=day(41))
    assert held(file) == {}


# Decided on ---------------------------------------------------------------------------------------------------------


def decided_at(file: Path) -> list[datetime]:
    with reading(file) as connection:
        return [row.decided_at for row in on_file(connection).values()]


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
    assert rows(file, "SELECT key, what FROM decision") == [(ZED, OWN_LINE)]


@pytest.mark.parametrize(("who", "word"), [("Nobody", "Keep"), ("", "Keep"), ("Zed", "Remove"), ("Zed", "Confirm")])
def test_a_line_that_nobody_can_name_is_told_as_a_mistake(file: Path, who: str, word: str) -> None:
    taken(file, an_edit(key="", who=who, cells=Told(word)))
    assert list(held(file).values()) == [("unclear", f"({word})")]


def test_a_mistake_is_over_once_its_line_names_somebody(file: Path) -> None:
    taken(file, an_edit(key="", who="Nobody"))
    [key] = held(file)
    taken(file, an_edit(key=key, cells=Told("Keep", "", "", ""), at=day(0.5), was=cells_of(file, key)), now=day(1))
    assert held(file) == {ZED: ("keep", "")}


def test_a_mistake_whose_words_are_cleared_is_over_and_the_decision_stays(file: Path) -> None:
    taken(file, an_edit(), an_edit(cells=Told("Maybe"), at=day(-1), row=7))
    key = "unclear:remove:1"
    taken(file, an_edit(key=key, cells=EMPTY, at=day(0.5), was=cells_of(file, key)), now=day(1))
    assert held(file) == {ZED: ("keep", "")}


@pytest.mark.parametrize(
    "key",
    ["remove:--5", "remove:1²", "remove:", "remove:x", "remove:" + "9" * 5_000, "identify:²:²", "identify:11:77",
     "identify:999:1", "identify:11:1:x", "identify:", "identify:99999999999999999999:1", "nonsense", "unclear:"],
)  # fmt: skip
def test_a_key_that_somebody_wrote_into_is_told_as_a_mistake(file: Path, key: str) -> None:
    taken(file, an_edit(key=key, who="", cells=Told("Confirm")))
    assert list(held(file).values()) == [("unclear", "(Confirm)")]


def test_a_mistake_about_somebody_whose_main_account_changed_is_still_told(file: Path) -> None:
    taken(file, an_edit(cells=Told("Maybe")))
    remade(file)
    was = cells_of(file, "unclear:remove:3")
    taken(file, an_edit("unclear:remove:1", Told("Perhaps", "", was.note), day(0.5), was), now=day(1))
    assert held(file) == {"unclear:remove:3": ("unclear", "(Maybe) (Perhaps)")}


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


def test_a_copy_of_before_the_change_speaks_of_the_same_person(file: Path) -> None:
    remade(file)
    taken(file, an_edit(key="remove:3", at=day(-3)), an_edit(cells=Told("Remove")))
    assert held(file) == {"remove:3": ("remove", "")}


# Any order ----------------------------------------------------------------------------------------------------------

WORDS: Sequence[Choice] = ("keep", "remove", "leave", "not_yet")


def edits_of(keys: Sequence[str], words: Iterable[str]) -> st.SearchStrategy[list[Edited]]:
    """Rows of copies that were saved at different instants."""
    row = st.builds(
        lambda key, word, hours, note: an_edit(key, Told(word, "", note), day(-20, hours), copy=f"{hours}.xlsx"),
        st.sampled_from(keys), st.sampled_from(["", *words]), st.integers(0, 400), st.sampled_from(["", "asked"]),
    ).filter(lambda edit: edit.told != EMPTY)  # fmt: skip
    return st.lists(row, max_size=8, unique_by=lambda edit: edit.edited_at)


EDITS = edits_of([ZED, AMYS], [CHOICES[word] for word in WORDS])
ODD_EDITS = edits_of([ZED, "", "bad", "unclear:remove:1", f"identify:{AMY}:1"], ["Keep", "Remove", "Maybe"])


def verdicts_after(nights: Iterable[Sequence[Edited]]) -> dict[str, str]:
    with TemporaryDirectory() as folder:
        file = an_evening(Path(folder))
        for number, edits in enumerate(nights):
            taken(file, *edits, now=NOW + timedelta(days=number))
        return {key: verdict for key, (verdict, _note) in held(file).items()}


def latest_choices(edits: Iterable[Edited]) -> dict[str, str]:
    """The last choice about each, or a note where there is none."""
    words: dict[str, str] = {"": "noted"} | {word: choice for choice, word in CHOICES.items()}
    ordered = sorted(edits, key=lambda edit: (bool(edit.told.decision), edit.edited_at))
    return {edit.key: words[edit.told.decision] for edit in ordered}


@settings(max_examples=25)
@given(EDITS, st.data())
def test_however_copies_come_to_the_nights_the_latest_choice_about_each_holds(edits: list[Edited], data: Any) -> None:
    """At the latest once a night has read all of them: who says again what was said already renews nothing."""
    chosen = [edit for edit in edits if edit.told.decision]
    shuffled = data.draw(st.permutations(chosen))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(chosen)), max_size=3)))
    nights = [shuffled[since:until] for since, until in zip([0, *cuts], [*cuts, len(chosen)], strict=True)]
    assert verdicts_after([*nights, chosen]) == latest_choices(chosen)


@settings(max_examples=25)
@given(EDITS, EDITS)
def test_no_note_hides_a_choice_whichever_of_them_was_read_before(edits: list[Edited], more: list[Edited]) -> None:
    notes = [edit for edit in edits if not edit.told.decision]
    assert verdicts_after([notes, more]) == latest_choices([*notes, *more])


@settings(max_examples=20)
@given(ODD_EDITS)
def test_copies_that_stay_where_they_are_change_nothing_the_next_night(edits: list[Edited]) -> None:
    with TemporaryDirectory() as folder:
        file = an_evening(Path(folder))
        taken(file, *edits)
        counts = [taken(file, *reversed(edits), now=day(number)) for number in (1, 2)]
        assert counts == [Counts(), Counts()]


def test_ten_thousand_decisions_are_merged_in_seconds(file: Path) -> None:
    edits = [an_edit(f"slot:{number}") for number in range(10_000)]
    assert [taken(file, *edits), taken(file, *edits)] == [Counts(inserted=10_000), Counts()]


def test_an_account_that_nobody_knew_is_known_from_the_next_night_on(file: Path) -> None:
    edit = an_edit(key="identify:77:1", who="", cells=Told("Confirm"))
    taken(file, edit)
    insert(file, "discord_account", id=77, username="new", is_bot=0, in_guild=1, roles=())
    taken(file, edit, now=day(1))
    assert "identify:77:1" in held(file)
