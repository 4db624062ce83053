"""`clanstats backfill`: years of history, asked for and loaded landing by landing."""

from collections.abc import Callable
from typing import Final

from pipeline.domain.foresight import KEYED_RATE
from pipeline.harvests import known, wom_session
from pipeline.job import Job
from pipeline.loading import back_up, load, load_landing
from pipeline.sources.http import Attempt
from pipeline.sources.wom.backfill import backfill as walk_back
from pipeline.sources.wom.client import WomClient
from pipeline.sources.wom.plan import BackfillPlan
from pipeline.storage.upkeep import tidy
from pipeline.storage.upsert import Counts

OPEN_RATE: Final = 20
"""Requests a minute that WOM allows without an API key."""


def backfill(
    job: Job, days: int, on_plan: Callable[[BackfillPlan], object], on_attempt: Callable[[Attempt], object]
) -> tuple[Counts, tuple[str, ...]]:
    """Ask for *days* days of history and load each landing as it comes; broken off, it goes on where it was.

    Returns what became of the rows, and a sentence for each part that could not be had: called again, it asks for those.
    """
    load(job)
    back_up(job)
    counts, failed = Counts(), []
    per_minute = KEYED_RATE if job.settings.wom_api_key is not None else OPEN_RATE
    with wom_session(job.settings, on_attempt) as session:
        client = WomClient(session, job.settings.wom_group_id)
        asked = walk_back(client, job.landing, job.run_id, known(job), days, job.now, per_minute, on_plan)
        for found in asked:
            counts += load_landing(job.settings.database, job.landing / found.landing, job.zone)
            failed += [failure.error for failure in found.failed]
    tidy(job.settings.database)
    return counts, tuple(failed)
