"""Prefect's server as our own child: it ends with us however we end, and a damaged or stubborn database ends no night."""

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from fault_kit import is_alive
from prefect_kit import spoil

from flows.own import is_damaged
from flows.server import read_record
from pipeline.house import PROJECT
from pipeline.prefects import MOST_BYTES, start_afresh

HOLDING = """
import sys, time
from pathlib import Path
from flows.own import child, record_of

folder = Path(sys.argv[1])
with child("flows.server", str(folder), str(folder / "prefect.log"), PREFECT_HOME=str(folder)) as server:
    record_of(folder, server)
    print("there", flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="whether a process lives is read in /proc")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_ends_with_a_process_that_is_ended_without_a_word(how: signal.Signals, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(tmp_path)], stdout=subprocess.PIPE, cwd=PROJECT
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"there\n"
        record = read_record(tmp_path)
        holder.send_signal(how)
    assert record is not None
    until = time.monotonic() + 10
    while is_alive(record.pid):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_database_of_which_a_table_is_noise_is_damaged_though_it_opens(tmp_path: Path) -> None:
    file = tmp_path / "prefect.db"
    assert not is_damaged(file), "there is none"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE flow_run (name TEXT)")
        connection.executemany("INSERT INTO flow_run VALUES (?)", [("x" * 100,)] * 1000)
    assert not is_damaged(file)
    spoil(file, "flow_run")
    assert is_damaged(file)
    file.write_bytes(b"no database at all" * 1000)
    assert is_damaged(file)


def test_a_large_database_that_another_program_holds_is_left_for_tonight(tmp_path: Path) -> None:
    file = tmp_path / "prefect" / "prefect.db"
    file.parent.mkdir()
    with file.open("wb") as grown:
        grown.truncate(MOST_BYTES + 1)
    held = file.with_name("prefect.db-wal")
    held.mkdir()  # no file that can be removed, as one is that is open on Windows
    start_afresh(tmp_path)
    assert held.is_dir()
