"""What daily sums tell of the time before single messages are kept: one function, one SELECT, typed rows.

A day lies in a window if it begins there; it counts by a scope's now if it was over then. Where an instant is wanted, a day stands
for its noon, which bears its date on nearly every clock.
"""

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select

from pipeline.domain.talk import instant_of, snowflake_at
from pipeline.domain.window import DAY, TICK, Window, midnight
from pipeline.storage import tables
from pipeline.storage.talk_queries import IN_GUILD, Scope
from pipeline.storage.types import from_ms, to_ms

_NOON: Final = timedelta(hours=12)
_COUNTS: Final = f"m.day >= ?2 AND m.day < ?3 AND {IN_GUILD}"
"""SQL for a day `m` of the guild ?1 that begins in [?2, ?3)."""


class WrittenRow(NamedTuple):
    """What an account wrote in a channel, or a player (0: nobody known) said in clan chat; `last_id` is of the last day's noon."""

    speaker: int
    channel_id: int
    messages: int
    last_id: int


class DayRow(NamedTuple):
    """What an account wrote on a day, which begins at `day`."""

    speaker: int
    day: datetime
    messages: int


class WeekRow(NamedTuple):
    """What an account wrote, or a player said in clan chat, in a week counted from a first one (0); before it is -1."""

    speaker: int
    week: int
    messages: int
    last_at: datetime


class SettledRow(NamedTuple):
    """Questions of an account whose first answer was that of another, None where there was none."""

    author_id: int
    helper_id: int | None
    questions: int
    within_day: int


def summed_until(connection: Connection) -> dict[int, int]:
    """The last message that is part of a sum, by channel and thread that has one."""
    row = tables.Channel
    found = connection.execute(select(row.id, row.summed_until).where(row.summed_until.is_not(None)))
    return {source_id: until for source_id, until in found.tuples() if until is not None}


def singly_since(connection: Connection, guild_id: int) -> datetime | None:
    """From which midnight on every message is kept singly; None where none ever became part of a sum."""
    newest = connection.exec_driver_sql(
        "SELECT max(summed_until) FROM channel WHERE guild_id = ?", (guild_id,)
    ).scalar()
    return None if newest is None else midnight(instant_of(newest)) + DAY


def first_day(connection: Connection, scope: Scope) -> datetime | None:
    """The first day on which something was said that counts."""
    found = connection.exec_driver_sql(
        f"SELECT m.day FROM message_day m WHERE (m.kind = 'human' OR {scope.is_chat}) AND {_COUNTS} ORDER BY m.day LIMIT 1",  # noqa: S608
        _between(scope, None),
    ).scalar()
    return None if found is None else from_ms(found)


def written(connection: Connection, scope: Scope, window: Window) -> list[WrittenRow]:
    """What people wrote in *window*, by account and channel."""
    return _written(connection, scope, window, "m.author_id", "m.kind = 'human'")


def relayed(connection: Connection, scope: Scope, window: Window) -> list[WrittenRow]:
    """What was said in clan chat in *window*, by player and the channel that repeats it."""
    return _written(connection, scope, window, "m.relayed_player_id", scope.is_chat)


def _written(connection: Connection, scope: Scope, window: Window, speaker: str, kind: str) -> list[WrittenRow]:
    found = connection.exec_driver_sql(
        f"""
        SELECT {speaker} AS speaker, m.channel_id, sum(m.messages), max(m.day) FROM message_day m WHERE {kind} AND {_COUNTS}
        GROUP BY speaker, m.channel_id ORDER BY speaker, m.channel_id
        """,  # noqa: S608
        _between(scope, window),
    )
    return [
        WrittenRow(who, channel_id, messages, snowflake_at(from_ms(day) + _NOON))
        for who, channel_id, messages, day in found.tuples()
    ]


def days_written(connection: Connection, scope: Scope, window: Window) -> list[DayRow]:
    """What people wrote in *window*, by account and day."""
    found = connection.exec_driver_sql(
        f"""
        SELECT m.author_id, m.day, sum(m.messages) FROM message_day m WHERE m.kind = 'human' AND {_COUNTS}
        GROUP BY m.author_id, m.day ORDER BY m.author_id, m.day
        """,  # noqa: S608
        _between(scope, window),
    )
    return [DayRow(author_id, from_ms(day), messages) for author_id, day, messages in found.tuples()]


def weeks_written(connection: Connection, scope: Scope, first: Window) -> list[WeekRow]:
    """What people wrote, by account and week."""
    return _by_week(connection, scope, first, "m.author_id", "m.kind = 'human'")


def weeks_relayed(connection: Connection, scope: Scope, first: Window) -> list[WeekRow]:
    """What was said in clan chat, by player and week."""
    return _by_week(connection, scope, first, "m.relayed_player_id", f"{scope.is_chat} AND m.relayed_player_id > 0")


def _by_week(connection: Connection, scope: Scope, first: Window, speaker: str, kind: str) -> list[WeekRow]:
    found = connection.exec_driver_sql(
        f"""
        SELECT {speaker} AS speaker, CASE WHEN m.day < ?4 THEN -1 ELSE (m.day - ?4) / ?5 END AS week, sum(m.messages), max(m.day)
        FROM message_day m WHERE {kind} AND {_COUNTS} GROUP BY speaker, week ORDER BY speaker, week
        """,  # noqa: S608
        (*_between(scope, None), to_ms(first.since), (first.until - first.since) // TICK),
    )
    return [WeekRow(speaker, week, messages, from_ms(day) + _NOON) for speaker, week, messages, day in found.tuples()]


def last_days_written(connection: Connection, scope: Scope) -> dict[int, datetime]:
    """The noon of the last day on which each account wrote."""
    return _last(connection, scope, "m.author_id", "m.kind = 'human'")


def last_days_relayed(connection: Connection, scope: Scope) -> dict[int, datetime]:
    """The noon of the last day on which each player spoke in clan chat."""
    return _last(connection, scope, "m.relayed_player_id", f"{scope.is_chat} AND m.relayed_player_id > 0")


def _last(connection: Connection, scope: Scope, speaker: str, kind: str) -> dict[int, datetime]:
    found = connection.exec_driver_sql(
        f"SELECT {speaker} AS speaker, max(m.day) FROM message_day m WHERE {kind} AND {_COUNTS} GROUP BY speaker",  # noqa: S608
        _between(scope, None),
    )
    return {speaker: from_ms(day) + _NOON for speaker, day in found.tuples()}


def settled(connection: Connection, scope: Scope, window: Window) -> list[SettledRow]:
    """Questions asked in *window*, by who asked and who answered."""
    found = connection.exec_driver_sql(
        f"""
        SELECT m.author_id, nullif(m.helper_id, 0) AS helper, sum(m.questions), sum(m.within_day) FROM question_day m
        WHERE {_COUNTS} GROUP BY m.author_id, helper ORDER BY m.author_id, helper
        """,  # noqa: S608
        _between(scope, window),
    )
    return [SettledRow._make(row) for row in found.tuples()]


def _between(scope: Scope, window: Window | None) -> tuple[Any, ...]:
    """Guild, and the first instants of the first day and after the last: the parameters ?1 to ?3 of every statement here."""
    over = to_ms(midnight(scope.now + TICK))
    if window is None:
        return scope.guild_id, 0, over
    return scope.guild_id, to_ms(window.since), min(to_ms(window.until), over)
