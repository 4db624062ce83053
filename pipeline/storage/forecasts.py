"""What was expected, as rows: forecasts as of a Monday, and what became of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from pipeline.storage import tables
from pipeline.storage.load import table
from pipeline.storage.upsert import Counts, upsert

COLUMNS: Final = (
    "player_id", "metric_id", "threshold", "made_at", "value", "low_at", "mid_at", "high_at", "reached_at", "fate",
    "resolved_at",
)  # fmt: skip


def made_on(connection: Connection) -> set[datetime]:
    """Mondays for which forecasts are held."""
    return set(connection.execute(select(tables.Forecast.made_at).distinct()).scalars())


def open_ones(connection: Connection) -> list[Row[Any]]:
    """Forecasts of which nobody knows yet what became, the oldest first."""
    row = tables.Forecast
    return list(
        connection.execute(
            select(row.__table__)
            .where(row.fate.is_(None))
            .order_by(row.made_at, row.player_id, row.metric_id, row.threshold)
        ).all()
    )


def newest(connection: Connection, as_of: datetime) -> list[Row[Any]]:
    """The forecasts of the last Monday by *as_of* that were not resolved by then, the soonest first."""
    row = tables.Forecast
    last = select(func.max(row.made_at)).where(row.made_at <= as_of).scalar_subquery()
    found = connection.execute(
        select(row.__table__)
        .where(row.made_at == last, row.resolved_at.is_(None) | (row.resolved_at > as_of))
        .order_by(row.mid_at, row.player_id, row.metric_id)
    )
    return list(found.all())


def record(connection: Connection, as_of: datetime) -> dict[str, int]:
    """How many forecasts were resolved by *as_of*, by what became of them."""
    row = tables.Forecast
    found = connection.execute(
        select(row.fate, func.count()).where(row.resolved_at <= as_of, row.fate.is_not(None)).group_by(row.fate)
    )
    return {str(fate): count for fate, count in found.tuples()}


def keep(connection: Connection, rows: Iterable[tuple[Any, ...]]) -> Counts:
    """Write forecasts: stored values in the order of `COLUMNS`."""
    return upsert(connection, table(tables.Forecast), COLUMNS, list(rows))
