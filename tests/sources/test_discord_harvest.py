"""A guild is listened to as a clan would, night after night: every message once, no question twice, and never a word kept."""

import gzip
import json
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from guild_nights import FAST, Nights, existing, inside
from small_guild import (
    ASKED,
    BOB,
    BOT,
    BOT_SAID,
    CABIN,
    CALLED,
    DELETED,
    DELETED_LATER,
    DELETED_NEWEST,
    EDITED,
    EDITED_AT,
    END,
    GENERAL,
    GUIDE_POSTS,
    GUIDES,
    GUILD,
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
    small_guild,
    snowflake,
)

from pipeline import stages
from pipeline.demo.discord.server import DEMO_TOKEN, DemoDiscord
from pipeline.demo.guild.founding import found_guild
from pipeline.demo.guild.model import BOOSTED, REPLY, DemoGuild, Post, ThreadRoom, sent_at
from pipeline.demo.guild.permissions import MANAGE_THREADS, readable
from pipeline.demo.guild.truth import Truth
from pipeline.demo.instants import DAY, HOUR, MINUTE, instant
from pipeline.demo.world import found_clan
from pipeline.domain.forgotten import Forgotten
from pipeline.job import Job
from pipeline.runs import prepare
from pipeline.settings import Settings
from pipeline.sources.landing import read_manifest, rows, whole_landings

A_DAY = timedelta(days=1)
SEED = int(os.environ.get("CLANSTATS_SEEDS", "7").split(",")[0])


@pytest.fixture
def server() -> Iterator[DemoDiscord]:
    with DemoDiscord(small_guild(), now=NOW, limit=FAST) as served:
        yield served


@pytest.fixture
def nights(server: DemoDiscord, tmp_path: Path) -> Nights:
    return Nights(server, tmp_path)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """One night that was harvested and loaded, to look at."""
    with DemoDiscord(small_guild(), now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path_factory.mktemp("first"))
        nights.night()
    return nights


def heard(nights: Nights) -> list[int]:
    """Ids of the messages in all landings, as often as they came."""
    return [row["id"] for landing in whole_landings(nights.landings) for row in rows(landing, "messages")]


def with_posts(*posts: Post, guild: DemoGuild | None = None) -> DemoGuild:
    held = guild or small_guild()
    return replace(held, posts=tuple(sorted([*held.posts, *posts], key=lambda post: post.id)))


# ── every message once ───────────────────────────────────────────────────────────────────────────────────────────────


def test_one_night_reads_every_readable_message_exactly_once(nights: Nights) -> None:
    report = nights.night()
    expected = existing(small_guild())
    assert sorted(heard(nights)) == nights.held() == expected
    assert (report.messages, report.rereads, report.failed) == (len(expected), 0, ())


@pytest.mark.parametrize(
    "source", [GENERAL, QUESTIONS, NEWS, LOUNGE, ASKED, LONE_THREAD, *GUIDE_POSTS], ids=str
)  # text, announcements, voice, threads active and archived, forum posts
def test_every_kind_of_place_is_read(first: Nights, source: int) -> None:
    assert first.held(source) == inside(source, small_guild())


def test_what_is_shut_is_neither_read_nor_asked(first: Nights) -> None:
    for shut in (OFFICERS, VAULT, CABIN, SECRET_THREAD):
        assert first.held(shut) == []
        assert first.pages(shut) == []
    assert [path for _, path, status in first.server.requests if status != 200] == []


def test_several_nights_read_every_message_once_and_see_what_each_night_saw(nights: Nights) -> None:
    for days in (190, 45, 30, 12, 8, 5, 2, 1, 0.5, 0):
        at = NOW - days * A_DAY
        nights.night(at)
        assert nights.held() == existing(small_guild(), at)


@pytest.fixture(scope="module")
def invented() -> DemoGuild:
    """A guild of a hostile clan, larger and longer than the small one."""
    return found_guild(found_clan(7, 30, 120, NOW, hostile=True), messages=800, hostile=True)


@pytest.mark.parametrize("steps", [(0,), (30, 9, 1, 0.25, 0), (119, 3, 3, 2, 1, 0, 0)], ids=str)
def test_an_invented_guild_is_read_whole_whatever_the_nights(
    invented: DemoGuild, tmp_path: Path, steps: tuple[float, ...]
) -> None:
    with DemoDiscord(invented, now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path)
        for days in steps:
            assert nights.night(NOW - days * A_DAY).failed == ()
    assert list(map(str, nights.held())) == Truth(invented, instant(NOW)).readable()


def test_private_archived_threads_are_read_with_the_right_to_manage_threads(tmp_path: Path) -> None:
    guild = small_guild()
    roles = tuple(
        replace(role, permissions=role.permissions | MANAGE_THREADS) if role.name == "Ledger" else role
        for role in guild.roles
    )
    with DemoDiscord(replace(guild, roles=roles), now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path)
        assert nights.night().failed == ()
    assert nights.held(SECRET_THREAD) == inside(SECRET_THREAD, guild)


