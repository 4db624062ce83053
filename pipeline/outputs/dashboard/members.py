"""The page Members: everybody in the clan, a row a person, with what leaders ask of each; more columns are chosen on the page."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pipeline.domain.activity import State
from pipeline.domain.metrics import OVERALL, Metric, metric_for
from pipeline.domain.names import role_name
from pipeline.marts.advice_model import NextRank
from pipeline.marts.model import Marts, Person
from pipeline.outputs.advice_words import STATES
from pipeline.outputs.figures import amount, number
from pipeline.outputs.member_words import account

WEEK: Final = "7d"


@dataclass(frozen=True, slots=True)
class Cell:
    """What is read, and what it sorts by; an empty `by` sorts last."""

    text: str
    by: str

    @property
    def is_little(self) -> bool:
        """Whether it is nothing, or not known."""
        return self.by in ("", "0")


@dataclass(frozen=True, slots=True)
class Row:
    """A person of the clan; `boss` is the one they killed most this week."""

    person: Person
    rank: str
    account: str
    xp: Cell
    ehp: Cell
    ehb: Cell
    boss: Metric | None
    kills: Cell
    messages: Cell
    next_rank: str
    missing: str
    more_missing: int
    next_by: str

    @property
    def players(self) -> str:
        """All accounts, the main first, as the page's scripts read them."""
        return " ".join(str(player) for player in self.person.player_ids)


class MembersPage:
    """What the template lays out."""

    def __init__(self, marts: Marts) -> None:
        self._marts = marts
        self._metrics = {metric.key: metric for metric in marts.metrics}
        self._week = marts.periods.get(WEEK)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The roll, in the clan's own order."""
        return tuple(self._row(person) for person in self._marts.people)

    @property
    def talks(self) -> bool:
        """Whether there is a Discord to tell of."""
        return self._marts.talk is not None

    @property
    def climbs(self) -> bool:
        """Whether the clan has a ladder of ranks."""
        return bool(self._marts.advice.promotions.ladder)

    @property
    def accounts(self) -> int:
        """Accounts of all people together."""
        return len(self._marts.members)

    @cached_property
    def ranks(self) -> list[tuple[str, str, int]]:
        """Ranks in use, highest first, with how many people hold them."""
        return self._counted(lambda row: (row.person.role, row.rank))

    @cached_property
    def types(self) -> list[tuple[str, str, int]]:
        """Kinds of account in use, the most common first."""
        found = self._counted(lambda row: (row.person.type, row.account))
        return sorted(found, key=lambda entry: (-entry[2], entry[1]))

    @cached_property
    def verdicts(self) -> list[tuple[State, str, int]]:
        """Verdicts in use, with how many people have them."""
        states = [row.person.state for row in self.rows]
        return [(state, word, states.count(state)) for state, word in STATES.items() if state in states]

    def _counted(self, named: Callable[[Row], tuple[str, str]]) -> list[tuple[str, str, int]]:
        counts: dict[tuple[str, str], int] = {}
        for row in self.rows:
            counts[named(row)] = counts.get(named(row), 0) + 1
        return [(key, word, count) for (key, word), count in counts.items()]

    def _row(self, person: Person) -> Row:
        boss = self._metric(person.top_boss) if person.top_boss else None
        coming = person.ahead
        return Row(
            person=person,
            rank=role_name(person.role),
            account=account(person.type),
            xp=self._gained(person, person.xp, OVERALL),
            ehp=self._gained(person, person.ehp, "ehp"),
            ehb=self._gained(person, person.ehb, "ehb"),
            boss=boss,
            kills=Cell(number(person.kills), "" if person.kills is None else str(person.kills)),
            messages=_counted(person.messages),
            next_rank=role_name(coming.rank) if coming else "",
            missing=next(iter(coming.missing), "") if coming else "",
            more_missing=max(0, len(coming.missing) - 1) if coming else 0,
            next_by=_nearness(coming),
        )

    def _gained(self, person: Person, value: int | None, key: str) -> Cell:
        if value is None:
            looked = self._week is not None and any(player in self._week.looks for player in person.player_ids)
            return Cell("one look" if looked else "not seen", "")
        return Cell(amount(value, self._metric(key), short=True), str(value))

    def _metric(self, key: str) -> Metric:
        return self._metrics.get(key) or metric_for(key)


def _counted(value: int | None) -> Cell:
    return Cell("–", "") if value is None else Cell(number(value), str(value))


def _nearness(coming: NextRank | None) -> str:
    """Those who have earned it first, then those of whom least is missing."""
    if coming is None:
        return ""
    return "0" if coming.is_due else str(1 + len(coming.missing))
