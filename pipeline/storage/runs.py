"""The record of runs: what is done, and what is not."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from pipeline.storage import tables
from pipeline.storage.load import table
from pipeline.storage.types import to_ms
from pipeline.storage.upsert import write

_RUN = ("id", "night", "now", "state", "exit_code", "sentence")
_STAGE = (
    "run_id", "name", "state", "attempts", "seconds", "requests", "bytes", "inserted", "updated", "unchanged", "error",
)  # fmt: skip


def note_run(
    connection: Connection, run_id: str, night: str, now: datetime, state: str, exit_code: int | None, sentence: str
) -> None:
    """Write down how a run stands; `exit_code` is None while it goes on."""
    write(connection, table(tables.Run), _RUN, [(run_id, night, to_ms(now), state, exit_code, sentence)])


def note_stage(connection: Connection, row: tuple[Any, ...]) -> None:
    """Write down what a stage of a run did: values in the order of the table's columns."""
    write(connection, table(tables.StageRun), _STAGE, [row])


def unfinished(connection: Connection) -> list[Row[Any]]:
    """Runs that never came to an end, newest first."""
    row = tables.Run
    return list(
        connection.execute(
            select(row.__table__).where(row.exit_code.is_(None)).order_by(row.now.desc(), row.id.desc())
        ).all()
    )


def is_done(connection: Connection, night: str, stages: Iterable[str]) -> bool:
    """Whether runs of *night* that ended well did all of *stages* between them."""
    run, stage = tables.Run, tables.StageRun
    found = connection.execute(
        select(stage.name)
        .join(run, run.id == stage.run_id)
        .where(run.night == night, run.state == "done", stage.state == "done")
    )
    return set(stages) <= set(found.scalars())


def run(connection: Connection, run_id: str) -> Row[Any]:
    """The record of a run that was begun."""
    return connection.execute(select(tables.Run.__table__).where(tables.Run.id == run_id)).one()


def now_of(connection: Connection, night: str) -> datetime | None:
    """When the last run of *night* was, of those that published if there are any; None if none is recorded."""
    row = tables.Run
    published = row.state.in_(("done", "degraded"))
    return connection.execute(
        select(row.now).where(row.night == night).order_by(published.desc(), row.now.desc()).limit(1)
    ).scalar()


def published_at(connection: Connection) -> datetime | None:
    """The `now` of the last run that published, None if none did."""
    row = tables.Run
    return connection.execute(select(func.max(row.now)).where(row.state.in_(("done", "degraded")))).scalar()


def judged_at(connection: Connection) -> datetime | None:
    """When a run last kept what must be remembered of its answers, None if none did."""
    run, stage = tables.Run, tables.StageRun
    return connection.execute(
        select(func.max(run.now))
        .join(stage, stage.run_id == run.id)
        .where(stage.name == "judge", stage.state.in_(("done", "partial")))
    ).scalar()


def taken(connection: Connection, run_id: str) -> bool:
    """Whether a run has this id."""
    return connection.execute(select(tables.Run.id).where(tables.Run.id == run_id)).first() is not None
