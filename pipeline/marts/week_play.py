"""What every account did in the game, week by week: gains by Wise Old Man's rule, the last look and the last gain.

A year holds a million readings, so the rule of `domain.gains` is applied to whole columns here; the two must say the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from pipeline.domain.metrics import OVERALL, Metric
from pipeline.domain.window import TICK, Window
from pipeline.storage import activity_queries, history_queries
from pipeline.storage.columns import Numbers
from pipeline.storage.history_queries import ReadingsRow
from pipeline.storage.types import to_ms

_INSTANT_BITS: Final = 42
"""An instant in milliseconds has fewer until the year 2109; behind a metric's id it makes one number to sort by."""


@dataclass(frozen=True, slots=True)
class Play:
    """An account, week by week. `gains` are by week and column, zero where `twice` (looked at twice) is false.

    `seen_ms` and `gained_ms` are the last look and the last gain by the end of the week, 0 where none is known.
    """

    gains: Numbers
    twice: Sequence[bool]
    seen_ms: Sequence[int]
    gained_ms: Sequence[int]


class Columns:
    """Where each metric stands in `Play.gains`; behind all of them is one column that stays zero, for what nobody counts."""

    def __init__(self, metrics: Mapping[int, Metric]) -> None:
        self.keys = tuple(metric.key for metric in metrics.values())
        self.spare = len(self.keys)
        self.bosses = [place for place, metric in enumerate(metrics.values()) if metric.kind == "boss"] or [self.spare]
        self.of_id = np.full(max(metrics) + 1, self.spare, np.int64)
        self.of_id[list(metrics)] = range(len(metrics))
        self.is_hours = np.array([*(metric.kind == "computed" for metric in metrics.values()), False])
        self.overall = self.of(OVERALL)
        self.hours = [self.of("ehp"), self.of("ehb")]

    def zeros(self, weeks: int) -> Numbers:
        """No gains, by week and column."""
        return np.zeros((weeks, self.spare + 1), np.int64)

    def of(self, key: str) -> int:
        """The column of a metric."""
        return self.keys.index(key) if key in self.keys else self.spare


class Gains(NamedTuple):
    """What a person gained in a week, in the stored unit; all None where no account of theirs was looked at twice."""

    xp: int | None
    ehp: int | None
    ehb: int | None
    top_boss: str | None
    kills: int | None


UNKNOWN: Final = Gains(None, None, None, None, None)


def together(accounts: Sequence[Play], columns: Columns) -> list[Gains]:
    """What the *accounts* of a person, one at least, gained together, week by week; ties of bosses go to the first."""
    gains: Numbers = np.sum([each.gains for each in accounts], axis=0)
    moved = gains[:, [columns.overall, *columns.hours]].tolist()
    bosses = gains[:, columns.bosses]
    tops = zip(bosses.argmax(axis=1).tolist(), bosses.max(axis=1).tolist(), strict=True)
    is_known = np.any([each.twice for each in accounts], axis=0).tolist()
    return [
        Gains(xp, ehp, ehb, columns.keys[columns.bosses[top]] if kills else None, kills or None) if known else UNKNOWN
        for known, (xp, ehp, ehb), (top, kills) in zip(is_known, moved, tops, strict=True)
    ]


def play(connection: Connection, windows: Sequence[Window], columns: Columns) -> dict[int, Play]:
    """What everybody who ever was a member did in each of *windows*, by player.

    The windows are of one length and stand in order without a gap.
    """
    span = Window(windows[0].since, windows[-1].until)
    edges = np.array([to_ms(at) for at in (*(window.since for window in windows), span.until)], np.int64)
    first = {player: to_ms(at) for player, at in activity_queries.first_looks(connection, span.last).items()}
    looks = {row.player_id: row.taken_ms for row in history_queries.looks(connection, span)}
    gained = {}
    if any(at < edges[0] for at in first.values()):
        gained = {
            player: to_ms(at) for player, at in activity_queries.last_gains(connection, span.since - TICK).items()
        }
    weeks = {player: _Weeks(edges, columns, mine, gained.get(player, 0)) for player, mine in looks.items()}
    for row in history_queries.readings(connection, span):
        weeks[row.player_id].read(row, first[row.player_id])
    return {player: mine.play() for player, mine in weeks.items()}


class _Weeks:
    """The weeks of an account, which begin and end at *edges*, with the *looks* at it; it had gained at *gained_ms* before."""

    def __init__(self, edges: Numbers, columns: Columns, looks: Numbers, gained_ms: int) -> None:
        places = np.searchsorted(looks, edges)
        first, last = places[:-1], places[1:] - 1
        self._edges, self._columns = edges, columns
        self._twice = first < last
        self._first_ms = looks[np.minimum(first, len(looks) - 1)]
        self._seen_ms = np.where(last < 0, 0, looks[last])
        self._gained_ms = np.full(len(first), gained_ms, np.int64)
        self._gains = columns.zeros(len(first))

    def read(self, row: ReadingsRow, first_look_ms: int) -> None:
        """Take in the readings of the account, whose first look of all was at *first_look_ms*."""
        order = np.argsort(
            (row.metric_ids << _INSTANT_BITS) | row.taken_ms, kind="stable"
        )  # swift: it is runs in order
        column, taken_ms, values = self._columns.of_id[row.metric_ids[order]], row.taken_ms[order], row.values[order]
        begins = _turns(column)
        before = np.roll(values, 1)
        before[begins] = 0
        week = (taken_ms - self._edges[0]) // (self._edges[1] - self._edges[0])
        self._gain(week, column, taken_ms, before, values, begins)
        is_rise = (values > before) & (week >= 0) & (taken_ms > first_look_ms)
        is_rise &= ~self._columns.is_hours[column]  # they move when their rates do
        np.maximum.at(self._gained_ms, week[is_rise], taken_ms[is_rise])

    def play(self) -> Play:
        """All of it."""
        gained_ms: Numbers = np.maximum.accumulate(self._gained_ms)
        return Play(self._gains, self._twice.tolist(), self._seen_ms.tolist(), gained_ms.tolist())

    def _gain(
        self,
        week: Numbers,
        column: Numbers,
        taken_ms: Numbers,
        before: Numbers,
        values: Numbers,
        begins: NDArray[np.bool_],
    ) -> None:
        """Readings are looks at which a value moved, so a metric's last one in a week has what the week's last look saw.

        Its first one has what the first look saw, if it was that look; if not, that look saw the value before.
        """
        first = np.flatnonzero(begins | _turns(week))
        last = np.append(first[1:], len(week)) - 1
        counts = (week[first] >= 0) & self._twice[week[first]]
        first, last = first[counts], last[counts]
        where, which = week[first], column[first]
        start = np.where(taken_ms[first] == self._first_ms[where], values[first], before[first])
        gained = np.maximum(values[last] - start, 0)
        gained[(start == 0) & (which == self._columns.overall)] = 0
        self._gains[where, which] = gained


def _turns(numbers: Numbers) -> NDArray[np.bool_]:
    """Where a number differs from the one before it, as the first of all does."""
    turns = np.ones(len(numbers), np.bool_)
    np.not_equal(numbers[1:], numbers[:-1], out=turns[1:])
    return turns
