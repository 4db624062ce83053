"""The stage that reads the workbook back: every copy, into one landing, so that what officers decided is not lost."""

import logging
from dataclasses import replace
from typing import Final

from pipeline.forget_list import ForgetList
from pipeline.job import Job
from pipeline.outcome import StageOutcome
from pipeline.outputs.files import open_elsewhere
from pipeline.outputs.ledger import Ledger
from pipeline.sources import landing as landings
from pipeline.sources.workbook.harvest import Reading, harvest, read_copies
from pipeline.sources.workbook.rows import decode

log = logging.getLogger(__name__)

SOURCE: Final = "workbook"
STAGE: Final = f"harvest_{SOURCE}"


def harvest_workbook(job: Job) -> StageOutcome:
    """Read every copy of the workbook that somebody may have changed.

    One of ours that cannot be read is told, stays where it is, and stops nothing.
    Only what lies safely in a landing is noted as read, so that nothing else is ever replaced.
    """
    forgotten = ForgetList(job.output).known(job.settings.database)
    landings.sweep_partials(job.landing, SOURCE)
    ledger = Ledger(job.output)
    place = job.landing / landings.landing_name(job.now, SOURCE, job.run_id)
    if place in landings.whole_landings(job.landing):
        log.info("The landing %s is whole already.", place.name)
    else:
        readings = read_copies(job.output, job.settings.local_drive_path, ledger.written())
        if not readings:
            return StageOutcome(STAGE, "done")
        readings = [
            replace(reading, rows=tuple(filter(None, map(forgotten.edit, reading.rows)))) for reading in readings
        ]
        with landings.LandingWriter(job.landing, place.name, source=SOURCE, run_id=job.run_id, now=job.now) as writer:
            harvest(writer, readings, _failure)
        place = writer.path
    manifest, held = landings.read_manifest(place), decode(place)
    ledger.note("read", [(f"{c.place}/{c.name}", c.sha256) for c in held.copies if c.state == "read"])
    log.info("Read %d copies of the workbook: %d rows were edited.", len(held.copies), len(held.rows))
    said = " ".join(failure.error for failure in manifest.failed)
    return StageOutcome(
        STAGE, "partial" if said else "done", bytes=sum(part.bytes for part in manifest.parts), error=said or None,
        paths=(f"landing/{place.name}",),
    )  # fmt: skip


def _failure(reading: Reading) -> str | None:
    """What to do about a copy that could not be read, if anybody must do anything."""
    copy = reading.copy
    if copy.state == "read":
        if copy.problem:
            log.warning("%s was read, but not all in it is clear; the landing says what.", reading.path)
        return None
    if open_elsewhere(reading.path):
        log.warning("%s is open in another program and %s; it is read the next night.", reading.path, copy.problem)
        return None
    if not copy.is_ours:
        log.warning("%s %s; it stays as it is.", reading.path, copy.problem)
        return None
    return (
        f"The workbook {reading.path} {copy.problem}: open it and save it again, or move it away. Decisions in it are not lost: "
        "the file stays where it is and is not replaced."
    )
