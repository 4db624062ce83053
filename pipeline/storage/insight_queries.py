"""What insights ask of the database: looks, overall experience, and messages by hour. One function, one SELECT, plain rows."""

from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection

from pipeline.domain.metrics import OVERALL
from pipeline.domain.window import TICK, Window
from pipeline.storage.talk_queries import EXISTS, Scope
from pipeline.storage.types import to_ms

HOUR = timedelta(hours=1)


class SeenRow(NamedTuple):
    """Overall experience at a look, in stored milliseconds; None is unranked."""

    player_id: int
    taken_ms: int
    value: int | None


class WroteRow(NamedTuple):
    """Messages of an account in an hour, counted from 1970."""

    author_id: int
    hour: int
    messages: int


def overall_seen(connection: Connection, window: Window) -> list[SeenRow]:
    """Overall experience at every look at everybody inside *window*, by player and time."""
    found = _plain(
        connection,
        """
        SELECT s.player_id, s.taken_at,
          (SELECT r.value FROM reading r WHERE r.player_id = s.player_id AND r.metric_id = m.id
             AND r.taken_at <= s.taken_at ORDER BY r.taken_at DESC LIMIT 1)
        FROM metric m CROSS JOIN player p CROSS JOIN snapshot s
        WHERE m.key = ?1 AND s.player_id = p.id AND s.taken_at >= ?2 AND s.taken_at < ?3
        ORDER BY s.player_id, s.taken_at
        """,
        (OVERALL, to_ms(window.since), to_ms(window.until)),
    )
    return [SeenRow._make(row) for row in found]


def wrote(connection: Connection, scope: Scope, window: Window) -> list[WroteRow]:
    """Messages of people in *window*, by account and hour."""
    found = _plain(
        connection,
        f"""
        SELECT author_id, sent_at / {HOUR // TICK} AS hour, count(*) FROM message m
        WHERE m.id >= ?3 AND m.id < ?4 AND m.kind = 'human' AND {EXISTS}
        GROUP BY author_id, hour ORDER BY author_id, hour
        """,  # noqa: S608
        scope.range_of(window),
    )
    return [WroteRow._make(row) for row in found]


def _plain(connection: Connection, statement: str, parameters: tuple[Any, ...]) -> list[Any]:
    found = connection.exec_driver_sql(statement, parameters).cursor
    assert found is not None
    return list(found.fetchall())
