"""What moved between two instants that are only a night apart."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, text

from pipeline.domain.metrics import OVERALL
from pipeline.storage.types import to_ms


class MovedRow(NamedTuple):
    """A metric of a player that changed: its value at the first instant (None: unranked, or nobody had looked), and at the second."""

    player_id: int
    metric: str
    start: int | None
    end: int | None


def moved(connection: Connection, since: datetime, until: datetime) -> list[MovedRow]:
    """Overall experience and kills of which a reading was taken in (*since*, *until*]."""
    found = connection.execute(
        text(
            """
            SELECT player_id, key, start, value FROM (
              SELECT r.player_id, m.key, r.value, max(r.taken_at),
                (SELECT b.value FROM reading b WHERE b.player_id = r.player_id AND b.metric_id = r.metric_id
                 AND b.taken_at <= :since ORDER BY b.taken_at DESC LIMIT 1) AS start
              FROM player p CROSS JOIN metric m CROSS JOIN reading r
              WHERE (m.kind = 'boss' OR m.key = :overall) AND r.player_id = p.id AND r.metric_id = m.id
                AND r.taken_at > :since AND r.taken_at <= :until
              GROUP BY r.player_id, m.id)
            ORDER BY player_id, key
            """  # of a group SQLite takes the row that holds the maximum
        ),
        {"overall": OVERALL, "since": to_ms(since), "until": to_ms(until)},
    )
    return [MovedRow._make(row) for row in found.tuples()]
