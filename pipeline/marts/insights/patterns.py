"""A weekday on which the clan is hardly there."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from pipeline.marts.advice_model import Evidence
from pipeline.marts.insights.days import Days
from pipeline.marts.insights.model import Finding, Tested
from pipeline.marts.insights.statistics import Numbers, lowest_weekday
from pipeline.marts.wording import capital

WEEKS: Final = 8
SHUFFLES: Final = 4_000
LOW: Final = 0.6
"""A weekday below this share of the others' mean matters."""

WORDS: Final = {"experience": "XP gained", "messages": "messages"}
"""Measures that decide."""

NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def patterns(days: Days) -> Iterator[Tested]:
    """The quietest weekday of the last eight weeks, in talk and in play: whichever says so more clearly."""
    found = [
        (*_quietest(values, days.first, WORDS[name]), WORDS[name])
        for name, values, since in days.measures
        if name in WORDS and len(values) - since >= WEEKS * 7
    ]
    if found:
        p, weekday, share, name = min(found)
        yield Tested(min(1.0, p * len(found)), _finding(weekday, share, name) if share <= LOW else None)


def _quietest(values: Numbers, first: date, key: str) -> tuple[float, int, float]:
    """How often chance makes a weekday as quiet, which one it is (0 is Monday), and its share of the others."""
    last = values[len(values) - WEEKS * 7 :].reshape(WEEKS, 7)
    begins = (first.weekday() + len(values) - WEEKS * 7) % 7
    place, share, p = lowest_weekday(last, SHUFFLES, f"{key}/{first.toordinal() + len(values)}")
    return p, (begins + place) % 7, share


def _finding(weekday: int, share: float, name: str) -> Finding:
    day = NAMES[weekday]
    return Finding(
        f"quiet_weekday:{weekday}",
        f"Hardly anybody is there on {day}s",
        f"Over the last {WEEKS} weeks, {day}s had {share:.0%} of the {name} of other days (days by UTC).",
        "pattern",
        "medium" if share <= 0.4 else "low",
        max(0.0, (1 - share) / 7),
        f"Move events away from {day}, or give {day} one of its own.",
        (
            Evidence(f"{capital(name)} on {day}s", f"{share:.0%} of the mean of the other days"),
            Evidence("Looked at", f"{WEEKS} weeks"),
        ),
        touches=f"a week’s {name}",
        flips_if=f"{day}s with more than {LOW:.0%} of what other days have.",
    )