def test_a_first_run_goes_no_further_back_than_it_is_told(nights: Nights) -> None:
    nights.night(first_days=5)
    bound = snowflake(END - 5 * DAY)
    expected = [id_ for id_ in existing(small_guild()) if id_ >= bound]
    assert nights.held() == expected
    assert nights.ask("SELECT count(*) FROM channel WHERE id = ?", GUIDE_POSTS[0]) == [0]


def test_a_night_after_a_first_run_does_not_go_further_back(nights: Nights) -> None:
    nights.night(NOW - A_DAY, first_days=5)
    nights.night(NOW, first_days=5)
    bound = snowflake(END - 6 * DAY)
    assert nights.held() == [id_ for id_ in existing(small_guild()) if id_ >= bound]


def test_nights_that_were_missed_are_made_up_for(nights: Nights) -> None:
    nights.night(NOW - 100 * A_DAY)
    nights.night(NOW)
    assert nights.held() == existing(small_guild())


def test_a_harvest_that_was_not_loaded_is_asked_again_and_nothing_stands_twice(nights: Nights) -> None:
    nights.harvest(NOW - A_DAY)
    nights.harvest(NOW)
    nights.load()
    assert nights.held() == existing(small_guild())


def test_another_server_gives_the_same_rows(tmp_path: Path) -> None:
    bodies = []
    for name in ("one", "two"):
        with DemoDiscord(small_guild(), now=NOW, limit=FAST) as server:
            (tmp_path / name).mkdir()
            nights = Nights(server, tmp_path / name)
            nights.harvest()
            [landing] = whole_landings(nights.landings)
            bodies.append([(path.name, path.read_bytes()) for path in sorted(landing.glob("*.gz"))])
    assert bodies[0] == bodies[1]


