"""Databases as earlier versions of ClanStats made them."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from pipeline.house import room
from pipeline.storage.engine import writing


def config() -> Config:
    made = Config(room("alembic.ini"))
    made.set_main_option("script_location", str(room("migrations")))
    return made


def at_revision(folder: Path, wanted: str) -> Path:
    """A database of an earlier version."""
    file = folder / f"{wanted}.db"
    with writing(file) as connection:
        made = config()
        made.attributes["connection"] = connection
        command.upgrade(made, wanted)
    return file
