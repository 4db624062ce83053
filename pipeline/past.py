"""A past night again: the ordinary stages over a copy of the database that knows nothing later."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final

from pipeline import clock
from pipeline.costs import history
from pipeline.domain.window import DAY, TICK
from pipeline.errors import ConfigError, PublishError
from pipeline.job import Job
from pipeline.judging import judge
from pipeline.outcome import StageOutcome
from pipeline.outputs.dashboard.site import write_site
from pipeline.outputs.deploy import SINGLE_PAGE
from pipeline.people import tie
from pipeline.stages import marts
from pipeline.storage import queries, runs
from pipeline.storage.engine import reading
from pipeline.storage.rewind import rewound
from pipeline.storage.then import known_since, known_until

FOLDER: Final = "as-of"
COPY: Final = ".rewound.db"
"""The copy, in `FOLDER`. It always has the same name, so that what a killed run left is overwritten."""


def publish_as_of(job: Job, asked: str) -> StageOutcome:
    """Write the dashboard of a night before the present, which is the job's `now`, into a folder of its own."""
    instant = _instant(job, asked)
    then = replace(job, now=instant)
    folder = job.output / FOLDER / then.night
    with rewound(job.settings.database, instant, folder.parent / COPY) as copy:
        files = _publish(_over(then, copy), folder)
    return StageOutcome("publish", "done", paths=tuple(path.relative_to(job.output).as_posix() for path in files))


def _publish(then: Job, folder: Path) -> list[Path]:
    tie(then.settings.database, then.settings.policy())
    _judge_again(then)
    return write_site(marts(then, past=True), folder, folder / SINGLE_PAGE, history(then))


def _over(job: Job, database: Path) -> Job:
    """The same orders over another *database*."""
    url = f"sqlite:///{database.as_posix()}"
    return replace(job, settings=job.settings.model_copy(update={"database_url": url}))


def _judge_again(then: Job) -> None:
    """Say again what the last night said: cards that were kept since tell what later nights found."""
    database = then.settings.database
    with reading(database) as connection:
        judged_at = runs.judged_at(connection)
        known_at = known_until(connection)
    if judged_at is not None and known_at is not None and judged_at >= known_at:
        night = replace(then, now=judged_at)
        judge(database, marts(night), night.rules())


def _instant(job: Job, asked: str) -> datetime:
    """The instant that *asked* names: an instant, or the date of a night.

    One of which nothing is known is a ConfigError. Of a time before the first night, that night and backfills told.
    """
    database, night = job.settings.database, _date(asked)
    if not database.exists():
        raise PublishError(f"There is no database {database} yet: uv run clanstats run makes it.")
    with reading(database) as connection:
        begun, until = known_since(connection), known_until(connection)
        span = None if until is None else queries.look_span(connection, until)
        recorded = None if night is None else runs.now_of(connection, night.isoformat())
    if begun is None or until is None:
        raise PublishError(f"{database} holds nothing yet: uv run clanstats run fills it.")
    present = max(job.now, until)
    instant = clock.parse(asked) if night is None else recorded or _end_of(job, night, present)
    since = min(begun, span[0]) if span else begun
    if not since <= instant <= present:
        raise ConfigError(
            f"--as-of {asked}: nights can be had again from {_told(since)}, the first that is known, to {_told(present)}."
        )
    return instant


def _date(asked: str) -> date | None:
    try:
        return date.fromisoformat(asked)
    except ValueError:
        return None


def _end_of(job: Job, night: date, present: datetime) -> datetime:
    """The last instant of the clan's day *night*; of the one that goes on, the *present*."""
    end = datetime.combine(night + DAY, time(), job.zone).astimezone(UTC) - TICK
    return present if end - DAY < present < end else end


def _told(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
