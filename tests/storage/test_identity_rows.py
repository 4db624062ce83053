"""Persons as rows: who shares one, who is nobody's yet, whose words the clan chat repeats, and what officers decided."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records_kit import NOW, a_database, a_harvest, a_membership, a_player, a_rename, contents, day, land, rows
from talk_kit import a_channel, a_guild, a_line, insert, say

from pipeline.errors import ConfigError
from pipeline.people import decide, told
from pipeline.policy import PersonTable
from pipeline.storage import identity
from pipeline.storage.engine import reading, writing
from pipeline.storage.identity import Link, Named, PersonRow

ZED, AMY, ALT, OLD = 1, 2, 3, 4
"""Players; the last one left the clan."""
ZEDS, AMYS, BOBS, BOT = 11, 12, 13, 19
"""Accounts."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return a_clan_with_a_guild(tmp_path)


def a_clan_with_a_guild(folder: Path) -> Path:
    """Three members and one who left; three accounts and a bot, all nobody's yet."""
    file = a_database(folder)
    players = [a_player(ZED, "Zed"), a_player(AMY, "amy"), a_player(ALT, "Zed_Alt"), a_player(OLD, "Old Tom")]
    land(file, a_harvest([a_membership(n) for n in (ZED, AMY, ALT, OLD)], players=players), day(-9))
    land(file, a_harvest([a_membership(n) for n in (ZED, AMY, ALT)], players=players), day(-8))
    a_guild(file)
    a_channel(file, 101)
    for account_id, bot in ((ZEDS, 0), (AMYS, 0), (BOBS, 0), (BOT, 1)):
        insert(file, "discord_account", id=account_id, username=f"User{account_id}", is_bot=bot, in_guild=1, roles=())
    with writing(file) as connection:
        identity.introduce(connection)
    return file


def write(file: Path, *persons: PersonRow) -> None:
    with writing(file) as connection:
        identity.write_persons(connection, persons)


def player_rows(file: Path) -> dict[int, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in rows(file, "SELECT player_id, person_id, method, confidence FROM person_player")}


def account_rows(file: Path) -> dict[int, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in rows(file, "SELECT id, person_id, method, confidence FROM discord_account")}


# ── strangers ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_accounts_that_are_nobodys_are_persons_below_zero(file: Path) -> None:
    assert account_rows(file) == {
        ZEDS: (-1, "alone", 1.0), AMYS: (-2, "alone", 1.0), BOBS: (-3, "alone", 1.0), BOT: (None, None, None),
    }  # fmt: skip
    assert rows(file, "SELECT id FROM person ORDER BY id") == [-3, -2, -1, ZED, AMY, ALT, OLD]


def test_a_newcomer_gets_the_next_number_and_nobody_changes_theirs(file: Path) -> None:
    before = account_rows(file)
    for new in (5, 99):
        insert(file, "discord_account", id=new, username="new", is_bot=0, in_guild=1, roles=())
    with writing(file) as connection:
        identity.introduce(connection)
    assert account_rows(file) == before | {5: (-4, "alone", 1.0), 99: (-5, "alone", 1.0)}


def test_introducing_twice_changes_nothing(file: Path) -> None:
    before = contents(file)
    with writing(file) as connection:
        identity.introduce(connection)
    assert contents(file) == before


# ── persons ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_person_ties_players_and_an_account_under_the_mains_number(file: Path) -> None:
    write(file, PersonRow((ZED, ALT), ZEDS, "exact", 0.99))
    assert player_rows(file) == {
        ZED: (ZED, "exact", 0.99), ALT: (ZED, "exact", 0.99), AMY: (AMY, "alone", 1.0), OLD: (OLD, "alone", 1.0),
    }  # fmt: skip
    assert account_rows(file)[ZEDS] == (ZED, "exact", 0.99)
    assert account_rows(file)[AMYS] == (-2, "alone", 1.0)


def test_a_person_with_one_player_has_them_alone_and_the_account_by_its_method(file: Path) -> None:
    write(file, PersonRow((AMY,), AMYS, "fuzzy", 0.8))
    assert player_rows(file)[AMY] == (AMY, "alone", 1.0)
    assert account_rows(file)[AMYS] == (AMY, "fuzzy", 0.8)


def test_a_person_without_an_account_ties_players_alone(file: Path) -> None:
    write(file, PersonRow((ALT, ZED), None, "clan.toml", 1.0))
    assert player_rows(file)[ZED] == (ALT, "clan.toml", 1.0)
    assert {row[0] for row in account_rows(file).values() if row[0] is not None} == {-1, -2, -3}


