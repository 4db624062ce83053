"""A guild for tests, row by row: channels, accounts and messages in a database that was really migrated.

`an_evening` is the clan it belongs to: Zed (player and person 1, with the alt 3) and amy (2) are members, Zed's account is 11,
amy's 12; Bob (13, person -1) is a friend of the clan, 19 a bot.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from records_kit import FOUNDED, NOW, a_database, a_harvest, a_look, a_membership, a_player, day, kept, land, marts_of

from pipeline.domain.talk import ms_of, snowflake_at
from pipeline.marts.model import Marts
from pipeline.marts.talk_model import Speaker, TalkMarts
from pipeline.storage.types import json_list, to_ms

GUILD: Final = 1
GENERAL, HELP, FORUM, THREAD = 101, 102, 103, 201
ZED, AMY, BOB, BOT = 11, 12, 13, 19


def insert(file: Path, table: str, **row: Any) -> None:
    """One row, written without our code; instants and tuples as the columns keep them."""
    held = {name: _stored(value) for name, value in row.items()}
    sql = f"INSERT OR REPLACE INTO {table} ({', '.join(held)}) VALUES ({', '.join('?' * len(held))})"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(sql, tuple(held.values()))


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_ms(value)
    return json_list(value) if isinstance(value, tuple) else value


def a_guild(file: Path, guild_id: int = GUILD, name: str = "Ashen Hall", chosen_at: datetime = FOUNDED) -> None:
    insert(file, "guild", id=guild_id, name=name, chosen_at=chosen_at)


def a_channel(file: Path, channel_id: int, name: str | None = None, **bent: Any) -> None:
    held = {
        "id": channel_id, "guild_id": GUILD, "parent_id": None, "name": name or f"room-{channel_id}", "kind": "text",
        "position": channel_id, "access": "open",
    }  # fmt: skip
    insert(file, "channel", **(held | bent))


def an_account(file: Path, account_id: int, nick: str | None = None, person_id: int | None = None, **bent: Any) -> None:
    """An account in the guild; of a person who is nobody in the clan unless *person_id* says so."""
    person = -account_id if person_id is None else person_id
    insert(file, "person", id=person)
    held = {
        "id": account_id, "username": f"user{account_id}", "global_name": None, "nick": nick, "is_bot": False,
        "in_guild": True, "joined_at": FOUNDED, "left_at": None, "roles": (), "person_id": person,
        "method": "alone" if person < 0 else "exact", "confidence": 1.0,
    }  # fmt: skip
    insert(file, "discord_account", **(held | bent))


def a_word(at: datetime, author_id: int = ZED, number: int = 0, **bent: Any) -> dict[str, Any]:
    """A message of *author_id* in #general; *number* tells those of one millisecond apart."""
    held: dict[str, Any] = {
        "id": snowflake_at(at) + number, "channel_id": GENERAL, "thread_id": None, "author_id": author_id,
        "edited_at": None, "kind": "human", "length": 10, "is_question": False, "reply_to_id": None, "attachments": 0,
        "metrics": (), "relayed_name": None, "relayed_player_id": None, "deleted_at": None,
    }  # fmt: skip
    word = held | bent
    return {**word, "sent_at": ms_of(word["id"])}


def a_question(at: datetime, author_id: int = ZED, **bent: Any) -> dict[str, Any]:
    return a_word(at, author_id, **({"is_question": True} | bent))


def a_line(at: datetime, name: str = "Zed", player_id: int | None = 1, by: int = 99, **bent: Any) -> dict[str, Any]:
    """A line of clan chat, as the webhook *by* repeats it."""
    said = {"kind": "relay", "relayed_name": name, "relayed_player_id": player_id}
    return a_word(at, by, 9, **(said | bent))


def say(file: Path, *words: Mapping[str, Any]) -> None:
    """Put messages into the database."""
    if not words:
        return
    names = tuple(words[0])
    sql = f"INSERT INTO message ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executemany(sql, [tuple(_stored(word[name]) for name in names) for word in words])


def an_evening(folder: Path) -> Path:
    """The clan of this module's docstring, looked at last night and tonight, in its guild without a word."""
    file = folder / "clan_data.db"
    file.write_bytes(_evening())
    return file


@cache
def _evening() -> bytes:
    with TemporaryDirectory() as folder:
        return kept(_founded(Path(folder)))


def _founded(folder: Path) -> Path:
    file = a_database(folder)
    players = [a_player(1, "Zed"), a_player(2, "amy"), a_player(3, "Zed Alt")]
    roster = [a_membership(1, "owner"), a_membership(2), a_membership(3)]
    looks = [a_look(n, day(at), 1_000 * n + at) for n in (1, 2, 3) for at in (-20, -2)]
    land(file, a_harvest(roster, players=players, snapshots=looks), day(-1, 4))
    land(file, a_harvest(roster, players=players), NOW)
    insert(file, "person_player", player_id=3, person_id=1, method="part", confidence=0.94)
    a_guild(file)
    a_channel(file, GENERAL, "general")
    a_channel(file, HELP, "clan-help")
    a_channel(file, FORUM, "guides", kind="forum")
    a_channel(file, THREAD, "how to raid", kind="thread", parent_id=FORUM)
    an_account(file, ZED, "Zed | Zed Alt", 1)
    an_account(file, AMY, "amy", 2)
    an_account(file, BOB, "Bob", -1)
    insert(file, "discord_account", id=BOT, username="bot", is_bot=True, in_guild=True, roles=())
    a_discord_night(file, NOW)
    return file


def a_discord_night(file: Path, fetched_at: datetime, failed: tuple[str, ...] = ()) -> None:
    """A landing of Discord that was loaded."""
    insert(
        file, "landing", name=f"{fetched_at:%Y%m%dT%H%M%S}-discord", source="discord", kind="night", run_id="test",
        fetched_at=fetched_at, reached_at=fetched_at, days=(), walked=False, failed=failed,
    )  # fmt: skip


def a_try(file: Path, now: datetime, state: str, error: str | None) -> None:
    """What a run has noted of its reading of Discord."""
    run_id = f"{now:%Y%m%dT%H%M%S}"
    insert(file, "run", id=run_id, night=f"{now:%Y-%m-%d}", now=now, state="degraded", exit_code=None, sentence="")
    insert(
        file, "stage_run", run_id=run_id, name="harvest_discord", state=state, attempts=1, seconds=0.0, requests=0,
        bytes=0, inserted=0, updated=0, unchanged=0, error=error,
    )  # fmt: skip


def night_of(file: Path, now: datetime = NOW, **rules: Any) -> Marts:
    """The answers of *file* with Discord set up."""
    return marts_of(file, now, **({"discord": True} | rules))


def talk_of(file: Path, now: datetime = NOW, **rules: Any) -> TalkMarts:
    """The guild's part of them."""
    found = night_of(file, now, past=False, **rules).talk
    assert found is not None
    return found


def speaker(talk: TalkMarts, person_id: int) -> Speaker:
    """What is told of a person."""
    [found] = [each for each in talk.speakers if each.person_id == person_id]
    return found


def back(**ago: float) -> datetime:
    """An instant so long before `NOW`."""
    return NOW - timedelta(**ago)
