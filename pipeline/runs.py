"""A run from its beginning to its end: its lock, its record in the database, its verdict and status.json."""

import hashlib
import json
import logging
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from sqlalchemy import Connection

from pipeline.costs import RUNS_SHOWN, foreseen, measure, remembered
from pipeline.domain.foresight import Concern
from pipeline.errors import ClanError, ConfigError, PublishError
from pipeline.job import Job
from pipeline.outcome import DIGEST, HARVESTS, LANDINGS, STAGES, StageOutcome, read_outcome
from pipeline.outputs.dashboard.site import write_runs
from pipeline.outputs.deploy import SINGLE_PAGE
from pipeline.outputs.files import write_text
from pipeline.privacy import shut
from pipeline.settings import Settings
from pipeline.stages import PACKAGE
from pipeline.storage import queries, runs
from pipeline.storage.backup import backup_before, insist_on, sweep
from pipeline.storage.engine import reading, writing
from pipeline.storage.migrate import HEAD, is_older, migrate
from pipeline.verdict import STANDS, Verdict, also, sum_up

log = logging.getLogger(__name__)

SCHEMA_VERSION: Final = 1
RUNS_KEPT: Final = 2 * RUNS_SHOWN
"""Folders of runs: some are of stages done alone, and of backfills."""

LOCK: Final = ".clanstats.lock"
SCHEDULE_LOCK: Final = ".schedule.lock"
SCHEDULE: Final = "schedule.json"
"""What a schedule that lives holds, and shows."""

ANOTHER: Final = "Another run is at work in {output}; wait for it to end."
CUT_OFF: Final = "This run was ended before it was done."
SOURCE_NAMES: Final = {"wom": "Wise Old Man", "discord": "Discord"}


class Busy(ClanError):
    """Another run holds the lock; exit code 4."""


@contextmanager
def alone(output: Path, lock: str = LOCK, another: str = ANOTHER) -> Iterator[None]:
    """Hold the output folder: two runs at once would step on each other. The lock dies with its process.

    A schedule holds a *lock* of its own, and *another* one is told so.
    """
    held = FileLock(output / lock, timeout=0)
    try:
        output.mkdir(parents=True, exist_ok=True)
        held.acquire()
    except Timeout:
        raise Busy(another.format(output=output)) from None
    except OSError as error:
        raise ConfigError(f"OUTPUT_DIR {output} cannot be used: {error.strerror}.") from error
    try:
        yield
    finally:
        held.release()


def prepare(settings: Settings, now: datetime) -> None:
    """Bring the database to this code's schema; one that is to change is copied first. One that has vanished is not begun anew."""
    database, backups = settings.database, settings.output_dir / "backups"
    shut(settings.output_dir, database)
    sweep(database, backups)
    insist_on(database, backups)
    if database.exists() and is_older(database):
        backup_before(HEAD, database, backups, now)
    if migrate(database):
        log.info("The database %s is at this version's schema.", database)


def begin(settings: Settings, now: datetime, only: str | None = None) -> Job:
    """The unfinished run of the same night, whose `now` stands, or a new one; unfinished runs of other nights are closed.

    *only* names the one source to be asked.
    """
    fresh = Job(settings, _free_id(settings, now), now, only)
    with writing(settings.database) as connection:
        left = runs.unfinished(connection)
        tonight = next((run for run in left if run.night == fresh.night), None)
        for run in left:
            if run is not tonight:
                runs.note_run(connection, run.id, run.night, run.now, "failed", 1, CUT_OFF)
        if tonight is None:
            runs.note_run(connection, fresh.run_id, fresh.night, now, "running", None, "")
    if tonight is None:
        return fresh
    log.info("Going on with the unfinished run %s.", tonight.id)
    return Job(settings, tonight.id, tonight.now, only)


def _free_id(settings: Settings, now: datetime) -> str:
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    with reading(settings.database) as connection:
        number, run_id = 1, stamp
        while runs.taken(connection, run_id):
            number += 1
            run_id = f"{stamp}-{number}"
    return run_id


