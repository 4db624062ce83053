"""Databases that are damaged with their backups, folders that vanish, landings and workbooks that unpack to gigabytes, clocks."""

import gzip
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import faults_data
import pytest
import registry
from fault_kit import Night, assert_plain, differences, leftovers
from misfortunes import a_part, damaged, damaged_inside
from night_kit import NOW
from playing import by_turns
from test_killed_run import run
from wires import Twist

from pipeline.house import PROJECT
from pipeline.job import Job
from pipeline.outcome import STAGES, StageOutcome
from pipeline.outputs.deploy import WORKBOOK
from pipeline.runs import begin, end, is_due, prepare
from pipeline.stages import perform
from pipeline.storage.backup import backups
from pipeline.verdict import sum_up


@pytest.mark.trouble(registry.DAMAGED)
def test_a_damaged_database_is_restored_by_the_very_command_that_is_told(night: Night, tmp_path: Path) -> None:
    case = night.after("publish")
    shutil.copytree(case.folder, tmp_path / "a folder with blanks")
    case = type(case)(tmp_path / "a folder with blanks", *night.parts)
    taken = backups(case.output / "backups")
    good = max(taken)
    newest = taken[good].with_name("clan_data-20261122T031700000Z.db")
    shutil.copyfile(taken[good], newest)
    outputs = case.outputs()
    with damaged_inside(newest), damaged_inside(case.database):
        code, said = run(case, "report", "--now", NOW.isoformat())
        assert code == 1, said
        told = said.strip().splitlines()[-1]
        assert_plain(told, ("is damaged", f'uv run clanstats restore "{taken[good]}"'))
        command = told.partition("`uv run clanstats ")[2].partition("`")[0]
        code, said = run(case, *(part.strip('"') for part in _words(command)))
        assert code == 0, said
        assert case.outputs() == outputs
        for left in case.output.glob("clan_data.db.before-restore*"):
            left.unlink()
        assert {outcome.state for outcome in case.finish(tag="-2").values()} == {"done"}
        assert [each for each in differences(case, night.twin) if "table" in each] == []


def _words(command: str) -> list[str]:
    parts = command.split('"')
    return [word for at, part in enumerate(parts) for word in ([part] if at % 2 else part.split())]


@pytest.mark.trouble(registry.NO_BACKUP)
def test_without_a_good_backup_that_is_said(night: Night, tmp_path: Path) -> None:
    case = night.before("report", tmp_path / "case")
    outputs = case.outputs()
    shutil.rmtree(case.output / "backups")
    with damaged(case.database):
        outcome = perform("report", case.job())
    assert_plain(outcome.error, ("is damaged", "There is no good backup"))
    assert case.outputs() == outputs
    assert {each.state for each in case.finish("report").values()} == {"done"}


@pytest.mark.trouble(registry.TOO_LARGE_IDS)
@pytest.mark.parametrize(
    ("name", "twist"), by_turns(faults_data.SET_ASIDE), ids=[name for name, _ in faults_data.SET_ASIDE]
)
def test_numbers_that_no_database_holds_are_set_aside_and_asked_for_again(
    night: Night, tmp_path: Path, name: str, twist: Twist
) -> None:
    case = night.before("harvest_wom", tmp_path / "case")
    with faults_data.says(faults_data.TALK, twist)(case) as changed:
        outcomes = case.finish(last="load", **changed)
    assert outcomes["load"].state == "partial", outcomes
    assert_plain(outcomes["load"].error, ("-discord-", "is set aside"))
    assert {outcome.state for outcome in case.finish(tag="-2").values()} == {"done"}
    assert differences(case, night.twin, ("out/*", "drive/*")) == []


@pytest.mark.trouble(registry.VANISHED)
@pytest.mark.parametrize("stage", by_turns(registry.VANISHED.stages))
def test_an_output_folder_that_vanishes_is_told_and_nothing_is_made_in_its_place(
    night: Night, stage: str, tmp_path: Path
) -> None:
    case = night.before(stage, tmp_path / "case")
    case.output.rename(tmp_path / "elsewhere")
    outcome = perform(stage, case.job())
    assert outcome.state == "failed"
    assert_plain(outcome.error, (str(case.output),))
    assert sum_up({**{name: StageOutcome(name, "done") for name in STAGES}, stage: outcome}).exit_code in (1, 3)
    shutil.rmtree(case.output, ignore_errors=True)
    (tmp_path / "elsewhere").rename(case.output)
    assert {each.state for each in case.finish(stage).values()} == {"done"}
    assert [each for each in differences(case, night.twin) if "table" in each] == []


@pytest.mark.trouble(registry.LANDING_BOMB)
def test_a_landing_that_unpacks_to_far_more_than_it_says_is_not_unpacked(night: Night, tmp_path: Path) -> None:
    case = night.before("load", tmp_path / "case")
    part = a_part(case)
    with part.open("wb") as plain, gzip.GzipFile("", "wb", 1, plain) as pack:
        for _ in range(4):
            pack.write(bytes(50_000_000))
    outcome = perform("load", case.job())
    assert outcome.state == "partial"
    assert_plain(outcome.error, (part.name, "is not what was written", "set aside"))
    assert {each.state for each in case.finish(tag="-2").values()} == {"done"}
    assert differences(case, night.twin, ("out/*", "drive/*")) == []