def test_writing_the_same_persons_again_changes_nothing(file: Path) -> None:
    persons = PersonRow((ZED, ALT), ZEDS, "exact", 0.99), PersonRow((AMY,), AMYS, "fuzzy", 0.8)
    write(file, *persons)
    before = contents(file)
    write(file, *persons)
    write(file, *reversed(persons))
    assert contents(file) == before


def test_what_is_tied_no_more_comes_apart(file: Path) -> None:
    write(file, PersonRow((ZED, ALT), ZEDS, "exact", 0.99))
    write(file)
    assert {row[:2] for row in player_rows(file).values()} == {(n, "alone") for n in (ZED, AMY, ALT, OLD)}
    person, method, confidence = account_rows(file)[ZEDS]
    assert (person < 0, method, confidence) == (True, "alone", 1.0)
    persons = [row[0] for row in account_rows(file).values() if row[0] is not None]
    assert len(set(persons)) == len(persons)


def test_an_account_moves_from_one_person_to_another(file: Path) -> None:
    write(file, PersonRow((ZED,), ZEDS, "exact", 1.0), PersonRow((AMY,), AMYS, "exact", 1.0))
    write(file, PersonRow((ZED,), AMYS, "confirmed", 1.0), PersonRow((AMY,), ZEDS, "confirmed", 1.0))
    assert (account_rows(file)[ZEDS][0], account_rows(file)[AMYS][0]) == (AMY, ZED)


def test_a_new_main_takes_the_person_over(file: Path) -> None:
    write(file, PersonRow((ZED, ALT), ZEDS, "exact", 1.0))
    write(file, PersonRow((ALT, ZED), ZEDS, "exact", 1.0))
    assert (player_rows(file)[ZED][0], player_rows(file)[ALT][0], account_rows(file)[ZEDS][0]) == (ALT, ALT, ALT)


def test_links_tell_the_players_of_an_account(file: Path) -> None:
    write(file, PersonRow((ZED, ALT), ZEDS, "part", 0.9), PersonRow((AMY,), AMYS, "exact", 1.0))
    with reading(file) as connection:
        assert identity.links(connection) == [
            Link(ZED, ZEDS, "part", 0.9), Link(ALT, ZEDS, "part", 0.9), Link(AMY, AMYS, "exact", 1.0),
        ]  # fmt: skip


PARTITIONS = st.permutations([ZED, AMY, ALT, OLD]).flatmap(
    lambda order: st.tuples(
        st.just(order),
        st.integers(1, 3),
        st.permutations([ZEDS, AMYS, BOBS, None]),
        st.sampled_from(["exact", "fuzzy"]),
    )
)


@settings(max_examples=40, deadline=None)
@given(st.lists(PARTITIONS, min_size=1, max_size=4))
def test_whatever_came_before_the_rows_are_what_was_written_last(
    tmp_path_factory: pytest.TempPathFactory, nights: list[Any]
) -> None:
    file = a_clan_with_a_guild(tmp_path_factory.mktemp("nights"))
    for order, cut, accounts, method in nights:
        groups = [tuple(order[:cut]), tuple(order[cut:])]
        persons = [PersonRow(group, accounts[n], method, 0.9) for n, group in enumerate(groups)]
        write(file, *persons)
    for person in persons:
        assert {player_rows(file)[player][0] for player in person.players} == {person.players[0]}
        if person.account_id is not None:
            assert account_rows(file)[person.account_id] == (person.players[0], method, 0.9)
    owned = {person.account_id for person in persons}
    strangers = [row[0] for account, row in account_rows(file).items() if account not in owned | {BOT}]
    assert all(person < 0 for person in strangers)
    assert len(set(strangers)) == len(strangers)
    assert account_rows(file)[BOT] == (None, None, None)


# ── names to match by ────────────────────────────────────────────────────────────────────────────────────────────────


