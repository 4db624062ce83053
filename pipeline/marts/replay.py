"""What a policy would have done in past months, with only what was known then, and how often one would have been sorry.

Each instant of the past is judged from looks and messages up to it, whenever we came to read them. Two things are today's, since
nobody keeps their history: which Discord account is whose, and whether an account is banned.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from pipeline.domain.activity import Signs
from pipeline.marts.advice_model import Soul
from pipeline.marts.away import known
from pipeline.marts.roster import role_places
from pipeline.marts.rules import Rules
from pipeline.marts.seats import last_looks, members_at, seats
from pipeline.marts.signs import Heard, heard, heard_by, signs
from pipeline.marts.verdicts import Seat, inactivity
from pipeline.marts.wording import Calendar
from pipeline.storage import queries

REGRET: Final = timedelta(days=60)
"""Whoever takes part again so soon after being named would have been missed."""


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a threshold would have named at `as_of`, and who of them took part again within 60 days.

    `is_over`: those 60 days have passed; before that nobody can tell who comes back.
    """

    threshold_days: int
    as_of: datetime
    members: int
    named: tuple[Soul, ...]
    back: tuple[Soul, ...]
    is_over: bool


@dataclass(frozen=True, slots=True)
class ThresholdLine:
    """A threshold over all months: `named` and `back` count people and months whose 60 days are over, `early` the others."""

    threshold_days: int
    named: int
    back: int
    early: int

    @property
    def regret(self) -> float | None:
        """Share of those named who took part again, None if nobody was named."""
        return self.back / self.named if self.named else None


def month_starts(now: datetime, number: int, zone: ZoneInfo) -> list[datetime]:
    """The first instants of the last *number* months of *zone*'s calendar, oldest first."""
    first = now.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = []
    for _ in range(number):
        found.append(first)
        first = (first - timedelta(days=1)).replace(day=1)
    return [at.astimezone(now.tzinfo) for at in reversed(found)]


def replay(
    connection: Connection, rules: Rules, instants: Sequence[datetime], thresholds: Sequence[int], now: datetime
) -> Iterator[Named]:
    """Whom each of *thresholds* would have named at each of *instants*; those without any look are left out.

    A threshold is for all ranks alike, but the clan's own comes with what the clan decided for single ranks.
    """
    span = queries.look_span(connection, now)
    for as_of in instants:
        if span is not None and span[0] <= as_of <= now:
            yield from _at(connection, rules, as_of, thresholds, now)


def lines(found: Sequence[Named]) -> list[ThresholdLine]:
    """A line a threshold, the shortest first."""
    return [
        ThresholdLine(
            days,
            sum(len(each.named) for each in found if each.threshold_days == days and each.is_over),
            sum(len(each.back) for each in found if each.threshold_days == days and each.is_over),
            sum(len(each.named) for each in found if each.threshold_days == days and not each.is_over),
        )
        for days in sorted({each.threshold_days for each in found})
    ]


def _at(
    connection: Connection, rules: Rules, as_of: datetime, thresholds: Sequence[int], now: datetime
) -> Iterator[Named]:
    talk = _heard(connection, rules, as_of)
    evidence = replace(known(connection, rules, as_of, as_of, talk), discord_read=talk.begun)
    sitting = _seats(connection, as_of)
    later = min(as_of + REGRET, now)
    signs_later = signs(connection, later, _heard(connection, rules, later))
    calendar = Calendar(ZoneInfo(rules.time_zone), as_of)
    for days in thresholds:
        own = days == rules.inactive_days
        policy = rules if own else replace(rules, inactive_days=days, inactive_days_by_rank={})
        purge = inactivity(sitting, evidence, policy, calendar).purge
        named = tuple(Soul(each.person_id, each.player_ids[0], each.name) for each in purge)
        back = tuple(soul for soul in named if _after(signs_later.get(soul.person_id), as_of))
        people = len({seat.person_id for seat in sitting})
        yield Named(days, as_of, people, named, back, as_of + REGRET <= now)


def _seats(connection: Connection, as_of: datetime) -> tuple[Seat, ...]:
    rows = members_at(connection, as_of)
    clan = queries.clan(connection)
    places = role_places(clan.role_orders if clan else (), (row.role for row in rows))
    return seats(connection, rows, last_looks(connection, rows, as_of), places, as_of)


def _heard(connection: Connection, rules: Rules, as_of: datetime) -> Heard:
    return heard_by(connection, as_of) if rules.discord else heard(None)


def _after(signs: Signs | None, as_of: datetime) -> bool:
    return signs is not None and signs.last_at is not None and signs.last_at > as_of
