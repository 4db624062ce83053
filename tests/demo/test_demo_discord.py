import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import aiohttp
import discord
import pytest
import requests
from demo_worlds import clan
from small_guild import (
    ASKED,
    BOB,
    BOT,
    BOT_SAID,
    CABIN,
    CALLED,
    CAPTAIN,
    DELETED,
    DELETED_LATER,
    DELETED_LATER_AT,
    DELETED_NEWEST,
    EDITED,
    EDITED_AT,
    END,
    GENERAL,
    GUIDE_POSTS,
    GUIDES,
    GUILD,
    HOURLY,
    JOIN,
    LEAVER,
    LONE_THREAD,
    LONE_THREAD_TOLD,
    LONE_WORDS,
    LOUNGE,
    MUSIC_BOT,
    NEWCOMER,
    NEWS,
    NOW,
    OFFICERS,
    OWNER,
    PICTURE,
    PINNING,
    QUESTIONS,
    RECRUIT,
    RELAYED,
    REPLIED,
    REPLY_GONE,
    SECRET_THREAD,
    SLASHED,
    STARTER,
    THREAD_ANSWER,
    TO_BOT,
    VAULT,
    WEBHOOK,
    WITH_ROLES,
    ask,
    at_of,
    get,
    guild_of,
    hourly,
    hours_ago,
    small_guild,
    snowflake,
    visit,
)

from pipeline.demo.discord.faults import DISCORD_FAULTS, LONG_WAIT_S, PLANS
from pipeline.demo.discord.server import DemoDiscord
from pipeline.demo.guild.founding import found_guild
from pipeline.demo.guild.model import PRIVATE_THREAD, REPLY, Post
from pipeline.demo.guild.permissions import MANAGE_THREADS, VIEW_CHANNEL, readable
from pipeline.demo.instants import DAY, MINUTE

READABLE = (GENERAL, QUESTIONS, NEWS, LOUNGE)
NOWHERE = 123


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def server() -> Iterator[DemoDiscord]:
    with DemoDiscord(small_guild(), now=NOW) as served:
        yield served


def ids(rows: list[dict[str, Any]]) -> list[int]:
    return [int(row["id"]) for row in rows]


def told(server: DemoDiscord, message_id: int, room_id: int = QUESTIONS) -> Any:
    return ask(server, f"/channels/{room_id}/messages/{message_id}")


def channel(server: DemoDiscord, room_id: int) -> Any:
    return next(row for row in ask(server, f"/guilds/{GUILD}/channels") if row["id"] == str(room_id))


def refused(response: requests.Response) -> tuple[int, str, int]:
    body = response.json()
    return response.status_code, body["message"], body["code"]


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_wrong_token_opens_nothing(server: DemoDiscord, token: str) -> None:
    for path in ("/users/@me", f"/guilds/{GUILD}", "/nope"):
        assert refused(get(server, path, token=token)) == (401, "401: Unauthorized", 0)
    with pytest.raises(discord.LoginFailure):
        visit(server, guild_of, token=token or "none")


def test_a_token_of_another_kind_is_a_wrong_one(server: DemoDiscord) -> None:
    bare = requests.get(f"{server.base_url}/users/@me", headers={"Authorization": "demo-token"}, timeout=30)
    assert bare.status_code == requests.get(f"{server.base_url}/users/@me", timeout=30).status_code == 401


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/nope", (404, "404: Not Found", 0)),
        (f"/guilds/{NOWHERE}", (404, "Unknown Guild", 10004)),
        (f"/guilds/{NOWHERE}/channels", (404, "Unknown Guild", 10004)),
        (f"/guilds/{GUILD}/members/{NOWHERE}", (404, "Unknown Member", 10007)),
        (f"/guilds/{GUILD}/members/{LEAVER}", (404, "Unknown Member", 10007)),
        (f"/channels/{NOWHERE}", (404, "Unknown Channel", 10003)),
        (f"/channels/{NOWHERE}/messages", (404, "Unknown Channel", 10003)),
        (f"/channels/{GENERAL}/messages/{NOWHERE}", (404, "Unknown Message", 10008)),
        (f"/channels/{GENERAL}/messages/{ASKED}", (404, "Unknown Message", 10008)),
        (f"/channels/{OFFICERS}", (403, "Missing Access", 50001)),
        (f"/channels/{OFFICERS}/messages", (403, "Missing Access", 50001)),
        (f"/channels/{OFFICERS}/threads/archived/public", (403, "Missing Access", 50001)),
        (f"/channels/{CABIN}/messages", (403, "Missing Access", 50001)),
        (f"/channels/{VAULT}/messages/{hourly(1)}", (403, "Missing Access", 50001)),
        (f"/channels/{VAULT}/threads/archived/public", (403, "Missing Access", 50001)),
        (f"/channels/{SECRET_THREAD}", (403, "Missing Access", 50001)),
        (f"/channels/{GENERAL}/threads/archived/private", (403, "Missing Permissions", 50013)),
        (f"/channels/{GUIDES}/messages", (400, "Cannot execute action on this channel type", 50024)),
        (f"/channels/{LOUNGE}/threads/archived/public", (400, "Cannot execute action on this channel type", 50024)),
        (f"/channels/{ASKED}/threads/archived/public", (400, "Cannot execute action on this channel type", 50024)),
        ("/channels/abc", (400, "Invalid Form Body", 50035)),
        (f"/channels/{GENERAL}/messages?limit=0", (400, "Invalid Form Body", 50035)),
        (f"/channels/{GENERAL}/messages?limit=101", (400, "Invalid Form Body", 50035)),
        (f"/channels/{GENERAL}/messages?limit=many", (400, "Invalid Form Body", 50035)),
        (f"/channels/{GENERAL}/messages?after=now", (400, "Invalid Form Body", 50035)),
        (f"/channels/{GENERAL}/threads/archived/public?limit=1", (400, "Invalid Form Body", 50035)),
        (f"/channels/{GENERAL}/threads/archived/public?before=soon", (400, "Invalid Form Body", 50035)),
        (f"/guilds/{GUILD}/members?limit=1001", (400, "Invalid Form Body", 50035)),
    ],
)
def test_what_cannot_be_answered_is_refused_as_discord_does(
    server: DemoDiscord, path: str, expected: tuple[int, str, int]
) -> None:
    assert refused(get(server, path)) == expected


