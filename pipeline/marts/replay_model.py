"""What a policy would have done in past months, as frozen values, and how the months add up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self

from pipeline.marts.advice_model import Soul

THRESHOLDS: Final = (14, 21, 30, 45, 60, 90)
"""Days of silence that are tried beside the clan's own."""


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a threshold would have named at `as_of`, and who of them took part again within 60 days.

    `unseen` did not, as far as is known, but were not looked at to the end of those days: most of them left. `is_over`: those 60
    days have passed and were looked at; before that nobody can tell who comes back.
    """

    threshold_days: int
    as_of: datetime
    members: int
    named: tuple[Soul, ...]
    back: tuple[Soul, ...]
    unseen: tuple[Soul, ...]
    is_over: bool

    def without(self, gone: Collection[int]) -> Self:
        """The same where the persons *gone* had been removed before."""
        named, back, unseen = (
            tuple(soul for soul in souls if soul.person_id not in gone)
            for souls in (self.named, self.back, self.unseen)
        )
        return replace(self, named=named, back=back, unseen=unseen)


@dataclass(frozen=True, slots=True)
class ThresholdLine:
    """A threshold over all months: `named`, `back` and `unseen` count people whose 60 days are over, `early` the others."""

    threshold_days: int
    named: int
    back: int
    unseen: int
    early: int

    @property
    def regret(self) -> float | None:
        """Share who took part again, of those of whom it is known; None if there is nobody."""
        known = self.named - self.unseen
        return self.back / known if known else None


@dataclass(frozen=True, slots=True)
class Earned:
    """Who had earned `rank` at `as_of`; of them who had it 60 days later, and who was inactive then or had left.

    `is_over`: those 60 days have passed and were looked at.
    """

    as_of: datetime
    rank: str
    due: tuple[Soul, ...]
    given: tuple[Soul, ...]
    gone: tuple[Soul, ...]
    is_over: bool


@dataclass(frozen=True, slots=True)
class PolicyReplay:
    """The clan's rules on the first days of past months: whom each threshold would have named, and whom the ladder would have promoted.

    `own_days` is the clan's own threshold. `missing` months are not worked out yet: a night works out a few.
    """

    own_days: int = 0
    named: tuple[Named, ...] = ()
    earned: tuple[Earned, ...] = ()
    missing: int = 0


def removals(found: Sequence[Named]) -> list[Named]:
    """*found*, oldest first, as it would have gone: whoever was removed once is not there to be named again."""
    gone: dict[int, set[int]] = {}
    told = []
    for each in sorted(found, key=lambda each: each.as_of):
        mine = gone.setdefault(each.threshold_days, set())
        told.append(each.without(mine))
        mine.update(soul.person_id for soul in each.named)
    return told


def lines(found: Sequence[Named]) -> list[ThresholdLine]:
    """A line a threshold, the shortest first; everybody counts once in it."""
    return [
        _line(days, [each for each in removals(found) if each.threshold_days == days])
        for days in sorted({each.threshold_days for each in found})
    ]


def _line(days: int, removed: Sequence[Named]) -> ThresholdLine:
    over = [each for each in removed if each.is_over]
    return ThresholdLine(
        days,
        named=sum(len(each.named) for each in over),
        back=sum(len(each.back) for each in over),
        unseen=sum(len(each.unseen) for each in over),
        early=sum(len(each.named) for each in removed if not each.is_over),
    )
