"""The folders that a night writes into: their rights, their room, and who has the workbook open."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, SoftFileLock

from pipeline.costs import database_bytes, file_bytes
from pipeline.doctor.check import Check, ok, skipped, warning, wrong
from pipeline.doctor.patient import Patient
from pipeline.domain.foresight import ROOM_NIGHTS, need, size
from pipeline.outputs.deploy import WORKBOOK
from pipeline.outputs.files import open_elsewhere


def output(patient: Patient) -> Iterator[Check]:
    """OUTPUT_DIR, its disk, and the workbook in it."""
    name, folder = "OUTPUT_DIR", patient.output
    if reason := patient.wrong(name):
        yield skipped(name, reason)
        return
    found = _usable(name, folder, locks=True)
    yield found
    if found.state == "wrong":
        yield skipped("disk space", f"{name} cannot be used: see there.")
        return
    yield disk_space(patient)
    yield workbook("workbook", folder / WORKBOOK)


def disk_space(patient: Patient) -> Check:
    """Whether the disk of OUTPUT_DIR has room for the nights to come; at which pace it shrinks is foresight's to tell."""
    return _room_for("disk space", patient.output, database_bytes(patient.settings.database))


def apart(patient: Patient) -> Iterator[Check]:
    """The folder of a database that does not lie in OUTPUT_DIR itself, and its disk if that is another one."""
    file = patient.settings.database
    if file.parent == patient.output:
        return
    found = _usable("DATABASE_URL", file.parent, locks=False)
    yield found
    there, output = _nearest(file.parent), _nearest(patient.output)
    if found.state != "wrong" and there.stat().st_dev != output.stat().st_dev:
        yield _room_for("disk space of the database", there, database_bytes(file))


def _room_for(name: str, folder: Path, held: int) -> Check:
    return room(name, shutil.disk_usage(_nearest(folder)).free, need(held))


def drive(patient: Patient) -> Iterator[Check]:
    """LOCAL_DRIVE_PATH, its disk, and the workbook that officers open there."""
    name, folder = "LOCAL_DRIVE_PATH", patient.settings.local_drive_path
    if reason := patient.wrong(name):
        yield skipped(name, reason)
        return
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
        yield _room_for("disk space of the drive", folder, _published(patient.output))
        yield workbook("workbook at the drive", folder / WORKBOOK)


def _usable(name: str, folder: Path, *, locks: bool) -> Check:
    return probed(name, folder, locks=locks) if folder.exists() else _to_be_made(name, folder)


def probed(name: str, folder: Path, *, locks: bool) -> Check:
    """Whether files in *folder* can be written, replaced and removed and, with *locks*, locked: tried, and tidied up."""
    first, second = (folder / f".doctor-{os.getpid()}-{name}-{number}" for number in (1, 2))
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
        f"Let {name} lead to a folder that may be written.",
    )


def _nearest(folder: Path) -> Path:
    """*folder*, or what is there of the way to it."""
    return next((path for path in (folder, *folder.parents) if path.exists()), folder)


def _remedy(name: str, folder: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"Free some space on the disk of {folder}."
    if isinstance(error, NotADirectoryError):
        return f"There is a file of that name: let {name} lead to a folder, or move the file away."
    return f"Give the user that runs ClanStats the right to write to {folder}, or let {name} lead to another folder."


def room(name: str, free: int, needed: int) -> Check:
    """Whether *free* bytes suffice for nights that may need *needed* each."""
    said = f"{size(free)} are free; a night may need {size(needed)}."
    remedy = "Free some space on that disk; BACKUP_KEEP and LANDING_DAYS say how much ClanStats itself keeps."
    if free < needed:
        return wrong(name, said, remedy)
    return warning(name, said, remedy) if free < ROOM_NIGHTS * needed else ok(name, said)


def _published(folder: Path) -> int:
    """Bytes of what is copied to the drive."""
    files = [*folder.glob("clan_*"), *(folder / "site").rglob("*")]
    return sum(file_bytes(file) for file in files if file.is_file() and file.suffix != ".db")


def workbook(name: str, file: Path) -> Check:
    """Whether somebody has the workbook open."""
    if file.exists() and open_elsewhere(file):
        return warning(
            name,
            f"{file} is open in another program.",
            "Close it there before the night; else tonight's is written beside it, with a date in its name.",
        )
    return ok(name, "Nobody has it open." if file.exists() else "There is none yet.")
