"""A guild made by hand, small enough to know by heart, and short ways to ask a server for it.

`#general` holds `HOURLY` messages, one an hour up to `NOW`; what is special about a few of them has a name below.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

import discord
import requests

from pipeline.demo.discord.server import DEMO_TOKEN, DemoDiscord
from pipeline.demo.guild.model import (
    ANNOUNCEMENT,
    CATEGORY,
    FORUM,
    JOINED,
    PINNED,
    PRIVATE_THREAD,
    REPLY,
    SLASH,
    STAGE,
    TEXT,
    THREAD,
    THREAD_CREATED,
    THREAD_STARTER,
    VOICE,
    DemoGuild,
    GuildMember,
    GuildRole,
    Overwrite,
    Post,
    Room,
    ThreadRoom,
)
from pipeline.demo.guild.permissions import (
    ADMINISTRATOR,
    CONNECT,
    READ_MESSAGE_HISTORY,
    SEND_MESSAGES,
    VIEW_CHANNEL,
)
from pipeline.demo.instants import DAY, HOUR, MINUTE, Timeline, always, instant
from pipeline.demo.serving import Loopback
from pipeline.domain.talk import DISCORD_EPOCH_MS

T = TypeVar("T")

NOW: Final = datetime(2026, 11, 21, 5, 0, 0, 417_000, tzinfo=UTC)
END: Final = instant(NOW)
FOUNDED: Final = END - 200 * DAY
HOURLY: Final = 250


def snowflake(at: int, number: int = 0) -> int:
    """The id of the instant *at*, in milliseconds UTC."""
    return (at - DISCORD_EPOCH_MS) << 22 | number


GUILD = snowflake(FOUNDED)
CAPTAIN, RECRUIT, READER = (snowflake(FOUNDED, number) for number in (1, 2, 3))
OWNER, BOB, NEWCOMER, LEAVER = (snowflake(FOUNDED - DAY, number) for number in range(4))
BOT, MUSIC_BOT, WEBHOOK = (snowflake(FOUNDED, number) for number in (11, 12, 13))
CLAN, GENERAL, QUESTIONS, NEWS, GUIDES, LOUNGE, OFFICERS, VAULT, CABIN = (
    snowflake(FOUNDED, number) for number in range(21, 30)
)

ASKED_AT = END - 3 * DAY
ASKED = snowflake(ASKED_AT, 1)
"""A question in #questions, from which a thread of the same id began."""
STARTER, THREAD_ANSWER = snowflake(ASKED_AT + MINUTE, 2), snowflake(ASKED_AT + HOUR, 3)
LONE_THREAD, LONE_THREAD_TOLD = snowflake(END - 20 * DAY, 4), snowflake(END - 20 * DAY, 5)
"""A thread of #general that began from no message, archived five days ago, and the system message that told of it."""
LONE_WORDS = snowflake(END - 19 * DAY, 6)
SECRET_THREAD = snowflake(END - 18 * DAY, 7)
GUIDE_POSTS = tuple(snowflake(END - days * DAY, 8) for days in (40, 30, 20, 2))
"""Openers of #guides and their threads; all but the last were archived a day later."""

REPLY_GONE, REPLIED, PINNING, JOIN, RELAYED, SLASHED, CALLED, PICTURE, BOT_SAID, TO_BOT, WITH_ROLES = (
    snowflake(END - 2 * DAY + minute * MINUTE, 9) for minute in range(11)
)
DELETED_NEWEST = snowflake(END - MINUTE, 10)
"""The newest message of #general, deleted half a minute after it was sent."""


def hourly(number: int) -> int:
    """The id of the message that was sent to #general *number* hours before the first minute of the last hour."""
    return snowflake(END - number * HOUR - 2 * MINUTE)


EDITED, DELETED, DELETED_LATER = hourly(10), hourly(20), hourly(30)
EDITED_AT, DELETED_LATER_AT = END - 5 * HOUR, END - 2 * HOUR


