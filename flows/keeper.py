"""The scheduler itself: it keeps Prefect's server and what serves the nights alive, and says where it is.

Both are children. When one ends, both start again, after a while that grows; when the scheduler ends, however it ends, they do.
"""

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, Final

from prefect.client.orchestration import SyncPrefectClient

from flows.server import end_orphan, read_record
from flows.timetable import Timetable
from pipeline import clock
from pipeline.errors import ClanError
from pipeline.house import PROJECT
from pipeline.outputs.files import write_text
from pipeline.outputs.instants import iso
from pipeline.prefects import SERVED
from pipeline.runs import SCHEDULE

SCHEMA_VERSION: Final = 1
START_S: Final = 180.0
END_S: Final = 10.0
LOOK_S: Final = 0.5
REST_S: Final = (5.0, 300.0)
"""The first rest after a child ended, and the longest; they double until an hour goes well."""
WELL_S: Final = 3600.0
UNBORN: Final = "Prefect's server did not start."
UNBORN_TIMES: Final = 3
"""After so many in a row Prefect begins with an empty database. What is done stands in ours; nothing there is missed."""

log = logging.getLogger(__name__)

Child = subprocess.Popen[bytes]


class Stop:
    """Whether a signal has asked for the end. Waiting looks at it often: a handler must not touch a lock."""

    def __init__(self) -> None:
        self.asked = False
        for name in ("SIGTERM", "SIGINT"):
            signal.signal(getattr(signal, name), self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True

    def sleep(self, seconds: float) -> None:
        """Wait, unless the end is asked for."""
        until = time.monotonic() + seconds
        while not self.asked and time.monotonic() < until:
            time.sleep(min(LOOK_S, seconds))


def keep(output: Path, timetable: Timetable, stop: Stop) -> None:
    """Have nights lived as *timetable* says until a signal comes."""
    folder, started_at, rest_s = output / "prefect", iso(clock.now()), REST_S[0]
    shown, unborn = _Shown(output, timetable, started_at), 0
    orphan = end_orphan(folder)
    if orphan is not None:
        log.warning("A server that outlived its scheduler was ended (process %d).", orphan)
    try:
        while not stop.asked:
            began = time.monotonic()
            ended = _live(folder, output / "logs" / "prefect.log", timetable, stop, shown.refresh)
            if ended is not None:
                rest_s = REST_S[0] if time.monotonic() - began > WELL_S else rest_s
                log.warning("%s Both start again in %.0f s; see logs/prefect.log and logs/app.log.", ended, rest_s)
                stop.sleep(rest_s)
                rest_s = min(2 * rest_s, REST_S[1])
                end_orphan(folder)
                unborn = unborn + 1 if ended == UNBORN else 0
                if unborn == UNBORN_TIMES:
                    set_aside(folder / SERVED)
    finally:
        shown.forget()
    log.info("The schedule ends.")


def set_aside(home: Path) -> None:
    """Let Prefect begin anew: what it had in *home* goes beside, in place of what went there before."""
    beside = home.with_name(f"{home.name}.unreadable")
    shutil.rmtree(beside, ignore_errors=True)
    with suppress(OSError):
        home.replace(beside)
    home.mkdir(exist_ok=True)
    log.warning("Prefect begins with an empty database; the one that it could not open is %s.", beside)


def _live(folder: Path, log_file: Path, timetable: Timetable, stop: Stop, refresh: Callable[[], None]) -> str | None:
    """Have both children until a signal comes, or one of them ends: then in words which.

    A night that is being lived ends with them, at any line, and goes on at the next start.
    """
    with _child("flows.server", str(folder), str(log_file)) as server:
        api = _address(folder, server, stop)
        if api is None:
            return None if stop.asked else UNBORN
        pace = timetable.pace
        orders = (timetable.cron, timetable.zone, str(pace.day_s), pace.since.isoformat())
        with _child("flows.serving", *orders, PREFECT_API_URL=api) as serving:
            while not stop.asked:
                if server.poll() is not None:
                    return f"Prefect's server ended (exit {server.returncode})."
                if serving.poll() is not None:
                    return f"What serves the nights ended (exit {serving.returncode})."
                refresh()
                stop.sleep(LOOK_S)
    return None


@contextmanager
def _child(module: str, *orders: str, **settings: str) -> Iterator[Child]:
    """A child that ends with us: it holds the other end of a pipe. A Ctrl-C in our terminal is for us alone."""
    alone: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        alone = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    command = [sys.executable, "-m", module, *orders]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, env=os.environ | settings, cwd=PROJECT, **alone)
    try:
        yield child
    finally:
        if module == "flows.server":
            child.terminate()  # it has a database to close
            with suppress(subprocess.TimeoutExpired):
                child.wait(END_S)
        _end(child)


def _end(child: Child) -> None:
    """Close the pipe, which ends it; if it does not, end it."""
    assert child.stdin is not None
    child.stdin.close()
    try:
        child.wait(END_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _address(folder: Path, server: Child, stop: Stop) -> str | None:
    """Where the API of *server* answers, None if it does not come to that."""
    until = time.monotonic() + START_S
    while not stop.asked and server.poll() is None and time.monotonic() < until:
        record = read_record(folder)
        if record is not None:
            with SyncPrefectClient(record.api) as client:
                if client.api_healthcheck() is None:
                    return record.api
        stop.sleep(LOOK_S)
    return None


class _Shown:
    """schedule.json: for doctor and for people, that the schedule lives, and when the next night is due."""

    def __init__(self, output: Path, timetable: Timetable, started_at: str) -> None:
        self._output, self._timetable, self._started_at = output, timetable, started_at
        self._next_at = clock.now()
        self._written = ""

    def refresh(self) -> None:
        """Write it again if it has changed, and say when the next night is."""
        pace = self._timetable.pace
        if clock.now() >= self._next_at:
            due = self._timetable.after(pace.instant(clock.now()))
            self._next_at = pace.real(due)
            log.info(
                "The next night is at %s (%s).",
                f"{due.astimezone(self._timetable.tz):%d %b %H:%M}",
                self._timetable.zone,
            )
        text = json.dumps(self._said(), indent=1, ensure_ascii=False) + "\n"
        if text != self._written:
            with suppress(ClanError):  # a full disk is the night's to tell
                write_text(self._output / SCHEDULE, text)
                self._written = text

    def forget(self) -> None:
        """Take it away: the schedule does not live any more."""
        with suppress(OSError):
            (self._output / SCHEDULE).unlink(missing_ok=True)

    def _said(self) -> dict[str, Any]:
        return {
            "schema_version": SCHEMA_VERSION,
            "pid": os.getpid(),
            "started_at": self._started_at,
            "cron": self._timetable.cron,
            "time_zone": self._timetable.zone,
            "next_at": iso(self._next_at),
            "last": self._last(),
        }

    def _last(self) -> dict[str, Any] | None:
        """How the last night ended, whoever asked for it."""
        try:
            status = json.loads((self._output / "status.json").read_text("utf-8"))
            return {name: status[name] for name in ("night", "state", "sentence")}
        except (OSError, ValueError, KeyError, TypeError):
            return None
