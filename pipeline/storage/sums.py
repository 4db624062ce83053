"""Facts of old messages become daily sums, so that the database does not grow for ever and does not remember who wrote when.

What numbers over everything held are made of stays: messages by author, channel and UTC day, questions by who asked and who
answered, and who greeted whom. Nothing else can be told of such a message any more: not its hour, nor how long an answer took. Messages
that were deleted, and those that never counted, are forgotten.
"""

from collections import Counter
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from pipeline.domain.talk import ms_of, snowflake_at
from pipeline.domain.window import DAY, TICK, Window
from pipeline.storage import tables
from pipeline.storage.sum_queries import summed_until
from pipeline.storage.talk_queries import Scope, asked, greetings
from pipeline.storage.types import EPOCH, to_ms

_DAY_MS: Final = DAY // TICK

_OLD: Final = "m.id < ?1 AND m.id <= (SELECT summed_until FROM channel WHERE id = coalesce(m.thread_id, m.channel_id))"
"""SQL for a message `m` that becomes part of a sum, sent before the id ?1."""


def sum_up(connection: Connection, now: datetime, before: datetime) -> int:
    """Turn the facts of messages sent before *before*, a UTC midnight, into sums, in the caller's transaction; returns how many.

    None of them while something is left to read: a question is counted for good, so its answer must have had the chance to come.
    """
    horizon = snowflake_at(before)
    if not _is_read(connection) or not _mark(connection, horizon):
        return 0
    for guild_id in connection.execute(select(tables.Guild.id).order_by(tables.Guild.id)).scalars().all():
        scope = Scope(guild_id, now)
        _note_welcomes(connection, scope, before)
        _sum_questions(connection, scope, before)
    _sum_messages(connection, horizon)
    _note_openers(connection, horizon)
    return connection.exec_driver_sql(f"DELETE FROM message AS m WHERE {_OLD}", (horizon,)).rowcount  # noqa: S608


def _is_read(connection: Connection) -> bool:
    """Whether the last reading of Discord brought everything that may be read."""
    row = tables.Landing
    last = select(row.whole).where(row.source == "discord").order_by(row.fetched_at.desc(), row.name.desc()).limit(1)
    return bool(connection.execute(last).scalar())


def _mark(connection: Connection, horizon: int) -> bool:
    """Note up to which message each channel and thread is summed from now on; whether that is any.

    Facts past a channel's cursor will come again, and wait until it has passed them.
    """
    newest = connection.exec_driver_sql(
        """
        SELECT max(m.id), c.id FROM message m JOIN channel c ON c.id = coalesce(m.thread_id, m.channel_id)
        WHERE m.id < ? AND m.id <= c.cursor GROUP BY c.id
        """,
        (horizon,),
    ).all()
    if newest:
        connection.exec_driver_sql(
            "UPDATE channel SET summed_until = max(?1, coalesce(summed_until, ?1)) WHERE id = ?2",
            [tuple(row) for row in newest],
        )
    return bool(newest)


def _note_welcomes(connection: Connection, scope: Scope, before: datetime) -> None:
    """Who greeted those who came before *before*: what they replied to is about to go. A first greeting stays the first."""
    account = tables.DiscordAccount
    came = connection.execute(select(account.id, account.joined_at).where(account.joined_at < before))
    joined = {account_id: to_ms(at) for account_id, at in came.tuples() if at is not None}
    found = [
        (row.account_id, joined[row.account_id], ms_of(row.message_id), row.author_id)
        for row in greetings(connection, scope)
        if row.account_id in joined
    ]
    if found:
        connection.exec_driver_sql("INSERT OR REPLACE INTO welcome VALUES (?, ?, ?, ?)", found)


def _sum_questions(connection: Connection, scope: Scope, before: datetime) -> None:
    marks = summed_until(connection)
    number, in_time = Counter[tuple[int, int, int, int]](), Counter[tuple[int, int, int, int]]()
    for question in asked(connection, scope, Window(EPOCH, before)):
        if question.message_id <= marks.get(question.thread_id or question.channel_id, 0):
            asked_ms = ms_of(question.message_id)
            key = (asked_ms - asked_ms % _DAY_MS, question.channel_id, question.author_id, question.helper_id or 0)
            number[key] += 1
            in_time[key] += question.answer_id is not None and ms_of(question.answer_id) - asked_ms <= _DAY_MS
    if number:
        connection.exec_driver_sql(
            """
            INSERT INTO question_day VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
              questions = questions + excluded.questions, within_day = within_day + excluded.within_day
            """,
            [(*key, count, in_time[key]) for key, count in sorted(number.items())],
        )


def _note_openers(connection: Connection, horizon: int) -> None:
    """Who wrote the messages that threads began from: a title is most often made of one's words."""
    connection.exec_driver_sql(
        "UPDATE channel SET opener_id = m.author_id FROM message m WHERE channel.kind = 'thread' AND m.id = channel.id AND m.id < ?",
        (horizon,),
    )


def _sum_messages(connection: Connection, horizon: int) -> None:
    connection.exec_driver_sql(
        f"""
        INSERT INTO message_day
        SELECT m.sent_at - m.sent_at % {_DAY_MS} AS day, m.kind, m.channel_id, m.author_id,
          coalesce(m.relayed_player_id, 0) AS player_id, count(*)
        FROM message m WHERE {_OLD} AND m.kind IN ('human', 'relay') AND m.deleted_at IS NULL
        GROUP BY day, m.kind, m.channel_id, m.author_id, player_id ORDER BY 1, 2, 3, 4, 5
        ON CONFLICT DO UPDATE SET messages = messages + excluded.messages
        """,  # noqa: S608
        (horizon,),
    )
