"""What officers wrote is read back the next night, and until then no stage replaces it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from decision_kit import HEADER_ROW, column, decide, deciding, edited, written
from night_kit import DAY, NOW, Clan, a_clan
from openpyxl.worksheet.worksheet import Worksheet

from pipeline import stages
from pipeline.domain.decisions import DECISION
from pipeline.job import Job
from pipeline.outcome import StageOutcome, write_outcome
from pipeline.outputs.deploy import MANIFEST, WORKBOOK
from pipeline.outputs.ledger import LEDGER
from pipeline.runs import done_before, planned
from pipeline.sources.landing import whole_landings
from pipeline.sources.workbook.rows import Harvest, decode

DECIDED = edited(written(), deciding(0, decision="Keep"))
DATED = "clan_report_summary_merged_2026-11-22.xlsx"
PROTECTED = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504) + "EncryptedPackage".encode("utf-16-le")


@dataclass
class House:
    """A clan whose night is deployed to a drive; each stage is called by itself."""

    clan: Clan
    drive: Path

    def job(self, now: datetime, tag: str = "") -> Job:
        job = self.clan.job(now, tag)
        return Job(job.settings.model_copy(update={"local_drive_path": self.drive}), job.run_id, now)

    def do(self, name: str, now: datetime, tag: str = "") -> StageOutcome:
        job = self.job(now, tag)
        outcome = stages.perform(name, job)
        write_outcome(job.output, job.run_id, outcome)
        return outcome

    def evening(self, now: datetime) -> dict[str, StageOutcome]:
        """What becomes of the workbook in a night; the dashboard beside it stays as it is."""
        return {name: self.do(name, now) for name in ("harvest_workbook", "load", "report", "deploy")}

    def read(self) -> Harvest:
        """What the last landing of workbooks says."""
        landings = [path for path in whole_landings(self.clan.output / "landing") if "-workbook-" in path.name]
        return decode(landings[-1])

    @property
    def ours(self) -> Path:
        return self.clan.output / WORKBOOK

    @property
    def theirs(self) -> Path:
        return self.drive / WORKBOOK


def told(outcomes: dict[str, StageOutcome]) -> dict[str, str | None]:
    """What did not end well."""
    return {name: outcome.error for name, outcome in outcomes.items() if outcome.state != "done"}


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Path]]:
    """A clan after its first night, and a copy of all its files."""
    folder = tmp_path_factory.mktemp("evening")
    with a_clan(folder / "lived" / "out", members=4, days=5) as clan:
        home = House(clan, folder / "lived" / "drive")
        home.drive.mkdir()
        assert [home.do(name, NOW).state for name in ("harvest_wom", "load", "publish")] == ["done"] * 3
        assert told(home.evening(NOW)) == {}
        shutil.copytree(folder / "lived", folder / "kept")
        yield home, folder / "kept"


@pytest.fixture
def house(evening: tuple[House, Path]) -> House:
    """The same clan, as it was after its first night."""
    home, kept = evening
    lived = home.clan.output.parent
    shutil.rmtree(lived)
    shutil.copytree(kept, lived)
    return House(home.clan, lived / "drive")


def test_on_the_first_night_there_is_nothing_to_read(tmp_path: Path) -> None:
    with a_clan(tmp_path / "out", members=4, days=5) as clan:
        outcome = stages.perform("harvest_workbook", clan.job(NOW))
        assert (outcome.state, outcome.error, outcome.paths) == ("done", None, ())
        assert whole_landings(clan.output / "landing") == []


def test_a_drive_that_is_not_there_is_not_this_stages_business(house: House) -> None:
    (house.drive / MANIFEST).unlink()
    house.drive = house.drive / "gone"
    assert house.do("harvest_workbook", NOW + DAY).state == "done"
    assert [copy.place for copy in house.read().copies] == ["output"]


def test_workbooks_that_nobody_touched_yield_nothing_and_are_replaced(house: House) -> None:
    assert told(house.evening(NOW + DAY)) == {}
    held = house.read()
    assert ([(copy.place, copy.name, copy.state) for copy in held.copies], held.rows) == (
        [("output", WORKBOOK, "read"), ("drive", WORKBOOK, "read")], (),
    )  # fmt: skip


def test_two_copies_are_read_and_then_replaced(house: House) -> None:
    house.ours.write_bytes(DECIDED)
    house.theirs.write_bytes(edited(written(), deciding(1, decision="Remove")))
    assert told(house.evening(NOW + DAY)) == {}
    assert [(row.place, row.key, row.told.decision) for row in house.read().rows] == [
        ("output", "remove:1", "Keep"), ("drive", "remove:2", "Remove"),
    ]  # fmt: skip
    assert house.ours.read_bytes() == house.theirs.read_bytes() != DECIDED


def test_report_leaves_a_workbook_alone_that_was_changed_since_it_was_read(house: House) -> None:
    assert house.do("harvest_workbook", NOW + DAY).state == "done"
    house.ours.write_bytes(DECIDED)
    outcome = house.do("report", NOW + DAY)
    assert (outcome.state, outcome.paths) == ("partial", (DATED,))
    assert outcome.error == f"{WORKBOOK} was changed since it was read, so tonight's is {DATED}."
    assert house.ours.read_bytes() == DECIDED

    assert told(house.evening(NOW + 2 * DAY)) == {}, "the next night reads it, and replaces it"
    assert [row.told.decision for row in house.read().rows] == ["Keep"]
    assert house.ours.read_bytes() != DECIDED


def test_deploy_leaves_a_workbook_alone_that_was_changed_since_it_was_read(house: House) -> None:
    for name in ("harvest_workbook", "report"):
        assert house.do(name, NOW + DAY).state == "done"
    house.theirs.write_bytes(DECIDED)
    outcome = house.do("deploy", NOW + DAY)
    assert outcome.state == "partial"
    assert (
        outcome.error == f"The workbook at {house.drive} was changed since it was read, so tonight's went as {DATED}."
    )
    assert (house.theirs.read_bytes(), (house.drive / DATED).read_bytes()) == (DECIDED, house.ours.read_bytes())

    assert told(house.evening(NOW + 2 * DAY)) == {}
    assert [row.told.decision for row in house.read().rows] == ["Keep"]
    assert house.theirs.read_bytes() == house.ours.read_bytes()


@pytest.mark.parametrize(("ours", "theirs"), [(b"", b"noise"), (DECIDED[:2000], PROTECTED)])
def test_workbooks_that_cannot_be_read_stay_for_good_and_stop_nothing(house: House, ours: bytes, theirs: bytes) -> None:
    house.ours.write_bytes(ours)
    house.theirs.write_bytes(theirs)
    for night in (1, 2):
        said = told(house.evening(NOW + night * DAY))
        assert set(said) == {"harvest_workbook", "report", "deploy"}
        assert (said["harvest_workbook"] or "").count("the file stays where it is and is not replaced") == 2
        assert (house.ours.read_bytes(), house.theirs.read_bytes()) == (ours, theirs)
    assert (house.drive / "clan_report_summary_merged_2026-11-23.xlsx").is_file()

    house.ours.write_bytes(DECIDED)
    house.theirs.unlink()
    assert told(house.evening(NOW + 3 * DAY)) == {}, "mended and moved away"
    assert [row.told.decision for row in house.read().rows] == ["Keep"]


def test_a_broken_workbook_that_is_open_right_now_is_not_complained_of(house: House) -> None:
    house.ours.write_bytes(DECIDED[:2000])
    house.ours.with_name(f"~${WORKBOOK}").touch()
    assert house.do("harvest_workbook", NOW + DAY).state == "done"
    assert [(copy.place, copy.state) for copy in house.read().copies] == [("output", "unread"), ("drive", "read")]
    assert house.do("report", NOW + DAY).state == "partial"


def test_a_workbook_that_is_open_is_read(house: House) -> None:
    house.ours.write_bytes(DECIDED)
    house.ours.with_name(f"~${WORKBOOK}").touch()
    assert house.do("harvest_workbook", NOW + DAY).state == "done"
    assert [row.told.decision for row in house.read().rows] == ["Keep"]


def test_a_workbook_without_its_column_is_not_replaced(house: House) -> None:
    def rename(page: Worksheet) -> None:
        decide(page, 0, decision="Keep")
        page.cell(HEADER_ROW, column(DECISION)).value = "Verdict"

    house.ours.write_bytes(edited(written(), rename))
    said = told(house.evening(NOW + DAY))
    assert set(said) == {"harvest_workbook", "report"}
    assert "has no column Decision any more: put its header back" in (said["harvest_workbook"] or "")


def test_an_output_folder_from_before_the_ledger_is_read_first(house: House) -> None:
    (house.clan.output / LEDGER).unlink()
    assert house.do("report", NOW + DAY).paths == (DATED,)
    (house.clan.output / LEDGER).unlink()
    assert told(house.evening(NOW + 2 * DAY)) == {}
    assert house.read().rows == (), "what we wrote says nothing to who opens it, either"


def test_a_night_run_again_replaces_its_own_workbook(house: House) -> None:
    before = house.ours.read_bytes()
    assert told(house.evening(NOW)) == {}
    assert house.ours.read_bytes() == before


def test_a_landing_that_is_whole_is_not_written_again(house: House) -> None:
    house.ours.write_bytes(DECIDED)
    first = house.do("harvest_workbook", NOW + DAY)
    house.ours.write_bytes(edited(written(), deciding(0, decision="Remove")))
    (house.clan.output / LEDGER).unlink()
    again = house.do("harvest_workbook", NOW + DAY)
    assert (again.state, again.paths, again.bytes) == (first.state, first.paths, first.bytes)
    assert [row.told.decision for row in house.read().rows] == ["Keep"]
    assert house.do("report", NOW + DAY).paths == (DATED,), "what was saved after it was read is not known"


def test_what_an_officer_renamed_is_read_where_it_is(house: House) -> None:
    house.ours.write_bytes(DECIDED)
    house.ours.rename(house.ours.with_name("Bob's decisions.xlsx"))
    assert told(house.evening(NOW + DAY)) == {}
    assert [(row.copy, row.told.decision) for row in house.read().rows] == [("Bob's decisions.xlsx", "Keep")]
    assert house.ours.is_file()


KILLED: str = """
import os, signal, sys
from pathlib import Path
from pipeline.outputs import files
from pipeline.outputs.ledger import Ledger
target = Path(sys.argv[1])
def strike(beside, path):
    if sys.argv[2] == "after":
        beside.replace(path)
    os.kill(os.getpid(), signal.SIGKILL)
ledger = Ledger(target.parent)
guard = ledger.guard()
ledger.announce(target, b"tonight's")
files._replace = strike
files.write_bytes(target, b"tonight's", guard)
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_around_the_replacement_leaves_nothing_unknown(house: House, when: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(house.ours), when], check=False, env=os.environ | {"PYTHONPATH": "."}
    )
    assert ended.returncode == -signal.SIGKILL
    assert (house.ours.read_bytes() == b"tonight's") is (when == "after")
    assert house.do("report", NOW + DAY).paths == (WORKBOOK,)


def test_the_workbook_is_read_whatever_source_is_asked_and_is_none_itself(house: House) -> None:
    job = house.job(NOW)
    assert "harvest_workbook" in planned(Job(job.settings, job.run_id, NOW, "wom"))
    assert "harvest_workbook" in planned(Job(job.settings, job.run_id, NOW, "discord"))
    assert done_before(job) == {}
