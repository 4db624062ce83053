"""Looks become readings: whatever the order of arrival, the database says what every look saw."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records_kit import Readings, a_database, a_look, day, kept, readings, rows
from sqlalchemy import Connection

from pipeline.domain.records import Snapshot
from pipeline.storage.engine import writing
from pipeline.storage.load import load_looks
from pipeline.storage.upsert import Counts

METRICS = {"overall": 1, "zulrah": 2, "ehp": 3, "brine_hag": 4}
BORN = 6
"""brine_hag is a boss that did not exist before the look at this place in time."""
PLACES = 12
Value = int | None


@contextmanager
def looked_at() -> Iterator[Path]:
    """A database that knows two players and the four metrics."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "clan_data.db"
        file.write_bytes(_unseen())
        yield file


@cache
def _unseen() -> bytes:
    with TemporaryDirectory() as folder:
        file = a_database(Path(folder))
        with writing(file) as connection:
            for player in (1, 2):
                connection.exec_driver_sql(
                    "INSERT INTO player (id, username, display_name, type, build, status) VALUES (?, '', '', '', '', '')",
                    (player,),
                )
            for key, metric_id in METRICS.items():
                connection.exec_driver_sql("INSERT INTO metric VALUES (?, ?, ?, '', '')", (metric_id, key, key))
        return kept(file)


def see(connection: Connection, *looks: Snapshot) -> Counts:
    return load_looks(connection, METRICS, looks)


def load_each(file: Path, batches: Sequence[Sequence[Snapshot]]) -> list[Counts]:
    """Load *batches* one after the other, each in its own transaction."""
    counts = []
    for batch in batches:
        with writing(file) as connection:
            counts.append(see(connection, *batch))
    return counts


@dataclass(frozen=True)
class Model:
    """What the database must say of some looks, worked out the slow way."""

    values: Readings
    """The value of every metric at every look."""
    readings: Readings
    ranks: dict[tuple[int, str, object], Value]
    """The rank that the look behind a reading gave."""
    looks: set[tuple[int, object, str]]


def model_of(looks: Sequence[Snapshot]) -> Model:
    winners: dict[tuple[int, object], Snapshot] = {}
    for look in looks:
        held = winners.get((look.player_id, look.taken_at))
        if held is None or held.source == "gained":
            winners[look.player_id, look.taken_at] = look
    model = Model({}, {}, {}, {(w.player_id, w.taken_at, w.source) for w in winners.values()})
    state: dict[tuple[int, str], Value] = {}
    for look in sorted(winners.values(), key=lambda look: look.taken_at):
        seen = dict(zip(look.metrics, look.values, strict=True))
        ranks = dict(zip(look.metrics, look.ranks, strict=False))
        for key in METRICS:
            place = (look.player_id, key)
            before = state.get(place)
            value = seen.get(key, before)
            if look.source == "gained" and value is None and before == 0:
                value = 0
            model.values[look.player_id, key, look.taken_at] = value
            if value != before:
                model.readings[look.player_id, key, look.taken_at] = value
                model.ranks[look.player_id, key, look.taken_at] = ranks.get(key)
            state[place] = value
    return model


def values_of(held: Readings, asked: Readings) -> Readings:
    """The last reading at or before each look that is asked for."""
    found: Readings = {}
    for player, key, at in asked:
        mine = [
            (then, value) for (who, what, then), value in held.items() if (who, what) == (player, key) and then <= at
        ]
        found[player, key, at] = max(mine, default=(at, None))[1]
    return found


VALUES = st.sampled_from([None, 0, 0, 5, 5, 7, 9])


@st.composite
def a_seen_look(draw: st.DrawFn) -> Snapshot:
    place = draw(st.integers(0, PLACES - 1))
    keys = draw(st.permutations([key for key in METRICS if key != "brine_hag" or place >= BORN]))
    seen = {key: draw(VALUES) for key in keys}
    if draw(st.booleans()):
        ranks = [1_000 + place if value else None for value in seen.values()]
        return a_look(draw(st.sampled_from([1, 1, 1, 2])), day(-20 + place), seen, ranks=ranks)
    # bulk-gained speaks of 0 and of unranked as one: neither can reach the database from there but as None
    return a_look(
        draw(st.sampled_from([1, 1, 1, 2])), day(-20 + place), {k: v or None for k, v in seen.items()}, "gained"
    )


@st.composite
def arrivals(draw: st.DrawFn) -> list[list[Snapshot]]:
    """Some looks, one of a source and an instant, in any order and in any batches."""
    looks = draw(
        st.lists(a_seen_look(), min_size=1, max_size=12, unique_by=lambda s: (s.player_id, s.taken_at, s.source))
    )
    cuts = sorted(draw(st.sets(st.integers(1, len(looks)), max_size=len(looks))) | {0, len(looks)})
    return [looks[a:b] for a, b in pairwise(cuts)]


