"""Runs migrations inside the transaction that `pipeline.storage.migrate` opened, or on the configured database."""

from alembic import context
from sqlalchemy import Connection

from pipeline.storage.tables import Base


def migrate(connection: Connection) -> None:
    """Apply what is asked on *connection*; SQLite changes tables by copying them, hence the batch mode."""
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    from pipeline.settings import Settings
    from pipeline.storage.engine import writing

    with writing(Settings.read().database) as opened:
        migrate(opened)