def is_due(settings: Settings, now: datetime) -> bool:
    """Whether the night of *now* has not ended well yet."""
    job = Job(settings, "", now)
    with reading(settings.database) as connection:
        return not runs.is_done(connection, job.night, [name for name in planned(job) if name != DIGEST])


def planned(job: Job) -> list[str]:
    """The stages of this run, in order: Discord needs a token, deploying and telling need somewhere to go.

    A run that asks one source alone mends a night; it is not the night that is told of.
    """
    left_out = set()
    if job.only is not None:
        left_out = {DIGEST, *(name for name in HARVESTS if name != f"harvest_{job.only}")}
    if not job.settings.tells:
        left_out.add(DIGEST)
    if not job.settings.reads_discord:
        left_out.add("harvest_discord")
    if job.settings.local_drive_path is None:
        left_out.add("deploy")
    return [name for name in STAGES if name not in left_out]


def done_before(job: Job) -> dict[str, StageOutcome]:
    """Stages that an earlier start of this run finished, as far as nothing planned before them is still to be done.

    The earlier start may have had other orders: one source only, or no token yet.
    """
    with reading(job.settings.database) as connection:
        rows = queries.stage_runs(connection, job.run_id)
    finished = {row.name for row in rows if row.state in ("done", "partial")}
    plan = planned(job)
    first_open = next((at for at, name in enumerate(plan) if name not in finished), len(plan))
    done = [name for at, name in enumerate(plan) if name in finished and (at < first_open or name in LANDINGS)]
    return {name: read_outcome(job.output, job.run_id, name) for name in done}


def record(job: Job, outcome: StageOutcome) -> None:
    """Write down what a stage did."""
    o = outcome
    row = (
        job.run_id, o.name, o.state, o.attempts, o.seconds, o.requests, o.bytes, o.inserted, o.updated, o.unchanged,
        o.error, o.peak_bytes,
    )  # fmt: skip
    with writing(job.settings.database) as connection:
        runs.note_stage(connection, row)


def end(job: Job, outcomes: Mapping[str, StageOutcome], seconds: float | None = None) -> Verdict:
    """Close the run: its record with what it cost, the history that the dashboard shows, what is to be seen to, and status.json.

    *seconds* is what this start of it took; of a night that was cut off, what went before is not in it.
    """
    outcomes = {name: outcomes[name].veiled(job.veil) for name in STAGES if name in outcomes}
    verdict = sum_up(outcomes)
    if job.only is not None and verdict.exit_code == 0:
        verdict = replace(verdict, sentence=f"{SOURCE_NAMES[job.only]} was read; no other source was asked.")
    summed = verdict
    with writing(job.settings.database) as connection:
        cost = measure(job, runs.members(connection), outcomes, seconds)
        _note(connection, job, verdict)
        runs.note_cost(connection, job.run_id, cost)
        verdict = _tell(connection, job, list(outcomes.values()), verdict)
        _note(connection, job, verdict)
    if verdict != summed and DIGEST in outcomes:  # which told of the night before this showed
        _alarm(job.settings, job.night, verdict)
    _drop_old(job.output / "runs")
    return verdict


def _alarm(settings: Settings, night: str, verdict: Verdict) -> None:
    from pipeline.alerts import alarm  # which brings the network along

    alarm(settings, night, verdict)


def _note(connection: Connection, job: Job, verdict: Verdict) -> None:
    runs.note_run(connection, job.run_id, job.night, job.now, verdict.state, verdict.exit_code, verdict.sentence)


def _tell(connection: Connection, job: Job, outcomes: Sequence[StageOutcome], verdict: Verdict) -> Verdict:
    """Write the history and status.json; gives the verdict, which is worse where one of them could not be written.

    The run is noted in the same transaction: what nobody could be told of has not come to its end.
    """
    bodes = foreseen(connection, job)
    for concern in bodes:
        log.warning("%s %s", concern.said, concern.remedy)
    if (job.output / "site").is_dir():
        try:
            write_runs(job.output / "site", remembered(connection, job))
        except PublishError as error:
            verdict = _marred(verdict, error)
    described, unread = _describe(job.output)
    if unread:
        verdict = _marred(verdict, PublishError(f"These outputs cannot be read: {', '.join(unread)}."))
    try:
        write_status(job, job.night, outcomes, verdict, bodes, described)
    except PublishError as error:
        verdict = _marred(verdict, PublishError(f"status.json still tells of an earlier night: {error}"))
    return verdict


