"""Stays of people whose coming was recorded, from WOM's activity and from our own nights.

Founders, who were there before anything was recorded, are left out: of those who came with them and left before, nobody knows, so
that they would make staying look easier than it is. Somebody who comes back begins a new stay.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row


@dataclass(frozen=True, slots=True)
class Stay:
    """A player's time in the clan; `left_at` is None while it goes on."""

    player_id: int
    joined_at: datetime
    left_at: datetime | None


def recorded(events: Iterable[Row[Any]], held: Iterable[Row[Any]], as_of: datetime) -> tuple[Stay, ...]:
    """Stays known by *as_of*, by player and time: *events* are WOM's rows of the roster, *held* our own memberships."""
    joined: dict[int, list[datetime]] = {}
    left: dict[int, list[datetime]] = {}
    for event in events:
        if event.created_at <= as_of and event.kind in ("joined", "left"):
            (joined if event.kind == "joined" else left).setdefault(event.player_id, []).append(event.created_at)
    rows = [row for row in held if row.created_at <= as_of]
    founded_at = min((row.first_seen_at for row in rows), default=None)
    for row in rows:
        if row.left_at is not None and row.left_at <= as_of:
            left.setdefault(row.player_id, []).append(row.left_at)
        if row.first_seen_at != founded_at and not _is_told(row, joined.get(row.player_id, ())):
            joined.setdefault(row.player_id, []).append(row.created_at)
    return tuple(
        Stay(player_id, at, _end(at, sorted(left.get(player_id, ())), ends))
        for player_id, starts in sorted(joined.items())
        for at, ends in _with_next(sorted(set(starts)))
    )


def _is_told(row: Row[Any], starts: Sequence[datetime]) -> bool:
    """Whether WOM's activity tells of the beginning of a membership, which it may notice a little later."""
    end = row.left_at
    return any(at >= row.created_at and (end is None or at <= end) for at in starts)


def _with_next(starts: Sequence[datetime]) -> list[tuple[datetime, datetime | None]]:
    return list(zip(starts, [*starts[1:], None], strict=True))


def _end(joined_at: datetime, left: Sequence[datetime], next_at: datetime | None) -> datetime | None:
    """When a stay ended: at the first leaving after it, at the latest when the next began."""
    after = next((at for at in left if at > joined_at), None)
    return next_at if after is None or (next_at is not None and next_at < after) else after