def test_everybody_who_is_or_was_a_member_has_their_names_of_now_and_before(file: Path) -> None:
    renames = [a_rename(1, ZED, "Zod", "Zid", day(-5)), a_rename(2, ZED, "Zid", "Zed", day(-3))]
    land(file, a_harvest([a_membership(n) for n in (ZED, AMY, ALT)], name_changes=renames, players=[
        a_player(ZED, "Zed"), a_player(AMY, "amy"), a_player(ALT, "Zed_Alt"), a_player(8, "Guest"),
    ]))  # fmt: skip
    with reading(file) as connection:
        assert identity.named_players(connection) == [
            Named(ZED, "Zed", ("Zod", "Zid"), is_member=True),
            Named(AMY, "amy", (), is_member=True),
            Named(ALT, "Zed_Alt", (), is_member=True),
            Named(OLD, "Old Tom", (), is_member=False),
        ]


def test_bots_are_no_accounts_of_people(file: Path) -> None:
    with reading(file) as connection:
        assert [row.id for row in identity.accounts(connection)] == [ZEDS, AMYS, BOBS]


# ── clan chat ────────────────────────────────────────────────────────────────────────────────────────────────────────


def attribute(file: Path) -> int:
    with writing(file) as connection:
        return identity.attribute_clan_chat(connection)


def speakers(file: Path) -> list[int | None]:
    return rows(file, "SELECT relayed_player_id FROM message ORDER BY id")


def a_said(at: datetime, name: str, **bent: Any) -> dict[str, Any]:
    """A line of clan chat that is nobody's yet."""
    return a_line(at, name, None, **bent)


def rename(file: Path, *changes: tuple[int, str, str, datetime]) -> None:
    """Let players have been renamed."""
    for number, (player_id, old, new, at) in enumerate(changes, start=1):
        insert(
            file, "name_change", id=number, player_id=player_id, old_name=old, new_name=new, status="approved",
            resolved_at=at, created_at=at - timedelta(hours=1),
        )  # fmt: skip


@pytest.mark.parametrize("name", ["Zed", "zed", "ZED"])
def test_a_line_is_its_bearers_however_the_name_is_written(file: Path, name: str) -> None:
    say(file, a_said(day(-1), name))
    assert attribute(file) == 1
    assert speakers(file) == [ZED]


@pytest.mark.parametrize("name", ["Zed_Alt", "Zed Alt", "zed-alt", "Zed\u00a0Alt"])
def test_spaces_hyphens_and_underscores_are_the_same_in_the_game(file: Path, name: str) -> None:
    say(file, a_said(day(-1), name))
    attribute(file)
    assert speakers(file) == [ALT]


def test_a_guest_stays_nobody_until_somebody_bears_the_name(file: Path) -> None:
    say(file, a_said(day(-1), "Stranger"))
    assert attribute(file) == 0
    assert speakers(file) == [None]
    insert(
        file,
        "player",
        id=9,
        username="stranger",
        display_name="Stranger",
        type="regular",
        build="main",
        status="active",
    )
    assert attribute(file) == 1
    assert speakers(file) == [9]


def test_who_left_the_clan_keeps_their_lines(file: Path) -> None:
    say(file, a_said(day(-8.5), "Old Tom"))
    attribute(file)
    assert speakers(file) == [OLD]


def test_a_former_name_is_its_bearers_until_the_rename(file: Path) -> None:
    rename(file, (ZED, "Zod", "Zed", day(-3)))
    say(file, a_said(day(-5), "Zod"), a_said(day(-3, -0.001), "Zod"), a_said(day(-3), "Zod"), a_said(day(-1), "Zod"))
    assert attribute(file) == 2
    assert speakers(file) == [ZED, ZED, None, None]


def test_a_name_that_passed_on_is_each_bearers_in_their_time(file: Path) -> None:
    rename(file, (ZED, "amy", "Zed", day(-3)))
    say(file, a_said(day(-5), "Amy"), a_said(day(-1), "Amy"))
    assert attribute(file) == 2
    assert speakers(file) == [ZED, AMY]


def test_a_name_that_passed_through_three_hands_is_told_apart(file: Path) -> None:
    rename(file, (ZED, "amy", "Zed", day(-6)), (ALT, "amy", "Zed Alt", day(-3)))
    say(file, a_said(day(-7), "amy"), a_said(day(-5), "amy"), a_said(day(-1), "amy"))
    attribute(file)
    assert speakers(file) == [ZED, ALT, AMY]


def test_who_came_back_to_an_old_name_bears_it_all_along(file: Path) -> None:
    rename(file, (ZED, "Zed", "Zid", day(-6)), (ZED, "Zid", "Zed", day(-3)))
    say(file, a_said(day(-7), "Zed"), a_said(day(-5), "Zid"), a_said(day(-1), "Zed"))
    attribute(file)
    assert speakers(file) == [ZED, ZED, ZED]


