"""Advice that is kept over the nights, as rows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, or_, select

from pipeline.storage import tables
from pipeline.storage.load import table
from pipeline.storage.upsert import Counts, upsert

COLUMNS: Final = ("key", "created_at", "kind", "seen_at", "expires_at", "retired_at", "fate", "counted", "body")


def newest(connection: Connection, as_of: datetime) -> list[Row[Any]]:
    """The last insight of each key that was first given by *as_of*, open or not, by key."""
    row = tables.Insight
    last = (
        select(row.key, func.max(row.created_at).label("created_at"))
        .where(row.created_at <= as_of)
        .group_by(row.key)
        .subquery()
    )
    found = connection.execute(
        select(row.__table__)
        .join(last, (last.c.key == row.key) & (last.c.created_at == row.created_at))
        .order_by(row.key)
    )
    return list(found.all())


def standing(connection: Connection, as_of: datetime) -> list[Row[Any]]:
    """Insights that were given and not over at *as_of*, the newest first."""
    row = tables.Insight
    found = connection.execute(
        select(row.__table__)
        .where(
            row.created_at <= as_of,
            or_(row.retired_at.is_(None), row.retired_at > as_of),
            or_(row.expires_at.is_(None), row.expires_at > as_of),
        )
        .order_by(row.created_at.desc(), row.key)
    )
    return list(found.all())


def any_before(connection: Connection, instant: datetime) -> bool:
    """Whether anything was said before *instant*: whether there was a night that was judged."""
    row = tables.Insight
    return connection.execute(select(row.key).where(row.created_at < instant).limit(1)).first() is not None


def keep(connection: Connection, rows: Iterable[tuple[Any, ...]]) -> Counts:
    """Write insights: stored values in the order of `COLUMNS`."""
    return upsert(connection, table(tables.Insight), COLUMNS, list(rows))