@settings(max_examples=50)
@given(arrivals())
def test_after_any_order_of_arrival_the_readings_are_those_of_the_looks(batches: list[list[Snapshot]]) -> None:
    expected = model_of([look for batch in batches for look in batch])
    with looked_at() as file:
        load_each(file, batches)
        held = readings(file)
        assert values_of(held, expected.values) == expected.values
        assert held == expected.readings
        assert len(rows(file, "SELECT 1 FROM snapshot")) == len(expected.looks)


@settings(max_examples=50)
@given(arrivals())
def test_a_rank_is_that_of_the_look_behind_its_reading_or_unknown(batches: list[list[Snapshot]]) -> None:
    looks = [look for batch in batches for look in batch]
    expected = model_of(looks).ranks
    sql = "SELECT player_id, key, taken_at, rank FROM reading r JOIN metric m ON m.id = r.metric_id WHERE rank IS NOT NULL"
    with looked_at() as file:
        load_each(file, batches)
        stamps = {int(look.taken_at.timestamp() * 1000): look.taken_at for look in looks}
        held = {(player, key, stamps[at]): rank for player, key, at, rank in rows(file, sql)}
    assert {place: expected[place] for place in held} == held


@settings(max_examples=50)
@given(arrivals())
def test_looks_in_the_order_of_time_keep_every_rank_of_a_change(batches: list[list[Snapshot]]) -> None:
    looks = sorted((look for batch in batches for look in batch), key=lambda s: (s.taken_at, s.source == "snapshot"))
    expected = model_of(looks).ranks
    with looked_at() as file:
        load_each(file, [[look] for look in looks])
        held = rows(file, "SELECT rank FROM reading ORDER BY player_id, metric_id, taken_at")
    order = sorted(expected, key=lambda place: (place[0], METRICS[place[1]], str(place[2])))
    assert held == [expected[place] for place in order]


@settings(max_examples=50)
@given(arrivals())
def test_the_same_looks_again_write_nothing(batches: list[list[Snapshot]]) -> None:
    looks = [look for batch in batches for look in batch]
    number = len({(look.player_id, look.taken_at) for look in looks})
    with looked_at() as file:
        load_each(file, batches)
        load_each(file, [looks])  # restores ranks of readings that were restored without theirs
        before = rows(file, "SELECT * FROM reading"), rows(file, "SELECT * FROM snapshot")
        assert load_each(file, [looks]) == [Counts(0, 0, number)]
        assert (rows(file, "SELECT * FROM reading"), rows(file, "SELECT * FROM snapshot")) == before


@settings(max_examples=30)
@given(arrivals())
def test_each_look_again_by_itself_changes_no_value(batches: list[list[Snapshot]]) -> None:
    with looked_at() as file:
        load_each(file, batches)
        held = readings(file)
        load_each(file, [[look] for batch in batches for look in batch])
        assert readings(file) == held


@settings(max_examples=30)
@given(arrivals())
def test_counts_tell_how_many_rows_were_new(batches: list[list[Snapshot]]) -> None:
    looks = [look for batch in batches for look in batch]
    with looked_at() as file:
        counts = load_each(file, [looks])[0]
        held = len(rows(file, "SELECT 1 FROM reading")) + len(rows(file, "SELECT 1 FROM snapshot"))
    assert (counts.inserted, counts.updated) == (held, 0)


Seen = Mapping[str, Value]
EARLY, MIDDLE, LATE = day(-3), day(-2), day(-1)


def seen(overall: Value, zulrah: Value = None) -> Seen:
    return {"overall": overall, "zulrah": zulrah, "ehp": None, "brine_hag": None}


def held_after(*batches: Sequence[Snapshot]) -> dict[tuple[str, int], Value]:
    """Readings of one player after *batches*, by metric and days before midnight."""
    with looked_at() as file:
        load_each(file, batches)
        return {(key, (at - day(0)).days): value for (_, key, at), value in readings(file).items()}


def test_a_value_that_did_not_change_is_not_stored_again() -> None:
    found = held_after([a_look(1, EARLY, seen(5)), a_look(1, LATE, seen(5))])
    assert found == {("overall", -3): 5}


def test_a_reading_skipped_as_equal_is_restored_when_something_else_comes_between() -> None:
    found = held_after([a_look(1, EARLY, seen(5)), a_look(1, LATE, seen(5))], [a_look(1, MIDDLE, seen(3))])
    assert found == {("overall", -3): 5, ("overall", -2): 3, ("overall", -1): 5}


def test_a_reading_that_became_equal_to_the_one_before_it_goes() -> None:
    found = held_after([a_look(1, LATE, seen(5))], [a_look(1, EARLY, seen(5))])
    assert found == {("overall", -3): 5}


def test_a_look_from_before_all_others_leaves_what_they_saw() -> None:
    found = held_after([a_look(1, LATE, seen(None, 4))], [a_look(1, EARLY, seen(7, 2))])
    assert found == {("overall", -3): 7, ("overall", -1): None, ("zulrah", -3): 2, ("zulrah", -1): 4}


