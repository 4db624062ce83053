"""All that counts of the guild's talk as columns, in one walk over the messages: whoever counts them again and again does it there."""

from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection

from pipeline.storage.columns import Numbers, numbers
from pipeline.storage.talk_queries import IN_GUILD, Scope


class MessageColumns(NamedTuple):
    """Messages as columns in step, oldest first.

    `speakers` are accounts, or players where clan chat is repeated (0: a name that is nobody's); `deleted_ms` is 0 for what still
    stands, as of today and not as of a scope's now.
    """

    ids: Numbers
    speakers: Numbers
    channels: Numbers
    deleted_ms: Numbers


def written(connection: Connection, scope: Scope) -> MessageColumns:
    """Messages of people that were sent by the scope's now."""
    return _columns(connection, scope, "author_id", "m.kind = 'human'")


def relayed(connection: Connection, scope: Scope) -> MessageColumns:
    """Lines of clan chat that were sent by the scope's now."""
    return _columns(connection, scope, "coalesce(relayed_player_id, 0)", scope.is_chat if scope.relays else "FALSE")


def _columns(connection: Connection, scope: Scope, speaker: str, counts: str) -> MessageColumns:
    texts = connection.exec_driver_sql(
        f"""
        SELECT group_concat(id), group_concat({speaker}), group_concat(channel_id), group_concat(coalesce(deleted_at, 0))
        FROM message m WHERE m.id < ?2 AND {counts} AND {IN_GUILD}
        """,  # noqa: S608
        (scope.guild_id, scope.until),
    ).one()
    columns = [numbers(text) for text in texts]
    order = np.argsort(columns[0], kind="stable")  # SQLite promises none
    return MessageColumns(*(column[order] for column in columns))
