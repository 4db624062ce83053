"""Who may be named in a message that a whole channel reads."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from pipeline.domain.forgotten import Forgotten
from pipeline.domain.names import standard
from pipeline.marts.advice_model import Card, Soul
from pipeline.marts.wording import listed

_WORD: Final = re.compile(r"\w+")
NAMED: Final = 5
"""People named in a line; more are counted."""


@dataclass(frozen=True, slots=True)
class Shy:
    """Those who asked not to be watched, by any of their accounts: a message names them nowhere. They still count."""

    who: Forgotten
    names: frozenset[str]

    @classmethod
    def of(cls, who: Forgotten, opt_out: Iterable[str]) -> Self:
        """*who* the clan's *opt_out* means, by all that they are called; and whoever will bear a name that nobody is known by."""
        return cls(who, who.aliases | {standard(name) for name in opt_out})

    def is_in(self, text: str) -> bool:
        """Whether *text* names one of them."""
        told = _words(text)
        return self.who.names_them(text) or any(_words(name) in told for name in self.names if _words(name).strip())

    def is_one(self, player_id: int | None, name: str | None) -> bool:
        """Whether it is one of them."""
        return player_id in self.who.players or (name is not None and standard(name) in self.names)

    def shown(self, souls: Iterable[Soul]) -> list[str]:
        """The names of those of *souls* who may be named."""
        return [
            soul.name
            for soul in souls
            if soul.person_id not in self.who.persons and not self.is_one(soul.player_id, soul.name)
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
