"""Every copy of the workbook is found, read once, and told of; what it says survives its landing."""

import gzip
import hashlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from decision_kit import HEADER_ROW, column, deciding, edited, written
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.domain.decisions import DECISION, Told
from pipeline.errors import Unreadable
from pipeline.sources import landing as landings
from pipeline.sources.landing import LandingWriter, landing_name
from pipeline.sources.workbook import copies
from pipeline.sources.workbook.harvest import Reading, harvest, read_copies, read_copy
from pipeline.sources.workbook.rows import Harvest, decode

NOW = datetime(2026, 11, 29, 3, 17, tzinfo=UTC)
SAVED = datetime(2026, 11, 28, 20, 15, tzinfo=UTC)
BOOK = "clan_report_summary_merged.xlsx"


@pytest.fixture
def output(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    folder = tmp_path / "drive"
    folder.mkdir()
    return folder


@pytest.fixture
def locked(output: Path) -> Iterator[Path]:
    """A copy that this process may not read, root or not."""
    path = put(output)
    path.chmod(0)
    as_root = os.geteuid() == 0
    output.parent.parent.chmod(0o755)
    output.parent.chmod(0o755)
    if as_root:
        os.seteuid(65_534)
    yield path
    if as_root:
        os.seteuid(0)


def put(folder: Path, name: str = BOOK, content: bytes | None = None, **cells: object) -> Path:
    """A copy in *folder*, saved at `SAVED`, in which the first row was decided with *cells*."""
    path = folder / name
    path.write_bytes(content if content is not None else edited(written(), deciding(0, **cells)))
    os.utime(path, (SAVED.timestamp(), SAVED.timestamp()))
    return path


def names(readings: list[Reading]) -> list[str]:
    return [f"{reading.copy.place}/{reading.copy.name}" for reading in readings]


def states(readings: list[Reading]) -> set[tuple[str, str]]:
    return {(reading.copy.state, reading.copy.problem) for reading in readings}


def test_every_kind_of_copy_is_found_in_both_folders(output: Path, drive: Path) -> None:
    ours = [
        BOOK,
        "clan_report_summary_merged_2026-11-29.xlsx",
        "clan_report_summary_merged (1).xlsx",
        "Bob's list.XLSX",
    ]
    for name in ours:
        put(output, name)
    put(drive, BOOK)
    assert names(read_copies(output, drive)) == [
        *(f"output/{name}" for name in (*sorted(ours[:3]), ours[3])),
        f"drive/{BOOK}",
    ]


def test_of_many_other_workbooks_the_latest_are_looked_into(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "MOST_OTHERS", 2)
    for number, name in enumerate(("a.xlsx", "d.xlsx", "b.xlsx", "c.xlsx")):
        os.utime(put(output, name), (SAVED.timestamp() + number, SAVED.timestamp() + number))
    put(output)
    assert names(read_copies(output, None)) == [f"output/{BOOK}", "output/b.xlsx", "output/c.xlsx"]


def test_what_is_no_copy_is_left_alone(output: Path) -> None:
    for name in (f"~${BOOK}", f".{BOOK}.partial", f".~lock.{BOOK}#", "old.xls", "notes.txt", ".hidden.xlsx"):
        put(output, name)
    put(output, "budget.xlsx", edited(written(), clear))
    put(output, "noise.xlsx", b"noise")
    (output / "clan_report_summary_merged_folder.xlsx").mkdir()
    (output / "deep").mkdir()
    put(output / "deep")
    assert read_copies(output, None) == []


def clear(page: Worksheet) -> None:
    page.delete_rows(1, 99)


@pytest.mark.parametrize("drive", [None, "missing", "file"])
def test_folders_that_are_not_there_hold_nothing(output: Path, drive: str | None) -> None:
    (output / "file").write_text("no folder")
    assert read_copies(output / "gone", output / drive if drive else None) == []


def test_a_drive_that_is_the_output_folder_is_read_once(output: Path) -> None:
    put(output)
    assert names(read_copies(output, output / ".." / output.name)) == [f"output/{BOOK}"]


def test_a_copy_is_known_by_its_bytes(output: Path) -> None:
    path = put(output, decision="Keep")
    (reading,) = read_copies(output, None)
    content = path.read_bytes()
    assert (reading.copy.bytes, reading.copy.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert (reading.copy.modified, reading.copy.state, reading.copy.problem) == (SAVED, "read", "")
    assert [(row.copy, row.place, row.edited_at, row.told) for row in reading.rows] == [
        (BOOK, "output", SAVED, Told("Keep"))
    ]


def test_what_nobody_changed_since_we_wrote_it_is_not_opened(output: Path, drive: Path) -> None:
    ours = put(output, content=b"what no program could open")
    put(drive, decision="Keep")
    readings = read_copies(output, drive, [hashlib.sha256(ours.read_bytes()).hexdigest()])
    assert [(*states([reading]), len(reading.rows)) for reading in readings] == [(("read", ""), 0), (("read", ""), 1)]


def test_two_copies_with_different_decisions_both_speak(output: Path, drive: Path) -> None:
    put(output, decision="Keep")
    put(drive, decision="Remove")
    assert [row.told.decision for reading in read_copies(output, drive) for row in reading.rows] == ["Keep", "Remove"]


@pytest.mark.parametrize(
    ("content", "problem"), [(b"", "is empty"), (b"PK\x03\x04half", "is damaged or was cut short")]
)
def test_a_copy_of_ours_that_is_broken_is_unread(output: Path, content: bytes, problem: str) -> None:
    put(output, content=content)
    assert states(read_copies(output, None)) == {("unread", problem)}


def test_a_copy_that_was_read_in_part_is_unread_and_its_rows_come(output: Path) -> None:
    def rename_a_column(page: Worksheet) -> None:
        page.cell(HEADER_ROW + 1, column("Note")).value = "hello"
        page.cell(HEADER_ROW, column(DECISION)).value = "Verdict"

    put(output, content=edited(written(), rename_a_column))
    (reading,) = read_copies(output, None)
    assert reading.copy.state == "unread"
    assert reading.copy.problem.startswith(
        "could not be read whole (the table in the sheet To do has no column Decision"
    )
    assert [row.told.note for row in reading.rows] == ["hello"]


def test_a_copy_that_is_too_large_is_not_read(output: Path) -> None:
    path = put(output)
    os.truncate(path, copies.LARGEST + 1)
    (reading,) = read_copies(output, None)
    assert (reading.copy.sha256, reading.copy.bytes) == ("", copies.LARGEST + 1)
    assert states([reading]) == {("unread", "is larger than 50 MB")}


def test_a_copy_that_may_not_be_read_is_unread(locked: Path) -> None:
    reading = read_copy(locked, "output")
    assert reading is not None
    assert states([reading]) == {("unread", "cannot be read (Permission denied)")}


def test_a_copy_that_is_gone_by_now_is_none(output: Path) -> None:
    assert read_copy(output / BOOK, "output") is None


# Its landing


def landed(output: Path, drive: Path) -> Path:
    name = landing_name(NOW, "workbook", "run")
    with LandingWriter(output / "landing", name, source="workbook", run_id="run", now=NOW) as writer:
        harvest(writer, read_copies(output, drive), lambda reading: reading.copy.problem or None)
    return output / "landing" / name


def test_a_landing_says_what_was_read(output: Path, drive: Path) -> None:
    put(output, decision="Keep", note="🏆\nשלום “x”")
    put(drive, "clan_report_summary_merged (1).xlsx", b"noise")
    readings = read_copies(output, drive)
    held = decode(landed(output, drive))
    assert held == Harvest(tuple(r.copy for r in readings), tuple(row for r in readings for row in r.rows))
    assert len(held.rows) == 1


def test_a_landing_tells_what_could_not_be_read(output: Path, drive: Path) -> None:
    put(output, content=b"noise")
    manifest = landings.read_manifest(landed(output, drive))
    assert [(part.role, part.file) for part in manifest.parts] == [
        ("copies", "001-copies.json.gz"), ("decisions", "002-decisions.ndjson.gz"),
    ]  # fmt: skip
    assert [failure.error for failure in manifest.failed] == ["is not a workbook"]


GOOD_COPY = {
    "place": "output", "name": BOOK, "bytes": 3, "sha256": "0" * 64, "modified": SAVED.isoformat(), "state": "read", "problem": "",
}  # fmt: skip
GOOD_ROW = {
    "copy": BOOK, "place": "drive", "row": 7, "key": "remove:1", "what": "", "who": "", "reason": "", "proof": "", "decision": "Keep",
    "until": "", "note": "", "decided_on": "", "was": "", "edited_at": SAVED.isoformat(),
}  # fmt: skip


def forged(output: Path, copies: object, rows: list[object]) -> Path:
    name = landing_name(NOW, "workbook", "forged")
    with LandingWriter(output / "landing", name, source="workbook", run_id="forged", now=NOW) as writer:
        writer.write("copies", json.dumps(copies).encode(), path="copies", query={})
        with writer.lines("decisions", path="decisions") as lines:
            for row in rows:
                lines.write(row)
    return output / "landing" / name


def test_a_row_with_keys_of_later_versions_is_read(output: Path) -> None:
    held = decode(forged(output, [{**GOOD_COPY, "more": 1}], [{**GOOD_ROW, "more": 1}]))
    assert (len(held.copies), len(held.rows)) == (1, 1)


@pytest.mark.parametrize(
    ("copy", "row", "says"),
    [
        ("text", GOOD_ROW, "copy 1"), ({}, GOOD_ROW, "copy 1"), ({**GOOD_COPY, "place": "moon"}, GOOD_ROW, "copy 1"),
        ({**GOOD_COPY, "bytes": "3"}, GOOD_ROW, "copy 1"), ({**GOOD_COPY, "modified": "2026-11-28"}, GOOD_ROW, "no zone"),
        (GOOD_COPY, [], "line 1"), (GOOD_COPY, {**GOOD_ROW, "row": True}, "line 1"), (GOOD_COPY, {**GOOD_ROW, "until": None}, "line 1"),
        (GOOD_COPY, {**GOOD_ROW, "edited_at": "yesterday"}, "line 1"), (GOOD_COPY, {**GOOD_ROW, "state": 1, "place": 5}, "line 1"),
    ],
)  # fmt: skip
def test_a_landing_of_odd_form_is_unreadable(output: Path, copy: object, row: object, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        decode(forged(output, [copy], [row]))


def test_a_landing_whose_copies_are_no_list_is_unreadable(output: Path) -> None:
    with pytest.raises(Unreadable, match="is not a list"):
        decode(forged(output, {"copies": 1}, []))


def test_a_landing_that_was_damaged_is_unreadable(output: Path) -> None:
    place = forged(output, [GOOD_COPY], [GOOD_ROW])
    part = place / "002-decisions.ndjson.gz"
    part.write_bytes(gzip.compress(b"{}\n"))
    with pytest.raises(Unreadable):
        decode(place)
