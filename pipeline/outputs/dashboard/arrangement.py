"""What the page's scripts load: the night again, in an arrangement made for few bytes.

`face` is `clan_data.js`, loaded with the page; `detail` is a classic script of its own, loaded when somebody opens a member
or a board, and so is the history of weeks (`history.py`). Members are named by their place in `members`, counted from 0. A board is a flat list, best first: all its members, then
the best value and by how much each one after it is less (likes lie together, which halves what has to travel). Values are in stored
units (hours of ehp and ehb times 100,000), instants are milliseconds UTC. Programs read `clan_data.json` instead.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any, Final

from pipeline.marts.model import Marts, Member, Period, Place
from pipeline.outputs.dashboard.charts import growth
from pipeline.outputs.dashboard.emblems import emblem_id
from pipeline.outputs.dashboard.encode import instant, milliseconds
from pipeline.outputs.dashboard.filters import Words
from pipeline.outputs.dashboard.talk_arrangement import talk_detail, talk_face

MEMBER_FIELDS: Final = (
    "id", "name", "role", "type", "build", "status", "joinedAt", "joinSource", "tenureDays", "lastChangedAt", "updatedAt",
    "totalLevel", "person",
)  # fmt: skip
"""Columns of `members`, told to the script so that the order stands in one place."""

_EPOCH: Final = date(1970, 1, 1)


def face(marts: Marts, words: Words) -> dict[str, Any]:
    """What the first drill-down needs at once: members, metrics and the boards of the five periods."""
    at = _positions(marts)
    return {
        "asOf": instant(marts.as_of),
        "timeZone": marts.clan.time_zone,
        "clan": marts.clan.name,
        "metrics": [[metric.key, metric.name, metric.kind, emblem_id(metric)] for metric in marts.metrics],
        "memberFields": MEMBER_FIELDS,
        "members": [_member(member) for member in marts.members],
        "periods": [_period(period, marts.boards.get(key, {}), at) for key, period in marts.periods.items()],
        **({"talk": talk_face(marts, marts.talk, words)} if marts.talk else {}),
    }


def detail(marts: Marts) -> dict[str, Any]:
    """What only a member's story or a board asks for: present values, experience over time, deeds and roster lines."""
    at = _positions(marts)
    return {
        "asOf": instant(marts.as_of),
        "standings": {key: _flat(board, at) for key, board in sorted(marts.standings.items())},
        "series": {str(at[player]): _steps(points) for player, points in sorted(marts.series.items()) if player in at},
        "achievements": [
            [at[line.player_id], line.title, line.metric, milliseconds(line.achieved_at)]
            for line in marts.achievements
            if line.player_id in at
        ],
        "roster": [
            [at[line.player_id], line.kind, line.text, milliseconds(line.at)]
            for line in marts.roster
            if line.player_id in at
        ],
        "upcoming": [
            [
                at[line.player_id],
                line.title,
                line.metric,
                milliseconds(line.low_at),
                milliseconds(line.mid_at),
                milliseconds(line.high_at),
            ]
            for line in marts.advice.upcoming
            if line.player_id in at
        ],
        "verdicts": _verdicts(marts, at),
        "chart": growth(),
        **({"talk": talk_detail(marts, marts.talk, at)} if marts.talk else {}),
    }


def _verdicts(marts: Marts, at: Mapping[int, int]) -> dict[str, list[Any]]:
    """State, proof, what would change it and why they may be away, by member: a person's accounts share all of it."""
    return {
        str(at[player]): [verdict.state, verdict.proof, verdict.flips_if, verdict.exempt]
        for verdict in marts.advice.inactivity.verdicts
        for player in verdict.player_ids
        if player in at
    }


def _positions(marts: Marts) -> dict[int, int]:
    return {member.player_id: place for place, member in enumerate(marts.members)}


def _member(member: Member) -> list[Any]:
    return [
        member.player_id, member.name, member.role, member.type, member.build, member.status, milliseconds(member.joined_at),
        member.join_source, member.tenure_days, milliseconds(member.last_changed_at), milliseconds(member.updated_at), member.total_level,
        member.person_id,
    ]  # fmt: skip


def _period(period: Period, boards: Mapping[str, tuple[Place, ...]], at: Mapping[int, int]) -> dict[str, Any]:
    """A period with its boards; `looks` names who was looked at and when, since nobody else may show a zero."""
    return {
        "key": period.key,
        "label": period.label,
        "since": milliseconds(period.window.since),
        "until": milliseconds(period.window.until),
        "looks": {
            str(at[player]): [milliseconds(look.start_at), milliseconds(look.end_at)]
            for player, look in sorted(period.looks.items())
            if player in at
        },
        "boards": {key: _flat(board, at) for key, board in sorted(boards.items())},
        "newly": _newly(period, at),
    }


def _newly(period: Period, at: Mapping[int, int]) -> dict[str, list[int]]:
    """Who first ranked inside the period, by metric: their gain is the whole value, and may be older than the period."""
    held: dict[str, list[int]] = {}
    for player, gains in sorted(period.gains.items()):
        for metric, gain in sorted(gains.items()):
            if gain.newly_ranked is not False and gain.gained and player in at:
                held.setdefault(metric, []).append(at[player])
    return dict(sorted(held.items()))


def _flat(board: Iterable[Place], at: Mapping[int, int]) -> list[int]:
    """*board* as members, then the best value and the falls from one to the next."""
    held = [row for row in board if row.player_id in at]
    falls = [before.value - row.value for before, row in pairwise(held)]
    return [*(at[row.player_id] for row in held), *(row.value for row in held[:1]), *falls]


def _steps(points: Iterable[tuple[date, int]]) -> list[int]:
    """A line as its first day and value, then differences: small numbers pack well."""
    steps: list[int] = []
    day_before = value_before = 0
    for day, value in points:
        days = (day - _EPOCH).days
        steps += [days - day_before, value - value_before]
        day_before, value_before = days, value
    return steps
