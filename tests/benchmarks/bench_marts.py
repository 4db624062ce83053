"""Answers from a full database: one board of many players, all gains of a clan, the whole of `assemble`."""

import cProfile
import pstats
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from gzip import compress
from itertools import count
from pathlib import Path

from bench_history import FIRST_ID, KEYS, MIDNIGHT, NOW, founded
from bench_kit import Line, Times, at_most, seconds, take_turns
from sqlalchemy import Connection

from pipeline.domain.gains import gain
from pipeline.domain.window import Window, windows
from pipeline.marts import assemble as assembling
from pipeline.marts import boards, gains
from pipeline.marts.assemble import assemble
from pipeline.marts.history import history
from pipeline.marts.model import Coverage, Period, Place
from pipeline.marts.rules import Rules
from pipeline.outputs.dashboard.encode import script_text
from pipeline.outputs.dashboard.history import history as arranged
from pipeline.storage import queries
from pipeline.storage.engine import reading, writing
from pipeline.storage.types import to_ms

RULES = Rules(time_zone="Europe/Amsterdam")
CROWD = 10_000
CROWD_LOOKS = 20
CROWD_METRICS = 24
BOARD = "zulrah"
BOARD_ID = KEYS.index(BOARD) + 1
SLOWEST = 5


def board(folder: Path, turns: int) -> list[Line]:
    """One metric's board of the week over 10,000 players and a million readings."""
    file = founded(folder / "crowd.db", CROWD)
    with writing(file) as connection:
        connection.exec_driver_sql("INSERT INTO snapshot VALUES (?, ?, 'snapshot')", list(_crowd_looks()))
        connection.exec_driver_sql("INSERT INTO reading VALUES (?, ?, ?, ?, ?)", list(_crowd_readings()))
        readings = connection.exec_driver_sql("SELECT count(*) FROM reading").scalar_one()
    week = windows(NOW)["7d"]
    with reading(file) as connection:
        names = {player_id: row.display_name for player_id, row in queries.players(connection).items()}
        found = one_board(connection, week, names)
        times = take_turns(2 * turns + 1, board=lambda: seconds(lambda: one_board(connection, week, names)))["board"]
    detail = f"best {_ms(times.best)}; {CROWD:,} players, {readings:,} readings, {len(found):,} places"
    return [at_most("one-metric board, median", times.median * 1000, 80, " ms", detail)]


def one_board(connection: Connection, window: Window, names: Mapping[int, str]) -> tuple[Place, ...]:
    """Who gained most of one metric in *window*."""
    rows = queries.window_values(connection, [window], BOARD)
    moved = ((player_id, gain(BOARD, start, end)) for player_id, _, start, end in rows if start != end)
    gained = {player_id: value for player_id, value in moved if value}
    return boards.places(gained.items(), boards.by_name({player_id: names[player_id] for player_id in gained}))


def all_gains(connection: Connection, wanted: Mapping[str, Window]) -> dict[str, Period]:
    """What everybody gained in every metric in each of the *wanted* windows, found as `assemble` does."""
    looks = {key: queries.looks(connection, window) for key, window in wanted.items()}
    held = queries.window_values(connection, list(wanted.values()))
    keys = {metric_id: known.key for metric_id, known in queries.metrics(connection).items()}
    return {
        key: gains.period(
            key,
            key,
            window,
            {
                player_id: (Coverage(look.start_at, look.end_at), look.start_source == "snapshot")
                for player_id, look in looks[key].items()
            },
            ((row[0], keys[row[1]], row[at], row[at + 1]) for row in held if row[at] != row[at + 1]),
        )
        for at, (key, window) in zip(count(2, 2), wanted.items(), strict=False)
    }


def clan(year: Path, turns: int) -> list[Line]:
    """All gains of a clan of 500 with a year of history, and all its marts."""
    with reading(year) as connection:
        times = take_turns(
            turns,
            gains=lambda: seconds(lambda: all_gains(connection, windows(NOW))),
            marts=lambda: seconds(lambda: assemble(connection, NOW, RULES)),
        )
        return [
            at_most(
                "all gains of 500 members, four windows",
                times["gains"].best * 1000,
                250,
                " ms",
                _median(times["gains"]),
            ),
            Line("assemble, 500 members × 365 days", f"{_ms(times['marts'].best)}  ({_median(times['marts'])})"),
            Line("  its slowest parts", slowest_parts(connection, NOW)),
            *_history(connection, turns),
        ]


