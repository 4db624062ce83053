"""The process that leads a night is killed, or meets another: a real `clanstats run`, Prefect and all."""

import os
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import IO

import pytest
import registry
from command_kit import CLANSTATS
from fault_kit import (
    PATIENCE_S,
    Case,
    Night,
    descendants,
    differences,
    is_alive,
    leftovers,
    torn,
    wait_for,
    watched,
)
from night_kit import NOW
from playing import by_turns
from prefect_kit import furnish

from pipeline.house import PROJECT
from pipeline.runs import alone

HISTORY_TOLD = ("*/clan_dashboard_single.html", "*.xlsx", "*/manifest.json")
"""What names the run that was given up for a new one, when it was killed before its harvest was done."""
ENDS_WITHIN_S = 5.0
"""So soon a stage must notice that the process which started it is gone."""
SERVER_S = 150.0
"""A fresh Prefect server on a busy machine may take this long."""

needs_proc = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="children are found through /proc")


def clanstats(
    case: Case, said: IO[str], *arguments: str, extra: Mapping[str, str] | None = None
) -> "subprocess.Popen[bytes]":
    """A `clanstats` with the settings of *case*; it speaks to a file, for an orphan would hold a pipe open for ever."""
    return subprocess.Popen(
        [*CLANSTATS, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=said,
        env=case.settings.environ() | dict(extra or {}),
        cwd=PROJECT,
    )


def run(case: Case, *arguments: str) -> tuple[int, str]:
    """Exit code of a `clanstats` and everything it said."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        with clanstats(case, said, *arguments) as process:
            code = process.wait(SERVER_S)
        said.seek(0)
        return code, said.read()


def await_end(pid: int, patience_s: float) -> bool:
    """Whether the process *pid* ends in time."""
    until = time.monotonic() + patience_s
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not is_alive(pid)


@needs_proc
@pytest.mark.trouble(registry.LEADER_KILLED)
@pytest.mark.parametrize(
    ("stage", "at"),
    [
        pytest.param("load", 60, marks=(pytest.mark.soak, pytest.mark.table)),
        pytest.param("harvest_wom", 30, marks=pytest.mark.soak),
        pytest.param("publish", 40, marks=pytest.mark.soak),
    ],
)
def test_a_run_killed_in_the_middle_of_a_stage_takes_the_stage_along_and_the_next_run_goes_on(
    night: Night, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, stage: str, at: int
) -> None:
    case, log = night.before("harvest_wom", tmp_path / "case"), tmp_path / "points"
    furnish(case.output, tmp_path_factory)
    halting = watched(stage, case.folder, log, at, deed="halt")
    orphans: list[int] = []
    with (
        (tmp_path / "said").open("w", encoding="utf-8") as said_by_leader,
        clanstats(case, said_by_leader, "run", "--now", NOW.isoformat(), extra=halting) as leader,
    ):
        try:
            wait_for(log, "halted", SERVER_S)
            orphans += descendants(leader.pid)
            child = int(log.read_text().rpartition("halted ")[2])
            assert child in orphans
            assert is_alive(child)

            code, said = run(case, "run", "--now", NOW.isoformat())
            assert code == 4, said
            assert "Another run is at work" in said

            leader.kill()
            assert leader.wait(PATIENCE_S) == -signal.SIGKILL
            assert await_end(child, ENDS_WITHIN_S), "the stage outlived the run that started it"
            outlived = [pid for pid in orphans if not await_end(pid, ENDS_WITHIN_S)]
            assert outlived == [], "Prefect's server least of all"
        finally:
            orphans += descendants(leader.pid)
            leader.kill()
            end(orphans)

    assert torn(case) == []
    night.server.requests.clear()
    code, said = run(case, "run", "--now", NOW.isoformat())

    assert code == 0, said
    told_of = HISTORY_TOLD if stage == "harvest_wom" else ()
    assert differences(case, night.twin, aside=told_of) == []
    assert leftovers(case) == []
    asked_again = any("bulk-hiscores" in path for _, path, _ in night.server.requests)
    assert asked_again == (stage == "harvest_wom"), "what is harvested is not asked for twice"
    assert exit_codes(case)[-1] == 0
    assert None not in exit_codes(case), "a run is left that seems to go on"


def end(pids: list[int]) -> None:
    """End what a killed run left behind, its Prefect server for one."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    for pid in pids:
        if not await_end(pid, 10):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def exit_codes(case: Case) -> list[int | None]:
    with closing(sqlite3.connect(case.database)) as connection:
        return [row[0] for row in connection.execute("SELECT exit_code FROM run ORDER BY now, id")]


@pytest.mark.trouble(registry.TWO_AT_ONCE)
@pytest.mark.parametrize("stage", by_turns(["run", "load", "report"]))
def test_whoever_comes_while_the_lock_is_held_leaves_with_4_and_a_sentence(
    night: Night, tmp_path: Path, stage: str
) -> None:
    case = night.before("load", tmp_path / "case")
    before = case.tables(), case.outputs()
    with alone(case.output):
        code, said = run(case, stage)
    assert code == 4
    assert said.strip().splitlines()[-1] == f"Another run is at work in {case.output}; wait for it to end."
    assert (case.tables(), case.outputs()) == before
