"""The verbs of a night, without Prefect: each opens what it needs, calls the floor below, closes, and tells what became of it."""

import logging
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from pipeline.errors import ClanError, PublishError, StorageError, Unreadable
from pipeline.harvests import harvest_discord, harvest_wom, known, wom_session
from pipeline.job import Job
from pipeline.marts.model import Marts
from pipeline.outcome import StageOutcome, read_outcome
from pipeline.outputs.deploy import SINGLE_PAGE, WORKBOOK, Sources
from pipeline.outputs.deploy import deploy as copy_out
from pipeline.people import tie
from pipeline.sources import landing as landings
from pipeline.sources.discord.rows import decode as decode_talk
from pipeline.sources.discord.rows import is_whole
from pipeline.sources.http import Attempt
from pipeline.sources.wom.backfill import backfill as walk_back
from pipeline.sources.wom.client import WomClient
from pipeline.sources.wom.decode import decode
from pipeline.sources.wom.plan import BackfillPlan
from pipeline.storage import queries
from pipeline.storage.backup import Keep, backup
from pipeline.storage.engine import reading, writing
from pipeline.storage.load import Arrival
from pipeline.storage.load import load as load_records
from pipeline.storage.load_talk import load_talk
from pipeline.storage.upkeep import tidy
from pipeline.storage.upsert import Counts

log = logging.getLogger(__name__)

RUNS_SHOWN: Final = 60
OPEN_RATE: Final = 20
KEYED_RATE: Final = 100
"""Requests a minute that WOM allows without and with an API key."""


def load(job: Job, again: str | None = None) -> StageOutcome:
    """Load every whole landing not loaded yet, oldest first, each in one transaction; *again* replays one by name.

    A landing that cannot be read is set aside, so that it does not stop the nights after it; they ask again for its days.
    """
    database = job.settings.database
    landings.sweep_partials(job.landing)
    with reading(database) as connection:
        done = queries.loaded_landings(connection)
    waiting = [path for path in landings.whole_landings(job.landing) if path.name not in done or path.name == again]
    if again is not None and again not in {path.name for path in waiting}:
        raise StorageError(f"There is no landing {again} in {job.landing}.")
    if waiting:
        _back_up(job)
    counts, broken = Counts(), []
    for path in waiting:
        try:
            counts += load_landing(database, path)
        except Unreadable as error:
            if path.name == again:
                raise
            aside = landings.set_aside(path)
            broken.append(
                f"{error} It is set aside as {aside.name}; with a newer ClanStats, rename it back to load it."
            )
            log.warning("%s", broken[-1])
    if broken and len(broken) == len(waiting):
        raise Unreadable(" ".join(broken))
    tie(database, job.settings.policy())
    if waiting:
        tidy(database)
    _prune(job, done | {path.name for path in waiting})
    return StageOutcome(
        "load", "partial" if broken else "done", inserted=counts.inserted, updated=counts.updated,
        unchanged=counts.unchanged, error=" ".join(broken) or None,
        paths=tuple(f"landing/{path.name}" for path in waiting if path.exists()),
    )  # fmt: skip


def _back_up(job: Job) -> None:
    """Copy the database before anything is loaded into it; without a copy nothing is loaded."""
    backup(job.settings.database, job.output / "backups", job.now, Keep.parse(job.settings.backup_keep))


def load_landing(database: Path, path: Path) -> Counts:
    """Load one landing in one transaction that also marks it as loaded."""
    manifest = landings.read_manifest(path)
    arrival = Arrival(
        name=path.name,
        source=manifest.source,
        kind=manifest.kind,
        run_id=manifest.run_id,
        fetched_at=manifest.now,
        days=tuple(day.isoformat() for day in manifest.days),
        walked=manifest.walked,
        failed=tuple(failure.error for failure in manifest.failed),
        histories=manifest.histories,
        whole=is_whole(manifest),
    )
    if manifest.source == "discord":
        talk = decode_talk(path)
        with writing(database) as connection:
            counts = load_talk(connection, talk, arrival)
    else:
        with reading(database) as connection:
            kinds = queries.kinds(connection)
        harvest = decode(path, kinds)
        with writing(database) as connection:
            counts = load_records(connection, harvest, arrival)
    log.info("Loaded %s: %d rows new, %d changed.", path.name, counts.inserted, counts.updated)
    return counts


def _prune(job: Job, loaded: set[str]) -> None:
    """Drop landings that are loaded and older than `LANDING_DAYS`."""
    whole = {path.name for path in landings.whole_landings(job.landing)}
    landings.prune(job.landing, job.now - timedelta(days=job.settings.landing_days), keep=whole - loaded)


