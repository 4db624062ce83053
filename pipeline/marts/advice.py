"""All advice of a night from one view of the database: what each question's own module finds, brought together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row

from pipeline.domain.metrics import Metric
from pipeline.marts import cards
from pipeline.marts.advice_model import Advice, Card
from pipeline.marts.away import Memory, away
from pipeline.marts.model import AchievementLine, CompetitionView, Freshness, Member, Period
from pipeline.marts.promotions import boards, entries, promotions
from pipeline.marts.rules import Rules
from pipeline.marts.signs import heard
from pipeline.marts.talk_model import TalkMarts
from pipeline.marts.todo import todo
from pipeline.storage import insights, queries
from pipeline.storage.queries import MemberRow

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
    metrics: Sequence[Metric]
    competitions: Sequence[CompetitionView]
    achievements: Sequence[AchievementLine]
    talk: TalkMarts | None


def advice(connection: Connection, night: Night, rules: Rules) -> Advice:
    """The advice of *night* by the clan's *rules*."""
    kept = insights.standing(connection, night.now)
    inactivity = away(
        connection, night.rows, night.role_places, rules, night.now, night.seen_until, heard(night.talk),
        _memory(kept, night),
    )  # fmt: skip
    clan = queries.clan(connection)
    counted = Counter(line.player_id for line in night.achievements)
    everybody = entries(
        rules, night.members, inactivity, night.periods, night.metrics, night.competitions, counted, night.talk
    )
    told = Advice(
        inactivity=inactivity,
        promotions=promotions(rules, everybody, clan.role_orders if clan else (), _due_since(kept), night.last_night),
        formulas=boards(rules, everybody),
        cards=_cards(kept),
    )
    return replace(told, todo=todo(told, night.freshness, night.talk))


def _due_since(kept: Sequence[Row[Any]]) -> dict[str, datetime]:
    return {row.key: row.created_at for row in kept if row.kind == "due"}


def _memory(kept: Sequence[Row[Any]], night: Night) -> Memory:
    since = {int(row.key.removeprefix(AWAY)): row.created_at for row in kept if row.kind == "away"}
    return Memory(since, night.last_night)


def _cards(kept: Sequence[Row[Any]]) -> tuple[Card, ...]:
    found = [cards.card(row.key, row.created_at, row.expires_at, row.body) for row in kept if row.kind == "card"]
    return cards.in_order(found)
