"""Whether newcomers stay as they used to, and whether more come or go than usual."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from pipeline.marts.advice_model import Evidence
from pipeline.marts.insights.model import Finding, Tested
from pipeline.marts.insights.statistics import fisher_less, poisson_at_least
from pipeline.marts.model import RosterLine
from pipeline.marts.wording import plural

STAY: Final = timedelta(days=30)
LATELY: Final = timedelta(days=60)
BEFORE: Final = timedelta(days=240)
FEWEST: Final = 6
MONTH: Final = timedelta(days=30)
MONTHS: Final = 6
WORSE: Final = 0.7
MANY: Final = 5.0
"""Comings or goings in a month, below which none are many."""


def cohorts(roster: Sequence[RosterLine], members: int, now: datetime) -> Iterator[Tested]:
    """One test on newcomers, one each on joins and leaves of the last month."""
    first = min((line.at for line in roster), default=now)
    yield from _newcomers(roster, members, now, first)
    for kind, word in (("left", "left"), ("joined", "joined")):
        yield from _unusual(roster, kind, word, members, now, first)


def _newcomers(roster: Sequence[RosterLine], members: int, now: datetime, first: datetime) -> Iterator[Tested]:
    """Of those who joined 30 to 90 days ago, how many stayed a month, against those of the eight months before."""
    edge = now - STAY - LATELY
    lately, before = _stayed(roster, edge, now - STAY), _stayed(roster, max(first, edge - BEFORE), edge)
    if lately[1] < FEWEST or before[1] < 2 * FEWEST:
        return
    share, usual = lately[0] / lately[1], before[0] / before[1]
    finding = None
    if share <= WORSE * usual:
        finding = Finding(
            "cohort:leaving",
            "Newcomers leave sooner than they used to",
            f"Of {plural(lately[1], 'newcomer')} of late {lately[0]:,} stayed for a month; before, {usual:.0%} did.",
            "retention",
            "high" if share <= usual / 2 else "medium",
            min(1.0, (lately[1] - lately[0]) / max(1, members)),
            "Greet newcomers in their first days, and ask those who left why.",
            (Evidence("Stayed a month, of late", f"{share:.0%} of {lately[1]}"), Evidence("Before", f"{usual:.0%} of {before[1]}")),
            flips_if=f"More than {WORSE * usual:.0%} of newcomers staying for a month.",
        )  # fmt: skip
    yield Tested(fisher_less(*lately, *before), finding)


def _stayed(roster: Sequence[RosterLine], since: datetime, until: datetime) -> tuple[int, int]:
    """Of those who joined in a window: how many did not leave within a month, and how many they were."""
    left: dict[int, list[datetime]] = {}
    for line in roster:
        if line.kind == "left":
            left.setdefault(line.player_id, []).append(line.at)
    joined = [line for line in roster if line.kind == "joined" and since <= line.at < until]
    gone = sum(any(line.at <= at < line.at + STAY for at in left.get(line.player_id, ())) for line in joined)
    return len(joined) - gone, len(joined)


def _unusual(
    roster: Sequence[RosterLine], kind: str, word: str, members: int, now: datetime, first: datetime
) -> Iterator[Tested]:
    months = min(MONTHS, (now - first) // MONTH - 1)
    if months < 3:
        return
    count = sum(line.kind == kind and now - MONTH <= line.at for line in roster)
    since = now - (months + 1) * MONTH
    usual = sum(line.kind == kind and since <= line.at < now - MONTH for line in roster) / months
    finding = None
    if count >= max(MANY, 2 * usual):
        finding = Finding(
            f"cohort:{kind}",
            f"More members {word} than usual",
            f"{plural(count, 'member')} {word} in the last 30 days; in the months before it was about {usual:.0f}.",
            "retention",
            "high" if kind == "left" and count >= 0.1 * max(1, members) else "low",
            min(1.0, count / max(1, members)),
            "Ask those who left why." if kind == "left" else "Greet them: the first week decides who stays.",
            (Evidence("Last 30 days", f"{count:,}"), Evidence("A month before that", f"{usual:.1f}")),
            flips_if=f"Fewer than {ceil(max(MANY, 2 * usual))} of them in 30 days.",
        )
    yield Tested(poisson_at_least(count, max(usual, 0.5)), finding)
