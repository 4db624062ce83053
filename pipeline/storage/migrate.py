"""Bring a database to the schema of this code, all in one transaction."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection

from pipeline.errors import StorageError
from pipeline.house import room
from pipeline.storage.engine import make_folder, make_private, reading, writing

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic takes as long to import as all else of a command together, and on nearly every night there is nothing to migrate: so it is
# imported where there is.

HEAD: Final = "20261202a"
"""The newest revision this code knows: the last of migrations/versions."""

_PRESENT: Final = "SELECT version_num FROM alembic_version"
_TABLE: Final = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"


def _config() -> "Config":
    from alembic.config import Config

    config = Config(room("alembic.ini"))
    config.set_main_option("script_location", str(room("migrations")))
    return config


def is_known(revision: str) -> bool:
    """Whether this code has heard of *revision*."""
    from alembic.script import ScriptDirectory

    return revision in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def revision(connection: Connection) -> str | None:
    """The revision of the open database, None before the first migration."""
    return connection.exec_driver_sql(_PRESENT).scalar() if connection.exec_driver_sql(_TABLE).scalar() else None


def is_current(file: Path) -> bool:
    """Whether the database *file* has the schema of this code."""
    with reading(file) as connection:
        return revision(connection) == HEAD


def is_older(file: Path) -> bool:
    """Whether the database *file* has a schema that this code is about to change."""
    if is_current(file):
        return False
    with reading(file) as connection:
        present = revision(connection)
    return present is None or is_known(present)


def migrate(file: Path) -> bool:
    """Upgrade the database *file*, made if need be; True if anything changed. A schema ahead of the code is a StorageError."""
    make_folder(file)
    make_private(file)
    with writing(file) as connection:
        return upgrade(connection, file)


def upgrade(connection: Connection, file: Path) -> bool:
    """The same for an open database, which is *file* or a copy of it."""
    present = revision(connection)
    if present == HEAD:
        return False
    if present is not None and not is_known(present):
        raise StorageError(
            f"{file} was written by a newer ClanStats (schema {present}, this one knows {HEAD}). Update ClanStats."
        )
    from alembic import command

    orders = _config()
    orders.attributes["connection"] = connection
    command.upgrade(orders, "head")
    return True
