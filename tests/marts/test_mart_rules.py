"""Boards, the roster log, freshness, tiles and contests: each a pure answer to a question."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records_kit import MIDNIGHT, NOW, day

from pipeline.domain.metrics import BY_KEY, METRICS
from pipeline.domain.window import Window
from pipeline.marts import gains
from pipeline.marts.boards import boards, by_name, highlights, places, standings
from pipeline.marts.competitions import standing, state
from pipeline.marts.freshness import freshness, wom_state
from pipeline.marts.model import AchievementLine, CompetitionRow, Coverage, Gain, Highlight, Period, Place, RosterLine
from pipeline.marts.roster import Event, Rename, StatusChange, Stay, role_places, roster_log, since_last_night
from pipeline.marts.tiles import tiles

WEEK = Window(day(-7), MIDNIGHT)
NAMES = {1: "bob", 2: "Alice", 3: "Álvaro", 4: "carol", 5: "alice"}
TURNS = by_name(NAMES)
TWO_LOOKS = Coverage(day(-6), day(-1))


def a_period(gained: dict[int, dict[str, int]], window: Window = WEEK) -> Period:
    """A week in which everybody was looked at twice."""
    held = {
        player: {key: Gain(n, 0, n, newly_ranked=False) for key, n in mine.items()} for player, mine in gained.items()
    }
    return Period("7d", "7 days", window, dict.fromkeys(gained, TWO_LOOKS), held)


# ── boards ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_board_is_best_first_and_ties_share_a_place_in_order_of_name() -> None:
    assert places([(1, 5), (4, 9), (2, 5), (3, 1)], TURNS) == (
        Place(1, 4, 9),
        Place(2, 2, 5),
        Place(2, 1, 5),
        Place(4, 3, 1),
    )


def test_members_of_one_name_stand_in_order_of_id_whatever_order_they_came_in() -> None:
    assert places([(5, 7), (2, 7)], TURNS) == places([(2, 7), (5, 7)], TURNS) == (Place(1, 2, 7), Place(1, 5, 7))


def test_names_decide_without_regard_to_capitals_and_then_ids_do() -> None:
    assert sorted(TURNS, key=lambda player: TURNS[player]) == [2, 5, 1, 4, 3]


@given(st.dictionaries(st.integers(1, 5), st.integers(0, 3)))
def test_a_place_is_one_more_than_the_number_of_those_who_are_better(values: dict[int, int]) -> None:
    board = places(values.items(), TURNS)
    assert {row.player_id: row.place for row in board} == {
        player: 1 + sum(other > value for other in values.values()) for player, value in values.items()
    }


def test_a_board_of_gains_holds_only_those_who_gained() -> None:
    assert boards(a_period({1: {"zulrah": 3}, 2: {}, 4: {"zulrah": 5, "nex": 1}}), TURNS) == {
        "nex": (Place(1, 4, 1),),
        "zulrah": (Place(1, 4, 5), Place(2, 1, 3)),
    }


def test_a_standing_holds_everybody_who_is_ranked_zero_included() -> None:
    assert standings({1: {"zulrah": 0}, 2: {"nex": 2}}, TURNS) == {
        "nex": (Place(1, 2, 2),),
        "zulrah": (Place(1, 1, 0),),
    }


def test_a_highlight_tells_totals_leader_and_holder() -> None:
    week = boards(a_period({1: {"zulrah": 3}, 2: {"zulrah": 5}}), TURNS)
    month = boards(a_period({1: {"zulrah": 30}, 2: {"zulrah": 5}}), TURNS)
    found = highlights([BY_KEY["zulrah"]], week, month, standings({1: {"zulrah": 90}, 2: {"zulrah": 7}}, TURNS))
    assert found == (Highlight("zulrah", 8, 35, 2, Place(1, 2, 5), Place(1, 1, 90)),)


def test_highlights_are_the_busiest_of_the_week_first_then_of_the_month_then_by_key() -> None:
    week = boards(a_period({1: {"nex": 9}}), TURNS)
    month = boards(a_period({1: {"nex": 9, "vorkath": 2}}), TURNS)
    present = standings({1: {"nex": 9, "vorkath": 2, "zulrah": 1, "artio": 1}}, TURNS)
    asked = [BY_KEY[key] for key in ("zulrah", "artio", "vorkath", "nex", "obor")]
    assert [line.metric for line in highlights(asked, week, month, present)] == ["nex", "vorkath", "artio", "zulrah"]


def test_a_metric_that_nobody_gained_in_has_no_leader_but_a_holder() -> None:
    line = highlights([BY_KEY["nex"]], {}, {}, standings({1: {"nex": 9}}, TURNS))[0]
    assert (line.week_leader, line.week_players, line.week_total, line.holder) == (None, 0, 0, Place(1, 1, 9))


# ── gains ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def gains_of(*values: tuple[str, int | None, int | None], seen: bool = True, looks: Coverage = TWO_LOOKS) -> Period:
    return gains.period("7d", "", WEEK, {1: (looks, seen)}, [(1, *value) for value in values])


def test_a_period_holds_what_moved_and_leaves_zeros_out() -> None:
    found = gains_of(("zulrah", 3, 5), ("nex", 4, 4), ("obor", 4, 2), ("overall", None, 9), ("mimic", None, None))
    assert found.gains == {1: {"zulrah": Gain(2, 3, 5, newly_ranked=False)}}


@pytest.mark.parametrize(("seen", "fresh"), [(True, True), (False, None)])
def test_a_first_ranking_is_flagged_as_far_as_it_is_known(seen: bool, fresh: bool | None) -> None:
    assert gains_of(("zulrah", None, 5), seen=seen).gains[1]["zulrah"].newly_ranked is fresh


def test_somebody_looked_at_once_has_a_coverage_but_no_gains() -> None:
    once = Coverage(day(-2), day(-2))
    found = gains_of(("zulrah", 3, 5), looks=once)
    assert (found.looks, found.gains) == ({1: once}, {})


def test_somebody_looked_at_twice_who_gained_nothing_is_present_with_nothing() -> None:
    assert gains_of(("zulrah", 3, 3)).gains == {1: {}}


def test_values_of_somebody_nobody_looked_at_are_no_gains() -> None:
    assert gains.period("7d", "", WEEK, {}, [(1, "zulrah", 3, 5)]).gains == {}


def test_the_top_boss_is_the_one_gained_most_in_and_the_first_of_equals() -> None:
    held = a_period({1: {"zulrah": 3, "nex": 3, "obor": 2}, 2: {}})
    assert gains.top(gains.gained(held, [1]), ["obor", "nex", "zulrah"]) == "nex"
    assert gains.top(gains.gained(held, [2]), ["nex"]) is None
    assert gains.top(gains.gained(held, [404]), ["nex"]) is None


# ── the roster log ───────────────────────────────────────────────────────────────────────────────────────────────────

ROLES = {"owner": 0, "general": 1, "recruit": 2}


def log_of(
    *events: Event,
    stays: Sequence[Stay] = (),
    renames: Sequence[Rename] = (),
    statuses: Sequence[StatusChange] = (),
) -> tuple[RosterLine, ...]:
    return roster_log(events, stays, renames, statuses, NAMES, ROLES)


@pytest.mark.parametrize(
    ("event", "kind", "text"),
    [
        (Event(1, "joined", "recruit", None, NOW), "joined", "bob joined"),
        (Event(1, "left", None, None, NOW), "left", "bob left"),
        (
            Event(1, "changed_role", "general", "recruit", NOW), "promoted",
            "bob was promoted from Recruit to General",
        ),
        (Event(1, "changed_role", "recruit", "owner", NOW), "demoted", "bob was moved down from Owner to Recruit"),
        (Event(1, "changed_role", "gnome_child", "recruit", NOW), "role_changed", "bob changed rank from Recruit to Gnome Child"),
        (Event(1, "changed_role", "recruit", None, NOW), "role_changed", "bob changed rank to Recruit"),
        (Event(1, "changed_role", None, None, NOW), "role_changed", "bob changed rank"),
        (Event(1, "changed_role", "general", "general", NOW), "role_changed", "bob changed rank from General to General"),
    ],
)  # fmt: skip
def test_an_event_is_one_sentence(event: Event, kind: str, text: str) -> None:
    assert [(line.kind, line.text) for line in log_of(event)] == [(kind, text)]


@pytest.mark.parametrize(
    ("after", "text"),
    [
        ("banned", "bob was banned"),
        ("archived", "bob was archived: the name went to another account"),
        ("flagged", "bob was flagged: Wise Old Man doubts the last update"),
        ("unranked", "bob fell off the hiscores"),
        ("active", "bob is active again"),
        ("frozen", "bob is now frozen"),
    ],
)
def test_a_change_of_status_is_one_sentence(after: str, text: str) -> None:
    assert [line.text for line in log_of(statuses=[StatusChange(1, "active", after, NOW)])] == [text]


def test_a_rename_tells_the_names_of_that_day_and_belongs_to_the_present_one() -> None:
    assert log_of(renames=[Rename(1, "Old", "Older", NOW)]) == (
        RosterLine(NOW, "renamed", 1, "bob", "Old", "Older", "Old is now called Older"),
    )


THREE_DAYS_AGO = day(-3)


def a_stay(began_at: datetime = THREE_DAYS_AGO, left_at: datetime | None = None, *, founding: bool = False) -> Stay:
    return Stay(1, "recruit", began_at, left_at, founding)


def told(*events: Event, stays: Sequence[Stay]) -> list[tuple[str, datetime]]:
    return [(line.kind, line.at) for line in log_of(*events, stays=stays)]


def test_a_join_that_wise_old_man_does_not_tell_of_is_told_from_our_own_nights() -> None:
    assert told(stays=[a_stay()]) == [("joined", day(-3))]


def test_founders_did_not_join() -> None:
    assert told(stays=[a_stay(founding=True)]) == []


def test_a_join_that_wise_old_man_tells_of_is_told_once() -> None:
    assert told(Event(1, "joined", None, None, day(-2)), stays=[a_stay()]) == [("joined", day(-2))]


def test_a_join_at_the_first_instant_of_the_stay_is_the_join_of_that_stay() -> None:
    assert told(Event(1, "joined", None, None, day(-3)), stays=[a_stay()]) == [("joined", day(-3))]


def test_a_leave_that_wise_old_man_does_not_tell_of_is_told_from_our_own_nights() -> None:
    assert told(stays=[a_stay(left_at=day(-1), founding=True)]) == [("left", day(-1))]


def test_a_leave_that_wise_old_man_tells_of_is_told_once() -> None:
    assert told(Event(1, "left", None, None, day(-1)), stays=[a_stay(left_at=day(-1), founding=True)]) == [
        ("left", day(-1))
    ]


def test_of_two_stays_each_is_told_where_wise_old_man_is_silent() -> None:
    stays = [a_stay(day(-9), day(-5)), a_stay(day(-2))]
    told_of = (Event(1, "left", None, None, day(-5)), Event(1, "joined", None, None, day(-2)))
    assert told(*told_of, stays=stays) == [("joined", day(-2)), ("left", day(-5)), ("joined", day(-9))]


def test_an_event_of_somebody_else_is_not_this_stays() -> None:
    assert told(Event(2, "joined", None, None, day(-3)), stays=[a_stay()]) == [("joined", day(-3)), ("joined", day(-3))]


def test_the_log_is_newest_first_and_of_one_instant_by_name() -> None:
    lines = log_of(
        Event(1, "joined", None, None, NOW), Event(2, "joined", None, None, NOW), Event(4, "left", None, None, day(1))
    )
    assert [line.player for line in lines] == ["carol", "Alice", "bob"]


def test_roles_stand_in_the_clans_order_and_strangers_come_last_by_name() -> None:
    assert role_places(["owner", "recruit"], ["zealot", "recruit", "gnome", "gnome"]) == {
        "owner": 0, "recruit": 1, "gnome": 2, "zealot": 3,
    }  # fmt: skip


# ── since last night ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_happened_at_the_last_night_was_told_then_and_what_happens_now_is_told_now() -> None:
    tick = timedelta(milliseconds=1)
    lines = [
        RosterLine(at, "joined", 1, "bob", None, None, text)
        for at, text in ((day(-1), "then"), (day(-1) + tick, "after"), (NOW, "now"), (NOW + tick, "later"))
    ]
    found = since_last_night(day(-1), NOW, lines, [])
    assert [line.text for line in found.lines] == ["after", "now"]


def test_achievements_of_the_night_follow_and_those_of_unknown_date_do_not() -> None:
    reached = [
        AchievementLine(1, "bob", title, "zulrah", at) for title, at in (("A", NOW), ("B", None), ("C", day(-1)))
    ]
    found = since_last_night(day(-1), NOW, [], reached)
    assert [(line.kind, line.text) for line in found.lines] == [("achievement", "bob reached A")]


@pytest.mark.parametrize("until", [None, NOW])
def test_the_first_night_has_nothing_to_compare_with(until: datetime | None) -> None:
    line = RosterLine(day(-1), "joined", 1, "bob", None, None, "bob joined")
    found = since_last_night(None, until, [line], [])
    assert (found.since, found.until, found.lines) == (None, until, ())


# ── freshness ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fetched_at", "expected"),
    [
        (None, "never"),
        (NOW, "fresh"),
        (MIDNIGHT, "fresh"),
        (MIDNIGHT - timedelta(milliseconds=1), "stale"),
        (day(-3), "stale"),
    ],
)
def test_game_data_are_fresh_if_fetched_since_the_midnight_that_ends_all_windows(
    fetched_at: datetime | None, expected: str
) -> None:
    assert wom_state(fetched_at, NOW).state == expected


RECENT, OLD = day(-1), day(-8)


@pytest.mark.parametrize(
    ("fetched_at", "looks", "sentence"),
    [
        (NOW, [RECENT, RECENT, OLD], "Game data to 21 Nov 00:00 UTC, 1 of 3 members not seen for 7 days"),
        (NOW, [RECENT, None], "Game data to 21 Nov 00:00 UTC, 1 of 2 members not seen for 7 days"),
        (NOW, [RECENT, RECENT], "Game data to 21 Nov 00:00 UTC, all 2 members seen within 7 days"),
        (NOW, [], "Game data to 21 Nov 00:00 UTC, nobody is in the clan"),
        (
            day(-2, 5), [RECENT, OLD],
            "Game data to 19 Nov 05:00 UTC, no newer answer from Wise Old Man, 1 of 2 members not seen for 7 days",
        ),
        (None, [], "No game data yet"),
        (None, [RECENT], "No game data yet"),
    ],
)  # fmt: skip
def test_freshness_is_one_sentence(fetched_at: datetime | None, looks: list[datetime | None], sentence: str) -> None:
    assert freshness(wom_state(fetched_at, NOW), looks, NOW, 7).sentence == sentence


@pytest.mark.parametrize(("at", "unseen"), [(NOW - timedelta(days=7), 0), (NOW - timedelta(days=7, milliseconds=1), 1)])
def test_somebody_is_unseen_once_more_than_the_clans_own_number_of_days_went_by(at: datetime, unseen: int) -> None:
    assert freshness(wom_state(NOW, NOW), [at], NOW, 7).unseen == unseen


# ── tiles ────────────────────────────────────────────────────────────────────────────────────────────────────────────

THIS_WEEK = a_period({
    1: {"overall": 5_000, "zulrah": 3, "ehp": 150_000},
    2: {"nex": 4, "ehb": 50_000},
    3: {"attack": 9, "clue_scrolls_all": 2},
    4: {},
})  # fmt: skip
WEEK_BEFORE = a_period({1: {"overall": 4_000, "ehp": 100_000}, 2: {}})


def test_tiles_tell_the_week_beside_the_week_before() -> None:
    found = tiles(THIS_WEEK, WEEK_BEFORE, 4, 5, METRICS)
    assert {tile.key: (tile.value, tile.before, tile.unit) for tile in found} == {
        "members": (4, 5, "members"),
        "active": (2, 1, "members"),
        "experience": (5_000, 4_000, "experience"),
        "ehp": (1.5, 1.0, "hours"),
        "kills": (7, 0, "kills"),
        "ehb": (0.5, 0.0, "hours"),
    }


def test_without_a_week_before_nothing_is_compared() -> None:
    found = tiles(THIS_WEEK, None, 4, None, METRICS)
    assert {tile.before for tile in found} == {None}
    assert [tile.value for tile in found] == [4, 2, 5_000, 1.5, 7, 0.5]


# ── contests ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (day(-1, -1), "upcoming"), (day(-1), "ongoing"), (day(0, -1), "ongoing"), (day(0), "finished"), (day(9), "finished"),
    ],
)  # fmt: skip
def test_a_contest_runs_from_its_start_to_just_before_its_end(now: datetime, expected: str) -> None:
    assert state(day(-1), day(0), now) == expected


def test_a_standing_shows_those_who_gained_best_first_with_their_team() -> None:
    assert standing([(1, "red", 5), (2, "blue", 9), (4, None, 5), (3, "red", 0), (5, "red", -1)], NAMES) == (
        CompetitionRow(1, 2, "Alice", "blue", 9),
        CompetitionRow(2, 1, "bob", "red", 5),
        CompetitionRow(2, 4, "carol", None, 5),
    )
