"""What the history of weeks asks of the database: one function, one SELECT.

A year of 500 members is a million readings. As rows of Python's own numbers they took 1.0 s, as one row a player with its columns as texts,
which numpy reads at once, 0.43 s.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection

from pipeline.domain.window import Window
from pipeline.storage.columns import Numbers, numbers
from pipeline.storage.types import to_ms


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
        yield LooksRow(player_id, np.sort(numbers(taken_ms)))


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
        yield ReadingsRow(player_id, *map(numbers, columns))


def _plain(connection: Connection, statement: str, parameters: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Rows as plain tuples, one at a time: a player's year is long."""
    found = connection.exec_driver_sql(statement, parameters).cursor
    assert found is not None
    while (row := found.fetchone()) is not None:
        yield row
