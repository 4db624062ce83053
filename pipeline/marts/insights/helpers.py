"""Key helpers who answer far less than they used to."""

from collections.abc import Iterator, Mapping
from typing import Final

from pipeline.marts.advice_model import Evidence, Soul
from pipeline.marts.insights.days import LENGTH, Days
from pipeline.marts.insights.model import Finding, Tested
from pipeline.marts.insights.statistics import Numbers, poisson_at_most
from pipeline.marts.wording import plural

KEY: Final = 8
"""So many who answered most are key helpers."""

BEFORE: Final = 84
LATELY: Final = (10, 14, 20)
FEWEST: Final = 4.0
"""Answers that must have been expected lately."""

FALLEN: Final = 0.35
ENOUGH_OTHERS: Final = 10.0
"""Answers of others by habit, below which they tell nothing of how much there was to answer."""


def helpers(days: Days, souls: Mapping[int, Soul]) -> Iterator[Tested]:
    """A test for each key helper among *souls*: answers of the last weeks against their own habit before.

    None on a night that does not know all that was written lately: nobody is quiet whom we did not hear.
    """
    if days.heard_until < LENGTH:
        return
    for person_id in _key_helpers(days, souls):
        mine = days.answers[person_id]
        found = []
        for length in LATELY:
            expected = _share_of_habit(days, person_id, length) * _habit(mine, length)
            if expected >= FEWEST:
                count = int(mine[LENGTH - length :].sum())
                found.append((poisson_at_most(count, expected), length, count, float(expected)))
        if found:
            p, length, count, expected = min(found)
            all_of_them = sum(float(answers[LENGTH - BEFORE - length :].sum()) for answers in days.answers.values())
            share = float(mine[LENGTH - BEFORE - length : LENGTH - length].sum()) / max(1.0, all_of_them)
            fell = count <= FALLEN * expected
            finding = _finding(souls[person_id], length, count, expected, share) if fell else None
            yield Tested(min(1.0, p * len(LATELY)), finding)


def _key_helpers(days: Days, souls: Mapping[int, Soul]) -> list[int]:
    """Those of *souls* who answered most before the last weeks."""
    longest = max(LATELY)
    before = {
        person_id: float(answers[LENGTH - BEFORE - longest : LENGTH - longest].sum())
        for person_id, answers in days.answers.items()
        if person_id in souls
    }
    return sorted((p for p in before if before[p]), key=lambda p: (-before[p], souls[p].name.casefold(), p))[:KEY]


def _habit(answers: Numbers, length: int) -> float:
    """Answers to expect of the last *length* days by those before."""
    return float(answers[LENGTH - BEFORE - length : LENGTH - length].sum()) / BEFORE * length


def _share_of_habit(days: Days, person_id: int, length: int) -> float:
    """How much of their habit everybody else kept: where few ask, few can answer, and that is nobody's silence."""
    others = [answers for other, answers in days.answers.items() if other != person_id]
    habit = sum(_habit(answers, length) for answers in others)
    lately = sum(float(answers[LENGTH - length :].sum()) for answers in others)
    return min(1.0, lately / habit) if habit >= ENOUGH_OTHERS else 1.0


def _finding(soul: Soul, length: int, count: int, expected: float, share: float) -> Finding:
    usual = round(expected)
    return Finding(
        f"helper:{soul.person_id}",
        "A key helper has gone quiet",
        f"{soul.name} answered {plural(count, 'question')} in the last {length} days; by habit it would be about {usual}, given what others answered.",
        "helpers",
        "high" if share >= 0.1 else "medium",
        min(1.0, share),
        f"Ask {soul.name} how things are, and find somebody who can answer in the meantime.",
        (
            Evidence(f"Answers in the last {length} days", f"{count:,}"),
            Evidence("By habit", f"about {usual:,}"),
            Evidence("Their share of all answers", f"{share:.0%}"),
        ),
        (soul,),
        touches="all answers",
        flips_if=f"{plural(int(FALLEN * expected) + 1, 'answer')} or more in {length} days.",
    )
