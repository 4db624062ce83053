"""Prefect's own database, migrated once for all tests: that alone takes a fresh server ten seconds of work."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

NAME = "prefect.db"


def furnish(output: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give the output folder a Prefect whose database needs no migrating any more."""
    home = output / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_migrated(tmp_path_factory), home / NAME)


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