def backfill(
    job: Job, days: int, on_plan: Callable[[BackfillPlan], object], on_attempt: Callable[[Attempt], object]
) -> tuple[Counts, tuple[str, ...]]:
    """Ask for *days* days of history and load each landing as it comes; broken off, it goes on where it was.

    Returns what became of the rows, and a sentence for each part that could not be had: called again, it asks for those.
    """
    load(job)
    _back_up(job)
    counts, failed = Counts(), []
    per_minute = KEYED_RATE if job.settings.wom_api_key is not None else OPEN_RATE
    with wom_session(job.settings, on_attempt) as session:
        client = WomClient(session, job.settings.wom_group_id)
        asked = walk_back(client, job.landing, job.run_id, known(job), days, job.now, per_minute, on_plan)
        for found in asked:
            counts += load_landing(job.settings.database, job.landing / found.landing)
            failed += [failure.error for failure in found.failed]
    tidy(job.settings.database)
    return counts, tuple(failed)


def marts(job: Job, *, past: bool = False) -> Marts:
    """The answers of the night, with their history if somebody reads the *past*. Stages that need none do not pay for numpy."""
    from pipeline.marts.assemble import assemble

    database = job.settings.database
    if not database.exists():
        raise PublishError(f"There is no database {database} yet: run clanstats run first.")
    with reading(database) as connection:
        return assemble(connection, job.now, job.rules(), past=past)


def run_history(job: Job) -> list[dict[str, object]]:
    """The last runs that came to an end, newest first, with what each of their stages did."""
    with reading(job.settings.database) as connection:
        ended = [row for row in queries.runs(connection, job.now) if row.exit_code is not None]
        return [
            {
                "run_id": row.id,
                "night": row.night,
                "now": row.now.isoformat(),
                "state": row.state,
                "exit_code": row.exit_code,
                "sentence": row.sentence,
                "stages": [dict(stage._mapping) for stage in queries.stage_runs(connection, row.id)],  # noqa: SLF001
            }
            for row in ended[:RUNS_SHOWN]
        ]


def judge(job: Job) -> StageOutcome:
    """Keep what must be remembered of tonight's answers."""
    from pipeline.judging import judge as keep_advice

    counts = keep_advice(job.settings.database, marts(job), job.rules())
    return StageOutcome("judge", "done", inserted=counts.inserted, updated=counts.updated, unchanged=counts.unchanged)


def report(job: Job) -> StageOutcome:
    """Write the workbook; beside it, under the night's date, if it is open elsewhere."""
    from pipeline.outputs.excel.workbook import write_workbook

    target = job.output / WORKBOOK
    written = write_workbook(marts(job), target)
    if written == target:
        return StageOutcome("report", "done", paths=(WORKBOOK,))
    return StageOutcome(
        "report", "partial", error=f"{WORKBOOK} is open in another program, so tonight's is {written.name}.",
        paths=(written.name,),
    )  # fmt: skip


def publish(job: Job) -> StageOutcome:
    """Write the dashboard, and the same in one file."""
    from pipeline.outputs.dashboard.pictures import read_pictures
    from pipeline.outputs.dashboard.site import write_site

    site, folder, answers = job.output / "site", job.pictures, marts(job, past=True)
    pictures, left_out = read_pictures(folder, answers.metrics) if folder else ((), [])
    for told in left_out:
        log.warning("clan.toml, [pictures]: %s", told)
    files = write_site(answers, site, job.output / SINGLE_PAGE, run_history(job), pictures=pictures)
    return StageOutcome("publish", "done", paths=tuple(path.relative_to(job.output).as_posix() for path in files))


def deploy(job: Job) -> StageOutcome:
    """Copy the outputs to `LOCAL_DRIVE_PATH`."""
    target = job.settings.local_drive_path
    if target is None:
        raise PublishError("LOCAL_DRIVE_PATH is not set, so there is nowhere to deploy to.")
    reported = read_outcome(job.output, job.run_id, "report")
    workbook = job.output / (reported.paths[0] if reported.succeeded and reported.paths else WORKBOOK)
    sources = Sources(job.output / "site", job.output / SINGLE_PAGE, workbook, date.fromisoformat(job.night))
    deployed = copy_out(sources, target)
    if deployed.workbook_dated:
        return StageOutcome(
            "deploy", "partial", error=f"The workbook at {target} is open, so it went as {deployed.workbook}."
        )
    return StageOutcome("deploy", "done")


VERBS: Final[dict[str, Callable[[Job], StageOutcome]]] = {
    "harvest_wom": harvest_wom,
    "harvest_discord": harvest_discord,
    "load": load,
    "judge": judge,
    "report": report,
    "publish": publish,
    "deploy": deploy,
}


def perform(name: str, job: Job, verb: Callable[[Job], StageOutcome] | None = None) -> StageOutcome:
    """Do the stage *name*, or *verb* in its name; an error becomes an outcome."""
    began = time.perf_counter()
    try:
        outcome = (verb or VERBS[name])(job)
    except ClanError as error:
        log.error("%s", error)  # noqa: TRY400 - what a person can mend needs no traceback
        outcome = StageOutcome.of_error(name, error)
    except Exception as error:
        log.exception("%s failed", name)
        outcome = StageOutcome.of_error(name, error)
    return outcome.after(1, time.perf_counter() - began)
