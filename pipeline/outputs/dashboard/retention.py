"""The page Retention: do those who join stay, where do newcomers get lost, and who is slipping away now?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from pipeline.marts.advice_model import Cohort, CohortCell, FunnelStep
from pipeline.marts.model import Marts
from pipeline.outputs.dashboard.advice_people import Group, groups
from pipeline.outputs.dashboard.advice_who import Souls
from pipeline.outputs.dashboard.filters import Words
from pipeline.outputs.figures import number, plural

LEVELS: Final = 5
MONTHS: Final = 12
"""Cohorts shown at once; older ones are folded away."""

_STAYERS: Final = ("drifting", "returners", "stars")
_FEW: Final = 10
"""Of fewer people a share says nothing."""

_MONTH: Final = 30
_NAMES: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """How many of a cohort are still here after some days: a share in words, and its shade; `title` says it in full."""

    text: str
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """Those who joined in a month."""

    month: str
    joined: str
    here: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a newcomer's way: `count` of `of` took it; `is_worst` where the largest share did not."""

    label: str
    count: str
    of: str
    percent: str
    share: int
    is_worst: bool


class RetentionPage:
    """What the template lays out."""

    def __init__(self, marts: Marts, words: Words) -> None:
        self._told = marts.advice.retention
        self._words = words
        self._marts = marts

    @property
    def answer(self) -> str:
        """The page's question in a sentence."""
        everybody = next((cohort for cohort in self._told.cohorts if cohort.month is None), None)
        if everybody is None:
            return "Nobody has joined since we began to look, so nobody can tell yet who stays."
        told = next((cell for cell in everybody.cells if cell.days >= 90 and cell.share is not None), None)
        if told is None or told.share is None or everybody.joined < _FEW:
            return f"{plural(everybody.joined, 'member')} joined so far, and {number(everybody.here)} of them are still here."
        return f"Of everybody who joined, {_percent(told.share)} were still here after {plural(told.days, 'day')}."

    @property
    def advice(self) -> str:
        """What to do about the step where most newcomers are lost; where they are few, what always helps."""
        worst = _worst(self._told.funnel)
        if worst is not None:
            return _ADVICE.get(worst.key, "")
        return _TOO_FEW if _most_lost(self._told.funnel) else ""

    @property
    def days(self) -> int:
        """Days in which those of the funnel joined."""
        return self._told.funnel_days

    @cached_property
    def ages(self) -> tuple[str, ...]:
        """What the columns are called."""
        first = next(iter(self._told.cohorts), None)
        return () if first is None else tuple(_age(cell.days) for cell in first.cells)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Everybody together, then the newest months."""
        return tuple(_row(cohort) for cohort in self._told.cohorts[: MONTHS + 1])

    @cached_property
    def older(self) -> tuple[Row, ...]:
        """Months before those."""
        return tuple(_row(cohort) for cohort in self._told.cohorts[MONTHS + 1 :])

    @cached_property
    def funnel(self) -> tuple[Step, ...]:
        """A newcomer's way."""
        worst = _worst(self._told.funnel)
        return tuple(_step(step, is_worst=step is worst) for step in self._told.funnel)

    @cached_property
    def people(self) -> tuple[Group, ...]:
        """Who slips away, is back, or rises."""
        return tuple(group for group in groups(self._marts, Souls(self._marts)) if group.anchor in _STAYERS)

    @property
    def levels(self) -> range:
        """Shades of a cell."""
        return range(1, LEVELS + 1)


_ADVICE: Final = {
    "matched": "Most are lost before anybody knows them in Discord: ask each newcomer for their Discord name on the first day.",
    "message": "Most are lost before their first message: greet each newcomer by name and ask them something easy.",
    "reply": "Most are lost after a first message that nobody answered: agree who looks at the newcomers' channel each day.",
    "gains": "Most are lost before they play: invite newcomers to a mass or a skilling hour in their first week.",
    "day_30": "Most are lost in the first month: give newcomers one thing to look forward to in it, such as a rank or an event.",
    "day_60": "Most are lost in the second month: talk to whoever has been here for a month and has no rank yet.",
    "day_90": "Most are lost in the third month: talk to whoever has been here for two months and gave no sign lately.",
}

_TOO_FEW: Final = (
    "Greet each newcomer by name in their first days: too few have joined of late to tell at which step most are lost."
)


def _worst(steps: Sequence[FunnelStep]) -> FunnelStep | None:
    """The step at which most are lost, where there are enough to say so."""
    found = _most_lost(steps)
    return found if found is not None and found.of >= _FEW else None


def _most_lost(steps: Sequence[FunnelStep]) -> FunnelStep | None:
    """The step that the largest share of those who could take it did not."""
    found = [step for step in steps if step.count < step.of]
    return max(found, key=lambda step: (step.of - step.count) / step.of, default=None)


def _step(step: FunnelStep, *, is_worst: bool) -> Step:
    share = round(100 * step.count / step.of) if step.of else 0
    return Step(step.label, number(step.count), number(step.of), f"{share} %" if step.of else "–", share, is_worst)


def _row(cohort: Cohort) -> Row:
    month = "Everybody" if cohort.month is None else _month(cohort.month)
    return Row(month, number(cohort.joined), number(cohort.here), tuple(_cell(month, cell) for cell in cohort.cells))


def _cell(month: str, cell: CohortCell) -> Cell:
    if cell.share is None:
        return Cell("", 0, f"{month}, after {_age(cell.days)}: too early to say")
    text = _percent(cell.share)
    counted = f"{number(cell.left)} of {number(cell.at_risk)} who could be seen so long had left"
    return Cell(
        text,
        1 + min(LEVELS - 1, int(cell.share * LEVELS)),
        f"{month}, after {_age(cell.days)}: {text} still here; {counted}",
    )


def _percent(share: float) -> str:
    return f"{int(share * 100 + 0.5)} %"


def _month(first: date) -> str:
    return f"{_NAMES[first.month - 1]} {first.year}"


def _age(days: int) -> str:
    """7 days, 1 month, 1 year."""
    if days < _MONTH:
        return plural(days, "day")
    return "1 year" if days >= 365 else plural(days // _MONTH, "month")
