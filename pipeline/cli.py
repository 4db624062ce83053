"""The command line: one short function a command; errors become exit codes."""

import json
import logging
import shutil
import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pipeline import clock, log, people
from pipeline.backfills import backfill
from pipeline.errors import ClanError, ConfigError, Denied
from pipeline.house import PROJECT
from pipeline.job import Job
from pipeline.loading import load
from pipeline.marts.replay_model import THRESHOLDS as TRIED
from pipeline.outcome import StageOutcome
from pipeline.policy_tables import MOST_DAYS
from pipeline.prefects import keep_to, spare_loopback
from pipeline.progress import counting
from pipeline.runs import LOCK, Busy, Verdict, alone, begin, done_before, end, give_up, is_due, prepare, verdict_of
from pipeline.settings import Settings
from pipeline.stages import perform
from pipeline.storage import backup as backups

if TYPE_CHECKING:
    from pipeline.demo.discord.server import DemoDiscord
    from pipeline.demo.wom.server import DemoServer

logger = logging.getLogger("pipeline.cli")
app = typer.Typer(
    help="ClanStats: a nightly report on an Old School RuneScape clan.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

THRESHOLDS: Final = ",".join(map(str, TRIED))
"""Days of silence that a replay tries beside the clan's own."""

AS_OF: Final = (
    "A past night again, as it was, into as-of/<date>/ of the output folder: the date of the night, or an instant such as "
    "2026-11-21T03:00:00Z. A date means the run of that night or, without one, the end of the clan's day. Nothing else is "
    "written, and nothing is deployed."
)

FAILED: Final = 1
WRONG: Final = 2
INCOMPLETE: Final = 3
BUSY: Final = 4
NOBODY: Final = 1
"""The group of commands that ask nobody anything, so that none need be set."""

DEMO_MARK: Final = ".clanstats-demo"
DEMO_CONFIG: Final = "clan.toml"
DEMO_GROUP: Final = 1
LIVED_NIGHTS: Final = 3

Output = Annotated[Path | None, typer.Option("--output", help="Folder to write to; else OUTPUT_DIR, else output.")]
Now = Annotated[str | None, typer.Option("--now", help="The instant of the run, such as 2026-11-21T03:00:00Z.")]


class Source(StrEnum):
    """Where history comes from."""

    WOM = "wom"
    DISCORD = "discord"


class Harvested(StrEnum):
    """What landings are made of: the sources, and what officers wrote into the workbook."""

    WOM = "wom"
    DISCORD = "discord"
    WORKBOOK = "workbook"


def main() -> None:
    """Run a command; an error of ours is one sentence on stderr and an exit code."""
    try:
        app()
    except ClanError as error:
        typer.echo(str(error), err=True)
        sys.exit(_code(error))


def _code(error: ClanError) -> int:
    """The exit code that *error* stands for."""
    if isinstance(error, Busy):
        return BUSY
    return WRONG if isinstance(error, ConfigError | Denied) else FAILED


def _orders(output: Path | None, now: str | None) -> tuple[Settings, datetime]:
    """Settings and instant of a command."""
    return Settings.read(output), clock.now() if now is None else clock.parse(now)


@contextmanager
def _at_work(settings: Settings, instant: datetime) -> Iterator[None]:
    """Have the output folder to ourselves, with the log open and the database at this version's schema."""
    with _logged(settings, "-"), alone(settings.output_dir):
        prepare(settings, instant)
        yield


@contextmanager
def _logged(settings: Settings, run_id: str) -> Iterator[None]:
    try:
        log.start(settings.output_dir, run_id, settings.secrets())
    except OSError as error:
        raise ConfigError(f"OUTPUT_DIR {settings.output_dir} cannot be written: {error.strerror}.") from error
    try:
        yield
    finally:
        log.stop()


def night(settings: Settings, now: datetime, only: str | None = None) -> Verdict:
    """One night through the Prefect flow; *only* names the one source to be asked."""
    job = begin(settings, now, only)
    log.start(settings.output_dir, job.run_id, settings.secrets())  # from here on every line bears the run's id
    settings.impose()
    keep_to(settings.output_dir)
    from flows.nightly import nightly

    logger.info("The night of %s begins.", job.night)
    began = time.perf_counter()
    try:
        nightly(job.run_id, job.now.isoformat(), str(job.output), job.only, return_state=True)
    except Exception:  # Prefect itself can fail to start; the night must still end in a sentence and a number
        logger.exception("The flow could not be run")
    verdict = verdict_of(job) or end(job, done_before(job))
    logger.info("%s (%.0f s)", verdict.sentence, time.perf_counter() - began)
    return verdict


@app.command()
def run(
    now: Now = None,
    output: Output = None,
    only: Annotated[Source | None, typer.Option(help="Harvest this source alone.")] = None,
    if_due: Annotated[bool, typer.Option("--if-due", help="Do nothing if the night is done already.")] = False,
) -> None:
    """One night: harvest, load, write the workbook and the dashboard."""
    settings, instant = _orders(output, now)
    _insist_on_a_token(settings, only)
    try:
        with _at_work(settings, instant):
            if if_due and not is_due(settings, instant):
                logger.info("The night is done already.")
                return
            verdict = night(settings, instant, only)
    except ClanError as error:
        if not isinstance(error, Busy):
            give_up(settings, instant, error, _code(error))
        raise
    raise typer.Exit(verdict.exit_code)


def _single(name: str, output: Path | None, now: str | None) -> None:
    """One stage by itself, without Prefect and without a record of a run."""
    settings, instant = _orders(output, now)
    with _at_work(settings, instant):
        outcome = perform(name, Job(settings, f"{instant:%Y%m%dT%H%M%SZ}-alone", instant))
    _tell(outcome)


def _insist_on_a_token(settings: Settings, source: str | None) -> None:
    if source == Source.DISCORD and not settings.reads_discord:
        raise ConfigError("DISCORD_TOKEN is not set: write the bot's token into .env (README, Discord).")


def _tell(outcome: StageOutcome) -> None:
    if outcome.succeeded:
        typer.echo(f"{outcome.name}: {outcome.error or 'done'}")
        raise typer.Exit(0 if outcome.state == "done" else INCOMPLETE)
    typer.echo(outcome.error, err=True)
    raise typer.Exit(WRONG if outcome.needs_a_setting else FAILED)


@app.command()
def harvest(source: Harvested, now: Now = None, output: Output = None) -> None:
    """Ask one source what is new, or read the workbook back, into a landing."""
    _insist_on_a_token(Settings.read(output), source)
    _single(f"harvest_{source}", output, now)


@app.command("load")
def load_command(
    again: Annotated[str | None, typer.Option("--again", help="Load this landing again, by its folder's name.")] = None,
    now: Now = None,
    output: Output = None,
) -> None:
    """Load all landings that are not in the database yet."""
    if again is None:
        _single("load", output, now)
    settings, instant = _orders(output, now)
    with _at_work(settings, instant):
        outcome = perform("load", Job(settings, "-", instant), lambda job: load(job, again))
    _tell(outcome)


@app.command()
def judge(now: Now = None, output: Output = None) -> None:
    """Keep what must be remembered of tonight's answers: cards, forecasts, and what became of advice."""
    _single("judge", output, now)


@app.command()
def report(now: Now = None, output: Output = None) -> None:
    """Write the workbook from what the database holds."""
    _single("report", output, now)


@app.command()
def publish(
    as_of: Annotated[str | None, typer.Option("--as-of", help=AS_OF)] = None, now: Now = None, output: Output = None
) -> None:
    """Write the dashboard from what the database holds."""
    if as_of is None:
        _single("publish", output, now)
        return
    from pipeline.past import publish_as_of

    settings, present = _orders(output, now)
    with _logged(settings, "-"), alone(settings.output_dir):
        outcome = perform("publish", Job(settings, "-", present), lambda job: publish_as_of(job, as_of))
    if outcome.succeeded:
        typer.echo(str(settings.output_dir / outcome.paths[-1]))
    _tell(outcome)


@app.command("backfill")
def backfill_command(
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days of history before today.")] = 365,
    now: Now = None,
    output: Output = None,
) -> None:
    """Ask for history before today. Broken off, it goes on where it was."""
    settings, instant = _orders(output, now)
    with _at_work(settings, instant):
        whole = fill(settings, instant, days)
    raise typer.Exit(0 if whole else INCOMPLETE)


def fill(settings: Settings, now: datetime, days: int) -> bool:
    """Backfill with progress in sight; gives whether all of it came."""
    job = Job(settings, f"{now:%Y%m%dT%H%M%SZ}-backfill", now)
    with counting("Asking for history") as counter:
        counts, failed = backfill(job, days, lambda plan: counter.expect(plan.requests), lambda _: counter.step())
    if failed:
        logger.warning("%d parts did not come (%s); call backfill again for them.", len(failed), failed[0])
    logger.info("%d rows of history are new.", counts.inserted)
    return not failed


@app.command()
def identities(
    confirm: Annotated[
        list[str] | None, typer.Option("--confirm", metavar="RSN=DISCORD_ID", help="These are the same person.")
    ] = None,
    reject: Annotated[
        list[str] | None, typer.Option("--reject", metavar="RSN=DISCORD_ID", help="These are not the same person.")
    ] = None,
    now: Now = None,
    output: Output = None,
) -> None:
    """Who is who: which Discord account belongs to which player, and where nobody can be sure."""
    settings, instant = _orders(output, now)
    _insist_on_a_token(settings, Source.DISCORD)
    with _at_work(settings, instant):
        pairs: list[tuple[str, people.Verdict]] = [(pair, "confirm") for pair in confirm or ()]
        pairs += [(pair, "reject") for pair in reject or ()]
        people.decide(settings.database, pairs, instant)
        people.tie(settings.database, settings.policy())
        lines = people.told(settings.database, settings.policy())
    typer.echo("\n".join(lines))


@app.command()
def replay(
    months: Annotated[int, typer.Option(min=1, max=60, help="How many months to look back.")] = 6,
    thresholds: Annotated[str, typer.Option(help="Days of silence to try, with commas.")] = THRESHOLDS,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, for programs.")] = False,
    now: Now = None,
    output: Output = None,
) -> None:
    """What a purge rule or the ladder of clan.toml would have done in past months, and how often one would be sorry."""
    from pipeline import replays

    settings, instant = _orders(output, now)
    rules = Job(settings, "-", instant).rules()
    days = _days(thresholds, rules.inactive_days)
    with _at_work(settings, instant):
        told = replays.replayed(settings.database, rules, instant, months, days, as_json=as_json)
    typer.echo(told)


def _days(thresholds: str, ours: int) -> list[int]:
    """*thresholds* in order, and *ours* among them."""
    try:
        days = {int(text) for text in thresholds.split(",") if text.strip()}
    except ValueError:
        raise ConfigError(f"--thresholds {thresholds!r} is not a list of days such as {THRESHOLDS}.") from None
    if not days or min(days) < 1 or max(days) > MOST_DAYS:
        raise ConfigError(f"--thresholds {thresholds!r}: days count from 1 to {MOST_DAYS}, such as {THRESHOLDS}.")
    return sorted(days | {ours})


@app.command()
def migrate(output: Output = None) -> None:
    """Bring the database to this version's schema."""
    settings, instant = _orders(output, None)
    with _at_work(settings, instant):
        typer.echo(f"{settings.database} is at this version's schema.")


@app.command()
def backup(now: Now = None, output: Output = None) -> None:
    """Copy the database to output/backups, and check the copy."""
    settings, instant = _orders(output, now)
    with _at_work(settings, instant):
        keep = backups.Keep.parse(settings.backup_keep)
        typer.echo(str(backups.backup(settings.database, settings.output_dir / "backups", instant, keep)))


@app.command()
def restore(file: Path, output: Output = None) -> None:
    """Put a backup in the place of the database; the present one is kept beside it."""
    settings = Settings.read(output)
    with _logged(settings, "-"), alone(settings.output_dir):
        backups.restore(file, settings.database)
        prepare(settings, clock.now())
    typer.echo(f"{settings.database} is what {file} was.")


@app.command()
def screenshots(
    site: Annotated[
        Path | None, typer.Option("--site", help="Folder of the dashboard; else that of the output.")
    ] = None,
    output: Output = None,
) -> None:
    """Picture every page of the published dashboard, and all emblems; needs Playwright and a Chromium."""
    from pipeline.outputs.dashboard.screenshots import photograph

    settings = Settings.read(output, wom_group_id=NOBODY)
    folder = settings.output_dir / "screenshots"
    with _logged(settings, "-"), counting("Taking pictures") as counter:
        taken = photograph(site or settings.output_dir / "site", folder, counter)
    typer.echo(f"{len(taken)} pictures are in {folder}.")


@app.command()
def demo(
    members: Annotated[int, typer.Option(min=0, max=500)] = 60,
    days: Annotated[int, typer.Option(min=4, max=730, help="Days of history.")] = 120,
    seed: Annotated[int, typer.Option(help="Another seed is another clan.")] = 7,
    calm: Annotated[bool, typer.Option("--calm", help="A clan of constant habits, without planted changes.")] = False,
    now: Now = None,
    output: Annotated[Path, typer.Option("--output")] = Path("output/demo"),
    ledger: Annotated[Path | None, typer.Option("--ledger", help="Write the invented truth here, as JSON.")] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open the dashboard at the end.")] = False,
    serve: Annotated[bool, typer.Option("--serve", help="Only serve the invented clan, until Ctrl-C.")] = False,
    fault: Annotated[str | None, typer.Option("--fault", help="With --serve: what goes wrong.")] = None,
) -> None:
    """The whole line against an invented clan over real HTTP; needs no credentials."""
    from pipeline.demo.discord.server import DemoDiscord
    from pipeline.demo.guild.founding import found_guild
    from pipeline.demo.guild.policy import clan_toml
    from pipeline.demo.ledger import ledger as truth
    from pipeline.demo.wom.server import DEMO_LIMIT, DemoServer
    from pipeline.demo.world import found_clan

    instant = clock.now() if now is None else clock.parse(now)
    world = found_clan(seed, members, days, instant, calm=calm)
    guild = found_guild(world)
    if ledger is not None:
        ledger.parent.mkdir(parents=True, exist_ok=True)
        ledger.write_text(json.dumps(truth(world, guild), indent=1), "utf-8")
    began_at = instant if serve else instant - timedelta(days=LIVED_NIGHTS)
    with (
        DemoServer(world, now=began_at, group_id=DEMO_GROUP, limit=DEMO_LIMIT) as wom,
        DemoDiscord(guild, now=began_at) as discord,
    ):
        if serve:
            _serve(wom, discord, fault)
            return
        settings = _demo_settings(output, wom.base_url, discord.base_url)
        spare_loopback()
        with alone(settings.output_dir), _emptied(settings.output_dir, clan_toml(world)), _logged(settings, "demo"):
            verdict = _live(settings, wom, discord, days - LIVED_NIGHTS)
    page = settings.output_dir / "site" / "clan_dashboard.html"
    typer.echo(f"{verdict.sentence}\nOpen {page}")
    if open_page:
        webbrowser.open(page.as_uri())
    raise typer.Exit(verdict.exit_code)


def _demo_settings(output: Path, wom_url: str, discord_url: str) -> Settings:
    """Settings of the demo alone, neither `.env` nor the environment has a say, for a folder that the demo may use."""
    from pipeline.demo.discord.server import DEMO_TOKEN

    folder = (PROJECT / output).resolve()
    if folder.exists() and any(folder.iterdir()) and not (folder / DEMO_MARK).is_file():
        raise ConfigError(f"{folder} is not empty and was not made by the demo; choose another --output.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DEMO_MARK).touch()
    return Settings.alone(
        wom_group_id=DEMO_GROUP, wom_base_url=wom_url, output_dir=folder,
        wom_user_agent="ClanStats demo (https://localhost)", wom_request_budget=1_000,
        discord_token=DEMO_TOKEN, discord_base_url=discord_url, clan_config=folder / DEMO_CONFIG,
    )  # fmt: skip


@contextmanager
def _emptied(folder: Path, config: str) -> Iterator[None]:
    """The demo's *folder* with its clan.toml alone; its mark and the lock we hold stay, whatever happens."""
    for path in folder.iterdir():
        if path.name in (DEMO_MARK, LOCK):
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    (folder / DEMO_CONFIG).write_text(config, "utf-8")
    yield


def _live(settings: Settings, wom: "DemoServer", discord: "DemoDiscord", days: int) -> Verdict:
    """Fill history, then live the last nights as a clan would."""
    last = wom.now + timedelta(days=LIVED_NIGHTS)
    prepare(settings, wom.now)
    fill(settings, wom.now, days)
    for nights_left in range(LIVED_NIGHTS - 1, -1, -1):
        wom.now = discord.now = last - timedelta(days=nights_left)
        verdict = night(settings, wom.now)
    return verdict


def _serve(wom: "DemoServer", discord: "DemoDiscord", fault: str | None) -> None:
    """Serve until Ctrl-C, and print the settings to use."""
    from pipeline.demo.discord.faults import DISCORD_FAULTS
    from pipeline.demo.discord.server import DEMO_TOKEN
    from pipeline.demo.wom.faults import FAULTS

    if fault in FAULTS:
        wom.play(fault)
    elif fault in DISCORD_FAULTS:
        discord.play(fault)
    elif fault is not None:
        raise ConfigError(f"--fault {fault} is not known; there are {', '.join(sorted({*FAULTS, *DISCORD_FAULTS}))}.")
    typer.echo(f"WOM_BASE_URL={wom.base_url}\nWOM_GROUP_ID={DEMO_GROUP}")
    typer.echo(f"DISCORD_BASE_URL={discord.base_url}\nDISCORD_TOKEN={DEMO_TOKEN}\n# now: {wom.now.isoformat()}")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return
