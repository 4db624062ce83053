"""The true course of one metric of one account: a step each time it logs out."""

from array import array
from bisect import bisect_right


class Track:
    """Values by instant, kept as two packed arrays: a year of 500 members fits in some tens of megabytes."""

    __slots__ = ("_at", "_fell", "_values")

    def __init__(self, since: int, value: int) -> None:
        self._at: array[int] = array("q", (since,))
        self._values: array[int] = array("q", (value,))
        self._fell = False

    @property
    def last(self) -> int:
        """The value at the end."""
        return self._values[-1]

    def put(self, at: int, value: int) -> None:
        """Set *value* from the instant *at* on, which is not before the last."""
        self._fell = self._fell or value < self._values[-1]
        if self._at[-1] == at:
            self._values[-1] = value
        else:
            self._at.append(at)
            self._values.append(value)

    def value(self, at: int) -> int:
        """The value at the instant *at*."""
        return self._values[max(0, bisect_right(self._at, at) - 1)]

    def reached(self, threshold: int) -> int | None:
        """The first instant with *threshold* or more; None if it was never so."""
        if self._fell:
            found = next((spot for spot, value in enumerate(self._values) if value >= threshold), None)
            return None if found is None else self._at[found]
        spot = bisect_right(self._values, threshold - 1)
        return self._at[spot] if spot < len(self._at) else None

    def steps(self) -> list[tuple[int, int]]:
        """Every instant and the value it brought."""
        return list(zip(self._at, self._values, strict=True))
