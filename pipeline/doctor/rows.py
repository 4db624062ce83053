"""Whether there is a folder, and a database with rows, that other checks may read."""

import os
import stat
from typing import Final

from pipeline.doctor.patient import Patient
from pipeline.errors import StorageError
from pipeline.storage.engine import looking
from pipeline.storage.soundness import schema

NONE_YET: Final = "There is no database yet."


def shut(patient: Patient) -> str | None:
    """Why nothing can be read from the output folder, None if all can, or if it is not there yet."""
    reason = "OUTPUT_DIR cannot be used: see there."
    try:
        mode = patient.output.stat().st_mode
    except FileNotFoundError:
        return None
    except OSError:
        return reason
    return None if stat.S_ISDIR(mode) and os.access(patient.output, os.R_OK | os.X_OK) else reason


def out_of_reach(patient: Patient) -> str | None:
    """Why nobody can look for the database, None if anybody can."""
    if reason := patient.wrong("DATABASE_URL"):
        return reason
    return shut(patient) if patient.settings.database.is_relative_to(patient.output) else None


def unfit(patient: Patient) -> str | None:
    """Why nothing can be read from the database, None if all can."""
    if reason := out_of_reach(patient):
        return reason
    file = patient.settings.database
    if not file.is_file():
        return NONE_YET
    try:
        with looking(file) as connection:
            found = schema(connection)
    except StorageError:
        return "The database cannot be read: see there."
    return None if found.is_current else "The database has the schema of another version: see there."
