"""The roll of past weeks, from a database that was really loaded: who was there, what they did, where they stood."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from records_kit import (
    MIDNIGHT,
    NOW,
    a_database,
    a_harvest,
    a_look,
    a_membership,
    a_player,
    an_event,
    day,
    land,
    marts_of,
)
from talk_kit import AMY, ZED, a_line, a_word, an_evening, insert, say

from pipeline.domain.window import Window
from pipeline.marts.assemble import assemble
from pipeline.marts.model import History, HistoryWeek, Person
from pipeline.marts.rules import Rules
from pipeline.storage.engine import reading
from pipeline.storage.types import to_ms


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return a_database(tmp_path)


def history_of(file: Path, **rules: Any) -> History:
    return marts_of(file, **rules).history


def who(week: HistoryWeek) -> list[str]:
    return [person.name for person in week.people]


def one(file: Path, week: int, person_id: int = 1, **rules: Any) -> Person:
    """Somebody's row, *week* weeks before the present one (0)."""
    weeks = history_of(file, **rules).weeks
    return next(row for row in weeks[-1 - week].people if row.person_id == person_id)


def looked(file: Path, *looks: tuple[float, dict[str, int | None]], player_id: int = 1) -> None:
    land(
        file,
        a_harvest([a_membership(player_id)], snapshots=[a_look(player_id, day(at), values) for at, values in looks]),
    )


# ── which weeks ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_clan_has_the_present_week_with_nobody(file: Path) -> None:
    assert history_of(file) == History((HistoryWeek(Window(day(-7), MIDNIGHT), ()),), {})


def test_the_last_week_is_the_roll_of_tonight(tmp_path: Path) -> None:
    file = an_evening(tmp_path)
    say(file, a_word(day(-3)), a_line(day(-2)))
    marts = marts_of(file, discord=True)
    assert marts.history.weeks[-1] == HistoryWeek(marts.periods["7d"].window, marts.people)


def test_weeks_follow_each_other_up_to_the_present_one(file: Path) -> None:
    looked(file, (-31, {"overall": 1}), (-1, {"overall": 2}))
    windows = [week.window for week in history_of(file).weeks]
    assert windows == [Window(day(-7 * n), day(-7 * n + 7)) for n in (4, 3, 2, 1)]


def test_there_are_at_most_53_weeks(file: Path) -> None:
    looked(file, (-500, {"overall": 1}), (-1, {"overall": 2}))
    assert len(history_of(file).weeks) == 53


@pytest.mark.parametrize(("first", "weeks"), [(-14, 2), (-13.5, 2), (-12.5, 1)])
def test_a_week_of_which_only_the_end_was_looked_at_is_left_out(file: Path, first: float, weeks: int) -> None:
    looked(file, (first, {"overall": 1}), (-1, {"overall": 2}))
    assert len(history_of(file).weeks) == weeks


def test_the_past_may_be_left_out(file: Path) -> None:
    looked(file, (-31, {"overall": 1}), (-1, {"overall": 2}))
    with reading(file) as connection:
        without = assemble(connection, NOW, Rules(), past=False)
    assert without == replace(marts_of(file), history=History())


# ── who was there ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_joined_or_left_is_there_in_the_weeks_between(file: Path) -> None:
    looks = [a_look(1, day(-28), 1)]
    stays = [a_membership(1), a_membership(2, since=day(-10)), a_membership(3, since=day(-25))]
    land(file, a_harvest(stays, snapshots=looks), day(-20))
    land(file, a_harvest(stays[:2]), day(-12))
    assert [who(week) for week in history_of(file).weeks] == [
        ["Player 1", "Player 3"],
        ["Player 1", "Player 3"],
        ["Player 1", "Player 2"],
        ["Player 1", "Player 2"],
    ]


def test_what_happens_at_the_end_of_a_week_belongs_to_the_next(file: Path) -> None:
    stays = [a_membership(1), a_membership(2, since=day(-14))]
    land(file, a_harvest(stays, snapshots=[a_look(1, day(-21), 1)]))
    assert [len(week.people) for week in history_of(file).weeks] == [1, 2, 2]


def test_everybody_has_the_rank_of_then(file: Path) -> None:
    events = [
        an_event(1, "changed_role", day(-10), "general", previous_role="recruit"),
        an_event(1, "changed_role", day(-3), "owner", previous_role="general"),
    ]
    land(file, a_harvest([a_membership(1, "owner")], roster_events=events, snapshots=[a_look(1, day(-21), 1)]))
    assert [week.people[0].role for week in history_of(file).weeks] == ["recruit", "general", "owner"]


def test_a_promotion_in_a_later_stay_says_nothing_of_an_earlier_one(file: Path) -> None:
    land(file, a_harvest([a_membership(1, "general"), a_membership(2)], snapshots=[a_look(2, day(-28), 1)]), day(-20))
    land(file, a_harvest([a_membership(2)]), day(-16))
    event = an_event(1, "changed_role", day(-3), "recruit", previous_role="guest")
    land(file, a_harvest([a_membership(1, "recruit", since=day(-9)), a_membership(2)], roster_events=[event]))
    roles = [[row.role for row in week.people if row.person_id == 1] for week in history_of(file).weeks]
    assert roles == [["general"], [], ["guest"], ["recruit"]]


