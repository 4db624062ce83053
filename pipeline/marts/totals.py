"""Whether the clan's totals agree: what all accounts gained by the boards, beside what all persons did."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from pipeline.domain.metrics import OVERALL
from pipeline.marts.gains import gained
from pipeline.marts.model import ALL_TIME, Marts, Period

PERIODS: Final = ("7d", "30d", "90d", ALL_TIME)


class Sums(NamedTuple):
    """What was gained together, in stored units; `kills` of all bosses."""

    xp: int
    ehp: int
    ehb: int
    kills: int


@dataclass(frozen=True, slots=True)
class Total:
    """The sums of a period by `accounts`, which are those of the boards, and by `persons`, which are those of the roll: they must be equal.

    Of the clan's accounts `seen` were looked at twice in that time, `unseen` were not, and nobody knows what those gained.
    """

    period: Period
    accounts: Sums
    persons: Sums
    seen: int
    unseen: int

    @property
    def difference(self) -> Sums:
        """By how much persons have more."""
        return Sums(*(mine - theirs for mine, theirs in zip(self.persons, self.accounts, strict=True)))


def totals(marts: Marts) -> tuple[Total, ...]:
    """One for each period that is known, the shortest first."""
    bosses = frozenset(metric.key for metric in marts.metrics if metric.kind == "boss")
    return tuple(_total(marts, marts.periods[key], bosses) for key in PERIODS if key in marts.periods)


def _total(marts: Marts, period: Period, bosses: frozenset[str]) -> Total:
    boards = marts.boards.get(period.key, {})
    by_account = {metric: sum(place.value for place in board) for metric, board in boards.items()}
    by_person = [gained(period, person.player_ids) or {} for person in marts.people]
    seen = sum(member.player_id in period.gains for member in marts.members)
    return Total(period, _sums([by_account], bosses), _sums(by_person, bosses), seen, len(marts.members) - seen)


def _sums(gains: Iterable[Mapping[str, int]], bosses: frozenset[str]) -> Sums:
    xp = ehp = ehb = kills = 0
    for mine in gains:
        xp += mine.get(OVERALL, 0)
        ehp += mine.get("ehp", 0)
        ehb += mine.get("ehb", 0)
        kills += sum(value for metric, value in mine.items() if metric in bosses)
    return Sums(xp, ehp, ehb, kills)
