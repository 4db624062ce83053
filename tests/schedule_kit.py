"""A scheduler as a real process whose days last seconds, what Prefect's API tells of its nights, and the processes it has."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, Final

import requests
from command_kit import CLANSTATS
from fault_kit import descendants, is_alive
from night_kit import Clan, a_clan

from flows.pace import Pace
from flows.server import Record, read_record
from pipeline import clock
from pipeline.house import PROJECT

Process = subprocess.Popen[bytes]

AHEAD: Final = timedelta(days=30)
"""So long the invented clan lives on after its scheduler has begun."""
PATIENCE_S: Final = 240.0


@dataclass(frozen=True)
class Run:
    """A run of the scheduled flow, as Prefect's API tells of it; `by_hand` if no cron asked for it."""

    name: str
    state: str
    sentence: str
    expected_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    by_hand: bool


@dataclass
class FastClan:
    """A clan whose servers keep the time of a scheduler that lets a day last `pace.day_s` seconds."""

    clan: Clan
    pace: Pace
    said: IO[bytes]

    @property
    def output(self) -> Path:
        return self.clan.output

    @contextmanager
    def schedule(self, *words: str) -> Iterator[Process]:
        """A scheduler in a process of its own, which is gone at the end."""
        options = ("--day-lasts", str(self.pace.day_s), "--days-since", self.pace.since.isoformat())
        with subprocess.Popen(
            [*CLANSTATS, "schedule", *options, *words],
            stdin=subprocess.DEVNULL, stdout=self.said, stderr=self.said, env=self.clan.settings.environ(), cwd=PROJECT,
        ) as process:  # fmt: skip
            try:
                yield process
            finally:
                process.kill()

    @property
    def shown(self) -> Any:
        """What schedule.json says."""
        return json.loads((self.output / "schedule.json").read_text("utf-8"))

    def nights(self) -> list[tuple[str, str]]:
        """Night and state of every run in the record, in the order of their beginning."""
        return [tuple(row) for row in self.clan.rows("SELECT night, state FROM run ORDER BY now")]

    def done(self) -> list[str]:
        """The nights that ended well."""
        return [night for night, state in self.nights() if state == "done"]

    @property
    def record(self) -> Record:
        record = read_record(self.output / "prefect")
        assert record is not None
        return record

    @property
    def password(self) -> str:
        """What Prefect's API asks for; it stands in the environment of its server, and nowhere else."""
        environment = Path(f"/proc/{self.record.pid}/environ").read_bytes().split(b"\0")
        [line] = [line for line in environment if line.startswith(b"PREFECT_SERVER_API_AUTH_STRING=")]
        return line.partition(b"=")[2].decode()

    def ask(self, password: str | None = None) -> requests.Response:
        """What Prefect's API answers when it is asked for the runs of the scheduled flow."""
        key = b64encode((password or "").encode()).decode()
        return requests.post(
            f"{self.record.api}/flow_runs/filter",
            json={"sort": "EXPECTED_START_TIME_ASC", "flows": {"name": {"any_": ["scheduled"]}}},
            headers={} if password is None else {"Authorization": f"Basic {key}"},
            timeout=30,
        )

    def runs(self) -> list[Run]:
        """Every run of the scheduled flow that came to be due, oldest first."""
        answer = self.ask(self.password)
        answer.raise_for_status()
        found = [_run(told) for told in answer.json()]
        return [run for run in found if run.started_at is not None or run.ended_at is not None]


def overlaps(runs: list[Run]) -> list[str]:
    """Runs that began before the one before had ended."""
    begun = sorted((run for run in runs if run.started_at), key=lambda run: run.started_at or run.expected_at)
    return [
        later.name
        for run, later in pairwise(begun)
        if run.ended_at is None or later.started_at is None or later.started_at < run.ended_at
    ]


def waits(runs: list[Run]) -> list[float]:
    """How many seconds each run began after its time, or after the end of the one before, if that was later."""
    found, free_at = [], datetime.min.replace(tzinfo=UTC)
    for run in runs:
        assert run.started_at is not None
        assert run.ended_at is not None
        found.append((run.started_at - max(run.expected_at, free_at)).total_seconds())
        free_at = run.ended_at
    return found


def _run(told: Any) -> Run:
    def at(name: str) -> datetime | None:
        return None if told[name] is None else datetime.fromisoformat(told[name])

    expected = at("expected_start_time")
    assert expected is not None
    state, by_hand = told["state"], not told["auto_scheduled"]
    return Run(told["name"], state["name"], state["message"] or "", expected, at("start_time"), at("end_time"), by_hand)


@contextmanager
def fast_clan(folder: Path, day_s: float, **clan: Any) -> Iterator[FastClan]:
    """A clan whose days last *day_s* seconds from now on."""
    pace = Pace(day_s, clock.now())
    over = threading.Event()
    with (
        a_clan(folder / "out", now=pace.since + AHEAD, **clan) as slow,
        (folder / "said.txt").open("wb") as said,
    ):

        def keep_time() -> None:
            while not over.wait(0.05):
                slow.server.now = pace.instant(clock.now())

        slow.server.now = pace.since
        clockwork = threading.Thread(target=keep_time, daemon=True)
        clockwork.start()
        try:
            yield FastClan(slow, pace, said)
        finally:
            over.set()
            clockwork.join()


def until(true: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    """Wait until *true* says so."""
    end = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < end, f"it did not come to that within {patience_s:.0f} s"
        time.sleep(0.1)


def tree(process: Process) -> list[int]:
    """*process* and everything that it started."""
    return [process.pid, *descendants(process.pid)]


def living(pids: list[int]) -> list[str]:
    """What of *pids* goes on, by command line."""
    return [f"{pid} {_command(pid)}" for pid in pids if is_alive(pid)]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def names(pids: list[int]) -> str:
    """The command lines of *pids*, a line each."""
    return "\n".join(_command(pid) for pid in pids)


def end(process: Process, patience_s: float = 30) -> int:
    """Ask *process* to end as a system that shuts down does; its exit code."""
    process.send_signal(signal.SIGTERM)
    return process.wait(patience_s)


@contextmanager
def orphan(output: Path) -> Iterator[Process]:
    """A server of *output* that no scheduler holds: we hold its pipe ourselves."""
    folder = output / "prefect"
    folder.mkdir(parents=True, exist_ok=True)
    with subprocess.Popen(
        [sys.executable, "-m", "flows.server", str(folder), str(output / "logs" / "prefect.log")],
        stdin=subprocess.PIPE, cwd=PROJECT, env=os.environ | {"PREFECT_HOME": str(folder / "orphan")},
    ) as lone:  # fmt: skip
        try:
            until(lambda: (record := read_record(folder)) is not None and record.pid == lone.pid)
            yield lone
        finally:
            lone.kill()
