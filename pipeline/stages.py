"""The verbs of a night, without Prefect: each opens what it needs, calls the floor below, closes, and tells what became of it.

A child does one of them, so each imports what the others have no use for when it is called.
"""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Final

from pipeline.costs import history
from pipeline.errors import ClanError, PublishError
from pipeline.job import Job
from pipeline.marts.model import Marts
from pipeline.outcome import StageOutcome, read_outcome
from pipeline.outputs.deploy import SINGLE_PAGE, WORKBOOK, Sources
from pipeline.outputs.deploy import deploy as copy_out
from pipeline.outputs.ledger import Ledger
from pipeline.storage.backup import offering
from pipeline.storage.engine import reading

log = logging.getLogger(__name__)

PACKAGE: Final = "datapackage"
CHANGED: Final = "was changed since it was read"
"""Why a workbook stays; the next night reads it, and then replaces it."""


def harvest_wom(job: Job) -> StageOutcome:
    """Ask Wise Old Man what is new, into one landing."""
    from pipeline.harvests import harvest_wom as harvest

    return harvest(job)


def harvest_discord(job: Job) -> StageOutcome:
    """Ask Discord who is in the guild and what was written since, into one landing of facts."""
    from pipeline.harvests import harvest_discord as harvest

    return harvest(job)


def harvest_workbook(job: Job) -> StageOutcome:
    """Read back what officers wrote into the copies of the workbook, into one landing."""
    from pipeline.workbooks import harvest_workbook as harvest

    return harvest(job)


def load(job: Job) -> StageOutcome:
    """Load every whole landing not loaded yet."""
    from pipeline.loading import load as load_landings

    return load_landings(job)


def marts(job: Job, *, past: bool = False) -> Marts:
    """The answers of the night, with their history if somebody reads the *past*."""
    from pipeline.marts.assemble import assemble

    with reading(_database(job)) as connection:
        return assemble(connection, job.now, job.rules(), past=past)


def _database(job: Job) -> Path:
    """The database, once there is one; to open it would make one."""
    database = job.settings.database
    if not database.exists():
        raise PublishError(f"There is no database {database} yet: uv run clanstats run makes it.")
    return database


def judge(job: Job) -> StageOutcome:
    """Keep what must be remembered of tonight's answers."""
    from pipeline.judging import judge as keep_advice

    counts = keep_advice(job.settings.database, marts(job), job.rules())
    return StageOutcome("judge", "done", inserted=counts.inserted, updated=counts.updated, unchanged=counts.unchanged)


def report(job: Job) -> StageOutcome:
    """Write the workbook, and the tables behind it for those who go further.

    The workbook goes beside it, under the night's date, if it is open elsewhere or holds what nobody has read.
    """
    from pipeline.outputs.excel.workbook import write_workbook
    from pipeline.outputs.exports.package import write_package

    target, ledger = job.output / WORKBOOK, Ledger(job.output)
    answers, guard = marts(job, past=True), ledger.guard()
    written = write_workbook(answers, target, lambda content: ledger.announce(target, content), guard)
    files, errors = [written], []
    if written != target:
        why = CHANGED if target in guard.refused else "is open in another program"
        errors.append(f"{WORKBOOK} {why}, so tonight's is {written.name}.")
    try:
        files += write_package(answers, job.output / PACKAGE)
    except PublishError as error:  # the workbook is there; what is missing are tables for programs
        errors.append(str(error))
    return StageOutcome(
        "report", "partial" if errors else "done", bytes=_weight(files), error=" ".join(errors) or None,
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
    files = write_site(answers, site, job.output / SINGLE_PAGE, history(job), pictures=pictures)
    paths = tuple(path.relative_to(job.output).as_posix() for path in files)
    return StageOutcome("publish", "done", bytes=_weight(files), paths=paths)


def _weight(files: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in files)


def deploy(job: Job, *, at_once: bool = False) -> StageOutcome:
    """Copy the outputs to `LOCAL_DRIVE_PATH`; what is out of use there is removed a night later, or *at_once*."""
    target = job.settings.local_drive_path
    if target is None:
        raise PublishError("LOCAL_DRIVE_PATH is not set, so there is nowhere to deploy to.")
    reported = read_outcome(job.output, job.run_id, "report")
    workbook = job.output / (reported.paths[0] if reported.succeeded and reported.paths else WORKBOOK)
    sources = Sources(job.output / "site", job.output / SINGLE_PAGE, workbook, date.fromisoformat(job.night))
    deployed = copy_out(sources, target, Ledger(job.output).knows, at_once=at_once)
    weight = _weight(target / name for name in deployed.copied)
    if deployed.workbook_dated:
        why = CHANGED if deployed.workbook_kept else "is open"
        return StageOutcome(
            "deploy", "partial", bytes=weight,
            error=f"The workbook at {target} {why}, so tonight's went as {deployed.workbook}.",
        )  # fmt: skip
    return StageOutcome("deploy", "done", bytes=weight)


def digest(job: Job) -> StageOutcome:
    """Tell of the night in Discord."""
    from pipeline.digests import digest as tell

    _database(job)
    return tell(job, lambda: marts(job))


VERBS: Final[dict[str, Callable[[Job], StageOutcome]]] = {
    "harvest_wom": harvest_wom,
    "harvest_discord": harvest_discord,
    "harvest_workbook": harvest_workbook,
    "load": load,
    "judge": judge,
    "report": report,
    "publish": publish,
    "deploy": deploy,
    "digest": digest,
}


def perform(name: str, job: Job, verb: Callable[[Job], StageOutcome] | None = None) -> StageOutcome:
    """Do the stage *name*, or *verb* in its name; an error becomes an outcome."""
    began = time.perf_counter()
    try:
        with offering(job.output / "backups"):
            outcome = (verb or VERBS[name])(job)
    except ClanError as error:
        log.error("%s", error)  # noqa: TRY400 - what a person can mend needs no traceback
        outcome = StageOutcome.of_error(name, error)
    except Exception as error:
        log.exception("%s failed", name)
        outcome = StageOutcome.of_error(name, error)
    return outcome.veiled(job.veil).after(1, time.perf_counter() - began)
