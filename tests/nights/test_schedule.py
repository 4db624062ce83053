"""`clanstats schedule`: nights on a cron, each once, one after the other, and nothing left when it ends, however it ends."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
from command_kit import Done, here
from fault_kit import is_alive
from filelock import FileLock
from pydantic import SecretStr
from schedule_kit import end, fast_clan, living, names, orphan, overlaps, tree, until, waits

from flows.server import RECORD, end_orphan, read_record

DAY_S = 20.0
SECRET = "tell-nobody-4711"
LATE_S = 60.0
"""A night may begin so late on a busy machine; on a quiet one it is less than a second."""

needs_proc = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="children are found through /proc")


@needs_proc
@pytest.mark.timeout(900)  # it takes a minute where nobody else works
def test_nights_come_once_and_one_by_one_through_a_kill_and_an_orphan_and_nothing_outlives_the_scheduler(
    tmp_path: Path,
) -> None:
    with fast_clan(tmp_path, DAY_S, members=5, days=40, api_key=SECRET) as fast:
        fast.clan.settings = fast.clan.settings.model_copy(update={"wom_api_key": SecretStr(SECRET)})
        with fast.schedule() as killed:
            until(lambda: "pipeline harvest_wom" in names(tree(killed)))
            before, parts = tree(killed), names(tree(killed))
            killed.kill()
        assert [part for part in ("flows.server", "flows.serving", "spawn_main") if part not in parts] == []
        until(lambda: not living(before), 30)

        with orphan(fast.output) as lone, fast.schedule() as second:
            until(lambda: lone.poll() is not None)
            until(lambda: len(fast.done()) >= 2)
            until(lambda: [run.state for run in fast.runs()].count("Completed") >= 2)
            until(lambda: fast.shown["last"]["state"] == "done")
            runs, shown, before, password = fast.runs(), fast.shown, tree(second), fast.password
            assert [fast.ask(key).status_code for key in (None, "a guess", password)] == [401, 401, 200]
            assert password not in names(before)
            assert end(second) == 0
        until(lambda: not living(before), 30)
        assert not (fast.output / "schedule.json").exists()
        assert not (fast.output / "prefect" / RECORD).exists()

        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        for told in (SECRET, password):
            found = [path for path in files if told.encode() in path.read_bytes()]
            assert found == [], "Prefect's database least of all"

        lived = [run for run in runs if run.state == "Completed"]
        assert [run.state for run in runs if run.by_hand] == ["Crashed", "Completed"], "what was killed is caught up"
        assert len(set(fast.done())) == len(fast.done()), "no night comes twice"
        assert overlaps(runs) == []
        assert max(waits(lived)) < LATE_S
        assert (shown["pid"], shown["cron"], shown["time_zone"]) == (second.pid, "0 4 * * *", "UTC")


def schedule(output: Path, *words: str, group: str = "1") -> Done:
    """A scheduler that cannot begin."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("WOM_", "PREFECT_"))}
    return here(kept | {"WOM_GROUP_ID": group, "CLANSTATS_DOTENV": ""}, "schedule", "--output", str(output), *words)


def test_a_second_scheduler_of_the_folder_is_told_so(tmp_path: Path) -> None:
    with FileLock(tmp_path / ".schedule.lock"):
        done = schedule(tmp_path)
    said = f"Another schedule is at work in {tmp_path}; end it first, or leave it to its work.\n"
    assert (done.returncode, done.stderr) == (4, said)


@pytest.mark.parametrize("wrong", ["WOM_GROUP_ID", "clan.toml"])
def test_what_keeps_a_schedule_from_beginning_is_told_where_a_night_would_tell_it(wrong: str, tmp_path: Path) -> None:
    """Started with the computer, it says so to nobody."""
    clan = tmp_path / "clan.toml"
    clan.write_text("[clan]\ntime_zone = 'Nowhere/At all'\n" if wrong == "clan.toml" else "", "utf-8")
    with patch.dict(os.environ, {"CLAN_CONFIG": str(clan)}):
        done = schedule(tmp_path, group="one" if wrong == "WOM_GROUP_ID" else "1")
    status = json.loads((tmp_path / "status.json").read_text("utf-8"))
    assert (done.returncode, status["state"], status["exit_code"]) == (2, "failed", 2)
    assert wrong in done.stderr
    assert status["sentence"].startswith(done.stderr.strip())
    assert not (tmp_path / "clan_data.db").exists()


@pytest.mark.soak  # the message is read in test_timetable.py, too
def test_a_cron_that_names_no_time_ends_with_code_2_before_anything_starts(tmp_path: Path) -> None:
    done = schedule(tmp_path, "--cron", "at four")
    said = "--cron 'at four' names no time; write such as '0 4 * * *' for every night at four.\n"
    assert (done.returncode, done.stderr) == (2, said)
    assert not (tmp_path / "clan_data.db").exists()
    assert not (tmp_path / "prefect" / RECORD).exists()


@pytest.mark.parametrize("frozen", [pytest.param(False, marks=pytest.mark.soak), True], ids=["willing", "frozen"])
def test_a_server_that_outlived_its_scheduler_is_ended(frozen: bool, tmp_path: Path) -> None:
    with orphan(tmp_path) as lone:
        if frozen:
            lone.send_signal(signal.SIGSTOP)
        assert end_orphan(tmp_path / "prefect", grace_s=1 if frozen else 20) == lone.pid
        assert lone.wait(60) in ({-signal.SIGKILL} if frozen else {0, -signal.SIGTERM})
    assert read_record(tmp_path / "prefect") is None


def test_a_stranger_that_got_the_number_of_an_old_server_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        record = {"pid": stranger.pid, "port": 4200, "started_at": "2026-11-20T04:00:00.000Z"}
        (tmp_path / RECORD).write_text(json.dumps(record), "utf-8")
        assert end_orphan(tmp_path) is None
        assert is_alive(stranger.pid)
        stranger.communicate(b"\n")
    assert read_record(tmp_path) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}', '{"pid": 1, "port": 2, "started_at": "", "x": 0}'])
def test_a_record_that_cannot_be_read_is_none(content: str, tmp_path: Path) -> None:
    (tmp_path / RECORD).write_text(content, "utf-8")
    assert read_record(tmp_path) is None
