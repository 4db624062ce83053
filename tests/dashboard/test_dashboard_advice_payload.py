"""What `clan_data.json` advises is what the marts advise."""

import json
from dataclasses import replace
from datetime import date
from math import inf
from typing import Any

import pytest
from advice_builders import a_decision, advised_marts
from builders import a_marts

from pipeline.marts.advice_model import Advice
from pipeline.marts.model import Marts
from pipeline.outputs.dashboard.arrangement import detail
from pipeline.outputs.dashboard.encode import instant, json_bytes
from pipeline.outputs.dashboard.payload import payload

OF_ADVICE = {
    "cards", "todo", "promotions", "inactivity", "milestones", "upcoming", "hit_rate", "retention", "formulas", "together",
    "decisions",
}  # fmt: skip


@pytest.fixture(scope="module")
def marts() -> Marts:
    return advised_marts(24)


def told(marts: Marts) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(json_bytes(payload(marts)))
    return read


@pytest.fixture(scope="module")
def night(marts: Marts) -> dict[str, Any]:
    return told(marts)


def test_every_key_is_there_even_where_nothing_is_advised() -> None:
    assert told(a_marts(3)).keys() >= OF_ADVICE


def test_advice_changes_no_other_key(marts: Marts, night: dict[str, Any]) -> None:
    without = told(replace(marts, advice=Advice()))
    kept = without.keys() - OF_ADVICE - {"members"}
    assert {key: night[key] for key in kept} == {key: without[key] for key in kept}


def test_a_members_verdict_is_that_of_their_person(marts: Marts, night: dict[str, Any]) -> None:
    states = {verdict.person_id: verdict.state for verdict in marts.advice.inactivity.verdicts}
    assert [member["verdict"]["state"] for member in night["members"]] == [
        states[member.person_id] for member in marts.members
    ]


def test_both_accounts_of_a_person_bear_the_same_verdict(marts: Marts, night: dict[str, Any]) -> None:
    main, alt = night["members"][7], night["members"][8]
    assert main["person_id"] == alt["person_id"]
    assert main["verdict"] == alt["verdict"]


def test_a_verdict_says_what_it_rests_on_and_what_would_change_it(marts: Marts, night: dict[str, Any]) -> None:
    by_person = {verdict.person_id: verdict for verdict in marts.advice.inactivity.verdicts}
    for member in night["members"]:
        verdict = by_person[member["person_id"]]
        assert member["verdict"] == {
            "state": verdict.state, "proof": verdict.proof, "flips_if": verdict.flips_if, "idle_days": verdict.idle_days,
            "threshold_days": verdict.threshold_days, "exempt": verdict.exempt, "since": instant(verdict.since),
            "is_new": verdict.is_new, "last_gain_at": instant(verdict.last_gain_at),
            "last_word_at": instant(verdict.last_word_at), "last_chat_at": instant(verdict.last_chat_at),
            "last_contest_at": instant(verdict.last_contest_at), "looked_at": instant(verdict.looked_at),
            "hindrances": list(verdict.hindrances),
        }  # fmt: skip


def test_nobody_judged_is_null_and_not_active() -> None:
    assert [member["verdict"] for member in told(a_marts(2))["members"]] == [None, None]


def test_cards_are_told_whole_and_in_their_order(marts: Marts, night: dict[str, Any]) -> None:
    for card, shown in zip(marts.advice.cards, night["cards"], strict=True):
        assert shown == {
            "id": card.id, "title": card.title, "text": card.text, "category": card.category, "severity": card.severity,
            "confidence": card.confidence, "impact": card.impact, "touches": card.touches, "recommendation": card.recommendation, "flips_if": card.flips_if,
            "evidence": [{"label": fact.label, "value": fact.value} for fact in card.evidence],
            "who": [{"person_id": who.person_id, "player_id": who.player_id, "name": who.name} for who in card.who],
            "created_at": instant(card.created_at), "expires_at": instant(card.expires_at),
        }  # fmt: skip


def test_what_to_do_stands_in_its_order(marts: Marts, night: dict[str, Any]) -> None:
    assert [(line["kind"], line["text"], line["count"], line["is_new"], line["href"]) for line in night["todo"]] == [
        (line.kind, line.text, line.count, line.is_new, line.href) for line in marts.advice.todo
    ]


