"""Whether the clan's weeks go up or down over three months."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.marts.advice_model import Evidence
from pipeline.marts.insights.days import Days
from pipeline.marts.insights.model import Finding, Tested
from pipeline.marts.insights.statistics import Numbers, slope
from pipeline.marts.wording import capital, listed

WEEKS: Final = 12
MATTERS: Final = 0.25
"""A rise or fall over the three months by this share of a middling week."""

WORDS: Final = {"messages": "messages", "writers": "people who write", "experience": "XP"}


def trends(days: Days) -> Iterator[Tested]:
    """One test each for up and for down, over all measures together, on the last twelve weeks."""
    measured = [("experience", days.experience[: days.known], 0)]
    if days.messages is not None and days.writers is not None:
        measured += [("messages", days.messages, days.heard_from), ("writers", days.writers, days.heard_from)]
    found = [
        _moved(name, values[len(values) - WEEKS * 7 :].reshape(WEEKS, 7).sum(axis=1))
        for name, values, since in measured
        if len(values) - since >= WEEKS * 7
    ]
    for goes in ("up", "down"):
        mine = sorted(
            (each for each in found if (each.share > 0) == (goes == "up")), key=lambda each: (each.p, each.name)
        )
        if mine:
            large = [each for each in mine if abs(each.share) >= MATTERS and each.p < 0.05]
            p = min(1.0, mine[0].p * len(found))
            yield Tested(p, _finding(goes, large) if large and large[0] is mine[0] else None)


@dataclass(frozen=True, slots=True)
class _Moved:
    """A measure over the weeks: by which `share` of a middling week it moved, and how often chance does that."""

    name: str
    p: float
    share: float
    weeks: Numbers


def _moved(name: str, weeks: Numbers) -> _Moved:
    rise, p = slope(weeks)
    middle = float(np.median(weeks))
    return _Moved(name, p, rise * (WEEKS - 1) / middle if middle else 0.0, weeks)


def _finding(goes: str, moved: list[_Moved]) -> Finding:
    words = listed([WORDS[each.name] for each in moved])
    told = listed([f"{WORDS[each.name]} by about {abs(each.share):.0%}" for each in moved])
    most = max(abs(each.share) for each in moved)
    return Finding(
        f"trend:{goes}",
        f"Three months {goes}: {words}",
        f"Week by week over the last {WEEKS} weeks it went {goes}: {told} of a middling week.",
        "trend",
        "medium" if goes == "down" and most >= 0.4 else "low",
        min(1.0, most),
        "Keep doing what you do, and tell the clan." if goes == "up" else "Talk with your officers about what changed.",
        tuple(_evidence(each) for each in moved),
    )


def _evidence(moved: _Moved) -> Evidence:
    a_day = moved.name == "writers"  # days share most of their people, so that those of a week cannot be added up
    first, last = (float(weeks.mean()) / (7 if a_day else 1) for weeks in (moved.weeks[:4], moved.weeks[-4:]))
    span = "a day, first and last four weeks" if a_day else "a week, first and last four"
    return Evidence(f"{capital(WORDS[moved.name])} {span}", f"{_number(first)} → {_number(last)}")


def _number(value: float) -> str:
    return f"{value / 1e6:,.1f}M" if value >= 1e6 else f"{value:,.0f}"
