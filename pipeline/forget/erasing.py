"""Taking somebody out of everything, in an order in which a kill at any line leaves enough to go on.

The list comes first. Names in Discord are known from the database alone, so that what is found by name (landings, logs, records, and
where others wrote it) is done before the database is; what is written anew from the database, after. Every step can be taken again.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from pipeline.domain.forgotten import Forgotten
from pipeline.forget import files
from pipeline.forget.backups import Held, held
from pipeline.forget_list import Entry, ForgetList
from pipeline.job import Job
from pipeline.marts.wording import plural
from pipeline.outcome import StageOutcome, write_outcome
from pipeline.outputs.dashboard.site import drop_other_nights
from pipeline.outputs.deploy import PAGE, SINGLE_PAGE, WORKBOOK, placed
from pipeline.people import tie
from pipeline.progress import Counter
from pipeline.runs import describe_again
from pipeline.settings import Settings
from pipeline.sources import erasing as landings
from pipeline.stages import PACKAGE, deploy, perform
from pipeline.storage import digests, queries, runs
from pipeline.storage.backup import Keep
from pipeline.storage.engine import reading, writing
from pipeline.storage.forget import Erased, erase, erase_conclusions, holdings, scour
from pipeline.storage.migrate import migrate
from pipeline.storage.then import known_until
from pipeline.storage.types import EPOCH

log = logging.getLogger(__name__)

STEPS: Final = 12
NIGHTS_SHOWN: Final = 7


@dataclass(slots=True)
class Told:
    """What was done: counts of the database, `lines` about the rest, what is `left` for a person to do, and what is out of our hands."""

    erased: Erased = field(default_factory=Erased)
    lines: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    beyond: str = ""

    def note(self, number: int, one: str, more: str, names: Iterable[object] = ()) -> None:
        """So many of something, if there were any, and which."""
        if number:
            told = ", ".join(map(str, names))
            self.lines.append(f"{plural(number, one, more)}{f': {told}' if told else ''}")


def forget(job: Job, counter: Counter) -> Told:
    """Take out everybody on the list of whom not everything was erased yet."""
    told, kept_out, database = Told(), ForgetList(job.output), job.settings.database
    known, doomed = kept_out.known(database), kept_out.interrupted
    with reading(database) as connection:
        told.erased = holdings(connection, known)

    def step(do: Callable[[], None]) -> None:
        do()
        counter.step()

    counter.expect(STEPS)
    step(lambda: _read_workbooks(job, told))
    step(lambda: _rewrite_landings(job, known, told))
    step(lambda: _strike(job.output, known, told))
    step(lambda: _remove(job, told))
    step(lambda: kept_out.note_places(files.others_naming(job.settings, known)))
    step(lambda: _erase(job, known))
    step(lambda: _load(job, told))
    step(lambda: _erase(job, known))
    step(lambda: _rewrite_landings(job, known, told))
    step(lambda: _write_anew(job, told))
    step(lambda: _strike(job.output, known, told))
    step(lambda: _look_again(job, known, doomed, told))
    kept_out.note_erased(job.now)
    return told


def finish(settings: Settings, now: datetime) -> None:
    """Go on with what was interrupted."""
    log.info("Somebody was being forgotten when ClanStats was ended; it goes on now.")
    told = forget(job_of(settings, now), Counter(lambda done, total: None))
    for sentence in told.left:
        log.warning("%s", sentence)


def job_of(settings: Settings, now: datetime) -> Job:
    """The orders of a forgetting at *now*."""
    return Job(settings, f"{now:%Y%m%dT%H%M%SZ}-forget", now)


def kept_out_of(output: Path) -> Callable[[Path], None]:
    """What makes a database that was restored fit to be read: whoever is on the list of *output* is taken out of it."""
    kept_out = ForgetList(output)
    listed = kept_out.entries()

    def prepare(database: Path) -> None:
        if listed:
            migrate(database)
            known = kept_out.known(database)
            with writing(database) as connection:
                erase(connection, known)
            scour(database)

    return prepare


def backups_of(settings: Settings, now: datetime) -> Held:
    """The backups that hold anybody on the list."""
    entries = ForgetList(settings.output_dir).entries()
    return held(settings.output_dir / "backups", entries, Keep.parse(settings.backup_keep), now)


def _read_workbooks(job: Job, told: Told) -> None:
    """What officers wrote since the last night comes first: copies that hold it are about to go."""
    landings.mend(job.landing)
    _heed(perform("harvest_workbook", job), told)


def _rewrite_landings(job: Job, known: Forgotten, told: Told) -> None:
    with reading(job.settings.database) as connection:
        loaded = queries.loaded_landings(connection)
    found = landings.erase(job.landing, known, loaded)
    told.note(len(found.changed), "landing was written anew", "landings were written anew")
    unreadable = "landing that nobody can read was removed", "landings that nobody can read were removed"
    told.note(len(found.removed), *unreadable, found.removed)


def _strike(output: Path, known: Forgotten, told: Told) -> None:
    told.note(files.strike_logs(output, known), "line of the log was struck", "lines of the log were struck")
    written = files.strike_records(output, known)
    told.note(written, "record of a run was written anew", "records of runs were written anew")


def _load(job: Job, told: Told) -> None:
    """Decisions that were read a moment ago come into the database, after a backup of it that is free of them."""
    _heed(perform("load", job), told)


def _erase(job: Job, known: Forgotten) -> None:
    """By all that was known before, and by what is known now."""
    database = job.settings.database
    for who in (known, ForgetList(job.output).known(database)):
        with writing(database) as connection:
            erase(connection, who)
            erase_conclusions(connection, who)
    tie(database, job.settings.policy())
    scour(database)


def _remove(job: Job, told: Told) -> None:
    removed = files.remove_remade(job.output, job.settings.database, job.settings.local_drive_path)
    again = "thing that can be made again was removed", "things that can be made again were removed"
    told.note(len(removed), *again, removed)


def _write_anew(job: Job, told: Told) -> None:
    """Workbook, dashboard and the deployed copy of the last night that published, as its `now` has them."""
    with reading(job.settings.database) as connection:
        now = runs.published_at(connection) or known_until(connection)
    if now is None:
        return
    then = replace(job, now=now)
    if any(job.output.glob("clan_report_summary_merged*.xlsx")) or any((job.output / PACKAGE).glob("*")):
        outcome = perform("report", then)
        write_outcome(job.output, job.run_id, outcome)
        _heed(outcome, told)
    if (job.output / "site").exists() or (job.output / SINGLE_PAGE).exists():
        _heed(perform("publish", then), told)
        drop_other_nights(job.output / "site")
    _deploy(then, told)
    copies = files.remove_copies(job.output, job.settings.local_drive_path)
    removed = "copy of the workbook was removed", "copies of the workbook were removed"
    told.note(len(copies.removed), *removed, copies.removed)
    told.left += [f"{path} may name them: look at it, and delete it." for path in copies.left]
    describe_again(job.output)


def _deploy(job: Job, told: Told) -> None:
    drive = job.settings.local_drive_path
    if drive is None or not (job.output / WORKBOOK).exists() or not (job.output / "site" / PAGE).exists():
        return
    if drive.is_dir() and not placed(drive):
        return  # nothing was ever deployed there
    _heed(perform("deploy", job, lambda job: deploy(job, at_once=True)), told)


def _look_again(job: Job, known: Forgotten, doomed: Sequence[Entry], told: Told) -> None:
    """What still names them is for a person to delete: what a start of this that was cut off saw, too, as it may not be seen any more."""
    settings = job.settings
    before = {Path(place) for entry in doomed for place in entry.places}
    found = {*files.others_naming(settings, known), *(path for path in before if path.exists())}
    found |= {*files.still_naming(job.output, settings.local_drive_path, known)}
    told.left += [
        f"{path} names them in Discord: take that out."
        if path == settings.clan_config
        else f"{path} still names them: delete it, or take their name out."
        for path in sorted(found)
    ]
    _recall(job, doomed, told)


def _recall(job: Job, doomed: Sequence[Entry], told: Told) -> None:
    """What was told in Discord before they were on the list is out of our hands."""
    with reading(job.settings.database) as connection:
        nights = digests.nights_told(connection, max((entry.since for entry in doomed), default=EPOCH))
    if nights:
        said = ", ".join(nights) if len(nights) <= NIGHTS_SHOWN else f"{nights[0]} to {nights[-1]}"
        told.beyond = f"Messages about {plural(len(nights), 'night', 'nights')} ({said}) stand in Discord and may name them: delete them there."


def _heed(outcome: StageOutcome, told: Told) -> None:
    """What did not go well is for a person to see to."""
    if outcome.state != "done" and outcome.error:
        told.left.append(f"{outcome.error} Then type uv run clanstats forget --again.")
