"""Who sits in the clan at an instant: the accounts that verdicts are about, for tonight or for any time of the past."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from pipeline.marts.verdicts import Seat
from pipeline.storage import activity_queries, queries
from pipeline.storage.activity_queries import RoleChange
from pipeline.storage.queries import MemberRow


def seats(
    connection: Connection,
    rows: Sequence[MemberRow],
    looks: Mapping[int, datetime],
    role_places: Mapping[str, int],
    as_of: datetime,
) -> tuple[Seat, ...]:
    """The seats of *rows*, members at *as_of*; *looks* are the last looks at players by then."""
    first = activity_queries.first_looks(connection, as_of)
    return tuple(seat(row, role_places, looks.get(row.player.id), first.get(row.player.id)) for row in rows)


def seat(
    row: MemberRow, role_places: Mapping[str, int], looked_at: datetime | None, first_look_at: datetime | None
) -> Seat:
    """The seat of *row*; roles without a place come last."""
    player = row.player
    return Seat(
        player_id=player.id,
        person_id=row.person_id,
        name=player.display_name,
        role=row.role,
        role_place=role_places.get(row.role, len(role_places)),
        status=player.status,
        status_since=player.status_changed_at,
        joined_at=row.clan_joined_at or row.created_at,
        looked_at=looked_at,
        first_look_at=first_look_at,
    )


def members_at(connection: Connection, as_of: datetime) -> list[MemberRow]:
    """Who is on the roster at *as_of*, with the rank of then: later changes are undone, as far as WOM told of them."""
    return rosters(connection, [as_of])[0]


def rosters(connection: Connection, instants: Sequence[datetime]) -> list[list[MemberRow]]:
    """`members_at` each of *instants*, which stand in order of time: one walk back through the changes."""
    stays: dict[int, list[MemberRow]] = {}
    for row in queries.members(connection, instants[-1], instants[0]):
        stays.setdefault(row.player.id, []).append(row)
    changes = activity_queries.role_changes(connection, instants[0])
    found = []
    for as_of in reversed(instants):
        while changes and changes[-1].at > as_of:
            change = changes.pop()
            stays[change.player_id] = [_undone(row, change) for row in stays.get(change.player_id, ())]
        found.append([row for mine in stays.values() for row in mine if _holds(row, as_of)])
    return found[::-1]


def _holds(stay: MemberRow, as_of: datetime) -> bool:
    return stay.created_at <= as_of and (stay.left_at is None or stay.left_at > as_of)


def _undone(stay: MemberRow, change: RoleChange) -> MemberRow:
    """*stay* as it was before *change*; one that was over by then knows nothing of it."""
    was_over = stay.left_at is not None and stay.left_at < change.at
    return stay if change.before is None or was_over else replace(stay, role=change.before)


def last_looks(connection: Connection, rows: Sequence[MemberRow], as_of: datetime) -> dict[int, datetime]:
    """The last look at each of *rows* by *as_of*: ours, or WOM's own word on it."""
    held = queries.last_looks(connection, as_of)
    looks = {row.player.id: last_look(held.get(row.player.id), row.player.updated_at, as_of) for row in rows}
    return {player_id: at for player_id, at in looks.items() if at is not None}


def last_look(ours: datetime | None, told: datetime | None, as_of: datetime) -> datetime | None:
    """The last look by *as_of*, of our own last one by then and the one that WOM *told* of last."""
    if told is None or told > as_of:
        return ours
    return told if ours is None else max(ours, told)
