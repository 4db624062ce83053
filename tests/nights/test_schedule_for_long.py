"""Eleven nights of a scheduler in fast time: one with Wise Old Man down, one that outlasts its day, and a kill in the middle of one."""

import os
import signal
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import pytest
from fault_kit import is_alive
from prefect_kit import furnish, spoil
from schedule_kit import FastClan, Process, Run, end, fast_clan, living, names, overlaps, tree, until, waits

from pipeline.prefects import SERVED

DAY_S: Final = 60.0
LATE_S: Final = 60.0
NIGHTS: Final = 9
LONG_S: Final = 900.0

pytestmark = [
    pytest.mark.soak,
    pytest.mark.timeout(2400),
    pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="children are found through /proc"),
]


def test_eleven_nights_come_once_and_one_by_one_whatever_happens(tmp_path: Path) -> None:
    with fast_clan(tmp_path, DAY_S, members=12, days=40) as fast:
        with fast.schedule() as first:
            lives(fast, 2)
            began, size = len(fast.done()), database_bytes(fast)

            fast.clan.server.fault("*", "503", times=None)
            until(lambda: failed(fast) == 1, LONG_S)
            fast.clan.server.mend()
            lives(fast, 1)

            fast.clan.server.fault("*bulk-gained*", "stall")
            lives(fast, 2)
            grown = (database_bytes(fast) - size) / (len(fast.done()) - began)

            until(lambda: "pipeline judge" in names(tree(first)), LONG_S)
            killed = tree(first)
            first.kill()
        until(lambda: not living(killed), 30)
        old = make_old(fast)

        with fast.schedule() as second:
            lives(fast, NIGHTS - len(fast.done()))
            until(lambda: all(run.ended_at for run in fast.runs()), LONG_S)
            runs, pids = fast.runs(), tree(second)
            memory = sum(resident_bytes(pid) for pid in pids)
            until(lambda: "-m pipeline" in names(tree(second)), LONG_S)
            pids = tree(second)
            assert end(second) == 0, "in the middle of a night"
        until(lambda: not living(pids), 30)
        tell(runs, fast, f"{grown / 1000:.0f} kB a night at Prefect, {memory / 1e6:.0f} MB of memory between nights")

        assert overlaps(runs) == []
        assert len(set(fast.done())) == len(fast.done()) == NIGHTS
        assert {"Crashed", "Failed", "Completed"} <= {run.state for run in runs}
        assert any(run.name == "again-2" and run.state == "Completed" for run in runs)
        assert max(waits([run for run in runs if run.state != "Crashed"])) < LATE_S
        assert old not in {run.name for run in runs}, "what is older than 60 days is dropped"
        assert [pid for pid in killed + pids if is_alive(pid)] == []


@pytest.mark.parametrize("table", [None, "flow_run"], ids=["all of it", "a table"])
def test_a_database_of_prefects_own_that_is_damaged_does_not_end_the_nights(
    table: str | None, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with fast_clan(tmp_path, DAY_S, members=5, days=40) as fast:
        furnish(fast.output, tmp_path_factory, SERVED)
        if table is None:
            database(fast).write_bytes(b"no database at all" * 1000)
        else:
            spoil(database(fast), table)
        with fast.schedule() as scheduler:
            lives(fast, 1)
            assert end(scheduler) == 0
        assert (fast.output / "prefect" / "schedule.unreadable").is_dir()


def test_what_serves_the_nights_and_dies_three_times_in_a_row_begins_with_an_empty_database(tmp_path: Path) -> None:
    with fast_clan(tmp_path, DAY_S, members=5, days=40) as fast, fast.schedule() as scheduler:
        aside = fast.output / "prefect" / "schedule.unreadable"
        for _ in range(3):
            assert not aside.exists()
            until(lambda: serving(scheduler))
            for pid in serving(scheduler):
                os.kill(pid, signal.SIGKILL)
            until(lambda: not serving(scheduler))
        until(aside.is_dir)
        lives(fast, 1)
        assert end(scheduler) == 0


def test_a_prefect_that_hangs_is_started_again_and_told_of(tmp_path: Path) -> None:
    with fast_clan(tmp_path, DAY_S, members=5, days=40) as fast:
        fast.clan.settings = fast.clan.settings.model_copy(update={"stage_timeout_s": 12})
        with fast.schedule() as scheduler:
            lives(fast, 1)
            [hanging] = serving(scheduler)
            os.kill(hanging, signal.SIGSTOP)
            began = len(fast.done())
            until(lambda: "No night came to an end" in (fast.output / "status.json").read_text("utf-8"), LONG_S)
            until(lambda: len(fast.done()) > began, LONG_S)
            assert not is_alive(hanging)
            assert end(scheduler) == 0


def serving(scheduler: Process) -> list[int]:
    """The process that serves the nights."""
    return [pid for pid in tree(scheduler) if "flows.serving" in names([pid])]


def lives(fast: FastClan, nights: int) -> None:
    """Wait until so many more nights have ended well."""
    enough = len(fast.done()) + nights
    until(lambda: len(fast.done()) >= enough, LONG_S)


def failed(fast: FastClan) -> int:
    """How many runs have failed so far; a server that is busy is asked again."""
    with suppress(OSError):
        return [run.state for run in fast.runs()].count("Failed")
    return 0


def database(fast: FastClan) -> Path:
    return fast.output / "prefect" / "schedule" / "prefect.db"


def database_bytes(fast: FastClan) -> int:
    with closing(sqlite3.connect(database(fast))) as connection:
        (pages,), (size,) = (connection.execute(f"PRAGMA {what}").fetchone() for what in ("page_count", "page_size"))
    return int(pages) * int(size)


def make_old(fast: FastClan) -> str:
    """Let the first run of all have ended 61 days ago, and give its name."""
    with closing(sqlite3.connect(database(fast))) as connection, connection:
        name = connection.execute("SELECT name FROM flow_run WHERE end_time NOT NULL ORDER BY start_time").fetchone()[0]
        connection.execute(
            "UPDATE flow_run SET name = 'old', end_time = datetime(end_time, '-61 days') WHERE name = ?", (name,)
        )
    return "old"


def resident_bytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def tell(runs: Sequence[Run], fast: FastClan, figures: str) -> None:
    """The table that the README quotes."""
    print(f"\n{'scheduled':10}{'night':13}{'began':10}{'ended':10}{'late':>7}  {'run':24} state")
    ended = [run for run in runs if run.started_at and run.ended_at]
    for run, waited in zip(ended, waits(ended), strict=True):
        assert run.started_at is not None
        assert run.ended_at is not None
        night = fast.pace.instant(run.started_at).date()
        print(
            f"{run.expected_at:%H:%M:%S}  {night}   {run.started_at:%H:%M:%S}  {run.ended_at:%H:%M:%S}"
            f"{waited:6.1f} s  {run.name:24} {run.state}: {run.sentence[:60]}"
        )
    print(f"{figures}; processes left: 0")