# ── what is asked ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_requests_of_the_default_guild_are_those_that_it_takes(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    guild = found_guild(found_clan(SEED, 60, 120, NOW))
    at = instant(NOW)
    open_rooms = [room for room in guild.rooms if readable(guild, room, at) and room.type != 4]
    sources = {room.id for room in open_rooms} | {
        thread.id for thread in guild.threads if thread.parent_id in {room.id for room in open_rooms}
    }
    counts = dict.fromkeys(sources, 0)
    sent = set()
    for post in guild.posts:
        if post.room_id in counts:
            counts[post.room_id] += post.exists(at)
            sent.add(post.room_id)
    expected = 7 + len(open_rooms) + sum(counts[source] // 100 + 1 for source in sent)
    with DemoDiscord(guild, now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path)
        report = nights.night(guild_id=guild.id)
        assert len(server.requests) == report.requests
        assert nights.held() == [int(id_) for id_ in Truth(guild, at).readable()]
        second = nights.night(guild_id=guild.id)
        assert (nights.pages(), second.messages, second.rereads) == ([], 0, 0)
    record_property("requests", report.requests)
    record_property("expected", expected)
    assert abs(report.requests - expected) <= 0.05 * expected
    assert second.requests <= 7 + len(open_rooms)


def test_finding_the_guild_takes_one_request_more(nights: Nights) -> None:
    found = nights.harvest().requests
    assert nights.harvest(guild_id=GUILD).requests == found - 1


def test_a_report_counts_what_went_out_and_what_came_back(nights: Nights) -> None:
    attempts: list[int] = []
    report = nights.harvest(on_attempt=lambda: attempts.append(1))
    assert report.requests == len(attempts) == len(nights.server.requests)
    assert report.bytes > 100_000
    assert report.sources == 10


def test_a_second_harvest_of_a_date_without_news_asks_for_no_message(nights: Nights) -> None:
    nights.night()
    before = nights.tables()
    report = nights.night(NOW + timedelta(hours=2))
    assert (nights.pages(), report.messages, report.sources, report.rereads) == ([], 0, 0, 0)
    assert nights.tables() == before


def test_a_second_harvest_of_a_date_reads_news_alone(nights: Nights) -> None:
    nights.night(NOW - timedelta(hours=4))
    report = nights.night(NOW)
    news = set(existing(small_guild())) - set(existing(small_guild(), NOW - timedelta(hours=4)))
    assert (report.messages, report.rereads) == (len(news), 0)
    assert nights.held(QUESTIONS) == inside(QUESTIONS, small_guild())


def test_a_channel_that_wakes_after_days_is_not_asked_twice_on_that_date(tmp_path: Path) -> None:
    guild = with_posts(Post(snowflake(END - HOUR, 77), NEWS, OWNER, "awake"))
    with DemoDiscord(guild, now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path)
        nights.night(NOW - A_DAY)
        nights.night(NOW)
        assert len(nights.pages(NEWS)) == 1
        nights.night(NOW)
        assert nights.pages() == []


def test_the_next_date_looks_again_at_the_last_days_alone_and_says_what_that_cost(nights: Nights) -> None:
    nights.night(NOW - A_DAY)
    report = nights.night(NOW)
    sources = (GENERAL, QUESTIONS, ASKED, GUIDE_POSTS[-1])
    bound = NOW - 3 * A_DAY
    again = [id_ for source in sources for id_ in inside(source, small_guild()) if id_ >= snowflake(instant(bound))]
    assert report.rereads == len(sources)
    assert len(nights.pages()) == len(sources) + 1  # the newest of #general is gone: is there more?
    assert report.messages == len(again)


def test_a_look_back_of_several_pages_counts_only_what_was_held(tmp_path: Path) -> None:
    words = [Post(snowflake(END - 2 * DAY + n * MINUTE, 50), NEWS, OWNER, "x") for n in range(250)]
    late = [Post(snowflake(END - HOUR + n, 51), NEWS, OWNER, "y") for n in range(250)]
    with DemoDiscord(with_posts(*words, *late), now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path)
        nights.night(NOW - A_DAY)
        before = nights.harvest(NOW)
        pages = len(nights.pages(NEWS))
    assert pages == 6
    assert before.rereads == 4 + 3  # four others; the third page begins in what was held and ends in what is new


def test_a_guild_at_rest_is_asked_for_no_message(nights: Nights) -> None:
    nights.night(NOW)
    for days in (1, 2, 3):
        nights.night(NOW + days * A_DAY)
    report = nights.night(NOW + 4 * A_DAY)
    assert (nights.pages(), report.requests) == ([], 12)


def test_a_deleted_newest_message_is_not_looked_for_every_night(nights: Nights) -> None:
    nights.night(NOW)
    assert nights.cursor(GENERAL) == DELETED_NEWEST
    assert max(nights.held(GENERAL)) < DELETED_NEWEST
    nights.night(NOW)
    assert nights.pages() == []
    for days in (1, 2, 3, 4):
        nights.night(NOW + days * A_DAY)
    assert nights.pages() == []


def test_a_channel_whose_only_message_was_deleted_is_asked_once(tmp_path: Path) -> None:
    guild = small_guild()
    posts = tuple(
        replace(post, deleted_at=sent_at(post.id) + MINUTE) if post.room_id == NEWS else post for post in guild.posts
    )
    with DemoDiscord(replace(guild, posts=posts), now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path)
        nights.night(NOW)
        assert len(nights.pages(NEWS)) == 1
        nights.night(NOW + A_DAY)
        assert nights.pages(NEWS) == []


# ── edits, deletions ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_edit_is_seen_on_the_next_date(nights: Nights) -> None:
    nights.night(NOW - timedelta(hours=6))
    assert nights.message(EDITED, "edited_at", "is_question", "length") == (None, 0, len("message 10"))
    nights.night(NOW)
    assert nights.message(EDITED, "edited_at", "is_question", "length") == (EDITED_AT, 1, len("how do I edit this?"))


def test_a_deletion_is_seen_on_the_next_date_and_dated_to_that_night(nights: Nights) -> None:
    nights.night(NOW - timedelta(hours=6))
    assert nights.message(DELETED_LATER, "deleted_at") is None
    nights.night(NOW)
    assert nights.message(DELETED_LATER, "deleted_at") == instant(NOW)
    assert nights.ask("SELECT count(*) FROM message WHERE deleted_at IS NOT NULL") == [1]


def test_what_was_deleted_before_it_was_ever_seen_is_not_there(nights: Nights) -> None:
    nights.night()
    assert nights.ask("SELECT count(*) FROM message WHERE id = ?", DELETED) == [0]


def test_a_channel_emptied_of_its_last_days_is_believed_while_it_is_open(tmp_path: Path) -> None:
    guild = small_guild()
    gone = NOW - timedelta(hours=6)
    posts = tuple(
        replace(post, deleted_at=instant(gone) + MINUTE)
        if post.room_id == QUESTIONS and post.exists(instant(gone))
        else post
        for post in guild.posts
    )
    with DemoDiscord(replace(guild, posts=posts), now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path)
        nights.night(gone)
        recent = [id_ for id_ in nights.held(QUESTIONS) if id_ >= snowflake(END - 3 * DAY)]
        assert recent
        assert nights.night(NOW).failed == ()
    assert [id_ for id_ in nights.held(QUESTIONS) if id_ in recent] == []


def test_a_deletion_in_a_thread_that_was_archived_since_is_seen(tmp_path: Path) -> None:
    begun, word = snowflake(END - 3 * DAY + 2 * HOUR, 80), snowflake(END - 3 * DAY + 3 * HOUR, 81)
    thread = ThreadRoom(begun, 11, "short-lived", GENERAL, BOB, END - 3 * DAY + 2 * HOUR, END - 3 * DAY + 4 * HOUR)
    post = Post(word, begun, BOB, "soon gone", deleted_at=END - HOUR)
    guild = with_posts(post)
    with DemoDiscord(replace(guild, threads=(*guild.threads, thread)), now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path)
        nights.night(NOW - A_DAY)
        assert word in nights.held()
        nights.night(NOW)
    assert word not in nights.held()


# ── facts of messages ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("message", "facts"),
    [
        (ASKED, ("human", 1, BOB, None, 0, None)),
        (STARTER, ("system", 0, BOB, None, 0, None)),
        (THREAD_ANSWER, ("human", 0, OWNER, None, 0, None)),
        (LONE_THREAD_TOLD, ("system", 0, OWNER, None, 0, None)),
        (LONE_WORDS, ("human", 0, LEAVER, None, 0, None)),
        (GUIDE_POSTS[0], ("human", 1, BOB, None, 0, None)),
        (REPLY_GONE, ("human", 1, OWNER, DELETED, 0, None)),
        (REPLIED, ("human", 0, OWNER, ASKED, 0, None)),
        (PINNING, ("system", 0, OWNER, None, 0, None)),
        (JOIN, ("system", 0, NEWCOMER, None, 0, None)),
        (RELAYED, ("relay", 0, WEBHOOK, None, 0, "Zezima")),
        (SLASHED, ("bot", 0, MUSIC_BOT, None, 0, None)),
        (PICTURE, ("human", 0, BOB, None, 2, None)),
        (BOT_SAID, ("bot", 0, BOT, None, 0, None)),
        (TO_BOT, ("human", 1, BOB, None, 1, None)),
        (WITH_ROLES, ("human", 0, BOB, CALLED, 0, None)),
    ],
)
def test_of_each_message_the_facts_are_kept(first: Nights, message: int, facts: tuple[Any, ...]) -> None:
    found = first.message(message, "kind", "is_question", "author_id", "reply_to_id", "attachments", "relayed_name")
    assert found == facts


