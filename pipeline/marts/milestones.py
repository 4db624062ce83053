"""Thresholds that members crossed of late: what WOM tells and what our looks saw, one event each, with the narrower date."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from pipeline.domain.metrics import SKILLS, Metric
from pipeline.domain.milestones import BASES, Goal, Values, base, crossed, first_kill
from pipeline.marts.advice_model import Milestone
from pipeline.marts.model import Gain, Member, Period
from pipeline.storage import milestone_queries
from pipeline.storage.milestone_queries import AwardRow, CrossingRow

QUARTER: Final = "90d"
_MS: Final = timedelta(milliseconds=1)

_Key = tuple[int, str, str, int]
"""Player, metric, measure, threshold: what makes two tellings one event."""


def milestones(
    connection: Connection,
    seen_until: datetime,
    members: Sequence[Member],
    period: Period,
    metrics: Mapping[int, Metric],
) -> tuple[Milestone, ...]:
    """What *members* crossed from the beginning of *period* up to *seen_until*, the newest first."""
    names = {member.player_id: member.name for member in members}
    ids = {metric.key: number for number, metric in metrics.items()}
    found: dict[_Key, Milestone] = {}
    for award in milestone_queries.awards(connection, period.window.since, seen_until):
        if award.player_id in names:
            found[award.player_id, award.metric, award.measure, award.threshold] = _told(award, names[award.player_id])
    for member, goal, look in _seen(connection, members, period, metrics, ids, seen_until):
        if look is not None and look.after_at is not None:
            key = (member.player_id, goal.metric, goal.measure, goal.threshold)
            ours = Milestone(
                member.player_id, member.name, goal.title, goal.metric, goal.threshold, look.after_at, look.by_at,
                "looks",
            )  # fmt: skip
            found[key] = _merged(found[key], ours) if key in found else ours
    return tuple(sorted(found.values(), key=lambda m: (-m.by_at.timestamp(), m.player.casefold(), m.title)))


def _told(award: AwardRow, name: str) -> Milestone:
    after_at = None if award.accuracy is None else award.achieved_at - award.accuracy * _MS
    return Milestone(
        award.player_id, name, award.name, award.metric, award.threshold, after_at, award.achieved_at, "wom"
    )


def _merged(told: Milestone, ours: Milestone) -> Milestone:
    """One event under WOM's name, dated by whoever looked more closely."""
    closer = min((told, ours), key=lambda m: (m.after_at is None, (m.by_at - (m.after_at or m.by_at)), m.by_at))
    return replace(told, after_at=closer.after_at, by_at=closer.by_at, told_by="both")


def _seen(
    connection: Connection,
    members: Sequence[Member],
    period: Period,
    metrics: Mapping[int, Metric],
    ids: Mapping[str, int],
    seen_until: datetime,
) -> Iterator[tuple[Member, Goal, CrossingRow | None]]:
    """What *members* crossed between two looks, and the look that saw it, if one of ours did."""
    since = period.window.since
    reached = [
        (member, goal, (member.player_id, ids[key], goal.threshold))
        for member in members
        for key, gain in period.gains.get(member.player_id, {}).items()
        for goal in _crossed(metrics[ids[key]], gain)
    ]
    looks = milestone_queries.crossings(connection, [asked for _, _, asked in reached], since, seen_until)
    yield from ((member, goal, looks.get(asked)) for member, goal, asked in reached)
    for member in members:
        mine = period.gains.get(member.player_id, {})
        for goal, look in _bases(connection, member, mine, ids, since, seen_until):
            yield member, goal, look


def _crossed(metric: Metric, gain: Gain) -> Iterator[Goal]:
    """Thresholds between the first and the last look of a window."""
    if gain.newly_ranked and metric.kind == "boss":
        yield first_kill(metric)
    yield from crossed(metric, gain.start or 0, gain.end or 0)


def _bases(
    connection: Connection,
    member: Member,
    mine: Mapping[str, Gain],
    ids: Mapping[str, int],
    since: datetime,
    seen_until: datetime,
) -> Iterator[tuple[Goal, CrossingRow | None]]:
    """Levels that all skills have now and had not before: crossed when the last of them was."""
    now = {skill: member.values.get(skill, 0) for skill in SKILLS}
    before = {skill: (mine[skill].start or 0) if skill in mine else value for skill, value in now.items()}
    for level, need in BASES.items():
        if min(now.values()) < need or min(before.values()) >= need:
            continue
        yield base(level), base_crossing(connection, member.player_id, before, ids, need, since, seen_until)


def base_crossing(
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
