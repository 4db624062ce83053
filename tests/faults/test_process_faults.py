"""Process × stage: Ctrl-C in the middle, and too little memory."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
import registry
from command_kit import CLANSTATS
from fault_kit import Night, assert_plain, descendants, differences, is_alive, leftovers, torn, wait_for, watched
from night_kit import NOW
from prefect_kit import furnish
from test_killed_run import HISTORY_TOLD, SERVER_S, await_end, end, exit_codes, needs_proc, run

from pipeline.house import PROJECT

ENDS_WITHIN_S = 10.0


@needs_proc
@pytest.mark.trouble(registry.CTRL_C)
@pytest.mark.parametrize(
    ("stage", "at", "how"),
    [
        pytest.param("load", 60, signal.SIGINT, marks=(pytest.mark.soak, pytest.mark.table)),
        pytest.param("harvest_wom", 30, signal.SIGINT, marks=pytest.mark.soak),
        pytest.param("publish", 40, signal.SIGTERM, marks=pytest.mark.soak),
    ],
)
def test_ctrl_c_and_sigterm_end_the_night_in_words_and_the_next_run_goes_on(
    night: Night, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, stage: str, at: int, how: signal.Signals
) -> None:
    case, log = night.before("harvest_wom", tmp_path / "case"), tmp_path / "points"
    furnish(case.output, tmp_path_factory)
    halting = watched(stage, case.folder, log, at, deed="halt")
    started: list[int] = []
    with (
        (tmp_path / "said").open("w+", encoding="utf-8") as said,
        subprocess.Popen(
            [*CLANSTATS, "run", "--now", NOW.isoformat()], stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            env=case.settings.environ() | halting, cwd=PROJECT, start_new_session=True,
        ) as leader,
    ):  # fmt: skip
        try:
            wait_for(log, "halted", SERVER_S)
            started += descendants(leader.pid)
            if how is signal.SIGINT:
                os.killpg(leader.pid, how)  # as a terminal does
            else:
                leader.send_signal(how)
            code = leader.wait(ENDS_WITHIN_S)
            lived_on = [pid for pid in started if not await_end(pid, ENDS_WITHIN_S)]
        finally:
            end([pid for pid in [*started, *descendants(leader.pid)] if is_alive(pid)])
            leader.kill()
        said.seek(0)
        told = said.read()
    assert code == 128 + how, told
    assert "Traceback" not in told
    assert_plain(told.strip().splitlines()[-1], ("broken off", "clanstats run"))
    assert lived_on == []
    assert torn(case) == []

    code, told = run(case, "run", "--now", NOW.isoformat())
    assert code == 0, told
    assert differences(case, night.twin, aside=HISTORY_TOLD) == []
    assert leftovers(case) == []
    assert None not in exit_codes(case), "a run is left that seems to go on"
