"""The last signs of life of everybody, up to any instant: one function, one SELECT, typed rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from pipeline.domain.talk import instant_of
from pipeline.storage import sum_queries, tables
from pipeline.storage.talk_queries import EXISTS, Scope
from pipeline.storage.types import from_ms, to_ms


class ScoreRow(NamedTuple):
    """A contest in which a player scored; `updated_at` is WOM's last word on the score."""

    player_id: int
    starts_at: datetime
    ends_at: datetime
    updated_at: datetime | None


class RoleChange(NamedTuple):
    """A change of rank in WOM's words."""

    player_id: int
    at: datetime
    before: str | None
    after: str | None


def first_looks(connection: Connection, as_of: datetime) -> dict[int, datetime]:
    """The first look at each player, for those who were looked at by *as_of*."""
    found = connection.exec_driver_sql(
        "SELECT id, (SELECT min(taken_at) FROM snapshot WHERE player_id = p.id) AS at FROM player p WHERE at <= ?",
        (to_ms(as_of),),
    )
    return {player_id: from_ms(at) for player_id, at in found.tuples()}


def last_gains(connection: Connection, as_of: datetime) -> dict[int, datetime]:
    """The look that last saw each member's account move up in anything by *as_of*; those who never moved are left out.

    A first ranking counts, unless the first look at the player saw it. Efficient hours do not: they move when their rates do. For
    each metric SQLite walks backwards from the newest reading to the first that rose, which is mostly the newest.
    """
    found = connection.exec_driver_sql(
        """
        WITH p AS MATERIALIZED (
            SELECT DISTINCT player_id AS id,
              (SELECT min(taken_at) FROM snapshot s WHERE s.player_id = m.player_id) AS first_at
            FROM membership m WHERE first_at < ?1),
        k AS MATERIALIZED (SELECT id FROM metric WHERE kind <> 'computed')
        SELECT p.id, max((
            SELECT r.taken_at FROM reading r
            WHERE r.player_id = p.id AND r.metric_id = k.id AND r.taken_at <= ?1 AND r.taken_at > p.first_at
              AND r.value > coalesce((
                SELECT b.value FROM reading b
                WHERE b.player_id = r.player_id AND b.metric_id = r.metric_id AND b.taken_at < r.taken_at
                ORDER BY b.taken_at DESC LIMIT 1), 0)
            ORDER BY r.taken_at DESC LIMIT 1)) AS at
        FROM p CROSS JOIN k GROUP BY p.id HAVING at IS NOT NULL ORDER BY p.id
        """,
        (to_ms(as_of),),
    )
    return {player_id: from_ms(at) for player_id, at in found.tuples()}


def last_words(connection: Connection, scope: Scope) -> dict[int, datetime]:
    """The last message of each Discord account by the scope's now; one that is part of a sum is told to the day."""
    found = connection.exec_driver_sql(
        f"""
        SELECT author_id, max(id) FROM message m WHERE m.id < ?3 AND m.kind = 'human' AND {EXISTS}
        GROUP BY author_id ORDER BY author_id
        """,  # noqa: S608
        (scope.guild_id, to_ms(scope.now), scope.until),
    )
    singly = {author_id: instant_of(message_id) for author_id, message_id in found.tuples()}
    return _latest(sum_queries.last_days_written(connection, scope), singly)


def last_chats(connection: Connection, scope: Scope) -> dict[int, datetime]:
    """The last line of each player in clan chat by the scope's now, in the same way."""
    found = connection.exec_driver_sql(
        f"""
        SELECT relayed_player_id, max(id) FROM message m
        WHERE m.id < ?3 AND {scope.is_chat} AND m.relayed_player_id IS NOT NULL AND {EXISTS}
        GROUP BY relayed_player_id ORDER BY relayed_player_id
        """,  # noqa: S608
        (scope.guild_id, to_ms(scope.now), scope.until),
    )
    singly = {player_id: instant_of(message_id) for player_id, message_id in found.tuples()}
    return _latest(sum_queries.last_days_relayed(connection, scope), singly)


def _latest(*told: Mapping[int, datetime]) -> dict[int, datetime]:
    latest: dict[int, datetime] = {}
    for each in told:
        for speaker, at in each.items():
            latest[speaker] = max(at, latest.get(speaker, at))
    return dict(sorted(latest.items()))


def scores(connection: Connection, as_of: datetime) -> list[ScoreRow]:
    """Everybody's scores in contests that had begun by *as_of*."""
    score, contest = tables.Participation, tables.Competition
    found = connection.execute(
        select(score.player_id, contest.starts_at, contest.ends_at, score.updated_at)
        .join(contest, contest.id == score.competition_id)
        .where(score.gained > 0, contest.starts_at <= as_of)
        .order_by(score.player_id, contest.starts_at, contest.id)
    )
    return [ScoreRow(*row) for row in found.tuples()]


def role_changes(connection: Connection, after: datetime) -> list[RoleChange]:
    """Changes of rank later than *after*, oldest first: whoever undoes them knows the ranks of then."""
    row = tables.RosterEvent
    found = connection.execute(
        select(row.player_id, row.created_at, row.previous_role, row.role)
        .where(row.kind == "changed_role", row.created_at > after)
        .order_by(row.created_at, row.player_id)
    )
    return [RoleChange(*each) for each in found.tuples()]
