"""A guild that is listened to night after night: real HTTP, real landings, a real database, and no waiting.

`Nights` reads a server as the stage does, at instants of its own; what it holds is asked without our code.
"""

import asyncio
import time
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from records_kit import a_database, contents, rows
from small_guild import CABIN, NOW, OFFICERS, SECRET_THREAD, VAULT

from pipeline.demo.discord.server import DEMO_TOKEN, DemoDiscord
from pipeline.demo.guild.model import DemoGuild
from pipeline.demo.instants import instant
from pipeline.domain.talk import KnownTalk
from pipeline.loading import load_landing
from pipeline.sources.discord.client import GuildClient
from pipeline.sources.discord.facts import Ear
from pipeline.sources.discord.harvest import TalkReport, harvest_guild
from pipeline.sources.discord.listening import listen
from pipeline.sources.discord.patience import Patience
from pipeline.sources.discord.plan import Orders
from pipeline.sources.landing import LandingWriter, landing_name, whole_landings
from pipeline.storage.engine import reading
from pipeline.storage.queries import loaded_landings
from pipeline.storage.talk_queries import heard_until, known_talk
from pipeline.storage.upsert import Counts

UTC = ZoneInfo("UTC")

FAST: Final = 100_000
"""A rate limit that no test reaches."""
SHUT: Final = (OFFICERS, VAULT, CABIN, SECRET_THREAD)
"""What the bot cannot read of the small guild."""
REREAD: Final = timedelta(days=3)


async def at_once(_seconds: float) -> None:
    """A wait that takes no time."""


def orders_at(at: datetime, *, first_days: int = 400) -> Orders:
    """What a night at *at* is told; the clan reads its dates in UTC."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return Orders(at, at - timedelta(days=first_days), at - REREAD, midnight)


class Nights:
    """Nights spent listening to *server*, which may be exchanged between them, with landings and a database in *folder*."""

    def __init__(self, server: DemoDiscord, folder: Path) -> None:
        self.server = server
        self.landings = folder / "landing"
        self.file = a_database(folder)
        self._turn = 0

    def known(self) -> KnownTalk:
        with reading(self.file) as connection:
            return known_talk(connection)

    def writer(self, at: datetime) -> LandingWriter:
        self._turn += 1
        run_id = f"r{self._turn:02d}"
        return LandingWriter(
            self.landings, landing_name(at, "discord", run_id), source="discord", run_id=run_id, now=at
        )

    def harvest(self, at: datetime = NOW, *, token: str = DEMO_TOKEN, first_days: int = 400, **bent: Any) -> TalkReport:
        """Listen at the instant *at*; `server.requests` then tells of this harvest alone."""
        self.server.now = at
        self.server.requests.clear()
        orders = orders_at(at, first_days=first_days)
        with self.writer(at) as writer:
            return listen(
                writer, self.known(), orders, token=token, base_url=self.server.base_url, sleep=at_once, **bent
            )

    def harvest_impatiently(self, patience_s: float, at: datetime = NOW) -> TalkReport:
        """Listen with little patience for an answer."""
        self.server.now = at
        self.server.requests.clear()

        async def go(writer: LandingWriter) -> TalkReport:
            client = GuildClient(sleep=at_once, patience_s=patience_s)
            async with client.open(DEMO_TOKEN, self.server.base_url, None):
                patience = Patience(float("inf"), time.monotonic)
                return await harvest_guild(client, writer, self.known(), orders_at(at), Ear(), patience)

        with self.writer(at) as writer:
            return asyncio.run(go(writer))

    def load(self) -> Counts:
        """Load what is whole and not loaded yet, oldest first."""
        with reading(self.file) as connection:
            done = loaded_landings(connection)
        counts = Counts()
        for path in whole_landings(self.landings):
            if path.name not in done:
                counts += load_landing(self.file, path, UTC)
        return counts

    def night(self, at: datetime = NOW, **bent: Any) -> TalkReport:
        """Harvest and load."""
        report = self.harvest(at, **bent)
        self.load()
        return report

    def heard_until(self, at: datetime) -> datetime | None:
        """Up to when all that was written is known."""
        with reading(self.file) as connection:
            return heard_until(connection, at)

    def ask(self, sql: str, *given: object) -> list[Any]:
        return rows(self.file, sql, *given)

    def held(self, source: int | None = None) -> list[int]:
        """Ids of the messages that are held and not deleted, of *source* or of all."""
        return self.ask(
            "SELECT id FROM message WHERE deleted_at IS NULL AND (?1 IS NULL OR coalesce(thread_id, channel_id) = ?1) ORDER BY id",
            source,
        )

    def message(self, message_id: int, *columns: str) -> Any:
        [found] = self.ask(f"SELECT {', '.join(columns)} FROM message WHERE id = ?", message_id)
        return found

    def cursor(self, source: int) -> int | None:
        [found] = self.ask("SELECT cursor FROM channel WHERE id = ?", source)
        return found  # type: ignore[no-any-return]

    def pages(self, source: int | None = None) -> list[str]:
        """Requests for messages of the last harvest, of *source* or of all."""
        place = "/channels/" if source is None else f"/channels/{source}/"
        return [path for _, path, _ in self.server.requests if "/messages?" in path and place in path]

    def tables(self) -> dict[str, list[Any]]:
        """All that is held, but for the diary of landings."""
        return contents(self.file)


def existing(guild: DemoGuild, at: datetime = NOW, shut: Collection[int] = SHUT) -> list[int]:
    """Ids of the messages of *guild* that are there at *at*, in all rooms and threads but *shut*."""
    ms = instant(at)
    return sorted(post.id for post in guild.posts if post.exists(ms) and post.room_id not in shut)


def inside(source: int, guild: DemoGuild, at: datetime = NOW) -> list[int]:
    """Ids of the messages of one channel or thread that are there at *at*."""
    ms = instant(at)
    return sorted(post.id for post in guild.posts if post.exists(ms) and post.room_id == source)
