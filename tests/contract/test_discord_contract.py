"""The demo's Discord against recorded answers of a server that speaks the protocol: fields, types, order, refusals, and how
the unmodified discord.py reads both."""

import json
import os
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import discord
import pytest
from aiohttp import web
from small_guild import (
    ASKED,
    END,
    GENERAL,
    GUIDE_POSTS,
    GUIDES,
    GUILD,
    LONE_THREAD,
    LOUNGE,
    NEWS,
    NOW,
    OFFICERS,
    QUESTIONS,
    VAULT,
    ask,
    get,
    small_guild,
    visit,
)

from pipeline.demo.discord.server import DemoDiscord
from pipeline.demo.fault import Fault
from pipeline.demo.serving import Loopback

HOUSE = Path(__file__).parents[2]
CAPTURES = HOUSE / os.environ.get("CLANSTATS_CAPTURES", "../shared") / "discord-captures"
pytestmark = pytest.mark.skipif(
    not CAPTURES.is_dir(),
    reason=f"no recorded answers in {CAPTURES}: CLANSTATS_CAPTURES names the folder that holds them",
)

RECORDED_GUILD = 1573562798489833548
RECORDED_ROOMS = {
    1573562800507293829: "clan-chat",
    1573562800607957136: "questions",
    1573563361013109191: "guides-forum",
}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(\d{3})?\+00:00")
SOURCES = (GENERAL, QUESTIONS, NEWS, LOUNGE, ASKED, LONE_THREAD, GUIDE_POSTS[-1])

Row = dict[str, Any]


def recorded(name: str) -> Any:
    return json.loads((CAPTURES / "restated" / f"{name}.json").read_text(encoding="utf-8"))


def recorded_pages() -> list[list[Row]]:
    """Every recorded page of messages."""
    pages = [recorded(file.stem) for file in sorted((CAPTURES / "restated").glob("messages_*.json"))]
    return [page for page in pages if isinstance(page, list)]


@pytest.fixture(scope="module")
def server() -> Iterator[DemoDiscord]:
    with DemoDiscord(small_guild(), now=NOW, limit=1000) as served:
        yield served


def pages_of(server: DemoDiscord) -> list[list[Row]]:
    """Every page of messages of the demo's small guild, read backwards."""
    pages = []
    for source in SOURCES:
        path = f"/channels/{source}/messages?limit=100"
        page = ask(server, path)
        while page:
            pages.append(page)
            page = ask(server, f"{path}&before={page[-1]['id']}")
    return pages


@cache
def recorded_things() -> dict[str, list[Row]]:
    return things(
        [recorded("users_me"), recorded("application_me"), recorded("guild")],
        recorded("guild_channels"),
        recorded("guild_members"),
        [recorded("threads_active"), recorded("threads_archived_clan-chat")],
        recorded_pages(),
    )


@pytest.fixture(scope="module")
def our_things(server: DemoDiscord) -> dict[str, list[Row]]:
    threads = [ask(server, f"/guilds/{GUILD}/threads/active")]
    threads += [ask(server, f"/channels/{room}/threads/archived/public") for room in (GENERAL, GUIDES)]
    return things(
        [ask(server, path) for path in ("/users/@me", "/oauth2/applications/@me", f"/guilds/{GUILD}")],
        ask(server, f"/guilds/{GUILD}/channels"),
        ask(server, f"/guilds/{GUILD}/members?limit=1000&after=0"),
        threads,
        pages_of(server),
    )


