"""Records → rows against raw sqlite3, and what a year weighs."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from bench_history import Habits, founded, looks
from bench_kit import Line, Times, at_least, at_most, seconds, take_turns

from pipeline.domain.records import Snapshot
from pipeline.storage import queries
from pipeline.storage.engine import BUSY_TIMEOUT_MS, CACHE_KIB, reading, writing
from pipeline.storage.load import load_looks
from pipeline.storage.upkeep import tidy

MONTH = Habits(members=500, days=30, looked_at=0.9, changed=12)
YEAR = Habits(members=500, days=365, looked_at=0.55, changed=10)

Rows = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]


def load_month(folder: Path, turns: int) -> list[Line]:
    """A month in one go."""
    return [_against_raw("records → rows, 500 × 30 days, rows/s of raw", folder, MONTH, turns)]


def load_year(folder: Path, turns: int) -> list[Line]:
    """A year in one go, and the file it leaves."""
    line = _against_raw("records → rows, 500 × 365 days, rows/s of raw", folder, YEAR, max(2, turns // 3))
    file = folder / "ours.db"
    tidy(file)
    megabytes = file.stat().st_size / 1e6
    readings = len(_rows(file)[1])
    return [line, at_most("database, 500 × 365 days", megabytes, 40, " MB", f"{readings:,} readings")]


def year(folder: Path) -> Path:
    """A database that holds `YEAR`."""
    _load(folder, YEAR, list(looks(YEAR)))
    tidy(folder / "ours.db")
    return folder / "ours.db"


def _against_raw(measure: str, folder: Path, habits: Habits, turns: int) -> Line:
    snapshots = list(looks(habits))
    _load(folder, habits, snapshots)
    rows = _rows(folder / "ours.db")
    times = take_turns(
        turns, ours=lambda: _load(folder, habits, snapshots), raw=lambda: _raw(folder, habits.members, rows)
    )
    number = len(rows[0]) + len(rows[1])
    ours, raw = times["ours"], times["raw"]
    return at_least(measure, raw.best / ours.best, 0.6, f"{_speed(number, ours)} of {_speed(number, raw)} rows/s")


def _speed(rows: int, times: Times) -> str:
    return f"{rows / times.best:,.0f}"


def _load(folder: Path, habits: Habits, snapshots: Sequence[Snapshot]) -> float:
    """Our way: seconds in a transaction of its own."""
    file = founded(folder / "ours.db", habits.members)
    with reading(file) as connection:
        metric_ids = {metric.key: number for number, metric in queries.metrics(connection).items()}

    def work() -> None:
        with writing(file) as connection:
            load_looks(connection, metric_ids, snapshots)

    return seconds(work)


def _raw(folder: Path, members: int, rows: Rows) -> float:
    """The rival: the same rows, ready made and in the order of their keys, into the same tables with the same settings."""
    file = founded(folder / "raw.db", members)
    with closing(sqlite3.connect(file, timeout=BUSY_TIMEOUT_MS / 1000)) as connection:
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")

        def work() -> None:
            with connection:
                connection.executemany("INSERT INTO snapshot (player_id, taken_at, source) VALUES (?, ?, ?)", rows[0])
                connection.executemany(
                    "INSERT INTO reading (player_id, metric_id, taken_at, value, rank) VALUES (?, ?, ?, ?, ?)", rows[1]
                )

        return seconds(work)


def _rows(file: Path) -> Rows:
    with closing(sqlite3.connect(file)) as connection:
        return (
            connection.execute("SELECT player_id, taken_at, source FROM snapshot ORDER BY 1, 2").fetchall(),
            connection.execute(
                "SELECT player_id, metric_id, taken_at, value, rank FROM reading ORDER BY 1, 2, 3"
            ).fetchall(),
        )
