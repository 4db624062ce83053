"""The verbs of a night, without Prefect: each opens what it needs, calls the floor below, closes, and tells what became of it."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.domain.records import Known
from pipeline.domain.talk import KnownTalk
from pipeline.errors import ClanError, ConfigError, PublishError, StorageError, Unreadable
from pipeline.marts.assemble import assemble
from pipeline.marts.model import Marts, Rules
from pipeline.outcome import StageOutcome, read_outcome
from pipeline.outputs.deploy import SINGLE_PAGE, WORKBOOK, Sources
from pipeline.outputs.deploy import deploy as copy_out
from pipeline.people import tie
from pipeline.settings import Settings
from pipeline.sources import landing as landings
from pipeline.sources.discord.plan import Orders
from pipeline.sources.discord.rows import decode as decode_talk
from pipeline.sources.http import Attempt, Session
from pipeline.sources.wom.backfill import backfill as walk_back
from pipeline.sources.wom.client import WomClient
from pipeline.sources.wom.decode import decode
from pipeline.sources.wom.harvest import harvest_night
from pipeline.sources.wom.plan import BackfillPlan
from pipeline.storage import queries
from pipeline.storage.backup import Keep, backup
from pipeline.storage.engine import reading, writing
from pipeline.storage.load import Arrival
from pipeline.storage.load import load as load_records
from pipeline.storage.load_talk import load_talk
from pipeline.storage.upkeep import tidy
from pipeline.storage.upsert import Counts

log = logging.getLogger(__name__)

RUNS_SHOWN: Final = 60
OPEN_RATE: Final = 20
KEYED_RATE: Final = 100
"""Requests a minute that WOM allows without and with an API key."""


@dataclass(frozen=True, slots=True)
class Job:
    """One run's orders: what every stage needs to know. One `now` a run; `only` names the one source to be asked."""

    settings: Settings
    run_id: str
    now: datetime
    only: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        """Where the clan reads its dates."""
        return ZoneInfo(self.settings.policy().clan.time_zone)

    @property
    def output(self) -> Path:
        """Where everything is written."""
        return self.settings.output_dir

    @property
    def landing(self) -> Path:
        """Where landings lie."""
        return self.output / "landing"

    @property
    def night(self) -> str:
        """The night this run belongs to: the clan's date of `now`."""
        return self.now.astimezone(self.zone).date().isoformat()


def wom_session(settings: Settings, on_attempt: Callable[[Attempt], object]) -> Session:
    """A session with Wise Old Man that introduces itself."""
    headers = {"User-Agent": settings.user_agent, "Accept": "application/json"}
    if settings.wom_api_key is not None:
        headers["x-api-key"] = settings.wom_api_key.get_secret_value()
    if not settings.names_a_contact:
        log.warning("WOM_USER_AGENT names no contact; Wise Old Man asks for one and may block tools without.")
    return Session(settings.wom_base_url, headers=headers, budget=settings.wom_request_budget, on_attempt=on_attempt)