def test_each_stay_has_its_own_date_of_joining(file: Path) -> None:
    land(file, a_harvest([a_membership(1), a_membership(2)], snapshots=[a_look(2, day(-28), 1)]), day(-20))
    land(file, a_harvest([a_membership(2)]), day(-16))
    land(file, a_harvest([a_membership(1, since=day(-9), clan_joined_at=day(-10)), a_membership(2)]))
    found = one(file, 1)
    assert (found.joined_at, found.join_source, one(file, 3).join_source) == (day(-10), "game", "wom")


def test_people_stand_in_the_clans_own_order_of_rank_then_by_name(file: Path) -> None:
    stays = [a_membership(1), a_membership(2), a_membership(3, "owner")]
    players = [a_player(1, "bob"), a_player(2, "Alice"), a_player(3, "Zed")]
    land(file, a_harvest(stays, players=players, snapshots=[a_look(1, day(-14), 1)]))
    assert [who(week) for week in history_of(file).weeks] == [["Zed", "Alice", "bob"]] * 2


# ── what they gained ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_week_runs_from_its_first_look_to_its_last(file: Path) -> None:
    looked(file, (-22, {"overall": 50}), (-13, {"overall": 100}), (-11, {"overall": 130}), (-8, {"overall": 170}))
    assert [week.people[0].xp for week in history_of(file).weeks] == [None, 70, None]


def test_who_was_looked_at_twice_and_stood_still_gained_nothing(file: Path) -> None:
    looked(file, (-22, {"overall": 50, "ehp": 9}), (-13, {"overall": 60, "ehp": 10}), (-9, {"overall": 60, "ehp": 10}))
    found = one(file, 1)
    assert (found.xp, found.ehp, found.ehb, found.top_boss, found.kills) == (0, 0, 0, None, None)


def test_nobody_looked_is_not_known(file: Path) -> None:
    looked(file, (-22, {"overall": 50}), (-13, {"overall": 100}), (-2, {"overall": 200}))
    found = one(file, 1)
    assert (found.xp, found.ehp, found.ehb, found.top_boss, found.kills) == (None,) * 5


def test_a_first_ranking_counts_but_not_overalls(file: Path) -> None:
    looked(
        file,
        (-22, {"overall": None, "zulrah": None}),
        (-13, {"overall": None, "zulrah": None}),
        (-9, {"overall": 900, "zulrah": 7}),
    )
    found = one(file, 1)
    assert (found.xp, found.top_boss, found.kills) == (0, "zulrah", 7)


