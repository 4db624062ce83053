"""Whether a database is whole, and made by this code: looked at without touching it."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from pipeline.errors import StorageError
from pipeline.storage.engine import looking
from pipeline.storage.migrate import HEAD, is_known, revision


@dataclass(frozen=True, slots=True)
class Schema:
    """The schema of a database and of this code. `present` is None before the first migration."""

    present: str | None
    head: str
    is_known: bool
    is_empty: bool

    @property
    def is_current(self) -> bool:
        """Whether nothing is to be migrated."""
        return self.present == self.head


def sqlite_version() -> tuple[int, ...]:
    """That of the SQLite which Python brought."""
    return sqlite3.sqlite_version_info


def damage(file: Path) -> str | None:
    """What SQLite finds wrong with the pages of *file*, None if nothing; one that cannot be read is a StorageError.

    Indexes are not held against their tables: that takes minutes of a large file, and every night's copy is checked so.
    """
    found = _damage(file)
    # A run that began in between may have moved pages under our eyes.
    return None if found is None else _damage(file)


def _damage(file: Path) -> str | None:
    try:
        with looking(file) as connection:
            said = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
    except StorageError as error:
        if "damaged" not in str(error):
            raise
        return str(getattr(error.__cause__, "orig", None) or error.__cause__)
    return None if said == "ok" else " ".join(said.split())


def orphans(connection: Connection) -> dict[str, int]:
    """Rows that point to a row which is not there, counted by their table."""
    counts: dict[str, int] = {}
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        counts[row[0]] = counts.get(row[0], 0) + 1
    return counts


def schema(connection: Connection) -> Schema:
    """How the schema of the open database stands to that of this code."""
    present = revision(connection)
    tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
    return Schema(present, HEAD, present in (None, HEAD) or is_known(present), not tables)
