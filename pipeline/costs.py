"""What nights cost: measured at the end of each, kept with its run, and read for what it bodes."""

import os
import shutil
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Row

from pipeline.domain.foresight import Concern, Cost, Limits, Night, foresee
from pipeline.job import Job
from pipeline.outcome import StageOutcome
from pipeline.storage import runs
from pipeline.storage.backup import backups
from pipeline.storage.engine import reading

RUNS_SHOWN: Final = 60
"""Runs, and nights: on a bad day there are several runs of a night, and a pace is told by nights."""
BOUNDED: Final = "harvest_discord"
"""The stage that watches the clock itself: a long first reading of Discord takes all the time it may, night after night."""


def measure(job: Job, members: int, outcomes: Mapping[str, StageOutcome], seconds: float | None) -> Cost:
    """What the night cost, by its *outcomes* and by what lies on the disk now; what cannot be looked at is None."""
    wom = outcomes.get("harvest_wom")
    folder = job.output / "backups"
    return Cost(
        seconds=None if seconds is None else round(seconds, 1),
        requests=sum(outcome.requests for outcome in outcomes.values()),
        rate_left=wom.rate_left if wom else None,
        rate_limit=wom.rate_limit if wom else None,
        members=members,
        database_bytes=database_bytes(job.settings.database),
        landing_bytes=folder_bytes(job.landing),
        backup_bytes=folder_bytes(folder),
        free_bytes=free_bytes(job.output),
        backed_up_at=max(backups(folder), default=None),
    )


def database_bytes(file: Path) -> int:
    """The database with its write-ahead log."""
    return sum(file_bytes(file.with_name(file.name + suffix)) for suffix in ("", "-wal"))


def folder_bytes(folder: Path) -> int:
    """All files in *folder*, however deep."""
    return sum(file_bytes(Path(place, name)) for place, _, names in os.walk(folder) for name in names)


def free_bytes(folder: Path) -> int | None:
    """What is left on the disk of *folder*; None if the system does not say."""
    with suppress(OSError):
        return shutil.disk_usage(folder).free
    return None


def file_bytes(file: Path) -> int:
    """One *file*; 0 if it is gone since it was listed, as a night at work replaces files, or was never there."""
    with suppress(OSError):
        return file.stat().st_size
    return 0


def foreseen(connection: Connection, job: Job) -> tuple[Concern, ...]:
    """What is to be seen to before it goes wrong, as of the job's `now`, the pressing first."""
    return foresee(_nights(connection, job), _limits(job), job.now, date.fromisoformat(job.night))


def history(job: Job) -> list[dict[str, Any]]:
    """The same as `remembered`, for whoever does not have the database open."""
    with reading(job.settings.database) as connection:
        return remembered(connection, job)


def remembered(connection: Connection, job: Job) -> list[dict[str, Any]]:
    """The last runs that came to an end and the last of each night, newest first, with what each and its stages did; the newest
    with what it bodes.
    """
    last_of_nights = runs.last_of_nights(connection, job.now, RUNS_SHOWN)
    shown = {row.id: row for row in (*runs.ended(connection, job.now, RUNS_SHOWN), *last_of_nights)}
    ended = sorted(shown.values(), key=lambda row: (row.now, row.id), reverse=True)
    stages = _stages(connection, ended)
    told = [_told(row, stages[row.id]) for row in ended]
    if ended:
        last = ended[0]
        nights = [_night(row, stages[row.id]) for row in reversed(last_of_nights)]
        found = foresee(nights, _limits(job), last.now, date.fromisoformat(last.night))
        told[0]["warnings"] = [asdict(concern) for concern in found]
    return told


def _told(row: Row[Any], stages: list[Row[Any]]) -> dict[str, Any]:
    cost = asdict(_cost(row))
    backed_up_at = cost.pop("backed_up_at")
    return {
        "run_id": row.id,
        "night": row.night,
        "now": row.now.isoformat(),
        "state": row.state,
        "exit_code": row.exit_code,
        "sentence": row.sentence,
        **cost,
        "backed_up_at": None if backed_up_at is None else backed_up_at.isoformat(),
        "stages": [dict(stage._mapping) for stage in stages],  # noqa: SLF001
    }


def _nights(connection: Connection, job: Job) -> list[Night]:
    """The last nights, oldest first, as foresight reads them: of several runs of a night the last."""
    last_of_nights = runs.last_of_nights(connection, job.now, RUNS_SHOWN)
    stages = _stages(connection, last_of_nights)
    return [_night(row, stages[row.id]) for row in reversed(last_of_nights)]


def _stages(connection: Connection, ended: Sequence[Row[Any]]) -> Mapping[str, list[Row[Any]]]:
    stages = defaultdict(list)
    for stage in runs.stages_of(connection, [row.id for row in ended]):
        stages[stage.run_id].append(stage)
    return stages


def _night(row: Row[Any], stages: list[Row[Any]]) -> Night:
    timed = [(stage.name, stage.seconds) for stage in stages if stage.name != BOUNDED]
    smooth = row.state == "done" and all(stage.attempts == 1 for stage in stages)
    return Night(
        on=date.fromisoformat(row.night),
        cost=_cost(row),
        wom_requests=next((stage.requests for stage in stages if stage.name == "harvest_wom"), 0),
        usual_s=row.seconds if smooth else None,
        slowest=max(timed, key=lambda stage: stage[1], default=None),
    )


def _cost(row: Row[Any]) -> Cost:
    return Cost(**{name: getattr(row, name) for name in Cost.__dataclass_fields__})


def _limits(job: Job) -> Limits:
    return Limits(job.settings.wom_request_budget, job.settings.stage_timeout_s)
