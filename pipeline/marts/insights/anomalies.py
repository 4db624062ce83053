"""Days that are far from what the same weekdays used to be: the clan does much less than usual, or much more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import log, sqrt
from typing import Final

import numpy as np

from pipeline.marts.advice_model import Evidence
from pipeline.marts.insights.days import LENGTH, Days
from pipeline.marts.insights.model import Finding, Tested
from pipeline.marts.insights.statistics import Numbers, spread, two_sided
from pipeline.marts.wording import Calendar, capital, listed

BASELINE: Final = 70
"""Days that tell what is usual."""

LEAST: Final = 42
"""Without so many of them nothing is said."""

RECENT: Final = (4, 7)
"""Lengths of the stretch of days that is looked at: long enough that one dead day is not half of it."""

NEWS: Final = timedelta(days=10)
"""An event is news for so long; then the next one may be told."""

OLDEST: Final = 7
"""Days that are not known yet, beyond which what is known is no news."""

DROP: Final = 0.7
RISE: Final = 1.5
"""Shares of the usual that matter."""

STEADIEST: Final = 0.06
"""No clan is steadier than this from week to week, whatever a short history says."""

SHORTEST: Final = 3
LONGEST: Final = 28
"""Days that something which goes on has lasted, as far as we look for its beginning."""

WORDS: Final = {"messages": "messages in Discord", "writers": "people who wrote a day", "experience": "XP gained"}
TOUCHES: Final = {"messages": "the messages of those days", "experience": "the XP of those days"}
TOLD: Final = frozenset({"experience", "messages"})
"""Measures that decide."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The last days of a measure: their sum against what these weekdays used to bring, and how many deviations that is away."""

    measure: str
    days: int
    ends: int
    seen: float
    usual: float
    z: float

    @property
    def share(self) -> float:
        """What was seen, of what is usual."""
        return self.seen / self.usual if self.usual else 1.0


def anomalies(days: Days, calendar: Calendar) -> Iterator[Tested]:
    """One test each for less and for more than usual.

    Talk and play hardly share their chance, so that both together say more than either alone; people who wrote go with messages
    and are only told beside them.
    """
    measured = [row for row in days.measures if len(row[1]) >= LENGTH - OLDEST]
    found = [each for name, values, since in measured for each in _stretches(name, values, since)]
    together = [
        _together([each for each in found if each.days == length and each.measure in TOLD]) for length in RECENT
    ]
    for key in ("less", "more"):
        mine = [each for each in together if each is not None and (each[0].z < 0) == (key == "less")]
        if not mine:
            continue
        best, p = min(mine, key=lambda each: each[1])
        is_large = best.share <= DROP if key == "less" else best.share >= RISE
        others = [
            s for s in found if s.days == best.days and s is not best and (s.z < -1 if key == "less" else s.z > 1)
        ]
        finding = _finding(key, best, others, days, calendar, measured) if is_large else None
        yield Tested(min(1.0, p * len(RECENT)), finding)


def _together(stretches: list[Stretch]) -> tuple[Stretch, float] | None:
    """The clearest of measures that share little chance, and how rare all of them together are (Stouffer)."""
    if not stretches:
        return None
    z = sum(each.z for each in stretches) / sqrt(len(stretches))
    best = max(stretches, key=lambda each: (each.z * (1 if z > 0 else -1), each.measure))
    return best, two_sided(z)


def _stretches(measure: str, values: Numbers, since: int) -> Iterator[Stretch]:
    for length in RECENT:
        ends = len(values)
        begins = max(since, ends - length - BASELINE)
        before = values[begins : ends - length]
        if len(before) < LEAST:
            continue
        usual = _usual(before, begins)
        expected = np.array([usual[day % 7] for day in range(begins, ends)])
        if expected.min() <= 0:
            continue
        recent, wanted = values[ends - length :].sum(), expected[-length:].sum()
        past = _sums(before, length) / _sums(expected[:-length], length)
        logs = np.log(np.maximum(past, 1e-3))
        middle, wide = spread(logs)
        wide = max(wide, STEADIEST, 1 / sqrt(wanted) if measure != "experience" else 0.0)
        z = (log(max(recent / wanted, 1e-3)) - middle) / wide
        yield Stretch(measure, length, ends, float(recent), float(wanted), z)


