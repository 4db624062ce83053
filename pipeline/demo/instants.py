"""Instants of the invented world: whole milliseconds UTC, as Wise Old Man writes them."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Generic, TypeVar

T = TypeVar("T")

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def instant(moment: datetime) -> int:
    """*moment* in milliseconds since 1970."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def moment(at: int) -> datetime:
    """The instant *at* as an aware datetime."""
    return _EPOCH + timedelta(milliseconds=at)


def wire(at: int) -> str:
    """*at* as JavaScript prints dates: `2026-11-20T21:13:00.869Z`."""
    return f"{moment(at):%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}Z"


def wire_or_none(at: int | None) -> str | None:
    """*at* as JavaScript prints dates, or None."""
    return None if at is None else wire(at)


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` to `until`, the latter outside."""

    since: int
    until: int

    def holds(self, at: int) -> bool:
        """Whether *at* lies inside."""
        return self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class Timeline(Generic[T]):
    """What something was, and from when on. The first step holds for all time before it too."""

    steps: tuple[tuple[int, T], ...]

    def at(self, at: int) -> T:
        """What it was at the instant *at*."""
        position = bisect_right(self.steps, at, key=lambda step: step[0])
        return self.steps[max(0, position - 1)][1]

    def then(self, since: int, value: T) -> "Timeline[T]":
        """The same, and *value* from *since* on."""
        return Timeline((*self.steps, (since, value)))

    @property
    def changes(self) -> tuple[tuple[int, T, T], ...]:
        """Each later step: its instant, what was before, what came."""
        return tuple(
            (later[0], earlier[1], later[1]) for earlier, later in zip(self.steps, self.steps[1:], strict=False)
        )


def always(value: T) -> Timeline[T]:
    """A timeline on which nothing ever changes."""
    return Timeline(((0, value),))
