"""What officers wrote comes back out of the workbook, whatever became of it."""

import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from decision_kit import (
    HEADER_ROW,
    HEADERS,
    LINES,
    NIGHT,
    SAVED,
    Line,
    column,
    decide,
    deciding,
    edited,
    found_in,
    rows_in,
    told_in,
    written,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.domain.decisions import CHOICES, DECISION, KEY, NOTE, UNTIL, WAS, WHAT, WHO, Edited, Told
from pipeline.errors import Unreadable
from pipeline.sources.workbook import archive, grid

KEEP = {"remove:1": Told("Keep", "", "", "")}


# What is there


def test_what_only_we_wrote_yields_nothing() -> None:
    found = found_in(written())
    assert (found.rows, found.problems, found.whole, found.has_table) == ([], [], True, True)


def test_what_is_saved_again_unchanged_yields_nothing() -> None:
    assert rows_in(edited(written(), lambda page: None)) == []


def test_a_decision_comes_with_all_that_the_row_says() -> None:
    content = edited(written(), deciding(1, decision="Remove", until=date(2026, 12, 1), note="told on Discord"))
    assert rows_in(content) == [
        Edited(
            "clan_report_summary_merged.xlsx", "output", HEADER_ROW + 2, "remove:2", "Remove", "Woox", "Woox is away",
            "No gain in 60 days", Told("Remove", "2026-12-01", "told on Discord", ""), Told().mark(NIGHT), SAVED,
        )
    ]  # fmt: skip


def test_a_decision_that_is_taken_back_comes_empty() -> None:
    content = edited(written(), deciding(2, decision=None, note=None, decided_on=None))
    assert told_in(content) == {"promote:3:4": Told()}


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"note": "only a word"}, Told(note="only a word")),
        ({"until": date(2026, 12, 24)}, Told(until="2026-12-24")),
        ({"decided_on": date(2026, 11, 27)}, Told(decided_on="2026-11-27")),
    ],
)
def test_each_of_the_cells_alone_is_an_edit(cells: dict[str, Any], told: Told) -> None:
    assert told_in(edited(written(), deciding(0, **cells))) == {"remove:1": told}


@pytest.mark.parametrize("word", ["keep", " KEEP ", "Keep\n", "kEeP"])
def test_a_word_of_ours_in_odd_case_is_the_word(word: str) -> None:
    assert told_in(edited(written(), deciding(0, decision=word))) == KEEP


@pytest.mark.parametrize("word", ["PROMOTE", " promote"])
def test_the_same_word_written_otherwise_is_no_edit(word: str) -> None:
    assert rows_in(edited(written(), deciding(2, decision=word))) == []


@pytest.mark.parametrize("word", ["Maybe", "Keep!", "🙂", "‏להשאיר", "Behalten"])
def test_what_is_none_of_our_words_comes_all_the_same(word: str) -> None:
    assert told_in(edited(written(), deciding(0, decision=word))) == {"remove:1": Told(word)}


# Dates


@pytest.mark.parametrize(
    "cell",
    [
        date(2026, 12, 1), datetime.fromisoformat("2026-12-01"), datetime.fromisoformat("2026-12-01T18:30"), 46357, 46357.75, 20261201, "2026-12-01", "2026-12-1",
        " 2026/12/01 ", "2026.12.01", "2026-12-01 18:30", "2026-12-01T00:00:00", "1 Dec 2026", "1st December 2026", "01-Dec-2026",
        "Dec 1, 2026", "december 1st 2026", "1 DEC. 2026",
    ],
)  # fmt: skip
def test_a_date_is_a_date_however_it_is_written(cell: Any) -> None:
    found = found_in(edited(written(), deciding(0, until=cell)))
    assert ([row.told.until for row in found.rows], found.problems) == (["2026-12-01"], [])


