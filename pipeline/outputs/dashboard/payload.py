"""`clan_data.json`: the whole night for programs, in the form that CONTRACT.md fixes. Extend it, never rename in it."""

from typing import Any, Final

from pipeline.domain.metrics import Metric
from pipeline.marts.model import (
    AchievementLine,
    Bridge,
    CompetitionView,
    Gain,
    Highlight,
    Marts,
    Member,
    Period,
    Place,
    RosterLine,
    SourceState,
)
from pipeline.outputs.dashboard.advice_payload import advice_payload, verdicts_by_person
from pipeline.outputs.dashboard.encode import instant, memo
from pipeline.outputs.dashboard.talk_payload import talk_payload

SCHEMA_VERSION: Final = 1


def payload(marts: Marts) -> dict[str, Any]:
    """All that the dashboard knows, readable without it: instants in UTC, hours as hours, counts as integers."""
    metrics = {metric.key: metric for metric in marts.metrics}
    verdict_of = verdicts_by_person(marts.advice)
    return {
        "schema_version": SCHEMA_VERSION,
        "as_of": instant(marts.as_of),
        "clan": _clan(marts),
        "freshness": _freshness(marts),
        "sources": {source.source: _source(source) for source in marts.freshness.sources},
        "windows": {
            key: {"since": instant(period.window.since), "until": instant(period.window.until)}
            for key, period in marts.periods.items()
        },
        "metrics": [
            {"key": metric.key, "name": metric.name, "kind": metric.kind, "unit": metric.unit}
            for metric in marts.metrics
        ],
        "members": [{**_member(member, metrics), "verdict": verdict_of(member.person_id)} for member in marts.members],
        "gains": {key: _gains(period, metrics) for key, period in marts.periods.items()},
        "tiles": [
            {"key": tile.key, "label": tile.label, "value": tile.value, "before": tile.before, "unit": tile.unit}
            for tile in marts.tiles
        ],
        "bridge": _bridge(marts.bridge),
        "weeks": [_bridge(week) for week in marts.weeks],
        "since_last_night": {
            "since": instant(marts.since_last_night.since),
            "until": instant(marts.since_last_night.until),
            "lines": [
                {"kind": line.kind, "player_id": line.player_id, "player": line.player, "text": line.text}
                for line in marts.since_last_night.lines
            ],
        },
        "bosses": [_highlight(highlight, metrics) for highlight in marts.bosses],
        "skills": [_highlight(highlight, metrics) for highlight in marts.skills],
        "roster": [_roster_line(line) for line in marts.roster],
        "competitions": [_competition(contest, metrics) for contest in marts.competitions],
        "achievements": [_achievement(line) for line in marts.achievements],
        **advice_payload(marts.advice, metrics),
        **(talk_payload(marts, marts.talk) if marts.talk else {}),
    }


def _clan(marts: Marts) -> dict[str, Any]:
    clan = marts.clan
    return {
        "id": clan.id,
        "name": clan.name,
        "time_zone": clan.time_zone,
        "clan_chat": clan.clan_chat,
        "description": clan.description,
        "homeworld": clan.homeworld,
        "roles": list(clan.roles),
    }


def _source(source: SourceState) -> dict[str, Any]:
    """How fresh a source is; `note` only where something of it is missing."""
    told = {"fetched_at": instant(source.fetched_at), "state": source.state}
    return told if source.note is None else {**told, "note": source.note}


def _freshness(marts: Marts) -> dict[str, Any]:
    fresh = marts.freshness
    return {
        "sentence": fresh.sentence,
        "data_until": instant(fresh.data_until),
        "members": fresh.members,
        "unseen": fresh.unseen,
    }


def _member(member: Member, metrics: dict[str, Metric]) -> dict[str, Any]:
    return {
        "player_id": member.player_id,
        "person_id": member.person_id,
        "name": member.name,
        "username": member.username,
        "role": member.role,
        "type": member.type,
        "build": member.build,
        "status": member.status,
        "country": member.country,
        "joined_at": instant(member.joined_at),
        "join_source": member.join_source,
        "tenure_days": member.tenure_days,
        "last_changed_at": instant(member.last_changed_at),
        "updated_at": instant(member.updated_at),
        "seen_lately": member.seen_lately,
        "total_level": member.total_level,
        "top_boss": member.top_boss,
        "values": {key: _shown(metrics, key, value) for key, value in sorted(member.values.items())},
        "places": dict(sorted(member.places.items())),
    }