def test_the_ladder_is_told_with_proof_and_what_is_missing(marts: Marts, night: dict[str, Any]) -> None:
    promotions = marts.advice.promotions
    assert night["promotions"]["ladder"] == list(promotions.ladder)
    for note in ("due", "above", "near"):
        lines = getattr(promotions, note)
        assert [(each["player_id"], each["rank"], each["proof"]) for each in night["promotions"][note]] == [
            (line.player_id, line.rank, list(line.proof)) for line in lines
        ]
    assert night["promotions"]["near"][1]["missing"][1] == {
        "fact": "zulrah", "have": None, "need": 50, "text": "no Zulrah kill count known",
    }  # fmt: skip


def test_the_purge_list_names_persons_and_all_their_accounts(marts: Marts, night: dict[str, Any]) -> None:
    inactivity = marts.advice.inactivity
    assert [(each["person_id"], each["player_ids"]) for each in night["inactivity"]["purge"]] == [
        (verdict.person_id, list(verdict.player_ids)) for verdict in inactivity.purge
    ]
    assert (night["inactivity"]["would_free"], night["inactivity"]["slots"]) == (inactivity.would_free, 500)
    assert sum(night["inactivity"]["counts"].values()) == len(inactivity.verdicts)


def test_a_slot_held_for_nothing_is_named(marts: Marts, night: dict[str, Any]) -> None:
    assert [(slot["player_id"], slot["status"], slot["text"]) for slot in night["inactivity"]["held"]] == [
        (slot.player_id, slot.status, slot.text) for slot in marts.advice.inactivity.held
    ]


def test_milestones_behind_and_ahead_are_dated(marts: Marts, night: dict[str, Any]) -> None:
    assert night["milestones"][1]["after_at"] is None
    assert night["upcoming"][5]["high_at"] is None
    assert [line["mid_at"] for line in night["upcoming"]] == [instant(line.mid_at) for line in marts.advice.upcoming]


def test_hours_of_a_milestone_are_hours(marts: Marts) -> None:
    ahead = replace(marts.advice.upcoming[0], metric="ehp", threshold=100_000_000, value=99_950_000)
    told_of = told(replace(marts, advice=replace(marts.advice, upcoming=(ahead,))))["upcoming"][0]
    assert (told_of["threshold"], told_of["value"]) == (1000, 999.5)


def test_past_forecasts_retention_and_links_are_told(night: dict[str, Any]) -> None:
    assert night["hit_rate"] == {"resolved": 214, "inside": 173, "early": 19, "late": 22}
    assert [cohort["month"] for cohort in night["retention"]["cohorts"]] == [None, "2026-10-01"]
    assert night["retention"]["cohorts"][0]["cells"][2]["share"] is None
    assert night["together"]["cells"][0][0] is None
    assert night["together"]["strongest"][0]["rho"] == 0.61


def test_a_formula_that_went_to_infinity_is_null_and_stops_no_night(marts: Marts) -> None:
    board = marts.advice.formulas[0]
    endless = replace(board, rows=(replace(board.rows[0], value=inf), board.rows[1]))
    rows = told(replace(marts, advice=replace(marts.advice, formulas=(endless,))))["formulas"][0]["rows"]
    assert [row["value"] for row in rows] == [None, board.rows[1].value]


def test_a_members_own_page_carries_the_verdict_for_each_account(marts: Marts) -> None:
    at = {member.player_id: str(place) for place, member in enumerate(marts.members)}
    expected = {
        at[player]: [verdict.state, verdict.proof, verdict.flips_if, verdict.exempt]
        for verdict in marts.advice.inactivity.verdicts
        for player in verdict.player_ids
    }
    assert detail(marts)["verdicts"] == expected


def test_an_empty_clan_is_told_as_well() -> None:
    assert told(advised_marts(0))["inactivity"]["slots_used"] == 0


def test_decisions_are_those_of_the_marts(marts: Marts) -> None:
    decision = a_decision(
        "remove:77", "leave", until=date(2026, 12, 24), last_day=date(2026, 12, 24), note="</script>", player_id=4001,
        fate="returned", fate_at=marts.as_of, became="Returned on 21 Nov.", conflict="There is no date.",
    )  # fmt: skip
    assert told(replace(marts, advice=replace(marts.advice, decisions=(decision,))))["decisions"] == [
        {
            "key": "remove:77", "kind": "remove", "verdict": "leave", "what": "Remove from the clan", "who": "Old Salt",
            "player_id": 4001, "decided_at": instant(decision.decided_at), "until": "2026-12-24", "last_day": "2026-12-24",
            "note": "</script>", "holds": True, "fate": "returned", "fate_at": instant(marts.as_of),
            "became": "Returned on 21 Nov.", "conflict": "There is no date.",
        }
    ]  # fmt: skip