def test_a_message_of_a_thread_names_its_channel_and_its_thread(first: Nights) -> None:
    assert first.message(ASKED, "channel_id", "thread_id") == (QUESTIONS, None)
    assert first.message(THREAD_ANSWER, "channel_id", "thread_id") == (QUESTIONS, ASKED)
    assert first.message(GUIDE_POSTS[0], "channel_id", "thread_id") == (GUIDES, GUIDE_POSTS[0])


def test_the_opener_of_a_forum_for_questions_asks_and_what_follows_does_not(tmp_path: Path) -> None:
    guild = small_guild()
    posts = tuple(replace(post, text="gz") if post.id in GUIDE_POSTS else post for post in guild.posts)
    for forums, asking in ((("other",), []), (("GUIDES",), [*GUIDE_POSTS])):
        (tmp_path / forums[0]).mkdir()
        with DemoDiscord(replace(guild, posts=posts), now=NOW, limit=FAST) as server:
            nights = Nights(server, tmp_path / forums[0])
            nights.night(forums=forums)
        found = nights.ask("SELECT id FROM message WHERE is_question = 1 AND channel_id = ? ORDER BY id", GUIDES)
        assert found == asking


def test_a_clans_own_openings_ask(nights: Nights) -> None:
    nights.night(openings=("MASS",))  # the news: "Mass on Sunday @everyone"
    assert nights.ask("SELECT is_question FROM message WHERE channel_id = ?", NEWS) == [1]


def test_without_them_the_same_words_do_not(first: Nights) -> None:
    assert first.ask("SELECT is_question FROM message WHERE channel_id = ?", NEWS) == [0]


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("**Zezima**: gz", "relay", "Zezima"),
        ("**Zezima:** gz", "relay", "Zezima"),
        ("<:captain:123456789> **Zezi ma**: gz", "relay", "Zezi ma"),
        ("🐉 **Zezima**: what is this?", "relay", "Zezima"),
        ("[12:30] **Zezima**: gz", "webhook", None),
        ("**Zezima**: **bold**", "relay", "Zezima"),
        ("**A name far too long**: gz", "webhook", None),
        ("**Zezima** has a new level", "webhook", None),
        ("**Zezima**", "webhook", None),
        ("Zezima: gz", "webhook", None),
        ("", "webhook", None),
    ],
)
def test_the_clan_chat_of_the_game_is_told_from_other_webhooks(
    tmp_path: Path, text: str, kind: str, name: str | None
) -> None:
    said = snowflake(END - 30 * MINUTE, 90)
    post = Post(said, QUESTIONS, WEBHOOK, text, webhook_name="Clan Chat")
    with DemoDiscord(with_posts(post), now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path)
        nights.night()
    assert nights.message(said, "kind", "relayed_name", "is_question") == (kind, name, 0)


def test_a_person_who_writes_like_the_relay_is_a_person(tmp_path: Path) -> None:
    said = snowflake(END - 30 * MINUTE, 90)
    with DemoDiscord(with_posts(Post(said, QUESTIONS, BOB, "**Zezima**: gz")), now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path)
        nights.night()
    assert nights.message(said, "kind", "relayed_name") == ("human", None)


