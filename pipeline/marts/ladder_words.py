"""A rule of the ladder in words: how somebody meets it, and what they lack."""

from math import ceil
from typing import Final

from pipeline.domain.metrics import UNITS
from pipeline.marts.advice_model import Shortfall
from pipeline.marts.facts import counted, metric_of, words
from pipeline.marts.formulas import Facts, Formula, Value

NEAR_SHARE: Final = 0.8
"""Whoever has so much of what is asked for is near."""

NEAR_DAYS: Final = 14
"""Or who only has to wait for so many days more."""

TENURE: Final = "tenure_days"
_LEVEL: Final = "total_level"
_MILLION: Final = 1_000_000
_NEEDED: Final = {
    ">=": "{} needed", ">": "more than {} needed", "<=": "at most {} allowed", "<": "less than {} allowed",
}  # fmt: skip


def proof(rule: Formula, facts: Facts) -> str:
    """A rule that is met, with what somebody has: `412 points (300 needed)`."""
    parts = rule.comparison
    if parts is None or parts[1] not in _NEEDED:
        return rule.text
    left, sign, right = parts
    return f"{_had(left, left.value(facts))} ({_NEEDED[sign].format(_number(right.value(facts)))})"


def shortfall(rule: Formula, facts: Facts) -> Shortfall | None:
    """What is missing for a rule such as `zulrah >= 50`; None for rules of another kind, and where a side is not known."""
    parts = rule.comparison
    if parts is None or parts[1] not in (">=", ">"):
        return None
    have, need = parts[0].value(facts), parts[2].value(facts)
    if have is None or need is None:
        return None
    return Shortfall(parts[0].name or parts[0].text, float(have), float(need), _short(parts[0], float(need - have)))


def share(missing: Shortfall) -> float:
    """How much of what is asked for is there, from 0 to 1."""
    return max(0.0, (missing.have or 0) / missing.need) if missing.need > 0 else 0.0


def is_little(missing: Shortfall) -> bool:
    """Whether so little is missing that somebody is nearly there."""
    gap = missing.need - (missing.have or 0)
    return share(missing) >= NEAR_SHARE or (missing.fact == TENURE and gap <= NEAR_DAYS)


def _had(part: Formula, have: Value) -> str:
    name = part.name
    if name == TENURE:
        return f"in the clan for {_number(have)} {'day' if have == 1 else 'days'}"
    if name == _LEVEL:
        return f"total level {_number(have)}"
    return f"{part.text}: {_number(have)}" if name is None else f"{_number(have)} {counted(name, have or 0)}"


def _short(part: Formula, gap: float) -> str:
    """What is missing: `12 days short`, `35 more messages`, `1.2M XP short`, `4 kills of Zulrah short`."""
    name = part.name
    if name is None:
        return f"{part.text}: {_finely(gap)} more"
    if name == TENURE:
        days = max(1, ceil(gap))
        return f"{days:,} {'day' if days == 1 else 'days'} short"
    metric = metric_of(name)
    if metric is not None and metric.unit == UNITS["skill"] and gap >= _MILLION:
        return f"{ceil(gap / _MILLION * 10) / 10:,.1f}M {words(name)} short"
    if metric is not None and metric.unit == UNITS["computed"]:
        return f"{max(1, ceil(round(gap * 10, 6))) / 10:,.1f} {words(name)} short"
    if metric is not None or name == _LEVEL:
        whole = max(1, ceil(gap))
        return f"{whole:,} {counted(name, whole)} short"
    return f"{_finely(gap)} more {counted(name, gap or 1)}"


def _finely(gap: float) -> str:
    """What is missing of a number that may have decimals; of one that must be passed, the least."""
    if gap % 1 == 0:
        return f"{max(1, int(gap)):,}"
    return f"{ceil(round(gap * 100, 6)) / 100:,.2f}".rstrip("0").rstrip(".")


def _number(value: Value) -> str:
    """As few decimals as tell it, and two at most."""
    return "?" if value is None else f"{float(value):,.2f}".rstrip("0").rstrip(".")
