"""Who stays how long, when not everybody has left yet: Kaplan and Meier's estimate (1958)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lasted:
    """Somebody who was here for `days`, and then left, or is still here."""

    days: float
    left: bool


@dataclass(frozen=True, slots=True)
class Survival:
    """By the end of `days`: how many `left`, how many were `at_risk` (here for that long, or gone before), and the `share` still here.

    `share` is None where nobody was watched for so long.
    """

    days: int
    at_risk: int
    left: int
    share: float | None


def survival(lasted: Iterable[Lasted], at: Sequence[int]) -> list[Survival]:
    """The share still here after each of the days *at*, rising order, and the counts behind it.

    Whoever is still here counts for as long as they have been: nobody knows how long they will stay.
    """
    ordered = sorted(
        lasted, key=lambda each: (each.days, not each.left)
    )  # who left that day is counted before who was here that long
    found, share, place = [], 1.0, 0
    for days in at:
        while place < len(ordered) and ordered[place].days <= days:
            each = ordered[place]
            if each.left:
                share *= 1 - 1 / (len(ordered) - place)
            place += 1
        left = sum(each.left for each in ordered[:place])
        here = len(ordered) - place
        found.append(Survival(days, here + left, left, share if here + left else None))
    return found
