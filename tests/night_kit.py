"""A clan that lives, and a ClanStats that looks at it night after night: real HTTP, real files, no Prefect."""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline import stages
from pipeline.demo.wom.server import DemoServer
from pipeline.demo.world import World, found_clan
from pipeline.marts.model import Marts
from pipeline.outcome import StageOutcome
from pipeline.runs import prepare
from pipeline.settings import Settings
from pipeline.stages import Job

NOW = datetime(2026, 11, 21, 3, 17, tzinfo=UTC)
DAY = timedelta(days=1)
SEEDS = [int(seed) for seed in os.environ.get("CLANSTATS_SEEDS", "7,11,23,31,47").split(",")]

BOOKKEEPING = ("landing", "run", "stage_run")
"""Tables that differ between two runs that did the same."""


@dataclass
class Clan:
    """An invented clan, the server that speaks for it, and our folder."""

    world: World
    server: DemoServer
    settings: Settings

    @property
    def output(self) -> Path:
        return self.settings.output_dir

    def job(self, now: datetime, tag: str = "") -> Job:
        """Orders for a night at *now*, when the server's clock shows the same."""
        self.server.now = now
        return Job(self.settings, f"{now:%Y%m%dT%H%M%SZ}{tag}", now)

    def backfill(self, now: datetime, days: int) -> None:
        stages.backfill(self.job(now, "-backfill"), days, lambda plan: None, lambda attempt: None)

    def harvest(self, now: datetime, tag: str = "") -> StageOutcome:
        return stages.perform("harvest_wom", self.job(now, tag))

    def night(self, now: datetime, tag: str = "") -> dict[str, StageOutcome]:
        """Harvest and load; both must go well."""
        job = self.job(now, tag)
        outcomes = {name: stages.perform(name, job) for name in ("harvest_wom", "load")}
        assert {outcome.state for outcome in outcomes.values()} == {"done"}, outcomes
        return outcomes

    def marts(self, now: datetime) -> Marts:
        return stages.marts(self.job(now))

    def rows(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self.settings.database)) as connection:
            return connection.execute(sql).fetchall()


@contextmanager
def a_clan(
    folder: Path, *, seed: int = 7, members: int = 12, days: int = 40, now: datetime = NOW, **server: Any
) -> Iterator[Clan]:
    """A clan of *members* with *days* of history up to *now*, served without a rate limit that would slow a test."""
    world = found_clan(seed, members, days, now)
    with DemoServer(world, **{"now": now, "limit": 100_000, **server}) as running:
        settings = Settings.alone(
            wom_group_id=1,
            wom_base_url=running.base_url,
            output_dir=folder,
            wom_user_agent="ClanStats tests (tests@example.net)",
            wom_request_budget=1_000,
        )
        prepare(settings, now)
        yield Clan(world, running, settings)


def tables(database: Path, leave_out: tuple[str, ...] = BOOKKEEPING) -> dict[str, str]:
    """A digest of every table's rows, in the order of their keys."""
    with closing(sqlite3.connect(database)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: hashlib.sha256(
                repr(sorted(connection.execute(f"SELECT * FROM {name}"), key=repr)).encode()
            ).hexdigest()
            for name in sorted(names)
            if name not in leave_out
        }