def test_what_a_question_is_about_is_kept_as_keys(tmp_path: Path) -> None:
    said = snowflake(END - 30 * MINUTE, 90)
    text = "zulrah or Chambers of Xeric? not `vorkath` nor https://wiki.example/Cerberus"
    with DemoDiscord(with_posts(Post(said, QUESTIONS, BOB, text)), now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path)
        nights.night()
    assert json.loads(nights.message(said, "metrics")) == ["chambers_of_xeric", "zulrah"]


# ── channels and accounts ────────────────────────────────────────────────────────────────────────────────────────────


def accesses(nights: Nights) -> dict[str, str]:
    return dict(nights.ask("SELECT name, access FROM channel WHERE parent_id IS NULL"))


def test_of_each_channel_it_is_known_whether_it_can_be_read(first: Nights) -> None:
    assert accesses(first) == {
        "general": "open", "questions": "open", "news": "open", "guides": "open", "lounge": "open", "officers": "hidden",
        "vault": "no_history", "cabin": "no_connect",
    }  # fmt: skip


def test_threads_hang_on_their_channels(first: Nights) -> None:
    found = first.ask("SELECT id, parent_id, kind, archived_at FROM channel WHERE parent_id IS NOT NULL ORDER BY id")
    assert (LONE_THREAD, GENERAL, "thread", END - 5 * DAY) in found
    assert (ASKED, QUESTIONS, "thread", None) in found
    assert SECRET_THREAD not in {row[0] for row in found}


def test_it_is_known_who_began_a_thread(first: Nights) -> None:
    assert first.ask("SELECT owner_id FROM channel WHERE id IN (?, ?) ORDER BY id", LONE_THREAD, ASKED) == [OWNER, BOB]


def test_a_thread_of_somebody_who_is_forgotten_has_no_title_and_no_owner_and_no_sentence_quotes_it(
    nights: Nights, caplog: pytest.LogCaptureFixture
) -> None:
    nights.server.fault(f"/channels/{LONE_THREAD}/messages?*", "403", times=None)
    with caplog.at_level(logging.INFO):
        report = nights.night(forgotten=Forgotten(accounts=frozenset({OWNER})))
    assert any("the thread “[forgotten]” could not be read to its end" in sentence for sentence in report.failed)
    assert "Raid planning" not in caplog.text
    assert nights.ask("SELECT name, owner_id FROM channel WHERE id = ?", LONE_THREAD) == [("[forgotten]", None)]


def test_a_channel_closed_between_nights_is_reported_once_and_opens_again(nights: Nights) -> None:
    nights.night(NOW - 2 * A_DAY)
    nights.server.close_room(NEWS, "view")
    closed = nights.night(NOW - A_DAY)
    assert [sentence for sentence in closed.failed if "#news" in sentence] == [
        "#news can no longer be read: the bot may not view it."
    ]
    assert nights.night(NOW).failed == ()
    assert accesses(nights)["news"] == "hidden"
    assert nights.held(NEWS) == inside(NEWS, small_guild())
    nights.server.mend()
    assert nights.night(NOW + A_DAY).failed == ()
    assert accesses(nights)["news"] == "open"


@pytest.mark.parametrize(
    ("room", "right", "access"), [(GENERAL, "view", "hidden"), (GENERAL, "history", "no_history"), (LOUNGE, "connect", "no_connect")]
)  # fmt: skip
def test_nothing_is_taken_for_deleted_in_a_channel_that_was_closed(
    nights: Nights, room: int, right: Any, access: str
) -> None:
    nights.night(NOW - A_DAY)
    held = nights.held(room)
    nights.server.close_room(room, right)
    assert len(nights.night(NOW).failed) == 1
    assert nights.held(room) == held
    assert nights.ask("SELECT access FROM channel WHERE id = ?", room) == [access]
    assert nights.pages(room) == []
    nights.server.mend()
    assert nights.night(NOW + A_DAY).failed == ()
    assert nights.held(room) == inside(room, small_guild())


def test_a_channel_that_is_no_longer_listed_is_gone_and_its_messages_stay(tmp_path: Path) -> None:
    guild = small_guild()
    with DemoDiscord(guild, now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path)
        nights.night(NOW - A_DAY)
    without_news = replace(guild, rooms=tuple(room for room in guild.rooms if room.id != NEWS))
    with DemoDiscord(without_news, now=NOW, limit=FAST) as server:
        nights.server = server
        assert nights.night(NOW).failed == ()
    assert accesses(nights)["news"] == "gone"
    assert nights.held(NEWS) == inside(NEWS, guild)
    with DemoDiscord(guild, now=NOW, limit=FAST) as server:
        nights.server = server
        nights.night(NOW + A_DAY)
    assert accesses(nights)["news"] == "open"


