"""Messages about nights, as rows: what was sent, or may have been, so that nothing is sent twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, select

from pipeline.errors import StorageError
from pipeline.storage import tables
from pipeline.storage.engine import looking, writing
from pipeline.storage.load import table
from pipeline.storage.types import ms_or_none, to_ms
from pipeline.storage.upsert import write

Kind = Literal["nightly", "weekly", "alert", "well"]
State = Literal["sending", "sent", "unsure", "failed", "quiet"]

TOLD: Final = ("sending", "sent", "unsure")
"""States in which a message is out, or may be."""

_COLUMNS: Final = ("kind", "night", "reason", "state", "run_id", "told_at", "sent_at", "message_id")


@dataclass(frozen=True, slots=True)
class Telling:
    """A message about a night, by what makes it the same message."""

    kind: Kind
    night: str
    reason: str = ""


def state_of(connection: Connection, telling: Telling) -> State | None:
    """How far *telling* came; None: nobody tried."""
    row = tables.Digest
    return connection.execute(
        select(row.state).where(row.kind == telling.kind, row.night == telling.night, row.reason == telling.reason)
    ).scalar()  # type: ignore[return-value]    # only states are written


def note(
    connection: Connection,
    telling: Telling,
    state: State,
    run_id: str,
    now: datetime,
    sent_at: datetime | None = None,
    message_id: int | None = None,
) -> None:
    """Write down how far *telling* came in the run of *now*."""
    row = (telling.kind, telling.night, telling.reason, state, run_id, to_ms(now), ms_or_none(sent_at), message_id)
    write(connection, table(tables.Digest), _COLUMNS, [row])


def carry(replaced: Path, coming: Path) -> None:
    """What is out, or may be, by the database *replaced* is so by *coming* too; one that cannot be read has nothing to say."""
    told = f"SELECT {', '.join(_COLUMNS)} FROM digest WHERE state IN {TOLD}"  # noqa: S608
    try:
        with looking(replaced) as connection:
            rows = [tuple(row) for row in connection.exec_driver_sql(told)]
    except StorageError:
        return
    with writing(coming) as connection:
        write(connection, table(tables.Digest), _COLUMNS, rows)


def last_of(connection: Connection, kinds: Iterable[Kind], by: str) -> Row[Any] | None:
    """The last message of *kinds* that is out, or may be, about a night up to *by*."""
    row = tables.Digest
    return connection.execute(
        select(row.__table__)
        .where(row.kind.in_(list(kinds)), row.state.in_(TOLD), row.night <= by)
        .order_by(row.night.desc(), row.told_at.desc(), row.sent_at.desc().nulls_last())
        .limit(1)
    ).first()


def weekly_states(connection: Connection, since: date) -> set[State]:
    """How far messages about a week came on nights from *since* on."""
    row = tables.Digest
    return set(
        connection.execute(select(row.state).where(row.kind == "weekly", row.night >= since.isoformat())).scalars()  # type: ignore[arg-type]    # only states are written
    )


def any_night_before(connection: Connection, day: date) -> bool:
    """Whether there was a night before *day*."""
    row = tables.Run
    return connection.execute(select(row.id).where(row.night < day.isoformat()).limit(1)).first() is not None


def nights_told(connection: Connection, until: datetime) -> list[str]:
    """The nights about which messages are out, or may be, that were told by *until*."""
    row = tables.Digest
    asked = select(row.night).where(row.state.in_(TOLD), row.told_at <= until).distinct().order_by(row.night)
    return list(connection.execute(asked).scalars())
