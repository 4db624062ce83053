"""Where a recorded server departs from Discord, the night ends in plain sentences with all that could still be had, and the next
night against Discord's own form lacks nothing."""

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest
from captured_facts import A_DAY, DATE, fact_of, words_in
from captured_guild import (
    ASKED,
    BOT,
    CAPTURES,
    CLAN_CHAT,
    GUILD,
    OFFICERS,
    PLANNED,
    POST,
    QUESTIONS,
    UNRECORDED,
    Replay,
    Rooms,
    Row,
    answers,
    messages_in,
    rooms_of,
    unaltered,
)
from captured_nights import listen_to
from guild_nights import Nights

from pipeline.errors import Unreadable

pytestmark = pytest.mark.skipif(
    not CAPTURES.is_dir(),
    reason=f"no recorded answers in {CAPTURES}: CLANSTATS_CAPTURES names the folder that holds them",
)


def is_plain(sentence: str) -> bool:
    """One sentence for people: no page, no body, no trace of Python's."""
    return sentence.endswith(".") and not any(mark in sentence for mark in ("\n", "<", "{", "Traceback"))


def parsable(row: Row, *, me: bool = True) -> Row:
    """An unaltered message but for what discord.py stumbles over: a null `thread`, and with *me* a reaction without `me`."""
    kept = {key: value for key, value in row.items() if key not in ("thread", "webhook")}
    if me:
        kept["reactions"] = [{"me": False} | reaction for reaction in row["reactions"]]
    if row.get("referenced_message"):
        kept["referenced_message"] = parsable(row["referenced_message"], me=me)
    return kept


def parsable_rooms(*, me: bool = True) -> Rooms:
    return {room: [parsable(row, me=me) for row in found] for room, found in rooms_of(".").items()}


def test_unaltered_pages_are_read_whole_once_they_can_be_parsed(tmp_path: Path) -> None:
    with Replay(answers(), parsable_rooms(), oldest_first=True) as replay:
        nights = listen_to(replay, tmp_path)
        assert nights.night(DATE, guild_id=GUILD).failed == ()
    expected = [fact_of(row) for _, row in sorted(messages_in(rooms_of(".")).items())]
    assert nights.held() == [fact[0] for fact in expected]
    assert nights.ask("SELECT id, kind, length, is_question FROM message ORDER BY id") == [
        (fact[0], *fact[4:7]) for fact in expected
    ]


def the_night_after_has_all(nights: Nights, rooms: Rooms | None = None) -> None:
    """With a server that keeps to Discord's word the next date lacks nothing, and nothing that was written stays."""
    with Replay(answers(), rooms or rooms_of("restated")) as replay:
        nights.server = cast(Any, replay)
        assert nights.night(DATE + A_DAY, guild_id=GUILD).failed == ()
    assert nights.held() == sorted(messages_in(replay.rooms))
    assert nights.ask("SELECT count(*) FROM discord_account WHERE in_guild") == [8]
    assert words_in(nights.file.parent) == []


def test_a_channel_with_a_message_that_cannot_be_parsed_is_a_sentence_and_the_others_are_read(tmp_path: Path) -> None:
    with Replay(answers(), parsable_rooms(me=False), oldest_first=True) as replay:
        nights = listen_to(replay, tmp_path)
        [sentence] = nights.night(DATE, guild_id=GUILD).failed
    assert is_plain(sentence)
    assert sentence.startswith("#questions could not be read to its end: ")
    assert set(messages_in(rooms_of("."))) - set(nights.held()) == {int(row["id"]) for row in rooms_of(".")[QUESTIONS]}
    the_night_after_has_all(nights, parsable_rooms())


def test_unaltered_messages_end_in_sentences_and_few_requests(tmp_path: Path) -> None:
    with Replay(answers(), rooms_of("."), oldest_first=True) as replay:
        nights = listen_to(replay, tmp_path)
        report = nights.night(DATE, guild_id=GUILD)
    assert [sentence.split(" could")[0] for sentence in report.failed[:3]] == [
        "#announcements",
        "#bot-spam",
        "#questions",
    ]
    assert report.failed[3:] == ("Discord is left alone for tonight: too much of it could not be read.",)
    assert all(is_plain(sentence) for sentence in report.failed)
    assert len(nights.pages()) == 3 * 4  # each tried four times: it might have been a proxy's page
    assert nights.held() == []
    the_night_after_has_all(nights)


HEARD_NOTHING = "Discord withholds what is written: switch on the Message Content Intent"


