"""One look at the night: every test, with chance kept in check over all of them, and everything that was counted."""

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from pipeline.marts.advice_model import Soul
from pipeline.marts.insights.anomalies import anomalies
from pipeline.marts.insights.cohorts import cohorts
from pipeline.marts.insights.counted import counted
from pipeline.marts.insights.coverage import coverage, officers_of
from pipeline.marts.insights.days import days
from pipeline.marts.insights.helpers import helpers
from pipeline.marts.insights.model import Finding, Tested
from pipeline.marts.insights.patterns import patterns
from pipeline.marts.insights.statistics import SUREST, adjusted
from pipeline.marts.insights.trends import trends
from pipeline.marts.model import Marts
from pipeline.marts.rules import Rules
from pipeline.marts.wording import Calendar

FALSE_RATE: Final = 0.01
"""Of all findings so many may be chance (Benjamini–Hochberg)."""


def look(connection: Connection, marts: Marts, rules: Rules) -> tuple[Finding, ...]:
    """What stands out on the night of *marts*, by key."""
    found = (*sure(tested(connection, marts, rules)), *counted(marts, rules))
    return tuple(sorted(found, key=lambda finding: finding.key))


def tested(connection: Connection, marts: Marts, rules: Rules) -> list[Tested]:
    """Every test of the night, those that find nothing included."""
    zone, now = ZoneInfo(rules.time_zone), marts.as_of
    held = days(connection, now, discord=rules.discord)
    officers = officers_of({member.person_id: member.role for member in marts.members}, rules.leaders)
    return [
        *anomalies(held, Calendar(zone, now)),
        *patterns(held),
        *trends(held),
        *helpers(held, _in_guild(marts)),
        *coverage(held, officers, zone),
        *cohorts(marts.roster, len(marts.members), now),
    ]


def sure(tests: list[Tested]) -> list[Finding]:
    """Findings that are still rare when all tests of the night are known, as sure as that makes them."""
    rates = adjusted([test.p for test in tests])
    return [
        test.finding.sure(min(1 - rate, SUREST))
        for test, rate in zip(tests, rates, strict=True)
        if test.finding is not None and rate <= FALSE_RATE
    ]


def _in_guild(marts: Marts) -> Mapping[int, Soul]:
    """Everybody who can be spoken of: people of the guild, in the clan or not. Those who left it are no news."""
    unwatched = {each.person_id for each in marts.advice.inactivity.verdicts if "opted_out" in each.hindrances}
    speakers = marts.talk.speakers if marts.talk is not None else ()
    return {
        each.person_id: Soul(each.person_id, next(iter(each.player_ids), None), each.name)
        for each in speakers
        if each.in_guild and each.person_id not in unwatched
    }
