"""The scheduler itself: it keeps Prefect's server and what serves the nights alive, and says where it is.

Both are children. When one ends, both start again, after a while that grows; when the scheduler ends, however it ends, they do.
"""

import json
import logging
import os
import shutil
import signal
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any, Final

from flows.own import answers, child, is_damaged, password, record_of
from flows.server import end_orphan
from flows.timetable import Timetable
from flows.vigil import SILENT, Vigil, changed_at
from pipeline import clock
from pipeline.errors import ClanError
from pipeline.night import FAILED
from pipeline.outcome import ATTEMPTS, STAGES
from pipeline.outputs.files import write_text
from pipeline.outputs.instants import iso
from pipeline.prefects import DATABASE, SERVED, served_folder
from pipeline.runs import SCHEDULE, give_up
from pipeline.settings import Settings

SCHEMA_VERSION: Final = 1
LOOK_S: Final = 0.5
REST_S: Final = (5.0, 300.0)
"""The first rest after a child ended, and the longest; they double until an hour goes well."""
WELL_S: Final = 3600.0
SHORT_TIMES: Final = 3
"""After so many lives in a row of which none lasted an hour, Prefect begins with an empty database. What is done stands in ours."""
SLACK: Final = timedelta(hours=1)
"""What a night may take beside its stages."""
UNBORN: Final = "Prefect's server did not start."

log = logging.getLogger(__name__)


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
    folder, started_at, rest_s, short = output / "prefect", iso(clock.now()), REST_S[0], 0
    shown = Shown(output, timetable, started_at)
    orphan = end_orphan(folder)
    if orphan is not None:
        log.warning("A server that outlived its scheduler was ended (process %d).", orphan)
    try:
        while not stop.asked:
            if is_damaged(folder / SERVED / DATABASE):
                set_aside(folder / SERVED)
            began = time.monotonic()
            ended = _live(folder, output / "logs" / "prefect.log", timetable, stop, shown)
            if ended is not None:
                if time.monotonic() - began > WELL_S:
                    rest_s, short = REST_S[0], 0
                log.warning("%s Both start again in %.0f s; see logs/prefect.log and logs/app.log.", ended, rest_s)
                if SILENT in (ended, shown.refresh()):  # it may be that nothing lives long enough to hang
                    tell_of_silence(timetable)
                stop.sleep(rest_s)
                rest_s, short = min(2 * rest_s, REST_S[1]), short + 1
                end_orphan(folder)
                if short == SHORT_TIMES:
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
    log.warning("Prefect begins with an empty database; the one that it could not live with is %s.", beside)


def tell_of_silence(timetable: Timetable) -> None:
    """Have status.json, and whoever is told of such nights, know that none was lived."""
    settings, now = _current_settings(), timetable.pace.instant(clock.now())
    with suppress(OSError):
        give_up(settings, now, ClanError(f"{SILENT} Prefect was started again; see logs/app.log."), FAILED)


def _current_settings() -> Settings:
    """What is set now, but for what is wrong in it."""
    return Settings.survey(served_folder()).settings


def _live(folder: Path, log_file: Path, timetable: Timetable, stop: Stop, shown: "Shown") -> str | None:
    """Have both children until a signal comes, or one of them ends: then in words which.

    A night that is being lived ends with them, at any line, and goes on at the next start.
    """
    key = password()
    with child("flows.server", str(folder), str(log_file), PREFECT_SERVER_API_AUTH_STRING=key) as server:
        record = record_of(folder, server, lambda: stop.asked)
        if record is None or not answers(record, server, lambda: stop.asked):
            return None if stop.asked else UNBORN
        pace = timetable.pace
        orders = (timetable.cron, timetable.zone, str(pace.day_s), pace.since.isoformat())
        with child("flows.serving", *orders, PREFECT_API_URL=record.api, PREFECT_API_AUTH_STRING=key) as serving:
            while not stop.asked:
                if server.poll() is not None:
                    return f"Prefect's server ended (exit {server.returncode})."
                if serving.poll() is not None:
                    return f"What serves the nights ended (exit {serving.returncode})."
                if (wrong := shown.refresh()) is not None:
                    return wrong
                stop.sleep(LOOK_S)
    return None


class Shown:
    """schedule.json: for doctor and for people, that the schedule lives, and when the next night is due."""

    def __init__(self, output: Path, timetable: Timetable, started_at: str) -> None:
        self._output, self._timetable, self._started_at = output, timetable, started_at
        self._next_at: datetime | None = None
        self._written = ""
        self._vigil, self._longest_s = Vigil(output, clock.now()), 0.0
        self._told_at = -1
        self._last: dict[str, Any] | None = None

    def refresh(self) -> str | None:
        """Write it again if it has changed, and say when the next night is; gives in words why Prefect must start again."""
        pace, now = self._timetable.pace, clock.now()
        is_due = self._next_at is not None and now >= self._next_at
        if self._next_at is None or is_due:
            self._longest_s = self._longest(_current_settings()).total_seconds()
            due = self._timetable.after(pace.instant(now))
            self._next_at = pace.real(due)
            log.info(
                "The next night is at %s (%s).",
                f"{due.astimezone(self._timetable.tz):%d %b %H:%M}",
                self._timetable.zone,
            )
        text = json.dumps(self._said(self._next_at), indent=1, ensure_ascii=False) + "\n"
        if text != self._written:
            with suppress(ClanError):  # a full disk is the night's to tell
                write_text(self._output / SCHEDULE, text)
                self._written = text
        wrong = self._vigil.wrong(now, is_due=is_due, longest_s=self._longest_s)
        if wrong is not None:
            self._next_at = None
        return wrong

    def _longest(self, settings: Settings) -> timedelta:
        """No night takes longer: every stage as long as it may, as often as it may."""
        stages = timedelta(seconds=len(STAGES) * ATTEMPTS * settings.stage_timeout_s)
        return stages + self._timetable.pace.lasts(SLACK)

    def forget(self) -> None:
        """Take it away: the schedule does not live any more."""
        with suppress(OSError):
            (self._output / SCHEDULE).unlink(missing_ok=True)

    def _said(self, next_at: datetime) -> dict[str, Any]:
        return {
            "schema_version": SCHEMA_VERSION,
            "pid": os.getpid(),
            "started_at": self._started_at,
            "cron": self._timetable.cron,
            "time_zone": self._timetable.zone,
            "next_at": iso(next_at),
            "last": self._how_the_last_ended(),
        }

    def _how_the_last_ended(self) -> dict[str, Any] | None:
        """The last night, whoever asked for it. The file is opened when it changed: on Windows a reader is in a writer's way."""
        file = self._output / "status.json"
        told_at = changed_at(file)
        if told_at != self._told_at:
            self._told_at = told_at
            try:
                status = json.loads(file.read_text("utf-8"))
                self._last = {name: status[name] for name in ("night", "state", "sentence")}
            except (OSError, ValueError, KeyError, TypeError):
                self._last = None
        return self._last
