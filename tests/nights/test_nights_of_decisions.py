"""Nights on which officers decide: what follows the next night, what is remembered of it, and what a past night knew."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from records_kit import a_database, a_harvest, a_look, a_membership, a_player, contents, day, kept, land, rows
from talk_kit import a_channel, a_discord_night, a_guild, an_account, insert

from pipeline.deciding import take
from pipeline.domain.decisions import Edited, Told
from pipeline.judging import judge
from pipeline.marts.advice_model import Decision
from pipeline.marts.assemble import assemble
from pipeline.marts.model import Marts
from pipeline.marts.rules import Exemption, LadderRank, Rules
from pipeline.outputs.excel.todo import lines
from pipeline.people import tie
from pipeline.policy import PersonTable, Policy
from pipeline.storage.engine import reading, writing
from pipeline.storage.rewind import rewound

ZED, AMY, BO = 1, 2, 3
"""Zed plays; amy and Bo have been away for two months."""
BOS = 13
"""An account whose name says nothing."""
TONIGHT = day(0, 4)
IN_THE_MORNING = day(0, 9)
NO_POLICY = Policy()
RULES = Rules(
    inactive_days=30,
    game_alone=True,
    ladder=(LadderRank("recruit"), LadderRank("general", all_of=("tenure_days >= 100",))),
)
NIGHT = "a night"
ABSENCE, RANK = f"remove:{AMY}", f"promote:{ZED}:general"


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The database after a night that asks about amy, Bo and Zed."""
    file = a_database(tmp_path_factory.mktemp("first"))
    for at in (-90, -60):
        looked(file, day(at), {ZED: 1_000 + at, AMY: 1_000 + at, BO: 1_000 + at})
    looked(file, day(-1), {ZED: 5_000, AMY: 940, BO: 940})
    lived(file, TONIGHT)
    return kept(file)


@pytest.fixture
def file(first_night: bytes, tmp_path: Path) -> Path:
    file = tmp_path / "clan_data.db"
    file.write_bytes(first_night)
    return file


def looked(
    file: Path, at: datetime, values: dict[int, int], role: str = "recruit", *, gone: Iterable[int] = ()
) -> None:
    """A night's harvest that saw these values; Zed has this *role*, and those who are *gone* are not in the clan."""
    names = {ZED: "Zed", AMY: "amy", BO: "Bo"}
    roster = [a_membership(n, role if n == ZED else "recruit") for n in names if n not in gone]
    players = [a_player(n, name) for n, name in names.items()]
    looks = [a_look(n, at, value) for n, value in values.items()]
    land(file, a_harvest(roster, players=players, snapshots=looks), at + timedelta(hours=1))


def lived(
    file: Path,
    now: datetime,
    *edits: Edited,
    policy: Policy = NO_POLICY,
    rules: Rules = RULES,
) -> Marts:
    """A night: what officers wrote is read, who is who is found out, and what the night says is kept."""
    with writing(file) as connection:
        take(connection, edits, now, ZoneInfo(rules.time_zone))
    tie(file, policy)
    marts = asked(file, now, rules)
    judge(file, marts, rules)
    return asked(file, now, rules)


def asked(file: Path, now: datetime, rules: Rules = RULES) -> Marts:
    with reading(file) as connection:
        return assemble(connection, now, rules)


def wrote(key: str, decision: str, until: str = "", at: datetime = IN_THE_MORNING, **parts: Any) -> Edited:
    """What an officer wrote into the copy of a night."""
    row: dict[str, Any] = {
        "copy": "clan.xlsx", "place": "output", "row": 6, "what": "", "who": "", "reason": "", "proof": "",
        "told": Told(decision, until), "was": Told().mark(NIGHT), "edited_at": at,
    }  # fmt: skip
    return Edited(key=key, **row | parts)


def purged(marts: Marts) -> list[str]:
    return [verdict.name for verdict in marts.advice.inactivity.purge]


