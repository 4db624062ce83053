"""A copy of the database as it was at an instant of the past: what came later is undone, table by table.

What was known then counts, by the landings that had been fetched, even if one was loaded later. Rows that bear a date go by it, a
stay by the roster that had it first, a look by the landing that asked for its day.

Of a time before the first night nothing was known; there the first night tells what it found of it, as if it had been fetched then.

Of some things nobody keeps the history, and the copy has today's:

* names, roles and access of the clan, its channels and Discord accounts, and which account is whose, as far as both were there;
* an account's type, build and country, the name it lost when it was archived, and all but its last change of status;
* the game's own date of joining, and what contests are called and when they run;
* what an edit changed in a message, whether its text was withheld, and which messages were read late;
* of messages that are daily sums by now: all but the days that were over, which of their questions were answered later, and which
  of them were deleted later;
* what a later backfill told of old achievements, roster changes and renames, and looks between the first and last of a day;
* when Wise Old Man saw an account change last, if it has changed since: it is then the last look of ours that saw more.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, bindparam, text

from pipeline.domain.metrics import BY_KEY
from pipeline.domain.names import standard
from pipeline.errors import StorageError
from pipeline.storage.backup import copy
from pipeline.storage.engine import writing
from pipeline.storage.migrate import migrate
from pipeline.storage.rewind_looks import rewind_looks
from pipeline.storage.rewind_talk import rewind_talk
from pipeline.storage.then import Then, known_since, then

_CONTESTS: Final = (
    # Wise Old Man puts whoever joins into the contests that are not over, and takes out whoever leaves.
    """
    UPDATE competition SET participant_count = max(0, participant_count
      + (SELECT count(*) FROM membership
         WHERE created_at <= :fetched AND (left_at IS NULL OR left_at > :fetched))
      - (SELECT count(*) FROM membership
         WHERE created_at <= min(ends_at, :told) AND (left_at IS NULL OR left_at > min(ends_at, :told))))
    WHERE ends_at > :fetched
    """,
    "DELETE FROM participation WHERE competition_id IN (SELECT id FROM competition WHERE created_at > :reached)",
    "DELETE FROM competition WHERE created_at > :reached",
    "UPDATE competition SET settled = 0 WHERE ends_at >= :fetched",
    "UPDATE competition SET updated_at = NULL WHERE updated_at > :reached",
)

_ROSTER: Final = (
    """
    UPDATE membership SET role = coalesce((
      SELECT e.previous_role FROM roster_event e
      WHERE e.player_id = membership.player_id AND e.kind = 'changed_role' AND e.created_at > :reached
        AND e.created_at >= membership.created_at AND (membership.left_at IS NULL OR e.created_at <= membership.left_at)
      ORDER BY e.created_at LIMIT 1), role)
    """,
    "CREATE TEMP TABLE newcomer AS SELECT player_id FROM membership GROUP BY player_id HAVING min(first_seen_at) > :fetched",
    "DELETE FROM membership WHERE first_seen_at > :fetched",
    "UPDATE membership SET left_at = NULL WHERE left_at > :reached",
    "UPDATE membership SET updated_at = NULL WHERE updated_at > :reached",
    "DELETE FROM roster_event WHERE created_at > :reached",
    "DELETE FROM clan WHERE :fetched = 0",  # in 1970: never
    "UPDATE clan SET updated_at = NULL WHERE updated_at > :reached",
)

_PLAYERS: Final = (
    # Whose name was undone may have spoken under either; `attribute_clan_chat` gives the lines out again.
    "UPDATE message SET relayed_player_id = NULL WHERE relayed_player_id IN"
    " (SELECT player_id FROM name_change WHERE resolved_at > :reached UNION SELECT player_id FROM newcomer)",
    "DELETE FROM name_change WHERE resolved_at > :reached OR created_at > :reached"
    " OR player_id IN (SELECT player_id FROM newcomer)",
    "DELETE FROM achievement WHERE achieved_at > :reached OR player_id IN (SELECT player_id FROM newcomer)",
    """
    UPDATE player SET status = coalesce(status_before, status), status_before = NULL, status_changed_at = NULL
    WHERE status_changed_at > :fetched
    """,
    "UPDATE player SET type_changed_at = NULL WHERE type_changed_at > :reached",
)

_ADVICE: Final = (
    "DELETE FROM insight WHERE created_at > :now",
    "UPDATE insight SET retired_at = NULL, fate = NULL WHERE retired_at > :now",
    "UPDATE insight SET seen_at = :now WHERE seen_at > :now",
    "DELETE FROM forecast WHERE made_at > :now OR player_id IN (SELECT player_id FROM newcomer)",
    "UPDATE forecast SET reached_at = NULL, fate = NULL, resolved_at = NULL WHERE resolved_at > :now",
    "DELETE FROM decision WHERE noted_at > :now",
    # Whether somebody stayed active after a promotion was seen 30 days after it, which is the date that this fate bears.
    "UPDATE decision SET fate = NULL, fate_at = NULL"
    " WHERE fate_at > :now - CASE WHEN fate IN ('stayed', 'quiet') THEN 2592000000 ELSE 0 END",
    "DELETE FROM replay WHERE as_of > :now",
)

_STRANGERS: Final = (
    "DELETE FROM participation WHERE player_id IN (SELECT player_id FROM newcomer)",
    "DELETE FROM person_player WHERE player_id IN (SELECT player_id FROM newcomer)",
    """
    DELETE FROM player WHERE id IN (SELECT player_id FROM newcomer)
      AND id NOT IN (SELECT player_id FROM roster_event UNION SELECT player_id FROM decision WHERE player_id IS NOT NULL)
    """,
)

_LATER: Final = ("DELETE FROM landing WHERE fetched_at > :now",)

_FIRST_NIGHT: Final = (
    "UPDATE landing SET fetched_at = :now WHERE fetched_at > :now",
    "UPDATE landing SET reached_at = :now WHERE reached_at > :now",
    # Scores of later; they are told apart by landings elsewhere, but these ones are not later any more.
    """
    DELETE FROM participation WHERE (updated_at IS NULL OR updated_at > :now)
      AND competition_id IN (SELECT id FROM competition WHERE ends_at > :now)
    """,
)

_RUNS: Final = (
    "DELETE FROM digest WHERE told_at > :now",
    "DELETE FROM stage_run WHERE run_id IN (SELECT id FROM run WHERE now > :now)",
    "DELETE FROM run WHERE now > :now",
)


@contextmanager
def rewound(database: Path, as_of: datetime, target: Path) -> Iterator[Path]:
    """A copy of *database* at *target*, rewound to *as_of*, for as long as the block lasts; the original is only read.

    What a killed run left at *target* is overwritten.
    """
    _forget(target)
    try:
        _copy(database, target)
        migrate(target)
        with writing(target) as connection:
            rewind(connection, as_of)
        yield target
    finally:
        _forget(target)


def _copy(database: Path, target: Path) -> None:
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        copy(database, target)
    except OSError as error:
        raise StorageError(
            f"No copy of the database can be written to {target.parent} ({error.strerror}). Make room or set its rights right."
        ) from error


def rewind(connection: Connection, as_of: datetime) -> None:
    """Undo whatever the open database holds of the time after *as_of*."""
    begun = known_since(connection) or as_of
    when = then(connection, max(as_of, begun))
    said = replace(when, now=as_of)
    _undo(connection, _CONTESTS, when)
    _undo(connection, _ROSTER, when)
    _rename(connection, when)
    _undo(connection, _PLAYERS, when)
    _undo(connection, _ADVICE, said)
    rewind_looks(connection, when)
    _undo(connection, _STRANGERS, when)
    rewind_talk(connection, when)
    _forget_metrics(connection)
    _undo(connection, _LATER, when)
    if as_of < begun:
        _undo(connection, _FIRST_NIGHT, said)
    _undo(connection, _RUNS, said)


def _undo(connection: Connection, statements: tuple[str, ...], when: Then) -> None:
    for statement in statements:
        connection.execute(text(statement), when.parameters)


def _rename(connection: Connection, when: Then) -> None:
    """Give back the names that the first later change of each player took away."""
    found = connection.execute(
        text(
            "SELECT player_id, old_name, min(resolved_at) FROM name_change WHERE resolved_at > :reached GROUP BY player_id"
        ),
        when.parameters,
    )
    for player_id, name, _ in found.all():
        connection.exec_driver_sql(
            "UPDATE player SET display_name = ?, username = ? WHERE id = ?", (name, standard(name), player_id)
        )


def _forget_metrics(connection: Connection) -> None:
    """Drop metrics that the code does not know and nothing speaks of yet."""
    connection.execute(
        text(
            "DELETE FROM metric WHERE key NOT IN :known AND id NOT IN"
            " (SELECT metric_id FROM reading UNION SELECT metric_id FROM achievement UNION SELECT metric_id FROM forecast)"
        ).bindparams(bindparam("known", list(BY_KEY), expanding=True))
    )


def _forget(file: Path) -> None:
    for suffix in ("", "-wal", "-shm", ".partial"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
