"""Thresholds that clans celebrate: Wise Old Man's own achievements, round kill counts, and the first kill.

Where WOM has an achievement, metric, measure and threshold are the same, so that both are one event (server code bc8aa02f).
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from pipeline.domain.levels import EXPERIENCE, MAX_EXPERIENCE, TOP_LEVEL
from pipeline.domain.metrics import OVERALL, SKILLS, Metric

MILLION: Final = 1_000_000
NINETY_NINE: Final = EXPERIENCE[TOP_LEVEL - 1]
BASES: Final = {level: EXPERIENCE[level - 1] for level in (60, 70, 80, 90, TOP_LEVEL)}
"""Levels that are celebrated once all skills have them, with the experience that each skill needs."""

_IN_SKILLS: Final = (50 * MILLION, 100 * MILLION, MAX_EXPERIENCE)
_OVERALL: Final = tuple(MILLION * amount for amount in (100, 200, 500, 1_000, 2_000, 4_000))
_ROUND: Final = (100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000)
_STEPS: Final = ((1_000 * MILLION, "b"), (MILLION, "m"), (1_000, "k"))


Values = Mapping[str, int | None]
"""Experience by skill; unranked is None or left out."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A threshold of a metric, in its stored unit; `measure` is WOM's word for what it measures."""

    metric: str
    threshold: int
    measure: str
    title: str

    @property
    def in_each_skill(self) -> int | None:
        """What a base level takes in each skill, None for other goals."""
        return self.threshold // len(SKILLS) if self.measure == "levels" else None


@cache
def goals(metric: Metric) -> tuple[Goal, ...]:
    """The thresholds of *metric*, the lowest first; efficient hours have none."""
    return tuple(_goals(metric))


def next_goal(metric: Metric, value: int) -> Goal | None:
    """The first threshold above *value*."""
    return next(iter(_above(metric, value)), None)


def crossed(metric: Metric, before: int, after: int) -> tuple[Goal, ...]:
    """The thresholds above *before*, up to *after*."""
    above = _above(metric, before)
    return above[: bisect_right(above, after, key=_threshold)]


def base(level: int) -> Goal:
    """All skills at *level*: WOM counts it as so much overall experience."""
    title = "Maxed Overall" if level == TOP_LEVEL else f"Base {level} Stats"
    return Goal(OVERALL, BASES[level] * len(SKILLS), "levels", title)


def base_progress(values: Values, need: int) -> int:
    """Experience that counts towards *need* in every skill: beyond it a skill helps no other."""
    return sum(min(values.get(skill) or 0, need) for skill in SKILLS)


def next_base(values: Values) -> Goal | None:
    """The lowest level that not all skills have; None once all are at the top."""
    lowest = min(values.get(skill) or 0 for skill in SKILLS)
    return next((base(level) for level, need in BASES.items() if lowest < need), None)


def goal_at(metric: Metric, threshold: int) -> Goal | None:
    """The goal of *metric* with this *threshold*: base levels count as overall experience."""
    levels = (base(level) for level in BASES) if metric.key == OVERALL else ()
    return next((goal for goal in (*levels, *goals(metric)) if goal.threshold == threshold), None)


def first_kill(metric: Metric) -> Goal:
    """A boss that somebody is ranked at for the first time: the hiscores begin to count a few kills in."""
    return Goal(metric.key, 1, "kills", f"First {metric.name} on the hiscores")


def short(amount: int) -> str:
    """`500`, `1k`, `2.5k`, `50m`: as WOM writes thresholds."""
    for step, letter in _STEPS:
        if amount >= step:
            return f"{amount / step:g}{letter}"
    return str(amount)


def _above(metric: Metric, value: int) -> tuple[Goal, ...]:
    found = goals(metric)
    return found[bisect_right(found, value, key=_threshold) :]


def _threshold(goal: Goal) -> int:
    return goal.threshold


def _goals(metric: Metric) -> Iterator[Goal]:
    key = metric.key
    if key == OVERALL:
        yield from (Goal(key, amount, "experience", f"{short(amount)} Overall Exp.") for amount in _OVERALL)
    elif metric.kind == "skill":
        yield Goal(key, NINETY_NINE, "experience", f"99 {metric.name}")
        yield from (Goal(key, amount, "experience", f"{short(amount)} {metric.name}") for amount in _IN_SKILLS)
    elif metric.kind == "boss":
        end = "" if metric.name.endswith("Chests") else " kills"
        yield from (Goal(key, amount, "kills", f"{short(amount)} {metric.name}{end}") for amount in _ROUND)
    elif metric.kind == "activity":
        yield from (Goal(key, amount, "score", f"{short(amount)} {metric.name}") for amount in _ROUND)