class Tally:
    """Counts the requests of a run in a file, a byte each: the budget holds over all attempts, killed ones included."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file

    def __call__(self, _attempt: object = None) -> None:
        """One more went out."""
        with self._file.open("ab") as file:
            file.write(b".")

    @property
    def count(self) -> int:
        """Requests of this run so far."""
        return self._file.stat().st_size if self._file.exists() else 0


def known(job: Job) -> Known:
    """What Wise Old Man need not be asked again; nothing is known before the first load."""
    if not job.settings.database.exists():
        return Known()
    with reading(job.settings.database) as connection:
        return queries.known(connection)


def known_talk(job: Job) -> KnownTalk:
    """What Discord need not be asked again."""
    if not job.settings.database.exists():
        return KnownTalk()
    with reading(job.settings.database) as connection:
        return queries.known_talk(connection)


def _harvest(job: Job, source: str, ask: Callable[[landings.LandingWriter, Tally], StageOutcome]) -> StageOutcome:
    """Have *ask* fill a landing of *source*. A landing this run has finished before is not asked for again."""
    landings.sweep_partials(job.landing, source)
    name = landings.landing_name(job.now, source, job.run_id)
    held = job.landing / name
    spent = Tally(job.output / "runs" / job.run_id / f"{source}_requests")
    if held in landings.whole_landings(job.landing):
        log.info("The landing %s is whole already.", name)
        manifest = landings.read_manifest(held)
        outcome = _harvested(source, name, [failure.error for failure in manifest.failed])
        return replace(outcome, requests=spent.count, bytes=sum(part.bytes for part in manifest.parts))
    with landings.LandingWriter(job.landing, name, source=source, run_id=job.run_id, now=job.now) as writer:
        outcome = ask(writer, spent)
    return replace(outcome, requests=spent.count)


def _harvested(source: str, landing: str, failed: Iterable[str]) -> StageOutcome:
    said = " ".join(failed)
    return StageOutcome(
        f"harvest_{source}", "partial" if said else "done", error=said or None, paths=(f"landing/{landing}",)
    )


def harvest_wom(job: Job) -> StageOutcome:
    """Ask Wise Old Man what is new, into one landing."""
    code = job.settings.wom_verification_code

    def ask(writer: landings.LandingWriter, spent: Tally) -> StageOutcome:
        with wom_session(job.settings, spent) as session:
            session.requests = spent.count
            client = WomClient(session, job.settings.wom_group_id)
            report = harvest_night(
                client, writer, known(job), job.now, code.get_secret_value() if code is not None else None
            )
        log.info("Asked Wise Old Man %d times: %d members, %d days.", report.requests, report.members, len(report.days))
        return replace(_harvested("wom", report.landing, (f.error for f in report.failed)), bytes=report.bytes)

    return _harvest(job, "wom", ask)


def harvest_discord(job: Job) -> StageOutcome:
    """Ask Discord who is in the guild and what was written since, into one landing of facts."""
    from pipeline.sources.discord.listening import listen

    settings, policy = job.settings, job.settings.policy()
    token = settings.discord_token
    if token is None:
        raise ConfigError("DISCORD_TOKEN is not set: write the bot's token into .env (README, Discord).")
    orders = Orders(
        first_since=job.now - timedelta(days=settings.discord_first_run_days),
        reread_since=job.now - timedelta(days=settings.discord_reread_days),
        tonight=job.now.astimezone(job.zone).replace(hour=0, minute=0, second=0, microsecond=0),
    )

    def ask(writer: landings.LandingWriter, spent: Tally) -> StageOutcome:
        report = listen(
            writer, known_talk(job), orders, token=token.get_secret_value(), base_url=settings.discord_base_url,
            guild_id=settings.discord_guild_id, openings=policy.questions.openings, forums=policy.questions.forums,
            on_attempt=spent,
        )  # fmt: skip
        log.info(
            "Asked Discord %d times, %d of them to look again for edits: %d messages from %d channels and threads.",
            report.requests, report.rereads, report.messages, report.sources,
        )  # fmt: skip
        return replace(_harvested("discord", report.landing, report.failed), bytes=report.bytes)

    return _harvest(job, "discord", ask)


def load(job: Job, again: str | None = None) -> StageOutcome:
    """Load every whole landing not loaded yet, oldest first, each in one transaction; *again* replays one by name.

    A landing that cannot be read is set aside, so that it does not stop the nights after it; they ask again for its days.
    """
    database = job.settings.database
    landings.sweep_partials(job.landing)
    with reading(database) as connection:
        done = queries.loaded_landings(connection)
    waiting = [path for path in landings.whole_landings(job.landing) if path.name not in done or path.name == again]
    if again is not None and again not in {path.name for path in waiting}:
        raise StorageError(f"There is no landing {again} in {job.landing}.")
    if waiting:
        _back_up(job)
    counts, broken = Counts(), []
    for path in waiting:
        try:
            counts += load_landing(database, path)
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
    tie(database, job.settings.policy().person)
    if waiting:
        tidy(database)
    _prune(job, done | {path.name for path in waiting})
    return StageOutcome(
        "load", "partial" if broken else "done", inserted=counts.inserted, updated=counts.updated,
        unchanged=counts.unchanged, error=" ".join(broken) or None,
        paths=tuple(f"landing/{path.name}" for path in waiting if path.exists()),
    )  # fmt: skip


def _back_up(job: Job) -> None:
    """Copy the database before anything is loaded into it; without a copy nothing is loaded."""
    backup(job.settings.database, job.output / "backups", job.now, Keep.parse(job.settings.backup_keep))


def load_landing(database: Path, path: Path) -> Counts:
    """Load one landing in one transaction that also marks it as loaded."""
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
    )
    if manifest.source == "discord":
        talk = decode_talk(path)
        with writing(database) as connection:
            counts = load_talk(connection, talk, arrival)
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


def backfill(
    job: Job, days: int, on_plan: Callable[[BackfillPlan], object], on_attempt: Callable[[Attempt], object]
) -> tuple[Counts, tuple[str, ...]]:
    """Ask for *days* days of history and load each landing as it comes; broken off, it goes on where it was.

    Returns what became of the rows, and a sentence for each part that could not be had: called again, it asks for those.
    """
    load(job)
    _back_up(job)
    counts, failed = Counts(), []
    per_minute = KEYED_RATE if job.settings.wom_api_key is not None else OPEN_RATE
    with wom_session(job.settings, on_attempt) as session:
        client = WomClient(session, job.settings.wom_group_id)
        asked = walk_back(client, job.landing, job.run_id, known(job), days, job.now, per_minute, on_plan)
        for found in asked:
            counts += load_landing(job.settings.database, job.landing / found.landing)
            failed += [failure.error for failure in found.failed]
    tidy(job.settings.database)
    return counts, tuple(failed)


def marts(job: Job) -> Marts:
    """The answers of the night."""
    database = job.settings.database
    if not database.exists():
        raise PublishError(f"There is no database {database} yet: run clanstats run first.")
    policy = job.settings.policy()
    rules = Rules(
        time_zone=policy.clan.time_zone,
        look_at_age_days=policy.thresholds.look_at_age_days,
        discord=job.settings.reads_discord,
        roles=policy.roles,
    )
    with reading(database) as connection:
        return assemble(connection, job.now, rules)


def run_history(job: Job) -> list[dict[str, object]]:
    """The last runs that came to an end, newest first, with what each of their stages did."""
    with reading(job.settings.database) as connection:
        ended = [row for row in queries.runs(connection, job.now) if row.exit_code is not None]
        return [
            {
                "run_id": row.id,
                "night": row.night,
                "now": row.now.isoformat(),
                "state": row.state,
                "exit_code": row.exit_code,
                "sentence": row.sentence,
                "stages": [dict(stage._mapping) for stage in queries.stage_runs(connection, row.id)],  # noqa: SLF001
            }
            for row in ended[:RUNS_SHOWN]
        ]


def report(job: Job) -> StageOutcome:
    """Write the workbook; beside it, under the night's date, if it is open elsewhere."""
    from pipeline.outputs.excel.workbook import write_workbook

    target = job.output / WORKBOOK
    written = write_workbook(marts(job), target)
    if written == target:
        return StageOutcome("report", "done", paths=(WORKBOOK,))
    return StageOutcome(
        "report", "partial", error=f"{WORKBOOK} is open in another program, so tonight's is {written.name}.",
        paths=(written.name,),
    )  # fmt: skip