@pytest.mark.parametrize("turned", [False, True])
def test_a_snapshot_beats_what_bulk_gained_says_of_the_same_instant(turned: bool) -> None:
    looks = [a_look(1, LATE, seen(9, None), "gained"), a_look(1, LATE, seen(5, 0))]
    found = held_after(*([look] for look in (looks[::-1] if turned else looks)))
    assert found == {("overall", -1): 5, ("zulrah", -1): 0}


def test_a_snapshot_that_replaces_a_gained_look_is_an_update_and_the_look_says_so() -> None:
    with looked_at() as file:
        load_each(file, [[a_look(1, LATE, seen(9), "gained")]])
        counts = load_each(file, [[a_look(1, LATE, seen(5))]])
        assert (counts, rows(file, "SELECT source FROM snapshot")) == ([Counts(0, 2, 0)], ["snapshot"])


def test_a_known_zero_stays_zero_where_bulk_gained_cannot_tell() -> None:
    found = held_after([a_look(1, EARLY, seen(5, 0))], [a_look(1, LATE, seen(6, None), "gained")])
    assert found == {("overall", -3): 5, ("zulrah", -3): 0, ("overall", -1): 6}


def test_a_zero_learned_later_reaches_the_gained_looks_after_it() -> None:
    found = held_after(
        [a_look(1, EARLY, seen(5, 4)), a_look(1, LATE, seen(5, None), "gained")], [a_look(1, MIDDLE, seen(5, 0))]
    )
    assert found == {("overall", -3): 5, ("zulrah", -3): 4, ("zulrah", -2): 0}


def test_a_zero_taken_for_granted_is_taken_back_when_a_look_between_was_unranked() -> None:
    found = held_after(
        [a_look(1, EARLY, seen(5, 0)), a_look(1, LATE, seen(5, None), "gained")], [a_look(1, MIDDLE, seen(5, None))]
    )
    assert found == {("overall", -3): 5, ("zulrah", -3): 0, ("zulrah", -2): None}


@pytest.mark.parametrize("source", ["snapshot", "gained"])
def test_a_fall_to_unranked_is_a_reading(source: str) -> None:
    fallen = a_look(1, LATE, seen(None), "gained" if source == "gained" else "snapshot")
    assert held_after([a_look(1, EARLY, seen(5))], [fallen]) == {("overall", -3): 5, ("overall", -1): None}


def test_an_unranked_metric_at_the_first_look_is_no_reading_and_a_zero_is_one() -> None:
    assert held_after([a_look(1, LATE, seen(None, 0))]) == {("zulrah", -1): 0}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_metric_that_an_answer_leaves_out_is_unranked_in_it_whichever_arrives_first(order: tuple[int, int]) -> None:
    looks = [a_look(1, EARLY, seen(5, 4)), a_look(1, LATE, {"overall": 6, "ehp": None})]
    found = held_after(*([looks[place]] for place in order))
    assert found == {("overall", -3): 5, ("zulrah", -3): 4, ("overall", -1): 6, ("zulrah", -1): None}


def test_a_value_that_is_corrected_without_a_rank_does_not_keep_the_old_one() -> None:
    with looked_at() as file:
        load_each(file, [[a_look(1, LATE, seen(5), ranks=(11, None, None, None))], [a_look(1, LATE, seen(6))]])
        assert rows(file, "SELECT value, rank FROM reading") == [(6, None)]


def test_a_drift_of_ranks_alone_writes_nothing_but_the_look() -> None:
    with looked_at() as file:
        load_each(file, [[a_look(1, EARLY, seen(5), ranks=(10, None, None, None))]])
        counts = load_each(file, [[a_look(1, LATE, seen(5), ranks=(99, None, None, None))]])
        assert counts == [Counts(1, 0, 0)]
        assert rows(file, "SELECT value, rank FROM reading") == [(5, 10)]


def test_a_later_answer_about_the_same_look_replaces_the_earlier() -> None:
    found = held_after([a_look(1, LATE, seen(5))], [a_look(1, LATE, seen(6))])
    assert found == {("overall", -1): 6}


def test_looks_of_one_player_leave_another_alone() -> None:
    with looked_at() as file:
        load_each(file, [[a_look(1, EARLY, seen(5)), a_look(2, LATE, seen(8))], [a_look(1, MIDDLE, seen(3))]])
        held = readings(file)
        assert {at: value for (player, _, at), value in held.items() if player == 2} == {LATE: 8}


def test_instants_a_millisecond_apart_are_two_looks() -> None:
    with looked_at() as file:
        load_each(file, [[a_look(1, LATE, seen(5)), a_look(1, LATE + timedelta(milliseconds=1), seen(6))]])
        assert sorted(readings(file).values(), key=str) == [5, 6]
