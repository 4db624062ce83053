"""A run from its beginning to its end: its lock, its record in the database, its verdict and status.json."""

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from filelock import FileLock, Timeout

from pipeline.errors import ClanError, ConfigError
from pipeline.job import Job
from pipeline.outcome import HARVESTS, LANDINGS, STAGES, StageOutcome, read_outcome
from pipeline.outputs.dashboard.site import write_runs
from pipeline.outputs.deploy import SINGLE_PAGE
from pipeline.outputs.files import write_text
from pipeline.privacy import shut
from pipeline.settings import Settings
from pipeline.stages import PACKAGE, run_history
from pipeline.storage import queries, runs
from pipeline.storage.backup import Keep, backup
from pipeline.storage.engine import reading, writing
from pipeline.storage.migrate import is_current, migrate

log = logging.getLogger(__name__)

SCHEMA_VERSION: Final = 1
LOCK: Final = ".clanstats.lock"
STANDS: Final = "The last good outputs stand."
CUT_OFF: Final = "This run was ended before it was done."
WELL: Final = "Everything is up to date."
SOURCE_NAMES: Final = {"wom": "Wise Old Man", "discord": "Discord"}

RunState = Literal["done", "degraded", "failed"]


class Busy(ClanError):
    """Another run holds the lock; exit code 4."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a run ended, in a word, a number and a sentence."""

    state: RunState
    exit_code: int
    sentence: str


@contextmanager
def alone(output: Path) -> Iterator[None]:
    """Hold the output folder: two runs at once would step on each other. The lock dies with its process."""
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"OUTPUT_DIR {output} cannot be used: {error.strerror}.") from error
    try:
        with FileLock(output / LOCK, timeout=0):
            yield
    except Timeout:
        raise Busy(f"Another run is at work in {output}; wait for it to end.") from None


def prepare(settings: Settings, now: datetime) -> None:
    """Bring the database to this code's schema; one that is to change is backed up first."""
    database = settings.database
    shut(settings.output_dir, database)
    if database.exists() and not is_current(database):
        backup(database, settings.output_dir / "backups", now, Keep.parse(settings.backup_keep))
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
        return not runs.is_done(connection, job.night, planned(job))


def planned(job: Job) -> list[str]:
    """The stages of this run, in order: Discord needs a token, deploying needs somewhere to go."""
    left_out = set()
    if job.only is not None:
        left_out = {name for name in HARVESTS if name != f"harvest_{job.only}"}
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
        o.error,
    )  # fmt: skip
    with writing(job.settings.database) as connection:
        runs.note_stage(connection, row)


def stopper(outcomes: Mapping[str, StageOutcome]) -> StageOutcome | None:
    """The stage that nothing can come after: all harvests failed, or Wise Old Man's for a setting, or the load.

    A source that is down does not stop the other: what is known is loaded and shown, with its age.
    """
    harvests = [outcomes[name] for name in HARVESTS if name in outcomes]
    failed = [outcome for outcome in harvests if not outcome.succeeded]
    wrong = next((outcome for outcome in failed if outcome.name == "harvest_wom" and outcome.needs_a_setting), None)
    if wrong is not None:
        return wrong
    if len(failed) == len(harvests):
        said = " ".join(outcome.error or "" for outcome in failed)
        return replace(failed[0], error=said) if failed else _unreached(HARVESTS[0])
    loaded = outcomes.get("load")
    return loaded if loaded is not None and not loaded.succeeded else None


def _unreached(name: str) -> StageOutcome:
    return StageOutcome(name, "failed", error=f"{name} was not reached.")


def sum_up(outcomes: Mapping[str, StageOutcome]) -> Verdict:
    """What the outcomes of a night's stages amount to, by the exit codes of the contract."""
    stopped = stopper(outcomes)
    if stopped is None and "load" not in outcomes:
        stopped = _unreached("load")
    if stopped is not None:
        wrong = stopped.needs_a_setting and stopped.name != "harvest_discord"
        return Verdict("failed", 2 if wrong else 1, f"Nothing new was published: {stopped.error} {STANDS}")
    written = [outcomes[name] for name in ("report", "publish") if name in outcomes]
    errors = [o.error or f"{o.name} did not end well." for o in outcomes.values() if o.state != "done"]
    if not any(outcome.succeeded for outcome in written):
        return Verdict("failed", 1, f"Nothing new was published: {' '.join(errors)} {STANDS}")
    if errors:
        return Verdict("degraded", 3, f"Written, but not all went well: {' '.join(errors)}")
    return Verdict("done", 0, WELL)


def end(job: Job, outcomes: Mapping[str, StageOutcome]) -> Verdict:
    """Close the run: its record, the history that the dashboard shows, and status.json."""
    verdict = sum_up(outcomes)
    if job.only is not None and verdict.exit_code == 0:
        verdict = replace(verdict, sentence=f"{SOURCE_NAMES[job.only]} was read; no other source was asked.")
    with writing(job.settings.database) as connection:
        runs.note_run(connection, job.run_id, job.night, job.now, verdict.state, verdict.exit_code, verdict.sentence)
    if (job.output / "site").is_dir():
        write_runs(job.output / "site", run_history(job))
    write_status(job, job.night, [outcomes[name] for name in STAGES if name in outcomes], verdict)
    return verdict


def verdict_of(job: Job) -> Verdict | None:
    """How the run ended, by its record; None if it has not."""
    with reading(job.settings.database) as connection:
        row = runs.run(connection, job.run_id)
    return None if row.exit_code is None else Verdict(row.state, row.exit_code, row.sentence)


def give_up(settings: Settings, now: datetime, error: ClanError, exit_code: int) -> None:
    """Say in status.json why a night could not even begin, or could not be closed."""
    job = Job(settings, f"{now:%Y%m%dT%H%M%SZ}", now)
    try:
        night = job.night
    except ConfigError:
        night = now.date().isoformat()
    with suppress(ClanError):
        write_status(job, night, [], Verdict("failed", exit_code, f"{error} {STANDS}"))


def write_status(job: Job, night: str, outcomes: Sequence[StageOutcome], verdict: Verdict) -> None:
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
        "outputs": [_described(job.output, path) for path in _outputs(job.output)],
    }
    write_text(job.output / "status.json", json.dumps(status, indent=1, ensure_ascii=False) + "\n")


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