def _history(connection: Connection, turns: int) -> list[Line]:
    """The roll of every week of the year, against no more than asking for the year's readings; and its script."""
    night = assemble(connection, NOW, RULES)
    span, metrics = queries.look_span(connection, NOW), queries.metrics(connection)
    assert span is not None
    weeks = night.history.weeks
    times = take_turns(
        turns,
        ours=lambda: seconds(
            lambda: history(connection, RULES, NOW, None, span[0], night.periods["7d"], night.people, metrics)
        ),
        bare=lambda: seconds(lambda: _readings(connection, weeks[0].window.since, weeks[-1].window.since)),
    )
    spent, bare = times["ours"], times["bare"]
    packed = len(compress(script_text("CLAN_HISTORY", arranged(night)).encode(), 9))
    rows = sum(len(week.people) for week in weeks)
    detail = f"{_ms(spent.best)} of {_ms(bare.best)}; {_median(spent)}"
    return [
        at_most(
            f"{len(weeks)} weeks of 500 members, to fetching their readings", spent.best / bare.best, 2, " ×", detail
        ),
        Line("  their script, gzipped", f"{packed / 1000:.0f} kB, {rows:,} rows"),
    ]


def _readings(connection: Connection, since: datetime, until: datetime) -> int:
    """The readings between two instants as plain rows."""
    found = connection.exec_driver_sql(
        "SELECT player_id, metric_id, taken_at, value FROM reading WHERE taken_at >= ? AND taken_at < ?",
        (to_ms(since), to_ms(until)),
    ).cursor
    assert found is not None
    return len(found.fetchall())


def slowest_parts(connection: Connection, now: datetime) -> str:
    """What `assemble` calls itself, by share of its time under a profiler."""
    profile = cProfile.Profile()
    profile.runcall(assemble, connection, now, RULES)
    found: Mapping[tuple[str, int, str], tuple[int, int, float, float, Mapping[tuple[str, int, str], Sequence[float]]]]
    found = pstats.Stats(profile).stats  # type: ignore[attr-defined]  # typeshed leaves it out
    [(me, whole)] = [
        (called, entry[3])
        for called, entry in found.items()
        if called[0] == assembling.__file__ and called[2] == assemble.__name__
    ]
    parts = {
        f"{Path(called[0]).stem}.{called[2]}": entry[4][me][3] for called, entry in found.items() if me in entry[4]
    }
    ordered = sorted(parts.items(), key=lambda part: -part[1])
    return ", ".join(f"{name} {spent / whole:.0%}" for name, spent in ordered[:SLOWEST])


def _crowd_looks() -> Iterator[tuple[int, int]]:
    for player_id in range(FIRST_ID, FIRST_ID + CROWD):
        for number in range(CROWD_LOOKS):
            yield player_id, _at(player_id, number)


def _crowd_readings() -> Iterator[tuple[int, int, int, int, int]]:
    """A hundred readings a player: 24 metrics at the first of 20 looks, then four of them at each."""
    chance = random.Random(1)
    for player_id in range(FIRST_ID, FIRST_ID + CROWD):
        metrics = [
            BOARD_ID,
            *chance.sample([number + 1 for number in range(len(KEYS)) if number + 1 != BOARD_ID], CROWD_METRICS - 1),
        ]
        values = {metric: chance.randrange(1, 5_000_000) for metric in metrics}
        for number in range(CROWD_LOOKS):
            for metric in chance.sample(metrics, 4) if number else metrics:
                values[metric] += chance.randrange(1, 5_000)
                yield player_id, metric, _at(player_id, number), values[metric], 1 + values[metric] % 900_000


def _at(player_id: int, number: int) -> int:
    """20 looks over four weeks, everybody at another hour."""
    return (
        to_ms(MIDNIGHT - timedelta(days=28, milliseconds=-(player_id * 7919_000 % 86_400_000))) + number * 120_960_000
    )


def _ms(spent: float) -> str:
    return f"{spent * 1000:.0f} ms"


def _median(times: Times) -> str:
    return f"median {_ms(times.median)}"