def state_of(marts: Marts, key: str) -> str | None:
    """The state of the row called *key* in To do, if there is one."""
    return next((line.state for line in lines(marts) if line.key == key), None)


def decision_of(marts: Marts, key: str) -> Decision:
    return next(decision for decision in marts.advice.decisions if decision.key == key)


def test_before_anybody_decides_all_of_it_is_on_the_list(file: Path) -> None:
    marts = asked(file, TONIGHT)
    assert purged(marts) == ["amy", "Bo"]
    assert [line.name for line in marts.advice.promotions.ready] == ["Zed"]


# Absences -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["Keep", "On leave until", "Not yet", "Done"])
def test_the_next_night_excuses_whom_they_excuse(file: Path, word: str) -> None:
    marts = lived(file, day(1, 4), wrote(ABSENCE, word))
    assert (purged(marts), state_of(marts, ABSENCE)) == (["Bo"], "Decided")


@pytest.mark.parametrize("word", ["Remove", "Promote", "Maybe"])
def test_nothing_else_excuses_anybody(file: Path, word: str) -> None:
    assert purged(lived(file, day(1, 4), wrote(ABSENCE, word))) == ["amy", "Bo"]


def test_somebody_goes_on_leave_before_anything_asks_for_it(file: Path) -> None:
    lived(file, day(1, 4), wrote("", "On leave until", "2027-01-31", who="ZED"))
    looked(file, day(40), {ZED: 5_000, AMY: 940, BO: 940})
    marts = lived(file, day(40, 4))
    assert next(v.exempt for v in marts.advice.inactivity.verdicts if v.name == "Zed") == "on leave until 31 Jan 2027"


def test_a_leave_ends(file: Path) -> None:
    lived(file, day(1, 4), wrote(ABSENCE, "On leave until", "2026-11-23"))
    assert [purged(asked(file, day(at, 4))) for at in (2, 3)] == [["Bo"], ["amy", "Bo"]]


def test_who_is_kept_comes_back_and_goes_again_is_asked_about_again(file: Path) -> None:
    lived(file, day(1, 4), wrote(ABSENCE, "Keep"))
    looked(file, day(5), {AMY: 2_000})
    back = lived(file, day(5, 4))
    assert decision_of(back, ABSENCE).fate == "returned"
    looked(file, day(36), {ZED: 9_000, AMY: 2_000, BO: 940})
    with reading(file) as connection:
        first = assemble(connection, day(36, 4), RULES)
    assert "amy" in purged(first)


def test_whatever_is_noted_of_their_return(file: Path) -> None:
    lived(file, day(1, 4), wrote(ABSENCE, "Keep"))
    looked(file, day(5), {AMY: 2_000})
    [line] = [line for line in lines(lived(file, day(5, 4))) if line.key == ABSENCE]
    note = replace(
        wrote(ABSENCE, "", at=day(5, 9)), told=replace(line.told, note="welcome back"), was=line.told.mark(NIGHT)
    )
    assert decision_of(lived(file, day(6, 4), note), ABSENCE).became == "Returned on 26 Nov."
    looked(file, day(36), {ZED: 9_000, AMY: 2_000, BO: 940})
    assert "amy" in purged(lived(file, day(36, 4)))


def test_and_may_be_kept_once_more(file: Path) -> None:
    lived(file, day(1, 4), wrote(ABSENCE, "Keep"))
    looked(file, day(5), {AMY: 2_000})
    lived(file, day(5, 4))
    looked(file, day(36), {ZED: 9_000, AMY: 2_000, BO: 940})
    [line] = [line for line in lines(lived(file, day(36, 4))) if line.key == ABSENCE]
    again = replace(
        wrote(ABSENCE, "", at=day(36, 9)), told=replace(line.told, decision="Keep"), was=line.told.mark(NIGHT)
    )
    assert purged(lived(file, day(37, 4), again)) == ["Bo"]


