"""Answers of the database against the slow way of finding them."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records_kit import (
    MIDNIGHT,
    NOW,
    a_competition,
    a_database,
    a_harvest,
    a_look,
    a_membership,
    a_rename,
    an_achievement,
    day,
    land,
)

from pipeline.domain.window import Window
from pipeline.storage import queries
from pipeline.storage.engine import reading
from pipeline.storage.queries import BridgeRow, LookRow
from pipeline.storage.types import to_ms

WEEK = Window(day(-7), MIDNIGHT)
TICKS = st.sampled_from([
    day(-9), day(-8), day(-7, -1 / 3_600_000), day(-7), day(-6), day(-3, 7), day(-1), day(0, -1 / 3_600_000), day(0), day(1)
])  # fmt: skip
"""Instants around the ends of the week: a millisecond before each, and each."""
VALUES = st.sampled_from([None, 0, 4, 9])
PLAYERS = (1, 2, 3)
OVERALL, ZULRAH = 1, 2


@dataclass
class Rows:
    """A small database: looks and readings need not agree with each other, as each query asks one of them."""

    looks: set[tuple[int, datetime]] = field(default_factory=set)
    readings: Mapping[tuple[int, int, datetime], int | None] = field(default_factory=dict)
    stays: Sequence[tuple[int, datetime, datetime | None]] = ()


@st.composite
def databases(draw: st.DrawFn) -> Rows:
    who = st.sampled_from(PLAYERS)
    stays = draw(
        st.lists(st.tuples(who, TICKS, st.none() | TICKS), max_size=6, unique_by=lambda stay: (stay[0], stay[1]))
    )
    return Rows(
        draw(st.sets(st.tuples(who, TICKS), max_size=10)),
        draw(st.dictionaries(st.tuples(who, st.sampled_from([OVERALL, ZULRAH]), TICKS), VALUES, max_size=14)),
        [stay for stay in stays if stay[2] is None or stay[2] > stay[1]],
    )


def written(made: Rows, folder: str) -> Path:
    file = a_database(Path(folder))
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executemany(
            "INSERT INTO metric VALUES (?, ?, ?, 'boss', '')", [(1, "overall", ""), (2, "zulrah", "")]
        )
        connection.executemany(
            "INSERT INTO player (id, username, display_name, type, build, status) VALUES (?, '', '', '', '', '')",
            [(player,) for player in PLAYERS],
        )
        connection.executemany(
            "INSERT INTO snapshot VALUES (?, ?, ?)",
            [(player, to_ms(at), "gained" if player == 2 else "snapshot") for player, at in made.looks],
        )
        connection.executemany(
            "INSERT INTO reading VALUES (?, ?, ?, ?, NULL)",
            [(player, metric, to_ms(at), value) for (player, metric, at), value in made.readings.items()],
        )
        connection.executemany(
            "INSERT INTO membership VALUES (?, ?, 'recruit', NULL, NULL, 0, ?, NULL)",
            [(player, to_ms(since), left and to_ms(left)) for player, since, left in made.stays],
        )
    return file


def last_value(made: Rows, player: int, metric: int, until: datetime, *, inclusive: bool = True) -> int | None:
    """The last reading at or before *until*, or before it."""
    seen = {
        at: value
        for (who, what, at), value in made.readings.items()
        if (who, what) == (player, metric) and (at <= until if inclusive else at < until)
    }
    return seen[max(seen)] if seen else None


@settings(max_examples=60)
@given(databases(), st.lists(st.tuples(TICKS, TICKS), min_size=1, max_size=3))
def test_window_values_are_those_at_the_first_and_the_last_look_inside(
    made: Rows, ends: list[tuple[datetime, datetime]]
) -> None:
    windows = [Window(min(pair), max(pair)) for pair in ends]

    def at_ends(player: int, metric: int) -> list[int | None]:
        values: list[int | None] = []
        for window in windows:
            inside = [at for who, at in made.looks if who == player and window.since <= at < window.until]
            looks = (min(inside), max(inside)) if inside else (None, None)
            values += [None if at is None else last_value(made, player, metric, at) for at in looks]
        return values

    expected = sorted(
        (player, metric, *at_ends(player, metric)) for player, metric in {key[:2] for key in made.readings}
    )
    with TemporaryDirectory() as folder, reading(written(made, folder)) as connection:
        found = queries.window_values(connection, windows)
        zulrah = queries.window_values(connection, windows, "zulrah")
    assert sorted(found) == expected
    assert zulrah == [row for row in found if row[1] == ZULRAH]


@settings(max_examples=80)
@given(databases())
def test_bridge_rows_are_what_a_walk_over_all_rows_finds(made: Rows) -> None:
    expected = []
    for player in PLAYERS:
        stays = [(since, left) for who, since, left in made.stays if who == player]
        inside = [at for who, at in made.looks if who == player and WEEK.since <= at < WEEK.until]
        before, after = (
            any(since < end and (left is None or left >= end) for since, left in stays)
            for end in (WEEK.since, WEEK.until)
        )
        if before or after:
            expected.append(
                BridgeRow(
                    player, before, after,
                    last_value(made, player, OVERALL, WEEK.since, inclusive=False),
                    bool(inside),
                    last_value(made, player, OVERALL, min(inside)) if inside else None,
                    last_value(made, player, OVERALL, WEEK.until, inclusive=False),
                )
            )  # fmt: skip
    with TemporaryDirectory() as folder, reading(written(made, folder)) as connection:
        assert queries.bridge_rows(connection, WEEK) == expected


@settings(max_examples=40)
@given(databases())
def test_looks_are_the_first_and_the_last_inside_a_window(made: Rows) -> None:
    expected = {}
    for player in PLAYERS:
        inside = [at for who, at in made.looks if who == player and WEEK.since <= at < WEEK.until]
        if inside:
            expected[player] = LookRow(
                player, to_ms(min(inside)), to_ms(max(inside)), "gained" if player == 2 else "snapshot"
            )
    with TemporaryDirectory() as folder, reading(written(made, folder)) as connection:
        assert queries.looks(connection, WEEK) == expected


@settings(max_examples=30)
@given(databases(), TICKS)
def test_last_looks_and_the_span_of_all_looks_end_at_the_instant_asked_for(made: Rows, as_of: datetime) -> None:
    seen = [(player, at) for player, at in made.looks if at <= as_of]
    span = (min(at for _, at in seen), max(at for _, at in seen)) if seen else None
    with TemporaryDirectory() as folder, reading(written(made, folder)) as connection:
        assert queries.look_span(connection, as_of) == span
        assert queries.last_looks(connection, as_of) == {
            player: max(at for who, at in seen if who == player) for player in {who for who, _ in seen}
        }


@settings(max_examples=30)
@given(databases(), TICKS)
def test_the_series_holds_each_days_last_reading_of_overall_between_its_ends_both_included(
    made: Rows, as_of: datetime
) -> None:
    last = {
        (player, at.date().toordinal() - date(1970, 1, 1).toordinal()): value
        for (player, metric, at), value in sorted(made.readings.items(), key=lambda reading: reading[0][2])
        if metric == OVERALL and day(-8) <= at <= as_of
    }
    expected = sorted((player, on, value) for (player, on), value in last.items())
    with TemporaryDirectory() as folder, reading(written(made, folder)) as connection:
        assert queries.overall_series(connection, day(-8), as_of) == expected


@pytest.mark.parametrize(
    ("as_of", "members"),
    [(day(-5, -1), []), (day(-5), [1]), (day(-1, -1), [1]), (day(-1), []), (day(0), [1]), (day(9), [1])],
)
def test_a_stay_holds_from_its_first_instant_to_just_before_its_end(
    tmp_path: Path, as_of: datetime, members: list[int]
) -> None:
    file = a_database(tmp_path)
    another = a_membership(2, since=day(10))
    land(file, a_harvest([a_membership(1, since=day(-5)), another]), day(-4))
    land(file, a_harvest([another]), day(-1))
    land(file, a_harvest([a_membership(1, since=day(0)), another]), day(0, 1))
    with reading(file) as connection:
        assert [row.player.id for row in queries.members(connection, as_of)] == members


def test_what_became_known_later_is_not_found_as_of_before(tmp_path: Path) -> None:
    file = a_database(tmp_path)
    after = NOW + timedelta(milliseconds=1)
    land(
        file,
        a_harvest(
            [a_membership(1)],
            snapshots=[a_look(1, day(-1), {"overall": 5, "ehp": 1})],
            achievements=[
                an_achievement(1, "At now", NOW),
                an_achievement(1, "After", after),
                an_achievement(1, "?", None),
            ],
            name_changes=[a_rename(1, 1, "A", "B", NOW), a_rename(2, 1, "B", "C", after)],
            competitions=[
                a_competition(1, day(1), day(2), created_at=NOW),
                a_competition(2, day(1), day(2), created_at=after),
            ],
        ),
    )
    with reading(file) as connection:
        assert [row.name for row in queries.achievements(connection, NOW)] == ["At now", "?"]
        assert [row.id for row in queries.name_changes(connection, NOW)] == [1]
        assert [row.id for row in queries.competitions(connection, NOW)] == [1]