@pytest.mark.parametrize(
    ("cell", "until"), [("24/12/2026", "2026-12-24"), ("12/24/2026", "2026-12-24"), ("5.5.2027", "2027-05-05")]
)
def test_a_day_and_a_month_that_cannot_be_mistaken_are_taken(cell: str, until: str) -> None:
    assert told_in(edited(written(), deciding(0, until=cell))) == {"remove:1": Told(until=until)}


@pytest.mark.parametrize("cell", ["01/12/2026", "1.12.2026", "2-1-2027"])
def test_a_day_that_can_be_two_stays_as_it_is_and_is_told(cell: str) -> None:
    found = found_in(edited(written(), deciding(0, until=cell)))
    assert [row.told.until for row in found.rows] == [cell]
    assert found.problems == [f"row 7: Until “{cell}” can be two dates: write it as YYYY-MM-DD"]
    assert found.whole


@pytest.mark.parametrize(
    ("cell", "until"),
    [
        ("next week", "next week"), ("31 Feb 2027", "31 Feb 2027"), ("2027-02-31", "2027-02-31"), (time(14, 30), "14:30"),
        (True, "TRUE"), (7, "7"), (3e9, "3000000000"), (-5, "-5"), ("1 Foo 2026", "1 Foo 2026"), ("9999-01-01", "9999-01-01"),
    ],
)  # fmt: skip
def test_what_is_no_date_stays_and_is_told(cell: Any, until: str) -> None:
    found = found_in(edited(written(), deciding(0, until=cell)))
    assert ([row.told.until for row in found.rows], len(found.problems)) == ([until], 1)


# Strange cells


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        (5, "5"), (5.0, "5"), (2.5, "2.5"), (True, "TRUE"), (date(2026, 12, 1), "2026-12-01"), ("  spaces  ", "spaces"),
        ("two\nlines", "two\nlines"), ("🏆 שלום ‏عربى e\u0301", "🏆 שלום ‏عربى e\u0301"), ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("_x0007_bell", "bell"), ("a_x000D_\nb", "a\nb"), ("x" * 32_767, "x" * 32_767),
    ],
)  # fmt: skip
def test_a_note_may_be_anything(cell: Any, note: str) -> None:
    assert told_in(edited(written(), deciding(0, note=cell))) == {"remove:1": Told(note=note)}


@pytest.mark.parametrize("error", ["#REF!", "#N/A"])
def test_an_error_in_a_cell_is_told(error: str) -> None:
    found = found_in(edited(written(), deciding(0, decision=error)))
    assert ([row.told.decision for row in found.rows], found.problems) == (
        [error],
        [f"row 7: Decision “{error}” is an error"],
    )


def test_a_formula_without_a_result_is_told_and_not_lost() -> None:
    found = found_in(edited(written(), deciding(0, decision='="Keep"')))
    assert [row.told.decision for row in found.rows] == ['="Keep"']
    assert "no program has worked out" in found.problem


def test_a_formula_with_a_result_says_its_result() -> None:
    content = BytesIO()
    with xlsxwriter.Workbook(content) as book:
        page = book.add_worksheet("To do")
        page.write_row(0, 0, HEADERS)
        page.write_row(1, 0, [LINES[0].cells[header] for header in (KEY, WHAT, WHO)])
        page.write_formula(1, HEADERS.index(DECISION), '="Ke"&"ep"', value="Keep")
        page.write_formula(1, HEADERS.index(NOTE), "=1+1", value=2)
        page.write_formula(1, HEADERS.index(UNTIL), "=NA()", value="#N/A")
    assert told_in(content.getvalue()) == {"remove:1": Told("Keep", "#N/A", "2")}


def test_a_long_note_that_we_wrote_ourselves_is_no_edit() -> None:
    """Its mark does not fit into a cell, and ends in … there."""
    long = Line("remove:9", "Long", Told("Keep", "", "n" * 32_767, "2026-11-20"))
    content = edited(
        written([long]), lambda page: setattr(page.cell(7, column(WAS)), "value", long.was.mark(NIGHT)[:32_766] + "…")
    )
    assert rows_in(content) == []
    assert [row.told.note for row in rows_in(edited(content, deciding(0, note="shorter")))] == ["shorter"]


