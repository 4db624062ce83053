"""Periods that overlap, cut into layers that do not: each message is counted once, for every period it lies in."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from pipeline.domain.talk import snowflake_at
from pipeline.domain.window import TICK, Window, windows
from pipeline.marts.model import ALL_TIME


@dataclass(frozen=True, slots=True)
class Layer:
    """A window, and the keys of the periods that hold the whole of it."""

    window: Window
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Periods:
    """The periods by key, and their layers, oldest first and without a gap."""

    windows: Mapping[str, Window]
    layers: tuple[Layer, ...]
    _starts: tuple[int, ...] = field(repr=False)
    _ends: tuple[int, ...] = field(repr=False)

    def keys_of(self, snowflake: int) -> tuple[str, ...]:
        """The periods in which *snowflake* was made."""
        place = bisect_right(self._starts, snowflake) - 1
        return self.layers[place].keys if place >= 0 and snowflake < self._ends[place] else ()

    def keys_at(self, instant: datetime) -> tuple[str, ...]:
        """The periods that hold *instant*; everything that was lies in "all", even what came before the first message."""
        standard = (key for key, window in self.windows.items() if window.since <= instant < window.until)
        return (*(key for key in standard if key != ALL_TIME), ALL_TIME)


def periods(now: datetime, first_word_at: datetime | None) -> Periods:
    """The standard windows of *now*, and everything from the first message on; that is empty where there is none."""
    everything = Window(now, now) if first_word_at is None else Window(first_word_at, now + TICK)
    held = {**windows(now), ALL_TIME: everything}
    cuts = sorted({instant for window in held.values() for instant in (window.since, window.until)})
    layers = tuple(
        Layer(Window(since, until), keys)
        for since, until in pairwise(cuts)
        if (keys := tuple(key for key, window in held.items() if window.since <= since and until <= window.until))
    )
    return Periods(
        held,
        layers,
        tuple(snowflake_at(layer.window.since) for layer in layers),
        tuple(snowflake_at(layer.window.until) for layer in layers),
    )


class Tally:
    """Counts by whom or what they are of, and by period."""

    def __init__(self) -> None:
        self._counts: defaultdict[int, Counter[str]] = defaultdict(Counter)

    def add(self, key: int, periods_in: Iterable[str], number: int = 1) -> None:
        """Count *number* for *key* in each of the periods."""
        mine = self._counts[key]
        for period in periods_in:
            mine[period] += number

    def of(self, key: int) -> dict[str, int]:
        """The counts of *key* by period; nothing for a period without any."""
        return dict(self._counts[key]) if key in self._counts else {}

    def keys(self) -> set[int]:
        """Everything that was counted."""
        return set(self._counts)


class Crowd:
    """Different people, by whom or what they are with, and by period."""

    def __init__(self) -> None:
        self._people: defaultdict[int, defaultdict[str, set[int]]] = defaultdict(lambda: defaultdict(set))

    def add(self, key: int, periods_in: Iterable[str], people: Iterable[int]) -> None:
        """*people* are with *key* in each of the periods."""
        mine = self._people[key]
        for period in periods_in:
            mine[period].update(people)

    def of(self, key: int) -> dict[str, int]:
        """How many different people are with *key*, by period."""
        return {period: len(people) for period, people in self._people[key].items()} if key in self._people else {}
