"""When thresholds were crossed, and what week's ends brought: one function, one SELECT, typed rows."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from pipeline.storage import tables
from pipeline.storage.types import from_ms, to_ms


class CrossingRow(NamedTuple):
    """The first look at or above a threshold, and the look before it, if there was one."""

    by_at: datetime
    after_at: datetime | None


class AwardRow(NamedTuple):
    """An achievement that WOM dates: seen by the look at `achieved_at`, `accuracy` ms after the one before."""

    player_id: int
    name: str
    metric: str
    measure: str
    threshold: int
    accuracy: int | None
    achieved_at: datetime


def crossing(
    connection: Connection, player_id: int, metric_id: int, threshold: int, since: datetime, until: datetime
) -> CrossingRow | None:
    """When a player was first seen at *threshold* or above in [*since*, *until*], None if never."""
    asked = (player_id, metric_id, threshold)
    return crossings(connection, [asked], since, until).get(asked)


def crossings(
    connection: Connection, asked: Sequence[tuple[int, int, int]], since: datetime, until: datetime
) -> dict[tuple[int, int, int], CrossingRow]:
    """The same for every (player, metric, threshold) that is *asked*; those never seen at it are left out."""
    found = connection.exec_driver_sql(
        """
        WITH asked AS MATERIALIZED (
            SELECT json_extract(value, '$[0]') AS player_id, json_extract(value, '$[1]') AS metric_id,
              json_extract(value, '$[2]') AS threshold
            FROM json_each(?1)),
        seen AS MATERIALIZED (
            SELECT a.*, (
              SELECT r.taken_at FROM reading r
              WHERE r.player_id = a.player_id AND r.metric_id = a.metric_id AND r.taken_at >= ?2 AND r.taken_at <= ?3
                AND r.value >= a.threshold
              ORDER BY r.taken_at LIMIT 1) AS by_at
            FROM asked a)
        SELECT player_id, metric_id, threshold, by_at,
          (SELECT max(s.taken_at) FROM snapshot s WHERE s.player_id = seen.player_id AND s.taken_at < seen.by_at)
        FROM seen WHERE by_at IS NOT NULL
        """,
        (json.dumps(asked), to_ms(since), to_ms(until)),
    )
    return {
        (player_id, metric_id, threshold): CrossingRow(from_ms(by_at), None if after_at is None else from_ms(after_at))
        for player_id, metric_id, threshold, by_at, after_at in found.tuples()
    }


def awards(connection: Connection, since: datetime, until: datetime) -> list[AwardRow]:
    """Achievements dated in [*since*, *until*], the newest first."""
    row = tables.Achievement
    found = connection.execute(
        select(row.player_id, row.name, tables.Metric.key, row.measure, row.threshold, row.accuracy, row.achieved_at)
        .join(tables.Metric, tables.Metric.id == row.metric_id)
        .where(row.achieved_at >= since, row.achieved_at <= until)
        .order_by(row.achieved_at.desc(), row.player_id, row.name)
    )
    return [AwardRow._make(each) for each in found.tuples()]


def two_values(connection: Connection, earlier: datetime, later: datetime) -> list[tuple[int, int, int | None, int]]:
    """Values of every present member in every metric just before two instants, where the later one is known and, but for skills, higher.

    A row is (player_id, metric_id, value before *earlier*, value before *later*).
    """
    return _plain(
        connection,
        """
        WITH p AS MATERIALIZED (
            SELECT DISTINCT player_id AS id FROM membership
            WHERE created_at < ?2 AND (left_at IS NULL OR left_at >= ?2)),
        v AS MATERIALIZED (
            SELECT p.id AS player_id, m.id AS metric_id, m.kind AS kind,
              (SELECT r.value FROM reading r WHERE r.player_id = p.id AND r.metric_id = m.id AND r.taken_at < ?1
                 ORDER BY r.taken_at DESC LIMIT 1) AS earlier,
              (SELECT r.value FROM reading r WHERE r.player_id = p.id AND r.metric_id = m.id AND r.taken_at < ?2
                 ORDER BY r.taken_at DESC LIMIT 1) AS later
            FROM p CROSS JOIN metric m WHERE m.kind <> 'computed')
        SELECT player_id, metric_id, earlier, later FROM v
        WHERE later IS NOT NULL AND (kind = 'skill' OR later > coalesce(earlier, 0)) ORDER BY player_id, metric_id
        """,
        (to_ms(earlier), to_ms(later)),
    )


def values_at(
    connection: Connection, pairs: Sequence[tuple[int, int]], instants: Sequence[datetime]
) -> dict[tuple[int, int], tuple[int | None, ...]]:
    """Values of each (player, metric) of *pairs* just before each of *instants*; None where nothing was known."""
    columns = ", ".join(
        f"(SELECT r.value FROM reading r WHERE r.player_id = ?1 AND r.metric_id = ?2 AND r.taken_at < {to_ms(at)}"  # noqa: S608
        " ORDER BY r.taken_at DESC LIMIT 1)"
        for at in instants
    )
    return {pair: tuple(connection.exec_driver_sql(f"SELECT {columns}", pair).one()) for pair in pairs}


def first_looks(connection: Connection) -> dict[int, datetime]:
    """The first look at each player."""
    found = connection.exec_driver_sql("SELECT player_id, min(taken_at) FROM snapshot GROUP BY player_id")
    return {player_id: from_ms(at) for player_id, at in found.tuples()}


def _plain(connection: Connection, statement: str, parameters: tuple[Any, ...]) -> list[Any]:
    found = connection.exec_driver_sql(statement, parameters).cursor
    assert found is not None
    return list(found.fetchall())
