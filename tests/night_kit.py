"""A clan that lives, and a ClanStats that looks at it night after night: real HTTP, real files, no Prefect."""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from records_kit import a_database

from pipeline import stages
from pipeline.backfills import backfill
from pipeline.demo.discord.server import DEMO_TOKEN, DemoDiscord
from pipeline.demo.guild.founding import found_guild
from pipeline.demo.guild.permissions import readable
from pipeline.demo.guild.policy import clan_toml
from pipeline.demo.instants import instant
from pipeline.demo.wom.server import DemoServer
from pipeline.demo.world import World, found_clan
from pipeline.job import Job
from pipeline.marts.model import Marts
from pipeline.outcome import LANDINGS, StageOutcome
from pipeline.runs import planned, prepare
from pipeline.settings import Settings

NOW = datetime(2026, 11, 21, 3, 17, tzinfo=UTC)
DAY = timedelta(days=1)
SEEDS = [int(seed) for seed in os.environ.get("CLANSTATS_SEEDS", "7,11").split(",")]

BOOKKEEPING = ("landing", "run", "stage_run", "insight", "forecast", "digest")
"""Tables that differ between two runs that did the same."""


@dataclass
class Clan:
    """An invented clan, the servers that speak for it, and our folder. `discord` is None where it has no Discord half."""

    world: World
    server: DemoServer
    settings: Settings
    discord: DemoDiscord | None = None
    messages: int | None = None

    @property
    def output(self) -> Path:
        return self.settings.output_dir

    def job(self, now: datetime, tag: str = "") -> Job:
        """Orders for a night at *now*, when the servers' clocks show the same."""
        self.server.now = now
        if self.discord is not None:
            self.discord.now = now
        return Job(self.settings, f"{now:%Y%m%dT%H%M%SZ}{tag}", now)

    def backfill(self, now: datetime, days: int) -> None:
        backfill(self.job(now, "-backfill"), days, lambda plan: None, lambda attempt: None)

    def harvest(self, now: datetime, tag: str = "") -> StageOutcome:
        return stages.perform("harvest_wom", self.job(now, tag))

    def night(self, now: datetime, tag: str = "") -> dict[str, StageOutcome]:
        """Harvest and load; both must go well."""
        job = self.job(now, tag)
        outcomes = {name: stages.perform(name, job) for name in planned(job) if name in (*LANDINGS, "load")}
        assert {outcome.state for outcome in outcomes.values()} == {"done"}, outcomes
        return outcomes

    def marts(self, now: datetime) -> Marts:
        return stages.marts(self.job(now))

    def discord_ids(self, now: datetime) -> set[int]:
        """Every message that the bot can read at *now*."""
        guild = found_guild(self.world, messages=self.messages)
        rooms = {room.id for room in guild.rooms if readable(guild, room, instant(now))}
        open_ = rooms | {thread.id for thread in guild.threads if thread.parent_id in rooms}
        return {post.id for post in guild.posts if post.room_id in open_ and post.exists(instant(now))}

    def rows(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self.settings.database)) as connection:
            return connection.execute(sql).fetchall()


@contextmanager
def a_clan(
    folder: Path,
    *,
    seed: int = 7,
    members: int = 12,
    days: int = 40,
    now: datetime = NOW,
    messages: int | None = None,
    wom: type[DemoServer] = DemoServer,
    talk: type[DemoDiscord] = DemoDiscord,
    **server: Any,
) -> Iterator[Clan]:
    """A clan of *members* with *days* of history up to *now*, served without a rate limit that would slow a test.

    With *messages*, it has a Discord guild in which people wrote so many. *wom* and *talk* are the servers, if others than the demo's.
    """
    world = found_clan(seed, members, days, now)
    with ExitStack() as stack:
        running = stack.enter_context(wom(world, **{"now": now, "limit": 100_000, **server}))
        discord, halves = None, {}
        if messages is not None:
            guild = found_guild(world, messages=messages)
            discord = stack.enter_context(talk(guild, now=now, limit=100_000))
            policy = folder.parent / f"{folder.name}.toml"
            policy.parent.mkdir(parents=True, exist_ok=True)
            policy.write_text(clan_toml(world), "utf-8")
            halves = {"discord_token": DEMO_TOKEN, "discord_base_url": discord.base_url, "clan_config": policy}
        settings = Settings.alone(
            wom_group_id=1,
            wom_base_url=running.base_url,
            output_dir=folder,
            wom_user_agent="ClanStats tests (tests@example.net)",
            wom_request_budget=1_000,
            **halves,
        )
        folder.mkdir(parents=True, exist_ok=True)
        a_database(folder)
        prepare(settings, now)
        yield Clan(world, running, settings, discord, messages)


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