def _marred(verdict: Verdict, error: PublishError) -> Verdict:
    log.error("%s", error)
    return also(verdict, str(error))


def _drop_old(folder: Path) -> None:
    """Keep what stages left for as many runs as are shown; the database goes on knowing all of them."""
    with suppress(OSError):  # the next night tries again
        for old in sorted(folder.iterdir())[:-RUNS_KEPT]:
            shutil.rmtree(old, ignore_errors=True)


def verdict_of(job: Job) -> Verdict | None:
    """How the run ended, by its record; None if it has not."""
    with reading(job.settings.database) as connection:
        row = runs.run(connection, job.run_id)
    return None if row.exit_code is None else Verdict(row.state, row.exit_code, row.sentence)


def give_up(settings: Settings, now: datetime, error: ClanError, exit_code: int) -> Verdict:
    """Say in status.json, and to whoever is told of such nights, why one could not even begin, or could not be closed."""
    job = Job(settings, f"{now:%Y%m%dT%H%M%SZ}", now)
    verdict = Verdict("failed", exit_code, job.veil(f"{error} {STANDS}"))
    try:
        night = job.night
    except ConfigError:
        night = now.date().isoformat()
    try:
        write_status(job, night, [], verdict)
    except PublishError as untold:
        log.error("status.json still tells of an earlier night: %s", untold)  # noqa: TRY400 - what a person can mend needs no traceback
    _alarm(settings, night, verdict)
    return verdict


def write_status(
    job: Job,
    night: str,
    outcomes: Sequence[StageOutcome],
    verdict: Verdict,
    bodes: Sequence[Concern] = (),
    described: Sequence[Mapping[str, object]] | None = None,
) -> None:
    """status.json: what a scheduler, a phone or a script wants to know."""
    shown = ("name", "state", "attempts", "seconds", "requests", "bytes", "inserted", "updated", "unchanged", "error")
    status = {
        "schema_version": SCHEMA_VERSION,
        "run_id": job.run_id,
        "night": night,
        "now": job.now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "state": verdict.state,
        "exit_code": verdict.exit_code,
        "sentence": verdict.sentence,
        "stages": [{key: value for key, value in asdict(outcome).items() if key in shown} for outcome in outcomes],
        "warnings": [{"kind": each.kind, "said": each.said, "remedy": each.remedy} for each in bodes],
        "outputs": list(_describe(job.output)[0] if described is None else described),
    }
    write_text(job.output / "status.json", json.dumps(status, indent=1, ensure_ascii=False) + "\n")


def describe_again(output: Path) -> None:
    """Have status.json tell of the outputs as they are now."""
    file = output / "status.json"
    with suppress(FileNotFoundError):
        status = json.loads(file.read_bytes())
        status["outputs"], _ = _describe(output)
        write_text(file, json.dumps(status, indent=1, ensure_ascii=False) + "\n")


def _describe(output: Path) -> tuple[list[dict[str, object]], list[str]]:
    """The outputs, and which of them cannot be read, with why."""
    described, unread = [], []
    for path in _outputs(output):
        try:
            described.append(_described(output, path))
        except OSError as error:
            unread.append(f"{path} ({error.strerror})")
    return described, unread


def _outputs(output: Path) -> list[Path]:
    """What people open: the workbooks, the single page, the site with its assets, and the description of the exports."""
    package = output / PACKAGE / "datapackage.json"
    found = [
        *output.glob("clan_report_summary_merged*.xlsx"),
        output / SINGLE_PAGE,
        package,
        *(output / "site").rglob("*"),
    ]
    return sorted(path for path in found if path.is_file())


def _described(output: Path, path: Path) -> dict[str, object]:
    content = path.read_bytes()
    return {
        "path": path.relative_to(output).as_posix(),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