def things(
    ones: list[Row], channels: list[Row], members: list[Row], lists: list[Row], pages: list[list[Row]]
) -> dict[str, list[Row]]:
    """The objects of a guild by what they are; *ones* are the bot's account, its application and the guild."""
    own, application, guild = ones
    messages = [message for page in pages for message in page]
    threads = [thread for listed in lists for thread in listed["threads"]]
    threads += [message["thread"] for message in messages if "thread" in message]
    return {
        "own account": [own],
        "application": [application],
        "guild": [guild],
        "role": guild["roles"],
        **{f"channel {kind}": [row for row in channels if row["type"] == kind] for kind in (0, 4, 5, 15)},
        "overwrite": [rule for row in channels for rule in row["permission_overwrites"]],
        "member": members,
        "account": [row["user"] for row in members],
        "author": [row["author"] for row in messages if "webhook_id" not in row],
        "webhook": [row["author"] for row in messages if "webhook_id" in row and row["type"] == 0],
        "list of threads": [row for row in lists if "has_more" not in row],
        "list of archived threads": [row for row in lists if "has_more" in row],
        "thread": threads,
        "state of a thread": [thread["thread_metadata"] for thread in threads],
        **{f"message {kind}": [row for row in messages if row["type"] == kind] for kind in (0, 6, 18, 19, 21)},
        "reference": [row["message_reference"] for row in messages if "message_reference" in row],
        "quoted message": [row["referenced_message"] for row in messages if row.get("referenced_message")],
    }


def kinds(rows: Iterable[Row]) -> dict[str, set[str]]:
    """Each key of *rows* and the types of JSON that it has there."""
    seen: dict[str, set[str]] = {}
    for row in rows:
        for key, value in row.items():
            seen.setdefault(key, set()).add(KINDS[type(value)])
    return seen


KINDS = {bool: "bool", int: "number", str: "string", type(None): "null", list: "array", dict: "object"}

DOCUMENTED: dict[str, dict[str, set[str]]] = {
    "own account": {"global_name": {"null"}},
    "guild": {"max_presences": {"null"}},
    "channel 0": {"rate_limit_per_user": {"number"}},
    "channel 5": {"parent_id": {"string"}},
    "channel 15": {
        "parent_id": {"string"},
        "last_message_id": {"string"},
        "default_sort_order": {"null"},
        "rate_limit_per_user": {"number"},
    },
    "account": {"global_name": {"string"}},
    "author": {"global_name": {"string"}},
    "thread": {"rate_limit_per_user": {"number"}},
    "message 0": {"position": {"number"}},
    "message 21": {"position": {"number"}},
    "reference": {"type": {"number"}},
}
"""What the demo adds from Discord's documentation: fields, or values of fields, that were not recorded."""

_SETTINGS = {"icon", "status", "video_quality_mode"}
_LOOKS = {"collectibles", "display_name_styles", "primary_guild"}
LEFT_OUT: dict[str, set[str]] = {
    "own account": {
        "badge_ids", "deleted", "desktop", "disabled", "fingerprints", "mobile", "nsfw_allowed", "phone", "premium",
        "premium_since", "premium_usage_flags", "pronouns", "purchased_flags", "system", "theme_colors", "totp_last_ticket",
        "totp_secret", "webauthn_enabled", *_LOOKS,
    },
    "application": {
        "cover_image", "custom_install_url", "discoverability_state", "discovery_eligibility_flags", "guild_id",
        "integration_public", "integration_require_code_grant", "owner_id", "privacy_policy_url", "rpc_application_state",
        "store_application_state", "tags", "terms_of_service_url", "verification_state",
    },
    "guild": {
        "discovery_excluded", "discovery_weight", "joined_at", "large", "member_count", "parent", "presence_count",
        "primary_category_id", "template_id", "unavailable", "welcome_screen",
    },
    "role": {"guild_id"},
    "channel 0": {"default_thread_rate_limit_per_user", *_SETTINGS},
    "channel 4": {"default_thread_rate_limit_per_user", "last_message_id", "nsfw", "topic", *_SETTINGS},
    "channel 5": {"default_thread_rate_limit_per_user", *_SETTINGS},
    "channel 15": _SETTINGS,
    "member": {"bio", "pronouns", "theme_colors"},
    "account": {"bot", "premium_type", *_LOOKS},
    "author": {"bot", "system"},
    "webhook": {"accent_color", "avatar_decoration_data", "banner", "system"},
    "thread": {"default_thread_rate_limit_per_user", "nsfw", "topic", *_SETTINGS},
    "quoted message": {"pinned_at"},
    **{f"message {kind}": {"pinned_at", "sticker_items"} for kind in (0, 6, 18, 19, 21)},
}  # fmt: skip
"""Recorded fields that the demo leaves out: optional in Discord's documentation, or unknown to it."""