def test_nothing_can_be_written(server: DemoDiscord) -> None:
    url = f"{server.base_url}/channels/{GENERAL}/messages"
    sent = requests.post(url, json={"content": "hi"}, headers={"Authorization": f"Bot {server._token}"}, timeout=30)
    assert sent.status_code == 405


def test_every_answer_comes_through_the_proxy_as_plain_json(server: DemoDiscord) -> None:
    for path in ("/users/@me", "/nope", f"/channels/{OFFICERS}"):
        headers = get(server, path).headers
        assert (headers["Content-Type"], headers["Via"]) == ("application/json", "1.1 google")


def test_the_bot_knows_itself_and_its_guild(server: DemoDiscord) -> None:
    async def errand(client: discord.Client) -> tuple[Any, ...]:
        guild = await client.fetch_guild(GUILD)
        return client.user, client.application_flags, guild, [guild.id async for guild in client.fetch_guilds()]

    user, flags, guild, guilds = visit(server, errand)
    assert (user.id, user.name, user.bot) == (BOT, "Ledger", True)
    assert flags.gateway_message_content_limited
    assert flags.gateway_guild_members_limited
    assert (guild.id, guild.name, guild.owner_id, guild.approximate_member_count) == (GUILD, "Varrock Irons", OWNER, 5)
    assert [role.name for role in guild.roles] == ["@everyone", "Ledger", "Recruit", "Captain"]
    assert guilds == [GUILD]


def test_a_bot_can_be_in_several_guilds() -> None:
    with DemoDiscord(small_guild(), now=NOW, other_guilds=((5, "Elsewhere"),)) as server:
        assert [(row["id"], row["name"]) for row in ask(server, "/users/@me/guilds")] == [
            ("5", "Elsewhere"),
            (str(GUILD), "Varrock Irons"),
        ]
        assert ids(ask(server, "/users/@me/guilds?limit=1&after=5")) == [GUILD]


def test_a_bot_that_was_thrown_out_sees_no_guild() -> None:
    guild = small_guild()
    members = tuple(replace(member, left_at=END - DAY) if member.id == BOT else member for member in guild.members)
    with DemoDiscord(replace(guild, members=members), now=NOW) as server:
        assert ask(server, "/users/@me/guilds") == []
        assert get(server, f"/guilds/{GUILD}").status_code == 404
        assert get(server, f"/channels/{GENERAL}").status_code == 404


def test_the_channel_list_holds_every_channel_and_no_thread(server: DemoDiscord) -> None:
    async def errand(client: discord.Client) -> dict[str, tuple[Any, ...]]:
        guild = await guild_of(client)
        channels = await guild.fetch_channels()
        me = await guild.fetch_member(BOT)
        rights = {room.name: room.permissions_for(me) for room in channels}
        return {name: (right.view_channel, right.read_message_history, right.connect) for name, right in rights.items()}

    assert visit(server, errand) == {
        "Clan": (True, True, True),
        "general": (True, True, False),  # discord.py takes Connect away where there is nothing to connect to
        "questions": (True, True, False),
        "news": (True, True, False),
        "guides": (True, True, False),
        "lounge": (True, True, True),
        "officers": (False, False, False),
        "vault": (True, False, False),
        "cabin": (True, True, False),
    }


