"""A finding: a card before it is known whether it is new, and whether chance made it."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final, Self

from pipeline.marts.advice_model import Category, Evidence, Soul
from pipeline.marts.rules import Severity

MONTH: Final = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that stands out tonight. `key` names what it is about, the same every night: `quiet_weekday:1`.

    `impact` is the share that is touched of what `touches` names, at most 1. `flips_if` is what would change it.
    `confidence` is 1 for what was counted; for what was tested it is filled in once all tests of the night are known. `lasts` is how
    long a card of it stays, and how long the same one then rests. `counted` findings are retired as soon as they are no longer
    true: somebody acted.
    """

    key: str
    title: str
    text: str
    category: Category
    severity: Severity
    impact: float
    recommendation: str
    flips_if: str = field(kw_only=True)
    evidence: tuple[Evidence, ...] = ()
    who: tuple[Soul, ...] = ()
    lasts: timedelta = MONTH
    counted: bool = False
    confidence: float = 1.0
    touches: str = "the members"

    def sure(self, confidence: float) -> Self:
        """The same, as sure as *confidence*."""
        return replace(self, confidence=confidence)


@dataclass(frozen=True, slots=True)
class Tested:
    """A test against chance with its p-value. `finding` is None where the effect is too small to matter: it still was a test."""

    p: float
    finding: Finding | None
