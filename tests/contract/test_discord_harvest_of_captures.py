"""The harvest against recorded answers of a server that is not ours: what is held is what the recordings say by themselves."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from captured_facts import A_DAY, DATE, HOMES, fact_of, recorded, texts, words_in
from captured_guild import (
    ASKED,
    BOT_SPAM,
    CAPTURES,
    CLAN_CHAT,
    GUILD,
    NEWS,
    NO_HISTORY,
    OFFICERS,
    PLANNED,
    QUESTIONS,
    UNRECORDED,
    Replay,
    answers,
    made_at,
    restated,
    rooms_of,
    unaltered,
)
from captured_nights import Story, listen_to, tell

from pipeline.sources.landing import rows

pytestmark = pytest.mark.skipif(
    not CAPTURES.is_dir(),
    reason=f"no recorded answers in {CAPTURES}: CLANSTATS_CAPTURES names the folder that holds them",
)


def after(room: int, query: str) -> str:
    return f"/channels/{room}/messages?limit=100{query}"


# ── what is served is what was recorded ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def replay() -> Iterator[Replay]:
    with Replay(answers(), rooms_of("restated")) as server:
        server.now = DATE
        yield server


@pytest.fixture(scope="module")
def turned() -> Iterator[Replay]:
    with Replay(answers(), rooms_of("."), oldest_first=True) as server:
        server.now = DATE
        yield server


def served(replay: Replay, path: str) -> tuple[int, Any]:
    told = requests.get(replay.base_url + path, timeout=30)
    assert told.headers["content-type"].split(";")[0] == "application/json"
    return told.status_code, told.json()


@pytest.mark.parametrize(
    ("path", "status", "name"),
    [
        (f"/guilds/{GUILD}?with_counts=0", 200, "guild"),
        (f"/guilds/{GUILD}/channels", 200, "guild_channels"),
        (f"/guilds/{GUILD}/members?limit=1000&after=0", 200, "guild_members"),
        (f"/guilds/{GUILD}/threads/active", 200, "threads_active"),
        (f"/channels/{CLAN_CHAT}/threads/archived/public?limit=100", 200, "threads_archived_clan-chat"),
        (after(CLAN_CHAT, "&after=1"), 200, "messages_clan-chat_after_page1"),
        (after(CLAN_CHAT, "&after=1552723246388871290"), 200, "messages_clan-chat_after_page2"),
        (after(CLAN_CHAT, "&after=1553973246766874880"), 200, "messages_clan-chat_after_page3"),
        (after(QUESTIONS, "&after=1559248532047659858"), 200, "messages_questions_after_page3"),
        (after(QUESTIONS, ""), 200, "messages_questions_latest"),
        (after(BOT_SPAM, ""), 200, "messages_bot-spam"),
        (after(ASKED, ""), 200, "messages_thread_from_msg"),
        (after(NO_HISTORY, ""), 200, "messages_readonly-nohist"),
        (after(OFFICERS, ""), 403, "messages_officers"),
        (f"/channels/{OFFICERS}", 403, "missing_access"),
        ("/channels/123", 404, "unknown_channel"),
    ],
)
def test_the_recordings_are_served_as_they_were_recorded(replay: Replay, path: str, status: int, name: str) -> None:
    assert served(replay, path) == (status, restated(name))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (after(CLAN_CHAT, "&after=1573563367187124828"), "messages_clan-chat_after"),
        (after(QUESTIONS, "&after=1573563452595737513"), "messages_questions_after"),
        (after(CLAN_CHAT, ""), "messages_clan-chat_latest"),
    ],
)
def test_pages_that_came_oldest_first_are_served_so(turned: Replay, path: str, name: str) -> None:
    assert served(turned, path) == (200, unaltered(name))


# ── four harvests of three dates ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return tell(Replay(answers(), rooms_of("restated")), tmp_path_factory.mktemp("story"))


def by(instant: datetime) -> list[int]:
    """Ids of what was recorded as written until *instant*, by its time stamp."""
    return sorted(id_ for id_, row in recorded().items() if datetime.fromisoformat(row["timestamp"]) <= instant)


def test_every_recorded_message_is_held(story: Story) -> None:
    assert (len(story.eve.held), len(story.first.held)) == (637, 829)
    assert story.eve.held == by(DATE - A_DAY)
    assert story.first.held == story.second.held == story.next_date.held == by(DATE)
    assert [night.report.failed for night in (story.eve, story.first, story.second, story.next_date)] == [()] * 4


def test_no_landing_holds_a_message_twice_and_nothing_comes_again_but_the_days_read_again(story: Story) -> None:
    came = [[row["id"] for row in rows(path, "messages")] for path in sorted(story.nights.landings.iterdir())]
    assert all(len(set(ids)) == len(ids) for ids in came)
    assert len(came[0]) == 637
    assert all(made_at(str(id_)) >= DATE - 3 * A_DAY for id_ in set(came[0]) & set(came[1]))
    assert came[2] == []
    assert set(came[3]) == {id_ for id_ in recorded() if made_at(str(id_)) >= DATE - 2 * A_DAY}


def test_a_night_asks_one_page_more_than_a_source_fills(story: Story) -> None:
    there = {
        room: [r for r in found if made_at(r["id"]) <= DATE - A_DAY] for room, found in rooms_of("restated").items()
    }
    assert len(story.eve.pages) == sum(len(found) // 100 + 1 for found in there.values() if found) == 8


def test_a_second_harvest_of_the_date_asks_for_no_message_that_was_recorded_and_changes_nothing(story: Story) -> None:
    rooms = [int(path.split("/")[4]) for path in story.second.pages]
    assert rooms == list(UNRECORDED)  # listed, and not known when asked: nothing is held of them
    assert story.second.tables == story.first.tables


def test_the_next_date_reads_the_last_days_again_and_finds_nothing_changed(story: Story) -> None:
    assert story.next_date.report.rereads == 7  # a page each of the sources that spoke in the last three days
    assert story.next_date.tables == story.first.tables


def test_of_every_message_the_facts_are_those_of_its_recording(story: Story) -> None:
    held = story.nights.ask(
        "SELECT id, channel_id, thread_id, author_id, kind, length, is_question, reply_to_id, edited_at, attachments, metrics,"
        " relayed_name, deleted_at FROM message ORDER BY id"
    )
    assert held == [fact_of(row) for _, row in sorted(recorded().items())]


def test_of_every_message_the_instant_is_that_of_its_recording(story: Story) -> None:
    for id_, ms in story.nights.ask("SELECT id, sent_at FROM message"):
        assert abs(datetime.fromisoformat(recorded()[id_]["timestamp"]).timestamp() * 1000 - ms) < 300


def test_every_kind_of_message_was_recorded_but_relays(story: Story) -> None:
    assert story.nights.ask("SELECT kind, count(*) FROM message GROUP BY kind ORDER BY kind") == [
        ("bot", 6),
        ("human", 816),
        ("system", 4),
        ("webhook", 3),
    ]


def test_a_reply_keeps_its_target_though_that_is_gone(story: Story) -> None:
    gone = [row for row in recorded().values() if row["type"] == 19 and row["referenced_message"] is None]
    assert [story.nights.message(int(row["id"]), "reply_to_id") for row in gone] == [1573563452323107720]
    assert story.nights.ask("SELECT id FROM message WHERE id = 1573563452323107720") == []


@pytest.mark.parametrize("thread", HOMES)
def test_threads_hang_on_their_channels_with_all_that_was_written_in_them(story: Story, thread: int) -> None:
    assert story.nights.ask("SELECT parent_id, kind, access FROM channel WHERE id = ?", thread) == [
        (HOMES[thread], "thread", "open")
    ]
    assert story.nights.held(thread) == [int(row["id"]) for row in rooms_of("restated")[thread]]
    assert story.nights.cursor(thread) == int(rooms_of("restated")[thread][-1]["id"])


def test_the_archived_thread_alone_is_archived(story: Story) -> None:
    assert story.nights.ask("SELECT id, archived_at FROM channel WHERE archived_at IS NOT NULL") == [
        (PLANNED, round(datetime.fromisoformat("2026-11-21T05:00:14.046+00:00").timestamp() * 1000))
    ]


def test_of_each_channel_it_is_held_whether_it_can_be_read(story: Story) -> None:
    assert dict(story.nights.ask("SELECT name, kind || ' ' || access FROM channel WHERE parent_id IS NULL")) == {
        "announcements": "announcement open",
        "bot-spam": "text open",
        "clan-chat": "text open",
        "empty-room": "text open",
        "general": "text open",
        "guides-forum": "forum open",
        "officers": "text hidden",
        "questions": "text open",
        "readonly-nohist": "text no_history",
    }
    pages = [path for night in (story.eve, story.first, story.second, story.next_date) for path in night.pages]
    assert not any(str(room) in path for path in pages for room in (OFFICERS, NO_HISTORY))


def test_everybody_in_the_guild_is_held_with_nickname_and_roles(story: Story) -> None:
    assert story.nights.ask(
        "SELECT username, nick, roles, is_bot FROM discord_account WHERE in_guild AND left_at IS NULL ORDER BY id"
    ) == [
        ("owner_zez", None, "[]", 0),
        ("ironbob", "Bob | IronBobby99", '["Captain"]', 0),
        ("slayqueen", "Slay Queen ♛", '["Recruit"]', 0),
        ("hcimjoe", "HC Joe (RSN: hcim_joe)", "[]", 0),
        ("skillalt", None, "[]", 0),
        ("gnomechild", None, "[]", 0),
        ("quietmember", None, "[]", 0),
        ("HarvestBot", None, '["HarvestBot"]', 1),
    ]
    assert story.nights.ask("SELECT count(*) FROM discord_account") == [len(restated("guild_members"))]


def test_nothing_that_was_written_is_in_a_landing_or_the_database(story: Story) -> None:
    assert len(texts()) > 700
    assert words_in(story.nights.file.parent) == []


def test_a_recorded_message_that_goes_is_buried_and_one_that_changes_is_changed(tmp_path: Path) -> None:
    gone, changed = 1573563482874420017, 1573563488754834752
    with Replay(answers(), rooms_of("restated")) as replay:
        nights = listen_to(replay, tmp_path)
        nights.night(DATE, guild_id=GUILD)
        replay.rooms[QUESTIONS] = [row for row in replay.rooms[QUESTIONS] if int(row["id"]) != gone]
        replay.rooms[NEWS] = [
            row | {"content": "When is it?", "edited_timestamp": "2026-11-21T11:00:00.000000+00:00"}
            for row in replay.rooms[NEWS]
        ]
        nights.night(DATE + A_DAY, guild_id=GUILD)
    assert nights.ask("SELECT id FROM message WHERE deleted_at IS NOT NULL") == [gone]
    assert nights.message(changed, "is_question", "edited_at") == (1, 1795258800000)


def test_pages_that_come_oldest_first_give_the_same_rows_in_the_same_requests(story: Story, tmp_path: Path) -> None:
    turned = tell(Replay(answers(), rooms_of("restated"), oldest_first=True), tmp_path)
    assert turned.next_date.tables == story.next_date.tables
    for night in ("eve", "first", "second", "next_date"):
        assert getattr(turned, night).pages == getattr(story, night).pages