def publish(job: Job) -> StageOutcome:
    """Write the dashboard, and the same in one file."""
    from pipeline.outputs.dashboard.site import write_site

    site = job.output / "site"
    files = write_site(marts(job), site, job.output / SINGLE_PAGE, run_history(job))
    return StageOutcome("publish", "done", paths=tuple(path.relative_to(job.output).as_posix() for path in files))


def deploy(job: Job) -> StageOutcome:
    """Copy the outputs to `LOCAL_DRIVE_PATH`."""
    target = job.settings.local_drive_path
    if target is None:
        raise PublishError("LOCAL_DRIVE_PATH is not set, so there is nowhere to deploy to.")
    reported = read_outcome(job.output, job.run_id, "report")
    workbook = job.output / (reported.paths[0] if reported.succeeded and reported.paths else WORKBOOK)
    sources = Sources(job.output / "site", job.output / SINGLE_PAGE, workbook, date.fromisoformat(job.night))
    deployed = copy_out(sources, target)
    if deployed.workbook_dated:
        return StageOutcome(
            "deploy", "partial", error=f"The workbook at {target} is open, so it went as {deployed.workbook}."
        )
    return StageOutcome("deploy", "done")


VERBS: Final[dict[str, Callable[[Job], StageOutcome]]] = {
    "harvest_wom": harvest_wom,
    "harvest_discord": harvest_discord,
    "load": load,
    "report": report,
    "publish": publish,
    "deploy": deploy,
}


def perform(name: str, job: Job, verb: Callable[[Job], StageOutcome] | None = None) -> StageOutcome:
    """Do the stage *name*, or *verb* in its name; an error becomes an outcome."""
    began = time.perf_counter()
    try:
        outcome = (verb or VERBS[name])(job)
    except ClanError as error:
        log.error("%s", error)  # noqa: TRY400 - what a person can mend needs no traceback
        outcome = StageOutcome.of_error(name, error)
    except Exception as error:
        log.exception("%s failed", name)
        outcome = StageOutcome.of_error(name, error)
    return outcome.after(1, time.perf_counter() - began)