def test_a_channel_that_was_renamed_keeps_its_messages(tmp_path: Path) -> None:
    guild = small_guild()
    with DemoDiscord(guild, now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path)
        nights.night(NOW - A_DAY)
    renamed = tuple(replace(room, name="herald") if room.id == NEWS else room for room in guild.rooms)
    with DemoDiscord(replace(guild, rooms=renamed), now=NOW, limit=FAST) as server:
        nights.server = server
        nights.night(NOW)
    assert nights.ask("SELECT name FROM channel WHERE id = ?", NEWS) == ["herald"]


def test_accounts_have_the_names_and_roles_of_the_night(first: Nights) -> None:
    found = {
        row[0]: row[1:]
        for row in first.ask("SELECT id, username, global_name, nick, is_bot, in_guild, roles FROM discord_account")
    }
    assert found[OWNER] == ("zezima", "Zezima", "[GM] Zezi ma", 0, 1, '["Captain"]')
    assert found[BOB] == ("bobby99", None, "Bob | Iron Bobby", 0, 1, '["Captain"]')
    assert found[NEWCOMER] == ("fresh.face", "Fresh ✨", None, 0, 1, "[]")
    assert found[LEAVER] == ("gone", None, None, 0, 0, "[]")  # of whom only old messages tell
    assert {id_ for id_, row in found.items() if row[3]} == {BOT, MUSIC_BOT}
    assert WEBHOOK not in found


def test_who_leaves_is_remembered_with_the_night_and_without_roles(nights: Nights) -> None:
    nights.night(NOW - 11 * A_DAY)
    assert nights.ask("SELECT in_guild, left_at, roles FROM discord_account WHERE id = ?", LEAVER) == [
        (1, None, '["Recruit"]')
    ]
    nights.night(NOW)
    assert nights.ask("SELECT in_guild, left_at, roles FROM discord_account WHERE id = ?", LEAVER) == [
        (0, instant(NOW), "[]")
    ]


# ── a thread that failed ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_thread_that_could_not_be_read_is_listed_and_read_the_next_night_though_archived(nights: Nights) -> None:
    thread = GUIDE_POSTS[0]
    nights.server.fault(f"/channels/{thread}/messages?*", "503", times=None)
    assert len(nights.night(NOW - A_DAY).failed) == 1
    assert nights.held(thread) == []
    nights.server.mend()
    assert nights.night(NOW).failed == ()
    assert nights.held() == existing(small_guild())
    nights.night(NOW)
    assert nights.pages() == []


def test_archived_threads_that_could_not_be_listed_are_listed_the_next_night(nights: Nights) -> None:
    nights.server.fault(f"/channels/{GUIDES}/threads/archived/public*", "503", times=None)
    assert len(nights.night(NOW - A_DAY).failed) == 1
    assert nights.held(GUIDE_POSTS[0]) == []
    nights.server.mend()
    nights.night(NOW)
    assert nights.held() == existing(small_guild())


@pytest.mark.parametrize(("kind", "is_whole"), [("503", False), ("404", True), ("403", True)])
def test_a_server_without_a_list_of_threads_is_heard_whole_but_one_that_is_down_is_not(
    nights: Nights, kind: str, is_whole: bool
) -> None:
    nights.server.fault("/guilds/*/threads/active", kind, times=None)
    assert len(nights.night().failed) == 1
    assert (nights.heard_until(NOW) is not None) == is_whole


def test_active_threads_that_could_not_be_listed_are_read_the_next_night(nights: Nights) -> None:
    nights.server.fault("/guilds/*/threads/active", "503", times=None)
    assert len(nights.night(NOW - A_DAY).failed) == 1
    assert nights.held(ASKED) == []
    nights.server.mend()
    nights.night(NOW)
    assert nights.held() == existing(small_guild())


def test_archived_threads_are_not_listed_to_their_beginning_every_night(tmp_path: Path) -> None:
    guild = small_guild()
    old = [snowflake(END - (60 + n) * DAY, 60) for n in range(130)]
    threads = tuple(
        ThreadRoom(id_, 11, f"old {n}", NEWS, BOB, END - (60 + n) * DAY, END - (59 + n) * DAY)
        for n, id_ in enumerate(old)
    )
    guild = with_posts(
        *(Post(id_, id_, BOB, "x") for id_ in old), guild=replace(guild, threads=(*guild.threads, *threads))
    )
    with DemoDiscord(guild, now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path)
        nights.night(NOW - A_DAY)
        listed = [path for _, path, _ in server.requests if f"/{NEWS}/threads/archived" in path]
        assert len(listed) == 2
        assert nights.held() == existing(guild, NOW - A_DAY)
        nights.night(NOW)
        assert len([path for _, path, _ in server.requests if f"/{NEWS}/threads/archived" in path]) == 1


# ── texts that Discord withholds ─────────────────────────────────────────────────────────────────────────────────────


def questions(nights: Nights) -> list[int]:
    return nights.ask("SELECT id FROM message WHERE is_question = 1 AND deleted_at IS NULL ORDER BY id")


