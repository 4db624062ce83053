"""The clan's contests and where everybody stands."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from pipeline.marts.boards import by_name, places
from pipeline.marts.model import CompetitionRow

State = Literal["upcoming", "ongoing", "finished"]


def state(starts_at: datetime, ends_at: datetime, now: datetime) -> State:
    """Where *now* lies."""
    if now < starts_at:
        return "upcoming"
    return "ongoing" if now < ends_at else "finished"


def was_known(ends_at: datetime, updated_at: datetime | None, as_of: datetime) -> bool:
    """Whether a score that is held today was the same at *as_of*: it was over by then, or has not moved since."""
    return ends_at <= as_of or (updated_at is not None and updated_at <= as_of)


def standing(scores: Iterable[tuple[int, str | None, int]], names: Mapping[int, str]) -> tuple[CompetitionRow, ...]:
    """(player id, team, gained) as a table of those who gained something, best first."""
    teams = {player_id: (team, gained) for player_id, team, gained in scores if gained > 0}
    board = places(
        ((player_id, gained) for player_id, (_, gained) in teams.items()),
        by_name({player_id: names[player_id] for player_id in teams}),
    )
    return tuple(
        CompetitionRow(row.place, row.player_id, names[row.player_id], teams[row.player_id][0], row.value)
        for row in board
    )
