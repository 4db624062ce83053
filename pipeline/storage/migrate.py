"""Bring a database to the schema of this code, all in one transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from pipeline.errors import StorageError
from pipeline.house import room
from pipeline.storage.engine import make_private, reading, writing


def _config() -> Config:
    config = Config(room("alembic.ini"))
    config.set_main_option("script_location", str(room("migrations")))
    return config


def head() -> str:
    """The newest revision this code knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def revisions() -> set[str]:
    """Every revision this code knows."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def revision(connection: Connection) -> str | None:
    """The revision of the open database, None before the first migration."""
    return MigrationContext.configure(connection).get_current_revision()


def is_current(file: Path) -> bool:
    """Whether the database *file* has the schema of this code."""
    with reading(file) as connection:
        return revision(connection) == head()


def migrate(file: Path) -> bool:
    """Upgrade the database *file*, made if need be; True if anything changed. A schema ahead of the code is a StorageError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    make_private(file)
    with writing(file) as connection:
        return upgrade(connection, file)


def upgrade(connection: Connection, file: Path) -> bool:
    """The same for an open database, which is *file* or a copy of it."""
    present = revision(connection)
    if present == head():
        return False
    if present is not None and present not in revisions():
        raise StorageError(
            f"{file} was written by a newer ClanStats (schema {present}, this one knows {head()}). Update ClanStats."
        )
    orders = _config()
    orders.attributes["connection"] = connection
    command.upgrade(orders, "head")
    return True
