"""What of the output folder is nobody else's on this machine: made and kept so that other users of it can read none of it.

The site, the single page and status.json keep ordinary rights, since somebody may serve them; so does whatever is copied elsewhere.
Windows has rights of another kind, and takes them from the folder above.
"""

import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

ROOMS: Final = ("landing", "backups", "logs", "runs", "prefect", "datapackage")
"""Folders that no other user may enter."""

KEPT: Final = ("as-of", "alerts", "clan_data.db*", "clan_report_summary_merged*.xlsx", ".workbooks.json", "forget.json")
"""What else is private once it is there: its writers make it so, and what an older version left is tightened."""

_OTHERS: Final = 0o077


def shut(output: Path, database: Path) -> None:
    """Make the private rooms of *output*, and take from other users whatever rights they have to what is private."""
    if os.name == "nt":
        return
    for room in ROOMS:
        try:
            (output / room).mkdir(mode=0o700, exist_ok=True)
        except OSError:
            continue  # a file is in its place; whoever needs the room says so
    beside = (database.with_name(database.name + end) for end in ("", "-wal", "-shm"))
    there = (path for name in (*ROOMS, *KEPT) for path in output.glob(name))
    _tighten([*there, *beside])


def _tighten(paths: Iterable[Path]) -> None:
    for path in dict.fromkeys(paths):
        try:
            mode = path.stat().st_mode & 0o777
            if mode & _OTHERS:
                path.chmod(mode & ~_OTHERS)
        except FileNotFoundError:
            continue
        except OSError as error:
            log.info("%s cannot be kept from other users of this machine (%s).", path, error.strerror)
