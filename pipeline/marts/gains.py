"""What every member gained in each window, and what they hold now."""

from collections.abc import Iterable, Mapping

from pipeline.domain.gains import gain, newly_ranked
from pipeline.domain.window import Window
from pipeline.marts.model import Coverage, Gain, Period

Looks = Mapping[int, tuple[Coverage, bool]]
"""By player: first and last look in a window, and whether the first could tell 0 from unranked."""


def period(
    key: str,
    label: str,
    window: Window,
    looks: Looks,
    values: Iterable[tuple[int, str, int | None, int | None]],
) -> Period:
    """The period *key* from (player id, metric, value at the first look, at the last) where they differ; no zero gains."""
    gains: dict[int, dict[str, Gain]] = {
        player_id: {} for player_id, (look, _) in looks.items() if look.start_at < look.end_at
    }
    for player_id, metric, start, end in values:
        mine = gains.get(player_id)
        if mine is not None and (gained := gain(metric, start, end)):
            # nearly everybody was ranked before, so nearly nobody is asked
            fresh = start is None and newly_ranked(start, end, start_was_seen=looks[player_id][1])
            mine[metric] = Gain(gained, start, end, fresh)
    return Period(key, label, window, {player_id: look for player_id, (look, _) in looks.items()}, gains)


def total(held: Period, metrics: Iterable[str]) -> int:
    """What all members together gained in *metrics*, in the stored unit."""
    wanted = frozenset(metrics)
    return sum(g.gained for mine in held.gains.values() for metric, g in mine.items() if metric in wanted)


def gained(period: Period | None, player_ids: Iterable[int]) -> Mapping[str, int] | None:
    """What accounts gained together, by metric; None where none of them was looked at twice."""
    held = [] if period is None else [period.gains[player] for player in player_ids if player in period.gains]
    if not held:
        return None
    summed: dict[str, int] = {}
    for mine in held:
        for metric, each in mine.items():
            summed[metric] = summed.get(metric, 0) + each.gained
    return summed


def top(gains: Mapping[str, int] | None, metrics: Iterable[str]) -> str | None:
    """The one of *metrics* in which most was gained; ties go to the first of them, and None where nothing was."""
    known = gains or {}
    moved = [metric for metric in metrics if known.get(metric)]
    return max(moved, key=lambda metric: known[metric], default=None)
