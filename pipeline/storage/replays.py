"""Past months under the clan's rules, as rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, select

from pipeline.storage import tables
from pipeline.storage.load import table
from pipeline.storage.types import to_ms
from pipeline.storage.upsert import Counts, upsert

_COLUMNS: Final = ("rules", "as_of", "is_over", "body")


def replays(connection: Connection, rules: str, as_of: datetime) -> list[Row[Any]]:
    """What is worked out by the *rules* of that digest, of months up to *as_of*, oldest first."""
    row = tables.Replay
    found = select(row.__table__).where(row.rules == rules, row.as_of <= as_of).order_by(row.as_of)
    return list(connection.execute(found).all())


def keep(connection: Connection, rules: str, rows: Sequence[tuple[datetime, bool, str]]) -> Counts:
    """Write months by the *rules* of that digest, and forget those by others: nobody asks for them again."""
    gone = connection.execute(delete(tables.Replay).where(tables.Replay.rules != rules)).rowcount
    stored = [(rules, to_ms(as_of), is_over, body) for as_of, is_over, body in rows]
    return upsert(connection, table(tables.Replay), _COLUMNS, stored) + Counts(updated=gone)
