"""The keys of `clan_data.json` that advise. Instants are in UTC; what nobody can know is null, never 0.

People are named as `{person_id, player_id, name}`; `player_id` is null where they have no account in the clan.

* `members[].verdict` of the person whose account it is: `state` (active, inactive, unknown), `proof`, `flips_if`; `idle_days` since the
  last sign of life, `threshold_days` to be inactive, `exempt` (why they may be away, null: not), `since` (the night that first called
  them inactive), `is_new`, `last_gain_at`, `last_word_at` (Discord), `last_chat_at` (clan chat), `last_contest_at`, `looked_at`,
  `hindrances` (why silence proves nothing). Null where nobody was judged.
* `cards[]`: `id`, `title`, `text`, `category`, `severity` (low, medium, high, critical), `confidence` (1 − adjusted p, 1: counted), `impact`
  (share of what `touches` names), `recommendation`, `flips_if`, `evidence[{label, value}]`, `who[]`, `created_at`, `expires_at`. Most pressing first.
* `todo[]`: `kind`, `severity`, `text`, `who[]`, `count`, `is_new`, `href` (a place on the page, or empty). Most pressing first.
* `promotions`: `ladder[]` (lowest rank first), `due[]`, `above[]`, `near[]` of `{person_id, player_id, name, role, rank, since, is_new,
  proof[], missing[{fact, have, need, text}], waits}` (why somebody due should not be promoted yet, or empty), `undecided[]` (people of whom a fact is not known).
* `inactivity`: `purge[{person_id, player_ids, name, since, is_new}]`, the longest away first; `would_free`, `slots_used` of `slots`;
  `held[{player_id, name, role, status, since, text}]`: accounts that cannot come back; `counts{active, inactive, unknown}` of people.
* `milestones[]`: `player_id`, `player`, `title`, `metric`, `threshold`; crossed after the look at `after_at` (null: no look before), by
  `by_at`; `told_by` (wom, looks, both). `upcoming[]`: the same threshold ahead, with `value` now and the forecast of `made_at`: with a
  chance of 10, 50 and 90 % by `low_at`, `mid_at`, `high_at` (null: over a year). `hit_rate`: of `resolved` forecasts so many were
  `inside` that stretch, `early` or `late`.
* `retention`: `cohorts[{month, joined, here, cells[{days, at_risk, left, share}]}]` (month null: all together), `funnel[{key, label, count,
  of}]` over `funnel_days`, `drifting[{who, unit, habit, lately, chance}]` per week, `returners[{who, days, back_at}]`,
  `stars[{who, text}]`, `thanks[{who, reasons[]}]`.
* `formulas[]`: `name`, `text`, `rows[{place, who, value}]`, `unknown` (people without a value).
* `together`: `facts[]`, `labels{}`, `cells[i][j]` of `{rho, low, high, people}` or null, `strongest[{first, second, rho, low, high, people,
  sentence}]`.
* `decisions[]` (the latest first): `key`, `kind`, `verdict`, `what`, `who`, `player_id`, `decided_at`, `until` (as written), `last_day` on which it
  holds (null: as long as the matter is the same), `note`, `holds`, `fate`, `fate_at`, `became`, `conflict`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from math import isfinite
from typing import Any

from pipeline.domain.metrics import Metric
from pipeline.marts.advice_model import (
    SLOTS,
    Advice,
    Card,
    Cell,
    Decision,
    FormulaBoard,
    HeldSlot,
    Inactivity,
    Milestone,
    Promotions,
    RankLine,
    Retention,
    Soul,
    Todo,
    Together,
    Upcoming,
    Verdict,
)
from pipeline.outputs.dashboard.encode import instant


def advice_payload(advice: Advice, metrics: Mapping[str, Metric]) -> dict[str, Any]:
    """All advice, by key of the payload; the verdicts stand with the members."""
    return {
        "cards": [_card(card) for card in advice.cards],
        "todo": [_todo(todo) for todo in advice.todo],
        "promotions": _promotions(advice.promotions),
        "inactivity": _inactivity(advice.inactivity),
        "milestones": [_milestone(line, metrics) for line in advice.milestones],
        "upcoming": [_upcoming(line, metrics) for line in advice.upcoming],
        "hit_rate": {
            "resolved": advice.hit_rate.resolved,
            "inside": advice.hit_rate.inside,
            "early": advice.hit_rate.early,
            "late": advice.hit_rate.late,
        },
        "retention": _retention(advice.retention),
        "formulas": [_formula(board) for board in advice.formulas],
        "together": _together(advice.together),
        "decisions": [_decision(decision) for decision in advice.decisions],
    }


def verdicts_by_person(advice: Advice) -> Callable[[int], dict[str, Any] | None]:
    """What is told of a person, by their id: each verdict once, however many accounts share it."""
    told = {verdict.person_id: _verdict(verdict) for verdict in advice.inactivity.verdicts}
    return told.get


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "state": verdict.state,
        "proof": verdict.proof,
        "flips_if": verdict.flips_if,
        "idle_days": verdict.idle_days,
        "threshold_days": verdict.threshold_days,
        "exempt": verdict.exempt,
        "since": instant(verdict.since),
        "is_new": verdict.is_new,
        "last_gain_at": instant(verdict.last_gain_at),
        "last_word_at": instant(verdict.last_word_at),
        "last_chat_at": instant(verdict.last_chat_at),
        "last_contest_at": instant(verdict.last_contest_at),
        "looked_at": instant(verdict.looked_at),
        "hindrances": list(verdict.hindrances),
    }


def _soul(soul: Soul) -> dict[str, Any]:
    return {"person_id": soul.person_id, "player_id": soul.player_id, "name": soul.name}


def _souls(souls: Iterable[Soul]) -> list[dict[str, Any]]:
    return [_soul(soul) for soul in souls]


def _card(card: Card) -> dict[str, Any]:
    return {
        "id": card.id,
        "title": card.title,
        "text": card.text,
        "category": card.category,
        "severity": card.severity,
        "confidence": _known(card.confidence),
        "impact": _known(card.impact),
        "touches": card.touches,
        "flips_if": card.flips_if,
        "recommendation": card.recommendation,
        "evidence": [{"label": fact.label, "value": fact.value} for fact in card.evidence],
        "who": _souls(card.who),
        "created_at": instant(card.created_at),
        "expires_at": instant(card.expires_at),
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "key": decision.key,
        "kind": decision.kind,
        "verdict": decision.verdict,
        "what": decision.what,
        "who": decision.who,
        "player_id": decision.player_id,
        "decided_at": instant(decision.decided_at),
        "until": _day(decision.until),
        "last_day": _day(decision.last_day),
        "note": decision.note,
        "holds": decision.holds,
        "fate": decision.fate,
        "fate_at": instant(decision.fate_at),
        "became": decision.became,
        "conflict": decision.conflict,
    }


def _day(on: date | None) -> str | None:
    return None if on is None else on.isoformat()


def _todo(todo: Todo) -> dict[str, Any]:
    return {
        "kind": todo.kind,
        "severity": todo.severity,
        "text": todo.text,
        "who": _souls(todo.who),
        "count": todo.count,
        "is_new": todo.is_new,
        "href": todo.href,
    }


def _promotions(told: Promotions) -> dict[str, Any]:
    return {
        "ladder": list(told.ladder),
        "due": [_rank(line) for line in told.due],
        "above": [_rank(line) for line in told.above],
        "near": [_rank(line) for line in told.near],
        "undecided": _souls(told.undecided),
    }


def _rank(line: RankLine) -> dict[str, Any]:
    return {
        "person_id": line.person_id,
        "player_id": line.player_id,
        "name": line.name,
        "role": line.role,
        "rank": line.rank,
        "since": instant(line.since),
        "is_new": line.is_new,
        "proof": list(line.proof),
        "missing": [
            {"fact": each.fact, "have": _known(each.have), "need": _known(each.need), "text": each.text}
            for each in line.missing
        ],
        "waits": line.waits,
    }


def _inactivity(told: Inactivity) -> dict[str, Any]:
    states = Counter(verdict.state for verdict in told.verdicts)
    return {
        "purge": [
            {
                "person_id": verdict.person_id,
                "player_ids": list(verdict.player_ids),
                "name": verdict.name,
                "since": instant(verdict.since),
                "is_new": verdict.is_new,
            }
            for verdict in told.purge
        ],
        "would_free": told.would_free,
        "slots_used": told.slots_used,
        "slots": SLOTS,
        "held": [_held(slot) for slot in told.held],
        "counts": {state: states[state] for state in ("active", "inactive", "unknown")},
    }


def _held(slot: HeldSlot) -> dict[str, Any]:
    return {
        "player_id": slot.player_id,
        "name": slot.name,
        "role": slot.role,
        "status": slot.status,
        "since": instant(slot.since),
        "text": slot.text,
    }


def _milestone(line: Milestone, metrics: Mapping[str, Metric]) -> dict[str, Any]:
    return {
        **_threshold(line, metrics),
        "after_at": instant(line.after_at),
        "by_at": instant(line.by_at),
        "told_by": line.told_by,
    }


def _upcoming(line: Upcoming, metrics: Mapping[str, Metric]) -> dict[str, Any]:
    return {
        **_threshold(line, metrics),
        "value": _in_units(metrics, line.metric, line.value),
        "made_at": instant(line.made_at),
        "low_at": instant(line.low_at),
        "mid_at": instant(line.mid_at),
        "high_at": instant(line.high_at),
    }


def _threshold(line: Milestone | Upcoming, metrics: Mapping[str, Metric]) -> dict[str, Any]:
    return {
        "player_id": line.player_id,
        "player": line.player,
        "title": line.title,
        "metric": line.metric,
        "threshold": _in_units(metrics, line.metric, line.threshold),
    }


def _in_units(metrics: Mapping[str, Metric], key: str, value: int) -> int | float:
    return metrics[key].in_units(value) if key in metrics else value


def _retention(told: Retention) -> dict[str, Any]:
    return {
        "cohorts": [
            {
                "month": None if cohort.month is None else cohort.month.isoformat(),
                "joined": cohort.joined,
                "here": cohort.here,
                "cells": [
                    {"days": cell.days, "at_risk": cell.at_risk, "left": cell.left, "share": cell.share}
                    for cell in cohort.cells
                ],
            }
            for cohort in told.cohorts
        ],
        "funnel_days": told.funnel_days,
        "funnel": [{"key": step.key, "label": step.label, "count": step.count, "of": step.of} for step in told.funnel],
        "drifting": [
            {
                "who": _soul(drift.who),
                "unit": drift.unit,
                "habit": _known(drift.habit),
                "lately": _known(drift.lately),
                "chance": _known(drift.chance),
            }
            for drift in told.drifting
        ],
        "returners": [
            {"who": _soul(each.who), "days": each.days, "back_at": instant(each.back_at)} for each in told.returners
        ],
        "stars": [{"who": _soul(star.who), "text": star.text} for star in told.stars],
        "thanks": [{"who": _soul(each.who), "reasons": list(each.reasons)} for each in told.thanks],
    }


def _formula(board: FormulaBoard) -> dict[str, Any]:
    return {
        "name": board.name,
        "text": board.text,
        "rows": [{"place": row.place, "who": _soul(row.who), "value": _known(row.value)} for row in board.rows],
        "unknown": board.unknown,
    }


def _together(told: Together) -> dict[str, Any]:
    return {
        "facts": list(told.facts),
        "labels": dict(told.labels),
        "cells": [[None if cell is None else _cell(cell) for cell in row] for row in told.cells],
        "strongest": [
            {"first": pair.first, "second": pair.second, **_cell(pair.cell), "sentence": pair.sentence}
            for pair in told.strongest
        ],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {"rho": _known(cell.rho), "low": _known(cell.low), "high": _known(cell.high), "people": cell.people}


def _known(value: float | None) -> float | None:
    """*value* as JSON can hold it: what a formula drove to infinity is not known."""
    return value if value is not None and isfinite(value) else None
