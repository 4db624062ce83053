"""All advice of a night from one view of the database: what each question's own module finds, brought together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from pipeline.domain.metrics import Metric
from pipeline.marts import cards
from pipeline.marts.advice_model import LATELY, Advice, Card
from pipeline.marts.away import Memory, away, known
from pipeline.marts.consent import known_as, shown
from pipeline.marts.decisions import excused, on_file, postponed, rulings
from pipeline.marts.fates import Evidence
from pipeline.marts.fates import decisions as decided
from pipeline.marts.forecasts import upcoming
from pipeline.marts.keys import of_all
from pipeline.marts.milestones import QUARTER, milestones
from pipeline.marts.model import AchievementLine, CompetitionView, Freshness, Highlight, Member, Period, RosterLine
from pipeline.marts.promotions import boards, entries, moved_down, promotions
from pipeline.marts.retention.assemble import SoFar, retention
from pipeline.marts.rules import Rules
from pipeline.marts.signs import heard
from pipeline.marts.talk_model import TalkMarts
from pipeline.marts.todo import todo
from pipeline.marts.together import MONTH, together
from pipeline.marts.wording import Calendar
from pipeline.storage import insights, queries
from pipeline.storage.queries import MemberRow
from pipeline.storage.talk_queries import Scope

AWAY: Final = "away:"
"""What the key of a kept verdict begins with; the person's number follows."""


@dataclass(frozen=True, slots=True)
class Night:
    """What the game's and the guild's halves know already. `last_night` is when an earlier night last asked, None before."""

    now: datetime
    seen_until: datetime
    last_night: datetime | None
    rows: Sequence[MemberRow]
    role_places: Mapping[str, int]
    members: Sequence[Member]
    freshness: Freshness
    periods: Mapping[str, Period]
    metrics: Mapping[int, Metric]
    series: Mapping[int, Sequence[tuple[date, int]]]
    bosses: Sequence[Highlight]
    competitions: Sequence[CompetitionView]
    achievements: Sequence[AchievementLine]
    talk: TalkMarts | None
    scope: Scope | None
    roster: Sequence[RosterLine]


def advice(connection: Connection, night: Night, rules: Rules) -> Advice:
    """The advice of *night* by the clan's *rules*."""
    kept = insights.standing(connection, night.now)
    last_night = night.last_night if insights.any_before(connection, night.now) else None
    calendar, away_since = Calendar(ZoneInfo(rules.time_zone), night.now), _away_since(kept)
    memory = Memory(away_since, last_night)
    evidence = known(connection, rules, night.now, night.seen_until, heard(night.talk), memory)
    seen = {person: signs.last_at for person, signs in evidence.signs.items() if signs.last_at is not None}
    filed = rulings(on_file(connection, night.now), seen, calendar)
    evidence = replace(evidence, exemptions=evidence.exemptions.and_decided(excused(filed, calendar)))
    inactivity = away(connection, night.rows, night.role_places, rules, night.now, night.seen_until, evidence)
    by_key = {metric.key: metric for metric in night.metrics.values()}
    clan = queries.clan(connection)
    everybody = entries(
        rules, night.members, inactivity, night.periods, by_key, night.competitions,
        Counter(line.player_id for line in night.achievements), night.talk,
    )  # fmt: skip
    crossed = milestones(connection, night.seen_until, night.members, night.periods[QUARTER], night.metrics)
    ahead, record = upcoming(connection, night.now, night.members, night.metrics)
    staying = retention(
        connection,
        SoFar(
            night.now, night.seen_until, night.members, night.periods, by_key, night.series, night.competitions,
            night.bosses, crossed, inactivity, evidence.signs, evidence.matched, night.talk,
            night.scope,
        ),
        rules,
    )  # fmt: skip
    hidden = known_as(connection, evidence.opted_out)
    demoted = moved_down(night.roster, calendar)
    told = Advice(
        inactivity=inactivity,
        promotions=promotions(
            rules,
            everybody,
            clan.role_orders if clan else (),
            _due_since(kept),
            last_night,
            demoted,
            postponed(filed, calendar),
        ),
        formulas=boards(rules, everybody),
        milestones=crossed,
        upcoming=ahead,
        hit_rate=record,
        retention=staying,
        cards=shown(_cards(kept), hidden),
        last_night=last_night,
        together=together(inactivity, night.periods[MONTH], by_key, night.competitions, night.talk),
    )
    ruled = decided(filed, _evidence(night, told), calendar)
    told = replace(told, decisions=tuple(each for each in ruled if not hidden.is_of_discord(each.key)))
    return replace(told, todo=todo(told, night.freshness, night.talk))


def _evidence(night: Night, told: Advice) -> Evidence:
    lately = tuple(milestone for milestone in told.milestones if milestone.by_at > night.now - LATELY)
    return Evidence(
        members=night.members,
        verdicts=told.inactivity.verdicts,
        roster=night.roster,
        ladder=told.promotions.ladder,
        open_keys=of_all(replace(told, milestones=lately), night.talk),
        tied=frozenset((player, tie.account_id) for tie in night.talk.identities.ties for player in tie.player_ids)
        if night.talk
        else None,
    )


def _due_since(kept: Sequence[Row[Any]]) -> dict[str, datetime]:
    return {row.key: row.created_at for row in kept if row.kind == "due"}


def _away_since(kept: Sequence[Row[Any]]) -> dict[int, datetime]:
    return {int(row.key.removeprefix(AWAY)): row.created_at for row in kept if row.kind == "away"}


def _cards(kept: Sequence[Row[Any]]) -> tuple[Card, ...]:
    found = [cards.card(row.key, row.created_at, row.expires_at, row.body) for row in kept if row.kind == "card"]
    return cards.in_order(found)
