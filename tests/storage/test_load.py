"""Landings become rows: once, in one transaction, and never backwards."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from records_kit import (
    FOUNDED,
    NOW,
    a_clan,
    a_competition,
    a_database,
    a_harvest,
    a_look,
    a_membership,
    a_player,
    a_rename,
    a_score,
    an_achievement,
    an_arrival,
    an_event,
    contents,
    day,
    land,
    rows,
)

from pipeline.domain.metrics import Metric
from pipeline.domain.records import Harvest
from pipeline.errors import StorageError
from pipeline.storage.engine import reading, writing
from pipeline.storage.load import load
from pipeline.storage.queries import known, loaded_landings
from pipeline.storage.types import to_ms
from pipeline.storage.upsert import Counts

TONIGHT, TOMORROW, LATER = NOW, day(1, 4), day(2, 4)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return a_database(tmp_path)


def a_full_harvest() -> Harvest:
    """Something of every kind."""
    return a_harvest(
        [a_membership(1, "owner"), a_membership(2)],
        snapshots=[
            a_look(1, day(-2), {"overall": 500, "zulrah": 3}, ranks=(7, None)),
            a_look(1, day(-1), {"overall": 600, "zulrah": 3}, "gained"),
            a_look(2, day(-1), {"overall": None, "zulrah": 0}),
        ],
        roster_events=[an_event(2, "joined", day(-3), "recruit")],
        name_changes=[a_rename(9, 1, "Old", "Player 1", day(-4))],
        achievements=[an_achievement(1, "500 Zulrah", day(-1)), an_achievement(2, "500 Zulrah", None)],
        competitions=[a_competition(301, day(-9), day(-2)), a_competition(302, day(-1), day(6))],
        participations=[a_score(301, 1, 12), a_score(302, 2, 0)],
    )


def stays(file: Path) -> list[Any]:
    """Player, role, and whether and when the stay ended."""
    return rows(file, "SELECT player_id, role, left_at FROM membership ORDER BY player_id, created_at")


def player(file: Path, player_id: int, *columns: str) -> Any:
    return rows(file, f"SELECT {', '.join(columns)} FROM player WHERE id = ?", player_id)[0]


def test_a_landing_is_marked_as_loaded_with_what_it_brought(file: Path) -> None:
    land(file, a_full_harvest(), name="first", days=("2026-11-20",))
    with reading(file) as connection:
        assert loaded_landings(connection) == {"first"}
        assert known(connection).days == {datetime(2026, 11, 20, tzinfo=UTC).date()}


def test_identical_answers_of_another_night_leave_all_tables_equal(file: Path) -> None:
    land(file, a_full_harvest(), TONIGHT)
    before = contents(file)
    land(file, a_full_harvest(), TOMORROW)
    assert contents(file) == before


def test_identical_answers_count_as_unchanged_only(file: Path) -> None:
    first = land(file, a_full_harvest(), TONIGHT)
    second = land(file, a_full_harvest(), TOMORROW)
    assert (first.updated, first.unchanged, second.inserted, second.updated) == (0, 0, 0, 0)
    assert second.unchanged > 0


def test_the_same_landing_loaded_again_leaves_all_tables_equal(file: Path) -> None:
    land(file, a_full_harvest())
    before = contents(file, besides=())
    land(file, a_full_harvest())
    assert contents(file, besides=()) == before


def a_later_harvest() -> Harvest:
    """The clan a night later: somebody is renamed, promoted, gone, new, flagged, of another type; the clan has a new name."""
    return a_harvest(
        [a_membership(1, "general", clan_joined_at=day(-200)), a_membership(3, since=day(0, 12))],
        clan=a_clan(name="Embers", score=200),
        players=[a_player(1, "Renamed", type="ironman", status="flagged", last_changed_at=day(1))],
        snapshots=[a_look(1, day(1), {"overall": 700, "zulrah": 4})],
        competitions=[
            a_competition(301, day(-9), day(-2), title="Renamed contest"),
            a_competition(302, day(-1), day(6)),
        ],
        participations=[a_score(302, 2, 44)],
    )


def test_an_old_landing_after_a_newer_one_changes_nothing_of_the_present(file: Path) -> None:
    land(file, a_later_harvest(), TOMORROW)
    before = contents(file)
    land(file, a_full_harvest(), TONIGHT)
    after = contents(file)
    present = ("clan", "membership", "competition", "participation", "person", "person_player")
    assert {name: after[name] for name in present} == {name: before[name] for name in present}
    assert [row for row in after["player"] if row in before["player"]] == before["player"]


def test_an_old_landing_after_a_newer_one_still_brings_its_facts(file: Path) -> None:
    land(file, a_later_harvest(), TOMORROW)
    land(file, a_full_harvest(), TONIGHT)
    numbers = [len(contents(file)[name]) for name in ("roster_event", "name_change", "achievement", "snapshot")]
    assert numbers == [1, 1, 2, 4]


def test_replaying_a_loaded_landing_after_a_newer_one_changes_nothing_at_all(file: Path) -> None:
    land(file, a_full_harvest(), TONIGHT)
    land(file, a_later_harvest(), TOMORROW)
    before = contents(file, besides=())
    land(file, a_full_harvest(), TONIGHT)
    assert contents(file, besides=()) == before


def test_landings_loaded_in_order_and_their_replays_give_what_one_walk_gives(file: Path, tmp_path: Path) -> None:
    other = a_database(tmp_path, "other.db")
    for target, nights in ((file, "ab"), (other, "abab")):
        for night in nights:
            if night == "a":
                land(target, a_full_harvest(), TONIGHT)
            else:
                land(target, a_later_harvest(), TOMORROW)
    assert contents(other) == contents(file)


def test_a_renamed_player_is_the_same_player_under_the_new_name(file: Path) -> None:
    land(file, a_harvest([a_membership(1)], players=[a_player(1, "Before")]), TONIGHT)
    land(file, a_harvest([a_membership(1)], players=[a_player(1, "After")]), TOMORROW)
    assert rows(file, "SELECT id, display_name, username FROM player") == [(1, "After", "after")]


def test_a_name_may_go_from_an_archived_player_to_a_new_one_in_one_night(file: Path) -> None:
    land(file, a_harvest([a_membership(1)], players=[a_player(1, "Zezima")]), TONIGHT)
    tonight = a_harvest(
        [a_membership(1), a_membership(2)],
        players=[a_player(2, "Zezima"), a_player(1, "archive12345", status="archived")],
    )
    land(file, tonight, TOMORROW)
    assert rows(file, "SELECT id, username, status FROM player ORDER BY id") == [
        (1, "archive12345", "archived"),
        (2, "zezima", "active"),
    ]


def test_somebody_not_on_the_roster_any_more_left_when_we_noticed(file: Path) -> None:
    land(file, a_harvest([a_membership(1), a_membership(2)]), TONIGHT)
    land(file, a_harvest([a_membership(1)]), TOMORROW)
    assert stays(file) == [(1, "recruit", None), (2, "recruit", to_ms(TOMORROW))]


def test_a_stay_that_ended_stays_as_it_is_on_later_nights(file: Path) -> None:
    land(file, a_harvest([a_membership(1), a_membership(2)]), TONIGHT)
    land(file, a_harvest([a_membership(1)]), TOMORROW)
    before = stays(file)
    land(file, a_harvest([a_membership(1)]), LATER)
    assert stays(file) == before


LEFT_AT = day(0, 20)


def without_2(**bent: Any) -> Harvest:
    return a_harvest([a_membership(1)], **bent)


def the_leave() -> list[Any]:
    return [an_event(2, "left", LEFT_AT)]


@pytest.mark.parametrize("heard", ["before", "with", "after"])
def test_a_leave_is_dated_by_wise_old_mans_event_whichever_arrives_first(file: Path, heard: str) -> None:
    both = [a_membership(1), a_membership(2)]
    land(file, a_harvest(both, roster_events=the_leave() if heard == "before" else []), TONIGHT)
    land(file, without_2(roster_events=the_leave() if heard == "with" else []), TOMORROW)
    land(file, without_2(roster_events=the_leave() if heard == "after" else []), LATER)
    assert stays(file)[1] == (2, "recruit", to_ms(LEFT_AT))


def test_an_event_of_leaving_ends_no_stay_that_the_roster_still_has(file: Path) -> None:
    land(file, a_harvest([a_membership(2)], roster_events=the_leave()), TOMORROW)
    assert stays(file) == [(2, "recruit", None)]


def test_a_leave_from_before_the_stay_is_not_its_end(file: Path) -> None:
    land(file, a_harvest([a_membership(1), a_membership(2, since=day(-5))]), TONIGHT)
    land(file, without_2(roster_events=[an_event(2, "left", day(-9))]), TOMORROW)
    assert stays(file)[1] == (2, "recruit", to_ms(TOMORROW))


def test_somebody_who_comes_back_has_a_second_stay(file: Path) -> None:
    land(file, a_harvest([a_membership(1), a_membership(2)]), TONIGHT)
    land(file, without_2(), TOMORROW)
    land(file, a_harvest([a_membership(1), a_membership(2, "general", since=day(1, 20))]), LATER)
    assert stays(file)[1:] == [(2, "recruit", to_ms(TOMORROW)), (2, "general", None)]


def test_somebody_who_left_and_came_back_between_two_nights_has_two_stays_that_do_not_overlap(file: Path) -> None:
    land(file, a_harvest([a_membership(2)]), TONIGHT)
    back = a_membership(2, since=day(0, 21))
    land(file, a_harvest([back], roster_events=the_leave()), TOMORROW)
    assert stays(file) == [(2, "recruit", to_ms(LEFT_AT)), (2, "recruit", None)]


def test_a_stay_ends_with_the_first_leave_after_it_began(file: Path) -> None:
    land(file, a_harvest([a_membership(1), a_membership(2)]))
    comings = [an_event(2, "left", day(0, 10)), an_event(2, "joined", day(0, 11)), an_event(2, "left", day(0, 20))]
    land(file, a_harvest([a_membership(1)], roster_events=comings), day(1, 4))
    assert stays(file)[1][2] == to_ms(day(0, 10))


def test_an_old_landing_takes_no_date_from_an_achievement(file: Path) -> None:
    land(file, a_harvest([a_membership(1)], achievements=[an_achievement(1, "A", day(-2))]), day(1))
    before = contents(file)
    land(file, a_harvest([a_membership(1)], achievements=[an_achievement(1, "A", None)]), day(0))
    assert contents(file) == before


def test_the_first_roster_with_anybody_on_it_founds_the_history(file: Path) -> None:
    land(file, a_harvest([]))
    land(file, a_harvest([a_membership(1), a_membership(2)]), day(1))
    assert owed(file) == set()


def test_the_end_of_a_second_stay_is_not_the_end_of_the_first(file: Path) -> None:
    land(file, a_harvest([a_membership(1), a_membership(2)]), TONIGHT)
    land(file, a_harvest([a_membership(1), a_membership(2, since=day(0, 21))], roster_events=the_leave()), TOMORROW)
    land(file, without_2(roster_events=[*the_leave(), an_event(2, "left", day(1, 9))]), LATER)
    assert [row[2] for row in stays(file)[1:]] == [to_ms(LEFT_AT), to_ms(day(1, 9))]


def test_a_stay_that_was_missed_for_a_night_goes_on(file: Path) -> None:
    for fetched_at, members in ((TONIGHT, (1, 2)), (TOMORROW, (1,)), (LATER, (1, 2))):
        land(file, a_harvest([a_membership(each) for each in members]), fetched_at)
    assert stays(file) == [(1, "recruit", None), (2, "recruit", None)]


def test_a_landing_without_a_roster_ends_no_stay(file: Path) -> None:
    land(file, a_harvest([a_membership(1)]), TONIGHT)
    land(file, a_harvest(None, snapshots=[a_look(1, day(0), {"overall": 1, "ehp": 1})]), TOMORROW)
    assert stays(file) == [(1, "recruit", None)]


def test_an_empty_roster_ends_no_stay(file: Path) -> None:
    land(file, a_harvest([a_membership(1)]), TONIGHT)
    land(file, a_harvest([]), TOMORROW)
    assert stays(file) == [(1, "recruit", None)]


def test_a_change_of_role_changes_the_stay(file: Path) -> None:
    land(file, a_harvest([a_membership(1, "recruit")]), TONIGHT)
    land(file, a_harvest([a_membership(1, "general")]), TOMORROW)
    assert stays(file) == [(1, "general", None)]


@pytest.mark.parametrize(
    ("before", "after", "changed_at"),
    [
        ("regular", "ironman", TOMORROW),
        ("ironman", "regular", TOMORROW),
        ("unknown", "regular", None),
        ("regular", "regular", None),
    ],
)
def test_a_change_of_type_is_dated_unless_nothing_was_known(
    file: Path, before: str, after: str, changed_at: datetime | None
) -> None:
    land(file, a_harvest([a_membership(1)], players=[a_player(1, type=before)]), TONIGHT)
    land(file, a_harvest([a_membership(1)], players=[a_player(1, type=after)]), TOMORROW)
    land(file, a_harvest([a_membership(1)], players=[a_player(1, type=after)]), LATER)
    assert player(file, 1, "type", "type_changed_at") == (after, changed_at and to_ms(changed_at))


def test_a_change_of_status_is_dated_and_the_one_before_is_kept(file: Path) -> None:
    for fetched_at, status in ((TONIGHT, "active"), (TOMORROW, "banned"), (LATER, "banned")):
        land(file, a_harvest([a_membership(1)], players=[a_player(1, status=status)]), fetched_at)
    assert player(file, 1, "status", "status_before", "status_changed_at") == ("banned", "active", to_ms(TOMORROW))


def test_the_first_status_seen_is_no_change(file: Path) -> None:
    land(file, a_harvest([a_membership(1)], players=[a_player(1, status="banned")]))
    assert player(file, 1, "status_before", "status_changed_at") == (None, None)


def owed(file: Path) -> set[int]:
    """Members whose own past is still to be asked for."""
    with reading(file) as connection:
        members = known(connection).members
    assert members is not None
    return set(rows(file, "SELECT player_id FROM membership WHERE left_at IS NULL")) - members


def test_founders_are_owed_no_history(file: Path) -> None:
    land(file, a_harvest([a_membership(1), a_membership(2)]))
    assert owed(file) == set()


def test_a_joiner_is_owed_their_history_until_it_was_asked_for(file: Path) -> None:
    land(file, a_harvest([a_membership(1)]), TONIGHT)
    land(file, a_harvest([a_membership(1), a_membership(3, since=day(0, 12))]), TOMORROW)
    assert owed(file) == {3}
    land(file, a_harvest([a_membership(1), a_membership(3, since=day(0, 12))]), LATER, histories={3: day(-90)})
    assert owed(file) == set()


def test_a_history_asked_for_in_the_night_of_joining_is_owed_no_more(file: Path) -> None:
    land(file, a_harvest([a_membership(1)]), TONIGHT)
    land(file, a_harvest([a_membership(1), a_membership(3, since=day(0, 12))]), TOMORROW, histories={3: day(-90)})
    assert owed(file) == set()


def test_a_history_reaches_back_to_the_earliest_date_ever_asked_for(file: Path) -> None:
    for fetched_at, since in ((TONIGHT, day(-30)), (TOMORROW, day(-90)), (LATER, day(-10))):
        land(file, a_harvest([a_membership(1)]), fetched_at, histories={1: since})
    with reading(file) as connection:
        assert known(connection).histories == {1: day(-90)}


def test_before_the_first_landing_nobody_is_known(file: Path) -> None:
    with reading(file) as connection:
        assert known(connection).members is None


def test_a_clan_without_members_is_known_to_have_none(file: Path) -> None:
    land(file, a_harvest([]))
    with reading(file) as connection:
        assert known(connection).members == frozenset()


def test_everybody_is_a_person_of_their_own(file: Path) -> None:
    land(file, a_full_harvest())
    assert rows(file, "SELECT player_id, person_id, method FROM person_player") == [(1, 1, "alone"), (2, 2, "alone")]


ENDS = day(0)


@pytest.mark.parametrize(
    ("fetched_at", "participants", "scores", "is_settled"),
    [
        (day(0, -1), 2, [a_score(301, 1, 5)], False),
        (ENDS, 2, [a_score(301, 1, 5)], False),
        (day(0, 1), 2, [a_score(301, 1, 5)], True),
        (day(0, 1), 2, [], False),
        (day(0, 1), 0, [], True),
        (day(0, -1), 0, [], False),
    ],
)
def test_a_contest_is_settled_once_its_standing_was_read_after_its_end(
    file: Path, fetched_at: datetime, participants: int, scores: list[Any], is_settled: bool
) -> None:
    contest = a_competition(301, day(-7), ENDS, participant_count=participants)
    land(file, a_harvest([a_membership(1)], competitions=[contest], participations=scores), fetched_at)
    with reading(file) as connection:
        assert known(connection).settled_competitions == ({301} if is_settled else set())


def test_a_settled_contest_stays_settled_when_only_the_list_is_read_again(file: Path) -> None:
    contest = a_competition(301, day(-7), ENDS)
    land(file, a_harvest([], competitions=[contest], participations=[a_score(301, 1, 5)]), TONIGHT)
    land(file, a_harvest([], competitions=[contest]), TOMORROW)
    assert rows(file, "SELECT settled FROM competition") == [1]


def test_scores_follow_the_latest_answer(file: Path) -> None:
    contest = a_competition(302, day(-1), day(6))
    for fetched_at, gained in ((TONIGHT, 5), (TOMORROW, 9)):
        land(file, a_harvest([], competitions=[contest], participations=[a_score(302, 1, gained)]), fetched_at)
    assert rows(file, "SELECT gained FROM participation") == [9]


def metric_row(file: Path, key: str) -> Any:
    return rows(file, "SELECT id, name, kind, unit FROM metric WHERE key = ?", key)


def test_an_unknown_metric_gets_a_row_after_those_of_the_code(file: Path) -> None:
    look = a_look(1, day(-1), {"overall": 5, "the_brine_hag": 2})
    boss = Metric("the_brine_hag", "The Brine Hag", "boss")
    land(file, a_harvest([a_membership(1)], snapshots=[look], metrics=[boss]))
    assert metric_row(file, "the_brine_hag") == [(114, "The Brine Hag", "boss", "kills")]
    assert rows(file, "SELECT value FROM reading WHERE metric_id = 114") == [2]


def test_an_unknown_metric_takes_the_kind_that_is_learned_later_under_the_same_id(file: Path) -> None:
    for fetched_at, kind in ((TONIGHT, "activity"), (TOMORROW, "boss")):
        land(file, a_harvest([], metrics=[Metric("the_brine_hag", "The Brine Hag", kind)]), fetched_at)  # type: ignore[arg-type]
    assert metric_row(file, "the_brine_hag") == [(114, "The Brine Hag", "boss", "kills")]


def test_an_unknown_metric_stays_when_an_answer_no_longer_names_it(file: Path) -> None:
    land(file, a_harvest([], metrics=[Metric("the_brine_hag", "The Brine Hag", "boss")]), TONIGHT)
    land(file, a_harvest([], metrics=[Metric("moon_king", "Moon King", "boss")]), TOMORROW)
    assert metric_row(file, "the_brine_hag")[0][0] == 114
    assert metric_row(file, "moon_king")[0][0] == 115


def test_a_metric_of_the_code_cannot_be_renamed_by_an_answer(file: Path) -> None:
    land(file, a_harvest([], metrics=[Metric("zulrah", "Snake", "activity")]))
    assert metric_row(file, "zulrah")[0][1:] == ("Zulrah", "boss", "kills")


def test_a_bad_record_leaves_nothing_of_its_landing(file: Path) -> None:
    land(file, a_full_harvest(), TONIGHT)
    before = contents(file, besides=())
    nobody = replace(a_later_harvest(), achievements=(an_achievement(404, "500 Zulrah", None),))
    with pytest.raises(StorageError, match="FOREIGN KEY"):
        land(file, nobody, TOMORROW)
    assert contents(file, besides=()) == before


def test_a_bad_look_at_the_end_leaves_nothing_of_its_landing(file: Path) -> None:
    before = contents(file, besides=())
    nobody = replace(a_full_harvest(), snapshots=(a_look(404, day(-1), {"overall": 1, "zulrah": 1}),))
    with pytest.raises(StorageError, match="FOREIGN KEY"):
        land(file, nobody)
    assert contents(file, besides=()) == before


def load_and_fail(file: Path) -> None:
    with writing(file) as connection:
        load(connection, a_full_harvest(), an_arrival())
        raise ZeroDivisionError


def test_a_fault_of_ours_leaves_nothing_and_is_not_dressed_up(file: Path) -> None:
    before = contents(file, besides=())
    with pytest.raises(ZeroDivisionError):
        load_and_fail(file)
    assert contents(file, besides=()) == before


def test_a_naive_instant_is_refused(file: Path) -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        land(file, a_harvest([a_membership(1, since=datetime(2026, 1, 1))]))  # noqa: DTZ001


def test_the_first_landing_counts_every_row_of_facts(file: Path) -> None:
    nothing = Counts()
    assert land(file, Harvest()) == nothing
    counts = land(file, a_harvest([a_membership(1)]), TOMORROW)
    assert counts == Counts(inserted=5)  # clan, player, membership, person and whose account it is


def test_a_stay_keeps_the_instant_it_was_first_seen(file: Path) -> None:
    land(file, a_harvest([a_membership(1, since=FOUNDED)]), TONIGHT)
    land(file, a_harvest([a_membership(1, "general", since=FOUNDED)]), TOMORROW)
    assert rows(file, "SELECT first_seen_at FROM membership") == [to_ms(TONIGHT)]
