"""Whether the database has rows that other checks may read."""

from pipeline.doctor.patient import Patient
from pipeline.errors import StorageError
from pipeline.storage.engine import looking
from pipeline.storage.soundness import schema


def unfit(patient: Patient) -> str | None:
    """Why nothing can be read from the database, None if all can."""
    if reason := patient.wrong("DATABASE_URL"):
        return reason
    file = patient.settings.database
    if not file.is_file():
        return "There is no database yet."
    try:
        with looking(file) as connection:
            found = schema(connection)
    except StorageError:
        return "The database cannot be read: see there."
    return None if found.is_current else "The database has the schema of another version: see there."
