"""Who sits in the clan at an instant: the accounts that verdicts are about, for tonight or for a past month."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from pipeline.marts.verdicts import Seat
from pipeline.storage import activity_queries, queries
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
    return tuple(
        Seat(
            player_id=row.player.id,
            person_id=row.person_id,
            name=row.player.display_name,
            role=row.role,
            role_place=role_places.get(row.role, len(role_places)),
            status=row.player.status,
            status_since=row.player.status_changed_at,
            joined_at=row.clan_joined_at or row.created_at,
            looked_at=looks.get(row.player.id),
            first_look_at=first.get(row.player.id),
        )
        for row in rows
    )


def members_at(connection: Connection, as_of: datetime) -> list[MemberRow]:
    """Who is on the roster at *as_of*, with the rank of then: later changes are undone, as far as WOM told of them."""
    rows = queries.members(connection, as_of)
    held = {row.player.id: row.role for row in rows}
    for change in reversed(activity_queries.role_changes(connection, as_of)):
        if change.player_id in held and change.before is not None:
            held[change.player_id] = change.before
    return [replace(row, role=held[row.player.id]) for row in rows]


def last_looks(connection: Connection, rows: Sequence[MemberRow], as_of: datetime) -> dict[int, datetime]:
    """The last look at each of *rows* by *as_of*: ours, or WOM's own word on it."""
    held = queries.last_looks(connection, as_of)
    found = {}
    for row in rows:
        known = [at for at in (row.player.updated_at, held.get(row.player.id)) if at is not None and at <= as_of]
        if known:
            found[row.player.id] = max(known)
    return found
