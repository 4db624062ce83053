"""Process × stage: Ctrl-C in the middle, and too little memory."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
import registry
from fault_kit import Night, assert_plain, descendants, differences, is_alive, leftovers, torn, wait_for, watched
from night_kit import NOW
from prefect_kit import furnish
from test_killed_run import COMMAND, HISTORY_TOLD, SERVER_S, await_end, end, exit_codes, needs_proc, run

from pipeline.house import PROJECT

ENDS_WITHIN_S = 10.0


@needs_proc
@pytest.mark.trouble(registry.CTRL_C)
@pytest.mark.parametrize(
    ("stage", "at"),
    [
        pytest.param("load", 60, marks=(pytest.mark.soak, pytest.mark.table)),
        pytest.param("harvest_wom", 30, marks=pytest.mark.soak),
        pytest.param("publish", 40, marks=pytest.mark.soak),
    ],
)
def test_ctrl_c_ends_the_night_with_130_and_the_next_run_goes_on(
    night: Night, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, stage: str, at: int
) -> None:
    case, log = night.before("harvest_wom", tmp_path / "case"), tmp_path / "points"
    furnish(case.output, tmp_path_factory)
    halting = watched(stage, case.folder, log, at, deed="halt")
    started: list[int] = []
    with (
        (tmp_path / "said").open("w+", encoding="utf-8") as said,
        subprocess.Popen(
            [*COMMAND, "run", "--now", NOW.isoformat()], stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            env=case.settings.environ() | halting, cwd=PROJECT, start_new_session=True,
        ) as leader,
    ):  # fmt: skip
        try:
            wait_for(log, "halted", SERVER_S)
            started += descendants(leader.pid)
            os.killpg(leader.pid, signal.SIGINT)
            code = leader.wait(ENDS_WITHIN_S)
            lived_on = [pid for pid in started if not await_end(pid, ENDS_WITHIN_S)]
        finally:
            end([pid for pid in [*started, *descendants(leader.pid)] if is_alive(pid)])
            leader.kill()
        said.seek(0)
        told = said.read()
    assert code == 130, told
    assert "Traceback" not in told
    assert_plain(told.strip().splitlines()[-1], ("broken off", "clanstats run"))
    assert lived_on == []
    assert torn(case) == []

    code, told = run(case, "run", "--now", NOW.isoformat())
    assert code == 0, told
    assert differences(case, night.twin, aside=HISTORY_TOLD) == []
    assert leftovers(case) == []
    assert None not in exit_codes(case), "a run is left that seems to go on"