def _gains(period: Period, metrics: dict[str, Metric]) -> dict[str, Any]:
    """Gains by player and metric. Who was looked at twice stands here even with nothing gained, nobody else does."""
    iso = memo(instant)
    held: dict[str, Any] = {}
    for player_id, gains in sorted(period.gains.items()):
        look = period.looks[player_id]
        start_at, end_at = iso(look.start_at), iso(look.end_at)
        held[str(player_id)] = {
            key: _gain(metrics.get(key), gain, start_at, end_at) for key, gain in sorted(gains.items()) if gain.gained
        }
    return held


def _gain(metric: Metric | None, gain: Gain, start_at: str | None, end_at: str | None) -> dict[str, Any]:
    """One of a hundred thousand, nearly all of them whole numbers: nothing is called that need not be."""
    gained, start, end, newly_ranked = gain
    told: dict[str, Any] = {
        "gained": gained,
        "start": start,
        "end": end,
        "newly_ranked": newly_ranked,
        "start_at": start_at,
        "end_at": end_at,
    }
    if metric is None or metric.scale == 1:
        return told
    return told | {key: None if told[key] is None else metric.in_units(told[key]) for key in ("gained", "start", "end")}


def _shown(metrics: dict[str, Metric], key: str, value: int | None) -> int | float | None:
    return value if value is None or key not in metrics else metrics[key].in_units(value)


def _bridge(bridge: Bridge) -> dict[str, Any]:
    return {
        "since": instant(bridge.window.since),
        "until": instant(bridge.window.until),
        "total_start": bridge.total_start,
        "total_end": bridge.total_end,
        "joiners": bridge.joiners,
        "leavers": bridge.leavers,
        "same_members": bridge.same_members,
        "newly_visible": bridge.newly_visible,
        "tracking_gap": bridge.tracking_gap,
        "change": bridge.change,
        "counts": {
            "joiners": bridge.joined_count,
            "leavers": bridge.left_count,
            "same_members": bridge.same_count,
            "newly_visible": bridge.newly_visible_count,
        },
    }


def _highlight(highlight: Highlight, metrics: dict[str, Metric]) -> dict[str, Any]:
    def place(row: Place | None) -> dict[str, Any] | None:
        return {"player_id": row.player_id, "value": _shown(metrics, highlight.metric, row.value)} if row else None

    return {
        "metric": highlight.metric,
        "week_total": _shown(metrics, highlight.metric, highlight.week_total),
        "month_total": _shown(metrics, highlight.metric, highlight.month_total),
        "week_players": highlight.week_players,
        "week_leader": place(highlight.week_leader),
        "holder": place(highlight.holder),
    }


def _roster_line(line: RosterLine) -> dict[str, Any]:
    return {
        "at": instant(line.at),
        "kind": line.kind,
        "player_id": line.player_id,
        "player": line.player,
        "before": line.before,
        "after": line.after,
        "text": line.text,
    }


def _competition(contest: CompetitionView, metrics: dict[str, Metric]) -> dict[str, Any]:
    first = contest.metrics[0] if contest.metrics else ""
    return {
        "id": contest.id,
        "title": contest.title,
        "type": contest.type,
        "metrics": list(contest.metrics),
        "starts_at": instant(contest.starts_at),
        "ends_at": instant(contest.ends_at),
        "state": contest.state,
        "participants": contest.participants,
        "rows": [
            {
                "place": row.place,
                "player_id": row.player_id,
                "player": row.player,
                "team": row.team,
                "gained": _shown(metrics, first, row.gained),
            }
            for row in contest.rows
        ],
    }


def _achievement(line: AchievementLine) -> dict[str, Any]:
    return {
        "player_id": line.player_id,
        "player": line.player,
        "title": line.title,
        "metric": line.metric,
        "achieved_at": instant(line.achieved_at),
    }
