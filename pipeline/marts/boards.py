"""Who leads: places by gain and by present value, and one line a metric."""

from collections.abc import Iterable, Mapping
from operator import itemgetter

from pipeline.domain.metrics import Metric
from pipeline.marts.model import Highlight, Period, Place


def by_name(names: Mapping[int, str]) -> dict[int, int]:
    """Everybody's turn where names decide: sorted once, used by hundreds of boards."""
    ordered = sorted(names, key=lambda player_id: (names[player_id].casefold(), player_id))
    return {player_id: turn for turn, player_id in enumerate(ordered)}


def places(values: Iterable[tuple[int, int]], turns: Mapping[int, int]) -> tuple[Place, ...]:
    """(player id, value) as a board: best first, ties share a place and stand in order of *turns*."""
    return _board(sorted(values, key=lambda row: turns[row[0]]))


def boards(period: Period, turns: Mapping[int, int]) -> dict[str, tuple[Place, ...]]:
    """A board of gains for each metric in which anybody gained."""
    rows: dict[str, list[tuple[int, int]]] = {}
    for player_id in sorted(period.gains, key=turns.__getitem__):
        for metric, gain in period.gains[player_id].items():
            rows.setdefault(metric, []).append((player_id, gain.gained))
    return {metric: _board(rows[metric]) for metric in sorted(rows)}


def standings(values: Mapping[int, Mapping[str, int]], turns: Mapping[int, int]) -> dict[str, tuple[Place, ...]]:
    """A board of present values for each metric in which anybody is ranked."""
    rows: dict[str, list[tuple[int, int]]] = {}
    for player_id in sorted(values, key=turns.__getitem__):
        for metric, value in values[player_id].items():
            rows.setdefault(metric, []).append((player_id, value))
    return {metric: _board(rows[metric]) for metric in sorted(rows)}


def _board(rows: Iterable[tuple[int, int]]) -> tuple[Place, ...]:
    """The same from *rows* that stand in their turns already, as ties will."""
    board: list[Place] = []
    place, before = 0, None
    for number, (player_id, value) in enumerate(sorted(rows, key=itemgetter(1), reverse=True), start=1):
        if value != before:
            place, before = number, value
        board.append(Place(place, player_id, value))
    return tuple(board)


def highlights(
    metrics: Iterable[Metric],
    week: Mapping[str, tuple[Place, ...]],
    month: Mapping[str, tuple[Place, ...]],
    present: Mapping[str, tuple[Place, ...]],
) -> tuple[Highlight, ...]:
    """One line for each of *metrics* that anybody in the clan is ranked in, the busiest of the week first."""
    lines = [
        Highlight(
            metric.key,
            sum(row.value for row in week.get(metric.key, ())),
            sum(row.value for row in month.get(metric.key, ())),
            len(week.get(metric.key, ())),
            next(iter(week.get(metric.key, ())), None),
            next(iter(present.get(metric.key, ())), None),
        )
        for metric in metrics
        if metric.key in present
    ]
    return tuple(sorted(lines, key=lambda line: (-line.week_total, -line.month_total, line.metric)))