# Strange tables


def rename(page: Worksheet) -> None:
    page.title = "Decisions (Bob's)"


def move_down_and_right(page: Worksheet) -> None:
    del page.tables["ToDo"]
    page.move_range(f"A6:M{HEADER_ROW + len(LINES)}", rows=30, cols=3)


def insert_rows_above(page: Worksheet) -> None:
    page.insert_rows(1, 12)


def make_a_plain_range(page: Worksheet) -> None:
    del page.tables["ToDo"]
    del page.tables["Cards"]


def insert_columns(page: Worksheet) -> None:
    page.insert_cols(1, 2)
    page.insert_cols(column(DECISION) + 2, 1)
    page.cell(HEADER_ROW, column(DECISION) + 2).value = "Who asked"


def insert_blank_rows(page: Worksheet) -> None:
    page.insert_rows(HEADER_ROW + 1, 2)


def shout_the_headers(page: Worksheet) -> None:
    for cell in page[HEADER_ROW]:
        cell.value = f" {str(cell.value).upper()}\n "


def a_header_twice(page: Worksheet) -> None:
    page.insert_cols(1, 1)
    page.cell(HEADER_ROW, 1).value = NOTE
    page.cell(HEADER_ROW + 3, 1).value = "mine, not ours"


def delete_what_nobody_needs(page: Worksheet) -> None:
    page.delete_cols(4, 5)


def hide_and_filter(page: Worksheet) -> None:
    page.auto_filter.ref = f"A6:M{HEADER_ROW + len(LINES)}"
    page.row_dimensions[HEADER_ROW + 1].hidden = True
    page.sheet_state = "hidden"


def reverse_the_rows(page: Worksheet) -> None:
    rows = list(range(HEADER_ROW + 1, HEADER_ROW + 1 + len(LINES)))
    held = [[cell.value for cell in page[row]] for row in rows]
    for row, values in zip(rows, reversed(held), strict=True):
        for place, value in enumerate(values, start=1):
            page.cell(row, place).value = value


def copy_the_header_below(page: Worksheet) -> None:
    for place, header in enumerate(HEADERS, start=1):
        page.cell(HEADER_ROW + len(LINES) + 1, place).value = header


@pytest.mark.parametrize(
    "change",
    [
        rename, move_down_and_right, insert_rows_above, make_a_plain_range, insert_columns, insert_blank_rows, shout_the_headers,
        a_header_twice, delete_what_nobody_needs, hide_and_filter, reverse_the_rows, copy_the_header_below,
    ],
    ids=lambda change: change.__name__,
)  # fmt: skip
def test_the_table_is_found_wherever_it_went(change: Callable[[Worksheet], None]) -> None:
    def all_of_it(page: Worksheet) -> None:
        decide(page, 0, decision="Keep", note="he said so")
        decide(page, 3, decision="Remove", until=None)
        change(page)

    found = found_in(edited(written(), all_of_it))
    assert {row.key: row.told for row in found.rows} == {
        "remove:1": Told("Keep", "", "he said so"),
        "remove:5": Told("Remove", "", "exams", "2026-11-21"),
    }
    assert {row.who for row in found.rows} == {"Zezima", "Hey Jase"}
    assert (found.problems, found.whole) == ([], True)


def test_cards_below_the_table_are_no_decisions() -> None:
    def fill_the_cards(page: Worksheet) -> None:
        for place in range(1, 14):
            page.cell(HEADER_ROW + len(LINES) + 4, place).value = "words"

    assert rows_in(edited(written(), fill_the_cards)) == []


def test_rows_that_were_deleted_are_no_edits() -> None:
    content = edited(written(), lambda page: page.delete_rows(HEADER_ROW + 2, 2))
    assert rows_in(content) == []