@pytest.fixture
def as_heard(tmp_path_factory: pytest.TempPathFactory) -> list[int]:
    """The questions of somebody who could hear all the time."""
    with DemoDiscord(small_guild(), now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path_factory.mktemp("heard"))
        nights.night()
        return questions(nights)


def test_without_the_message_content_intent_nobody_knows_the_questions_and_the_night_says_so(nights: Nights) -> None:
    nights.server.content_intent = False
    report = nights.night()
    [sentence] = report.failed
    assert "Message Content Intent" in sentence
    assert nights.held() == existing(small_guild())
    assert nights.message(ASKED, "is_question", "length", "kind") == (None, None, "human")
    assert nights.message(TO_BOT, "is_question") == 1  # Discord shows what is said to the bot
    assert nights.message(PINNING, "is_question", "kind") == (0, "system")


def test_texts_are_read_again_once_they_are_shown(nights: Nights, as_heard: list[int]) -> None:
    nights.server.content_intent = False
    nights.night(NOW - A_DAY)
    nights.server.content_intent = True
    assert nights.night(NOW).failed == ()
    living = [id_ for id_ in as_heard if nights.message(id_, "thread_id") in (None, ASKED)]
    assert [id_ for id_ in questions(nights) if id_ in living] == living
    assert nights.message(RELAYED, "kind", "relayed_name") == ("relay", "Zezima")
    nights.night(NOW)
    assert nights.pages() == []


def test_texts_in_archived_threads_are_read_again_too_once_they_are_shown(nights: Nights, as_heard: list[int]) -> None:
    nights.server.content_intent = False
    nights.night(NOW - A_DAY)
    nights.server.content_intent = True
    nights.night(NOW)
    blind = nights.ask("SELECT id FROM message WHERE is_question IS NULL AND deleted_at IS NULL")
    assert blind == []
    assert questions(nights) == as_heard


def test_what_was_known_stays_known_while_texts_are_withheld(nights: Nights) -> None:
    nights.night(NOW - A_DAY)
    before = questions(nights)
    nights.server.content_intent = False
    nights.night(NOW)
    assert [id_ for id_ in questions(nights) if id_ in before] == before


def test_the_clan_chat_that_was_known_stays_known_while_texts_are_withheld(nights: Nights) -> None:
    nights.night(NOW - A_DAY)
    nights.server.content_intent = False
    nights.night(NOW)
    assert nights.message(RELAYED, "kind", "relayed_name") == ("relay", "Zezima")


def test_while_texts_are_withheld_they_are_not_asked_for_again_and_again(nights: Nights) -> None:
    nights.server.content_intent = False
    nights.night(NOW)
    nights.night(NOW)
    assert nights.pages() == []


# ── no word stays ────────────────────────────────────────────────────────────────────────────────────────────────────

SECRETS = tuple(
    f"velociraptor{kind}quokka"
    for kind in (
        "plain", "reply", "before", "after", "deleted", "doomed", "opener", "thread", "webhook", "relay", "bot", "slash",
        "system", "picture", "code", "link", "quote", "question", "boss", "edge",
    )
)  # fmt: skip


def talkative() -> DemoGuild:
    """The small guild with a sentence of its own in every kind of message."""
    places = iter(range(100, 200))

    def a_post(room: int, text: str, **bent: Any) -> Post:
        number = next(places)
        return Post(snowflake(END - 40 * MINUTE + number * 1000, number), room, bent.pop("by", BOB), text, **bent)

    s = dict(zip(SECRETS, SECRETS, strict=True))
    plain, reply, before, after, deleted, doomed, opener, thread, webhook, relay, bot, slash, system, picture, code, link, quote, question, boss, edge = s  # fmt: skip
    opening = snowflake(END - 35 * MINUTE, 300)
    posts = [
        a_post(GENERAL, f"{plain} was here"),
        a_post(GENERAL, f"{reply} it is", type=REPLY, reply_to=REPLIED),
        a_post(GENERAL, f"{before} said", edited_at=END - 10 * MINUTE, edited_text=f"{after} I mean"),
        a_post(GENERAL, f"{deleted} oops", deleted_at=END - MINUTE),
        a_post(GENERAL, f"{doomed} soon", deleted_at=END + HOUR),
        Post(opening, opening, BOB, f"{opener} begins"),
        a_post(ASKED, f"{thread} within"),
        a_post(GENERAL, f"{webhook} posted", by=WEBHOOK, webhook_name="News"),
        a_post(GENERAL, f"**Zezima**: {relay} in game", by=WEBHOOK, webhook_name="Clan Chat"),
        a_post(GENERAL, f"{bot} beeps", by=BOT),
        a_post(GENERAL, f"{slash} answers", by=MUSIC_BOT, type=20),
        a_post(GENERAL, f"{system} boosts", type=BOOSTED),
        a_post(GENERAL, picture, attachments=1),
        a_post(GENERAL, f"`{code}` and ```{code}```"),
        a_post(GENERAL, f"https://{link}.example/{link}?{link}"),
        a_post(GENERAL, f"> {quote}\nindeed"),
        a_post(GENERAL, f"what is {question} about?"),
        a_post(GENERAL, f"zulrah {boss}?"),
        a_post(GENERAL, f"**{edge[:11]}** {edge}: **{edge}**:", by=WEBHOOK, webhook_name="Clan Chat"),
    ]
    guild = with_posts(*posts)
    topic = ThreadRoom(opening, 11, "a topic", GUIDES, BOB, END - 35 * MINUTE)
    return replace(guild, threads=(*guild.threads, topic))