def test_a_channel_bears_its_newest_id_even_when_that_message_is_deleted(server: DemoDiscord) -> None:
    assert channel(server, GENERAL)["last_message_id"] == str(DELETED_NEWEST)
    assert DELETED_NEWEST not in ids(ask(server, f"/channels/{GENERAL}/messages"))
    server.now = hours_ago(10)
    assert channel(server, GENERAL)["last_message_id"] == str(hourly(10))
    server.now = NOW - timedelta(days=100)
    assert channel(server, GENERAL)["last_message_id"] is None


def test_a_forum_bears_the_id_of_its_newest_post(server: DemoDiscord) -> None:
    assert channel(server, GUIDES)["last_message_id"] == str(GUIDE_POSTS[-1])
    server.now = NOW - timedelta(days=25)
    assert channel(server, GUIDES)["last_message_id"] == str(GUIDE_POSTS[1])


def test_a_member_has_the_name_and_the_roles_of_the_day(server: DemoDiscord) -> None:
    path = f"/guilds/{GUILD}/members/{BOB}"
    now = ask(server, path)
    server.now = NOW - timedelta(days=5)
    between = ask(server, path)
    server.now = NOW - timedelta(days=10)
    before = ask(server, path)
    assert [(row["nick"], row["roles"]) for row in (before, between, now)] == [
        (None, [str(RECRUIT)]),
        ("Bob | Iron Bobby", [str(RECRUIT)]),
        ("Bob | Iron Bobby", [str(CAPTAIN)]),
    ]


def test_members_come_and_go(server: DemoDiscord) -> None:
    async def errand(client: discord.Client) -> set[int]:
        guild = await guild_of(client)
        return {member.id async for member in guild.fetch_members(limit=None)}

    assert visit(server, errand) == {OWNER, BOB, NEWCOMER, BOT, MUSIC_BOT}
    server.now = NOW - timedelta(days=11)
    assert visit(server, errand) == {OWNER, BOB, LEAVER, BOT, MUSIC_BOT}


def test_members_come_in_pages_by_id(server: DemoDiscord) -> None:
    first = ask(server, f"/guilds/{GUILD}/members?limit=3")
    rest = ask(server, f"/guilds/{GUILD}/members?limit=3&after={first[-1]['user']['id']}")
    assert [int(row["user"]["id"]) for row in first + rest] == sorted([OWNER, BOB, NEWCOMER, BOT, MUSIC_BOT])
    assert len(ask(server, f"/guilds/{GUILD}/members")) == 1


def test_discord_py_reads_every_existing_message_once(server: DemoDiscord) -> None:
    async def errand(client: discord.Client) -> list[int]:
        guild = await guild_of(client)
        sources: list[Any] = [room for room in await guild.fetch_channels() if room.id in READABLE]
        for room in await guild.fetch_channels():
            if isinstance(room, discord.TextChannel | discord.ForumChannel) and room.id not in (OFFICERS, VAULT):
                sources += [thread async for thread in room.archived_threads(limit=None)]
        sources += await guild.active_threads()
        return [
            message.id
            for source in sources
            async for message in source.history(limit=None, after=discord.Object(0), oldest_first=True)
        ]

    shut = (OFFICERS, VAULT, CABIN, SECRET_THREAD)
    expected = [post.id for post in small_guild().posts if post.exists(END) and post.room_id not in shut]
    assert sorted(visit(server, errand)) == expected


@pytest.mark.parametrize("hostile", [False, True])
def test_discord_py_reads_every_readable_message_of_an_invented_guild(hostile: bool) -> None:
    guild = found_guild(clan(hostile=hostile), messages=1500, hostile=hostile)

    async def errand(client: discord.Client) -> list[int]:
        served = await client.fetch_guild(guild.id)
        channels, me = await served.fetch_channels(), await served.fetch_member(guild.bot_id)
        open_ones = [room for room in channels if room.permissions_for(me).read_message_history]
        sources: list[Any] = [room for room in open_ones if isinstance(room, discord.abc.Messageable)]
        sources += await served.active_threads()
        for room in open_ones:
            if isinstance(room, discord.TextChannel | discord.ForumChannel):
                sources += [thread async for thread in room.archived_threads(limit=None)]
        return [message.id for source in sources async for message in source.history(limit=None, oldest_first=True)]

    parents = {thread.id: thread.parent_id for thread in guild.threads}
    shut = {room.id for room in guild.rooms if not readable(guild, room, END)}
    expected = [
        post.id for post in guild.posts if post.exists(END) and parents.get(post.room_id, post.room_id) not in shut
    ]
    with DemoDiscord(guild, now=NOW, limit=1000) as server:
        assert sorted(visit(server, errand)) == expected