def test_without_the_key_a_row_comes_with_its_words() -> None:
    def without_key(page: Worksheet) -> None:
        decide(page, 0, decision="Keep")
        page.delete_cols(1)

    assert [(row.key, row.what, row.who, row.told.decision) for row in rows_in(edited(written(), without_key))] == [
        ("", "Remove", "Zezima", "Keep")
    ]


def test_without_was_every_row_that_says_something_comes() -> None:
    content = edited(written(), lambda page: page.delete_cols(column(WAS)))
    assert set(told_in(content)) == {"promote:3:4", "remove:5"}


def test_without_key_and_was_rows_come_through_blank_ones() -> None:
    def change(page: Worksheet) -> None:
        make_a_plain_range(page)
        page.delete_cols(column(WAS))
        page.delete_cols(1)
        page.insert_rows(HEADER_ROW + 3, 2)

    assert [row.who for row in rows_in(edited(written(), change))] == ["B0aty", "Hey Jase"]


def test_a_row_that_an_officer_added_comes_without_a_key() -> None:
    def add(page: Worksheet) -> None:
        row = HEADER_ROW + len(LINES) + 1
        page.cell(row, column(WHO)).value = "Somebody"
        page.cell(row, column(DECISION)).value = "ask him"

    assert [(row.key, row.who, row.told.decision) for row in rows_in(edited(written(), add))] == [
        ("", "Somebody", "ask him")
    ]


def test_what_stands_apart_and_is_no_decision_is_told() -> None:
    def scribble(page: Worksheet) -> None:
        del page.tables["Cards"]
        page.delete_rows(HEADER_ROW + len(LINES) + 1, 9)
        page.cell(HEADER_ROW + len(LINES) + 3, column(NOTE)).value = "my shopping list"

    found = found_in(edited(written(), scribble))
    assert (found.rows, found.problems) == (
        [],
        ["row 13 stands apart from the table and bears no key, so it was not read"],
    )


@pytest.mark.parametrize("header", [DECISION, UNTIL, NOTE])
def test_without_a_column_of_decisions_nothing_is_taken_back_and_the_copy_must_stay(header: str) -> None:
    def change(page: Worksheet) -> None:
        decide(page, 1, **{"note" if header != NOTE else "decision": "Done"})
        page.cell(HEADER_ROW, column(header)).value = "Verdict"

    found = found_in(edited(written(), change))
    assert [row.key for row in found.rows] == ["remove:2"]
    assert not found.whole
    assert f"no column {header} any more" in found.problem


def test_without_its_header_the_copy_must_stay() -> None:
    found = found_in(edited(written(), lambda page: page.delete_rows(HEADER_ROW)))
    assert (found.rows, found.whole) == ([], False)
    assert "the header of the table in the sheet To do is gone" in found.problem


def test_joined_cells_say_the_same_in_each_row() -> None:
    def join(page: Worksheet) -> None:
        make_a_plain_range(page)
        decide(page, 0, decision="Keep")
        page.merge_cells(start_row=7, end_row=8, start_column=column(DECISION), end_column=column(DECISION))

    assert told_in(edited(written(), join)) == {"remove:1": Told("Keep"), "remove:2": Told("Keep")}


def test_two_sheets_with_the_table_are_both_read_if_none_has_its_name() -> None:
    book = load_workbook(BytesIO(edited(written(), deciding(0, decision="Keep"))))
    page = book["To do"]
    again = book.copy_worksheet(page)
    page.title, again.title = "mine", "yours"
    again.cell(8, column(DECISION)).value = "Done"
    saved = BytesIO()
    book.save(saved)
    assert [(row.key, row.told.decision) for row in rows_in(saved.getvalue())] == [
        ("remove:1", "Keep"), ("remove:1", "Keep"), ("remove:2", "Done"),
    ]  # fmt: skip


