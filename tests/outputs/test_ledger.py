"""The ledger knows what we wrote and what was read, and without it nothing is known."""

import hashlib
import json
from pathlib import Path

import pytest

from pipeline.outputs import ledger as ledgers
from pipeline.outputs.ledger import LEDGER, Entry, Ledger

ONE, TWO = (hashlib.sha256(text).hexdigest() for text in (b"1", b"2"))


def test_nothing_is_known_before_anything_was_noted(tmp_path: Path) -> None:
    assert (Ledger(tmp_path).entries(), Ledger(tmp_path).knows(ONE)) == ([], False)


def test_what_was_written_or_read_is_known_from_then_on_wherever_it_lies(tmp_path: Path) -> None:
    Ledger(tmp_path).announce(tmp_path / "book.xlsx", b"1")
    Ledger(tmp_path).note("read", [("drive/Bob's.xlsx", TWO)])
    assert Ledger(tmp_path).entries() == [
        Entry("output/book.xlsx", ONE, "wrote"),
        Entry("drive/Bob's.xlsx", TWO, "read"),
    ]
    (tmp_path / "renamed.xlsx").write_bytes(b"2")
    assert Ledger(tmp_path).guard()(tmp_path / "renamed.xlsx")


def test_what_we_wrote_stays_ours_wherever_it_is_read(tmp_path: Path) -> None:
    Ledger(tmp_path).announce(tmp_path / "book.xlsx", b"1")
    Ledger(tmp_path).note("read", [("output/book.xlsx", ONE), ("drive/book.xlsx", ONE), ("drive/Bob's.xlsx", TWO)])
    assert Ledger(tmp_path).written() == {ONE}


def test_a_file_that_is_neither_stays_and_is_remembered(tmp_path: Path) -> None:
    changed = tmp_path / "book.xlsx"
    changed.write_bytes(b"3")
    guard = Ledger(tmp_path).guard()
    assert (guard(changed), guard.refused) == (False, [changed])


def test_where_nothing_is_or_no_file_the_guard_has_no_say(tmp_path: Path) -> None:
    guard = Ledger(tmp_path).guard()
    assert (guard(tmp_path / "gone"), guard(tmp_path), guard.refused) == (True, True, [])


def test_to_note_the_same_again_changes_nothing(tmp_path: Path) -> None:
    Ledger(tmp_path).note("read", [("output/a", ONE), ("output/b", TWO)])
    before = (tmp_path / LEDGER).read_bytes()
    Ledger(tmp_path).note("read", [("output/a", ONE), ("output/b", TWO)])
    assert (tmp_path / LEDGER).read_bytes() == before


def test_what_is_noted_every_night_is_never_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledgers, "MOST", 5)
    for night in range(20):
        Ledger(tmp_path).note("read", [("output/a", ONE), ("output/b", f"{night}")])
    assert Ledger(tmp_path).knows(ONE)
    assert len(Ledger(tmp_path).entries()) == 5


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"schema_version": 2, "entries": []}', '{"schema_version": 1, "entries": [1]}', "\x00"]
)
def test_a_ledger_that_cannot_be_understood_knows_nothing_and_is_written_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / LEDGER).write_text(text)
    assert Ledger(tmp_path).entries() == []
    Ledger(tmp_path).note("read", [("output/a", ONE)])
    assert json.loads((tmp_path / LEDGER).read_text())["entries"] == [
        {"copy": "output/a", "sha256": ONE, "did": "read"}
    ]
