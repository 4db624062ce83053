"""What WOM says of competitions: the list, and who gained how much in one."""

from typing import Final

from pipeline.demo.account import Account
from pipeline.demo.competitions import Contest
from pipeline.demo.hiscores import UNRANKED
from pipeline.demo.instants import wire
from pipeline.demo.wom.numbers import number
from pipeline.demo.wom.view import Sight, View
from pipeline.demo.wom.wire import Json, group, level_of, player
from pipeline.domain.metrics import OVERALL, SKILLS

_NOTHING: Final = {"gained": 0, "start": UNRANKED, "end": UNRANKED}


def known(view: View) -> list[Contest]:
    """The competitions that exist at this instant: under way, to come, over, each by its score."""

    def place(contest: Contest) -> tuple[int, int]:
        turn = 0 if contest.starts_at <= view.at < contest.ends_at else 1 if view.at < contest.starts_at else 2
        return (turn, -contest.score)

    return sorted((contest for contest in view.world.contests if contest.created_at <= view.at), key=place)


def competition(view: View, contest: Contest) -> Json:
    """A competition as it stands in the list."""
    return {
        "id": contest.id,
        "title": contest.title,
        "type": contest.kind,
        "startsAt": wire(contest.starts_at),
        "endsAt": wire(contest.ends_at),
        "groupId": view.group_id,
        "score": contest.score,
        "visible": True,
        "createdAt": wire(contest.created_at),
        "updatedAt": wire(contest.created_at),
        "metric": contest.metrics[0],
        "metrics": [
            {"weight": 1, "metric": metric, "createdAt": wire(contest.created_at)} for metric in contest.metrics
        ],
        "participantCount": len(_participants(view, contest)),
        "group": group(view),
    }


def details(view: View, contest: Contest) -> Json:
    """The answer to /competitions/:id: everybody, most gained first."""
    rows = [_participation(view, contest, account) for account in _participants(view, contest)]
    rows.sort(key=lambda row: (-row["progress"]["gained"], -row["progress"]["end"]))
    return {**competition(view, contest), "participations": rows}


def _participants(view: View, contest: Contest) -> list[Account]:
    at = min(view.at, contest.ends_at)
    return [account for account in view.accounts if account.stay(at) is not None]


def _participation(view: View, contest: Contest, account: Account) -> Json:
    looks = account.looks_within(contest.starts_at, min(contest.ends_at, view.at))
    ends = (view.sight(account, looks[0]), view.sight(account, looks[-1])) if looks else None
    deltas = [_delta(metric, ends) for metric in contest.metrics]
    if len(deltas) > 1:
        deltas.insert(0, _total(deltas))
    return {
        "playerId": account.id,
        "competitionId": contest.id,
        "teamName": contest.teams[account.id % len(contest.teams)] if contest.teams else None,
        "createdAt": wire(contest.created_at),
        "updatedAt": wire(looks[-1] if looks else contest.created_at),
        "player": player(view, account),
        "deltas": deltas,
        "progress": {key: deltas[0]["values"][key] for key in ("start", "end", "gained")},
        "levels": {key: deltas[0]["levels"][key] for key in ("start", "end", "gained")},
    }


def _delta(metric: str, ends: tuple[Sight, Sight] | None) -> Json:
    if ends is None:
        return {"metric": metric, "values": dict(_NOTHING), "levels": dict(_NOTHING)}
    start, end = ends[0].stored(metric) or UNRANKED, ends[1].stored(metric) or UNRANKED
    gained = number(round(max(0, end - max(0, start)), 5))
    levels = dict(_NOTHING)
    if metric == OVERALL or metric in SKILLS:
        first, last = level_of(ends[0], metric), level_of(ends[1], metric)
        levels = {"gained": last - first, "start": first, "end": last}
    return {
        "metric": metric,
        "values": {"gained": gained, "start": number(start), "end": number(end)},
        "levels": levels,
    }


def _total(deltas: list[Json]) -> Json:
    ranked = [row["values"] for row in deltas if row["values"]["end"] != UNRANKED]
    if not ranked:
        return {"metric": "total", "values": dict(_NOTHING), "levels": dict(_NOTHING)}
    values = {
        "gained": number(sum(row["gained"] for row in ranked)),
        "start": number(sum(max(0, row["start"]) for row in ranked)),
        "end": number(sum(row["end"] for row in ranked)),
    }
    return {"metric": "total", "values": values, "levels": dict(_NOTHING)}
