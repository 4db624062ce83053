"""The page Retention: do those who join stay, where do newcomers get lost, and who is slipping away now?"""

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
from pipeline.outputs.retention_words import how_to_keep, who_stays, whole_percent, worst_step

LEVELS: Final = 5
MONTHS: Final = 12
"""Cohorts shown at once; older ones are folded away."""

_STAYERS: Final = ("drifting", "returners", "stars")
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
        return who_stays(self._told)

    @property
    def advice(self) -> str:
        """What to do about the step where most newcomers are lost; where they are few, what always helps."""
        return how_to_keep(self._told.funnel)

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
        worst = worst_step(self._told.funnel)
        return tuple(_step(step, is_worst=step is worst) for step in self._told.funnel)

    @cached_property
    def people(self) -> tuple[Group, ...]:
        """Who slips away, is back, or rises."""
        return tuple(group for group in groups(self._marts, Souls(self._marts)) if group.anchor in _STAYERS)

    @property
    def levels(self) -> range:
        """Shades of a cell."""
        return range(1, LEVELS + 1)


def _step(step: FunnelStep, *, is_worst: bool) -> Step:
    share = round(100 * step.count / step.of) if step.of else 0
    return Step(step.label, number(step.count), number(step.of), f"{share} %" if step.of else "–", share, is_worst)


def _row(cohort: Cohort) -> Row:
    month = "Everybody" if cohort.month is None else _month(cohort.month)
    return Row(month, number(cohort.joined), number(cohort.here), tuple(_cell(month, cell) for cell in cohort.cells))


def _cell(month: str, cell: CohortCell) -> Cell:
    if cell.share is None:
        return Cell("", 0, f"{month}, after {_age(cell.days)}: too early to say")
    text = whole_percent(cell.share)
    counted = f"{number(cell.left)} of {number(cell.at_risk)} who could be seen so long had left"
    return Cell(
        text,
        1 + min(LEVELS - 1, int(cell.share * LEVELS)),
        f"{month}, after {_age(cell.days)}: {text} still here; {counted}",
    )


def _month(first: date) -> str:
    return f"{_NAMES[first.month - 1]} {first.year}"


def _age(days: int) -> str:
    """7 days, 1 month, 1 year."""
    if days < _MONTH:
        return plural(days, "day")
    return "1 year" if days >= 365 else plural(days // _MONTH, "month")
