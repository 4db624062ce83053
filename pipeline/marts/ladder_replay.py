"""Whom the ladder would have promoted in past months, and how that looks today."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from pipeline.marts.advice_model import Soul
from pipeline.marts.assemble import assemble
from pipeline.marts.replay import REGRET, is_over, judged, within_history
from pipeline.marts.replay_model import Earned
from pipeline.marts.rules import Rules
from pipeline.marts.seats import members_at
from pipeline.marts.verdicts import inactivity
from pipeline.marts.wording import Calendar


def replay_ladder(
    connection: Connection, rules: Rules, instants: Sequence[datetime], now: datetime
) -> Iterator[Earned]:
    """For each of *instants* and each rank of the ladder that was due to somebody then."""
    for as_of in within_history(connection, rules, instants, now):
        yield from _at(connection, rules, as_of, now)


def _at(connection: Connection, rules: Rules, as_of: datetime, now: datetime) -> Iterator[Earned]:
    due = assemble(connection, as_of, rules, past=False).advice.promotions.due
    later = min(as_of + REGRET, now)
    roles = {row.player.id: row.role for row in members_at(connection, later)}
    sitting, evidence = judged(connection, rules, later, now)
    verdicts = inactivity(sitting, evidence, rules, Calendar(ZoneInfo(rules.time_zone), later)).verdicts
    away = {verdict.person_id for verdict in verdicts if verdict.state == "inactive"}
    ladder = [rank.name for rank in rules.ladder]
    for rank in ladder:
        mine = [line for line in due if line.rank == rank]
        if mine:
            yield Earned(
                as_of,
                rank,
                due=tuple(Soul(line.person_id, line.player_id, line.name) for line in mine),
                given=tuple(
                    Soul(line.person_id, line.player_id, line.name)
                    for line in mine
                    if roles.get(line.player_id) in ladder[ladder.index(rank) :]
                ),
                gone=tuple(
                    Soul(line.person_id, line.player_id, line.name)
                    for line in mine
                    if line.person_id in away or line.player_id not in roles
                ),
                is_over=is_over(connection, as_of, now),
            )
