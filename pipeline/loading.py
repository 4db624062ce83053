"""The stage that loads: what was harvested becomes rows, each landing in one transaction."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.deciding import take
from pipeline.domain.forgotten import NOBODY, Forgotten
from pipeline.domain.window import midnight
from pipeline.errors import StorageError, Unreadable
from pipeline.forget_list import ForgetList
from pipeline.job import Job
from pipeline.outcome import StageOutcome
from pipeline.people import tie
from pipeline.sources import landing as landings
from pipeline.sources.discord.rows import decode as decode_talk
from pipeline.sources.discord.rows import is_whole
from pipeline.sources.erasing import free, mend, rewrite
from pipeline.sources.wom.decode import decode
from pipeline.sources.workbook.rows import decode as decode_workbooks
from pipeline.storage import queries
from pipeline.storage.backup import Keep, backup
from pipeline.storage.engine import reading, writing
from pipeline.storage.forget import erase, holdings
from pipeline.storage.load import Arrival, mark
from pipeline.storage.load import load as load_records
from pipeline.storage.load_talk import load_talk
from pipeline.storage.sums import sum_up
from pipeline.storage.upkeep import tidy
from pipeline.storage.upsert import Counts

log = logging.getLogger(__name__)

A_DAY: Final = timedelta(days=1)


def load(job: Job, again: str | None = None) -> StageOutcome:
    """Load every whole landing not loaded yet, oldest first, each in one transaction; *again* replays one by name.

    A landing that cannot be read is set aside, so that it does not stop the nights after it; they ask again for its days.
    """
    database = job.settings.database
    landings.sweep_partials(job.landing)
    mend(job.landing)
    kept_out = ForgetList(job.output)
    _forget(job, kept_out)
    with reading(database) as connection:
        done = queries.loaded_landings(connection)
    waiting = [path for path in landings.whole_landings(job.landing) if path.name not in done or path.name == again]
    if again is not None and again not in {path.name for path in waiting}:
        raise StorageError(f"There is no landing {again} in {job.landing}.")
    if waiting:
        back_up(job)
    counts, broken = Counts(), []
    for path in waiting:
        try:
            counts += _load_without(kept_out.known(database), job, path)
        except Unreadable as error:
            if path.name == again:
                raise
            aside = landings.set_aside(path)
            broken.append(
                f"{error} It is set aside as {aside.name}; with a newer ClanStats, rename it back to load it."
            )
            log.warning("%s", broken[-1])
    if broken and len(broken) == len(waiting):
        raise Unreadable(" ".join(broken))
    tie(database, job.settings.policy())
    _forget(job, kept_out)
    ahead = _clock_was_ahead(job) if waiting and again is None else None
    if waiting:
        sum_old_messages(job)
        tidy(database)
    _prune(job, done | {path.name for path in waiting})
    return StageOutcome(
        "load", "partial" if broken or ahead else "done", inserted=counts.inserted, updated=counts.updated,
        unchanged=counts.unchanged, error=" ".join([*broken, *([ahead] if ahead else [])]) or None,
        paths=tuple(f"landing/{path.name}" for path in waiting if path.exists()),
    )  # fmt: skip


def _load_without(forgotten: Forgotten, job: Job, path: Path) -> Counts:
    """Load one landing, out of which *forgotten* are taken first: the names of tonight were not known to its harvest."""
    if forgotten:
        free(path, forgotten, is_loaded=False)
    return load_landing(job.settings.database, path, job.zone, forgotten)


def sum_old_messages(job: Job) -> int:
    """Keep only daily sums of messages older than `MESSAGE_FACT_DAYS`, now that everybody is known; returns of how many."""
    before = midnight(job.now - timedelta(days=job.settings.message_fact_days))
    with writing(job.settings.database) as connection:
        summed = sum_up(connection, job.now, before)
    if summed:
        log.info("%d messages of before %s are daily sums now (MESSAGE_FACT_DAYS).", summed, before.date())
    return summed


def _clock_was_ahead(job: Job) -> str | None:
    """What to say when a night is held that is yet to come: its landing tells of the present until then, and no other."""
    with reading(job.settings.database) as connection:
        latest = queries.latest_night(connection)
    if latest is None or latest <= job.now + A_DAY:
        return None
    said = (
        f"The night of {latest:%Y-%m-%d} is held already, though it is only {job.now:%Y-%m-%d}: check this computer's clock. "
        "If it was ahead then, restore a backup from before; until that date names, ranks and who is in the clan stay as they are."
    )
    log.warning("%s", said)
    return said


def back_up(job: Job) -> None:
    """Copy the database before anything is loaded into it; without a copy nothing is loaded."""
    backup(job.settings.database, job.output / "backups", job.now, Keep.parse(job.settings.backup_keep))


def _forget(job: Job, kept_out: ForgetList) -> None:
    """Take out whoever is on the list, whatever brought them back: before a backup is made, and after clan chat was given to players.

    Out of landings first, for what they are called is known from the database: a kill between the two must leave it there.
    """
    database = job.settings.database
    forgotten = kept_out.known(database)
    if not forgotten:
        return
    with reading(database) as connection:
        is_held, loaded = bool(holdings(connection, forgotten)), queries.loaded_landings(connection)
    if is_held:
        for name in rewrite(job.landing, forgotten, loaded).removed:
            log.warning(
                "The landing %s cannot be read and may hold somebody who is forgotten, so it was removed.", name
            )
        with writing(database) as connection:
            erase(connection, forgotten)


def load_landing(database: Path, path: Path, zone: ZoneInfo, forgotten: Forgotten = NOBODY) -> Counts:
    """Load one landing in one transaction that also marks it as loaded, but nothing of *forgotten*.

    *zone* is the clan's, in which officers write dates.
    """
    manifest = landings.read_manifest(path)
    arrival = Arrival(
        name=path.name,
        source=manifest.source,
        kind=manifest.kind,
        run_id=manifest.run_id,
        fetched_at=manifest.now,
        days=tuple(day.isoformat() for day in manifest.days),
        walked=manifest.walked,
        failed=tuple(failure.error for failure in manifest.failed),
        histories=manifest.histories,
        whole=is_whole(manifest),
    )
    if manifest.source == "discord":
        talk = forgotten.talk(decode_talk(path))
        with writing(database) as connection:
            counts = load_talk(connection, talk, arrival)
    elif manifest.source == "workbook":
        edits = decode_workbooks(path).rows
        with writing(database) as connection:
            counts = take(connection, edits, arrival.fetched_at, zone, forgotten)
            mark(connection, arrival, arrival.fetched_at)
    else:
        with reading(database) as connection:
            kinds = queries.kinds(connection)
        harvest = decode(path, kinds)
        with writing(database) as connection:
            counts = load_records(connection, harvest, arrival)
    log.info("Loaded %s: %d rows new, %d changed.", path.name, counts.inserted, counts.updated)
    return counts


def _prune(job: Job, loaded: set[str]) -> None:
    """Drop landings that are loaded and older than `LANDING_DAYS`."""
    whole = {path.name for path in landings.whole_landings(job.landing)}
    landings.prune(job.landing, job.now - timedelta(days=job.settings.landing_days), keep=whole - loaded)
