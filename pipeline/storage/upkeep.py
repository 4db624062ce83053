"""What keeps the file small and quick after a load."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from pipeline.storage.engine import BUSY_TIMEOUT_MS, speaking_plainly

FREE_SHARE: Final = 4
"""VACUUM when at least one page in so many is free …"""
FREE_PAGES: Final = 2_000
"""… and there is something to win: 8 MB of the default pages."""


def tidy(file: Path) -> bool:
    """Refresh the planner's statistics, fold the write-ahead log into the file, and VACUUM if much is free; True if it did."""
    with (
        speaking_plainly(file),
        closing(sqlite3.connect(file, timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None)) as connection,
    ):
        connection.execute("PRAGMA optimize")
        free = connection.execute("PRAGMA freelist_count").fetchone()[0]
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        wasteful = bool(free >= FREE_PAGES and free * FREE_SHARE >= pages)
        if wasteful:
            connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return wasteful
