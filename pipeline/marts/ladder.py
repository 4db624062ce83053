"""The clan's ladder of ranks: what each takes, and where somebody stands on it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final, Literal

from pipeline.domain.metrics import OVERALL
from pipeline.domain.names import role_name
from pipeline.marts.advice_model import Shortfall
from pipeline.marts.facts import OWN, metric_of, words
from pipeline.marts.formulas import Facts, Formula, FormulaError, compile_formula
from pipeline.marts.rules import LadderRank

NEAR_SHARE: Final = 0.8
"""Whoever has so much of what is missing is near."""

NEAR_DAYS: Final = 14
"""Or who only has to wait for so many days more."""

_MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands: the rank that they earned (None: none of the ladder), or that a fact is missing to say so.

    `note` compares it with their present rank; None: it fits, or their rank is not of the ladder. `rank` is the one earned, or the
    next one for those who are near it; `proof` and `missing` are about that.
    """

    note: Literal["due", "above", "near", "undecided"] | None
    rank: str | None = None
    proof: tuple[str, ...] = ()
    missing: tuple[Shortfall, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rung:
    name: str
    all_of: tuple[Formula, ...]
    any_of: tuple[Formula, ...]

    def is_met(self, facts: Facts) -> bool | None:
        """Whether somebody has earned this rank; None where that hangs on a fact that nobody knows."""
        musts = [rule.value(facts) for rule in self.all_of]
        mays = [rule.value(facts) for rule in self.any_of] or [True]
        if any(found is not None and not found for found in musts) or all(
            found is not None and not found for found in mays
        ):
            return False
        return None if None in musts or not any(mays) else True


class Ladder:
    """The ranks of clan.toml, lowest first, ready to be asked about anybody."""

    def __init__(self, ranks: Sequence[LadderRank], known: Collection[str]) -> None:
        self.names = tuple(rank.name for rank in ranks)
        self._rungs = [
            _Rung(rank.name, _compiled(rank.name, rank.all_of, known), _compiled(rank.name, rank.any_of, known))
            for rank in ranks
        ]

    def standing(self, role: str, facts: Facts, *, is_below: bool = False) -> Standing:
        """Where somebody with the present rank *role* stands; *is_below*: the clan orders that rank below the whole ladder.

        Other ranks outside the ladder are left alone: nobody can order them.
        """
        if role not in self.names and not is_below:
            return Standing(None)
        place = self.names.index(role) if role in self.names else -1
        met = [rung.is_met(facts) for rung in self._rungs]
        earned = max((at for at, holds in enumerate(met) if holds), default=-1)
        if any(holds is None for holds in met[max(earned, place) + 1 :]) and earned <= place:
            near = self._near(place, facts)
            return near if near.note else Standing("undecided")
        if earned > place:
            return Standing("due", self.names[earned], _proof(self._rungs[earned], facts))
        if earned < place and met[place] is False:
            return self._above(place, earned, facts)
        return self._near(place, facts)

    def _above(self, place: int, earned: int, facts: Facts) -> Standing:
        """Somebody who holds more than the rules give: what is missing for the rank they hold."""
        missing = _missing(self._rungs[place], facts)
        return Standing("above", self.names[earned] if earned >= 0 else None, (), missing)

    def _near(self, place: int, facts: Facts) -> Standing:
        """The next rank, if little is missing for it."""
        if place + 1 >= len(self._rungs):
            return Standing(None)
        rung = self._rungs[place + 1]
        missing = _missing(rung, facts)
        if rung.is_met(facts) is False and missing and all(_is_little(each) for each in missing):
            return Standing("near", rung.name, _proof(rung, facts), missing)
        return Standing(None)


def _compiled(name: str, texts: Sequence[str], known: Collection[str]) -> tuple[Formula, ...]:
    found = []
    for text in texts:
        try:
            found.append(compile_formula(text, known))
        except FormulaError as error:
            raise FormulaError(f"rank {name}: {error}") from None
    return tuple(found)


def _proof(rung: _Rung, facts: Facts) -> tuple[str, ...]:
    """How the rules are met: of alternatives those that hold."""
    return tuple(_told(rule, facts) for rule in (*rung.all_of, *rung.any_of) if rule.value(facts))


def _told(rule: Formula, facts: Facts) -> str:
    """A rule with what somebody has: `total level 1,420 of 1,250`."""
    parts = rule.comparison()
    if parts is None or parts[1] not in (">=", ">"):
        return rule.text
    have, need = parts[0].value(facts), parts[2].value(facts)
    return f"{_called(parts[0])} {_number(have)} of {_number(need)}"


def _missing(rung: _Rung, facts: Facts) -> tuple[Shortfall, ...]:
    """What is missing: every must that fails, and of alternatives the nearest; nothing where a rule cannot be measured."""
    musts = [_shortfall(rule, facts) for rule in rung.all_of if rule.value(facts) is False]
    mays = [rule.value(facts) for rule in rung.any_of]
    if rung.any_of and not any(mays):
        alternatives = [found for rule in rung.any_of if (found := _shortfall(rule, facts)) is not None]
        nearest = max(alternatives, key=_share, default=None)
        musts.append(nearest)
    return () if None in musts else tuple(found for found in musts if found is not None)


def _shortfall(rule: Formula, facts: Facts) -> Shortfall | None:
    parts = rule.comparison()
    if parts is None or parts[1] not in (">=", ">"):
        return None
    have, need = parts[0].value(facts), parts[2].value(facts)
    if have is None or need is None:
        return None
    return Shortfall(parts[0].text, float(have), float(need), _short(parts[0].text, float(need) - float(have)))


def _short(fact: str, gap: float) -> str:
    """What is missing in words: `12 days short`, `35 more messages`, `1.2M XP short`."""
    if fact == "tenure_days":
        days = max(1, ceil(gap))
        return f"{days:,} {'day' if days == 1 else 'days'} short"
    metric = metric_of(fact)
    if metric is not None and metric.key == OVERALL and gap >= _MILLION:
        return f"{ceil(gap / _MILLION * 10) / 10:.1f}M {words(fact)} short"
    shown = f"{gap:,.1f}" if metric is not None and metric.kind == "computed" else f"{max(1, ceil(gap)):,}"
    return f"{shown} {words(fact)} short" if fact in OWN or metric is not None else f"{shown} more {words(fact)}"


def _called(part: Formula) -> str:
    return words(part.text) if part.text.isidentifier() else part.text


def _number(value: float | bool | None) -> str:
    if value is None:
        return "?"
    return f"{value:,.1f}" if float(value) % 1 else f"{int(value):,}"


def _share(shortfall: Shortfall) -> float:
    return 0.0 if not shortfall.need or shortfall.have is None else shortfall.have / shortfall.need


def _is_little(shortfall: Shortfall) -> bool:
    gap = shortfall.need - (shortfall.have or 0)
    return _share(shortfall) >= NEAR_SHARE or (shortfall.fact == "tenure_days" and gap <= NEAR_DAYS)


def rank_words(rank: str | None) -> str:
    """A rank as people write it; without one, somebody has earned none of the ladder."""
    return "no rank of the ladder" if rank is None else role_name(rank)