def _members() -> tuple[GuildMember, ...]:
    roles: Timeline[tuple[int, ...]] = Timeline(((0, (RECRUIT,)), (END - 4 * DAY, (CAPTAIN,))))
    nicks: Timeline[str | None] = Timeline(((0, None), (END - 6 * DAY, "Bob | Iron Bobby")))
    nobody: Timeline[str | None] = always(None)
    bare: Timeline[tuple[int, ...]] = always(())
    return (
        GuildMember(OWNER, "zezima", "Zezima", always("[GM] Zezi ma"), always((CAPTAIN,)), FOUNDED, person="p1"),
        GuildMember(BOB, "bobby99", None, nicks, roles, FOUNDED + DAY, person="p2"),
        GuildMember(NEWCOMER, "fresh.face", "Fresh ✨", nobody, bare, END - DAY),
        GuildMember(LEAVER, "gone", None, nobody, always((RECRUIT,)), FOUNDED + DAY, left_at=END - 10 * DAY),
        GuildMember(BOT, "Ledger", None, nobody, always((READER,)), FOUNDED, is_bot=True),
        GuildMember(MUSIC_BOT, "Harmony", None, nobody, bare, FOUNDED, is_bot=True),
    )


def _denied(*rules: tuple[int, int]) -> tuple[Overwrite, ...]:
    return tuple(Overwrite(role, of_role=True, allow=0, deny=bits) for role, bits in rules)


def _rooms() -> tuple[Room, ...]:
    return (
        Room(CLAN, CATEGORY, "Clan", 0, None),
        Room(GENERAL, TEXT, "general", 1, CLAN, topic="anything"),
        Room(QUESTIONS, TEXT, "questions", 2, CLAN),
        Room(NEWS, ANNOUNCEMENT, "news", 3, CLAN),
        Room(GUIDES, FORUM, "guides", 4, CLAN),
        Room(LOUNGE, VOICE, "lounge", 5, CLAN),
        Room(OFFICERS, TEXT, "officers", 6, None, _denied((GUILD, VIEW_CHANNEL))),
        Room(VAULT, TEXT, "vault", 7, None, _denied((READER, READ_MESSAGE_HISTORY))),
        Room(CABIN, STAGE, "cabin", 8, None, _denied((GUILD, CONNECT), (READER, CONNECT))),
    )


def _threads() -> tuple[ThreadRoom, ...]:
    guides = (
        ThreadRoom(id_, THREAD, f"How to boss {number}?", GUIDES, BOB, at_of(id_), at_of(id_) + DAY)
        for number, id_ in enumerate(GUIDE_POSTS[:-1])
    )
    return (
        ThreadRoom(ASKED, THREAD, "Monkey madness", QUESTIONS, BOB, ASKED_AT + MINUTE),
        ThreadRoom(LONE_THREAD, THREAD, "Raid planning", GENERAL, OWNER, at_of(LONE_THREAD), END - 5 * DAY),
        ThreadRoom(SECRET_THREAD, PRIVATE_THREAD, "psst", GENERAL, OWNER, at_of(SECRET_THREAD), END - 9 * DAY),
        *guides,
        ThreadRoom(GUIDE_POSTS[-1], THREAD, "Still talked about", GUIDES, OWNER, at_of(GUIDE_POSTS[-1])),
    )


def at_of(id_: int) -> int:
    """The instant in an id."""
    return (id_ >> 22) + DISCORD_EPOCH_MS


def _hourly_posts() -> list[Post]:
    posts = [
        Post(hourly(number), GENERAL, BOB if number % 2 else OWNER, f"message {number}") for number in range(HOURLY)
    ]
    posts[10] = replace(posts[10], edited_at=EDITED_AT, edited_text="how do I edit this?")
    posts[20] = replace(posts[20], deleted_at=END - 15 * HOUR)
    posts[30] = replace(posts[30], deleted_at=DELETED_LATER_AT)
    return posts


