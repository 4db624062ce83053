"""Copies of the database: made by SQLite's backup API, checked, and thinned out with age."""

import logging
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from glob import escape
from pathlib import Path
from typing import Final, Self

from pipeline.errors import StorageError
from pipeline.moving import patiently
from pipeline.storage.engine import Damaged, make_folder, make_private, speaking_plainly

log = logging.getLogger(__name__)

_NAME: Final = re.compile(r"clan_data-(\d{8}T\d{6}\d{3}Z)\.db")
_BEFORE: Final = re.compile(r"clan_data-\d{8}T\d{6}\d{3}Z-before-\w+\.db")
_STAMP: Final = "%Y%m%dT%H%M%S"

BEFORE_KEPT: Final = 2
"""Changes of the schema of which what was before is kept. Age says nothing about when somebody needs it."""


@dataclass(frozen=True, slots=True)
class Keep:
    """How many backups outlive a night: the newest of each of so many days, weeks and months."""

    days: int
    weeks: int
    months: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """`7d,4w,12m`; anything else is a ValueError that says so."""
        found = re.fullmatch(r"\s*(\d+)d\s*,\s*(\d+)w\s*,\s*(\d+)m\s*", text)
        if not found:
            raise ValueError("must be days, weeks and months to keep backups for, such as 7d,4w,12m")
        return cls(*map(int, found.groups()))

    def choose(self, taken: Iterable[datetime]) -> set[datetime]:
        """The backups of *taken* that stay; the newest always does."""
        newest_first = sorted(taken, reverse=True)
        periods: tuple[tuple[int, Callable[[datetime], object]], ...] = (
            (self.days, datetime.date),
            (self.weeks, lambda at: at.isocalendar()[:2]),
            (self.months, lambda at: (at.year, at.month)),
        )
        kept = set(newest_first[:1])
        for number, period in periods:
            newest: dict[object, datetime] = {}
            for at in newest_first:
                newest.setdefault(period(at), at)
            kept.update(list(newest.values())[:number])
        return kept


def backup(database: Path, folder: Path, now: datetime, keep: Keep) -> Path:
    """Copy *database* into *folder*, check the copy, then drop the backups that *keep* no longer wants."""
    target = folder / f"{_stem(now)}.db"
    with _written_to(folder):
        copy(database, target)
        taken = backups(folder)
        for at in set(taken) - keep.choose(taken):
            taken[at].unlink(missing_ok=True)
    return target


def backup_before(revision: str, database: Path, folder: Path, now: datetime) -> Path:
    """Copy *database* before its schema becomes that of *revision*, under a name that no night's backup takes and no age drops."""
    target = folder / f"{_stem(now)}-before-{revision}.db"
    with _written_to(folder):
        copy(database, target)
        made = copies_before(folder)
        newest: dict[str, Path] = {}
        for path in made:
            newest.setdefault(path.stem.rpartition("-")[2], path)
        for path in set(made) - {*list(newest.values())[:BEFORE_KEPT]}:
            path.unlink(missing_ok=True)
    return target


def _stem(now: datetime) -> str:
    return f"clan_data-{now.strftime(_STAMP)}{now.microsecond // 1000:03}Z"


