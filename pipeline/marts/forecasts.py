"""When members will reach what is ahead of them, and how often such forecasts held.

A forecast is made as of a Monday, 00:00 UTC, from what was known before: the member's own weekly gains of the last year, drawn
again and again in blocks of weeks, since people train in bouts. Of the paths so drawn, 10, 50 and 90 % have arrived at the three
dates. A database that has history but no forecasts yet is given those of past Mondays, each made with only what was known then, so
that its record is honest from the first night on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Row

from pipeline.domain.metrics import SKILLS, Metric
from pipeline.domain.milestones import Goal, base_progress, goal_at, next_base, next_goal
from pipeline.domain.window import DAY, midnight
from pipeline.marts.advice_model import HitRate, Upcoming
from pipeline.marts.arrivals import HELD_WEEKS, Draws, arrival, weekly
from pipeline.marts.milestones import base_crossing
from pipeline.marts.model import Member
from pipeline.storage import forecasts, milestone_queries, queries
from pipeline.storage.milestone_queries import CrossingRow
from pipeline.storage.types import ms_or_none, to_ms

WEEK: Final = 7 * DAY
FEWEST_WEEKS: Final = 8
PACE_WEEKS: Final = 8
DUE_WITHIN: Final = 60 * DAY
BACK: Final = 20
"""Mondays of the past that are made up for."""

_FATES: Final = ("early", "inside", "late")

Moved = tuple[int, int, int | None, int]
"""Player, metric, an earlier value and a later one."""


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """A forecast to be kept; `fate` and `reached_at` once it is known what became of it."""

    player_id: int
    metric_id: int
    threshold: int
    made_at: datetime
    value: int
    low_at: datetime
    mid_at: datetime
    high_at: datetime | None
    reached_at: datetime | None = None
    fate: str | None = None
    resolved_at: datetime | None = None

    def stored(self) -> tuple[Any, ...]:
        """As the table has it."""
        return (
            self.player_id, self.metric_id, self.threshold, to_ms(self.made_at), self.value, to_ms(self.low_at),
            to_ms(self.mid_at), ms_or_none(self.high_at), ms_or_none(self.reached_at), self.fate,
            ms_or_none(self.resolved_at),
        )  # fmt: skip


def missing_mondays(connection: Connection, now: datetime) -> list[datetime]:
    """Mondays up to *now*, the oldest first, for which forecasts could be made and were not."""
    span = queries.look_span(connection, now)
    if span is None:
        return []
    done = forecasts.made_on(connection)
    last = midnight(now) - midnight(now).weekday() * DAY
    mondays = (last - back * WEEK for back in range(BACK, -1, -1))
    return [monday for monday in mondays if monday not in done and monday - FEWEST_WEEKS * WEEK >= span[0]]


def make(connection: Connection, monday: datetime) -> list[ForecastRow]:
    """The forecasts as of *monday*."""
    metrics = queries.metrics(connection)
    first = milestone_queries.first_looks(connection)
    rows = milestone_queries.two_values(connection, monday - PACE_WEEKS * WEEK, monday)
    rows = [row for row in rows if first.get(row[0], monday) <= monday - FEWEST_WEEKS * WEEK]
    candidates = [*_single(rows, metrics), *_bases(rows, metrics)]
    instants = [monday - back * WEEK for back in range(HELD_WEEKS, -1, -1)]
    pairs = sorted({(each.player_id, metric_id) for each in candidates for metric_id, _ in each.missing})
    held = milestone_queries.values_at(connection, pairs, instants)
    made, draws = [], Draws(monday)
    for each in candidates:
        ways = [(weekly(held[each.player_id, metric_id]), missing) for metric_id, missing in each.missing]
        low, mid, high = arrival(ways, draws)
        if mid <= DUE_WITHIN / WEEK:
            high_at = None if np.isinf(high) else monday + high * WEEK
            made.append(
                ForecastRow(
                    each.player_id, each.metric_id, each.threshold, monday, each.value, monday + low * WEEK,
                    monday + mid * WEEK, high_at,
                )
            )  # fmt: skip
    return made


@dataclass(frozen=True, slots=True)
class Candidate:
    """What somebody may reach soon: `value` of `threshold`. `missing` is how much of which metric; all of it must come."""

    player_id: int
    metric_id: int
    value: int
    threshold: int
    missing: tuple[tuple[int, int], ...]


def _single(rows: Iterable[Moved], metrics: Mapping[int, Metric]) -> Iterator[Candidate]:
    """Thresholds of one metric."""
    for player_id, metric_id, earlier, value in rows:
        goal = next_goal(metrics[metric_id], value)
        if goal is not None and earlier is not None and _in_reach(goal.threshold - value, value - earlier):
            yield Candidate(player_id, metric_id, value, goal.threshold, ((metric_id, goal.threshold - value),))


def _bases(rows: Iterable[Moved], metrics: Mapping[int, Metric]) -> Iterator[Candidate]:
    """The next level of all skills together."""
    ids = {metric.key: metric_id for metric_id, metric in metrics.items()}
    for player_id, group in groupby(rows, key=lambda row: row[0]):
        held = {metrics[metric_id].key: (earlier or 0, value) for _, metric_id, earlier, value in group}
        values = {key: value for key, (_, value) in held.items()}
        goal = next_base(values)
        if goal is None or goal.in_each_skill is None:
            continue
        need = goal.in_each_skill
        missing = {skill: need - values.get(skill, 0) for skill in SKILLS if values.get(skill, 0) < need}
        gained = {key: value - earlier for key, (earlier, value) in held.items()}
        if all(_in_reach(remaining, gained.get(skill, 0)) for skill, remaining in missing.items()):
            parts = tuple((ids[skill], remaining) for skill, remaining in missing.items())
            yield Candidate(player_id, ids[goal.metric], base_progress(values, need), goal.threshold, parts)


def _in_reach(remaining: int, gained: int) -> bool:
    """Whether what was *gained* in the last weeks would do for *remaining* in twice the time that is shown."""
    return remaining <= gained / PACE_WEEKS * 2 * (DUE_WITHIN / WEEK)


def resolve(connection: Connection, now: datetime) -> list[ForecastRow]:
    """Open forecasts of which it is known by *now* what became of them."""
    looks, metrics = queries.last_looks(connection, now), queries.metrics(connection)
    return [
        found
        for row in forecasts.open_ones(connection)
        if row.made_at <= now and (found := _resolved(connection, row, metrics, looks, now)) is not None
    ]


def _crossing(
    connection: Connection, row: Row[Any], metrics: Mapping[int, Metric], now: datetime
) -> CrossingRow | None:
    """When what *row* forecast was reached, None if it was not."""
    goal = goal_at(metrics[row.metric_id], row.threshold)
    if goal is None or goal.in_each_skill is None:
        return milestone_queries.crossing(connection, row.player_id, row.metric_id, row.threshold, row.made_at, now)
    ids = {metric.key: metric_id for metric_id, metric in metrics.items()}
    pairs = [(row.player_id, ids[skill]) for skill in SKILLS]
    held = milestone_queries.values_at(connection, pairs, [row.made_at])
    before = {skill: held[row.player_id, ids[skill]][0] for skill in SKILLS}
    return base_crossing(connection, row.player_id, before, ids, goal.in_each_skill, row.made_at, now)


def _resolved(
    connection: Connection, row: Row[Any], metrics: Mapping[int, Metric], looks: Mapping[int, datetime], now: datetime
) -> ForecastRow | None:
    crossed = _crossing(connection, row, metrics, now)
    if crossed is not None:
        after_at = max(row.made_at, crossed.after_at or row.made_at)
        is_late = row.high_at is not None and after_at > row.high_at
        fate = "early" if crossed.by_at < row.low_at else "late" if is_late else "inside"
        return _with(row, fate, crossed.by_at, crossed.by_at)
    looked_at = looks.get(row.player_id)
    if row.high_at is not None and looked_at is not None and looked_at > row.high_at:
        return _with(row, "late", None, looked_at)
    return None


def _with(row: Row[Any], fate: str, reached_at: datetime | None, resolved_at: datetime) -> ForecastRow:
    return ForecastRow(
        row.player_id, row.metric_id, row.threshold, row.made_at, row.value, row.low_at, row.mid_at, row.high_at,
        reached_at, fate, resolved_at,
    )  # fmt: skip


def upcoming(
    connection: Connection, now: datetime, members: Sequence[Member], metrics: Mapping[int, Metric]
) -> tuple[tuple[Upcoming, ...], HitRate]:
    """What is ahead of *members* by the newest forecasts, the soonest first, and the record of all forecasts by *now*."""
    by_id = {member.player_id: member for member in members}
    found = []
    for row in forecasts.newest(connection, now):
        member, metric = by_id.get(row.player_id), metrics[row.metric_id]
        goal = goal_at(metric, row.threshold)
        value = _value(member, goal) if member and goal else 0
        is_over = row.high_at is not None and row.high_at < now
        if member is None or goal is None or value >= row.threshold or is_over:
            continue
        found.append(
            Upcoming(
                member.player_id, member.name, goal.title, metric.key, row.threshold, value, row.made_at, row.low_at,
                row.mid_at, row.high_at,
            )
        )  # fmt: skip
    held = forecasts.record(connection, now)
    counts = {fate: held.get(fate, 0) for fate in _FATES}
    record = HitRate(sum(counts.values()), counts["inside"], counts["early"], counts["late"])
    return tuple(sorted(found, key=lambda each: (each.mid_at, each.player.casefold(), each.title))), record


def _value(member: Member, goal: Goal) -> int:
    """What *member* has of what *goal* measures."""
    if goal.in_each_skill is not None:
        return base_progress(member.values, goal.in_each_skill)
    return member.values.get(goal.metric, 0)