THINGS = (
    "own account", "application", "guild", "role", "channel 0", "channel 4", "channel 5", "channel 15", "overwrite", "member",
    "account", "author", "webhook", "list of threads", "list of archived threads", "thread", "state of a thread", "message 0",
    "message 6", "message 18", "message 19", "message 21", "reference", "quoted message",
)  # fmt: skip


@pytest.mark.parametrize("thing", THINGS)
def test_every_field_of_the_demo_was_recorded_or_is_documented(our_things: dict[str, list[Row]], thing: str) -> None:
    known = kinds(recorded_things()[thing])
    added = {key: types - known.get(key, set()) for key, types in kinds(our_things[thing]).items()}
    assert {key: types for key, types in added.items() if types} == DOCUMENTED.get(thing, {})


@pytest.mark.parametrize("thing", THINGS)
def test_every_field_that_was_always_recorded_is_there_or_known_to_be_left_out(
    our_things: dict[str, list[Row]], thing: str
) -> None:
    recorded_always = set.intersection(*(set(row) for row in recorded_things()[thing]))
    ours_always = set.intersection(*(set(row) for row in our_things[thing]))
    assert recorded_always - ours_always == LEFT_OUT.get(thing, set())


def test_attachments_of_which_none_was_recorded_are_as_documented(server: DemoDiscord) -> None:
    rows = [file for page in pages_of(server) for message in page for file in message["attachments"]]
    assert kinds(rows) == {
        "id": {"string"},
        "filename": {"string"},
        "size": {"number"},
        "url": {"string"},
        "proxy_url": {"string"},
        "content_type": {"string"},
        "width": {"number"},
        "height": {"number"},
    }


def test_a_reply_to_a_deleted_message_holds_a_null(server: DemoDiscord) -> None:
    for pages in (recorded_pages(), pages_of(server)):
        replies = [row for page in pages for row in page if row["type"] == 19]
        gone = [row for row in replies if row["referenced_message"] is None]
        assert 0 < len(gone) < len(replies)
        assert all("message_id" in row["message_reference"] for row in gone)


@pytest.mark.parametrize(
    ("name", "status", "path"),
    [
        ("unknown_channel", 404, "/channels/123"),
        ("missing_access", 403, f"/channels/{OFFICERS}"),
        ("messages_officers", 403, f"/channels/{OFFICERS}/messages?limit=100"),
        ("messages_readonly-nohist", 200, f"/channels/{VAULT}/messages?limit=100"),
        ("threads_archived_questions", 200, f"/channels/{NEWS}/threads/archived/public?limit=100"),
    ],
)
def test_refusals_and_empty_answers_are_the_same(server: DemoDiscord, name: str, status: int, path: str) -> None:
    told = get(server, path)
    assert (told.status_code, told.json()) == (status, recorded(name))


def test_every_page_comes_newest_first(server: DemoDiscord) -> None:
    for page in recorded_pages() + pages_of(server):
        assert all(int(newer["id"]) > int(older["id"]) for newer, older in pairwise(page))


@pytest.mark.parametrize("room", ["clan-chat", "questions"])
def test_a_page_after_an_id_begins_where_the_last_one_ended(server: DemoDiscord, room: str) -> None:
    kept = [recorded(f"messages_{room}_after_page{number}") for number in (1, 2, 3)]
    ours: list[list[Row]] = []
    for _ in kept:
        newest = ours[-1][0]["id"] if ours else "1"
        ours.append(ask(server, f"/channels/{GENERAL}/messages?limit=100&after={newest}"))
    for pages in (kept, ours):
        assert all(int(later[-1]["id"]) > int(earlier[0]["id"]) for earlier, later in pairwise(pages))
        assert [len(page) for page in pages[:2]] == [100, 100]


