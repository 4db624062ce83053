"""Whether the clan's weeks go up or down over three months."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.marts.advice_model import Evidence
from pipeline.marts.insights.days import Days
from pipeline.marts.insights.model import Finding, Tested
from pipeline.marts.insights.statistics import Numbers, slope
from pipeline.marts.wording import capital, listed

WEEKS: Final = 12
ENDS: Final = 4
"""Weeks at either end that are compared."""

MATTERS: Final = 0.2
"""A rise by this share from the first weeks to the last, or a fall as large."""

STEEP: Final = 0.3
"""A fall by this share wants a talk."""

TOUCHES: Final = {"messages": "a week’s messages", "writers": "those who write", "experience": "a week’s XP"}
WORDS: Final = {"messages": "messages", "writers": "people who write", "experience": "XP"}


def trends(days: Days) -> Iterator[Tested]:
    """One test each for up and for down, over all measures together, on the last twelve weeks."""
    found = [
        _moved(name, values[len(values) - WEEKS * 7 :].reshape(WEEKS, 7).sum(axis=1))
        for name, values, since in days.measures
        if len(values) - since >= WEEKS * 7
    ]
    for goes in ("up", "down"):
        mine = sorted((each for each in found if each.goes == goes), key=lambda each: (each.p, each.name))
        if mine:
            large = [each for each in mine if each.matters]
            p = min(1.0, mine[0].p * len(found))
            yield Tested(p, _finding(goes, large) if large and large[0] is mine[0] else None)


@dataclass(frozen=True, slots=True)
class _Moved:
    """A measure over the weeks: which way its line `goes`, how often chance does that, and a middling week at either end."""

    name: str
    p: float
    goes: str
    first: float
    last: float

    @property
    def share(self) -> float:
        """What was won or lost, of the larger of both ends: from 0 to 1, and 0 where they do not bear the line out."""
        moved = self.last - self.first if self.goes == "up" else self.first - self.last
        return max(0.0, moved) / max(self.first, self.last, 1e-9)

    @property
    def matters(self) -> bool:
        """Whether it is worth a word."""
        least = MATTERS / (1 + MATTERS) if self.goes == "up" else MATTERS
        return self.share >= least and self.p < 0.05


def _moved(name: str, weeks: Numbers) -> _Moved:
    rise, p = slope(weeks)
    first, last = float(weeks[:ENDS].mean()), float(weeks[-ENDS:].mean())
    return _Moved(name, p, "up" if rise > 0 else "down", first, last)


def _finding(goes: str, moved: list[_Moved]) -> Finding:
    words = listed([WORDS[each.name] for each in moved])
    told = listed(
        [f"{WORDS[each.name]} by about {abs(each.last / each.first - 1):.0%}" for each in moved if each.first]
    )
    most = max(moved, key=lambda each: each.share)
    return Finding(
        f"trend:{goes}",
        f"Three months {goes}: {words}",
        f"Week by week over {WEEKS} weeks it went {goes}: from the first {ENDS} to the last {ENDS}, {told}.",
        "trend",
        "medium" if goes == "down" and most.share >= STEEP else "low",
        most.share,
        "Keep doing what you do, and tell the clan." if goes == "up" else "Talk with your officers about what changed.",
        tuple(_evidence(each) for each in moved),
        touches=TOUCHES[most.name],
        flips_if=f"Weeks that are level again, or go {'down' if goes == 'up' else 'up'}.",
    )


def _evidence(moved: _Moved) -> Evidence:
    a_day = moved.name == "writers"  # days share most of their people, so that those of a week cannot be added up
    first, last = (week / (7 if a_day else 1) for week in (moved.first, moved.last))
    span = "a day, first and last four weeks" if a_day else "a week, first and last four"
    return Evidence(f"{capital(WORDS[moved.name])} {span}", f"{_number(first)} → {_number(last)}")


def _number(value: float) -> str:
    return f"{value / 1e6:,.1f}M" if value >= 1e6 else f"{value:,.0f}"
