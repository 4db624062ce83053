"""`clan_data.json` says what the marts say, in the contract's words."""

import json
import math
from dataclasses import replace
from itertools import accumulate
from typing import Any

import pytest
from builders import NEW_BOSS, a_marts

from pipeline.domain.metrics import BY_KEY, HOUR
from pipeline.marts.model import Gain, Marts
from pipeline.outputs.dashboard.arrangement import detail, face
from pipeline.outputs.dashboard.encode import instant, json_bytes, script_text
from pipeline.outputs.dashboard.filters import Words
from pipeline.outputs.dashboard.payload import payload

CONTRACT = ("schema_version", "as_of", "clan", "sources", "windows", "metrics", "members", "gains", "bridge")


@pytest.fixture(scope="module")
def marts() -> Marts:
    return a_marts(members=20)


@pytest.fixture(scope="module")
def night(marts: Marts) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(json_bytes(payload(marts)))
    return read


def faced(marts: Marts) -> dict[str, Any]:
    return face(marts, Words(marts.clan.time_zone, marts.as_of))


def test_every_key_of_the_contract_is_there(night: dict[str, Any]) -> None:
    assert set(CONTRACT) <= night.keys()
    assert {"id", "name", "time_zone"} <= night["clan"].keys()
    assert {"key", "name", "kind", "unit"} == night["metrics"][0].keys()
    assert night["sources"]["wom"] == {"fetched_at": "2026-11-21T04:10:00.000Z", "state": "fresh"}
    assert night["windows"]["7d"] == {"since": "2026-11-14T00:00:00.000Z", "until": "2026-11-21T00:00:00.000Z"}


def test_members_carry_the_fields_of_the_contract_in_the_clans_order(night: dict[str, Any], marts: Marts) -> None:
    named = ("player_id", "person_id", "name", "role", "type", "status", "joined_at", "join_source", "last_changed_at")
    assert set(named) | {"updated_at"} <= night["members"][0].keys()
    assert [member["player_id"] for member in night["members"]] == [member.player_id for member in marts.members]


def test_every_gain_of_the_marts_is_told_with_both_its_looks(night: dict[str, Any], marts: Marts) -> None:
    told = 0
    for key, period in marts.periods.items():
        for player_id, held in period.gains.items():
            gains, look = night["gains"][key][str(player_id)], period.looks[player_id]
            assert gains.keys() == held.keys()
            for metric, gain in held.items():
                assert gains[metric]["gained"] * (HOUR if metric in ("ehp", "ehb") else 1) == pytest.approx(gain.gained)
                assert gains[metric]["start_at"] == instant(look.start_at)
                assert gains[metric]["end_at"] == instant(look.end_at)
                assert gains[metric]["newly_ranked"] is gain.newly_ranked
                told += 1
    assert told > 500


def test_two_looks_without_a_gain_are_told_and_whoever_had_fewer_is_absent(night: dict[str, Any], marts: Marts) -> None:
    week = marts.periods["7d"]
    idle = [player for player, gains in week.gains.items() if not gains]
    once = [player for player, look in week.looks.items() if look.start_at == look.end_at]
    unseen = [member.player_id for member in marts.members if member.player_id not in week.looks]
    assert idle
    assert once
    assert unseen
    assert all(night["gains"]["7d"][str(player)] == {} for player in idle)
    assert not any(str(player) in night["gains"]["7d"] for player in (*once, *unseen))


def test_hours_have_five_decimals_and_everything_else_is_whole(marts: Marts) -> None:
    week = marts.periods["7d"]
    player = next(iter(week.looks))
    bent = replace(week, gains={player: {"ehp": Gain(123_456, None, 200_001, True), "zulrah": Gain(3, 4, 7, False)}})
    gains = payload(replace(marts, periods={"7d": bent}))["gains"]["7d"][str(player)]
    assert (gains["ehp"]["gained"], gains["ehp"]["start"], gains["ehp"]["end"]) == (1.23456, None, 2.00001)
    assert isinstance(gains["zulrah"]["gained"], int)


def test_the_five_terms_of_the_bridge_add_up_to_its_change(night: dict[str, Any]) -> None:
    terms = ("joiners", "leavers", "same_members", "newly_visible", "tracking_gap")
    for week in (night["bridge"], *night["weeks"]):
        assert sum(week[term] for term in terms) == week["change"] == week["total_end"] - week["total_start"]


def test_a_metric_that_the_list_does_not_know_is_told_like_any_other(night: dict[str, Any]) -> None:
    assert NEW_BOSS.key not in BY_KEY
    assert {"key": NEW_BOSS.key, "name": NEW_BOSS.name, "kind": "boss", "unit": "kills"} in night["metrics"]


def test_an_empty_clan_has_a_whole_payload() -> None:
    night = payload(a_marts(members=0))
    assert set(CONTRACT) <= night.keys()
    assert night["members"] == []
    assert night["gains"]["7d"] == {}


def test_a_number_that_is_none_is_null() -> None:
    assert json_bytes({"value": math.nan}) == b'{"value":null}\n'


def test_half_a_letter_is_replaced_and_stops_no_night() -> None:
    assert json_bytes({"na\ud800me": ["x\udfff", 1, None]}) == b'{"na?me":["x?",1,null]}\n'


def test_a_script_cannot_end_its_element_nor_its_line() -> None:
    told = {"name": "</script><!--<script>\u2028\u2029"}
    text = script_text("CLAN", told)
    assert not any(risky in text for risky in ("</", "<!--", "\u2028", "\u2029"))
    assert json.loads(text.removeprefix("window.CLAN = ").removesuffix(";\n").replace(r"\u0021", "!")) == told


def unfolded(flat: list[int]) -> list[tuple[int, int]]:
    """A board as members and values."""
    members, steps = flat[: len(flat) // 2], flat[len(flat) // 2 :]
    return list(zip(members, accumulate(steps, lambda value, fall: value - fall), strict=True))


def test_the_pages_boards_are_those_of_the_marts(marts: Marts) -> None:
    told = faced(marts)
    ids = [member[0] for member in told["members"]]
    for period in told["periods"]:
        for metric, flat in period["boards"].items():
            rows = [(ids[at], value) for at, value in unfolded(flat)]
            assert rows == [(row.player_id, row.value) for row in marts.boards[period["key"]][metric]]


def test_the_page_knows_who_was_not_seen(marts: Marts) -> None:
    told = faced(marts)
    ids = [member[0] for member in told["members"]]
    for period in told["periods"]:
        assert {ids[int(at)] for at in period["looks"]} == set(marts.periods[period["key"]].looks)


def test_lines_of_experience_come_back_from_their_differences(marts: Marts) -> None:
    at = {member.player_id: place for place, member in enumerate(marts.members)}
    series = detail(marts)["series"]
    for player, points in marts.series.items():
        steps = series[str(at[player])] if points else []
        values = [sum(steps[1 : place + 2 : 2]) for place in range(0, len(steps), 2)]
        assert values == [value for _day, value in points]