@pytest.mark.parametrize("thing", ["member", "state of a thread", "message 0"])
def test_every_instant_is_written_as_recorded(our_things: dict[str, list[Row]], thing: str) -> None:
    for rows in (recorded_things()[thing], our_things[thing]):
        stamps = [text for row in rows for key, text in row.items() if key.endswith(("timestamp", "joined_at"))]
        assert stamps
        assert all(INSTANT.fullmatch(text) for text in stamps if text is not None)


class Recorder(Loopback):
    """Serves the recorded answers on the paths that they were recorded on."""

    prefix = "/api/v10"
    kinds = ()
    cut_short = b""

    def _reply(self, request: web.Request, body: bytes) -> web.Response:
        path = request.path.removeprefix(self.prefix)
        names = {
            "/users/@me": "users_me",
            "/oauth2/applications/@me": "application_me",
            f"/guilds/{RECORDED_GUILD}": "guild",
            f"/guilds/{RECORDED_GUILD}/channels": "guild_channels",
            f"/guilds/{RECORDED_GUILD}/members": "guild_members",
            f"/guilds/{RECORDED_GUILD}/threads/active": "threads_active",
            **{
                f"/channels/{id_}/threads/archived/public": f"threads_archived_{room}"
                for id_, room in RECORDED_ROOMS.items()
            },
        }
        told = recorded(names[path]) if path in names else self._page(int(path.split("/")[2]), request.query["after"])
        return web.Response(body=json.dumps(told).encode(), content_type="application/json")

    def _page(self, room_id: int, after: str) -> Any:
        """The recorded page that follows the message *after*; nothing follows the third."""
        pages = [recorded(f"messages_{RECORDED_ROOMS[room_id]}_after_page{number}") for number in (1, 2, 3)]
        bounds = ["1", *(page[0]["id"] for page in pages)]
        return dict(zip(bounds, [*pages, []], strict=True))[after]

    def _spoilt(self, fault: Fault) -> web.Response:
        raise NotImplementedError

    async def _prepared(self, request: web.BaseRequest, response: web.StreamResponse) -> None:
        return None


def tour(guild_id: int, rooms: set[int]) -> Callable[[discord.Client], Awaitable[Row]]:
    """An errand: what discord.py reads of a guild, with the archives and the whole history of *rooms*."""

    async def errand(client: discord.Client) -> Row:
        guild = await client.fetch_guild(guild_id)
        channels = await guild.fetch_channels()
        threads, messages = await guild.active_threads(), []
        for channel in channels:
            if channel.id in rooms and isinstance(channel, discord.TextChannel | discord.ForumChannel):
                threads += [thread async for thread in channel.archived_threads(limit=None)]
            if channel.id in rooms and isinstance(channel, discord.TextChannel):
                history = channel.history(limit=None, after=discord.Object(1), oldest_first=True)
                messages += [message async for message in history]
        members = [member async for member in guild.fetch_members(limit=None)]
        return {"members": members, "channels": channels, "threads": threads, "messages": messages}

    return errand


def test_discord_py_reads_the_recorded_answers_and_the_demo_alike(server: DemoDiscord) -> None:
    with Recorder() as recorder:
        kept = visit(recorder, tour(RECORDED_GUILD, set(RECORDED_ROOMS)))
    ours = visit(server, tour(GUILD, {GENERAL, QUESTIONS, NEWS, GUIDES}))
    assert len(kept["messages"]) == sum(
        len(recorded(f"messages_{room}_after_page{number}"))
        for room in ("clan-chat", "questions")
        for number in (1, 2, 3)
    )
    expected = [post for post in small_guild().posts if post.exists(END) and post.room_id in (GENERAL, QUESTIONS, NEWS)]
    assert {message.id for message in ours["messages"]} == {post.id for post in expected}
    for told in (kept, ours):
        for rows in told.values():
            assert len({row.id for row in rows}) == len(rows) > 1
        assert all(isinstance(message.author, discord.User) for message in told["messages"])
        assert {thread.archived for thread in told["threads"]} == {True, False}
        assert discord.ForumChannel in {type(channel) for channel in told["channels"]}
