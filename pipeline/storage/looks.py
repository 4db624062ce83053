"""Looks become readings: a row where a value differs from the one before it, in whatever order looks arrive.

The readings of a player are a function of the *set* of looks, not of their order of arrival. Looks that arrive between
others are folded in time order together with the held ones, which restores a reading that was skipped because it equalled
its predecessor. What a held look saw is known from the readings up to it; only in a `gained` look 0 and None alike stand for
"0 or unranked", and resolve to 0 where the value before was 0. A metric that an answer leaves out is unranked in it: the game
does not have it yet, or any more.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, repeat
from operator import itemgetter
from typing import Any, NamedTuple

from pipeline.domain.records import Snapshot
from pipeline.storage.types import to_ms

Value = int | None
State = list[Value]
"""Present value of each metric of an `Axis`; None is unranked, and also what stands before the first look."""

ReadingRow = tuple[int, int, int, Value, Value]
"""player_id, metric_id, taken_at in ms, value, rank."""

LookRow = tuple[int, int, str]
"""player_id, taken_at in ms, source."""


class Look(NamedTuple):
    """One look, in the order of an axis. `ranks` is None where the source gave none."""

    taken_at: int
    source: str
    values: Sequence[Value]
    ranks: Sequence[Value] | None


@dataclass(frozen=True, slots=True)
class Held:
    """What the database holds of a player from the earliest new look on, and the state just before it."""

    before: Mapping[int, Value]
    looks: Sequence[tuple[int, str]] = ()
    readings: Sequence[tuple[int, int, Value, Value]] = ()
    """taken_at, metric_id, value, rank; in order of time."""


@dataclass(slots=True)
class Change:
    """Rows to write and reading keys to delete, so that the database says what all looks saw.

    `updates` of the rows to write are known keys whose values change.
    """

    looks: list[LookRow] = field(default_factory=list)
    readings: list[ReadingRow] = field(default_factory=list)
    obsolete: list[tuple[int, int, int]] = field(default_factory=list)
    updates: int = 0

    def extend(self, other: "Change") -> None:
        """Take in what *other* wants written."""
        self.looks += other.looks
        self.readings += other.readings
        self.obsolete += other.obsolete
        self.updates += other.updates


class Axis:
    """The order in which metrics, two at least, stand in a load; turns the order of any answer into this one."""

    def __init__(self, metric_ids: Mapping[str, int]) -> None:
        self.keys = tuple(metric_ids)
        self.ids = tuple(metric_ids.values())
        self.place = {metric_id: place for place, metric_id in enumerate(self.ids)}
        self._orders: dict[tuple[str, ...], Callable[[Sequence[Any]], tuple[Any, ...]]] = {}

    def look(self, snapshot: Snapshot) -> Look:
        """*snapshot* in the order of this axis."""
        taken_at = to_ms(snapshot.taken_at)
        if snapshot.metrics is self.keys or snapshot.metrics == self.keys:
            return Look(taken_at, snapshot.source, snapshot.values, snapshot.ranks or None)
        pick = self._orders.get(snapshot.metrics)
        if pick is None:
            pick = self._orders[snapshot.metrics] = self._order(snapshot.metrics)
        values: Sequence[Value] = pick((*snapshot.values, None))
        ranks: Sequence[Value] | None = pick((*snapshot.ranks, None)) if snapshot.ranks else None
        return Look(taken_at, snapshot.source, values, ranks)

    def _order(self, metrics: tuple[str, ...]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
        found = {key: place for place, key in enumerate(metrics)}
        return itemgetter(*(found.get(key, len(metrics)) for key in self.keys))


def by_player(snapshots: Iterable[Snapshot]) -> Iterator[tuple[int, list[Snapshot]]]:
    """Snapshots of each player in order of time, one an instant: a true snapshot beats bulk-gained's, a later answer an earlier."""
    ordered = sorted(snapshots, key=lambda look: (look.player_id, look.taken_at, look.source == "snapshot"))
    for player_id, looks in groupby(ordered, key=lambda look: look.player_id):
        yield player_id, list({look.taken_at: look for look in looks}.values())


def merge(player_id: int, axis: Axis, held: Held, arrived: Sequence[Look]) -> Change:
    """What to write so that the readings of *player_id* say what held and *arrived* looks saw."""
    state: State = [held.before.get(metric_id) for metric_id in axis.ids]
    if not held.looks:
        looks = [(player_id, look.taken_at, look.source) for look in arrived]
        return Change(looks, _fold(player_id, axis, state, arrived))
    timeline = {look.taken_at: look for look in _seen_again(axis, list(state), held)}
    known = dict(held.looks)
    fresh = [look for look in arrived if not (look.source == "gained" and known.get(look.taken_at) == "snapshot")]
    timeline |= {look.taken_at: look for look in fresh}
    wanted = _fold(player_id, axis, state, [timeline[at] for at in sorted(timeline)])
    looks = [(player_id, look.taken_at, look.source) for look in fresh if known.get(look.taken_at) != look.source]
    return _difference(player_id, held, looks, wanted)


def _fold(player_id: int, axis: Axis, state: Sequence[Value], looks: Iterable[Look]) -> list[ReadingRow]:
    """Readings of *looks*, which stand in order of time, starting from *state*; in the order of the table's key.

    The inner loop of every load, 113 values a look: one plain comprehension beats map and compress here. Rows that arrive in
    the order of their key only append to the table's tree, which saves a quarter of the writing.
    """
    rows: list[ReadingRow] = []
    for look in looks:
        values, taken_at = _resolved(look, state), look.taken_at
        rows += [
            (player_id, metric_id, taken_at, value, rank)
            for metric_id, value, before, rank in zip(axis.ids, values, state, look.ranks or repeat(None), strict=False)
            if value != before
        ]
        state = values
    rows.sort(key=itemgetter(1))
    return rows


def _resolved(look: Look, state: Sequence[Value]) -> Sequence[Value]:
    """What *look* says of every metric, given the values before it."""
    if look.source == "gained":
        return [now or (0 if before == 0 else None) for now, before in zip(look.values, state, strict=True)]
    return look.values


def _seen_again(axis: Axis, state: State, held: Held) -> Iterator[Look]:
    """The held looks as they were: the value of every metric at each of them."""
    readings = {at: list(rows) for at, rows in groupby(held.readings, key=itemgetter(0))}
    for taken_at, source in held.looks:
        for _, metric_id, value, _ in readings.get(taken_at, ()):
            state[axis.place[metric_id]] = value
        yield Look(taken_at, source, list(state), None)


def _difference(player_id: int, held: Held, looks: list[LookRow], wanted: list[ReadingRow]) -> Change:
    """*wanted* against the held rows: a row whose value stays keeps its rank and is not written again."""
    present = {(metric_id, at): (value, rank) for at, metric_id, value, rank in held.readings}
    known = dict(held.looks)
    change = Change(looks, updates=sum(at in known for _, at, _ in looks))
    for row in wanted:
        _, metric_id, at, value, rank = row
        if (metric_id, at) not in present:
            change.readings.append(row)
            continue
        old_value, old_rank = present.pop((metric_id, at))
        if value != old_value or (rank is not None and rank != old_rank):
            change.readings.append(row)
            change.updates += 1
    change.obsolete = [(player_id, metric_id, at) for metric_id, at in present]
    return change
