"""The clan's ladder of ranks: what each takes, and where somebody stands on it."""

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.marts.advice_model import NextRank, Shortfall
from pipeline.marts.formulas import Facts, Formula, FormulaError, compile_rule
from pipeline.marts.ladder_words import is_little, proof, share, shortfall
from pipeline.marts.rules import LadderRank


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands: the rank that they earned (None: none of the ladder), or that a fact is missing to say so.

    `note` compares it with their present rank; None: it fits, or their rank is not of the ladder. `rank` is the one earned, or the
    next one for those who are near it; `proof` and `missing` are about that, and of those above about the rank they hold.
    `unknown` are the facts that leave it undecided.
    """

    note: Literal["due", "above", "near", "undecided"] | None
    rank: str | None = None
    proof: tuple[str, ...] = ()
    missing: tuple[Shortfall, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rung:
    name: str
    all_of: tuple[Formula, ...]
    any_of: tuple[Formula, ...]

    def is_met(self, facts: Facts) -> bool | None:
        """Whether somebody has earned this rank; None where that hangs on a fact that nobody knows."""
        musts = [rule.value(facts) for rule in self.all_of]
        mays = [rule.value(facts) for rule in self.any_of] or [True]
        if any(_fails(found) for found in musts) or all(_fails(found) for found in mays):
            return False
        return None if None in musts or not any(mays) else True

    def is_in_reach(self, facts: Facts) -> bool:
        """Whether what is missing is known, and little."""
        lacks = self.lacks(facts)
        known = all(rule.value(facts) is not None for rule in self.all_of)
        return known and bool(lacks) and all(each is not None and is_little(each) for each in lacks)

    def proof(self, facts: Facts) -> tuple[str, ...]:
        """How the rules are met: of alternatives those that hold."""
        return tuple(proof(rule, facts) for rule in (*self.all_of, *self.any_of) if rule.value(facts))

    def lacks(self, facts: Facts) -> list[Shortfall | None]:
        """What is missing: every must that fails, and of alternatives the nearest; None for a rule that cannot be measured."""
        found = [shortfall(rule, facts) for rule in self.all_of if _fails(rule.value(facts))]
        if self.any_of and not any(rule.value(facts) for rule in self.any_of):
            measured = [each for rule in self.any_of if (each := shortfall(rule, facts)) is not None]
            found.append(max(measured, key=lambda each: (is_little(each), share(each)), default=None))
        return found

    def unknown(self, facts: Facts) -> set[str]:
        """What nobody knows of all that the rules ask for."""
        return {name for rule in (*self.all_of, *self.any_of) for name in rule.unknown(facts)}


class Ladder:
    """The ranks of clan.toml, lowest first, ready to be asked about anybody."""

    def __init__(self, ranks: Sequence[LadderRank], known: Collection[str]) -> None:
        self.names = tuple(rank.name for rank in ranks)
        self._rungs = [
            _Rung(
                rank.name,
                _compiled(rank.name, rank.all_of, ast.And, known),
                _compiled(rank.name, rank.any_of, ast.Or, known),
            )
            for rank in ranks
        ]

    def earned(self, facts: Facts) -> str | None:
        """The highest rank all of whose rules are met beyond doubt."""
        return next((rung.name for rung in reversed(self._rungs) if rung.is_met(facts)), None)

    def standing(self, role: str, facts: Facts, *, is_below: bool = False) -> Standing:
        """Where somebody with the present rank *role* stands; *is_below*: the clan orders that rank below the whole ladder.

        Other ranks outside the ladder are left alone: nobody can order them.
        """
        if role not in self.names and not is_below:
            return Standing(None)
        place = self.names.index(role) if role in self.names else -1
        met = [rung.is_met(facts) for rung in self._rungs]
        earned = max((at for at, holds in enumerate(met) if holds), default=-1)
        if earned > place:
            return Standing("due", self.names[earned], self._rungs[earned].proof(facts))
        doubtful = [rung for rung, holds in list(zip(self._rungs, met, strict=True))[max(place, 0) :] if holds is None]
        if not doubtful and place >= 0 and met[place] is False:
            return self._above(place, earned, facts)
        if place + 1 < len(met) and met[place + 1] is False and self._rungs[place + 1].is_in_reach(facts):
            return self._near(self._rungs[place + 1], facts)
        if doubtful:
            return Standing("undecided", unknown=tuple(sorted({n for rung in doubtful for n in rung.unknown(facts)})))
        return Standing(None)

    def ahead(self, role: str, facts: Facts, *, is_below: bool = False) -> NextRank | None:
        """What comes next for somebody with the present rank *role*; None at the top of the ladder, and outside it."""
        if role not in self.names and not is_below:
            return None
        above = self._rungs[self.names.index(role) + 1 if role in self.names else 0 :]
        earned = next((rung for rung in reversed(above) if rung.is_met(facts)), None)
        if earned is not None:
            return NextRank(earned.name, is_due=True)
        if not above:
            return None
        missing = tuple(each.text for each in above[0].lacks(facts) if each is not None)
        return NextRank(above[0].name, is_due=False, missing=missing)

    def _above(self, place: int, earned: int, facts: Facts) -> Standing:
        """Somebody who holds more than the rules give."""
        missing = tuple(each for each in self._rungs[place].lacks(facts) if each is not None)
        return Standing("above", self.names[earned] if earned >= 0 else None, (), missing)

    def _near(self, rung: _Rung, facts: Facts) -> Standing:
        """Somebody who lacks little for the next rank."""
        missing = tuple(each for each in rung.lacks(facts) if each is not None)
        return Standing("near", rung.name, rung.proof(facts), missing)


def _compiled(name: str, texts: Sequence[str], joint: type[ast.boolop], known: Collection[str]) -> tuple[Formula, ...]:
    """Rules, one by one: `a and b` among those that must all hold is two of them."""
    found: list[Formula] = []
    for text in texts:
        try:
            found += compile_rule(text, known).parts(joint)
        except FormulaError as error:
            raise FormulaError(f"rank {name}: {error}") from None
    return tuple(found)


def _fails(found: float | None) -> bool:
    """Whether a rule is known not to be met."""
    return found is not None and not found
