"""A virus scanner or a program that syncs holds a new file for a moment: what is written gets its name all the same."""

import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from night_kit import NOW

from pipeline.outputs.files import write_bytes, write_or_date
from pipeline.sources.landing import LandingWriter


class Scanner:
    """Refuses the next *times* that anything gets the name *target*, as Windows does while a program holds one of the two."""

    def __init__(self) -> None:
        self.target, self.times = "", 0
        sys.addaudithook(self._audit)  # for as long as this process lives

    def _audit(self, event: str, given: tuple[object, ...]) -> None:
        if event == "os.rename" and self.times and str(given[1]) == self.target:
            self.times -= 1
            raise PermissionError(13, "Access is denied", self.target)

    def hold(self, target: Path, times: int) -> None:
        self.target, self.times = str(target), times


@pytest.fixture(scope="module")
def installed() -> Scanner:
    return Scanner()


@pytest.fixture
def scanner(installed: Scanner) -> Iterator[Scanner]:
    yield installed
    installed.times = 0


def test_a_file_that_is_held_for_a_moment_is_replaced(tmp_path: Path, scanner: Scanner) -> None:
    target = tmp_path / "status.json"
    target.write_bytes(b"old")
    scanner.hold(target, 3)
    write_bytes(target, b"new")
    assert (target.read_bytes(), scanner.times) == (b"new", 0)


def test_a_landing_that_is_held_for_a_moment_becomes_whole(tmp_path: Path, scanner: Scanner) -> None:
    writer = LandingWriter(tmp_path, "a", source="wom", run_id="r", now=NOW)
    scanner.hold(writer.path, 3)
    with writer:
        pass
    assert ([path.name for path in tmp_path.iterdir()], scanner.times) == (["a"], 0)


def test_a_workbook_that_stays_open_without_a_sign_of_it_is_written_beside_as_ever(
    tmp_path: Path, scanner: Scanner
) -> None:
    target, began = tmp_path / "report.xlsx", time.monotonic()
    target.write_bytes(b"old")
    scanner.hold(target, 10_000)
    written = write_or_date(target, b"new", date(2026, 11, 30))
    assert (written.name, target.read_bytes()) == ("report_2026-11-30.xlsx", b"old")
    assert time.monotonic() - began > 1.5
