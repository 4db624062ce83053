"""Who may be named in a message that a whole channel reads."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from pipeline.domain.names import standard
from pipeline.marts.advice_model import Card, Soul
from pipeline.marts.model import Marts
from pipeline.marts.wording import listed

_WORD: Final = re.compile(r"\w+")
NAMED: Final = 5
"""People named in a line; more are counted."""


@dataclass(frozen=True, slots=True)
class Shy:
    """Those who asked not to be watched, by any of their accounts: a message names them nowhere. They still count."""

    names: frozenset[str]
    people: frozenset[int]
    players: frozenset[int]

    @classmethod
    def of(cls, marts: Marts, opt_out: Iterable[str]) -> Self:
        """Whom the clan's *opt_out* means."""
        told = [each for each in marts.advice.inactivity.verdicts if "opted_out" in each.hindrances]
        written = {standard(name) for name in opt_out}
        people = {each.person_id for each in told} | {
            member.person_id for member in marts.members if standard(member.name) in written
        }
        mine = [member for member in marts.members if member.person_id in people]
        names = written | {standard(member.name) for member in mine} | {standard(each.name) for each in told}
        return cls(frozenset(names), frozenset(people), frozenset(member.player_id for member in mine))

    def is_in(self, text: str) -> bool:
        """Whether *text* names one of them."""
        return any(_words(name) in _words(text) for name in self.names if _words(name).strip())

    def is_one(self, player_id: int | None, name: str | None) -> bool:
        """Whether it is one of them."""
        return player_id in self.players or (name is not None and standard(name) in self.names)

    def shown(self, souls: Iterable[Soul]) -> list[str]:
        """The names of those of *souls* who may be named."""
        return [
            soul.name
            for soul in souls
            if soul.person_id not in self.people and not self.is_one(soul.player_id, soul.name)
        ]

    def spares(self, card: Card) -> bool:
        """Whether *card* is about nobody who must not be named."""
        told = f"{card.title} {card.text} {card.recommendation}"
        return len(self.shown(card.who)) == len(card.who) and not self.is_in(told)


def _words(text: str) -> str:
    return f" {' '.join(_WORD.findall(standard(text)))} "


def few(names: Sequence[str], of: int | None = None) -> str:
    """`Ann, Bob and 3 more`: the first of *names*, and how many of all *of* them are left."""
    first = list(names[:NAMED])
    more = (len(names) if of is None else of) - len(first)
    return listed([*first, f"{more:,} more"]) if first and more > 0 else listed(first)