def _usual(before: Numbers, begins: int) -> dict[int, float]:
    """The median of each weekday; days are told apart by their number's rest."""
    return {(begins + rest) % 7: float(np.median(before[rest::7])) for rest in range(min(7, len(before)))}


def _sums(values: Numbers, length: int) -> Numbers:
    """Sums of every *length* days in a row."""
    whole = np.concatenate([[0.0], np.cumsum(values)])
    sums: Numbers = whole[length:] - whole[:-length]
    return sums


def _began(values: Numbers, since: int, *, less: bool) -> int:
    """The day from which on, to the end, the days lie furthest beyond halfway to what matters, all together."""
    ends = len(values)
    begins = max(since, ends - BASELINE - 7)
    usual = _usual(values[begins : ends - 3], begins)
    first = max(begins, ends - LONGEST)
    shares = np.array([values[day] / max(1e-9, usual[day % 7]) for day in range(first, ends)])
    beyond = (1 + DROP) / 2 - shares if less else shares - (1 + RISE) / 2
    sums = np.cumsum(beyond[::-1])[SHORTEST - 1 :]
    return ends - SHORTEST - int(np.argmax(sums))


def _finding(
    key: str,
    best: Stretch,
    others: list[Stretch],
    days: Days,
    calendar: Calendar,
    measured: list[tuple[str, Numbers, int]],
) -> Finding:
    values, since = next((values, since) for name, values, since in measured if name == best.measure)
    began = days.on(_began(values, since, less=key == "less"))
    when = f"{began:%a} {calendar.day(began)}"
    share = abs(best.seen - best.usual) / max(best.seen, best.usual)
    text = " ".join(_sentences((best, *others), days, calendar))
    evidence, touches = _evidence((best, *others), days, calendar), TOUCHES[best.measure]
    if key == "less":
        return Finding(
            f"anomaly:{key}", f"Much quieter than usual since {when}", text, "anomaly",
            "high" if share >= 0.4 else "medium", share,
            "Ask around what happened, and give people a reason to come: an event, a mass, a message in the news channel.",
            evidence, lasts=NEWS, touches=touches, flips_if=f"Days with more than {DROP:.0%} of what is usual.",
        )  # fmt: skip
    return Finding(
        f"anomaly:{key}", f"Much livelier than usual since {when}", text, "anomaly", "low", share,
        "Find out what drew people, and do it again.", evidence, lasts=NEWS, touches=touches,
        flips_if=f"Days with less than {RISE:.0%} of what is usual.",
    )  # fmt: skip


def _span(stretch: Stretch, days: Days, calendar: Calendar) -> str:
    """The days it is about: the last ones, or those up to the last that is known."""
    if stretch.ends == LENGTH:
        return f"last {stretch.days} days"
    return f"{stretch.days} days up to {calendar.day(days.on(stretch.ends - 1))}"


def _sentences(stretches: Sequence[Stretch], days: Days, calendar: Calendar) -> Iterator[str]:
    """One for the stretches that end on the same day: looks at the game come later than words from Discord."""
    by_span: dict[str, list[str]] = {}
    for each in stretches:
        said = f"{_number(each, each.seen)} {WORDS[each.measure]} instead of about {_number(each, each.usual)}"
        by_span.setdefault(_span(each, days, calendar), []).append(said)
    yield from (f"In the {span} there were {listed(said)}." for span, said in by_span.items())


def _evidence(stretches: Sequence[Stretch], days: Days, calendar: Calendar) -> tuple[Evidence, ...]:
    told = [
        Evidence(f"{capital(WORDS[s.measure])}, {_span(s, days, calendar)}", f"{s.share:.0%} of usual")
        for s in stretches
    ]
    return (*told, Evidence("Compared with", f"the same weekdays of the {min(BASELINE, LENGTH)} days before"))


def _number(stretch: Stretch, total: float) -> str:
    value = total / stretch.days if stretch.measure == "writers" else total  # days share most of their people
    return f"{value / 1e6:,.1f}M" if value >= 1e6 else f"{value:,.0f}"