@contextmanager
def _written_to(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise StorageError(
            f"No backup can be written to {folder} ({error.strerror}), so nothing is loaded. Make room or set its rights right."
        ) from error


def backups(folder: Path) -> dict[datetime, Path]:
    """The backups of nights in *folder*, by the `now` they were taken at."""
    found = ((_NAME.fullmatch(path.name), path) for path in folder.glob("clan_data-*.db"))
    return {_instant(match[1]): path for match, path in found if match}


def copies_before(folder: Path) -> list[Path]:
    """The copies in *folder* from before a change of the schema, newest first."""
    return sorted((path for path in folder.glob("clan_data-*.db") if _BEFORE.fullmatch(path.name)), reverse=True)


def newest_good(folder: Path) -> Path | None:
    """The newest copy in *folder* that is a sound database, whatever it was made for; None if none is."""
    for path in sorted((*backups(folder).values(), *copies_before(folder)), reverse=True):
        with suppress(StorageError):
            check(path)
            return path
    return None


def _instant(stamp: str) -> datetime:
    seconds = datetime.strptime(stamp[:15], _STAMP).replace(tzinfo=UTC)
    return seconds.replace(microsecond=int(stamp[15:18]) * 1000)


def copy(source: Path, target: Path) -> None:
    """A whole, checked copy of a database that may be in use; *target* appears only when it is good."""
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    with speaking_plainly(source):
        check(source, quick=True)
    with speaking_plainly(partial):
        make_private(partial)
        with closing(sqlite3.connect(source)) as origin, closing(sqlite3.connect(partial)) as written:
            origin.backup(written)
            written.execute("PRAGMA journal_mode = DELETE")
        check(partial)
    with partial.open("rb+") as file:
        os.fsync(file.fileno())
    patiently(partial.replace, target)


def check(file: Path, *, quick: bool = False) -> None:
    """A StorageError if *file* is not a sound SQLite database."""
    pragma = "quick_check" if quick else "integrity_check"
    address = f"{file.resolve().as_uri()}?mode=ro"
    with speaking_plainly(file), closing(sqlite3.connect(address, uri=True)) as connection:
        said = " ".join(str(connection.execute(f"PRAGMA {pragma}(1)").fetchone()[0]).split())
    if said != "ok":
        raise Damaged(f"{file} is damaged ({said}).")


@contextmanager
def offering(folder: Path) -> Iterator[None]:
    """Say of a damaged database which of the backups in *folder* is good, and with which command it is put back."""
    try:
        yield
    except Damaged as error:
        raise StorageError(f"{error} {_way_back(folder) or _way_on(folder)}") from error


def insist_on(database: Path, folder: Path) -> None:
    """A StorageError if *database* is gone, or empty, though *folder* holds copies of it: to begin anew somebody has to want it."""
    if database.exists() and database.stat().st_size:
        return
    if backups(folder) or copies_before(folder):
        raise StorageError(
            f"There is no database {database}, though there are backups: if only its disk is missing or DATABASE_URL was edited, mend "
            f"that. {_way_back(folder) or f'None of the backups in {folder} is good.'} To begin anew, move {folder} away."
        )


def _way_back(folder: Path) -> str | None:
    good = newest_good(folder)
    if good is None:
        return None
    command = f"uv run clanstats restore {_quoted(good)} --output {_quoted(folder.parent)}"
    return f"Restore the newest good backup: `{command}`."


def _way_on(folder: Path) -> str:
    return (
        f"There is no good backup in {folder}. Move the database and that folder away, then begin anew by "
        "uv run clanstats backfill and uv run clanstats run."
    )


def _quoted(path: Path) -> str:
    return f'"{path}"' if " " in str(path) else str(path)


def sweep(database: Path, folder: Path) -> None:
    """Remove copies of *database* that killed runs left half made, beside it and in *folder*: whoever was forgotten may be in them.

    Only the holder of the run's lock may.
    """
    for path in (*database.parent.glob(f"{escape(database.name)}.restored*"), *folder.glob("clan_data-*.partial*")):
        path.unlink(missing_ok=True)
        log.info("Removed the unfinished copy %s.", path)


def restore(backup_file: Path, database: Path, prepare: Callable[[Path], object] = lambda _: None) -> None:
    """Put *backup_file* in the place of *database*, once *prepare* is done with a copy of it.

    The present one is kept beside it under `.before-restore`, and never in the place of one kept before.
    The present write-ahead log is folded in before it is removed: left behind, SQLite would replay it into the restored file.
    """
    if not backup_file.is_file():
        raise StorageError(f"There is no backup {backup_file}.")
    try:
        _put_back(backup_file, database, prepare)
    except OSError as error:
        raise StorageError(
            f"{backup_file} cannot be put in the place of {database} ({error.strerror}): make room, or close what has it open, and "
            "restore again. Nothing was lost."
        ) from error


def _put_back(backup_file: Path, database: Path, prepare: Callable[[Path], object]) -> None:
    coming = database.with_name(database.name + ".restored")
    make_folder(database)
    for suffix in ("-wal", "-shm"):  # of a restore that was killed: it would be replayed into this copy
        coming.with_name(coming.name + suffix).unlink(missing_ok=True)
    copy(backup_file, coming)
    prepare(coming)
    if database.exists():
        _fold_log(database)
        kept = _free_name(database)
        for suffix in ("", "-wal"):
            part = database.with_name(database.name + suffix)
            if part.exists():
                shutil.copy2(part, kept.with_name(kept.name + suffix))
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    patiently(coming.replace, database)


def _free_name(database: Path) -> Path:
    """Where the present *database* is kept: `.before-restore`, then `.before-restore-2` and so on, where no log lies beside either."""
    kept, number = database.with_name(f"{database.name}.before-restore"), 1
    while kept.exists() or kept.with_name(f"{kept.name}-wal").exists():
        number += 1
        kept = database.with_name(f"{database.name}.before-restore-{number}")
    return kept


def _fold_log(database: Path) -> None:
    """Move what the write-ahead log holds into the file; a file too damaged for that is kept as it is."""
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