def test_the_newest_page_comes_newest_first(server: DemoDiscord) -> None:
    page = ids(ask(server, f"/channels/{GENERAL}/messages?limit=3"))
    assert page == [hourly(0), hourly(1), hourly(2)]
    assert len(ask(server, f"/channels/{GENERAL}/messages")) == 50


def test_a_page_after_an_id_holds_the_next_messages_newest_first(server: DemoDiscord) -> None:
    page = ids(ask(server, f"/channels/{GENERAL}/messages?limit=3&after={hourly(100)}"))
    assert page == [hourly(97), hourly(98), hourly(99)]


def test_a_page_before_an_id_holds_the_messages_that_led_to_it(server: DemoDiscord) -> None:
    page = ids(ask(server, f"/channels/{GENERAL}/messages?limit=3&before={hourly(100)}"))
    assert page == [hourly(101), hourly(102), hourly(103)]


def test_a_page_around_an_id_has_it_in_the_middle(server: DemoDiscord) -> None:
    page = ids(ask(server, f"/channels/{GENERAL}/messages?limit=4&around={hourly(100)}"))
    assert page == [hourly(98), hourly(99), hourly(100), hourly(101), hourly(102)]
    assert DELETED not in ids(ask(server, f"/channels/{GENERAL}/messages?limit=2&around={DELETED}"))


def test_a_page_can_be_empty_past_either_end(server: DemoDiscord) -> None:
    assert ask(server, f"/channels/{GENERAL}/messages?after={hourly(0)}") == []
    assert ask(server, f"/channels/{GENERAL}/messages?before={LONE_THREAD_TOLD}") == []


def test_a_message_is_there_from_its_millisecond_on(server: DemoDiscord) -> None:
    server.now = hours_ago(0) - timedelta(milliseconds=END - at_of(hourly(0)) + 1)
    assert ids(ask(server, f"/channels/{GENERAL}/messages?limit=1")) == [hourly(1)]
    server.now += timedelta(milliseconds=1)
    assert ids(ask(server, f"/channels/{GENERAL}/messages?limit=1")) == [hourly(0)]


def test_a_message_is_there_until_it_is_deleted(server: DemoDiscord) -> None:
    path = f"/channels/{GENERAL}/messages/{DELETED_LATER}"
    assert refused(get(server, path)) == (404, "Unknown Message", 10008)
    server.now = NOW - timedelta(milliseconds=END - DELETED_LATER_AT + 1)
    assert ask(server, path)["content"] == "message 30"
    assert DELETED_LATER in ids(ask(server, f"/channels/{GENERAL}/messages?limit=100"))


def test_a_text_is_the_edited_one_only_after_the_edit(server: DemoDiscord) -> None:
    edited = told(server, EDITED, GENERAL)
    server.now = NOW - timedelta(milliseconds=END - EDITED_AT + 1)
    fresh = told(server, EDITED, GENERAL)
    assert (fresh["content"], fresh["edited_timestamp"]) == ("message 10", None)
    assert (edited["content"], edited["edited_timestamp"]) == (
        "how do I edit this?",
        "2026-11-21T00:00:00.417000+00:00",
    )


def test_a_reply_carries_what_it_answers(server: DemoDiscord) -> None:
    reply = told(server, REPLIED)
    assert reply["message_reference"] == {
        "type": 0,
        "guild_id": str(GUILD),
        "channel_id": str(QUESTIONS),
        "message_id": str(ASKED),
    }
    assert reply["referenced_message"]["content"] == "What are the requirements?"
    assert ids(reply["mentions"]) == [BOB]


def test_a_reply_to_a_deleted_message_keeps_its_id(server: DemoDiscord) -> None:
    async def errand(client: discord.Client) -> discord.Message:
        await guild_of(client)
        channel = await client.fetch_channel(QUESTIONS)
        assert isinstance(channel, discord.TextChannel)
        return await channel.fetch_message(REPLY_GONE)

    assert told(server, REPLY_GONE)["referenced_message"] is None
    reference = visit(server, errand).reference
    assert reference is not None
    assert isinstance(reference.resolved, discord.DeletedReferencedMessage)
    assert reference.message_id == DELETED


def test_a_reply_inside_a_reply_goes_no_deeper() -> None:
    chain = [
        Post(snowflake(END - number * MINUTE, 99), NEWS, OWNER, "re", REPLY, snowflake(END - (number + 1) * MINUTE, 99))
        for number in (3, 2, 1)
    ]
    guild = small_guild()
    posts = sorted([*guild.posts, *chain], key=lambda post: post.id)
    with DemoDiscord(replace(guild, posts=posts), now=NOW) as server:
        inside = told(server, chain[-1].id, NEWS)["referenced_message"]
    assert inside["message_reference"]["message_id"] == str(chain[0].id)
    assert "referenced_message" not in inside


