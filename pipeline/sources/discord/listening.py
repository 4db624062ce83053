"""The harvest of Discord from start to end, for a stage that knows nothing of coroutines."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection

from pipeline.domain.forgotten import NOBODY, Forgotten
from pipeline.domain.talk import KnownTalk
from pipeline.sources.discord.client import PATIENCE_S, GuildClient
from pipeline.sources.discord.facts import Ear
from pipeline.sources.discord.harvest import TalkReport, harvest_guild
from pipeline.sources.discord.patience import Patience
from pipeline.sources.discord.plan import Orders
from pipeline.sources.discord.questions import OPENINGS
from pipeline.sources.landing import LandingWriter


def listen(
    writer: LandingWriter,
    known: KnownTalk,
    orders: Orders,
    *,
    token: str,
    base_url: str,
    guild_id: int | None = None,
    openings: Collection[str] = (),
    forums: Collection[str] = (),
    forgotten: Forgotten = NOBODY,
    time_s: float = 600.0,
    on_attempt: Callable[[], object] = lambda: None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    monotonic: Callable[[], float] = time.monotonic,
    patience_s: float = PATIENCE_S,
) -> TalkReport:
    """Ask the guild at *base_url* what a night needs and keep it in *writer*, which the caller has entered, but nothing of *forgotten*.

    After *time_s* seconds nothing more is asked: what has come is kept, and the next night reads on.
    """
    ear = Ear(
        openings=OPENINGS.union(word.lower().replace("’", "'") for word in openings),
        forums=frozenset(name.lower() for name in forums),
        forgotten=forgotten,
    )

    patience = Patience(monotonic() + time_s, monotonic)

    async def harvest() -> TalkReport:
        waiting = GuildClient(on_attempt=on_attempt, sleep=sleep, patience_s=patience_s)
        async with waiting.open(token, base_url, guild_id) as client:
            return await harvest_guild(client, writer, known, orders, ear, patience)

    return asyncio.run(harvest())
