"""Prefect's own database, migrated once for all tests: that alone takes a fresh server ten seconds of work."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock

NAME = "prefect.db"


def furnish(output: Path, tmp_path_factory: pytest.TempPathFactory, home: str = "") -> None:
    """Give the output folder a Prefect whose database needs no migrating any more; that of the schedule has a *home* of its own."""
    folder = output / "prefect" / home
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_migrated(tmp_path_factory), folder / NAME)


def spoil(database: Path, table: str) -> None:
    """Noise in place of the first page of *table*, as a bad disk leaves it."""
    with closing(sqlite3.connect(database)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    with database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(bytes(range(1, 256)) * (size // 255))


def _migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database at this Prefect's schema; whichever worker comes first makes it."""
    base = tmp_path_factory.getbasetemp()
    home = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "migrated-prefect"
    with FileLock(f"{home}.lock"):
        if not home.is_dir():
            kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
            making = home.with_name("migrating-prefect")
            subprocess.run(
                [sys.executable, "-m", "prefect", "server", "database", "upgrade", "--yes"],
                env=kept | {"PREFECT_HOME": str(making), "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"},
                check=True, capture_output=True,
            )  # fmt: skip
            making.rename(home)
    return home / NAME
