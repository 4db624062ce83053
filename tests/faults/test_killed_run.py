"""The process that leads a night is killed, or meets another: a real `clanstats run`, Prefect and all."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path

import pytest
from fault_kit import (
    PATIENCE_S,
    Case,
    Night,
    a_night,
    descendants,
    differences,
    is_alive,
    leftovers,
    quick_children,
    torn,
    wait_for,
    watched,
)
from night_kit import NOW

from pipeline.house import PROJECT
from pipeline.runs import alone

COMMAND = [sys.executable, "-c", "from pipeline.cli import main; main()"]
ENDS_WITHIN_S = 5.0
"""So soon a stage must notice that the process which started it is gone."""
SERVER_S = 150.0
"""A fresh Prefect server on a busy machine may take this long."""

needs_proc = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="children are found through /proc")


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    folder = tmp_path_factory.mktemp("killed-run")
    with quick_children(folder / "compiled"), a_night(folder) as lived:
        yield lived


def clanstats(case: Case, *arguments: str, extra: Mapping[str, str] | None = None) -> "subprocess.Popen[str]":
    """A `clanstats` of its own, with the settings of *case*."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=case.settings.environ() | dict(extra or {}),
        cwd=PROJECT,
    )


def finished(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Exit code and everything said."""
    said, _ = process.communicate(timeout=SERVER_S)
    return process.returncode, said


def run(case: Case, *arguments: str) -> tuple[int, str]:
    return finished(clanstats(case, *arguments))


def await_end(pid: int, patience_s: float) -> bool:
    """Whether the process *pid* ends in time."""
    until = time.monotonic() + patience_s
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not is_alive(pid)


@needs_proc
@pytest.mark.parametrize(("stage", "at"), [("harvest_wom", 30), ("load", 60), ("publish", 40)])
def test_a_run_killed_in_the_middle_of_a_stage_takes_the_stage_along_and_the_next_run_goes_on(
    night: Night, tmp_path: Path, stage: str, at: int
) -> None:
    case, log = night.before("harvest_wom", tmp_path / "case"), tmp_path / "points"
    leader = clanstats(case, "run", "--now", NOW.isoformat(), extra=watched(stage, case.folder, log, at, deed="halt"))
    orphans: list[int] = []
    try:
        wait_for(log, "halted", SERVER_S)
        orphans = descendants(leader.pid)
        child = int(log.read_text().rpartition("halted ")[2])
        assert is_alive(child)
        assert child in orphans

        code, said = run(case, "run", "--now", NOW.isoformat())
        assert code == 4, said
        assert "Another run is at work" in said

        leader.kill()
        assert leader.wait(PATIENCE_S) == -signal.SIGKILL
        assert await_end(child, ENDS_WITHIN_S), "the stage outlived the run that started it"
    finally:
        leader.kill()
        leader.communicate()
        end(orphans)

    assert torn(case) == []
    night.server.requests.clear()
    code, said = run(case, "run", "--now", NOW.isoformat())

    assert code == 0, said
    assert differences(case, night.twin) == []
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


@pytest.mark.parametrize("arguments", [("run",), ("load",), ("harvest", "wom"), ("report",), ("migrate",)])
def test_whoever_comes_while_the_lock_is_held_leaves_with_4_and_a_sentence(
    night: Night, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    case = night.before("load", tmp_path / "case")
    before = case.tables(), case.outputs()
    with alone(case.output):
        code, said = run(case, *arguments)
    assert code == 4
    assert said.strip().splitlines()[-1] == f"Another run is at work in {case.output}; wait for it to end."
    assert (case.tables(), case.outputs()) == before