def test_system_messages_point_at_what_they_are_about(server: DemoDiscord) -> None:
    pinning, joining = told(server, PINNING), told(server, JOIN)
    created = told(server, LONE_THREAD_TOLD, GENERAL)
    assert (pinning["type"], pinning["message_reference"]["message_id"]) == (6, str(ASKED))
    assert (joining["type"], "message_reference" in joining) == (7, False)
    assert created["type"] == 18
    assert created["message_reference"] == {"type": 0, "guild_id": str(GUILD), "channel_id": str(LONE_THREAD)}
    assert not any("referenced_message" in row for row in (pinning, joining, created))


def test_a_thread_begins_with_the_message_it_began_from(server: DemoDiscord) -> None:
    answer, starter = ask(server, f"/channels/{ASKED}/messages")
    assert ids([answer, starter]) == [THREAD_ANSWER, STARTER]
    assert starter["type"] == 21
    assert starter["message_reference"]["channel_id"] == str(QUESTIONS)
    assert starter["referenced_message"]["id"] == str(ASKED)
    assert (starter["position"], answer["position"]) == (0, 1)


def test_a_message_bears_the_thread_that_began_from_it_once_it_did(server: DemoDiscord) -> None:
    asked = told(server, ASKED)
    assert (asked["thread"]["id"], asked["thread"]["message_count"], asked["flags"]) == (str(ASKED), 1, 32)
    server.now = NOW - timedelta(days=3)
    before = told(server, ASKED)
    assert ("thread" in before, before["flags"]) == (False, 0)
    assert refused(get(server, f"/channels/{ASKED}")) == (404, "Unknown Channel", 10003)


def test_a_forum_post_opens_with_a_message_of_its_own_id(server: DemoDiscord) -> None:
    post = GUIDE_POSTS[-1]
    thanks, opener = ask(server, f"/channels/{post}/messages")
    assert (opener["id"], opener["channel_id"]) == (str(post), str(post))
    assert "thread" not in opener
    assert thanks["position"] == 1
    assert ask(server, f"/channels/{post}")["applied_tags"] == []


def test_webhooks_bots_and_slash_commands_can_be_told_from_people(server: DemoDiscord) -> None:
    relayed, slashed, person = told(server, RELAYED), told(server, SLASHED), told(server, CALLED)
    assert (relayed["webhook_id"], relayed["author"]["username"], relayed["author"]["bot"]) == (
        str(WEBHOOK),
        "Clan Chat",
        True,
    )
    assert (slashed["type"], slashed["application_id"], slashed["author"]["bot"]) == (20, str(MUSIC_BOT), True)
    assert not {"webhook_id", "application_id"} & person.keys()
    assert "bot" not in person["author"]


def test_mentions_attachments_and_pins_are_told(server: DemoDiscord) -> None:
    picture, roles = told(server, PICTURE), told(server, WITH_ROLES)
    assert ids(told(server, CALLED)["mentions"]) == [OWNER]
    assert roles["mention_roles"] == [str(CAPTAIN)]
    assert (picture["content"], len(picture["attachments"]), picture["pinned"]) == ("", 2, True)
    assert len({row["id"] for row in picture["attachments"]}) == 2
    assert ask(server, f"/channels/{NEWS}/messages")[0]["mention_everyone"] is True


def test_somebody_who_left_still_stands_beside_their_words(server: DemoDiscord) -> None:
    assert told(server, LONE_WORDS, LONE_THREAD)["author"]["username"] == "gone"


def test_threads_are_active_until_they_are_archived(server: DemoDiscord) -> None:
    path = f"/guilds/{GUILD}/threads/active"
    assert ids(ask(server, path)["threads"]) == [GUIDE_POSTS[-1], ASKED]
    server.now = NOW - timedelta(days=6)
    assert ids(ask(server, path)["threads"]) == [LONE_THREAD]
    server.now = NOW - timedelta(days=30) + timedelta(hours=2)
    assert ids(ask(server, path)["threads"]) == [GUIDE_POSTS[1]]


def test_archived_threads_come_newest_archived_first_and_in_pages(server: DemoDiscord) -> None:
    path = f"/channels/{GUIDES}/threads/archived/public?limit=2"
    first = ask(server, path)
    end = first["threads"][-1]["thread_metadata"]["archive_timestamp"]
    rest = ask(server, f"{path}&before={end.replace('+', '%2B')}")
    assert ids(first["threads"]) == [GUIDE_POSTS[2], GUIDE_POSTS[1]]
    assert ids(rest["threads"]) == [GUIDE_POSTS[0]]
    assert (first["has_more"], rest["has_more"]) == (True, False)


