"""The nights: whether somebody calls them, how the last one ended, and what it left lying."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from pipeline import clock
from pipeline.costs import foreseen
from pipeline.doctor.check import Check, ok, skipped, warning
from pipeline.doctor.clocks import beside_the_newest_run
from pipeline.doctor.folders import disk_space
from pipeline.doctor.patient import Patient, is_held
from pipeline.doctor.rows import NONE_YET, shut, unfit
from pipeline.doctor.words import listed, span
from pipeline.errors import ConfigError
from pipeline.job import Job
from pipeline.marts.wording import plural
from pipeline.runs import SCHEDULE, SCHEDULE_LOCK
from pipeline.sources.landing import PARTIAL, UNREADABLE, whole_landings
from pipeline.storage import queries, runs
from pipeline.storage.engine import looking

STALE: Final = timedelta(hours=36)
LATE: Final = timedelta(hours=1)
LEFT: Final = timedelta(days=1)
CALLED: Final = "Start uv run clanstats schedule, or have this machine's scheduler call uv run clanstats run --if-due (README, Every night)."
_AFTER: Final = {
    1: "Do what it says, and run again: uv run clanstats run.",
    2: "Do what it says, and run again: uv run clanstats run.",
    3: "Do what it says; the next night makes up for it.",
}


@dataclass(frozen=True, slots=True)
class _Ended:
    """How a run ended."""

    now: datetime
    exit_code: int
    sentence: str


def checks(patient: Patient) -> Iterator[Check]:
    """The schedule, the last run, and what lies about."""
    if reason := shut(patient):
        yield skipped("last run", reason)
        return
    if patient.is_at_work:
        yield ok("run", "A run is at work right now; all that is told of runs is about those before it.")
    last = _last(patient)
    unread = unfit(patient)
    if last is None and unread and unread != NONE_YET:
        yield skipped("last run", unread)
    else:
        yield _schedule(patient, last)
        yield _told(patient, last)
    yield from _recorded(patient)
    yield from _foreseen(patient, unread)
    yield from _left(patient)


def _foreseen(patient: Patient, unread: str | None) -> Iterator[Check]:
    """What the nights so far bode; missing nights, missing backups and a disk that is short now are told by checks of their own."""
    job = Job(patient.settings, "-", patient.now)
    try:
        _ = job.night
    except ConfigError:
        unread = "clan.toml is wrong: see there."
    if unread:
        yield skipped("foresight", unread)
        return
    told = {"nights", "backups"} if disk_space(patient).state == "ok" else {"nights", "backups", "disk"}
    with looking(patient.settings.database) as connection:
        found = [concern for concern in foreseen(connection, job) if concern.kind not in told]
    yield from (warning(f"foresight: {concern.kind}", concern.said, concern.remedy) for concern in found)
    if not found:
        yield ok("foresight", "Nothing grows too fast, as far as the nights so far tell.")


def _last(patient: Patient) -> _Ended | None:
    """The last run that ended: by status.json, which also tells of nights that could not begin, and by the database."""
    found = [_by_status(patient.output / "status.json"), _by_record(patient)]
    return max((each for each in found if each is not None), key=lambda each: each.now, default=None)


def _by_status(file: Path) -> _Ended | None:
    told = _json(file)
    try:
        return _Ended(clock.parse(str(told["now"])), int(told["exit_code"]), str(told["sentence"]))
    except (KeyError, TypeError, ValueError, ConfigError):
        return None


def _by_record(patient: Patient) -> _Ended | None:
    if unfit(patient):
        return None
    with looking(patient.settings.database) as connection:
        row = runs.last_ended(connection)
    return None if row is None else _Ended(row.now, row.exit_code, row.sentence)


def _json(file: Path) -> dict[str, Any]:
    """What *file* says, nothing if it cannot be read."""
    try:
        told = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _schedule(patient: Patient, last: _Ended | None) -> Check:
    name, file = "schedule", patient.output / SCHEDULE
    if not file.is_file():
        if last is not None and patient.now - last.now <= STALE:
            return ok(name, "Nights are being done, by something else than the schedule.")
        return warning(name, "Nothing seems to call ClanStats every night.", CALLED)
    told = _json(file)
    if not is_held(patient.output / SCHEDULE_LOCK):
        return warning(
            name,
            "The schedule was begun once, and is no longer running.",
            f"Start it again: uv run clanstats schedule. If something else calls the nights now, remove {file}.",
        )
    try:
        next_at = clock.parse(str(told["next_at"]))
    except (KeyError, ConfigError):
        return warning(
            name, f"{file} does not say when the next night is.", "Start it again: uv run clanstats schedule."
        )
    if patient.now - next_at > LATE:
        return warning(
            name,
            f"The schedule is running, but the night of {next_at:%Y-%m-%d %H:%M} UTC is overdue.",
            f"See {patient.output / 'logs' / 'app.log'}, and start it again: uv run clanstats schedule.",
        )
    return ok(name, f"The schedule is running; the next night is {next_at:%Y-%m-%d %H:%M} UTC.")


def _told(patient: Patient, last: _Ended | None) -> Check:
    name = "last run"
    if last is None:
        return skipped(
            name,
            "There was none yet.",
            "uv run clanstats backfill fetches the past, uv run clanstats run lives a night.",
        )
    age = patient.now - last.now
    said = f"{span(age)} {'ago' if age >= timedelta() else 'from now'}: {last.sentence}"
    if last.exit_code:
        return warning(name, said, _AFTER.get(last.exit_code, "Run again: uv run clanstats run."))
    if age > STALE:
        return warning(name, said, f"uv run clanstats run makes up for what was missed. {CALLED}")
    return ok(name, said)


def _recorded(patient: Patient) -> Iterator[Check]:
    """What the database knows of runs and landings."""
    if unfit(patient):
        return
    with looking(patient.settings.database) as connection:
        newest, open_runs = runs.newest(connection), runs.unfinished(connection)
        loaded = queries.loaded_landings(connection)
    if newest is not None:
        yield beside_the_newest_run(newest, patient.now)
    if patient.is_at_work:
        return
    if open_runs:
        yield warning(
            "unfinished run",
            f"The run {open_runs[0].id} never came to its end.",
            "uv run clanstats run goes on with it, if its night is not over; else it begins the present one.",
        )
    waiting = [path.name for path in whole_landings(patient.output / "landing") if path.name not in loaded]
    if waiting:
        yield warning(
            "landings",
            f"{plural(len(waiting), 'landing')} wait to be loaded: {listed(waiting, 2)}.",
            "uv run clanstats load loads them; the next run does, too.",
        )
    else:
        yield ok("landings", "Every landing is loaded.")


def _left(patient: Patient) -> Iterator[Check]:
    """What was set aside, and what killed runs left half written."""
    landings = patient.output / "landing"
    aside = sorted(path.name for path in landings.glob(f"*{UNREADABLE}"))
    if aside:
        yield warning(
            "landings set aside",
            f"{plural(len(aside), 'landing')} could not be read: {listed(aside, 2)}.",
            f"With a newer ClanStats take {UNREADABLE} off its name, and it is loaded; else remove it from {landings}.",
        )
    bound = (patient.now - LEFT).timestamp()
    folders = [patient.output / name for name in ("", "landing", "site", "backups", "datapackage")]
    written = {path: _written_at(path) for folder in folders for path in folder.glob(f"*{PARTIAL}")}
    partial = {path: at for path, at in written.items() if at is not None and at < bound}
    if partial and not patient.is_at_work:
        oldest = datetime.fromtimestamp(min(partial.values()), UTC)
        yield warning(
            "leftovers",
            f"{plural(len(partial), 'file')} of runs that were killed lie about since {oldest:%Y-%m-%d}: "
            f"{listed(sorted(str(path) for path in partial), 2)}.",
            "Remove them: nothing reads them.",
        )


def _written_at(file: Path) -> float | None:
    """When *file* was written, in seconds since 1970; None if a night at work has replaced it."""
    try:
        return file.stat().st_mtime
    except OSError:
        return None
