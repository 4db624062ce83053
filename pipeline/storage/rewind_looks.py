"""Looks that nobody knew of yet are taken away, and the readings left say what the other looks saw.

A reading stands at the first look that saw its value. Where that look goes and a later one stays, the value moves there.
"""

from typing import Final

from sqlalchemy import Connection, text

from pipeline.storage.then import Then

_UNTOLD: Final = (
    "CREATE TEMP TABLE untold (player_id INTEGER, taken_at INTEGER, next_at INTEGER, PRIMARY KEY (player_id, taken_at))"
    " WITHOUT ROWID",
    "INSERT INTO untold SELECT player_id, taken_at, NULL FROM snapshot WHERE taken_at > :reached"
    " OR player_id IN (SELECT player_id FROM newcomer)",
    # Of a day that nobody had asked for, a landing's latest looks were known, and those of members' own histories.
    """
    INSERT OR IGNORE INTO untold
    WITH asked AS MATERIALIZED (
      SELECT j.value AS day FROM landing l, json_each(l.days) j WHERE l.source = 'wom' AND l.fetched_at <= :now),
    unread AS MATERIALIZED (
      SELECT player_id FROM membership GROUP BY player_id
      HAVING min(first_seen_at) = (SELECT min(first_seen_at) FROM membership)
        AND date(min(history_since) / 1000, 'unixepoch') NOT IN (SELECT day FROM asked)),
    latest AS MATERIALIZED (
      SELECT p.id AS player_id,
        (SELECT max(s.taken_at) FROM snapshot s WHERE s.player_id = p.id AND s.taken_at <= l.reached_at) AS taken_at
      FROM player p CROSS JOIN landing l WHERE l.source = 'wom' AND l.fetched_at <= :now)
    SELECT player_id, taken_at, NULL FROM snapshot
    WHERE date(taken_at / 1000, 'unixepoch') NOT IN (SELECT day FROM asked)
      AND (source = 'gained' OR (player_id IN (SELECT player_id FROM unread)
        AND (player_id, taken_at) NOT IN (SELECT player_id, taken_at FROM latest WHERE taken_at IS NOT NULL)))
    """,
    # Nobody is asked about who is not on the roster; who comes back brings what came between.
    """
    INSERT OR IGNORE INTO untold
    WITH gone AS MATERIALIZED (
      SELECT player_id, max(left_at) AS at FROM membership GROUP BY player_id HAVING count(*) = count(left_at))
    SELECT s.player_id, s.taken_at, NULL FROM gone g JOIN snapshot s ON s.player_id = g.player_id AND s.taken_at >
      (SELECT max(l.reached_at) FROM landing l WHERE l.source = 'wom' AND l.fetched_at < g.at)
    """,
)

_TAKEN_AWAY: Final = (
    "DELETE FROM snapshot WHERE EXISTS"
    " (SELECT 1 FROM untold u WHERE u.player_id = snapshot.player_id AND u.taken_at = snapshot.taken_at)",
    "UPDATE untold SET next_at ="
    " (SELECT min(s.taken_at) FROM snapshot s WHERE s.player_id = untold.player_id AND s.taken_at > untold.taken_at)",
    # With max(), SQLite takes the other columns from the row that has it.
    """
    CREATE TEMP TABLE carried AS
    SELECT r.player_id, r.metric_id, u.next_at AS taken_at, r.value, max(r.taken_at) AS seen_at
    FROM reading r CROSS JOIN untold u ON u.player_id = r.player_id AND u.taken_at = r.taken_at
    WHERE u.next_at IS NOT NULL GROUP BY r.player_id, r.metric_id, u.next_at
    """,
    "DELETE FROM reading WHERE EXISTS"
    " (SELECT 1 FROM untold u WHERE u.player_id = reading.player_id AND u.taken_at = reading.taken_at)",
    "INSERT INTO reading SELECT player_id, metric_id, taken_at, value, NULL FROM carried WHERE true ON CONFLICT DO NOTHING",
    """
    DELETE FROM reading WHERE (player_id, taken_at) IN (SELECT player_id, next_at FROM untold)
      AND value IS (SELECT b.value FROM reading b WHERE b.player_id = reading.player_id
        AND b.metric_id = reading.metric_id AND b.taken_at < reading.taken_at ORDER BY b.taken_at DESC LIMIT 1)
    """,
)

_TOLD_OF_PLAYERS: Final = (
    "UPDATE player SET updated_at = (SELECT max(s.taken_at) FROM snapshot s WHERE s.player_id = player.id)"
    " WHERE updated_at > :reached",
    """
    UPDATE player SET last_changed_at = (
      SELECT max(r.taken_at) FROM reading r JOIN metric m ON m.id = r.metric_id AND m.kind <> 'computed'
      WHERE r.player_id = player.id)
    WHERE last_changed_at > :reached
    """,
)

_SCORES: Final = (
    "DELETE FROM participation WHERE competition_id IN (SELECT id FROM competition WHERE starts_at > :fetched)",
    # From the start, which stays, to the last look; never more than it became.
    """
    WITH moved AS MATERIALIZED (
      SELECT p.competition_id, p.player_id, c.starts_at, (
          SELECT sum((SELECT r.value FROM reading r WHERE r.player_id = p.player_id AND r.metric_id = m.id
            ORDER BY r.taken_at DESC LIMIT 1))
          FROM json_each(c.metrics) j JOIN metric m ON m.key = j.value) AS value
      FROM participation p JOIN competition c ON c.id = p.competition_id
      WHERE c.ends_at > :fetched AND p.updated_at > :reached)
    UPDATE participation SET
      "end" = moved.value, gained = min(gained, max(0, coalesce(moved.value, 0) - coalesce(start, 0))),
      updated_at = (SELECT max(s.taken_at) FROM snapshot s
        WHERE s.player_id = participation.player_id AND s.taken_at >= moved.starts_at)
    FROM moved
    WHERE participation.competition_id = moved.competition_id AND participation.player_id = moved.player_id
    """,
)


def rewind_looks(connection: Connection, when: Then) -> None:
    """Take away what no look had shown by *when*: looks and readings, what players had done last, scores in contests under way."""
    for statement in (*_UNTOLD, *_TAKEN_AWAY, *_TOLD_OF_PLAYERS, *_SCORES):
        connection.execute(text(statement), when.parameters)
