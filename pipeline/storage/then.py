"""Up to when the world had been told of at an instant of the past, by the landings of that time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from pipeline.domain.talk import snowflake_at
from pipeline.domain.window import TICK
from pipeline.storage import tables
from pipeline.storage.types import EPOCH, to_ms


@dataclass(frozen=True, slots=True)
class Then:
    """An instant of the past, and how far each source had been heard by it.

    `fetched_at` is Wise Old Man's last landing, `reached_at` the latest instant it tells of, `told_at` its last one up to today;
    `heard_at` is Discord's last landing. What never was fetched was fetched in 1970.
    """

    now: datetime
    fetched_at: datetime
    reached_at: datetime
    told_at: datetime
    heard_at: datetime

    @property
    def parameters(self) -> dict[str, Any]:
        """For statements: instants as they are stored, and `:unheard`, the first of Discord's ids that came later."""
        return {
            "now": to_ms(self.now),
            "fetched": to_ms(self.fetched_at),
            "reached": to_ms(self.reached_at),
            "told": to_ms(self.told_at),
            "heard": to_ms(self.heard_at),
            "unheard": snowflake_at(self.heard_at + TICK),
        }


def then(connection: Connection, as_of: datetime) -> Then:
    """How far the world was known at *as_of*."""
    row = tables.Landing
    fetched, reached = connection.execute(
        select(func.max(row.fetched_at), func.max(row.reached_at)).where(row.source == "wom", row.fetched_at <= as_of)
    ).one()
    told = connection.execute(select(func.max(row.fetched_at)).where(row.source == "wom")).scalar()
    heard = connection.execute(
        select(func.max(row.fetched_at)).where(row.source == "discord", row.fetched_at <= as_of)
    ).scalar()
    return Then(as_of, fetched or EPOCH, reached or EPOCH, told or EPOCH, heard or EPOCH)


def known_since(connection: Connection) -> datetime | None:
    """When the first night was fetched, or a first backfill where there was no night: nothing earlier was known then.

    None before the first load.
    """
    row = tables.Landing
    first = select(func.min(row.fetched_at))
    return connection.execute(first.where(row.kind == "night")).scalar() or connection.execute(first).scalar()


def known_until(connection: Connection) -> datetime | None:
    """When the last landing was fetched."""
    return connection.execute(select(func.max(tables.Landing.fetched_at))).scalar()