@pytest.mark.trouble(registry.WORKBOOK_BOMB)
def test_a_workbook_that_unpacks_to_far_more_than_a_workbook_is_not_unpacked(night: Night, tmp_path: Path) -> None:
    case = night.before("harvest_workbook", tmp_path / "case")
    workbook = case.drive / WORKBOOK
    kept = workbook.read_bytes()
    with (
        zipfile.ZipFile(workbook, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/zeros.bin", "w") as part,
    ):
        for _ in range(60):
            part.write(bytes(10_000_000))
    outcome = perform("harvest_workbook", case.job())
    assert outcome.state == "partial"
    assert_plain(outcome.error, (WORKBOOK, "unpacks to more than 500 MB", "not lost"))
    workbook.write_bytes(kept)
    assert {each.state for each in case.finish(tag="-2").values()} == {"done"}
    assert differences(case, night.twin, ("out/*", "drive/*")) == []


@pytest.mark.trouble(registry.CLOCK_BACK)
def test_a_clock_that_was_ahead_is_told_and_loses_nothing(night: Night, tmp_path: Path) -> None:
    shutil.copytree(night.twin.folder, tmp_path / "case")
    case = type(night.twin)(tmp_path / "case", *night.parts)
    rows = case.tables()
    back = NOW - timedelta(days=2)
    outcomes = {name: perform(name, Job(case.settings, "back", back)) for name in STAGES}
    assert {name for name, outcome in outcomes.items() if outcome.state != "done"} == {"load"}
    assert_plain(outcomes["load"].error, ("2026-11-21 is held already", "only 2026-11-19", "clock"))
    assert sum_up(outcomes).exit_code == 3
    assert case.tables() == rows
    assert {each.state for each in case.finish(tag="-2").values()} == {"done"}
    assert differences(case, night.twin, ("out/*", "drive/*")) == []


AUTUMN = (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
"""Half past two in Amsterdam, twice."""
SPRING = datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
"""Three in Amsterdam, where it was two a moment before."""


@pytest.mark.trouble(registry.DST)
def test_a_night_in_which_clocks_change_is_lived_once(night: Night, tmp_path: Path) -> None:
    policy = tmp_path / "amsterdam.toml"
    policy.write_text('[clan]\ntime_zone = "Europe/Amsterdam"\n')
    settings = night.settings.model_copy(update={"output_dir": tmp_path / "out", "clan_config": policy})
    prepare(settings, AUTUMN[0])
    for first, again, date in ((*AUTUMN, "2026-10-25"), (SPRING, SPRING + timedelta(minutes=30), "2027-03-28")):
        assert is_due(settings, first)
        job = begin(settings, first)
        assert job.night == date
        outcomes = {name: StageOutcome(name, "done") for name in STAGES if name != "deploy"}
        from pipeline.runs import record

        for outcome in outcomes.values():
            record(job, outcome)
        end(job, outcomes)
        assert not is_due(settings, again)
        assert is_due(settings, first + timedelta(days=1))


LAUNCHER = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]), int(sys.argv[1])))
os.execv(sys.executable, [sys.executable, "-m", "pipeline", *sys.argv[2:]])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's memory in this way")
@pytest.mark.trouble(registry.NO_MEMORY)
@pytest.mark.parametrize("stage", by_turns(registry.NO_MEMORY.stages))
def test_a_stage_without_memory_spoils_nothing_and_ends_in_a_sentence(night: Night, stage: str, tmp_path: Path) -> None:
    from pipeline.outcome import outcome_file, read_outcome

    case = night.before(stage, tmp_path / "case")
    job = case.job()
    outputs, rows = case.outputs(), case.tables()
    said = set()
    for megabytes in (400, 200):
        outcome_file(job.output, job.run_id, stage).unlink(missing_ok=True)
        made = subprocess.run(
            [sys.executable, "-c", LAUNCHER, str(megabytes * 1024**2), stage, "--run-id", job.run_id, "--now", NOW.isoformat()],
            env=job.settings.environ() | {"OPENBLAS_NUM_THREADS": "1"}, cwd=PROJECT, stdin=subprocess.PIPE,
            capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        outcome = read_outcome(job.output, job.run_id, stage)
        said.add(outcome.state)
        if outcome.state == "done":
            case = night.before(stage, tmp_path / f"case-{megabytes}")
            job = case.job()
            continue
        assert made.returncode != 0
        if outcome.state == "failed":
            assert_plain(outcome.error, ("memory",))
        assert case.tables() == rows
        assert case.outputs() == outputs
    assert said & {"failed", "killed"}
    assert {each.state for each in case.finish(stage).values()} == {"done"}
    assert differences(case, night.twin, ("*/manifest.json", "*/assets/*")) == []
    assert leftovers(case) == []
