"""The record of runs: what is done, and what is not."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from pipeline.domain.foresight import Cost
from pipeline.storage import tables
from pipeline.storage.load import table
from pipeline.storage.types import to_ms
from pipeline.storage.upsert import write

_RUN = ("id", "night", "now", "state", "exit_code", "sentence")
_STAGE = (
    "run_id", "name", "state", "attempts", "seconds", "requests", "bytes", "inserted", "updated", "unchanged", "error",
    "peak_bytes",
)  # fmt: skip


def note_run(
    connection: Connection, run_id: str, night: str, now: datetime, state: str, exit_code: int | None, sentence: str
) -> None:
    """Write down how a run stands; `exit_code` is None while it goes on."""
    write(connection, table(tables.Run), _RUN, [(run_id, night, to_ms(now), state, exit_code, sentence)])


def note_cost(connection: Connection, run_id: str, cost: Cost) -> None:
    """Write down what a run cost."""
    connection.execute(update(tables.Run).where(tables.Run.id == run_id).values(**asdict(cost)))


def members(connection: Connection) -> int:
    """How many are in the clan."""
    stay = tables.Membership
    return connection.execute(select(func.count()).select_from(stay).where(stay.left_at.is_(None))).scalar_one()


def ended(connection: Connection, as_of: datetime, number: int) -> list[Row[Any]]:
    """The last *number* runs up to *as_of* that came to an end, newest first."""
    row = tables.Run
    return list(
        connection.execute(
            select(row.__table__)
            .where(row.now <= as_of, row.exit_code.is_not(None))
            .order_by(row.now.desc(), row.id.desc())
            .limit(number)
        ).all()
    )


def last_of_nights(connection: Connection, as_of: datetime, number: int) -> list[Row[Any]]:
    """The last run up to *as_of* of each of the last *number* nights that came to an end, newest first."""
    row = tables.Run
    turn = func.row_number().over(partition_by=row.night, order_by=(row.now.desc(), row.id.desc()))
    ended = select(row.id, turn.label("turn")).where(row.now <= as_of, row.exit_code.is_not(None)).subquery()
    return list(
        connection.execute(
            select(row.__table__)
            .join(ended, ended.c.id == row.id)
            .where(ended.c.turn == 1)
            .order_by(row.now.desc(), row.id.desc())
            .limit(number)
        ).all()
    )


def stages_of(connection: Connection, run_ids: Collection[str]) -> list[Row[Any]]:
    """What the stages of some runs did, in the order of their names."""
    row = tables.StageRun
    return list(connection.execute(select(row.__table__).where(row.run_id.in_(run_ids)).order_by(row.name)).all())


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


def find(connection: Connection, run_id: str) -> Row[Any] | None:
    """The record of a run, None if there is none."""
    return connection.execute(select(tables.Run.__table__).where(tables.Run.id == run_id)).first()


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


def newest(connection: Connection) -> datetime | None:
    """The latest `now` of a run, None before the first."""
    return connection.execute(select(func.max(tables.Run.now))).scalar()


def last_ended(connection: Connection) -> Row[Any] | None:
    """The last run that came to an end, None if none did."""
    row = tables.Run
    ended = select(row.__table__).where(row.exit_code.is_not(None)).order_by(row.now.desc(), row.id.desc())
    return connection.execute(ended.limit(1)).first()
