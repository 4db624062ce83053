"""Levels that all skills have at once: how far a player is, what is next, and when the last skill got there."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from pipeline.domain.metrics import SKILLS
from pipeline.domain.milestones import BASES, Goal, base
from pipeline.storage import milestone_queries
from pipeline.storage.milestone_queries import CrossingRow

Values = Mapping[str, int | None]
"""Experience by skill; unranked is None or left out."""


def progress(values: Values, need: int) -> int:
    """Experience that counts towards *need* in every skill: beyond it a skill helps no other."""
    return sum(min(values.get(skill) or 0, need) for skill in SKILLS)


def next_base(values: Values) -> tuple[Goal, int] | None:
    """The lowest level that not all skills have, and what it needs in each; None once all are at the top."""
    lowest = min(values.get(skill) or 0 for skill in SKILLS)
    return next(((base(level), need) for level, need in BASES.items() if lowest < need), None)


def need_of(threshold: int) -> int:
    """What a base level, known by its *threshold*, needs in each skill."""
    return threshold // len(SKILLS)


def crossing(
    connection: Connection,
    player_id: int,
    before: Values,
    ids: Mapping[str, int],
    need: int,
    since: datetime,
    until: datetime,
) -> CrossingRow | None:
    """When the last of the skills that had not *need* in *before* was seen at it in [*since*, *until*]; None if one was not."""
    late = [
        milestone_queries.crossing(connection, player_id, ids[skill], need, since, until)
        for skill in SKILLS
        if (before.get(skill) or 0) < need
    ]
    known = [look for look in late if look is not None]
    return max(known, key=lambda look: look.by_at) if known and len(known) == len(late) else None