def test_a_list_of_decisions_in_another_sheet_is_not_the_table() -> None:
    """What was decided may be shown elsewhere, under the same words; nobody decides there."""
    content = BytesIO()
    with xlsxwriter.Workbook(content) as book:
        book.add_worksheet("To do").write(6, 0, "Nothing to do tonight")
        page = book.add_worksheet("Decisions")
        page.write_row(0, 0, [WHAT, WHO, DECISION, UNTIL, NOTE, "Decided on"])
        page.write_row(1, 0, ["Remove", "Zezima", "Keep", "2026-12-01", "exams", "2026-11-20"])
    found = found_in(content.getvalue())
    assert (found.rows, found.has_table, found.whole) == ([], False, True)


@pytest.mark.parametrize("mark", ["", "somebody wrote here", "3:Kee", "4:Keep|0:|0:", 7])
def test_a_mark_that_cannot_be_read_counts_for_nothing(mark: Any) -> None:
    def scribble(page: Worksheet) -> None:
        for row in (7, 9):
            page.cell(row, column(WAS)).value = mark

    assert set(told_in(edited(written(), scribble))) == {"promote:3:4"}


def test_what_a_file_says_of_its_size_is_not_believed() -> None:
    packed = parts(edited(written(), deciding(0, decision="Keep")))
    for name, part in packed.items():
        if name.startswith("xl/worksheets/sheet"):
            start = part.index(b"<dimension")
            packed[name] = part[:start] + b'<dimension ref="A1"/>' + part[part.index(b">", start) + 1 :]
    assert told_in(zipped(packed)) == KEEP


WORDS = st.sampled_from([*CHOICES.values(), "perhaps", ""])
TOLD = st.builds(
    Told, WORDS, st.dates(date(2026, 1, 1), date(2030, 1, 1)).map(str) | st.just(""),
    st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=12).map(str.strip).filter(lambda text: not text.startswith(("=", "#"))),
    st.just(""),
)  # fmt: skip


@st.composite
def left_behind(draw: st.DrawFn) -> tuple[bytes, dict[str, Told]]:
    """A plain workbook with rows and columns in any order, some gone and some strange, and what people wrote in it."""
    lines = draw(st.lists(st.tuples(TOLD, st.none() | TOLD), min_size=1, max_size=6))
    order = draw(st.permutations(range(len(lines))))
    gone = draw(st.sets(st.sampled_from(range(len(lines)))))
    needed = [KEY, *HEADERS[8:]]
    headers = draw(st.permutations([*needed, *draw(st.sets(st.sampled_from(HEADERS[1:8]))), "Mine", "Yours"]))
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = draw(st.sampled_from(["To do", "Sheet1", " to DO "]))
    for _ in range(draw(st.integers(0, 40))):
        page.append([])
    page.append(headers)
    expected = {}
    for number in order:
        was, now = lines[number]
        if number in gone:
            continue
        told = now or was
        if told != was:
            expected[f"remove:{number}"] = told
        cells = {KEY: f"remove:{number}", WAS: was.mark(NIGHT), **dict(zip(HEADERS[8:12], vars_of(told), strict=True))}
        page.append([cells.get(header, "x") or None for header in headers])
        for _ in range(draw(st.integers(0, 2))):
            page.append([])
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue(), expected


def vars_of(told: Told) -> tuple[str, str, str, str]:
    return told.decision, told.until, told.note, told.decided_on


@given(left_behind())
@settings(max_examples=25)
def test_sorted_deleted_and_added_rows_and_columns_change_nothing(left: tuple[bytes, dict[str, Told]]) -> None:
    content, expected = left
    assert told_in(content) == expected


# What cannot be read


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def zipped(packed: dict[str, bytes]) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in packed.items():
            archive.writestr(name, part)
    return content.getvalue()


def with_part(name: str, part: bytes) -> bytes:
    return zipped({**parts(written()), name: part})


