"""Members far under their own habit, and members who are back."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Final, Literal
from zoneinfo import ZoneInfo

from pipeline.marts.advice_model import Drift, Returner
from pipeline.marts.insights.statistics import adjusted, binomial_at_most
from pipeline.marts.retention.habits import Habit, ago, away_before, within

LATELY: Final = 14
BEFORE: Final = 70
REGULAR: Final = 0.3
"""Share of days with a sign of life that makes a habit."""

FALLEN: Final = 0.4
FALSE_RATE: Final = 0.05
SHOWN: Final = 20

Unit = Literal["experience", "messages"]


def drifting(habits: Iterable[Habit], skip: Collection[int], today: date) -> tuple[Drift, ...]:
    """Who was there far less often in the last two weeks than in the ten weeks before, the greatest loss first.

    The two weeks end where what is known of them ends. The chance is that of so few days by habit; over all who are looked at, one finding in twenty may be chance.
    """
    found = [each for habit in habits if habit.who.person_id not in skip for each in _tested(habit, today)]
    rates = adjusted([chance for _, chance in found])
    sure = [drift for (drift, _), rate in zip(found, rates, strict=True) if drift is not None and rate <= FALSE_RATE]
    best: dict[int, Drift] = {}
    for drift in sorted(sure, key=lambda each: (each.chance, each.unit)):
        best.setdefault(drift.who.person_id, drift)
    ordered = sorted(
        best.values(), key=lambda d: (d.lately / d.habit, -d.habit, d.who.name.casefold(), d.who.person_id)
    )
    return tuple(ordered[:SHOWN])


def _tested(habit: Habit, today: date) -> Iterator[tuple[Drift | None, float]]:
    halves: dict[Unit, tuple[Mapping[date, int] | None, date | None]] = {
        "experience": (habit.gained, habit.gained_until),
        "messages": (habit.wrote, habit.wrote_until),
    }
    for unit, (amounts, known_until) in halves.items():
        until = min(today, known_until or today)
        if amounts is None or until < ago(today, LATELY):
            continue
        days_before, before = within(amounts, ago(until, LATELY + BEFORE), ago(until, LATELY))
        days_lately, lately = within(amounts, ago(until, LATELY), until)
        if days_before < REGULAR * BEFORE:
            continue
        chance = binomial_at_most(days_lately, LATELY, days_before / BEFORE)
        a_week, now = 7 * before / BEFORE, 7 * lately / LATELY
        drift = Drift(habit.who, unit, a_week, now, chance) if now <= FALLEN * a_week else None
        yield drift, chance


def returners(habits: Iterable[Habit], inactive_days: int, today: date, zone: ZoneInfo) -> tuple[Returner, ...]:
    """Who was away for as long as makes inactive, and is back since the last two weeks; the longest away first."""
    found = []
    for habit in habits:
        silence = away_before(habit.days, ago(today, LATELY))
        if silence is not None and silence[0] >= inactive_days:
            found.append(Returner(habit.who, silence[0], datetime.combine(silence[1], time(), zone)))
    return tuple(sorted(found, key=lambda each: (-each.days, each.who.name.casefold(), each.who.person_id)))