def test_a_thread_says_when_it_was_archived(server: DemoDiscord) -> None:
    server.now = NOW - timedelta(days=5)
    archived = ask(server, f"/channels/{LONE_THREAD}")["thread_metadata"]
    server.now -= timedelta(milliseconds=1)
    active = ask(server, f"/channels/{LONE_THREAD}")["thread_metadata"]
    assert (archived["archived"], archived["archive_timestamp"]) == (True, "2026-11-16T05:00:00.417000+00:00")
    assert (active["archived"], active["archive_timestamp"]) == (False, active["create_timestamp"])


def test_private_threads_want_manage_threads() -> None:
    guild = small_guild()
    roles = tuple(replace(role, permissions=role.permissions | MANAGE_THREADS) for role in guild.roles)
    with DemoDiscord(replace(guild, roles=roles), now=NOW) as server:
        private = ask(server, f"/channels/{GENERAL}/threads/archived/private")["threads"]
        public = ask(server, f"/channels/{GENERAL}/threads/archived/public")["threads"]
        assert [(int(row["id"]), row["type"]) for row in private] == [(SECRET_THREAD, PRIVATE_THREAD)]
        assert ids(public) == [LONE_THREAD]
        assert len(ask(server, f"/channels/{SECRET_THREAD}/messages")) == 1


def test_without_history_there_is_nothing_to_read_and_no_complaint(server: DemoDiscord) -> None:
    assert ask(server, f"/channels/{VAULT}/messages") == []


def test_without_the_content_intent_texts_of_others_are_withheld(server: DemoDiscord) -> None:
    server.content_intent = False
    rows = {int(row["id"]): row for row in ask(server, f"/channels/{QUESTIONS}/messages")}
    shown = {id_ for id_, row in rows.items() if row["content"] or row["attachments"]}
    assert shown == {BOT_SAID, TO_BOT}
    assert rows[REPLIED]["referenced_message"]["content"] == ""
    assert rows[WITH_ROLES]["mention_roles"] == [str(CAPTAIN)]
    assert ask(server, "/oauth2/applications/@me")["flags"] == 1 << 15


def test_without_the_members_intent_the_list_is_shut_and_one_member_is_not(server: DemoDiscord) -> None:
    server.members_intent = False
    assert refused(get(server, f"/guilds/{GUILD}/members?limit=1000")) == (403, "Missing Access", 50001)
    assert ask(server, f"/guilds/{GUILD}/members/{BOT}")["user"]["id"] == str(BOT)
    assert ask(server, "/oauth2/applications/@me")["flags"] == 1 << 19


def test_each_route_of_each_channel_is_counted_for_itself() -> None:
    clock = Clock()
    with DemoDiscord(small_guild(), now=NOW, limit=2, clock=clock) as server:
        first = get(server, f"/channels/{GENERAL}/messages")
        second = get(server, f"/channels/{GENERAL}/messages?limit=5")
        clock.seconds += 0.65
        third = get(server, f"/channels/{GENERAL}/messages")
        other_room = get(server, f"/channels/{NEWS}/messages")
        other_route = get(server, f"/channels/{GENERAL}")
        assert [row.headers["X-RateLimit-Remaining"] for row in (first, second, third)] == ["1", "0", "0"]
        assert (third.status_code, other_room.status_code, other_route.status_code) == (429, 200, 200)
        assert first.headers["X-RateLimit-Bucket"] == other_room.headers["X-RateLimit-Bucket"]
        assert first.headers["X-RateLimit-Bucket"] != other_route.headers["X-RateLimit-Bucket"]
        assert third.json() == {"message": "You are being rate limited.", "retry_after": 0.35, "global": False}
        assert (third.headers["Retry-After"], third.headers["X-RateLimit-Reset-After"]) == ("1", "0.350")
        clock.seconds += 0.36
        assert get(server, f"/channels/{GENERAL}/messages").status_code == 200


def test_discord_py_keeps_within_the_limit_it_is_told() -> None:
    async def errand(client: discord.Client) -> int:
        guild = await guild_of(client)
        room = next(room for room in await guild.fetch_channels() if room.id == GENERAL)
        assert isinstance(room, discord.TextChannel)
        return len([message async for message in room.history(limit=None)])

    with DemoDiscord(small_guild(), now=NOW, limit=1, window_s=0.05) as server:
        assert visit(server, errand) == HOURLY - 2 + 1
        assert {status for *_, status in server.requests} == {200}


