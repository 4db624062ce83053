"""One SQLite file, opened the same way by everybody."""

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import NullPool

from pipeline.errors import ConfigError, StorageError

BUSY_TIMEOUT_MS: Final = 30_000
CACHE_KIB: Final = 65_536
"""Pages held in memory: a year of 500 members fits, so that a load does not thrash."""

_MEANT: Final[ContextVar[Path | str]] = ContextVar("_MEANT")
"""The file that is opened next, or SQLite's address of it."""


def database_file(url: str) -> Path:
    """The file behind `DATABASE_URL`; another engine than SQLite, or none, is a ConfigError."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError(
            "DATABASE_URL is not a database URL; leave it out, or write sqlite:///path/to/file.db"
        ) from error
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise ConfigError("DATABASE_URL must name a SQLite file, such as sqlite:///output/clan_data.db")
    return Path(parsed.database)


@cache
def _engine(*, read_only: bool) -> Engine:
    """The engine of a process, with foreign keys, WAL and a busy timeout; transactions of writers lock at once.

    It opens whatever file is meant (`_MEANT`), and keeps no connection: one engine a file would compile every statement anew.
    pysqlite would open transactions late and end them before DDL; with its own handling off, one transaction is one
    transaction, migrations included.
    """
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(_MEANT.get(), uri=True), poolclass=NullPool, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def configure(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None
        with closing(dbapi_connection.cursor()) as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
            cursor.execute("PRAGMA foreign_keys = ON")
            cursor.execute("PRAGMA synchronous = NORMAL")
            cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            if read_only:
                cursor.execute("PRAGMA query_only = ON")
            else:
                cursor.execute("PRAGMA journal_mode = WAL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


class Damaged(StorageError):
    """The file is no sound database; which backup to take, those know who keep them."""


def make_folder(file: Path) -> None:
    """The folder of the database *file*, unless it is there; one that cannot be is a ConfigError, since OUTPUT_DIR is there."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"DATABASE_URL names {file}, but {file.parent} cannot be made a folder: {error.strerror}."
        ) from error


def make_private(file: Path) -> None:
    """An empty *file* that nobody else on this machine can read, unless it is there; SQLite's own beside it get the same rights."""
    with suppress(OSError):  # SQLite will say what is wrong
        os.close(os.open(file, os.O_CREAT | os.O_RDONLY, 0o600))


@contextmanager
def speaking_plainly(file: Path) -> Iterator[None]:
    """Turn the database's own errors into a StorageError that says what to do."""
    try:
        yield
    except (DatabaseError, sqlite3.DatabaseError) as error:
        said = str(getattr(error, "orig", None) or error)
        if "malformed" in said or "not a database" in said:
            raise Damaged(f"{file} is damaged ({said}).") from error
        raise StorageError(_plain(file, said)) from error


def _plain(file: Path, said: str) -> str:
    if "full" in said:
        return f"The disk is full: {file} could not be written. Free some space and run again; nothing was lost."
    if "disk I/O error" in said:
        return (
            f"{file} could not be read or written ({said}); most often the disk is full. "
            "Free some space, check the disk, and run again; nothing was lost."
        )
    if "locked" in said or "busy" in said:
        return f"{file} is locked by another program. Close it and run again."
    if "unable to open" in said or "readonly" in said:
        return f"{file} cannot be opened for writing. Check that its folder exists and may be written."
    return f"The database {file} refused: {said}"


@contextmanager
def writing(file: Path) -> Iterator[Connection]:
    """One transaction that writes; it is kept whole or not at all."""
    _MEANT.set(file)
    with speaking_plainly(file), _engine(read_only=False).begin() as connection:
        yield connection


@contextmanager
def reading(file: Path) -> Iterator[Connection]:
    """One consistent view of the database that cannot write."""
    _MEANT.set(file)
    with speaking_plainly(file), _engine(read_only=True).begin() as connection:
        yield connection


@contextmanager
def copied(file: Path) -> Iterator[Connection]:
    """A copy of the database *file* in memory, to change and then throw away: nothing of it comes to any disk."""
    address = f"file:copied-{uuid.uuid4().hex}?mode=memory&cache=shared"
    with speaking_plainly(file), closing(sqlite3.connect(address, uri=True)) as held:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as origin:
            origin.backup(held)
        _MEANT.set(address)
        with _engine(read_only=False).begin() as connection:
            yield connection


@contextmanager
def looking(file: Path) -> Iterator[Connection]:
    """One view of the database that leaves no trace, for whoever only looks: a common reader makes files beside it, and
    its end folds in the log that a killed run left.

    Where there is no such log SQLite is told that nobody writes, so whoever finds damage should look a second time.
    """
    log = file.with_name(file.name + "-wal")
    still = "" if log.exists() and log.stat().st_size else "&immutable=1"
    _MEANT.set(f"{file.resolve().as_uri()}?mode=ro{still}")
    with speaking_plainly(file), _engine(read_only=True).begin() as connection:
        yield connection