def test_a_main_and_an_alt_are_one_row_and_their_gains_are_summed(tmp_path: Path) -> None:
    file = an_evening(tmp_path)  # the alt 3 of person 1
    looks = [
        a_look(n, day(at), {"overall": n * 1_000 + gained, "zulrah": gained // 10, "vorkath": n})
        for n in (1, 3)
        for at, gained in ((-13, 0), (-9, 10 * n))
    ]
    land(file, a_harvest(None, snapshots=[*looks, a_look(1, day(-21), 1_000)]), day(-1, 5), name="later")
    found = one(file, 1)
    assert (found.player_ids, found.name, found.alts) == ((1, 3), "Zed", ("Zed Alt",))
    assert (found.xp, found.top_boss, found.kills) == (40, "zulrah", 4)


def test_an_alt_that_nobody_looked_at_hides_no_gain_of_the_main(tmp_path: Path) -> None:
    file = an_evening(tmp_path)
    land(
        file, a_harvest(None, snapshots=[a_look(1, day(at), at + 2_000) for at in (-21, -13, -9)]), day(-1, 5), name="b"
    )
    assert one(file, 1).xp == 4


def test_totals_are_what_the_members_of_each_week_gained_together(file: Path) -> None:
    looks = [
        a_look(n, day(at), {"overall": 1_000 * n + (at + 30) * n, "zulrah": 5})
        for n in (1, 2, 3)
        for at in (-21, -15, -13, -9, -6, -2)
    ]
    stays = [a_membership(1), a_membership(2, since=day(-10)), a_membership(3)]
    land(file, a_harvest(stays, snapshots=looks), day(-5))
    land(file, a_harvest(stays[:2]), day(-4))
    assert history_of(file).totals == {"overall": (6 * 4, 4 * 6, 4 * 3)}


def test_the_last_total_is_that_of_the_boards(file: Path) -> None:
    looked(
        file, (-21, {"overall": 1, "zulrah": 1}), (-6, {"overall": 5, "zulrah": 2}), (-1, {"overall": 9, "zulrah": 4})
    )
    marts = marts_of(file)
    assert {key: line[-1] for key, line in marts.history.totals.items()} == {
        key: sum(row.value for row in board) for key, board in marts.boards["7d"].items()
    }


# ── where they stood ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_last_look_and_the_last_gain_are_those_of_then(file: Path) -> None:
    looked(file, (-22, {"overall": 1}), (-16, {"overall": 2}), (-9, {"overall": 2}), (-2, {"overall": 3}))
    assert [(one(file, n).seen_at, one(file, n).last_gain_at) for n in (2, 1)] == [
        (day(-16), day(-16)),
        (day(-9), day(-16)),
    ]


def test_a_gain_before_the_first_week_is_still_the_last_one(file: Path) -> None:
    looks = [a_look(1, day(at), {"overall": value}) for at, value in ((-400, 1), (-390, 2), (-9, 2))]
    land(file, a_harvest([a_membership(1, since=day(-500))], snapshots=looks))
    weeks = history_of(file).weeks
    assert [week.people[0].last_gain_at for week in weeks[:-1]] == [day(-390)] * 52


def test_who_was_not_looked_at_for_long_was_not_seen_lately(file: Path) -> None:
    land(file, a_harvest([a_membership(1), a_membership(2)], snapshots=[
        a_look(2, day(-30), 1), a_look(1, day(-22), 1), a_look(2, day(-15), 1),
    ]))  # fmt: skip
    assert [one(file, n).seen_lately for n in (3, 2, 1)] == [True, False, False]


def test_the_state_is_that_of_then(file: Path) -> None:
    at = [*range(-120, 0, 3)]
    looked(file, *((n, {"overall": 500 + (min(-80, n))}) for n in at))
    states = [week.people[0].state for week in history_of(file).weeks]
    assert states == ["active"] * (len(states) - 7) + ["inactive"] * 7


# ── what they wrote ──────────────────────────────────────────────────────────────────────────────────────────────────


def an_old_evening(tmp_path: Path) -> Path:
    """The evening's clan, whose first look was four weeks ago."""
    file = an_evening(tmp_path)
    land(file, a_harvest(None, snapshots=[a_look(2, day(-28), 1)]), day(-1, 5), name="old")
    return file


def test_messages_are_those_of_the_week(tmp_path: Path) -> None:
    file = an_old_evening(tmp_path)
    say(file, a_word(day(-20)), a_word(day(-14)), a_word(day(-8)), a_word(day(-7)), a_line(day(-9)))
    assert [one(file, n, discord=True).messages for n in (3, 2, 1, 0)] == [None, 1, 2, 1]
    assert [one(file, n, 2, discord=True).messages for n in (3, 2, 1, 0)] == [None, 0, 0, 0]


def test_a_deleted_message_is_not_counted_but_was_a_sign_until_then(tmp_path: Path) -> None:
    file = an_old_evening(tmp_path)
    say(file, a_word(day(-27)), a_word(day(-20), deleted_at=day(-10)))
    found = [one(file, n, discord=True) for n in (3, 2, 1)]
    assert [(row.messages, row.last_word_at) for row in found] == [(1, day(-27)), (0, day(-20)), (0, day(-27))]


def test_a_line_of_clan_chat_is_a_word(tmp_path: Path) -> None:
    file = an_old_evening(tmp_path)
    say(file, a_word(day(-20)), a_line(day(-9)))
    assert [one(file, n, discord=True).last_word_at for n in (2, 1)] == [day(-20), day(-9)]


def test_what_was_not_read_to_its_end_is_not_known(tmp_path: Path) -> None:
    file = an_old_evening(tmp_path)
    say(file, a_word(day(-20)), a_word(day(-8)))
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE landing SET fetched_at = ? WHERE source = 'discord'", (to_ms(day(-9)),))
    assert [one(file, n, discord=True).messages for n in (2, 1)] == [1, None]


def test_without_a_known_account_messages_are_not_known(tmp_path: Path) -> None:
    file = an_old_evening(tmp_path)
    say(file, a_word(day(-20)), a_word(day(-20), AMY, 1))
    insert(file, "person", id=-AMY)
    insert(file, "discord_account", id=AMY, username="amy", is_bot=False, in_guild=True, roles=(), person_id=-AMY)
    assert (one(file, 2, 2, discord=True).messages, one(file, 2, discord=True).messages) == (None, 1)


def test_without_discord_nothing_of_talk_is_known(tmp_path: Path) -> None:
    file = an_old_evening(tmp_path)
    say(file, a_word(day(-20), ZED))
    found = [one(file, n) for n in (2, 1, 0)]
    assert [(row.messages, row.last_word_at) for row in found] == [(None, None)] * 3


# ── one member ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_row_of_a_past_week_is_whole(file: Path) -> None:
    stay = a_membership(1, "owner", since=day(-100))
    looks = [a_look(1, day(at), {"overall": 1_000 + at * 10, "zulrah": 30 + at // 3}) for at in (-21, -15, -10, -3, -1)]
    land(file, a_harvest([stay], players=[a_player(1, "Zed", type="ironman")], snapshots=looks))
    assert one(file, 2) == Person(
        person_id=1, player_ids=(1,), name="Zed", alts=(), role="owner", role_place=0, type="ironman", status="active",
        state="active", last_gain_at=day(-15), last_word_at=None, xp=60, ehp=0, ehb=0, top_boss="zulrah", kills=2,
        messages=None, joined_at=day(-100), join_source="wom", ahead=None, seen_at=day(-15), seen_lately=True,
    )  # fmt: skip
