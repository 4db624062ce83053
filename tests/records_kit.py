"""Records, landings and databases for tests, made by hand; each builder gives something whole that a test then bends.

The invented week: `NOW` is a Saturday morning, `MIDNIGHT` the end of all its windows, `day(-7)` their common start.
"""

import sqlite3
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from pipeline.domain.metrics import OVERALL, metric_for
from pipeline.domain.records import (
    Achievement,
    Clan,
    Competition,
    Harvest,
    Look,
    Membership,
    NameChange,
    Participation,
    Player,
    RosterEvent,
    Snapshot,
)
from pipeline.marts.assemble import assemble
from pipeline.marts.model import Marts
from pipeline.marts.rules import Rules
from pipeline.storage.engine import reading, writing
from pipeline.storage.load import Arrival, load
from pipeline.storage.migrate import migrate
from pipeline.storage.upsert import Counts

MIDNIGHT: Final = datetime(2026, 11, 21, tzinfo=UTC)
NOW: Final = MIDNIGHT + timedelta(hours=4)
FOUNDED: Final = MIDNIGHT - timedelta(days=300)
"""When WOM learned of the founders' stays."""

DIARY: Final = frozenset({"landing"})
"""Tables that tell of arrivals, and so differ from one to the next."""

Readings = dict[tuple[int, str, datetime], int | None]


def day(number: float, hours: float = 0) -> datetime:
    """*number* days after `MIDNIGHT`, and some hours; before it if negative."""
    return MIDNIGHT + timedelta(days=number, hours=hours)


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "clan_data.db"
        migrate(file)
        return whole(file)


def whole(file: Path) -> bytes:
    """All that the database *file* holds, for copies of it."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file.read_bytes()


def a_database(folder: Path, name: str = "clan_data.db") -> Path:
    """A migrated database without a row."""
    file = folder / name
    file.write_bytes(_migrated())
    return file


def rows(file: Path, sql: str, *given: object) -> list[Any]:
    """What *file* answers to *sql*, asked without our code; a row of one column is that column."""
    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute(sql, given).fetchall()
    return [row[0] if len(row) == 1 else row for row in found]


def contents(file: Path, *, besides: Iterable[str] = DIARY) -> dict[str, list[Any]]:
    """All rows of all tables but those named, in a stable order."""
    names = rows(file, "SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name: sorted(rows(file, f'SELECT * FROM "{name}"'), key=repr) for name in set(names) - set(besides)}


def a_clan(**bent: Any) -> Clan:
    held: dict[str, Any] = {
        "id": 1,
        "name": "Ashen Company",
        "clan_chat": "Ashen",
        "description": None,
        "homeworld": 420,
        "verified": True,
        "score": 100,
        "created_at": FOUNDED,
        "updated_at": None,
        "role_orders": ("owner", "general", "recruit"),
    }
    return Clan(**(held | bent))


def a_player(player_id: int, name: str | None = None, **bent: Any) -> Player:
    shown = name or f"Player {player_id}"
    held: dict[str, Any] = {
        "id": player_id,
        "username": shown.lower(),
        "display_name": shown,
        "type": "regular",
        "build": "main",
        "status": "active",
        "country": None,
        "registered_at": FOUNDED,
        "updated_at": None,
        "last_changed_at": None,
    }
    return Player(**(held | bent))


def a_membership(player_id: int, role: str = "recruit", *, since: datetime = FOUNDED, **bent: Any) -> Membership:
    held: dict[str, Any] = {
        "player_id": player_id,
        "role": role,
        "clan_joined_at": None,
        "created_at": since,
        "updated_at": None,
    }
    return Membership(**(held | bent))


def a_look(
    player_id: int,
    taken_at: datetime,
    values: Mapping[str, int | None] | int | None,
    source: Look = "snapshot",
    ranks: Sequence[int | None] = (),
) -> Snapshot:
    """A look that saw *values*; a number alone is overall experience."""
    seen = values if isinstance(values, Mapping) else {OVERALL: values}
    return Snapshot(player_id, taken_at, source, tuple(seen), tuple(seen.values()), tuple(ranks))


def an_event(player_id: int, kind: str, created_at: datetime, role: str | None = None, **bent: Any) -> RosterEvent:
    held: dict[str, Any] = {"previous_role": None}
    return RosterEvent(player_id=player_id, kind=kind, role=role, created_at=created_at, **(held | bent))


def a_rename(change_id: int, player_id: int, old: str, new: str, at: datetime) -> NameChange:
    return NameChange(change_id, player_id, old, new, "approved", at, at - timedelta(hours=1))


def an_achievement(player_id: int, name: str, at: datetime | None, metric: str = "zulrah") -> Achievement:
    return Achievement(player_id, name, metric, "kills", 500, None if at is None else 0, at)


def a_competition(competition_id: int, starts_at: datetime, ends_at: datetime, **bent: Any) -> Competition:
    held: dict[str, Any] = {
        "id": competition_id,
        "title": f"Contest {competition_id}",
        "type": "classic",
        "metrics": ("zulrah",),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "participant_count": 2,
        "created_at": FOUNDED,
        "updated_at": None,
    }
    return Competition(**(held | bent))


def a_score(
    competition_id: int, player_id: int, gained: int, team: str | None = None, updated_at: datetime | None = None
) -> Participation:
    return Participation(competition_id, player_id, team, 0, gained, gained, updated_at)


def a_harvest(members: Iterable[Membership] | None = None, **bent: Any) -> Harvest:
    """A harvest that names everybody it speaks of as a player, and every metric of its looks; a clan if it has a roster."""
    roster = None if members is None else tuple(members)
    named = {player.id: player for player in bent.pop("players", ())}
    speaking = ("snapshots", "roster_events", "name_changes", "achievements", "participations")
    spoken = [*(roster or ()), *(record for key in speaking for record in bent.get(key, ()))]
    everybody = {record.player_id: a_player(record.player_id) for record in spoken} | named
    keys = dict.fromkeys(key for look in bent.get("snapshots", ()) for key in look.metrics)
    held: dict[str, Any] = {
        "clan": None if roster is None else a_clan(),
        "memberships": roster,
        "players": tuple(everybody.values()),
        "metrics": tuple(metric_for(key) for key in keys),
    }
    return Harvest(**(held | bent))


def an_arrival(fetched_at: datetime = NOW, **bent: Any) -> Arrival:
    held: dict[str, Any] = {
        "name": f"{fetched_at:%Y%m%dT%H%M%S}-wom",
        "source": "wom",
        "kind": "night",
        "run_id": "test",
        "fetched_at": fetched_at,
        "days": (),
        "walked": False,
        "failed": (),
        "histories": {},
    }
    return Arrival(**(held | bent))


def land(file: Path, harvest: Harvest, fetched_at: datetime = NOW, **arrival: Any) -> Counts:
    """Load *harvest* in a transaction of its own, as fetched at *fetched_at*."""
    with writing(file) as connection:
        return load(connection, harvest, an_arrival(fetched_at, **arrival))


def readings(file: Path) -> Readings:
    """All readings held, by player, metric and instant."""
    found = rows(
        file,
        "SELECT player_id, key, taken_at, value FROM reading JOIN metric ON metric.id = metric_id ORDER BY 1, 2, 3",
    )
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return {(player, key, epoch + timedelta(milliseconds=at)): value for player, key, at, value in found}


def marts_of(file: Path, now: datetime = NOW, **rules: Any) -> Marts:
    """The answers of *file* as of *now*; *rules* are fields of `Rules`."""
    with reading(file) as connection:
        return assemble(connection, now, Rules(**rules))
