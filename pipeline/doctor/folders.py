"""The folders that a night writes into: their rights, their room, and who has the workbook open."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from filelock import FileLock, SoftFileLock

from pipeline.doctor.check import Check, ok, skipped, warning, wrong
from pipeline.doctor.patient import Patient
from pipeline.doctor.weights import weight
from pipeline.domain.foresight import MB, size
from pipeline.outputs.deploy import WORKBOOK
from pipeline.outputs.files import open_elsewhere

ROOM: Final = 200 * MB
"""What a night writes beside its copies of the database."""
AMPLE: Final = 10
"""So many nights' room is enough not to think of it; at which pace it shrinks is foresight's to tell."""


def output(patient: Patient) -> Iterator[Check]:
    """OUTPUT_DIR, its disk, and the workbook in it."""
    name, folder = "OUTPUT_DIR", patient.output
    if reason := patient.wrong(name):
        yield skipped(name, reason)
        return
    found = probed(name, folder, locks=True) if folder.exists() else _to_be_made(name, folder)
    yield found
    if found.state == "wrong":
        yield skipped("disk space", f"{name} cannot be used: see there.")
        return
    there = _nearest(folder)
    yield room("disk space", shutil.disk_usage(there).free, 2 * weight(patient.settings.database) + ROOM)
    yield workbook("workbook", folder / WORKBOOK)


def drive(patient: Patient) -> Iterator[Check]:
    """LOCAL_DRIVE_PATH, its disk, and the workbook that officers open there."""
    name, folder = "LOCAL_DRIVE_PATH", patient.settings.local_drive_path
    if folder is None:
        yield skipped(name, "It is not set: nothing is copied anywhere.")
        return
    if not folder.is_dir():
        yield wrong(
            name,
            f"LOCAL_DRIVE_PATH names {folder}, which is no folder.",
            "Start the program that syncs it (such as Google Drive), or correct LOCAL_DRIVE_PATH.",
        )
        return
    found = probed(name, folder, locks=False)
    yield found
    if found.state == "ok":
        yield room("disk space of the drive", shutil.disk_usage(folder).free, 2 * _published(patient.output) + ROOM)
        yield workbook("workbook at the drive", folder / WORKBOOK)


def probed(name: str, folder: Path, *, locks: bool) -> Check:
    """Whether files in *folder* can be written, replaced and removed and, with *locks*, locked: tried, and tidied up."""
    first, second = (folder / f".doctor-{os.getpid()}-{number}" for number in (1, 2))
    try:
        for file in (first, second):
            file.write_bytes(b"ClanStats looks whether it may write here.")
        first.replace(second)
        is_soft = locks and _locks_softly(first)
    except OSError as error:
        return wrong(name, f"{folder} cannot be written: {error.strerror or error}.", _remedy(name, folder, error))
    finally:
        for file in (first, second):
            with suppress(OSError):
                file.unlink(missing_ok=True)
    if is_soft:
        return warning(
            name,
            f"{folder} lies on a disk that knows no locks, so a run that is killed keeps others out.",
            f"Set {name} to a folder on a disk of this machine, and LOCAL_DRIVE_PATH to the shared one.",
        )
    return ok(name, f"{folder} can be written{' and locked' if locks else ''}.")


def _locks_softly(file: Path) -> bool:
    with FileLock(file, timeout=1) as lock:
        return isinstance(lock, SoftFileLock)


def _to_be_made(name: str, folder: Path) -> Check:
    above = _nearest(folder)
    if above.is_dir() and os.access(above, os.W_OK | os.X_OK):
        return ok(name, f"{folder} is not there yet; the first run makes it.")
    return wrong(
        name,
        f"{folder} is not there, and {above} does not let us make it.",
        f"Set {name} to a folder that may be written.",
    )


def _nearest(folder: Path) -> Path:
    """*folder*, or what is there of the way to it."""
    return next((path for path in (folder, *folder.parents) if path.exists()), folder)


def _remedy(name: str, folder: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"Free some space on the disk of {folder}."
    if isinstance(error, NotADirectoryError):
        return f"There is a file of that name: set {name} to a folder, or move the file away."
    return f"Give the user that runs ClanStats the right to write to {folder}, or set {name} to another folder."


def room(name: str, free: int, need: int) -> Check:
    """Whether *free* bytes suffice for a night that needs *need*."""
    said = f"{size(free)} are free; a night needs {size(need)}."
    remedy = "Free some space on that disk; BACKUP_KEEP and LANDING_DAYS say how much ClanStats itself keeps."
    if free < need:
        return wrong(name, said, remedy)
    return warning(name, said, remedy) if free < AMPLE * need else ok(name, said)


def _published(folder: Path) -> int:
    """Bytes of what is copied to the drive."""
    files = [*folder.glob("clan_*"), *(folder / "site").rglob("*")]
    return sum(weight(file) for file in files if file.is_file() and file.suffix != ".db")


def workbook(name: str, file: Path) -> Check:
    """Whether somebody has the workbook open."""
    if file.exists() and open_elsewhere(file):
        return warning(
            name,
            f"{file} is open in another program.",
            "Close it there before the night; else tonight's is written beside it, with a date in its name.",
        )
    return ok(name, "Nobody has it open." if file.exists() else "There is none yet.")
