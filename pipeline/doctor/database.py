"""The database: whole, of this version's schema, and copied."""

import shlex
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from pipeline.costs import file_bytes
from pipeline.doctor import folders
from pipeline.doctor.check import Check, ok, skipped, warning, wrong
from pipeline.doctor.patient import Patient
from pipeline.doctor.rows import out_of_reach, shut
from pipeline.doctor.words import listed, span
from pipeline.domain.foresight import MB, size
from pipeline.errors import StorageError
from pipeline.marts.wording import plural
from pipeline.storage.backup import backups, check, newest_good
from pipeline.storage.engine import looking
from pipeline.storage.soundness import Schema, damage, orphans, schema

NAME: Final = "database"
LARGE_LOG: Final = 100 * MB
OLD_BACKUP: Final = timedelta(days=7)


def checks(patient: Patient) -> Iterator[Check]:
    """The file, its rows, its schema, its log and its copies."""
    if reason := out_of_reach(patient):
        yield skipped(NAME, reason)
        return
    file, folder = patient.settings.database, patient.output / "backups"
    around = list(folders.apart(patient))
    yield from around
    if any(check.state == "wrong" for check in around):
        yield skipped(NAME, "Its folder or its disk cannot be used: see there.")
        return
    if not file.is_file():
        yield _absent(file, folder)
        return
    try:
        found = damage(file)
        if found is None:
            with looking(file) as connection:
                present, lost = schema(connection), orphans(connection)
    except StorageError as error:
        yield wrong(
            NAME, str(error), "Close what has it open, and give the user that runs ClanStats the right to read it."
        )
        return
    if found is not None:
        yield wrong(NAME, f"{file} is damaged: {found}.", _restore(file, folder))
        yield skipped("database schema", "The database is damaged: see there.")
        return
    yield ok(NAME, f"{file} is sound ({size(file_bytes(file))}).")
    yield _schema(file, present)
    yield _orphans(lost, folder, file)
    yield from _log(file)
    yield _backup(patient, folder)


def _absent(file: Path, folder: Path) -> Check:
    if file.exists():
        return wrong(NAME, f"{file} is no file.", "Let DATABASE_URL name a file, or leave it empty.")
    good = newest_good(folder)
    if good is None:
        return ok(NAME, f"There is no {file} yet; the first run makes it.")
    return wrong(
        NAME,
        f"{file} is gone, though there are copies of it; no night begins without it.",
        f"{_command(good)} brings it back, as far as the night of that copy.",
    )


def _restore(file: Path, folder: Path) -> str:
    good = newest_good(folder)
    if good is not None:
        return f"{_command(good)} puts the newest good copy in its place; the damaged file is kept beside it."
    return (
        f"No copy in {folder} is good. Move {file} and that folder away; the next run makes another, and uv run clanstats backfill asks "
        "Wise Old Man for the past."
    )


def _command(good: Path) -> str:
    return f"uv run clanstats restore {shlex.quote(str(good))}"


def _schema(file: Path, found: Schema) -> Check:
    name = "database schema"
    if found.is_current:
        return ok(name, f"It is this version's ({found.head}).")
    if not found.is_known:
        return wrong(
            name,
            f"{file} was written by a newer ClanStats (schema {found.present}, this one knows {found.head}).",
            "Update ClanStats; an older one must not write into it.",
        )
    if found.present is None and not found.is_empty:
        return wrong(name, f"{file} was not made by ClanStats.", "Correct DATABASE_URL, or move the file away.")
    return ok(name, f"It is that of an older version; the next run brings it to {found.head}, with a copy made before.")


def _orphans(lost: dict[str, int], folder: Path, file: Path) -> Check:
    name = "database rows"
    if not lost:
        return ok(name, "Every row's references are there.")
    tables = listed([f"{table} ({number})" for table, number in sorted(lost.items())])
    return wrong(
        name, f"{plural(sum(lost.values()), 'row')} point to what is not there: {tables}.", _restore(file, folder)
    )


def _log(file: Path) -> Iterator[Check]:
    log = file.with_name(file.name + "-wal")
    held = file_bytes(log)
    if held > LARGE_LOG:
        yield warning(
            "database log",
            f"{log.name} has grown to {size(held)}: something keeps the database open.",
            "End other programs that have it open; uv run clanstats load then folds it in.",
        )


def _backup(patient: Patient, folder: Path) -> Check:
    name, taken = "backup", backups(folder)
    if reason := shut(patient):
        return skipped(name, reason)
    if not taken:
        return warning(
            name, "There is no copy of the database.", "uv run clanstats backup makes one; each night does, too."
        )
    newest = max(taken)
    try:
        check(taken[newest], quick=True)
    except StorageError:
        return warning(
            name,
            f"The newest copy, {taken[newest]}, is damaged.",
            "uv run clanstats backup makes another; then remove that one.",
        )
    said = f"{taken[newest]} is sound, and {span(patient.now - newest)} old."
    if patient.now - newest > OLD_BACKUP:
        return warning(name, said, "uv run clanstats backup makes one now; each night that loads something does, too.")
    return ok(name, said)