@pytest.mark.parametrize(
    ("path", "status", "name", "told", "lacks"),
    [
        ("/oauth2/applications/@me", 200, "application_me", (HEARD_NOTHING,), ()),
        (f"/guilds/{GUILD}/channels", 200, "guild_channels", (), ()),
        (f"/guilds/{GUILD}/members", 200, "guild_members_page1", ("the list of members is not of the agreed form",), ()),
        (f"/guilds/{GUILD}/members", 500, "members_no_after_error", ("answered 500 when asked for the list of members",), ()),
        (f"/guilds/{GUILD}/members", 400, "channel_forbidden", ("answered 400, code 50013",), ()),
        (f"/guilds/{GUILD}/members", 404, "active_threads_missing", ("does not know the list of members",), ()),
        (f"/guilds/{GUILD}/threads/active", 404, "active_threads_missing", ("not know the active threads",), (ASKED, POST)),
        (f"/guilds/{GUILD}/threads/active", 400, "channel_forbidden", ("answered 400, code 50013",), (ASKED, POST)),
        (f"/channels/{CLAN_CHAT}/threads/archived/public", 404, "active_threads_missing", ("threads of #clan-chat",), (PLANNED,)),
        (f"/channels/{CLAN_CHAT}/threads/archived/public", 400, "channel_forbidden", ("threads of #clan-chat",), (PLANNED,)),
        (f"/channels/{QUESTIONS}/messages", 400, "channel_forbidden", ("#questions could not be read to its end",), (QUESTIONS,)),
        (
            f"/channels/{QUESTIONS}/messages", 403, "messages_officers",
            ("#questions could not be read to its end", "Threads of #questions could not be read either"), (QUESTIONS, ASKED),
        ),
        (f"/channels/{QUESTIONS}/messages", 404, "message_deleted", (), (QUESTIONS,)),
    ],
)  # fmt: skip
def test_an_answer_that_departs_from_discord_is_a_sentence_and_all_else_is_had(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    status: int,
    name: str,
    told: tuple[str, ...],
    lacks: tuple[int, ...],
) -> None:
    sleep = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", lambda _seconds: sleep(0))  # discord.py spends 25 s on five tries of a 500
    with Replay(answers() | {path: (status, unaltered(name))}, rooms_of("restated")) as replay:
        nights = listen_to(replay, tmp_path)
        failed = nights.night(DATE, guild_id=GUILD).failed
    assert all(is_plain(sentence) for sentence in failed)
    assert [part in sentence for part, sentence in zip(told, failed, strict=True)] == [True] * len(told)
    expected = {room: found for room, found in rooms_of("restated").items() if room not in lacks}
    assert nights.held() == sorted(messages_in(expected))
    the_night_after_has_all(nights)


def test_threads_in_the_list_of_channels_are_threads_all_the_same(tmp_path: Path) -> None:
    listed = {f"/guilds/{GUILD}/channels": (200, unaltered("guild_channels"))}
    with Replay(answers() | listed, rooms_of("restated")) as replay:
        nights = listen_to(replay, tmp_path)
        nights.night(DATE, guild_id=GUILD)
    threads = (ASKED, PLANNED, POST, *UNRECORDED)
    kinds = dict(nights.ask("SELECT id, kind || ' ' || access FROM channel"))
    assert [kinds[thread] for thread in threads] == ["thread open"] * len(threads)


@pytest.mark.parametrize(
    ("path", "status", "name", "sentence"),
    [
        (f"/guilds/{GUILD}", 200, "guild", "Discord does not tell the server's roles, so nobody knows what the bot may read."),
        (
            f"/guilds/{GUILD}/members/{BOT}", 400, "channel_forbidden",
            "Discord answered 400, code 50013 when asked for the bot's own membership.",
        ),
        (
            f"/guilds/{GUILD}/channels", 400, "channel_forbidden",
            "Discord answered 400, code 50013 when asked for the channels.",
        ),
    ],
)  # fmt: skip
def test_without_what_a_night_cannot_do_without_it_ends_in_a_sentence_and_leaves_nothing(
    tmp_path: Path, path: str, status: int, name: str, sentence: str
) -> None:
    with Replay(answers() | {path: (status, unaltered(name))}, rooms_of("restated")) as replay:
        nights = listen_to(replay, tmp_path)
        with pytest.raises(Unreadable) as told:
            nights.night(DATE, guild_id=GUILD)
    assert str(told.value) == sentence
    assert list(nights.landings.iterdir()) == []
    the_night_after_has_all(nights)


def test_all_unaltered_answers_at_once_end_in_plain_sentences(tmp_path: Path) -> None:
    missing = (404, unaltered("active_threads_missing"))
    lists = {path: missing for path in answers() if "/threads/" in path}
    departing = lists | {
        "/oauth2/applications/@me": (200, unaltered("application_me")),
        f"/guilds/{GUILD}": (200, unaltered("guild") | {"roles": unaltered("guild_roles")}),
        f"/guilds/{GUILD}/channels": (200, unaltered("guild_channels")),
        f"/guilds/{GUILD}/members": (200, unaltered("guild_members_page1")),
        f"/channels/{OFFICERS}": (400, unaltered("channel_forbidden")),
        f"/channels/{OFFICERS}/messages": (403, unaltered("messages_officers")),
    }
    with Replay(answers() | departing, rooms_of("."), oldest_first=True) as replay:
        nights = listen_to(replay, tmp_path)
        report = nights.night(DATE, guild_id=GUILD)
    assert all(is_plain(sentence) for sentence in report.failed)
    # texts, members, active threads, archived threads of seven open channels, three channels, and the rest left alone
    assert len(report.failed) == 1 + 1 + 1 + 7 + 3 + 1
    assert report.requests < 50
    the_night_after_has_all(nights)