def read_questions(server: DemoDiscord) -> int:
    """How many messages discord.py reads in #questions."""

    async def errand(client: discord.Client) -> int:
        guild = await guild_of(client)
        room = next(room for room in await guild.fetch_channels() if room.id == QUESTIONS)
        assert isinstance(room, discord.TextChannel)
        return len([message async for message in room.history(limit=None)])

    return visit(server, errand)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("401", discord.HTTPException),
        ("403", discord.Forbidden),
        ("404", discord.NotFound),
        ("503", discord.DiscordServerError),
        ("blocked", discord.HTTPException),
        ("truncated", aiohttp.ClientPayloadError),
    ],
)
def test_a_fault_looks_to_discord_py_as_the_real_thing(server: DemoDiscord, kind: str, error: type[Exception]) -> None:
    whole = read_questions(server)
    server.fault(f"/channels/{QUESTIONS}/messages*", kind)
    with pytest.raises(error):
        read_questions(server)
    assert read_questions(server) == whole


def test_discord_py_hears_of_a_reset_only_when_the_second_attempt_is_reset_too(server: DemoDiscord) -> None:
    server.fault(f"/channels/{QUESTIONS}/messages*", "reset")
    assert read_questions(server) == 12
    server.fault(f"/channels/{QUESTIONS}/messages*", "reset", times=2)
    with pytest.raises(aiohttp.ClientOSError):
        read_questions(server)


def test_discord_py_waits_out_a_429(server: DemoDiscord) -> None:
    server.fault(f"/channels/{QUESTIONS}/messages*", "429", retry_after=0.01)
    assert read_questions(server) == 12
    assert [status for _, path, status in server.requests if "/messages" in path] == [429, 200]


def test_a_429_longer_than_its_patience_ends_discord_pys_wait(server: DemoDiscord) -> None:
    server.play("discord-slow-limit")
    get(server, f"/channels/{NEWS}/messages?limit=1")
    with pytest.raises(discord.RateLimited) as caught:
        read_questions(server)
    assert caught.value.retry_after == LONG_WAIT_S


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        ("401", 401, "401: Unauthorized"),
        ("403", 403, "Missing Access"),
        ("404", 404, "404: Not Found"),
        ("429", 429, "You are being rate limited."),
        ("blocked", 429, "error 1015"),
        ("500", 500, "500: Internal Server Error"),
        ("503", 503, "upstream connect error"),
        ("html502", 502, "502 Bad Gateway"),
        ("html200", 200, "Log in to the network"),
        ("empty200", 200, ""),
    ],
)
def test_a_fault_spoils_as_many_requests_as_asked(server: DemoDiscord, kind: str, status: int, body: str) -> None:
    server.fault("/users/*", kind, times=2, after=1)
    answers = [get(server, "/users/@me") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, status, status, 200]
    assert body in answers[1].text


@pytest.mark.parametrize("kind", ["reset", "truncated"])
def test_a_connection_can_break(server: DemoDiscord, kind: str) -> None:
    server.fault("*/@me", kind)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        get(server, "/users/@me")
    assert server.requests == [("GET", "/api/v10/users/@me", 0)]
    assert get(server, "/users/@me").status_code == 200


def test_a_stalled_request_gets_no_answer_and_does_not_hold_up_the_others(server: DemoDiscord) -> None:
    server.fault("/users/@me", "stall")
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(f"{server.base_url}/users/@me", timeout=0.3)
    assert get(server, "/users/@me").status_code == 200


def test_an_unknown_fault_is_refused(server: DemoDiscord) -> None:
    with pytest.raises(ValueError, match="no fault is called 'flood'"):
        server.fault("*", "flood")


@pytest.mark.parametrize("name", DISCORD_FAULTS)
def test_every_plan_can_be_played_and_mended(server: DemoDiscord, name: str) -> None:
    channels, flags = ask(server, f"/guilds/{GUILD}/channels"), ask(server, "/oauth2/applications/@me")["flags"]
    server.play(name)
    server.mend()
    assert ask(server, f"/guilds/{GUILD}/channels") == channels
    assert ask(server, "/oauth2/applications/@me")["flags"] == flags
    assert all(fault.times != 0 for fault in PLANS[name].faults)


def test_the_plans_denied_and_down_strike_everywhere(server: DemoDiscord) -> None:
    server.play("discord-denied")
    assert {get(server, path).status_code for path in ("/users/@me", f"/guilds/{GUILD}")} == {401}
    server.mend()
    server.play("discord-down")
    assert {get(server, path).status_code for path in ("/users/@me", f"/guilds/{GUILD}")} == {503}