OLE = bytes.fromhex("D0CF11E0A1B11AE1")
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "ha">' + b"".join(
    f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">'.encode() for at in range(9)
) + b']><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&j;</t></si></sst>'  # fmt: skip
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst><si><t>&a;</t></si></sst>'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (OLE + bytes(512) + "EncryptedPackage".encode("utf-16-le") + bytes(512), "is protected by a password"),
        (OLE + bytes(2048), "of the old kind"),
        (b"\xef\xbb\xbf\n<html><table><tr><td>Key</td></tr></table></html>", "is a web page"),
        (b"Key;What;Who\r\n", "is not a workbook"),
        (b"PK\x03\x04", "is damaged or was cut short"),
        (written()[: len(written()) // 2], "is damaged or was cut short"),
        (written()[:-30], "is damaged or was cut short"),
        (zipped({"notes.txt": b"not a workbook"}), "is damaged, or not of a form that we know"),
        (zipped({**parts(written()), "xl/workbook.xml": b"<workbook/>"}), "a sheet of it is missing"),
        (zipped({**parts(written()), "xl/worksheets/sheet2.xml": b"<worksheet><sheetData><row>"}), "is damaged, or not"),
        (zipped({**parts(written()), "xl/sharedStrings.xml": b"\x00\xff"}), "is damaged, or not of a form"),
        (zipped({name: part for name, part in parts(written()).items() if "sheet2" not in name}), "a sheet of it is missing"),
        (with_part("xl/sharedStrings.xml", LAUGHS), "declares entities"),
        (with_part("xl/sharedStrings.xml", OUTSIDE), "declares entities"),
        (with_part("xl/styles.xml", LAUGHS.decode().encode("utf-16")), "declares entities"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_words(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        found_in(content)


def test_one_flipped_bit_anywhere_is_damage() -> None:
    content = bytearray(edited(written(), deciding(0, decision="Keep")))
    for at in range(400, len(content) - 2_000, len(content) // 7):
        flipped = bytearray(content)
        flipped[at] ^= 4
        try:
            assert told_in(bytes(flipped)) in (KEEP, {})
        except Unreadable:
            continue


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked() -> None:
    grown = BytesIO(written())
    with (
        zipfile.ZipFile(grown, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archived,
        archived.open("xl/zeros.bin", "w") as part,
    ):
        for _ in range(archive.LARGEST // 10**7):
            part.write(bytes(10**7))
    assert len(grown.getvalue()) < 5_000_000
    with pytest.raises(Unreadable, match="unpacks to more than 500 MB"):
        found_in(grown.getvalue())


def test_an_archive_with_a_password_says_so() -> None:
    content = bytearray(written())
    with zipfile.ZipFile(BytesIO(bytes(content))) as archived:
        assert archived.infolist()
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    with pytest.raises(Unreadable, match="password"):
        found_in(bytes(content))


def test_a_sheet_without_end_is_read_to_a_bound_and_the_copy_must_stay() -> None:
    def far_below(page: Worksheet) -> None:
        decide(page, 0, decision="Keep")
        page.cell(grid.MOST_ROWS + 500_000, 1).value = "the end"

    found = found_in(edited(written(), far_below))
    assert ([row.key for row in found.rows], found.whole) == (["remove:1"], False)
    assert "goes on below row 100,000" in found.problem


def test_an_empty_last_row_is_no_row() -> None:
    """LibreOffice writes one, once a row was deleted."""

    def at_the_end(page: Worksheet) -> None:
        decide(page, 0, decision="Keep")
        page.row_dimensions[grid.LAST_ROW].height = 12.8

    found = found_in(edited(written(), at_the_end))
    assert ([row.key for row in found.rows], found.problems, found.whole) == (["remove:1"], [], True)


@given(st.binary(max_size=400) | st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail))
def test_any_bytes_are_read_or_refused_in_words(content: bytes) -> None:
    with pytest.raises(Unreadable):
        found_in(content)