def test_a_rename_that_nobody_approved_counts_for_nothing(file: Path) -> None:
    rename(file, (ZED, "Zod", "Zed", day(-3)))
    insert(
        file, "name_change", id=1, player_id=ZED, old_name="Zod", new_name="Zed", status="pending", resolved_at=None,
        created_at=day(-3),
    )  # fmt: skip
    say(file, a_said(day(-5), "Zod"))
    assert attribute(file) == 0


def test_what_is_attributed_stays_whoever_bears_the_name_later(file: Path) -> None:
    say(file, a_said(day(-1), "Zed"))
    attribute(file)
    rename(file, (AMY, "Zed", "amy", NOW))
    assert attribute(file) == 0
    assert speakers(file) == [ZED]


def test_only_clan_chat_is_attributed(file: Path) -> None:
    say(file, a_said(day(-1), "Zed"), a_line(day(-1), "Zed", None, id=5, relayed_name=None, kind="human"))
    assert attribute(file) == 1


# ── decisions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def decided(file: Path) -> dict[tuple[int, int], str]:
    with reading(file) as connection:
        return identity.decisions(connection)


def test_the_last_word_of_an_officer_counts(file: Path) -> None:
    with writing(file) as connection:
        identity.decide(connection, ZED, ZEDS, "confirm", NOW, "command")
        identity.decide(connection, AMY, ZEDS, "reject", NOW, "command")
    assert decided(file) == {(ZED, ZEDS): "confirm", (AMY, ZEDS): "reject"}
    with writing(file) as connection:
        identity.decide(connection, ZED, ZEDS, "reject", NOW + timedelta(days=1), "workbook")
    assert decided(file) == {(ZED, ZEDS): "reject", (AMY, ZEDS): "reject"}
    assert rows(file, "SELECT kind, origin FROM decision WHERE player_id = ?", ZED) == [("identity", "workbook")]


@pytest.mark.parametrize("text", ["Zed=11", " zed = 11 ", "ZED=user11", "Zed=USER11", "zed =User11"])
def test_a_decision_names_a_player_and_an_account_by_id_or_username(file: Path, text: str) -> None:
    decide(file, [(text, "confirm")], NOW)
    assert decided(file) == {(ZED, ZEDS): "confirm"}


def test_a_decision_may_name_a_player_by_a_former_name(file: Path) -> None:
    rename(file, (ZED, "Zod", "Zed", day(-3)))
    decide(file, [("Zod=11", "reject")], NOW)
    assert decided(file) == {(ZED, ZEDS): "reject"}


def test_a_present_name_goes_before_a_former_one_and_a_member_before_another(file: Path) -> None:
    rename(file, (ZED, "amy", "Zed", day(-3)))
    decide(file, [("amy=12", "confirm")], NOW)
    assert decided(file) == {(AMY, AMYS): "confirm"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Zed", "is not of the form RSN=DISCORD_ID"),
        ("=11", "is not of the form"),
        ("Zed=", "is not of the form"),
        ("", "is not of the form"),
        ("Nobody=11", "Nobody in the clan is or was called 'Nobody'"),
        ("Zed=77", "No Discord account has the id or username '77'"),
        ("Zed=19", "No Discord account"),  # a bot
    ],
)
def test_a_wrong_decision_is_said_and_none_is_kept(file: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        decide(file, [("Zed=11", "confirm"), (text, "confirm"), ("amy=12", "confirm")], NOW)
    assert decided(file) == {}


def test_what_is_told_names_owners_and_those_in_doubt(file: Path) -> None:
    decide(file, [("Zed=11", "confirm")], NOW)
    lines = told(file, [PersonTable(players=("amy",), discord="user12")])
    assert lines[0] == "2 Discord accounts have an owner:"
    assert sorted(lines[1:3]) == ["  Zed = User11 (11), confirmed 1.00", "  amy = User12 (12), clan.toml 1.00"]


def test_a_person_table_with_a_name_nobody_bears_is_told_and_the_rest_holds(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lines = told(
        file,
        [PersonTable(players=("amy", "Nobody Here"), discord="user12"), PersonTable(players=("Zed",), discord="7")],
    )
    assert "  amy = User12 (12), clan.toml 1.00" in lines
    assert "nobody in the clan is or was called 'Nobody Here'" in caplog.text
    assert "no Discord account has the id or username '7'" in caplog.text