def _special_posts() -> list[Post]:
    return [
        Post(ASKED, QUESTIONS, BOB, "What are the requirements?"),
        Post(STARTER, ASKED, BOB, "", type=THREAD_STARTER),
        Post(THREAD_ANSWER, ASKED, OWNER, "See the wiki", answers=ASKED),
        Post(LONE_THREAD_TOLD, GENERAL, OWNER, "Raid planning", type=THREAD_CREATED, reply_to=LONE_THREAD),
        Post(LONE_WORDS, LONE_THREAD, LEAVER, "I am in"),
        Post(snowflake(END - 18 * DAY, 20), SECRET_THREAD, OWNER, "for the few"),
        *(Post(id_, id_, BOB, "Do this, then that") for id_ in GUIDE_POSTS),
        Post(snowflake(END - DAY, 21), GUIDE_POSTS[-1], OWNER, "Thanks"),
        Post(snowflake(END - 50 * DAY, 22), NEWS, OWNER, "Mass on Sunday @everyone"),
        Post(snowflake(END - 49 * DAY, 23), LOUNGE, BOB, "mic broken"),
        Post(snowflake(END - 48 * DAY, 24), OFFICERS, OWNER, "between us"),
        Post(snowflake(END - 47 * DAY, 25), VAULT, OWNER, "lent"),
        Post(snowflake(END - 46 * DAY, 26), CABIN, OWNER, "on stage"),
        Post(REPLY_GONE, QUESTIONS, OWNER, "what you said", type=REPLY, reply_to=DELETED),
        Post(REPLIED, QUESTIONS, OWNER, "the wiki knows", type=REPLY, reply_to=ASKED, answers=ASKED),
        Post(PINNING, QUESTIONS, OWNER, "", type=PINNED, reply_to=ASKED),
        Post(JOIN, QUESTIONS, NEWCOMER, "", type=JOINED),
        Post(RELAYED, QUESTIONS, WEBHOOK, "**Zezima**: gz", webhook_name="Clan Chat", relayed_id=1),
        Post(SLASHED, QUESTIONS, MUSIC_BOT, "Queue: empty", type=SLASH),
        Post(CALLED, QUESTIONS, BOB, f"ask <@{OWNER}>"),
        Post(PICTURE, QUESTIONS, BOB, "", attachments=2, pinned=True),
        Post(BOT_SAID, QUESTIONS, BOT, "Good morning"),
        Post(TO_BOT, QUESTIONS, BOB, f"<@{BOT}> when?", attachments=1),
        Post(WITH_ROLES, QUESTIONS, BOB, f"<@&{CAPTAIN}> gone for now, says 12345", type=REPLY, reply_to=CALLED),
        Post(DELETED_NEWEST, GENERAL, OWNER, "oops", deleted_at=END - MINUTE // 2),
    ]


def small_guild() -> DemoGuild:
    """The guild; see the names of this module for what is in it."""
    reading = VIEW_CHANNEL | READ_MESSAGE_HISTORY
    roles = (
        GuildRole(GUILD, "@everyone", VIEW_CHANNEL | SEND_MESSAGES, 0),
        GuildRole(CAPTAIN, "Captain", ADMINISTRATOR, 3, color=0x123456),
        GuildRole(RECRUIT, "Recruit", reading, 2),
        GuildRole(READER, "Ledger", reading | CONNECT, 1),
    )
    posts = sorted(_hourly_posts() + _special_posts(), key=lambda post: post.id)
    return DemoGuild(GUILD, "Varrock Irons", FOUNDED, OWNER, BOT, roles, _rooms(), _threads(), _members(), tuple(posts))


def get(server: DemoDiscord, path: str, *, token: str = DEMO_TOKEN) -> requests.Response:
    """The answer to GET *path*, whatever it is."""
    return requests.get(server.base_url + path, headers={"Authorization": f"Bot {token}"}, timeout=30)


def ask(server: DemoDiscord, path: str) -> Any:
    """The JSON of a successful GET of *path*."""
    response = get(server, path)
    assert response.status_code == 200, response.text
    return response.json()


def visit(server: Loopback, errand: Callable[[discord.Client], Awaitable[T]], *, token: str = DEMO_TOKEN) -> T:
    """What *errand* brings home from a discord.py client that is logged in to *server*."""

    async def go() -> T:
        intents = discord.Intents.none()
        intents.guilds = intents.members = True
        client = discord.Client(intents=intents, max_ratelimit_timeout=30)
        async with client:
            await client.login(token)
            return await errand(client)

    base, discord.http.Route.BASE = discord.http.Route.BASE, server.base_url
    try:
        return asyncio.run(go())
    finally:
        discord.http.Route.BASE = base


async def guild_of(client: discord.Client) -> discord.Guild:
    """The guild as a nightly reader meets it, with its roles and channels in place for `permissions_for`."""
    return await client.fetch_guild(GUILD)


def hours_ago(hours: float) -> datetime:
    """An instant before `NOW`."""
    return NOW - timedelta(hours=hours)
