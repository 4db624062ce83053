"""What an unattended month costs at 500 members: lived nights with Discord, measured by what each wrote down, times thirty.

Nights are lived by real stage children without Prefect, whose start-up and records come on top. A year is drawn straight on from the
nights lived, with as many landings and backups as the defaults keep.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import mean, median
from typing import Any

from bench_history import NOW
from bench_kit import Line, tell

from pipeline.backfills import backfill
from pipeline.children import run_child
from pipeline.costs import history
from pipeline.demo.discord.server import DEMO_TOKEN, DemoDiscord
from pipeline.demo.guild.founding import found_guild
from pipeline.demo.wom.server import DEMO_LIMIT, DemoServer
from pipeline.demo.world import found_clan
from pipeline.domain.foresight import size
from pipeline.job import Job
from pipeline.outcome import LANDINGS, StageOutcome
from pipeline.runs import begin, end, planned, prepare, record
from pipeline.settings import Settings
from pipeline.storage.backup import Keep

MEMBERS = 500
DAYS = 30
MESSAGES = 15_000
NIGHTS = 6
"""The first reads all of Discord, and only says where the others begin."""
MONTH = 30
YEAR = 365
DAY = timedelta(days=1)


def month(folder: Path, _turns: int) -> list[Line]:
    """Backfill, a first night, and five lived ones."""
    world = found_clan(7, MEMBERS, DAYS, NOW)
    guild = found_guild(world, messages=MESSAGES)
    first = NOW - (NIGHTS - 1) * DAY
    with DemoServer(world, now=first, limit=DEMO_LIMIT) as wom, DemoDiscord(guild, now=first) as discord:
        settings = Settings.alone(
            wom_group_id=1, wom_base_url=wom.base_url, output_dir=folder / "month", wom_request_budget=1_000,
            wom_user_agent="ClanStats benchmarks (https://localhost)", discord_token=DEMO_TOKEN,
            discord_base_url=discord.base_url,
        )  # fmt: skip
        prepare(settings, first)
        backfill(Job(settings, "backfill", first), DAYS - NIGHTS, lambda plan: None, lambda attempt: None)
        for days in range(NIGHTS - 1, -1, -1):
            wom.now = discord.now = NOW - days * DAY
            job = _night(settings, wom.now)
            tell(f"Lived the night of {job.night}.")
        told = history(job)[::-1]
    return _lines(told[1:], [(run["landing_bytes"], run["database_bytes"]) for run in told])


def _night(settings: Settings, now: datetime) -> Job:
    outcomes: dict[str, StageOutcome] = {}
    began = time.perf_counter()
    job = begin(settings, now)

    def stage(name: str) -> StageOutcome:
        outcome = run_child(job, name)
        assert outcome.succeeded, outcome
        record(job, outcome)
        return outcome

    with ThreadPoolExecutor(len(LANDINGS)) as both:
        for together in (LANDINGS, ["load"], ["judge"], ["report", "publish"]):
            names = [name for name in together if name in planned(job)]
            outcomes |= zip(names, both.map(stage, names), strict=True)
    end(job, outcomes, time.perf_counter() - began)
    return job


def _lines(lived: Sequence[dict[str, Any]], sizes: Sequence[tuple[int, int]]) -> list[Line]:
    requests = [run["requests"] for run in lived]
    wom = [stage["requests"] for run in lived for stage in run["stages"] if stage["name"] == "harvest_wom"]
    landing = mean(after[0] - before[0] for before, after in pairwise(sizes))
    growth = mean(after[1] - before[1] for before, after in pairwise(sizes))
    database = sizes[-1][1]
    year = database + YEAR * growth
    kept = Keep.parse("7d,4w,12m").choose(NOW + at * DAY for at in range(YEAR))
    backups = sum(database + growth * ((at - NOW) // DAY) for at in kept)
    spent = median(run["seconds"] for run in lived)
    return [
        Line("requests of a night, of them to Wise Old Man", f"{mean(requests):.0f}, {mean(wom):.0f}  ({requests})"),
        Line("seconds of a night, without Prefect", f"{spent:.1f} s  (median of {len(lived)})"),
        Line("a month at 500 members", f"{MONTH * mean(requests):,.0f} requests, {MONTH * spent / 60:.0f} minutes"),
        Line("the database grows in a month", f"{size(MONTH * growth)}  (from {size(database)})"),
        Line("landings hold, by LANDING_DAYS=30", f"{size(31 * landing)}  ({size(landing)} a night)"),
        Line("backups hold after a year, by 7d,4w,12m", f"{size(backups)}  ({len(kept)} copies)"),
        Line("all of it after a year", f"{size(year + 31 * landing + backups)}  (the database {size(year)})"),
    ]
