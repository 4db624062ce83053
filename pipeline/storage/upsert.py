"""The one INSERT … ON CONFLICT."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, Final

from sqlalchemy import Connection, Table, func, or_, select
from sqlalchemy.dialects.sqlite import dialect, insert


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows that a load inserted, changed, or found as they were."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.inserted + other.inserted, self.updated + other.updated, self.unchanged + other.unchanged)


TOGETHER: Final = 50
"""Rows in one statement of a large write: half the price of a statement a row, and far from SQLite's 32,766 parameters."""


@cache
def _statement(table: Table, columns: tuple[str, ...], settled: tuple[str, ...], number: int) -> str:
    """SQL text for *number* rows, with positional parameters; compiled once, for a Core insert takes twice as long."""
    keys = [column.name for column in table.primary_key]
    statement = insert(table).values([dict.fromkeys(columns)] * number)
    changing = [name for name in columns if name not in keys and name not in settled]
    if changing:
        statement = statement.on_conflict_do_update(
            index_elements=keys,
            set_={name: statement.excluded[name] for name in changing},
            where=or_(*(table.c[name].is_distinct_from(statement.excluded[name]) for name in changing)),
        )
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    return str(statement.compile(dialect=dialect(paramstyle="qmark"), column_keys=list(columns)))


def write(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    *,
    settled: tuple[str, ...] = (),
) -> int:
    """Insert *rows* (values as stored, in the order of *columns*); returns how many were inserted or changed.

    A known key is updated only where something differs; *settled* columns are written once and then kept.
    """
    whole = len(rows) - len(rows) % TOGETHER
    together = [tuple(chain.from_iterable(rows[at : at + TOGETHER])) for at in range(0, whole, TOGETHER)]
    return sum(
        connection.exec_driver_sql(_statement(table, columns, settled, number), parameters).rowcount
        for number, parameters in ((TOGETHER, together), (1, list(rows[whole:])))
        if parameters
    )


def upsert(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    *,
    settled: tuple[str, ...] = (),
) -> Counts:
    """`write`, and tell inserted from changed by counting the table before and after: for tables of modest size."""
    count = select(func.count()).select_from(table)
    before = connection.execute(count).scalar_one()
    touched = write(connection, table, columns, rows, settled=settled)
    inserted = connection.execute(count).scalar_one() - before
    return Counts(inserted, touched - inserted, len(rows) - touched)