def test_who_left_and_came_again_is_asked_about_again(file: Path) -> None:
    lived(file, day(1, 4), wrote(ABSENCE, "Keep"))
    looked(file, day(2), {ZED: 6_000}, gone=[AMY])
    assert decision_of(lived(file, day(2, 4)), ABSENCE).fate == "left"
    looked(file, day(20), {ZED: 7_000, AMY: 940, BO: 940})
    assert "amy" in purged(lived(file, day(20, 4)))


def test_clan_toml_wins_and_that_is_told(file: Path) -> None:
    rules = Rules(inactive_days=30, exempt=(Exemption("amy", None, "founder"),))
    marts = lived(file, day(1, 4), wrote(ABSENCE, "Remove"), rules=rules)
    assert "clan.toml wins" in decision_of(marts, ABSENCE).conflict
    assert "amy" not in purged(marts)


def test_nobody_is_on_the_list_to_be_removed_whom_clan_toml_exempts(file: Path) -> None:
    rules = Rules(inactive_days=30, exempt=(Exemption("amy", None, "founder"),))
    assert state_of(lived(file, day(1, 4), wrote(ABSENCE, "Remove"), rules=rules), ABSENCE) == "Settled"


def test_a_decision_holds_for_a_person_whose_main_account_changes(file: Path) -> None:
    lived(file, day(1, 4), wrote(ABSENCE, "Keep"))
    policy = Policy(person=(PersonTable(players=("Bo", "amy")),))
    marts = lived(file, day(2, 4), policy=policy)
    assert (purged(marts), state_of(marts, f"remove:{BO}"), state_of(marts, ABSENCE)) == ([], "Decided", None)


def test_and_what_became_of_it_is_kept_where_it_was_filed(file: Path) -> None:
    lived(file, day(1, 4), wrote(ABSENCE, "Keep"))
    looked(file, day(2), {AMY: 2_000})
    lived(file, day(2, 4), policy=Policy(person=(PersonTable(players=("Bo", "amy")),)))
    assert rows(file, "SELECT key, fate FROM decision") == [(ABSENCE, "returned")]


# Ranks, accounts, the rest ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("word", "ready"), [("Not yet", []), ("Keep", []), ("Promote", ["Zed"])])
def test_a_promotion_waits(file: Path, word: str, ready: list[str]) -> None:
    marts = lived(file, day(1, 4), wrote(RANK, word))
    assert [line.name for line in marts.advice.promotions.ready] == ready


def test_a_promotion_waits_for_a_person_whose_main_account_changes(file: Path) -> None:
    lived(file, day(1, 4), wrote(f"promote:{BO}:general", "Not yet"))
    marts = lived(file, day(2, 4), policy=Policy(person=(PersonTable(players=("Zed", "Bo")),)))
    assert [line.waits for line in marts.advice.promotions.due if line.name == "Zed"] == [
        "officers said not yet until 21 Dec"
    ]


def test_who_was_promoted_and_stays_active_is_told_once_and_for_all(file: Path) -> None:
    lived(file, day(1, 4), wrote(RANK, "Promote"))
    looked(file, day(2), {ZED: 6_000}, "general")
    assert decision_of(lived(file, day(2, 4)), RANK).fate == "promoted"
    looked(file, day(33), {ZED: 7_000}, "general")
    assert decision_of(lived(file, day(33, 4)), RANK).fate == "stayed"


def a_stranger(file: Path) -> None:
    a_guild(file)
    a_channel(file, 101)
    an_account(file, BOS, "Nameless", -1)
    a_discord_night(file, TONIGHT)


WITH_DISCORD = Rules(inactive_days=30, discord=True, game_alone=True)
WHOSE = f"identify:{BOS}:{BO}"


def test_a_confirmed_account_is_tied(file: Path) -> None:
    a_stranger(file)
    marts = lived(file, day(1, 4), wrote(WHOSE, "Confirm"), rules=WITH_DISCORD)
    assert rows(file, "SELECT person_id, method FROM discord_account WHERE id = ?", BOS) == [(BO, "confirmed")]
    assert decision_of(marts, WHOSE).fate == "linked"