def test_the_plan_flaky_strikes_once_each_way(server: DemoDiscord) -> None:
    server.play("discord-flaky")
    statuses = [get(server, f"/guilds/{GUILD}/members?limit=1000").status_code for _ in range(2)]
    assert statuses == [429, 200]
    read = [get(server, f"/channels/{GENERAL}/messages?limit=1").status_code for _ in range(5)]
    assert read == [200, 200, 503, 200, 200]
    for _ in range(2):
        with pytest.raises(requests.ConnectionError):
            get(server, f"/channels/{GENERAL}/messages?limit=1")
    assert get(server, f"/channels/{GENERAL}/messages?limit=1").status_code == 200


def test_the_plans_without_intents_turn_them_off(server: DemoDiscord) -> None:
    server.play("discord-no-content")
    server.play("discord-no-members")
    assert ask(server, "/oauth2/applications/@me")["flags"] == 0
    assert get(server, f"/guilds/{GUILD}/members").status_code == 403


def test_an_unknown_channel_type_spoils_discord_pys_whole_list(server: DemoDiscord) -> None:
    async def errand(client: discord.Client) -> Any:
        guild = await guild_of(client)
        return await guild.fetch_channels()

    server.play("discord-unknown-channel")
    assert [row["type"] for row in ask(server, f"/guilds/{GUILD}/channels")][-1] == 99
    with pytest.raises(discord.InvalidData):
        visit(server, errand)


def test_the_busiest_room_is_lost_after_a_page(server: DemoDiscord) -> None:
    server.play("discord-permission-lost")
    path = f"/channels/{GENERAL}/messages?limit=100"
    assert [get(server, path).status_code for _ in range(2)] == [200, 403]
    assert get(server, f"/channels/{LONE_THREAD}/messages").status_code == 403
    assert get(server, f"/channels/{QUESTIONS}/messages").status_code == 200
    own = {"id": str(BOT), "type": 1, "allow": "0", "deny": str(VIEW_CHANNEL)}
    assert channel(server, GENERAL)["permission_overwrites"] == [own]
    server.mend()
    assert channel(server, GENERAL)["permission_overwrites"] == []
    assert [get(server, path).status_code for _ in range(3)] == [200, 200, 200]


def test_a_room_can_be_closed_at_once_or_after_some_pages(server: DemoDiscord) -> None:
    server.close_room(NEWS, "view")
    server.close_room(QUESTIONS, "history", after=2)
    server.close_room(LOUNGE, "connect")
    assert get(server, f"/channels/{NEWS}").status_code == 403
    get(server, f"/channels/{GENERAL}/messages")
    pages = [len(ask(server, f"/channels/{QUESTIONS}/messages?limit=5")) for _ in range(3)]
    assert pages == [5, 5, 0]
    assert ASKED in ids(ask(server, f"/guilds/{GUILD}/threads/active")["threads"])
    assert get(server, f"/channels/{LOUNGE}").status_code == 200
    assert get(server, f"/channels/{LOUNGE}/messages").status_code == 403


def test_discord_py_sees_that_a_room_was_closed(server: DemoDiscord) -> None:
    async def errand(client: discord.Client) -> tuple[bool, bool]:
        guild = await guild_of(client)
        me = await guild.fetch_member(BOT)
        room = next(room for room in await guild.fetch_channels() if room.id == NEWS)
        rights = room.permissions_for(me)
        return rights.view_channel, rights.read_message_history

    server.close_room(NEWS, "history")
    assert visit(server, errand) == (True, False)
    server.close_room(NEWS, "view")
    assert visit(server, errand) == (False, False)


def test_only_a_known_right_of_a_known_room_can_be_taken(server: DemoDiscord) -> None:
    with pytest.raises(ValueError, match="no channel 123"):
        server.close_room(NOWHERE, "view")


def test_requests_are_remembered(server: DemoDiscord) -> None:
    get(server, f"/channels/{NEWS}/messages?limit=5")
    get(server, "/nope")
    assert server.requests == [
        ("GET", f"/api/v10/channels/{NEWS}/messages?limit=5", 200),
        ("GET", "/api/v10/nope", 404),
    ]


def test_a_stopped_server_frees_its_port() -> None:
    with DemoDiscord(small_guild(), now=NOW) as served:
        port = int(served.base_url.split(":")[2].split("/")[0])
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_twenty_thousand_messages_are_served_to_the_last() -> None:
    numbers = count()
    posts = [
        Post(snowflake(END - (20_000 - number) * 8 * MINUTE, next(numbers) % 4096), GENERAL, BOB, f"word {number}")
        for number in range(20_000)
    ]
    with DemoDiscord(replace(small_guild(), posts=posts, threads=()), now=NOW, limit=1000) as server:
        read: list[int] = []
        while page := ids(ask(server, f"/channels/{GENERAL}/messages?limit=100&after={read[0] if read else 0}")):
            read = page + read
    assert read == [post.id for post in reversed(posts)]
