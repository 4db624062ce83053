"""Whether the clan's weeks go up or down over three months."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from pipeline.marts.advice_model import Evidence
from pipeline.marts.insights.days import Days
from pipeline.marts.insights.model import Finding, Tested
from pipeline.marts.insights.statistics import Numbers, slope

WEEKS: Final = 12
MATTERS: Final = 0.25
"""A rise or fall over the three months by this share of a middling week."""

WORDS: Final = {"messages": "messages", "writers": "people who write", "experience": "XP"}


def trends(days: Days) -> Iterator[Tested]:
    """One test a measure, over the last twelve weeks."""
    measured = [("experience", days.experience[: days.known], 0)]
    if days.messages is not None and days.writers is not None:
        measured += [("messages", days.messages, days.heard_from), ("writers", days.writers, days.heard_from)]
    for name, values, since in measured:
        if len(values) - since >= WEEKS * 7:
            yield _tested(name, values[len(values) - WEEKS * 7 :].reshape(WEEKS, 7).sum(axis=1))


def _tested(name: str, weeks: Numbers) -> Tested:
    rise, p = slope(weeks)
    middle = float(np.median(weeks))
    moved = rise * (WEEKS - 1) / middle if middle else 0.0
    return Tested(p, _finding(name, weeks, moved) if abs(moved) >= MATTERS else None)


def _finding(name: str, weeks: Numbers, moved: float) -> Finding:
    goes = "up" if moved > 0 else "down"
    word = WORDS[name]
    return Finding(
        f"trend:{name}:{goes}",
        f"{word[0].upper()}{word[1:]}: {goes} over three months",
        f"Week by week, {word} went {goes} by about {abs(moved):.0%} of a middling week over the last {WEEKS} weeks.",
        "trend",
        "medium" if moved <= -0.5 else "low",
        min(1.0, abs(moved)),
        "Keep doing what you do, and tell the clan." if moved > 0 else "Talk with your officers about what changed.",
        (
            Evidence("First four weeks, a week", _number(float(weeks[:4].mean()))),
            Evidence("Last four weeks, a week", _number(float(weeks[-4:].mean()))),
        ),
    )


def _number(value: float) -> str:
    return f"{value / 1e6:,.1f}M" if value >= 1e6 else f"{value:,.0f}"
