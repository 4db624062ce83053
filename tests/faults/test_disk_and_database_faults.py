"""Full disks, locks, strange schemas, broken landings among whole ones: faults that need more than a line of the table."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import registry
from bad_disk import NOT_HERE, READ_ONLY
from fault_kit import ORDER, RUN_ID, Night, assert_plain, differences, leftovers, torn
from misfortunes import damaged, locked, newest, truncated
from playing import by_turns

from pipeline.children import run_child
from pipeline.errors import StorageError
from pipeline.house import PROJECT
from pipeline.outcome import HARVESTS, StageOutcome
from pipeline.runs import prepare
from pipeline.sources.landing import MANIFEST, whole_landings
from pipeline.stages import perform
from pipeline.verdict import sum_up

needs_a_disk = pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare to mount a disk of its own")


@pytest.mark.trouble(registry.BESIDE)
def test_a_broken_landing_does_not_stop_the_whole_ones_beside_it(night: Night, tmp_path: Path) -> None:
    case = night.before("load", tmp_path / "case")
    broken = newest(case)
    copied = broken.with_name(broken.name.replace("20261121T031700Z-wom", "20261120T031700Z-wom"))
    shutil.copytree(broken, copied)
    truncated_part = next(copied.glob("*-group.json.gz"))
    truncated_part.write_bytes(truncated_part.read_bytes()[:100])

    outcomes = case.finish("load")

    assert outcomes["load"].state == "partial"
    assert_plain(outcomes["load"].error, (copied.name, truncated_part.name))
    assert sum_up({name: StageOutcome(name, "done") for name in HARVESTS} | outcomes).exit_code == 3
    assert differences(case, night.twin) == []


def test_a_broken_landing_does_not_stop_the_nights_after_it(night: Night, tmp_path: Path) -> None:
    case = night.before("load", tmp_path / "case")
    truncated(case)
    assert perform("load", case.job()).state == "partial"
    for tag in ("-2", "-3"):
        assert {outcome.state for outcome in case.finish(tag=tag).values()} == {"done"}
        assert differences(case, night.twin) == []


@pytest.mark.trouble(registry.HALF)
def test_a_landing_without_a_manifest_is_no_landing_and_its_days_are_asked_for_again(
    night: Night, tmp_path: Path
) -> None:
    case = night.before("load", tmp_path / "case")
    rows = case.tables()
    for landing in whole_landings(case.output / "landing"):
        if landing.name.startswith(RUN_ID):
            (landing / MANIFEST).unlink()
    assert perform("load", case.job()).state in ("done", "failed")
    assert case.tables() == rows
    assert {outcome.state for outcome in case.finish(tag="-2").values()} == {"done"}
    assert differences(case, night.twin) == []


@pytest.mark.trouble(registry.LOCKED_BRIEFLY)
def test_a_database_locked_for_a_moment_is_waited_for(night: Night, tmp_path: Path) -> None:
    case = night.before("load", tmp_path / "case")
    with locked(case.database, 1.0):
        outcomes = case.finish("load")
    assert {outcome.state for outcome in outcomes.values()} == {"done"}
    assert differences(case, night.twin) == []


@pytest.mark.soak
@pytest.mark.table
@pytest.mark.trouble(registry.LOCKED)
def test_a_database_locked_for_longer_is_told_and_nothing_is_lost(night: Night, tmp_path: Path) -> None:
    case = night.before("load", tmp_path / "case")
    outputs, rows = case.outputs(), case.tables()
    with locked(case.database, 300):
        outcome = perform("load", case.job())
    assert outcome.state == "failed"
    assert_plain(outcome.error, ("clan_data.db", "is locked by another program"))
    assert (case.outputs(), case.tables()) == (outputs, rows)
    assert {each.state for each in case.finish("load").values()} == {"done"}
    assert differences(case, night.twin) == []


@pytest.mark.trouble(registry.NEWER)
def test_a_database_of_a_newer_clanstats_is_left_as_it_is(night: Night, tmp_path: Path) -> None:
    case = night.before("load", tmp_path / "case")
    revision = "20991231_things_to_come"
    with closing(sqlite3.connect(case.database)) as connection, connection:
        present = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        connection.execute("UPDATE alembic_version SET version_num = ?", [revision])
    before = case.outputs(), case.tables()
    with pytest.raises(StorageError) as caught:
        prepare(case.settings, case.job().now)
    assert_plain(str(caught.value), ("written by a newer ClanStats", revision, "Update ClanStats"))
    assert (case.outputs(), case.tables()) == before

    with closing(sqlite3.connect(case.database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [present])
    prepare(case.settings, case.job().now)
    assert {outcome.state for outcome in case.finish("load").values()} == {"done"}
    assert differences(case, night.twin) == []


@pytest.mark.trouble(registry.HANGS)
def test_a_stage_that_hangs_is_ended_at_its_time_limit_and_may_be_tried_again(night: Night, tmp_path: Path) -> None:
    case = night.before("harvest_wom", tmp_path / "case")
    before = case.outputs(), case.tables()
    night.server.fault("*/bulk-hiscores*", "stall")
    try:
        outcome = run_child(case.job(stage_timeout_s=5), "harvest_wom")
    finally:
        night.server.mend()
    assert outcome.state == "killed"
    assert outcome.may_work_again
    assert_plain(outcome.error, ("harvest_wom", "took longer than 5 s"))
    assert (case.outputs(), case.tables()) == before
    assert torn(case) == []
    assert {each.state for each in case.finish().values()} == {"done"}
    assert differences(case, night.twin) == []
    assert leftovers(case) == []


@pytest.mark.trouble(registry.NOTHING_WRITTEN)
def test_when_neither_report_nor_publish_can_write_nothing_new_was_published(night: Night, tmp_path: Path) -> None:
    case = night.before("report", tmp_path / "case")
    before = case.outputs()
    with damaged(case.database):
        outcomes = {name: perform(name, case.job()) for name in ("report", "publish")}
    told = sum_up({**{name: StageOutcome(name, "done") for name in (*HARVESTS, "load")}, **outcomes})
    assert (told.state, told.exit_code) == ("failed", 1)
    assert_plain(told.sentence, ("Nothing new was published", "is damaged", "The last good outputs stand."))
    assert case.outputs() == before


def on_a_bad_disk(night: Night, stage: str, left: str, folder: Path) -> Any:
    """What became of *stage* on a disk of its own with so many KiB *left*, or on a read-only one."""
    case, told = night.before(stage, folder / "case"), folder / "told.json"
    paths = [str(path) for path in (Path(__file__).parent, Path(__file__).parents[1])]
    made = subprocess.run(
        ["unshare", "-rm", sys.executable, str(Path(__file__).with_name("bad_disk.py")), str(case.folder),
         str(night.twin.folder), stage, left, str(told)],
        env=case.settings.environ() | {"PYTHONPATH": os.pathsep.join(paths)},
        cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    if made.returncode in (1, NOT_HERE) and not told.exists() and "Traceback" not in made.stderr:
        pytest.skip("nobody may mount a disk of their own here")
    assert told.exists(), made.stderr
    found = json.loads(told.read_text())
    assert found["state"] == "failed", found
    assert found["tables"]
    assert found["torn"] == []
    assert set(found["healed"].values()) == {"done"}
    assert found["differences"] == []
    assert found["leftovers"] == []
    return found


@pytest.mark.trouble(registry.DISK_FULL)
@needs_a_disk
@pytest.mark.parametrize(
    ("stage", "free_kib", "renewed"),
    [
        *by_turns(
            [
                ("harvest_wom", 44, ()),
                ("load", 300, ()),
                ("report", 36, ()),
                ("publish", 400, tuple(f"out/{name}" for name in ORDER)),
                ("deploy", 500, ("drive/*",)),
            ]
        ),
        pytest.param("harvest_wom", 0, (), marks=pytest.mark.soak),
        pytest.param("load", 100, (), marks=pytest.mark.soak),
        pytest.param("report", 0, (), marks=pytest.mark.soak),
        pytest.param("publish", 80, ("out/site/assets/*",), marks=pytest.mark.soak),
        pytest.param("deploy", 100, ("drive/*",), marks=pytest.mark.soak),
    ],
)
def test_a_full_disk_is_told_and_takes_nothing_that_was_good(
    night: Night, stage: str, free_kib: int, renewed: tuple[str, ...], tmp_path: Path
) -> None:
    found = on_a_bad_disk(night, stage, str(free_kib), tmp_path)
    assert_plain(found["error"], ("space",))
    assert found["error_class"] in ("StorageError", "PublishError")
    assert [name for name in found["touched"] if not any(fnmatch(name, each) for each in renewed)] == []


@pytest.mark.trouble(registry.READ_ONLY)
@needs_a_disk
@pytest.mark.parametrize("stage", by_turns(["load", "report", "publish", "deploy"]))
def test_a_read_only_disk_is_told_and_takes_nothing_that_was_good(night: Night, stage: str, tmp_path: Path) -> None:
    found = on_a_bad_disk(night, stage, READ_ONLY, tmp_path)
    assert found["touched"] == []
    assert_plain(found["error"], ("cannot be",))
