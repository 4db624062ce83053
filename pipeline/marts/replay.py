"""What a policy would have done in past months, with only what was known then, and how often one would have been sorry.

Each instant of the past is judged from looks and messages up to it, whenever we came to read them. Two things are today's, since
nobody keeps their history: which Discord account is whose, and whether an account is banned.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from pipeline.domain.activity import Signs
from pipeline.marts.advice_model import Soul
from pipeline.marts.away import known
from pipeline.marts.replay_model import Named
from pipeline.marts.roster import role_places
from pipeline.marts.rules import Rules
from pipeline.marts.seats import last_looks, members_at, seats
from pipeline.marts.signs import Heard, heard, heard_by, signs
from pipeline.marts.verdicts import Known, Seat, inactivity
from pipeline.marts.wording import Calendar
from pipeline.storage import queries, talk_queries

MONTHS: Final = 6

REGRET: Final = timedelta(days=60)
"""Whoever takes part again so soon after being named would have been missed."""


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
    for as_of in within_history(connection, rules, instants, now):
        yield from _at(connection, rules, as_of, thresholds, now)


def within_history(
    connection: Connection, rules: Rules, instants: Sequence[datetime], now: datetime
) -> Iterator[datetime]:
    """Those of *instants* of which something is known: from the first look on, until looks are too old."""
    span = queries.look_span(connection, now)
    if span is not None:
        last = min(now, span[1] + timedelta(days=rules.look_at_age_days))
        yield from (as_of for as_of in instants if span[0] <= as_of <= last)


def is_over(connection: Connection, as_of: datetime, now: datetime) -> bool:
    """Whether what came in the 60 days after *as_of* is known."""
    span = queries.look_span(connection, now)
    return span is not None and as_of + REGRET <= span[1]


def judged(connection: Connection, rules: Rules, as_of: datetime, now: datetime) -> tuple[tuple[Seat, ...], Known]:
    """Who sat in the clan at *as_of*, and what there was to judge them by: all that was written by then, if it was read by *now*."""
    talk = _heard(connection, rules, as_of)
    read_until = talk_queries.heard_until(connection, now) if talk.begun else None
    heard_until = None if read_until is None else min(read_until, as_of)
    return _seats(connection, as_of), replace(known(connection, rules, as_of, as_of, talk), heard_until=heard_until)


def _at(
    connection: Connection, rules: Rules, as_of: datetime, thresholds: Sequence[int], now: datetime
) -> Iterator[Named]:
    sitting, evidence = judged(connection, rules, as_of, now)
    later = min(as_of + REGRET, now)
    signs_later = signs(connection, later, _heard(connection, rules, later))
    looks = last_looks(connection, members_at(connection, as_of), later)
    oldest = later - timedelta(days=rules.look_at_age_days)
    watched = {seat.person_id for seat in sitting if looks.get(seat.player_id, as_of) >= oldest}
    calendar, over = Calendar(ZoneInfo(rules.time_zone), as_of), is_over(connection, as_of, now)
    for days in thresholds:
        own = days == rules.inactive_days
        policy = rules if own else replace(rules, inactive_days=days, inactive_days_by_rank={})
        purge = inactivity(sitting, evidence, policy, calendar).purge
        named = tuple(Soul(each.person_id, each.player_ids[0], each.name) for each in purge)
        back = tuple(soul for soul in named if _after(signs_later.get(soul.person_id), as_of))
        unseen = tuple(soul for soul in named if soul not in back and soul.person_id not in watched)
        people = len({seat.person_id for seat in sitting})
        yield Named(days, as_of, people, named, back, unseen, over)


def _seats(connection: Connection, as_of: datetime) -> tuple[Seat, ...]:
    rows = members_at(connection, as_of)
    clan = queries.clan(connection)
    places = role_places(clan.role_orders if clan else (), (row.role for row in rows))
    return seats(connection, rows, last_looks(connection, rows, as_of), places, as_of)


def _heard(connection: Connection, rules: Rules, as_of: datetime) -> Heard:
    return heard_by(connection, as_of) if rules.discord else heard(None)


def _after(signs: Signs | None, as_of: datetime) -> bool:
    return signs is not None and signs.last_at is not None and signs.last_at > as_of
