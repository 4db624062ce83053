"""What a group's lists say: activity, name changes, hiscores, statistics and the CSV of members."""

from collections.abc import Iterator
from typing import Final

from pipeline.demo.account import Account, Renaming
from pipeline.demo.hiscores import UNRANKED, combat_level, total_level
from pipeline.demo.instants import moment, wire
from pipeline.demo.wom.numbers import five_decimals, number
from pipeline.demo.wom.view import COMPUTED, Sight, View
from pipeline.demo.wom.wire import Json, level_of, player, rank_of, snapshot
from pipeline.domain.levels import MAX_EXPERIENCE, level
from pipeline.domain.metrics import OVERALL, SKILLS

_MEASURE: Final = {"skill": "experience", "boss": "kills", "activity": "score", "computed": "value"}
_GROUPS: Final = {"skills": "skill", "bosses": "boss", "activities": "activity", "computed": "computed"}


def bulk_hiscores(view: View) -> list[Json]:
    """The answer to /groups/:id/bulk-hiscores: the latest snapshot of everybody who has one."""
    rows = []
    for account in view.counted():
        sight = view.latest(account)
        if sight is not None:
            rows.append({"player": player(view, account), "data": snapshot(view, sight)})
    return rows


def activity(view: View) -> list[Json]:
    """Every joining, leaving and change of role, newest first; founders have no row for their joining."""
    rows = [row for account in view.accounts for row in _events(view, account)]
    now = wire(view.at)
    return _newest_first([row for row in rows if row["createdAt"] <= now])


def _newest_first(rows: list[Json]) -> list[Json]:
    return sorted(rows, key=lambda row: str(row["createdAt"]), reverse=True)


def _events(view: View, account: Account) -> Iterator[Json]:
    for stay in account.stays:
        if stay.recorded:
            yield _event(view, account, "joined", stay.roles.at(stay.since), None, stay.since)
        for at, before, after in stay.roles.changes:
            yield _event(view, account, "changed_role", after, before, at)
        if stay.until is not None:
            yield _event(view, account, "left", stay.roles.at(stay.until), None, stay.until)


def _event(view: View, account: Account, kind: str, role: str, before: str | None, at: int) -> Json:
    return {
        "groupId": view.group_id,
        "playerId": account.id,
        "type": kind,
        "role": role,
        "previousRole": before,
        "createdAt": wire(at),
        "player": player(view, account),
    }


def renaming(account: Account, change: Renaming) -> Json:
    """A name change without its player."""
    return {
        "id": change.id,
        "playerId": account.id,
        "oldName": change.old,
        "newName": change.new,
        "status": "approved",
        "reviewContext": None,
        "resolvedAt": wire(change.resolved_at),
        "createdAt": wire(change.asked_at),
        "updatedAt": wire(change.resolved_at),
    }


def names(view: View, account: Account) -> list[Json]:
    """The answer to /players/:username/names."""
    known = [change for change in account.renamings if change.resolved_at <= view.at]
    return [renaming(account, change) for change in sorted(known, key=lambda change: -change.asked_at)]


def name_changes(view: View) -> list[Json]:
    """Every approved name change of the members, newest first."""
    rows = [{**row, "player": player(view, account)} for account, _ in view.members() for row in names(view, account)]
    return _newest_first(rows)


def hiscores(view: View, metric: str) -> list[Json]:
    """The answer to /groups/:id/hiscores: the latest value of everybody, best first; overall goes by levels."""
    kind = view.kind(metric) or "activity"
    sights = [sight for account in view.counted() if (sight := view.latest(account)) is not None]
    sights.sort(
        key=lambda sight: (level_of(sight, metric) if metric == OVERALL else 0, sight.stored(metric)), reverse=True
    )
    return [{"player": player(view, sight.account), "data": _score(sight, metric, kind)} for sight in sights]


def _score(sight: Sight, metric: str, kind: str) -> Json:
    score: Json = {"type": kind, "rank": rank_of(sight, metric, kind)}
    if kind == "skill":
        score["level"] = level_of(sight, metric)
    return score | {_MEASURE[kind]: number(sight.stored(metric))}


def statistics(view: View) -> Json | None:
    """The answer to /groups/:id/statistics; None for a group nobody of which was ever looked at."""
    sights = [sight for account in view.counted() if (sight := view.latest(account)) is not None]
    if not sights:
        return None
    return {
        "maxedCombatCount": sum(combat_level(sight.values) == 126 for sight in sights),
        "maxedTotalCount": sum(total_level(sight.values) == 99 * len(SKILLS) for sight in sights),
        "maxed200msCount": sum(sight.values[skill] == MAX_EXPERIENCE for sight in sights for skill in SKILLS),
        "averageStats": _average(view, sights),
        "metricLeaders": {
            group: {key: _leader(view, sights, key, kind) for key in _keys(view, kind)}
            for group, kind in _GROUPS.items()
        },
    }


def _keys(view: View, kind: str) -> tuple[str, ...]:
    return COMPUTED if kind == "computed" else view.keys[kind]


def _average(view: View, sights: list[Sight]) -> Json:
    rows = [snapshot(view, sight)["data"] for sight in sights]
    means: Json = {
        group: {
            key: {"metric": key}
            | {
                name: _mean([row[group][key][name] for row in rows], name)
                for name in rows[0][group][key]
                if name != "metric"
            }
            for key in rows[0][group]
        }
        for group in _GROUPS
    }
    for key, skill in means["skills"].items():
        skill["level"] = skill["level"] if key == OVERALL else level(skill["experience"])
    return {"id": -1, "playerId": -1, "createdAt": wire(view.at), "importedAt": None, "data": means}


def _mean(amounts: list[float], name: str) -> float:
    mean = sum(max(0, amount) for amount in amounts) / len(amounts)
    return five_decimals(mean) if name in COMPUTED else round(mean)


def _leader(view: View, sights: list[Sight], key: str, kind: str) -> Json:
    best = max(sights, key=lambda sight: (sight.stored(key), -sight.account.id))
    score: Json = {"metric": key, _MEASURE[kind]: number(best.stored(key)), "rank": rank_of(best, key, kind)}
    if kind == "skill":
        score["level"] = level_of(best, key)
    return score | {"player": None if best.stored(key) in (UNRANKED, 0) else player(view, best.account)}


def members_csv(view: View) -> str:
    """The answer to /groups/:id/csv, dates as Americans write them."""
    lines = ["Player,Role,Experience,Last progressed,Last updated,Joined at (Client Sync)"]
    for account, stay in view.roster():
        one = player(view, account)
        joined = "" if stay.clan_joined_at is None else f"{moment(stay.clan_joined_at):%m/%d/%Y}"
        cells = (
            one["displayName"],
            stay.roles.at(view.at),
            str(one["exp"]),
            _american(account.last_changed(view.at)),
            _american(account.last_look(view.at)),
            joined,
        )
        lines.append(",".join(cells))
    return "\n".join(lines)


def _american(at: int | None) -> str:
    return "" if at is None else f"{moment(at):%m/%d/%Y %H:%M:%S}"