def test_a_rejected_account_is_not(file: Path) -> None:
    a_stranger(file)
    insert(file, "discord_account", id=BOS, username="bo", is_bot=0, in_guild=1, roles=(), nick="Bo")
    lived(file, day(1, 4), rules=WITH_DISCORD)
    assert rows(file, "SELECT person_id FROM discord_account WHERE id = ?", BOS) == [BO]
    marts = lived(file, day(2, 4), wrote(WHOSE, "Reject", at=day(1, 9)), rules=WITH_DISCORD)
    assert decision_of(marts, WHOSE).fate == "apart"


def test_an_account_of_which_nothing_is_guessed_brings_no_night_down(file: Path) -> None:
    a_stranger(file)
    marts = lived(file, day(1, 4), wrote(f"identify:{BOS}", "Confirm"), rules=WITH_DISCORD)
    assert "[[person]]" in decision_of(marts, f"identify:{BOS}").conflict


def test_an_account_that_cannot_come_back_is_silenced_once_it_is_done(file: Path) -> None:
    player = a_player(BO, "Bo", status="archived")
    land(file, a_harvest([a_membership(n) for n in (ZED, AMY, BO)], players=[player]), day(0.5))
    key = f"slot:{BO}"
    assert state_of(lived(file, day(0.6)), key) in ("New", "Open")
    assert state_of(lived(file, day(1, 4), wrote(key, "Done", at=day(0.7))), key) == "Decided"


def test_the_slot_of_somebody_who_is_kept_is_still_to_be_freed(file: Path) -> None:
    player = a_player(BO, "Bo", status="archived")
    land(file, a_harvest([a_membership(n) for n in (ZED, AMY, BO)], players=[player]), day(0.5))
    marts = lived(file, day(1, 4), wrote(f"remove:{BO}", "Keep", at=day(0.7)))
    assert state_of(marts, f"slot:{BO}") == "New"


def test_an_opted_out_member_may_be_kept_like_anybody(file: Path) -> None:
    rules = Rules(inactive_days=30, opt_out=("amy",))
    assert decision_of(lived(file, day(1, 4), wrote(ABSENCE, "Keep"), rules=rules), ABSENCE).holds


# Memory -------------------------------------------------------------------------------------------------------------


def test_judging_a_night_again_changes_nothing(file: Path) -> None:
    lived(file, day(1, 4), wrote(ABSENCE, "Keep"), wrote(RANK, "Promote"), wrote("slot:9", "Done"))
    before = contents(file)
    judge(file, asked(file, day(1, 4)), RULES)
    assert contents(file) == before


def test_a_past_night_knows_nothing_of_later_decisions(file: Path, tmp_path: Path) -> None:
    lived(file, day(1, 4), wrote(ABSENCE, "Keep"))
    with rewound(file, TONIGHT, tmp_path / "then.db") as then:
        assert purged(asked(then, TONIGHT)) == ["amy", "Bo"]


def test_a_past_night_does_not_know_yet_that_a_promotion_was_a_good_one(file: Path, tmp_path: Path) -> None:
    lived(file, day(1, 4), wrote(RANK, "Promote"))
    looked(file, day(2), {ZED: 6_000}, "general")
    lived(file, day(2, 4))
    looked(file, day(33), {ZED: 7_000}, "general")
    lived(file, day(33, 4))
    with rewound(file, day(5), tmp_path / "then.db") as then:
        assert decision_of(asked(then, day(5)), RANK).fate == "promoted"


def test_a_day_later_the_sheet_has_what_was_decided_in_its_cells(file: Path) -> None:
    marts = lived(file, day(1, 4), wrote(ABSENCE, "On leave until", "2026-12-24"))
    [line] = [line for line in lines(marts) if line.key == ABSENCE]
    assert line.told == Told("On leave until", "2026-12-24", "", "2026-11-21")