def words_in(folder: Path, caplog: pytest.LogCaptureFixture, *more: str) -> list[tuple[str, str]]:
    """Where in *folder*, in the log or in *more* one of the sentences stands, landings unpacked."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            body = path.read_bytes()
            body = gzip.decompress(body) if path.suffix == ".gz" else body
            found += [(path.name, secret) for secret in SECRETS if secret.encode() in body]
    told = [record.getMessage() + repr(record.args) + repr(record.exc_info) for record in caplog.records]
    found += [("log", secret) for secret in SECRETS for line in [caplog.text, *told, *more] if secret in line]
    return found


def test_the_search_for_words_would_find_one(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "001-x.json.gz").write_bytes(gzip.compress(SECRETS[0].encode()))
    logging.getLogger("anywhere").error(SECRETS[1])
    assert {secret for _, secret in words_in(tmp_path, caplog)} == set(SECRETS[:2])


def test_the_planted_words_are_really_served(tmp_path: Path) -> None:
    with DemoDiscord(talkative(), now=NOW, limit=FAST) as server:
        url = f"{server.base_url}/channels/%d/messages?limit=100"
        opening = snowflake(END - 35 * MINUTE, 300)
        served = "".join(
            requests.get(url % room, headers={"Authorization": f"Bot {DEMO_TOKEN}"}, timeout=10).text
            for room in (GENERAL, ASKED, opening)
        )
    assert [secret for secret in SECRETS if secret not in served] == [SECRETS[2], SECRETS[4]]


def test_no_word_of_anybody_stays(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with DemoDiscord(talkative(), now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path)
        reports = [nights.night(NOW - timedelta(minutes=15)), nights.night(NOW)]
        server.content_intent = False
        reports.append(nights.night(NOW + A_DAY))
        server.content_intent = True
        reports.append(nights.night(NOW + 2 * A_DAY))
    assert nights.ask("SELECT relayed_name FROM message WHERE relayed_name IS NOT NULL")
    assert words_in(tmp_path, caplog, repr(reports)) == []


@pytest.mark.parametrize("kind", ["truncated", "html200", "empty200", "503", "403", "404", "reset", "blocked"])
def test_no_word_stays_of_a_night_that_goes_wrong(tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: str) -> None:
    caplog.set_level(logging.DEBUG)
    with DemoDiscord(talkative(), now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path)
        server.fault(f"/channels/{GENERAL}/messages?*", kind, times=None, after=1)
        report = nights.night()
    assert words_in(tmp_path, caplog, repr(report)) == []


def test_no_word_stays_in_what_a_stage_leaves_behind(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with DemoDiscord(talkative(), now=NOW, limit=FAST) as server:
        settings = Settings.alone(
            wom_group_id=1, output_dir=tmp_path / "out", discord_token=DEMO_TOKEN, discord_base_url=server.base_url
        )
        prepare(settings, NOW)
        outcomes = [stages.perform(name, Job(settings, "one", NOW)) for name in ("harvest_discord", "load")]
        server.fault("/channels/*/messages?*", "404", times=2)
        late = Job(settings, "two", NOW + A_DAY)
        outcomes += [stages.perform(name, late) for name in ("harvest_discord", "load")]
    assert {outcome.state for outcome in outcomes} <= {"done", "partial"}, outcomes
    assert words_in(tmp_path, caplog, repr(outcomes)) == []


def test_a_landing_holds_the_agreed_keys_and_no_other(nights: Nights) -> None:
    nights.harvest()
    [landing] = whole_landings(nights.landings)
    keys: dict[str, set[str]] = {}
    for part in read_manifest(landing).parts:
        for row in rows(landing, part.role):
            keys.setdefault(part.role, set()).update(row)
    assert keys == {
        "messages": {"id", "channel", "thread", "author", "kind", "reply_to", "edited_ms", "attachments", "relayed", "length",
                     "question"},
        "guild": {"id", "name", "lists_members"},
        "accounts": {"id", "username", "global_name", "nick", "bot", "in_guild", "joined_at", "roles"},
        "authors": {"id", "username", "global_name"},
        "channels": {"id", "parent", "name", "kind", "position", "access", "archived_at", "archives_read", "owner"},
        "reads": {"source", "after", "until", "reread"},
    }  # fmt: skip


def test_the_night_of_the_fixture_is_the_one_of_the_guild() -> None:
    assert datetime.fromtimestamp(END / 1000, tz=NOW.tzinfo) == NOW
