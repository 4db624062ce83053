"""What the history of weeks asks of the database: one function, one SELECT.

A year of 500 members is a million readings. As rows of Python's own numbers they took 1.0 s, as one row a player with its columns as texts,
which numpy reads at once, 0.43 s.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from pipeline.domain.talk import instant_of, snowflake_at
from pipeline.domain.window import TICK, Window
from pipeline.storage.talk_queries import IN_GUILD, Scope
from pipeline.storage.types import from_ms, to_ms

Numbers = NDArray[np.int64]

BEFORE: Final = -1
"""Number of the week in which everything before the first week lies."""


class LooksRow(NamedTuple):
    """The looks at a player in stored milliseconds, oldest first."""

    player_id: int
    taken_ms: Numbers


class ReadingsRow(NamedTuple):
    """The readings of a player as three columns in step, in no promised order; unranked is 0, which gains do not tell apart."""

    player_id: int
    metric_ids: Numbers
    taken_ms: Numbers
    values: Numbers


class SpokenRow(NamedTuple):
    """Messages of an account, or lines of a player, in a week counted from 0; those deleted at the same instant apart."""

    speaker_id: int
    week: int
    deleted_at: datetime | None
    messages: int
    last_at: datetime


def looks(connection: Connection, window: Window) -> Iterator[LooksRow]:
    """Looks at everybody who ever was a member inside *window*, after the last one before it."""
    found = _plain(
        connection,
        """
        SELECT p.id, group_concat(s.taken_at) FROM player p CROSS JOIN snapshot s
        WHERE s.player_id = p.id AND s.taken_at < ?2 AND p.id IN (SELECT player_id FROM membership)
          AND s.taken_at >= coalesce((
            SELECT max(b.taken_at) FROM snapshot b WHERE b.player_id = p.id AND b.taken_at < ?1), ?1)
        GROUP BY p.id
        """,
        (to_ms(window.since), to_ms(window.until)),
    )
    for player_id, taken_ms in found:
        yield LooksRow(player_id, np.sort(_numbers(taken_ms)))


def readings(connection: Connection, window: Window) -> Iterator[ReadingsRow]:
    """Readings of everybody who ever was a member inside *window*, in each metric after the last one before it."""
    found = _plain(
        connection,
        """
        SELECT p.id, group_concat(r.metric_id), group_concat(r.taken_at), group_concat(coalesce(r.value, 0))
        FROM player p CROSS JOIN metric m CROSS JOIN reading r
        WHERE r.player_id = p.id AND r.metric_id = m.id AND r.taken_at < ?2
          AND p.id IN (SELECT player_id FROM membership)
          AND r.taken_at >= coalesce((
            SELECT max(b.taken_at) FROM reading b
            WHERE b.player_id = p.id AND b.metric_id = m.id AND b.taken_at < ?1), ?1)
        GROUP BY p.id
        """,
        (to_ms(window.since), to_ms(window.until)),
    )
    for player_id, *columns in found:
        yield ReadingsRow(player_id, *map(_numbers, columns))


def words(connection: Connection, scope: Scope, window: Window, step: timedelta) -> list[SpokenRow]:
    """Messages of people up to the end of *window* by Discord account and week of length *step*."""
    return _spoken(connection, scope, window, step, "author_id", "m.kind = 'human'")


def chats(connection: Connection, scope: Scope, window: Window, step: timedelta) -> list[SpokenRow]:
    """Lines of clan chat up to the end of *window* by player and week of length *step*."""
    if not scope.relays:
        return []
    is_theirs = f"{scope.is_chat} AND m.relayed_player_id IS NOT NULL"
    return _spoken(connection, scope, window, step, "relayed_player_id", is_theirs)


def _spoken(
    connection: Connection, scope: Scope, window: Window, step: timedelta, speaker: str, counts: str
) -> list[SpokenRow]:
    """What was deleted is told with the instant of it: until then it was a sign of life. The time before *window* is one group."""
    theirs = f"{counts} AND {IN_GUILD}"
    found = _plain(
        connection,
        f"""
        SELECT {speaker}, {BEFORE}, deleted_at, count(*), max(id) FROM message m
        WHERE m.id < ?3 AND {theirs} GROUP BY {speaker}, deleted_at
        UNION ALL
        SELECT {speaker}, (sent_at - ?2) / {step // TICK} AS week, deleted_at, count(*), max(id) FROM message m
        WHERE m.id >= ?3 AND m.id < ?4 AND {theirs} GROUP BY {speaker}, week, deleted_at
        """,  # noqa: S608
        (scope.guild_id, to_ms(window.since), snowflake_at(window.since), snowflake_at(window.until)),
    )
    return [
        SpokenRow(speaker_id, week, None if deleted is None else from_ms(deleted), messages, instant_of(last))
        for speaker_id, week, deleted, messages, last in found
    ]


def _plain(connection: Connection, statement: str, parameters: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Rows as plain tuples, one at a time: a player's year is long."""
    found = connection.exec_driver_sql(statement, parameters).cursor
    assert found is not None
    while (row := found.fetchone()) is not None:
        yield row


def _numbers(text: str) -> Numbers:
    return np.fromstring(text, dtype=np.int64, sep=",")
