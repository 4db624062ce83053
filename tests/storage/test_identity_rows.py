"""Persons as rows: who shares one, who is nobody's yet, whose words the clan chat repeats, and what officers decided."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records_kit import NOW, a_database, a_harvest, a_membership, a_player, a_rename, contents, day, kept, land, rows
from talk_kit import a_channel, a_guild, a_line, insert, say

from pipeline.errors import ConfigError
from pipeline.people import Verdict, decide, tie, told
from pipeline.policy import PersonTable, Policy
from pipeline.storage import decisions, identity
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
    file = folder / "clan_data.db"
    file.write_bytes(_with_a_guild())
    return file


@cache
def _with_a_guild() -> bytes:
    with TemporaryDirectory() as folder:
        return kept(_founded(Path(folder)))


def _founded(folder: Path) -> Path:
    file = a_database(folder)
    players = [a_player(ZED, "Zed"), a_player(AMY, "amy"), a_player(ALT, "Zed_Alt"), a_player(OLD, "Old Tom")]
    land(file, a_harvest([a_membership(n) for n in (ZED, AMY, ALT, OLD)], players=players), day(-9))
    land(file, a_harvest([a_membership(n) for n in (ZED, AMY, ALT)], players=players), day(-8))
    a_guild(file)
    a_channel(file, 101)
    for account_id, bot in ((ZEDS, 0), (AMYS, 0), (BOBS, 0), (BOT, 1)):
        insert(file, "discord_account", id=account_id, username=f"User{account_id}", is_bot=bot, in_guild=1, roles=())
    write(file)
    return file


def a_person(players: tuple[int, ...], account_id: int | None, method: str, confidence: float) -> PersonRow:
    """All of whose players came in the same way."""
    return PersonRow(players, ((method, confidence),) * len(players), account_id, method, confidence)


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
    write(file)
    assert account_rows(file) == before | {5: (-4, "alone", 1.0), 99: (-5, "alone", 1.0)}


def test_writing_nobody_twice_changes_nothing(file: Path) -> None:
    before = contents(file)
    write(file)
    assert contents(file) == before


def test_a_person_whom_nothing_belongs_to_any_more_is_removed(file: Path) -> None:
    write(file, a_person((ZED, ALT), ZEDS, "exact", 1.0), a_person((AMY,), AMYS, "exact", 1.0))
    assert rows(file, "SELECT id FROM person ORDER BY id") == [-3, ZED, AMY, OLD]


def test_however_often_accounts_come_and_go_numbers_below_zero_stay_small(file: Path) -> None:
    for night in range(12):
        owner = (ZEDS, AMYS, BOBS)[night % 3]
        write(file, a_person((ZED,), owner, "exact", 1.0))
        strangers = [row[0] for account, row in account_rows(file).items() if account not in (owner, BOT)]
        assert sorted(strangers) == sorted(set(strangers))
        assert all(-3 <= person < 0 for person in strangers)
        assert rows(file, "SELECT count(*) FROM person WHERE id < 0") == [2]


# ── persons ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_person_ties_players_and_an_account_under_the_mains_number(file: Path) -> None:
    write(file, a_person((ZED, ALT), ZEDS, "exact", 0.99))
    assert player_rows(file) == {
        ZED: (ZED, "exact", 0.99), ALT: (ZED, "exact", 0.99), AMY: (AMY, "alone", 1.0), OLD: (OLD, "alone", 1.0),
    }  # fmt: skip
    assert account_rows(file)[ZEDS] == (ZED, "exact", 0.99)
    assert account_rows(file)[AMYS] == (-2, "alone", 1.0)


def test_a_person_with_one_player_has_them_alone_and_the_account_by_its_method(file: Path) -> None:
    write(file, a_person((AMY,), AMYS, "fuzzy", 0.8))
    assert player_rows(file)[AMY] == (AMY, "alone", 1.0)
    assert account_rows(file)[AMYS] == (AMY, "fuzzy", 0.8)


def test_a_person_without_an_account_ties_players_alone(file: Path) -> None:
    write(file, a_person((ALT, ZED), None, "clan.toml", 1.0))
    assert player_rows(file)[ZED] == (ALT, "clan.toml", 1.0)
    assert {row[0] for row in account_rows(file).values() if row[0] is not None} == {-1, -2, -3}


def test_writing_the_same_persons_again_changes_nothing(file: Path) -> None:
    persons = a_person((ZED, ALT), ZEDS, "exact", 0.99), a_person((AMY,), AMYS, "fuzzy", 0.8)
    write(file, *persons)
    before = contents(file)
    write(file, *persons)
    write(file, *reversed(persons))
    assert contents(file) == before


def test_what_is_tied_no_more_comes_apart(file: Path) -> None:
    write(file, a_person((ZED, ALT), ZEDS, "exact", 0.99))
    write(file)
    assert {row[:2] for row in player_rows(file).values()} == {(n, "alone") for n in (ZED, AMY, ALT, OLD)}
    person, method, confidence = account_rows(file)[ZEDS]
    assert (person < 0, method, confidence) == (True, "alone", 1.0)
    persons = [row[0] for row in account_rows(file).values() if row[0] is not None]
    assert len(set(persons)) == len(persons)


def test_an_account_moves_from_one_person_to_another(file: Path) -> None:
    write(file, a_person((ZED,), ZEDS, "exact", 1.0), a_person((AMY,), AMYS, "exact", 1.0))
    write(file, a_person((ZED,), AMYS, "confirmed", 1.0), a_person((AMY,), ZEDS, "confirmed", 1.0))
    assert (account_rows(file)[ZEDS][0], account_rows(file)[AMYS][0]) == (AMY, ZED)


def test_each_player_is_held_by_its_own_method_and_the_account_by_the_persons(file: Path) -> None:
    links = (("part", 0.94), ("clan.toml", 1.0), ("confirmed", 1.0))
    write(file, PersonRow((ZED, ALT, AMY), links, ZEDS, "confirmed", 1.0))
    assert player_rows(file) == {
        ZED: (ZED, "part", 0.94), ALT: (ZED, "clan.toml", 1.0), AMY: (ZED, "confirmed", 1.0), OLD: (OLD, "alone", 1.0),
    }  # fmt: skip
    assert account_rows(file)[ZEDS] == (ZED, "confirmed", 1.0)
    with reading(file) as connection:
        assert identity.links(connection) == [
            Link(ZED, ZEDS, "part", 0.94), Link(AMY, ZEDS, "confirmed", 1.0), Link(ALT, ZEDS, "clan.toml", 1.0),
        ]  # fmt: skip


def test_a_new_main_takes_the_person_over(file: Path) -> None:
    write(file, a_person((ZED, ALT), ZEDS, "exact", 1.0))
    write(file, a_person((ALT, ZED), ZEDS, "exact", 1.0))
    assert (player_rows(file)[ZED][0], player_rows(file)[ALT][0], account_rows(file)[ZEDS][0]) == (ALT, ALT, ALT)


def test_links_tell_the_players_of_an_account(file: Path) -> None:
    write(file, a_person((ZED, ALT), ZEDS, "part", 0.9), a_person((AMY,), AMYS, "exact", 1.0))
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


@settings(max_examples=40)
@given(st.lists(PARTITIONS, min_size=1, max_size=4))
def test_whatever_came_before_the_rows_are_what_was_written_last(
    tmp_path_factory: pytest.TempPathFactory, nights: list[Any]
) -> None:
    file = a_clan_with_a_guild(tmp_path_factory.mktemp("nights"))
    for order, cut, accounts, method in nights:
        groups = [tuple(order[:cut]), tuple(order[cut:])]
        persons = [a_person(group, accounts[n], method, 0.9) for n, group in enumerate(groups)]
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
    persons_held = {row[0] for row in (*player_rows(file).values(), *account_rows(file).values())} - {None}
    assert set(rows(file, "SELECT id FROM person")) == persons_held
    assert min(persons_held) >= -3


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
        return decisions.identities(connection)


def test_the_last_word_of_an_officer_counts_and_the_first_is_kept(file: Path) -> None:
    decide(file, [("Zed=11", "confirm"), ("amy=11", "reject")], NOW)
    assert decided(file) == {(ZED, ZEDS): "confirm", (AMY, ZEDS): "reject"}
    decide(file, [("Zed=11", "reject")], NOW + timedelta(days=1))
    assert decided(file) == {(ZED, ZEDS): "reject", (AMY, ZEDS): "reject"}
    held = rows(file, "SELECT kind, verdict, origin FROM decision WHERE player_id = ? ORDER BY decided_at", ZED)
    assert held == [("identify", "confirm", "command"), ("identify", "reject", "command")]


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


def test_a_later_confirmation_for_a_player_replaces_the_earlier_one(file: Path) -> None:
    decide(file, [("Zed=12", "confirm"), ("Zed=13", "reject")], NOW)
    decide(file, [("Zed Alt=12", "confirm")], NOW)
    decide(file, [("Zed=11", "confirm")], NOW + timedelta(hours=1))
    assert decided(file) == {(ZED, BOBS): "reject", (ALT, AMYS): "confirm", (ZED, ZEDS): "confirm"}
    tie(file, Policy())
    assert account_rows(file)[ZEDS] == (ZED, "confirmed", 1.0)
    assert account_rows(file)[AMYS] == (ALT, "confirmed", 1.0)
    decide(file, [("Zed=12", "confirm")], NOW + timedelta(hours=2))
    tie(file, Policy())
    assert account_rows(file)[AMYS][0] == player_rows(file)[ZED][0] == player_rows(file)[ALT][0]
    assert account_rows(file)[ZEDS][1] == "alone"


@pytest.mark.parametrize("pair", ["Zed=11", " zed = user11 "])
@pytest.mark.parametrize("first", ["confirm", "reject"])
def test_to_confirm_and_to_reject_a_pair_at_once_is_an_error_and_nothing_is_kept(
    file: Path, pair: str, first: Verdict
) -> None:
    then: Verdict = "reject" if first == "confirm" else "confirm"
    with pytest.raises(ConfigError, match="is both confirmed and rejected"):
        decide(file, [("amy=12", "confirm"), ("Zed=11", first), (pair, then)], NOW)
    assert decided(file) == {}


def test_to_say_the_same_of_a_pair_twice_is_no_error(file: Path) -> None:
    decide(file, [("Zed=11", "confirm"), ("zed=user11", "confirm")], NOW)
    assert decided(file) == {(ZED, ZEDS): "confirm"}


# ── whose word holds until when ──────────────────────────────────────────────────────────────────────────────────────


def call(file: Path, account_id: int, nick: str) -> None:
    """Give an account a nickname."""
    held = {"id": account_id, "username": f"User{account_id}", "nick": nick, "is_bot": 0, "in_guild": 1, "roles": ()}
    kept = rows(file, "SELECT person_id, method, confidence FROM discord_account WHERE id = ?", account_id)[0]
    insert(file, "discord_account", **held, **dict(zip(("person_id", "method", "confidence"), kept, strict=True)))


def test_a_person_that_is_taken_out_of_clan_toml_comes_apart_and_a_link_that_names_told_stays(file: Path) -> None:
    call(file, ZEDS, "Zed")
    tie(file, Policy())
    before = contents(file)
    tie(file, Policy(person=(PersonTable(players=("Zed", "Zed Alt")),)))
    assert player_rows(file)[ZED] == (ZED, "exact", 1.0)
    assert player_rows(file)[ALT] == (ZED, "clan.toml", 1.0)
    assert account_rows(file)[ZEDS] == (ZED, "exact", 1.0)
    tie(file, Policy())
    assert contents(file) == before


def test_what_names_told_while_clan_toml_spoke_outlives_it_even_if_the_nickname_is_gone(file: Path) -> None:
    policy = Policy(person=(PersonTable(players=("amy", "Zed")),))
    call(file, ZEDS, "Zed")
    tie(file, policy)
    assert (player_rows(file)[ZED], player_rows(file)[AMY]) == ((AMY, "exact", 1.0), (AMY, "clan.toml", 1.0))
    call(file, ZEDS, "Bob")
    tie(file, policy)
    tie(file, Policy())
    assert account_rows(file)[ZEDS] == (ZED, "exact", 1.0)
    assert (player_rows(file)[ZED], player_rows(file)[AMY]) == ((ZED, "alone", 1.0), (AMY, "alone", 1.0))


def test_an_account_that_only_clan_toml_gave_away_is_nobodys_without_it(file: Path) -> None:
    before = contents(file)
    tie(file, Policy(person=(PersonTable(players=("Zed", "Zed Alt"), discord="user12"),)))
    assert account_rows(file)[AMYS] == (ZED, "clan.toml", 1.0)
    tie(file, Policy())
    assert contents(file) == before


@pytest.mark.parametrize(("nick", "link"), [("Zed Alt", ("exact", 1.0)), ("Zed Alt | Bob", ("part", 0.94))])
def test_after_a_confirmation_that_was_rejected_the_names_keep_their_own_method(
    file: Path, nick: str, link: tuple[str, float]
) -> None:
    call(file, ZEDS, nick)
    tie(file, Policy())
    before = contents(file, besides=("landing", "decision"))
    decide(file, [("amy=11", "confirm")], NOW)
    tie(file, Policy())
    assert (player_rows(file)[ALT], player_rows(file)[AMY]) == ((ALT, *link), (ALT, "confirmed", 1.0))
    assert account_rows(file)[ZEDS] == (ALT, "confirmed", 1.0)
    decide(file, [("amy=11", "reject")], NOW)
    tie(file, Policy())
    assert account_rows(file)[ZEDS] == (ALT, *link)
    assert contents(file, besides=("landing", "decision")) == before


def test_what_a_decision_tied_does_not_outlive_the_decision(file: Path) -> None:
    before = contents(file)
    decide(file, [("Zed=12", "confirm")], NOW)
    tie(file, Policy())
    with writing(file) as connection:
        connection.exec_driver_sql("DELETE FROM decision")
    tie(file, Policy())
    assert contents(file) == before


def test_a_night_without_news_leaves_everything_as_it_is(file: Path) -> None:
    rename(file, (ZED, "Zodiac", "Zed", day(-3)))
    call(file, ZEDS, "Zodiac | Zed Alt")
    policy = Policy(person=(PersonTable(players=("amy",), discord="user12"),))
    decide(file, [("Old Tom=11", "confirm"), ("Old Tom=13", "reject")], NOW)
    tie(file, policy)
    before = contents(file)
    tie(file, policy)
    assert contents(file) == before
    assert [row[1] for player, row in sorted(player_rows(file).items())] == ["part", "alone", "part", "confirmed"]


# ── what is told ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_told_names_owners_and_those_in_doubt(file: Path) -> None:
    decide(file, [("Zed=11", "confirm")], NOW)
    lines = told(file, Policy(person=(PersonTable(players=("amy",), discord="user12"),)))
    assert lines[0] == "2 Discord accounts have an owner:"
    assert sorted(lines[1:3]) == ["  Zed = User11 (11), confirmed 1.00", "  amy = User12 (12), clan.toml 1.00"]


def test_a_doubt_is_told_with_the_command_that_ends_it(file: Path) -> None:
    for account_id in (ZEDS, AMYS):
        call(file, account_id, "Zed")
    lines = told(file, Policy())
    assert [line for line in lines if "Yes:" in line] == [
        f'    Zed, 0.85: another account is called "Zed" as well. Yes: uv run clanstats identities --confirm "Zed={account_id}"'
        for account_id in (ZEDS, AMYS)
    ]


@pytest.mark.parametrize(
    "name", ["$(reboot)", "`reboot`", 'a"; reboot "', "%COMSPEC%", "Zed\u00a0Bow", "reboot\n", "Žed"]
)
def test_a_name_that_a_shell_might_obey_is_told_without_a_command(file: Path, name: str) -> None:
    insert(
        file, "player", id=ZED, username="odd", display_name=name, type="regular", build="main", status="active",
    )  # fmt: skip
    for account_id in (ZEDS, AMYS):
        call(file, account_id, name)
    lines = told(file, Policy())
    assert len([line for line in lines if line.endswith("Yes: write a [[person]] into clan.toml.")]) == 2
    assert not [line for line in lines if "clanstats" in line]
    assert [line for line in lines if not line.isprintable()] == []


def test_no_name_steers_the_terminal(file: Path) -> None:
    insert(
        file, "player", id=ZED, username="odd", display_name="Zed\x1b[2Jdy\u202e", type="regular", build="main",
        status="active",
    )  # fmt: skip
    call(file, ZEDS, "Zed\x1b[2Jdy\u202e")
    call(file, AMYS, "Zed\x1b[2Jdz\u202e\r")
    call(file, BOBS, "amy\r\n\x07")
    decide(file, [("amy=13", "confirm")], NOW)
    lines = told(file, Policy())
    assert "  Zed?[2Jdy? = Zed?[2Jdy? (11), exact 1.00" in lines
    assert "  amy = amy??? (13), confirmed 1.00" in lines
    assert [line for line in lines if not line.isprintable()] == []


def test_names_and_ranks_of_clan_toml_that_nobody_knows_are_logged_and_the_rest_holds(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    persons = (
        PersonTable(players=("amy", "Nobody Here"), discord="user12"),
        PersonTable(players=("Zed",), discord="7"),
    )
    tie(file, Policy(person=persons, roles={"Chief": "captain", "Crew": "member", "New": "recruit"}))
    assert account_rows(file)[AMYS] == (AMY, "clan.toml", 1.0)
    assert [record.getMessage() for record in caplog.records] == [
        "clan.toml, [[person]]: nobody in the clan is or was called 'Nobody Here'.",
        "clan.toml, [[person]] 'Zed': no Discord account has the id or username that stands there.",
        "clan.toml, [roles]: the clan has no rank 'captain', which 'Chief' should stand for.",
    ]


def test_before_anything_is_known_of_the_clan_no_rank_is_unknown(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tie(a_database(tmp_path), Policy(roles={"Chief": "captain"}))
    assert caplog.records == []
