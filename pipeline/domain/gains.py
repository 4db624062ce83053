"""How much a member moved between two looks, by Wise Old Man's rule.

WOM (server code bc8aa02f, `calculateMetricDelta`) takes the first and last snapshot inside the window, reads a stored 0 as
unranked, and lets *overall* that was unranked at the start gain nothing: a new ranking there is a lifetime, not a week.
"""

from pipeline.domain.metrics import OVERALL


def gain(metric: str, start: int | None, end: int | None) -> int:
    """Progress from *start* to *end*, never negative; a first ranking counts from zero, overall's not at all."""
    if not start and metric == OVERALL:
        return 0
    return max(0, (end or 0) - (start or 0))


def newly_ranked(start: int | None, end: int | None, *, start_was_seen: bool) -> bool | None:
    """Whether a first ranking lies between; None when *start* is "0 or unranked" and the look could not tell which."""
    if start is not None or not end:
        return False
    return True if start_was_seen else None
