"""What the bot may see of Discord, and whether a webhook is still there: a handful of requests, and little patience."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal

import discord

from pipeline.domain.talk import Channel
from pipeline.errors import SourceError
from pipeline.sources.discord import facts
from pipeline.sources.discord.client import REFUSED, GuildClient
from pipeline.sources.http import Attempt, Session
from pipeline.sources.reach import Stop, skew_of, stop_on_the_way
from pipeline.sources.service import Service

PATIENCE_S: Final = 6.0
TIMEOUT: Final = (3.0, 6.0)
MOST: Final = 64 * 1024
"""Bytes of an answer about a webhook; Discord's has some three hundred."""
INTRODUCTION: Final = "DiscordBot (ClanStats, 1)"
"""Discord asks programs to begin so."""


@dataclass(frozen=True, slots=True)
class GuildProbe:
    """What was learned, as far as it went: `failure` or `stop` ended it.

    `bot` is empty where it could not log in, and `guild` where no server could be chosen. `threadless` are the channels whose
    private threads the bot is not shown. `skew` is their clock less ours.
    """

    stop: Stop | None = None
    failure: SourceError | None = None
    bot: str = ""
    hears: bool = False
    may_list: bool = False
    guilds: tuple[tuple[int, str], ...] = ()
    guild: str = ""
    channels: tuple[Channel, ...] = ()
    threadless: int = 0
    skew: timedelta | None = None

    @property
    def is_refused(self) -> bool:
        """Whether it is the token that Discord does not take."""
        return str(self.failure) == REFUSED


@dataclass(slots=True)
class _Notes:
    """What is known so far."""

    learned: GuildProbe = field(default_factory=GuildProbe)

    def add(self, **more: object) -> None:
        self.learned = replace(self.learned, **more)  # type: ignore[arg-type]


def probe(
    token: str, base_url: str, guild_id: int | None, tick: Callable[[], datetime], patience_s: float = PATIENCE_S
) -> GuildProbe:
    """Log in, find the guild and look at its channels; no message is read. *tick* is our clock."""
    notes, client = _Notes(), GuildClient(patience_s=patience_s, attempts=1)

    async def look() -> None:
        async with client.logged_in(token, base_url):
            notes.add(bot=client.name, hears=client.hears, may_list=client.may_list, skew=skew_of(client.date, tick()))
            notes.add(guilds=tuple((guild.id, guild.name) for guild in await client.guilds()))
            await client.find(guild_id)
            channels, threadless = await _channels(client)
            notes.add(guild=client.guild.name, channels=channels, threadless=threadless)

    try:
        asyncio.run(look())
    except SourceError as error:
        if client.date is None:
            return GuildProbe(stop=stop_on_the_way(base_url))
        notes.add(failure=error)
    return notes.learned


async def _channels(client: GuildClient) -> tuple[tuple[Channel, ...], int]:
    """The guild's channels as the bot may read them, and how many hide their private threads from it."""
    me = await client.me()
    found, unknown = await client.channels()
    rooms = sorted((one for one in found if one.type is not discord.ChannelType.category), key=lambda one: one.position)
    seen = [facts.channel(room, me, archives_read=False) for room in rooms]
    strange = [Channel(int(row["id"]), None, str(row.get("name")), "unknown", 0, "unknown_type") for row in unknown]
    threadless = sum(
        isinstance(room, discord.TextChannel) and one.access == "open" and not room.permissions_for(me).manage_threads
        for room, one in zip(rooms, seen, strict=True)
    )
    return (*seen, *strange), threadless


@dataclass(frozen=True, slots=True)
class WebhookProbe:
    """What became of a webhook's address; its name, where it is there. Where it is not known, `status` or `stop` says why."""

    state: Literal["there", "gone", "unknown"]
    name: str = ""
    status: int | None = None
    stop: Stop | None = None


def probe_webhook(address: str, timeout: tuple[float, float] = TIMEOUT) -> WebhookProbe:
    """Ask a webhook for itself. Who has the address may do more than that, so it is in no error and no log."""
    tried: list[Attempt] = []
    try:
        with Session(
            address,
            headers={"User-Agent": INTRODUCTION},
            budget=1,
            attempts=1,
            timeout=timeout,
            deadline_s=sum(timeout),
            max_body=MOST,
            on_attempt=tried.append,
            service=Service("Discord", "the webhook", "the webhook", "the webhook"),
            alias="the webhook",
        ) as session:
            told = session.get("").content
    except SourceError:
        status = tried[-1].status
        if status is None:
            return WebhookProbe("unknown", stop=stop_on_the_way(address))
        return WebhookProbe("gone" if status in (401, 403, 404) else "unknown", status=status)
    if not isinstance(told, dict) or "channel_id" not in told:
        return WebhookProbe("unknown", status=tried[-1].status)
    return WebhookProbe("there", name=str(told.get("name") or "without a name"), status=tried[-1].status)
