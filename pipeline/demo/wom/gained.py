"""Gains by WOM's rule, written from the description of its server and from nothing of the pipeline's: a second opinion."""

from collections.abc import Sequence
from typing import Final

from pipeline.demo.account import Account
from pipeline.demo.hiscores import UNRANKED
from pipeline.demo.instants import wire, wire_or_none
from pipeline.demo.wom.numbers import number
from pipeline.demo.wom.view import COMPUTED, Sight, View
from pipeline.demo.wom.wire import Json, hours_of, level_of, player, rank_of
from pipeline.domain.metrics import OVERALL

Span = tuple[int, int]
_GROUPS: Final = {"skill": "skills", "boss": "bosses", "activity": "activities"}


def delta(metric: str, start: float, end: float) -> Json:
    """`gained`, `start` and `end` of one metric: 0 reads as unranked, and overall's first ranking gains nothing."""
    if metric not in COMPUTED:
        start, end = start or UNRANKED, end or UNRANKED
    gained = max(0.0, end - max(start, 0))
    if metric == OVERALL and start == UNRANKED:
        gained = 0
    return {"gained": number(round(gained, 5)), "start": number(start), "end": number(end)}


def bulk(view: View, span: Span) -> list[Json]:
    """The answer to /groups/:id/bulk-gained: members with a look inside *span*, both ends inside."""
    rows = []
    for account in view.counted():
        looks = account.looks_within(span[0], min(span[1], view.at))
        if looks:
            rows.append(
                {
                    "player": player(view, account),
                    "startDate": wire(looks[0]),
                    "endDate": wire(looks[-1]),
                    "data": _all_deltas(view, account, looks),
                }
            )
    return rows


def _all_deltas(view: View, account: Account, looks: Sequence[int]) -> list[Json]:
    start, end = view.sight(account, looks[0]), view.sight(account, looks[-1])
    return [{"metric": metric, **_between(view, metric, start, end)} for metric in _listed(view)]


def _listed(view: View) -> tuple[str, ...]:
    keys = view.keys
    return (*keys["skill"], *keys["activity"], *keys["boss"], *COMPUTED)


def _between(view: View, metric: str, start: Sight, end: Sight) -> Json:
    if metric in COMPUTED:
        type_ = view.type(end.account)
        return delta(metric, start.hours(metric, type_), end.hours(metric, type_))
    return delta(metric, start.values[metric], end.values[metric])


def board(view: View, metric: str, span: Span) -> list[Json]:
    """The answer to /groups/:id/gained: one metric of everybody, most gained first."""
    rows = []
    for account in view.counted():
        looks = account.looks_within(span[0], min(span[1], view.at))
        if looks:
            moved = _between(view, metric, view.sight(account, looks[0]), view.sight(account, looks[-1]))
            rows.append(
                {
                    "player": player(view, account),
                    "startDate": wire(looks[0]),
                    "endDate": wire(looks[-1]),
                    "data": moved,
                }
            )
    return sorted(rows, key=lambda row: -row["data"]["gained"])


def of_player(view: View, account: Account, span: Span) -> Json:
    """The answer to /players/:username/gained, whose two ends are looked for apart and may cross."""
    after = account.looks_within(span[0], view.at)
    before = account.looks_within(0, min(span[1], view.at))
    if not after or not before:
        return {"startsAt": None, "endsAt": None, "data": _nothing(view)}
    start, end = view.sight(account, after[0]), view.sight(account, before[-1])
    data: Json = {
        _GROUPS[kind]: {key: _entry(view, key, kind, start, end) for key in keys} for kind, keys in view.keys.items()
    }
    data["computed"] = {
        key: {"metric": key, "value": _between(view, key, start, end), "rank": _moved_rank(key, "computed", start, end)}
        for key in COMPUTED
    }
    order = ("skills", "bosses", "activities", "computed")
    return {
        "startsAt": wire_or_none(start.at),
        "endsAt": wire_or_none(end.at),
        "data": {name: data[name] for name in order},
    }


def _entry(view: View, key: str, kind: str, start: Sight, end: Sight) -> Json:
    moved = _between(view, key, start, end)
    ranks = _moved_rank(key, kind, start, end)
    if kind == "activity":
        return {"metric": key, "rank": ranks, "score": moved}
    type_ = view.type(end.account)
    worth = _plain(hours_of(start, key, kind, type_), hours_of(end, key, kind, type_))
    if kind == "boss":
        return {"metric": key, "ehb": worth, "rank": ranks, "kills": moved}
    levels = _plain(level_of(start, key), level_of(end, key))
    return {"metric": key, "experience": moved, "ehp": worth, "rank": ranks, "level": levels}


def _plain(start: float, end: float) -> Json:
    return {"gained": number(round(max(0, end - start), 5)), "start": start, "end": end}


def _moved_rank(key: str, kind: str, start: Sight, end: Sight) -> Json:
    first, last = rank_of(start, key, kind), rank_of(end, key, kind)
    return {"gained": last - max(first, 0), "start": first, "end": last}


def _nothing(view: View) -> Json:
    def empty(key: str, *fields: str) -> Json:
        return {"metric": key, **{name: {"start": 0, "end": 0, "gained": 0} for name in fields}}

    keys = view.keys
    return {
        "skills": {key: empty(key, "ehp", "rank", "level", "experience") for key in keys["skill"]},
        "bosses": {key: empty(key, "ehb", "rank", "kills") for key in keys["boss"]},
        "activities": {key: empty(key, "rank", "score") for key in keys["activity"]},
        "computed": {key: empty(key, "rank", "value") for key in COMPUTED},
    }
