"""All answers of a night, from a database that was really loaded."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from records_kit import (
    FOUNDED,
    MIDNIGHT,
    NOW,
    a_competition,
    a_database,
    a_harvest,
    a_look,
    a_membership,
    a_player,
    a_rename,
    a_score,
    an_achievement,
    an_event,
    day,
    land,
    marts_of,
    rows,
)

from pipeline.domain.records import Harvest
from pipeline.domain.window import TICK, Window
from pipeline.marts.model import Coverage, Gain, Place
from pipeline.storage.types import to_ms

BOTH = [a_membership(1, "owner"), a_membership(2, "recruit", clan_joined_at=day(-100))]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return a_database(tmp_path)


def a_night(**bent: Any) -> Harvest:
    """Two members: one who plays a lot, one who was looked at only once this week."""
    held: dict[str, Any] = {
        "players": [a_player(1, "Zed", updated_at=day(-1)), a_player(2, "amy", type="ironman")],
        "snapshots": [
            a_look(1, day(-13), {"overall": 900, "zulrah": 1, "ehp": 100_000}),
            a_look(1, day(-8), {"overall": 950, "zulrah": 1, "ehp": 100_000}),
            a_look(1, day(-6), {"overall": 1_000, "zulrah": None, "ehp": 150_000}),
            a_look(1, day(-1), {"overall": 1_500, "zulrah": 7, "ehp": 250_000}),
            a_look(2, day(-3), {"overall": 2_000, "zulrah": 7, "ehp": 0}),
        ],
        "roster_events": [an_event(1, "changed_role", day(-2), "owner", previous_role="recruit")],
        "name_changes": [a_rename(1, 2, "Amelia", "amy", day(-3))],
        "achievements": [an_achievement(1, "500 Zulrah", day(-1)), an_achievement(2, "99 Attack", None, "attack")],
        "competitions": [a_competition(301, day(-2), day(4))],
        "participations": [a_score(301, 1, 6, updated_at=day(-1)), a_score(301, 2, 0)],
    }
    return a_harvest(BOTH, **(held | bent))


def run_of(file: Path, run_id: str, now: datetime, state: str = "done", exit_code: int | None = 0) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(
            "INSERT INTO run (id, night, now, state, exit_code, sentence) VALUES (?, ?, ?, ?, ?, ?)",
            (run_id, f"{now:%Y-%m-%d}", to_ms(now), state, exit_code, f"said by {run_id}"),
        )


# ── nobody, and somebody ─────────────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_database_has_answers_that_say_so(file: Path) -> None:
    found = marts_of(file)
    assert (found.clan.name, found.members, found.freshness.sentence) == ("No clan yet", (), "No game data yet")
    assert (found.bridge.total_start, found.bridge.total_end, len(found.weeks), len(found.metrics)) == (0, 0, 1, 113)
    assert {key: (period.looks, period.gains) for key, period in found.periods.items()} == {
        key: ({}, {}) for key in ("7d", "30d", "90d", "365d", "all")
    }


def test_a_clan_without_members_has_answers_that_say_so(file: Path) -> None:
    land(file, a_harvest([]))
    found = marts_of(file)
    assert (found.clan.name, found.members, found.bridge.change) == ("Ashen Company", (), 0)
    assert found.freshness.sentence == "Game data to 21 Nov 00:00 UTC, nobody is in the clan"


def test_a_member_never_looked_at_is_there_with_nothing(file: Path) -> None:
    land(file, a_harvest([a_membership(1)]))
    member = marts_of(file).members[0]
    assert (member.values, member.places, member.total_level, member.updated_at, member.seen_lately) == (
        {},
        {},
        None,
        None,
        False,
    )


def test_one_member_has_a_place_and_a_role_and_a_tenure(file: Path) -> None:
    land(file, a_harvest([a_membership(1, "owner", since=day(-10, 5))], snapshots=[a_look(1, day(-1), 700)]))
    member = marts_of(file).members[0]
    assert (member.role_place, member.tenure_days, member.join_source, member.places) == (0, 9, "wom", {"overall": 1})


# ── members ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_members_stand_in_the_clans_own_order_of_rank_and_then_by_name(file: Path) -> None:
    roles = {1: "recruit", 2: "owner", 3: "recruit", 4: "zealot", 5: "general"}
    names = {1: "bob", 3: "Alice"}
    land(
        file,
        a_harvest(
            [a_membership(n, role) for n, role in roles.items()],
            players=[a_player(n, name) for n, name in names.items()],
        ),
    )
    found = marts_of(file)
    assert [member.player_id for member in found.members] == [2, 5, 3, 1, 4]
    assert found.clan.roles == ("owner", "general", "recruit", "zealot")


def test_the_games_own_date_of_joining_beats_wise_old_mans(file: Path) -> None:
    land(file, a_night())
    assert {m.player_id: (m.joined_at, m.join_source, m.tenure_days) for m in marts_of(file).members} == {
        1: (FOUNDED, "wom", 300),
        2: (day(-100), "game", 100),
    }


def test_present_values_leave_unranked_metrics_out_and_places_share_ties(file: Path) -> None:
    land(file, a_night(snapshots=[
        a_look(1, day(-1), {"overall": 5, "zulrah": 7, "nex": None}), a_look(2, day(-1), {"overall": 9, "zulrah": 7}),
    ]))  # fmt: skip
    found = marts_of(file)
    assert {m.player_id: dict(m.values) for m in found.members} == {
        1: {"overall": 5, "zulrah": 7},
        2: {"overall": 9, "zulrah": 7},
    }
    assert found.standings == {
        "overall": (Place(1, 2, 9), Place(2, 1, 5)),
        "zulrah": (Place(1, 2, 7), Place(1, 1, 7)),
    }
    assert {m.player_id: dict(m.places) for m in found.members} == {
        1: {"overall": 2, "zulrah": 1},
        2: {"overall": 1, "zulrah": 1},
    }


def test_somebody_who_left_is_no_member_and_on_no_board(file: Path) -> None:
    land(file, a_night(), day(-1, 4))
    land(file, a_harvest([BOTH[1]]))
    found = marts_of(file)
    assert [m.player_id for m in found.members] == [2]
    assert {row.player_id for board in found.standings.values() for row in board} == {2}
    assert all(1 not in period.looks and 1 not in period.gains for period in found.periods.values())


def test_a_member_was_last_seen_when_wise_old_man_or_we_saw_them_last(file: Path) -> None:
    looked = [a_look(1, day(-2), 5), a_look(2, day(-2), 5)]
    land(
        file,
        a_harvest(BOTH, players=[a_player(1, updated_at=day(-1)), a_player(2, updated_at=day(-9))], snapshots=looked),
    )
    assert {m.player_id: m.updated_at for m in marts_of(file).members} == {1: day(-1), 2: day(-2)}


@pytest.mark.parametrize(("days", "seen"), [(7, True), (3, True), (2, False)])
def test_seen_lately_is_by_the_clans_own_number_of_days(file: Path, days: int, seen: bool) -> None:
    land(file, a_harvest([a_membership(1)], snapshots=[a_look(1, NOW - timedelta(days=3), 5)]))
    assert marts_of(file, look_at_age_days=days).members[0].seen_lately is seen


# ── gains ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_gains_run_from_the_first_look_inside_the_window_to_the_last(file: Path) -> None:
    land(file, a_night())
    week = marts_of(file).periods["7d"]
    assert week.window == Window(day(-7), MIDNIGHT)
    assert week.looks == {1: Coverage(day(-6), day(-1)), 2: Coverage(day(-3), day(-3))}
    assert week.gains == {
        1: {
            "overall": Gain(500, 1_000, 1_500, newly_ranked=False),
            "zulrah": Gain(7, None, 7, newly_ranked=True),
            "ehp": Gain(100_000, 150_000, 250_000, newly_ranked=False),
        }
    }


def test_all_time_runs_from_the_first_look_held_to_the_last(file: Path) -> None:
    land(file, a_night())
    everything = marts_of(file).periods["all"]
    assert everything.window == Window(day(-13), day(-1) + TICK)
    assert everything.gains[1]["overall"].gained == 600


def test_all_time_counts_the_looks_of_today_and_the_windows_do_not(file: Path) -> None:
    land(file, a_night(snapshots=[a_look(1, day(-2), 100), a_look(1, day(-1), 110), a_look(1, day(0, 1), 200)]))
    found = marts_of(file)
    assert (found.periods["7d"].gains[1]["overall"].gained, found.periods["all"].gains[1]["overall"].gained) == (
        10,
        100,
    )
    assert found.members[0].values == {"overall": 200}


def test_boards_are_the_gains_in_order(file: Path) -> None:
    land(file, a_night())
    assert marts_of(file).boards["7d"] == {
        "overall": (Place(1, 1, 500),), "zulrah": (Place(1, 1, 7),), "ehp": (Place(1, 1, 100_000),),
    }  # fmt: skip


def test_a_week_before_that_was_seen_only_in_part_is_not_compared(file: Path) -> None:
    land(file, a_night(snapshots=[a_look(1, day(-at), 100 - at) for at in (9, 8, 5, 1)]))
    assert [tile.before for tile in marts_of(file).tiles if tile.key != "members"] == [None] * 5


def test_the_week_before_stands_beside_the_week(file: Path) -> None:
    land(file, a_night())
    land(file, a_night(snapshots=[a_look(1, day(-15), 1)]))
    found = {tile.key: (tile.value, tile.before) for tile in marts_of(file).tiles}
    assert (found["experience"], found["ehp"], found["members"]) == ((500, 50), (1.0, 0.0), (2, 2))


def test_without_looks_in_the_week_before_nothing_is_compared(file: Path) -> None:
    land(file, a_night(snapshots=[a_look(1, day(-1), 5)]))
    assert [tile.before for tile in marts_of(file).tiles if tile.key != "members"] == [None] * 5


def test_an_unknown_metric_is_shown_like_any_other(file: Path) -> None:
    looks = [a_look(1, day(-at), {"overall": 9, "the_brine_hag": 10 - at}) for at in (5, 1)]
    land(file, a_night(snapshots=looks))
    found = marts_of(file)
    assert found.metrics[-1].key == "the_brine_hag"
    assert found.periods["7d"].gains[1]["the_brine_hag"].gained == 4
    assert found.members[0].values["the_brine_hag"] == 9


def test_the_series_holds_the_last_value_of_each_day_on_which_it_moved(file: Path) -> None:
    looks = [a_look(1, at, value) for at, value in ((day(-3, 1), 5), (day(-3, 9), 7), (day(-2), 7), (day(-1, 23), 8))]
    land(file, a_night(snapshots=looks))
    assert marts_of(file).series == {1: ((day(-3).date(), 7), (day(-1).date(), 8))}


# ── the night ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_since_last_night_runs_from_the_night_before_to_the_last(file: Path) -> None:
    land(file, a_night(), day(-1, 4))
    land(file, a_night(achievements=[an_achievement(1, "1k Zulrah", day(0, 1))]), NOW)
    found = marts_of(file).since_last_night
    assert (found.since, found.until, [line.text for line in found.lines]) == (
        day(-1, 4),
        NOW,
        ["Zed reached 1k Zulrah"],
    )


def test_two_fetches_of_one_night_in_the_clans_zone_are_one_night(file: Path) -> None:
    for at in (day(-2, 4), day(-1, 2), day(-1, 20), day(0, 2)):
        land(file, a_night(), at, name=str(at))
    assert marts_of(file).since_last_night.since == day(-1, 20)
    assert marts_of(file, time_zone="America/New_York").since_last_night.since == day(-1, 2)


def test_the_first_night_has_no_night_before(file: Path) -> None:
    land(file, a_night())
    found = marts_of(file).since_last_night
    assert (found.since, found.lines) == (None, ())


def test_the_log_tells_of_renames_roles_and_of_those_who_came_and_went_untold(file: Path) -> None:
    land(file, a_night(), day(-2, 4))
    land(file, a_harvest([BOTH[1], a_membership(3, since=day(-2, 9))]), day(-1, 4))
    assert [(line.at, line.text) for line in marts_of(file).roster] == [
        (day(-1, 4), "Zed left"),
        (day(-2, 9), "Player 3 joined"),
        (day(-2), "Zed was promoted from Recruit to Owner"),
        (day(-3), "Amelia is now called amy"),
    ]


def test_contests_show_their_state_and_standing(file: Path) -> None:
    land(file, a_night())
    contest = marts_of(file).competitions[0]
    assert (contest.state, contest.participants, [(row.player, row.gained) for row in contest.rows]) == (
        "ongoing",
        2,
        [("Zed", 6)],
    )


def test_runs_are_the_last_that_ended_of_each_night_before_this_one_newest_first(file: Path) -> None:
    for run_id, now, code in (
        ("a", day(-2, 3), 1),
        ("b", day(-2, 4), 0),
        ("c", day(-1, 3), 3),
        ("d", day(-1, 4), None),
    ):
        run_of(file, run_id, now, exit_code=code)
    run_of(file, "tonight", day(0, 3))
    assert [line.sentence for line in marts_of(file).runs] == ["said by c", "said by b"]


def test_what_tonight_took_changes_nothing_that_tonight_shows(file: Path) -> None:
    land(file, a_night())
    before = marts_of(file)
    run_of(file, "tonight", NOW, "degraded", 3)
    assert marts_of(file) == before


# ── as of an instant ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_database_and_instant_give_the_same_answers(file: Path) -> None:
    land(file, a_night())
    assert marts_of(file) == marts_of(file)


def test_assembling_writes_nothing(file: Path) -> None:
    land(file, a_night())
    before = rows(file, "SELECT name, sql FROM sqlite_master"), file.read_bytes()
    marts_of(file)
    assert (rows(file, "SELECT name, sql FROM sqlite_master"), file.read_bytes()) == before


def test_nothing_later_than_now_is_counted(file: Path) -> None:
    land(file, a_night())
    run_of(file, "tonight", NOW)
    before = marts_of(file)
    tomorrow = a_night(
        snapshots=[a_look(1, NOW + TICK, {"overall": 9_000, "zulrah": 8, "ehp": 1}), a_look(2, day(0, 5), 3)],
        roster_events=[an_event(2, "changed_role", day(0, 6), "owner")],
        name_changes=[],
        achievements=[an_achievement(2, "1k Zulrah", day(0, 7))],
        competitions=[a_competition(301, day(-2), day(4)), a_competition(305, day(1), day(2), created_at=day(0, 8))],
    )
    land(file, tomorrow, day(1, 4))
    run_of(file, "tomorrow", day(1, 4))
    assert marts_of(file) == before


def test_a_score_that_moved_later_is_not_known_yet(file: Path) -> None:
    land(file, a_night())
    land(file, a_night(participations=[a_score(301, 1, 99, updated_at=day(0, 20)), a_score(301, 2, 5)]), day(1, 4))
    assert marts_of(file).competitions[0].rows == ()
    assert [row.gained for row in marts_of(file, day(1, 4)).competitions[0].rows] == [99, 5]
    assert [row.gained for row in marts_of(file, day(5, 4)).competitions[0].rows] == [99, 5]


def test_somebody_who_joins_later_is_not_there_yet(file: Path) -> None:
    land(file, a_night())
    before = marts_of(file)
    land(file, a_night(memberships=(*BOTH, a_membership(3, since=day(0, 9))), players=[
        a_player(1, "Zed", updated_at=day(-1)), a_player(2, "amy", type="ironman"), a_player(3),
    ]), day(1, 4))  # fmt: skip
    assert marts_of(file) == before


def test_somebody_who_leaves_later_is_still_there_and_nobody_says_they_left(file: Path) -> None:
    land(file, a_night())
    before = marts_of(file)
    land(file, a_night(memberships=(BOTH[1],)), day(1, 4))
    assert marts_of(file) == before


def test_a_look_of_wise_old_mans_later_than_now_is_not_yet_known(file: Path) -> None:
    land(file, a_night())
    before = marts_of(file)
    land(file, a_night(players=[a_player(1, "Zed", updated_at=day(2)), a_player(2, "amy", type="ironman")]), day(2, 4))
    assert marts_of(file) == before
