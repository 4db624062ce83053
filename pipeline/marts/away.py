"""Verdicts from one view of the database, for tonight or with what was known at any instant of the past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from pipeline.marts.advice_model import Inactivity
from pipeline.marts.consent import opted_out
from pipeline.marts.exemptions import Exemptions
from pipeline.marts.identity.evidence import players_by_name
from pipeline.marts.rules import Rules
from pipeline.marts.seats import last_looks, seats
from pipeline.marts.signs import Heard, signs
from pipeline.marts.verdicts import Known, inactivity
from pipeline.marts.wording import Calendar
from pipeline.storage import identity, talk_queries
from pipeline.storage.queries import MemberRow


@dataclass(frozen=True, slots=True)
class Memory:
    """What earlier nights said: since when a person is called inactive; what is later than `last_night` is new."""

    away_since: Mapping[int, datetime]
    last_night: datetime | None


FORGETFUL: Final = Memory({}, None)


def away(
    connection: Connection,
    rows: Sequence[MemberRow],
    role_places: Mapping[str, int],
    rules: Rules,
    now: datetime,
    seen_until: datetime,
    evidence: Known,
) -> Inactivity:
    """Who of *rows* is active, away, or nobody can tell, by the *evidence* of the time up to *seen_until*."""
    looks = last_looks(connection, rows, seen_until)
    return inactivity(
        seats(connection, rows, looks, role_places, seen_until),
        evidence,
        rules,
        Calendar(ZoneInfo(rules.time_zone), now),
    )


def known(
    connection: Connection,
    rules: Rules,
    now: datetime,
    seen_until: datetime,
    talk: Heard,
    memory: Memory = FORGETFUL,
) -> Known:
    """What there is to judge by at *now*, whatever the thresholds are."""
    found = signs(connection, seen_until, talk)
    return replace(
        grounds(connection, rules, now),
        signs=found,
        away_since=memory.away_since,
        last_night=memory.last_night,
    )


def grounds(connection: Connection, rules: Rules, now: datetime) -> Known:
    """The same before anybody gave a sign of life, or anything is remembered."""
    owners = _owners(connection)
    return Known(
        signs={},
        matched=_matched(connection) if rules.discord else None,
        heard_until=talk_queries.heard_until(connection, now),
        opted_out=opted_out(connection, rules.opt_out),
        exemptions=Exemptions(rules.exempt, owners, Calendar(ZoneInfo(rules.time_zone), now)),
        away_since={},
        last_night=None,
    )


def _owners(connection: Connection) -> dict[str, int]:
    """Whose a name is or was, by standard name."""
    persons = talk_queries.persons(connection)
    return {name: persons[player] for name, player in players_by_name(connection).items() if player in persons}


def _matched(connection: Connection) -> frozenset[int]:
    """Persons with a Discord account."""
    return frozenset(row.person_id for row in identity.accounts(connection) if row.person_id is not None)
